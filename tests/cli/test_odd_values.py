"""Whatever a file holds, `terreno record` answers each line, and an odd line takes none of the others with it."""

import pytest

from terreno_app.domain.records import kinds
from terreno_app.services.paper import WRITTEN_BY_PEOPLE
from tests.cli.terminal import complaint, enquiry, identity, jsonl, outing
from tests.factories import catalogues

pytestmark = pytest.mark.uncounted

DEEP = [[[[[[[[{"a": [{"b": None}]}]]]]]]]]
ODD = [
    None,
    True,
    0,
    -1,
    2**63,
    2**70,
    1.5,
    "",
    "x",
    " ",
    "\u202e",
    "2026-13-45",
    "=1+1",
    [],
    ["x"],
    [7],
    {},
    {"value": 1},
    DEEP,
]
BASE = {
    "attention": enquiry(space="oirs"),
    "outing": outing(),
    "identity": identity(id="01990000-0000-7000-8000-0000000000ee"),
    "referral": {"kind": "referral", "attention": "01990000-0000-7000-8000-0000000000ee", "institution": "IPS"},
    "survey_response": {"kind": "survey_response", "id": "01990000-0000-7000-8000-0000000000ee", "result": "none"},
    "coverage_goal": {"kind": "coverage_goal", "year": 2026, "period_type": "month", "period": "2026-11"},
}


@pytest.mark.parametrize("kind", sorted(WRITTEN_BY_PEOPLE))
def test_an_odd_value_in_any_field_is_answered(terreno, laptop, tmp_path, kind):
    fields = [spec.name for known in kinds(catalogues()) if known.name == kind for spec in known.fields]
    base = BASE.get(kind, {"kind": kind})
    odd = [{**base, name: value} for name in (*fields, "kind", "id", "region", "schema", "nada") for value in ODD]
    file = jsonl(tmp_path / "raros.jsonl", *odd, enquiry(space="oirs"))

    answer = terreno("record", file, "--json", data=laptop)

    told = answer.json
    assert answer.exit == 1
    assert {r["line"] for r in told["rejected"]} | {line["line"] for line in answer.lines[:-1]} == {
        *range(1, len(odd) + 2)
    }
    assert answer.lines[-2]["line"] == len(odd) + 1
    assert all(r["message"] and r["code"] for r in told["rejected"])


@pytest.mark.parametrize("value", ["", "x", "[]", "{}", "null", "1e999", "-1", str(2**70), '"a"', "\u202e", "{" * 500])
def test_an_odd_value_in_an_edit_is_answered(terreno, laptop, tmp_path, value):
    file = jsonl(tmp_path / "dia.jsonl", complaint(space="oirs"))
    found = terreno.json("record", file, data=laptop)["ids"][0]
    fields = [spec.name for known in kinds(catalogues()) if known.name == "attention" for spec in known.fields]

    answers = [terreno("edit", "attention", found, f"{name}={value}", "--json", data=laptop) for name in fields[::4]]

    assert {answer.exit for answer in answers} <= {0, 2}
    assert "bug" not in {answer.json.get("code") for answer in answers}
