"""Where executions are played: folders in memory, ready-made templates, and what a program would draw by itself."""

import gc
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from unittest.mock import patch

from sync.client import receipts
from terreno_app.storage import pulling
from tests.simulator.nature import sealed_alike
from tests.simulator.office import unsigned
from tests.simulator.play import STEPS, Outcome, play
from tests.simulator.template import memory_folder, ready_made
from tests.simulator.toy import REGIONS


@contextmanager
def simulated() -> Iterator[None]:
    """A country of two regions, requests without HTTP signatures, and sealed boxes that are alike in every replay."""
    with (
        patch.object(pulling, "REGIONS", REGIONS),
        patch.object(receipts, "signature_holds", _holds),
        unsigned(),
        sealed_alike(),
    ):
        yield


_holds = lru_cache(maxsize=10_000)(receipts.signature_holds)
"""A laptop verifies every receipt again each time it synchronises; here the same question is answered from memory."""


class Stage:
    """Plays seeds one after the other. Close it to give the memory back."""

    def __init__(self) -> None:
        self._templates = ready_made()
        self._folder = memory_folder("terreno-simulator-")

    def close(self) -> None:
        """Throw its files away."""
        shutil.rmtree(self._folder)

    def play(self, seed: int, *, steps: int = STEPS, mistake: AbstractContextManager[object] | None = None) -> Outcome:
        """Play a seed.

        Args:
            seed: The seed.
            steps: How many things happen before everybody comes to rest.
            mistake: What is planted into the program meanwhile.
        """
        with simulated():
            self._templates.make_all()
            with mistake or nullcontext(), _at_ease():
                try:
                    return play(seed, self._world, self._templates, steps=steps)
                finally:
                    shutil.rmtree(self._world, ignore_errors=True)

    @property
    def _world(self) -> Path:
        return self._folder / "world"


@contextmanager
def unmeasured() -> Iterator[None]:
    """Nobody counts the lines that are run: half of a seed's time, and the other tests reach the same lines."""
    counting = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(counting)


@contextmanager
def _at_ease() -> Iterator[None]:
    """No collection of garbage while a seed is played: a tenth of its time, for nothing that would not fit."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
