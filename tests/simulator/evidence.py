"""What the centre's database says when everything is over, read by statements of its own: the witness of the laws."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from sync.central.packing import ops_of
from sync.core.schema import Json
from tests.simulator.office import Office

Key = tuple[str, str]
_OPS = """
    SELECT ops.id, ops.hash, ops.kind, ops.record, ops.status, ops.change, ops.conflicts, ops.batch, ops.place,
        batches.region, batches.device, batches.received_at, private_values.body IS NOT NULL
    FROM ops
    JOIN batches ON batches.id = ops.batch
    LEFT JOIN private_values ON private_values.batch = ops.batch AND private_values.place = ops.place
    ORDER BY ops.batch, ops.place
"""
_RECORDS = (
    "SELECT kind, id, region, change, fields, private, writer, writers, made_by, accepted_at, erased FROM records"
)


@dataclass(frozen=True, slots=True)
class HeldOp:
    """One op as the centre keeps it for ever.

    Attributes:
        id: Its id.
        hash: SHA-256, hex.
        kind: Where it could be read.
        record: Where it could be read.
        status: The centre's answer.
        change: The change that it was given; 0 for one that was not merged.
        conflicts: The conflicts that it opened.
        batch: The batch that brought it.
        place: Its place there.
        region: The feed.
        device: Who sent it.
        received_at: When that batch came.
        with_values: Whether its private values are held.
        raw: Its JSON.
    """

    id: str
    hash: str
    kind: str
    record: str
    status: str
    change: int
    conflicts: tuple[str, ...]
    batch: int
    place: int
    region: str
    device: str
    received_at: str
    with_values: bool
    raw: Mapping[str, Any]

    @property
    def came(self) -> tuple[int, int]:
        """When it came, compared with others."""
        return self.batch, self.place


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """One record as it stands.

    Attributes:
        region: Its feed.
        change: Its last change.
        public: Values that anybody in scope may read.
        private: Private values.
        writers: The ops that wrote each field, or agreed.
        made_by: The device that made it.
        accepted_at: When the centre first accepted it.
        erased: Whether its private values were erased.
    """

    region: str
    change: int
    public: Mapping[str, Json]
    private: Mapping[str, Json]
    writers: Mapping[str, tuple[str, ...]]
    made_by: str
    accepted_at: str
    erased: bool


@dataclass(frozen=True, slots=True)
class HeldConflict:
    """One conflict as it stands."""

    id: str
    kind: str
    record: str
    state: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the laws look at.

    Attributes:
        centre: The centre's own id.
        epoch: Its present epoch.
        ops: Every op, by id.
        records: Every record.
        conflicts: Every conflict, by id.
        waiting: Why each op in quarantine waits.
        released: For each op that came out of quarantine, a number that those released together share.
        forgiven: Why each op waited that somebody released.
        feeds: The last change of each feed.
        began: Whose op was the first that was merged into each record.
    """

    centre: str
    epoch: str
    ops: Mapping[str, HeldOp]
    records: Mapping[Key, HeldRecord]
    conflicts: Mapping[str, HeldConflict]
    waiting: Mapping[str, str] = field(default_factory=dict)
    released: Mapping[str, int] = field(default_factory=dict)
    forgiven: Mapping[str, str] = field(default_factory=dict)
    feeds: Mapping[str, int] = field(default_factory=dict)
    began: Mapping[Key, str] = field(default_factory=dict)

    def log(self, region: str) -> list[HeldOp]:
        """The merged ops of a feed in the order in which they were merged."""
        return sorted((op for op in self.ops.values() if op.region == region and op.change), key=lambda op: op.change)


def read(office: Office) -> Evidence:
    """Read the database of the centre."""
    texts = {
        batch: [orjson.loads(raw) for raw in ops_of(ops)] for batch, ops in office.rows("SELECT id, ops FROM batches")
    }
    ops = {}
    for op, op_hash, kind, record, status, change, conflicts, *came, with_values in office.rows(_OPS):
        opened = () if conflicts is None else tuple(orjson.loads(conflicts))
        batch, place, *_ = came
        raw = texts[batch][place]
        ops[op] = HeldOp(op, op_hash.hex(), kind, record, status, change, opened, *came, bool(with_values), raw)
    conflicts = {
        row[0]: HeldConflict(*row[:4], orjson.loads(row[4]))
        for row in office.rows("SELECT id, kind, record, state, body FROM conflicts")
    }
    return Evidence(
        centre=office.rows("SELECT value FROM centre WHERE name = 'centre'")[0][0],
        epoch=office.epoch,
        ops=ops,
        records={(row[0], row[1]): _record(row) for row in office.rows(_RECORDS)},
        conflicts=conflicts,
        waiting=dict(office.rows("SELECT op, reason FROM quarantine WHERE state = 'waiting'")),
        released=_released(ops.values()),
        forgiven=dict(office.rows("SELECT op, reason FROM quarantine WHERE state = 'released' AND forgiven")),
        feeds=dict(office.rows("SELECT region, last_change FROM feeds")),
        began={(op.kind, op.record): op.device for op in sorted(ops.values(), key=_latest_first) if op.change},
    )


def _latest_first(op: HeldOp) -> int:
    return -op.change


def _released(ops: Iterable[HeldOp]) -> dict[str, int]:
    """For each op that came out of quarantine, the batch of the centre's own stream that says so."""
    return {
        op.record: op.batch
        for op in ops
        if op.kind == "quarantine" and isinstance(op.raw["fields"].get("op_change"), int)
    }


def _record(row: tuple[Any, ...]) -> HeldRecord:
    _, _, region, change, public, private, writer, writers, made_by, accepted_at, erased = row
    fields, secret = orjson.loads(public), {} if private is None else orjson.loads(private)
    held = dict.fromkeys((*fields, *secret), (writer,))
    if writers is not None:
        held |= {name: tuple(ops) for name, ops in orjson.loads(writers).items()}
    return HeldRecord(region, change, fields, secret, held, made_by, accepted_at, bool(erased))
