"""What the centre published: read when the laptop is opened, and told when a synchronisation brought more of it."""

from sync.client.progress import SyncWarning
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.office_records import REFERENCE_KINDS
from terreno_app.domain.published import with_published
from terreno_app.services.ports import Store

_ARRIVED = (
    "Llegaron catálogos o cuestionarios nuevos. Lo que está abierto no cambia:"
    " cierre y vuelva a abrir Terreno para usarlos."
)


class Published:
    """The catalogues of this laptop.

    Args:
        store: Where the shared records are.
        shipped: The catalogues of the installation.
    """

    def __init__(self, store: Store, shipped: Catalogues) -> None:
        self._store, self._shipped = store, shipped
        self._told = self.in_use = self._now()

    def arrived(self) -> list[SyncWarning]:
        """What to tell after a synchronisation: that there is more than what is in use, once for each time it grew."""
        now = self._now()
        if now.version in (self._told.version, self.in_use.version):
            return []
        self._told = now
        return [SyncWarning("published", _ARRIVED)]

    def _now(self) -> Catalogues:
        """What people may choose and are asked; it stays the same while the laptop is open."""
        records = ((kind.name, record.fields) for kind in REFERENCE_KINDS for record in self._store.select(kind.name))
        return with_published(self._shipped, records)
