"""The ways of one laptop to the centre: asking it, synchronising, and by stick.

Part of the composition root: it knows the concrete store, keys and connection. Every call has a connection of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.client.bundle import Packed, Receiver, pack
from sync.client.carrying import Carried, Place, carry
from sync.client.conversation import Conversation, Hooks, Patience, Run
from sync.client.engine import Engine, Settings, SyncOutcome
from sync.client.errors import ClientError
from sync.client.http import Central, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller
from sync.core.protocol import Page
from sync.parcel.sealing import Sink, Source
from terreno_app import __version__
from terreno_app.domain.clock import Clock
from terreno_app.domain.records import SCHEMA_VERSION
from terreno_app.services.errors import ServiceError, explain
from terreno_app.services.sync_day import Progress, ShouldStop
from terreno_app.storage.laptop_store import LaptopStore

DEVICE_KEYS = "device_keys"
FINGERPRINT = "centre_fingerprint"
"""SHA-256 of the one certificate to accept from the centre."""
DELAYS_S = (0.3, 0.9, 1.8)
"""Seconds between tries while a person waits; after that it is said, and pressed again when they like."""


@dataclass(frozen=True, slots=True)
class Line:
    """The way to the centre in this device's name; each call has a connection of its own, so any thread may ask.

    Attributes:
        store: Who this device is.
        keys: Its keys.
        clock: Its clock.
        ca: The authority to trust, if one was given; it counts before the certificate that the enrolment code named.
    """

    store: LaptopStore
    keys: DeviceKeys
    clock: Clock
    ca: Path | None

    def connect(self) -> Central:
        """A connection to the centre."""
        return Central(
            route_of(self.store, self.store.identity().central, self.ca),
            self.clock,
            self.keys,
            agent=f"terreno/{__version__}",
            schema_version=SCHEMA_VERSION,
        )

    def caller(self) -> Caller:
        """In whose name requests are signed."""
        identity = self.store.identity()
        return Caller(identity.device, identity.stream, self.store.clock_offset_ms())

    def answers(self) -> bool:
        """Whether the centre answers now."""
        return self.obstacle() is None

    def obstacle(self) -> ServiceError | None:
        """What stands between this laptop and the centre now; ``None`` when it answers."""
        central = self.connect()
        try:
            central.status()
        except ClientError as error:
            return explain(error)
        finally:
            central.close()
        return None

    def history(self, kind: str, record: str) -> list[dict[str, Any]] | None:
        """The centre's word on a record; ``None`` when it cannot be had."""
        central = self.connect()
        try:
            told = central.history(kind, record, self.caller())
        except ClientError:
            return None
        finally:
            central.close()
        ops: list[dict[str, Any]] = told["ops"]
        return ops

    def tallies(self, spec: Mapping[str, Any]) -> Mapping[str, Any]:
        """Grouped counts over what the centre holds."""
        central = self.connect()
        try:
            return central.tallies(spec, self.caller())
        finally:
            central.close()

    def pull(self, feed: str, cursor: int, limit: int) -> Page:
        """A page of a feed, without storing it."""
        central = self.connect()
        try:
            return central.pull(feed, cursor, limit, self.caller())
        finally:
            central.close()


@dataclass(frozen=True, slots=True)
class EngineRun:
    """Synchronises once, with a connection of its own."""

    line: Line
    store: LaptopStore
    clock: Clock
    progress: Progress
    should_stop: ShouldStop
    patience: Patience

    def run(self) -> SyncOutcome:
        """Hand in what waits and read what is new.

        Raises:
            ClientError: what came before counts, and nothing else.
        """
        central = self.line.connect()
        try:
            settings = Settings(patience=self.patience)
            return Engine(self.store, central, self.clock, self.should_stop, self.progress, settings=settings).run()
        finally:
            central.close()


@dataclass(frozen=True, slots=True)
class Post:
    """This laptop's side of reconciling by stick."""

    line: Line
    store: LaptopStore
    keys: DeviceKeys
    clock: Clock
    patience: Patience

    def pack(self, sink: Sink, progress: Progress, should_stop: ShouldStop) -> Packed:
        """The file for the centre, written to a stick."""
        return pack(Run(self.store, Hooks(progress, should_stop)), self.keys, SCHEMA_VERSION, sink)

    def packed(self, packed: Packed) -> None:
        """Note that a file holds these changes."""
        self.store.mark_sent(packed.ops)

    def receive(self, source: Source, progress: Progress, should_stop: ShouldStop) -> SyncOutcome:
        """Take in the centre's answer."""
        return Receiver(Run(self.store, Hooks(progress, should_stop)), self.keys, self.clock).receive(source)

    def carry(self, source: Source, answer: Place, progress: Progress, should_stop: ShouldStop) -> Carried:
        """Bring the file of another laptop to the centre, and its answer back."""
        central = self.line.connect()
        try:
            talk = Conversation(self.store, central, self.clock, Hooks(progress, should_stop), self.patience)
            return carry(talk, central, source, answer)
        finally:
            central.close()


def route_of(store: LaptopStore, url: str, ca: Path | None) -> Route:
    """How this laptop reaches the centre, and whom it believes to be the centre."""
    pinned = store.meta(FINGERPRINT)
    return Route(url, ca, pinned if ca is None and isinstance(pinned, str) else None)


def device_keys_of(store: LaptopStore) -> DeviceKeys:
    """The keys of an enrolled device.

    Raises:
        ServiceError: ``not_a_laptop``.
    """
    kept = store.meta(DEVICE_KEYS)
    if not isinstance(kept, dict):
        raise ServiceError("not_a_laptop")
    return DeviceKeys(bytes.fromhex(str(kept["sign"])), bytes.fromhex(str(kept["box"])))
