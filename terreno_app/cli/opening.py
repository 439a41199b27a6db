"""From a command's options to an open laptop."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terreno_app.cli.options import passphrase
from terreno_app.desktop import OpenLaptop, open_laptop
from terreno_app.paths import data_folder


@contextmanager
def opened(data: str | None, officer: str | None, passphrase_file: Path | None) -> Iterator[OpenLaptop]:
    """Open the laptop for one command and close it behind.

    Args:
        data: ``--data``.
        officer: ``--officer``.
        passphrase_file: ``--passphrase-file``.
    """
    laptop = open_laptop(data_folder(data), officer, lambda: passphrase(passphrase_file))
    try:
        yield laptop
    finally:
        laptop.close()
