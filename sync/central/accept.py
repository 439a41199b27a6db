"""Taking in a batch: the chain of the stream, then op after op, then everything written at once with a signed receipt.

In: a batch of an authenticated device, inside one transaction. Out: the answer. A batch counts whole or not at all; an
op is answered once for ever. Signatures and HTTP are elsewhere (`auth`, `api`).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import orjson

from sync.central.checks import UNREADABLE, Opened
from sync.central.columns import Columns
from sync.central.errors import RefusedError
from sync.central.facts import HEAL
from sync.central.figure_fold import forget
from sync.central.gate import Gate, Sender, centre_as_sender, sender_of
from sync.central.ground import Ground, Limits
from sync.central.held import Device, Entry, HeldRecord, HeldStream, KnownOp, NewBatch
from sync.central.ledger import Incoming, Ledger
from sync.central.own_kinds import DEVICE, QUARANTINE, REVOKED, UNCONFIRMED
from sync.central.own_stream import OwnStream
from sync.central.packing import pack_ops
from sync.central.ports import Transaction
from sync.central.quarantine import ID_REUSED, WAITING, Quarantine, names
from sync.central.receipts import receipt
from sync.central.scope import COORDINATION, FIELD
from sync.central.value_checks import is_id
from sync.central.vouching import vouch
from sync.core.errors import UnreadableBatchError, UnreadableOpError
from sync.core.instants import instant
from sync.core.merge import Outcome
from sync.core.ops import (
    MAX_DEPTH,
    OP_LIMIT,
    Op,
    canonical,
    canonical_with_any_number,
    is_too_deep,
    links,
    made_id,
    made_ids,
    sha256,
)
from sync.core.problems import ProblemType, problem
from sync.core.protocol import Batch, OpResult, PushAnswer
from sync.core.schema import SHARED_FEED, Json

_HELD_BACK = frozenset({Outcome.QUARANTINED, Outcome.REJECTED})


class Delivered:
    """A batch with its ops read, and with their texts, hashes and links, before any transaction begins.

    Args:
        batch: The batch.
        stream: The stream that the sender's signature names.
        columns: The schema's view of it.

    Raises:
        UnreadableBatchError: its parts do not fit together, or cannot be written in canonical form.
    """

    def __init__(self, batch: Batch, stream: str, columns: Columns) -> None:
        self.batch = batch
        if not is_id(batch.stream) or batch.stream != stream:
            raise UnreadableBatchError("stream")
        if not _can_be_told(batch.values):
            raise UnreadableBatchError("values")
        if self._is_linked(canonical):
            self.ops = [_read(raw, text) for raw, text in zip(batch.ops, self.texts, strict=True)]
        else:
            self._read_exactly()
        self.ids = [
            made_id(op_hash) if named is None else named
            for named, op_hash in zip(map(_named, self.ops, self.batch.ops), self.hashes, strict=True)
        ]
        small = [op if len(text) <= OP_LIMIT // 2 else None for op, text in zip(self.ops, self.texts, strict=True)]
        self.good = columns.good(small, batch.values)

    def _is_linked(self, written: Callable[[Json], bytes]) -> bool:
        """Whether the chain of the batch holds for its ops, written in a canonical form."""
        batch = self.batch
        try:
            self.texts = [written(op) for op in batch.ops]
        except TypeError as error:
            raise UnreadableBatchError("ops") from error
        self.hashes = [sha256(text) for text in self.texts]
        self.links = links(batch.prev, batch.stream, batch.first_seq, self.hashes)
        return self.links[-1] == batch.link

    def _read_exactly(self) -> None:
        """Read a batch with numbers that JSON writes in more ways than one: an op is what the hashed bytes say.

        One with a number that the usual form writes otherwise is kept, and cannot be read: its hash would be another.
        """
        if not self._is_linked(canonical_with_any_number):
            raise UnreadableBatchError("link")
        raws = tuple(orjson.loads(text) for text in self.texts)
        self.batch = replace(self.batch, ops=raws)
        each = zip(raws, self.texts, strict=True)
        self.ops = [_read(raw, text) if canonical(raw) == text else None for raw, text in each]


class _Sent(NamedTuple):
    """One op as it came, and as it was read."""

    place: int
    hash: str
    raw: Json
    op: Op | None
    good: Opened | None
    values: object
    sender: Sender


class _Answered(NamedTuple):
    """What an op of the batch is held as, and its answer so far."""

    held_as: str
    first: OpResult
    repeated: bool = False


class Acceptance:
    """One transaction that writes into one feed.

    Args:
        tx: The transaction.
        ground: The centre.
        region: The feed.
    """

    def __init__(self, tx: Transaction, ground: Ground, region: str) -> None:
        self._tx = tx
        self._ground = ground
        self._now = ground.surroundings.now()
        self._ledger = Ledger(tx, region, instant(self._now))
        self._epoch = str(tx.epoch())
        self.own = OwnStream(tx, self._ledger, ground)
        self._gate = Gate(tx, self._ledger, ground)
        self._quarantine = Quarantine(tx, self._ledger, self.own, self._gate, self._admit, ground.centre)
        self._entries: dict[str, Entry] = {}
        self._confirmed = ""
        self._erased: list[tuple[str, str]] = []
        self.heals = False
        """Whether other feeds are to be tried again once this transaction is committed."""

    def batch(self, device: Device, delivered: Delivered, route: str) -> PushAnswer:
        """Take a batch in.

        Raises:
            RefusedError: `epoch`, `gap`, `fork`, or `too_many` from a revoked device.
        """
        batch = delivered.batch
        self.own.arriving = frozenset(delivered.ids)
        if batch.epoch != self._epoch:
            raise RefusedError(problem(ProblemType.EPOCH, epoch=self._epoch))
        held = self._continued(device, delivered)
        sender = sender_of(device)
        if sender.revoked:
            self._count_revoked(device, delivered)
        answered = self._answered(delivered, sender)
        self._try_later()
        new = batch.first_seq + len(batch.ops) - 1 - held.last_seq
        number = self._stored(device, delivered, held, new, route) if new > 0 else None
        self._finish(number)
        results = [
            _as_sent(self._quarantine.answers.get(one.held_as, one.first), raw, repeated=one.repeated)
            for one, raw in zip(answered, batch.ops, strict=True)
        ]
        signed = receipt(
            self._tx,
            self._ground.keys,
            device=device.id,
            stream=batch.stream,
            epoch=self._epoch,
            now=self._ledger.now,
            first_seq=batch.first_seq,
            hashes=delivered.hashes,
            results=results,
            has_news=new > 0,
        )
        return PushAnswer(self._epoch, tuple(results), signed)

    def retry(self) -> None:
        """Try everything that waits in the feed."""
        self._quarantine.try_everything()
        self._try_later()
        self._finish(None)

    def decide(self, kind: str, record: str, fields: Mapping[str, Json]) -> None:
        """Decide something at the centre; devices bring the decision back to a restored centre."""
        incoming = self.own.compose(kind, record, fields)
        self.own.enter(incoming.op, self._admit(incoming, incoming.op))
        self._try_later()

    def record(self, kind: str, record: str) -> HeldRecord | None:
        """A record of the feed as it is now."""
        return self._ledger.record(kind, record)

    def finish(self) -> None:
        """Write what the centre itself wrote through `own`."""
        self._finish(None)

    def _continued(self, device: Device, delivered: Delivered) -> HeldStream:
        """The stream, if the batch continues or repeats what is held of it."""
        batch = delivered.batch
        held = self._tx.stream(batch.stream) or HeldStream(batch.stream, device.id, 0, "")
        if held.device != device.id:
            raise RefusedError(problem(ProblemType.FORK))
        if batch.first_seq > held.last_seq + 1:
            raise RefusedError(problem(ProblemType.GAP, want=held.last_seq + 1))
        if batch.first_seq == held.last_seq + 1:
            same = batch.prev == held.link
        else:
            last = min(batch.first_seq + len(batch.ops) - 1, held.last_seq)
            same = self._held_link(held, last) == delivered.links[last - batch.first_seq]
        if not same:
            raise RefusedError(problem(ProblemType.FORK))
        return held

    def _held_link(self, held: HeldStream, seq: int) -> str:
        if seq == held.last_seq:
            return held.link
        run = self._tx.run_covering(held.id, seq)
        return links(run.prev, held.id, run.first_seq, run.hashes)[seq - run.first_seq]

    def _count_revoked(self, device: Device, delivered: Delivered) -> None:
        """Only what is new counts: whoever lost an answer gets it again, however much came that day."""
        known = self._tx.known_ops({*delivered.ids, *map(made_id, delivered.hashes)})
        new = set(delivered.hashes) - {one.hash for one in known.values()}
        since = instant(self._now - timedelta(days=1))
        limit = self._ground.limits.revoked_ops_per_day
        if new and self._tx.held_since(device.id, REVOKED, since) + len(new) > limit:
            raise RefusedError(problem(ProblemType.TOO_MANY, "revoked"))

    def _answered(self, delivered: Delivered, sender: Sender) -> list[_Answered]:
        """The answer to each op as it stands when the op is reached; later ops of the batch may still change it."""
        known = self._tx.known_ops(delivered.ids)
        readable = [op for op in delivered.ops if op is not None]
        records = [op.record for op in readable]
        self._ledger.load(records)
        self._ledger.expect(readable)
        if self._quarantine:
            self._quarantine.load(records, {named for op in readable for named in op.seen.values()})
        values, proofs = delivered.batch.values, delivered.batch.proofs
        answered = []
        each = zip(delivered.ids, delivered.hashes, delivered.batch.ops, delivered.ops, delivered.good, strict=True)
        for place, (op_id, op_hash, raw, op, good) in enumerate(each):
            vouched = op_id in proofs and self._ground.keys.vouched(op_hash, proofs[op_id])
            by = centre_as_sender(self._ground.centre) if vouched else sender
            sent = _Sent(place, op_hash, raw, op, good, values.get(op_id), by)
            before = known.get(op_id) or self._entries.get(op_id)
            if before is None:
                answered.append(_Answered(op_id, self._new(op_id, sent)))
            elif before.hash == op_hash and self._stands(before, sent):
                answered.append(_Answered(op_id, before.result, repeated=True))
            else:
                answered.append(self._reused(sent))
        return answered

    def _reused(self, sent: _Sent) -> _Answered:
        """An id that is known, with other content: held under the first id made from that content that is free.

        What the centre vouches for does not wait there: nobody stops an erasure by coming first with its id.
        """
        for held_as in made_ids(sent.hash):
            before = self._entries.get(held_as) or self._tx.known_ops((held_as,)).get(held_as)
            if before is None:
                break
            if before.hash == sent.hash and self._stands(before, sent):
                return _Answered(held_as, before.result, repeated=True)
        reason = _unread(sent) if _named(sent.op, sent.raw) is None else ID_REUSED
        first = self._held(held_as, sent, sent.op, reason, _as_stored(sent.values))
        if sent.op is not None and sent.sender.device == self._ground.centre:
            self._quarantine.let_in(held_as, sent.op)
        return _Answered(held_as, first)

    def _stands(self, before: KnownOp | Entry, sent: _Sent) -> bool:
        """Whether a known op is answered as before.

        What the centre vouches for is taken in also where it waits because somebody brought it without its proof or in
        another feed.
        """
        if sent.sender.device != self._ground.centre or before.result.status not in _HELD_BACK:
            return True
        shown = self._ledger.record(QUARANTINE, before.id)
        by_centre = shown is not None and shown.state.fields.get("device") == self._ground.centre
        return shown is not None and by_centre and shown.region == self._ledger.region

    def _new(self, op_id: str, sent: _Sent) -> OpResult:
        if sent.op is None:
            return self._held(op_id, sent, None, _unread(sent), _as_stored(sent.values))
        op = self._quarantine.as_meant(sent.op, sent.sender.device)
        blocked = not op.erase and self._quarantine.blocks(op)
        incoming, opened = self._gate.judge(op, sent.values, sent.sender, sent.good)
        if incoming is not None and not blocked:
            result = self._admit(incoming, sent.op)
            self._entries[op_id] = Entry(sent.place, op_id, sent.hash, op.kind, op.record, result, opened.stored)
            return result
        result = self._held(op_id, sent, op, opened.reason or WAITING, opened.stored)
        if blocked:
            self._quarantine.joined(op.kind, op.record)
        return result

    def _held(self, op_id: str, sent: _Sent, op: Op | None, reason: str, stored: Mapping[str, Any] | None) -> OpResult:
        """Put an op into quarantine and enter it; values of a record that was erased are dropped."""
        kind, record = names(sent.raw) if op is None else (op.kind, op.record)
        if self._is_erased(kind, record):
            stored = None
        result = self._quarantine.hold(op_id, sent.raw, op, sent.sender, reason, stored)
        self._entries[op_id] = Entry(sent.place, op_id, sent.hash, kind, record, result, stored)
        return result

    def _is_erased(self, kind: str | None, record: str | None) -> bool:
        """Whether a record was erased; where the kind cannot be read, whether any of that name was."""
        if record is None:
            return False
        kinds = (one.name for one in self._ground.schema.kinds) if kind is None else (kind,)
        found = (self._ledger.record(name, record) for name in kinds)
        return any(held is not None and held.state.erased for held in found)

    def _admit(self, incoming: Incoming, came: Op) -> OpResult:
        """Merge a good op, and do what follows from some of them; it may have come under another id."""
        op = incoming.op
        merged, result = self._ledger.merge(incoming)
        if op.erase:
            self._erase(op, came, result)
        elif incoming.origin.device == self._ground.centre:
            vouch(self._tx, self._ground.keys, came, op.id, result.change)  # a decision, taken here or brought back
        if op.kind == DEVICE:
            self._follow_device(op, *states_of(merged.state.fields))
        if op.kind == QUARANTINE:
            record = self._ledger.record(op.kind, op.record)
            if record is not None:
                self._quarantine.decided(record, merged)
        return result

    def _follow_device(self, op: Op, status: str, confirmation: str | None, role: str) -> None:
        before = self._tx.device(op.record)
        self._tx.follow_device(op.record, status, confirmation, role)
        if before is not None and before.confirmation in UNCONFIRMED and confirmation not in UNCONFIRMED:
            self._confirmed = op.id

    def _try_later(self) -> None:
        """Try what waited for an erasure, or for a device to be confirmed; one of all regions decides in every feed."""
        self._quarantine.try_later()
        while self._confirmed:
            mark, self._confirmed = self._confirmed, ""
            self._quarantine.try_everything()
            self._quarantine.try_later()
            if self._ledger.region == SHARED_FEED:
                self._tx.set_value(HEAL, mark)
                self.heals = True

    def _erase(self, op: Op, came: Op, result: OpResult) -> None:
        """Take a record's private values out of history and quarantine; what waited for them waits no longer."""
        self._tx.erase_private(op.kind, op.record)
        self._erased.append((op.kind, op.record))
        for entry in self._entries.values():
            if entry.record == op.record and entry.kind in (op.kind, None):
                entry.private = None
        vouch(self._tx, self._ground.keys, came, op.id, result.change)
        self._quarantine.erased(op.kind, op.record)

    def _stored(self, device: Device, delivered: Delivered, held: HeldStream, new: int, route: str) -> int:
        """Keep the part of the batch that goes beyond what is held of its stream."""
        batch = delivered.batch
        known = len(batch.ops) - new
        self._tx.put_stream(HeldStream(batch.stream, device.id, held.last_seq + new, batch.link))
        for entry in self._entries.values():
            entry.result = self._quarantine.answers.get(entry.id, entry.result)
            entry.place -= known
        kept = NewBatch(
            stream=batch.stream,
            first_seq=held.last_seq + 1,
            count=new,
            region=self._ledger.region,
            device=device.id,
            route=route,
            received_at=self._ledger.now,
            prev=held.link,
            hashes=tuple(delivered.hashes[known:]),
            ops=pack_ops(delivered.texts[known:]),
        )
        return self._tx.put_batch(kept, self._entries.values())

    def _finish(self, batch: int | None) -> None:
        self._ledger.flush()
        held = (self._ledger.record(kind, record) for kind, record in self._erased)
        forget(self._tx, self._ground.layout, self._ledger.region, [one.change for one in held if one is not None])
        self._quarantine.flush(batch, {entry.id: entry.place for entry in self._entries.values()})
        self.own.flush(self._epoch)


