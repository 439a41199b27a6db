"""How bars are drawn on a terminal."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from sync.client.progress import SyncProgress


class Count(ProgressColumn):
    """How many of how many: nothing before a step begins, and no total while nobody knows one."""

    def render(self, task: Task) -> Text:
        """The figures of one step."""
        if not task.started:
            return Text("")
        done = f"{task.completed:.0f}"
        return Text(done if task.total is None else f"{done}/{task.total:.0f}")


@contextmanager
def drawn(steps: Mapping[str, str], console: Console | None = None) -> Iterator[Callable[[SyncProgress], None]]:
    """A bar for each step, gone at the end; gives what is to be told of each step forward.

    Args:
        steps: The steps by their short names, and what people call them.
        console: Where; a test hands one that it can read.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), Count())
    with Progress(*columns, console=console or Console(), transient=True) as bar:
        tasks = {step: bar.add_task(words, total=None, start=False) for step, words in steps.items()}

        def show(progress: SyncProgress) -> None:
            bar.start_task(tasks[progress.step])
            bar.update(tasks[progress.step], completed=progress.done, total=progress.total or None)

        yield show
