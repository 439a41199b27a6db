"""The list *revisar*: saved records that a person should look at. Nothing in it stops anybody from attending."""

from collections.abc import Collection, Mapping, Sequence

from sync.client.held import OwnOp, ShownRecord
from sync.client.progress import SyncWarning
from sync.core.schema import Json
from terreno_app.domain.attention import Note, review_notes
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock
from terreno_app.domain.ids import born_at, session_id
from terreno_app.domain.outing import session_notes
from terreno_app.domain.referral import referral_notes
from terreno_app.services.laptop import Laptop
from terreno_app.services.outings import SESSION
from terreno_app.services.ports import Store

_TOLD = "told_after_void"
"""Fact of the store: the edits after a void that this laptop's people were told of."""
_AFTER_VOID = (
    "{what} fue anulada y también editada desde otro equipo: sigue anulada, con la edición guardada."
    " Está en la lista de lo que hay que revisar."
)
_NAMES = {"attention": "La atención", "referral": "La derivación"}


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
        if record.kind == "referral":
            late = self._is_edited_after_void(record, self._store.late())
            return referral_notes(record.fields, self._catalogues, edited_after_void=late)
        if record.kind != "attention":
            return ()
        identity = self._store.shown("identity", record.record)
        fields = identity.fields if identity else None
        return self._notes(record, fields, self._session(record), self._store.late())

    def count(self) -> int:
        """Attentions and sessions of this laptop that stand in the list, and what was edited after a void here."""
        identities = {identity.record: identity.fields for identity in self._store.select("identity")}
        held = self._store.select(SESSION, self._mine)
        sessions = {session.fields.get("outing"): session.fields for session in held}
        late = self._store.late()
        listed = {(session.kind, session.record) for session in held if self.notes(session)}
        listed |= {
            (a.kind, a.record)
            for a in self._store.select("attention", self._mine)
            if self._notes(a, identities.get(a.record), sessions.get(a.fields.get("outing")), late)
        }
        return len(listed | {(r.kind, r.record) for r in self._concerning(late)})

    def after_void(self) -> list[SyncWarning]:
        """Tell, once each, what the centre merged into a voided record, to whoever made, voided or edited it here."""
        late = self._store.late()
        told = self._store.meta(_TOLD)
        known = set(told) if isinstance(told, list) else set()
        found = {op: record for record in self._concerning(late) for op in sorted(late[record.kind, record.record])}
        if found.keys() != known:
            with self._store.transaction() as write:
                write.put_meta(_TOLD, [*sorted(found)])
        fresh = {record.record: record for op, record in found.items() if op not in known}
        return [SyncWarning("edited_after_void", _AFTER_VOID.format(what=_called(record))) for record in fresh.values()]

    def _concerning(self, late: Mapping[tuple[str, str], Collection[str]]) -> list[ShownRecord]:
        """Of the voided records with a later edit, those that this laptop made, voided or edited."""
        shown = [record for name in late if (record := self._store.shown(*name)) is not None and name[0] in _NAMES]
        return [
            record
            for record in shown
            if record.made_here
            or {record.writers.get("status"), *late[record.kind, record.record]}.intersection(
                one.op.id for one in self._store.own_ops(record.kind, record.record)
            )
        ]

    @property
    def _mine(self) -> dict[str, Json]:
        return {"device": self._laptop.device}

    def _notes(
        self,
        record: ShownRecord,
        identity: Mapping[str, Json] | None,
        session: Mapping[str, Json] | None,
        late: Mapping[tuple[str, str], Collection[str]],
    ) -> tuple[Note, ...]:
        return review_notes(
            record.fields,
            identity,
            self._referrals(record),
            self._catalogues,
            session=session,
            now=self._clock.now(),
            identity_known=record.made_here or self._laptop.coordinates,
            edited_after_void=self._is_edited_after_void(record, late),
        )

    def _is_edited_after_void(self, record: ShownRecord, late: Mapping[tuple[str, str], Collection[str]]) -> bool:
        if record.fields.get("status") != "voided":
            return False
        merged = late.get((record.kind, record.record), ())
        own = self._store.own_ops(record.kind, record.record)
        return bool({*merged, *_saved_after_void(record, own)}.intersection(record.writers.values()))

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


def _saved_after_void(record: ShownRecord, own: Sequence[OwnOp]) -> list[str]:
    """This laptop's ops on their way that the centre will merge after the void: no hour tells, their order does."""
    void = record.writers.get("status")
    waiting = [one.op.id for one in own if one.receipt is None]
    return waiting[waiting.index(void) + 1 :] if void in waiting else waiting


def _called(record: ShownRecord) -> str:
    return " ".join(filter(None, (_NAMES[record.kind], str(record.fields.get("folio") or ""))))
