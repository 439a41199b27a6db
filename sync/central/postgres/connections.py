"""Connections to PostgreSQL: a few, used again and replaced when they break, and transactions on them."""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from sync.central.errors import FullError, UnavailableError

_Answer = TypeVar("_Answer")

_LINK: dict[str, str | int] = {
    "application_name": "terreno",
    "client_encoding": "UTF8",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""What a URL may say otherwise: how soon a server that has gone is noticed."""
_SETTINGS = (
    "SET synchronous_commit = on",
    # Every statement but tallies looks rows up by an index. A plan is made once for a connection, maybe while a table
    # is all but empty, and has to serve when it is not.
    "SET enable_seqscan = off",
    "SET jit = off",
    # Whoever dies in the middle must not keep a region's counter row.
    "SET idle_in_transaction_session_timeout = '60s'",
)
_RACES = frozenset({"ops_by_id", "records_by_id", "devices_pkey", "devices_by_label", "stream_certificates_pkey"})
"""Names that two regions can give at one moment, neither seeing the other: whoever comes second asks again."""


class Connections:
    """Some connections to one database; one that broke is replaced when it is needed.

    Args:
        url: The database, as libpq reads it.
        most: How many there may be.
        busy_s: How long to wait for a free one, and for a lock in the database, in seconds.
    """

    def __init__(self, url: str, *, most: int, busy_s: float) -> None:
        self._conninfo = make_conninfo("", **_given(url))
        self._busy_s = busy_s
        self._free: queue.LifoQueue[Connection | None] = queue.LifoQueue()
        for _ in range(most):
            self._free.put(None)

    @contextmanager
    def transaction(self, begin: str) -> Iterator[Connection]:
        """A transaction on one of them, committed at the end and undone on any error.

        Args:
            begin: The statement that begins it.

        Raises:
            UnavailableError: no connection is free, or the database is busy or gone.
        """
        connection = self._taken()
        try:
            with as_unavailable():
                connection = self._begun(connection, begin)
                with _ended(connection):
                    yield connection
        finally:
            self._free.put(_kept(connection))

    def alone(self, ask: Callable[[Connection], _Answer]) -> _Answer:
        """Ask what is one statement that writes nothing: it sees one moment without a transaction around it.

        Raises:
            UnavailableError: no connection is free, or the database is busy or gone.
        """
        connection = self._taken()
        try:
            with as_unavailable():
                if connection is not None:
                    with suppress(psycopg.OperationalError):  # the server was started again since it was used
                        return ask(connection)
                    connection.close()
                connection = self._new()
                return ask(connection)
        finally:
            self._free.put(_kept(connection))

    def _taken(self) -> Connection | None:
        try:
            return self._free.get(timeout=self._busy_s)
        except queue.Empty as error:
            raise UnavailableError("busy") from error

    def _begun(self, connection: Connection | None, begin: str) -> Connection:
        if connection is not None:
            try:
                connection.execute(begin)
            except psycopg.OperationalError:
                connection.close()  # the server was started again since it was used
            else:
                return connection
        connection = self._new()
        try:
            connection.execute(begin)
        except BaseException:
            connection.close()
            raise
        return connection

    def _new(self) -> Connection:
        connection = psycopg.connect(self._conninfo, autocommit=True)
        try:
            connection.execute("; ".join((*_SETTINGS, f"SET lock_timeout = '{int(self._busy_s * 1000)}ms'")))
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close every one that is free; whatever is under way ends by itself."""
        while not self._free.empty():
            connection = self._free.get()
            if connection is not None:
                connection.close()


def _given(url: str) -> dict[str, str | int]:
    """What libpq is told: what the URL says, and `_LINK` where it says nothing."""
    said = {name: value for name, value in conninfo_to_dict(url).items() if isinstance(value, str | int)}
    return {**_LINK, **said}


@contextmanager
def _ended(connection: Connection) -> Iterator[None]:
    """Commit, or undo."""
    try:
        yield
        told = connection.execute("COMMIT").statusmessage
    except BaseException:
        with suppress(psycopg.Error):
            connection.execute("ROLLBACK")
        raise
    if told != "COMMIT":
        raise psycopg.InternalError(str(told))  # a statement had failed, and somebody went on


def _kept(connection: Connection | None) -> Connection | None:
    """The connection, if another transaction may use it."""
    if connection is None:
        return None
    if connection.pgconn.transaction_status == TransactionStatus.IDLE:
        return connection
    connection.close()
    return None


@contextmanager
def as_unavailable() -> Iterator[None]:
    """Name what the environment does (busy, full, gone); a broken constraint is a bug and stays as it is."""
    try:
        yield
    except psycopg.errors.UniqueViolation as error:
        if error.diag.constraint_name not in _RACES:
            raise
        raise UnavailableError("raced") from error
    except psycopg.errors.DiskFull as error:
        raise FullError(error.sqlstate) from error
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError) as error:
        raise UnavailableError(error.sqlstate or "") from error
