"""Where Terreno reads its shipped data and keeps the data of this laptop.

In: what the person chose and the environment. Out: paths. Nothing is created or read here.
"""

import os
import sys
from pathlib import Path

import platformdirs

DATA_VARIABLE = "TERRENO_DATA"
_MANUAL = "puesto.md"
_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """The folder of shipped data: catalogues, fonts, icons, themes.

    An installed wheel carries it inside the package, a PyInstaller bundle beside its unpacked
    files, and a checkout at its top.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    bundle = getattr(sys, "_MEIPASS", None)
    unpacked = [Path(bundle) / "resources"] if bundle else []
    candidates = (_PACKAGE / "_resources", *unpacked, _PACKAGE.parent / "resources")
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError("Faltan los datos de Terreno: la instalación está incompleta.")


def manual() -> Path:
    """The manual of the stand, in Markdown: inside the shipped data, or among the pages of a checkout.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for candidate in (resources() / "manual" / _MANUAL, _PACKAGE.parent / "docs" / "manual" / _MANUAL):
        if candidate.is_file():
            return candidate
    raise FileNotFoundError("Falta el manual de Terreno: la instalación está incompleta.")


def data_folder(option: str | None) -> Path:
    """The folder of this laptop's data; it may not exist yet.

    Args:
        option: what the person gave as `--data`; else `TERRENO_DATA` decides, else the system's custom.
    """
    chosen = option or os.environ.get(DATA_VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    return Path(platformdirs.user_data_dir("terreno", appauthor=False))
