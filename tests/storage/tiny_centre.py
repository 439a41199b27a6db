"""A centre in memory with the real merge: enough of one to answer a laptop's store, with quarantine and epochs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nacl.signing import SigningKey

from sync.core.merge import ConflictState, Merged, Origin, Outcome, RecordState, merge
from sync.core.ops import Op
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
from sync.core.schema import Json
from tests.storage.laptop import AT, EPOCH, SCHEMA, a_uuid

KEY_ID = "c0ffee"
HELD_BACK = "Q"
"""A topic that puts its op into quarantine."""


@dataclass
class TinyCentre:
    """Accepts batches and gives pages. ``past`` is what conflicts ask of earlier ops."""

    epoch: str = EPOCH
    states: dict[tuple[str, str], RecordState] = field(default_factory=dict)
    changes: dict[tuple[str, str], int] = field(default_factory=dict)
    regions: dict[tuple[str, str], str] = field(default_factory=dict)
    results: dict[str, OpResult] = field(default_factory=dict)
    ops: dict[str, tuple[Op, Mapping[str, Json], str]] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    count: int = 0
    issued: int = 0
    key: SigningKey = field(default_factory=lambda: SigningKey(b"\x07" * 32))

    @property
    def keys(self) -> dict[str, dict[str, str]]:
        return {"sign": {KEY_ID: bytes(self.key.verify_key).hex()}, "box": {}}

    def push(self, batch: Batch, device: int = 7) -> PushAnswer:
        assert batch.links()[-1] == batch.link
        results = tuple(
            self._accept(Op.from_wire(wire), batch.values.get(wire["op"], {}).get("fields", {}), a_uuid(device))
            for wire in batch.ops
            if isinstance(wire, dict)
        )
        self.issued += 1
        body = {
            "v": 1,
            "device": a_uuid(device),
            "stream": batch.stream,
            "epoch": self.epoch,
            "issued_at": f"2026-11-21T18:00:{self.issued:02}.000Z",
            "first_seq": batch.first_seq,
            "count": len(results),
            "root": receipt_root(batch.hashes(), results),
        }
        receipt = Receipt(body, KEY_ID, "")
        signed = Receipt(body, KEY_ID, self.key.sign(receipt.signed_bytes).signature.hex())
        return PushAnswer(self.epoch, results, signed)

    def page(self, feed: str, cursor: int, limit: int = 1000, *, private: bool = True) -> Page:
        names = sorted(
            (name for name, change in self.changes.items() if change > cursor and self.regions[name] == feed),
            key=self.changes.__getitem__,
        )
        taken = names[:limit]
        return Page(
            self.epoch,
            feed,
            cursor,
            self.changes[taken[-1]] if taken else cursor,
            len(names) > limit,
            tuple(self._pulled(name, private=private) for name in taken),
        )

    def write(self, kind: str, record: str, fields: Mapping[str, Json], *, region: str = "13", op: int = 0) -> None:
        """Somebody else's edit, applied at once."""
        name = (kind, record)
        self.count += 1
        number = a_uuid(op or 90_000_000 + self.count)
        state = self.states.get(name) or RecordState()
        self.states[name] = RecordState(
            {**state.fields, **fields},
            {**state.writers, **dict.fromkeys(fields, (number,))},
            state.conflicts,
            state.settlements,
        )
        self.changes[name] = self.count
        self.regions[name] = region

    def release(self, op: str) -> None:
        self.held.remove(op)
        own, values, device = self.ops[op]
        result = self._merge(own, values, device)
        self.write(
            "quarantine", op, {"state": "released", "op_status": result.status.value, "op_change": result.change}
        )

    def reject(self, op: str, reason: str) -> None:
        self.held.remove(op)
        self.results[op] = OpResult(op, Outcome.REJECTED, 0, reason=reason)
        self.write("quarantine", op, {"state": "rejected", "decided_reason": reason})

    def _accept(self, op: Op, values: Mapping[str, Json], device: str) -> OpResult:
        known = self.results.get(op.id)
        if known is not None:
            return OpResult(op.id, known.status, known.change, known.conflicts, known.reason, repeated=True)
        self.ops[op.id] = (op, values, device)
        if op.fields.get("topic") == HELD_BACK or set(op.seen.values()) & set(self.held):
            self.held.append(op.id)
            self.results[op.id] = OpResult(op.id, Outcome.QUARANTINED, 0, reason="unknown_code")
            self.write("quarantine", op.id, {"state": "waiting"})
            return self.results[op.id]
        return self._merge(op, values, device)

    def _merge(self, op: Op, values: Mapping[str, Json], device: str) -> OpResult:
        name = (op.kind, op.record)
        kind = SCHEMA.kind(op.kind)
        assert kind is not None
        merged: Merged = merge(self.states.get(name), op, kind=kind, origin=Origin(device), values=values)
        self.count += 1
        self.states[name], self.changes[name], self.regions[name] = merged.state, self.count, op.region
        self.results[op.id] = OpResult(op.id, merged.outcome, self.count, merged.conflicts)
        return self.results[op.id]

    def _pulled(self, name: tuple[str, str], *, private: bool) -> PulledRecord:
        state = self.states[name]
        kind = SCHEMA.kind(name[0])
        assert kind is not None
        fields = {f: v for f, v in state.fields.items() if private or f not in kind.private}
        conflicts: tuple[Any, ...] = tuple(
            conflict_to_wire(c, values=c.state is ConflictState.OPEN) for c in state.conflicts.values()
        )
        return PulledRecord(
            *name,
            region=self.regions[name],
            schema=1,
            fields=fields,
            writer="",
            writers={f: state.writers[f][0] for f in fields},
            change=self.changes[name],
            conflicts=conflicts,
        )


def push_all(store: Any, centre: TinyCentre, device: int = 7) -> None:
    while (batch := store.next_batch(1000, 2_000_000)) is not None:
        store.mark_sent([op["op"] for op in batch.ops])
        store.accept(batch, centre.push(batch, device))


def pull_all(store: Any, centre: TinyCentre, *, private: bool = True, limit: int = 1000) -> None:
    for feed in store.feeds():
        more = True
        while more:
            since = store.cursor(feed)
            page = centre.page(feed, since, limit, private=private)
            store.accept_page(since, page)
            more = page.more


__all__ = ["AT", "HELD_BACK", "TinyCentre", "pull_all", "push_all"]
