"""Eight laptops write the same fifty records at once while somebody reads: chains, no gap, nothing missed."""

import threading
from contextlib import closing
from itertools import pairwise

import pytest

from terreno_app.desktop import open_laptop
from terreno_app.machine import Machine
from tests.cli.terminal import PHRASE, enquiry
from tests.days.town import enrolled, no_wait

CROWD = 8
ROUNDS = (
    lambda n: [f"wait_min={n + 1}"],
    lambda n: [f"duration_s={n + 1}", f"wait_min={n + 11}"],
)
_CHANGES = """
    SELECT ops.change
    FROM ops
    JOIN batches ON batches.id = ops.batch
    WHERE batches.region = ?
    AND ops.change > 0
    ORDER BY ops.change
"""


def an_open(equipment):
    return open_laptop(equipment.folder, None, lambda: PHRASE, machine=Machine(wait=no_wait))


class Reader(threading.Thread):
    """Polls a feed and keeps the last change that it saw of each record."""

    def __init__(self, line, feed):
        super().__init__()
        self._line = line
        self._feed = feed
        self._enough = threading.Event()
        self.pages = 0
        self.seen = {}
        self.wrong = []

    def run(self):
        cursor = 0
        while not (self._enough.wait(0.02) and cursor == self.cursor_now()):
            page = self._line.pull(self._feed, cursor, 7)
            changes = [record.change for record in page.records]
            if changes != sorted(set(changes)) or any(change <= cursor for change in changes):
                self.wrong.append((cursor, changes))
            self.seen |= {(record.kind, record.record): record.change for record in page.records}
            cursor = page.cursor
            self.pages += 1

    def cursor_now(self):
        return self._line.pull(self._feed, 0, 1_000).cursor

    def enough(self):
        self._enough.set()
        self.join()


@pytest.fixture
def crowded(begin, mortal_centre, laptops):
    """A town whose fifty records eight laptops edit at once, twice; and who read meanwhile."""
    town = begin(mortal_centre, laptops=0)
    records = town.office.record(*[enquiry(space="oirs") for _ in range(50)])
    town.office.sync()
    folder = town.office.folder.parent
    crowd = [enrolled(town.centre, folder / f"p{n}", town.region, "coordination", town.officer) for n in range(CROWD)]
    with closing(an_open(town.office)) as office:
        reader = Reader(office.central, town.region)
        reader.start()
        for edits in (lambda _: [], *ROUNDS, lambda _: []):
            lives = [
                laptops.begin(
                    one.folder.name, folder=str(one.folder), edit=[[r, *edits(n)] for r in records if edits(n)]
                )
                for n, one in enumerate(crowd)
            ]
            assert all(life.listen() and life.exit == 0 and life.told("pending") == [0] for life in lives)
        reader.enough()
    return town, crowd, records, reader


@pytest.mark.parametrize("kept_by", ["sqlite", "postgres"], indirect=True)
def test_eight_laptops_on_fifty_shared_records_leave_chains_and_a_reader_misses_nothing(crowded, tell):
    town, crowd, records, reader = crowded
    laptops = [an_open(one) for one in crowd]
    try:
        seen = {o.op.id: o.op.seen for p in laptops for r in records for o in p.store.own_ops("attention", r)}
        histories = [laptops[0].conflicts.history("attention", record) for record in records]
        shown = [[p.store.shown("attention", r).fields for r in records] for p in laptops]
        whole = laptops[0].central.pull(town.region, 0, 1_000)
    finally:
        for laptop in laptops:
            laptop.close()
    changes = [change for (change,) in town.centre.rows(_CHANGES, town.region)]

    tell(
        f"{CROWD} laptops, {len(records)} records, {len(seen)} edits, "
        f"{changes[-1]} changes read in {reader.pages} pages"
    )
    assert all(s == shown[0] for s in shown)
    assert changes == list(range(1, whole.cursor + 1))
    assert (reader.wrong, reader.pages > 2 * CROWD) == ([], True)
    assert reader.seen == {(record.kind, record.record): record.change for record in whole.records}
    for history in histories:
        assert history.complete
        assert len(history.ops) == 1 + 2 * CROWD
        for name in ("wait_min", "duration_s"):
            writers = [op for op in history.ops if op["status"] == "applied" and name in op["fields"]]
            assert all(seen[later["op"]].get(name) == earlier["op"] for earlier, later in pairwise(writers))
            assert name not in seen[writers[0]["op"]]
        assert sum(op["status"] == "applied" for op in history.ops) == 3
        assert sum(op["status"] == "conflict" for op in history.ops) == 2 * (CROWD - 1)
