"""The centre's database on PostgreSQL, 15 or newer: for production.

A transaction that writes takes its region's counter row first and reads everything after it (READ COMMITTED, so each
statement sees what was committed before the row was free): a region's pushes follow each other, regions run side by
side. A reader sees one moment. What was answered is on disk (`synchronous_commit`). The statements are in `postgres/`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sync.central.errors import NewerDatabaseError, OlderDatabaseError
from sync.central.held import Glimpse
from sync.central.migrations import newest
from sync.central.ports import Transaction
from sync.central.postgres.connections import Connections
from sync.central.postgres.consignments import PostgresConsignments
from sync.central.postgres.copies import PostgresCopies
from sync.central.postgres.figures import PostgresFigures
from sync.central.postgres.ledgers import PostgresLedgers
from sync.central.postgres.readings import PostgresReadings
from sync.central.postgres.registry import PostgresRegistry

_BUSY_S = 30.0
_WRITERS = 16
_READERS = 8
_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresTransaction(
    PostgresRegistry, PostgresLedgers, PostgresReadings, PostgresFigures, PostgresConsignments, PostgresCopies
):
    """Everything that can be done in one transaction."""


class PostgresStore:
    """A database on a server.

    Args:
        url: `postgresql://…`, as libpq reads it. The database is there already; its tables are made when they are not.
        busy_s: How long to wait for a connection, a counter row or a lock, in seconds.
        as_found: Leave an empty or older database as it is, for who copies, fills or migrates it.

    Raises:
        NewerDatabaseError: a newer version wrote it.
        OlderDatabaseError: an older version wrote it; somebody has to decide that it is migrated.
        UnavailableError: it cannot be reached.
    """

    def __init__(self, url: str, *, busy_s: float = _BUSY_S, as_found: bool = False) -> None:
        self._writers = Connections(url, most=_WRITERS, busy_s=busy_s)
        self._readers = Connections(url, most=_READERS, busy_s=busy_s)
        try:
            with self.writing() as tx:
                _look_at(tx, as_found=as_found)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that is committed at the end, and undone on any error.

        Raises:
            UnavailableError: the database is busy, full or gone.
        """
        with self._writers.transaction(_WRITE) as connection:
            yield PostgresTransaction(connection, writing=True)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that sees one moment and writes nothing.

        Raises:
            UnavailableError: the database is busy or gone.
        """
        with self._readers.transaction(_READ) as connection:
            yield PostgresTransaction(connection, writing=False)

    def glimpse(self, device: str) -> Glimpse:
        """What every request begins with, in one statement: on a busy server the way to the database is what it costs.

        Raises:
            UnavailableError: the database is busy or gone.
        """
        return self._readers.alone(lambda connection: PostgresTransaction(connection, writing=False).glimpse(device))

    def close(self) -> None:
        """Close every connection."""
        self._writers.close()
        self._readers.close()


def _look_at(tx: Transaction, *, as_found: bool) -> None:
    """Make the tables of an empty database; never touch those of another version."""
    version = tx.version()
    if version > newest():
        raise NewerDatabaseError(str(version))
    if as_found or version == newest():
        return
    if version > 0:
        raise OlderDatabaseError(str(version))
    tx.migrate(newest())
