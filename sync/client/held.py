"""What a device holds and shows, as values: the store gives them, the use cases read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sync.core.ops import Op
from sync.core.schema import Json

State = Literal["local", "sent", "received", "conflict", "quarantined"]


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record as this laptop shows it: base and own ops together.

    Attributes:
        kind: With ``record`` its name.
        record: UUID.
        region: Its region.
        fields: Values, written ``None`` included.
        writers: For each field the one writer that a form keeps as ``seen``.
        state: The worst that holds for it.
        proof: Number of the receipt, or the reason of the quarantine.
        made_here: It was made on this laptop.
    """

    kind: str
    record: str
    region: str
    fields: Mapping[str, Json]
    writers: Mapping[str, str]
    state: State
    proof: str | None
    made_here: bool


@dataclass(frozen=True, slots=True)
class OwnOp:
    """An op of this laptop and how it fared.

    Attributes:
        op: The op.
        values: Its private values, while they are held.
        seq: Its place in the stream.
        state: Where it is on its way.
        status: What the centre said; ``None`` without a receipt.
        change: The record's change after it.
        reason: Why it is in quarantine or was rejected.
        receipt: Number of its receipt on this laptop.
    """

    op: Op
    values: Mapping[str, Json]
    seq: int
    state: Literal["local", "sent", "received"]
    status: str | None
    change: int
    reason: str | None
    receipt: int | None


@dataclass(frozen=True, slots=True)
class StoredConflict:
    """A conflict as it came from the centre, beside what is live now."""

    id: str
    kind: str
    record: str
    group: tuple[str, ...]
    state: Literal["open", "closed", "superseded"]
    before: Mapping[str, Json]
    kept: Mapping[str, Json]
    other: Mapping[str, Json]
    other_op: str
    other_author: str
    other_device: str
    other_at: str
    against_op: str | None
    against_author: str | None
    against_at: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What is proven, and what waits.

    Attributes:
        total: Records made on this laptop.
        pending: Of them, those with an op that has no receipt.
        received: Of them, those whose every op has one.
        conflicts: Open conflicts shown.
        quarantined: Records with an op of this laptop in quarantine.
        unsent: Records, made here or elsewhere, with an op of this laptop that has no receipt.
    """

    total: int
    pending: int
    received: int
    conflicts: int
    quarantined: int
    unsent: int


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A receipt of the centre, kept with the ops it covers.

    Attributes:
        number: Its number on this laptop, from 1.
        issued_at: UTC instant on the centre's clock.
        count: Ops it covers.
        quarantined: How many of them wait in quarantine.
        records: Records they touch.
    """

    number: int
    issued_at: str
    count: int
    quarantined: int
    records: int
