"""The centre over HTTP: routes, compression both ways, and every refusal as an RFC 9457 document.

Bodies are read up to a limit, expanded up to a limit, and looked at in a worker thread; the database is never touched
on the event loop. Logs name calls, never content.
"""

import base64
import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from sync.central import openapi
from sync.central.auth import Caller, Headers, Message, authenticate
from sync.central.bundle_call import BundleDesk
from sync.central.centre import Centre
from sync.central.enrol_request import EnrolRequest
from sync.central.errors import RefusedError, UnavailableError, refused_batch
from sync.central.feed import MAX_LIMIT
from sync.central.limits import Pace
from sync.central.packing import DamagedError, TooLargeError, decode, encode
from sync.core.bundle import MAX_BUNDLE_BYTES, Consignment
from sync.core.errors import UnreadableBatchError
from sync.core.ops import OP_LIMIT
from sync.core.problems import MEDIA_TYPE, STATUS, ProblemDocument, ProblemType, problem
from sync.core.protocol import MAX_BATCH_BYTES, Batch

logger = logging.getLogger(__name__)

SCHEMA_HEADER = "terreno-schema"
CERTIFICATE_HEADER = "terreno-certificate"
MAX_PUSH_BYTES = MAX_BATCH_BYTES + OP_LIMIT
"""Of a push once expanded: a full batch and its envelope."""
MAX_OTHER_BYTES = 256 * 1024
"""Of any other body, once expanded."""
_DEFAULT_LIMIT = 500
_COMPRESS_FROM = 512
_RETRY_AFTER_S = 5
_NO_SUCH_METHOD = 405
_VERSION = re.compile(r"[0-9]{1,9}")
_NEVER = re.compile(r"q=0(\.0*)?")
"""How a caller says of an encoding that it wants none of it (RFC 9110)."""
_SHA256 = re.compile(r"[0-9a-f]{64}")

Call = Callable[["Asked"], bytes]
Route = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the calls see it.

    Attributes:
        message: What was signed.
        sent: The body as it was sent; `None` while it is not read.
        query: The query, each name with its one value.
    """

    message: Message
    sent: bytes | None
    query: dict[str, str]

    def json(self, limit: int) -> Any:
        """The body as JSON.

        Raises:
            RefusedError: `too_large` or `unreadable`.
        """
        try:
            return orjson.loads(decode(self.sent or b"", self.message.headers.get("content-encoding"), limit))
        except TooLargeError as error:
            raise RefusedError(problem(ProblemType.TOO_LARGE)) from error
        except (DamagedError, orjson.JSONDecodeError) as error:
            raise RefusedError(problem(ProblemType.UNREADABLE)) from error

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A number of the query.

        Raises:
            RefusedError: `unreadable`: not a number within the bounds.
        """
        text = self.query.get(name, str(default))
        digits = 16
        if not (text.isascii() and text.isdecimal() and len(text) <= digits) or not low <= int(text) <= high:
            raise RefusedError(problem(ProblemType.UNREADABLE, name))
        return int(text)

    def sha256(self, name: str) -> str:
        """A SHA-256 of the query, in hex.

        Raises:
            RefusedError: `unreadable`: it is none.
        """
        text = self.query.get(name, "")
        if not _SHA256.fullmatch(text):
            raise RefusedError(problem(ProblemType.UNREADABLE, name))
        return text


