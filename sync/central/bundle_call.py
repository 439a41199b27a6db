"""`POST /v1/bundle`: a file in, a file out, neither of them ever in memory as a whole.

The caller's signature is looked at before a byte of the body is read, and the body against the digest that was signed.
"""

import base64
import hashlib
import hmac
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sync.central.auth import Caller
from sync.central.bundle import take_in
from sync.central.centre import Centre
from sync.central.errors import RefusedError, UnavailableError
from sync.core.bundle import MAX_BUNDLE_BYTES
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
_DIGEST = re.compile(r"sha-(256|512)=:([A-Za-z0-9+/]+={0,2}):")


class BundleDesk:
    """Takes bundles in over HTTP.

    Args:
        centre: The centre.
    """

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._places = threading.BoundedSemaphore(_AT_ONCE)

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
            return await run_in_threadpool(self._in_turn, bundle)

    def _in_turn(self, bundle: "SpooledTemporaryFile[bytes]") -> StreamingResponse:
        if not self._places.acquire(timeout=_PATIENCE_S):
            raise RefusedError(problem(ProblemType.UNAVAILABLE))
        try:
            return self._answered(bundle)
        finally:
            self._places.release()

    def _answered(self, bundle: "SpooledTemporaryFile[bytes]") -> StreamingResponse:
        answer = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)
        try:
            taken = take_in(self._centre, bundle, answer)
            size = answer.tell()
            answer.seek(0)
        except UnreadableBundleError as error:
            answer.close()
            raise RefusedError(problem(ProblemType.BUNDLE, why=error.code)) from error
        except BaseException:
            answer.close()
            raise
        told = {BATCHES_HEADER: str(taken.batches), OPS_HEADER: str(taken.ops)}
        return _Answer(answer, {"Content-Length": str(size), "Cache-Control": "no-store", **told})


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
