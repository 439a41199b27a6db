"""Bringing somebody's bundle to the centre: what is in it cannot be read here, whether it is whole can be told."""

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from sync.client.conversation import Conversation
from sync.client.errors import ForgedError
from sync.client.keys import signing_key
from sync.client.ports import Caller
from sync.core.bundle import MAX_BUNDLE_BYTES, AnswerCover, BundleCover
from sync.core.errors import UnreadableBundleError
from sync.parcel.sealing import Sealed, Sink, Source

BUNDLE_TYPE: Final = "application/octet-stream"
_PIECE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Carried:
    """What a carrier learns of a bundle.

    Attributes:
        label: What people call the laptop that wrote it.
        batches: Batches that the centre has now.
        ops: Ops in them.
    """

    label: str
    batches: int
    ops: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What the centre says of a bundle to whoever brought it: batches that it has now, and ops in them."""

    batches: int
    ops: int


class Parcel(Source, Sink, Protocol):
    """A file that is written and read again."""

    def empty(self) -> None:
        """Begin anew."""
        ...


class Outgoing:
    """A file as the body of a request.

    Args:
        source: The file.
        moved: Told bytes that were sent, and of how many.
    """

    def __init__(self, source: Source, moved: Callable[[int, int], object]) -> None:
        self._source = source
        self._moved = moved
        self._size = source.seek(0, os.SEEK_END)
        self._sent = 0

    def digest(self) -> str:
        """The header ``Content-Digest`` of the whole file (RFC 9530)."""
        found = hashlib.sha256()
        self._source.seek(0)
        while piece := self._source.read(_PIECE):
            found.update(piece)
        self._source.seek(0)
        return f"sha-256=:{base64.b64encode(found.digest()).decode()}:"

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(_PIECE):
            yield piece

    def read(self, size: int) -> bytes:
        """The next bytes."""
        piece = self._source.read(size)
        self._sent += len(piece)
        self._moved(self._sent, self._size)
        return piece


class BundlePort(Protocol):
    """The centre as a carrier sees it; :class:`sync.client.http.Central` is the one over HTTPS."""

    def bundle(self, source: Source, sink: Sink, caller: Caller, moved: Callable[[int, int], object]) -> Taken:
        """Hand a bundle in and write the answer."""
        ...


def carry(talk: Conversation, central: BundlePort, source: Source, answer: Parcel) -> Carried:
    """Bring a bundle to the centre and take the answer along.

    Args:
        talk: This run.
        central: The centre.
        source: The bundle.
        answer: Where the answer goes.

    Raises:
        UnreadableBundleError: it is damaged or no bundle; or the centre says that it is not for it.
        UnreachableError: the centre cannot be reached; bring it again.
        RefusedError: the centre said no.
        ForgedError: the answer is not the centre's, or not for that laptop.
    """
    sealed = Sealed(source)
    cover = BundleCover.from_wire(sealed.cover)
    sealed.verify(cover.certificate.body["sign_key"])

    def bring(caller: Caller) -> Taken:
        answer.empty()
        return central.bundle(source, answer, caller, lambda done, total: talk.tell("carry", done, total))

    taken = talk.ask_patiently(bring)
    try:
        _check_answer(talk, answer, cover.device)
    except UnreadableBundleError as error:
        raise ForgedError("answer", error.code) from error
    return Carried(str(cover.certificate.body["label"]), taken.batches, taken.ops)


def _check_answer(talk: Conversation, answer: Source, device: str) -> None:
    sealed = Sealed(answer, 2 * MAX_BUNDLE_BYTES)
    cover = AnswerCover.from_wire(sealed.cover)
    signer = signing_key(talk.identity.centre_keys, cover.keys, cover.key)
    if signer is None or cover.device != device:
        raise ForgedError("answer", "unknown_key" if signer is None else "other_device")
    sealed.verify(signer)
