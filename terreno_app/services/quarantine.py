"""What the centre could not take in: coordination releases it or rejects it, with a reason that the author will see."""

from sync.core.schema import Json
from terreno_app.domain.errors import Problem
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.ports import Store
from terreno_app.services.writing import Writer

KIND = "quarantine"


class Quarantine:
    """Decisions on ops that wait in quarantine; each is an ordinary op on the record of that name."""

    def __init__(self, store: Store, writer: Writer, laptop: Laptop) -> None:
        self._store = store
        self._writer = writer
        self._laptop = laptop

    def release(self, op: str, author: str) -> str:
        """Ask the centre to try again.

        Returns:
            The id of the decision's op.

        Raises:
            ServiceError: ``only_coordination``, ``unknown_record``, ``decided``: a rejection is final.
        """
        return self._decide(op, author, {"state": "released", "decided_reason": None})

    def reject(self, op: str, reason: str, author: str) -> str:
        """Refuse it for ever.

        Raises:
            ServiceError: ``only_coordination``, ``unknown_record``, ``rejected`` without a reason.
        """
        if not reason.strip():
            raise RejectedDraftError([Problem("reason", "required", "Escriba por qué se rechaza.")])
        return self._decide(op, author, {"state": "rejected", "decided_reason": reason.strip()})

    def _decide(self, op: str, author: str, decision: dict[str, Json]) -> str:
        if not self._laptop.coordinates:
            raise ServiceError("only_coordination")
        record = self._store.shown(KIND, op)
        if record is None:
            raise ServiceError("unknown_record")
        if record.fields.get("state") == "rejected":  # said here or told: the centre takes the first word as final
            raise ServiceError("decided")
        with self._store.transaction() as write:
            return self._writer.append(
                write,
                KIND,
                op,
                {**decision, "decided_by": author},
                author,
                region=record.region,
                fields=record.fields,
                seen=record.writers,
            )