class Calls:
    """Every call of the protocol, from a request to the bytes of its answer."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        limits = centre.ground.limits
        self._pace = Pace(limits.requests_per_s, limits.burst)
        self._document = orjson.dumps(openapi.document())

    def openapi(self, asked: Asked) -> bytes:  # noqa: ARG002 - anybody may ask
        """`GET /v1/openapi.json`."""
        return self._document

    def status(self, asked: Asked) -> bytes:  # noqa: ARG002 - anybody may ask
        """`GET /v1/status`."""
        return orjson.dumps(self._centre.status())

    def enrol(self, asked: Asked) -> bytes:
        """`POST /v1/enrol`."""
        try:
            request = EnrolRequest.model_validate(asked.json(MAX_OTHER_BYTES))
        except ValidationError as error:
            raise RefusedError(problem(ProblemType.UNREADABLE, "enrol")) from error
        return orjson.dumps(self._centre.enrol(request))

    def push(self, asked: Asked) -> bytes:
        """`POST /v1/push`."""
        caller = self._caller(asked)
        try:
            batch = Batch.from_wire(asked.json(MAX_PUSH_BYTES))
            answer = self._centre.push(caller.device, batch, caller.stream)
        except UnreadableBatchError as error:
            raise RefusedError(refused_batch(error)) from error
        return orjson.dumps(answer.to_wire())

    def pull(self, asked: Asked) -> bytes:
        """`GET /v1/pull?feed&cursor&limit`."""
        caller = self._caller(asked)
        cursor = asked.number("cursor", 0, 0, 2**53)
        limit = asked.number("limit", _DEFAULT_LIMIT, 1, MAX_LIMIT)
        version = asked.message.headers.get(SCHEMA_HEADER)
        schema = int(version) if _VERSION.fullmatch(version) else None
        return self._centre.pull(caller.device, asked.query.get("feed", ""), cursor, limit, schema)

    def history(self, asked: Asked) -> bytes:
        """`GET /v1/history?kind&record`."""
        caller = self._caller(asked)
        told = self._centre.history(caller.device, asked.query.get("kind", ""), asked.query.get("record", ""))
        return orjson.dumps(told)

    def tallies(self, asked: Asked) -> bytes:
        """`POST /v1/tallies`."""
        caller = self._caller(asked)
        return orjson.dumps(self._centre.tallies(caller.device, asked.json(MAX_OTHER_BYTES)))

    def consignment(self, asked: Asked) -> bytes:
        """`GET /v1/consignment?bundle`."""
        held = self._centre.consignments.held(self.bringer(asked), asked.sha256("bundle"))
        return orjson.dumps(held.to_wire())

    def put_part(self, asked: Asked) -> bytes:
        """`PUT /v1/consignment?bundle&at`."""
        carrier, bundle = self.bringer(asked), asked.sha256("bundle")
        place = asked.number("at", 0, 0, MAX_BUNDLE_BYTES)
        return orjson.dumps(self._centre.consignments.put(carrier, bundle, place, asked.sent or b"").to_wire())

    def let_go(self, asked: Asked) -> bytes:
        """`DELETE /v1/consignment?bundle`."""
        self._centre.consignments.let_go(self.bringer(asked), asked.sha256("bundle"))
        return orjson.dumps(Consignment().to_wire())

    def bringer(self, asked: Asked) -> str:
        """The device that carries a consignment.

        Raises:
            RefusedError: `revoked`.
        """
        device = self._caller(asked).device
        if device.out_of_hand:
            raise RefusedError(problem(ProblemType.REVOKED))
        return device.id

    def _caller(self, asked: Asked) -> Caller:
        now = self._centre.ground.surroundings.now()
        shown = _certificate(asked.message.headers.get(CERTIFICATE_HEADER))
        caller = authenticate(asked.message, asked.sent, lambda device: self._centre.device(device, shown), now)
        self._pace.count(caller.device.id, now)
        return caller if shown is None else replace(caller, device=self._centre.take_in(caller.device))

    def carrier(self, message: Message) -> Caller:
        """Who sends a request whose body is not read yet."""
        return self._caller(Asked(message, None, {}))


def _certificate(header: str) -> object:
    """The certificate that a device shows; nonsense is none."""
    try:
        return orjson.loads(base64.b64decode(header, validate=True)) if header else None
    except ValueError:
        return None


def build_app(centre: Centre) -> FastAPI:
    """The centre as an ASGI application."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    calls = Calls(centre)
    app.add_api_route(openapi.PATH, _route(calls.openapi), methods=["GET"])
    app.add_api_route("/v1/status", _route(calls.status), methods=["GET"])
    app.add_api_route("/v1/enrol", _route(calls.enrol), methods=["POST"])
    app.add_api_route("/v1/push", _route(calls.push), methods=["POST"])
    desk = BundleDesk(centre)
    app.add_api_route("/v1/bundle", _bundle_route(calls, desk), methods=["POST"])
    app.add_api_route("/v1/consignment", _route(calls.consignment), methods=["GET"])
    app.add_api_route("/v1/consignment", _route(calls.put_part), methods=["PUT"])
    app.add_api_route("/v1/consignment", _consignment_route(calls, desk), methods=["POST"])
    app.add_api_route("/v1/consignment", _route(calls.let_go), methods=["DELETE"])
    app.add_api_route("/v1/answer", _answer_route(calls, desk), methods=["GET"])
    app.add_api_route("/v1/pull", _route(calls.pull), methods=["GET"])
    app.add_api_route("/v1/history", _route(calls.history), methods=["GET"])
    app.add_api_route("/v1/tallies", _route(calls.tallies), methods=["POST"])
    app.add_exception_handler(STATUS[ProblemType.NOT_FOUND], _no_such_path)
    app.add_exception_handler(_NO_SUCH_METHOD, _no_such_method)
    return app


