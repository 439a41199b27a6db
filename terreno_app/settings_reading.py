"""From the text of `settings.json` to settings: every value within its bounds, and nothing that nobody knows."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from terreno_app.settings import FILE_NAME, Look, Settings, SettingsError

_USUAL = Settings()


class _Chosen(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid")

    lock_minutes: int = Field(default=_USUAL.lock_minutes, ge=1, le=10)
    theme: Look = _USUAL.theme
    scale: int = Field(default=_USUAL.scale, ge=100, le=200)


def read(text: str) -> Settings:
    """The settings in a text.

    Raises:
        SettingsError: it is no JSON, or a value is none that may be chosen.
    """
    try:
        chosen = _Chosen.model_validate_json(text)
    except ValidationError as error:
        wrong = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}))
        where = f" Revise: {wrong}." if wrong else " No es un JSON válido."
        raise SettingsError(f"El archivo de ajustes {FILE_NAME} no se puede usar.{where}") from error
    return Settings(chosen.lock_minutes, chosen.theme, chosen.scale)
