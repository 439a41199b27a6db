"""The list *revisar*: saved records that a person should look at. Nothing in it stops anybody from attending."""

from collections.abc import Mapping

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
        return self._notes(record, identity.fields if identity else None, self._session(record))

    def count(self) -> int:
        """Attentions of this laptop that stand in the list."""
        identities = {identity.record: identity.fields for identity in self._store.select("identity")}
        sessions = {s.fields.get("outing"): s.fields for s in self._store.select("outing_session", self._mine)}
        return sum(
            bool(self._notes(a, identities.get(a.record), sessions.get(a.fields.get("outing"))))
            for a in self._store.select("attention", self._mine)
        )

    @property
    def _mine(self) -> dict[str, Json]:
        return {"device": self._laptop.device}

    def _notes(
        self, record: ShownRecord, identity: Mapping[str, Json] | None, session: Mapping[str, Json] | None
    ) -> tuple[Note, ...]:
        return review_notes(
            record.fields,
            identity,
            self._referrals(record),
            self._catalogues,
            session=session,
            now=self._clock.now(),
            identity_known=record.made_here or self._laptop.coordinates,
        )

    def _referrals(self, record: ShownRecord) -> list[dict[str, Json]]:
        if record.fields.get("outcome") != "referred":
            return []
        return [dict(r.fields) for r in self._store.select("referral", {"attention": record.record})]

    def _session(self, record: ShownRecord) -> Mapping[str, Json] | None:
        outing, device = record.fields.get("outing"), record.fields.get("device")
        if not isinstance(outing, str) or not isinstance(device, str):
            return None
        shown = self._store.shown("outing_session", session_id(outing, device))
        return shown.fields if shown else None
