"""Part of a check: every record is what its ops wrote.

Each live value is held to the ops that are said to have written it; their hashes are checked elsewhere.
"""

from sync.central.held import HeldRecord
from sync.central.operate.inspection import MERGED, FaultCode, Inspection, Wrote
from sync.central.own_kinds import QUARANTINE
from sync.core.merge import Outcome
from sync.core.ops import canonical
from sync.core.schema import Kind


class Records:
    """The records of a centre.

    Args:
        look: The inspection.
        merged: How many ops moved a record.
    """

    def __init__(self, look: Inspection, merged: int) -> None:
        self._look = look
        self._merged = merged

    def check(self) -> None:
        """Look at every record, and for one that is not there."""
        look, merged = self._look, 0
        for row in look.rows("records"):
            name = f"{row['kind']}/{row['id']}"
            with look.at("records", name):
                ops = look.wrote(row["kind"], row["id"])
                held = look.record(row["kind"], row["id"])
                merged += len(ops)
                if held is not None and row["contested"] in (0, 1):
                    self._check(name, held, ops, contested=bool(row["contested"]))
        if merged != self._merged:
            self._tell_missing()

    def _tell_missing(self) -> None:
        look = self._look
        for row in look.rows("ops"):
            with look.at("ops", row["id"]):
                there = row["status"] not in MERGED or look.record(row["kind"], row["record"]) is not None
                look.expect(there, FaultCode.MISSING, "ops", f"{row['id']} → {row['kind']}/{row['record']}")

    def _check(self, name: str, held: HeldRecord, ops: dict[str, Wrote], *, contested: bool) -> None:
        look, state = self._look, held.state
        kind = look.schema.kind(held.kind)
        last = list(ops.values())[-1]
        holds = (
            held.change == last.change,
            held.schema == max(one.op.schema for one in ops.values()),
            all(one.op.region == held.region for one in ops.values()),
            state.erased == any(one.op.erase for one in ops.values()),
            state.fields.keys() == state.writers.keys(),
            state.made is None or state.made in ops,
            contested == bool(state.conflicts or state.settlements),
            held.made_by in self._makers(held, kind, ops),
            self._was_accepted_then(held, ops),
            all(_is_written(held, kind, of, ops.get(op)) for of, writers in state.writers.items() for op in writers),
            all(_is_whole(held, kind, one) for one in ops.values()),
        )
        look.expect(all(holds), FaultCode.RECORD, "records", name)
        if state.erased:
            self._check_erased(name, held, kind)
        for one in ops.values():
            vouched = not one.op.erase or look.centre in one.senders
            look.expect(vouched, FaultCode.MISSING, "records", f"{name} → {one.op.id}")
            for named in one.op.resolves:
                known = named in state.conflicts
                known = known or any(settled.op == one.op.id for settled in state.settlements.get(named, ()))
                look.expect(known, FaultCode.MISSING, "records", f"{name} → {named}")

    def _makers(self, held: HeldRecord, kind: Kind | None, ops: dict[str, Wrote]) -> set[str]:
        """Whoever may count as the maker of a record."""
        look = self._look
        makers = {sender for one in ops.values() for sender in one.senders}
        if held.kind == QUARANTINE:
            waits = look.find("quarantine", ("device",), "op", held.id)
            makers |= set() if waits is None else {waits["device"]}
        case = None if kind is None else kind.scope.made_with
        of_case = None if case is None else look.record(case, held.id)
        if case is not None and of_case is not None:
            makers |= {of_case.made_by}
            makers |= {sender for one in look.wrote(case, held.id).values() for sender in one.senders}
        return makers

    def _was_accepted_then(self, held: HeldRecord, ops: dict[str, Wrote]) -> bool:
        """A record was accepted when the batch came that began it; one that waited first, when it was released."""
        look = self._look
        began = [next(iter(ops))]
        if look.find("quarantine", ("op",), "op", began[0]) is not None:
            shown = look.wrote(QUARANTINE, began[0]).values()
            began = [one.op.id for one in shown if look.centre in one.senders and "op_status" in one.op.fields]
        return any(self._came_at(op) == held.accepted_at for op in began)

    def _came_at(self, op: str) -> str | None:
        """When the batch of an op came."""
        place = self._look.find("ops", ("batch",), "id", op)
        batch = None if place is None else self._look.batch(place["batch"])
        return None if batch is None else str(batch["received_at"])

    def _check_erased(self, name: str, held: HeldRecord, kind: Kind | None) -> None:
        """Nothing that was private is left, in the record, its conflicts or its history."""
        look = self._look
        private = frozenset() if kind is None else kind.private
        left = bool(held.private) or not private.isdisjoint(held.state.fields)
        for conflict in held.state.conflicts.values():
            left = left or not private.isdisjoint({*conflict.before, *conflict.other})
        left = left or any(row.private is not None for row in look.tx.history(held.kind, held.id))
        look.expect(not left, FaultCode.ERASED, "records", name)


def _is_written(held: HeldRecord, kind: Kind | None, name: str, one: Wrote | None) -> bool:
    """Whether an op wrote the value that a field has, and whether it is kept apart if it travelled apart."""
    if one is None:
        return False
    value = held.state.fields[name]
    if name in one.private:
        return name in held.private and canonical(one.private[name]) == canonical(value)
    if name in one.op.fields:
        return name not in held.private and canonical(one.op.fields[name]) == canonical(value)
    sealed = () if kind is None else (field.name for field in kind.fields if field.opens_into == name)
    return any(of in one.private for of in sealed)


def _is_whole(held: HeldRecord, kind: Kind | None, one: Wrote) -> bool:
    """Whether a record has every field that an op without a conflict wrote; erased ones are gone."""
    if one.status is Outcome.CONFLICT:
        return True
    gone = {field.name for field in kind.fields if field.opens_into} if kind is not None else set()
    return all(name in held.state.fields for name in one.values if name not in gone)
