"""The centre's pages on their way to the screen: the base moves beneath, an unsent edit never does."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

import orjson

from sync.core.merge import Outcome
from sync.core.ops import Op, canonical
from sync.core.protocol import Page, PulledRecord
from sync.core.schema import SHARED_FEED, Schema
from terreno_app.storage.connections import Connections
from terreno_app.storage.facts import SECOND_BASE, identity_of, in_second_base, put_identity, put_meta
from terreno_app.storage.leaving import erase
from terreno_app.storage.showing import Base, Name, Row, base_of, fields_text, put_told, rows_of, settle, sorting, text
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

ROLES = frozenset({"field", "coordination"})

_TOLD = "SELECT id, body FROM conflicts WHERE id IN (SELECT value FROM json_each(?))"
_OPEN = "SELECT kind, record, id FROM conflicts WHERE state = 'open'"
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
_STANDS = "SELECT 1 FROM cursors WHERE feed = ? AND change = ?"
_PUT_CURSOR = """
    INSERT INTO cursors (feed, change)
    VALUES (?, ?)
    ON CONFLICT (feed) DO UPDATE SET change = excluded.change
"""
_WAITING = """
    SELECT kind, record, reason
    FROM ops
    WHERE op = ?
    AND status = 'quarantined'
    AND receipt IS NOT NULL
"""
_HELD_AS = """
    SELECT record
    FROM shown
    WHERE kind = 'quarantine'
    AND fields ->> 'op' = ?
    AND fields ->> 'device' = ?
    AND fields ->> 'reason' = 'id_reused'
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

        A page of another epoch, or one that was asked with another cursor than the stored one, is ignored. Of one that
        was read in another role that role is kept, and everything is read again.

        Args:
            since: The cursor that was asked with.
            page: The page.

        Returns:
            Records stored.
        """
        if _is_no_news(page, since, self._role()) and self._connections.query(_STANDS, (page.feed, since)):
            return 0
        with self._connections.writing() as connection:
            if page.epoch != identity_of(connection).epoch or since != self.cursor(page.feed):
                logger.warning("a page that nobody waits for was ignored")
                return 0
            if _follow_role(connection, page):
                return 0
            keep(connection, page.decisions)
            for record in page.records:
                if (erasure := record.erasure) is not None:
                    keep(connection, (erasure,))
                    erased = Op.from_wire(erasure.op)  # of an op in quarantine, of the record that it names
                    erase(connection, self._schema, erased.kind, erased.record)
            if in_second_base(connection):
                rows = [(r.kind, r.record, canonical(r.to_wire())) for r in page.records]
                connection.executemany(_PUT_ARRIVING, rows)
                stored = len(rows)
            else:
                stored = store_records(connection, page.records)
            connection.execute(_PUT_CURSOR, (page.feed, page.cursor))
        return stored

    def _role(self) -> str:
        return identity_of(self._connections.of_this_thread()).role


def _is_no_news(page: Page, since: int, role: str) -> bool:
    """Whether a page brings nothing, not another role either, and leaves the cursor where it was."""
    brings = page.records or page.decisions or page.role not in (None, role)
    return not brings and page.cursor == since


def feeds_of(region: str) -> tuple[str, ...]:
    """The feeds that a device of a region reads, shared reference data first."""
    return (SHARED_FEED, *(REGIONS if region == SHARED_FEED else (region,)))


def read_again(connection: Connection) -> None:
    """Read every feed from the beginning into a second base, while the screen shows the first."""
    connection.execute("DELETE FROM cursors")
    connection.execute("DELETE FROM arriving")
    put_meta(connection, SECOND_BASE, value=True)


def _follow_role(connection: Connection, page: Page) -> bool:
    """Whether a page was read in another role than what came before it, which the device has from now on.

    That role sees other records, which lie behind the cursor: everything is read again. The device's own record would
    not do: a role that was changed and changed back leaves the pages in between.
    """
    identity = identity_of(connection)
    if page.role not in ROLES or page.role == identity.role:
        return False
    put_identity(connection, replace(identity, role=page.role))
    read_again(connection)
    return True


def store_records(connection: Connection, pulled: Iterable[PulledRecord]) -> int:
    """Move the bases of records, each once, unless what is stored is newer, and show the outcome.

    Returns:
        How many were stored.
    """
    noted = set(connection.execute("SELECT kind, record FROM late"))
    disputed = _open_conflicts(connection)
    pulled = list(pulled)
    held = rows_of(connection, [_name(record) for record in pulled])
    stored = [record for record in pulled if not record.is_outside_scope and not _is_newer(held, record)]
    put_told(connection, {_name(record): _told(record) for record in stored}, held)
    contested = [record for record in stored if record.conflicts or _name(record) in disputed]
    not_told = (disputed[_name(one)].difference(body["id"] for body in one.conflicts) for one in contested)
    connection.executemany("DELETE FROM conflicts WHERE id = ?", [(one,) for one in chain.from_iterable(not_told)])
    _store_conflicts(connection, [*contested, *(record for record in pulled if record.is_outside_scope)])
    _store_late(connection, [record for record in stored if record.late or _name(record) in noted])
    for record in stored:
        if record.kind == QUARANTINE:
            decide(connection, str(record.fields.get("op", record.record)))
    return len(stored)


def _name(record: PulledRecord) -> Name:
    return record.kind, record.record


def _is_newer(held: Mapping[Name, Row], record: PulledRecord) -> bool:
    """Whether what is stored of a record is newer than what a page tells."""
    row = held.get(_name(record))
    return row is not None and row.change > record.change


def _told(record: PulledRecord) -> Base:
    order = sorting(record.fields)
    fields, writers = fields_text(record.fields), text(dict(record.writers))
    return Base(record.region, record.change, order, fields, record.writer, writers)


def _store_late(connection: Connection, pulled: list[PulledRecord]) -> None:
    """Which of a record's values were merged after it was taken out of use is told whole each time."""
    connection.executemany("DELETE FROM late WHERE kind = ? AND record = ?", [_name(record) for record in pulled])
    connection.executemany(
        "INSERT INTO late (kind, record, op) VALUES (?, ?, ?)",
        [(*_name(record), op) for record in pulled for op in record.late],
    )


