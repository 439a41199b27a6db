"""What is on screen: base and own ops together, kept as a row so that lists and reports read it as it is.

The law: shown = base + overlay, where the overlay is the laptop's own ops that the base does not contain yet. Called
inside the transaction that changes a base or an op; nothing here begins or ends one.

A base that is just what is shown is not stored twice: then ``base`` is null, and ``change`` alone tells of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import orjson

from sync.core.merge import Shown, overlay
from sync.core.ops import Op
from sync.core.schema import Json
from terreno_app.storage.sqlcipher import Connection

Name = tuple[str, str]
"""Kind and id of a record."""
Row = tuple[Any, ...]

SORTED_BY = ("received_at", "opened_at", "planned_on", "started_at", "closed_at")
"""A list is in the order of the first of these that a record has, else in the order of arrival."""

CONTAINED = """(ops.status IS 'rejected' OR (
    ops.change > 0
    AND COALESCE((SELECT change FROM shown WHERE shown.kind = ops.kind AND shown.record = ops.record), 0) >= ops.change
))"""
"""An own op that takes no part in the overlay any more; in quarantine it has no change (sync.md, "On the laptop")."""

PUT_SHOWN = """
    INSERT INTO shown (
        kind, record, region, made_here, own, change, sorted_at, outing, folio, fields, writer, writers, base
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (kind, record) DO UPDATE SET
        region = excluded.region,
        own = excluded.own,
        change = excluded.change,
        sorted_at = excluded.sorted_at,
        outing = excluded.outing,
        folio = excluded.folio,
        fields = excluded.fields,
        writer = excluded.writer,
        writers = excluded.writers,
        base = excluded.base
"""
"""Where a record was made is remembered from the first time."""
_ASKED = "(SELECT value ->> 0 AS kind, value ->> 1 AS record FROM json_each(?)) AS asked"
"""Names of records, as one JSON list."""
_ROW = "SELECT region, change, fields, writer, writers, base FROM shown WHERE kind = ? AND record = ?"
_KNOWN = f"""
    SELECT shown.kind, shown.record, change, own
    FROM {_ASKED}
    CROSS JOIN shown USING (kind, record)
"""  # noqa: S608  # a constant
_BASES = f"""
    SELECT shown.kind, shown.record, region, change, fields, writer, writers, base
    FROM {_ASKED}
    CROSS JOIN shown USING (kind, record)
    WHERE change > 0
"""  # noqa: S608  # a constant
_OWN = f"""
    SELECT ops.kind, ops.record,
        ops.op, ops.status, CASE ops.overlaid WHEN 1 THEN op_bodies.wire END, op_bodies.private
    FROM {_ASKED}
    CROSS JOIN ops USING (kind, record)
    JOIN op_bodies USING (place)
    ORDER BY ops.place
"""  # noqa: S608  # a constant
_TOGETHER = 500
"""Records whose own ops are held in memory at a time."""
_SETTLE = """
    UPDATE ops
    SET overlaid = 1 - overlaid
    WHERE kind = ?1
    AND record = ?2
    AND overlaid = (status IS 'rejected' OR (change > 0 AND ?3 >= change))
    AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'second_base')
