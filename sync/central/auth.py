"""Who is calling? RFC 9421 signatures of enrolled devices; what the caller may do is decided elsewhere.

Covered are method, path, query, the digest of the body as sent and the stream; host and date are not, because proxies
rewrite them. `created` has to lie within 300 s of the centre's clock.
"""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from sync.central.errors import RefusedError
from sync.central.held import Device
from sync.core.instants import instant
from sync.core.problems import ProblemType, problem
from sync.core.protocol import CLOCK_GRACE_S

COMPONENTS = ("@method", "@path", "@query", "content-digest", "terreno-stream")
STREAM_HEADER = "terreno-stream"
_SPKI_ED25519 = bytes.fromhex("302a300506032b6570032100")


class Headers:
    """Header lines in the order in which they came, as the signatures package reads them."""

    def __init__(self, lines: Iterable[tuple[bytes, bytes]]) -> None:
        self._lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in lines]

    def items(self) -> list[tuple[str, str]]:
        """Every line."""
        return self._lines

    def get(self, name: str) -> str:
        """The value of a header, empty when there is none."""
        return next((value for header, value in self._lines if header.lower() == name), "")


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it was signed.

    Attributes:
        method: In capitals.
        url: Absolute and encoded; only path and query count.
        headers: Its header lines.
    """

    method: str
    url: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Caller:
    """An enrolled device whose signature holds.

    Attributes:
        device: The device.
        stream: The stream it says it writes.
        digest: The header `Content-Digest`, as it was signed.
    """

    device: Device
    stream: str
    digest: str


class _Keys(HTTPSignatureKeyResolver):
    """Finds the key of the device that a signature names, and remembers the device."""

    def __init__(self, find: Callable[[str], Device | None]) -> None:
        self._find = find
        self.asked = False
        self.device: Device | None = None
        self.failure: Exception | None = None

    def resolve_public_key(self, key_id: str) -> bytes | None:
        """The key in PEM, which the package reads."""
        self.asked = True
        try:
            self.device = self._find(key_id)
        except Exception as error:  # noqa: BLE001 - the package would make a bad signature of it; it is raised again
            self.failure = error
        if self.device is None:
            return None
        encoded = base64.b64encode(_SPKI_ED25519 + bytes.fromhex(self.device.sign_key)).decode("ascii")
        return f"-----BEGIN PUBLIC KEY-----\n{encoded}\n-----END PUBLIC KEY-----\n".encode("ascii")


class _Verifier(HTTPMessageVerifier):
    """Leaves `created` to us: we want to tell a wrong clock from a wrong signature, by the centre's own clock."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:  # noqa: ARG002 - the package's
        """Ask for `created`, and for nothing that we would not look at."""
        if "created" not in sig_input.params or "expires" in sig_input.params:
            raise InvalidSignature("created")


def authenticate(message: Message, body: bytes | None, find: Callable[[str], Device | None], now: datetime) -> Caller:
    """The device that signed a request.

    Args:
        message: The request.
        body: Its bytes as they were sent; `None` while they are not read: whoever does compares the digest.
        find: An enrolled device by its id.
        now: The centre's clock.

    Raises:
        RefusedError: `unknown_device`, `bad_signature`, or `clock` when only `created` is wrong.
        UnavailableError: `find` cannot tell just now.
    """
    keys = _Keys(find)
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    try:
        results = verifier.verify(message, max_age=None, require_components=COMPONENTS, body=body)
    except HTTPMessageSignaturesException as error:
        if keys.failure is not None:
            raise keys.failure from error
        of = ProblemType.UNKNOWN_DEVICE if keys.asked and keys.device is None else ProblemType.BAD_SIGNATURE
        raise RefusedError(problem(of)) from error
    device = keys.device
    if device is None:
        raise AssertionError("a verified signature has a device")
    created = int(results[0].parameters["created"])
    if abs(now.timestamp() - created) > CLOCK_GRACE_S:
        raise RefusedError(problem(ProblemType.CLOCK, server_time=instant(now)))
    return Caller(device, message.headers.get(STREAM_HEADER), results[0].covered_components['"content-digest"'])
