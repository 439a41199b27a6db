"""What a refusal says, and what an error of the core tells: other clients rely on these very names."""

import pytest

from sync.core.errors import UnreadableBundleError, UnsendableError
from sync.core.problems import STATUS, ProblemDocument, ProblemType, problem


@pytest.mark.parametrize("of", list(ProblemType), ids=str)
def test_a_refusal_has_its_name_its_status_and_its_members(of: ProblemType) -> None:
    document = problem(of, "why", want=3)

    assert document == ProblemDocument(of.value, STATUS[of], "why", {"want": 3})
    assert ProblemDocument.from_wire(document.to_wire()) == document
    assert problem(of).to_wire() == {
        "type": f"urn:terreno:problem:{of.value}",
        "title": of.value.replace("_", " "),
        "status": STATUS[of],
        "detail": "",
    }


def test_a_refusal_of_a_later_version_keeps_its_name_and_its_members() -> None:
    wire = {"type": "about:blank", "status": 418, "title": "teapot", "instance": "i1", "detail": 3}

    assert ProblemDocument.from_wire(wire) == ProblemDocument("about:blank", 418, "3", {"instance": "i1"})


def test_what_cannot_be_sent_is_told_by_field_and_fault() -> None:
    assert str(UnsendableError("title", "nul")) == "title: nul"
    assert str(UnsendableError("", "too_large")) == "op: too_large"
    assert str(UnreadableBundleError("old_bundle")) == UnreadableBundleError("old_bundle").code == "old_bundle"
