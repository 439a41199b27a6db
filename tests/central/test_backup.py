"""A centre in one file: all of it, at one moment, whole or not at all; and back, as another moment of its history."""

import hashlib
import io
import random
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from sync.central.centre import Centre
from sync.central.errors import (
    DamagedCopyError,
    FilledDatabaseError,
    NewerCopyError,
    NotFoundedError,
)
from sync.central.migrations import PASSING, TABLES, newest
from sync.central.operate.backup import KEEP_DAYS, BackedUp, back_up
from sync.central.operate.check import check
from sync.central.operate.copies import Header, read_header
from sync.central.operate.inspection import Fault
from sync.central.operate.restore import LABEL_GAP, Restored, restore
from sync.central.store_postgres import PostgresStore
from sync.central.store_sqlite import SqliteStore
from tests.central.conftest import BOTH
from tests.central.lived import lived
from tests.central.speaking import AnyStore, World, bare_place, statuses
from tests.central.toy import SCHEMA, Ids
from tests.postgres import Databases

DATABASES = BOTH

KEEP = timedelta(days=KEEP_DAYS)
draws = random.Random
"""Not for secrets: the same draws in every run."""
ANEW = {"epochs", "centre", "codes"}
"""Tables of which a restore changes something."""
NAMES = {
    SqliteStore: "SELECT name FROM sqlite_master WHERE type = 'table'",
    PostgresStore: "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'",
}
"""Asks for every table but the one with the version, where that is one."""
MADE_ANEW = ("figure_", "fact_", "cube_")
"""Tables that are no part of a copy: they are made from the records."""


def heard(_: Header) -> Any:
    return lambda _: None


def backup_of(world: World, target: Path, keep: timedelta = KEEP) -> BackedUp:
    return back_up(world.store, target, world.clock.now(), heard, keep)


def restored(world: World, file: Path, store: AnyStore) -> Restored:
    with file.open("rb") as source:
        return restore(source, store, world.surroundings, heard)


def content(store: AnyStore) -> dict[str, Any]:
    """Every row of every table."""
    with store.reading() as tx:
        return {table.name: (table.columns, [tuple(row) for row in tx.rows(table)]) for table in tx.tables()}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[AnyStore]:
    store = bare_place(tmp_path, "other.db").open(as_found=True)
    yield store
    store.close()


@pytest.mark.parametrize("seed", range(3))
def test_every_row_comes_back(world: World, tmp_path: Path, empty: AnyStore, seed: int) -> None:
    lived(world, seed)
    before = content(world.store)

    restored(world, backup_of(world, tmp_path / "copy").file, empty)

    after = content(empty)
    assert {name: after[name] for name in after if name not in ANEW} == {
        name: before[name] for name in before if name not in ANEW
    }
    assert after["epochs"][1][:-1] == before["epochs"][1]
    assert [name for name in TABLES if not before[name][1]] == []


@pytest.fixture
def of_the_other_kind(tmp_path: Path, kept_by: str, databases: Databases) -> Iterator[AnyStore]:
    """An empty database of the other kind."""
    folder = tmp_path / "elsewhere"
    kept_elsewhere = kept_by == "sqlite"
    store = (
        PostgresStore(databases.bare(folder), as_found=True) if kept_elsewhere else SqliteStore(folder, as_found=True)
    )
    yield store
    store.close()
    databases.take_back(folder)


def test_a_centre_moves_from_one_database_to_the_other(
    world: World, tmp_path: Path, of_the_other_kind: AnyStore
) -> None:
    lived(world)
    before = content(world.store)

    restored(world, backup_of(world, tmp_path / "copy").file, of_the_other_kind)

    after = content(of_the_other_kind)
    assert {name: (set(after[name][0]), len(after[name][1])) for name in after if name not in ANEW} == {
        name: (set(before[name][0]), len(before[name][1])) for name in before if name not in ANEW
    }
    world.centre = Centre(of_the_other_kind, SCHEMA, world.surroundings)
    world.laptop().note()
    faults: list[Fault] = []
    with of_the_other_kind.reading() as tx:
        check(tx, SCHEMA, faults.append, lambda _: lambda _: None)
    assert faults == []


