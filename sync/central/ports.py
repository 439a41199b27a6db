"""What the centre needs of a database, as one small port: plain values in, plain values out, one transaction at a time.

Nothing here merges, judges or speaks HTTP. `store_sqlite` and `store_postgres` implement it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sync.central.carriage import Carriage
from sync.central.figure_facts import Changed, FigureCursor, Shape
from sync.central.figure_layout import CubeTable, Layout
from sync.central.held import (
    Device,
    Entry,
    FeedRow,
    Glimpse,
    HeldCode,
    HeldKey,
    HeldOp,
    HeldRecord,
    HeldRun,
    HeldStream,
    HeldVouched,
    HistoryRow,
    Holds,
    KnownOp,
    NewBatch,
    ReusedId,
    SeenDevice,
    Table,
    ToldConflict,
    Written,
)
from sync.central.scope import FieldReader
from sync.core.count import Count, Row
from sync.core.protocol import OpResult


class Registry(Protocol):
    """Who the centre is and who may speak to it."""

    def value(self, name: str) -> str | None:
        """A fact about the centre itself."""
        ...

    def set_value(self, name: str, value: str) -> None:
        """Keep a fact about the centre itself."""
        ...

    def count_up(self, name: str) -> int:
        """Move a counter of the centre on; its new value, from 1, which nobody else gets."""
        ...

    def epoch(self) -> str | None:
        """The present epoch."""
        ...

    def add_epoch(self, epoch: str, at: str) -> None:
        """Begin an epoch."""
        ...

    def keys(self) -> tuple[HeldKey, ...]:
        """All keys, oldest first."""
        ...

    def add_key(self, key: HeldKey, at: str) -> None:
        """Keep a new key."""
        ...

    def destroy_secret(self, key: str) -> None:
        """Forget the secret of a key; its public part stays."""
        ...

    def code(self, code: str) -> HeldCode | None:
        """An enrolment code by its first characters."""
        ...

    def add_code(self, code: HeldCode) -> None:
        """Keep a new code; one of that id gives way."""
        ...

    def use_code(self, code: str, device: str) -> None:
        """Note who used it."""
        ...

    def drop_unused_codes(self) -> None:
        """Forget every enrolment code that nobody used."""
        ...

    def device(self, device: str) -> Device | None:
        """An enrolled device."""
        ...

    def devices(self) -> list[SeenDevice]:
        """Every device, by its label."""
        ...

    def add_device(self, device: Device, at: str) -> None:
        """Keep a new device."""
        ...

    def follow_device(self, device: str, status: str, confirmation: str | None, role: str) -> None:
        """Follow the record of the device."""
        ...

    def relabel_device(self, device: str, stream: str, certificate: Mapping[str, Any]) -> None:
        """Give a device the label of a new certificate, which belongs to a stream that it will begin."""
        ...

    def certificate_for(self, device: str, stream: str) -> Mapping[str, Any] | None:
        """The certificate that was given to a device for a stream."""
        ...

    def labelled(self, label: str) -> bool:
        """Whether a device has this label now."""
        ...

    def stream(self, stream: str) -> HeldStream | None:
        """How far a stream has come."""
        ...

    def put_stream(self, stream: HeldStream) -> None:
        """Note how far a stream has come."""
        ...


class Ledgers(Protocol):
    """Records, ops and quarantine, as accepting a batch reads and writes them."""

    def take_feed(self, region: str) -> int:
        """Take the feed's counter row, so that pushes of a region run one after another; its last change."""
        ...

    def put_feed(self, region: str, change: int) -> None:
        """Move the counter."""
        ...

    def records(self, ids: Collection[str]) -> list[HeldRecord]:
        """Every record with one of these ids, of any kind, with its conflicts."""
        ...

    def put_records(self, records: Sequence[HeldRecord], moved: Mapping[str, int]) -> None:
        """Write records with their conflicts and settlements.

        Args:
            records: Present states.
            moved: For each conflict whose state moved, the change at which it did.
        """
        ...

    def reference_codes(self, kind: str) -> frozenset[str]:
        """The ``code`` of every shared record of a kind."""
        ...

    def erase_private(self, kind: str, record: str) -> None:
        """Delete the private values of every op on a record; hashes and digests stay."""
        ...

    def known_ops(self, ids: Collection[str]) -> dict[str, KnownOp]:
        """Those of these ops that were answered before."""
        ...

    def senders(self, ids: Collection[str]) -> dict[str, str]:
        """For each op that is known, the device that sent it."""
        ...

    def written(self, ids: Collection[str]) -> dict[str, Written]:
        """Ops from history, those of them that it holds."""
        ...

    def run_covering(self, stream: str, seq: int) -> HeldRun:
        """The stored batch that holds this place of a stream, which has come so far."""
        ...

    def put_batch(self, batch: NewBatch, entries: Iterable[Entry]) -> int:
        """Store a batch and its ops; the number of the batch."""
        ...

    def settle(self, op: str, result: OpResult) -> None:
        """Replace the answer of an op that was in quarantine."""
        ...

    def holds(self, region: str) -> Holds:
        """Whether quarantine holds anything of a region."""
        ...

    def reused_ids(self, records: Collection[str]) -> list[ReusedId]:
        """Ops on these records that came under an id that stood for another one, waiting or decided."""
        ...

    def waiting_records(self, region: str) -> list[str]:
        """Records of a region on which ops wait."""
        ...

    def waiting(self, records: Collection[str], ops: Collection[str]) -> list[HeldOp]:
        """Waiting ops on these records, or with these ids, in the order in which they came."""
        ...

    def put_held(self, held: Sequence[HeldOp]) -> None:
        """Write quarantined ops."""
        ...

    def held_since(self, device: str, reason: str, since: str) -> int:
        """How many ops of a device were held for a reason since an instant."""
        ...

    def put_vouched(self, vouched: HeldVouched) -> None:
        """Keep an op for which the centre vouches; the newest word for an op stands."""
        ...

    def receipt(self, stream: str, first_seq: int, root: str) -> Mapping[str, Any] | None:
        """A kept receipt."""
        ...

    def put_receipt(self, receipt: Mapping[str, Any], results: bytes) -> None:
        """Keep a receipt with the results it covers."""
        ...


