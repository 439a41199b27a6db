"""The merge as laws over any history: no value lost, nothing unseen overwritten, what is settled or erased stays so."""

import copy
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.merge import (
    Conflict,
    ConflictState,
    Outcome,
    RecordState,
    Shown,
    merge,
    overlay,
)
from sync.core.ops import canonical
from sync.core.schema import Json
from tests.sync.toy import NOTE, a_device, an_op, uid
from tests.sync.unfolding import DEVICES, GROUPS, MOST, History, Step, Typed, replay, steps, unfold

pytestmark = pytest.mark.uncounted

STEPS = steps()
WITH_ERASURES = steps(erases=st.sampled_from([False] * 7 + [True]))
ALWAYS_OWN = steps(own=st.just(True))


@given(STEPS)
def test_every_value_is_live_or_in_a_conflict_or_was_seen_by_who_replaced_it(told: list[Step]) -> None:
    history = unfold(told)

    for one, before, after, merged in zip(
        history.typed, history.states, history.states[1:], history.merged, strict=False
    ):
        for first, outcome in merged.groups.items():
            group = NOTE.group_of(first)
            conflict = history.end.conflicts.get(f"{one.op.id}/{first}")
            if outcome is Outcome.CONFLICT:
                assert conflict is not None
                assert conflict.other == {name: one.values[name] for name in group}
            else:
                assert conflict is None
                assert all(one.op.id in after.writers[name] for name in group)
        for name, writers in before.writers.items():
            if not set(writers) <= set(after.writers[name]):
                assert one.op.seen[name] in writers


@given(STEPS)
def test_every_writer_of_a_field_wrote_its_live_value(told: list[Step]) -> None:
    history = unfold(told)

    wrote = {one.op.id: one.values for one in history.typed}
    for state in history.states:
        assert state.fields.keys() == state.writers.keys()
        for name, writers in state.writers.items():
            assert {canonical(wrote[op][name]) for op in writers} == {canonical(state.fields[name])}
            assert len(set(writers)) == len(writers) > 0


@given(STEPS)
def test_nobody_overwrites_what_they_have_not_seen(told: list[Step]) -> None:
    history = unfold(told)

    for before, one, merged in zip(history.states, history.typed, history.merged, strict=False):
        for first, outcome in merged.groups.items():
            for name in NOTE.group_of(first):
                held = before.writers.get(name, ())
                if outcome is Outcome.APPLIED:
                    assert one.op.seen.get(name) in held if held else name not in one.op.seen
                    assert merged.state.writers[name] == (one.op.id,)
                elif outcome is Outcome.AGREED:
                    assert merged.state.writers[name] == (*held, one.op.id)
                else:
                    assert merged.state.writers.get(name, ()) == held
                    assert merged.state.fields.get(name) == before.fields.get(name)


@given(STEPS)
def test_a_group_is_always_of_one_hand(told: list[Step]) -> None:
    history = unfold(told)

    for state in history.states:
        for group in NOTE.groups:
            assert len({state.writers.get(name) for name in group}) == 1


@given(STEPS)
def test_a_creation_is_merged_as_the_first_op_on_a_record_of_which_nothing_is_held(told: list[Step]) -> None:
    for one in unfold([replace(step, behind=MOST, own=False) for step in told]).typed:
        created, first = (
            merge(state, one.op, kind=NOTE, origin=one.origin, values=one.private) for state in (None, RecordState())
        )

        assert created == first


@given(WITH_ERASURES)
def test_a_merge_changes_nothing_of_the_state_that_it_was_given(told: list[Step]) -> None:
    history = unfold(told)

    for number, one in enumerate(history.typed):
        before = copy.deepcopy(history.states[number])
        merge(history.states[number], one.op, kind=NOTE, origin=one.origin, values=one.private)
        assert history.states[number] == before


@given(WITH_ERASURES)
def test_an_op_tells_just_the_conflicts_that_it_opened_and_settled(told: list[Step]) -> None:
    history = unfold(told)

    for before, after, merged in zip(history.states, history.states[1:], history.merged, strict=False):
        assert set(merged.conflicts) == after.conflicts.keys() - before.conflicts.keys()
        assert Counter(merged.settled) == Counter(
            name
            for name, conflict in before.conflicts.items()
            if conflict.state is ConflictState.OPEN and after.conflicts[name].state is not ConflictState.OPEN
        )


