"""Synchronisations of one laptop that die by SIGKILL between two effects, each one step later than the one before.

dying.py FOLDER    each life registers an attention by the command line, then synchronises until its step; prints the
                   names of the steps at which it died, one a line, until a synchronisation lives to its end
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import redirect_stdout
from pathlib import Path

from sync.client.engine import Engine
from terreno_app.cli.main import run
from terreno_app.desktop import open_laptop
from tests.cli.terminal import PHRASE, enquiry, jsonl

MOST_LIVES = 60


class Death:
    """Comes at the n-th point that the engine tells of."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, point: str) -> None:
        self.left -= 1
        if self.left == 0:
            os.write(1, f"{point}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def live(folder: Path, number: int) -> None:
    """One life: an attention, then a synchronisation that dies at its n-th point."""
    file = jsonl(folder / "dia.jsonl", enquiry(wait_min=number))
    with redirect_stdout(sys.stderr):
        run(["record", str(file), "--data", str(folder)])
    laptop = open_laptop(folder, None, lambda: PHRASE)
    Engine(laptop.store, laptop.central.connect(), laptop.clock, at=Death(number)).run()


def main(folder: Path) -> None:
    for number in range(1, MOST_LIVES):
        child = os.fork()
        if child == 0:
            live(folder, number)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
