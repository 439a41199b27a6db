"""From an error document of the centre to the error that the engine acts on."""

from collections.abc import Mapping
from datetime import datetime

from sync.client.errors import (
    BusyError,
    CentralDownError,
    ClockError,
    CodeRefusedError,
    Diagnosis,
    EpochChangedError,
    ForkError,
    GapError,
    OutsideScopeError,
    RefusedError,
    RevokedError,
    TooLargeError,
    TooOldError,
    UnconfirmedError,
    UnknownDeviceError,
)
from sync.core.errors import SyncError, UnreadableAnswerError, UnreadableBundleError
from sync.core.instants import milliseconds_between, parse_instant
from sync.core.problems import STATUS, ProblemDocument, ProblemType
from sync.core.trust import Certificate

_PLAIN: Mapping[str, type[RefusedError]] = {
    ProblemType.UNKNOWN_DEVICE: UnknownDeviceError,
    ProblemType.BAD_SIGNATURE: UnknownDeviceError,
    ProblemType.REVOKED: RevokedError,
    ProblemType.UNCONFIRMED: UnconfirmedError,
    ProblemType.OUTSIDE_SCOPE: OutsideScopeError,
    ProblemType.CODE_UNKNOWN: CodeRefusedError,
    ProblemType.CODE_EXPIRED: CodeRefusedError,
    ProblemType.CODE_USED: CodeRefusedError,
    ProblemType.TOO_LARGE: TooLargeError,
    ProblemType.TOO_OLD: TooOldError,
}
_BUSY = frozenset({STATUS[ProblemType.TOO_MANY], STATUS[ProblemType.UNAVAILABLE]})
_SERVER_ERROR = 500


def refusal(problem: ProblemDocument, *, now: datetime, host: str, retry_after: str) -> SyncError:
    """The error of a document: a ``ClientError``, or, where a bundle is at fault, an ``UnreadableBundleError``.

    Args:
        problem: The document.
        now: This device's clock when the answer came.
        host: Whom it asked.
        retry_after: The header ``Retry-After``, empty when there was none.

    Raises:
        UnreadableAnswerError: a member that its type promises is missing.
    """
    try:
        telling = _telling(problem, now)
    except (KeyError, ValueError, TypeError) as error:
        raise UnreadableAnswerError(problem.type) from error
    if telling is not None:
        return telling
    if problem.status in _BUSY:
        seconds = int(retry_after) if retry_after.isdecimal() else 0
        return BusyError(Diagnosis(problem.type, host, problem.status), seconds)
    if problem.status >= _SERVER_ERROR:
        return CentralDownError(Diagnosis(problem.type, host, problem.status))
    return _PLAIN.get(problem.type, RefusedError)(problem)


def _telling(problem: ProblemDocument, now: datetime) -> SyncError | None:
    """The error of a document whose members tell the device what to do next."""
    members = problem.members
    match problem.type:
        case ProblemType.CLOCK:
            return ClockError(problem, milliseconds_between(now, parse_instant(members["server_time"])))
        case ProblemType.FORK:
            given = members.get("certificate")
            return ForkError(problem, None if given is None else Certificate.from_wire(given))
        case ProblemType.GAP:
            return GapError(problem, int(members["want"]))
        case ProblemType.EPOCH:
            return EpochChangedError(problem, str(members["epoch"]))
        case ProblemType.BUNDLE:
            return UnreadableBundleError(str(members["why"]))
    return None
