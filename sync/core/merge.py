"""Compare-and-swap on what was seen: the one merge, used by the centre, the laptop's preview and the simulator.

An op carries, for each field it touches, the writer that was on screen. Where that writer still stands the op applies;
where the values already agree it joins the writers; otherwise the live value does not move and a conflict is born,
named after the op so that every replay and route gives it the same id. No clock and no version number takes part.

Nothing here reads a clock, a database or a socket; what an earlier op wrote is asked of a :class:`Past`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final, Protocol

from sync.core.ops import Op
from sync.core.schema import Json, Kind


class Outcome(StrEnum):
    """What became of an op, or of one of its groups; in order of how much it asks of a person."""

    APPLIED = "applied"
    AGREED = "agreed"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


_WORST = {outcome: rank for rank, outcome in enumerate(Outcome)}


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of a whole op: that of its worst group; an op without groups is applied."""
    return max(outcomes, key=_WORST.__getitem__, default=Outcome.APPLIED)


class ConflictState(StrEnum):
    """Where a conflict stands."""

    OPEN = "open"
    CLOSED = "closed"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an op came from, as the authenticated route tells it: no field of the op can claim it."""

    device: str
    coordination: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two different values for one group, both kept. "Kept" is not here: it is always the record's live value.

    Attributes:
        id: ``<op id>/<first field of the group>``, the same on every replay.
        group: The fields in question, in order.
        state: Where it stands.
        before: The values that the author of ``other`` saw, where known.
        other: The values that did not become live.
        other_op: The op that brought them.
        other_author: Its author.
        other_device: The device it was made on, which may also settle it.
        other_at: When it was captured.
        against_op: The op whose value stood in the way.
        against_author: Its author, where known.
        against_at: When that one was captured, where known.
        closed_by: The op that settled or superseded it.
        private: ``other`` travelled apart from its op: it is private, also where the schema does not know the field.
    """

    id: str
    group: tuple[str, ...]
    state: ConflictState
    before: Mapping[str, Json]
    other: Mapping[str, Json]
    other_op: str
    other_author: str
    other_device: str
    other_at: str
    against_op: str | None
    against_author: str | None = None
    against_at: str | None = None
    closed_by: str | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """A ``resolves`` that came before its conflict was known."""

    op: str
    origin: Origin


