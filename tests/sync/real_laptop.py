"""A laptop with its real encrypted store and the real client, on the way to a centre that listens."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.client.compose import Edit, compose
from sync.client.conversation import Patience
from sync.client.engine import Engine, Settings
from sync.client.enrolment import enrol
from sync.client.http import Central, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller, Clock, DeviceIdentity
from sync.client.progress import SyncOutcome
from sync.client.pushing import BatchSizes
from sync.core.schema import Json
from terreno_app.storage.laptop_store import LaptopStore
from tests.central.speaking import World
from tests.central.toy import OFFICER, SALT

ONCE = Settings(BatchSizes(first=2, most=2), page_limit=2, patience=Patience((), 0, lambda _: None))
"""Small batches and pages, and no second try within a run."""


@dataclass
class RealLaptop:
    """A store, keys and a way.

    Attributes:
        world: The centre's world.
        url: How it reaches the centre.
        folder: Its files.
        keys: Its keys.
        new_id: Where its ids come from.
        store: Its store.
        clock: Its hour.
    """

    world: World
    url: str
    folder: Path
    keys: DeviceKeys
    new_id: Callable[[], str]
    store: LaptopStore
    clock: Clock

    @classmethod
    def enrolled(cls, world: World, url: str, folder: Path, role: str = "field", region: str = "13") -> RealLaptop:
        number = next(world.laptops)
        keys = DeviceKeys(bytes([number]) * 32, bytes([number + 100]) * 32)
        code, _ = world.centre.new_code(region, role, 24)
        with closing(Central(Route(url), world.clock, keys)) as central:
            enrolment = enrol(code, keys, "1.0", central)
        folder.mkdir()
        laptop = cls(world, url, folder, keys, world.ids.new, _opened(world, folder), world.clock)
        body = enrolment.certificate.body
        with laptop.store.transaction() as write:
            write.put_identity(
                DeviceIdentity(
                    device=body["device"],
                    label=body["label"],
                    region=body["region"],
                    role=body["role"],
                    stream=laptop.new_id(),
                    epoch=enrolment.epoch,
                    central=url,
                    centre_keys=enrolment.centre_keys,
                    certificate=enrolment.certificate.to_wire(),
                )
            )
        return laptop

    def copied(self, folder: Path) -> RealLaptop:
        """The same laptop a second time, as a cloned image."""
        self.store._connections.query("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copytree(self.folder, folder)
        return RealLaptop(self.world, self.url, folder, self.keys, self.new_id, _opened(self.world, folder), self.clock)

    @property
    def caller(self) -> Caller:
        identity = self.store.identity()
        return Caller(identity.device, identity.stream, self.store.clock_offset_ms())

    def central(self, **options: Any) -> closing[Central]:
        """A connection of its own."""
        return closing(Central(Route(self.url), self.clock, self.keys, **options))

    def save(self, changes: Mapping[str, Json], record: str | None = None, *, kind: str = "note") -> str:
        """Save changes to a record as it is shown now, or to a new one; the op's id."""
        record = record or self.new_id()
        shown = self.store.shown(kind, record)
        edit = Edit(
            record=record,
            region=self.store.identity().region,
            changes=changes,
            author=OFFICER,
            captured_at="2026-11-21T12:00:00.000Z",
            fields=shown.fields if shown else {},
            seen=shown.writers if shown else {},
        )
        known = self.world.schema.by_name[kind]
        op, values = compose(edit, op_id=self.new_id(), salt=SALT, kind=known, schema_version=1)
        with self.store.transaction() as write:
            write.append(op, values)
        return op.id

    def record_of(self, op: str) -> str:
        own = self.store.op(op)
        assert own is not None
        return own.op.record

    def status_of(self, op: str) -> str | None:
        """What the centre said to an op."""
        own = self.store.op(op)
        return None if own is None else own.status

    def sync(self, *, schema_version: int | None = None, **options: Any) -> SyncOutcome:
        with self.central(schema_version=schema_version) as central:
            return Engine(self.store, central, self.clock, settings=ONCE, **options).run()


def _opened(world: World, folder: Path) -> LaptopStore:
    schema = world.centre.ground.schema
    return LaptopStore(folder, bytes(range(32)), schema, new_id=world.ids.new, durable=False)
