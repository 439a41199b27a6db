"""Bundles over HTTP: a file in, a file out, neither of them ever in memory as a whole.

`POST /v1/bundle` has both in one call: the caller's signature is looked at before a byte of the body is read, and the
body against the digest that was signed. A consignment comes and goes part by part, over a line that lives for seconds.
"""

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Final, ParamSpec, TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sync.central.auth import Caller
from sync.central.bundle import Taken, take_in
from sync.central.centre import Centre
from sync.central.errors import RefusedError, UnavailableError
from sync.core.bundle import DAMAGED, MAX_BUNDLE_BYTES, Answered, Consignment
from sync.core.errors import UnreadableBundleError
from sync.core.problems import ProblemType, problem

MEDIA_TYPE: Final = "application/octet-stream"
BATCHES_HEADER: Final = "Terreno-Batches"
OPS_HEADER: Final = "Terreno-Ops"
_IN_MEMORY: Final = 1024 * 1024
_PIECE: Final = 64 * 1024
_AT_ONCE: Final = 2
"""Bundles that are taken in at the same time; each holds a frame or two in memory."""
_PATIENCE_S: Final = 60.0
"""How long another one waits for its turn."""
_ANSWER_WITHIN_S: Final = 2.0
"""How long the carrier of a consignment waits for word of it; taking it in goes on meanwhile."""
_DIGEST = re.compile(r"sha-(256|512)=:([A-Za-z0-9+/]+={0,2}):")

P = ParamSpec("P")
R = TypeVar("R")


class BundleDesk:
    """Takes bundles in over HTTP.

    Args:
        centre: The centre.
    """

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._places = asyncio.BoundedSemaphore(_AT_ONCE)
        self._under_way: dict[tuple[str, str], asyncio.Task[Consignment]] = {}

    async def take(self, carrier: Caller, request: Request) -> StreamingResponse:
        """Take the bundle of a request in and answer with another one.

        Args:
            carrier: Who brings it; anybody who is not revoked may.
            request: The request; its body is not read yet.

        Raises:
            RefusedError: `revoked`, `too_large`, `bad_signature` when the body is not what was signed, `bundle`, or
                `unavailable` while others are being taken in.
            UnavailableError: the database or the disk cannot serve.
        """
        if carrier.device.out_of_hand:
            raise RefusedError(problem(ProblemType.REVOKED))
        with _spooled() as bundle:
            await _receive(request, carrier.digest, bundle)
            return await self._in_turn(self._answered, bundle)

    async def take_consignment(self, carrier: str, bundle: str) -> Consignment:
        """Take in a bundle that came part by part.

        Whoever asks again while that goes on waits with the first, so a line that is cut costs no work twice.

        Args:
            carrier: The device that brought it.
            bundle: SHA-256 of it, hex.

        Returns:
            How far it has come: the answer, or none yet.

        Raises:
            RefusedError: `bundle`: it is forgotten then; or `unavailable` while others are being taken in.
            UnavailableError: the database or the disk cannot serve.
        """
        name = (carrier, bundle)
        found = await run_in_threadpool(self._centre.consignments.held, *name)
        if found.answer is not None or not found.held:
            return found
        work = self._under_way.get(name)
        if work is None:
            work = asyncio.create_task(self._in_turn(self._answered_consignment, *name))
            self._under_way[name] = work
            work.add_done_callback(lambda ended: (self._under_way.pop(name), ended.cancelled() or ended.exception()))
        done, _ = await asyncio.wait({work}, timeout=_ANSWER_WITHIN_S)
        return work.result() if done else await run_in_threadpool(self._centre.consignments.held, *name)

    def rest_of_answer(self, carrier: str, bundle: str, answer: str, place: int) -> StreamingResponse:
        """The answer to a consignment from a place on.

        Raises:
            RefusedError: `not_found`: it is not here, or not so long.
        """
        found = self._centre.consignments.held(carrier, bundle).answer
        if found is None or found.sha256 != answer or place > found.size:
            raise RefusedError(problem(ProblemType.NOT_FOUND))
        pieces = self._centre.consignments.rest(carrier, bundle, answer, place)
        headers = {"Content-Length": str(found.size - place), "Cache-Control": "no-store"}
        return StreamingResponse(pieces, media_type=MEDIA_TYPE, headers=headers)

    async def _in_turn(self, work: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
        """Do something in a thread when it is its turn.

        Whoever waits holds no thread: there are few, and everybody else is served by them.
        """
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._places.acquire()
        except TimeoutError as error:
            raise RefusedError(problem(ProblemType.UNAVAILABLE)) from error
        try:
            return await run_in_threadpool(work, *given, **named)
        finally:
            self._places.release()

    def _answered(self, bundle: "SpooledTemporaryFile[bytes]") -> StreamingResponse:
        answer = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)
        try:
            taken = self._taken_in(bundle, answer)
            size = answer.tell()
            answer.seek(0)
        except BaseException:
            answer.close()
            raise
        told = {BATCHES_HEADER: str(taken.batches), OPS_HEADER: str(taken.ops)}
        return _Answer(answer, {"Content-Length": str(size), "Cache-Control": "no-store", **told})

    def _answered_consignment(self, carrier: str, bundle: str) -> Consignment:
        consignments = self._centre.consignments
        with _spooled() as file, _spooled() as answer:
            found = consignments.copy(carrier, bundle, file)
            if found.answer is not None or not found.held:
                return found
            try:
                if _sha256(file) != bundle:
                    raise _refused(DAMAGED)
                taken = self._taken_in(file, answer)
            except RefusedError as error:
                if error.document.type == ProblemType.BUNDLE:
                    consignments.let_go(carrier, bundle)
                raise
            answered = Answered(_sha256(answer), answer.tell(), taken.batches, taken.ops)
            return consignments.answer(carrier, bundle, answered, answer)

    def _taken_in(self, bundle: "SpooledTemporaryFile[bytes]", answer: "SpooledTemporaryFile[bytes]") -> Taken:
        try:
            return take_in(self._centre, bundle, answer)
        except UnreadableBundleError as error:
            raise _refused(error.code) from error


