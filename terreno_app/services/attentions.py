"""Attending people: register, correct, void, and what *Hoy* shows. One person's attention is one transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from sync.client.held import ShownRecord
from sync.core.schema import Json
from terreno_app.domain.attention import AttentionDraft, RegistrationContext, draft_problems, problems, with_defaults
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock, day_beginning, santiago_day
from terreno_app.domain.deadlines import BusinessCalendar
from terreno_app.domain.errors import Problem
from terreno_app.domain.folio import make_folio
from terreno_app.domain.ids import Ids
from terreno_app.domain.person import is_given, prepared_identity
from terreno_app.domain.sampling import draw, eligibility
from terreno_app.domain.search import AttentionWords
from terreno_app.services.editing import Editing
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.outings import Outings, SessionView
from terreno_app.services.ports import Store, Write
from terreno_app.services.writing import Writer

ELIGIBLE = "eligible/{session}"
FOLIO = "folio/{label}/{year}"
SAME_PERSON = (("doc_type", "doc_number"), ("email",), ("phone",))
"""Fields of an identity that together tell somebody."""
_VOIDING = ("status", "void_reason")
EDIT = "edit/"
"""What the key of a draft begins with that corrects a saved attention; the record's id follows."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What a person is told once an attention is safe.

    Attributes:
        id: Record id.
        folio: Folio with its check digit.
        due_on: Last day to answer; ``None`` when no answer is owed.
        draw: The draw of the survey, if the attention was drawn at all.
        repeated: It was here already, with equal content; nothing was written.
    """

    id: str
    folio: str
    due_on: str | None
    draw: Mapping[str, Json] | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """One line of *Hoy*; nothing in it says who the person is.

    Attributes:
        seen: Writers of what a void changes, as they were when this was read.
    """

    id: str
    folio: str
    received_at: str
    type: str
    topic: str
    programme: str | None
    sex: str
    age_band: str
    residence_comuna: str | None
    persons_count: int
    state: str
    proof: str | None
    answer_owed: bool
    due_on: str | None
    status: str
    seen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OpenedAttention:
    """A record as it is put on screen, with the writers that a correction must carry.

    Attributes:
        id: Record id.
        fields: Its values.
        seen: For each field the op that had given it its value when this was read.
        identity: Values of its identity, where there is one and this laptop holds it.
        identity_seen: The same for the identity.
        state: Where it stands on its way.
    """

    id: str
    fields: Mapping[str, Json]
    seen: Mapping[str, str]
    identity: Mapping[str, Json] | None
    identity_seen: Mapping[str, str]
    state: str


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The figures at the top of *Hoy*.

    Attributes:
        attentions: Attentions of the outing on this laptop, voided ones apart.
        persons: Persons in them.
        informed: People informed without an attention of their own.
        goal: Goal of the outing, if it has one.
        drawn: Attentions that the draw selected.
        waiting_surveys: Of these, without a survey response yet.
        oldest_unsent_at: When the oldest thing without a receipt was saved: the 24-hour duty counts from it.
    """

    attentions: int
    persons: int
    informed: int
    goal: int | None
    drawn: int
    waiting_surveys: int
    oldest_unsent_at: str | None


