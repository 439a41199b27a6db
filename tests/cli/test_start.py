"""What a command loads before it does anything: people and scripts wait for it each time."""

import gc
import importlib
import subprocess
import sys

import pytest

from tests.cli.terminal import ROOT

LOADED = """
import sys
from terreno_app.cli.main import run
status = run(sys.argv[2:])
print(*sorted(set(sys.argv[1].split()) & sys.modules.keys()), file=sys.stderr)
sys.exit(status)
"""
WEB = "fastapi starlette uvicorn sync.central.api"
DESK = "requests typst PySide6 terreno_app.desktop"
LATER = "psycopg pydantic rich"
"""What only a database on a server, only the wire, and only a bar on a terminal need."""


def loaded(watched, *command):
    """Which of these packages and modules a command has loaded by its end."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, watched, *command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "command",
    [
        ("code", "--region", "13", "--role", "field"),
        ("officer", "add", "Luis Soto", "--region", "13", "--role", "officer"),
        ("check",),
        ("device", "list"),
    ],
    ids=" ".join,
)
def test_a_command_of_the_centre_loads_no_web_server_and_nothing_of_a_laptop(founded, command):
    assert loaded(f"{WEB} {DESK} {LATER}", "central", *command, "--database", founded) == set()


@pytest.mark.parametrize("command", [("--help",), ("--version",), ("central", "--help")], ids=" ".join)
def test_help_loads_no_family(command):
    assert loaded(f"{WEB} {DESK} {LATER} sync.central nacl argon2", *command) == set()


@pytest.mark.parametrize("before", [True, False], ids=["collecting", "somebody else collects"])
def test_nobody_waits_for_garbage_to_be_looked_for_while_a_family_is_loaded(terreno, monkeypatch, before):
    real, seen = importlib.import_module, []

    def load(name, *more):
        seen.append(gc.isenabled())
        return real(name, *more)

    monkeypatch.setattr(importlib, "import_module", load)
    try:
        gc.enable() if before else gc.disable()
        terreno("sync", "--help")
        after = gc.isenabled()
    finally:
        gc.enable()

    assert (seen, after) == ([False], before)
