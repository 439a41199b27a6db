"""A laptop in one file: written while it is open, put back whole or not at all, and no folio given twice."""

import shutil
import stat
import zipfile

import pytest

from tests.cli.terminal import jsonl

ENQUIRY = {"kind": "attention", "space": "oirs", "type": "enquiry", "topic": "vivienda"}


@pytest.fixture
def line(tmp_path):
    return jsonl(tmp_path / "una.jsonl", ENQUIRY)


def folios(terreno, laptop):
    return sorted(record["folio"][:15] for record in terreno.json("list", "attention", data=laptop)["records"])


def test_a_laptop_put_back_gets_from_the_centre_what_it_had_sent_and_gives_no_folio_twice(
    terreno, centre, line, tmp_path
):
    one = centre.laptop("uno")
    terreno.json("record", line, data=one)
    terreno.json("sync", data=one)
    backup = tmp_path / "respaldo.terreno"
    told = terreno.json("backup", "--out", backup, data=one)
    terreno.json("record", line, data=one)
    terreno.json("sync", data=one)

    kept = terreno.json("restore", backup, data=one)["kept"]
    before = folios(terreno, one)
    outcome = terreno.json("sync", data=one)
    terreno.json("record", line, data=one)
    terreno.json("sync", data=one)

    assert told == {"file": str(backup), "bytes": backup.stat().st_size}
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert kept.endswith("antes-de-restaurar-1.db")
    assert before == ["T01-2026-000001"]
    assert (outcome["warnings"], outcome["received"] > 0) == ([], True)
    assert folios(terreno, one) == ["T01-2026-000001", "T01-2026-000002", "T01-2026-001002"]


def test_by_default_a_backup_lies_in_the_laptop_and_holds_nothing_in_the_clear(terreno, laptop, tmp_path):
    spoken = {**ENQUIRY, "type": "complaint", "topic": "identidad", "own_service": False, "answer_owed": False}
    told_once = jsonl(tmp_path / "relato.jsonl", {**spoken, "description": "relato confidencial"})
    terreno.json("record", told_once, data=laptop)

    told = terreno.json("backup", data=laptop)

    assert told["file"].startswith(str(laptop / "respaldos"))
    with zipfile.ZipFile(told["file"]) as packed:
        assert sorted(packed.namelist()) == ["keys.json", "terreno.db"]
        assert all(b"relato confidencial" not in packed.read(name) for name in packed.namelist())
    assert [file.name for file in (laptop / "respaldos").iterdir()] == [told["file"].rpartition("/")[2]]


def test_a_lost_database_comes_back_from_its_backup(terreno, laptop, line, tmp_path):
    terreno.json("record", line, data=laptop)
    backup = tmp_path / "respaldo.terreno"
    terreno.json("backup", "--out", backup, data=laptop)
    for part in laptop.glob("terreno.db*"):
        part.unlink()

    told = terreno.json("restore", backup, data=laptop)

    assert told == {"kept": None, "unsent": None}
    assert folios(terreno, laptop) == ["T07-2026-000001"]


def test_what_was_there_before_is_kept_with_its_key_header(terreno, laptop, line, tmp_path):
    backup = tmp_path / "respaldo.terreno"
    terreno.json("backup", "--out", backup, data=laptop)
    terreno.json("record", line, data=laptop)
    left = [terreno.json("restore", backup, data=laptop, exit=status)["unsent"] for status in (1, 0)]

    shutil.copy(laptop / "antes-de-restaurar-1.db", laptop / "terreno.db")
    shutil.copy(laptop / "antes-de-restaurar-1.json", laptop / "keys.json")

    assert folios(terreno, laptop) == ["T07-2026-000001"]
    assert (laptop / "antes-de-restaurar-2.db").exists()
    assert left == [1, 0]


