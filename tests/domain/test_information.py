from dataclasses import replace

import pytest

from terreno_app.domain.catalogues import Catalogue, Institution, Programme
from terreno_app.domain.information import Information, Sheet
from terreno_app.domain.published import with_published
from terreno_app.domain.qr import qr_rows
from tests.factories import catalogues

INFORMATION = Information(catalogues())
LARGEST_SIDE = 125
"""Squares: at 40 mm each is a third of a millimetre."""


def a_programme(**changes: object) -> Programme:
    usual = Programme("P", "Ayuda", "IPS", "pensiones", "ayuda a vivir", "todas", "https://a.cl/", "", verified=True)
    return replace(usual, **changes)


def an_institution(**changes: object) -> Institution:
    usual = Institution("I", "Servicio", "SRV", "Presidencia", "", "servicio", True, (), verified=True)
    return replace(usual, **changes)


def sheet_of(entry: Programme | Institution) -> Sheet:
    if isinstance(entry, Programme):
        return Information(replace(catalogues(), programmes=Catalogue((entry,)))).sheets[0]
    return Information(replace(catalogues(), institutions=Catalogue((entry,)))).sheets[-1]


def titles(typed: str) -> list[str]:
    return [sheet.title for sheet in INFORMATION.search(typed)]


def test_every_programme_and_institution_of_the_catalogues_has_a_sheet() -> None:
    kinds = [sheet.kind for sheet in INFORMATION.sheets]

    assert kinds.count("programme") + kinds.count("dos_product") == len(catalogues().programmes)
    assert kinds.count("institution") == len(catalogues().institutions)


def test_products_of_the_dos_are_told_from_other_programmes() -> None:
    assert {sheet.code for sheet in INFORMATION.sheets if sheet.kind == "dos_product"} == {
        programme.code for programme in catalogues().programmes if programme.is_dos_product
    }


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("arriendo", "Subsidio de Arriendo (DS52)"),
        ("garantizada pension", "Pensión Garantizada Universal"),
        ("pgu", "Pensión Garantizada Universal"),
        ("pencion garantizada", "Pensión Garantizada Universal"),
        ("sbsd arriendo", "Subsidio de Arriendo (DS52)"),
        ("sernac", "Servicio Nacional del Consumidor"),
        ("dirigentas", "Escuela de Formación Social / Plan de Formación Ciudadana"),
    ],
    ids=["word", "any order and no accents", "code", "one wrong letter", "abbreviated", "acronym", "what it is for"],
)
def test_a_sheet_is_found_as_people_type(typed: str, first: str) -> None:
    assert titles(typed)[0] == first


def test_the_acronym_of_its_institution_finds_a_programme() -> None:
    assert "Pensión Garantizada Universal" in titles("ips")


def test_nothing_typed_gives_everything_in_the_order_of_the_catalogues() -> None:
    assert INFORMATION.search("") == INFORMATION.sheets


def test_what_was_withdrawn_is_neither_listed_nor_found() -> None:
    gone = [
        ("programme", {"code": "PGU", "name": "Pensión Garantizada Universal", "state": "withdrawn", "version": 1}),
        ("institution", {"code": "SERNAC", "name": "SERNAC", "state": "withdrawn", "version": 1}),
    ]

    left = Information(with_published(catalogues(), gone))

    assert left.programme("PGU") is None
    assert left.sheet("institution:SERNAC") is None
    assert "Pensión Garantizada Universal" not in [sheet.title for sheet in left.search("garantizada")]


def test_a_sheet_tells_what_who_and_where_in_sentences() -> None:
    sheet = sheet_of(a_programme())

    assert sheet.parts == (("Qué es", "Ayuda a vivir."), ("Quién puede", "Todas."), ("Dónde", "a.cl"))


