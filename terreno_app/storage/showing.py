"""What is on screen: base and own ops together, kept as a row so that lists and reports read it as it is.

The law: shown = base + overlay, where the overlay is the laptop's own ops that the base does not contain yet. Called
inside the transaction that changes a base or an op; nothing here begins or ends one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import orjson

from sync.core.merge import Shown, overlay
from sync.core.ops import Op
from sync.core.schema import Json
from terreno_app.storage.sqlcipher import Connection

SORTED_BY = ("received_at", "opened_at", "planned_on", "started_at", "closed_at")
"""A list is in the order of the first of these that a record has, else in the order of arrival."""

CONTAINED = """(ops.status IS 'rejected' OR (
    ops.change > 0
    AND ops.status IS NOT 'quarantined'
    AND COALESCE((SELECT change FROM bases WHERE bases.kind = ops.kind AND bases.record = ops.record), 0) >= ops.change
))"""
"""An own op that takes no part in the overlay any more (sync.md, "On the laptop")."""

PUT_SHOWN = """
    INSERT INTO shown (kind, record, region, fields, writer, writers, made_here, sorted_at, outing, folio)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (kind, record) DO UPDATE SET
        region = excluded.region,
        fields = excluded.fields,
        writer = excluded.writer,
        writers = excluded.writers,
        sorted_at = excluded.sorted_at,
        outing = excluded.outing,
        folio = excluded.folio
"""
_SHOWN = "SELECT fields, writer, writers FROM shown WHERE kind = ? AND record = ?"
_BASE = "SELECT fields, writer, writers, region FROM bases WHERE kind = ? AND record = ?"
_OWN = """
    SELECT ops.op, ops.wire, ops.overlaid, ops.status, op_values.fields
    FROM ops
    LEFT JOIN op_values USING (place)
    WHERE ops.kind = ?
    AND ops.record = ?
    ORDER BY ops.place
"""


def text(value: object) -> str:
    """A JSON value as it stands in a text column."""
    return orjson.dumps(value).decode()


def expand(fields: Iterable[str], writer: str, writers: Mapping[str, str]) -> dict[str, str]:
    """The writer of every field, from the one behind most and the others."""
    return {name: writers.get(name, writer) for name in fields}


def put_shown(
    connection: Connection, kind: str, record: str, region: str, shown: Shown, *, made_here: bool = False
) -> None:
    """Put a record on screen; where it was made is remembered from the first time."""
    counted = Counter(shown.writers.values()).most_common(1)
    writer = counted[0][0] if counted else ""
    writers = {name: op for name, op in shown.writers.items() if op != writer}
    connection.execute(
        PUT_SHOWN,
        (
            *(kind, record, region, text(dict(shown.fields)), writer, text(writers), int(made_here)),
            *sorting(shown.fields),
        ),
    )


def sorting(fields: Mapping[str, Json]) -> tuple[str, str | None, str | None]:
    """What lists are sorted and found by: the instant, the outing, the folio."""
    at = next((value for name in SORTED_BY if isinstance(value := fields.get(name), str)), "")
    outing, folio = fields.get("outing"), fields.get("folio")
    return at, outing if isinstance(outing, str) else None, folio if isinstance(folio, str) else None


def lay_over(connection: Connection, op: Op, values: Mapping[str, Json]) -> None:
    """Show one more own op, the newest of all."""
    row = connection.execute(_SHOWN, (op.kind, op.record)).fetchone()
    before = Shown({}, {}) if row is None else _read(*row)
    put_shown(connection, op.kind, op.record, op.region, overlay(before, [(op, values)]), made_here=row is None)


def settle(connection: Connection, kind: str, record: str) -> None:
    """After a base or an answer came: which own ops the base contains now, and what is shown then."""
    connection.execute(
        f"UPDATE ops SET overlaid = NOT {CONTAINED} WHERE kind = ? AND record = ?",  # noqa: S608  # a constant
        (kind, record),
    )
    show_again(connection, kind, record)


def show_again(connection: Connection, kind: str, record: str) -> None:
    """Work out what is shown of a record from its base and its own ops."""
    base = connection.execute(_BASE, (kind, record)).fetchone()
    own = connection.execute(_OWN, (kind, record)).fetchall()
    laid = [(Op.from_wire(orjson.loads(wire)), _values(values)) for _, wire, over, _, values in own if over]
    if base is None and not laid:
        connection.execute("DELETE FROM shown WHERE kind = ? AND record = ?", (kind, record))
        return
    under = Shown({}, {}) if base is None else _read(*base[:3])
    region = laid[-1][0].region if base is None else base[3]
    put_shown(connection, kind, record, region, overlay(_with_own_private(under, own), laid), made_here=base is None)


def _with_own_private(base: Shown, own: list[tuple[str, bytes, int, str | None, str | None]]) -> Shown:
    """The base with the private values that this laptop wrote and holds, where the centre no longer sends them."""
    fields: dict[str, Json] = {}
    writers: dict[str, str] = {}
    for op, _, over, status, values in own:
        if not over and status in {"applied", "agreed"}:
            held = _values(values)
            fields.update(held)
            writers.update(dict.fromkeys(held, op))
    return Shown({**fields, **base.fields}, {**writers, **base.writers})


def _values(held: str | None) -> dict[str, Json]:
    return {} if held is None else orjson.loads(held)


def _read(fields: str, writer: str, writers: str) -> Shown:
    values = orjson.loads(fields)
    return Shown(values, expand(values, writer, orjson.loads(writers)))
