"""A town whose laptops are copied, saved and put back, and whose centre is restored."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from sync.central.api import build_app
from sync.central.serve import serving
from sync.client.compose import Edit, compose
from sync.client.engine import Engine
from sync.client.enrolment import enrol
from sync.client.http import Central, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import DeviceIdentity
from sync.client.progress import SyncOutcome
from sync.core.ops import Op
from sync.core.schema import Json
from terreno_app.storage.laptop_store import LaptopStore
from tests.central.speaking import World
from tests.sync.lines import AT_ONCE
from tests.sync.toy import NOTE, SCHEMA, Ids, an_op, uid

SECRET = "what nobody else may read"


class Town:
    """A centre that listens on loopback, and the folders of its laptops."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.ids = Ids()
        self.world = World(folder, schema=SCHEMA)
        self._stack = stack
        self._listening = ExitStack()
        stack.callback(lambda: (self._listening.close(), self.world.store.close()))
        self.url = self._listening.enter_context(serving(build_app(self.world.centre)))

    def laptop(self, number: int, role: str = "field") -> Laptop:
        keys = DeviceKeys(bytes([number]) * 32, bytes([number + 100]) * 32)
        code, _ = self.world.centre.new_code("13", role, 24)
        laptop = Laptop(self, self.folder / f"laptop{number}", keys)
        enrolment = enrol(code, keys, "1.0", laptop.central())
        body = enrolment.certificate.body
        with laptop.store.transaction() as write:
            write.put_identity(
                DeviceIdentity(
                    device=body["device"],
                    label=body["label"],
                    region=body["region"],
                    role=body["role"],
                    stream=self.ids.new(),
                    epoch=enrolment.epoch,
                    central=self.url,
                    centre_keys=enrolment.centre_keys,
                    certificate=enrolment.certificate.to_wire(),
                )
            )
        return laptop

    def backup(self) -> Path:
        kept = self.folder / "backup.db"
        self.world.rows("SELECT 1")
        self.world.store._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self.folder / "centre.db", kept)
        return kept

    def restore(self, backup: Path) -> None:
        """What a restore does: the old rows, a new epoch, a new stream of its own, a gap in the labels."""
        self._listening.close()
        self.world.store.close()
        for left in self.folder.glob("centre.db*"):
            left.unlink()
        shutil.copyfile(backup, self.folder / "centre.db")
        self.world.open_again()
        with self.world.store.writing() as tx:
            tx.add_epoch(self.ids.new(), "2026-11-22T00:00:00.000Z")
            tx.set_value("stream", self.ids.new())
            tx.set_value("last_label", str(int(tx.value("last_label") or "0") + 1_000))
        self.world.open_again()
        self.url = self._listening.enter_context(serving(build_app(self.world.centre)))

    def confirm(self, laptop: Laptop) -> None:
        self.world.centre.write("13", "device", laptop.store.identity().device, {"confirmation": "confirmed"})


class Laptop:
    """A laptop's folder, opened."""

    def __init__(self, town: Town, folder: Path, keys: DeviceKeys) -> None:
        folder.mkdir(exist_ok=True)
        self.town = town
        self.folder = folder
        self.keys = keys
        schema = town.world.centre.ground.schema
        self.store = LaptopStore(folder, bytes(range(32)), schema, new_id=town.ids.new, durable=False)
        town._stack.callback(self.store.close)

    def central(self) -> Central:
        central = Central(Route(self.town.url), self.town.world.clock, self.keys, schema_version=1)
        self.town._stack.callback(central.close)
        return central

    def copy(self, name: str) -> Laptop:
        """A byte for byte copy of the folder, opened as another machine does."""
        self.store._connections.query("PRAGMA wal_checkpoint(TRUNCATE)")
        target = self.town.folder / name
        shutil.copytree(self.folder, target)
        return Laptop(self.town, target, self.keys)

    def save(self, record: str = "r1", *, resolves: tuple[str, ...] = (), **changes: Json) -> Op:
        shown = self.store.shown("note", uid(record))
        edit = Edit(
            record=uid(record),
            region="13",
            changes=changes,
            author=uid("officer"),
            captured_at="2026-11-21T12:00:00.000Z",
            fields=shown.fields if shown else {},
            seen=shown.writers if shown else {},
            resolves=resolves,
        )
        op, values = compose(edit, op_id=self.town.ids.new(), salt=bytes(16), kind=NOTE, schema_version=1)
        with self.store.transaction() as write:
            write.append(op, values)
        return op

    def erase(self, record: str = "r1") -> None:
        op = an_op(self.town.ids.new(), record=record, erase=True)
        with self.store.transaction() as write:
            write.append(op, None)

    def sync(self) -> SyncOutcome:
        return Engine(self.store, self.central(), self.town.world.clock, settings=AT_ONCE).run()

    def fields(self, record: str = "r1") -> Mapping[str, Json]:
        shown = self.store.shown("note", uid(record))
        return {} if shown is None else shown.fields

    def holds(self, text: str) -> bool:
        """Whether any table of the laptop holds a text."""
        rows = self.store._connections.query("SELECT name FROM sqlite_master WHERE type = 'table'")
        return any(
            text in (cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell))
            for (table,) in rows
            for row in self.store._connections.query(f"SELECT * FROM {table}")  # noqa: S608
            for cell in row
        )


def codes(outcome: SyncOutcome) -> list[str]:
    return [warning.code for warning in outcome.warnings]
