"""What coordination rejected of this laptop's own: it has left the screen, so its author is told, with the reason."""

from sync.client.held import OwnOp
from sync.client.progress import SyncWarning
from sync.core.merge import Outcome
from terreno_app.domain.catalogues import Labels
from terreno_app.services.ports import Store

_TOLD = "told_rejected"
"""Fact of the store: the rejected ops that this laptop's people were told of."""
_WORDS = (
    "La coordinación rechazó lo que este equipo guardó en {what}: «{reason}». Ya no se muestra; sigue en su historia"
    " (terreno history {kind} {record}). Si corresponde, ingréselo otra vez."
)


class Rejections:
    """Rejections of what was saved here.

    Args:
        store: The laptop's store.
        labels: What kinds are called.
    """

    def __init__(self, store: Store, labels: Labels) -> None:
        self._store = store
        self._labels = labels

    def arrived(self) -> list[SyncWarning]:
        """What to tell after a synchronisation: each rejection once."""
        rejected = [own for own in self._store.ops_in_trouble() if own.status == Outcome.REJECTED]
        told = self._store.meta(_TOLD)
        known = set(told) if isinstance(told, list) else set()
        if known != {own.op.id for own in rejected}:
            with self._store.transaction() as write:
                write.put_meta(_TOLD, [own.op.id for own in rejected])
        return [SyncWarning("rejected", self._words(own)) for own in rejected if own.op.id not in known]

    def _words(self, own: OwnOp) -> str:
        shown = self._store.shown(own.op.kind, own.op.record)
        fields = shown.fields if shown else own.op.fields
        called = fields.get("folio") or fields.get("code") or own.op.record
        return _WORDS.format(
            what=f"{self._labels.kind(own.op.kind)} {called}",
            reason=own.reason or "sin motivo",
            kind=own.op.kind,
            record=own.op.record,
        )
