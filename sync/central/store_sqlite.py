"""The centre's database on SQLite: for trial and small offices.

WAL with `synchronous=FULL`: what was answered survives a power cut. One connection writes, under a lock, so that pushes
queue in order instead of polling; a few others read, each request a moment of its own. The statements are in `sqlite/`.
"""

import os
import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sync.central.errors import DeniedError, FullError, NewerDatabaseError, OlderDatabaseError, UnavailableError
from sync.central.held import Glimpse
from sync.central.migrations import newest
from sync.central.ports import Transaction
from sync.central.sqlite.consignments import SqliteConsignments
from sync.central.sqlite.copies import SqliteCopies
from sync.central.sqlite.figures import SqliteFigures
from sync.central.sqlite.ledgers import SqliteLedgers
from sync.central.sqlite.readings import SqliteReadings
from sync.central.sqlite.registry import SqliteRegistry

_BUSY_S = 30.0
_CACHE_KIB = 64 * 1024
_READERS = 4
_PAGE_BYTES = 8 * 1024
_FOLD_FROM_PAGES = 4_096
_DENIED = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")
"""How SQLite begins to say that the system lets it write neither the file nor its log beside it."""
_PRAGMAS = (
    # Of a new file. A record fills half a page of 4 KiB; in one of 8 KiB a push writes an eighth less.
    f"PRAGMA page_size = {_PAGE_BYTES}",
    "PRAGMA journal_mode = WAL",
    # A batch fills what SQLite would fold by itself, so that pages of indexes would go to the disk twice with each.
    f"PRAGMA wal_autocheckpoint = {_FOLD_FROM_PAGES}",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA cache_size = -{_CACHE_KIB}",
)


class SqliteTransaction(SqliteRegistry, SqliteLedgers, SqliteReadings, SqliteFigures, SqliteConsignments, SqliteCopies):
    """Everything that can be done in one transaction."""


class SqliteStore:
    """A database file.

    Args:
        path: The file; made when it is not there.
        busy_s: How long to wait for another writer, in seconds.
        as_found: Leave an empty or older database as it is, for who copies, fills or migrates it.

    Raises:
        NewerDatabaseError: a newer version wrote it.
        OlderDatabaseError: an older version wrote it; somebody has to decide that it is migrated.
        UnavailableError: it cannot be opened: :class:`DeniedError` where this account may not write there.
    """

    def __init__(self, path: Path, *, busy_s: float = _BUSY_S, as_found: bool = False) -> None:
        self._path = path
        self._busy_s = busy_s
        self._write_lock = threading.Lock()
        self._readers: queue.LifoQueue[sqlite3.Connection | None] = queue.LifoQueue()
        for _ in range(_READERS):
            self._readers.put(None)
        with _as_unavailable():
            _make_private(path)
            self._writer = self._connect()
            try:
                _look_at(self._writer, as_found=as_found)
            except BaseException:
                self._writer.close()
                raise

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=self._busy_s, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        return connection

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that is committed at the end, and undone on any error.

        Raises:
            UnavailableError: the database is busy, full or gone.
        """
        if not self._write_lock.acquire(timeout=self._busy_s):
            raise UnavailableError("busy")
        try:
            tx = SqliteTransaction(self._writer)
            with _as_unavailable(), _transaction(self._writer, "BEGIN IMMEDIATE"):
                yield tx
            if tx.erased:
                self._fold()
        finally:
            self._write_lock.release()

    def _fold(self) -> None:
        """Bring the log home, so that what was erased stands in no file; a long reading puts it off to the next one."""
        with suppress(sqlite3.OperationalError):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that sees one moment and writes nothing.

        Raises:
            UnavailableError: the database is busy or gone.
        """
        try:
            connection = self._readers.get(timeout=self._busy_s)
        except queue.Empty as error:
            raise UnavailableError("busy") from error
        try:
            with _as_unavailable():
                connection = connection or self._connect()
                with _transaction(connection, "BEGIN"):
                    yield SqliteTransaction(connection)
        finally:
            self._readers.put(connection)

    def glimpse(self, device: str) -> Glimpse:
        """What every request begins with.

        Raises:
            UnavailableError: the database is busy or gone.
        """
        with self.reading() as tx:
            return Glimpse(tx.epoch(), tx.keys(), tx.device(device))

    def close(self) -> None:
        """Close every connection; the last one folds the log into the file."""
        while not self._readers.empty():
            reader = self._readers.get()
            if reader is not None:
                reader.close()
        self._writer.close()


def _make_private(path: Path) -> None:
    """Let a new file, which will hold secret keys and people's data, be for its owner alone; SQLite's own follow it."""
    with suppress(OSError):  # what is wrong with the path, SQLite says next
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """Name what the environment does (busy, full, unreadable); a broken constraint is a bug and stays as it is."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(_DENIED):
            raise DeniedError(name) from error
        raise (FullError if name == "SQLITE_FULL" else UnavailableError)(name) from error


def _look_at(connection: sqlite3.Connection, *, as_found: bool) -> None:
    """Make the tables of an empty database; never touch those of another version."""
    tx = SqliteTransaction(connection)
    version = tx.version()
    if version > newest():
        raise NewerDatabaseError(str(version))
    if as_found or version == newest():
        return
    if version > 0:
        raise OlderDatabaseError(str(version))
    with _transaction(connection, "BEGIN IMMEDIATE"):
        tx.migrate(newest())
