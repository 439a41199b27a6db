"""A look through a whole centre: one that lived has no fault, and nothing can be altered or taken away unnoticed."""

import random
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest

from sync.central.centre import Centre
from sync.central.errors import NotFoundedError, OlderDatabaseError, UnavailableError
from sync.central.migrations import PASSING, TABLES, migrations, newest
from sync.central.operate.backup import back_up
from sync.central.operate.check import check
from sync.central.operate.inspection import Fault, FaultCode
from sync.central.operate.restore import restore
from sync.central.packing import ops_of, pack, pack_ops, unpack
from sync.central.ports import Transaction
from sync.central.store_sqlite import SqliteStore
from tests.central.lived import lived
from tests.central.speaking import World, bare_place, faults
from tests.central.toy import SCHEMA
from tests.postgres import MARKER

draws = random.Random
"""Not for secrets: the same draws in every run."""
KEEP = timedelta(days=35)
STATES = ("applied", "agreed", "conflict", "quarantined", "rejected")
CLOSED = {
    ("ops", "status"): STATES,
    ("quarantine", "state"): ("waiting", "released", "rejected"),
    ("conflicts", "state"): ("open", "closed", "superseded"),
    ("batches", "route"): ("network", "central"),
    ("centre_keys", "use"): ("sign", "box"),
    ("devices", "role"): ("field", "coordination"),
    ("codes", "role"): ("field", "coordination"),
}
"""Columns that the database lets have these values only."""
FLAGS = ("contested", "erased", "erase", "coordination", "forgiven")
UNPROVEN = {
    ("devices", "enrolled_at"): "an hour that its record and certificate repeat to within a moment only",
    ("codes", "id"): "a code stands for itself",
    ("codes", "secret"): "a code stands for itself",
    ("codes", "expires_at"): "a code stands for itself",
    ("stream_certificates", "stream"): "the stream may not have begun",
    ("stream_certificates", None): "the stream may not have begun",
    ("records", "place"): "only an order",
    ("receipts", "id"): "only an order",
    ("centre_keys", "place"): "only an order",
}
"""What may be altered (`None`: taken away) without any harm that could be found."""

PROVABLE = {
    "epochs": "WHERE started_at = (SELECT MIN(made_at) FROM centre_keys)",
    "codes": "WHERE device IS NOT NULL",
    "centre": "WHERE name IN ('centre', 'stream', 'last_label')",
    "private_values": "WHERE (batch, place) IN (SELECT batch, place FROM ops WHERE status IN ('applied', 'conflict'))",
}
"""Of a code that nobody used, of when a later epoch began, of other facts, and of values that are held as they came,
nothing else speaks."""


REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError, psycopg.errors.GeneratedAlways, UnavailableError)
"""What a database says that lets nobody alter a row so."""


