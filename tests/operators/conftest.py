"""A centre as an operator runs it: a program of its own, with its operators' port and its log."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from terreno_app.machine import Machine
from tests.cli.terminal import CHEAP, PHRASE, ROOT, Terminal

PACKAGED = ROOT / "packaging" / "central"
# The scripts of `packaging/` are no package; at the end, so that no library is shadowed by one of them.
sys.path.append(str(ROOT / "packaging"))


@dataclass(frozen=True)
class Running:
    """The program that serves, and what it told.

    `log` holds its whole log once it was stopped.
    """

    url: str
    operate: str
    database: str
    coordinator: str
    log: Path
    process: subprocess.Popen[str]

    def stop(self) -> int:
        """Tell it to end, by its own process; gives its status."""
        self.process.terminate()
        return self.process.wait(20)


@pytest.fixture
def terreno(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Terminal:
    monkeypatch.setenv("TERRENO_PASSPHRASE", PHRASE)
    monkeypatch.setenv("TERRENO_DATA", str(tmp_path / "ninguna"))
    return Terminal(Machine(strength=CHEAP))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("centro")
    database = f"sqlite:///{folder / 'centro.db'}"
    coordinator = Terminal().json("central", "init", "--coordinator", "Ana Peña", "--database", database)["coordinator"]
    command = ("central", "serve", "--database", database, "--operate", "0", "--log-json", "--json")
    with (
        (folder / "centro.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-m", "terreno_app", *command], stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT
        ) as process,
    ):
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        try:
            yield Running(told["url"], told["operate"], database, coordinator, folder / "centro.log", process)
        finally:
            process.terminate()
