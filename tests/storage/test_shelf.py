import os
import shutil
import stat
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from terreno_app.storage.backup import put_back
from terreno_app.storage.connection import open_database
from terreno_app.storage.connections import DATABASE_NAME
from terreno_app.storage.errors import DiskError
from terreno_app.storage.folder import LaptopFolder, OpenFolder
from terreno_app.storage.keyslots import Strength
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.storage.migrations import VERSION
from terreno_app.storage.shelf import Shelf, keep_before_migrating
from tests.factories import FixedClock
from tests.storage.laptop import SCHEMA, an_identity

PHRASE = "la frase larga de ana"


@pytest.fixture
def folder(tmp_path):
    folder = LaptopFolder(tmp_path / "equipo", strength=Strength(64, 1, 1))
    with folder.create("ana", "Ana Díaz", PHRASE) as opened:
        with LaptopStore(opened.path, opened.key, SCHEMA) as store, store.transaction() as write:
            write.put_identity(an_identity())
        yield opened


@pytest.fixture
def shelf(folder: OpenFolder) -> Shelf:
    return Shelf(folder, "T07", FixedClock())


def names(shelf: Shelf) -> list[str]:
    return [one.name for one in shelf.taken()]


def test_a_backup_says_when_it_was_made_and_whether_somebody_asked_for_it(shelf):
    file, size = shelf.put()
    shelf._clock.move(minutes=1)
    shelf.put(by_itself=True)

    assert file.stat().st_size == size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert names(shelf) == ["auto-T07-20261121-150505.terreno", "T07-20261121-150405.terreno"]


def test_a_month_of_use_leaves_the_last_three_and_one_of_each_of_seven_days(shelf):
    for _ in range(40):
        shelf.put(by_itself=True)
        shelf._clock.move(hours=6)

    shelf.put(by_itself=True)

    days = [name.split("-")[2] for name in names(shelf)]
    assert len(names(shelf)) == 9
    assert len(set(days)) == 7


def test_what_a_backup_took_the_place_of_goes_after_thirty_five_days(shelf, folder):
    former, lately = folder.path / "antes-de-restaurar-1.db", folder.path / "antes-de-restaurar-2.db"
    for file, age in ((former, 36), (lately, 34)):
        file.write_bytes(b"x")
        moment = (shelf._clock.now() - timedelta(days=age)).timestamp()
        os.utime(file, (moment, moment))

    shelf.put(by_itself=True)

    assert [file.exists() for file in (former, lately)] == [False, True]


def test_half_an_hour_of_use_makes_one_backup(shelf):
    for _ in range(31):
        shelf.put_if_due()
        shelf._clock.move(minutes=1)

    assert len(names(shelf)) == 2


def test_two_that_are_asked_for_at_once_are_made_one_after_the_other(shelf):
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda by_itself: shelf.put(by_itself=by_itself), [True, False] * 4))

    assert {file.exists() for file, _ in made} == {True}
    assert all(zipfile.ZipFile(file).testzip() is None for file, _ in made)


def test_what_a_killed_program_left_of_a_backup_is_taken_away(shelf):
    file, _ = shelf.put()
    halves = [file.with_name(file.name + ending) for ending in (".new", ".copy", ".copy-wal", ".copy-shm")]
    for half in halves:
        half.write_bytes(b"half")

    shelf.put(by_itself=True)

    assert not any(half.exists() for half in halves)
    assert file.exists()


def test_files_of_others_are_left_alone(shelf):
    shelf.put()
    others = [shelf.path / name for name in ("notas.terreno", "T07-99999999-999999.terreno", "T07-20200101-000000.zip")]
    for other in others:
        other.write_bytes(b"x")

    shelf.put(by_itself=True)

    assert all(other.exists() for other in others)
    assert len(names(shelf)) == 2


def test_a_backup_that_cannot_be_made_destroys_none(shelf):
    for _ in range(3):
        shelf.put(by_itself=True)
        shelf._clock.move(days=20)
    before = names(shelf)
    (shelf.path).rename(shelf.path.with_name("otro"))
    Path(shelf.path).write_bytes(b"in the way")

    with pytest.raises(DiskError):
        shelf.put(by_itself=True)

    shelf.path.unlink()
    shelf.path.with_name("otro").rename(shelf.path)
    assert names(shelf) == before


