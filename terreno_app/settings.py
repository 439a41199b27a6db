"""What a laptop lets its people choose, read from `settings.json` in the data folder.

A missing file means the defaults. A file that cannot be understood is said in Spanish and never
replaced: what somebody chose is not thrown away.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FILE_NAME = "settings.json"


class SettingsError(Exception):
    """The settings file cannot be used; the message is for a person."""


class Settings(BaseModel):
    """The choices of one laptop; every one has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lock_minutes: int = Field(default=3, ge=1, le=10)
    """Idle minutes until the screen locks. Source: security.md, Keys."""
    theme: Literal["system", "light", "dark", "high_contrast"] = "system"
    scale: int = Field(default=100, ge=100, le=200)
    """Text size in per cent."""


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
    try:
        return Settings.model_validate_json(text)
    except ValidationError as error:
        wrong = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}))
        where = f" Revise: {wrong}." if wrong else " No es un JSON válido."
        raise SettingsError(f"El archivo de ajustes {FILE_NAME} no se puede usar.{where}") from error
