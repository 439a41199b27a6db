import json
from pathlib import Path

import pytest

from terreno_app.domain.reports.report import says_true
from terreno_app.publish.files import report_json, write_whole
from terreno_app.publish.publisher import Publisher
from tests.domain.reports.records import an_attention, the_summary


def test_the_json_of_a_report_is_readable_and_says_true() -> None:
    content = report_json(the_summary([an_attention(topic="año")]))

    assert "año" in content.decode()
    assert content.endswith(b"\n")
    assert says_true(json.loads(content))


def test_a_file_replaces_the_one_that_was_there(tmp_path: Path) -> None:
    file = tmp_path / "informe.json"
    file.write_bytes(b"old")

    write_whole(file, b"new")

    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_replaced_stays_and_leaves_no_rest(tmp_path: Path) -> None:
    folder = tmp_path / "informe.json"
    folder.mkdir()
    (folder / "inside").write_bytes(b"kept")

    with pytest.raises(OSError):  # noqa: PT011  # the number differs between systems
        write_whole(folder, b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["informe.json"]


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "none" / "informe.json", b"new")


@pytest.mark.parametrize(
    ("form", "start"), [("json", b"{"), ("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", "\ufeffInforme;".encode())]
)
def test_a_report_is_saved_in_the_form_asked(publisher: Publisher, tmp_path: Path, form: str, start: bytes) -> None:
    file = tmp_path / f"informe.{form}"

    publisher.save(the_summary([]), file, form)

    assert file.read_bytes().startswith(start)


def test_a_report_is_saved_as_pdf(publisher: Publisher, tmp_path: Path) -> None:
    publisher.save_pdf(the_summary([]), tmp_path / "informe.pdf")

    assert (tmp_path / "informe.pdf").read_bytes().startswith(b"%PDF")


def test_a_form_that_does_not_exist_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="xlsx or pdf"):
        publisher.save(the_summary([]), tmp_path / "informe.doc", "doc")