def test_the_newest_one_brings_the_laptop_back(shelf, folder):
    file, _ = shelf.put(by_itself=True)
    folder.close()

    closed = LaptopFolder(folder.path, strength=Strength(64, 1, 1))
    put_back(closed, file, lambda place: place.unlock(None, PHRASE), schema=SCHEMA, counters=lambda _: ())

    with closed.unlock("ana", PHRASE) as again, LaptopStore(again.path, again.key, SCHEMA) as store:
        assert store.identity().device == an_identity().device


@pytest.mark.parametrize("step", range(1, 8))
def test_a_restore_that_is_cut_never_opens_without_what_a_killed_program_had_saved(shelf, folder, monkeypatch, step):
    file, _ = shelf.put()
    with LaptopStore(folder.path, folder.key, SCHEMA) as store:
        with store.transaction() as write:
            write.put_meta("marca", "guardada")
        as_killed = {name: (folder.path / name).read_bytes() for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal")}
    folder.close()
    for name, data in as_killed.items():
        (folder.path / name).write_bytes(data)
    closed = LaptopFolder(folder.path, strength=Strength(64, 1, 1), wait=lambda _: None)
    moves, real = [], Path.replace

    def put():
        return put_back(closed, file, lambda place: place.unlock(None, PHRASE), schema=SCHEMA, counters=lambda _: ())

    def cut(self, target):
        if Path(target).parent == folder.path:
            moves.append(target)
        if len(moves) == step:
            raise KeyboardInterrupt
        return real(self, target)

    with monkeypatch.context() as power:
        power.setattr(Path, "replace", cut)
        with suppress(KeyboardInterrupt):
            put()
    done = len(moves) < step
    if (folder.path / DATABASE_NAME).exists() and not done:
        assert _mark(closed, folder.path / DATABASE_NAME) == "guardada"
    if not done:
        put()

    with closed.unlock("ana", PHRASE) as again, LaptopStore(again.path, again.key, SCHEMA) as store:
        assert store.meta("marca") is None
    assert _mark(closed, folder.path / "antes-de-restaurar-1.db") == "guardada"


def _mark(closed, database):
    """What a database holds under a name, in a copy: looking at it changes it."""
    aside = closed.path.with_name("aparte")
    aside.mkdir(exist_ok=True)
    for suffix in ("", "-wal"):
        (aside / f"{DATABASE_NAME}{suffix}").unlink(missing_ok=True)
        if (part := database.with_name(database.name + suffix)).exists():
            shutil.copy(part, aside / f"{DATABASE_NAME}{suffix}")
    with closed.unlock("ana", PHRASE) as opened, LaptopStore(aside, opened.key, SCHEMA) as store:
        return store.meta("marca")


def _of_version(folder, version):
    connection = open_database(folder.path / DATABASE_NAME, folder.key)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


def test_a_database_that_is_about_to_change_is_backed_up_as_it_is(folder):
    _of_version(folder, VERSION - 1)

    file = keep_before_migrating(folder, FixedClock())

    assert file.name == f"V{VERSION - 1}-20261121-150405.terreno"
    with zipfile.ZipFile(file) as packed, (folder.path / "aparte.db").open("wb") as aside:
        aside.write(packed.read(DATABASE_NAME))
    copy = open_database(folder.path / "aparte.db", folder.key)
    assert copy.execute("PRAGMA user_version").fetchone() == (VERSION - 1,)
    copy.close()
    assert [one.name for one in Shelf(folder, "T07", FixedClock()).taken()] == [file.name]


def test_a_database_of_this_version_needs_no_backup_to_be_opened(folder):
    assert keep_before_migrating(folder, FixedClock()) is None
    assert not (folder.path / "respaldos").exists()


def test_a_database_that_cannot_be_backed_up_is_not_changed(folder):
    _of_version(folder, VERSION - 1)
    (folder.path / "respaldos").write_bytes(b"")

    with pytest.raises(DiskError):
        keep_before_migrating(folder, FixedClock())
