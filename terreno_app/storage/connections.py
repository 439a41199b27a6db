"""Connections of one store, one for each thread, and the two ways to use them: reading, and one writing transaction."""

import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from terreno_app.storage.connection import open_database, translated
from terreno_app.storage.errors import BrokenRuleError
from terreno_app.storage.migrations import migrate
from terreno_app.storage.sqlcipher import Connection

DATABASE_NAME = "terreno.db"


class _Held:
    """A thread's connection; when the thread ends nothing holds it any more and it closes."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection


class Connections:
    """The connections to one database.

    Args:
        path: The database file.
        key: Its raw key.
        durable: Commits reach the disk before they return.

    Raises:
        UnreadableDatabaseError: wrong key, damage, or a newer database.
    """

    def __init__(self, path: Path, key: bytes, *, durable: bool) -> None:
        self._path = path
        self._key = key
        self._durable = durable
        self._local = threading.local()
        self._open: weakref.WeakSet[_Held] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._closed = False
        migrate(self.of_this_thread())

    def of_this_thread(self) -> Connection:
        """This thread's connection; no other thread may use it."""
        held: _Held | None = getattr(self._local, "held", None)
        if held is not None and not self._closed:
            return held.connection
        with self._guard:
            if self._closed:
                raise BrokenRuleError("the store is closed")
            held = _Held(open_database(self._path, self._key, durable=self._durable))
            self._open.add(held)
        self._local.held = held
        return held.connection

    def close(self) -> None:
        """Close every connection. Other threads have ended their work before."""
        with self._guard:
            self._closed = True
            for held in list(self._open):
                held.connection.close()
            self._open.clear()

    def query(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """The rows of one reading statement."""
        with translated():
            return self.of_this_thread().execute(sql, parameters).fetchall()  # type: ignore[no-any-return]  # untyped library

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Several reading statements that see one moment; inside a transaction, that transaction's."""
        connection = self.of_this_thread()
        with translated():
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Connection]:
        """One transaction: durable after the block, or as if it had never begun.

        Args:
            lasting: Without it a power cut, but not the end of the program, may take the transaction back whole until
                one that lasts came after it: for what nobody was told and the next synchronisation finds out again.

        Raises:
            DiskFullError, DiskError, BusyError: nothing of it was stored.
        """
        connection = self.of_this_thread()
        with translated(), self._synchronous(connection, lasting=lasting):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # A full disk may have ended the transaction already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _synchronous(self, connection: Connection, *, lasting: bool) -> Iterator[None]:
        """Let a commit go without waiting for the disk, unless it has to last; in order it stays (SQLite's WAL)."""
        if lasting or not self._durable:
            yield
            return
        connection.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            connection.execute("PRAGMA synchronous = FULL")
