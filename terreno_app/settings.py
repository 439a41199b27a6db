"""What a laptop lets its people choose, read from `settings.json` in the data folder.

A missing file means the defaults. A file that cannot be understood is said in Spanish and never
replaced: what somebody chose is not thrown away.
"""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FILE_NAME = "settings.json"
_READING = "terreno_app.settings_reading"
"""What reads a file takes a tenth of the start to load, and most laptops have none."""


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
    theme: Literal["system", "light", "dark", "high_contrast"] = "system"
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
