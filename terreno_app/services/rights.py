"""Rights of people over their data: what coordination does when somebody asks for deletion. It reaches every device."""

from dataclasses import dataclass

from terreno_app.domain.clock import Clock, instant
from terreno_app.domain.errors import Problem
from terreno_app.domain.ids import Ids
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.ports import Store
from terreno_app.services.writing import Writer

_SHARING_ITS_ID = ("attention", "identity", "survey_response")
"""Kinds whose record of one person has the id of the attention."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was asked of everybody.

    Attributes:
        request: The record of the request.
        ops: The erasures.
    """

    request: str
    ops: tuple[str, ...]


class Rights:
    """Deletion of a person's data (Ley 19.628, artículos 7 y 11)."""

    def __init__(self, store: Store, writer: Writer, laptop: Laptop, ids: Ids, clock: Clock) -> None:
        self._store = store
        self._writer = writer
        self._laptop = laptop
        self._ids = ids
        self._clock = clock

    def erase(self, attention: str, reason: str, author: str) -> Erased:
        """Delete the personal data of an attention and of what hangs from it, and note the request that asked for it.

        The attention itself stays, without them: figures do not change.

        Raises:
            ServiceError: ``only_coordination``, ``unknown_record``, ``rejected`` without a reason.
        """
        if not self._laptop.coordinates:
            raise ServiceError("only_coordination")
        if not reason.strip():
            raise RejectedDraftError([Problem("reason", "required", "Escriba con qué se resolvió la solicitud.")])
        shown = self._store.shown("attention", attention)
        if shown is None:
            raise ServiceError("unknown_record")
        request, now = self._ids.new(), instant(self._clock.now())
        answered = {"request": "deletion", "attention": attention, "received_at": now, "status": "granted"}
        referrals = [("referral", one.record) for one in self._store.select("referral", {"attention": attention})]
        names = [*((kind, attention) for kind in _SHARING_ITS_ID), *referrals]
        with self._store.transaction() as write:
            self._writer.append(
                write,
                "data_rights_request",
                request,
                {**answered, "result": reason.strip(), "answered_at": now},
                author,
                region=shown.region,
            )
            ops = [self._writer.erase(write, kind, record, author, region=shown.region) for kind, record in names]
        return Erased(request, tuple(ops))
