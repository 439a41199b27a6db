"""Killed anywhere and run again, a laptop and the centre end as after an undisturbed day: nothing lost or doubled."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from terreno_app.desktop import open_laptop
from terreno_app.machine import Machine
from tests.cli.terminal import PHRASE, ROOT, enquiry
from tests.days.town import enrolled, no_wait

POINTS = {
    "talk.answered",
    "talk.learnt",
    "push.marked",
    "push.answered",
    "push.verified",
    "push.accepted",
    "push.done",
    "pull.answered",
    "pull.stored",
    "pull.whole",
    "pull.done",
}


def test_a_laptop_killed_between_any_two_effects_goes_on(town):
    one, _ = town.field

    dying = subprocess.run(
        [sys.executable, "-m", "tests.days.dying", str(one.folder)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    deaths = dying.stdout.split()
    town.settle()

    status, made = one("status"), len(deaths) + 1
    attentions = town.office.shown()
    assert set(deaths) == POINTS
    assert (status["pending"], status["received"]) == (0, status["total"])
    assert sorted(a["wait_min"] for a in attentions.values()) == list(range(1, made + 1))
    assert len({a["folio"] for a in attentions.values()}) == made
    assert one.shown() == attentions
    assert all(len(town.office("history", "attention", record)["ops"]) == 1 for record in attentions)


def test_a_centre_killed_in_the_middle_of_a_push_loses_and_doubles_nothing(begin, own_centre):
    town = begin(own_centre, laptops=1)
    (one,) = town.field
    made, cut = [], 0
    log = own_centre.folder / "centro.db-wal"

    for turn in range(5):
        made += one.record(*[enquiry(wait_min=turn) for _ in range(120)])
        before = log.stat().st_size
        with ThreadPoolExecutor(1) as threads:
            push = threads.submit(one.terreno, "sync", "--json", data=one.folder)
            while not push.done() and log.stat().st_size == before:
                os.sched_yield()
            own_centre.end(signal.SIGKILL)
            cut += push.result().exit == 3
        own_centre.start()

    town.settle()
    status = one("status")
    assert cut > 0
    assert town.office.shown().keys() == set(made)
    assert (status["pending"], status["received"]) == (0, status["total"])
    assert {r["state"] for r in one("list", "attention")["records"]} == {"received"}
    assert all(len(town.office("history", "attention", r)["ops"]) == 1 for r in made[::60])


def test_eight_pushers_on_fifty_shared_records_leave_chains(begin, shared_centre):
    town = begin(shared_centre, laptops=0)
    centre, region, officer = town.centre, town.region, town.officer
    records = town.office.record(*[enquiry(space="oirs") for _ in range(50)])
    town.office.sync()
    folders = [enrolled(centre, town.office.folder.parent / f"p{n}", region, "coordination", officer) for n in range(8)]
    laptops = [open_laptop(e.folder, None, lambda: PHRASE, machine=Machine(wait=no_wait)) for e in folders]
    rounds = (
        [[f"wait_min={n + 1}"] for n in range(8)],
        [[f"duration_s={n + 1}", f"wait_min={n + 11}"] for n in range(8)],
    )

    def push(laptop):
        return laptop.sync_day.run(lambda _: None, lambda: False)

    try:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(push, laptops))
            for changes in rounds:
                for laptop, change in zip(laptops, changes, strict=True):
                    for record in records:
                        laptop.editing.edit("attention", record, change, laptop.person.id)
                list(threads.map(push, laptops))
                list(threads.map(push, laptops))
        seen = {o.op.id: o.op.seen for p in laptops for r in records for o in p.store.own_ops("attention", r)}
        histories = [laptops[0].conflicts.history("attention", record) for record in records]
        shown = [[p.store.shown("attention", r).fields for r in records] for p in laptops]
    finally:
        for laptop in laptops:
            laptop.close()

    assert all(s == shown[0] for s in shown)
    for history in histories:
        assert history.complete
        assert len(history.ops) == 1 + 2 * 8
        for name in ("wait_min", "duration_s"):
            writers = [op for op in history.ops if op["status"] == "applied" and name in op["fields"]]
            assert all(seen[later["op"]].get(name) == earlier["op"] for earlier, later in pairwise(writers))
            assert name not in seen[writers[0]["op"]]
        assert sum(op["status"] == "applied" for op in history.ops) == 3
        assert sum(op["status"] == "conflict" for op in history.ops) == 14
