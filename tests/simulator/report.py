"""The page of the documentation about the simulation: what happened in the seeds, and what caught each mistake."""

from collections import Counter
from collections.abc import Iterator, Mapping

from tests.simulator.seeds import IN_PAGE, IN_TESTS, Found

_HEAD = """# What the simulation shows

Made by `make simulation`; the numbers change with the program, the laws do not. The simulator (`tests/simulator/`)
runs the real engine, merge, encrypted files of laptops and centre in one process; clock, randomness, transport and
folders are handed in. One seed is one execution, byte for byte.

| where | what is played |
|---|---|
| `make test` | {in_tests:,} seeds of 80 steps, a seed for each mistake, 50 stories of Hypothesis with 25 steps |
| `make simulation` | {in_page} seeds of 80 steps, each mistake in 20 or more until one catches it; writes this page |
| `make soak` | 50,000 seeds of 300 steps, going on where it was cut off |

A seed of 80 steps takes a sixth of a second of one core, and twice that where the lines that are run are counted.
Hence `make test` plays its seeds without counting.

## Mistakes
Each is planted into the real classes; a seed catches it when a law does not hold; a program that falls over catches
nothing. The story of one: `python -m tests.simulator seed N --mistake NAME`.

"""
_SEEDS = """
## Without a mistake
{seeds} seeds of 80 steps: {broken} broke a law. What happened in them:

| what | how often |
|---|---|
"""


def table(caught: Mapping[str, Found]) -> Iterator[str]:
    """The lines of the table of mistakes."""
    yield "| mistake | seeds that caught it | first seed | the laws that caught it most often |"
    yield "|---|---|---|---|"
    for name, found in caught.items():
        laws = Counter(law for noticed in found.caught.values() for law in noticed)
        told = " · ".join(law for law, _ in sorted(laws.items(), key=_most_telling)[:2]) or "none"
        yield f"| {name} | {len(found.caught)} of {found.seeds} | {min(found.caught, default='none')} | {told} |"


def _most_telling(law: tuple[str, int]) -> tuple[int, str]:
    """Laws that broke often come first."""
    name, times = law
    return -times, name


def page(right: Found, caught: Mapping[str, Found]) -> str:
    """The whole page."""
    counts = "".join(f"| {what} | {number} |\n" for what, number in sorted(right.counts.items()))
    seeds = _SEEDS.format(seeds=f"{right.seeds:,}", broken=len(right.broken) or "none")
    return _HEAD.format(in_tests=IN_TESTS, in_page=IN_PAGE) + "\n".join(table(caught)) + "\n" + seeds + counts
