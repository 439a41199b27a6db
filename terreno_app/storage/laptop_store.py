"""The laptop's encrypted store: one object behind the ports of the use cases and of the synchronisation.

Its sides live next door: ``writing`` (a use case's transaction), ``reading``, ``outbox``, ``pulling``, ``restarting``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from sync.core.schema import Schema
from terreno_app.storage.connections import DATABASE_NAME, Connections
from terreno_app.storage.errors import DamagedDatabaseError
from terreno_app.storage.outbox import OutboxSide
from terreno_app.storage.pulling import PullingSide
from terreno_app.storage.reading import Reading
from terreno_app.storage.restarting import RestartingSide
from terreno_app.storage.writing import Writing


def _random_id() -> str:
    return str(uuid4())


class LaptopStore(Reading, OutboxSide, PullingSide, RestartingSide):
    """The store of one laptop folder. Any thread may call it; each has its own connection.

    Args:
        folder: The laptop's folder.
        key: The raw key of its database, as a key slot gave it.
        schema: The kinds that travel.
        new_id: Names of new streams.
        durable: Every commit reaches the disk before it returns. Only simulations do without.

    Raises:
        UnreadableDatabaseError: wrong key, damage, or a newer database.
        DiskError, DiskFullError: the folder cannot be read or written.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        schema: Schema,
        *,
        new_id: Callable[[], str] = _random_id,
        durable: bool = True,
    ) -> None:
        self._connections = Connections(folder / DATABASE_NAME, key, durable=durable)
        self._schema = schema
        self._new_id = new_id

    @contextmanager
    def transaction(self) -> Iterator[Writing]:
        """Begin a transaction: after the block all of it is durable; an error inside rolls all of it back.

        Raises:
            DiskFullError, DiskError, BusyError: nothing of it was stored.
        """
        with self._connections.writing() as connection:
            yield Writing(connection, self._schema)

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the file: pages whose seal does not hold, then SQLite's own check. Nothing is repaired."""
        # What a full disk kept out of the file is whole in the write-ahead log: bring it home before judging the file.
        self._connections.query("PRAGMA wal_checkpoint(TRUNCATE)")
        found: list[str] = []
        for check in ("PRAGMA cipher_integrity_check", "PRAGMA integrity_check"):
            try:
                found += [str(row[0]) for row in self._connections.query(check) if row[0] != "ok"]
            except DamagedDatabaseError as error:
                found.append(str(error))
        return tuple(found)

    def close(self) -> None:
        """Close every connection; other threads have ended their work before."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
