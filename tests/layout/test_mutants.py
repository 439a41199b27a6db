import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def printed(results):
    done = subprocess.run(
        [sys.executable, "packaging/mutants.py"], cwd=ROOT, input=results, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def results(killed, survived):
    names = [f"    sync.core.merge.x__same__mutmut_{number}: " for number in range(killed + survived)]
    return "\n".join([f"{name}{'killed' if at < killed else 'survived'}" for at, name in enumerate(names)])


def test_the_score_is_told_by_module_and_as_a_whole():
    others = "    sync.core.ops.xǁOpǁto_wire__mutmut_1: timeout\n    sync.core.ops.x_link__mutmut_12: no tests\n"

    code, told, _ = printed(f"{others}{results(17, 1)}\n")

    assert [line.split() for line in told.splitlines()] == [
        ["sync.core.merge", "17", "of", "18", "caught", "94.4", "%", "1", "survived"],
        ["sync.core.ops", "1", "of", "2", "caught", "50.0", "%", "1", "no", "tests"],
        ["total", "18", "of", "20", "caught", "90.0", "%", "1", "no", "tests,", "1", "survived"],
    ]
    assert code == 0


@pytest.mark.parametrize("told", [results(89, 11), ""], ids=["too few", "none at all"])
def test_a_score_under_the_floor_fails(told):
    code, _, said = printed(told)

    assert code == 1
    assert said == "fewer than 90 % of the planted mistakes were caught\n"
