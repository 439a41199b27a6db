"""The centre over HTTPS: one method a call, bodies in zstd, every answer measured before it is believed.

No redirect is followed and nothing of the environment (proxies, `.netrc`, certificates) is used unasked. Nothing here
retries; that is the engine's decision.
"""

import base64
import ipaddress
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import orjson
import requests
from requests.adapters import HTTPAdapter

from sync.client.carrying import BUNDLE_TYPE
from sync.client.codec import ACCEPTED, compress, expand
from sync.client.diagnosis import connection_error, ends_in_its_head, strange_answer
from sync.client.errors import (
    CaptivePortalError,
    CentralDownError,
    CertificateError,
    Diagnosis,
    InsecureUrlError,
    UnreadableReplyError,
)
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller, Clock
from sync.client.refusals import refusal
from sync.client.signing import RequestSigner
from sync.core.bundle import Answered, Consignment
from sync.core.errors import UnreadableAnswerError
from sync.core.problems import ProblemDocument
from sync.core.protocol import PROTOCOL_VERSION, Batch, Page, PushAnswer
from sync.core.trust import CentreStatus, Enrolled
from sync.parcel.sealing import Sink

_JSON = "application/json"
_CONSIGNMENT = "/v1/consignment"
_CHUNK = 64 * 1024
_KEPT_PIECE = 1024
"""Of an answer that is kept as it comes: a line that is cut costs less than that."""
_ERRORS = 400
_SERVER_ERRORS = 500
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much.

    Attributes:
        connect_s: Seconds to reach the centre.
        read_s: Seconds of silence in an answer.
        whole_s: Seconds for an answer as a whole, however steadily it drips.
        bundle_s: Seconds for the answer to a bundle as a whole, or what was left of it.
        received: Most bytes of an answer as they come.
        expanded: Most bytes of an answer once expanded.
    """

    connect_s: float = 10.0
    read_s: float = 60.0
    whole_s: float = 300.0
    bundle_s: float = 1_800.0
    received: int = 32 * 1024 * 1024
    expanded: int = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach the centre.

    Attributes:
        url: ``https://host[:port][/path]``; plain ``http://`` to the loopback only.
        ca: File with the authority that signed its certificate; ``None`` takes the usual ones.
        fingerprint: SHA-256 of the one certificate to accept, hex, instead of any authority.
        proxy: URL of a proxy to go through.
    """

    url: str
    ca: Path | None = None
    fingerprint: str | None = None
    proxy: str | None = None


class _PinnedAdapter(HTTPAdapter):
    """Accepts one certificate, by its fingerprint."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, assert_fingerprint=self._fingerprint)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **proxy_kwargs, assert_fingerprint=self._fingerprint)


def checked_url(url: str) -> str:
    """The URL without its last slash.

    Raises:
        InsecureUrlError: it is neither https nor the loopback, carries a name, a password, a query or a fragment, or
            names no machine that could be asked.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
        host.encode("idna")  # the library below ends in an error that is not its own at `centro..cl`
        requests.Request("GET", url).prepare()
    except ValueError as error:
        raise InsecureUrlError("url") from error
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    if not host or not safe or parts.username is not None or parts.query or parts.fragment:
        raise InsecureUrlError("url")
    return url.rstrip("/")


