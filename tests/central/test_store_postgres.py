"""What is told of PostgreSQL alone: regions side by side, races between them, servers that die and come back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sync.central.errors import RefusedError, UnavailableError
from sync.central.store_postgres import PostgresStore
from sync.core.ops import links
from sync.core.protocol import Batch, PushAnswer
from tests.central.speaking import ALL, Laptop, World, place_in, statuses
from tests.postgres import MARKER, Databases, Server, running

DATABASES = ("postgres",)
BATCHES = 12


def together(*works: Callable[[], Any]) -> list[Any]:
    """What each work gives or raises, all begun at the same moment; the first is done in this thread."""
    begin = threading.Barrier(len(works))
    told: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        begin.wait(10)
        try:
            told[number] = works[number]()
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            told[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(1, len(works))]
    for thread in threads:
        thread.start()
    run(0)
    for thread in threads:
        thread.join()
    return told


# what a transaction is


def test_what_was_answered_is_on_disk_and_a_reader_sees_one_moment(world: World) -> None:
    with world.store.writing() as tx:
        written = [tx._one(f"SHOW {name}")[0] for name in ("synchronous_commit", "transaction_isolation")]  # type: ignore[attr-defined]
    with world.store.reading() as tx:
        read = [tx._one(f"SHOW {name}")[0] for name in ("transaction_isolation", "transaction_read_only")]  # type: ignore[attr-defined]

    assert written == ["on", "read committed"]
    assert read == ["repeatable read", "on"]


def go_on_after_a_failure(world: World) -> None:
    with world.store.writing() as tx:
        tx.set_value("half", "done")
        with suppress(psycopg.Error):
            tx._execute("SELECT 1 / 0")  # type: ignore[attr-defined]


def test_a_statement_that_failed_is_never_taken_for_a_commit(world: World) -> None:
    with pytest.raises(UnavailableError):
        go_on_after_a_failure(world)

    with world.store.reading() as tx:
        assert tx.value("half") is None


def test_a_setting_that_the_server_refuses_leaves_no_connection_behind(world: World) -> None:
    store = world.store
    assert isinstance(store, PostgresStore)

    with pytest.raises(psycopg.ProgrammingError), store._readers.transaction("BEGIN NONSENSE"):
        pass

    with store.reading() as tx:
        assert tx.epoch() is not None


# regions side by side


def test_a_region_waits_for_no_other(tmp_path: Path) -> None:
    store = place_in(tmp_path).open(busy_s=0.2)

    with store.writing() as one, store.writing() as other:
        assert (one.take_feed("13"), other.take_feed("05")) == (0, 0)

    store.close()


def test_reference_data_waits_for_the_regions_that_are_reading_it(tmp_path: Path) -> None:
    store = place_in(tmp_path).open(busy_s=0.2)

    with store.writing() as one:
        one.take_feed("13")
        with pytest.raises(UnavailableError), store.writing() as other:
            other.take_feed(ALL)

    store.close()


def test_an_op_is_healed_by_a_code_that_comes_in_beside_it(world: World) -> None:
    laptop, office = world.laptop(), world.coordination(ALL)

    for number in range(12):
        op = laptop.op(fields={"title": "A", "topic": f"new_{number}"})
        code = office.op("topic", fields={"code": f"new_{number}", "name": "New"}, region=ALL)
        pushed, published = together(lambda op=op: laptop.push(op), lambda code=code: office.push(code, region=ALL))  # type: ignore[misc]
        assert (len(pushed.results), statuses(published)) == (1, ["applied"])

    assert world.rows("SELECT COUNT(*) FROM quarantine WHERE state = 'waiting'") == [(0,)]
    assert len(laptop.pulled()) == 12


def test_the_centres_own_stream_is_one_chain_though_all_regions_write_it(world: World) -> None:
    laptops = [world.laptop(region) for region in ("01", "05", "13")]

    def wrong(laptop: Laptop, region: str) -> list[str]:
        ops = [laptop.op(fields={"title": 7}, region=region) for _ in range(6)]
        return [status for op in ops for status in statuses(laptop.push(op, region=region))]

    told = together(*(lambda one=one: wrong(one, one.held.region) for one in laptops))  # type: ignore[misc]

    assert told == [["quarantined"] * 6] * 3
    stream = world.centre.ground.stream
    link, seq = "", 1
    batches = "SELECT first_seq, prev, hashes, count FROM batches WHERE stream = ? ORDER BY first_seq"
    for first_seq, prev, packed, count in world.rows(batches, stream):
        assert (first_seq, prev) == (seq, link)
        hashes = [packed[at : at + 32].hex() for at in range(0, len(packed), 32)]
        link = links(prev, stream, first_seq, hashes)[-1]
        seq += count
    assert world.rows("SELECT last_seq, link FROM streams WHERE id = ?", stream) == [(seq - 1, link)]


def test_an_op_that_two_regions_take_in_at_once_counts_once(world: World) -> None:
    store = world.store
    laptop = world.laptop()
    laptop.note()
    rows = "INSERT INTO ops (batch, place, id, hash, status, change) VALUES (1, 0, 'twice', '', 'applied', 0)"

    def take_in() -> str:
        try:
            with store.writing() as tx:
                tx._execute(rows)  # type: ignore[attr-defined]
        except UnavailableError as error:
            return str(error)
        return "taken"

    assert sorted(together(take_in, take_in)) == ["raced", "taken"]


def test_a_code_enrols_one_laptop_though_two_use_it_at_the_same_moment(world: World) -> None:
    code, _ = world.centre.new_code("13", "field", 24)
    laptops = [Laptop(world, number) for number in (1, 2)]

    told = together(*(lambda one=one: one.enrol(code) for one in laptops))  # type: ignore[misc]

    assert [type(one) for one in told].count(RefusedError) == 1
    assert world.rows("SELECT COUNT(*) FROM devices") == [(1,)]


def test_laptops_of_different_regions_get_different_labels_at_the_same_moment(world: World) -> None:
    regions = ["01", "05", "13", "16"] * 2
    laptops = [Laptop(world, number) for number in range(len(regions))]
    codes = [world.centre.new_code(region, "field", 24)[0] for region in regions]

    told = together(*(lambda one=one, code=code: one.enrol(code) for one, code in zip(laptops, codes, strict=True)))  # type: ignore[misc]

    assert sorted(one["certificate"]["body"]["label"] for one in told) == [f"T{n:02d}" for n in range(1, 9)]


# servers that die


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    with running() as server:
        Databases.begin(server)
        yield server


@pytest.fixture
def mortal(own_server: Server, tmp_path: Path) -> Iterator[World]:
    """A world on a server that the test may kill."""
    folder = tmp_path / "mortal"
    folder.mkdir()
    (folder / MARKER).write_text(own_server.url("postgres"))
    world = World(folder)
    yield world
    world.store.close()


def kill_the_server(server: Server, _: World) -> None:
    server.kill()
    server.start()


def kill_a_writer(server: Server, world: World) -> None:
    """Kill the one process of the server that writes; the server then throws out all others too, and recovers."""
    with psycopg.connect(str(place_in(world.folder).at), autocommit=True) as connection:
        writers = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            " ORDER BY xact_start"
        ).fetchall()
    server.kill_process(writers[0][0])


class Pusher:
    """A laptop that hands its batches in until each is answered."""

    def __init__(self, world: World, region: str, server: Server) -> None:
        self.world, self.region, self.server = world, region, server
        self.laptop = world.laptop(region)
        self.device = self.laptop.held
        self.told: dict[str, str] = {}
        self.refused = 0

    def push(self, answered: threading.Semaphore) -> None:
        for _ in range(BATCHES):
            ops = [self.laptop.op(fields={"title": "A"}, region=self.region) for _ in range(20)]
            ops.append(self.laptop.op(fields={"title": 7}, region=self.region))
            answer = self.answer_to(self.laptop.batch(ops, region=self.region))
            self.told.update({result.op: result.status.value for result in answer.results})
            answered.release()

    def answer_to(self, batch: Batch) -> PushAnswer:
        while self.refused < 10_000:
            try:
                return self.world.centre.push(self.device, batch, batch.stream)
            except UnavailableError:
                self.refused += 1
                self.server.ready.wait(60)
        raise AssertionError("never answered")


@pytest.mark.parametrize("kill", [kill_the_server, kill_a_writer])
def test_whatever_is_killed_nothing_answered_is_lost_and_nothing_half_written(
    mortal: World, own_server: Server, kill: Callable[[Server, World], None]
) -> None:
    pushers = [Pusher(mortal, region, own_server) for region in ("13", "13", "05", "05")]
    answered = threading.Semaphore(0)

    def strike() -> None:
        for _ in range(3):
            for _ in range(2 * len(pushers)):
                answered.acquire(timeout=60)
            kill(own_server, mortal)

    outcome = together(strike, *(lambda one=one: one.push(answered) for one in pushers))  # type: ignore[misc]

    assert outcome == [None] * (1 + len(pushers))
    assert sum(one.refused for one in pushers) > 0
    told = {op: status for one in pushers for op, status in one.told.items()}
    assert len(told) == len(pushers) * BATCHES * 21
    assert dict(mortal.rows("SELECT id, status FROM ops")).items() >= told.items()
    assert (
        mortal.rows("SELECT id, count FROM batches EXCEPT SELECT batch, COUNT(*)::integer FROM ops GROUP BY batch")
        == []
    )
    changes = "SELECT change FROM ops JOIN batches ON batches.id = ops.batch WHERE batches.region = ? AND change > 0"
    for region, last in mortal.rows("SELECT region, last_change FROM feeds"):
        assert sorted(change for (change,) in mortal.rows(changes, region)) == list(range(1, last + 1))


def test_a_server_that_was_started_again_is_used_as_if_nothing_had_been(mortal: World, own_server: Server) -> None:
    laptop = mortal.laptop()
    note = laptop.note()

    kill_the_server(own_server, mortal)

    assert statuses(laptop.push(laptop.op(record=note.record, fields={"title": "B"}, seen=note))) == ["applied"]
    assert laptop.pulled()[note.record].fields["title"] == "B"


def test_a_server_that_is_gone_is_told_and_found_again(mortal: World, own_server: Server) -> None:
    laptop = mortal.laptop()
    device, batch = laptop.held, laptop.batch([laptop.op(fields={"title": "A"})])
    own_server.kill()

    for _ in range(2):
        with pytest.raises(UnavailableError):
            mortal.centre.push(device, batch, batch.stream)
    own_server.start()

    assert statuses(mortal.centre.push(device, batch, batch.stream)) == ["applied"]
