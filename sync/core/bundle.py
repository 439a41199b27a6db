"""What travels in a bundle, the file that takes the place of a network: covers, and the frames inside. Shapes only.

The cover stands in the clear and says whose a bundle is; everything else is sealed (see :mod:`sync.parcel`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sync.core.errors import UnreadableAnswerError, UnreadableBundleError
from sync.core.problems import ProblemDocument
from sync.core.protocol import Batch, Page, PushAnswer
from sync.core.schema import SHARED_FEED
from sync.core.trust import CentreKey, CentreStatus, Certificate

MAX_BUNDLE_BYTES = 64 * 1024 * 1024
"""Of a bundle, or of the answer to one, as a file."""
MAX_EXPANDED_BYTES = 1024 * 1024 * 1024
"""Of all that is inside, expanded."""
MAX_PART_BYTES = 1024 * 1024
"""Of a bundle that a carrier brings part by part: most bytes of one part."""
MAX_FRAME_BYTES = 48 * 1024 * 1024
"""Of one frame, expanded: more than a page can have."""
FULL_AT_BYTES = 56 * 1024 * 1024
"""From so many bytes on no frame is begun in a file; the one that is being written may need the rest."""
MAX_FEEDS = 32
"""Cursors that a bundle may name."""

NOT_A_BUNDLE = "not_a_bundle"
DAMAGED = "damaged_bundle"
WRONG_WAY = "wrong_way"
NEWER = "newer_bundle"
OTHER_CENTRE = "other_centre"
OTHER_LAPTOP = "other_laptop"
UNKNOWN_SENDER = "unknown_sender"
LARGE = "large_bundle"
OLD = "old_bundle"

_BUNDLE = "bundle"
_ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class BundleCover:
    """What stands on a bundle for the centre.

    Attributes:
        certificate: The sender's, so that a centre that lost it can take it in; whether it is true is another question.
        box: Id of the centre's key that the bundle is sealed to.
    """

    certificate: Certificate
    box: str

    @property
    def device(self) -> str:
        """The sender."""
        return str(self.certificate.body["device"])

    def to_wire(self) -> dict[str, Any]:
        """Its members of the JSON object."""
        return {"kind": _BUNDLE, "certificate": self.certificate.to_wire(), "box": self.box}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "BundleCover":
        """Read a cover.

        Raises:
            UnreadableBundleError: it is not that of a bundle for the centre.
        """
        if wire.get("kind") != _BUNDLE:
            raise UnreadableBundleError(WRONG_WAY if wire.get("kind") == _ANSWER else DAMAGED)
        try:
            return cls(Certificate.from_wire(wire.get("certificate")), str(wire.get("box")))
        except UnreadableAnswerError as error:
            raise UnreadableBundleError(DAMAGED) from error


@dataclass(frozen=True, slots=True)
class AnswerCover:
    """What stands on the centre's answer.

    Attributes:
        device: Whom it is for.
        key: Id of the centre's signing key under which it is signed.
        keys: All keys of the centre, so that a device that knows an old one can trust a new one.
    """

    device: str
    key: str
    keys: tuple[CentreKey, ...]

    def to_wire(self) -> dict[str, Any]:
        """Its members of the JSON object."""
        keys = [key.to_wire() for key in self.keys]
        return {"kind": _ANSWER, "device": self.device, "key": self.key, "keys": keys}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "AnswerCover":
        """Read a cover.

        Raises:
            UnreadableBundleError: it is not that of an answer.
        """
        if wire.get("kind") != _ANSWER:
            raise UnreadableBundleError(WRONG_WAY if wire.get("kind") == _BUNDLE else DAMAGED)
        try:
            keys = tuple(CentreKey.from_wire(key) for key in wire["keys"])
            return cls(str(wire["device"]), str(wire["key"]), keys)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise UnreadableBundleError(DAMAGED) from error


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first frame of a bundle: where its sender stands.

    Attributes:
        epoch: The history of the centre that it knows.
        role: The role that it has; pages are for a device of this role alone.
        schema: The version of the records that it knows.
        cursors: For each feed that it reads, the last change that it has stored.
    """

    epoch: str
    role: str
    schema: int
    cursors: Mapping[str, int]

    def since(self, epoch: str) -> dict[str, int]:
        """Where each feed goes on in a history of the centre, shared reference data first."""
        order = sorted(self.cursors, key=lambda feed: (feed != SHARED_FEED, feed))
        return {feed: self.cursors[feed] if epoch == self.epoch else 0 for feed in order}

    def to_wire(self) -> dict[str, Any]:
        """The JSON object of its frame."""
        return {"epoch": self.epoch, "role": self.role, "schema": self.schema, "cursors": dict(self.cursors)}

    @classmethod
    def from_wire(cls, wire: object) -> "Manifest":
        """Read it.

        Raises:
            UnreadableBundleError: it has not its form.
        """
        if not isinstance(wire, dict) or type(wire.get("schema")) is not int:
            raise UnreadableBundleError(DAMAGED)
        epoch, role, cursors = wire.get("epoch"), wire.get("role"), wire.get("cursors")
        if not isinstance(epoch, str) or not isinstance(role, str):
            raise UnreadableBundleError(DAMAGED)
        if not isinstance(cursors, dict) or len(cursors) > MAX_FEEDS:
            raise UnreadableBundleError(DAMAGED)
        if any(type(cursor) is not int or not 0 <= cursor < 2**53 for cursor in cursors.values()):
            raise UnreadableBundleError(DAMAGED)
        return cls(epoch, role, wire["schema"], cursors)


