"""By stick from the command line: saved, carried, received, and every trouble in three parts with its exit status."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from terreno_app.desktop import open_laptop
from terreno_app.storage.shelf import SHELF
from tests.cli.terminal import PHRASE, Terminal, complaint, enquiry, identity, jsonl
from tests.cli.test_full_disk import OWN_MOUNTS, shell
from tests.cli.test_reconcile import SYNC

THREE = {"code", "happened", "safe", "next"}


@pytest.fixture
def stick(tmp_path) -> Path:
    folder = tmp_path / "pendrive"
    folder.mkdir()
    return folder


@pytest.fixture
def offline(terreno, centre, tmp_path) -> Path:
    """A laptop that was enrolled and then never had a network again, with two records to hand in."""
    laptop = centre.laptop("lejos")
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", complaint(space="oirs"), identity()), data=laptop)
    return laptop


@pytest.fixture
def online(centre, offline) -> Path:
    return centre.laptop("cerca")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_there_and_back(terreno, offline, online, stick):
    there, back = stick / "ida.terreno", stick / "vuelta.terreno"

    exported = terreno.json("bundle", "export", there, data=offline)
    carried = terreno.json("bundle", "carry", there, "--out", back, data=online)
    received = terreno.json("bundle", "receive", back, data=offline)
    status = terreno.json("status", data=offline)

    assert exported == {"file": str(there), "batches": 1, "ops": 2, "bytes": there.stat().st_size}
    assert carried == {"file": str(back), "device": "T01", "batches": 1, "ops": 2}
    assert list(received) == SYNC
    assert (received["sent"], received["applied"], received["receipts"], received["pending"]) == (2, 2, 1, 0)
    assert (status["total"], status["received"], status["pending"]) == (2, 2, 0)
    assert status["last_sync_at"] is not None
    assert names(stick) == ["ida.terreno", "vuelta.terreno"]


def test_a_backup_is_made_before_an_answer_is_taken_in(terreno, offline, online, stick):
    there, back = stick / "ida.terreno", stick / "vuelta.terreno"
    terreno("bundle", "export", there, data=offline)
    terreno("bundle", "carry", there, "--out", back, data=online)
    before = set((offline / SHELF).glob("auto-*"))

    terreno("bundle", "receive", back, data=offline)

    assert len(set((offline / SHELF).glob("auto-*")) - before) == 1


def test_an_answer_is_taken_in_though_no_backup_can_be_made(terreno, offline, online, stick):
    there, back = stick / "ida.terreno", stick / "vuelta.terreno"
    terreno("bundle", "export", there, data=offline)
    terreno("bundle", "carry", there, "--out", back, data=online)
    shutil.rmtree(offline / SHELF, ignore_errors=True)
    (offline / SHELF).write_text("")

    received = terreno.json("bundle", "receive", back, data=offline)

    assert received["receipts"] == 1
    assert [one["code"] for one in received["warnings"]] == ["no_backup"]


def test_people_are_told_what_to_do_next(terreno, offline, online, stick):
    there, back = stick / "ida.terreno", stick / "vuelta.terreno"

    exported = terreno("bundle", "export", there, data=offline)
    carried = terreno("bundle", "carry", there, "--out", back, data=online)
    received = terreno("bundle", "receive", back, data=offline)

    assert f"Guardado en {there}: 2 cambios para el centro." in exported.out
    assert "traiga de vuelta la respuesta" in exported.out
    assert "El centro tiene 2 cambios de T01." in carried.out
    assert f"La respuesta está en {back}" in carried.out
    assert "2 de 2 registros de este equipo con recibo; por recibir: 0." in received.out
    assert (exported.exit, carried.exit, received.exit) == (0, 0, 0)


def test_a_record_on_a_stick_is_shown_as_sent_until_its_receipt_is_home(terreno, offline, online, stick):
    def states():
        return {record["state"] for record in terreno.json("list", "attention", data=offline)["records"]}

    before = states()
    terreno.json("bundle", "export", stick / "ida", data=offline)
    away = states()
    terreno.json("bundle", "carry", stick / "ida", "--out", stick / "vuelta", data=online)
    terreno.json("bundle", "receive", stick / "vuelta", data=offline)

    assert (before, away, states()) == ({"local"}, {"sent"}, {"received"})


def test_a_conflict_that_comes_home_asks_for_a_person(terreno, centre, offline, online, stick):
    office = centre.laptop("oficina", "coordination")
    record = terreno.json("list", "attention", data=offline)["records"][0]["id"]
    for laptop in (offline, office):
        terreno.json("sync", data=laptop)
    terreno.json("edit", "attention", record, "topic=salud", data=office)
    terreno.json("sync", data=office)
    terreno.json("edit", "attention", record, "topic=pensiones", data=offline)
    terreno.json("bundle", "export", stick / "ida", data=offline)
    terreno.json("bundle", "carry", stick / "ida", "--out", stick / "vuelta", data=online)

    received = terreno.json("bundle", "receive", stick / "vuelta", data=offline, exit=1)
    words = terreno("bundle", "receive", stick / "vuelta", data=offline)

    assert (received["conflicts"], received["pending"]) == (1, 0)
    assert "1 conflicto espera una decisión: terreno conflicts list." in words.out
    assert words.exit == 1
    history = terreno.json("history", "attention", record, data=offline)
    assert [op["route"] for op in history["ops"]] == ["network", "network", "bundle"]


def test_the_centre_takes_a_bundle_without_a_carrier(terreno, centre, offline, stick):
    there, back = stick / "ida", stick / "vuelta"
    terreno.json("bundle", "export", there, data=offline)

    told = terreno.json("central", "bundle", there, "--out", back, "--database", centre.database)
    words = terreno("central", "bundle", there, "--out", back, "--force", "--database", centre.database)
    received = terreno.json("bundle", "receive", back, data=offline)

    assert told == {"file": str(back), "batches": 1, "ops": 2}
    assert "El centro tiene 2 cambios del paquete." in words.out
    assert (received["pending"], received["receipts"]) == (0, 1)


def test_nothing_to_hand_in_is_saved_too_for_what_comes_back(terreno, centre, stick):
    laptop = centre.laptop("nuevo")

    told = terreno.json("bundle", "export", stick / "ida", data=laptop)

    assert (told["batches"], told["ops"]) == (0, 0)


def refused(terreno: Terminal, *args: object, data: Path | None = None, exit: int) -> str:  # noqa: A002
    told = terreno.json("bundle", *args, data=data, exit=exit)
    assert set(told) == THREE
    assert all(told.values())
    words = terreno("bundle", *args, data=data)
    assert words.exit == exit
    assert [line.partition(":")[0] for line in words.err.splitlines()] == ["Qué pasó", "Qué está a salvo", "Qué hacer"]
    return str(told["code"])


def test_a_damaged_file_is_wrong_input_and_nothing_of_it_is_used(terreno, offline, online, stick):
    there, back = stick / "ida", stick / "vuelta"
    terreno.json("bundle", "export", there, data=offline)
    terreno.json("bundle", "carry", there, "--out", back, data=online)
    for file in (there, back):
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(bytes(data))

    carried = refused(terreno, "carry", there, "--out", stick / "otra", data=online, exit=2)
    received = refused(terreno, "receive", back, data=offline, exit=2)

    assert carried == received == "damaged_bundle"
    assert terreno.json("status", data=offline)["pending"] == 2
    assert names(stick) == ["ida", "vuelta"]


def test_files_that_are_something_else_are_told_apart(terreno, offline, online, stick):
    there, back = stick / "ida", stick / "vuelta"
    terreno.json("bundle", "export", there, data=offline)
    terreno.json("bundle", "carry", there, "--out", back, data=online)
    other = stick / "carta.pdf"
    other.write_bytes(b"%PDF-1.7 una carta")

    codes = [
        refused(terreno, "receive", other, data=offline, exit=2),
        refused(terreno, "receive", there, data=offline, exit=2),
        refused(terreno, "carry", back, "--out", stick / "x", data=online, exit=2),
        refused(terreno, "receive", back, data=online, exit=2),
        refused(terreno, "receive", stick / "nada", data=offline, exit=2),
        refused(terreno, "receive", stick, data=offline, exit=2),
        refused(terreno, "carry", stick / "nada", "--out", stick / "x", data=online, exit=2),
    ]

    assert codes == [
        "not_a_bundle",
        "wrong_way",
        "wrong_way",
        "other_laptop",
        "file_missing",
        "file_unreadable",
        "file_missing",
    ]
    assert names(stick) == ["carta.pdf", "ida", "vuelta"]


def test_a_bundle_of_another_centre_is_told(terreno, centre, online, stick, tmp_path):
    database = f"sqlite:///{tmp_path / 'otro.db'}"
    terreno.json("central", "init", "--coordinator", "Otra", "--database", database)
    terreno.json("bundle", "export", stick / "ida", data=online)

    told = terreno.json("central", "bundle", stick / "ida", "--out", stick / "x", "--database", database, exit=2)

    assert told["code"] == "other_centre"
    assert names(stick) == ["ida"]


def test_a_centre_that_cannot_be_reached_is_the_environment(terreno, offline, online, stick, waited):
    terreno.json("bundle", "export", stick / "ida", data=offline)
    laptop = open_laptop(online, None, lambda: PHRASE, machine=terreno.machine)
    with laptop.store.transaction() as write:
        write.put_identity(replace(laptop.store.identity(), central="http://127.0.0.1:9"))
    laptop.close()

    code = refused(terreno, "carry", stick / "ida", "--out", stick / "vuelta", data=online, exit=3)

    assert code == "central_down"
    assert sum(waited) <= 6
    assert names(stick) == ["ida"]


def test_a_file_that_is_there_is_replaced_only_when_somebody_says_so(terreno, centre, offline, online, stick):
    there, taken = stick / "ida", stick / "ajeno"
    taken.write_bytes(b"somebody's bundle")
    terreno.json("bundle", "export", there, data=offline)
    by_hand = ("central", "bundle", there, "--out", taken, "--database", centre.database)

    codes = [
        refused(terreno, "export", taken, data=offline, exit=2),
        refused(terreno, "carry", there, "--out", taken, data=online, exit=2),
        terreno.json(*by_hand, exit=2)["code"],
    ]
    kept = taken.read_bytes()

    assert (codes, kept) == (["file_taken"] * 3, b"somebody's bundle")
    assert names(stick) == ["ajeno", "ida"]
    assert terreno.json("status", data=offline)["pending"] == 2
    assert terreno.json("bundle", "export", there, "--force", data=offline)["ops"] == 2
    assert terreno.json("bundle", "carry", there, "--out", taken, "--force", data=online)["ops"] == 2
    assert terreno.json(*by_hand, "--force")["ops"] == 2
    assert terreno.json("bundle", "receive", taken, data=offline)["pending"] == 0


def test_a_stick_that_is_not_there_is_the_environment(terreno, offline, online, stick):
    gone = stick / "otro" / "ida"
    terreno.json("bundle", "export", stick / "ida", data=offline)

    exported = refused(terreno, "export", gone, data=offline, exit=3)
    carried = refused(terreno, "carry", stick / "ida", "--out", gone, data=online, exit=3)

    assert exported == carried == "medium_absent"


IN_A_MOUNT = """
mount -t tmpfs -o {options} none "$3" || exit 99
{before}
"$0" -m terreno_app bundle export "$3/ida" --json --data "$1"
status=$?
ls -A "$3" >&2
exit $status
"""


def in_a_mount(laptop: Path, stick: Path, options: str, before: str = "") -> subprocess.CompletedProcess[str] | None:
    """Save onto a medium of its own, where this machine lets us mount one."""
    for way in OWN_MOUNTS if shutil.which("unshare") else ():
        done = shell(way, IN_A_MOUNT.format(options=options, before=before), laptop, laptop, stick)
        if done.stdout:
            return done
    return None


def short_files(laptop: Path, stick: Path) -> subprocess.CompletedProcess[str]:
    """A medium on which no file may grow; stands for a mount where there is none."""
    script = 'ulimit -f 8; "$0" -m terreno_app bundle export "$3/ida" --json --data "$1"; s=$?; ls -A "$3" >&2; exit $s'
    return shell([], script, laptop, laptop, stick)


def test_a_full_stick_is_said_and_holds_nothing_half(terreno, offline, stick, tmp_path):
    notes = [enquiry(space="oirs", answer_given=f"{number}" * 90) for number in range(300)]
    terreno.json("record", jsonl(tmp_path / "mas.jsonl", *notes), data=offline)

    done = in_a_mount(offline, stick, "size=16k") or short_files(offline, stick)

    assert done.returncode == 3, done
    assert '"code":"medium_full"' in done.stdout
    assert done.stderr == ""
    assert terreno.json("status", data=offline)["pending"] == 302
    assert {r["state"] for r in terreno.json("list", "attention", data=offline)["records"]} == {"local"}


def test_a_stick_that_may_not_be_written_is_said(terreno, offline, stick, monkeypatch):
    done = in_a_mount(offline, stick, "size=1m", 'mount -o remount,ro "$3"')
    if done is None:
        stick.chmod(0o500)
        answer = terreno("bundle", "export", stick / "ida", "--json", data=offline)
        told, status = answer.out, answer.exit
    else:
        told, status = done.stdout, done.returncode

    assert status == 3
    assert '"code":"medium_read_only"' in told


def test_one_change_is_counted_as_one(terreno, centre, online, stick, tmp_path):
    laptop = centre.laptop("otro")
    terreno.json("record", jsonl(tmp_path / "una.jsonl", complaint(space="oirs")), data=laptop)

    exported = terreno("bundle", "export", stick / "ida", data=laptop)
    carried = terreno("bundle", "carry", stick / "ida", "--out", stick / "vuelta", data=online)
    at_the_centre = terreno("central", "bundle", stick / "ida", "--out", stick / "r", "--database", centre.database)

    assert "1 cambio para el centro." in exported.out
    assert "El centro tiene 1 cambio de T03." in carried.out
    assert "El centro tiene 1 cambio del paquete." in at_the_centre.out
