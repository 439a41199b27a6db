"""What a device pulls: pages of a feed and the history of a record, cut to its scope.

Stored JSON is joined as it is wherever nothing has to be taken out. Nothing here writes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from sync.central.held import Device, FeedRow, HistoryRow, ToldConflict
from sync.central.own_kinds import QUARANTINE
from sync.central.ports import Readings
from sync.central.scope import COORDINATION, FIELD, FieldReader, hides, reads_feed
from sync.core.errors import UnreadableOpError
from sync.core.merge import ConflictState, Outcome
from sync.core.ops import Op, is_too_deep
from sync.core.schema import Json, Kind, Schema

MAX_LIMIT = 1_000
"""Records in one page."""
MAX_PAGE_CHARACTERS = 8 * 1024 * 1024
"""A page ends after the record that goes beyond it."""

_VALUES = frozenset({"before", "other"})


def page(
    tx: Readings, schema: Schema, reader: FieldReader | None, *, epoch: str, feed: str, cursor: int, limit: int
) -> bytes:
    """A page as its JSON body: every record of the scope that changed after the cursor, in change order.

    Args:
        tx: A transaction that sees one moment.
        schema: Every kind.
        reader: The scope of a field device; `None` for coordination.
        epoch: The present epoch.
        feed: The feed.
        cursor: The last change that the device has stored.
        limit: Most records.
    """
    last = tx.feeds().get(feed, 0)
    rows = tx.page(feed, cursor, limit + 1, reader)
    contested = [(row.kind, row.id) for row in rows if row.contested]
    told = tx.told_conflicts(contested, cursor) if contested else {}
    erasures = _erasures(tx, feed, rows)
    late = _late(tx, schema, rows)
    texts: list[str] = []
    size = 0
    for row in rows[:limit]:
        if size > MAX_PAGE_CHARACTERS:
            break
        name = (row.kind, row.id)
        record = _record(row, told.get(name, ()), erasures.get(name), schema.kind(row.kind), reader, late.get(name, ()))
        texts.append(record)
        size += len(texts[-1])
    more = len(texts) < len(rows)
    upto = rows[len(texts) - 1].change if more else last
    role = COORDINATION if reader is None else FIELD
    head: dict[str, Any] = {
        "epoch": epoch,
        "role": role,
        "feed": feed,
        "after": cursor,
        "cursor": upto,
        "more": more,
    }
    if reader is None and (decisions := tx.decisions(feed, cursor, upto)):
        head["stream"] = decisions
    return orjson.dumps(head)[:-1] + b',"records":[' + ",".join(texts).encode() + b"]}"


def _erasures(tx: Readings, feed: str, rows: Iterable[FeedRow]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """By record the erasure that its page tells: its own, or, of an op in quarantine, that of the record it names.

    Such an op may have been typed by somebody who knew nothing of the erasure, and who never sees the record.
    """
    own = {(row.kind, row.id): (row.kind, row.id) for row in rows if row.erased}
    waiting = {(row.kind, row.id): orjson.loads(row.fields) for row in rows if row.kind == QUARANTINE}
    named = {name: (fields.get("op_kind"), fields.get("op_record")) for name, fields in waiting.items()}
    of = {**own, **{name: (kind, record) for name, (kind, record) in named.items() if kind and record}}
    told = tx.erasures(list(of.values())) if of else {}
    here = {record for record, erasure in told.items() if erasure["op"]["region"] == feed}
    return {name: told[record] for name, record in of.items() if record in here}


def _late(tx: Readings, schema: Schema, rows: Iterable[FeedRow]) -> dict[tuple[str, str], list[str]]:
    """Of each record out of use, the ops behind its values that were merged after the one that ended it."""
    ended = [(row, by) for row in rows if (by := _ended_by(row, schema.kind(row.kind))) is not None]
    merged = tx.merged_after([by for _, by in ended]) if ended else {}
    found = {(row.kind, row.id): sorted({*_writers(row).values()} & merged.get(by, frozenset())) for row, by in ended}
    return {name: late for name, late in found.items() if late}


def _ended_by(row: FeedRow, kind: Kind | None) -> str | None:
    """The op that took a record out of use; only where the stored text may tell of one is it read."""
    if kind is None or kind.ends is None:
        return None
    name, ends = kind.ends
    told = any(f'"{name}":"{one}"' in row.fields for one in ends) and orjson.loads(row.fields).get(name) in ends
    return _writers(row)[name] if told else None


def _writers(row: FeedRow) -> dict[str, str]:
    """For each field the op that set its value."""
    names = orjson.loads(row.fields).keys() | ({} if row.private is None else orjson.loads(row.private)).keys()
    others = {} if row.writers is None else _first(orjson.loads(row.writers))
    return {name: others.get(name, row.writer) for name in names}


def _record(
    row: FeedRow,
    told: Iterable[ToldConflict],
    erasure: Mapping[str, Any] | None,
    kind: Kind | None,
    reader: FieldReader | None,
    late: Iterable[str],
) -> str:
    """One record as JSON text, as far as the reader may see it."""
    conflicts = [wire for one in told if (wire := _conflict(one, row, kind, reader)) is not None]
    shown = _text(conflicts) if conflicts else "[]"
    if not row.visible:
        fields, writer, writers, extra = "{}", "", "{}", ',"only_conflicts":true'
    else:
        fields, writers = _fields(row, kind, reader)
        writer, extra = row.writer, ""
        if late := [op for op in late if op == writer or f'"{op}"' in writers]:  # of what the reader sees
            extra = f',"late":{_text(late)}'
    if erasure is not None:
        extra += f',"erase":{_text(erasure)}'
    return (
        f'{{"kind":"{row.kind}","record":"{row.id}","region":"{row.region}","schema":{row.schema},"fields":{fields},'
        f'"writer":"{writer}","writers":{writers},"change":{row.change},"conflicts":{shown}{extra}}}'
    )


def _fields(row: FeedRow, kind: Kind | None, reader: FieldReader | None) -> tuple[str, str]:
    """Fields and writers as JSON text."""
    hidden = frozenset[str]() if reader is None or kind is None else kind.scope.hidden
    private = row.private if holds_private(row, reader) else None
    if not hidden and (row.writers is None or private is row.private):
        fields = row.fields if private is None else _joined(row.fields, private)
        return fields, "{}" if row.writers is None else _text(_first(orjson.loads(row.writers)))
    shown = orjson.loads(row.fields) | ({} if private is None else orjson.loads(private))
    shown = {name: value for name, value in shown.items() if name not in hidden}
    writers = {} if row.writers is None else _first(orjson.loads(row.writers))
    return _text(shown), _text({name: op for name, op in writers.items() if name in shown})


def _joined(fields: str, private: str) -> str:
    return private if fields == "{}" else f"{fields[:-1]},{private[1:]}"


def _first(writers: Mapping[str, list[str]]) -> dict[str, str]:
    """The writer that set each value; the others of its set stay at the centre."""
    return {name: ops[0] for name, ops in writers.items()}


def _text(value: object) -> str:
    return orjson.dumps(value).decode()


def holds_private(row: FeedRow, reader: FieldReader | None) -> bool:
    """Whether the private values of a record are for this reader."""
    return reader is None or (row.made_by == reader.device and row.accepted_at >= reader.private_since)


def _conflict(
    told: ToldConflict, row: FeedRow, kind: Kind | None, reader: FieldReader | None
) -> Mapping[str, Any] | None:
    """A conflict as the reader may see it: whole, only that it is settled, or not at all."""
    if reader is None:
        return told.wire
    private = {*(() if kind is None else kind.private), *(() if row.private is None else orjson.loads(row.private))}
    private |= {*told.wire["group"]} if told.wire.get("private") else set()
    if row.visible and not hides(kind, told.wire["group"], private, holds_private=holds_private(row, reader)):
        return told.wire
    if told.other_device == reader.device and told.wire["state"] != ConflictState.OPEN:
        return {name: member for name, member in told.wire.items() if name not in _VALUES}
    return None


def history(
    tx: Readings, schema: Schema, device: Device, reader: FieldReader | None, kind: str, record: str
) -> list[dict[str, Json]]:
    """Every op on a record that the device may see; empty for a foreign record as for an unknown one.

    What cannot be read is told in quarantine alone: it has no author and no hour to be listed by.
    """
    row = tx.one(kind, record, reader)
    held = tx.waiting_there(kind, record) if row is None else (row.region, row.accepted_at)
    if held is None or not reads_feed(device.role, device.region, held[0]):
        return []
    visible = reader is None or (row is not None and row.visible)
    recent = reader is None or held[1] >= reader.private_since
    private = recent and (row is None or holds_private(row, reader))
    known = schema.kind(kind)
    hidden = frozenset[str]() if reader is None or known is None else known.scope.hidden
    return [
        _op(one, hidden, private=private)
        for one in tx.history(kind, record)
        if _readable(one.raw)
        if one.device == device.id or (visible and (reader is None or one.result.status is not Outcome.QUARANTINED))
    ]


def _readable(raw: Json) -> bool:
    try:
        Op.from_wire(raw)
    except UnreadableOpError:
        return False
    return True


def _op(row: HistoryRow, hidden: frozenset[str], *, private: bool) -> dict[str, Json]:
    raw = row.raw if isinstance(row.raw, dict) else {}
    written = raw.get("fields")
    fields = dict(written) if isinstance(written, dict) and not is_too_deep(written) else {}
    values = (row.private or {}).get("fields")
    if private and isinstance(values, dict):
        fields |= values
    return {
        "op": row.op,
        "author": raw.get("author"),
        "device": row.device,
        "captured_at": raw.get("captured_at"),
        "route": row.route,
        "status": row.result.status.value,
        "change": row.result.change,
        "reason": row.result.reason,
        "fields": {name: value for name, value in fields.items() if name not in hidden},
    }