class Undone(Exception):  # noqa: N818 - not an error of a program
    """The alteration is taken back; these were its faults."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__()


def take_back(faults: list[Fault]) -> None:
    raise Undone(faults)


def faults_of(tx: Transaction) -> list[Fault]:
    faults: list[Fault] = []
    checked = check(tx, SCHEMA, faults.append, lambda _: lambda _: None)
    assert checked.faults == len(faults)
    return faults


def loosen(world: World, tx: Transaction) -> None:
    """Let the rows of a file hang in the air until the end; a server never does."""
    if isinstance(world.store, SqliteStore):
        world.run(tx, "PRAGMA defer_foreign_keys = ON")


def altered(world: World, sql: str, *params: Any) -> list[Fault]:
    """The faults that are found after an alteration, which is then undone."""
    try:
        with world.store.writing() as tx:
            loosen(world, tx)
            assert world.run(tx, sql, *params).rowcount == 1
            take_back(faults_of(tx))
    except REFUSED:
        return [Fault(FaultCode.DATABASE, "", "refused")]
    except Undone as undone:
        return undone.faults
    raise AssertionError(sql)


def another(value: Any, draw: random.Random, table: str, column: str) -> Any:
    """Another value of the same form."""
    if (table, column) in CLOSED:
        return draw.choice([one for one in CLOSED[table, column] if one != value])
    match value:
        case bytes() if column in ("ops", "results"):
            return another_content(value, draw, column)
        case bytes():
            return flipped(value, draw)
        case int():
            return type(value)(1 - value) if column in FLAGS else value + draw.choice((1, 77))
        case str() if value[:1] in ("{", "["):
            return orjson.dumps(another_json(orjson.loads(value), draw)).decode()
    return misspelt(value, draw) if value else "0199aaaa-0000-7000-8000-00000000000f"


def another_content(value: bytes, draw: random.Random, column: str) -> bytes:
    if column == "results":
        return pack(orjson.dumps(another_json(orjson.loads(unpack(value)), draw)))
    raws = another_json([orjson.loads(raw) for raw in ops_of(value)], draw)
    return pack_ops([orjson.dumps(raw) for raw in raws])


def flipped(value: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(value))
    return value[:place] + bytes([value[place] ^ 1 << draw.randrange(8)]) + value[place + 1 :]


def misspelt(value: str, draw: random.Random) -> str:
    place = draw.randrange(len(value))
    return value[:place] + ("1" if value[place] == "0" else "0") + value[place + 1 :]


def another_json(value: Any, draw: random.Random) -> Any:
    """JSON that differs in one leaf."""
    if isinstance(value, dict) and value:
        name = draw.choice(sorted(value.keys() - {"repeated"}))
        return {**value, name: another_json(value[name], draw)}
    if isinstance(value, list) and value:
        place = draw.randrange(len(value))
        return [*value[:place], another_json(value[place], draw), *value[place + 1 :]]
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value or ''}0"


@pytest.mark.parametrize(
    ("kept_by", "seed"), [*(("sqlite", seed) for seed in range(5)), ("postgres", 5)], indirect=["kept_by"]
)
def test_a_centre_that_lived_has_no_fault(world: World, seed: int) -> None:
    lived(world, seed, steps=90)

    faults = []
    with world.store.reading() as tx:
        checked = check(tx, SCHEMA, faults.append, lambda _: lambda _: None)

    assert faults == []
    assert all(checked.rows[table] for table in TABLES)


@pytest.fixture(scope="module")
def _lived_in() -> Iterator[dict[str, World]]:
    worlds: dict[str, World] = {}
    yield worlds
    for world in worlds.values():
        world.store.close()


@pytest.fixture
def old(
    _lived_in: dict[str, World], kept_by: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> World:
    """A centre that lived, the same one for every test: whoever alters it takes that back."""
    if kept_by not in _lived_in:
        folder = tmp_path_factory.mktemp("lived")
        if kept_by == "postgres":
            (folder / MARKER).write_text(request.getfixturevalue("databases").admin)
        _lived_in[kept_by] = World(folder)
        lived(_lived_in[kept_by], 3, steps=30)
    return _lived_in[kept_by]


@pytest.fixture
def own(world: World) -> World:
    """Another one, for a test that leaves it altered."""
    lived(world, 3, steps=30)
    return world


def rows_of(world: World, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    with world.store.reading() as tx:
        columns = next(list(one.columns) for one in tx.tables() if one.name == table)
    return columns, world.rows(f"SELECT {', '.join(columns)} FROM {table} {PROVABLE.get(table, '')}")  # noqa: S608


def provable() -> list[tuple[str, str, bool]]:
    """Every column of every table as the migrations make them that a look through must find altered; may it be NULL?"""
    database = sqlite3.connect(":memory:")
    for script in migrations("sqlite"):
        database.executescript(script)
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = [(table, row) for table in tables for row in database.execute(f"PRAGMA table_info({table})")]
    database.close()
    named = {(table, row[1]) for table, row in columns}
    assert {one for one in UNPROVEN if one[1] is not None} <= named
    assert {table for table, _ in columns} == {*TABLES, *PASSING}
    return [
        (table, row[1], not row[3] and not row[5])
        for table, row in columns
        if table not in PASSING and (table, row[1]) not in UNPROVEN
    ]


@pytest.mark.parametrize("kept_by", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("table", "column", "nullable"), provable(), ids=str)
def test_a_column_is_altered_and_that_is_found(old: World, table: str, column: str, nullable: bool) -> None:
    """A new column is found by a look through, or stands among those that cannot be, with the reason why."""
    draw = draws(f"{table}.{column}")
    columns, rows = rows_of(old, table)
    place = columns.index(column)
    where = " AND ".join(f"{name} IS ?" for name in columns)
    filled = [row for row in rows if row[place] is not None]
    empty = [row for row in rows if row[place] is None]
    row = draw.choice(filled)
    changes = [(row, another(row[place], draw, table, column))]
    changes += [(draw.choice(filled), None)] if nullable else []
    changes += [(draw.choice(empty), another(row[place], draw, table, column))] if empty else []

    unnoticed = [
        (row, after)
        for row, after in changes
        if not altered(old, f"UPDATE {table} SET {column} = ? WHERE {where}", after, *row)  # noqa: S608
    ]

    assert unnoticed == []


@pytest.mark.uncounted
@pytest.mark.parametrize("kept_by", ["postgres"], indirect=True)
@pytest.mark.parametrize("table", TABLES)
def test_whatever_is_altered_is_found(old: World, table: str) -> None:
    draw = draws(table)
    columns, rows = rows_of(old, table)
    where = " AND ".join(f"{name} IS ?" for name in columns)
    provable = [column for column in columns if (table, column) not in UNPROVEN]
    unnoticed = []

    for number in range(2):
        row, column = draw.choice(rows), provable[number % len(provable)]
        before = row[columns.index(column)]
        after = another(before, draw, table, column)
        if not altered(old, f"UPDATE {table} SET {column} = ? WHERE {where}", after, *row):  # noqa: S608
            unnoticed.append((column, before, after))

    assert unnoticed == []


@pytest.mark.parametrize("table", [table for table in TABLES if (table, None) not in UNPROVEN])
def test_whatever_is_taken_away_is_found(old: World, kept_by: str, table: str) -> None:
    columns, rows = rows_of(old, table)
    where = " AND ".join(f"{name} IS ?" for name in columns)

    unnoticed = [
        row
        for row in draws(table).sample(rows, min({"sqlite": 4, "postgres": 1}[kept_by], len(rows)))
        if not altered(old, f"DELETE FROM {table} WHERE {where}", *row)  # noqa: S608
    ]

    assert unnoticed == []


def test_what_is_released_at_the_centre_itself_is_no_fault(world: World) -> None:
    laptop = world.laptop()
    wrong = laptop.op(fields={"title": "A lamp is out", "topic": "raods"})
    laptop.push(wrong)

    decision = {"state": "released", "decided_by": None, "decided_reason": None}
    world.centre.write("13", "quarantine", wrong.id, decision)

    assert world.rows("SELECT state, forgiven FROM quarantine") == [("released", 1)]
    assert faults(world) == []


def test_when_a_record_was_accepted_that_waited_first_is_known_too(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    wrong = laptop.op(fields={"title": "A lamp is out", "topic": "raods"})
    laptop.push(wrong)
    world.clock.move(hours=1)
    shown = office.pulled("quarantine")[wrong.id]
    decision = {"state": "released", "decided_by": office.device, "decided_reason": None}
    seen = {name: shown.writer_of(name) for name in decision if name in shown.fields}
    office.push(office.op("quarantine", record=wrong.id, fields=decision, seen=seen))
    ((accepted_at, held_at),) = world.rows(
        "SELECT accepted_at, held_at FROM records JOIN quarantine ON record = id AND op = ?", wrong.id
    )

    before = faults(world)
    after = altered(world, "UPDATE records SET accepted_at = ? WHERE id = ?", held_at, wrong.record)

    assert (before, accepted_at > held_at) == ([], True)
    assert after == [Fault(FaultCode.RECORD, "records", f"note/{wrong.record}")]


def test_values_that_somebody_puts_back_after_an_erasure_are_found(old: World) -> None:
    (batch, place), *_ = old.rows(
        "SELECT ops.batch, ops.place FROM ops JOIN records ON records.id = ops.record AND records.kind = ops.kind"
        " WHERE erased AND status = 'applied'"
    )

    faults = altered(old, "INSERT INTO private_values (batch, place, body) VALUES (?, ?, ?)", batch, place, "{}")

    assert FaultCode.ERASED in {fault.code for fault in faults}


def test_a_batch_of_known_ops_alone_is_of_the_region_of_its_device(old: World) -> None:
    (batch,), *_ = old.rows(
        "SELECT batches.id FROM batches JOIN devices ON devices.id = batches.device"
        " WHERE devices.region = '13' AND batches.id NOT IN (SELECT batch FROM ops)"
    )

    faults = altered(old, "UPDATE batches SET region = '10' WHERE id = ?", batch)

    assert Fault(FaultCode.DIFFERS, "batches", str(batch)) in faults


def test_a_history_that_was_cut_back_with_care_is_found(own: World) -> None:
    """The last batch of a stream is gone with its ops and receipt, and the head of the stream says so."""
    stream, batch, first, prev = own.rows(
        "SELECT stream, batches.id, first_seq, prev FROM batches JOIN ops ON ops.batch = batches.id"
        " WHERE first_seq > 1 AND change > 0 AND kind = 'note' ORDER BY batches.id DESC LIMIT 1"
    )[0]
    with own.store.writing() as tx:
        loosen(own, tx)
        own.run(tx, "DELETE FROM private_values WHERE batch = ?", batch)
        own.run(tx, "DELETE FROM quarantine WHERE batch = ?", batch)
        own.run(tx, "DELETE FROM ops WHERE batch = ?", batch)
        own.run(tx, "DELETE FROM receipts WHERE stream = ? AND first_seq >= ?", stream, first)
        own.run(tx, "DELETE FROM batches WHERE stream = ? AND first_seq >= ?", stream, first)
        own.run(tx, "UPDATE streams SET last_seq = ?, link = ? WHERE id = ?", first - 1, prev, stream)

    with own.store.reading() as tx:
        faults = faults_of(tx)

    assert {FaultCode.COUNTER, FaultCode.RECORD} <= {fault.code for fault in faults}


def test_a_fault_says_where_and_never_what(old: World) -> None:
    faults = altered(old, "UPDATE records SET fields = ? WHERE place = 1", '{"title":"Made up"}')

    (kind, record), *_ = old.rows("SELECT kind, id FROM records WHERE place = 1")
    assert Fault(FaultCode.RECORD, "records", f"{kind}/{record}") in faults
    assert "Made up" not in str(faults)


def test_a_restored_centre_has_no_fault(own: World, tmp_path: Path) -> None:
    copied = back_up(own.store, tmp_path / "copy", own.clock.now(), lambda _: lambda _: None, KEEP)
    store = bare_place(tmp_path, "other.db").open(as_found=True)
    with copied.file.open("rb") as source:
        told = restore(source, store, own.surroundings, lambda _: lambda _: None)
    own.centre = Centre(store, SCHEMA, own.surroundings)
    laptop = own.laptop()
    laptop.note()

    with store.reading() as tx:
        faults = faults_of(tx)

    assert faults == []
    assert laptop.epoch == told.epoch
    store.close()


def test_an_empty_database_is_no_centre(tmp_path: Path) -> None:
    store = bare_place(tmp_path, "other.db").open(as_found=True)

    with store.reading() as tx, pytest.raises(NotFoundedError):
        faults_of(tx)

    store.close()


def test_an_older_database_is_migrated_before_it_is_checked(tmp_path: Path) -> None:
    store = bare_place(tmp_path, "other.db").open(as_found=True)
    with store.writing() as tx:
        tx.migrate(newest() - 1)
        tx.set_value("centre", "0199aaaa-0000-7000-8000-00000000000c")

    with store.reading() as tx, pytest.raises(OlderDatabaseError):
        faults_of(tx)

    store.close()
