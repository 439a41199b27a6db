"""Whether this program works where it stands: `terreno smoke`, for builds, installers and updates. No page lists it.

It works on a laptop of its own in a folder of its own, and touches nobody's data. It ends with 0 and says nothing on
stderr, or this program is not fit for use.
"""

import importlib
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import typer
from PySide6.QtCore import QObject, QTimer

from terreno_app.cli.options import AsJson, machine
from terreno_app.cli.output import Output
from terreno_app.cli.window import PLATFORM, ClosedLaptop
from terreno_app.logs import OURS
from terreno_app.machine import Machine
from terreno_app.services.errors import explain
from terreno_app.settings import load_settings
from terreno_app.ui.application import Desktop, application
from terreno_app.ui.no_display import without_display

app = typer.Typer(add_completion=False)
_TRIAL: Final = "terreno_app.cli.trial"
_LOOK_MS: Final = 1
PATIENCE_MS: Final = 30_000


@app.command("smoke", hidden=True)
def smoke(
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="CARPETA", help="Conserva el equipo de prueba en esta carpeta.")
    ] = None,
    window: Annotated[
        Path | None,
        typer.Option(
            "--window", metavar="CARPETA", help="Solo abre la ventana del equipo de esta carpeta, y la cierra."
        ),
    ] = None,
    json: AsJson = False,
) -> int:
    """Comprueba que este programa funciona: crea un equipo de prueba, atiende, informa, respalda y abre la ventana."""
    # It is about this program, not about the locale in which an installer or a service happens to run it.
    os.environ.update({PLATFORM: "offscreen", "LC_ALL": "C.UTF-8"})
    output = Output(as_json=json)
    here = machine()
    with _told_whole(), without_display():
        if window is not None:
            see(window, here, lambda: _in_sight(output))
        elif keep is not None:
            _all_of_it(keep, here, output)
        else:
            with TemporaryDirectory(prefix="terreno-smoke-") as folder:
                _all_of_it(Path(folder), here, output)
    return 0


def _all_of_it(folder: Path, here: Machine, output: Output) -> None:
    # What a laptop's work needs is loaded here, so that `--window` costs what a start costs.
    live: Callable[[Path, Machine, Callable[[str, int], None]], Path] = importlib.import_module(_TRIAL).live
    laptop = live(
        folder, here, lambda step, amount: output.answer({"step": step, "amount": amount}, f"{step}: {amount}")
    )
    see(laptop, here, lambda: _in_sight(output))
    output.say("Este programa funciona.")


def _in_sight(output: Output) -> None:
    """Said at once: whoever measures a start waits for this line, not for the end."""
    output.answer({"step": "ventana", "amount": 1}, "ventana: 1")


@contextmanager
def _told_whole() -> Iterator[None]:
    """A bug is told with its place: there is no log that a person could send, and nobody's data here."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    for name in OURS:
        logging.getLogger(name).addHandler(handler)
    try:
        yield
    except Exception as error:
        raise explain(error) from error
    finally:
        for name in OURS:
            logging.getLogger(name).removeHandler(handler)


class _Witness(QObject):
    """Closes the window as soon as those who can open the laptop are in sight."""

    def __init__(self, desktop: Desktop, seen: Callable[[], object]) -> None:
        super().__init__()
        self.saw = False
        self._desktop, self._seen = desktop, seen
        self._looks, self._gives_up = QTimer(self), QTimer(self)
        self._looks.timeout.connect(self._look)
        self._gives_up.timeout.connect(desktop.window.close)
        self._looks.start(_LOOK_MS)
        self._gives_up.start(PATIENCE_MS)

    def _look(self) -> None:
        if self._desktop.ready:
            self.stop()  # it takes a turn or two until the window is closed
            self.saw = True
            self._desktop.window.repaint()
            self._seen()
            self._desktop.window.close()

    def stop(self) -> None:
        """Look no more."""
        self._looks.stop()
        self._gives_up.stop()


def see(folder: Path, here: Machine, seen: Callable[[], object]) -> None:
    """Open the window of a closed laptop as `terreno app` does, and close it once it asks for a passphrase.

    Args:
        folder: The laptop's.
        here: What it runs on.
        seen: Told when it asks, before it is closed.

    Raises:
        RuntimeError: nothing of that came into sight.
    """
    running = application()
    desktop = Desktop(running, ClosedLaptop(folder, here.clock, load_settings(folder), here))
    desktop.start()
    witness = _Witness(desktop, seen)
    running.exec()
    witness.stop()
    if not witness.saw:
        raise RuntimeError("the window never asked for a passphrase")