@dataclass(slots=True)
class RecordState:
    """One record as the centre holds it.

    Attributes:
        fields: Live values, written ``None`` included, private ones included.
        writers: For each written field every op that gave it its present value or agreed with it; the first one set it.
        conflicts: All of its conflicts by id.
        settlements: For conflict ids not known yet, who settled them.
        erased: A person's right was exercised: private fields are gone and take no part in the merge.
        made: Of an erased record an op that wrote it, though nothing of what it wrote may be left; ``None`` before one.
    """

    fields: Final[Mapping[str, Json]] = field(default_factory=dict)
    writers: Final[Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    conflicts: Final[Mapping[str, Conflict]] = field(default_factory=dict)
    settlements: Final[Mapping[str, tuple[Settlement, ...]]] = field(default_factory=dict)
    erased: Final[bool] = False
    made: Final[str | None] = None


_BEFORE = RecordState()
"""What there is of a record before anybody wrote it."""


class Past(Protocol):
    """What was written before, by op id; an op that is not known gives ``None``."""

    def values(self, op: str) -> Mapping[str, Json] | None:
        """The values that the op wrote, private ones included where they are still held."""
        ...

    def signed(self, op: str) -> tuple[str, str] | None:
        """The op's author and the instant it was captured."""
        ...


@dataclass(slots=True)
class Merged:
    """The record after an op, and what became of the op.

    Attributes:
        state: The new state of the record.
        outcome: The worst of its groups.
        groups: Outcome of each group, by its first field.
        conflicts: Ids of the conflicts that the op opened (born closed ones too).
        settled: Ids of the conflicts that it closed or superseded.
    """

    state: Final[RecordState]
    outcome: Final[Outcome]
    groups: Final[Mapping[str, Outcome]]
    conflicts: Final[tuple[str, ...]]
    settled: Final[tuple[str, ...]]


class _Nothing:
    """No past at all: for a preview on a device that holds no history."""

    def values(self, op: str) -> Mapping[str, Json] | None:  # noqa: ARG002 - the Protocol names it
        return None

    def signed(self, op: str) -> tuple[str, str] | None:  # noqa: ARG002 - the Protocol names it
        return None


NO_PAST: Past = _Nothing()


def objection(state: RecordState | None, op: Op, values: Mapping[str, Json], kind: Kind) -> str | None:
    """Why a readable op may not be merged into its record: ``only_once``, ``immutable``, ``unreadable`` or ``None``.

    ``unreadable`` is an op that carries part of a group: what it means for the rest was never on a screen. Private
    fields are only missed where the op's private values are at hand: those of an erased record are not.

    Args:
        state: The record, or ``None`` when the op creates it; of one erased before it was created nothing is held.
        op: The op.
        values: Its private values, empty when they are gone.
        kind: The op's kind.
    """
    if op.erase:
        return None
    touched = {**op.fields, **values}
    held: Mapping[str, Json] = {} if state is None else state.fields
    if kind.insert_only and (held or (state is not None and state.made is not None)):
        return "only_once"
    for name in kind.immutable if held else ():
        if name in touched and held.get(name) is not None and not same(held[name], touched[name]):
            return "immutable"
    parted = kind.touched(touched).missing
    absent = kind.private if op.private and not values else frozenset()
    return "unreadable" if parted and any(missing - absent for missing in parted) else None


def merge(
    state: RecordState | None,
    op: Op,
    *,
    kind: Kind,
    origin: Origin,
    values: Mapping[str, Json] | None = None,
    past: Past = NO_PAST,
) -> Merged:
    """Merge one op into its record. The caller has asked :func:`objection` first.

    Args:
        state: The record, or ``None`` when the op creates it.
        op: The op.
        kind: The op's kind.
        origin: The device that made it.
        values: Its private values, in the clear.
        past: What earlier ops wrote.
    """
    now = _BEFORE if state is None else state
    if op.erase:
        return _erase(now, op, kind)
    private = values or {}
    touched = {**op.fields, **private}
    if now.erased:
        touched = _public(touched, kind)
    if state is None and not op.seen and not op.resolves:
        return _created(op, kind, touched)
    fields, writers, conflicts = dict(now.fields), dict(now.writers), dict(now.conflicts)
    outcomes: dict[str, Outcome] = {}
    opened: list[str] = []
    settled: list[str] = []
    for whole in kind.groups_of(touched):
        group = tuple(name for name in whole if name in touched)
        outcome = _compare(group, touched, op.seen, fields, writers)
        outcomes[whole[0]] = outcome
        settled += _supersede(conflicts, op, origin, whole)
        if outcome is Outcome.APPLIED:
            fields.update({name: touched[name] for name in group})
            writers.update(dict.fromkeys(group, (op.id,)))
        elif outcome is Outcome.AGREED:
            fields.update({name: touched[name] for name in group})
            writers.update({name: (*writers.get(name, ()), op.id) for name in group})
        else:
            secret = not private.keys().isdisjoint(group)
            other = {name: touched[name] for name in group}
            born = _conflict(op, origin, whole, other, writers, past, private=secret)
            conflicts[born.id] = _born(born, now.settlements.get(born.id, ()))
            opened.append(born.id)
    settlements = dict(now.settlements)
    for named in op.resolves:
        known = conflicts.get(named)
        if known is None:
            settlements[named] = (*settlements.get(named, ()), Settlement(op.id, origin))
        elif named not in opened and _may_settle(origin, known):
            conflicts[named] = replace(known, state=ConflictState.CLOSED, closed_by=op.id)
            settled.append(named)
    made = (now.made or op.id) if now.erased else None
    after = RecordState(fields, writers, conflicts, settlements, now.erased, made)
    return Merged(after, worst(outcomes.values()), outcomes, tuple(opened), tuple(settled))


def _created(op: Op, kind: Kind, touched: Mapping[str, Json]) -> Merged:
    """What the rules come to when nobody wrote before and nothing was seen; a first push is made of this."""
    state = RecordState(touched, dict.fromkeys(touched, (op.id,)))
    return Merged(state, Outcome.APPLIED, _all_applied(kind.touched(touched).heads), (), ())


@lru_cache(maxsize=256)
def _all_applied(groups: tuple[str, ...]) -> Mapping[str, Outcome]:
    """Every group applied; shared by all creations that name the same fields."""
    return dict.fromkeys(groups, Outcome.APPLIED)


def _compare(
    group: tuple[str, ...],
    touched: Mapping[str, Json],
    seen: Mapping[str, str],
    fields: Mapping[str, Json],
    writers: Mapping[str, tuple[str, ...]],
) -> Outcome:
    """The three rules, in their order (sync.md, "Merge")."""
    if all(_saw_a_writer(seen.get(name), writers.get(name, ())) for name in group):
        return Outcome.APPLIED
    if all(same(fields.get(name), touched[name]) for name in group):
        return Outcome.AGREED
    return Outcome.CONFLICT


def _saw_a_writer(seen: str | None, writers: tuple[str, ...]) -> bool:
    return seen in writers if seen is not None else not writers


def same(one: Json, other: Json) -> bool:
    """Equality of JSON, where ``True`` is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one == other


def _supersede(conflicts: dict[str, Conflict], op: Op, origin: Origin, group: tuple[str, ...]) -> list[str]:
    """The author went on from a value that had opened a conflict: it gives way, so a chain leaves one conflict.

    Only who may settle the conflict may supersede it: a stranger who names its op in ``seen`` changes nothing.
    """
    seen = {op.seen[name] for name in group if name in op.seen}
    gone = [c for c in conflicts.values() if c.group == group and c.other_op in seen and _may_settle(origin, c)]
    for conflict in gone:
        conflicts[conflict.id] = replace(conflict, state=ConflictState.SUPERSEDED, closed_by=op.id)
    return [conflict.id for conflict in gone]


def _conflict(
    op: Op,
    origin: Origin,
    whole: tuple[str, ...],
    other: Mapping[str, Json],
    writers: Mapping[str, tuple[str, ...]],
    past: Past,
    *,
    private: bool,
) -> Conflict:
    against = next((writers[name][0] for name in other if writers.get(name)), None)
    author, at = (past.signed(against) if against else None) or (None, None)
    before: dict[str, Json] = {}
    for name in other:
        written = past.values(op.seen[name]) if name in op.seen else None
        if written is not None and name in written:
            before[name] = written[name]
    return Conflict(
        id=f"{op.id}/{whole[0]}",
        group=whole,
        state=ConflictState.OPEN,
        before=before,
        other=other,
        other_op=op.id,
        other_author=op.author,
        other_device=origin.device,
        other_at=op.captured_at,
        against_op=against,
        against_author=author,
        against_at=at,
        private=private,
    )


def _may_settle(origin: Origin, conflict: Conflict) -> bool:
    """An open conflict is settled by a coordinator, or on the device whose value waits."""
    entitled = origin.coordination or origin.device == conflict.other_device
    return entitled and conflict.state is ConflictState.OPEN


def _born(conflict: Conflict, settlements: tuple[Settlement, ...]) -> Conflict:
    """A conflict that somebody entitled had already settled is born closed."""
    by = next((s.op for s in settlements if _may_settle(s.origin, conflict)), None)
    return conflict if by is None else replace(conflict, state=ConflictState.CLOSED, closed_by=by)


def _erase(state: RecordState, op: Op, kind: Kind) -> Merged:
    """Take the private values out of the live record and of its conflicts; it always applies."""
    settled = []
    conflicts = {}
    for conflict in state.conflicts.values():
        kept = conflict
        if kind.private.intersection(conflict.group):
            kept = replace(
                conflict,
                before=_public(conflict.before, kind),
                other=_public(conflict.other, kind),
            )
            if conflict.state is ConflictState.OPEN:
                kept = replace(kept, state=ConflictState.CLOSED, closed_by=op.id)
                settled.append(conflict.id)
        conflicts[conflict.id] = kept
    after = replace(
        state,
        fields=_public(state.fields, kind),
        writers={name: ops for name, ops in state.writers.items() if name not in kind.private},
        conflicts=conflicts,
        erased=True,
        made=state.made or next((ops[0] for ops in state.writers.values()), None),
    )
    return Merged(after, Outcome.APPLIED, {}, (), tuple(settled))


def _public(fields: Mapping[str, Json], kind: Kind) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if name not in kind.private}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a device puts on screen: base and overlay together.

    Attributes:
        fields: Values by field.
        writers: For each field the one writer that a form keeps as ``seen``.
    """

    fields: Mapping[str, Json]
    writers: Mapping[str, str]


def overlay(base: Shown, own: Iterable[tuple[Op, Mapping[str, Json]]]) -> Shown:
    """The device's own ops that the base does not contain yet, laid over the base in the order they were made."""
    fields, writers = dict(base.fields), dict(base.writers)
    for op, values in own:
        touched = {**op.fields, **values}
        fields.update(touched)
        writers.update(dict.fromkeys(touched, op.id))
    return Shown(fields, writers)
