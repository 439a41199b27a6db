"""Ready-made folders: a founded centre and enrolled laptops, made once in a process and copied for every execution."""

import atexit
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from sync.central.centre import found
from sync.central.ground import Surroundings
from sync.central.store_sqlite import SqliteStore
from sync.client.enrolment import enrol
from sync.client.ports import DeviceIdentity
from sync.core.instants import instant
from sync.core.schema import SHARED_FEED, Json
from tests.simulator.history import Typed
from tests.simulator.line import Line, Road
from tests.simulator.machine import Machine
from tests.simulator.nature import Nature
from tests.simulator.office import DATABASE
from tests.simulator.toy import CASES, LAYOUTS, REGIONS, SCHEMA, Name, Seat, beside, usual_space
from tests.simulator.world import World

MEMORY = Path("/dev/shm")  # noqa: S108 - files in memory, where the system has them


def memory_folder(prefix: str) -> Path:
    """A new folder in memory, or among the temporary files where there is no such place."""
    return Path(mkdtemp(prefix=prefix, dir=MEMORY if MEMORY.is_dir() else None))


def enrolled(seat: Seat, folder: Path, road: Road, nature: Nature) -> Machine:
    """A new laptop that has been given a code, and has used it."""
    code, _ = road.office.centre.new_code(seat.region, seat.role, 24)
    folder.mkdir(parents=True)
    machine = Machine(seat.name, folder, nature, SCHEMA)
    line = Line(road, seat.name, machine.clock, SCHEMA.version)
    enrolment = enrol(code, machine.keys, "1.0", line)
    body = enrolment.certificate.body
    with machine.store.transaction() as write:
        write.put_identity(
            DeviceIdentity(
                device=body["device"],
                label=body["label"],
                region=body["region"],
                role=body["role"],
                stream=nature.new_id(),
                epoch=enrolment.epoch,
                central="http://127.0.0.1",
                centre_keys=enrolment.centre_keys,
                certificate=enrolment.certificate.to_wire(),
            )
        )
    return machine


@dataclass(frozen=True, slots=True)
class Template:
    """A country as it stands when a history begins: some cases are known everywhere.

    Attributes:
        folder: Its files.
        typed: What people have done so far.
    """

    folder: Path
    typed: Mapping[str, Typed]


class Templates:
    """The layouts that this process has made so far."""

    def __init__(self) -> None:
        self._folder = memory_folder("terreno-templates-")
        self._made: dict[tuple[Seat, ...], Template] = {}

    def make_all(self) -> None:
        """Make those that are not made yet, with a program that is as it should be."""
        for layout in LAYOUTS:
            if layout not in self._made:
                self._made[layout] = self._make(layout)

    def copy(self, layout: tuple[Seat, ...], folder: Path) -> Mapping[str, Typed]:
        """Put a founded centre and the laptops of a layout into a new folder; what people did before."""
        shutil.copytree(self._made[layout].folder, folder)
        return self._made[layout].typed

    def _make(self, layout: tuple[Seat, ...]) -> Template:
        folder = self._folder / str(len(self._made))
        nature = Nature(f"template {LAYOUTS.index(layout)}", space=0x0100 + LAYOUTS.index(layout))
        (folder / "centre").mkdir(parents=True)
        store = SqliteStore(folder / "centre" / DATABASE)
        found(store, Surroundings(nature.now, nature.random, nature.new_id))
        store.close()
        world = World(nature, folder, ())
        world.machines += [enrolled(seat, folder / seat.name, world.road, nature) for seat in layout]
        _begin(world)
        world.close()
        if world.broken:
            raise AssertionError(world.history.told())
        return Template(folder, world.typed)

    def close(self) -> None:
        """Forget them."""
        shutil.rmtree(self._folder)
        self._made.clear()


@cache
def ready_made() -> Templates:
    """The templates of this process, for as long as it lives."""
    templates = Templates()
    atexit.register(templates.close)
    return templates


def _begin(world: World) -> None:
    """A first case of each region and the person behind it, and a second case of somebody else; all synchronise."""
    for region in REGIONS:
        here = [one for one in world.machines if one.store.identity().region in {region, SHARED_FEED}]
        for machine, case in zip(reversed(here), (one for one in CASES if one.region == region), strict=False):
            _take(world, machine, case)
    for _ in range(2):
        for machine in world.machines:
            world.sync(machine)


def _take(world: World, machine: Machine, case: Name) -> None:
    received: dict[str, Json] = {"received_at": instant(machine.clock.now()), "space": usual_space(case)}
    said: dict[str, Json] = {
        "subject": "a lamp is out",
        "topic": "roads",
        "status": "open",
        "why": None,
        "body": "dark",
    }
    person: dict[str, Json] = {"names": "Rosa", "doc_type": "run", "doc_number": "1-9"}
    world.save(machine, world.open_form(machine, case), {**received, **said, "persons": 1})
    world.save(machine, world.open_form(machine, beside(case, "person")), person)
