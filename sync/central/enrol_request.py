"""What a device sends to enrol itself, as it is read from the wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from sync.core.codes import ID_LENGTH

Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class EnrolRequest(BaseModel):
    """What a device sends to enrol itself."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    code_id: Annotated[str, StringConstraints(min_length=ID_LENGTH, max_length=ID_LENGTH)]
    sign_key: Hex32
    box_key: Hex32
    app_version: Annotated[str, StringConstraints(max_length=40, pattern=r"^[ -~]*$")]
    mac: Hex32
