"""Part of a check: every conflict and every settlement is what ops of its record made it."""

from sync.central.operate.inspection import FaultCode, Inspection, Row, Wrote
from sync.central.states import conflict_of
from sync.core.merge import Conflict, ConflictState, Outcome
from sync.core.ops import canonical


def check_conflicts(look: Inspection) -> None:
    """Look at every conflict and every settlement."""
    for row in look.rows("conflicts"):
        with look.at("conflicts", row["id"]):
            holds = _conflict_holds(look, row, conflict_of(row["body"]))
            look.expect(holds, FaultCode.CONFLICT, "conflicts", row["id"])
    for row in look.rows("settlements"):
        name = f"{row['conflict']} ({row['op']})"
        with look.at("settlements", name):
            look.expect(_settlement_holds(look, row), FaultCode.CONFLICT, "settlements", name)


def _conflict_holds(look: Inspection, row: Row, conflict: Conflict) -> bool:
    ops = look.wrote(row["kind"], row["record"])
    held = look.record(row["kind"], row["record"])
    other = ops.get(conflict.other_op)
    if held is None or other is None or conflict.id not in held.state.conflicts:
        return False
    columns = (conflict.id, conflict.state.value, conflict.other_device)
    return all(
        (
            columns == (row["id"], row["state"], row["other_device"]),
            conflict.id == f"{other.op.id}/{conflict.group[0]}",
            other.status is Outcome.CONFLICT and conflict.id in other.conflicts,
            conflict.other_device in other.senders,
            (conflict.other_author, conflict.other_at) == (other.op.author, other.op.captured_at),
            _values_hold(conflict, other, ops, erased=held.state.erased),
            _rival_holds(conflict, other, ops),
            row["moved"] == _moved(conflict, other, ops),
            _is_settled_rightly(conflict, other, ops, {one.op for one in held.state.settlements.get(conflict.id, ())}),
        )
    )


def _values_hold(conflict: Conflict, other: Wrote, ops: dict[str, Wrote], *, erased: bool) -> bool:
    """The values are those that the op wrote and saw; what was erased is gone from both."""
    wrote = other.values
    told = {name: wrote[name] for name in conflict.group if name in wrote}
    if canonical(told) != canonical(dict(conflict.other)) and not (erased and told.items() >= conflict.other.items()):
        return False
    for name, value in conflict.before.items():
        seen = ops.get(other.op.seen.get(name, ""))
        if seen is not None and name in seen.values and canonical(seen.values[name]) != canonical(value):
            return False
    return conflict.before.keys() <= other.op.seen.keys()


def _rival_holds(conflict: Conflict, other: Wrote, ops: dict[str, Wrote]) -> bool:
    """The op whose value stood in the way was there before."""
    against = conflict.against_op
    if against is None:
        return (conflict.against_author, conflict.against_at) == (None, None)
    rival = ops.get(against)
    if rival is None or rival.change > other.change:
        return False
    return (conflict.against_author, conflict.against_at) == (rival.op.author, rival.op.captured_at)


def _moved(conflict: Conflict, other: Wrote, ops: dict[str, Wrote]) -> int:
    """The change at which a conflict last moved: its birth, its settlement, or an erasure that took its values."""
    closed = [] if conflict.closed_by is None else [ops[conflict.closed_by].change]
    erased = [one.change for one in ops.values() if one.op.erase]
    return max((other.change, *closed, *erased))


def _is_settled_rightly(conflict: Conflict, other: Wrote, ops: dict[str, Wrote], settlements: set[str]) -> bool:
    by = conflict.closed_by
    if by is None or conflict.state is ConflictState.OPEN:
        return by is None and conflict.state is ConflictState.OPEN
    return ops[by].change > other.change or by in settlements


def _settlement_holds(look: Inspection, row: Row) -> bool:
    one = look.wrote(row["kind"], row["record"]).get(row["op"])
    held = look.record(row["kind"], row["record"])
    if one is None or held is None or row["conflict"] not in held.state.settlements:
        return False
    by_sender = row["device"] in one.senders and look.had_role(row["device"], row["coordination"])
    return by_sender and row["conflict"] in one.op.resolves