@given(WITH_ERASURES)
def test_a_settled_conflict_never_opens_again_nor_changes_who_settled_it(told: list[Step]) -> None:
    history = unfold(told)

    for before, after in zip(history.states, history.states[1:], strict=False):
        for name, conflict in before.conflicts.items():
            if conflict.state is not ConflictState.OPEN:
                assert (after.conflicts[name].state, after.conflicts[name].closed_by) == (
                    conflict.state,
                    conflict.closed_by,
                )
            else:
                assert conflict.closed_by is None


@given(WITH_ERASURES)
def test_a_conflict_is_settled_by_coordination_or_by_the_device_of_its_other_value(told: list[Step]) -> None:
    history = unfold(told)

    for conflict in history.end.conflicts.values():
        if conflict.closed_by is not None:
            by = history.device_of[conflict.closed_by]
            assert by.coordination or by.device == conflict.other_device
            assert conflict.closed_by != conflict.other_op


@given(STEPS)
def test_every_conflict_that_somebody_entitled_named_is_settled(told: list[Step]) -> None:
    history = unfold(told)

    for conflict in history.end.conflicts.values():
        for one in history.typed:
            entitled = one.origin.coordination or one.origin.device == conflict.other_device
            if conflict.id in one.op.resolves and one.op.id != conflict.other_op and entitled:
                assert conflict.state is not ConflictState.OPEN


@given(ALWAYS_OWN)
def test_a_chain_of_own_edits_leaves_at_most_one_open_conflict_a_group(told: list[Step]) -> None:
    history = unfold(told)

    waiting = Counter(
        (conflict.other_device, conflict.group)
        for conflict in history.end.conflicts.values()
        if conflict.state is ConflictState.OPEN
    )
    assert set(waiting.values()) <= {1}


@given(STEPS)
def test_who_goes_on_from_the_own_waiting_value_leaves_it_behind(told: list[Step]) -> None:
    history = unfold(told)

    for before, after, one in zip(history.states, history.states[1:], history.typed, strict=False):
        for name, conflict in before.conflicts.items():
            went_on = any(
                one.op.seen.get(field) == conflict.other_op for field in conflict.group if field in one.values
            )
            entitled = one.origin.coordination or one.origin.device == conflict.other_device
            if conflict.state is ConflictState.OPEN and went_on and entitled:
                assert after.conflicts[name].state is ConflictState.SUPERSEDED


@given(WITH_ERASURES)
def test_what_was_erased_never_returns(told: list[Step]) -> None:
    history = unfold(told)

    erased = False
    for state, one in zip(history.states[1:], history.typed, strict=False):
        erased = erased or one.op.erase
        assert state.erased is erased
        if erased:
            assert not NOTE.private & {*state.fields, *state.writers}
            for conflict in state.conflicts.values():
                assert not NOTE.private & {*conflict.other, *conflict.before}
                assert conflict.group != ("body",) or conflict.state is not ConflictState.OPEN


@given(WITH_ERASURES)
def test_an_erasure_touches_no_public_value(told: list[Step]) -> None:
    history = unfold(told)
    public = [replace(one, private={}, op=replace(one.op, private=None)) for one in history.typed if not one.op.erase]
    of_public_groups = {name for group in GROUPS if not NOTE.private.intersection(group) for name in group}

    bare = replay(public).end

    for name in of_public_groups:
        assert history.end.fields.get(name) == bare.fields.get(name)
        assert history.end.writers.get(name) == bare.writers.get(name)
    assert {c.id: c.state for c in history.end.conflicts.values() if c.group[0] in of_public_groups} == {
        c.id: c.state for c in bare.conflicts.values() if c.group[0] in of_public_groups
    }


def identity(conflict: Conflict) -> Conflict:
    """What of a conflict no order of arrival may change."""
    return replace(
        conflict, state=ConflictState.OPEN, against_op=None, against_author=None, against_at=None, closed_by=None
    )


@given(STEPS, st.randoms(use_true_random=False))
def test_a_conflict_is_the_same_in_every_order_in_which_it_is_born(told: list[Step], chance: object) -> None:
    typed = unfold(told).typed
    turned = list(typed)
    chance.shuffle(turned)  # type: ignore[attr-defined]

    one, other = replay(typed, known=typed).end, replay(turned, known=typed).end

    for name in one.conflicts.keys() & other.conflicts.keys():
        assert identity(one.conflicts[name]) == identity(other.conflicts[name])
    for name, conflict in other.conflicts.items():
        assert name == conflict.id == f"{conflict.other_op}/{conflict.group[0]}"


