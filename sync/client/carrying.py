"""Bringing somebody's bundle to the centre: what is in it cannot be read here, whether it is whole can be told.

It goes part by part, and the answer comes back so: a line that is cut, a program that ends and a centre that is started
again cost what was under way in that moment, and the next try goes on behind it.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Final, Protocol

from sync.client.conversation import Conversation
from sync.client.errors import ClientError, ForgedError, UnreachableError, UnreadableReplyError
from sync.client.keys import signing_key
from sync.client.ports import Caller
from sync.core.bundle import MAX_BUNDLE_BYTES, MAX_PART_BYTES, AnswerCover, Answered, BundleCover, Consignment
from sync.core.errors import UnreadableBundleError
from sync.parcel.sealing import Sealed, Sink, Source

BUNDLE_TYPE: Final = "application/octet-stream"
_PIECE: Final = 64 * 1024
_LEAST_PART: Final = 4 * 1024
"""Of the first part, and after a part that was cut off: what a line has to carry so that a bundle arrives at all."""


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


class Parcel(Source, Sink, Protocol):
    """A file that is written and read again."""

    def empty(self) -> None:
        """Begin anew."""
        ...


Place = Callable[[str], AbstractContextManager[Parcel]]
"""Opens the file for an answer by a name that is that answer's alone: what came of it before is still there."""


class ConsignmentPort(Protocol):
    """The centre as a carrier sees it; :class:`sync.client.http.Central` is the one over HTTPS."""

    def consignment(self, bundle: str, caller: Caller) -> Consignment:
        """How far a bundle has come."""
        ...

    def put_part(self, bundle: str, place: int, part: bytes, caller: Caller) -> Consignment:
        """Bring the next bytes of a bundle."""
        ...

    def take_consignment(self, bundle: str, caller: Caller) -> Consignment:
        """Have the centre take in a bundle that is there whole; without an answer it is still about it."""
        ...

    def rest_of_answer(self, bundle: str, answer: Answered, place: int, sink: Sink, caller: Caller) -> None:
        """Write an answer from a place on; what came before a line was cut is written."""
        ...

    def let_go(self, bundle: str, caller: Caller) -> Consignment:
        """Tell the centre that the answer is home."""
        ...


def carry(talk: Conversation, central: ConsignmentPort, source: Source, place: Place) -> Carried:
    """Bring a bundle to the centre and take the answer along; run again after anything, it goes on from where it was.

    Args:
        talk: This run.
        central: The centre.
        source: The bundle.
        place: Where the answer goes.

    Raises:
        UnreadableBundleError: it is damaged or no bundle; or the centre says that it is not for it.
        UnreachableError: the centre cannot be reached; bring it again.
        RefusedError: the centre said no.
        ForgedError: the answer is not the centre's, or not for that laptop.
        StoppedError: somebody asked to stop.
    """
    sealed = Sealed(source)
    cover = BundleCover.from_wire(sealed.cover)
    sealed.verify(cover.certificate.body["sign_key"])
    bundle, size = _sha256(source)
    answered = _Bringing(talk, central, source, bundle, size).answered()
    with place(answered.sha256) as answer:
        _bring_home(talk, central, bundle, answered, answer)
        fault = _fault(talk, answer, answered, cover.device)
        if fault is not None:
            answer.empty()
            _let_go(talk, central, bundle)
            raise ForgedError("answer", fault)
    _let_go(talk, central, bundle)
    return Carried(str(cover.certificate.body["label"]), answered.batches, answered.ops)


