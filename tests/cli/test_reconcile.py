"""Synchronise, count, decide: every answer word by word, with a centre on loopback."""

from dataclasses import replace
from datetime import timedelta

import pytest

from terreno_app.desktop import open_laptop
from tests.cli.terminal import PHRASE, Terminal, complaint, enquiry, identity, jsonl
from tests.factories import NOON, FixedClock

SYNC = [
    "sent",
    "applied",
    "agreed",
    "repeated",
    "conflicts",
    "quarantined",
    "received",
    "receipts",
    "pending",
    "epoch",
    "warnings",
]
STATUS = ["total", "pending", "received", "conflicts", "quarantined", "last_sync_at", "epoch", "to_review"]
CONFLICT = ["id", "kind", "record", "group", "before", "kept", "other", "kept_author", "other_author", "at", "state"]


@pytest.fixture
def clash(terreno, centre, tmp_path):
    """Two field laptops and a coordination one; the field ones wrote different topics into one attention."""
    one, two, office = centre.laptop("uno"), centre.laptop("dos"), centre.laptop("oficina", "coordination")
    terreno.json("record", jsonl(tmp_path / "plan.jsonl", OUTING), data=office)
    for laptop in (office, one, two):
        terreno.json("sync", data=laptop)
    terreno.json("outing", "open", "S-T03-2026-001", data=one)
    file = jsonl(tmp_path / "dia.jsonl", enquiry())
    record = terreno.json("record", file, data=one)["ids"][0]
    for laptop in (one, two):
        terreno.json("sync", data=laptop)
    terreno.json("edit", "attention", record, "topic=salud", data=one)
    terreno.json("edit", "attention", record, "topic=pensiones", data=two)
    terreno.json("sync", data=one)
    return one, two, office, record


def test_sync_counts_this_run(terreno, centre, tmp_path):
    laptop = centre.laptop("uno")
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", complaint(space="oirs"), identity()), data=laptop)

    first, second = terreno.json("sync", data=laptop), terreno.json("sync", data=laptop)

    assert list(first) == list(second) == SYNC
    assert (first["sent"], first["applied"], first["receipts"], first["pending"], first["warnings"]) == (2, 2, 1, 0, [])
    assert (second["sent"], second["applied"], second["receipts"], second["received"]) == (0, 0, 0, 0)


def test_what_a_laptop_delivered_itself_is_no_news(terreno, centre, tmp_path):
    one, office = centre.laptop("uno"), centre.laptop("oficina", "coordination")
    terreno.json("sync", data=one)
    record = terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=one)["ids"][0]
    told = [terreno("sync", data=one).out]
    terreno.json("edit", "attention", record, "persons_count=2", data=one)
    told.append(terreno("sync", data=one).out)
    terreno.json("sync", data=office)
    terreno.json("edit", "attention", record, "language=arn", data=office)
    terreno.json("sync", data=office)
    terreno.json("edit", "attention", record, "topic=salud", data=one)

    told.append(terreno("sync", data=one).out)

    assert ["Llegaron 0 cambios" in said for said in told] == [True, True, False]
    assert "Llegó 1 cambio del centro y de otros equipos." in told[2]


def test_status_is_proven_by_receipts(terreno, centre, tmp_path):
    laptop = centre.laptop("uno")
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs"), enquiry(space="oirs")), data=laptop)

    before = terreno.json("status", data=laptop)
    terreno.json("sync", data=laptop)
    after = terreno.json("status", data=laptop)

    assert list(before) == list(after) == STATUS
    assert (before["total"], before["pending"], before["received"], before["last_sync_at"]) == (2, 2, 0, None)
    assert (after["total"], after["pending"], after["received"]) == (2, 0, 2)
    assert after["last_sync_at"].endswith("Z")

    forge_receipts(laptop)
    forged, words = terreno.json("status", data=laptop, exit=1), terreno("status", data=laptop)

    assert list(forged) == STATUS
    assert (forged["total"], forged["pending"], forged["received"]) == (2, 2, 0)
    assert words.exit == 1
    assert "0 de 2 registros de este equipo con recibo comprobado; por recibir: 2." in words.out
    assert "Hay recibos que no se pueden comprobar: avise a la coordinación." in words.out


