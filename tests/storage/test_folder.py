import os
import stat
from pathlib import Path

import pytest
from nacl.public import PrivateKey, SealedBox

from terreno_app.storage import files, folder
from terreno_app.storage.connection import rekey
from terreno_app.storage.errors import (
    AlreadyALaptopError,
    DamagedDatabaseError,
    DiskFullError,
    FolderDeniedError,
    FolderLockedError,
    KnownOfficerError,
    LastOfficerError,
    NotALaptopError,
    UnknownOfficerError,
    WeakPassphraseError,
    WrongKeyError,
    WrongPassphraseError,
)
from terreno_app.storage.files import FolderLock, write_safely
from terreno_app.storage.folder import LaptopFolder, delay_after
from terreno_app.storage.keyslots import Header, Strength
from terreno_app.storage.laptop_store import LaptopStore
from tests.storage.laptop import SCHEMA

CHEAP = Strength(64, 1, 1)
ANA = "la frase larga de ana"
BETO = "la frase larga de beto"


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def closed(tmp_path, waits) -> LaptopFolder:
    return LaptopFolder(tmp_path / "equipo", strength=CHEAP, wait=waits.append)


@pytest.fixture
def made(closed) -> LaptopFolder:
    closed.create("ana", "Ana Díaz", ANA).close()
    return closed


def test_a_folder_is_made_and_its_passphrase_opens_it(closed):
    with closed.create("ana", "Ana Díaz", ANA) as created:
        key = created.key

    with closed.unlock("ana", ANA) as opened:
        assert (opened.key, opened.officer, opened.path) == (key, "ana", closed.path)
        LaptopStore(opened.path, opened.key, SCHEMA).close()
    assert closed.exists()


def test_without_a_strength_the_machine_is_measured(tmp_path):
    readings = iter([0.0, 9.0])

    with LaptopFolder(tmp_path, stopwatch=lambda: next(readings)).create("ana", "Ana", ANA):
        slot = LaptopFolder(tmp_path).officers()[0]

    assert slot.strength.memory_kib == 64 * 1024


def test_everything_in_the_folder_is_its_users_alone(made):
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.path.iterdir()}

    assert modes == dict.fromkeys(["device.key", "keys.json", "lock", "terreno.db", "tries.json"], 0o600)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o700


def test_officers_are_listed_without_a_passphrase(made):
    with made.unlock("ana", ANA) as opened:
        opened.add_officer("beto", "Beto", BETO)
        opened.rename_officer("beto", "Beto Soto")

    assert [(slot.officer, slot.name) for slot in made.officers()] == [("ana", "Ana Díaz"), ("beto", "Beto Soto")]


@pytest.mark.parametrize(("officer", "expected"), [("beto", "beto"), (None, "beto")])
def test_the_slot_is_the_one_that_was_named_or_that_the_passphrase_opens(made, officer, expected):
    with made.unlock(None, ANA) as opened:
        opened.add_officer("beto", "Beto", BETO)

    with made.unlock(officer, BETO) as opened:
        assert opened.officer == expected


def test_a_passphrase_of_another_officer_does_not_open_a_slot(made):
    with made.unlock("ana", ANA) as opened:
        opened.add_officer("beto", "Beto", BETO)

    with pytest.raises(WrongPassphraseError):
        made.unlock("ana", BETO)
    with pytest.raises(UnknownOfficerError):
        made.unlock("carla", ANA)


def test_a_folder_where_no_laptop_was_made_says_so_and_is_left_alone(tmp_path, closed):
    with pytest.raises(NotALaptopError):
        closed.unlock("ana", ANA)
    with pytest.raises(NotALaptopError):
        closed.officers()

    assert list(tmp_path.iterdir()) == []


def test_a_laptop_is_never_made_over_another(made):
    with pytest.raises(AlreadyALaptopError):
        made.create("beto", "Beto", BETO)

    made.unlock("ana", ANA).close()


def test_a_weak_passphrase_makes_nothing(closed):
    with pytest.raises(WeakPassphraseError):
        closed.create("ana", "Ana", "corta")

    assert not closed.path.exists()


