"""What the parts of a check share: a transaction to look through, and where a fault is told.

A row that is broken breaks whoever reads it; that is a fault like any other, and the check goes on behind it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from zstandard import ZstdError

from sync.central.checks import Checks
from sync.central.facts import CENTRE
from sync.central.held import HeldRecord, HistoryRow, Table
from sync.central.keys import CentreKeys
from sync.central.operate.copies import Told
from sync.central.own_kinds import DEVICE
from sync.central.ports import Transaction
from sync.central.scope import COORDINATION, FIELD
from sync.core.errors import SyncError
from sync.core.merge import Outcome
from sync.core.ops import Op
from sync.core.schema import Json, Schema
from sync.core.trust import SIGN

MERGED = frozenset({Outcome.APPLIED, Outcome.AGREED, Outcome.CONFLICT})
"""What becomes of an op that moves its record."""
_BROKEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, ZstdError, SyncError)
"""What reading a damaged row may raise."""
_AT_HAND = 64

Row = Mapping[str, Any]


class FaultCode(StrEnum):
    """What is wrong with a row."""

    DATABASE = "database"  # the database itself finds its file or a reference broken
    UNREADABLE = "unreadable"  # it cannot be read as what it is
    MISSING = "missing"  # it speaks of something that is not there
    ORPHAN = "orphan"  # what it belongs to is not there
    HASH = "hash"  # an op is not the one that was hashed
    LINK = "link"  # a chain does not hold
    COUNTER = "counter"  # a change of a feed is missing, given twice or beyond the counter
    VALUES = "values"  # private values are not those of the digest
    ERASED = "erased"  # private values are there although they were erased
    SIGNATURE = "signature"  # the centre did not sign it
    RECEIPT = "receipt"  # a receipt does not cover what is held
    ANSWER = "answer"  # the answer to an op is not the one that was given
    RECORD = "record"  # a record is not what its ops wrote
    CONFLICT = "conflict"  # a conflict is not what its ops made
    QUARANTINE = "quarantine"  # what waits, or waited, is not told as it is
    DIFFERS = "differs"  # it repeats something and says it otherwise
    FIGURE = "figure"  # a figure is not that of the records


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold.

    Attributes:
        code: What.
        table: Where.
        row: In which row: its id, or what else finds it. Never a value that a person gave.
    """

    code: FaultCode
    table: str
    row: str


@dataclass(frozen=True, slots=True)
class Wrote:
    """An op that moved its record, and all that is still known of it.

    Attributes:
        op: The op.
        change: Its change.
        status: What became of it.
        conflicts: Conflicts that it opened.
        senders: Who may count as its sender: the device of its batch, and the centre if it vouches for it.
        private: Its private values, sealed ones opened where the centre still can.
    """

    op: Op
    change: int
    status: Outcome
    conflicts: tuple[str, ...]
    senders: frozenset[str]
    private: Mapping[str, Json]

    @property
    def values(self) -> dict[str, Json]:
        """Every value that it wrote."""
        return {**self.op.fields, **self.private}