def forge_receipts(laptop):
    """Somebody who can open the database says that the centre signed something."""
    opened = open_laptop(laptop, None, lambda: PHRASE)
    try:
        opened.store._connections.query("UPDATE receipts SET signature = ?", ("0" * 128,))
    finally:
        opened.close()


def test_people_read_counts_and_what_waits_for_them(terreno, clash):
    _, two, _, _ = clash

    answer, status = terreno("sync", data=two), terreno("status", data=two)

    assert answer.exit == status.exit == 1
    assert "1 conflicto espera una decisión: terreno conflicts list." in answer.out
    assert "Conflictos: 1. Necesitan atención: 0." in status.out
    assert "Última sincronización: 21-11-2026 12:04." in status.out


def test_a_clash_is_shown_with_both_values_and_both_people(terreno, clash, centre):
    one, two, office, record = clash

    synced = terreno.json("sync", data=two, exit=1)
    for laptop in (one, office):
        terreno.json("sync", data=laptop, exit=1)
    seen = [terreno.json("conflicts", "list", data=laptop, exit=1)["conflicts"] for laptop in (one, two, office)]

    assert synced["conflicts"] == 1
    assert [list(c) for conflicts in seen for c in conflicts] == [CONFLICT] * 3
    conflict = seen[0][0]
    assert seen[1] == seen[2] == [conflict]
    assert conflict["group"] == ["topic"]
    assert [conflict[side]["topic"] for side in ("before", "kept", "other")] == ["vivienda", "salud", "pensiones"]
    assert (conflict["kind"], conflict["record"], conflict["state"]) == ("attention", record, "open")
    assert conflict["kept_author"] == conflict["other_author"] == centre.officer


def test_one_conflict_is_shown_by_its_id(terreno, clash):
    _, two, _, _ = clash
    terreno.json("sync", data=two, exit=1)
    listed = terreno.json("conflicts", "list", data=two, exit=1)["conflicts"][0]

    shown = terreno.json("conflicts", "show", listed["id"], data=two)
    words = terreno("conflicts", "show", listed["id"], "--identity", data=two)

    assert shown == listed
    for said in (
        "(topic): antes «Vivienda",
        "kept, rige: «Salud» Luis Soto",
        "other, el otro cambio: «Pensiones» Luis Soto",
    ):
        assert said in words.out


@pytest.mark.parametrize(
    ("decision", "topic"),
    [(("--keep", "kept"), "salud"), (("--keep", "other"), "pensiones"), (("--set", "topic=educacion"), "educacion")],
    ids=["kept", "other", "set"],
)
def test_a_decision_reaches_everybody(terreno, clash, decision, topic):
    one, two, office, record = clash
    for laptop in (two, office):
        terreno.json("sync", data=laptop, exit=1)
    conflict = terreno.json("conflicts", "list", data=office, exit=1)["conflicts"][0]["id"]

    told = terreno.json("conflicts", "resolve", conflict, *decision, data=office)
    for laptop in (office, one, two):
        terreno.json("sync", data=laptop)

    assert set(told) == {"op", "record"}
    assert told["record"] == record
    for laptop in (one, two, office):
        assert terreno.json("list", "attention", data=laptop)["records"][0]["topic"] == topic
        assert terreno.json("conflicts", "list", data=laptop)["conflicts"] == []
        assert [c["state"] for c in terreno.json("conflicts", "list", "--all", data=laptop)["conflicts"]] == ["closed"]
    assert (
        terreno.json("conflicts", "resolve", conflict, "--keep", "kept", data=office, exit=2)["code"]
        == "unknown_conflict"
    )


def test_a_value_outside_of_the_conflict_is_wrong_use(terreno, clash):
    _, two, _, _ = clash
    terreno.json("sync", data=two, exit=1)
    conflict = terreno.json("conflicts", "list", data=two, exit=1)["conflicts"][0]["id"]

    told = terreno.json("conflicts", "resolve", conflict, "--set", "persons_count=2", data=two, exit=2)

    assert told["code"] == "usage"
    assert "topic" in told["happened"]