def session_of(route: Route) -> requests.Session:
    """Connections that believe whom a route names, and nothing that the environment says."""
    session = requests.Session()
    session.trust_env = False
    session.verify = True if route.ca is None else str(route.ca)
    if route.fingerprint is not None:
        session.verify = False
        session.mount("https://", _PinnedAdapter(route.fingerprint))
    if route.proxy is not None:
        session.proxies = {"http": route.proxy, "https": route.proxy}
    return session


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Central:
    """The centre, as one device talks to it. Belongs to one thread.

    Args:
        route: Where it is.
        clock: This device's clock.
        keys: The device's keys; without them only :meth:`status` and :meth:`enrol` can be asked.
        limits: How long and how much.
        agent: Name and version of the program, for the centre's log.
        schema_version: Version of the records that this program knows; a centre may ask an old one to update.
        ticks: Seconds that only go forward, to measure how long an answer takes.
    """

    def __init__(
        self,
        route: Route,
        clock: Clock,
        keys: DeviceKeys | None = None,
        *,
        limits: Limits | None = None,
        agent: str = "terreno",
        schema_version: int | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = checked_url(route.url)
        self._host = urlsplit(self._url).hostname or ""
        self._clock = clock
        self._ticks = ticks
        self._signer = None if keys is None else RequestSigner(keys, clock)
        self._limits = limits or Limits()
        self._told = {"User-Agent": agent, "Terreno-Protocol": str(PROTOCOL_VERSION)}
        if schema_version is not None:
            self._told["Terreno-Schema"] = str(schema_version)
        self._session = session_of(route)

    def mount(self, adapter: HTTPAdapter) -> None:
        """Send every request through another transport; for tests and simulations."""
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def status(self) -> CentreStatus:
        """``GET /v1/status``, unsigned."""
        return _read(CentreStatus.from_wire, self._ask("GET", "/v1/status"))

    def enrol(self, body: Mapping[str, Any]) -> Enrolled:
        """``POST /v1/enrol``, unsigned: the code's own MAC proves it (see :mod:`sync.client.enrolment`)."""
        return _read(Enrolled.from_wire, self._ask("POST", "/v1/enrol", body=orjson.dumps(body)))

    def push(self, batch: Batch, caller: Caller) -> PushAnswer:
        """``POST /v1/push``. The receipt in the answer is not verified here."""
        body = orjson.dumps(batch.to_wire())
        return _read(PushAnswer.from_wire, self._ask("POST", "/v1/push", body=body, caller=caller))

    def pull(self, feed: str, cursor: int, limit: int, caller: Caller) -> Page:
        """``GET /v1/pull``: the records of a feed changed after the cursor, at most ``limit``."""
        query: dict[str, str | int] = {"feed": feed, "cursor": cursor, "limit": limit}
        return _read(Page.from_wire, self._ask("GET", "/v1/pull", query=query, caller=caller))

    def consignment(self, bundle: str, caller: Caller) -> Consignment:
        """``GET /v1/consignment``: how far a bundle has come, by its SHA-256."""
        return _read(Consignment.from_wire, self._ask("GET", _CONSIGNMENT, query={"bundle": bundle}, caller=caller))

    def put_part(self, bundle: str, place: int, part: bytes, caller: Caller) -> Consignment:
        """``PUT /v1/consignment``: the next bytes of a bundle, as they are."""
        query: dict[str, str | int] = {"bundle": bundle, "at": place}
        answer = self._ask("PUT", _CONSIGNMENT, query=query, body=part, media=BUNDLE_TYPE, caller=caller)
        return _read(Consignment.from_wire, answer)

    def take_consignment(self, bundle: str, caller: Caller) -> Consignment:
        """``POST /v1/consignment``: the centre takes the bundle in; without an answer it is still about it."""
        return _read(Consignment.from_wire, self._ask("POST", _CONSIGNMENT, query={"bundle": bundle}, caller=caller))

    def let_go(self, bundle: str, caller: Caller) -> Consignment:
        """``DELETE /v1/consignment``: the answer is home."""
        return _read(Consignment.from_wire, self._ask("DELETE", _CONSIGNMENT, query={"bundle": bundle}, caller=caller))

    def rest_of_answer(self, bundle: str, answer: Answered, place: int, sink: Sink, caller: Caller) -> None:
        """``GET /v1/answer``: the answer to a bundle from a place on, not held in memory.

        Args:
            bundle: SHA-256 of the bundle, hex.
            answer: The answer.
            place: Bytes of it that are here.
            sink: Where the others go, as they come; what came before the line was cut is there.
            caller: Who brought the bundle.
        """
        query: dict[str, str | int] = {"bundle": bundle, "answer": answer.sha256, "at": place}
        prepared = self._prepared("GET", "/v1/answer", query, b"", "", caller)
        with self._reply(prepared, self._limits.read_s) as response:
            if response.status_code < _ERRORS and response.headers.get("Content-Type", "") == BUNDLE_TYPE:
                self._save(response, sink, answer.size - place)
                return
            self._read_json(response)
        raise UnreadableReplyError("answer")

    def history(self, kind: str, record: str, caller: Caller) -> Mapping[str, Any]:
        """``GET /v1/history``: every op on a record that the caller may see, ``{ops: […]}``."""
        return _read(_mapping, self._ask("GET", "/v1/history", query={"kind": kind, "record": record}, caller=caller))

    def tallies(self, spec: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
        """``POST /v1/tallies``: grouped counts over what the centre holds."""
        return _read(_mapping, self._ask("POST", "/v1/tallies", body=orjson.dumps(spec), caller=caller))

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: bytes = b"",
        media: str = _JSON,
        caller: Caller | None = None,
    ) -> Any:
        """One request and its answer as JSON.

        Raises:
            ClientError: the subclass that says what happened.
        """
        with self._reply(self._prepared(method, path, query, body, media, caller), self._limits.read_s) as response:
            return self._read_json(response)

    def _prepared(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | int] | None,
        body: bytes,
        media: str,
        caller: Caller | None,
    ) -> requests.PreparedRequest:
        """A request, with JSON compressed, signed in the name of a caller."""
        headers = {"Accept": _JSON, "Accept-Encoding": ACCEPTED, **self._told}
        if body:
            headers["Content-Type"] = media
        sent = body
        if body and media == _JSON:
            headers["Content-Encoding"], sent = "zstd", compress(body)
        url = f"{self._url}{path}" + (f"?{urlencode(query)}" if query else "")
        prepared = self._session.prepare_request(requests.Request(method, url, headers=headers, data=sent or None))
        if caller is not None:
            self._sign(prepared, sent, caller)
        return prepared

    def _sign(self, prepared: requests.PreparedRequest, sent: bytes, caller: Caller) -> None:
        if self._signer is None:
            raise ValueError("this call needs the device's keys")
        if caller.certificate is not None:
            shown = base64.b64encode(orjson.dumps(dict(caller.certificate))).decode("ascii")
            prepared.headers["Terreno-Certificate"] = shown
        self._signer.sign(prepared, sent, caller)

    @contextmanager
    def _reply(self, prepared: requests.PreparedRequest, silence_s: float) -> Iterator[requests.Response]:
        """Send a request; what the connection dies of, then or while the answer is read, is told in our own errors."""
        try:
            with self._session.send(
                prepared,
                stream=True,
                timeout=(self._limits.connect_s, silence_s),
                allow_redirects=False,
            ) as response:
                if ends_in_its_head(response.headers):
                    raise CentralDownError(Diagnosis("cut", self._host, response.status_code))
                yield response
        except requests.RequestException as error:
            raise connection_error(error, self._host) from error
        except OSError as error:  # the file with the authority is gone: requests lets the bare error through
            raise CertificateError(Diagnosis("no_authority", self._host)) from error

    def _read_json(self, response: requests.Response) -> Any:
        """The answer as JSON.

        Raises:
            ClientError: it is an error document, or not the centre's.
        """
        strange = strange_answer(response.status_code, response.headers.get("Content-Type", ""), self._host)
        if strange is not None:
            raise strange
        try:
            answer = orjson.loads(self._content(response))
        except orjson.JSONDecodeError as error:
            raise CaptivePortalError(Diagnosis("not_json", self._host, response.status_code)) from error
        if response.status_code >= _ERRORS:
            raise self._refusal(answer, response)
        return answer

    def _save(self, response: requests.Response, sink: Sink, most: int) -> None:
        left = most
        until = self._ticks() + self._limits.bundle_s
        for piece in response.iter_content(_KEPT_PIECE):
            left -= len(piece)
            if left < 0:
                raise UnreadableReplyError("too large")
            if self._ticks() > until:
                raise CentralDownError(Diagnosis("slow", self._host, response.status_code))
            sink.write(piece)
        if left:
            raise UnreadableReplyError("too short")

    def _content(self, response: requests.Response) -> bytes:
        """The answer's bytes, expanded here and not by urllib3, which knows no limit."""
        encoding = response.raw.headers.pop("Content-Encoding", "")
        received = bytearray()
        until = self._ticks() + self._limits.whole_s
        for chunk in response.iter_content(_CHUNK):
            received += chunk
            if len(received) > self._limits.received:
                raise UnreadableReplyError("too large")
            if self._ticks() > until:
                raise CentralDownError(Diagnosis("slow", self._host, response.status_code))
        return expand(bytes(received), encoding, self._limits.expanded)

    def _refusal(self, answer: object, response: requests.Response) -> Exception:
        try:
            return refusal(
                ProblemDocument.from_wire(answer),
                now=self._clock.now(),
                host=self._host,
                retry_after=response.headers.get("Retry-After", ""),
            )
        except UnreadableAnswerError:
            kind = CentralDownError if response.status_code >= _SERVER_ERRORS else CaptivePortalError
            return kind(Diagnosis("not_ours", self._host, response.status_code))


def _read(form: Callable[[object], _Answer], answer: object) -> _Answer:
    try:
        return form(answer)
    except UnreadableAnswerError as error:
        raise UnreadableReplyError(str(error)) from error


def _mapping(answer: object) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise UnreadableAnswerError("an object was expected")
    return answer
