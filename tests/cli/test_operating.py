"""The centre's server as whoever runs it meets it: save, restore, look through, decide on devices, new keys."""

import sqlite3
import stat
from contextlib import closing

import pytest

from sync.central.migrations import newest
from sync.central.operate.inspection import FaultCode
from sync.central.store_sqlite import SqliteStore
from terreno_app.cli.operating import FAULTS
from tests.cli.terminal import jsonl

ENQUIRY = {"kind": "attention", "space": "oirs", "type": "enquiry", "topic": "vivienda"}


@pytest.fixture
def lived(terreno, centre, tmp_path):
    """A centre at which a laptop and the coordination have worked; gives both folders."""
    one, office = centre.laptop("uno"), centre.laptop("oficina", "coordination")
    terreno.json("record", jsonl(tmp_path / "una.jsonl", ENQUIRY), data=one)
    for laptop in (one, office):
        terreno.json("sync", data=laptop)
    return one, office


def on(centre, *command, terreno, exit=0):  # noqa: A002
    return terreno.json("central", *command, "--database", centre.database, exit=exit)


def test_a_saved_centre_comes_back_whole_as_a_new_epoch(terreno, centre, lived, tmp_path):
    one, _ = lived
    file = tmp_path / "centro.respaldo"
    saved = on(centre, "backup", "--out", file, terreno=terreno)
    terreno.json("record", jsonl(tmp_path / "otra.jsonl", ENQUIRY), data=one)
    terreno.json("sync", data=one)
    before = terreno.json("status", data=one)
    anew = f"sqlite:///{tmp_path / 'nuevo.db'}"

    restored = terreno.json("central", "restore", file, "--database", anew)
    checked = terreno.json("central", "check", "--database", anew)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert saved["epoch"] == before["epoch"] != restored["epoch"]
    assert saved["taken_at"] == restored["taken_at"]
    assert checked["faults"] == []
    assert sum(checked["rows"].values()) == saved["rows"] + 1