class Attentions:
    """The attentions of this laptop."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        editing: Editing,
        outings: Outings,
        catalogues: Catalogues,
        calendar: BusinessCalendar,
        laptop: Laptop,
        ids: Ids,
        clock: Clock,
        officer: str,
    ) -> None:
        self._officer = officer
        self._store = store
        self._writer = writer
        self._editing = editing
        self._outings = outings
        self._catalogues = catalogues
        self._calendar = calendar
        self._laptop = laptop
        self._ids = ids
        self._clock = clock

    @cached_property
    def _words(self) -> AttentionWords:
        """The names to look for, made when somebody first looks."""
        return AttentionWords(self._catalogues)

    def check(self, draft: AttentionDraft) -> tuple[Problem, ...]:
        """What would keep a draft from being registered; nothing is saved."""
        return draft_problems(draft, self._context(None))

    def filled(self, draft: AttentionDraft) -> dict[str, Json]:
        """The fields of a draft with everything that has a default, as a save would store them now."""
        return with_defaults(draft.fields, self._context(None))

    def register(self, draft: AttentionDraft, author: str) -> Registered:
        """Save an attention, and its identity when an answer is owed, in one transaction.

        Raises:
            RejectedDraftError: with each problem.
            ServiceError: ``unsendable``.
        """
        identity = prepared_identity(draft.identity) if is_given(draft.identity) and draft.identity else None
        given = {name: value for name, value in draft.fields.items() if name != "id"}
        fields = with_defaults(given, self._context(author))
        found = problems(fields, self._catalogues, self._clock.now(), identity)
        if found:
            raise RejectedDraftError(found)
        record = str(draft.fields.get("id") or self._ids.new())
        session = self._session_of(fields)
        with self._store.transaction() as write:
            fields.setdefault("folio", self._next_folio(write, str(fields["received_at"])))
            if session is not None and "draw" not in fields:
                fields["draw"] = self._drawn(write, session, record, fields)
            self._writer.append(write, "attention", record, fields, author)
            if identity is not None:
                self._writer.append(write, "identity", record, identity, author)
            write.discard_draft(self._draft_key(record))
        drawn = fields.get("draw")
        return Registered(
            id=record,
            folio=str(fields["folio"]),
            due_on=cast("str | None", fields.get("due_on")),
            draw=drawn if isinstance(drawn, dict) else None,
        )

    def open(self, record: str) -> OpenedAttention:
        """A record for the screen.

        Raises:
            ServiceError: ``unknown_record``.
        """
        shown = self._store.shown("attention", record)
        if shown is None:
            raise ServiceError("unknown_record")
        identity = self._store.shown("identity", record)
        return OpenedAttention(
            id=record,
            fields=shown.fields,
            seen=shown.writers,
            identity=identity.fields if identity else None,
            identity_seen=identity.writers if identity else {},
            state=shown.state,
        )

    def edit(
        self,
        record: str,
        changes: Mapping[str, Json],
        seen: Mapping[str, str],
        author: str,
        *,
        identity: Mapping[str, Json] | None = None,
        identity_seen: Mapping[str, str] | None = None,
    ) -> None:
        """Save what a person changed in a record that was on screen.

        Args:
            record: Its id.
            changes: Changed fields of the attention; may be empty.
            seen: Writers from :meth:`open`.
            author: Officer id.
            identity: Changed fields of the identity.
            identity_seen: Writers of the identity from :meth:`open`.

        Raises:
            RejectedDraftError: with each problem.
            ServiceError: ``unknown_record``, ``not_held``.
        """
        with self._store.transaction() as write:
            if changes:
                self._editing.change_within(write, "attention", record, changes, seen, author)
            if identity and self._store.shown("identity", record) is None:
                self._writer.append(write, "identity", record, prepared_identity(identity), author)
            elif identity:
                self._editing.change_within(write, "identity", record, identity, identity_seen or {}, author)

    def void(self, record: str, reason: str, seen: Mapping[str, str], author: str) -> None:
        """Void an attention with a reason; nothing is deleted.

        Raises:
            RejectedDraftError: without a reason.
            ServiceError: ``unknown_record``.
        """
        self.edit(record, {"status": "voided", "void_reason": reason.strip() or None}, seen, author)

    def rows(self, outing: str | None = None, limit: int = 500) -> tuple[AttentionRow, ...]:
        """Attentions for *Hoy*, the newest first.

        Args:
            outing: Only those that this laptop made in this outing, or today in another space; absent, all that it
                holds.
            limit: Most rows.
        """
        if outing is None:
            return tuple(map(_row, self._store.select("attention", newest_first=True, limit=limit)))
        mine: dict[str, Json] = {"device": self._laptop.device}
        here = self._store.select("attention", {**mine, "outing": outing}, newest_first=True, limit=limit)
        today = day_beginning(santiago_day(self._clock.now()))
        beside = self._store.select("attention", {**mine, "outing": None}, since=today, newest_first=True, limit=limit)
        rows = [_row(record) for record in (*here, *beside)]
        return tuple(sorted(rows, key=lambda row: (row.received_at, row.id), reverse=True)[:limit])

    def find(self, query: str, limit: int = 100) -> tuple[AttentionRow, ...]:
        """Attentions of any day that this laptop holds in which every word is found, the newest first.

        Args:
            query: Parts of a folio, and words of the type, topic, programme, its institution or the comuna.
            limit: Most rows.
        """
        return tuple(_row(r) for r in self._store.find_attentions(self._words.sought(query), limit))

    def alike(self, draft: AttentionDraft) -> tuple[AttentionRow, ...]:
        """Attentions that this laptop holds and that a new one may double, the newest first.

        They are of the same person (the same document, e-mail or telephone) and about the same topic. A follow-up says
        itself that there was another one.
        """
        topic = draft.fields.get("topic")
        if topic is None or draft.identity is None or draft.fields.get("type") == "follow_up":
            return ()
        identity = prepared_identity(draft.identity)
        found = {
            one.record
            for names in SAME_PERSON
            if identity.get(names[-1]) is not None
            for one in self._store.select("identity", {name: identity.get(name) for name in names})
        }
        rows = [row for row in self.rows_of(found) if row.topic == topic and row.status != "voided"]
        return tuple(sorted(rows, key=lambda row: row.received_at, reverse=True))

    def rows_of(self, records: Iterable[str]) -> tuple[AttentionRow, ...]:
        """Attentions by their ids, in that order; one that this laptop no longer shows is left out."""
        found = (self._store.shown("attention", record) for record in records)
        return tuple(_row(record) for record in found if record is not None)

    def counts(self, session: SessionView | None) -> DayCounts:
        """The day's figures; all zero without an open session."""
        oldest = self._store.oldest_unproven_at()
        if session is None:
            return DayCounts(0, 0, 0, None, 0, 0, oldest)
        made = self._store.select("attention", {"outing": session.outing, "device": self._laptop.device})
        valid = [a for a in made if a.fields.get("status") != "voided"]
        drawn = [a for a in valid if _selected(a)]
        return DayCounts(
            attentions=len(valid),
            persons=sum(cast("int", a.fields.get("persons_count") or 1) for a in valid),
            informed=session.informed,
            goal=session.goal_attentions,
            drawn=len(drawn),
            waiting_surveys=sum(self._store.shown("survey_response", a.record) is None for a in drawn),
            oldest_unsent_at=oldest,
        )

    def save_draft(self, key: str, draft: AttentionDraft) -> None:
        """Keep what a person is typing, encrypted, until it is saved or thrown away."""
        kept: dict[str, Any] = {
            "fields": dict(draft.fields),
            "identity": dict(draft.identity) if draft.identity is not None else None,
            "seen": dict(draft.seen),
            "identity_seen": dict(draft.identity_seen),
            "at": draft.at,
            "unread": dict(draft.unread),
            "inherited": list(draft.inherited),
            "begun_at": draft.begun_at,
            "outing": draft.outing,
        }
        with self._store.transaction() as write:
            write.save_draft(self._draft_key(key), kept)

    def drafts(self) -> Mapping[str, AttentionDraft]:
        """What this officer was typing, by key, the oldest first; nobody is shown what another one was."""
        own = self._draft_key("")
        return {
            key.removeprefix(own): AttentionDraft(**{**kept, "inherited": tuple(kept.get("inherited", ()))})
            for key, kept in cast("Mapping[str, Any]", self._store.drafts()).items()
            if key.startswith(own)
        }

    def half_written_by_others(self, outing: str) -> Mapping[str, int]:
        """How many new attentions of an outing other officers left half written on this laptop, by officer id.

        Whose they are, never what they say. A draft that does not tell its outing may be of this one.
        """
        found: Counter[str] = Counter()
        for key, kept in cast("Mapping[str, Any]", self._store.drafts()).items():
            officer, _, name = key.partition("/")
            of_this = (kept.get("outing") or outing) == outing
            if officer != self._officer and not name.startswith(EDIT) and of_this:
                found[officer] += 1
        return found

    def discard_draft(self, key: str) -> None:
        """Throw a draft away."""
        with self._store.transaction() as write:
            write.discard_draft(self._draft_key(key))

    def _draft_key(self, key: str) -> str:
        return f"{self._officer}/{key}"

    def _context(self, author: str | None) -> RegistrationContext:
        session = self._outings.current()
        return RegistrationContext(
            now=self._clock.now(),
            catalogues=self._catalogues,
            calendar=self._calendar,
            outing=session.outing if session else None,
            device=self._laptop.device,
            officer=author,
        )

    def _session_of(self, fields: Mapping[str, Json]) -> SessionView | None:
        """The open session that an attention belongs to; without one it carries no draw."""
        session = self._outings.current()
        return session if session is not None and fields.get("outing") == session.outing else None

    def _next_folio(self, write: Write, received_at: str) -> str:
        year = santiago_day(received_at).year
        label = write.label()
        return make_folio(label, year, write.take_counter(FOLIO.format(label=label, year=year)))

    def _drawn(self, write: Write, session: SessionView, record: str, fields: Mapping[str, Json]) -> dict[str, Json]:
        eligible = eligibility(fields, self._catalogues)
        position = write.take_counter(ELIGIBLE.format(session=session.session)) if eligible[0] else 0
        return draw(session.sampling, self._outings.seed(session.session), record, eligible=eligible, position=position)


def _row(record: ShownRecord) -> AttentionRow:
    fields = record.fields

    def text(name: str) -> str | None:
        value = fields.get(name)
        return value if isinstance(value, str) else None

    return AttentionRow(
        id=record.record,
        folio=text("folio") or "",
        received_at=text("received_at") or "",
        type=text("type") or "",
        topic=text("topic") or "",
        programme=text("programme"),
        sex=text("sex") or "NS",
        age_band=text("age_band") or "NS",
        residence_comuna=text("residence_comuna"),
        persons_count=cast("int", fields.get("persons_count") or 1),
        state=record.state,
        proof=record.proof,
        answer_owed=fields.get("answer_owed") is True,
        due_on=text("due_on"),
        status=text("status") or "",
        seen={name: record.writers[name] for name in _VOIDING if name in record.writers},
    )


def _selected(record: ShownRecord) -> bool:
    drawn = record.fields.get("draw")
    return isinstance(drawn, dict) and drawn.get("selected") is True