def decide(connection: Connection, op: str) -> None:
    """If an own op in quarantine was released or rejected, as its pulled record tells, let it leave the overlay."""
    waiting = connection.execute(_WAITING, (op,)).fetchone()
    if waiting is None:
        return
    kind, record, reason = waiting
    held_as = _held_as(connection, op) if reason == ID_REUSED else op
    told = None if held_as is None else base_of(connection, QUARANTINE, held_as)
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
    settle(connection, [(kind, record)])


def _held_as(connection: Connection, op: str) -> str | None:
    """Under which id the centre holds an own op whose id stood for another one, as far as its record was pulled."""
    row = connection.execute(_HELD_AS, (op, identity_of(connection).device)).fetchone()
    return None if row is None else str(row[0])


def _open_conflicts(connection: Connection) -> defaultdict[Name, set[str]]:
    """Ids of the open conflicts of each record."""
    found: defaultdict[Name, set[str]] = defaultdict(set)
    for kind, record, conflict in connection.execute(_OPEN):
        found[kind, record].add(conflict)
    return found


def _store_conflicts(connection: Connection, pulled: list[PulledRecord]) -> None:
    """Keep what a page tells of conflicts. A settled one may come without its values: those that are known stay."""
    told = [(record, body) for record in pulled for body in record.conflicts]
    before = dict(connection.execute(_TOLD, (text([body["id"] for _, body in told]),)))
    connection.executemany(
        _PUT_CONFLICT,
        [
            (body["id"], *_name(record), body["state"], text({**orjson.loads(before.get(body["id"], "{}")), **body}))
            for record, body in told
        ],
    )
