"""What is on screen: base and own ops together, kept as a row so that lists and reports read it as it is.

The law: shown = base + overlay, where the overlay is the laptop's own ops that the base does not contain yet. Called
inside the transaction that changes a base or an op; nothing here begins or ends one.

A base that is just what is shown is not stored twice: then ``base`` is null, and ``change`` alone tells of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import orjson

from sync.core.merge import Shown, overlay, same
from sync.core.ops import Op, canonical
from sync.core.schema import Json
from terreno_app.storage.sqlcipher import Connection

Name = tuple[str, str]
"""Kind and id of a record."""

SORTED_BY = ("received_at", "opened_at", "planned_on", "started_at", "closed_at")
"""A list is in the order of the first of these that a record has, else in the order of arrival."""

CONTAINED = """(ops.status IS 'rejected' OR (
    ops.change > 0
    AND COALESCE((SELECT change FROM shown WHERE shown.kind = ops.kind AND shown.record = ops.record), 0) >= ops.change
))"""
"""An own op that takes no part in the overlay any more; in quarantine it has no change (sync.md, "On the laptop")."""

_PUT = """
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
_MOVE = "UPDATE shown SET own = ?, change = ?, writer = ?, writers = ?, base = ? WHERE kind = ? AND record = ?"
"""Of a row whose values stand already: nothing that lists and reports are indexed by is touched.

The indexes of what a month counts look some fifty values up in each row that is written anew, a tenth of a
millisecond; what a laptop handed in comes back with the values that it shows already.
"""
_CHANGE = _MOVE.replace("SET", "SET fields = ?,")
"""Of a row that stays where lists have it: an index is written anew for every column that is named, changed or not."""
_ASKED = "(SELECT value ->> 0 AS kind, value ->> 1 AS record FROM json_each(?)) AS asked"
"""Names of records, as one JSON list."""
_HELD = f"""
    SELECT shown.kind, shown.record,
        region, made_here, own, change, sorted_at, outing, folio, fields, writer, writers, base
    FROM {_ASKED}
    CROSS JOIN shown USING (kind, record)
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


class Order(NamedTuple):
    """What lists are sorted and found by."""

    at: str
    outing: str | None
    folio: str | None


class Base(NamedTuple):
    """What the centre last said of a record, as it stands in its columns."""

    region: str
    change: int
    order: Order
    fields: str
    writer: str
    writers: str

    def shown(self) -> Shown:
        """Its values, each with its writer."""
        return read_shown(self.fields, self.writer, self.writers)

    def beneath(self, shown: Mapping[str, Json]) -> str:
        """As it is kept beside what is shown over it: what it says otherwise, so that a row fills no second page."""
        told = orjson.loads(self.fields)
        under = {name: value for name, value in told.items() if name not in shown or not same(value, shown[name])}
        added = [name for name in shown if name not in told]
        beneath = {"under": under, "added": added, "writer": self.writer, "writers": orjson.Fragment(self.writers)}
        return text(beneath)


class Row(NamedTuple):
    """A record as it stands in its columns."""

    kind: str
    record: str
    region: str
    made_here: int
    own: int
    change: int
    at: str
    outing: str | None
    folio: str | None
    fields: str
    writer: str
    writers: str
    base: str | None

    @property
    def name(self) -> Name:
        """Kind and id."""
        return self.kind, self.record

    @property
    def found_by(self) -> tuple[str, str, str | None, str | None]:
        """What lists, outings and regions find it by."""
        return self.region, self.at, self.outing, self.folio

    @property
    def moves(self) -> tuple[object, ...]:
        """What of it changes though its values stand, in the order of `_MOVE`."""
        return self.own, self.change, self.writer, self.writers, self.base, self.kind, self.record

    def shown(self) -> Shown:
        """What is on screen, each value with its writer."""
        return read_shown(self.fields, self.writer, self.writers)

    def told(self) -> Base | None:
        """What the centre last said of it."""
        if self.change == 0:
            return None
        if self.base is None:
            order = Order(self.at, self.outing, self.folio)
            return Base(self.region, self.change, order, self.fields, self.writer, self.writers)
        base = orjson.loads(self.base)
        fields = base.get("fields")  # whole, as it was kept once
        if fields is None:
            fields = {**orjson.loads(self.fields), **base["under"]}
            for name in base["added"]:
                del fields[name]
        return Base(
            self.region, self.change, sorting(fields), fields_text(fields), base["writer"], text(base["writers"])
        )


def text(value: object) -> str:
    """A JSON value as it stands in a text column."""
    return orjson.dumps(value).decode()


def fields_text(fields: Mapping[str, Json]) -> str:
    """Values as they stand in their column, in one order: the same values are the same text."""
    return canonical(dict(fields)).decode()


def expand(fields: Iterable[str], writer: str, writers: Mapping[str, str]) -> dict[str, str]:
    """The writer of every field, from the one behind most and the others."""
    return {name: writers.get(name, writer) for name in fields}


def read_shown(fields: str, writer: str, writers: str) -> Shown:
    """Values and writers out of their columns."""
    values = orjson.loads(fields)
    return Shown(values, expand(values, writer, orjson.loads(writers)))


def sorting(fields: Mapping[str, Json]) -> Order:
    """The instant, the outing, the folio."""
    at = next((value for name in SORTED_BY if isinstance(value := fields.get(name), str)), "")
    outing, folio = fields.get("outing"), fields.get("folio")
    return Order(at, outing if isinstance(outing, str) else None, folio if isinstance(folio, str) else None)


def base_of(connection: Connection, kind: str, record: str) -> Base | None:
    """What the centre last said of a record."""
    row = row_of(connection, (kind, record))
    return None if row is None else row.told()


def row_of(connection: Connection, name: Name) -> Row | None:
    """A record as it is here."""
    return rows_of(connection, (name,)).get(name)


def rows_of(connection: Connection, names: Iterable[Name]) -> dict[Name, Row]:
    """Those of these records that are here."""
    return {row.name: row for row in map(Row._make, connection.execute(_HELD, (text(list(names)),)))}


def put_told(connection: Connection, bases: Mapping[Name, Base], before: Mapping[Name, Row]) -> None:
    """Move the bases of records, and show the outcome.

    Args:
        connection: Inside a transaction.
        bases: What the centre says of them.
        before: Those of them that are here, as they are.
    """
    own = {name: base for name, base in bases.items() if name in before and before[name].own}
    _put(connection, [_plain(name, base) for name, base in bases.items() if name not in own], before)
    _settle(connection, own, before)


def put_base(connection: Connection, kind: str, record: str, base: Base) -> None:
    """Move the base of one record, whoever has ops on it."""
    name = (kind, record)
    _settle(connection, {name: base}, rows_of(connection, (name,)))


def lay_over(connection: Connection, op: Op, values: Mapping[str, Json]) -> None:
    """Show one more own op, the newest of all."""
    name = (op.kind, op.record)
    before = row_of(connection, name)
    under, base = (Shown({}, {}), None) if before is None else (before.shown(), before.told())
    row = _row(name, op.region, overlay(under, [(op, values)]), base, made_here=before is None)
    _put(connection, [row], {} if before is None else {name: before})


def settle(connection: Connection, names: Iterable[Name]) -> None:
    """After an answer came: which own ops of records their bases contain now, and what is shown then."""
    for part in _parts(names):
        before = rows_of(connection, part)
        _settle(connection, {name: before[name].told() if name in before else None for name in part}, before)


def _parts(names: Iterable[Name]) -> Iterator[tuple[Name, ...]]:
    rest = iter(names)
    while part := tuple(islice(rest, _TOGETHER)):
        yield part


def _settle(connection: Connection, bases: Mapping[Name, Base | None], before: Mapping[Name, Row]) -> None:
    connection.executemany(_SETTLE, [(*name, base.change if base else 0) for name, base in bases.items()])
    for part in _parts(bases):
        own: dict[Name, list[_OwnOp]] = {name: [] for name in part}
        for kind, record, *told in connection.execute(_OWN, (text(part),)):
            own[kind, record].append(_OwnOp(*told))
        rows = {name: _outcome(name, bases[name], ops) for name, ops in own.items()}
        _put(connection, [row for row in rows.values() if row is not None], before)
        connection.executemany(
            "DELETE FROM shown WHERE kind = ? AND record = ?", [name for name, row in rows.items() if row is None]
        )


def _put(connection: Connection, rows: Iterable[Row], before: Mapping[Name, Row]) -> None:
    """Write rows: of one that is there already, no more than what is new."""
    moved, changed, written = [], [], []
    for row in rows:
        there = before.get(row.name)
        if there is None or there.found_by != row.found_by:
            written.append(row)
        elif there.fields != row.fields:
            changed.append((row.fields, *row.moves))
        else:
            moved.append(row.moves)
    connection.executemany(_MOVE, moved)
    connection.executemany(_CHANGE, changed)
    connection.executemany(_PUT, written)


def _outcome(name: Name, base: Base | None, own: list[_OwnOp]) -> Row | None:
    """The row of a record, from its base and the own ops on it; ``None`` when nothing is left to show."""
    laid = [(Op.from_wire(orjson.loads(op.wire)), _values(op.private)) for op in own if op.wire is not None]
    if base is None and not laid:
        return None
    kept = _own_private(own)
    if base is not None and not laid and not kept:
        return _plain(name, base, own=bool(own))
    under = Shown({}, {}) if base is None else base.shown()
    full = Shown(
        {**{field: value for field, (value, _) in kept.items()}, **under.fields},
        {**{field: op for field, (_, op) in kept.items()}, **under.writers},
    )
    if base is not None and not laid and full == under:
        return _plain(name, base, own=bool(own))
    region = base.region if base else laid[-1][0].region
    return _row(name, region, overlay(full, laid), base, made_here=base is None)


def _plain(name: Name, base: Base, *, own: bool = False) -> Row:
    """The row of a record that is shown just as the centre tells it."""
    at, outing, folio = base.order
    told = (base.fields, base.writer, base.writers)
    return Row(*name, base.region, 0, int(own), base.change, at, outing, folio, *told, None)


def _row(name: Name, region: str, shown: Shown, base: Base | None, *, made_here: bool) -> Row:
    counted = Counter(shown.writers.values()).most_common(1)
    writer = counted[0][0] if counted else ""
    writers = {field: op for field, op in shown.writers.items() if op != writer}
    return Row(
        *(*name, region, int(made_here), 1, base.change if base else 0, *sorting(shown.fields)),
        *(fields_text(shown.fields), writer, text(writers), base.beneath(shown.fields) if base else None),
    )


def _own_private(own: list[_OwnOp]) -> dict[str, tuple[Json, str]]:
    """The private values that this laptop wrote and holds, which the centre may no longer send, each with its op."""
    kept: dict[str, tuple[Json, str]] = {}
    for one in own:
        if one.wire is None and one.private is not None and one.status in {"applied", "agreed"}:
            kept.update({field: (value, one.op) for field, value in _values(one.private).items()})
    return kept


def _values(private: str | None) -> dict[str, Json]:
    return {} if private is None else orjson.loads(private)
