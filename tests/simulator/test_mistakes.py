"""Every planted mistake is caught: the laws have teeth."""

import re
from pathlib import Path

import pytest

from tests.simulator.history import Broken
from tests.simulator.mistakes import MISTAKES
from tests.simulator.play import FALLEN
from tests.simulator.report import table
from tests.simulator.seeds import Found, first_that_catches
from tests.simulator.stage import unmeasured

PAGE = Path(__file__).parents[2] / "docs" / "simulation.md"
MOST = 3_000


def first_seeds() -> dict[str, int]:
    """For each mistake the first seed that caught it, as the page of the documentation has it."""
    rows = re.findall(r"^\| (.+?) \| \d+ of \d+ \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: int(seed) for name, seed in rows}


def test_the_page_names_every_mistake() -> None:
    assert first_seeds().keys() == MISTAKES.keys()


def test_a_program_that_only_falls_over_has_caught_no_mistake() -> None:
    fallen, seen = Broken(FALLEN, "TypeError"), Broken("the feed has no gaps", "5")

    *_, row = table({"some": Found(3, broken={0: (fallen,), 2: (fallen, seen)})})

    assert row == "| some | 1 of 3 | 2 | the feed has no gaps |"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_caught(mistake: str) -> None:
    known = first_seeds()[mistake]

    with unmeasured():
        caught = first_that_catches(mistake, (known, *range(MOST)))

    assert caught is not None
