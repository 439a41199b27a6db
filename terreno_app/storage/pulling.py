"""The centre's pages on their way to the screen: the base moves beneath, an unsent edit never does."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import orjson

from sync.core.merge import Outcome
from sync.core.ops import canonical, made_id
from sync.core.protocol import Page, PulledRecord
from sync.core.schema import SHARED_FEED, Schema
from terreno_app.storage.connections import Connections
from terreno_app.storage.facts import SECOND_BASE, identity_of, in_second_base, put_identity, put_meta
from terreno_app.storage.leaving import erase
from terreno_app.storage.showing import PUT_SHOWN, Base, base_of, put_base, settle, sorting, text
from terreno_app.storage.sqlcipher import Connection
from terreno_app.storage.vouched import keep

logger = logging.getLogger(__name__)

REGIONS = tuple(f"{number:02}" for number in range(1, 17))
"""The feeds of the sixteen regions."""
QUARANTINE = "quarantine"
"""Kind of the records in which the centre tells what became of an op in quarantine.

Their id is the op's, or one made from its content where the op's own stands for another op.
"""
ID_REUSED = "id_reused"

DEVICE = "device"
"""Kind of the records in which the centre tells which devices there are; their id is the device's."""
ROLES = frozenset({"field", "coordination"})

_KNOWN = "SELECT change, own FROM shown WHERE kind = ? AND record = ?"
_PUT_CONFLICT = """
    INSERT INTO conflicts (id, kind, record, state, body)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body
"""
_PUT_ARRIVING = """
    INSERT INTO arriving (kind, record, wire)
    VALUES (?, ?, ?)
    ON CONFLICT (kind, record) DO UPDATE SET wire = excluded.wire
"""
_PUT_CURSOR = """
    INSERT INTO cursors (feed, change)
    VALUES (?, ?)
    ON CONFLICT (feed) DO UPDATE SET change = excluded.change
"""
_WAITING = """
    SELECT ops.kind, ops.record, ops.reason, op_bodies.hash
    FROM ops
    JOIN op_bodies USING (place)
    WHERE ops.op = ?
    AND ops.status = 'quarantined'
    AND ops.receipt IS NOT NULL
"""
_MERGED = {Outcome.APPLIED.value, Outcome.AGREED.value, Outcome.CONFLICT.value}


class PullingSide:
    """Pages in."""

    _connections: Connections
    _schema: Schema

    def feeds(self) -> tuple[str, ...]:
        """The feeds that the device reads, shared reference data first."""
        with self._connections.snapshot() as connection:
            return feeds_of(identity_of(connection).region)

    def cursor(self, feed: str) -> int:
        """The last change stored of a feed; 0 at the start."""
        rows = self._connections.query("SELECT change FROM cursors WHERE feed = ?", (feed,))
        return int(rows[0][0]) if rows else 0

    def accept_page(self, since: int, page: Page) -> int:
        """Store records, conflicts and cursor of a page in one transaction.

        A page of another epoch, or one that was asked with another cursor than the stored one, is ignored.

        Args:
            since: The cursor that was asked with.
            page: The page.

        Returns:
            Records stored.
        """
        with self._connections.writing() as connection:
            if page.epoch != identity_of(connection).epoch or since != self.cursor(page.feed):
                logger.warning("a page that nobody waits for was ignored")
                return 0
            keep(connection, page.decisions)
            for record in page.records:
                if (erasure := record.erasure) is not None:
                    keep(connection, (erasure,))
                    erase(connection, self._schema, record.kind, record.record)
            if in_second_base(connection):
                rows = [(r.kind, r.record, canonical(r.to_wire())) for r in page.records]
                connection.executemany(_PUT_ARRIVING, rows)
                stored = len(rows)
            else:
                stored = store_records(connection, page.records)
            connection.execute(_PUT_CURSOR, (page.feed, page.cursor))
            _follow_role(connection, page.records)
        return stored


def feeds_of(region: str) -> tuple[str, ...]:
    """The feeds that a device of a region reads, shared reference data first."""
    return (SHARED_FEED, *(REGIONS if region == SHARED_FEED else (region,)))


def read_again(connection: Connection) -> None:
    """Read every feed from the beginning into a second base, while the screen shows the first."""
    connection.execute("DELETE FROM cursors")
    connection.execute("DELETE FROM arriving")
    put_meta(connection, SECOND_BASE, value=True)


