"""Ops that wait: held as they came, shown as records, tried again in chains, released or rejected by a coordinator.

Each held op is also a record of kind `quarantine`, written by the centre's own stream. Deciding is an ordinary op on
its `state`; what follows from it happens here, in the same transaction.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sync.central.chains import Piece, fold, units
from sync.central.checks import UNREADABLE, Opened
from sync.central.gate import Gate, Sender, centre_as_sender, sender_of
from sync.central.held import NOW, HeldOp, HeldRecord, ReusedId, Written
from sync.central.ledger import Incoming, Ledger, quarantined
from sync.central.own_kinds import QUARANTINE
from sync.central.own_stream import OwnStream
from sync.central.ports import Transaction
from sync.central.value_checks import is_id
from sync.core.count import NAME
from sync.core.errors import UnreadableOpError, UnsendableError
from sync.core.merge import Merged, Outcome, objection
from sync.core.ops import Op, check_sendable
from sync.core.protocol import OpResult
from sync.core.schema import Json, Kind

WAITING = "waiting"
RELEASED = "released"
REJECTED = "rejected"
ID_REUSED = "id_reused"

LONG_CHAIN = 32
"""Waiting ops on one record from which on they are tried once a batch, not once an op."""

Admit = Callable[[Incoming, Op], OpResult]
"""Merges an op that was found good, with all that follows from it; beside it the op as it came."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """A waiting op as it looks now."""

    held: HeldOp
    came: Op | None
    op: Op | None
    kind: Kind | None
    sender: Sender
    opened: Opened


class Quarantine:
    """What waits in one feed, as one transaction sees and changes it.

    Args:
        tx: The transaction.
        ledger: Its records.
        own: The centre's own stream.
        gate: Looks at ops.
        admit: Merges those that are good.
        centre: The centre's own id, as the sender of what it vouches for.
    """

    def __init__(self, tx: Transaction, ledger: Ledger, own: OwnStream, gate: Gate, admit: Admit, centre: str) -> None:
        self._tx = tx
        self._centre = centre
        self._ledger = ledger
        self._own = own
        self._gate = gate
        self._admit = admit
        self._stored = tx.holds(ledger.region)
        self._waiting: dict[str, HeldOp] = {}
        self._on_record: dict[str | None, dict[str, HeldOp]] = {}
        self._later: dict[tuple[str, str], None] = {}
        self._loaded: set[str] = set()
        self._renamed: dict[tuple[str, str, str], list[ReusedId]] = {}
        self._changed: dict[str, HeldOp] = {}
        self.answers: dict[str, OpResult] = {}

    def load(self, records: Collection[str], ops: Collection[str] = ()) -> None:
        """Read what waits in this feed on these records, or under these ids, at once."""
        wanted = set(records) - self._loaded
        if self._stored.reused:
            for one in self._tx.reused_ids(wanted):
                self._rename(one)
        if self._stored.waiting:
            for held in self._tx.waiting(wanted, ops):
                here = held.region == self._ledger.region  # a record may be named in another feed too, by mistake
                if here and held.op not in self._changed and held.op not in self._waiting:
                    self._wait(held)
        self._loaded |= wanted

    def __bool__(self) -> bool:
        return any(self._stored) or bool(self._waiting)

    def as_meant(self, op: Op, device: str, came: tuple[int, int] = NOW) -> Op:
        """An op as its device meant it when it came.

        A device that used an id for an edit of its own, although it stood for another one, means its own edit by it
        from then on: it may never have had the other one on screen. What it saved before means the other one.
        """
        before = [one for one in self._renamed.get((device, op.kind, op.record), ()) if one.came < came]
        if not before:
            return op
        held_as = {one.named: one.op for one in before}
        return replace(op, seen={name: held_as.get(writer, writer) for name, writer in op.seen.items()})

    def _rename(self, one: ReusedId) -> None:
        self._renamed.setdefault((one.device, one.kind, one.record), []).append(one)

    def blocks(self, op: Op) -> bool:
        """Whether an op has to wait behind another: it saw one that waits, or its record exists only here."""
        if not self:
            return False
        self.load((op.record,))
        if any(named in self._waiting for named in op.seen.values()):
            return True
        return self._ledger.record(op.kind, op.record) is None and bool(self._chain(op.kind, op.record))

    def hold(
        self, op_id: str, raw: Json, op: Op | None, sender: Sender, reason: str, stored: Mapping[str, Any] | None
    ) -> OpResult:
        """Keep an op as it came, and show it."""
        kind, record = (op.kind, op.record) if op is not None else names(raw)
        held = HeldOp(
            op=op_id,
            kind=kind,
            record=record,
            region=self._ledger.region,
            device=sender.device,
            coordination=sender.origin.coordination,
            reason=reason,
            state=WAITING,
            forgiven=False,
            held_at=self._ledger.now,
            written=Written(raw, stored, sender.device),
            place=len(self._changed),
        )
        self._changed[op_id] = held
        self._wait(held)
        if op is not None and op.id != op_id:
            self._rename(ReusedId(op_id, op.id, sender.device, op.kind, op.record, held.came))
        fields = {
            "op": op_id if op is None else op.id,
            "op_kind": kind,
            "op_record": record,
            "reason": reason,
            "state": WAITING,
            "decided_by": None,
            "decided_reason": None,
            "fields": {} if op is None else self._shown(op),
            "device": sender.device,
        }
        self._own.write(QUARANTINE, op_id, fields, made_by=sender.device, begins=True)
        return quarantined(op_id, reason)

    def _wait(self, held: HeldOp) -> None:
        self._waiting[held.op] = held
        self._on_record.setdefault(held.record, {})[held.op] = held

    def _shown(self, op: Op) -> dict[str, Json]:
        """The fields of an op that anybody may see and that can travel."""
        kind = self._gate.kind(op.kind)
        private = frozenset[str]() if kind is None else kind.private
        return {name: value for name, value in op.fields.items() if name not in private and _sendable(name, value)}

    def let_in(self, held_as: str, op: Op) -> None:
        """Merge what the centre vouches for under the id made for it: an erasure at once, the rest in its chain."""
        if op.erase:
            self._release([self._look(self._waiting[held_as])])
        else:
            self.joined(op.kind, op.record)

    def joined(self, kind: str, record: str) -> None:
        """An op joined the chain of a record: try it now, or a long one once at the end."""
        if len(self._chain(kind, record)) <= LONG_CHAIN:
            self.try_again(kind, record)
        else:
            self._later[kind, record] = None

    def try_later(self) -> None:
        """Try the chains that are tried once a transaction: long ones that ops joined, and those of erased records."""
        while self._later:
            kind, record = next(iter(self._later))
            del self._later[kind, record]
            self.try_again(kind, record)

    def try_again(self, kind: str, record: str) -> None:
        """Try the chain of a record, in order."""
        self.load((record,))
        chain = [self._look(held) for held in self._chain(kind, record)]
        together = units([(one.held.op, () if one.op is None else tuple(one.op.seen.values())) for one in chain])
        one_failed = False
        for places in together:
            # Decisions among those before may have released this one already.
            unit = [one for one in (chain[place] for place in places) if one.held.op in self._waiting]
            behind = one_failed and self._ledger.record(kind, record) is None
            if unit and not self._release(unit, behind=behind):
                one_failed = True

    def try_everything(self) -> None:
        """Try every chain of the feed."""
        for record in self._tx.waiting_records(self._ledger.region):
            self.load((record,))
            for kind in dict.fromkeys(held.kind for held in self._on_record.get(record, {}).values()):
                if kind is not None:
                    self.try_again(kind, record)

    def erased(self, kind: str, record: str) -> None:
        """A record's private values are gone: what waits keeps none, and what waited for them is tried again.

        Later: the erasure may itself be coming out of the chain.
        """
        if self:
            self.load((record,))
            for held in self._chain(kind, record):
                held.written = replace(held.written, private=None)
            self._later[kind, record] = None

    def decided(self, record: HeldRecord, merged: Merged) -> None:
        """Follow an op on the `state` of a quarantine record, if it became live."""
        if merged.groups.get("state") is not Outcome.APPLIED:
            return
        # With the rest of its chain, which comes in its order: alone it would stand before what its author saw.
        named = record.state.fields.get("op_record")
        self.load((named,) if isinstance(named, str) else (), (record.id,))
        held = self._waiting.get(record.id)
        state = record.state.fields["state"]
        if held is None:
            self._set_right(record.id, state)
            return
        if state == RELEASED:
            self._follow_release(held)
        elif state == REJECTED:
            self._follow_rejection(held, record.state.fields.get("decided_reason"))

    def _set_right(self, op: str, state: Json) -> None:
        """A decision is final: what a later op says of it is taken back."""
        stored = self._tx.known_ops((op,)).get(op)
        result = self.answers.get(op, None if stored is None else stored.result)
        if result is None:
            return
        rejected = result.status is Outcome.REJECTED
        final = REJECTED if rejected else RELEASED
        if state != final:
            reason = result.reason if rejected else None
            self._own.write(QUARANTINE, op, {"state": final, "decided_by": None, "decided_reason": reason})

    def _follow_release(self, held: HeldOp) -> None:
        held.forgiven = True
        self._changed[held.op] = held
        self._try_around(held)
        if held.op in self._waiting:
            self._own.write(QUARANTINE, held.op, {"state": WAITING, "decided_by": None, "decided_reason": None})

    def _follow_rejection(self, held: HeldOp, reason: Json) -> None:
        result = OpResult(held.op, Outcome.REJECTED, reason=reason if isinstance(reason, str) else None)
        self._take_out(held, REJECTED)
        self.answers[held.op] = result
        self._own.write(QUARANTINE, held.op, {"op_status": result.status.value})
        self._try_around(held)

    def _try_around(self, held: HeldOp) -> None:
        """Try the chain that an op belongs to; one that names no record may have anything behind it."""
        if held.kind is not None and held.record is not None:
            self.try_again(held.kind, held.record)
        else:
            self.try_everything()

    def _chain(self, kind: str, record: str) -> list[HeldOp]:
        return [held for held in self._on_record.get(record, {}).values() if held.kind == kind]

    def _look(self, held: HeldOp) -> _Tried:
        sender = self._sender(held)
        entry = held.written.private
        try:
            came = Op.from_wire(held.written.raw)
        except UnreadableOpError:
            return _Tried(held, None, None, None, sender, Opened({}, entry, UNREADABLE))
        if came.id != held.op and held.device != self._centre:
            return _Tried(held, came, came, None, sender, Opened({}, entry, ID_REUSED))
        op = self.as_meant(replace(came, id=held.op), held.device, held.came)
        kind, opened = self._gate.look(op, entry, sender, forgiven=held.forgiven)
        return _Tried(held, came, op, kind, sender, opened)

    def _sender(self, held: HeldOp) -> Sender:
        if held.device == self._centre:
            return centre_as_sender(held.device)
        device = self._tx.device(held.device)
        if device is not None:
            return sender_of(device)
        return Sender(held.device, "coordination" if held.coordination else "field", self._ledger.region, revoked=True)

    def _release(self, unit: list[_Tried], *, behind: bool = False) -> bool:
        """Merge a unit if all of it is good and it is not behind another; else note who is in the way."""
        ready, reasons = self._judged(unit)
        if reasons or behind:
            for one in unit:
                self._still(one.held, reasons.get(one.held.op, WAITING))
            return False
        for one in unit:  # before they are merged: a decision may release one that releases it in turn
            self._take_out(one.held, RELEASED)
        for one, incoming in zip(unit, ready, strict=True):
            result = self._admit(incoming, one.came or incoming.op)
            self.answers[one.held.op] = result
            self._show_released(one.held, result)
        return True

    def _judged(self, unit: list[_Tried]) -> tuple[list[Incoming], dict[str, str]]:
        """The ops of a unit ready to be merged, or the reasons of those that cannot."""
        members = {one.held.op for one in unit}
        reasons: dict[str, str] = {}
        good: list[tuple[_Tried, Op, Kind]] = []
        for one in unit:
            if one.op is None or one.kind is None or one.opened.reason is not None:
                reasons[one.held.op] = one.opened.reason or UNREADABLE
            elif any(named in self._waiting and named not in members for named in one.op.seen.values()):
                reasons[one.held.op] = WAITING
            else:
                good.append((one, one.op, one.kind))
        if reasons:
            return [], reasons
        kind = good[0][2]
        pieces = fold(kind, [(op, one.opened.values) for one, op, _ in good])
        for (one, op, _), piece in zip(good, pieces, strict=True):
            reason = self._gate.types(kind, piece.touched, forgiven=one.held.forgiven)
            reason = reason or objection(None, op, one.opened.values, kind)
            if reason is not None:
                reasons[one.held.op] = reason
        against = self._against_record(pieces, kind)
        if against is not None:
            reasons.setdefault(unit[0].held.op, against)
        ready = [
            Incoming(piece.op, kind, piece.values, one.sender.origin, one.sender.device)
            for (one, _, _), piece in zip(good, pieces, strict=True)
        ]
        return ready, reasons

    def _against_record(self, pieces: list[Piece], kind: Kind) -> str | None:
        """What the record holds against the unit, taken as one op."""
        first = pieces[0].op
        held = self._ledger.record(first.kind, first.record)
        fields: dict[str, Json] = {}
        values: dict[str, Json] = {}
        for piece in pieces:
            fields |= piece.op.fields
            values |= piece.values
        digest = next((piece.op.private for piece in pieces if piece.op.private is not None), None)
        whole = replace(first, fields=fields, private=digest)
        return objection(None if held is None else held.state, whole, values, kind)

    def _still(self, held: HeldOp, reason: str) -> None:
        # What came under an id that was taken is found by that reason for ever, whatever else it waits for.
        if held.reason not in (reason, ID_REUSED):
            held.reason = reason
            self._changed[held.op] = held
            self.answers[held.op] = quarantined(held.op, reason)
            self._own.write(QUARANTINE, held.op, {"reason": reason})

    def _take_out(self, held: HeldOp, state: str) -> None:
        held.state = state
        self._changed[held.op] = held
        del self._waiting[held.op]
        del self._on_record[held.record][held.op]

    def _show_released(self, held: HeldOp, result: OpResult) -> None:
        fields: dict[str, Json] = {"op_status": result.status.value, "op_change": result.change}
        shown = self._ledger.record(QUARANTINE, held.op)
        if shown is None or shown.state.fields.get("state") != RELEASED:
            fields |= {"state": RELEASED, "decided_by": None, "decided_reason": None}
        self._own.write(QUARANTINE, held.op, fields)

    def flush(self, batch: int | None, places: Mapping[str, int]) -> None:
        """Write what changed.

        Args:
            batch: The batch that this transaction stored, if any.
            places: The place in it of each op that it brought.
        """
        for held in self._changed.values():
            if held.batch is None:
                held.batch, held.place = batch, places[held.op]
            elif held.op in self.answers:
                self._tx.settle(held.op, self.answers[held.op])
        self._tx.put_held(list(self._changed.values()))


def names(raw: Json) -> tuple[str | None, str | None]:
    """Kind and record of an op that cannot be read, as far as they are texts."""
    if not isinstance(raw, dict):
        return None, None
    kind, record = raw.get("kind"), raw.get("record")
    return (
        kind if isinstance(kind, str) and NAME.fullmatch(kind) else None,
        record if isinstance(record, str) and is_id(record) else None,
    )


def _sendable(name: str, value: Json) -> bool:
    try:
        check_sendable({name: value})
    except UnsendableError:
        return False
    return True
