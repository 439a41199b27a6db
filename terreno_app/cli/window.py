"""The desktop from the command line: this laptop, handed to the window."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from terreno_app.cli.options import Data, Officer, PassphraseFile, passphrase
from terreno_app.desktop import OpenLaptop, open_laptop, slots, system_clock, waiting_s
from terreno_app.domain.clock import Clock
from terreno_app.domain.ids import Ids
from terreno_app.paths import data_folder
from terreno_app.services.errors import ServiceError, explain
from terreno_app.settings import Settings, SettingsError, load_settings
from terreno_app.storage.keyslots import Slot
from terreno_app.ui.application import run
from terreno_app.ui.gallery import draw

app = typer.Typer(add_completion=False)
Pictures = Annotated[Path | None, typer.Option("--pictures", hidden=True, help="Dibuja las pantallas en una carpeta.")]


@dataclass(frozen=True, slots=True)
class ClosedLaptop:
    """This laptop before anybody opens it: what the desktop is given."""

    folder: Path
    clock: Clock
    settings: Settings

    def officers(self) -> tuple[Slot, ...]:
        """Who can open it."""
        return slots(self.folder)

    def delay_s(self) -> int:
        """Seconds to wait before the next try."""
        return waiting_s(self.folder)

    def unlock(self, officer: str, words: str) -> OpenLaptop:
        """Open it.

        Raises:
            ServiceError: why it did not open, in words.
        """
        try:
            return open_laptop(self.folder, officer, lambda: words)
        except Exception as error:
            raise explain(error) from error

    def new_id(self) -> str:
        """A name for a new record."""
        return Ids(self.clock, os.urandom).new()


@app.command("app")
def window(
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    pictures: Pictures = None,
) -> int:
    """Abre la aplicación de escritorio."""
    folder = data_folder(data)
    try:
        closed = ClosedLaptop(folder, system_clock(), load_settings(folder))
    except SettingsError as error:
        raise ServiceError("settings", what=str(error)) from error
    if pictures is None:
        return run(closed)
    opened = open_laptop(folder, officer, lambda: passphrase(passphrase_file))
    try:
        draw(closed, opened, pictures)
    finally:
        opened.close()
    return 0