@st.composite
def interleavings(draw: st.DrawFn, most: int = 4) -> tuple[list[str], list[str]]:
    """Two orders in which devices may arrive, each as often in both."""
    arrivals = draw(st.lists(st.sampled_from(DEVICES), max_size=most * len(DEVICES)))
    return arrivals, draw(st.permutations(arrivals))


def arriving(arrivals: Sequence[str], made: dict[str, list[Typed]]) -> History:
    """The ops of each device in their own order, the devices as they arrive."""
    left = {device: iter(typed) for device, typed in made.items()}
    return replay([next(left[device]) for device in arrivals])


def chains(arrivals: Sequence[str], group_of: dict[str, tuple[str, ...]]) -> dict[str, list[Typed]]:
    """For each device a chain of own edits of its group, as long as it arrives often."""
    made: dict[str, list[Typed]] = {}
    for device, length in Counter(arrivals).items():
        for number in range(length):
            op = an_op(
                f"{device}{number}",
                fields={name: f"{name} {device} {number}" for name in group_of[device]},
                seen=dict.fromkeys(group_of[device], f"{device}{number - 1}") if number else {},
            )
            made.setdefault(device, []).append(Typed(op, {}, a_device(device)))
    return made


@given(interleavings())
def test_devices_that_touch_different_groups_end_the_same_in_every_order(orders: tuple[list[str], list[str]]) -> None:
    groups = dict(zip(DEVICES, (("title",), ("colour",), ("state", "reason"), ("zeal",)), strict=True))
    made = chains(orders[0], groups)

    one, other = (arriving(order, made).end for order in orders)

    assert (one.fields, one.writers, one.conflicts) == (other.fields, other.writers, {})


@given(interleavings())
def test_chains_that_all_meet_the_same_value_wait_alike_in_every_order(orders: tuple[list[str], list[str]]) -> None:
    made = chains(orders[0], dict.fromkeys(DEVICES, ("state", "reason")))
    first = Typed(an_op("first", fields={"state": "open", "reason": "new"}), {}, a_device("first"))

    one, other = (replay([first, *arriving(order, made).typed]).end for order in orders)

    assert (one.fields, one.writers, one.conflicts) == (other.fields, other.writers, other.conflicts)
    waiting = [c.other_op for c in one.conflicts.values() if c.state is ConflictState.OPEN]
    assert sorted(waiting) == sorted(typed[-1].op.id for typed in made.values())


@given(STEPS, st.lists(st.integers(0, MOST - 1), max_size=3))
def test_a_resolution_closes_the_same_conflicts_before_and_after_them(told: list[Step], settled: list[int]) -> None:
    typed = unfold([replace(step, settles=()) for step in told]).typed
    names = tuple(f"{uid(f'op{number}')}/{group[0]}" for number in settled for group in sorted(GROUPS))
    decision = Typed(replace(an_op("decision"), resolves=names), {}, a_device("chief", coordination=True))

    early, late = replay([decision, *typed]).end, replay([*typed, decision]).end

    def closed(state: RecordState) -> set[str]:
        return {name for name, conflict in state.conflicts.items() if conflict.state is not ConflictState.OPEN}

    assert closed(early) == closed(late)
    assert (early.fields, early.writers) == (late.fields, late.writers)


@given(st.lists(st.tuples(st.sampled_from(["title", "colour", "body"]), st.sampled_from("xyz")), max_size=8))
def test_a_device_reads_its_own_writes(changes: list[tuple[str, str]]) -> None:
    base = Shown({"title": "pulled", "born": "1990"}, {"title": uid("p"), "born": uid("p")})
    own = [
        (an_op(f"op{number}", fields={} if name == "body" else {name: value}), {name: value} if name == "body" else {})
        for number, (name, value) in enumerate(changes)
    ]

    shown = overlay(base, own)

    assert shown.fields == {**base.fields, **dict(changes)}
    assert shown.writers == {
        **base.writers,
        **{name: uid(f"op{number}") for number, (name, _) in enumerate(changes)},
    }


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab1", max_size=2),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        max_leaves=6,
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab1", max_size=2),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        max_leaves=6,
    ),
)
def test_values_agree_exactly_when_their_canonical_bytes_do(one: Json, other: Json) -> None:
    first = merge(None, an_op("a1", fields={"tags": one}), kind=NOTE, origin=a_device("a")).state
    second = merge(first, an_op("b1", fields={"tags": other}), kind=NOTE, origin=a_device("b"))

    agreed = second.outcome is Outcome.AGREED
    assert agreed == (canonical(one) == canonical(other))
