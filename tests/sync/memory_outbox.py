"""A laptop's store in memory: the whole contract of `Outbox`, whole transactions, nothing else."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sync.client.compose import Edit, compose
from sync.client.ports import Delivery, DeviceIdentity
from sync.core.merge import Outcome, Shown, overlay
from sync.core.ops import Op, link
from sync.core.protocol import Batch, OpResult, Page, PulledRecord, PushAnswer
from sync.core.schema import Json, Schema
from tests.sync.toy import SALT, Ids

Key = tuple[str, str]


@dataclass
class Stamped:
    """An op in the stream."""

    op: Op
    values: dict[str, Json]
    seq: int = 0
    link: str = ""
    sent: bool = False
    result: OpResult | None = None
    proven_in: str = ""


@dataclass
class Base:
    """What was pulled of one history of the centre."""

    records: dict[Key, PulledRecord] = field(default_factory=dict)
    conflicts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)


class MemoryOutbox:
    """See :class:`sync.client.ports.Outbox`; every attribute is the disk, so a deep copy is a clone."""

    def __init__(self, identity: DeviceIdentity, schema: Schema, ids: Ids, feeds: Sequence[str] = ("CL", "13")) -> None:
        self._identity = identity
        self._ids = ids
        self._schema = schema
        self._feeds = tuple(feeds)
        self.ops: list[Stamped] = []
        self.base = Base()
        self.next_base: Base | None = None
        self.epochs_left: set[str] = set()
        self.stored: list[Delivery] = []
        self.offset_ms = 0
        self.recovery: tuple[str, str] | None = None
        self.streams_left = 0
        self.next_stream: str | None = None
        self.finished_at: str | None = None
        self.entered_at: str | None = None
        self.verified = 0

    def save(self, kind: str, record: str, changes: Mapping[str, Json], **options: Any) -> Op:
        """One save of a person; `seen` and `screen` tell what was on screen, else what is shown now."""
        shown = options.pop("screen", None) or self.shown(kind, record)
        edit = Edit(
            record=record,
            region=options.pop("region", self._identity.region),
            changes=changes,
            fields=shown.fields,
            seen=shown.writers,
            author=f"officer of {self._identity.device[-4:]}",
            captured_at=options.pop("at", "2026-11-21T12:00:00.000Z"),
            resolves=tuple(options.pop("resolves", ())),
        )
        op_id = options.pop("op_id", None) or self._ids.new()
        known = self._schema.by_name[kind]
        op, values = compose(edit, op_id=op_id, salt=SALT, kind=known, schema_version=1)
        self.append(op, dict(values.fields) if values else {})
        return op

    def append(self, op: Op, values: Mapping[str, Json] | None = None) -> None:
        self.ops.append(self._stamped(Stamped(op, dict(values or {})), self.ops))

    def shown(self, kind: str, record: str) -> Shown:
        pulled = self.base.records.get((kind, record))
        base = Shown({}, {})
        if pulled is not None:
            base = Shown(pulled.fields, {name: pulled.writer_of(name) for name in pulled.fields})
        mine = [one for one in self.ops if (one.op.kind, one.op.record) == (kind, record)]
        own = [(one.op, one.values) for one in mine if not self._contained(one, pulled)]
        return overlay(base, own)

    def open_conflicts(self) -> dict[str, Mapping[str, Any]]:
        return {name: told for name, told in self.base.conflicts.items() if told["state"] == "open"}

    def results(self) -> dict[str, OpResult]:
        return {one.op.id: one.result for one in self.ops if one.result is not None}

    def identity(self) -> DeviceIdentity:
        return self._identity

    def pending(self) -> int:
        return len(self._pending())

    def next_batch(self, max_ops: int, max_bytes: int, after: str = "") -> Batch | None:
        run: list[Stamped] = []
        size = 0
        pending = self._pending()
        behind = next((place for place, one in enumerate(pending, 1) if one.op.id == after), 0)
        for one in pending[behind:]:
            size += len(str(one.op.to_wire())) + len(str(one.values))
            if run and (size > max_bytes or len(run) == max_ops or one.op.region != run[0].op.region):
                break
            run.append(one)
        if not run:
            return None
        before = next((o.link for o in self.ops if o.seq == run[0].seq - 1), "")
        return Batch(
            stream=self._identity.stream,
            epoch=self._identity.epoch,
            region=run[0].op.region,
            first_seq=run[0].seq,
            prev=before,
            link=run[-1].link,
            ops=tuple(one.op.to_wire() for one in run),
            values={one.op.id: {"salt": SALT.hex(), "fields": one.values} for one in run if one.values},
            next_stream=self.next_stream,
        )

    def held_ops(self, ops: Sequence[str]) -> dict[str, Json]:
        return {one.op.id: one.op.to_wire() for one in self.ops if one.op.id in ops}

    def mark_sent(self, ops: Sequence[str]) -> None:
        for one in self.ops:
            one.sent = one.sent or one.op.id in ops

    def accept(self, batch: Batch, answer: PushAnswer) -> None:
        results = {result.op: result for result in answer.results}
        for one in self.ops:
            if one.op.id in results and one.proven_in != answer.epoch:
                one.result, one.proven_in = results[one.op.id], answer.epoch
        delivery = Delivery(answer.receipt, tuple(batch.hashes()), answer.results)
        if delivery not in self.stored:
            self.stored.append(delivery)

    def feeds(self) -> tuple[str, ...]:
        return self._feeds

    def cursor(self, feed: str) -> int:
        return self._reading().cursors.get(feed, 0)

    def accept_page(self, since: int, page: Page) -> int:
        base = self._reading()
        if page.epoch != self._identity.epoch or since != base.cursors.get(page.feed, 0):
            return 0
        for record in page.records:
            base.records[record.kind, record.record] = record
            base.conflicts |= {told["id"]: told for told in record.conflicts}
            if record.kind == "quarantine":
                self._hear_of_quarantine(record.fields)
        base.cursors[page.feed] = page.cursor
        return len(page.records)

    def clock_offset_ms(self) -> int:
        return self.offset_ms

    def learn_clock_offset(self, offset_ms: int) -> None:
        self.offset_ms = offset_ms

    def learn_centre_keys(self, keys: Mapping[str, Mapping[str, str]]) -> None:
        self._identity = replace(self._identity, centre_keys=keys)

    def learn_recovery_key(self, key: str, since: str) -> None:
        if self.recovery is None or self.recovery[1] < since:
            self.recovery = (key, since)

    def last_finished_at(self) -> str | None:
        return self.finished_at

    def epoch_heard_at(self) -> str | None:
        return max((at for at in (self.finished_at, self.entered_at) if at is not None), default=None)

    def finished(self, at: str) -> None:
        self.finished_at = at
        self.verified = len(self.stored)

    def deliveries(self, *, unverified: bool = False) -> Iterable[Delivery]:
        return tuple(self.stored[self.verified if unverified else 0 :])

    def rewind(self, stream: str, seq: int) -> bool:
        place = next((at for at, one in enumerate(self.ops) if one.seq == seq), None)
        if place is None:
            return False
        for one in self.ops[place:]:
            one.proven_in = ""
        return True

    def name_next_stream(self) -> None:
        self.next_stream = self.next_stream or self._ids.new()

    def restart_stream(self, certificate: Mapping[str, Any] | None) -> None:
        self._new_stream(self._pending())
        if certificate is not None:
            self._identity = replace(self._identity, certificate=certificate, label=certificate["body"]["label"])

    def enter_epoch(self, epoch: str, at: str) -> bool:
        if epoch in self.epochs_left:
            return False
        self.epochs_left.add(self._identity.epoch)
        self.entered_at = at
        self._identity = replace(self._identity, epoch=epoch)
        self._new_stream(self.ops)
        self.next_base = Base()
        return True

    def pulled_all(self) -> bool:
        if self.next_base is not None:
            self.base, self.next_base = self.next_base, None
        return True

    def state(self) -> dict[str, Any]:
        """What a person can see of it, to compare two laptops."""
        records = {(one.op.kind, one.op.record) for one in self.ops} | self.base.records.keys()
        return {
            "shown": {key: dict(self.shown(*key).fields) for key in sorted(records)},
            "writers": {key: dict(self.shown(*key).writers) for key in sorted(records)},
            "open": sorted(self.open_conflicts()),
            "pending": self.pending(),
            "answers": {one.op.id: one.result and one.result.status.value for one in self.ops},
        }

    def clone(self) -> "MemoryOutbox":
        return copy.deepcopy(self)

    def _hear_of_quarantine(self, fields: Mapping[str, Any]) -> None:
        for one in self.ops:
            if one.op.id == fields["op"] and one.result is not None and fields["state"] == "released":
                one.result = OpResult(one.op.id, Outcome(fields["op_status"]), fields["op_change"])

    def _pending(self) -> list[Stamped]:
        """From the first op without a receipt on: a gap makes the ops behind it travel again."""
        first = next((at for at, one in enumerate(self.ops) if one.proven_in != self._identity.epoch), len(self.ops))
        return self.ops[first:]

    def _contained(self, one: Stamped, pulled: PulledRecord | None) -> bool:
        result = one.result
        if result is None or one.proven_in != self._identity.epoch or self.next_base is not None:
            return False
        if result.status is Outcome.QUARANTINED:
            return False
        return pulled is not None and pulled.change >= result.change

    def _reading(self) -> Base:
        return self.base if self.next_base is None else self.next_base

    def _new_stream(self, pending: list[Stamped]) -> None:
        self.streams_left += 1
        self._identity = replace(self._identity, stream=self.next_stream or self._ids.new())
        self.next_stream = None
        kept = [one for one in self.ops if one not in pending]
        again: list[Stamped] = []
        for one in pending:
            again.append(self._stamped(one, again))
        self.ops = [*(replace(one, seq=0, link="") for one in kept), *again]

    def _stamped(self, one: Stamped, before: list[Stamped]) -> Stamped:
        last = next((o for o in reversed(before) if o.seq), None)
        seq, previous = (1, "") if last is None else (last.seq + 1, last.link)
        return replace(one, seq=seq, link=link(previous, self._identity.stream, seq, one.op.hash))
