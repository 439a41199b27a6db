"""A centre in memory over the real merge: streams, idempotence, a simple quarantine, receipts, pages, restores."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nacl.signing import SigningKey

from sync.client.errors import EpochChangedError, ForkError, GapError, RefusedError, RevokedError
from sync.client.ports import Caller
from sync.core.instants import instant
from sync.core.merge import Merged, Origin, Outcome, RecordState, merge, objection
from sync.core.ops import Op, canonical
from sync.core.problems import ProblemType, problem
from sync.core.protocol import (
    Batch,
    OpResult,
    Page,
    PulledRecord,
    PushAnswer,
    Receipt,
    conflict_to_wire,
    receipt_root,
)
from sync.core.schema import Json, Schema
from sync.core.trust import SIGN, CentreKey, CentreStatus, Certificate, key_id
from tests.sync.toy import Ids, Ticking

Key = tuple[str, str]


@dataclass
class Told:
    """One op as the centre keeps it for ever."""

    op: Op
    values: dict[str, Json]
    hash: str
    result: OpResult
    device: str
    merged: Merged | None = None


@dataclass
class Ledger:
    """Everything that a backup of the centre holds."""

    records: dict[Key, RecordState] = field(default_factory=dict)
    changes: dict[Key, int] = field(default_factory=dict)
    regions: dict[Key, str] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    streams: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    ops: dict[str, Told] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class MemoryCentre:
    """See :class:`sync.client.ports.CentralPort`. `merging` may be replaced by a mistaken merge."""

    def __init__(self, schema: Schema, ids: Ids, clock: Ticking | None = None) -> None:
        self.schema = schema
        self.ids = ids
        self.clock = clock or Ticking()
        self.signing = SigningKey(bytes(32))
        self.ledger = Ledger()
        self.epoch = ids.new()
        self.devices: dict[str, dict[str, Any]] = {}
        self.revoked: set[str] = set()
        self.coordinators: set[str] = set()
        self.labels = 0
        self.heal = False
        self.merging: Callable[..., Merged] = merge
        self.certificates: dict[str, Certificate] = {}

    @property
    def sign_key(self) -> str:
        return bytes(self.signing.verify_key).hex()

    @property
    def keys(self) -> dict[str, dict[str, str]]:
        return {SIGN: {key_id(self.sign_key): self.sign_key}, "box": {}}

    def signed(self, body: Mapping[str, Any]) -> tuple[str, str]:
        return key_id(self.sign_key), self.signing.sign(canonical(dict(body))).signature.hex()

    def certify(self, device: str, sign_key: str, box_key: str) -> Certificate:
        self.labels += 1
        body = {
            "v": 1,
            "device": device,
            "label": f"T{self.labels:02}",
            "sign_key": sign_key,
            "box_key": box_key,
            "role": "field",
            "region": "13",
            "issued_at": instant(self.clock.now()),
        }
        return Certificate(body, *self.signed(body))

    def status(self) -> CentreStatus:
        key = CentreKey(key_id(self.sign_key), SIGN, self.sign_key)
        return CentreStatus(self.epoch, instant(self.clock.now()), 1, self.schema.version, (key,))

    def push(self, batch: Batch, caller: Caller) -> PushAnswer:
        if batch.epoch != self.epoch:
            raise EpochChangedError(problem(ProblemType.EPOCH, epoch=self.epoch), self.epoch)
        hashes, links = batch.hashes(), batch.links()
        self._check_chain(batch, caller.device, links)
        results = []
        for at, (wire, op_hash) in enumerate(zip(batch.ops, hashes, strict=True)):
            op = Op.from_wire(wire)
            entry = batch.values.get(op.id, {})
            results.append(self._take(op, entry.get("fields", {}), op_hash, caller.device))
            self._extend(batch, batch.first_seq + at, links[at], op_hash)
        self.retry_quarantine()
        return PushAnswer(self.epoch, tuple(results), self._receipt(batch, caller.device, hashes, tuple(results)))

    def pull(self, feed: str, cursor: int, limit: int, caller: Caller) -> Page:
        if caller.device in self.revoked:
            raise RevokedError(problem(ProblemType.REVOKED))
        ledger = self.ledger
        changed = sorted(
            (change, key) for key, change in ledger.changes.items() if ledger.regions[key] == feed and change > cursor
        )
        shown = changed[:limit]
        records = tuple(self._pulled(key, change) for change, key in shown)
        return Page(self.epoch, feed, cursor, shown[-1][0] if shown else cursor, len(changed) > limit, records)

    def backup(self) -> Ledger:
        return copy.deepcopy(self.ledger)

    def restore(self, ledger: Ledger) -> None:
        self.ledger = copy.deepcopy(ledger)
        self.epoch = self.ids.new()

    def retry_quarantine(self) -> None:
        if not self.heal:
            return
        for name in list(self.ledger.waiting):
            told = self.ledger.ops[name]
            self.ledger.waiting.remove(name)
            told.result = self._merge(told.op, told.values, Origin(told.device, told.device in self.coordinators), told)
            self._tell_quarantine(told, "released")

    def values(self, op: str) -> Mapping[str, Json] | None:
        told = self.ledger.ops.get(op)
        return None if told is None else {**told.op.fields, **told.values}

    def signed_by(self, op: str) -> tuple[str, str] | None:
        told = self.ledger.ops.get(op)
        return None if told is None else (told.op.author, told.op.captured_at)

    def _check_chain(self, batch: Batch, device: str, links: list[str]) -> None:
        if links[-1] != batch.link:
            raise RefusedError(problem(ProblemType.UNREADABLE))
        held = self.ledger.streams.get(batch.stream, [])
        if batch.first_seq > len(held) + 1:
            raise GapError(problem(ProblemType.GAP, want=len(held) + 1), len(held) + 1)
        before = "" if batch.first_seq == 1 else held[batch.first_seq - 2][0]
        known = [one[0] for one in held[batch.first_seq - 1 : batch.first_seq - 1 + len(links)]]
        foreign = self.ledger.owners.setdefault(batch.stream, device) != device
        if before != batch.prev or known != links[: len(known)] or foreign:
            raise ForkError(problem(ProblemType.FORK), self._certificate(device, batch.next_stream))

    def _certificate(self, device: str, next_stream: str | None) -> Certificate | None:
        if next_stream is not None and next_stream not in self.certificates:
            keys = self.devices[device]
            self.certificates[next_stream] = self.certify(device, keys["sign_key"], keys["box_key"])
        return None if next_stream is None else self.certificates[next_stream]

    def _extend(self, batch: Batch, seq: int, at_link: str, op_hash: str) -> None:
        held = self.ledger.streams.setdefault(batch.stream, [])
        if seq == len(held) + 1:
            held.append((at_link, op_hash))

    def _take(self, op: Op, values: dict[str, Json], op_hash: str, device: str) -> OpResult:
        known = self.ledger.ops.get(op.id)
        if known is not None and known.hash == op_hash:
            first = known.result
            return OpResult(op.id, first.status, first.change, first.conflicts, first.reason, repeated=True)
        if known is not None:
            return OpResult(op.id, Outcome.QUARANTINED, reason="id_reused")
        told = Told(op, values, op_hash, OpResult(op.id, Outcome.QUARANTINED), device)
        self.ledger.ops[op.id] = told
        reason = self._reason(op, values, device)
        if reason is not None:
            told.result = OpResult(op.id, Outcome.QUARANTINED, reason=reason)
            self.ledger.waiting.append(op.id)
            self._tell_quarantine(told, "waiting")
        else:
            told.result = self._merge(op, values, Origin(device, device in self.coordinators), told)
        return told.result

    def _reason(self, op: Op, values: Mapping[str, Json], device: str) -> str | None:
        kind = self.schema.kind(op.kind)
        if device in self.revoked:
            return "revoked"
        if kind is None:
            return "unknown_kind"
        if set(op.seen.values()) & set(self.ledger.waiting):
            return "waiting"
        if (op.kind, op.record) not in self.ledger.records and any(
            self.ledger.ops[name].op.record == op.record for name in self.ledger.waiting
        ):
            return "waiting"
        if "bad" in {*op.fields.values()} and not self.heal:
            return "unknown_code"
        return objection(self.ledger.records.get((op.kind, op.record)), op, values, kind)

    def _merge(self, op: Op, values: Mapping[str, Json], origin: Origin, told: Told) -> OpResult:
        key = (op.kind, op.record)
        merged = self.merging(
            self.ledger.records.get(key),
            op,
            kind=self.schema.by_name[op.kind],
            origin=origin,
            values=values,
            past=_Past(self),
        )
        told.merged = merged
        self.ledger.log.append(op.id)
        change = self._keep(key, op.region, merged.state)
        return OpResult(op.id, merged.outcome, change, merged.conflicts)

    def _keep(self, key: Key, region: str, state: RecordState) -> int:
        self.ledger.records[key] = state
        self.ledger.regions[key] = region
        change = self.ledger.counters.get(region, 0) + 1
        self.ledger.counters[region] = self.ledger.changes[key] = change
        return change

    def _tell_quarantine(self, told: Told, state: str) -> None:
        result = told.result
        fields: dict[str, Json] = {"op": told.op.id, "state": state, "op_status": result.status.value}
        self._keep(("quarantine", told.op.id), told.op.region, RecordState({**fields, "op_change": result.change}))

    def _pulled(self, key: Key, change: int) -> PulledRecord:
        state = self.ledger.records[key]
        writers = {name: ops[0] for name, ops in state.writers.items()}
        return PulledRecord(
            kind=key[0],
            record=key[1],
            region=self.ledger.regions[key],
            schema=1,
            fields=state.fields,
            writer="",
            writers=writers,
            change=change,
            conflicts=tuple(conflict_to_wire(conflict) for conflict in state.conflicts.values()),
        )

    def _receipt(self, batch: Batch, device: str, hashes: list[str], results: tuple[OpResult, ...]) -> Receipt:
        body = {
            "v": 1,
            "device": device,
            "stream": batch.stream,
            "epoch": self.epoch,
            "issued_at": instant(self.clock.now()),
            "first_seq": batch.first_seq,
            "count": len(results),
            "root": receipt_root(hashes, results),
        }
        return Receipt(body, *self.signed(body))


class _Past:
    def __init__(self, centre: MemoryCentre) -> None:
        self._centre = centre

    def values(self, op: str) -> Mapping[str, Json] | None:
        return self._centre.values(op)

    def signed(self, op: str) -> tuple[str, str] | None:
        return self._centre.signed_by(op)
