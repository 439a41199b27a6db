"""The acceptance sheet, as the PDF that is printed and signed."""

import io
from dataclasses import replace

from pypdf import PdfReader

from terreno_app.domain.acceptance import AcceptanceSheet, Looked
from terreno_app.publish.publisher import Publisher

WELL = Looked("Base de datos", ok=True, detail="íntegra", next="")
SHEET = AcceptanceSheet(
    label="T07",
    region="Metropolitana de Santiago",
    role="Terreno",
    people=("Ana Peña", "#read(1) @eva"),
    recoverable=True,
    version="1.2.3",
    digest="0123456789abcdef" * 4,
    checks=(WELL, Looked("Centro", ok=False, detail="no responde", next="Sincronice cuando haya red.")),
    made_at="2026-11-21T16:00:00.000Z",
)


def text_of(pdf: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(page.extract_text().replace("\u00a0", " ").split())


def test_one_page_says_whose_it_is_which_program_runs_what_was_looked_at_and_where_to_sign(
    publisher: Publisher,
) -> None:
    said = text_of(publisher.acceptance_pdf(SHEET))

    for words in (
        "Hoja de aceptación",
        "1 punto por revisar",
        "T07 · Terreno · Metropolitana de Santiago",
        "21 de noviembre de 2026, 13:00",
        "Ana Peña, #read(1) @eva",
        "Frase olvidada Se recupera con la llave de recuperación del Ministerio",
        "Terreno 1.2.3",
        "01234567 89abcdef",
        "Base de datos Bien íntegra",
        "Centro Revisar no responde. Sincronice cuando haya red.",
        "Quien instaló el equipo",
        "Quien recibe el equipo",
    ):
        assert words in said


def test_a_laptop_that_is_well_says_so_and_the_same_sheet_gives_the_same_bytes(publisher: Publisher) -> None:
    well = replace(SHEET, checks=(WELL,), recoverable=False)

    pdf = publisher.acceptance_pdf(well)

    assert "Todo está en condiciones" in text_of(pdf)
    assert "Frase olvidada Sin llave de recuperación" in text_of(pdf)
    assert pdf == publisher.acceptance_pdf(well)
