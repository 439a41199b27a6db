"""Where the checks of this laptop look: its disk, its database, its key slots, its receipts, a backup that is tried."""

import shutil
from collections.abc import Callable, Iterator

from sync.client.errors import ForgedError
from sync.client.ports import Delivery
from sync.client.receipts import verify_delivery
from sync.core.schema import Schema
from terreno_app.domain.clock import Clock, santiago_day
from terreno_app.services.attentions import FOLIO
from terreno_app.services.doctor import Surroundings
from terreno_app.services.errors import ServiceError
from terreno_app.services.readiness import Machine
from terreno_app.storage.backup import rehearse
from terreno_app.storage.folder import LaptopFolder, OpenFolder
from terreno_app.storage.laptop_store import LaptopStore


def surroundings(folder: OpenFolder, store: LaptopStore, obstacle: Callable[[], ServiceError | None]) -> Surroundings:
    """Where `terreno doctor` looks."""

    def receipts() -> tuple[int, int]:
        holding = [holds for _, holds in _verified(store)]
        return len(holding), holding.count(False)

    return Surroundings(
        free_bytes=lambda: _free_bytes(folder),
        database=store.faults,
        receipts=receipts,
        slots=lambda: len(_officers(folder)),
        centre=obstacle,
        clock_offset_ms=store.clock_offset_ms,
    )


def proven_ops(store: LaptopStore) -> frozenset[str]:
    """The ops that a receipt of the centre proves, verified now against the laptop's own ops."""
    return frozenset(result.op for delivery, holds in _verified(store) if holds for result in delivery.results)


def _verified(store: LaptopStore) -> Iterator[tuple[Delivery, bool]]:
    """Every kept receipt, and whether it holds."""
    keys = store.identity().centre_keys
    for delivery in store.deliveries():
        try:
            verify_delivery(delivery, keys)
        except ForgedError:
            yield delivery, False
        else:
            yield delivery, True


def readiness_of(folder: OpenFolder, store: LaptopStore, clock: Clock, schema: Schema) -> Machine:
    """Where *Listo para terreno* looks."""

    def folios_used() -> int:
        year = santiago_day(clock.now()).year
        return store.counter(FOLIO.format(label=store.identity().label, year=year))

    return Machine(
        free_bytes=lambda: _free_bytes(folder),
        faults=store.faults,
        officers=lambda: _officers(folder),
        clock_offset_ms=store.clock_offset_ms,
        folios_used=folios_used,
        rehearse_backup=lambda: rehearse(folder, schema),
    )


def _free_bytes(folder: OpenFolder) -> int:
    return shutil.disk_usage(folder.path).free


def _officers(folder: OpenFolder) -> tuple[str, ...]:
    return tuple(slot.officer for slot in LaptopFolder(folder.path).officers())