def test_a_folder_in_use_is_locked_until_it_is_closed(made):
    opened = made.unlock("ana", ANA)

    with pytest.raises(FolderLockedError):
        made.unlock("ana", ANA)
    with pytest.raises(FolderLockedError):
        made.create("ana", "Ana", ANA)

    opened.close()
    opened.close()
    made.unlock("ana", ANA).close()


def test_a_failed_try_does_not_keep_the_folder_locked(made):
    with pytest.raises(WrongPassphraseError):
        made.unlock("ana", BETO)

    made.unlock("ana", ANA).close()


def test_tries_wait_longer_and_longer_from_the_third_failure_on(made, waits):
    for _ in range(5):
        with pytest.raises(WrongPassphraseError):
            made.unlock("ana", BETO)

    assert waits == [2, 4]
    assert made.delay_s() == 8


def test_a_right_passphrase_is_never_refused_and_ends_the_delays(made, waits):
    for _ in range(4):
        with pytest.raises(WrongPassphraseError):
            made.unlock("ana", BETO)

    made.unlock("ana", ANA).close()

    assert waits == [2, 4]
    assert made.delay_s() == 0


def test_delays_survive_a_restart_and_no_clock_shortens_them(made, waits):
    for _ in range(3):
        with pytest.raises(WrongPassphraseError):
            made.unlock("ana", BETO)
    tries = made.path / "tries.json"
    os.utime(tries, (0, 0))

    again = LaptopFolder(made.path, strength=CHEAP, wait=waits.append)

    assert again.delay_s() == 2


def test_delays_end_at_five_minutes():
    assert [delay_after(n) for n in (0, 2, 3, 4, 9, 10, 11, 10_000)] == [0, 0, 2, 4, 128, 256, 300, 300]


@pytest.mark.parametrize("told", [b"", b"[]", b'{"failures": "x"}', b'{"failures": -3}'])
def test_an_unreadable_count_of_tries_is_none(made, told):
    (made.path / "tries.json").write_bytes(told)

    assert made.delay_s() == 0


