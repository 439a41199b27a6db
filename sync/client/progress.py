"""What a synchronisation tells while it runs, and what it has done when it ends."""

from dataclasses import dataclass, replace

from sync.core.merge import Outcome
from sync.core.protocol import OpResult


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """One step forward.

    Attributes:
        step: ``talk``, ``push``, ``pull``, ``square`` or ``verify``.
        done: How many of them.
        total: Of how many; 0 when nobody knows.
        detail: The feed that is read, for ``pull``.
    """

    step: str
    done: int
    total: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SyncWarning:
    """Something a person should know although the synchronisation went on.

    Attributes:
        code: ``clock_offset``, ``stopped``, ``revoked``, ``unconfirmed``, ``too_old``, ``unvouched_key``,
            ``new_stream``, ``new_label``, ``new_epoch``, ``new_role``, ``receipt`` or ``saved_meanwhile``.
        message: The fact behind it in bare form (seconds, a label, a count); the words are the services'.
    """

    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What one run did. ``sent`` = ``applied`` + ``agreed`` + ``repeated`` + ``conflicts`` + ``quarantined``.

    Attributes:
        sent: Ops with a receipt of this run.
        applied: Of these, new to the centre and live there.
        agreed: New, and equal to what the centre held.
        repeated: Known to the centre before, applied or agreed.
        conflicts: Whose value waits for a person, known before or not.
        quarantined: That wait in quarantine or were rejected, known before or not.
        received: Records stored from pages.
        own: Of these, those that show nothing but what this device wrote and delivered in this run.
        receipts: Receipts of this run, verified.
        pending: Ops still without a receipt.
        epoch: The centre's history.
        warnings: What a person should know.
    """

    sent: int = 0
    applied: int = 0
    agreed: int = 0
    repeated: int = 0
    conflicts: int = 0
    quarantined: int = 0
    received: int = 0
    own: int = 0
    receipts: int = 0
    pending: int = 0
    epoch: str = ""
    warnings: tuple[SyncWarning, ...] = ()

    def with_results(self, results: tuple[OpResult, ...]) -> "SyncOutcome":
        """The outcome after one more batch with its receipt."""
        met = [_bucket(result) for result in results]
        return replace(
            self,
            sent=self.sent + len(met),
            receipts=self.receipts + 1,
            applied=self.applied + met.count("applied"),
            agreed=self.agreed + met.count("agreed"),
            repeated=self.repeated + met.count("repeated"),
            conflicts=self.conflicts + met.count("conflict"),
            quarantined=self.quarantined + met.count("quarantined"),
        )

    def with_received(self, records: int, own: int) -> "SyncOutcome":
        """The outcome after one more page."""
        return replace(self, received=self.received + records, own=self.own + min(own, records))

    def with_warning(self, code: str, message: str = "") -> "SyncOutcome":
        """The outcome with one more warning; the same one is kept once."""
        warning = SyncWarning(code, message)
        return self if warning in self.warnings else replace(self, warnings=(*self.warnings, warning))


def _bucket(result: OpResult) -> str:
    match result.status:
        case Outcome.QUARANTINED | Outcome.REJECTED:
            return "quarantined"
        case Outcome.CONFLICT:
            return "conflict"
        case _:
            return "repeated" if result.repeated else result.status.value