class Inspection:
    """One look through a centre.

    Args:
        tx: A transaction that sees one moment.
        schema: Every kind, those that the centre writes included.
        tell: Told each fault.
        told: Told how many rows were looked at since it was told last.
    """

    def __init__(self, tx: Transaction, schema: Schema, tell: Callable[[Fault], object], told: Told) -> None:
        self.tx = tx
        self.schema = schema
        self._tell = tell
        self._told = told
        self.faults = 0
        self.looked_at: Counter[str] = Counter()
        self._tables = {table.name: table for table in tx.tables()}
        self.centre = tx.value(CENTRE)
        keys = tx.keys()
        self._signers = {key.id: key.public for key in keys if key.use == SIGN}
        self.checks = Checks(schema, _opener(keys))
        self.record = lru_cache(_AT_HAND)(self._record)
        self.wrote = lru_cache(_AT_HAND)(self._wrote)
        self.batch = lru_cache(_AT_HAND)(self._batch)
        self.roles = lru_cache(None)(self._roles)

    def rows(self, name: str) -> Iterator[Row]:
        """Every row of a table."""
        table = self._tables[name]
        for cells in self.tx.rows(table):
            yield self._looked(table, cells)

    def rows_of(self, name: str, column: str, value: str | int, order: str) -> Iterator[Row]:
        """The rows of a table that belong to something, in order."""
        table = self._tables[name]
        for cells in self.tx.find(table, column, value, order):
            yield self._looked(table, cells)

    def _looked(self, table: Table, cells: Sequence[Any]) -> Row:
        self.looked_at[table.name] += 1
        self._told(1)
        return dict(zip(table.columns, cells, strict=True))

    def find(self, name: str, columns: tuple[str, ...], column: str, value: str | int) -> Row | None:
        """A row that another one speaks of."""
        cells = next(self.tx.find(Table(name, columns), column, value, column), None)
        return None if cells is None else dict(zip(columns, cells, strict=True))

    def fault(self, code: FaultCode, table: str, row: object) -> None:
        """Tell a fault."""
        self.faults += 1
        self._tell(Fault(code, table, str(row)))

    def expect(self, holds: bool, code: FaultCode, table: str, row: object) -> None:  # noqa: FBT001 - reads as a claim
        """Tell a fault unless something holds."""
        if not holds:
            self.fault(code, table, row)

    @contextmanager
    def at(self, table: str, row: object) -> Iterator[None]:
        """Look at a row; one that cannot be read is a fault."""
        try:
            yield
        except _BROKEN:
            self.fault(FaultCode.UNREADABLE, table, row)

    def signed(self, key: str, message: bytes, signature: str) -> bool:
        """Whether one of the centre's signing keys made a signature (hex)."""
        public = self._signers.get(key)
        return public is not None and signature_holds(public, message, signature)

    def _record(self, kind: str, record: str) -> HeldRecord | None:
        return next((held for held in self.tx.records((record,)) if held.kind == kind), None)

    def _wrote(self, kind: str, record: str) -> dict[str, Wrote]:
        """The ops that moved a record, by id, in the order in which they did."""
        rows = sorted(self.tx.history(kind, record), key=lambda row: row.result.change)
        return {row.op: self._read(row) for row in rows if row.result.status in MERGED}

    def _read(self, row: HistoryRow) -> Wrote:
        op, result = Op.from_wire(row.raw), row.result
        vouched = self.centre is not None and self.find("vouched", ("op",), "op", row.op) is not None
        senders = frozenset((row.device, str(self.centre)) if vouched else (row.device,))
        return Wrote(op, result.change, result.status, result.conflicts, senders, self._private(op, row))

    def _private(self, op: Op, row: HistoryRow) -> Mapping[str, Json]:
        if row.private is None:
            return {}
        kind = self.schema.kind(op.kind)
        if kind is not None:
            opened = self.checks.open(op, row.private, kind)
            if opened.reason is None:
                return opened.values
        fields = row.private.get("fields")
        return fields if isinstance(fields, dict) else {}

    def _batch(self, number: int) -> Row | None:
        return self.find("batches", ("id", "region", "device", "received_at"), "id", number)

    def _roles(self, device: str) -> frozenset[str]:
        """Every role that an enrolled device ever had; none for one that is not."""
        held = self.tx.device(device)
        if held is None:
            return frozenset()
        written = {one.op.fields.get("role") for one in self.wrote(DEVICE, device).values()}
        return frozenset(role for role in (*written, held.role) if isinstance(role, str))

    def had_role(self, device: str, flag: int) -> bool:
        """Whether a sender may once have been coordination (1), or not (0); the centre always is."""
        if device == self.centre:
            return flag == 1
        return (COORDINATION if flag else FIELD) in self.roles(device)


def signature_holds(public: str, message: bytes, signature: str) -> bool:
    """Whether a public key (hex) made a signature (hex); nonsense is just False."""
    try:
        VerifyKey(bytes.fromhex(public)).verify(message, bytes.fromhex(signature))
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True


def _opener(keys: Sequence[Any]) -> Callable[[bytes], bytes | None]:
    """Opens what was sealed to the centre, as far as its keys are whole."""
    try:
        return CentreKeys(keys).unseal
    except (ValueError, StopIteration):
        return lambda _: None
