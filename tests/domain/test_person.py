from time import process_time

import pytest

from terreno_app.domain.fields import Json
from terreno_app.domain.person import (
    has_contact,
    identity_problems,
    is_given,
    letter_name,
    personal_data_in,
    prepared_identity,
    sensitive_block_open,
    shown_name,
)
from tests.factories import an_attention, an_identity, an_owed_attention, catalogues


def _codes(attention: dict[str, Json] | None = None, **fields: Json) -> list[tuple[str, str]]:
    found = identity_problems(an_identity(**fields), catalogues(), attention)
    return [(problem.field, problem.code) for problem in found]


@pytest.mark.parametrize(
    ("doc_type", "number", "stored"),
    [
        ("run", "12.531.909-2", "12531909-2"),
        ("legal_rut", "61.533.000-0", "61533000-0"),
        ("run", "12.531.909-3", "12.531.909-3"),
        ("passport", "AB 12.345", "AB 12.345"),
        ("run", None, None),
    ],
)
def test_a_run_is_stored_in_its_one_form(doc_type: str, number: str | None, stored: str | None) -> None:
    assert prepared_identity({"doc_type": doc_type, "doc_number": number})["doc_number"] == stored


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"doc_number": None}, ("doc_number", "required")),
        ({"doc_number": "12531909-3"}, ("doc_number", "invalid_run")),
        ({"doc_number": "12.531.909-2"}, ("doc_number", "invalid_run")),
        ({"doc_type": "legal_rut", "doc_number": "1-2"}, ("doc_number", "invalid_run")),
        ({"doc_type": "passport", "doc_number": None}, ("doc_number", "required")),
        ({"doc_type": "none"}, ("doc_number", "not_allowed")),
        ({"doc_type": None}, ("doc_type", "required")),
        ({"doc_type": "cédula"}, ("doc_type", "unknown_code")),
    ],
)
def test_a_document_that_does_not_fit_is_named(fields: dict[str, Json], problem: tuple[str, str]) -> None:
    assert _codes(**fields) == [problem]


@pytest.mark.parametrize(
    "fields",
    [{}, {"doc_type": "foreign_id", "doc_number": "X-1"}, {"doc_type": "none", "doc_number": None}],
)
def test_an_identity_that_fits_is_saved_with_its_owed_answer(fields: dict[str, Json]) -> None:
    assert _codes(an_owed_attention(), **fields) == []


def test_an_identity_needs_an_owed_answer() -> None:
    assert _codes(an_attention()) == [("identity", "not_owed")]
    assert identity_problems({}, catalogues(), an_attention()) == ()


def test_a_child_is_represented_by_somebody() -> None:
    child = an_owed_attention(age_band="T00_13")

    assert _codes(child) == [("guardian", "required")]
    assert _codes(child, guardian="Su abuela") == []


def test_the_social_name_is_what_screens_and_receipts_show() -> None:
    identity = an_identity(social_name="Rosa")

    assert shown_name(identity) == "Rosa"
    assert letter_name(identity) == "Rosa Elena Ñancupil Soto (nombre social: Rosa)"


def test_without_a_social_name_the_registered_one_is_shown() -> None:
    assert shown_name(an_identity()) == "Rosa Elena Ñancupil Soto"
    assert letter_name(an_identity(surnames=None)) == "Rosa Elena"
    assert letter_name({"social_name": "Rosa"}) == "Rosa"


@pytest.mark.parametrize(
    ("age_band", "guardian", "is_open"),
    [
        (None, None, True),
        ("NR", None, True),
        ("T18_29", None, True),
        ("T00_13", "Su madre", False),
        ("T14_17", None, False),
        ("T14_17", "Su madre", True),
    ],
)
def test_sensitive_questions_are_closed_for_children(age_band: str | None, guardian: str | None, is_open: bool) -> None:
    attention = an_attention(age_band=age_band)

    assert sensitive_block_open(attention, catalogues(), an_identity(guardian=guardian)) is is_open


def test_a_person_can_be_answered_by_one_contact_or_in_person() -> None:
    nothing = an_identity(email=None)

    assert not has_contact(nothing)
    assert has_contact({**nothing, "preferred_medium": "in_person"})
    assert has_contact({**nothing, "phone": "+56987654321"})
    assert not is_given(None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vive con 3 hijos desde 2019", ()),
        ("su RUN es 12.531.909-2", ("run",)),
        ("escribir a rosa@example.cl o al 9 8765 4321", ("email", "phone")),
        ("12 531 909 – 2", ("run",)),
        ("125319092", ("run",)),
        ("RUT: 7.123.456", ("run",)),
        ("llamar al 987654321", ("phone",)),
        ("llamar al 987 654 321", ("phone",)),
        ("+56 9.8765.4321", ("phone",)),
        ("llamar al 9 87 65 43 21", ("phone",)),
        ("llamar al 9 876 54321", ("phone",)),
        ("+56 (9) 8765 4321", ("phone",)),
        ("el 09-12-2026 10:00 y el 9 12 2026", ()),
        ("fono fijo (2) 2345 6789", ("phone",)),
        ("en Concepción, 41 223 4567", ("phone",)),
        ("rosa @ example.cl", ("email",)),
        ("el 20261127 le ofrecieron $ 12.345.678 por la Ley 19.628", ()),
        ("folio T07-2026-000123-9, desde el 2026-11-27", ()),
    ],
)
def test_personal_data_in_a_free_text_are_pointed_out(text: str, found: tuple[str, ...]) -> None:
    assert personal_data_in(text) == found


@pytest.mark.parametrize("unbroken", ["x", "9", "9.", "a.", "1-", "12.345.678-"])
def test_a_long_text_without_a_blank_is_looked_through_as_fast_as_one_of_words(unbroken: str) -> None:
    long = 30_000
    words = _processor_s("una señora de la feria " * (long // 23))

    assert _processor_s(unbroken * (long // len(unbroken))) < 20 * words


def _processor_s(text: str) -> float:
    began = process_time()
    personal_data_in(text)
    return process_time() - began
