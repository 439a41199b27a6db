"""What can go wrong between a device and the centre. Each has a short ``code``; the words for people are the services'.

ClientError
├── InsecureUrlError        plain http to another machine, or no URL at all
├── InvalidCodeError        an enrolment code with a wrong letter or length
├── UnreachableError        nothing can be said about the centre; what was sent may have arrived
│   ├── NoNetworkError      no route, no name: this device is offline
│   ├── CentralDownError    something is there and does not serve: refused, cut, timed out, 5xx
│   │   └── BusyError       429 or 503, with the seconds to wait
│   ├── CaptivePortalError  a page, a redirect or other bytes that the centre never sends
│   └── CertificateError    TLS: unknown authority, wrong host, expired, the clock
├── ForgedError             an answer whose signature or content does not hold; it counts for nothing
├── UnreadableReplyError    the centre's own form, and yet not readable, or larger than it may be
└── RefusedError            the centre read the request and said no
    ├── ClockError          only ``created`` was wrong; the offset is learnt
    ├── UnknownDeviceError  401: the device or its signature
    ├── RevokedError        no pull any more
    ├── UnconfirmedError    pulls wait until a coordinator has looked at a fork
    ├── OutsideScopeError   not for this device to ask
    ├── CodeRefusedError    the enrolment code is unknown, used or too old
    ├── ForkError           the stream went on elsewhere; brings a new certificate
    ├── GapError            the centre lacks an earlier op of the stream
    ├── EpochChangedError   the centre was restored
    ├── TooLargeError       413
    └── TooOldError         426: this version may push, not pull
"""

from dataclasses import dataclass

from sync.core.errors import SyncError
from sync.core.problems import ProblemDocument
from sync.core.trust import Certificate


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the device can tell about a connection that failed, without personal data.

    Attributes:
        reason: Short English name: ``redirect``, ``html``, ``not_json``, ``expired``, ``wrong_host``…
        host: Whom it asked.
        status: HTTP status, where there was one.
    """

    reason: str
    host: str
    status: int | None = None


class ClientError(SyncError):
    """Base of everything that a device can meet on its way to the centre.

    Attributes:
        code: Short English name, the same for ever.
    """

    code = "sync"


class InsecureUrlError(ClientError):
    """The URL is not https, and not the loopback either."""

    code = "plain_http"


class InvalidCodeError(ClientError):
    """The text is no enrolment code: a letter that the alphabet lacks, or another length."""

    code = "bad_code"


class UnreachableError(ClientError):
    """Nothing can be said about the centre.

    Attributes:
        diagnosis: What was seen.
        transient: Asking again in a moment may help.
    """

    code = "unreachable"
    transient = False

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        super().__init__(f"{self.code}: {diagnosis.reason}")


class NoNetworkError(UnreachableError):
    """This device is offline: no route, or no name server."""

    code = "no_network"
    transient = True


class CentralDownError(UnreachableError):
    """Something is there and does not serve: refused, cut in the middle, timed out, or an error of its own."""

    code = "central_down"
    transient = True


class BusyError(CentralDownError):
    """The centre asks to come back later.

    Attributes:
        retry_after_s: Seconds it asks to wait; 0 when it does not say.
    """

    code = "too_many_requests"

    def __init__(self, diagnosis: Diagnosis, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(diagnosis)


class CaptivePortalError(UnreachableError):
    """Somebody else answers in the centre's place, as a hotel's login page does."""

    code = "captive_portal"


class CertificateError(UnreachableError):
    """TLS refused the other side; ``expired`` and ``not_yet_valid`` mostly mean that this device's clock is wrong."""

    code = "certificate"


UNKNOWN_KEY = "unknown_key"
"""Why an answer does not hold when a key signed it that this device does not know."""


class ForgedError(ClientError):
    """An answer does not hold: nothing of it was stored.

    Attributes:
        what: ``receipt``, ``certificate``, ``keys`` or ``page``.
        why: Short English name of what does not hold.
    """

    def __init__(self, what: str, why: str) -> None:
        self.what = what
        self.why = why
        self.code = "bad_receipt" if what == "receipt" else "bad_answer"
        super().__init__(f"{what}: {why}")


class UnreadableReplyError(ClientError):
    """An answer that is not of the centre's form, or expands to more than it may."""

    code = "bad_answer"


class RefusedError(ClientError):
    """The centre read the request and said no.

    Attributes:
        problem: Its error document.
    """

    code = "refused"

    def __init__(self, problem: ProblemDocument) -> None:
        self.problem = problem
        super().__init__(f"{problem.status} {problem.type}")


class ClockError(RefusedError):
    """The signature is good, only its hour is wrong.

    Attributes:
        offset_ms: What to add to this device's clock to get the centre's.
    """

    code = "clock"

    def __init__(self, problem: ProblemDocument, offset_ms: int) -> None:
        self.offset_ms = offset_ms
        super().__init__(problem)


class UnknownDeviceError(RefusedError):
    """The centre does not know the device, or its signature does not hold."""

    code = "unknown_device"


class RevokedError(RefusedError):
    """The device was revoked: its pushes wait in quarantine, and it pulls nothing."""

    code = "revoked"


class UnconfirmedError(RefusedError):
    """A coordinator has not yet looked at the device's fork; until then it pulls nothing."""

    code = "fork"


class OutsideScopeError(RefusedError):
    """Not for this device to ask."""

    code = "outside_scope"


class CodeRefusedError(RefusedError):
    """The enrolment code is unknown, used or too old; ``code`` tells which."""

    def __init__(self, problem: ProblemDocument) -> None:
        super().__init__(problem)
        self.code = problem.type


class ForkError(RefusedError):
    """The stream went on elsewhere: a cloned image, or a backup put back.

    Attributes:
        certificate: For the same device and keys, with a new label; ``None`` when the centre gave none.
    """

    code = "fork"

    def __init__(self, problem: ProblemDocument, certificate: Certificate | None) -> None:
        self.certificate = certificate
        super().__init__(problem)


class GapError(RefusedError):
    """The centre lacks an earlier op of the stream.

    Attributes:
        want: The ``seq`` it wants next.
    """

    code = "gap"

    def __init__(self, problem: ProblemDocument, want: int) -> None:
        self.want = want
        super().__init__(problem)


class EpochChangedError(RefusedError):
    """The centre's history is another one.

    Attributes:
        epoch: The centre's present one.
    """

    code = "epoch"

    def __init__(self, problem: ProblemDocument, epoch: str) -> None:
        self.epoch = epoch
        super().__init__(problem)


class TooLargeError(RefusedError):
    """The batch is larger than the centre takes."""


class TooOldError(RefusedError):
    """This version of the program may still push, and pulls nothing until it is updated."""

    code = "too_old"
