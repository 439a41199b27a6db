"""The database, whichever it is: refuses what it must not touch, undoes what went wrong, goes on after a new start."""

import sqlite3
import threading
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from sync.central.centre import Centre, found
from sync.central.errors import (
    AlreadyFoundedError,
    NewerDatabaseError,
    NotFoundedError,
    OlderDatabaseError,
    UnavailableError,
)
from sync.central.migrations import migrations, newest
from tests.central.conftest import BOTH
from tests.central.speaking import World, bare_place, place_in, statuses
from tests.central.toy import SCHEMA

DATABASES = BOTH

READERS = {"sqlite": 4, "postgres": 8}
NEWER = {"sqlite": "PRAGMA user_version = 9999", "postgres": "INSERT INTO migrations (number) VALUES (9999)"}


def test_both_databases_have_the_same_steps() -> None:
    assert len(migrations("sqlite")) == len(migrations("postgres")) == newest()


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, kept_by: str) -> None:
    place = bare_place(tmp_path, "other.db")
    store = place.open()
    with store.writing() as tx:
        tx._execute(NEWER[kept_by])  # type: ignore[attr-defined]
    store.close()

    with pytest.raises(NewerDatabaseError):
        place.open()


def test_a_database_of_an_older_version_waits_for_somebody_to_migrate_it(tmp_path: Path) -> None:
    place = bare_place(tmp_path, "other.db")
    store = place.open(as_found=True)
    with store.writing() as tx:
        tx.migrate(newest() - 1)
    store.close()

    with pytest.raises(OlderDatabaseError):
        place.open()

    store = place.open(as_found=True)
    with store.reading() as tx:
        assert tx.version() == newest() - 1
    store.close()


def test_an_empty_database_holds_no_centre(tmp_path: Path, world: World) -> None:
    store = bare_place(tmp_path, "other.db").open()

    with pytest.raises(NotFoundedError):
        Centre(store, SCHEMA, world.surroundings)

    store.close()


def test_a_centre_is_founded_once(world: World) -> None:
    with pytest.raises(AlreadyFoundedError):
        found(world.store, world.surroundings)


def test_a_centre_is_founded_once_though_two_begin_at_the_same_moment(tmp_path: Path, world: World) -> None:
    store = bare_place(tmp_path, "other.db").open()
    together = threading.Barrier(2)
    told: list[str] = []

    def begin() -> None:
        together.wait(10)
        try:
            found(store, world.surroundings)
        except AlreadyFoundedError:
            told.append("already")
        else:
            told.append("founded")

    threads = [threading.Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["already", "founded"]
    with store.reading() as tx:
        assert len(tx.keys()) == 2
    store.close()


def test_a_centre_opened_again_goes_on_where_it_was(world: World) -> None:
    laptop = world.laptop()
    note = laptop.note()
    before = world.centre.status()

    world.open_again()

    assert world.centre.status() == before
    assert statuses(laptop.push(laptop.op(record=note.record, fields={"title": "B"}, seen=note))) == ["applied"]


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
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)), world.store.writing() as tx:
        tx.add_epoch(str(tx.epoch()), "2026-11-21T15:04:05.123Z")


def test_who_waits_too_long_for_a_region_is_asked_to_come_back(tmp_path: Path) -> None:
    store = place_in(tmp_path).open(busy_s=0.05)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with store.writing() as tx:
            tx.take_feed("13")
            inside.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(10)

    with pytest.raises(UnavailableError), store.writing() as tx:
        tx.take_feed("13")
    leave.set()
    holder.join()
    store.close()


def test_a_second_process_that_writes_is_waited_for_and_then_told(tmp_path: Path) -> None:
    first, second = (place_in(tmp_path).open(busy_s=0.05) for _ in range(2))

    with first.writing() as one:
        one.take_feed("13")
        with pytest.raises(UnavailableError), second.writing() as other:
            other.take_feed("13")

    first.close()
    second.close()


def test_a_reader_that_finds_no_connection_is_asked_to_come_back(tmp_path: Path, kept_by: str) -> None:
    store = place_in(tmp_path).open(busy_s=0.05)

    with ExitStack() as taken:
        for _ in range(READERS[kept_by]):
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


def test_a_counter_gives_no_number_twice(world: World) -> None:
    numbers: list[int] = []

    def count() -> None:
        for _ in range(5):
            with world.store.writing() as tx:
                numbers.append(tx.count_up("things"))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == list(range(1, 21))


def test_nothing_is_found_under_a_name_that_no_database_can_hold(world: World) -> None:
    world.laptop().note()

    with world.store.reading() as tx:
        assert tx.page("13\0", 0, 10, None) == []
        assert tx.decisions("13\0", 0, 10) == []
        assert tx.one("note\0", "0199aaaa\0", None) is None
        assert tx.history("note", "0199aaaa\0") == []
        assert tx.waiting_there("note", "\0") is None
        assert tx.device("\0") is None
        assert tx.code("\0\0\0\0") is None
        assert tx.known_ops(["\0"]) == {}
        assert tx.senders(["\0"]) == {}
        assert tx.records(["\0"]) == []
        assert tx.waiting(["\0"], ["\0"]) == []
        assert tx.written(("\0",)) == {}
