"""What a laptop lets its people choose, kept in `settings.json` in the data folder.

A missing file means the defaults. A file that cannot be understood is said in Spanish and never
replaced: what somebody chose is not thrown away.
"""

import importlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FILE_NAME = "settings.json"
_READING = "terreno_app.settings_reading"
"""What reads a file takes a tenth of the start to load, and most laptops have none."""


Look = Literal["system", "light", "dark", "high_contrast"]


class SettingsError(Exception):
    """The settings file cannot be used; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of one laptop; every one has a default.

    Attributes:
        lock_minutes: Idle minutes until the screen locks. Source: security.md, Keys.
        theme: The look.
        scale: Text size in per cent.
    """

    lock_minutes: int = 3
    theme: Look = "system"
    scale: int = 100


def load_settings(folder: Path) -> Settings:
    """The settings of a data folder.

    Raises:
        SettingsError: the file is there and cannot be read or understood.
    """
    file = folder / FILE_NAME
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"No se puede leer el archivo de ajustes {FILE_NAME} de la carpeta de datos.") from error
    read: Settings = importlib.import_module(_READING).read(text)
    return read


def save_look(folder: Path, theme: Look, scale: int) -> Settings:
    """Keep another look; what else the file says stays as it was.

    Args:
        folder: The data folder.
        theme: The look.
        scale: Text size in per cent, 100 to 200.

    Raises:
        SettingsError: the file that is there cannot be read or understood.
        OSError: the new one cannot be written; the old one is as it was.
    """
    load_settings(folder)
    file = folder / FILE_NAME
    said = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    new = file.with_suffix(".new")
    with new.open("w", encoding="utf-8") as writing:
        json.dump({**said, "theme": theme, "scale": scale}, writing, indent=2)
        writing.flush()
        os.fsync(writing.fileno())  # a power cut leaves the old file or the new one
    new.replace(file)
    return load_settings(folder)
