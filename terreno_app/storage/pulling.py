"""The centre's pages on their way to the screen: the base moves beneath, an unsent edit never does."""

import logging
from typing import Any

import orjson

from sync.core.merge import Outcome
from sync.core.ops import canonical
from sync.core.protocol import Page, PulledRecord
from sync.core.schema import SHARED_FEED
from terreno_app.storage.connections import Connections
from terreno_app.storage.facts import identity_of, in_second_base
from terreno_app.storage.showing import PUT_SHOWN, settle, sorting, text
from terreno_app.storage.sqlcipher import Connection

logger = logging.getLogger(__name__)

REGIONS = tuple(f"{number:02}" for number in range(1, 17))
"""The feeds of the sixteen regions."""
QUARANTINE = "quarantine"
"""Kind of the records in which the centre tells what became of an op in quarantine; their id is the op's."""

_PUT_BASE = """
    INSERT INTO bases (kind, record, region, schema, change, fields, writer, writers)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (kind, record) DO UPDATE SET
        region = excluded.region,
        schema = excluded.schema,
        change = excluded.change,
        fields = excluded.fields,
        writer = excluded.writer,
        writers = excluded.writers
"""
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
_MERGED = {Outcome.APPLIED.value, Outcome.AGREED.value, Outcome.CONFLICT.value}


class PullingSide:
    """Pages in."""

    _connections: Connections

    def feeds(self) -> tuple[str, ...]:
        """The feeds that the device reads, shared reference data first."""
        with self._connections.snapshot() as connection:
            region = identity_of(connection).region
        return (SHARED_FEED, *(REGIONS if region == SHARED_FEED else (region,)))

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
            if in_second_base(connection):
                rows = [(r.kind, r.record, canonical(r.to_wire())) for r in page.records]
                connection.executemany(_PUT_ARRIVING, rows)
                stored = len(rows)
            else:
                stored = sum(store_record(connection, record) for record in page.records)
            connection.execute(_PUT_CURSOR, (page.feed, page.cursor))
        return stored


def store_record(connection: Connection, pulled: PulledRecord) -> bool:
    """Move the base of one record, unless what is stored is newer, and show the outcome.

    Returns:
        Whether it was stored.
    """
    name = (pulled.kind, pulled.record)
    known = connection.execute("SELECT change FROM bases WHERE kind = ? AND record = ?", name).fetchone()
    if known is not None and known[0] > pulled.change:
        return False
    fields, writers = text(dict(pulled.fields)), text(dict(pulled.writers))
    connection.execute(_PUT_BASE, (*name, pulled.region, pulled.schema, pulled.change, fields, pulled.writer, writers))
    own = connection.execute("SELECT 1 FROM ops WHERE kind = ? AND record = ? LIMIT 1", name).fetchone()
    if own is None:
        connection.execute(
            PUT_SHOWN, (*name, pulled.region, fields, pulled.writer, writers, 0, *sorting(pulled.fields))
        )
    else:
        settle(connection, *name)
    _store_conflicts(connection, pulled)
    if pulled.kind == QUARANTINE:
        decide(connection, pulled.record)
    return True


def decide(connection: Connection, op: str) -> None:
    """If an own op in quarantine was released or rejected, as its pulled record tells, let it leave the overlay."""
    waiting = connection.execute(
        "SELECT kind, record FROM ops WHERE op = ? AND status = 'quarantined' AND receipt IS NOT NULL", (op,)
    ).fetchone()
    told = connection.execute("SELECT fields FROM bases WHERE kind = ? AND record = ?", (QUARANTINE, op)).fetchone()
    if waiting is None or told is None:
        return
    fields = orjson.loads(told[0])
    match fields:
        case {"state": "released", "op_status": str(status), "op_change": int(change)} if status in _MERGED:
            outcome: tuple[Any, ...] = (status, change, None)
        case {"state": "rejected"}:
            outcome = (Outcome.REJECTED.value, 0, fields.get("decided_reason"))
        case _:
            return
    connection.execute("UPDATE ops SET status = ?, change = ?, reason = ? WHERE op = ?", (*outcome, op))
    settle(connection, *waiting)


def _store_conflicts(connection: Connection, pulled: PulledRecord) -> None:
    """The open conflicts of the record are those of the page; of the others it tells that they were settled."""
    name = (pulled.kind, pulled.record)
    known = {
        conflict: (state, body)
        for conflict, state, body in connection.execute(
            "SELECT id, state, body FROM conflicts WHERE kind = ? AND record = ?", name
        )
    }
    told = {str(conflict["id"]): conflict for conflict in pulled.conflicts}
    for conflict, (state, _) in known.items():
        if state == "open" and conflict not in told:
            connection.execute("DELETE FROM conflicts WHERE id = ?", (conflict,))
    for conflict, body in told.items():
        # A settled one may come without its values: those that are known stay.
        before = orjson.loads(known[conflict][1]) if conflict in known else {}
        connection.execute(_PUT_CONFLICT, (conflict, *name, body["state"], text({**before, **body})))
