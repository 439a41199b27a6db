"""Laptops with their real stores, the real centre in process, and files that go between them."""

import io
import random
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from sync.central.bundle import Taken, take_in
from sync.central.operate.restore import begin_anew
from sync.client.bundle import Packed, Receiver, pack
from sync.client.compose import Edit, compose
from sync.client.conversation import Hooks, Patience, Run
from sync.client.engine import Engine, Settings
from sync.client.enrolment import enrol
from sync.client.keys import DeviceKeys
from sync.client.ports import DeviceIdentity
from sync.client.progress import SyncOutcome
from sync.client.pushing import BatchSizes
from sync.core.bundle import AnswerCover, Said, from_frame
from sync.core.schema import Json
from sync.parcel.frames import FrameWriter, as_json, frames
from sync.parcel.sealing import Sealed, Sealing
from terreno_app.storage.laptop_store import LaptopStore
from tests.central.speaking import World
from tests.central.toy import random_from
from tests.sync.real_world import Line
from tests.sync.toy import SCHEMA, Ids, uid

QUICK = Settings(BatchSizes(first=4, most=8), 5, Patience((), 0, lambda _: None))


@dataclass
class Walker:
    """A laptop whose people walk to the centre with a stick, or synchronise, as they like."""

    store: LaptopStore
    keys: DeviceKeys
    town: "Town"
    folder: Path
    salts: Any

    def save(self, *records: str, resolves: tuple[str, ...] = (), **changes: Json) -> list[str]:
        """Somebody writes the same into some records, as they are shown now; the ops' ids."""
        return [self.type(uid(record), changes, resolves) for record in records]

    def type(self, record: str, changes: Mapping[str, Json], resolves: tuple[str, ...] = ()) -> str:
        shown = self.store.shown("note", record)
        edit = Edit(
            record=record,
            region="13",
            changes=changes,
            author=uid("officer"),
            captured_at="2026-11-21T12:00:00.000Z",
            fields=shown.fields if shown else {},
            seen=shown.writers if shown else {},
            resolves=resolves,
        )
        kind = SCHEMA.by_name["note"]
        op, values = compose(edit, op_id=self.town.ids.new(), salt=self.salts(16), kind=kind, schema_version=1)
        with self.store.transaction() as write:
            write.append(op, values)
        return op.id

    def pack(self) -> bytes:
        """A bundle for the centre."""
        file = io.BytesIO()
        self.packed(file)
        return file.getvalue()

    def packed(self, file: io.BytesIO) -> Packed:
        packed = pack(Run(self.store, Hooks()), self.keys, 1, file)
        self.store.mark_sent(packed.ops)
        return packed

    def receive(self, answer: bytes, **hooks: Any) -> SyncOutcome:
        """The centre's answer comes home."""
        return Receiver(Run(self.store, Hooks(**hooks)), self.keys, self.town.world.clock).receive(io.BytesIO(answer))

    def walk(self) -> SyncOutcome:
        """There and back."""
        return self.receive(self.town.bring(self.pack()))

    def sync(self) -> SyncOutcome:
        return Engine(self.store, self.town.line, self.town.world.clock, settings=QUICK).run()

    def notes(self) -> dict[str, dict[str, Json]]:
        return {shown.record: dict(shown.fields) for shown in self.store.select("note")}

    def state(self, record: str) -> str:
        shown = self.store.shown("note", uid(record))
        assert shown is not None
        return shown.state

    def copied(self, name: str) -> "Walker":
        """The same laptop a second time: a cloned image, or a backup of it."""
        self.store._connections.query("PRAGMA wal_checkpoint(TRUNCATE)")
        folder = Path(shutil.copytree(self.folder, self.folder.with_name(name)))
        copy = Walker(self.town.store(folder), self.keys, self.town, folder, random_from(name))
        self.town.walkers.append(copy)
        return copy

    def opened(self, answer: bytes) -> list[Said]:
        """What stands in an answer."""
        return [from_frame(as_json(frame)) for frame in frames(Sealed(io.BytesIO(answer)), self.keys.unseal)]


