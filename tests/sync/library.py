"""A day of two desks of a lending library and their centre, over HTTP: `sync` with two kinds that no office knows."""

import importlib
import json
import pkgutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import sync
from sync.central.api import build_app
from sync.central.serve import serving
from sync.client.engine import Engine
from sync.client.enrolment import enrol
from sync.client.http import Central, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import DeviceIdentity
from sync.client.progress import SyncOutcome
from sync.core.schema import Field, Kind, Schema, Scope, ValueType
from tests.central.speaking import World
from tests.sync.lines import AT_ONCE
from tests.sync.memory_outbox import MemoryOutbox
from tests.sync.toy import Ids, uid

BOOK = Kind(
    name="book",
    fields=(
        Field("title", ValueType.TEXT, limit=200),
        Field("shelf", ValueType.TEXT),
        Field("floor", ValueType.INTEGER, smallest=0, largest=9),
        Field("binding", ValueType.CODE, codes=frozenset({"cloth", "paper"})),
        Field("donor", ValueType.TEXT, private=True),
    ),
    groups=(("shelf", "floor"),),
    scope=Scope(region_wide=True),
)
LOAN = Kind(
    name="loan",
    fields=(Field("book", ValueType.ID, immutable=True), Field("back_by", ValueType.DAY)),
    insert_only=True,
    scope=Scope(region_wide=True),
)
LIBRARY = Schema(version=1, kinds=(BOOK, LOAN))
QUIXOTE, LENT = uid("quixote"), uid("lent")


class Desk:
    """A laptop at a desk, with the road to the centre."""

    def __init__(self, world: World, url: str, stack: ExitStack, ids: Ids, number: int, role: str) -> None:
        keys = DeviceKeys(bytes([number]) * 32, bytes([number + 100]) * 32)
        self.central = Central(Route(url), world.clock, keys, schema_version=LIBRARY.version)
        stack.callback(self.central.close)
        code, _ = world.centre.new_code("13", role, 24)
        enrolment = enrol(code, keys, "1.0", self.central)
        body = enrolment.certificate.body
        identity = DeviceIdentity(
            device=body["device"],
            label=body["label"],
            region=body["region"],
            role=body["role"],
            stream=ids.new(),
            epoch=enrolment.epoch,
            central=url,
            centre_keys=enrolment.centre_keys,
            certificate=enrolment.certificate.to_wire(),
        )
        self.clock = world.clock
        self.disk = MemoryOutbox(identity, LIBRARY, ids)

    def save(self, kind: str, record: str, **changes: Any) -> None:
        self.disk.save(kind, record, changes)

    def settle(self, conflict: str, record: str, **changes: Any) -> None:
        self.disk.save("book", record, changes, resolves=(conflict,))

    def sync(self) -> SyncOutcome:
        return Engine(self.disk, self.central, self.clock, settings=AT_ONCE).run()

    def book(self) -> dict[str, Any]:
        shown = self.disk.shown("book", QUIXOTE).fields
        return {name: value for name, value in shown.items() if name in BOOK.by_name and name not in BOOK.private}


def main(folder: str) -> None:
    """Play the day and print what came of it."""
    for room in pkgutil.walk_packages(sync.__path__, "sync."):
        importlib.import_module(room.name)
    with ExitStack() as stack:
        print(json.dumps(day(Path(folder), stack)))  # noqa: T201


def day(folder: Path, stack: ExitStack) -> dict[str, Any]:
    """Two desks write the same book and the same loan; a coordinator decides; everybody sees the same."""
    world, ids = World(folder, schema=LIBRARY), Ids()
    stack.callback(world.store.close)
    url = stack.enter_context(serving(build_app(world.centre)))
    north = Desk(world, url, stack, ids, 1, "field")
    south = Desk(world, url, stack, ids, 2, "field")
    office = Desk(world, url, stack, ids, 3, "coordination")

    north.save("book", QUIXOTE, title="Quixote", shelf="A1", floor=1, donor="A friend")
    north.save("loan", LENT, book=QUIXOTE, back_by="2026-12-01")
    north.save("book", uid("empty"), title="", shelf=None, floor=None)
    first = north.sync()
    south.sync()
    north.save("book", QUIXOTE, shelf="A2", floor=1)
    south.save("book", QUIXOTE, shelf="B7", floor=2)
    south.save("book", QUIXOTE, title="Don Quixote")
    south.save("loan", LENT, back_by="2026-12-24")
    north.sync()
    second = south.sync()
    office.sync()
    ((name, conflict),) = office.disk.open_conflicts().items()
    waiting = {conflict["group"][0]: {"kept": office.book()["shelf"], "other": conflict["other"]["shelf"]}}
    office.settle(name, QUIXOTE, **conflict["other"])
    desks = (office, north, south)
    for desk in desks:
        desk.sync()

    return {
        "kinds": sorted({kind for kind, _ in office.disk.base.records} & {kind.name for kind in LIBRARY.kinds}),
        "first evening": _counted(first),
        "second evening": _counted(second),
        "waiting": waiting,
        "in quarantine": [one.reason for one in south.disk.results().values() if one.reason],
        "decided": office.book(),
        "everybody sees": all(desk.book() == office.book() for desk in desks),
        "open in the end": sorted(name for desk in desks for name in desk.disk.open_conflicts()),
    }


def _counted(outcome: SyncOutcome) -> dict[str, int]:
    names = ("sent", "applied", "agreed", "conflicts", "quarantined", "pending")
    return {name: getattr(outcome, name) for name in names}
