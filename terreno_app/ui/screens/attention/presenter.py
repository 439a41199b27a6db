"""Atención: between the page and the use cases. It watches, keeps the draft, and saves.

In: what the person does on the page. Out: an attention registered or corrected, told by signals. The rules are the
domain's and are asked without touching a disk; whatever touches the disk goes through the task runner.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from terreno_app.domain.attention import (
    AttentionDraft,
    RegistrationContext,
    completed_changes,
    draft_problems,
    edit_problems,
    unnamed_referral,
    with_defaults,
)
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock, instant, parse_instant
from terreno_app.domain.deadlines import BusinessCalendar, answer_owed_by_default
from terreno_app.domain.errors import Problem
from terreno_app.domain.fields import Json
from terreno_app.domain.person import prepared_identity
from terreno_app.services.attentions import EDIT, SAME_PERSON, AttentionRow, Attentions, OpenedAttention, Registered
from terreno_app.services.errors import RejectedDraftError, explain
from terreno_app.services.laptop import Person
from terreno_app.services.outings import SessionView
from terreno_app.ui.free_text import personal_data_words
from terreno_app.ui.labels import TYPES, hour_with_seconds, stopwatch
from terreno_app.ui.messages import Notice, notice_of, warning
from terreno_app.ui.screens.attention.correcting import changed, corrected_again
from terreno_app.ui.screens.attention.draft_keeper import DraftKeeper
from terreno_app.ui.screens.attention.form import FREE_TEXTS, AttentionForm
from terreno_app.ui.screens.attention.notices import (
    NOBODY_BEFORE,
    OF_A_CLOSED_OUTING,
    STILL_WRITING,
    doubling_words,
    due_words,
    registered_notice,
    unanswerable,
)
from terreno_app.ui.screens.attention.writing import STAND, Writing
from terreno_app.ui.tasks import TaskRunner

OFFICE: Final = "oirs"
"""Where people are attended when no outing is open, until somebody says another space."""
_RECOVERED: Final = "Borrador recuperado"
_TELL_WHO: Final = frozenset(name for names in SAME_PERSON for name in names)
_NOT_EDITED: Final = ("received_at", "back_captured", "space")
_OWN: Final = ("folio", "draw", "due_on", "due_rule", "registered_by", "device", "outing", "received_at", "status")


class AttentionPresenter(QObject):
    """Moves between the page and `services.attentions`.

    Signals:
        saved: An attention was registered; carries what the service tells, and whether another one follows.
        corrected: A record was corrected; carries its id.
        left: The person left without saving.
        thrown_away: What was written is gone, unless the person wants it back; carries name and content of the draft,
            and the session in which it was begun.
    """

    saved = Signal(object, bool)
    corrected = Signal(str)
    left = Signal()
    thrown_away = Signal(str, object, object)

    def __init__(
        self,
        form: AttentionForm,
        attentions: Attentions,
        catalogues: Catalogues,
        calendar: BusinessCalendar,
        clock: Clock,
        new_id: Callable[[], str],
        tasks: TaskRunner,
        author: Person,
    ) -> None:
        super().__init__(form)
        self._form = form
        self._attentions = attentions
        self._catalogues = catalogues
        self._calendar = calendar
        self._clock = clock
        self._new_id = new_id
        self._tasks = tasks
        self._author = author
        self._writing: Writing | None = None
        self._touched: set[str] = set()
        self._strict = False
        self._dirty = False
        self._asked = ""
        self._type = ""
        self._space = OFFICE
        self._drafts = DraftKeeper(attentions, tasks, self._draft_to_keep, self)
        self._drafts.kept.connect(self._draft_kept)
        self._drafts.failed.connect(self._draft_failed)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        form.edited.connect(self._edited)
        form.typing.connect(self._keep_soon)
        form.field_left.connect(self._field_left)
        form.submitted.connect(self._submit)
        form.left.connect(self._leave)
        form.repeat_asked.connect(self._repeat_profile)

    # ------------------------------------------------------------------ beginning

    def begin(self, session: SessionView | None, copy_of: Mapping[str, Json] | None = None) -> None:
        """Start a new attention with what the outing says; `copy_of` gives the fields of another to begin with."""
        self._start(Writing(self._new_id(), session, None, self._clock.now(), session.outing if session else ""))
        fields = {name: value for name, value in (copy_of or {}).items() if name not in _OWN}
        self._form.begin("Nueva atención", self._inherited(session), fields)
        self._follow_type()
        self._count_uses(session)
        if fields.get("information_items"):  # the person has it already: that is not thrown away by going elsewhere
            self._keep_soon()

    def resume(self, key: str, draft: AttentionDraft, session: SessionView | None, field: str = "") -> None:
        """Go on with a draft that was kept, in the field where the person was."""
        if key.startswith(EDIT):
            record = key.removeprefix(EDIT)
            then = partial(self._opened_again, draft=draft, field=field)
            self._tasks.run(lambda: self._attentions.open(record), then, self._failed)
            return
        begun = parse_instant(draft.begun_at) if draft.begun_at else self._clock.now()
        writing = Writing(key, session, None, begun, draft.outing or (session.outing if session else ""))
        self._start(writing)
        self._form.show_record("Nueva atención", draft, note=_RECOVERED, editing=False)
        if self._form.type:
            self._form.was_usual(owed=self._owed_by_default())
        self._follow_type()
        self._form.come_back(draft, field)
        self._tick()
        self._dirty = True
        if writing.late:
            self._form.tell(OF_A_CLOSED_OUTING)

    def open(self, record: str) -> None:
        """Put a saved attention on the page, to be corrected."""
        self._tasks.run(lambda: self._attentions.open(record), self._opened, self._failed)

    @property
    def begun(self) -> bool:
        """An attention is on the page, though perhaps nothing of it is written yet."""
        return self._writing is not None

    def give_information(self, code: str) -> bool:
        """Note in this attention that the person was given a programme's sheet; False when that was noted before."""
        return self._form.more.give_information(code)

    @property
    def writing(self) -> bool:
        """Something is on the page that is not saved."""
        return self._dirty

    @property
    def field(self) -> str:
        """The field where the person is writing, or an empty text."""
        return self._form.field if self._dirty else ""

    def tell(self, notice: Notice) -> None:
        """Show a message over the form."""
        self._form.tell(notice)

    def bring_back(self, key: str, draft: AttentionDraft, session: SessionView | None) -> None:
        """Go on with what was thrown away a moment ago, in the field where the person was."""
        then = partial(self._go_on_with, key, draft, session)
        self._tasks.run(lambda: self._attentions.save_draft(key, draft), then, self._failed)

    def _go_on_with(self, key: str, draft: AttentionDraft, session: SessionView | None, _nothing: None) -> None:
        self.resume(key, draft, session)

    def put_aside(self) -> bool:
        """Keep what is on the page as a draft for later, at the second time somebody asks for it in a row."""
        if self._asked != "aside":
            self._asked = "aside"
            self._form.tell(STILL_WRITING)
            return False
        try:
            self._drafts.keep_now()
        except Exception as error:  # noqa: BLE001  whatever it is, the page stays and the person is told
            self._draft_failed(error)
            return False
        self._finish()
        return True

    def keep_draft(self) -> None:
        """Keep what is on the page before this returns: the screen is about to lock."""
        if self._dirty:
            self._drafts.keep_now()

    # ------------------------------------------------------------------ while the person types

    def _start(self, writing: Writing) -> None:
        self._writing = writing
        self._touched = set()
        self._strict = self._dirty = False
        self._asked = self._type = ""
        self._drafts.follow(writing.record if writing.before is None else f"{EDIT}{writing.record}")
        self._second.start()

    def _opened(self, opened: OpenedAttention) -> None:
        self._show_saved(opened, AttentionDraft(opened.fields, opened.identity, opened.seen, opened.identity_seen))

    def _opened_again(self, opened: OpenedAttention, *, draft: AttentionDraft, field: str) -> None:
        self._show_saved(opened, corrected_again(opened, draft), _RECOVERED)
        self._form.come_back(draft, field)
        self._dirty = True

    def _show_saved(self, opened: OpenedAttention, draft: AttentionDraft, note: str = "") -> None:
        self._start(Writing(opened.id, None, opened, self._clock.now()))
        self._second.stop()
        title = f"{TYPES[str(opened.fields['type'])].short} {opened.fields.get('folio') or ''}".strip()
        self._form.show_record(title, draft, note=note)
        self._type = self._form.type
        self._look()

    def _keep_soon(self) -> None:
        self._dirty = True
        self._withdraw_question()
        self._drafts.touch()

    def _withdraw_question(self) -> None:
        """Whoever goes on has answered: the same key much later must not throw away what was written since."""
        if self._asked:
            self._asked = ""
            self._form.clear_notice()

    def _edited(self) -> None:
        self._keep_soon()
        if self._form.type != self._type:
            self._follow_type()
        else:
            self._look()

    def _follow_type(self) -> None:
        self._type = self._form.type
        if self._type and self._writing and self._writing.before is None:
            self._form.set_owed(owed=self._owed_by_default())
        self._look()

    def _owed_by_default(self) -> bool:
        return answer_owed_by_default(self._form.type, self._catalogues)

    def _field_left(self, name: str) -> None:
        if name == "*":
            self._strict = True
        else:
            self._touched.add(name)
            self._withdraw_question()
        if self._dirty:
            self._drafts.touch()  # where the person goes on belongs to the draft
        if name in FREE_TEXTS:
            self._warn_of_personal_data(name)
        if name in _TELL_WHO or name == "topic":
            self._look_for_double()
        self._look()

    def _look(self) -> None:
        """Say what is wrong in the fields that were visited, and until when an answer is owed."""
        if self._writing is None:
            return
        draft = self._form.draft()
        found = self._problems(draft)
        self._form.show_problems(found, everywhere=self._strict, touched=frozenset(self._touched))
        self._show_due(draft)

    def _problems(self, draft: AttentionDraft) -> tuple[Problem, ...]:
        own = self._form.own_problem
        typed = (*self._form.unsettled(), *((own,) if own else ()))
        writing = self._writing
        if writing is None or writing.before is None:
            whole = self._whole(draft)
            found = (*draft_problems(whole, self._context()), *unnamed_referral(whole.fields, self._catalogues))
        else:
            before = {name: value for name, value in writing.before.fields.items() if value is not None}
            changes = completed_changes(before, self._changes(draft), self._catalogues, self._calendar)
            identity = prepared_identity(draft.identity) if draft.identity else None
            found = edit_problems(before, changes, self._catalogues, identity)
            if not unnamed_referral(before, self._catalogues):
                found = (*found, *unnamed_referral({**before, **changes}, self._catalogues))
        told = {problem.field for problem in typed}
        return (*typed, *(problem for problem in found if problem.field not in told))

    def _context(self) -> RegistrationContext:
        now, author = self._clock.now(), self._author.id
        return RegistrationContext(now, self._catalogues, self._calendar, officer=author)

    def _show_due(self, draft: AttentionDraft) -> None:
        if draft.fields.get("answer_owed") is not True or not draft.fields.get("type"):
            self._form.show_due("")
            return
        before = self._writing.before if self._writing else None
        fields = dict(before.fields) if before else with_defaults(self._whole(draft).fields, self._context())
        due, rule = fields.get("due_on"), fields.get("due_rule")
        self._form.show_due(*due_words(due, rule, self._catalogues))

    def _warn_of_personal_data(self, name: str) -> None:
        self._form.warn(name, personal_data_words(str(self._form.draft().fields.get(name) or "")))

    def _look_for_double(self) -> None:
        """Say beside the document whether this laptop holds what may be the same attention; it keeps nobody from it."""
        writing, draft = self._writing, self._form.draft()
        if writing is None or writing.before is not None or draft.identity is None:
            return

        def tell(rows: tuple[AttentionRow, ...]) -> None:
            if self._writing is writing:
                self._form.warn("doc_number", doubling_words(rows, self._clock.now()))

        self._tasks.run(lambda: self._attentions.alike(draft), tell, self._failed)

    def _tick(self) -> None:
        if self._writing and self._writing.before is None and not self._writing.late:
            self._form.show_elapsed(stopwatch(self._elapsed()))

    def _elapsed(self) -> float:
        return (self._clock.now() - self._writing.started_at).total_seconds() if self._writing else 0.0

    def _inherited(self, session: SessionView | None) -> dict[str, Json]:
        usual: dict[str, Json] = {"nationality": "CL", "user_type": "citizen", "language": "es"}
        usual["space"] = self._space if session is None else STAND
        return {**usual, "residence_comuna": session.comuna} if session and session.comuna else usual

    def _count_uses(self, session: SessionView | None) -> None:
        if session is not None:
            outing = session.outing
            self._tasks.run(lambda: self._attentions.rows(outing), self._counted, self._failed)

    def _repeat_profile(self) -> None:
        """A family stands in line together: fill in the profile of the attention before."""
        writing = self._writing
        if writing is None or writing.before is not None:
            return
        outing = writing.session.outing if writing.session else None

        def work() -> Mapping[str, Json] | None:
            rows = self._attentions.rows(outing)
            last = next((row for row in rows if row.status != "voided"), None)
            return None if last is None else self._attentions.open(last.id).fields

        def show(fields: Mapping[str, Json] | None) -> None:
            if self._writing is not writing:
                return
            if fields is None:
                self._form.tell(NOBODY_BEFORE)
            else:
                self._form.profile.repeat(fields)

        self._tasks.run(work, show, self._failed)

    def _counted(self, rows: tuple[AttentionRow, ...]) -> None:
        uses: dict[str, int] = {}
        for row in rows:
            if row.programme and row.status != "voided":
                uses[row.programme] = uses.get(row.programme, 0) + 1
        self._form.count_uses(uses)

    # ------------------------------------------------------------------ the draft

    def _draft_to_keep(self) -> AttentionDraft:
        draft, writing = self._form.draft_to_keep(), self._writing
        if writing is None or writing.before is not None:
            return draft
        return replace(draft, begun_at=instant(writing.started_at), outing=writing.outing)

    def _draft_kept(self) -> None:
        self._form.show_draft_saved(f"Borrador guardado {hour_with_seconds(self._clock.now())}")

    def _draft_failed(self, error: BaseException) -> None:
        self._form.show_draft_saved("")
        self._form.tell(notice_of(error))

    # ------------------------------------------------------------------ saving

    def _submit(self, draft: AttentionDraft, another: bool) -> None:  # noqa: FBT001  the signal's own argument
        writing = self._writing
        if writing is None:
            return
        self._strict = True
        if self._problems(draft):
            self._look()
            self._form.go_to_problem()
            return
        if self._asks_first(draft, "another" if another else "alone"):
            return
        if writing.before is None:
            self._form.set_busy(busy=True)
            whole = self._whole(draft)
            self._drafts.rest(lambda: self._register(whole, another=another))
        else:
            self._correct(draft, writing.before)

    def _whole(self, draft: AttentionDraft) -> AttentionDraft:
        """What is saved of a new record: what is on the page, and where, when and how long the person was attended."""
        writing = self._writing
        return draft if writing is None else replace(draft, fields=writing.taken(draft.fields, self._elapsed()))

    def _asks_first(self, draft: AttentionDraft, way: str) -> bool:
        """The second time the same key saves it."""
        question = unanswerable(draft)
        if question is None or self._asked == way:
            return False
        self._form.go_to_field("doc_type")
        self._asked = way
        self._form.tell(question)
        return True

    def _register(self, draft: AttentionDraft, *, another: bool) -> None:
        space = str(draft.fields.get("space") or STAND)
        if space != STAND:
            self._space = space
        author, key = self._author.id, self._drafts.key
        answer = self._registered_and_next if another else self._registered
        register = partial(self._attentions.register, draft, author)
        self._tasks.run(lambda: self._drafts.end_with(key, register), answer, self._failed)

    def _registered(self, registered: Registered) -> None:
        self._finish()
        self.saved.emit(registered, False)

    def _registered_and_next(self, registered: Registered) -> None:
        session = self._writing.session if self._writing else None
        typed = self._form.ahead.take()
        self._finish()
        self.begin(session)
        self._form.ahead.type(typed)
        self._form.tell(registered_notice(registered))
        self.saved.emit(registered, True)

    def _correct(self, draft: AttentionDraft, before: OpenedAttention) -> None:
        changes = self._changes(draft)
        identity = changed(before.identity or {}, draft.identity or {}) if draft.identity else {}
        if not changes and not identity:
            self._throw_away(offered_back=False)
            return
        self._form.set_busy(busy=True)
        author, key = self._author.id, self._drafts.key

        def work() -> str:
            self._attentions.edit(
                before.id,
                changes,
                draft.seen,
                author,
                identity=identity or None,
                identity_seen=draft.identity_seen,
            )
            self._attentions.discard_draft(key)
            return before.id

        end = partial(self._drafts.end_with, key, work)
        self._drafts.rest(lambda: self._tasks.run(end, self._corrected, self._failed))

    def _corrected(self, record: str) -> None:
        self._finish()
        self.corrected.emit(record)

    def _changes(self, draft: AttentionDraft) -> dict[str, Json]:
        before = self._writing.before.fields if self._writing and self._writing.before else {}
        fields = {name: value for name, value in draft.fields.items() if name not in _NOT_EDITED}
        changes = changed(before, fields)
        if changes.get("sensitive_consent", "") is None and before.get("sensitive_consent") == "none":
            del changes["sensitive_consent"]
        return changes

    def _failed(self, error: BaseException) -> None:
        typed = self._form.ahead.take()
        self._form.set_busy(busy=False)
        self._form.ahead.type(typed)
        if self._dirty:
            self._drafts.touch()  # it rested for the save that failed: the last letters are kept after all
        told = explain(error)
        if isinstance(told, RejectedDraftError):
            self._form.show_problems(told.problems, everywhere=True, touched=frozenset())
        self._form.tell(notice_of(told))

    def _finish(self) -> None:
        self._form.set_busy(busy=False)
        self._second.stop()
        self._writing = None
        self._dirty = False

    # ------------------------------------------------------------------ leaving

    def _leave(self) -> None:
        if self._dirty and self._asked != "leave":
            self._asked = "leave"
            what = "¿Descartar lo que escribió?"
            self._form.tell(warning(what, "", "Esc otra vez lo descarta. Siga escribiendo para quedarse.", "trash-2"))
            return
        self._throw_away()

    def _throw_away(self, *, offered_back: bool = True) -> None:
        writing = self._writing
        if writing is None:
            self.left.emit()
            return
        key, kept, draft = self._drafts.key, self._dirty, self._draft_to_keep()
        self._finish()
        if not kept:
            self.left.emit()
            return
        then = partial(self._thrown_away, key, draft, writing.session) if offered_back else self._nothing_to_keep
        self._drafts.rest(lambda: self._tasks.run(lambda: self._attentions.discard_draft(key), then, self._failed))

    def _nothing_to_keep(self, _nothing: None) -> None:
        self.left.emit()

    def _thrown_away(self, key: str, draft: AttentionDraft, session: SessionView | None, _nothing: None) -> None:
        self.left.emit()
        self.thrown_away.emit(key, draft, session)
