"""The database: refuses what it must not touch, undoes what went wrong, and is the same after being opened again."""

import sqlite3
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.central.centre import Centre, found
from sync.central.errors import (
    AlreadyFoundedError,
    NewerDatabaseError,
    NotFoundedError,
    OlderDatabaseError,
    UnavailableError,
)
from sync.central.migrations import newest
from sync.central.store_sqlite import SqliteStore
from tests.central.speaking import SCHEMA, World, statuses


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    SqliteStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(NewerDatabaseError):
        SqliteStore(path)

    assert path.read_bytes() == before


def test_a_database_of_an_older_version_waits_for_somebody_to_migrate_it(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "centre.db", as_found=True)
    with store.writing() as tx:
        tx.migrate(newest() - 1)
    store.close()

    with pytest.raises(OlderDatabaseError):
        SqliteStore(tmp_path / "centre.db")

    store = SqliteStore(tmp_path / "centre.db", as_found=True)
    with store.reading() as tx:
        assert tx.version() == newest() - 1
    store.close()


def test_a_file_that_is_no_database_cannot_serve(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(UnavailableError):
        SqliteStore(path)


def test_a_database_that_cannot_be_opened_cannot_serve(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        SqliteStore(tmp_path / "missing" / "centre.db")


def test_an_empty_database_holds_no_centre(tmp_path: Path, world: World) -> None:
    store = SqliteStore(tmp_path / "other.db")

    with pytest.raises(NotFoundedError):
        Centre(store, SCHEMA, world.surroundings)

    store.close()


def test_a_centre_is_founded_once(world: World) -> None:
    with pytest.raises(AlreadyFoundedError):
        found(world.store, world.surroundings)


def test_a_centre_opened_again_goes_on_where_it_was(world: World) -> None:
    laptop = world.laptop()
    note = laptop.note()
    before = world.centre.status()

    world.open_again()

    assert world.centre.status() == before
    assert statuses(laptop.push(laptop.op(record=note.record, fields={"title": "B"}, seen=note))) == ["applied"]


def test_every_table_is_strict_and_the_file_is_durable(world: World) -> None:
    loose = world.rows(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'"
    )
    pragmas = {name: world.rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")}

    assert loose == []
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def fail_in_the_middle(world: World) -> None:
    with world.store.writing() as tx:
        tx.set_value("half", "done")
        raise ZeroDivisionError


def test_an_error_in_the_middle_undoes_the_whole_transaction(world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle(world)

    with world.store.reading() as tx:
        assert tx.value("half") is None


def test_a_broken_constraint_is_a_bug_and_stays_one(world: World) -> None:
    with pytest.raises(sqlite3.IntegrityError), world.store.writing() as tx:
        tx.add_epoch(str(tx.epoch()), "2026-11-21T15:04:05.123Z")


def test_a_writer_that_waits_too_long_is_asked_to_come_back(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "centre.db", busy_s=0.05)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with store.writing():
            inside.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(10)

    with pytest.raises(UnavailableError), store.writing():
        pass
    leave.set()
    holder.join()
    store.close()


def test_a_second_process_that_writes_is_waited_for_and_then_told(tmp_path: Path) -> None:
    first, second = (SqliteStore(tmp_path / "centre.db", busy_s=0.05) for _ in range(2))

    with first.writing(), pytest.raises(UnavailableError), second.writing():
        pass

    first.close()
    second.close()


def test_a_reader_that_finds_no_connection_is_asked_to_come_back(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "centre.db", busy_s=0.05)

    with ExitStack() as taken:
        for _ in range(4):
            taken.enter_context(store.reading())
        with pytest.raises(UnavailableError):
            taken.enter_context(store.reading())

    store.close()


def test_a_reader_sees_one_moment(world: World) -> None:
    with world.store.reading() as tx:
        before = tx.feeds()
        with world.store.writing() as writer:
            writer.take_feed("13")
            writer.put_feed("13", 77)
        after = tx.feeds()

    assert before == after
