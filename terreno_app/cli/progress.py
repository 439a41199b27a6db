"""Bars that move while something long goes on, where somebody looks."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from sync.client.progress import SyncProgress
from terreno_app.cli.output import Output

STEPS: Final[Mapping[str, str]] = {
    "talk": "Hablar con el centro",
    "push": "Entregar",
    "pull": "Recibir",
    "square": "Cuadrar",
    "verify": "Comprobar la cuenta",
}


@contextmanager
def bars(output: Output, steps: Mapping[str, str] = STEPS) -> Iterator[Callable[[SyncProgress], None]]:
    """A bar for each step; gives what is to be told of each step forward.

    Args:
        output: Where the command's words go; without somebody looking nothing is drawn, nor what draws it loaded.
        steps: The steps by their short names.
    """
    if not output.moves:
        yield _unseen
        return
    with importlib.import_module("terreno_app.cli.moving_bars").drawn(steps) as show:
        yield show


def _unseen(_: SyncProgress) -> None:
    return None
