"""From columns to values and back, the same for every database. Pure.

A record's writers are stored as the op behind most fields and, apart, the full sets of the others. An erased record
that holds nothing any more keeps the op that made it in the first place.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from sync.central.held import Device, HeldOp, HeldRecord, HistoryRow, ReusedId, Written
from sync.core.bundle import Answered, Consignment
from sync.core.merge import Conflict, ConflictState, Origin, Outcome, RecordState, Settlement
from sync.core.protocol import OpResult, conflict_to_wire
from sync.core.schema import Json

RECORD_COLUMNS = (
    "kind, id, region, change, schema, fields, private, writer, writers, made_by, accepted_at, contested, erased"
)
FEED_COLUMNS = (
    "kind, id, region, schema, fields, private, writer, writers, change, made_by, accepted_at, contested, erased"
)
HELD_COLUMNS = "q.op, q.kind, q.record, q.region, q.device, q.coordination, q.reason, q.state, q.forgiven, q.held_at"

_HASH_BYTES = 32


def consignment_of(row: Sequence[Any]) -> Consignment:
    """A consignment from what is held of it, its answer and what that took in."""
    held, answer, batches, ops = row
    return Consignment(held) if answer is None else Consignment(0, Answered(answer, held, batches, ops))


def text(value: object) -> str:
    """JSON text for a column."""
    return orjson.dumps(value).decode()


def record_row(held: HeldRecord) -> tuple[Any, ...]:
    """The columns of a record, in the order of `RECORD_COLUMNS`."""
    state = held.state
    fields: Mapping[str, Any] = state.fields
    private = None
    if held.private:
        fields = dict(fields)
        private = {name: fields.pop(name) for name in sorted(held.private) if name in fields}
    writer, others = _compressed(state.writers)
    return (
        held.kind,
        held.id,
        held.region,
        held.change,
        held.schema,
        text(fields),
        text(private) if private else None,
        writer or state.made or "",
        text(others) if others else None,
        held.made_by,
        held.accepted_at,
        int(bool(state.conflicts or state.settlements)),
        int(state.erased),
    )


def _compressed(writers: Mapping[str, tuple[str, ...]]) -> tuple[str, dict[str, tuple[str, ...]]]:
    counts = Counter(writers.values())
    alone = [ops for ops in counts if len(ops) == 1]
    if not alone:
        return "", dict(writers)
    most = max(alone, key=counts.__getitem__)
    others = {} if len(counts) == 1 else {name: ops for name, ops in writers.items() if ops != most}
    return most[0], others


def held_record(
    row: tuple[Any, ...],
    conflicts: Mapping[str, Conflict],
    settlements: Mapping[str, tuple[Settlement, ...]],
) -> HeldRecord:
    """A record from its columns."""
    kind, record, region, change, schema, public, secret, writer, others, made_by, accepted_at, _, erased = row
    fields = orjson.loads(public)
    private: Mapping[str, Any] = {} if secret is None else orjson.loads(secret)
    fields |= private
    writers: dict[str, tuple[str, ...]] = dict.fromkeys(fields, (writer,))
    if others is not None:
        writers |= {name: tuple(ops) for name, ops in orjson.loads(others).items()}
    return HeldRecord(
        kind=kind,
        id=record,
        region=region,
        change=change,
        schema=schema,
        made_by=made_by,
        accepted_at=accepted_at,
        state=RecordState(fields, writers, conflicts, settlements, bool(erased), (writer or None) if erased else None),
        private=frozenset(private),
    )


def conflict_row(held: HeldRecord, conflict: Conflict, moved: int) -> tuple[Any, ...]:
    """The columns of a conflict: id, kind, record, state, moved, other_device, body."""
    body = text(conflict_to_wire(conflict))
    return (conflict.id, held.kind, held.id, conflict.state.value, moved, conflict.other_device, body)


def conflict_of(body: str) -> Conflict:
    """A conflict from its stored body."""
    wire = orjson.loads(body)
    return Conflict(
        id=wire["id"],
        group=tuple(wire["group"]),
        state=ConflictState(wire["state"]),
        before=wire["before"],
        other=wire["other"],
        other_op=wire["other_op"],
        other_author=wire["other_author"],
        other_device=wire["other_device"],
        other_at=wire["other_at"],
        against_op=wire["against_op"],
        against_author=wire["against_author"],
        against_at=wire["against_at"],
        closed_by=wire["closed_by"],
        private=wire.get("private", False),
    )


def settlement_of(op: str, device: str, coordination: int) -> Settlement:
    """A settlement from its columns."""
    return Settlement(op, Origin(device, coordination=bool(coordination)))


def device_of(row: tuple[Any, ...]) -> Device:
    """An enrolled device from its columns, in the order of its attributes."""
    found, label, role, region, sign_key, box_key, certificate, *states = row
    return Device(found, label, role, region, sign_key, box_key, orjson.loads(certificate), *states)


def answer_columns(result: OpResult) -> tuple[str, int, str | None, str | None]:
    """The columns of an answer: status, change, conflicts, reason."""
    conflicts = text(result.conflicts) if result.conflicts else None
    return result.status.value, result.change, conflicts, result.reason


def result_of(op: str, status: str, change: int, conflicts: str | None, reason: str | None) -> OpResult:
    """A stored answer."""
    return OpResult(op, Outcome(status), change, () if conflicts is None else tuple(orjson.loads(conflicts)), reason)


def hashes_of(packed: bytes) -> tuple[str, ...]:
    """The hashes of a batch."""
    return tuple(packed[at : at + _HASH_BYTES].hex() for at in range(0, len(packed), _HASH_BYTES))


def private_of(body: str | None) -> dict[str, Any] | None:
    """Private values in stored form."""
    return None if body is None else dict(orjson.loads(body))


def reused_id(row: tuple[str, str, str, str, int, int], raw: Any) -> ReusedId:
    """An op under an id made for it, from its row (that id, device, kind, record, batch, place) and as it came."""
    op, device, kind, record, *came = row
    return ReusedId(op, str(raw["op"]), device, kind, record, (came[0], came[1]))


def held_op(row: tuple[Any, ...], written: Written) -> HeldOp:
    """A quarantined op from `HELD_COLUMNS`, then its batch, its place there, and whatever follows."""
    op, kind, record, region, device, coordination, reason, state, forgiven, held_at, batch, place, *_ = row
    return HeldOp(
        op=op,
        kind=kind,
        record=record,
        region=region,
        device=device,
        coordination=bool(coordination),
        reason=reason,
        state=state,
        forgiven=bool(forgiven),
        held_at=held_at,
        written=written,
        batch=batch,
        place=place,
    )


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Pairs by their first."""
    found: dict[str, set[str]] = {}
    for first, second in pairs:
        found.setdefault(first, set()).add(second)
    return {first: frozenset(seconds) for first, seconds in found.items()}


def history_row(row: tuple[Any, ...], raw: Json) -> HistoryRow:
    """An op of a record's history: id, status, change, conflicts, reason, batch, place, values, device, route."""
    op, status, change, conflicts, reason, _, _, body, device, route = row
    return HistoryRow(
        op=op,
        raw=raw,
        private=private_of(body),
        device=device,
        route=route,
        result=result_of(op, status, change, conflicts, reason),
    )
