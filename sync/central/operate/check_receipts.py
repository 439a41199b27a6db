"""Part of a check: the receipts of one stream, beside its ops in their order."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import orjson

from sync.central.held import KnownOp
from sync.central.operate.inspection import FaultCode, Inspection, Row
from sync.central.packing import unpack
from sync.core.instants import parse_instant
from sync.core.merge import Outcome
from sync.core.protocol import QUARANTINE_REASONS, OpResult, Receipt, receipt_root


@dataclass(frozen=True, slots=True)
class Placed:
    """One op at its place in a stream.

    Attributes:
        seq: Its place.
        hash: SHA-256 of its bytes, hex.
        sent: The id under which it is answered.
        held_as: The ids under which it may be held: its own, and those made from its hash.
        received_at: When its batch came, if it is the last op of it.
    """

    seq: int
    hash: str
    sent: str
    held_as: tuple[str, ...]
    received_at: str | None


class Receipts:
    """The receipts of a stream.

    Args:
        look: The inspection.
        stream: Row of the stream.
        placed: Its ops in order; read to their end.
        epochs: Every epoch of the centre and when it began, the first one first.
    """

    def __init__(self, look: Inspection, stream: Row, placed: Iterator[Placed], epochs: Mapping[str, str]) -> None:
        self._look = look
        self._stream = stream
        self._placed = placed
        self._epochs = epochs
        self._window: deque[Placed] = deque()
        self._seen = 0
        self._covered = 0
        self._unproven: dict[int, str] = {}
        self.of_epochs: set[str] = set()

    def check(self) -> None:
        """Look at each receipt, and whether there is one for every op and for the hour of every batch."""
        look, stream = self._look, self._stream["id"]
        for row in look.rows_of("receipts", "stream", stream, "first_seq, id"):
            first, last = row["first_seq"], row["first_seq"] + row["count"] - 1
            look.expect(first <= self._covered + 1, FaultCode.RECEIPT, "streams", f"{stream}/{self._covered + 1}")
            self._covered = max(self._covered, last)
            self._move(first, last)
            with look.at("receipts", row["id"]):
                self._check(row, [one for one in self._window if first <= one.seq <= last])
        self._move(self._seen + 1, self._covered)
        for one in self._placed:
            self._note(one)
        look.expect(self._covered == self._seen, FaultCode.RECEIPT, "streams", f"{stream}/{self._covered + 1}")
        for seq in self._unproven:
            look.fault(FaultCode.RECEIPT, "streams", f"{stream}/{seq}")

    def _move(self, first: int, last: int) -> None:
        """Hold the ops of a receipt; those before it are not asked for again."""
        while self._window and self._window[0].seq < first:
            self._window.popleft()
        while self._seen < last and (one := next(self._placed, None)) is not None:
            self._note(one)
            if one.seq >= first:
                self._window.append(one)

    def _note(self, one: Placed) -> None:
        self._seen = one.seq
        if one.received_at is not None:
            self._unproven[one.seq] = one.received_at

    def _check(self, row: Row, placed: list[Placed]) -> None:
        look, name = self._look, row["id"]
        receipt = Receipt.from_wire(orjson.loads(row["receipt"]))
        body = receipt.body
        look.expect(
            look.signed(receipt.key, receipt.signed_bytes, receipt.signature), FaultCode.SIGNATURE, "receipts", name
        )
        same = all(body[column] == row[column] for column in ("stream", "first_seq", "count", "root"))
        same = same and body["device"] == self._stream["device"] and body["epoch"] in self._epochs
        look.expect(same, FaultCode.DIFFERS, "receipts", name)
        parse_instant(body["issued_at"])
        self.of_epochs.add(body["epoch"])
        results = [OpResult.from_wire(wire) for wire in orjson.loads(unpack(row["results"]))]
        covers = len(placed) == row["count"] == len(results)
        covers = covers and [one.sent for one in placed] == [result.op for result in results]
        covers = covers and receipt_root([one.hash for one in placed], results) == body["root"]
        look.expect(covers, FaultCode.RECEIPT, "receipts", name)
        if covers:
            self._check_answers(name, placed, results)
            self._prove(placed[-1].seq, body["issued_at"], body["epoch"])

    def _prove(self, seq: int, issued_at: str, epoch: str) -> None:
        """The receipt was signed when the batch came; or in a later epoch, in the place of the one signed then."""
        came = self._unproven.get(seq)
        later = came is not None and [epoch] != [*self._epochs][:1] and came < self._epochs[epoch]
        if came == issued_at or later:
            del self._unproven[seq]

    def _check_answers(self, name: int, placed: list[Placed], results: list[OpResult]) -> None:
        """What was answered is what is held, unless the op was held back then and was decided since."""
        known = self._look.tx.known_ops({held_as for one in placed for held_as in one.held_as})
        for one, result in zip(placed, results, strict=True):
            held = [known[of] for of in one.held_as if of in known and known[of].hash == one.hash]
            same = not held or any(self._answers(result, now) for now in held)
            self._look.expect(same, FaultCode.ANSWER, "ops", f"{one.sent} (receipts {name})")

    def _answers(self, result: OpResult, now: KnownOp) -> bool:
        """Whether an answer is what became of an op, or that it was held back."""
        if result.status is not Outcome.QUARANTINED:
            return replace(result, op=now.result.op, repeated=False) == now.result
        waits = self._look.find("quarantine", ("op",), "op", now.id)
        known = waits is not None and result.reason in QUARANTINE_REASONS
        return known and not (result.change or result.conflicts)
