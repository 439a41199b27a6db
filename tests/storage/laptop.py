"""A laptop's store with small kinds of its own, and the saves that tests make on it."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.client.compose import Edit, compose
from sync.client.ports import DeviceIdentity
from sync.core.schema import Field, Json, Kind, Schema, Scope, ValueType
from terreno_app.storage.laptop_store import LaptopStore

EPOCH = "epoch-1"
KEY = bytes(range(32))
AT = "2026-11-21T16:04:05.123Z"
AUTHOR = "01990000-0000-7000-8000-000000000003"

ATTENTION = Kind(
    "attention",
    (
        Field("outing", ValueType.ID),
        Field("received_at", ValueType.INSTANT),
        Field("type", ValueType.CODE),
        Field("topic", ValueType.TEXT),
        Field("status", ValueType.CODE),
        Field("void_reason", ValueType.TEXT),
        Field("persons_count", ValueType.INTEGER),
        Field("description", ValueType.TEXT, private=True),
        Field("folio", ValueType.TEXT),
    ),
    groups=(("status", "void_reason"),),
    scope=Scope(region_wide=True),
)
IDENTITY = Kind("identity", (Field("names", ValueType.TEXT, private=True),))
SESSION = Kind(
    "outing_session",
    (Field("outing", ValueType.ID), Field("opened_at", ValueType.INSTANT), Field("closed_at", ValueType.INSTANT)),
)
REFERRAL = Kind("referral", (Field("attention", ValueType.ID), Field("status", ValueType.CODE)))
ACTA = Kind("acta", (Field("outing", ValueType.ID),))
QUARANTINE = Kind("quarantine", (Field("state", ValueType.CODE), Field("decided_reason", ValueType.TEXT)))
TOPIC = Kind("topic", (Field("label", ValueType.TEXT),), shared=True)
SCHEMA = Schema(1, (ATTENTION, IDENTITY, SESSION, REFERRAL, ACTA, QUARANTINE, TOPIC))


def ids(device: int) -> itertools.count[int]:
    return itertools.count(device * 1_000_000 + 1)


def a_uuid(number: int) -> str:
    return str(uuid.UUID(int=number))


def an_identity(**changed: Any) -> DeviceIdentity:
    given = {
        "device": a_uuid(7),
        "label": "T07",
        "region": "13",
        "role": "field",
        "stream": a_uuid(71),
        "epoch": EPOCH,
        "central": "http://127.0.0.1:1",
        "centre_keys": {"sign": {}, "box": {}},
        "certificate": {},
    }
    return DeviceIdentity(**{**given, **changed})


def open_store(folder: Path, *, device: int = 7, durable: bool = False) -> LaptopStore:
    names = (a_uuid(number) for number in ids(device + 500))
    return LaptopStore(folder, KEY, SCHEMA, new_id=lambda: next(names), durable=durable)


@dataclass
class Laptop:
    """A store and the person in front of it, who edits what is shown."""

    store: LaptopStore
    device: int = 7
    numbers: itertools.count[int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = ids(self.device)

    @classmethod
    def enrolled(cls, folder: Path, *, device: int = 7, **identity: Any) -> Laptop:
        folder.mkdir(parents=True, exist_ok=True)
        laptop = cls(open_store(folder, device=device), device)
        with laptop.store.transaction() as write:
            write.put_identity(an_identity(device=a_uuid(device), stream=a_uuid(device * 10 + 1), **identity))
        return laptop

    def save(
        self,
        changes: Mapping[str, Json],
        *,
        record: str | None = None,
        kind: Kind = ATTENTION,
        region: str = "13",
        resolves: tuple[str, ...] = (),
    ) -> str:
        """Save changes to a record as it is shown now, or to a new one; returns the op's id."""
        record = record or a_uuid(next(self.numbers))
        shown = self.store.shown(kind.name, record)
        edit = Edit(
            record=record,
            region=region,
            changes=changes,
            author=AUTHOR,
            captured_at=AT,
            fields=shown.fields if shown else {},
            seen=shown.writers if shown else {},
            resolves=resolves,
        )
        number = next(self.numbers)
        op, values = compose(edit, op_id=a_uuid(number), salt=number.to_bytes(16, "big"), kind=kind, schema_version=1)
        with self.store.transaction() as write:
            write.append(op, values)
        return op.id

    def record_of(self, op: str) -> str:
        own = self.store.op(op)
        assert own is not None
        return own.op.record

    def fields(self, op: str) -> Mapping[str, Json]:
        """What is shown of the record that an op touched."""
        own = self.store.op(op)
        assert own is not None
        shown = self.store.shown(own.op.kind, own.op.record)
        return shown.fields if shown else {}