@dataclass(frozen=True, slots=True)
class Lot:
    """A batch by its place in the stream.

    Attributes:
        stream: The stream's id.
        first_seq: ``seq`` of the first op.
        count: Ops.
    """

    stream: str
    first_seq: int
    count: int

    @classmethod
    def of(cls, batch: Batch) -> "Lot":
        """The place of a batch."""
        return cls(batch.stream, batch.first_seq, len(batch.ops))


@dataclass(frozen=True, slots=True)
class Received:
    """A batch that the centre took in, and its answer."""

    lot: Lot
    answer: PushAnswer


@dataclass(frozen=True, slots=True)
class Refused:
    """A batch that the centre refused; those after it in the stream were not tried."""

    lot: Lot
    problem: ProblemDocument


@dataclass(frozen=True, slots=True)
class Pulled:
    """A page, and the cursor after which it begins."""

    since: int
    page: Page


@dataclass(frozen=True, slots=True)
class Unread:
    """Why there are no (more) pages: the sender may read nothing for now."""

    problem: ProblemDocument


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a bundle that was brought part by part, as the carrier learns of it.

    Attributes:
        sha256: Of its bytes, hex; by that name it is asked for.
        size: Its bytes.
        batches: Batches of the bundle that have a receipt now.
        ops: Ops in them.
    """

    sha256: str
    size: int
    batches: int
    ops: int


@dataclass(frozen=True, slots=True)
class Consignment:
    """How far the centre has come with a bundle that a carrier brings part by part.

    Attributes:
        held: Bytes of it that the centre holds, from the first on; 0 once there is an answer.
        answer: The answer, once the bundle was taken in.
    """

    held: int = 0
    answer: Answered | None = None

    def to_wire(self) -> dict[str, Any]:
        """The JSON object."""
        return {"held": self.held, "answer": None if self.answer is None else asdict(self.answer)}

    @classmethod
    def from_wire(cls, wire: object) -> "Consignment":
        """Read it.

        Raises:
            UnreadableAnswerError: it has not its form.
        """
        match wire:
            case {"held": int(held), "answer": None} if held >= 0:
                return cls(held)
            case {"held": int(), "answer": {"sha256": str(name), "size": int(size), "batches": int(b), "ops": int(o)}}:
                return cls(0, Answered(name, size, b, o))
        raise UnreadableAnswerError("consignment")


Said: TypeAlias = CentreStatus | Manifest | Received | Refused | Pulled | Unread
"""One frame of an answer."""


def to_frame(said: CentreStatus | Manifest | Received | Refused | Unread) -> dict[str, Any]:
    """The JSON object of a frame; a page is framed as it is, by :func:`page_frame`."""
    match said:
        case CentreStatus():
            return {"status": said.to_wire()}
        case Manifest():
            return {"manifest": said.to_wire()}
        case Received():
            return {"lot": _lot(said.lot), "answer": said.answer.to_wire()}
        case Refused():
            return {"lot": _lot(said.lot), "problem": said.problem.to_wire()}
    return {"unread": said.problem.to_wire()}


def page_frame(since: int, page: bytes) -> bytes:
    """The frame of a page that is JSON already."""
    return b'{"since":%d,"page":%b}' % (since, page)


def from_frame(wire: object) -> Said:
    """Read a frame of an answer.

    Raises:
        UnreadableBundleError: it has none of the forms.
    """
    try:
        match wire:
            case {"status": status}:
                return CentreStatus.from_wire(status)
            case {"manifest": manifest}:
                return Manifest.from_wire(manifest)
            case {"lot": lot, "answer": answer}:
                return Received(_read_lot(lot), PushAnswer.from_wire(answer))
            case {"lot": lot, "problem": problem}:
                return Refused(_read_lot(lot), ProblemDocument.from_wire(problem))
            case {"since": int(since), "page": page}:
                return Pulled(since, Page.from_wire(page))
            case {"unread": problem}:
                return Unread(ProblemDocument.from_wire(problem))
    except (UnreadableAnswerError, TypeError, KeyError, ValueError) as error:
        raise UnreadableBundleError(DAMAGED) from error
    raise UnreadableBundleError(DAMAGED)


def _lot(lot: Lot) -> dict[str, Any]:
    return {"stream": lot.stream, "first_seq": lot.first_seq, "count": lot.count}


def _read_lot(wire: Mapping[str, Any]) -> Lot:
    return Lot(str(wire["stream"]), int(wire["first_seq"]), int(wire["count"]))
