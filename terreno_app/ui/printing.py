"""Paper from any screen: to the system's printer, or into a PDF where the person says.

Pages are made and printed away from the screen; how it went is told where the person asked for them.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from terreno_app.ui.labels import lies_in
from terreno_app.ui.messages import Notice, good_news, notice_of
from terreno_app.ui.session import Papers, Printer
from terreno_app.ui.tasks import TaskRunner

A4: Final = "A4"
ROLL: Final = ""
"""The paper of a roll is known to its printer alone: how long a page is, it sees."""


class PaperDesk:
    """Where a screen takes its pages.

    Args:
        papers: Makes pages, and writes them into files.
        printer: The system's printer.
        ask_path: Where to save a file of that name; None when the person thinks better of it.
        tell: Says on the screen how it went.
        runner: Who works.
    """

    def __init__(
        self,
        papers: Papers,
        printer: Printer,
        ask_path: Callable[[str], Path | None],
        tell: Callable[[Notice], None],
        runner: TaskRunner,
    ) -> None:
        self.papers = papers
        self._printer = printer
        self._ask_path = ask_path
        self._tell = tell
        self._runner = runner

    def print_pages(self, make: Callable[[], bytes], title: str, media: str) -> None:
        """Print what `make` makes; `title` is what the printer's queue calls it and names nobody."""
        self._runner.run(lambda: self._printer.print_pdf(make(), title, media), self._printed, self._failed)

    def save_pages(self, make: Callable[[], bytes], name: str) -> None:
        """Write what `make` makes into a file of the person's choice; `name` is what is proposed."""
        path = self._ask_path(name)
        if path is not None:
            self._runner.run(lambda: self.papers.write(make(), path), partial(self._saved, path), self._failed)

    def _printed(self, printer: str) -> None:
        self._tell(good_news("Enviada a la impresora", f"La imprime {printer}."))

    def _saved(self, path: Path, _nothing: None) -> None:
        self._tell(good_news("PDF guardado", lies_in(path)))

    def _failed(self, error: BaseException) -> None:
        self._tell(notice_of(error))
