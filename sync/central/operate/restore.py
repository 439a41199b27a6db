"""Bringing a centre back from a copy, as another moment of its history: whole or not at all.

What happened after the copy is lost here, but not on the laptops: a new epoch tells them to hand it in again. Codes
that nobody used are dropped (they may have been used since), labels leave a gap (some may have been given since), and
the centre writes on in a new stream.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from sync.central.errors import DamagedCopyError, FilledDatabaseError, NewerCopyError
from sync.central.facts import LAST_LABEL, STREAM
from sync.central.ground import Surroundings
from sync.central.migrations import newest
from sync.central.operate.copies import Header, Told, read_copy, verify
from sync.central.ports import Registry, Store, Transaction
from sync.core.instants import instant

LABEL_GAP = 1_000
"""Labels that are passed over, because devices may have been given them after the copy."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A centre that was brought back.

    Attributes:
        header: What its copy said of itself.
        epoch: The epoch that began.
    """

    header: Header
    epoch: str


def restore(source: BinaryIO, store: Store, surroundings: Surroundings, begun: Callable[[Header], Told]) -> Restored:
    """Bring a centre back into an empty database.

    Args:
        source: A copy.
        store: The database, opened as it was found.
        surroundings: Time, randomness and ids.
        begun: Told what is read; gives who is told of each step forward.

    Raises:
        DamagedCopyError: the file is no copy, or was cut off or altered.
        NewerCopyError: a newer version of this program made it.
        FilledDatabaseError: the database is not empty.
    """
    header = verify(source)
    if header.schema > newest():
        raise NewerCopyError(str(header.schema))
    with store.writing() as tx:
        if not tx.is_empty():
            raise FilledDatabaseError
        tx.migrate(header.schema)
        _fill(tx, source, header, begun(header))
        tx.migrate(newest())
        return Restored(header, begin_anew(tx, surroundings))


def _fill(tx: Transaction, source: BinaryIO, header: Header, told: Told) -> None:
    there = {table.name: set(table.columns) for table in tx.tables()}
    for table, rows in read_copy(source):
        if there.pop(table.name, None) != set(table.columns):
            raise DamagedCopyError(table.name)
        tx.fill(table, rows)
        if tx.count(table.name) != header.rows[table.name]:
            raise DamagedCopyError(table.name)
        told(header.rows[table.name])
    if there:
        raise DamagedCopyError("tables")


def begin_anew(tx: Registry, surroundings: Surroundings) -> str:
    """Let a centre go on from an earlier moment of its history; the new epoch."""
    epoch = surroundings.new_id()
    tx.add_epoch(epoch, instant(surroundings.now()))
    tx.set_value(STREAM, surroundings.new_id())
    tx.set_value(LAST_LABEL, str(int(tx.value(LAST_LABEL) or "0") + LABEL_GAP))
    tx.drop_unused_codes()
    return epoch