def _route(call: Call) -> Route:
    async def answer(request: Request) -> Response:
        asked = await _asked(request)
        return _answer(await run_in_threadpool(call, asked), asked.message.headers.get("accept-encoding"))

    return _guarded(answer)


def _bundle_route(calls: Calls, desk: BundleDesk) -> Route:
    async def take(request: Request) -> Response:
        carrier = await run_in_threadpool(calls.carrier, _message(request))
        return await desk.take(carrier, request)

    return _guarded(take)


def _consignment_route(calls: Calls, desk: BundleDesk) -> Route:
    async def take(request: Request) -> Response:
        asked = await _asked(request)
        carrier = await run_in_threadpool(calls.bringer, asked)
        taken = await desk.take_consignment(carrier, asked.sha256("bundle"))
        return _answer(orjson.dumps(taken.to_wire()), asked.message.headers.get("accept-encoding"))

    return _guarded(take)


def _answer_route(calls: Calls, desk: BundleDesk) -> Route:
    def given(asked: Asked) -> Response:
        carrier = calls.bringer(asked)
        place = asked.number("at", 0, 0, 2 * MAX_BUNDLE_BYTES)
        return desk.rest_of_answer(carrier, asked.sha256("bundle"), asked.sha256("answer"), place)

    async def give(request: Request) -> Response:
        return await run_in_threadpool(given, await _asked(request))

    return _guarded(give)


async def _asked(request: Request) -> Asked:
    return Asked(_message(request), await _body(request), dict(request.query_params))


def _guarded(answer: Route) -> Route:
    """An answer, or why there is none."""

    async def respond(request: Request) -> Response:
        try:
            return await answer(request)
        except RefusedError as error:
            return _refusal(error.document)
        except UnavailableError:
            logger.warning("the database cannot serve %s", request.url.path)
            return _refusal(problem(ProblemType.UNAVAILABLE))
        except ClientDisconnect:
            logger.info("the caller of %s went away", request.url.path)
            return _refusal(problem(ProblemType.UNREADABLE))
        except Exception as error:  # noqa: BLE001 - the border: a bug is answered as one, and its message may name people
            places = "".join(traceback.format_tb(error.__traceback__))
            logger.error("a bug in %s: %s\n%s", request.url.path, type(error).__qualname__, places)  # noqa: TRY400
            return _refusal(problem(ProblemType.INTERNAL))

    return respond


def _message(request: Request) -> Message:
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["raw_path"].decode("latin-1")
    url = f"http://centre{path}" + (f"?{query}" if query else "")
    return Message(request.method, url, Headers(request.scope["headers"]))


async def _body(request: Request) -> bytes:
    """The body as it was sent, read no further than it may be long."""
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > MAX_PUSH_BYTES:
            raise RefusedError(problem(ProblemType.TOO_LARGE))
    return bytes(received)


def _answer(content: bytes, accepted: str) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    offers = (part.replace(" ", "").lower().partition(";") for part in accepted.split(","))
    spoken = {name for name, _, weight in offers if not _NEVER.fullmatch(weight)}
    encoding = next((one for one in ("zstd", "gzip") if one in spoken), None)
    if encoding is not None and len(content) >= _COMPRESS_FROM:
        content = encode(content, encoding)
        headers["Content-Encoding"] = encoding
    return Response(content, headers=headers)


def _refusal(document: ProblemDocument) -> Response:
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    if document.type in (ProblemType.TOO_MANY, ProblemType.UNAVAILABLE):
        headers["Retry-After"] = str(_RETRY_AFTER_S)
    return Response(orjson.dumps(document.to_wire()), document.status, headers)


async def _no_such_path(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the framework's form
    return _refusal(problem(ProblemType.NOT_FOUND))


async def _no_such_method(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the framework's form
    refusal = _refusal(ProblemDocument("method", _NO_SUCH_METHOD))
    refusal.headers["Allow"] = ", ".join(sorted(_methods_of(request)))
    return refusal


def _methods_of(request: Request) -> set[str]:
    """In which ways a path may be asked."""
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in routes for method in route.methods}