class _Answer(StreamingResponse):
    """A file that is sent and then closed, whether anybody took it or not."""

    def __init__(self, file: "SpooledTemporaryFile[bytes]", headers: Mapping[str, str]) -> None:
        self._file = file
        super().__init__(iter(lambda: file.read(_PIECE), b""), media_type=MEDIA_TYPE, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._file.close()


def _refused(why: str) -> RefusedError:
    return RefusedError(problem(ProblemType.BUNDLE, why=why))


def _sha256(file: "SpooledTemporaryFile[bytes]") -> str:
    """The SHA-256 of a file, hex; it is read to its end."""
    found = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE):
        found.update(piece)
    return found.hexdigest()


@contextmanager
def _spooled() -> Iterator["SpooledTemporaryFile[bytes]"]:
    """A file in memory, and on disk once it grows.

    Raises:
        UnavailableError: the disk is full.
    """
    try:
        with SpooledTemporaryFile[bytes](max_size=_IN_MEMORY) as file:
            yield file
    except OSError as error:
        raise UnavailableError("disk") from error


async def _receive(request: Request, digest: str, bundle: "SpooledTemporaryFile[bytes]") -> None:
    """Read the body, no further than it may be long, and compare it with the digest that was signed."""
    signed = _DIGEST.fullmatch(digest)
    if signed is None:
        raise RefusedError(problem(ProblemType.BAD_SIGNATURE))
    found = hashlib.new(f"sha{signed[1]}", usedforsecurity=False)
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MAX_BUNDLE_BYTES:
            raise RefusedError(problem(ProblemType.TOO_LARGE))
        found.update(piece)
        await run_in_threadpool(bundle.write, piece)
    if not hmac.compare_digest(base64.b64encode(found.digest()), signed[2].encode()):
        raise RefusedError(problem(ProblemType.BAD_SIGNATURE))