class Town:
    """A centre, and laptops enrolled at it."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.folder = folder
        self.world = World(folder, schema=SCHEMA, **options)
        self.line = Line(self.world, random.Random(0))  # noqa: S311
        self.line.faults = False
        self.ids, self.streams = Ids(), Ids("stream")
        self.walkers: list[Walker] = []

    def walker(self, role: str = "field", region: str = "13") -> Walker:
        number = len(self.walkers) + 1
        keys = DeviceKeys(bytes([number]) * 32, bytes([number + 100]) * 32)
        code, _ = self.world.centre.new_code(region, role, 24)
        enrolment = enrol(code, keys, "1.0", self.line)
        body = enrolment.certificate.body
        folder = self.folder / f"laptop{number}"
        folder.mkdir()
        store = self.store(folder)
        with store.transaction() as write:
            write.put_identity(
                DeviceIdentity(
                    device=body["device"],
                    label=body["label"],
                    region=body["region"],
                    role=body["role"],
                    stream=self.streams.new(),
                    epoch=enrolment.epoch,
                    central="http://127.0.0.1",
                    centre_keys=enrolment.centre_keys,
                    certificate=enrolment.certificate.to_wire(),
                )
            )
        walker = Walker(store, keys, self, folder, random_from(f"laptop {number}"))
        self.walkers.append(walker)
        return walker

    def store(self, folder: Path) -> LaptopStore:
        schema = self.world.centre.ground.schema
        return LaptopStore(folder, bytes(range(32)), schema, new_id=self.streams.new, durable=False)

    def backup(self) -> bytes:
        """The centre's database as it is now."""
        self.world.store._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return (self.folder / "centre.db").read_bytes()

    def restore(self, backup: bytes, *, rightly: bool = True) -> None:
        """Put a backup in the centre's place; wrongly: as if nothing had happened since."""
        self.world.store.close()
        for left in self.folder.glob("centre.db*"):
            left.unlink()
        (self.folder / "centre.db").write_bytes(backup)
        self.world.open_again()
        if rightly:
            with self.world.store.writing() as tx:
                begin_anew(tx, self.world.surroundings)
            self.world.open_again()

    def confirm(self, walker: Walker) -> None:
        """A coordinator looked at a laptop."""
        self.world.centre.write("13", "device", walker.store.identity().device, {"confirmation": "confirmed"})

    def answer(self, walker: Walker, *said: Any) -> bytes:
        """An answer of the centre that says just this."""
        file, keys = io.BytesIO(), self.world.centre.ground.keys
        cover = AnswerCover(walker.store.identity().device, keys.signer, keys.public)
        writer = FrameWriter(Sealing(file, cover.to_wire(), walker.keys.box_key))
        for one in said:
            writer.put_json(one)
        writer.finish(keys.sign)
        return file.getvalue()

    def bring(self, bundle: bytes) -> bytes:
        """Somebody hands a bundle in; the answer."""
        return self.brought(bundle)[0]

    def brought(self, bundle: bytes) -> tuple[bytes, Taken]:
        answer = io.BytesIO()
        taken = take_in(self.world.centre, io.BytesIO(bundle), answer)
        return answer.getvalue(), taken

    def ops(self) -> int:
        """Ops on notes that the centre holds."""
        return int(self.world.rows("SELECT COUNT(*) FROM ops WHERE kind = 'note'")[0][0])

    def centre_shows(self, walker: Walker) -> dict[str, dict[str, Json]]:
        """What the centre holds of notes, with the private values of those that a laptop made."""
        made = walker.store.identity().device
        rows = self.world.rows("SELECT id, fields, private, made_by FROM records WHERE kind = 'note'")
        return {
            record: orjson.loads(fields) | (orjson.loads(private) if private and made_by == made else {})
            for record, fields, private, made_by in rows
        }

    def state(self) -> list[tuple[Any, ...]]:
        """Everything that the centre holds of notes."""
        kinds = "SELECT id, change, fields, writer, writers, private FROM records WHERE kind = 'note' ORDER BY id"
        ops = "SELECT id, hash, status, change FROM ops WHERE kind = 'note' ORDER BY id"
        return self.world.rows(kinds) + self.world.rows(ops)

    def close(self) -> None:
        for walker in self.walkers:
            walker.store.close()
        self.world.store.close()


def a_town(folder: Path, **options: Any) -> Iterator[Town]:
    town = Town(folder, **options)
    yield town
    town.close()
