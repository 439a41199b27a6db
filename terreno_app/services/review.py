"""The list *revisar*: saved records that a person should look at. Nothing in it stops anybody from attending."""

from collections.abc import Mapping

from sync.client.held import ShownRecord
from sync.core.schema import Json
from terreno_app.domain.attention import Note, review_notes
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock
from terreno_app.domain.ids import born_at, session_id
from terreno_app.domain.outing import session_notes
from terreno_app.services.laptop import Laptop
from terreno_app.services.outings import SESSION
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
        if record.kind == SESSION:
            return session_notes(record.fields, _counts_edited_at(record))
        if record.kind != "attention":
            return ()
        identity = self._store.shown("identity", record.record)
        return self._notes(record, identity.fields if identity else None, self._session(record))

    def count(self) -> int:
        """Attentions and sessions of this laptop that stand in the list."""
        identities = {identity.record: identity.fields for identity in self._store.select("identity")}
        held = self._store.select(SESSION, self._mine)
        sessions = {session.fields.get("outing"): session.fields for session in held}
        return sum(bool(self.notes(session)) for session in held) + sum(
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
            edited_after_void=_edited_after_void(record),
        )

    def _referrals(self, record: ShownRecord) -> list[dict[str, Json]]:
        if record.fields.get("outcome") != "referred":
            return []
        return [dict(r.fields) for r in self._store.select("referral", {"attention": record.record})]

    def _session(self, record: ShownRecord) -> Mapping[str, Json] | None:
        outing, device = record.fields.get("outing"), record.fields.get("device")
        if not isinstance(outing, str) or not isinstance(device, str):
            return None
        shown = self._store.shown(SESSION, session_id(outing, device))
        return shown.fields if shown else None


def _counts_edited_at(session: ShownRecord) -> str | None:
    """When the counts or the materials of a session were last saved: the hour in the id of that op."""
    writers = [session.writers[name] for name in ("informed_count", "materials") if name in session.writers]
    return born_at(max(writers)) if writers else None


def _edited_after_void(record: ShownRecord) -> bool:
    """Whether any field was written after the void, as far as the ids of the ops tell."""
    void = record.writers.get("status")
    return void is not None and any(writer > void for writer in record.writers.values())
