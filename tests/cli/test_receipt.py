"""`terreno receipt`: the receipt of a folio as a file."""

import io

import pytest
from pypdf import PdfReader

from tests.cli.terminal import complaint, identity, jsonl


@pytest.fixture
def folio(terreno, at_the_stand, tmp_path):
    """A complaint of somebody with a name."""
    laptop, _ = at_the_stand
    file = jsonl(tmp_path / "dia.jsonl", complaint(), identity())
    terreno.json("record", file, data=laptop)
    return laptop, terreno.json("list", "attention", data=laptop)["records"][0]["folio"]


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("80mm", 227)])
def test_a_receipt_is_written_on_the_paper_that_was_asked_for(terreno, folio, tmp_path, paper, width):
    laptop, number = folio
    out = tmp_path / "comprobante.pdf"

    answer = terreno.json("receipt", number, "--out", out, "--paper", paper, data=laptop)

    (page,) = PdfReader(io.BytesIO(out.read_bytes())).pages
    assert (answer["folio"], answer["out"]) == (number, str(out))
    assert round(page.mediabox.width) == width
    assert number in page.extract_text()


def test_a_person_reads_where_it_is(terreno, folio, tmp_path):
    laptop, number = folio

    answer = terreno("receipt", number.lower(), "--out", tmp_path / "c.pdf", data=laptop)

    assert (answer.exit, answer.err) == (0, "")
    assert "Comprobante guardado en" in answer.out


@pytest.mark.parametrize(
    ("arguments", "code", "exit"),
    [
        (["T07-2026-000001-0", "--out", "x.pdf"], "unknown_record", 2),
        (["{folio}"], "usage", 2),
        (["{folio}", "--out", "x.pdf", "--paper", "carta"], "usage", 2),
        (["{folio}", "--out", "{tmp}/nowhere/x.pdf"], "folder_missing", 2),
    ],
    ids=["unknown folio", "no file", "unknown paper", "no folder"],
)
def test_what_cannot_be_done_is_told(terreno, folio, tmp_path, arguments, code, exit):  # noqa: A002
    laptop, number = folio
    given = [one.format(folio=number, tmp=tmp_path) for one in arguments]

    assert terreno.json("receipt", *given, data=laptop, exit=exit)["code"] == code


def test_a_file_that_is_there_is_replaced_only_when_somebody_says_so(terreno, folio, tmp_path):
    laptop, number = folio
    out = tmp_path / "comprobante.pdf"
    out.write_bytes(b"of another person")

    refused = terreno.json("receipt", number, "--out", out, data=laptop, exit=2)
    kept = out.read_bytes()
    terreno.json("receipt", number, "--out", out, "--force", data=laptop)

    assert (refused["code"], kept) == ("file_taken", b"of another person")
    assert out.read_bytes().startswith(b"%PDF")