"""
"""While a second base arrives, the first one and the answers to ops are of two histories: nothing moves on screen."""


class _OwnOp(NamedTuple):
    """An op of this laptop as its columns tell it; without `wire` it is no longer laid over the base."""

    op: str
    status: str | None
    wire: bytes | None
    private: str | None


class Base(NamedTuple):
    """What the centre last said of a record, as it stands in its columns."""

    region: str
    change: int
    fields: str
    writer: str
    writers: str

    def shown(self) -> Shown:
        """Its values, each with its writer."""
        return read_shown(self.fields, self.writer, self.writers)

    def text(self) -> str:
        """As it is kept beside what is shown over it."""
        return text(
            {"fields": orjson.Fragment(self.fields), "writer": self.writer, "writers": orjson.Fragment(self.writers)}
        )


def text(value: object) -> str:
    """A JSON value as it stands in a text column."""
    return orjson.dumps(value).decode()


def expand(fields: Iterable[str], writer: str, writers: Mapping[str, str]) -> dict[str, str]:
    """The writer of every field, from the one behind most and the others."""
    return {name: writers.get(name, writer) for name in fields}


def read_shown(fields: str, writer: str, writers: str) -> Shown:
    """Values and writers out of their columns."""
    values = orjson.loads(fields)
    return Shown(values, expand(values, writer, orjson.loads(writers)))


def sorting(fields: Mapping[str, Json]) -> tuple[str, str | None, str | None]:
    """What lists are sorted and found by: the instant, the outing, the folio."""
    at = next((value for name in SORTED_BY if isinstance(value := fields.get(name), str)), "")
    outing, folio = fields.get("outing"), fields.get("folio")
    return at, outing if isinstance(outing, str) else None, folio if isinstance(folio, str) else None


def base_of(connection: Connection, kind: str, record: str) -> Base | None:
    """What the centre last said of a record."""
    row = connection.execute(_ROW, (kind, record)).fetchone()
    return None if row is None else _base(row)


def known(connection: Connection, names: Iterable[Name]) -> dict[Name, tuple[int, bool]]:
    """Of those records that are held, the change of the base, and whether this laptop has ops on it."""
    rows = connection.execute(_KNOWN, (text(list(names)),))
    return {(kind, record): (change, bool(own)) for kind, record, change, own in rows}


def put_bases(connection: Connection, bases: Mapping[Name, Base]) -> None:
    """Move the bases of records on which this laptop has ops, and show the outcome."""
    _settle(connection, bases)


def put_base(connection: Connection, kind: str, record: str, base: Base) -> None:
    """Move the base of one record."""
    _settle(connection, {(kind, record): base})


def lay_over(connection: Connection, op: Op, values: Mapping[str, Json]) -> None:
    """Show one more own op, the newest of all."""
    row = connection.execute(_ROW, (op.kind, op.record)).fetchone()
    before = Shown({}, {}) if row is None else read_shown(*row[2:5])
    base = None if row is None else _base(row)
    shown = overlay(before, [(op, values)])
    connection.execute(PUT_SHOWN, _row((op.kind, op.record), op.region, shown, base, made_here=row is None))


def settle(connection: Connection, names: Iterable[Name]) -> None:
    """After an answer came: which own ops of records their bases contain now, and what is shown then."""
    for part in _parts(names):
        rows = connection.execute(_BASES, (text(part),)).fetchall()
        bases = {(kind, record): _base(row) for kind, record, *row in rows}
        _settle(connection, {name: bases.get(name) for name in part})


def _parts(names: Iterable[Name]) -> Iterator[tuple[Name, ...]]:
    rest = iter(names)
    while part := tuple(islice(rest, _TOGETHER)):
        yield part


def _settle(connection: Connection, bases: Mapping[Name, Base | None]) -> None:
    connection.executemany(_SETTLE, [(*name, base.change if base else 0) for name, base in bases.items()])
    for part in _parts(bases):
        own: dict[Name, list[_OwnOp]] = {name: [] for name in part}
        for kind, record, *told in connection.execute(_OWN, (text(part),)):
            own[kind, record].append(_OwnOp(*told))
        rows = {name: _outcome(name, bases[name], ops) for name, ops in own.items()}
        connection.executemany(PUT_SHOWN, [row for row in rows.values() if row is not None])
        connection.executemany(
            "DELETE FROM shown WHERE kind = ? AND record = ?", [name for name, row in rows.items() if row is None]
        )


def _outcome(name: Name, base: Base | None, own: list[_OwnOp]) -> Row | None:
    """The row of a record, from its base and the own ops on it; ``None`` when nothing is left to show."""
    laid = [(Op.from_wire(orjson.loads(op.wire)), _values(op.private)) for op in own if op.wire is not None]
    if base is None and not laid:
        return None
    under = Shown({}, {}) if base is None else base.shown()
    full = _with_own_private(under, own)
    region = base.region if base else laid[-1][0].region
    if base is not None and not laid and full == under:
        columns = (0, int(bool(own)), base.change, *sorting(under.fields), base.fields, base.writer, base.writers, None)
        return (*name, region, *columns)
    return _row(name, region, overlay(full, laid), base, made_here=base is None)


def _row(name: Name, region: str, shown: Shown, base: Base | None, *, made_here: bool) -> Row:
    counted = Counter(shown.writers.values()).most_common(1)
    writer = counted[0][0] if counted else ""
    writers = {field: op for field, op in shown.writers.items() if op != writer}
    return (
        *(*name, region, int(made_here), 1, base.change if base else 0, *sorting(shown.fields)),
        *(text(dict(shown.fields)), writer, text(writers), base.text() if base else None),
    )


def _base(row: Sequence[Any]) -> Base | None:
    region, change, fields, writer, writers, base = row
    if change == 0:
        return None
    if base is None:
        return Base(region, change, fields, writer, writers)
    told = orjson.loads(base)
    return Base(region, change, text(told["fields"]), told["writer"], text(told["writers"]))


def _with_own_private(base: Shown, own: list[_OwnOp]) -> Shown:
    """The base with the private values that this laptop wrote and holds, where the centre no longer sends them."""
    fields: dict[str, Json] = {}
    writers: dict[str, str] = {}
    for one in own:
        if one.wire is None and one.status in {"applied", "agreed"}:
            held = _values(one.private)
            fields.update(held)
            writers.update(dict.fromkeys(held, one.op))
    return Shown({**fields, **base.fields}, {**writers, **base.writers})


def _values(private: str | None) -> dict[str, Json]:
    return {} if private is None else orjson.loads(private)
