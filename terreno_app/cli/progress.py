"""Bars that move while something long goes on, where somebody looks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from rich.progress import BarColumn, Progress, TextColumn

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
        output: Where the command's words go.
        steps: The steps by their short names.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, console=output.console, disable=not output.moves, transient=True) as bar:
        tasks = {step: bar.add_task(words, total=None, start=False) for step, words in steps.items()}

        def show(progress: SyncProgress) -> None:
            bar.start_task(tasks[progress.step])
            bar.update(tasks[progress.step], completed=progress.done, total=progress.total or progress.done or 1)

        yield show
