"""The promises, looked at when everything is over and everybody has synchronised."""

from collections.abc import Callable, Iterator

from tests.simulator.books import as_typed, chained, gapless, kept, proven
from tests.simulator.evidence import Evidence, read
from tests.simulator.history import Broken
from tests.simulator.privacy import nowhere
from tests.simulator.retelling import Retelling
from tests.simulator.sights import conflicts, screens
from tests.simulator.waiting import reasons
from tests.simulator.world import World


def _retold(world: World, evidence: Evidence) -> Iterator[Broken]:
    yield from Retelling(evidence, world.typed).broken()


LAWS: tuple[Callable[[World, Evidence], Iterator[Broken]], ...] = (
    kept,
    as_typed,
    gapless,
    chained,
    proven,
    _retold,
    reasons,
    nowhere,
    screens,
    conflicts,
)


def judge(world: World) -> None:
    """Look at every law, and note those that do not hold."""
    evidence = read(world.office)
    for law in LAWS:
        for broken in law(world, evidence):
            world.breaks(broken.law, broken.what)
