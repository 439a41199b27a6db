"""Many seeds, on every core: what they broke, how often what happened, and which mistakes they caught."""

import atexit
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, repeat

from tests.simulator.history import Broken
from tests.simulator.mistakes import MISTAKES
from tests.simulator.play import FALLEN, STEPS, Outcome
from tests.simulator.stage import Stage

IN_TESTS = 300
"""Seeds that `make test` plays, from 0 on."""
IN_PAGE = 100
"""Seeds without a mistake that `make simulation` plays."""
TOGETHER = 10
"""Seeds that one process is handed at a time."""


@dataclass
class Found:
    """What became of some seeds.

    Attributes:
        seeds: How many there were.
        counts: How often what happened in them.
        broken: The laws that did not hold, by seed.
    """

    seeds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: dict[int, tuple[Broken, ...]] = field(default_factory=dict)

    def add(self, other: "Found") -> None:
        """Take in what became of others."""
        self.seeds += other.seeds
        self.counts.update(other.counts)
        self.broken |= other.broken

    @property
    def caught(self) -> dict[int, frozenset[str]]:
        """The laws that noticed something, by seed. A program that fell over kept no promise, and noticed nothing."""
        return {seed: laws for seed, broken in self.broken.items() if (laws := noticed(broken))}

    def told(self) -> str:
        """What broke, each law once for a seed, and how to see it happen."""
        return "\n".join(
            f"python -m tests.simulator seed {seed}: {law}: {what}"
            for seed, broken in self.broken.items()
            for law, what in {one.law: one.what for one in reversed(broken)}.items()
        )


def noticed(broken: Iterable[Broken]) -> frozenset[str]:
    """The laws that noticed a mistake. A crash is none of them: a mistake that only crashes was planted wrong."""
    return frozenset(one.law for one in broken) - {FALLEN}


@cache
def _stage() -> Stage:
    """The stage of this process, for as long as it lives."""
    stage = Stage()
    atexit.register(stage.close)
    return stage


def played(seed: int, steps: int = STEPS, mistake: str | None = None) -> Outcome:
    """Play one seed in this process, perhaps with a mistake planted."""
    return _stage().play(seed, steps=steps, mistake=None if mistake is None else MISTAKES[mistake]())


def tried(seeds: Iterable[int], steps: int = STEPS, mistake: str | None = None) -> Found:
    """Play seeds in this process, one after the other."""
    found = Found()
    for seed in seeds:
        outcome = played(seed, steps, mistake)
        found.add(Found(1, Counter(outcome.counts), {seed: outcome.broken} if outcome.broken else {}))
    return found


def in_parallel(
    seeds: Iterable[int], steps: int = STEPS, mistake: str | None = None, workers: int | None = None
) -> Iterator[Found]:
    """Play seeds on every core; what became of them, a few at a time and in their order."""
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(tried, _in_parts(seeds), repeat(steps), repeat(mistake))


def _in_parts(seeds: Iterable[int]) -> Iterator[Sequence[int]]:
    rest = iter(seeds)
    while part := tuple(islice(rest, TOGETHER)):
        yield part


def first_that_catches(mistake: str, seeds: Iterable[int]) -> int | None:
    """The first of these seeds in which a planted mistake breaks a law."""
    return next((seed for seed in seeds if noticed(played(seed, mistake=mistake).broken)), None)
