"""The desktop from the command line: this laptop, handed to the window.

What only an open laptop needs (the way to the centre, the printer, most screens) is loaded while the person types the
passphrase: the closed laptop is in sight in half the time.
"""

import ctypes
import importlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from terreno_app.cli.options import Data, machine
from terreno_app.domain.clock import Clock
from terreno_app.domain.ids import Ids
from terreno_app.launching import prove
from terreno_app.machine import THIS_MACHINE, Machine
from terreno_app.paths import data_folder
from terreno_app.services.errors import ServiceError, explain
from terreno_app.settings import Look, Settings, SettingsError, load_settings, save_look
from terreno_app.storage.folder import LaptopFolder
from terreno_app.storage.keyslots import Slot
from terreno_app.ui.application import run
from terreno_app.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from terreno_app.desktop import OpenLaptop
    from terreno_app.ui.main_window import MainWindow
    from terreno_app.ui.session import Session

app = typer.Typer(add_completion=False)
PLATFORM = "QT_QPA_PLATFORM"
_DESKTOP = "terreno_app.desktop"
_WINDOW = "terreno_app.ui.main_window"


@dataclass(frozen=True, slots=True)
class ClosedLaptop:
    """This laptop before anybody opens it: what the desktop is given."""

    folder: Path
    clock: Clock
    settings: Settings
    machine: Machine = THIS_MACHINE

    def officers(self) -> tuple[Slot, ...]:
        """Who can open it."""
        return LaptopFolder(self.folder).officers()

    def delay_s(self) -> int:
        """Seconds to wait before the next try."""
        return LaptopFolder(self.folder).delay_s()

    def warm_up(self) -> None:
        """Load what only an open laptop needs."""
        for name in (_DESKTOP, _WINDOW):
            importlib.import_module(name)
        prove()  # a version that shows this laptop and finds all its parts has started

    def unlock(self, officer: str, words: str) -> "OpenLaptop":
        """Open it.

        Raises:
            ServiceError: why it did not open, in words.
        """
        try:
            opened: OpenLaptop = importlib.import_module(_DESKTOP).open_laptop(
                self.folder, officer, lambda: words, machine=self.machine, waited=True
            )
        except Exception as error:
            raise explain(error) from error
        return opened

    def window(self, session: "Session", around: Surroundings) -> "MainWindow":
        """The window of the opened laptop."""
        made: MainWindow = importlib.import_module(_WINDOW).MainWindow(session, around)
        return made

    def keep_look(self, theme: Look, scale: int) -> Settings:
        """Keep another look for this laptop.

        Raises:
            ServiceError: ``settings``.
            OSError: it cannot be written.
        """
        try:
            return save_look(self.folder, theme, scale)
        except SettingsError as error:
            raise ServiceError("settings", what=str(error)) from error

    def new_id(self) -> str:
        """A name for a new record."""
        return Ids(self.clock, self.machine.random).new()

    def random(self, count: int) -> bytes:
        """So many random bytes."""
        return self.machine.random(count)


def need_display(otherwise: str = "") -> None:
    """Say in words what Qt would only say by ending the process.

    Args:
        otherwise: What else the person may do, for a command that also works without a window.

    Raises:
        ServiceError: ``no_display``, or ``no_display_library`` for a system that lacks what a window needs.
    """
    if sys.platform != "linux" or PLATFORM in os.environ:
        return
    if not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        raise ServiceError("no_display", otherwise=otherwise)
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        raise ServiceError("no_display_library") from error


@app.command("app")
def window(data: Data = None) -> int:
    """Abre la aplicación de escritorio."""
    folder, here = data_folder(data), machine()
    try:
        closed = ClosedLaptop(folder, here.clock, load_settings(folder), here)
    except SettingsError as error:
        raise ServiceError("settings", what=str(error)) from error
    need_display()
    return run(closed)
