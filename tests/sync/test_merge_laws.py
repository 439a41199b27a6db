"""The merge as laws over any history: order of what does not touch, no value lost, names that never change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.core.merge import (
    Conflict,
    ConflictState,
    Merged,
    Origin,
    Outcome,
    RecordState,
    Shown,
    merge,
    objection,
    overlay,
    worst,
)
from sync.core.ops import Op, canonical
from sync.core.schema import Json
from tests.sync.toy import NOTE, Past, a_device, an_op, uid

DEVICES = ("a", "b", "c")
VALUES = st.sampled_from(["x", "y", None, 1, True])
GROUPS = (("title",), ("colour",), ("state", "reason"), ("answered_at", "answer"), ("body",))


@dataclass(frozen=True)
class Step:
    """One op of a device that may have seen the record as it was some ops ago."""

    device: str
    groups: frozenset[tuple[str, ...]]
    values: tuple[Json, ...]
    behind: int
    own: bool


STEPS = st.lists(
    st.builds(
        Step,
        device=st.sampled_from(DEVICES),
        groups=st.frozensets(st.sampled_from(GROUPS), min_size=1, max_size=3),
        values=st.tuples(VALUES, VALUES),
        behind=st.integers(0, 4),
        own=st.booleans(),
    ),
    max_size=14,
)


@dataclass
class History:
    """What came of a list of steps."""

    states: list[RecordState]
    ops: list[tuple[Op, dict[str, Json], Origin]]
    merged: list[Merged]


def unfold(steps: Sequence[Step]) -> History:
    history, past = History([RecordState()], [], []), Past()
    mine: dict[str, dict[str, str]] = {}
    for number, step in enumerate(steps):
        old = history.states[max(0, len(history.states) - 1 - step.behind)]
        own = mine.setdefault(step.device, {})
        names = [name for group in sorted(step.groups) for name in group]
        touched = {name: step.values[place % 2] for place, name in enumerate(names)}
        known = {name: ops[0] for name, ops in old.writers.items()} | (own if step.own else {})
        private = {name: value for name, value in touched.items() if name in NOTE.private}
        op = an_op(
            f"op{number}",
            fields={name: value for name, value in touched.items() if name not in NOTE.private},
            private=private,
        )
        op = replace(op, seen={name: known[name] for name in names if name in known})
        origin = a_device(step.device)
        merged = merge(history.states[-1], op, kind=NOTE, origin=origin, values=private, past=past)
        own |= dict.fromkeys(names, op.id)
        past.add(op, private)
        history.ops.append((op, private, origin))
        history.merged.append(merged)
        history.states.append(merged.state)
    return history


@given(STEPS)
def test_no_value_is_lost(steps: list[Step]) -> None:
    history = unfold(steps)
    last = history.states[-1]
    own = {op.id: origin.device for op, _, origin in history.ops}

    for (op, private, _), merged in zip(history.ops, history.merged, strict=True):
        touched = {**op.fields, **private}
        for first, outcome in merged.groups.items():
            group = NOTE.group_of(first)
            conflict = last.conflicts.get(f"{op.id}/{first}")
            if outcome is not Outcome.CONFLICT:
                assert conflict is None
                assert all(merged.state.fields[name] == touched[name] for name in group)
                continue
            assert conflict is not None
            assert conflict.other == {name: touched[name] for name in group}
            if conflict.state is ConflictState.SUPERSEDED:
                assert own[conflict.closed_by] == own[op.id]


@given(STEPS)
def test_nobody_overwrites_what_they_have_not_seen(steps: list[Step]) -> None:
    history = unfold(steps)

    for before, (op, _, _), merged in zip(history.states, history.ops, history.merged, strict=False):
        for first, outcome in merged.groups.items():
            for name in NOTE.group_of(first):
                held = before.writers.get(name, ())
                if outcome is Outcome.APPLIED:
                    assert op.seen.get(name) in held if held else name not in op.seen
                    assert merged.state.writers[name] == (op.id,)
                elif outcome is Outcome.AGREED:
                    assert merged.state.writers[name] == (*held, op.id)
                else:
                    assert merged.state.writers.get(name, ()) == held
                    assert merged.state.fields.get(name) == before.fields.get(name)


@given(STEPS)
def test_a_group_is_always_of_one_hand(steps: list[Step]) -> None:
    history = unfold(steps)

    for state in history.states:
        for group in NOTE.groups:
            assert len({state.writers.get(name) for name in group}) == 1


@given(STEPS)
def test_conflicts_are_named_after_their_op_and_leave_one_a_chain(steps: list[Step]) -> None:
    history = unfold(steps)
    still_open: list[Conflict] = []

    for name, conflict in history.states[-1].conflicts.items():
        assert name == conflict.id == f"{conflict.other_op}/{conflict.group[0]}"
        if conflict.state is ConflictState.OPEN:
            still_open.append(conflict)

    by_id = {op.id: op for op, _, _ in history.ops}
    for conflict in still_open:
        later = [one for one in still_open if one.group == conflict.group and one.id != conflict.id]
        own = [one for one in later if one.other_device == conflict.other_device]
        assert not any(
            by_id[one.other_op].seen.get(name) == conflict.other_op for one in own for name in conflict.group
        )


@given(STEPS)
def test_one_history_has_one_end(steps: list[Step]) -> None:
    assert unfold(steps) == unfold(steps)


@given(st.permutations(sorted(GROUPS)), st.permutations(DEVICES))
def test_the_order_of_ops_on_different_groups_does_not_matter(order: list[tuple[str, ...]], devices: list[str]) -> None:
    def run(groups: Sequence[tuple[str, ...]]) -> tuple[Mapping[str, Json], Mapping[str, Any]]:
        state = RecordState()
        for group in groups:
            device = devices[sorted(GROUPS).index(group) % len(devices)]
            touched = dict.fromkeys(group, f"{group[0]} of {device}")
            private = {name: value for name, value in touched.items() if name in NOTE.private}
            public = {name: value for name, value in touched.items() if name not in NOTE.private}
            op = an_op(f"{group[0]}", fields=public, private=private)
            state = merge(state, op, kind=NOTE, origin=a_device(device), values=private).state
        return state.fields, state.writers

    assert run(order) == run(sorted(GROUPS))


@given(STEPS, st.integers(0, 13))
def test_an_erasure_leaves_no_private_value_anywhere(steps: list[Step], at: int) -> None:
    history = unfold(steps[:at])
    erase = an_op("erase", erase=True)

    erased = merge(history.states[-1], erase, kind=NOTE, origin=a_device("z", coordination=True))
    state = erased.state
    for op, private, origin in unfold(steps).ops[at:]:
        state = merge(state, op, kind=NOTE, origin=origin, values=private).state

    assert not NOTE.private & state.fields.keys()
    assert not NOTE.private & state.writers.keys()
    for conflict in state.conflicts.values():
        assert not NOTE.private & {*conflict.other, *conflict.before}
        assert conflict.group != ("body",) or conflict.state is not ConflictState.OPEN


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


def test_the_worst_of_its_groups_is_the_outcome_of_an_op() -> None:
    assert worst([Outcome.AGREED, Outcome.CONFLICT, Outcome.APPLIED]) is Outcome.CONFLICT
    assert worst([Outcome.APPLIED, Outcome.AGREED]) is Outcome.AGREED
    assert worst([]) is Outcome.APPLIED


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


def test_an_erasure_is_never_refused() -> None:
    assert objection(RecordState({"title": "x"}), an_op("z1", erase=True), {}, NOTE) is None


def test_private_values_that_are_gone_are_not_missed_in_their_group() -> None:
    op = an_op("a1", fields={"answered_at": None}, private={"answer": "yes"})

    assert objection(RecordState(erased=True), op, {}, NOTE) is None
    assert objection(None, an_op("a2", fields={"answered_at": None}), {}, NOTE) == "unreadable"
