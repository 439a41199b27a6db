"""The sheet to take away, as the PDF that is printed."""

import io
from dataclasses import replace
from pathlib import Path

from pypdf import PdfReader

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.information import Information, Sheet
from terreno_app.publish.publisher import Publisher

AT = "2026-11-21T16:00:00.000Z"


def a_sheet(catalogues: Catalogues, code: str = "PGU") -> Sheet:
    sheet = Information(catalogues).programme(code)
    assert sheet is not None
    return sheet


def text_of(pdf: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(page.extract_text().replace("\u00a0", " ").split())


def test_a_sheet_is_one_a4_page_that_tells_all_and_of_which_day_it_is(
    publisher: Publisher, catalogues: Catalogues
) -> None:
    pdf = publisher.sheet_pdf(a_sheet(catalogues), AT)

    page = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    said = text_of(pdf)
    assert (round(page.width), round(page.height)) == (595, 842)
    for words in (
        "Pensión Garantizada Universal",
        "Instituto de Previsión Social",
        "Pensión estatal mensual para personas de 65 años o más.",
        "chileatiende.gob.cl",
        "Montos y topes cambian",
        "600 301 7000",
        "Impreso el 21 de noviembre de 2026, 13:00.",
        "Fuente de la ficha: radiopolar.com 26-10-2025.",
    ):
        assert words in said


def test_only_a_sheet_that_nobody_verified_warns(publisher: Publisher, catalogues: Catalogues) -> None:
    sure = text_of(publisher.sheet_pdf(a_sheet(catalogues), AT))
    unsure = text_of(publisher.sheet_pdf(a_sheet(catalogues, "PBSI"), AT))

    assert "sin verificar" not in sure
    assert "Ficha sin verificar: confirme en el sitio oficial" in unsure


def test_words_that_look_like_markup_are_only_words(publisher: Publisher, catalogues: Catalogues) -> None:
    odd = replace(a_sheet(catalogues), title='#read("x") @a *b* $c$', source="")

    said = text_of(publisher.sheet_pdf(odd, AT))

    assert '#read("x") @a *b* $c$' in said.replace("“", '"').replace("”", '"')
    assert "Ficha sin fuente anotada." in said


def test_a_file_is_written_whole(publisher: Publisher, catalogues: Catalogues, tmp_path: Path) -> None:
    pdf = publisher.sheet_pdf(a_sheet(catalogues), AT)

    publisher.write(pdf, tmp_path / "hoja.pdf")

    assert (tmp_path / "hoja.pdf").read_bytes() == pdf
    assert [file.name for file in tmp_path.iterdir()] == ["hoja.pdf"]