class _Bringing:
    """The way there: parts that are smaller when the line is bad, each behind what the centre holds."""

    def __init__(self, talk: Conversation, central: ConsignmentPort, source: Source, bundle: str, size: int) -> None:
        self._talk = talk
        self._central = central
        self._source = source
        self._bundle = bundle
        self._size = size
        self._most = _LEAST_PART
        self._failures = 0

    def answered(self) -> Answered:
        """Bring what is not there yet, until there is an answer."""
        held: Consignment | None = None
        while held is None or held.answer is None:
            self._talk.check_stop()
            try:
                held = self._step(held)
            except UnreachableError as error:
                self._failures += 1
                self._most = max(self._talk.patience.smaller(self._most, self._failures), _LEAST_PART)
                self._talk.patience.wait(self._failures, error)
                continue
            self._failures = 0
            self._talk.tell("carry", min(held.held, self._size) if held.answer is None else self._size, self._size)
        return held.answer

    def _step(self, held: Consignment | None) -> Consignment:
        ask, bundle = self._talk.ask, self._bundle
        if held is None:
            return ask(lambda caller: self._central.consignment(bundle, caller))
        if held.held >= self._size:
            return ask(lambda caller: self._central.take_consignment(bundle, caller))
        self._source.seek(held.held)
        part = self._source.read(min(self._most, self._size - held.held))
        told = ask(lambda caller: self._central.put_part(bundle, held.held, part, caller))
        if told == held:
            raise UnreadableReplyError("a part that goes nowhere")
        self._most = min(2 * self._most, MAX_PART_BYTES)
        return told


def _bring_home(talk: Conversation, central: ConsignmentPort, bundle: str, answered: Answered, answer: Parcel) -> None:
    """Bring the answer home, behind what is here of it already, unless a medium that lost power spoilt that."""
    begun = answer.seek(0, os.SEEK_END)
    _fetch(talk, central, bundle, answered, answer)
    if begun and _sha256(answer) != (answered.sha256, answered.size):
        answer.empty()
        _fetch(talk, central, bundle, answered, answer)


def _fetch(talk: Conversation, central: ConsignmentPort, bundle: str, answered: Answered, answer: Parcel) -> None:
    """Fetch what is not here; what came counts also when the line was cut."""
    sink, failures = _Told(talk, answer, answered.size), 0
    while (here := sink.here) < answered.size:
        talk.check_stop()
        try:
            talk.ask(lambda caller: central.rest_of_answer(bundle, answered, sink.here, sink, caller))
        except UnreachableError as error:
            failures = 1 if sink.here > here else failures + 1
            talk.patience.wait(failures, error)


class _Told:
    """A file that is written at its end, and how far it has come is told.

    Attributes:
        here: Bytes that are there.
    """

    def __init__(self, talk: Conversation, file: Parcel, size: int) -> None:
        self._talk = talk
        self._file = file
        self._size = size
        self.here = file.seek(0, os.SEEK_END)
        self._talk.tell("carry", self.here, size)

    def write(self, data: bytes, /) -> None:
        """Write more."""
        self._file.write(data)
        self.here += len(data)
        self._talk.tell("carry", self.here, self._size)


def _fault(talk: Conversation, answer: Source, answered: Answered, device: str) -> str | None:
    """Why an answer does not hold, if it does not."""
    if _sha256(answer) != (answered.sha256, answered.size):
        return "other_bytes"
    try:
        sealed = Sealed(answer, 2 * MAX_BUNDLE_BYTES)
        cover = AnswerCover.from_wire(sealed.cover)
        signer = signing_key(talk.identity.centre_keys, cover.keys, cover.key)
        if signer is None or cover.device != device:
            return "unknown_key" if signer is None else "other_device"
        sealed.verify(signer)
    except UnreadableBundleError as error:
        return error.code
    return None


def _let_go(talk: Conversation, central: ConsignmentPort, bundle: str) -> None:
    """The centre need not keep the answer any longer; if it does not hear so, it forgets it after some days."""
    with suppress(ClientError):
        talk.ask(lambda caller: central.let_go(bundle, caller))


def _sha256(source: Source) -> tuple[str, int]:
    """The SHA-256 of a file, hex, and its bytes."""
    found, size = hashlib.sha256(), 0
    source.seek(0)
    while piece := source.read(_PIECE):
        found.update(piece)
        size += len(piece)
    return found.hexdigest(), size