def test_what_a_restore_left_behind_is_told_and_can_still_be_handed_in(terreno, centre, line, tmp_path):
    one, backup = centre.laptop("uno"), tmp_path / "respaldo.terreno"
    terreno.json("backup", "--out", backup, data=one)
    terreno.json("record", line, data=one)

    said = terreno("restore", backup, data=one)
    terreno.json("record", line, data=one)
    terreno.json("sync", data=one)
    before = folios(terreno, one)
    again = terreno.json("restore", one / "antes-de-restaurar-1.db", data=one)
    terreno.json("sync", data=one)

    assert said.exit == 1
    assert "OJO: ahí 1 registro tiene algo que el centro no recibió" in said.out
    assert f"«terreno restore {one / 'antes-de-restaurar-1.db'}»" in said.out
    assert before == ["T01-2026-001001"]
    assert again["unsent"] == 0
    assert folios(terreno, one) == ["T01-2026-000001", "T01-2026-001001"]
    assert terreno.json("status", data=one)["pending"] == 0


def damaged(backup, tmp_path, change):
    target = tmp_path / "otro.terreno"
    with zipfile.ZipFile(backup) as packed, zipfile.ZipFile(target, "w") as out:
        for name in packed.namelist():
            changed = change(name, packed.read(name))
            if changed is not None:
                out.writestr(name, changed)
    return target


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: None if name == "keys.json" else data,
        lambda name, data: data[:5_000] + bytes([data[5_000] ^ 1]) + data[5_001:] if name == "terreno.db" else data,
    ],
    ids=["a part is missing", "one bit of a page"],
)
def test_a_damaged_backup_changes_nothing(terreno, laptop, line, tmp_path, change):
    terreno.json("record", line, data=laptop)
    backup = tmp_path / "respaldo.terreno"
    terreno.json("backup", "--out", backup, data=laptop)

    told = terreno.json("restore", damaged(backup, tmp_path, change), data=laptop, exit=2)

    assert told["code"] in {"unreadable_backup", "damaged_database"}
    assert folios(terreno, laptop) == ["T07-2026-000001"]
    assert not (laptop / "restaurando").exists()


def test_what_is_no_backup_and_a_wrong_passphrase_change_nothing(terreno, laptop, line, tmp_path):
    terreno.json("record", line, data=laptop)
    backup = tmp_path / "respaldo.terreno"
    terreno.json("backup", "--out", backup, data=laptop)
    wrong = tmp_path / "frase.txt"
    wrong.write_text("una frase larga que no es")

    assert terreno.json("restore", line, data=laptop, exit=2)["code"] == "unreadable_backup"
    assert terreno.json("restore", tmp_path / "nada", data=laptop, exit=2)["code"] == "file_missing"
    told = terreno.json("restore", backup, "--passphrase-file", wrong, data=laptop, exit=2)
    assert told["code"] == "wrong_passphrase"
    assert terreno.json("restore", backup, data=tmp_path / "vacia", exit=2)["code"] == "not_a_laptop"
    assert folios(terreno, laptop) == ["T07-2026-000001"]


def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(terreno, laptop, tmp_path):
    taken = tmp_path / "respaldo.terreno"
    taken.mkdir()

    nowhere = terreno.json("backup", "--out", tmp_path / "no" / "hay" / "uno.terreno", data=laptop, exit=2)
    refused = terreno.json("backup", "--out", taken, data=laptop, exit=3)

    assert (nowhere["code"], refused["code"]) == ("folder_missing", "disk_error")
    assert [file.name for file in tmp_path.glob("respaldo*")] == ["respaldo.terreno"]


def test_a_backup_takes_the_place_of_a_file_only_when_somebody_says_so(terreno, laptop, tmp_path):
    taken = tmp_path / "respaldo.terreno"
    taken.write_bytes(b"of another laptop")

    refused = terreno.json("backup", "--out", taken, data=laptop, exit=2)
    kept = taken.read_bytes()
    told = terreno.json("backup", "--out", taken, "--force", data=laptop)

    assert (refused["code"], kept) == ("file_taken", b"of another laptop")
    assert "--force" in refused["next"]
    assert told["bytes"] == taken.stat().st_size
