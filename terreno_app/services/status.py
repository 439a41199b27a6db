"""How this laptop stands: the counts of `terreno status` and of the status bar's three truths."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sync.client.held import Counts
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
        unproven: Of those pending, the ones whose receipt is kept and does not hold; only `Status.proven` looks.
    """

    total: int
    pending: int
    received: int
    conflicts: int
    quarantined: int
    last_sync_at: str | None
    epoch: str | None
    unsent: int
    unproven: int = 0


class Status:
    """Counts; reading them writes nothing.

    Args:
        store: The laptop's store.
        review: The list *revisar*.
        proven_ops: The ops whose receipt holds, verified now against what the laptop holds itself.
    """

    def __init__(self, store: Store, review: Review, proven_ops: Callable[[], frozenset[str]]) -> None:
        self._store = store
        self._review = review
        self._proven_ops = proven_ops

    def now(self) -> StatusView:
        """The counts of this moment, each kept receipt taken at its word: a window asks for them all the time."""
        return self._view(self._store.counts())

    def proven(self) -> StatusView:
        """The same, but only a receipt that is verified again counts: it reads every op that was ever sent."""
        proven = self._store.counts(self._proven_ops())
        return replace(self._view(proven), unproven=proven.pending - self._store.counts().pending)

    def _view(self, counts: Counts) -> StatusView:
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
