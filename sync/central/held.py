"""What the centre holds, as plain values: devices, keys, streams, records, ops, and what waits."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sync.central.own_kinds import OUT_OF_HAND
from sync.core.merge import RecordState
from sync.core.protocol import OpResult
from sync.core.schema import Json

NOW = (sys.maxsize, sys.maxsize)
"""When an op came that comes now: after all that is held."""


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled device.

    Attributes:
        id: UUID; the ``keyid`` of its signatures.
        label: What people call it.
        role: ``field`` or ``coordination``.
        region: Its region; the shared feed stands for all of them.
        sign_key: Public Ed25519 key, hex.
        box_key: Public X25519 key, hex.
        certificate: As it was given, in wire form.
        status: As the record of the device says.
        confirmation: As that record says: ``fork`` or ``restored`` until a coordinator writes ``confirmed``.
    """

    id: str
    label: str
    role: str
    region: str
    sign_key: str
    box_key: str
    certificate: Mapping[str, Any]
    status: str
    confirmation: str | None = None

    @property
    def out_of_hand(self) -> bool:
        """Whether it may hand in, into quarantine, and read nothing."""
        return self.status in OUT_OF_HAND


@dataclass(frozen=True, slots=True)
class SeenDevice:
    """A device, and when the centre heard of it.

    Attributes:
        device: The device.
        enrolled_at: UTC instant.
        last_at: When it last handed something new in, if it ever did.
    """

    device: Device
    enrolled_at: str
    last_at: str | None


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key pair of the centre: public part and voucher as they travel, and the secret seed in hex.

    The secret is empty once it was destroyed.
    """

    id: str
    use: str
    public: str
    secret: str = field(repr=False)
    by: str | None = None
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class HeldCode:
    """An enrolment code; ``device`` is the one that used it."""

    id: str
    secret: str = field(repr=False)
    region: str
    role: str
    expires_at: str
    device: str | None = None


@dataclass(frozen=True, slots=True)
class HeldStream:
    """How far a stream has come."""

    id: str
    device: str
    last_seq: int
    link: str


@dataclass(frozen=True, slots=True)
class HeldRun:
    """The part of a stored batch that a chain is verified with."""

    first_seq: int
    prev: str
    hashes: tuple[str, ...]


@dataclass(slots=True)
class HeldRecord:
    """One record; the ledger of a transaction changes it in place.

    Attributes:
        kind: With ``id`` its name.
        id: UUID.
        region: Its feed.
        change: Its last change.
        schema: Highest schema version that wrote it.
        made_by: The device that made it, or its case.
        accepted_at: When the centre first accepted it.
        state: Fields, writers and conflicts.
        private: Names of its fields that travelled as private values.
        is_new: The database does not hold it yet.
    """

    kind: str
    id: str
    region: str
    change: int
    schema: int
    made_by: str
    accepted_at: str
    state: RecordState
    private: frozenset[str] = frozenset()
    is_new: bool = False


@dataclass(slots=True)
class Entry:
    """One op of a batch on its way into the database.

    Attributes:
        place: Its place in the batch.
        id: The op's id, or one made from its hash when it has none of its own.
        hash: SHA-256, hex.
        kind: Where it could be read.
        record: Where it could be read.
        result: Present answer.
        private: Its private values in stored form.
    """

    place: int
    id: str
    hash: str
    kind: str | None
    record: str | None
    result: OpResult
    private: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class KnownOp:
    """An op that the centre answered before."""

    id: str
    hash: str
    result: OpResult


@dataclass(frozen=True, slots=True)
class Written:
    """An op as it came, from history.

    Attributes:
        raw: Its JSON, verbatim.
        private: Its private values in stored form, while they are held.
        device: Who sent it.
    """

    raw: Json
    private: Mapping[str, Any] | None
    device: str


@dataclass(frozen=True, slots=True)
class HeldVouched:
    """An op for which the centre vouches, so that any device can bring it back after a restore.

    Attributes:
        op: Its id.
        kind: Kind of its record.
        record: Its record.
        region: The feed that carries it.
        change: The record's change when it was taken in.
        erase: It is an erasure; else a decision of the centre.
        told: The op and the centre's word, as a page carries them.
    """

    op: str
    kind: str
    record: str
    region: str
    change: int
    erase: bool
    told: Mapping[str, Any]


@dataclass(slots=True)
class HeldOp:
    """An op in quarantine.

    Attributes:
        op: The id it is held under.
        kind: Where it could be read.
        record: Where it could be read.
        region: The feed that shows it.
        device: Who sent it.
        coordination: Whether that was a coordination device.
        reason: Why it is held.
        state: ``waiting``, ``released`` or ``rejected``.
        forgiven: A coordinator has released it; what may be forgiven is.
        held_at: Since when.
        written: What it says.
        batch: Where it is stored; ``None`` while the transaction that brought it runs.
        place: Its place there; while the transaction runs, its turn among what that holds.
    """

    op: str
    kind: str | None
    record: str | None
    region: str
    device: str
    coordination: bool
    reason: str
    state: str
    forgiven: bool
    held_at: str
    written: Written
    batch: int | None = None
    place: int = 0

    @property
    def came(self) -> tuple[int, int]:
        """When it came, to compare with other ops of its device: what the transaction brings is the latest."""
        return NOW[0] if self.batch is None else self.batch, self.place


class Glimpse(NamedTuple):
    """What every request begins with, as it stands at one moment.

    Attributes:
        epoch: The present epoch; `None` in a database without a centre.
        keys: The centre's keys, oldest first.
        device: Who asks, if it is known.
    """

    epoch: str | None
    keys: tuple[HeldKey, ...]
    device: Device | None


class Holds(NamedTuple):
    """What quarantine holds of a region.

    Attributes:
        waiting: Whether anything waits.
        reused: Whether anything came under an id that stood for another op, decided or not.
    """

    waiting: bool
    reused: bool


class ReusedId(NamedTuple):
    """An op that came under an id that stood for another one.

    Attributes:
        op: The id under which it is held.
        named: The id that it gives itself, as its device knows it.
        device: The device that sent it.
        kind: The kind of the record that it names.
        record: That record.
        came: When it came, among all ops of its device: the batch and its place there.
    """

    op: str
    named: str
    device: str
    kind: str
    record: str
    came: tuple[int, int]


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch to be stored, or the new part of it."""

    stream: str
    first_seq: int
    count: int
    region: str
    device: str
    route: str
    received_at: str
    prev: str
    hashes: tuple[str, ...]
    ops: bytes


class FeedRow(NamedTuple):
    """A record as a page shows it; values as stored JSON text, so that nothing is read and written again.

    A row of the database as it is (`states.FEED_COLUMNS`, then whether the reader sees it): a page has a thousand.
    """

    kind: str
    id: str
    region: str
    schema: int
    fields: str
    private: str | None
    writer: str
    writers: str | None
    change: int
    made_by: str
    accepted_at: str
    contested: bool
    erased: bool
    visible: bool


@dataclass(frozen=True, slots=True)
class ToldConflict:
    """A conflict as a page may tell it: its wire form, and the device whose value did not become live."""

    wire: Mapping[str, Any]
    other_device: str
    moved: int


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One op of a record's history."""

    op: str
    raw: Json
    private: Mapping[str, Any] | None
    device: str
    route: str
    result: OpResult


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or the columns of it that somebody asks for."""

    name: str
    columns: tuple[str, ...]
