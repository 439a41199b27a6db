"""What the engine needs of a device's store. The store keeps each promise in one transaction of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sync.core.protocol import Batch, OpResult, Page, PushAnswer, Receipt
from sync.core.schema import Json
from sync.core.trust import CentreStatus


class Clock(Protocol):
    """This device's idea of the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """Who this device is, as its certificate says, and the stream it writes.

    Attributes:
        device: UUID.
        label: What people call it, ``T07``.
        region: Its region; ``CL`` for all of them.
        role: ``field`` or ``coordination``.
        stream: UUID of the stream it writes now.
        epoch: The centre's history that it knows.
        central: URL of the centre.
        centre_keys: Public keys of the centre, hex, by key id: ``{"sign": {id: hex}, "box": {id: hex}}``.
        certificate: The certificate as the centre gave it.
    """

    device: str
    label: str
    region: str
    role: str
    stream: str
    epoch: str
    central: str
    centre_keys: Mapping[str, Mapping[str, str]]
    certificate: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """In whose name a request is signed, and with which idea of the time.

    Attributes:
        device: UUID of the device; the ``keyid`` of the signature.
        stream: The stream it writes now.
        clock_offset_ms: What to add to this device's clock to get the centre's.
        certificate: What the device shows for itself to a centre that was restored and does not know it.
    """

    device: str
    stream: str
    clock_offset_ms: int = 0
    certificate: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch that the centre received, as the device keeps it: enough to verify the receipt once more.

    Attributes:
        receipt: The centre's word.
        hashes: Hash of each op of the batch, computed from the device's own ops, in order.
        results: What the centre answered to each.
    """

    receipt: Receipt
    hashes: tuple[str, ...]
    results: tuple[OpResult, ...]


class CentralPort(Protocol):
    """The centre as the engine sees it; :class:`sync.client.http.Central` is the one over HTTPS."""

    def status(self) -> CentreStatus:
        """What the centre says of itself to anybody."""
        ...

    def push(self, batch: Batch, caller: Caller) -> PushAnswer:
        """Hand a batch in."""
        ...

    def pull(self, feed: str, cursor: int, limit: int, caller: Caller) -> Page:
        """The next page of a feed."""
        ...


class Outbox(Protocol):
    """The device's ops on their way to the centre, and the centre's pages on their way to the screen."""

    def identity(self) -> DeviceIdentity:
        """Who this device is."""
        ...

    def pending(self) -> int:
        """Ops without a receipt."""
        ...

    def next_batch(self, max_ops: int, max_bytes: int, after: str = "") -> Batch | None:
        """A run of ops from the first one without a receipt on; it ends where the region changes.

        Args:
            max_ops: Most ops.
            max_bytes: Most bytes of the wire form before compression; one op is always given.
            after: An op held here; the run begins behind it.
        """
        ...

    def held_ops(self, ops: Sequence[str]) -> Mapping[str, Json]:
        """Those of these ops that the device holds, by id, as they travel."""
        ...

    def mark_sent(self, ops: Sequence[str]) -> None:
        """The batch is about to leave: its ops are shown as sent, and stay in the outbox."""
        ...

    def accept(self, batch: Batch, answer: PushAnswer) -> None:
        """Store the answer to a batch with its receipt, in one transaction. The engine has verified both."""
        ...

    def feeds(self) -> tuple[str, ...]:
        """The feeds that the device reads, shared reference data first."""
        ...

    def cursor(self, feed: str) -> int:
        """The last change stored of a feed; 0 at the start."""
        ...

    def accept_page(self, since: int, page: Page) -> int:
        """Store records, conflicts and cursor of a page in one transaction.

        Args:
            since: The cursor that was asked with; a page for another cursor than the stored one is ignored.
            page: The page.

        Returns:
            Records stored.
        """
        ...

    def clock_offset_ms(self) -> int:
        """What to add to this device's clock to get the centre's, as last learnt."""
        ...

    def learn_clock_offset(self, offset_ms: int) -> None:
        """Remember the offset of the clocks."""
        ...

    def learn_centre_keys(self, keys: Mapping[str, Mapping[str, str]]) -> None:
        """Remember the centre's keys once each new one is found signed by a known one."""
        ...

    def learn_recovery_key(self, key: str, since: str) -> None:
        """Remember the public recovery key (hex), unless a word of a later instant is known."""
        ...

    def finished(self, at: str) -> None:
        """A synchronisation ended well at this instant, every receipt verified.

        Personal values whose time has come leave a field device.
        """
        ...

    def last_finished_at(self) -> str | None:
        """When a synchronisation last ended well, on the centre's clock."""
        ...

    def epoch_heard_at(self) -> str | None:
        """The latest hour, on the centre's clock, at which this device knows its epoch to have been the present one."""
        ...

    def deliveries(self, *, unverified: bool = False) -> Iterable[Delivery]:
        """Every batch with a receipt whose ops are still held here, oldest first.

        Args:
            unverified: Only those that came after the last synchronisation that ended well.
        """
        ...

    def rewind(self, stream: str, seq: int) -> bool:
        """The centre lacks a stream from ``seq`` on: offer again from there.

        Returns:
            False when outbox and journal do not hold those ops any more; nothing is changed then.
        """
        ...

    def name_next_stream(self) -> None:
        """Choose, once, the stream that comes after this one: batches name it, so that a fork's answer certifies it."""
        ...

    def restart_stream(self, certificate: Mapping[str, Any] | None) -> None:
        """Take the next stream and stamp every pending op anew in it, ids and order kept, in one transaction.

        Args:
            certificate: After a fork, the device's new certificate: its label is the device's from now on, and
                what is numbered under that label starts at 1. The engine has verified it. ``None`` keeps the old one.
        """
        ...

    def enter_epoch(self, epoch: str, at: str) -> bool:
        """The centre was restored: offer again what it vouches for, then journal and outbox, each in a new stream.

        From now on every cursor is 0 and pages go into a second base, while the screen shows the first.

        Args:
            epoch: The centre's history.
            at: The centre's hour when it said so; it lasts.

        Returns:
            False when this epoch was left before: an answer of the former centre, nothing is changed.
        """
        ...

    def pulled_all(self) -> bool:
        """Every feed was read to its end: a second base, if there is one, takes the place of the first.

        Returns:
            False when a feed has to be read from the beginning still, because the device's role changed meanwhile.
        """
        ...
