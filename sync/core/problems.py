"""How the centre says no: the error documents of RFC 9457, by one short name each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sync.core.errors import UnreadableAnswerError

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:terreno:problem:"


class ProblemType(StrEnum):
    """What was wrong. The comment says which members the document carries besides its own."""

    UNKNOWN_DEVICE = "unknown_device"  # 401
    BAD_SIGNATURE = "bad_signature"  # 401
    CLOCK = "clock"  # 401: server_time; only `created` is wrong
    OUTSIDE_SCOPE = "outside_scope"  # 403
    REVOKED = "revoked"  # 403, never for a push
    UNCONFIRMED = "unconfirmed"  # 403: pulls wait until a coordinator has looked at the fork
    CODE_UNKNOWN = "code_unknown"  # 404: no such enrolment code, or its secret does not match
    CODE_EXPIRED = "code_expired"  # 403
    CODE_USED = "code_used"  # 403: by other keys than these
    NOT_FOUND = "not_found"  # 404
    FORK = "fork"  # 409: certificate
    GAP = "gap"  # 409: want, the seq that is missing
    EPOCH = "epoch"  # 409: epoch, the centre's present one
    TOO_LARGE = "too_large"  # 413
    UNREADABLE = "unreadable"  # 422
    BUNDLE = "bundle"  # 422: why, a word of UnreadableBundleError
    TOO_OLD = "too_old"  # 426
    TOO_MANY = "too_many"  # 429, header Retry-After
    UNAVAILABLE = "unavailable"  # 503, header Retry-After
    INTERNAL = "internal"  # 500


STATUS = {
    ProblemType.UNKNOWN_DEVICE: 401,
    ProblemType.BAD_SIGNATURE: 401,
    ProblemType.CLOCK: 401,
    ProblemType.OUTSIDE_SCOPE: 403,
    ProblemType.REVOKED: 403,
    ProblemType.UNCONFIRMED: 403,
    ProblemType.CODE_UNKNOWN: 404,
    ProblemType.CODE_EXPIRED: 403,
    ProblemType.CODE_USED: 403,
    ProblemType.NOT_FOUND: 404,
    ProblemType.FORK: 409,
    ProblemType.GAP: 409,
    ProblemType.EPOCH: 409,
    ProblemType.TOO_LARGE: 413,
    ProblemType.UNREADABLE: 422,
    ProblemType.BUNDLE: 422,
    ProblemType.TOO_OLD: 426,
    ProblemType.TOO_MANY: 429,
    ProblemType.UNAVAILABLE: 503,
    ProblemType.INTERNAL: 500,
}
"""HTTP status of each."""


@dataclass(frozen=True, slots=True)
class ProblemDocument:
    """One refusal.

    Attributes:
        type: Its short name; one that this version does not know stays text.
        status: HTTP status.
        detail: For a developer; never shown to people, never with personal data.
        members: What the type adds (see :class:`ProblemType`).
    """

    type: str
    status: int
    detail: str = ""
    members: Mapping[str, Any] = field(default_factory=dict)

    def to_wire(self) -> dict[str, Any]:
        """The JSON body."""
        return {
            **self.members,
            "type": f"{TYPE_PREFIX}{self.type}",
            "title": self.type.replace("_", " "),
            "status": self.status,
            "detail": self.detail,
        }

    @classmethod
    def from_wire(cls, wire: object) -> "ProblemDocument":
        """Read an error document.

        Raises:
            UnreadableAnswerError: it has not the form of one.
        """
        if not isinstance(wire, dict) or not isinstance(wire.get("type"), str) or type(wire.get("status")) is not int:
            raise UnreadableAnswerError("problem")
        known = {"type", "title", "status", "detail"}
        return cls(
            type=wire["type"].removeprefix(TYPE_PREFIX),
            status=wire["status"],
            detail=str(wire.get("detail", "")),
            members={name: value for name, value in wire.items() if name not in known},
        )


def problem(of: ProblemType, detail: str = "", **members: Any) -> ProblemDocument:
    """The document of a refusal, with the HTTP status that belongs to it."""
    return ProblemDocument(of.value, STATUS[of], detail, members)
