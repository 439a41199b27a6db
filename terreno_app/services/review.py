"""The list *revisar*: saved records that a person should look at. Nothing in it stops anybody from attending."""

from sync.client.held import ShownRecord
from sync.core.schema import Json
from terreno_app.domain.attention import Note, review_notes
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock
from terreno_app.domain.ids import session_id
from terreno_app.services.laptop import Laptop
from terreno_app.services.ports import Store


class Review:
    """What a person should look at."""

    def __init__(self, store: Store, catalogues: Catalogues, laptop: Laptop, clock: Clock) -> None:
        self._store = store
        self._catalogues = catalogues
        self._laptop = laptop
        self._clock = clock

    def notes(self, record: ShownRecord) -> tuple[Note, ...]:
        """What there is to look at in one record; nothing for kinds without rules of their own."""
        if record.kind != "attention":
            return ()
        identity = self._store.shown("identity", record.record)
        referrals = self._referrals(record)
        return review_notes(
            record.fields,
            identity.fields if identity else None,
            referrals,
            self._catalogues,
            session=self._session(record),
            now=self._clock.now(),
            identity_known=record.made_here or self._laptop.coordinates,
        )

    def count(self) -> int:
        """Attentions of this laptop that stand in the list."""
        return sum(bool(self.notes(a)) for a in self._store.select("attention", {"device": self._laptop.device}))

    def _referrals(self, record: ShownRecord) -> list[dict[str, Json]]:
        if record.fields.get("outcome") != "referred":
            return []
        return [dict(r.fields) for r in self._store.select("referral", {"attention": record.record})]

    def _session(self, record: ShownRecord) -> dict[str, Json] | None:
        outing, device = record.fields.get("outing"), record.fields.get("device")
        if not isinstance(outing, str) or not isinstance(device, str):
            return None
        shown = self._store.shown("outing_session", session_id(outing, device))
        return dict(shown.fields) if shown else None
