"""What people read of records: states, hours of Santiago and labels, never a code of the program."""

import json

import pytest

from terreno_app.cli.words import hour
from tests.cli.terminal import complaint, enquiry, identity, jsonl, outing
from tests.factories import OFFICER

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
    assert outings.out == f"en este equipo     {CODE}  21 de noviembre de 2026  Feria Ñuñoa  {plan}\n"


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


def test_history_is_told_with_hours_names_labels_and_outcomes(terreno, centre, clock, tmp_path):
    laptop = centre.laptop("uno")
    found = terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)["ids"][0]
    terreno.json("sync", data=laptop)
    clock.move(minutes=5)
    terreno.json("edit", "attention", found, "topic=salud", data=laptop)

    told = terreno.json("history", "attention", found, data=laptop)
    lines = terreno("history", "attention", found, data=laptop).out.splitlines()

    assert told["complete"] is True
    assert [(op["route"], op["status"]) for op in told["ops"]] == [("network", "applied"), ("local", "local")]
    assert [op["author"] for op in told["ops"]] == [centre.officer] * 2
    assert lines[0] == "21-11-2026 12:04  Luis Soto  por la red  rige"
    assert {"  Tipo de atención: Consulta", "  Registrada por: Luis Soto", "  Equipo: T01"} <= set(lines)
    assert not any(line.endswith("Vacío") for line in lines)
    assert lines[-2:] == ["21-11-2026 12:09  Luis Soto  en este equipo  sin enviar", "  Tema: Salud"]


def test_history_says_what_a_change_emptied_and_leaves_an_unknown_id_as_it_is(terreno, laptop, record):
    found = record(enquiry(space="oirs", language="arn"))[0]
    terreno.json("edit", "attention", found, "language=", data=laptop)

    lines = terreno("history", "attention", found, data=laptop).out.splitlines()

    assert f"  Registrada por: {OFFICER}" in lines
    assert lines[-2:] == [
        "  Lengua de la atención: Vacío",
        "El centro no responde o no entrega la historia: se muestran solo los cambios hechos en este equipo.",
    ]


def test_history_does_not_blame_the_network_where_the_centre_lets_nothing_be_read(terreno, centre, tmp_path):
    laptop = centre.laptop("uno")
    found = terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)["ids"][0]
    terreno.json("central", "device", "revoke", "T01", "--database", centre.database)

    lines = terreno("history", "attention", found, data=laptop).out.splitlines()

    assert (
        lines[-1]
        == "El centro no responde o no entrega la historia: se muestran solo los cambios hechos en este equipo."
    )


def test_history_before_the_first_synchronisation_is_whole_where_the_centre_answers(terreno, centre, tmp_path):
    laptop = centre.laptop("uno")
    found = terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)["ids"][0]

    told = terreno.json("history", "attention", found, data=laptop)

    assert told["complete"] is True
    assert [op["status"] for op in told["ops"]] == ["local"]


def test_status_tells_the_hour_of_santiago(terreno, centre):
    laptop = centre.laptop("uno")
    before = terreno("status", data=laptop)
    terreno.json("sync", data=laptop)

    after = terreno("status", data=laptop)

    assert "Última sincronización: nunca." in before.out
    assert "Última sincronización: 21-11-2026 12:04." in after.out


def test_an_instant_that_is_none_is_told_as_it_is():
    assert [hour(None), hour("ayer"), hour("2026-11-22T02:30:00.000Z")] == ["", "ayer", "21-11-2026 23:30"]


def test_an_outing_is_opened_at_its_place_and_comuna(terreno, laptop, record):
    record(outing(), outing(place_name=""))

    first = terreno("outing", "open", CODE, data=laptop)
    terreno("outing", "close", CODE, data=laptop)
    nowhere = terreno("outing", "open", "S-T07-2026-002", data=laptop)

    assert first.out == f"Salida {CODE} abierta en Feria Ñuñoa, La Florida.\n"
    assert nowhere.out == "Salida S-T07-2026-002 abierta en La Florida.\n"


def test_one_person_is_one_person(terreno, laptop):
    answer = terreno("doctor", data=laptop)

    assert "Llaves: 1 persona\n" in answer.out


def test_the_example_of_the_help_can_be_registered(terreno, at_the_stand, tmp_path):
    page = terreno("record", "--help").out
    example = [line.strip() for line in page.splitlines() if line.strip().startswith("{")]

    ids = terreno.json("record", jsonl(tmp_path / "ejemplo.jsonl", *example), data=at_the_stand[0])["ids"]

    assert [json.loads(line)["kind"] for line in example] == ["outing", "attention", "identity"]
    assert ids[1] == ids[2]
    assert "Cada línea necesita su «kind»;" in page
    assert "repetir el archivo no duplica nada" in " ".join(page.split())


def test_coordination_calls_a_laptop_by_its_label(terreno, centre):
    office = centre.laptop("oficina", "coordination")
    centre.laptop("uno")
    terreno.json("sync", data=office)

    terreno.json("edit", "device", "T02", "status=lost", data=office)

    states = {r["label"]: r["status"] for r in terreno.json("list", "device", data=office)["records"]}
    assert states == {"T01": "active", "T02": "lost"}
