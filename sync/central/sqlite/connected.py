"""What the statements share: a connection, and the batches that this transaction has unpacked."""

import sqlite3

import orjson

from sync.central.packing import ops_of
from sync.core.schema import Json

_BATCHES_AT_HAND = 16
"""Ops that are read together mostly came together; a look through everything must not hold everything."""


class Connected:
    """One connection inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._batches: dict[int, list[bytes]] = {}
        self.erased = False

    def _raw(self, batch: int, place: int) -> Json:
        """An op as it came."""
        if batch not in self._batches:
            if len(self._batches) == _BATCHES_AT_HAND:
                del self._batches[next(iter(self._batches))]
            packed = self._execute("SELECT ops FROM batches WHERE id = ?", (batch,)).fetchone()[0]
            self._batches[batch] = ops_of(packed)
        raw: Json = orjson.loads(self._batches[batch][place])
        return raw