def _follow_role(connection: Connection, pulled: Iterable[PulledRecord]) -> None:
    """Another role sees other records, which lie behind the cursor: with a new one everything is read again."""
    identity = identity_of(connection)
    own = [r.fields.get("role") for r in pulled if (r.kind, r.record) == (DEVICE, identity.device)]
    if own and own[-1] in ROLES and own[-1] != identity.role:
        put_identity(connection, replace(identity, role=str(own[-1])))
        read_again(connection)


def store_records(connection: Connection, pulled: Iterable[PulledRecord]) -> int:
    """Move the bases of records, each once, unless what is stored is newer, and show the outcome.

    Returns:
        How many were stored.
    """
    noted = set(connection.execute("SELECT kind, record FROM late"))
    disputed = set(connection.execute("SELECT kind, record FROM conflicts WHERE state = 'open'"))
    plain: list[tuple[object, ...]] = []
    stored: list[PulledRecord] = []
    for record in pulled:
        name = (record.kind, record.record)
        if record.is_outside_scope:
            _tell_conflicts(connection, record)
            continue
        change, own = connection.execute(_KNOWN, name).fetchone() or (0, 0)
        if change > record.change:
            continue
        stored.append(record)
        fields, writers = text(dict(record.fields)), text(dict(record.writers))
        if own:
            put_base(connection, *name, Base(record.region, record.change, fields, record.writer, writers))
        else:
            columns = (0, 0, record.change, *sorting(record.fields), fields, record.writer, writers, None)
            plain.append((*name, record.region, *columns))
        if record.conflicts or name in disputed:
            _store_conflicts(connection, record)
        if record.late or name in noted:
            _store_late(connection, record)
    connection.executemany(PUT_SHOWN, plain)
    for record in stored:
        if record.kind == QUARANTINE:
            decide(connection, str(record.fields.get("op", record.record)))
    return len(stored)


def _store_late(connection: Connection, pulled: PulledRecord) -> None:
    """Which of a record's values were merged after it was taken out of use is told whole each time."""
    connection.execute("DELETE FROM late WHERE kind = ? AND record = ?", (pulled.kind, pulled.record))
    connection.executemany(
        "INSERT INTO late (kind, record, op) VALUES (?, ?, ?)", [(pulled.kind, pulled.record, op) for op in pulled.late]
    )


def decide(connection: Connection, op: str) -> None:
    """If an own op in quarantine was released or rejected, as its pulled record tells, let it leave the overlay."""
    waiting = connection.execute(_WAITING, (op,)).fetchone()
    if waiting is None:
        return
    kind, record, reason, op_hash = waiting
    told = base_of(connection, QUARANTINE, made_id(op_hash) if reason == ID_REUSED else op)
    if told is None:
        return
    fields = told.shown().fields
    match fields:
        case {"state": "released", "op_status": str(status), "op_change": int(change)} if status in _MERGED:
            outcome: tuple[Any, ...] = (status, change, None)
        case {"state": "rejected"}:
            outcome = (Outcome.REJECTED.value, 0, fields.get("decided_reason"))
        case _:
            return
    connection.execute("UPDATE ops SET status = ?, change = ?, reason = ? WHERE op = ?", (*outcome, op))
    settle(connection, kind, record)


def _store_conflicts(connection: Connection, pulled: PulledRecord) -> None:
    """The open conflicts of the record are those of the page; of the others it tells that they were settled."""
    told = [str(conflict["id"]) for conflict in pulled.conflicts]
    connection.execute(
        "DELETE FROM conflicts WHERE kind = ? AND record = ? AND state = 'open'"
        " AND id NOT IN (SELECT value FROM json_each(?))",
        (pulled.kind, pulled.record, text(told)),
    )
    _tell_conflicts(connection, pulled)


def _tell_conflicts(connection: Connection, pulled: PulledRecord) -> None:
    """What a page tells of conflicts; a settled one may come without its values: those that are known stay."""
    for body in pulled.conflicts:
        known = connection.execute("SELECT body FROM conflicts WHERE id = ?", (body["id"],)).fetchone()
        before = {} if known is None else orjson.loads(known[0])
        connection.execute(
            _PUT_CONFLICT, (body["id"], pulled.kind, pulled.record, body["state"], text({**before, **body}))
        )
