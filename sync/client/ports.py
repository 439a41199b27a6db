"""What the engine needs of a device's store. The store keeps each promise in one transaction of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sync.core.protocol import Batch, Page, PushAnswer


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


class Outbox(Protocol):
    """The device's ops on their way to the centre, and the centre's pages on their way to the screen."""

    def identity(self) -> DeviceIdentity:
        """Who this device is."""
        ...

    def pending(self) -> int:
        """Ops without a receipt."""
        ...

    def next_batch(self, max_ops: int, max_bytes: int) -> Batch | None:
        """A run of ops from the first one without a receipt on; it ends where the region changes.

        Args:
            max_ops: Most ops.
            max_bytes: Most bytes of the wire form before compression; one op is always given.
        """
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

    def finished(self, at: str) -> None:
        """A synchronisation ended well at this instant."""
        ...
