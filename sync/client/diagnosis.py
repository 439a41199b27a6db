"""From a failed connection, or an answer that is not the centre's, to an error that says which one it is."""

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping

import requests

from sync.client.errors import (
    CaptivePortalError,
    CentralDownError,
    CertificateError,
    Diagnosis,
    NoNetworkError,
    UnreachableError,
)

_Meaning = tuple[type[UnreachableError], str]
_Table = tuple[tuple[type[BaseException], _Meaning], ...]
_OFFLINE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL})
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, socket.EAI_NODATA})
"""A name server answered, and knows no such name: without one, the system says to try again."""
_VERIFY_REASONS = {
    9: "not_yet_valid",
    10: "expired",
    18: "self_signed",
    19: "self_signed",
    20: "unknown_authority",
    62: "wrong_host",
    64: "wrong_host",
}
"""By the codes of X509_verify_cert (OpenSSL, x509_vfy.h)."""
_CAUSES: _Table = (
    (ssl.SSLEOFError, (CentralDownError, "cut")),
    (ssl.SSLError, (CertificateError, "tls")),
    (socket.gaierror, (NoNetworkError, "name")),
    (ConnectionRefusedError, (CentralDownError, "refused")),
)
"""What the innermost cause means; the first that fits."""
_WRAPPERS: _Table = (
    (requests.exceptions.SSLError, (CertificateError, "fingerprint")),
    (requests.exceptions.ProxyError, (NoNetworkError, "proxy")),
    (requests.Timeout, (CentralDownError, "timeout")),
)
"""What the library's own error means when no cause told more."""
_LAST = ("Content-Length", "Transfer-Encoding", "Location")
_REDIRECTS = range(300, 400)
_SERVER_ERRORS = range(500, 600)
_NETWORK_LOGIN = 511
"""Network Authentication Required (RFC 6585, 6)."""


def connection_error(error: requests.RequestException, host: str) -> UnreachableError:
    """What a connection died of."""
    told = next((meant for cause in _causes(error) if (meant := _meaning(cause)) is not None), None)
    kind, reason = told or _first(_WRAPPERS, error) or (CentralDownError, "cut")
    return kind(Diagnosis(reason, host))


def _meaning(cause: BaseException) -> _Meaning | None:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return CertificateError, _VERIFY_REASONS.get(cause.verify_code, "not_trusted")
    if isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_NAME:
        return NoNetworkError, "unknown_name"
    if isinstance(cause, OSError) and cause.errno in _OFFLINE:
        return NoNetworkError, "route"
    return _first(_CAUSES, cause)


def _first(meanings: _Table, error: BaseException) -> _Meaning | None:
    return next((meant for kind, meant in meanings if isinstance(error, kind)), None)


def strange_answer(status: int, content_type: str, host: str) -> UnreachableError | None:
    """What an answer is when it is not the centre's JSON, by status and media type; ``None`` when it may be."""
    if status in _REDIRECTS:
        return CaptivePortalError(Diagnosis("redirect", host, status))
    if status == _NETWORK_LOGIN:
        return CaptivePortalError(Diagnosis("network_login", host, status))
    if is_json(content_type):
        return None
    if status in _SERVER_ERRORS:
        return CentralDownError(Diagnosis("server_error", host, status))
    return CaptivePortalError(Diagnosis("html" if "html" in content_type else "not_json", host, status))


def ends_in_its_head(headers: Mapping[str, str]) -> bool:
    """Whether an answer was cut before its body.

    The centre says last of all how long its answer is. Somebody else may not, but has a page or leads elsewhere.
    """
    return not any(headers.get(name) for name in _LAST) and "html" not in headers.get("Content-Type", "")


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON, error documents included."""
    media = content_type.partition(";")[0].strip().lower()
    return media == "application/json" or media.endswith("+json")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and everything it wraps: ``requests`` keeps the first cause in arguments and in ``reason``."""
    waiting: list[object] = [error]
    met: set[int] = set()
    while waiting:
        found = waiting.pop(0)
        if not isinstance(found, BaseException) or id(found) in met:
            continue
        met.add(id(found))
        yield found
        waiting += [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]
