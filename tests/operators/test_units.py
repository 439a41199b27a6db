"""The units of systemd as they are packaged: read without a complaint, and little is left to harm."""

import configparser
import shutil
import subprocess

import pytest

from tests.cli.terminal import Terminal
from tests.operators.conftest import PACKAGED

UNITS = sorted(file.name for ending in ("*.service", "*.timer") for file in PACKAGED.glob(ending))
MOST_EXPOSED = 1.5
"""Of 10, as systemd counts what a service could do if it were taken over; 9.6 is a service without any of it."""


def analyse(*arguments):
    return subprocess.run(
        ["systemd-analyze", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
    )


def test_systemd_reads_every_unit_without_a_complaint(tmp_path):
    for name in UNITS:
        shutil.copy(PACKAGED / name, tmp_path / name)

    done = analyse("verify", "--man=no", *(str(tmp_path / name) for name in UNITS))

    assert len(UNITS) == 7
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_service_that_was_taken_over_can_do_little(name):
    done = analyse("security", "--offline=true", f"--threshold={MOST_EXPOSED * 10:.0f}", str(PACKAGED / name))

    assert done.returncode == 0, done.stdout[-300:] + done.stderr


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_each_service_calls_a_command_that_there_is_with_options_that_it_has(name):
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str
    unit.read(PACKAGED / name)
    env, program, *command = unit["Service"]["ExecStart"].split()

    page = Terminal()(*command[:2], "--help").out

    assert (env, program) == ("/usr/bin/env", "terreno")
    assert [option for option in command if option.startswith("--") and option not in page] == []


def test_a_clock_stands_beside_each_task_and_nothing_else_starts_it():
    tasks = {name.removesuffix(".timer") for name in UNITS if name.endswith(".timer")}

    assert tasks == {"terreno-central-backup", "terreno-central-recount", "terreno-central-check"}
    for task in tasks:
        assert "[Install]" not in (PACKAGED / f"{task}.service").read_text(encoding="utf-8")