def test_a_decision_obeys_the_rules_of_every_save(terreno, clash):
    _, two, _, _ = clash
    terreno.json("sync", data=two, exit=1)
    conflict = terreno.json("conflicts", "list", data=two, exit=1)["conflicts"][0]["id"]

    told = terreno.json("conflicts", "resolve", conflict, "--set", "topic=nada", data=two, exit=2)

    assert told["code"] == "rejected"
    assert len(terreno.json("conflicts", "list", data=two, exit=1)["conflicts"]) == 1


def test_the_laptop_whose_value_stayed_leaves_the_decision_to_others(terreno, clash):
    one, two, _, _ = clash
    for laptop in (two, one):
        terreno.json("sync", data=laptop, exit=1)
    conflict = terreno.json("conflicts", "list", data=one, exit=1)["conflicts"][0]["id"]

    told = terreno.json("conflicts", "resolve", conflict, "--keep", "kept", data=one, exit=2)

    assert told["code"] == "may_not_resolve"


def test_personal_values_of_a_conflict_wait_for_the_word(terreno, centre, tmp_path):
    one, office = centre.laptop("uno"), centre.laptop("oficina", "coordination")
    record = terreno.json(
        "record", jsonl(tmp_path / "dia.jsonl", complaint(space="oirs", description="secreto A")), data=one
    )["ids"][0]
    for laptop in (one, office):
        terreno.json("sync", data=laptop)
    terreno.json("edit", "attention", record, "description=secreto B", data=office)
    terreno.json("edit", "attention", record, "description=secreto C", data=one)
    terreno.json("sync", data=office)
    terreno.json("sync", data=one, exit=1)

    hidden = terreno("conflicts", "list", "--json", data=one)
    shown = terreno("conflicts", "list", "--identity", "--json", data=one)
    words = terreno("conflicts", "list", data=one)

    assert "secreto" not in hidden.out + words.out
    assert "(description): dato personal (véalo con --identity)" in words.out
    assert shown.json["conflicts"][0]["other"] == {"description": "secreto C"}


def test_history_online_is_complete(terreno, clash):
    _, two, _, record = clash
    terreno.json("sync", data=two, exit=1)

    told = terreno.json("history", "attention", record, data=two)

    assert told["complete"] is True
    assert [op["status"] for op in told["ops"]] == ["applied", "applied", "conflict"]
    assert {"op", "author", "captured_at", "route", "status", "fields"} <= set(told["ops"][0])


def test_nothing_in_quarantine_is_said(terreno, centre):
    laptop = centre.laptop("uno")

    told, words = terreno.json("quarantine", "list", data=laptop), terreno("quarantine", "list", data=laptop)

    assert told == {"quarantine": []}
    assert words.out == "No hay nada en cuarentena.\n"


def test_no_network_is_the_environment_and_loses_nothing(terreno, laptop, tmp_path, waited):
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)

    told = terreno.json("sync", data=laptop, exit=3)

    assert told["code"] == "central_down"
    assert sum(waited) <= 3
    assert terreno.json("status", data=laptop)["pending"] == 1


def test_a_clock_that_is_wrong_is_a_warning_and_not_an_error(terreno, centre, tmp_path):
    laptop, slow = centre.laptop("uno"), FixedClock(NOON - timedelta(hours=3))
    late = Terminal(replace(terreno.machine, clock=slow))
    late.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)

    told, words = late.json("sync", data=laptop), late("sync", data=laptop)

    assert [set(w) for w in told["warnings"]] == [{"code", "message"}]
    assert told["warnings"][0]["code"] == "clock_offset"
    assert told["warnings"][0]["message"] == (
        "La hora de este equipo está atrasada 3 horas respecto de la del centro: ajústela. "
        "Lo ya registrado conserva la hora con que se guardó."
    )
    assert (told["pending"], words.exit) == (0, 0)
    assert f"Aviso: {told['warnings'][0]['message']}" in words.out


OUTING = {
    "kind": "outing",
    "planned_on": "2026-11-21",
    "comuna": "13110",
    "place_name": "Feria libre",
    "sampling": {"method": "bernoulli", "p": "0.5"},
}
