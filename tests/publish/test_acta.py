"""The acta on paper: every figure stands there, and what people wrote is never markup."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.outing import Material
from terreno_app.paths import resources
from terreno_app.publish.acta_paper import acta_paper
from terreno_app.publish.publisher import Publisher
from terreno_app.publish.typesetter import Typesetter
from tests.ui.views import an_acta

SIGNED = {
    "closed_at": "2026-11-21T17:32:00.000Z",
    "signature": "ab" * 64,
    "signed_by": "Marcela Soto Henríquez",
    "incidents": "Sin incidentes.",
    "without_receipt": 0,
}


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_paper_of_a_signed_day_holds_its_figures_seal_and_signature() -> None:
    words = words_of(Typesetter(resources()).acta_pdf(an_acta(**SIGNED)))

    for expected in (
        "Acta de jornada",
        "Cumplimiento 103,8 %",
        "Personas informadas 198",
        "Respuestas que se deben 11",
        "150 folletos; 40 cartillas PGU",
        "17 sorteadas de 79 elegibles, 14 respondidas. Semilla revelada: coincide con su compromiso.",
        "Todos los registros de la jornada tienen recibo.",
        "7f3a91c4 e80b5d22 6a1fc7e9 03b844d1",
        "firmó en este equipo el 21 de noviembre de 2026, 14:32",
    ):
        assert expected in words
    assert "sin firmar" not in words


def test_a_signed_day_of_whose_incidents_nobody_spoke_asks_for_nothing_any_more() -> None:
    words = words_of(Typesetter(resources()).acta_pdf(an_acta(**{**SIGNED, "incidents": ""})))

    assert "Incidentes No se anotó si los hubo." in words
    assert "Por completar" not in words


def test_a_day_that_nobody_signed_says_so() -> None:
    words = words_of(
        Typesetter(resources()).acta_pdf(an_acta(seed_held=False, materials=(), goal=None, accessible=None))
    )

    for expected in (
        "Vista previa: todavía sin firmar",
        "Por completar antes de firmar.",
        "sigue abierta",
        "Semilla comprometida: no coincide con su compromiso.",
        "Sin recibo todavía: 50 registros de la jornada, hasta sincronizar.",
        "Meta de la salida Sin meta",
        "Cumplimiento –",
        "Ninguno.",
    ):
        assert expected in words


@pytest.mark.parametrize("written", ["#panic()", "a@b.cl y *negrita*", "$x$ <etiqueta> `código`", "= Título\n- lista"])
def test_what_people_wrote_stands_as_they_wrote_it(written: str) -> None:
    sheet = an_acta(incidents=written, place=written, materials=(Material(written, 3),))

    words = words_of(Typesetter(resources()).acta_pdf(sheet))

    assert words.count(" ".join(written.split())) >= 1


def test_a_long_day_goes_on_on_a_second_page_and_is_whole() -> None:
    sheet = an_acta(incidents="palabra " * 500 + "última")

    pdf = Typesetter(resources()).acta_pdf(sheet)

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    assert "última" in words_of(pdf)


def test_the_same_acta_gives_the_same_bytes_and_a_picture(tmp_path: Path, catalogues: Catalogues) -> None:
    publisher, file = Publisher(resources(), catalogues), tmp_path / "acta.pdf"

    publisher.save_acta(an_acta(**SIGNED), file)

    assert file.read_bytes() == Typesetter(resources()).acta_pdf(an_acta(**SIGNED))
    assert publisher.acta_pictures(an_acta())[0].startswith(b"\x89PNG")


def test_places_without_access_or_a_name_are_told() -> None:
    lines = {part["name"]: part["lines"] for part in acta_paper(an_acta(accessible=False, place=""))["parts"]}

    assert lines["Lugar"] == ["Sin lugar. Sin acceso para silla de ruedas."]