def test_an_interrupted_try_counts_as_a_failure(made, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(folder, "_first_that_opens", interrupted)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                made.unlock("ana", ANA)

    assert made.delay_s() == 2


def test_the_passphrase_can_be_asked_again_while_the_folder_is_open(made):
    with made.unlock("ana", ANA) as opened:
        opened.check(ANA)

        with pytest.raises(WrongPassphraseError):
            opened.check(BETO)


def test_officers_are_added_once_and_the_last_one_stays(made):
    with made.unlock("ana", ANA) as opened:
        with pytest.raises(KnownOfficerError):
            opened.add_officer("ana", "Ana", BETO)
        with pytest.raises(WeakPassphraseError):
            opened.add_officer("beto", "Beto", "corta")
        with pytest.raises(LastOfficerError):
            opened.remove_officer("ana")
        with pytest.raises(UnknownOfficerError):
            opened.remove_officer("beto")
        with pytest.raises(UnknownOfficerError):
            opened.rename_officer("beto", "Beto")


def without_ana(made: LaptopFolder) -> bytes:
    """A folder of Ana and Beto from which Ana was removed; returns the key that she knew."""
    with made.unlock("ana", ANA) as opened:
        opened.add_officer("beto", "Beto", BETO)
        opened.remove_officer("ana")
        return opened.key


def test_after_an_officer_is_removed_the_next_unlock_changes_the_key(made):
    known = without_ana(made)

    with made.unlock(None, BETO) as opened:
        assert opened.key != known
        with pytest.raises(WrongKeyError):
            LaptopStore(opened.path, known, SCHEMA)
        LaptopStore(opened.path, opened.key, SCHEMA).close()
        changed = opened.key
    with made.unlock("beto", BETO) as opened:
        assert opened.key == changed
    with pytest.raises(UnknownOfficerError):
        made.unlock("ana", ANA)


@pytest.mark.parametrize("after", [0, 1])
def test_a_change_of_key_that_was_cut_goes_on_at_the_next_unlock(made, monkeypatch, after):
    known = without_ana(made)

    def cut(*told):
        if after:
            rekey(*told)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(folder, "rekey", cut)
        with pytest.raises(KeyboardInterrupt):
            made.unlock("beto", BETO)

    with made.unlock("beto", BETO) as opened:
        assert opened.key != known
        LaptopStore(opened.path, opened.key, SCHEMA).close()


def test_the_recovery_key_may_come_at_creation_or_later(closed):
    first, second = PrivateKey.generate(), PrivateKey.generate()

    with closed.create("ana", "Ana", ANA, recovery_key=bytes(first.public_key)) as opened:
        early = SealedBox(first).decrypt(header_of(closed).recovery[1])
        opened.set_recovery_key(bytes(second.public_key))

        assert early == SealedBox(second).decrypt(header_of(closed).recovery[1]) == opened.key


def header_of(made: LaptopFolder) -> Header:
    return Header.from_bytes((made.path / "keys.json").read_bytes())


def test_a_header_that_somebody_altered_is_found_out_at_the_next_unlock(made):
    header = made.path / "keys.json"
    header.write_bytes(header.read_bytes().replace("Ana Díaz".encode(), b"Eva Toro"))

    with pytest.raises(DamagedDatabaseError):
        made.unlock("ana", ANA)


@pytest.mark.parametrize("lost", ["device.key", "terreno.db"])
def test_a_folder_that_lost_a_part_says_so_and_begins_nothing_new(made, lost):
    (made.path / lost).unlink()

    with pytest.raises(DamagedDatabaseError):
        made.unlock("ana", ANA)

    assert not (made.path / lost).exists()


def test_data_without_a_key_header_are_never_thrown_away(made):
    (made.path / "keys.json").unlink()
    before = (made.path / "terreno.db").read_bytes()

    with pytest.raises(DamagedDatabaseError):
        made.create("ana", "Ana", ANA)

    assert (made.path / "terreno.db").read_bytes() == before


STEPS = ["write_safely", "open_database", "migrate", "make_slot"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_creation_cut_anywhere_leaves_no_laptop_or_a_whole_one(closed, monkeypatch, step, after):
    calls = []
    real = getattr(folder, step)

    def cut(*told, **named):
        calls.append(step)
        if len(calls) > after:
            raise KeyboardInterrupt
        return real(*told, **named)

    with monkeypatch.context() as patched:
        patched.setattr(folder, step, cut)
        try:
            closed.create("ana", "Ana", ANA).close()
        except KeyboardInterrupt:
            assert not closed.exists()

    if not closed.exists():
        closed.create("ana", "Ana", ANA).close()
    closed.unlock("ana", ANA).close()


def test_a_creation_cut_at_its_very_end_is_a_whole_laptop(closed, monkeypatch):
    real = Path.unlink

    def cut(path, **named):
        if path.name == "creating":
            raise KeyboardInterrupt
        return real(path, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", cut)
        with pytest.raises(KeyboardInterrupt):
            closed.create("ana", "Ana", ANA)

    closed.unlock("ana", ANA).close()
    with pytest.raises(AlreadyALaptopError):
        closed.create("ana", "Ana", ANA)


def test_a_file_is_the_old_or_the_new_one_and_never_half(tmp_path, monkeypatch):
    path = tmp_path / "keys.json"
    write_safely(path, b"old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(DiskFullError):
        write_safely(path, b"new")

    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["keys.json"]


def test_a_lock_in_a_folder_that_may_not_be_written_is_denied(tmp_path, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.os, "open", denied)

    with pytest.raises(FolderDeniedError):
        FolderLock(tmp_path / "lock")


def test_a_lock_can_be_held_for_a_block(tmp_path):
    with FolderLock(tmp_path / "lock"), pytest.raises(FolderLockedError):
        FolderLock(tmp_path / "lock")

    FolderLock(tmp_path / "lock").release()
