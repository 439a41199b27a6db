"""What travels between a device and the centre: batches, results, receipts, pages. Shapes only; no HTTP, no keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sync.core.errors import OverfullBatchError, UnreadableAnswerError, UnreadableBatchError
from sync.core.merge import Conflict, Outcome
from sync.core.ops import canonical, links, sha256
from sync.core.schema import Json
from sync.core.trust import Vouched

PROTOCOL_VERSION = 1
MAX_OPS = 1_000
"""Ops in one batch."""
MAX_BATCH_BYTES = 2 * 1024 * 1024
"""Bytes of one batch before compression."""
CLOCK_GRACE_S = 300
"""How far ``created`` of a signature may lie from the centre's clock, in seconds."""
QUARANTINE_REASONS = (
    "unreadable",
    "unknown_kind",
    "unknown_code",
    "wrong_type",
    "immutable",
    "only_once",
    "id_reused",
    "outside_scope",
    "values",
    "revoked",
    "waiting",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """A run of one stream's ops, all of one region, as it travels.

    Attributes:
        stream: The stream's id.
        epoch: The history of the centre that the device knows.
        region: Feed that every op of the batch belongs to.
        first_seq: ``seq`` of the first op.
        prev: Link of the op before it; empty at 1.
        link: Link of the last op.
        ops: The ops as JSON objects, verbatim.
        values: Private values by op id: ``{salt, fields}`` or ``{sealed}``.
        proofs: By op id, the centre's own signature ``{key, signature}`` over an op that it once took in.
        next_stream: The stream that the device will take if this one went on elsewhere; a fork's answer certifies it.
    """

    stream: str
    epoch: str
    region: str
    first_seq: int
    prev: str
    link: str
    ops: tuple[Json, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    proofs: Mapping[str, Any] = field(default_factory=dict)
    next_stream: str | None = None

    def to_wire(self) -> dict[str, Any]:
        """The JSON body of a push; what is empty and optional is left out."""
        wire: dict[str, Any] = {
            "stream": self.stream,
            "epoch": self.epoch,
            "region": self.region,
            "first_seq": self.first_seq,
            "prev": self.prev,
            "link": self.link,
            "ops": list(self.ops),
            "values": dict(self.values),
        }
        if self.proofs:
            wire["proofs"] = dict(self.proofs)
        if self.next_stream is not None:
            wire["next_stream"] = self.next_stream
        return wire

    @classmethod
    def from_wire(cls, wire: object) -> "Batch":
        """Read the envelope; the ops in it are looked at one by one later.

        Raises:
            UnreadableBatchError: the envelope has not its form.
            OverfullBatchError: it holds more ops than a batch may.
        """
        if not isinstance(wire, dict):
            raise UnreadableBatchError("a batch is a JSON object")
        for name in ("stream", "epoch", "region", "prev", "link"):
            if not isinstance(wire.get(name), str):
                raise UnreadableBatchError(name)
        first, ops, values = wire.get("first_seq"), wire.get("ops"), wire.get("values", {})
        if type(first) is not int or first < 1:
            raise UnreadableBatchError("first_seq")
        if not isinstance(ops, list) or not ops:
            raise UnreadableBatchError("ops")
        if len(ops) > MAX_OPS:
            raise OverfullBatchError("ops")
        proofs, next_stream = wire.get("proofs", {}), wire.get("next_stream")
        for name, beside in (("values", values), ("proofs", proofs)):
            if not isinstance(beside, dict):
                raise UnreadableBatchError(name)
        if not isinstance(next_stream, str | None):
            raise UnreadableBatchError("next_stream")
        return cls(
            stream=wire["stream"],
            epoch=wire["epoch"],
            region=wire["region"],
            first_seq=first,
            prev=wire["prev"],
            link=wire["link"],
            ops=tuple(ops),
            values=values,
            proofs=proofs,
            next_stream=next_stream,
        )

    def hashes(self) -> list[str]:
        """Hash of each op as it travelled; unreadable ones have one too.

        Raises:
            UnreadableBatchError: an op is nested so deeply, or holds a number so large, that it has no canonical form.
        """
        try:
            return [sha256(canonical(op)) for op in self.ops]
        except TypeError as error:
            raise UnreadableBatchError("ops") from error

    def links(self) -> list[str]:
        """Link of each op, computed from ``prev``; the last one must equal ``link``."""
        return links(self.prev, self.stream, self.first_seq, self.hashes())


@dataclass(slots=True)
class OpResult:
    """The centre's answer for one op.

    Attributes:
        op: The op's id.
        status: The worst outcome of its groups.
        change: The record's change after it; 0 when it moved none.
        conflicts: Conflicts that it opened.
        reason: Why it is in quarantine, or was rejected.
        repeated: The centre knew it already; the rest is its first answer again.
    """

    op: Final[str]
    status: Final[Outcome]
    change: Final[int] = 0
    conflicts: Final[tuple[str, ...]] = ()
    reason: Final[str | None] = None
    repeated: Final[bool] = False

    def to_wire(self) -> dict[str, Any]:
        """The JSON object of an answer."""
        return {
            "op": self.op,
            "status": self.status.value,
            "change": self.change,
            "conflicts": list(self.conflicts),
            "reason": self.reason,
            "repeated": self.repeated,
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "OpResult":
        """Read one result.

        Raises:
            KeyError, ValueError: it has not its form; :meth:`PushAnswer.from_wire` turns both into its own error.
        """
        return cls(
            op=wire["op"],
            status=Outcome(wire["status"]),
            change=int(wire["change"]),
            conflicts=tuple(wire["conflicts"]),
            reason=wire["reason"],
            repeated=bool(wire["repeated"]),
        )


def receipt_root(hashes: Sequence[str], results: Sequence[OpResult]) -> str:
    """SHA-256 over the lines ``op hash status change`` of a batch, in order.

    Args:
        hashes: Hash of each op, as the reader itself computes it.
        results: The result of each op, in the same order.
    """
    lines = [" ".join((r.op, h, r.status, str(r.change))) for h, r in zip(hashes, results, strict=True)]
    return sha256("\n".join(lines).encode())


@dataclass(frozen=True, slots=True)
class Receipt:
    """The centre's signed word that a batch is committed.

    Attributes:
        body: ``{v, device, stream, epoch, issued_at, first_seq, count, root}``; its canonical JSON is what is signed.
        key: Id of the centre's key (hex SHA-256 of the public key, first 16 digits).
        signature: Ed25519, hex.
    """

    body: Mapping[str, Any]
    key: str
    signature: str

    def to_wire(self) -> dict[str, Any]:
        """The JSON object of an answer."""
        return {"body": dict(self.body), "key": self.key, "signature": self.signature}

    @property
    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        return canonical(dict(self.body))

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "Receipt":
        """Read a receipt; whether it is true is another question."""
        return cls(dict(wire["body"]), str(wire["key"]), str(wire["signature"]))


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What the centre says to a batch."""

    epoch: str
    results: tuple[OpResult, ...]
    receipt: Receipt

    def to_wire(self) -> dict[str, Any]:
        """The JSON body."""
        return {
            "epoch": self.epoch,
            "results": [r.to_wire() for r in self.results],
            "receipt": self.receipt.to_wire(),
        }

    @classmethod
    def from_wire(cls, wire: object) -> "PushAnswer":
        """Read the answer to a push.

        Raises:
            UnreadableAnswerError: it has not the form of one.
        """
        try:
            return cls(
                epoch=str(wire["epoch"]),  # type: ignore[index]  # any other shape raises just below
                results=tuple(OpResult.from_wire(r) for r in wire["results"]),  # type: ignore[index]
                receipt=Receipt.from_wire(wire["receipt"]),  # type: ignore[index]
            )
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise UnreadableAnswerError("push") from error


_PULLED = frozenset({"kind", "record", "region", "schema", "fields", "writer", "writers", "change", "conflicts"})


@dataclass(frozen=True, slots=True)
class PulledRecord:
    """One record of a page, as far as the caller may see it.

    Attributes:
        kind: With ``record`` its name.
        record: UUID.
        region: Its feed.
        schema: Highest schema version that wrote it.
        fields: Live values, written ``None`` included.
        writer: The op behind most fields.
        writers: The op behind each of the other fields.
        change: The record's last change.
        conflicts: Open ones, and those closed since the cursor, as JSON objects (see :mod:`sync.core.merge`).
        extra: Further members (``late``, ``erase``, and what a later version adds), verbatim.
    """

    kind: str
    record: str
    region: str
    schema: int
    fields: Mapping[str, Json]
    writer: str
    writers: Mapping[str, str]
    change: int
    conflicts: tuple[Mapping[str, Any], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def writer_of(self, name: str) -> str:
        """The op that set the field's value."""
        return self.writers.get(name, self.writer)

    @property
    def is_outside_scope(self) -> bool:
        """It is told for its conflicts and its erasure alone: what the device holds of it stays."""
        return self.extra.get("only_conflicts") is True

    @property
    def late(self) -> tuple[str, ...]:
        """Of its writers, the ops that the centre merged after the one that took the record out of use.

        Raises:
            UnreadableAnswerError: they are not a list of texts.
        """
        told = self.extra.get("late", ())
        if not isinstance(told, list | tuple) or not all(isinstance(op, str) for op in told):
            raise UnreadableAnswerError("late")
        return tuple(told)

    @property
    def erasure(self) -> Vouched | None:
        """The op that erased its private values, with the centre's word for it.

        Raises:
            UnreadableAnswerError: it has not the form of one.
        """
        return None if self.extra.get("erase") is None else Vouched.from_wire(self.extra["erase"])

    def to_wire(self) -> dict[str, Any]:
        """The JSON object of a page."""
        return {
            **self.extra,
            "kind": self.kind,
            "record": self.record,
            "region": self.region,
            "schema": self.schema,
            "fields": dict(self.fields),
            "writer": self.writer,
            "writers": dict(self.writers),
            "change": self.change,
            "conflicts": [dict(c) for c in self.conflicts],
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "PulledRecord":
        """Read one record of a page."""
        return cls(
            kind=wire["kind"],
            record=wire["record"],
            region=wire["region"],
            schema=int(wire["schema"]),
            fields=dict(wire["fields"]),
            writer=wire["writer"],
            writers=dict(wire["writers"]),
            change=int(wire["change"]),
            conflicts=tuple(wire["conflicts"]),
            extra={k: v for k, v in wire.items() if k not in _PULLED},
        )


_PAGE = frozenset({"epoch", "feed", "after", "cursor", "more", "records"})


@dataclass(frozen=True, slots=True)
class Page:
    """A run of a feed in change order.

    Attributes:
        epoch: The centre's history.
        feed: A region, or the shared feed.
        after: The cursor that was asked with: an answer to another question is not taken for one to this.
        cursor: Where the next page starts.
        more: There is a next page.
        records: The records changed since the caller's cursor, each once.
        extra: Further members (``role``, ``stream``, and what a later version adds), verbatim.
    """

    epoch: str
    feed: str
    after: int
    cursor: int
    more: bool
    records: tuple[PulledRecord, ...]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def role(self) -> str | None:
        """In which role the centre let the caller read it; ``None`` where it does not say."""
        told = self.extra.get("role")
        return told if isinstance(told, str) else None

    @property
    def decisions(self) -> tuple[Vouched, ...]:
        """The centre's own decisions in this run of the feed, for a device to hand in again after a restore.

        Raises:
            UnreadableAnswerError: one has not its form.
        """
        told = self.extra.get("stream", ())
        if not isinstance(told, list | tuple):
            raise UnreadableAnswerError("stream")
        return tuple(Vouched.from_wire(one) for one in told)

    def to_wire(self) -> dict[str, Any]:
        """The JSON body."""
        return {
            **self.extra,
            "epoch": self.epoch,
            "feed": self.feed,
            "after": self.after,
            "cursor": self.cursor,
            "more": self.more,
            "records": [r.to_wire() for r in self.records],
        }

    @classmethod
    def from_wire(cls, wire: object) -> "Page":
        """Read a page.

        Raises:
            UnreadableAnswerError: it has not the form of one.
        """
        try:
            return cls(
                epoch=str(wire["epoch"]),  # type: ignore[index]  # any other shape raises just below
                feed=str(wire["feed"]),  # type: ignore[index]
                after=int(wire["after"]),  # type: ignore[index]
                cursor=int(wire["cursor"]),  # type: ignore[index]
                more=bool(wire["more"]),  # type: ignore[index]
                records=tuple(PulledRecord.from_wire(r) for r in wire["records"]),  # type: ignore[index]
                extra={k: v for k, v in wire.items() if k not in _PAGE},  # type: ignore[attr-defined]
            )
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise UnreadableAnswerError("pull") from error


def conflict_to_wire(conflict: Conflict, *, values: bool = True) -> dict[str, Any]:
    """A conflict as a page carries it; without ``values`` it only says where it stands."""
    told: dict[str, Any] = {
        "id": conflict.id,
        "group": list(conflict.group),
        "state": conflict.state.value,
        "other_op": conflict.other_op,
        "against_op": conflict.against_op,
        "other_author": conflict.other_author,
        "other_device": conflict.other_device,
        "other_at": conflict.other_at,
        "against_author": conflict.against_author,
        "against_at": conflict.against_at,
        "closed_by": conflict.closed_by,
    }
    if conflict.private:
        told["private"] = True
    return {**told, "before": dict(conflict.before), "other": dict(conflict.other)} if values else told
