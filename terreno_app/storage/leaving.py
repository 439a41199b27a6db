"""Personal values that leave this laptop: erased for ever by a person's right, or retired days after their receipt.

What is retired stays in the journal, sealed to the centre, as long as a restored centre may need it; nobody can read it
here. Called inside a transaction; nothing here begins or ends one.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson

from sync.client.keys import seal
from sync.core.instants import instant, parse_instant
from sync.core.ops import canonical
from sync.core.schema import Json, Kind, Schema
from sync.core.trust import BOX
from terreno_app.storage.facts import get_meta, identity_of, put_meta
from terreno_app.storage.showing import base_of, fields_text, put_base, settle, sorting, text
from terreno_app.storage.sqlcipher import Connection

FIELD = "field"
READABLE_DAYS = 7
"""So long a field laptop can read what it sent, from the receipt on."""
JOURNAL_DAYS = 30
"""So long it can hand it in again, sealed."""

_RETIRED_AT = "retired_at"
_JOURNAL_AT = "journal_ended_at"
_HOUR = len("2026-11-21T16")
_SENT = """
    SELECT ops.place, ops.kind, ops.record, op_bodies.salt, op_bodies.private
    FROM ops
    JOIN op_bodies USING (place)
    WHERE op_bodies.private IS NOT NULL
"""
_INDEX = "shown_with_private"
"""Finds what shows a private value without reading every record; it follows the schema."""
_STAYS = """
    SELECT ops.kind, ops.record
    FROM ops
    LEFT JOIN receipts ON receipts.number = ops.receipt
    WHERE ops.receipt IS NULL
    OR ops.status = 'quarantined'
    OR receipts.issued_at >= ?1
    UNION
    SELECT kind, record
    FROM readable
    WHERE since >= ?1
"""
_FIRST_SEEN = """
    INSERT OR IGNORE INTO readable (kind, record, since)
    SELECT kind, record, ?3
    FROM shown
    WHERE kind = ?1
    AND record = ?2
    AND NOT EXISTS (SELECT 1 FROM ops WHERE ops.kind = ?1 AND ops.record = ?2)
"""
_LEAVES_OPEN = """
    DELETE FROM conflicts
    WHERE kind = ?1
    AND record = ?2
    AND state = 'open'
    AND EXISTS (SELECT 1 FROM json_each(conflicts.body, '$.group') WHERE value IN (SELECT value FROM json_each(?3)))
"""
"""A conflict that nobody can judge here any more; that it was settled is told later, without values."""
_JOURNAL_ENDS = """
    UPDATE op_bodies
    SET sealed = NULL
    WHERE sealed IS NOT NULL
    AND place IN (
        SELECT ops.place
        FROM ops
        JOIN receipts ON receipts.number = ops.receipt
        WHERE receipts.issued_at < ?
    )
"""


def erase(connection: Connection, schema: Schema, kind: str, record: str) -> None:
    """Delete a record's private values wherever this laptop holds them: ops, journal, screen, conflicts, drafts."""
    names = _private_names(connection, schema, kind, record)
    connection.execute(
        "UPDATE op_bodies SET salt = NULL, private = NULL, sealed = NULL"
        " WHERE place IN (SELECT place FROM ops WHERE kind = ? AND record = ?)",
        (kind, record),
    )
    _hide(connection, names, kind, record)
    _strip_rows(connection, "arriving", "wire", names, (kind, record))
    every = names | {name for one in schema.kinds for name in one.private}
    for key, body in connection.execute("SELECT key, body FROM drafts").fetchall():
        if key.rpartition("/")[2] == record:
            connection.execute(
                "UPDATE drafts SET body = ? WHERE key = ?", (text(_without(orjson.loads(body), every)), key)
            )


def retire(connection: Connection, schema: Schema, now: str) -> None:
    """Seal what a field laptop may no longer read; looked for once an hour.

    Args:
        connection: Inside a transaction.
        schema: The kinds that travel.
        now: The present instant; receipts carry the centre's hours.
    """
    identity = identity_of(connection)
    boxes = list(identity.centre_keys.get(BOX, {}).values())
    if identity.role != FIELD or not boxes or _was_looked_for(connection, _RETIRED_AT, now):
        return
    sent = connection.execute(_SENT).fetchall()
    held = _held(connection, schema)
    for name in held:
        connection.execute(_FIRST_SEEN, (*name, now))
    limit = instant(parse_instant(now) - timedelta(days=READABLE_DAYS))
    stays = set(connection.execute(_STAYS, (limit,)))
    due = dict.fromkeys(name for name in (*(row[1:3] for row in sent), *held) if name not in stays)
    names = {name: _private_names(connection, schema, *name) for name in due}
    for place, kind, record, salt, private in sent:
        if (kind, record) in due:
            values = canonical({"salt": salt.hex(), "fields": orjson.loads(private)})
            connection.execute(
                "UPDATE op_bodies SET salt = NULL, private = NULL, sealed = ? WHERE place = ?",
                (seal(boxes[-1], values), place),
            )
    for name, hidden in names.items():
        _hide(connection, hidden, *name)
        connection.execute(_LEAVES_OPEN, (*name, text(sorted(hidden))))
        connection.execute("DELETE FROM readable WHERE kind = ? AND record = ?", name)