def feed_for(device: Device, region: str, limits: Limits) -> str:
    """The feed in which a batch of this device is taken in: the one it names, else the device's own."""
    everywhere = device.role == COORDINATION and device.region == SHARED_FEED
    if everywhere and (region == SHARED_FEED or limits.is_region(region)):
        return region
    return device.region


def states_of(fields: Mapping[str, Json]) -> tuple[str, str | None, str]:
    """Status, confirmation and role of a device, as its record says; who has no role sees the least."""
    status, confirmation = fields.get("status"), fields.get("confirmation")
    role = COORDINATION if fields.get("role") == COORDINATION else FIELD
    return str(status), confirmation if isinstance(confirmation, str) else None, role


def _read(raw: Json, text: bytes) -> Op | None:
    """An op that can be taken in; one that is too large or too deep could not be told to anybody."""
    if len(text) > OP_LIMIT or (text.count(b"{") + text.count(b"[") > MAX_DEPTH and is_too_deep(raw)):
        return None
    try:
        return Op.from_wire(raw)
    except UnreadableOpError:
        return None


def _can_be_told(values: object) -> bool:
    """Whether values can be written inside an answer: lists may be read that are too deep in each other for that."""
    try:
        orjson.dumps([[[[values]]]])
    except TypeError:
        return False
    return True


def _named(op: Op | None, raw: Json) -> str | None:
    """The id that an op gives itself, where it has one."""
    if op is not None:
        return op.id
    named = raw.get("op") if isinstance(raw, dict) else None
    return named if isinstance(named, str) and is_id(named) else None


def _unread(sent: _Sent) -> str:
    """Why an op that cannot be read waits."""
    return REVOKED if sent.sender.revoked else UNREADABLE


def _as_stored(values: object) -> Mapping[str, Any] | None:
    return values if isinstance(values, dict) else None


def _as_sent(result: OpResult, raw: Json, *, repeated: bool) -> OpResult:
    """The answer under the id that the sender gave the op."""
    sent = raw.get("op") if isinstance(raw, dict) else None
    named = sent if isinstance(sent, str) else result.op
    if repeated == result.repeated and named == result.op:
        return result
    return replace(result, op=named, repeated=repeated)
