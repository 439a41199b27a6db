from dataclasses import replace
from typing import Any

import pytest

from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.receipt import Receipt, receipt_of
from terreno_app.paths import resources
from terreno_app.storage.public_languages import load_public_languages
from tests.factories import catalogues

SPANISH, ENGLISH = (one.receipt for one in load_public_languages(resources()))

COMPLAINT: dict[str, Any] = {
    "folio": "T07-2026-000148-6",
    "received_at": "2026-11-22T01:21:00.000Z",
    "space": "oirs_terreno",
    "type": "complaint",
    "topic": "documentos",
    "programme": "CEDULA",
    "concerned_institution": "SRCEI",
    "answer_owed": True,
    "due_on": "2026-12-04",
    "due_rule": next(rule.id for rule in catalogues().due_rules if not rule.types),
}
ROSA = {
    "names": "Rosa Elena",
    "surnames": "Quilodrán Vera",
    "email": "rosa.quilodran@correo.cl",
    "phone": "+56987654321",
}
OUTING = {"place_name": "Feria Libre Lo Valledor", "comuna": "13121"}


def a_receipt(identity: Any = None, outing: Any = OUTING, by: str = "Marcela Soto", **changes: Any) -> Receipt:
    who = ROSA if identity is None else identity
    return receipt_of({**COMPLAINT, **changes}, who, outing, by, catalogues(), SPANISH)


def in_english(**changes: Any) -> Receipt:
    return replace(a_receipt(**changes), language=ENGLISH)


def test_it_says_what_the_person_has_to_know() -> None:
    receipt = a_receipt()

    assert receipt.folio == "T07-2026-000148-6"
    assert (receipt.due_on, receipt.business_days) == ("2026-12-04", 10)
    assert receipt.due == "viernes 4 de diciembre de 2026"
    assert dict(receipt.lines) == {
        "Recibido": "sábado 21 de noviembre de 2026, 22:21\u00a0horas",
        "Lugar": "Feria Libre Lo Valledor, Pedro Aguirre Cerda",
        "Qué es": "Reclamo",
        "Sobre": f"{catalogues().programmes.by_code['CEDULA'].label}. Servicio de Registro Civil e Identificación",
        "Persona": "Rosa Elena Quilodrán Vera",
        "Le atendió": "Marcela Soto",
    }
    assert [fact.code for fact in receipt.contacts] == ["tic", "buzon"]
    assert "suprimirlos" in receipt.privacy_words


def test_the_social_name_is_what_it_shows() -> None:
    receipt = a_receipt({**ROSA, "social_name": "Ramón Quilodrán"})

    said = " ".join(words for _, words in receipt.lines)
    assert receipt.person == "Ramón Quilodrán"
    assert "Rosa" not in said


def test_what_is_not_known_is_left_out() -> None:
    receipt = a_receipt({}, None, "", programme=None, concerned_institution=None)

    assert [name for name, _ in receipt.lines] == ["Recibido", "Lugar", "Qué es", "Sobre"]
    assert receipt.lines[1:] == (
        ("Lugar", "OIRS en Terreno"),
        ("Qué es", "Reclamo"),
        ("Sobre", "Documentos y herencias"),
    )


def test_without_an_owed_answer_there_is_no_date_and_no_way_to_answer() -> None:
    receipt = a_receipt(answer_owed=False)

    assert (receipt.due_on, receipt.business_days, receipt.due, receipt.due_notes) == (None, None, "", ())
    assert "más tardar" not in receipt.to_scan


def test_a_rule_that_is_not_known_gives_no_number_of_days() -> None:
    assert a_receipt(due_rule="another").due_notes == ("Le escribiremos a ro•••@correo.cl.",)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "Le escribiremos a ro•••@correo.cl."),
        ({"preferred_medium": "phone"}, "Le llamaremos al teléfono terminado en 4321."),
        ({"email": None}, "Le llamaremos al teléfono terminado en 4321."),
        ({"email": None, "phone": None, "address": "Calle 1"}, "Le escribiremos a la dirección que nos dio."),
        ({"preferred_medium": "letter"}, "Le escribiremos a ro•••@correo.cl."),
        ({"preferred_medium": "in_person"}, "La respuesta se retira en persona, con este folio."),
        ({"preferred_medium": "buzon"}, "La respuesta llega al Buzón ciudadano, con este folio."),
        ({"email": None, "phone": None}, ""),
    ],
    ids=[
        "e-mail",
        "telephone preferred",
        "telephone alone",
        "letter",
        "preferred but impossible",
        "in person",
        "Buzón",
        "no way",
    ],
)
def test_the_way_of_the_answer_is_told_without_giving_the_address_away(changes: dict[str, Any], told: str) -> None:
    assert a_receipt({**ROSA, **changes}).due_notes[1:] == ((told,) if told else ())


def test_its_code_says_folio_dates_and_contacts_and_nothing_of_the_person() -> None:
    receipt = a_receipt()

    assert receipt.to_scan.splitlines() == [
        "OIRS en Terreno, folio T07-2026-000148-6",
        "Recibido el 21-11-2026",
        "Respuesta a más tardar el 04-12-2026",
        "Teléfono de Información Ciudadana: 600 301 7000",
        "Buzón de Información: https://www.msgg.gob.cl",
    ]


def test_in_english_it_says_the_same_and_calls_things_as_the_catalogues_do() -> None:
    receipt = in_english()

    assert (receipt.due, receipt.due_notes) == (
        "Friday, 4 December 2026",
        ("10 business days.", "We will write to ro•••@correo.cl."),
    )
    assert dict(receipt.lines) == {
        "Received": "Saturday, 21 November 2026, 22:21",
        "Place": "Feria Libre Lo Valledor, Pedro Aguirre Cerda",
        "What it is": "Complaint",
        "About": dict(a_receipt().lines)["Sobre"],
        "Person": "Rosa Elena Quilodrán Vera",
        "Helped by": "Marcela Soto",
    }
    assert "delete" in receipt.privacy_words
    assert receipt.to_scan.splitlines()[:3] == [
        "OIRS en Terreno, case number (folio) T07-2026-000148-6",
        "Received on 21-11-2026",
        "Answer no later than 04-12-2026",
    ]


def test_english_has_words_for_every_type_and_for_the_privacy_notice_that_is_given() -> None:
    assert set(ENGLISH.types) == set(CODE_LISTS["type"])
    assert catalogues().privacy_notice in ENGLISH.privacy


def test_what_english_has_no_words_for_is_told_in_those_of_the_ministry() -> None:
    speechless = replace(in_english(), language=replace(ENGLISH, types={}, privacy={}))

    assert dict(speechless.lines)["What it is"] == "Reclamo"
    assert speechless.privacy_words == catalogues().privacy_words
