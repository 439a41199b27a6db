"""How this laptop stands: the counts of `terreno status` and of the status bar's three truths."""

from dataclasses import dataclass

from terreno_app.services.ports import Store
from terreno_app.services.review import Review

LAST_SYNC = "last_sync_at"
"""Fact of the store: when a synchronisation last ended well."""
EPOCH = "epoch"
"""Fact of the store: the centre's history that this laptop knows."""


@dataclass(frozen=True, slots=True)
class StatusView:
    """Counts of records made on this laptop, and of the open conflicts it shows.

    Attributes:
        total: Records made here.
        pending: Of them, those with an op that has no receipt yet.
        received: Of them, those whose every op has one.
        conflicts: Open conflicts shown.
        quarantined: Records made here with an op in quarantine.
        last_sync_at: UTC instant; ``None`` before the first one.
        epoch: The centre's history; ``None`` before the first synchronisation.
        unsent: Records made here or elsewhere that wait with something saved on this laptop.
    """

    total: int
    pending: int
    received: int
    conflicts: int
    quarantined: int
    last_sync_at: str | None
    epoch: str | None
    unsent: int


class Status:
    """Counts; reading them writes nothing."""

    def __init__(self, store: Store, review: Review) -> None:
        self._store = store
        self._review = review

    def now(self) -> StatusView:
        """The counts of this moment."""
        counts = self._store.counts()
        last, epoch = self._store.meta(LAST_SYNC), self._store.meta(EPOCH)
        return StatusView(
            total=counts.total,
            pending=counts.pending,
            received=counts.received,
            conflicts=counts.conflicts,
            quarantined=counts.quarantined,
            last_sync_at=last if isinstance(last, str) else None,
            epoch=epoch if isinstance(epoch, str) else None,
            unsent=counts.unsent,
        )

    def to_review(self) -> int:
        """Attentions of this laptop that stand in the list *revisar*; it reads each one, so ask when it is wanted."""
        return self._review.count()
