"""What is merged into a record after it was taken out of use is told apart, by the order of acceptance alone."""

import pytest

from sync.core.ops import Op
from tests.central.speaking import Laptop, World, statuses


def void(laptop: Laptop, note: Op, status: str = "voided", seen: dict[str, str] | None = None) -> Op:
    """Take a note out of use, or bring it back."""
    op = laptop.op(record=note.record, fields={"status": status, "why": "twice"}, seen=seen or {})
    assert statuses(laptop.push(op)) == ["applied"]
    return op


def edited(laptop: Laptop, note: Op, **fields: str) -> Op:
    """Typed now, not handed in yet."""
    return laptop.op(record=note.record, fields=fields, seen=dict.fromkeys(fields, note.id))


def late(laptop: Laptop, note: Op) -> tuple[str, ...]:
    return laptop.pulled()[note.record].late


def test_an_edit_typed_before_a_void_and_merged_after_it_is_told_to_everybody(world: World) -> None:
    maker, mate, office = world.laptop(), world.laptop(), world.coordination()
    note = maker.note()
    before = edited(mate, note, title="Another lamp")
    void(maker, note)

    answer = mate.push(before)

    assert statuses(answer) == ["applied"]
    assert [late(laptop, note) for laptop in (maker, mate, office)] == [(before.id,)] * 3
    assert maker.pulled()[note.record].fields["status"] == "voided"


def test_an_edit_merged_before_the_void_is_not_told(world: World) -> None:
    maker, mate = world.laptop(), world.laptop()
    note = maker.note()
    after = maker.op(record=note.record, fields={"status": "voided", "why": "twice"})
    mate.push(edited(mate, note, title="Another lamp"))

    maker.push(after)

    assert late(maker, note) == ()


@pytest.mark.parametrize("status", ["open", "voided"], ids=["brought back", "voided anew"])
def test_a_later_word_on_the_end_settles_it(world: World, status: str) -> None:
    maker, mate = world.laptop(), world.laptop()
    note = maker.note()
    ended = void(maker, note)
    mate.push(edited(mate, note, title="Another lamp"))

    void(maker, note, status, {"status": ended.id, "why": ended.id})

    assert late(maker, note) == ()


def test_a_value_that_met_a_conflict_or_was_overwritten_is_not_late(world: World) -> None:
    maker, mate = world.laptop(), world.laptop()
    note = maker.note()
    kept = edited(maker, note, title="The lamp at the corner")
    beside = edited(mate, note, title="Another lamp")
    first = edited(mate, note, topic="roads")
    void(maker, note)
    maker.push(kept)
    assert statuses(mate.push(beside, first)) == ["conflict", "applied"]

    last = maker.op(record=note.record, fields={"topic": "water"}, seen={"topic": first.id})
    maker.push(last)

    assert late(maker, note) == tuple(sorted((kept.id, last.id)))


def test_a_late_private_value_is_told_only_where_it_is_seen(world: World) -> None:
    maker, mate = world.laptop(), world.laptop()
    note = maker.note()
    void(maker, note)
    values = {"body": "They asked for a bench"}
    added = maker.op(record=note.record, fields={}, values=values, seen={})

    maker.push(added, values={added.id: values})

    assert (late(maker, note), late(mate, note)) == ((added.id,), ())


def test_what_waited_in_quarantine_is_late_when_it_is_released(world: World) -> None:
    maker, office = world.laptop(), world.coordination()
    note = maker.note()
    held = edited(maker, note, topic="unheard of")
    assert statuses(maker.push(held)) == ["quarantined"]
    void(maker, note)

    shown = office.pulled("quarantine")[held.id]
    release = {"state": "released", "decided_by": None, "decided_reason": None}
    seen = {name: shown.writer_of(name) for name in release}
    office.push(office.op(kind="quarantine", record=held.id, fields=release, seen=seen))

    assert late(office, note) == (held.id,)