def test_a_restored_centre_begins_an_epoch_a_stream_and_a_gap_in_labels(
    world: World, tmp_path: Path, empty: AnyStore
) -> None:
    world.laptop()
    before = world.centre.status()["epoch"], world.centre.ground.stream

    told = restored(world, backup_of(world, tmp_path / "copy").file, empty)

    centre = Centre(empty, SCHEMA, world.surroundings)
    world.centre = centre
    assert told.epoch == centre.status()["epoch"]
    assert told.epoch not in before
    assert centre.ground.stream != before[1]
    assert world.laptop().certificate["body"]["label"] == f"T{LABEL_GAP + 2}"


def test_a_code_that_nobody_used_is_not_good_any_more_after_a_restore(
    world: World, tmp_path: Path, empty: AnyStore
) -> None:
    world.laptop()
    world.centre.new_code("13", "field", 24)

    restored(world, backup_of(world, tmp_path / "copy").file, empty)

    (_, used), (_, left) = content(world.store)["codes"], content(empty)["codes"]
    assert (len(used), len(left)) == (2, 1)
    assert left[0][-1] is not None


def test_the_laptops_of_a_restored_centre_go_on(world: World, tmp_path: Path, empty: AnyStore) -> None:
    laptop = world.laptop()
    note = laptop.note()
    told = restored(world, backup_of(world, tmp_path / "copy").file, empty)
    world.centre = Centre(empty, SCHEMA, world.surroundings)

    laptop.epoch, laptop.stream, laptop.seq, laptop.link = told.epoch, laptop.ids.new(), 0, ""
    answer = laptop.push(laptop.op(record=note.record, fields={"title": "B"}, seen=note))

    assert statuses(answer) == ["applied"]
    assert answer.receipt.body["epoch"] == told.epoch


def test_a_copy_is_of_one_moment(world: World, tmp_path: Path, empty: AnyStore) -> None:
    laptop = world.laptop()
    for _ in range(20):
        laptop.note()
    inside, gone_on = threading.Event(), threading.Event()

    def begun(_: Header) -> Any:
        inside.set()
        gone_on.wait(10)
        return lambda _: None

    def push() -> None:
        inside.wait(10)
        laptop.note("Later")
        gone_on.set()

    other = threading.Thread(target=push)
    other.start()
    copied = back_up(world.store, tmp_path / "copy", world.clock.now(), begun, KEEP)
    other.join()

    restored(world, copied.file, empty)

    assert len(content(empty)["ops"][1]) == len(content(world.store)["ops"][1]) - 1


def test_a_backup_is_for_its_owner_only(world: World, tmp_path: Path) -> None:
    copied = backup_of(world, tmp_path)

    assert stat.S_IMODE(copied.file.stat().st_mode) == 0o600
    assert copied.file.name == "centre-20261121T150405123Z.backup"


def test_a_backup_never_takes_the_place_of_another_file(world: World, tmp_path: Path) -> None:
    backup_of(world, tmp_path)

    with pytest.raises(FileExistsError):
        backup_of(world, tmp_path)

    assert len(list(tmp_path.glob("*.backup"))) == 1


def test_a_backup_that_fails_leaves_no_file(world: World, tmp_path: Path) -> None:
    world.laptop().note()

    def full(_: Header) -> Any:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        back_up(world.store, tmp_path / "copy", world.clock.now(), full, KEEP)

    assert [file.name for file in tmp_path.iterdir() if "copy" in file.name] == []


def test_only_this_centres_backups_older_than_the_term_are_destroyed(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (tmp_path / "sister").mkdir()
    sister = World(tmp_path / "sister", clock=world.clock, ids=Ids(0x0299))
    others = backup_of(sister, folder / "sister.backup").file
    strange = folder / "strange.backup"
    strange.write_bytes(b"not a copy")
    old = backup_of(world, folder).file
    world.clock.move(days=1)
    kept = backup_of(world, folder).file

    world.clock.move(days=34, seconds=1)
    copied = backup_of(world, folder)

    assert copied.destroyed == (old,)
    assert sorted(folder.iterdir()) == sorted([others, strange, kept, copied.file])
    sister.store.close()


def test_a_backup_to_a_named_file_destroys_nothing(world: World, tmp_path: Path) -> None:
    old = backup_of(world, tmp_path).file
    world.clock.move(days=100)

    copied = backup_of(world, tmp_path / "copy")

    assert copied.destroyed == ()
    assert old.exists()


def test_an_empty_database_has_no_backup(world: World, tmp_path: Path, empty: AnyStore) -> None:
    with pytest.raises(NotFoundedError):
        back_up(empty, tmp_path / "copy", world.clock.now(), heard, KEEP)


def flipped(data: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :]


def cut(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data))]