def test_a_question_without_an_answer_is_left_out() -> None:
    sheet = sheet_of(a_programme(who=" ", site=""))

    assert sheet.parts == (("Qué es", "Ayuda a vivir."),)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("radiopolar.com 2025-10-26", "radiopolar.com 26-10-2025"),
        ("rln.cl 2025-03", "rln.cl 03-2025"),
        ("sercotec.cl RM 2024", "sercotec.cl RM 2024"),
        ("a.cl/x; b.cl 2026-03-04 (despachado)", "a.cl/x; b.cl 04-03-2026 (despachado)"),
        ("conocimiento general", "conocimiento general, sin fecha"),
        ("", ""),
    ],
    ids=["day", "month", "year", "two sources", "none", "nothing noted"],
)
def test_the_source_says_of_when_it_is_or_that_nobody_noted_it(source: str, told: str) -> None:
    assert sheet_of(a_programme(source=source)).source == told


def test_a_programme_of_an_unknown_institution_is_told_with_its_code() -> None:
    sheet = sheet_of(a_programme(institution="NUEVA"))

    assert (sheet.body, sheet.short_body) == ("NUEVA", "NUEVA")


def test_an_institution_tells_what_it_attends_to_and_which_one_is_above() -> None:
    sheet = sheet_of(an_institution(topics=("pensiones", "sin_palabras"), parent="I"))

    assert sheet.what == "Atiende asuntos de pensiones."
    assert sheet.body == "Servicio"


def test_an_institution_that_is_no_public_body_says_that_data_need_consent() -> None:
    assert "consentimiento" in sheet_of(an_institution(public_body=False)).note
    assert sheet_of(an_institution()).note == ""


def test_an_institution_without_an_acronym_is_called_by_its_name() -> None:
    assert sheet_of(an_institution(acronym="")).short_body == "Servicio"


def test_only_programmes_are_noted_as_given() -> None:
    assert sheet_of(a_programme()).given_out
    assert not sheet_of(an_institution()).given_out


def test_a_sheet_to_scan_says_what_is_needed_without_a_network() -> None:
    sheet = sheet_of(a_programme(source="b.cl 2026-03-04"))

    assert sheet.to_scan == "Ayuda\nAyuda a vivir.\nTodas.\na.cl\nFuente: b.cl 04-03-2026."


def test_a_sheet_to_scan_that_nobody_verified_says_so_and_of_when_it_is() -> None:
    sheet = sheet_of(a_programme(verified=False, source="b.cl 2026-03-04"))

    assert sheet.to_scan.splitlines()[-2:] == [
        "Sin verificar: confirme en el sitio antes de ir.",
        "Fuente: b.cl 04-03-2026.",
    ]


def test_the_code_of_a_long_sheet_still_says_where_to_go() -> None:
    many = {"purpose": "Ayuda a vivir. " * 250, "who": "Todas las personas. " * 200, "source": "b.cl " * 200}
    long = sheet_of(a_programme(**many))

    assert "…\na.cl\nFuente: b.cl" in long.to_scan
    assert len(qr_rows(long.to_scan)) <= LARGEST_SIDE


@pytest.mark.parametrize("text", ["a" * 5_000, "ñ" * 5_000, "😀" * 5_000])
def test_a_text_that_no_code_holds_is_cut_off_and_not_an_error(text: str) -> None:
    assert len(qr_rows(text)) <= LARGEST_SIDE
    assert qr_rows(text) == qr_rows(text + "b")


def test_a_qr_code_is_square_and_has_its_three_corners() -> None:
    rows = qr_rows("Subsidio de Arriendo · ñandú")

    corner = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")
    assert {len(row) for row in rows} == {len(rows)}
    assert tuple(row[:7] for row in rows[:7]) == corner
    assert tuple(row[-7:] for row in rows[:7]) == corner
    assert tuple(row[:7] for row in rows[-7:]) == corner


def test_two_texts_have_two_codes() -> None:
    assert qr_rows("uno") != qr_rows("dos")
