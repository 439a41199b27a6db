"""Whatever is lost, doubled or late: shown = base + overlay, and in the end everybody shows what the centre has."""

import itertools
import tempfile
from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.core.merge import ConflictState
from sync.core.schema import Json
from tests.storage.laptop import Laptop, a_uuid
from tests.storage.tiny_centre import HELD_BACK, TinyCentre, pull_all, push_all

pytestmark = pytest.mark.uncounted

RECORDS = [a_uuid(n) for n in (1, 2)]
LAPTOPS = st.integers(0, 1)
SAVE = st.tuples(
    st.just("save"),
    LAPTOPS,
    st.sampled_from(RECORDS),
    st.dictionaries(
        st.sampled_from(["topic", "type", "status", "description"]),
        st.sampled_from(["a", "b", HELD_BACK, None]),
        min_size=1,
    ),
)
PUSH = st.tuples(st.just("push"), LAPTOPS, st.sampled_from(["arrives", "twice", "answer lost", "later"]))
PULL = st.tuples(st.just("pull"), LAPTOPS, st.sampled_from(["arrives", "twice", "lost"]))
RARE = st.one_of(
    st.tuples(st.just("resolve"), LAPTOPS),
    st.tuples(st.just("late answer"), LAPTOPS),
    st.tuples(st.just("decide"), st.booleans()),
    st.tuples(st.just("restored")),
    st.tuples(st.just("notice"), LAPTOPS),
    st.tuples(st.just("complete"), LAPTOPS),
)
ACTIONS = st.one_of(SAVE, PUSH, PULL, SAVE, PUSH, PULL, RARE)


class World:
    def __init__(self, folder: Path) -> None:
        self.centre = TinyCentre()
        self.laptops = [Laptop.enrolled(folder / str(n), device=n) for n in (7, 8)]
        self.late: list[list] = [[], []]
        self.epochs = itertools.count(2)

    def act(self, action: str, *told) -> None:
        getattr(self, action.replace(" ", "_"))(*told)

    def save(self, who: int, record: str, changes: dict) -> None:
        self.laptops[who].save(changes, record=record)

    def resolve(self, who: int) -> None:
        for conflict in self.laptops[who].store.conflicts()[:1]:
            self.laptops[who].save(
                dict(conflict.kept or conflict.other), record=conflict.record, resolves=(conflict.id,)
            )

    def push(self, who: int, fate: str) -> None:
        store = self.laptops[who].store
        batch = store.next_batch(2, 100_000)
        if batch is None or batch.epoch != self.centre.epoch:
            return
        store.mark_sent([op["op"] for op in batch.ops])
        answer = self.centre.push(batch, self.laptops[who].device)
        if fate == "later":
            self.late[who].append((batch, answer))
        if fate in {"arrives", "twice"}:
            store.accept(batch, answer)
        if fate == "twice":
            store.accept(batch, self.centre.push(batch, self.laptops[who].device))
            store.accept(batch, answer)

    def late_answer(self, who: int) -> None:
        for batch, answer in self.late[who][:1]:
            self.laptops[who].store.accept(batch, answer)
        del self.late[who][:1]

    def pull(self, who: int, fate: str) -> None:
        store = self.laptops[who].store
        since = store.cursor("13")
        page = self.centre.page("13", since, 2, private=self.laptops[who].device == 7)
        if fate != "lost":
            store.accept_page(since, page)
        if fate == "twice":
            store.accept_page(since, page)

    def decide(self, release: bool) -> None:
        for op in self.centre.held[:1]:
            if release:
                self.centre.release(op)
            else:
                self.centre.reject(op, "no")

    def restored(self) -> None:
        self.centre = TinyCentre(epoch=f"epoch-{next(self.epochs)}")

    def notice(self, who: int) -> None:
        store = self.laptops[who].store
        if store.identity().epoch != self.centre.epoch:
            assert store.enter_epoch(self.centre.epoch, "2026-11-22T02:00:00.000Z")

    def complete(self, who: int) -> None:
        self.notice(who)
        push_all(self.laptops[who].store, self.centre, self.laptops[who].device)
        pull_all(self.laptops[who].store, self.centre, private=self.laptops[who].device == 7)
        self.laptops[who].store.pulled_all()

    def settle(self) -> None:
        """Everybody synchronises until nothing moves, with every op in quarantine released."""
        for _ in range(3):
            for who in (0, 1):
                self.complete(who)
            while self.centre.held:
                self.centre.release(self.centre.held[0])

    def close(self) -> None:
        for laptop in self.laptops:
            laptop.store.close()


_BASE = """
    SELECT COALESCE(json_extract(base, '$.fields'), fields), change
    FROM shown
    WHERE kind = 'attention'
    AND record = ?
    AND change > 0
"""


def expected(laptop: Laptop, record: str) -> dict | None:
    """Base and overlay by the words of the protocol, from the stored base and the laptop's ops."""
    query = laptop.store._connections.query
    base = query(_BASE, (record,))
    own = laptop.store.own_ops("attention", record)
    change = base[0][1] if base else 0
    over = [
        one
        for one in own
        if one.status != "rejected" and not (one.status not in {None, "quarantined"} and 0 < one.change <= change)
    ]
    if not base and not over:
        return None
    below = {
        name: value
        for one in own
        if one not in over and one.status in {"applied", "agreed"}
        for name, value in one.values.items()
    }
    fields = {**below, **(orjson.loads(base[0][0]) if base else {})}
    for one in over:
        fields |= {**one.op.fields, **one.values}
    return fields


def run(actions: list[tuple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            for action in actions:
                world.act(*action)
                for laptop, record in itertools.product(world.laptops, RECORDS):
                    shown = laptop.store.shown("attention", record)
                    if laptop.store.meta("second_base"):
                        continue
                    assert (dict(shown.fields) if shown else None) == expected(laptop, record)
                    assert shown is None or shown.fields.keys() == shown.writers.keys()
            world.settle()
            check_agreement(world)
        finally:
            world.close()


def check_agreement(world: World) -> None:
    open_conflicts = {
        conflict.id
        for state in world.centre.states.values()
        for conflict in state.conflicts.values()
        if conflict.state is ConflictState.OPEN
    }
    for laptop in world.laptops:
        assert laptop.store.pending() == 0
        assert {conflict.id for conflict in laptop.store.conflicts()} == open_conflicts
        for record in RECORDS:
            shown, state = laptop.store.shown("attention", record), world.centre.states.get(("attention", record))
            assert public(shown.fields if shown else None) == public(state.fields if state else None)


def public(fields: Mapping[str, Json] | None) -> dict[str, Json] | None:
    return None if fields is None else {name: value for name, value in fields.items() if name != "description"}


@settings(max_examples=120)
@given(st.lists(ACTIONS, min_size=15, max_size=40))
def test_shown_is_base_and_overlay_after_every_step_and_all_agree_in_the_end(actions):
    run(actions)