def longer(data: bytes, draw: random.Random) -> bytes:
    return data + bytes(draw.randrange(1, 100))


def elsewhere(data: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(data))
    return data[:place] + draw.randbytes(16) + data[place + 16 :]


@pytest.mark.parametrize("harm", [flipped, cut, longer, elsewhere])
def test_a_damaged_file_is_refused_and_leaves_the_database_empty(
    world: World, tmp_path: Path, empty: AnyStore, harm: Any
) -> None:
    lived(world)
    whole = backup_of(world, tmp_path / "copy").file.read_bytes()
    draw = draws(harm.__name__)

    for _ in range(60):
        with pytest.raises((DamagedCopyError, NewerCopyError)):
            restore(io.BytesIO(harm(whole, draw)), empty, world.surroundings, heard)

    with empty.reading() as tx:
        assert tx.is_empty()


def test_a_restore_that_dies_on_its_way_leaves_the_database_empty(
    world: World, tmp_path: Path, empty: AnyStore
) -> None:
    lived(world)
    copied = backup_of(world, tmp_path / "copy").file
    left = [5]

    def dying(_: Header) -> Any:
        def told(_: int) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise ZeroDivisionError

        return told

    with pytest.raises(ZeroDivisionError), copied.open("rb") as source:
        restore(source, empty, world.surroundings, dying)

    with empty.reading() as tx:
        assert tx.is_empty()


def test_nothing_is_copied_over_what_a_database_holds(world: World, tmp_path: Path) -> None:
    copied = backup_of(world, tmp_path / "copy").file
    before = content(world.store)

    with pytest.raises(FilledDatabaseError):
        restored(world, copied, world.store)

    assert content(world.store) == before


def with_header(data: bytes, **members: Any) -> io.BytesIO:
    """A copy that says something else of itself, and is whole."""
    head, _, rest = data.partition(b"\n")
    changed = orjson.dumps(orjson.loads(head) | members) + b"\n" + rest[:-32]
    return io.BytesIO(changed + hashlib.sha256(changed).digest())


@pytest.mark.parametrize("member", ["version", "schema"])
def test_a_copy_of_a_newer_version_is_refused(world: World, tmp_path: Path, empty: AnyStore, member: str) -> None:
    data = backup_of(world, tmp_path / "copy").file.read_bytes()

    with pytest.raises(NewerCopyError):
        restore(with_header(data, **{member: 999}), empty, world.surroundings, heard)


def test_a_copy_with_other_counts_than_it_says_is_refused(world: World, tmp_path: Path, empty: AnyStore) -> None:
    copied = backup_of(world, tmp_path / "copy")
    data = copied.file.read_bytes()

    with pytest.raises(DamagedCopyError):
        restore(with_header(data, rows={**copied.header.rows, "ops": 7}), empty, world.surroundings, heard)


@pytest.mark.parametrize("data", [b"", b"{}\n", b"[]\n", b"nothing", b'{"format":"other"}\n', bytes(200)])
def test_a_file_that_is_no_copy_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedCopyError):
        read_header(io.BytesIO(data))


def test_every_table_of_the_newest_version_is_copied(world: World) -> None:
    there = {name for (name,) in world.rows(NAMES[type(world.store)])}

    assert {name for name in there if not name.startswith(MADE_ANEW)} == {*TABLES, *PASSING}


@pytest.mark.parametrize("version", range(1, newest() + 1))
def test_a_copy_of_an_older_version_is_brought_up_to_this_one(
    world: World, tmp_path: Path, empty: AnyStore, version: int
) -> None:
    old = bare_place(tmp_path, "old.db").open(as_found=True)
    with old.writing() as tx:
        tx.migrate(version)
        tx.set_value("centre", "0199aaaa-0000-7000-8000-00000000000c")
        tx.add_epoch("0199aaaa-0000-7000-8000-00000000000e", "2026-11-21T15:04:05.123Z")
    copied = back_up(old, tmp_path / "copy", world.clock.now(), heard, KEEP)
    old.close()

    restored(world, copied.file, empty)

    with empty.reading() as tx:
        assert (copied.header.schema, tx.version()) == (version, newest())
        assert tx.tables() == tables_of_this_version(world)


def tables_of_this_version(world: World) -> Any:
    with world.store.reading() as tx:
        return tx.tables()
