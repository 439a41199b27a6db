"""One seed is one execution, byte for byte, and a story that people can read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulator.seeds import played

ROOT = Path(__file__).parents[2]


def story(seed: int, hash_seed: str, *options: str) -> list[str]:
    """What another process tells of a seed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulator", "seed", str(seed), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("seed", [3, 33])
def test_a_seed_is_the_same_execution_in_every_process(seed: int) -> None:
    one = story(seed, "1")
    other = story(seed, "2")

    assert one == other
    assert one[-1] == f"digest {played(seed).digest}"


def test_two_seeds_are_two_executions() -> None:
    assert played(3).digest != played(4).digest


def test_a_seed_that_breaks_a_law_tells_who_did_what_and_which_law() -> None:
    told = story(0, "0", "--mistake", "no overlay")

    assert any("saves case" in line for line in told)
    assert any("> push from" in line for line in told)
    assert any(line.startswith("BROKEN people read what they wrote") for line in told)
