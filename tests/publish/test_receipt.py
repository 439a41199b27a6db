"""The receipt as the PDF that is printed, on a page and on a strip."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader
from PySide6.QtGui import QImage

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.receipt import Receipt, receipt_of
from terreno_app.paths import resources
from terreno_app.publish.publisher import Publisher
from terreno_app.publish.receipt_paper import ReceiptPaper
from terreno_app.publish.typesetter import Typesetter
from tests.domain.test_receipt import COMPLAINT, ENGLISH, OUTING, ROSA, SPANISH

AT = "2026-11-22T01:22:00.000Z"


@pytest.fixture
def receipt(catalogues: Catalogues) -> Receipt:
    person = {**ROSA, "social_name": "Ramón Quilodrán"}
    return receipt_of(COMPLAINT, person, OUTING, "Marcela Soto", catalogues, SPANISH)


def text_of(pdf: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(page.extract_text().replace("\u00a0", " ").split())


def size_mm(pdf: bytes) -> tuple[int, int]:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return round(float(page.mediabox.width) / 72 * 25.4), round(float(page.mediabox.height) / 72 * 25.4)


@pytest.mark.parametrize("size", ["a4", "80mm"])
def test_a_receipt_says_folio_dates_how_to_follow_up_and_the_privacy_notice(
    publisher: Publisher, receipt: Receipt, size: str
) -> None:
    said = text_of(publisher.receipt_pdf(receipt, size, AT))

    for words in (
        "T07-2026-000148-6",
        "sábado 21 de noviembre de 2026, 22:21 horas",
        "viernes 4 de diciembre de 2026",
        "10 días hábiles.",
        "Le escribiremos a ro•••@correo.cl.",
        "Ramón Quilodrán",
        "600 301 7000",
        "www.msgg.gob.cl",
        "Sus datos se usan solo para responderle",
        "art. 30, Ley N.º 19.880",
    ):
        assert words in said
    assert "Rosa" not in said


@pytest.mark.parametrize("size", ["a4", "80mm"])
def test_in_english_the_paper_says_so_to_whoever_reads_it_aloud(
    publisher: Publisher, receipt: Receipt, size: str
) -> None:
    pdf = publisher.receipt_pdf(replace(receipt, language=ENGLISH), size, AT)

    said = text_of(pdf)
    for words in ("Case number (folio)", "Friday, 4 December 2026", "10 business days.", "the Spanish text is the one"):
        assert words in said
    for words in ("Folio", "Respuesta", "Recibido", "Sus datos", "comprobante"):
        assert words not in said
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "en"


def test_a_page_is_a4_and_a_strip_is_80_mm_wide_and_as_long_as_it_has_to_be(
    publisher: Publisher, receipt: Receipt
) -> None:
    short = size_mm(publisher.receipt_pdf(receipt, "80mm", AT))
    long = size_mm(publisher.receipt_pdf(replace(receipt, about="Cédula de identidad. " * 20), "80mm", AT))

    assert size_mm(publisher.receipt_pdf(receipt, "a4", AT)) == (210, 297)
    assert short[0] == long[0] == 80
    assert short[1] < long[1]


@pytest.mark.parametrize("size", ["a4", "80mm"])
def test_without_an_owed_answer_no_date_is_promised(publisher: Publisher, receipt: Receipt, size: str) -> None:
    plain = replace(receipt, due_on=None, business_days=None, answer_by=None)

    said = text_of(publisher.receipt_pdf(plain, size, AT))

    assert "más tardar" not in said
    assert "T07-2026-000148-6" in said


@pytest.mark.parametrize("size", ["a4", "80mm"])
def test_names_are_text_and_never_markup(publisher: Publisher, receipt: Receipt, size: str) -> None:
    odd = replace(receipt, person="#eval(1) @ñandú $x$")

    assert "#eval(1) @ñandú $x$" in text_of(publisher.receipt_pdf(odd, size, AT))


def test_nothing_of_the_person_is_in_what_a_file_says_of_itself(publisher: Publisher, receipt: Receipt) -> None:
    told = PdfReader(io.BytesIO(publisher.receipt_pdf(receipt, "a4", AT))).metadata

    assert told is not None
    assert told.title == "Comprobante de atención"
    assert "Quilodrán" not in str(dict(told))


@pytest.mark.parametrize(("size", "margin"), [("80mm", 0.04), ("a4", 0.1)])
def test_a_word_that_no_line_holds_breaks_at_the_margin(receipt: Receipt, size: str, margin: float) -> None:
    word = "participaciónciudadana" * 6
    long = replace(receipt, person=f"Rosa {word}", place=word, answer_by=("by_email", {"address": f"ro•••@{word}.cl"}))

    (page,) = Typesetter(resources()).pictures(ReceiptPaper(long, size, AT))

    picture = QImage.fromData(page)
    edge = picture.copy(int(picture.width() * (1 - margin)), picture.height() // 8, picture.width(), picture.height())
    paper = picture.pixel(picture.width() - 1, picture.height() // 2)
    assert {edge.pixel(x, y) for x in range(int(picture.width() * margin)) for y in range(picture.height() // 2)} == {
        paper
    }
