"""What people read of records: states, hours of Santiago and labels, never a code of the program."""

import pytest

from tests.cli.terminal import complaint, enquiry, identity, jsonl, outing

FOLIO = "T07-2026-000001-6"
CODE = "S-T07-2026-001"


@pytest.fixture
def record(terreno, laptop, tmp_path):
    """Registers records on the laptop and gives their ids."""

    def register(*records):
        return terreno.json("record", jsonl(tmp_path / "dia.jsonl", *records), data=laptop)["ids"]

    return register


def test_a_list_says_state_folio_hour_type_and_id(terreno, laptop, record):
    attention, plan = record(enquiry(space="oirs"), outing())

    attentions, outings = terreno("list", "attention", data=laptop), terreno("list", "outing", data=laptop)

    assert attentions.out == f"en este equipo     {FOLIO}  21-11 12:04  Consulta  {attention}\n"
    assert outings.out == f"en este equipo     {CODE}  {plan}\n"


def test_a_list_shows_nothing_of_the_person(terreno, laptop, record):
    found, _ = record(complaint(space="oirs", description="Le cerraron la puerta"), identity())

    answer = terreno("list", "identity", data=laptop)

    assert answer.out == f"en este equipo     {found}\n"


def test_every_reason_to_look_at_a_record_stands_under_it(terreno, laptop, record):
    found, _ = record(complaint(space="oirs"), enquiry(space="oirs"))
    notes = terreno.json("list", "attention", "--review", data=laptop)["records"][0]["review"]

    answer = terreno("list", "attention", "--review", data=laptop)

    first, *rest = answer.out.splitlines()
    assert first.endswith(found)
    assert rest == [f"  {note['message']}" for note in notes]
    assert rest


def test_a_record_is_called_by_its_folio_or_its_code(terreno, laptop, record):
    attention, _, plan = record(complaint(space="oirs"), identity(), outing())

    edits = [
        terreno.json("edit", *edit, data=laptop)
        for edit in (
            ("attention", FOLIO.lower(), "topic=salud"),
            ("identity", FOLIO, "phone=987654321"),
            ("outing", CODE, "place_name=Plaza"),
        )
    ]
    history = terreno.json("history", "attention", FOLIO, data=laptop)

    assert [edit["record"] for edit in edits] == [attention, attention, plan]
    assert history == terreno.json("history", "attention", attention, data=laptop)
    assert terreno.json("list", "outing", data=laptop)["records"][0]["place_name"] == "Plaza"


def test_a_folio_that_two_records_were_given_names_neither(terreno, laptop, record):
    _, second = record(enquiry(space="oirs", folio=FOLIO), enquiry(space="oirs", folio=FOLIO))

    refused = terreno.json("edit", "attention", FOLIO, "topic=salud", data=laptop, exit=2)
    done = terreno.json("edit", "attention", second, "topic=salud", data=laptop)

    assert refused["code"] == "ambiguous_record"
    assert "identificador" in refused["next"]
    assert done["record"] == second
