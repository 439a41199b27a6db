"""Real laptops to measure: the encrypted store and the engine of the application, over HTTP to a centre."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.centres import BELIEVED, Sender, Server, kinds
from sync.client.compose import PrivateValues
from sync.client.engine import Engine, SyncOutcome
from sync.client.http import Central, Route
from sync.client.ports import Caller, DeviceIdentity
from sync.core.ops import Op
from terreno_app.machine import THIS_MACHINE
from terreno_app.storage.laptop_store import LaptopStore


class _Unsigned:
    """In the place of the signer of requests: says who it is, and proves nothing."""

    def sign(self, message: Any, body: bytes | None, caller: Caller) -> None:  # noqa: ARG002 - the signer's form
        message.headers["Terreno-Stream"] = caller.stream
        message.headers[BELIEVED] = caller.device


class Laptop:
    """A laptop of an enrolled device.

    Args:
        folder: Its folder.
        server: The centre.
        sender: The device.
    """

    def __init__(self, folder: Path, server: Server, sender: Sender) -> None:
        self.store = LaptopStore(folder, os.urandom(32), kinds())
        body = sender.device.certificate["body"]
        with self.store.transaction() as write:
            write.put_identity(
                DeviceIdentity(
                    device=sender.device.id,
                    label=str(body["label"]),
                    region=sender.device.region,
                    role=sender.device.role,
                    stream=sender.stream,
                    epoch=sender.epoch,
                    central=server.url,
                    centre_keys=sender.centre_keys,
                    certificate=sender.device.certificate,
                )
            )
        self._central = Central(Route(server.url), THIS_MACHINE.clock, sender.keys)
        if not server.signed:
            self._central._signer = _Unsigned()  # type: ignore[assignment]  # noqa: SLF001 - all but the signature

    def save(self, made: list[tuple[Op, PrivateValues | None]]) -> None:
        """Save ops, all in one transaction."""
        with self.store.transaction() as write:
            for op, beside in made:
                write.append(op, beside)

    def synchronise(self) -> SyncOutcome:
        """One whole synchronisation, on a connection that is there already."""
        return Engine(self.store, self._central, THIS_MACHINE.clock).run()

    def close(self) -> None:
        """Close the store and the connection."""
        self._central.close()
        self.store.close()


@contextmanager
def laptop(folder: Path, server: Server, sender: Sender) -> Iterator[Laptop]:
    """A laptop while the block runs, in a new folder under this one."""
    place = folder / sender.device.id
    place.mkdir()
    made = Laptop(place, server, sender)
    try:
        yield made
    finally:
        made.close()
