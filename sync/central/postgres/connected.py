"""What the statements share: a connection inside a transaction, and how rows are locked, looked up and brought in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import Any

import orjson
from psycopg import Connection, Cursor

from sync.central.packing import ops_of
from sync.core.schema import Json

Params = Sequence[Any] | Mapping[str, Any]

_KEY_BYTES = 8
_BATCHES_AT_HAND = 16
"""Ops that are read together mostly came together; a look through everything must not hold everything."""


class Connected:
    """One connection inside a transaction.

    Args:
        connection: A connection, begun.
        writing: The transaction writes: what it decides on is locked until it ends.
    """

    def __init__(self, connection: Connection, *, writing: bool) -> None:
        self._connection = connection
        self._writing = writing
        self._batches: dict[int, list[bytes]] = {}
        self._known: dict[str, dict[str, str]] = {}
        self._numbers = count(1)
        self._idle: list[str] = []

    def _execute(self, sql: str, params: Params = (), *, binary: bool = False) -> Cursor[Any]:
        return self._connection.execute(sql, params, binary=binary)

    def _one(self, sql: str, params: Params = (), *, binary: bool = False) -> Any:
        return self._execute(sql, params, binary=binary).fetchone()

    def _held(self, name: str, sql: str, params: Params) -> Any:
        """A row that this transaction decides on: nobody else reads it to decide before this transaction has ended.

        A row is locked where it stands. One that is not there yet cannot be: then a lock under its name makes those
        who look for it follow each other, and each looks again when it is its turn.
        """
        if not self._writing:
            return self._one(sql, params)
        found = self._one(f"{sql} FOR UPDATE", params)
        if found is None:
            self._lock(name)
            found = self._one(f"{sql} FOR UPDATE", params)
        return found

    def _lock(self, name: str) -> None:
        """Wait for a lock under a name, held until the transaction ends."""
        self._execute("SELECT pg_advisory_xact_lock(%s)", (lock_key(name),))

    def _copy(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Bring rows into a table (`ops (batch, place)`)."""
        with self._connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _raw(self, batch: int, place: int) -> Json:
        """An op as it came."""
        if batch not in self._batches:
            if len(self._batches) == _BATCHES_AT_HAND:
                del self._batches[next(iter(self._batches))]
            packed = self._one("SELECT ops FROM batches WHERE id = %s", (batch,), binary=True)[0]
            self._batches[batch] = ops_of(packed)
        raw: Json = orjson.loads(self._batches[batch][place])
        return raw


def lock_key(name: str) -> int:
    """The number under which PostgreSQL keeps a lock of a name."""
    return int.from_bytes(sha256(f"terreno/{name}".encode()).digest()[:_KEY_BYTES], "big", signed=True)


def sought(texts: Collection[str]) -> str:
    """Texts to look up, as a JSON list. One with NUL is nowhere in the database, which cannot even be asked for it."""
    return orjson.dumps([text for text in texts if "\0" not in text]).decode()
