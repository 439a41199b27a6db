"""The provisioning file of an installer: what `terreno enrol` would be told by options, all of it checked.

In: a text, TOML or JSON. Out: values, or what is wrong with each field, in Spanish. Nothing is enrolled here.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from sync.client.enrolment import checked_code
from sync.client.errors import ClientError
from sync.client.http import checked_url
from terreno_app.domain.ids import is_id
from terreno_app.services.errors import ServiceError

_REGION: Final = re.compile(r"[0-9]{2}|CL")
_SAID: Final = {
    "missing": "falta",
    "extra_forbidden": "no se conoce ese campo",
    "string_type": "debe ser un texto entre comillas",
    "literal_error": "debe ser field o coordination",
}
_UNREADABLE: Final = "no es TOML ni JSON que se pueda leer"


class Provision(BaseModel):
    """What the file holds.

    Attributes:
        central: URL of the centre.
        region: Two digits, or `CL`: what the code has to be for.
        role: `field` or `coordination`, likewise.
        code: One-time code.
        officer: Id of the first officer.
        ca: File of the authority that signs the centre's certificate, as seen from the provisioning file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    central: str
    region: str
    role: Literal["field", "coordination"]
    code: str
    officer: str
    ca: str | None = None

    @field_validator("central")
    @classmethod
    def _address(cls, told: str) -> str:
        if "://" not in told:
            raise ValueError("le falta https:// al comienzo")
        try:
            return checked_url(told)
        except ClientError as error:
            raise ValueError("debe ser una dirección https:// sin clave ni parámetros") from error

    @field_validator("region")
    @classmethod
    def _region(cls, told: str) -> str:
        if not _REGION.fullmatch(told):
            raise ValueError("debe ser de dos cifras entre comillas, o CL")
        return told

    @field_validator("code")
    @classmethod
    def _code(cls, told: str) -> str:
        try:
            checked_code(told)
        except ClientError as error:
            raise ValueError("está mal escrito") from error
        return told

    @field_validator("officer")
    @classmethod
    def _officer(cls, told: str) -> str:
        if not is_id(told):
            raise ValueError("debe ser el identificador que dio el centro")
        return told


def read_provision(text: str, beside: Path) -> tuple[Provision, Path | None]:
    """What a provisioning file says, and where its authority is.

    Args:
        text: The file's text.
        beside: The folder in which it lies.

    Raises:
        ServiceError: ``provision``, with what is wrong with each field; ``file_missing`` for the authority.
    """
    try:
        provision = Provision.model_validate(_content(text))
    except ValidationError as error:
        raise ServiceError("provision", what="; ".join(_problem(one) for one in error.errors())) from error
    if provision.ca is None:
        return provision, None
    authority = beside / provision.ca
    try:
        found = authority.is_file()
    except OSError:  # no name that the system has a place for
        found = False
    if not found:
        raise ServiceError("provision", what="ca: no existe ese archivo")
    return provision, authority


def _content(text: str) -> object:
    try:
        return json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ServiceError("provision", what=_UNREADABLE) from error


def _problem(error: Any) -> str:
    """What is wrong with a field, in words; never what it holds: a code is a secret."""
    field = ".".join(str(part) for part in error["loc"])
    cause = error.get("ctx", {}).get("error")
    return f"{field}: {_SAID.get(error['type'], str(cause) if cause else 'no sirve')}"
