"""What holds whatever the order, the splitting, the repetition, the number of writers or the moment of a crash."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.central.api import build_app
from sync.central.serve import serving
from sync.central.store_sqlite import SqliteStore
from sync.core.ops import Op
from tests.central.conftest import AnotherFolder
from tests.central.speaking import Laptop, World

pytestmark = pytest.mark.uncounted

draws = random.Random
"""Not for secrets: the same draws in every run."""
FIELDS = ("title", "topic", "count")
TABLES = ("ops", "private_values", "quarantine", "conflicts", "receipts", "batches")
PUSHERS = 8
RECORDS = 50
ROUNDS = 6


def state(world: World) -> Any:
    """Everything that a coordination device is told, without what is made anew in every run."""
    office = world.coordination()
    return {
        (record.kind, record.record): (
            dict(record.fields),
            {name: record.writer_of(name) for name in record.fields},
            sorted((c["id"], c["state"], str(c["other"])) for c in record.conflicts),
        )
        for record in office.page(limit=1000).records
        if record.kind == "note"
    }


def scripts(world: World, draw: random.Random) -> list[tuple[Laptop, list[Op], dict[str, Any]]]:
    """What three laptops typed, partly on the same notes, partly wrong and corrected."""
    records = [f"0199cccc-0000-7000-8000-{number:012x}" for number in range(4)]
    told = []
    for _ in range(3):
        laptop = world.laptop()
        mine: dict[tuple[str, str], str] = {}
        ops: list[Op] = []
        values: dict[str, Any] = {}
        for _ in range(8):
            record, names = draw.choice(records), draw.sample(FIELDS, draw.choice((1, 2)))
            fields = {name: draw.choice(CHOICES[name]) for name in names}
            body = {"body": draw.choice("AB")} if draw.random() < 0.3 else None
            touched = [*fields, *(body or {})]
            seen = {name: mine[record, name] for name in touched if (record, name) in mine}
            op = laptop.op(record=record, fields=fields, seen=seen, values=body)
            mine.update({(record, name): op.id for name in touched})
            ops.append(op)
            if body:
                values[op.id] = body
        told.append((laptop, ops, values))
    return told


CHOICES: dict[str, tuple[Any, ...]] = {"title": ("A", "B", 7), "topic": ("water", "roads", "raods"), "count": (1, 2)}


def push_all(laptop: Laptop, ops: list[Op], values: dict[str, Any], cuts: list[int]) -> None:
    for start, end in zip([0, *cuts], [*cuts, len(ops)], strict=True):
        if start < end:
            laptop.push(*ops[start:end], values={op.id: values[op.id] for op in ops[start:end] if op.id in values})


def law(examples: int) -> settings:
    return settings(max_examples=examples, suppress_health_check=[HealthCheck.function_scoped_fixture])


in_files = pytest.mark.parametrize("kept_by", ["sqlite"], indirect=True)
on_a_server = pytest.mark.parametrize("kept_by", ["postgres"], indirect=True)
"""The laws are of the rules, which no database knows: few examples tell whether one of them breaks a law."""
seeds = st.integers(0, 10**6)
some_cuts = st.lists(st.integers(1, 7), max_size=4, unique=True).map(sorted)


@in_files
@law(examples=12)
@given(seed=seeds, cuts=some_cuts)
def test_however_batches_are_cut_and_repeated_the_state_is_the_same(
    another_folder: AnotherFolder, seed: int, cuts: list[int]
) -> None:
    assert_the_same_state(another_folder, seed, cuts)


@on_a_server
@law(examples=3)
@given(seed=seeds, cuts=some_cuts)
def test_however_batches_are_cut_and_repeated_the_state_on_a_server_is_the_same(
    another_folder: AnotherFolder, seed: int, cuts: list[int]
) -> None:
    assert_the_same_state(another_folder, seed, cuts)


def assert_the_same_state(another_folder: AnotherFolder, seed: int, cuts: list[int]) -> None:
    states = []
    for how in ("whole", "cut", "twice"):
        with another_folder() as folder:
            world = World(folder)
            for laptop, ops, values in scripts(world, draws(seed)):
                push_all(laptop, ops, values, [] if how == "whole" else cuts)
                if how == "twice":
                    laptop.seq, laptop.link = 0, ""
                    push_all(laptop, ops, values, [])
                    laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""
                    push_all(laptop, ops, values, cuts)
            states.append(state(world))
            world.store.close()

    assert states[0] == states[1] == states[2]


@in_files
@law(examples=12)
@given(seed=seeds, order=st.permutations(range(3)))
def test_in_whatever_order_laptops_come_no_value_is_lost_and_none_overwritten_unseen(
    another_folder: AnotherFolder, seed: int, order: list[int]
) -> None:
    assert_nothing_lost(another_folder, seed, order)


@on_a_server
@law(examples=3)
@given(seed=seeds, order=st.permutations(range(3)))
def test_in_whatever_order_laptops_come_to_a_server_no_value_is_lost_and_none_overwritten_unseen(
    another_folder: AnotherFolder, seed: int, order: list[int]
) -> None:
    assert_nothing_lost(another_folder, seed, order)


def assert_nothing_lost(another_folder: AnotherFolder, seed: int, order: list[int]) -> None:
    with another_folder() as folder:
        world = World(folder)
        told = scripts(world, draws(seed))
        for number in order:
            push_all(*told[number], [4])

        accepted = dict(world.rows("SELECT id, status FROM ops WHERE kind = 'note'"))
        ops = {op.id: op for _, ops, _ in told for op in ops}
        assert accepted.keys() == ops.keys()
        kept = {conflict.rpartition("/")[0] for (conflict,) in world.rows("SELECT id FROM conflicts")}
        assert kept == {op for op, status in accepted.items() if status == "conflict"}
        live = state(world)
        for (kind, record), (fields, writers, _) in live.items():
            for name, writer in writers.items():
                assert kind == "note"
                wrote = {**ops[writer].fields} if writer in ops else {}
                assert name == "body" or fields[name] == wrote[name], record
        world.store.close()


def test_eight_pushers_on_fifty_shared_records_make_a_chain_of_each_field(tmp_path: Path) -> None:
    world = World(tmp_path)
    records = [f"0199dddd-0000-7000-8000-{number:012x}" for number in range(RECORDS)]
    with serving(build_app(world.centre)) as url:
        laptops = [world.laptop(url=url) for _ in range(PUSHERS)]
        reader = world.coordination(url=url)
        done = threading.Event()
        told: dict[int, str] = {}
        failures: list[BaseException] = []

        def work(laptop: Laptop, draw: random.Random) -> None:
            try:
                for _ in range(ROUNDS):
                    shown = laptop.pulled()
                    chosen = draw.sample(records, 10)
                    laptop.push(*(edit(laptop, shown.get(record), record, draw) for record in chosen))
            except BaseException as error:  # noqa: BLE001 - told by the test's own thread
                failures.append(error)

        def read() -> None:
            cursor = 0
            while True:
                last = done.is_set()
                page = reader.page(cursor=cursor, limit=7)
                told.update({record.change: record.record for record in page.records})
                if last and not page.more and page.cursor == cursor:
                    return
                cursor = page.cursor

        threads = [threading.Thread(target=work, args=(one, draws(n))) for n, one in enumerate(laptops)]
        watcher = threading.Thread(target=read)
        for thread in (*threads, watcher):
            thread.start()
        for thread in threads:
            thread.join()
        done.set()
        watcher.join()

    assert failures == []
    changes = [change for (change,) in world.rows("SELECT change FROM ops WHERE change > 0 ORDER BY change")]
    assert changes == list(range(1, len(changes) + 1))
    assert dict(world.rows("SELECT change, id FROM records")).items() <= told.items()
    assert_chains(world)
    world.store.close()


def edit(laptop: Laptop, shown: Any, record: str, draw: random.Random) -> Op:
    """An edit of one field as it was shown."""
    name = draw.choice(FIELDS[:2])
    value = f"{laptop.device}/{laptop.ids.new()}" if name == "title" else draw.choice(("water", "roads"))
    seen = {} if shown is None or name not in shown.fields else {name: shown.writer_of(name)}
    return laptop.op(record=record, fields={name: value}, seen=seen)


def assert_chains(world: World) -> None:
    """Each value that became live was typed by somebody who saw the one before it, or one equal to it."""
    office = world.coordination()
    for _, record in world.rows("SELECT kind, id FROM records WHERE kind = 'note'"):
        for name in FIELDS[:2]:
            writers: set[str] = set()
            history = [op for op in office.history("note", record) if name in op["fields"]]
            history.sort(key=lambda op: op["change"])
            for op in history:
                with world.store.reading() as tx:
                    written = tx.written((op["op"],)).get(op["op"])
                assert written is not None
                assert isinstance(written.raw, dict)
                seen = written.raw["seen"].get(name)
                if op["status"] == "applied":
                    assert (seen in writers) if writers else seen is None
                    writers = {op["op"]}
                elif op["status"] == "agreed":
                    writers.add(op["op"])


@pytest.mark.parametrize(
    ("kept_by", "step"),
    [*(("sqlite", step) for step in range(0, 60, 3)), *(("postgres", step) for step in range(1, 60, 6))],
    indirect=["kept_by"],
)
def test_a_crash_at_any_statement_leaves_nothing_or_everything(tmp_path: Path, step: int) -> None:
    whole = World(tmp_path / "whole") if (tmp_path / "whole").mkdir() is None else None
    broken = World(tmp_path / "broken") if (tmp_path / "broken").mkdir() is None else None
    assert whole is not None
    assert broken is not None
    for world in (whole, broken):
        laptop = world.laptop()
        values = {"body": "By the bridge"}
        ops = [laptop.op(fields={"title": "A", "topic": "raods"}, values=values)]
        ops.append(laptop.op(record=ops[0].record, fields={"topic": "roads"}, seen=ops[0]))
        ops.append(laptop.op(fields={"title": 7}))
        batch = laptop.batch(ops, {ops[0].id: values})
        if world is broken:
            crash_at(world, laptop, batch, step)
        laptop.send(batch)

    assert state(whole) == state(broken)
    counts = "SELECT " + ", ".join(f"(SELECT COUNT(*) FROM {table})" for table in TABLES)  # noqa: S608 - constants
    assert whole.rows(counts) == broken.rows(counts)
    whole.store.close()
    broken.store.close()


class CrashError(Exception):
    """The process dies here."""


class Dying:
    """A connection that dies before its n-th statement."""

    def __init__(self, connection: Any, step: int) -> None:
        self.connection = connection
        self._left = step

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def _step(self, sql: str = "") -> None:
        if sql != "ROLLBACK":
            if self._left == 0:
                raise CrashError
            self._left -= 1

    def execute(self, sql: str, *params: Any, **options: Any) -> Any:
        self._step(sql)
        return self.connection.execute(sql, *params, **options)

    def executemany(self, sql: str, *params: Any) -> Any:
        self._step()
        return self.connection.executemany(sql, *params)

    def cursor(self) -> Any:
        self._step()
        return self.connection.cursor()


@contextmanager
def dying_at(world: World, step: int) -> Iterator[None]:
    """The next transaction of the world dies before its n-th statement."""
    store = world.store
    if isinstance(store, SqliteStore):
        dying = Dying(store._writer, step)
        store._writer = dying  # type: ignore[assignment]
        yield
        store._writer = dying.connection
    else:
        free = store._writers._free
        dying = Dying(free.get(), step)
        free.put(dying)  # type: ignore[arg-type]
        yield
        assert free.get() is dying
        free.put(dying.connection)


def crash_at(world: World, laptop: Laptop, batch: Any, step: int) -> None:
    """Push, and die before the n-th statement of the transaction."""
    with dying_at(world, step), suppress(CrashError):
        laptop.send(batch)
