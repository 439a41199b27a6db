"""Laws about people's data: what was erased is nowhere, and nothing is handed to a device that may not have it."""

from collections.abc import Iterator, Mapping

from sync.central.packing import unpack
from sync.core.ops import canonical
from tests.simulator.evidence import Evidence, Key
from tests.simulator.history import Broken, Typed
from tests.simulator.machine import Machine
from tests.simulator.office import DATABASE
from tests.simulator.world import World

ERASED = "what was erased is nowhere"
_TELLING = 16
"""Characters from which on a value is somebody's alone; shorter ones are typed by everybody."""
_FILES = (DATABASE, f"{DATABASE}-wal")


def erased_values(evidence: Evidence, typed: Mapping[str, Typed]) -> dict[str, Key]:
    """Every private value that was typed into a record that is erased now, where nobody knew it yet."""
    return {
        value: (one.op.kind, one.op.record)
        for one in typed.values()
        if not one.late
        for value in _texts({name: one.accepted.get(name, one.touched[name]) for name in one.private})
        if (held := evidence.records.get((one.op.kind, one.op.record))) is not None and held.erased
    }


def _texts(value: object) -> Iterator[str]:
    match value:
        case str() if len(value) >= _TELLING:
            yield value
        case Mapping():
            for one in value.values():
                yield from _texts(one)


def nowhere(world: World, evidence: Evidence) -> Iterator[Broken]:
    """No erased value stands at the centre, or in a table of a laptop that has heard of it."""
    gone = erased_values(evidence, world.typed)
    if not gone:
        return
    for name, content in _of_the_centre(world):
        for value in gone:
            if value.encode() in content or canonical(value)[1:-1] in content:
                yield Broken(ERASED, f"{value} of {gone[value]} in {name}")
    for machine in world.readers():
        text = decrypted(world, machine)
        for value in gone:
            if value in text:
                yield Broken(ERASED, f"{value} of {gone[value]} on {machine.name}")


def _of_the_centre(world: World) -> Iterator[tuple[str, bytes]]:
    """The files of the centre as they are, and what is packed in them."""
    for name in _FILES:
        file = world.office.folder / name
        if file.exists():
            yield name, file.read_bytes()
    for number, packed in world.office.rows("SELECT id, ops FROM batches"):
        yield f"batch {number}", unpack(packed)


def decrypted(world: World, machine: Machine) -> str:
    """Every cell of a laptop's database as one text; what is sealed to the centre is opened by the centre."""
    cells: list[str] = []
    for (table,) in machine.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in machine.rows(f"SELECT * FROM {table}"):  # noqa: S608 - a name of our own
            cells += [cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell) for cell in row]
    unseal = world.office.centre.ground.checks._inside
    for (sealed,) in machine.rows("SELECT sealed FROM op_bodies WHERE sealed IS NOT NULL"):
        cells.append(str(unseal(sealed)))
    return "\n".join(cells)