class Readings(Protocol):
    """What devices ask for."""

    def feeds(self) -> dict[str, int]:
        """The last change of every feed."""
        ...

    def page(self, feed: str, cursor: int, limit: int, reader: FieldReader | None) -> list[FeedRow]:
        """Records of a feed after a cursor in change order, within the reader's scope (``None``: all of the feed)."""
        ...

    def one(self, kind: str, record: str, reader: FieldReader | None) -> FeedRow | None:
        """One record, as a page would show it."""
        ...

    def of_kind(self, kind: str) -> list[FeedRow]:
        """Every record of a kind, by its id; for a kind of which there are few."""
        ...

    def told_conflicts(self, rows: Sequence[tuple[str, str]], cursor: int) -> dict[tuple[str, str], list[ToldConflict]]:
        """Conflicts of these records that are open or moved after the cursor."""
        ...

    def erasures(self, rows: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Mapping[str, Any]]:
        """For each of these records that was erased, the erasure as a page carries it."""
        ...

    def merged_after(self, ops: Sequence[str]) -> dict[str, frozenset[str]]:
        """For each of these ops, the ops that its record took in after it."""
        ...

    def decisions(self, feed: str, after: int, upto: int) -> list[Mapping[str, Any]]:
        """The centre's own decisions in a run of a feed, as a page carries them."""
        ...

    def history(self, kind: str, record: str) -> list[HistoryRow]:
        """Every op on a record, in the order in which they came."""
        ...

    def waiting_there(self, kind: str, record: str) -> tuple[str, str] | None:
        """In which region and since when ops on a record wait, for a record that exists only in quarantine."""
        ...

    def tallies(self, counts: Sequence[Count]) -> dict[str, list[Row]]:
        """Grouped counts over the records."""
        ...