def _held(connection: Connection, schema: Schema) -> list[tuple[str, str]]:
    """Records that show a private value."""
    private = [kind for kind in schema.kinds if kind.private]
    if not private:
        return []
    shows = " OR ".join(_shows_private(kind) for kind in private)
    made = f"CREATE INDEX {_INDEX} ON shown (kind, record) WHERE {shows}"
    kept = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (_INDEX,)).fetchone()
    if kept != (made,):
        connection.execute(f"DROP INDEX IF EXISTS {_INDEX}")
        connection.execute(made)
    found = f"SELECT kind, record FROM shown INDEXED BY {_INDEX} WHERE {shows}"  # noqa: S608  names of the schema
    return connection.execute(found).fetchall()  # type: ignore[no-any-return]  # untyped library


def _shows_private(kind: Kind) -> str:
    """Whether a record of a kind has one of its private fields, emptied or not, as SQL without parameters."""
    fields = " OR ".join(f"json_type(fields, '$.{name}') IS NOT NULL" for name in sorted(kind.private))
    return f"(kind = '{kind.name}' AND ({fields}))"


def end_journal(connection: Connection, now: str) -> None:
    """Forget the sealed values that no restored centre will ask for any more; looked for once an hour.

    The hour is its own: a laptop that was just opened has retired already, and one of coordination never does.

    Args:
        connection: Inside a transaction.
        now: The centre's present instant; a laptop's own clock could be wrong by decades.
    """
    if not _was_looked_for(connection, _JOURNAL_AT, now):
        connection.execute(_JOURNAL_ENDS, (instant(parse_instant(now) - timedelta(days=JOURNAL_DAYS)),))


def _was_looked_for(connection: Connection, mark: str, now: str) -> bool:
    """Whether this hour had its turn already; from now on it had."""
    hour = now[:_HOUR]
    if get_meta(connection, mark) == hour:
        return True
    put_meta(connection, mark, hour)
    return False


def _private_names(connection: Connection, schema: Schema, kind: str, record: str) -> frozenset[str]:
    """The private fields of a record: those that the schema names, and any that an op here carried apart."""
    known = schema.kind(kind)
    carried = connection.execute(
        "SELECT op_bodies.private FROM ops JOIN op_bodies USING (place)"
        " WHERE ops.kind = ? AND ops.record = ? AND op_bodies.private IS NOT NULL",
        (kind, record),
    ).fetchall()
    return frozenset(() if known is None else known.private).union(*(orjson.loads(private) for (private,) in carried))


def _hide(connection: Connection, names: frozenset[str], kind: str, record: str) -> None:
    """Take the private values of a record off the screen and out of its conflicts."""
    base = base_of(connection, kind, record)
    if base is None:
        settle(connection, [(kind, record)])
    else:
        kept = {name: value for name, value in orjson.loads(base.fields).items() if name not in names}
        writers = {name: op for name, op in orjson.loads(base.writers).items() if name not in names}
        hidden = base._replace(order=sorting(kept), fields=fields_text(kept), writers=text(writers))
        put_base(connection, kind, record, hidden)
    _strip_rows(connection, "conflicts", "body", names, (kind, record))


def _strip_rows(connection: Connection, table: str, column: str, names: frozenset[str], name: tuple[str, str]) -> None:
    """Take the private values out of the JSON of these rows."""
    rows = connection.execute(f"SELECT place, {column} FROM {table} WHERE kind = ? AND record = ?", name)  # noqa: S608
    for place, body in rows.fetchall():
        kept = _without(orjson.loads(body), names)
        value: Any = canonical(kept) if isinstance(body, bytes) else text(kept)
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE place = ?", (value, place))  # noqa: S608  # constants


def _without(value: Json, names: frozenset[str]) -> Json:
    """A JSON value without the members of these names, at any depth."""
    if isinstance(value, Mapping):
        return {name: _without(one, names) for name, one in value.items() if name not in names}
    return [_without(one, names) for one in value] if isinstance(value, list) else value