def test_a_whole_centre_is_looked_through_and_an_altered_row_is_found(terreno, centre, lived):
    whole = on(centre, "check", terreno=terreno)
    with closing(sqlite3.connect(centre.database.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE ops SET hash = zeroblob(32) WHERE kind = 'attention'")

    broken = on(centre, "check", terreno=terreno, exit=1)
    said = terreno("central", "check", "--database", centre.database)

    assert whole["faults"] == []
    assert "hash" in {fault["code"] for fault in broken["faults"]}
    assert "con problemas" in said.out
    assert "una operación no es la que se recibió" in said.out


def test_a_figure_that_is_not_that_of_the_records_is_found_and_mended(terreno, centre, lived):
    made = on(centre, "recount", terreno=terreno)
    with closing(sqlite3.connect(centre.database.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE cube_attention_type SET n = n + 1")

    broken = on(centre, "check", terreno=terreno, exit=1)
    mended = on(centre, "recount", terreno=terreno, exit=1)
    said = terreno("central", "recount", "--database", centre.database)

    assert made["differences"] == []
    assert {(fault["code"], fault["table"]) for fault in broken["faults"]} == {("figure", "cube_attention_type")}
    assert {one["table"] for one in mended["differences"]} == {"cube_attention_type"}
    assert "Las cifras cuadran" in said.out
    assert on(centre, "check", terreno=terreno)["faults"] == []


def test_every_fault_has_its_words():
    assert FAULTS.keys() == {code.value for code in FaultCode}


def test_an_older_database_can_be_saved_before_anybody_migrates_it(terreno, centre, tmp_path):
    old = tmp_path / "antiguo.db"
    store = SqliteStore(old, as_found=True)
    with store.writing() as tx:
        tx.migrate(newest() - 1)
        tx.set_value("centre", "0199aaaa-0000-7000-8000-00000000000c")
        tx.add_epoch("0199aaaa-0000-7000-8000-00000000000e", "2026-11-21T15:04:05.123Z")
    store.close()
    at = ("--database", f"sqlite:///{old}")

    refused = terreno.json("central", "check", *at, exit=3)
    saved = terreno.json("central", "backup", "--out", tmp_path / "antes.respaldo", *at)
    migrated = terreno.json("central", "migrate", *at)

    assert refused["code"] == "older_central_database"
    assert saved["rows"] == 2
    assert migrated == {"from": newest() - 1, "to": newest()}


def test_a_backup_ends_the_secret_keys_whose_time_is_over(terreno, centre, tmp_path, clock):
    on(centre, "key", "rotate", "--backup", tmp_path / "llaves.respaldo", terreno=terreno)
    clock.move(days=36)

    on(centre, "backup", "--out", tmp_path / "despues.respaldo", terreno=terreno)

    with closing(sqlite3.connect(centre.database.removeprefix("sqlite:///"))) as database:
        left = database.execute("SELECT use FROM centre_keys WHERE secret <> '' ORDER BY use").fetchall()
    assert left == [("box",), ("sign",)]


def test_devices_are_listed_revoked_and_confirmed_by_their_label(terreno, centre, lived, tmp_path):
    one, _ = lived
    listed = on(centre, "device", "list", terreno=terreno)["devices"]

    revoked = on(centre, "device", "revoke", "T01", terreno=terreno)
    terreno.json("record", jsonl(tmp_path / "otra.jsonl", ENQUIRY), data=one)
    told = terreno.json("sync", data=one, exit=1)
    confirmed = on(centre, "device", "confirm", listed[1]["id"], terreno=terreno)
    still = terreno("central", "device", "confirm", "T01", "--database", centre.database)

    assert [(d["label"], d["role"], d["status"], d["confirmation"]) for d in listed] == [
        ("T01", "field", "active", None),
        ("T02", "coordination", "active", None),
    ]
    assert listed[0]["last_at"] is not None
    assert listed[1]["last_at"] is None
    assert revoked == {"id": listed[0]["id"], "label": "T01", "status": "revoked"}
    assert (told["quarantined"], [w["code"] for w in told["warnings"]]) == (1, ["revoked"])
    assert confirmed["confirmation"] == "confirmed"
    assert "T01 confirmado, pero no recibe nada mientras siga revocado." in still.out
    assert on(centre, "device", "revoke", "T99", terreno=terreno, exit=2)["code"] == "no_such_device"


def test_the_words_that_a_laptop_showed_at_its_enrolment_stand_beside_it_at_the_centre(terreno, centre, tmp_path):
    enrol = ("enrol", "--central", centre.url, "--code", centre.code(), "--officer", centre.officer)
    shown = terreno(*enrol, data=tmp_path / "nuevo").out.splitlines()[-1].partition(": ")[2]
    on(centre, "key", "rotate", "--backup", tmp_path / "llaves.respaldo", terreno=terreno)

    listed = terreno("central", "device", "list", "--database", centre.database)

    assert listed.out == f"T01  región 13  Terreno  Activo  última entrega: nunca\n    palabras: {shown}\n"


def test_new_keys_are_learnt_by_the_laptops_themselves_and_saved_before(terreno, centre, lived, tmp_path):
    one, office = lived
    file = tmp_path / "llaves.respaldo"

    made = on(centre, "key", "rotate", "--backup", file, terreno=terreno)
    terreno.json("record", jsonl(tmp_path / "otra.jsonl", ENQUIRY), data=one)
    told = [terreno.json("sync", data=laptop) for laptop in (one, office)]

    assert (len(made["made"]), len(made["destroyed"])) == (2, 1)
    assert file.is_file()
    assert [(one["warnings"], one["pending"]) for one in told] == [([], 0), ([], 0)]
    assert on(centre, "check", terreno=terreno)["faults"] == []


def test_a_database_of_this_version_is_migrated_from_where_it_is(terreno, centre):
    told = on(centre, "migrate", terreno=terreno)

    assert told["from"] == told["to"] >= 2


def test_old_backups_in_a_folder_are_destroyed_and_named(terreno, centre, lived, tmp_path, clock):
    folder = tmp_path / "respaldos"
    folder.mkdir()
    first = on(centre, "backup", "--out", folder, terreno=terreno)
    clock.move(days=36)

    second = on(centre, "backup", "--out", folder, terreno=terreno)

    assert second["destroyed"] == [first["file"]]
    assert [str(file) for file in folder.iterdir()] == [second["file"]]


def test_what_cannot_be_saved_or_restored_says_so_and_changes_nothing(terreno, centre, lived, tmp_path):
    file = tmp_path / "centro.respaldo"
    on(centre, "backup", "--out", file, terreno=terreno)
    broken = tmp_path / "roto.respaldo"
    broken.write_bytes(file.read_bytes()[:-40])
    empty = f"sqlite:///{tmp_path / 'nuevo.db'}"

    assert on(centre, "backup", "--out", file, terreno=terreno, exit=2)["code"] == "file_exists"
    assert on(centre, "restore", file, terreno=terreno, exit=2)["code"] == "filled_database"
    assert terreno.json("central", "restore", broken, "--database", empty, exit=2)["code"] == "damaged_copy"
    assert terreno.json("central", "restore", tmp_path / "nada", "--database", empty, exit=2)["code"] == "file_missing"
    assert on(centre, "backup", "--out", tmp_path / "no" / "hay", terreno=terreno, exit=2)["code"] == "folder_missing"
    assert list(tmp_path.glob("nuevo.db*")) == []
    assert on(centre, "check", terreno=terreno)["faults"] == []