class Figures(Protocol):
    """The tables of the figures: made from the schema, filled from the feeds, and no part of a copy."""

    def lock_figures(self, patience_s: float | None = None) -> None:
        """Let nobody else write figures until the transaction ends.

        Args:
            patience_s: How long to wait for who writes them now, in seconds; `None`: as long as for any lock.
        """
        ...

    def figure_layout(self) -> str | None:
        """The fingerprint of the layout whose tables there are."""
        ...

    def make_figures(self, layout: Layout) -> None:
        """Make the tables of a layout, empty, in place of those that there are; what is counted is to be filled in."""
        ...

    def figure_cursors(self) -> dict[str, FigureCursor]:
        """How far the figures of each feed have come."""
        ...

    def put_figure_cursor(self, feed: str, change: int) -> None:
        """Note how far the figures of a feed have come."""
        ...

    def unfilled(self) -> frozenset[str]:
        """The tables of the cubes that hold nothing yet of the facts there are."""
        ...

    def note_filled(self, shape: Shape) -> None:
        """Note that a cube holds what the facts contribute to it."""
        ...

    def fill_cube(self, cube: CubeTable, made: str, params: Sequence[Any]) -> None:
        """Add to a cube what a statement makes: region, month, dimensions, how many, sums."""
        ...

    def empty_cube(self, shape: Shape, region: str) -> None:
        """Take everything of a region out of a cube."""
        ...

    def changed(self, feed: str, after: int, limit: int) -> list[Changed]:
        """Records of a feed after a change, in change order."""
        ...

    def among(self, column: str) -> str:
        """A condition: a column has one of the values of a parameter that `listed` made."""
        ...

    def listed(self, values: Sequence[str]) -> Any:
        """Values as one parameter."""
        ...

    def ask(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Read from the tables of the figures; `?` stands for a parameter."""
        ...

    def put_rows(self, shape: Shape, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows, in place of those with the same key."""
        ...

    def add_rows(self, shape: Shape, rows: Sequence[Sequence[Any]], counts: int) -> None:
        """Add the last columns of rows to those with the same key; a row whose first count comes to 0 goes."""
        ...

    def take_rows(self, shape: Shape, keys: Sequence[Sequence[Any]]) -> None:
        """Take rows away by their keys."""
        ...


class Copies(Protocol):
    """The tables themselves, for what moves or looks through a whole centre.

    A cell is `None`, an integer, text or bytes, the same in every kind of database.
    """

    def is_empty(self) -> bool:
        """Whether the database holds no table at all."""
        ...

    def version(self) -> int:
        """How many steps of migration the database has behind it."""
        ...

    def migrate(self, version: int) -> None:
        """Take the steps up to this version."""
        ...

    def tables(self) -> tuple[Table, ...]:
        """The tables that this version has, each after those that it refers to."""
        ...

    def count(self, table: str) -> int:
        """How many rows a table has."""
        ...

    def damage(self) -> Iterator[str]:
        """What the database finds broken in itself; each with its place."""
        ...

    def rows(self, table: Table) -> Iterator[Sequence[Any]]:
        """Every row of a table in a lasting order, read as they are asked for; several tables may be read at once."""
        ...

    def fill(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows into a table, in this order."""
        ...

    def find(self, table: Table, column: str, value: str | int, order: str) -> Iterator[Sequence[Any]]:
        """The rows with a value in an indexed column, ordered by another, read as they are asked for."""
        ...


class Transaction(Registry, Ledgers, Readings, Figures, Carriage, Copies, Protocol):
    """Everything that can be done in one transaction."""


class Store(Protocol):
    """A database."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction that is committed at the end, and undone on any error.

        Raises:
            UnavailableError: the database is busy, full or gone.
        """
        ...

    def glimpse(self, device: str) -> Glimpse:
        """What every request begins with; a device that is not known is no error."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that sees one moment and writes nothing.

        Raises:
            UnavailableError: the database is busy or gone.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...
