"""The page of Atención: its parts put together, one keyboard order, and one draft out of all of them.

It knows which parts are open for which type, and nothing of the rules: what is wrong is told to it field by field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.errors import Problem
from terreno_app.domain.fields import Json
from terreno_app.ui import keys
from terreno_app.ui.labels import TYPES
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.attention import lookups
from terreno_app.ui.screens.attention.answer import Answer
from terreno_app.ui.screens.attention.coming_back import go_on_in, show_unread, unread
from terreno_app.ui.screens.attention.frame import Foot, Head
from terreno_app.ui.screens.attention.guide import Guide
from terreno_app.ui.screens.attention.identity import Identity
from terreno_app.ui.screens.attention.more import More
from terreno_app.ui.screens.attention.part import Part
from terreno_app.ui.screens.attention.profile import LEADER, Profile
from terreno_app.ui.screens.attention.sensitive import ADOLESCENT, CHILD, Sensitive
from terreno_app.ui.screens.attention.sheet import Sheet
from terreno_app.ui.screens.attention.subject import WITH_STORY, Story, Subject
from terreno_app.ui.screens.attention.told import told, unsettled
from terreno_app.ui.screens.attention.typing_ahead import TypingAhead
from terreno_app.ui.screens.attention.walk import chain, field_with_focus, fields_of, inputs_of
from terreno_app.ui.theme import COMPACT_BELOW_WIDTH, Theme
from terreno_app.ui.widgets.fields import Field
from terreno_app.ui.widgets.layout import add, ground
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.picks import PickField
from terreno_app.ui.widgets.search import Found, SearchField

FREE_TEXTS: Final = ("description", "answer_given")
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class AttentionForm(QWidget):
    """The page.

    Signals:
        submitted: A person wants to save: the draft, and whether another one follows.
        edited: Something changed; time to keep the draft.
        typing: Letters that are no answer yet; the draft keeps them too.
        field_left: A person left a field; time to look at it. Carries its name.
        left: A person wants to leave without saving.
        sheet_asked: The sheet of a programme; carries its code.
        repeat_asked: The profile is that of the attention before.
    """

    submitted = Signal(object, bool)
    edited = Signal()
    typing = Signal()
    field_left = Signal(str)
    left = Signal()
    sheet_asked = Signal(str)
    repeat_asked = Signal()

    def __init__(self, theme: Theme, catalogues: Catalogues, region: str = "13") -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._catalogues = catalogues
        self._topics = lookups.topics(catalogues)
        institutions = lookups.institutions(catalogues)
        topic_of = {programme.code: programme.topic for programme in catalogues.programmes}
        places = (
            lookups.residences(catalogues, region),
            lookups.nationalities(catalogues),
            lookups.comunas(catalogues),
        )
        given = (lookups.programmes(catalogues), lookups.programmes(catalogues, dos=True))
        self.subject = Subject(theme, self._topics, institutions, topic_of)
        self.story = Story(theme)
        self.profile = Profile(theme, catalogues, *places)
        self.answer = Answer(theme, catalogues, institutions)
        self.more = More(theme, catalogues, *given)
        self.sensitive = Sensitive(theme, catalogues)
        self.identity = Identity(theme, catalogues)
        self.guide = Guide(theme, catalogues)
        self._seen: Mapping[str, str] = {}
        self._identity_seen: Mapping[str, str] = {}
        self._problems: Mapping[str, str] = {}
        self._warned: dict[str, str] = {}
        self._asked_owed = False
        self._editing = False
        self._filling = False
        self._compact: bool | None = None
        self._placed: tuple[tuple[Part, ...], bool, bool] | None = None
        self._head = Head(theme)
        self._notice = NoticeBar(theme)
        self._foot = Foot(theme)
        self._sheet = Sheet(theme, self._head, self._notice, self.guide)
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        add(theme, layout, (self._sheet, 1), self._foot)
        self._listen()
        every = [one for part in (*self._parts(), self.identity) for one in inputs_of(part)]
        self.ahead = TypingAhead(self, (*every, *self._foot.inputs()))
        self.setFocusProxy(self.subject.types)
        self.arrange()

    # ------------------------------------------------------------------ what is shown

    def begin(self, title: str, inherited: Mapping[str, Json], fields: Mapping[str, Json] | None = None) -> None:
        """Start a new attention: what the outing says looks inherited, what `fields` says does not."""
        given = {name for name, value in (fields or {}).items() if value is not None}
        fresh = {name: value for name, value in inherited.items() if name not in given}
        self._fill(fields or {}, None, fresh, editing=False)
        if "persons_count" not in given:
            self.more.write("persons_count", 1)
        self.answer.offer_outcome()
        self._head.say(title)
        self.arrange()
        self._go_to_start()

    def show_record(self, title: str, draft: AttentionDraft, *, note: str = "", editing: bool = True) -> None:
        """Put an existing record on screen, or a draft, with what was seen of it."""
        inherited = {name: draft.fields[name] for name in draft.inherited if name in draft.fields}
        self._fill(draft.fields, draft.identity, inherited, editing=editing)
        self._seen, self._identity_seen = draft.seen, draft.identity_seen
        self._head.say(title)
        self._head.say_draft(note)
        self.arrange()
        self._go_to_start()
        for name in FREE_TEXTS:
            self.field_left.emit(name)

    def go_to_field(self, name: str) -> None:
        """Go to a field, if it is asked."""
        frame = self.frames().get(name)
        if frame is not None:
            frame.widget.setFocus(Qt.FocusReason.TabFocusReason)

    def come_back(self, draft: AttentionDraft, field: str = "") -> None:
        """Show what a kept draft held half typed, and go on in the field where the person was."""
        frames = self.frames()
        show_unread(frames, draft.unread)
        where = frames.get(field or draft.at)
        if where is not None:
            go_on_in(where)

    @property
    def field(self) -> str:
        """The field that has the focus, or an empty text."""
        return field_with_focus(self.frames(), self.focusWidget())

    def show_elapsed(self, text: str) -> None:
        """How long this attention has taken."""
        self._head.say_elapsed(text)

    def show_draft_saved(self, text: str) -> None:
        """When the draft was kept, or why it was not."""
        self._head.say_draft(text)

    def show_due(self, text: str, detail: str = "") -> None:
        """Until when an answer is owed; an empty text when none is."""
        self._head.say_due(text, detail)

    def show_problems(self, problems: Sequence[Problem], *, everywhere: bool, touched: frozenset[str]) -> None:
        """Say what is wrong beside each field that was visited, or beside all of them."""
        frames = self.frames()
        said = told(problems, frames, None if everywhere else touched, self._catalogues)
        for name, frame in frames.items():
            shown = said.beside.get(name, "")
            if frame.error != shown:
                frame.set_error(shown)
        self._problems = said.beside
        self._foot.say_missing(said.names, wrong=said.wrong)

    def warn(self, name: str, text: str) -> None:
        """Say something beside a field that keeps nothing from being saved; an empty text takes it away."""
        self._warned[name] = text
        frame = self.frames().get(name)
        if frame is not None and text:
            frame.set_hint(text, "copper")
        elif name == "description":
            self.story.ask(owed=self.answer.owed, compact=bool(self._compact))
        elif frame is not None:
            frame.set_hint("")

    def tell(self, notice: Notice) -> None:
        """Show a message over the form."""
        self._notice.tell(notice)

    def clear_notice(self) -> None:
        """Take the message away."""
        self._notice.clear()

    def set_busy(self, *, busy: bool) -> None:
        """While it is being saved it cannot be saved again."""
        self._foot.set_busy(busy=busy)
        self.ahead.hold(holding=busy)

    def count_uses(self, uses: Mapping[str, int]) -> None:
        """How often each programme was asked for today."""
        self._topics.count_uses({f"{lookups.PROGRAMME}{code}": n for code, n in uses.items()})

    def set_owed(self, *, owed: bool) -> None:
        """What is usual for the type, as long as nobody said otherwise."""
        if not self._asked_owed:
            before = self.answer.owed
            self.answer.set_owed(owed=owed)
            if owed != before:
                self.arrange()

    def was_usual(self, *, owed: bool) -> None:
        """In a draft taken up again, somebody chose what it says of the answer only if that is not what is usual."""
        self._asked_owed = self.answer.owed is not owed

    # ------------------------------------------------------------------ what is read

    def draft(self) -> AttentionDraft:
        """Everything on screen; empty fields are left out of a new record and None in one that is edited."""
        fields: dict[str, Json] = {}
        for part in self._parts():
            fields |= part.values()
        if not self._editing:
            fields = {name: value for name, value in fields.items() if value is not None}
        owed = self.answer.owed
        identity = self.identity.values() if owed and not self.identity.empty() else None
        return AttentionDraft(fields, identity, self._seen, self._identity_seen)

    def draft_to_keep(self) -> AttentionDraft:
        """Everything on screen, what is half typed with it, and where the person is."""
        frames = self.frames()
        return replace(
            self.draft(),
            at=field_with_focus(frames, self.focusWidget()),
            unread=unread(frames),
            inherited=(*self.profile.inherited, *self.more.inherited),
        )

    @property
    def type(self) -> str:
        """The chosen type, or an empty text."""
        return self.subject.type

    @property
    def title(self) -> str:
        """What the page is called now."""
        return self._head.title

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    @property
    def own_problem(self) -> Problem | None:
        """Something that the fields themselves cannot read."""
        wrong = self.more.own_problem()
        return Problem("received_at", "unreadable", wrong) if wrong else None

    def unsettled(self) -> tuple[Problem, ...]:
        """Searches where something is typed that is no answer of the list."""
        return unsettled(self.frames())

    def frames(self) -> dict[str, Field]:
        """Every field in sight, by name, in the order of the keyboard."""
        frames: dict[str, Field] = {}
        for part in self._order:
            if part is self.identity and not self.answer.owed:
                continue
            frames |= {name: frame for name, frame in fields_of(part).items() if frame.isVisibleTo(self)}
        return frames

    # ------------------------------------------------------------------ how it moves

    def arrange(self) -> None:
        """Open what the type and the answers ask for, and put the keyboard in the order of the page."""
        story = self.type in WITH_STORY
        owed = self.answer.owed
        order: tuple[Part, ...] = (self.subject, self.profile, self.answer, self.more, self.story)
        if story:
            order = (self.subject, self.story, self.profile, self.answer, self.more)
        aside = (self.identity, self.sensitive) if owed else (self.sensitive,)
        placed = (order, owed, bool(self._compact))
        if placed != self._placed:  # whoever is put in the same place again is laid out and painted again
            self._placed = placed
            self._order = (*order, *aside)
            self.identity.setVisible(owed)
            self._sheet.place(order, (self.identity, self.sensitive), beside=owed, compact=bool(self._compact))
            chain(self._order, self._foot.inputs())
        if not self._warned.get("description"):
            self.story.ask(owed=owed, compact=bool(self._compact))
        leader = self.profile.read("user_type") == LEADER
        self.more.ask_dos(leader=leader)
        self.profile.say("" if owed else "No se pide nombre ni RUN.")
        age = self.profile.age
        self.sensitive.set_age(age)
        self.identity.ask_guardian(minor=age in (CHILD, ADOLESCENT), child=age == CHILD)
        if owed:
            self.identity.begin()
        if not self._editing:
            words = TYPES.get(self.type)
            self._head.say(words.new if words else "Nueva atención")

    def go_to_missing(self) -> None:
        """Go to the next field that keeps the attention from being saved."""
        names = list(self._problems)
        if not names:
            self.field_left.emit("*")
            names = list(self._problems)
        if not names:
            return
        frames = self.frames()
        here = next((at for at, name in enumerate(names) if frames[name].widget.hasFocus()), -1)
        target = frames[names[(here + 1) % len(names)]].widget
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self._sheet.reveal(target)

    def go_to_problem(self) -> None:
        """Stay in the field where the person is, if that is one that keeps the attention from being saved."""
        frames = self.frames()
        if not any(frames[name].widget.hasFocus() for name in self._problems):
            self.go_to_missing()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring the field that takes the keys into sight; again, once a part that opens with it has its size."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._sheet.reveal(watched)
            QTimer.singleShot(0, watched, partial(self._sheet.reveal, watched))
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field, Esc leaves."""
        if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Small: what does not fit scrolls, and a part that opens never widens the window."""
        return QSize(480, 320)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the panel goes below and the rows break."""
        super().resizeEvent(event)
        rail = self._theme.px(200)
        compact = self._theme.compact or self.width() < COMPACT_BELOW_WIDTH - rail
        if compact != self._compact:
            self._compact = compact
            for part in (self.subject, self.profile, self.answer):
                part.set_compact(compact=compact)
            self._foot.set_compact(compact=compact, large=self._theme.large)
            self.arrange()

    # ------------------------------------------------------------------ inside

    def _parts(self) -> tuple[Part, ...]:
        return (self.subject, self.story, self.profile, self.answer, self.more, self.sensitive)

    def _listen(self) -> None:
        for part in (*self._parts(), self.identity):
            part.changed.connect(self._changed)
            part.left.connect(self._field_left)
        self.sensitive.toggled.connect(self.arrange)
        self.subject.topic.lit.connect(self._light)
        self.subject.topic.chosen.connect(self._light)
        self.guide.sheet_asked.connect(self.sheet_asked)
        self._foot.saved.connect(self._submit)
        self._foot.saved_and_next.connect(self._submit_and_next)
        self._foot.left.connect(self.left)
        keys.shortcut(self, keys.SAVE, self._submit)
        keys.shortcut(self, keys.SAVE_AND_NEXT, self._submit_and_next)
        keys.shortcut(self, keys.NEXT_MISSING, self.go_to_missing)
        keys.shortcut(self, keys.NOT_ASKED, self.profile.mark_not_asked)
        keys.shortcut(self, keys.REPEAT_PROFILE, self.repeat_asked.emit)
        keys.shortcut(self, keys.CONSENT, self.sensitive.toggle)
        keys.shortcut(self, keys.PRINT, self.guide.ask_sheet)
        for part in (*self._parts(), self.identity):
            for one in inputs_of(part):
                one.installEventFilter(self)
                if isinstance(one, SearchField):
                    one.set_stage(self._sheet)
                    one.textEdited.connect(self.typing)
                if isinstance(one, SearchField) and not isinstance(one, PickField):
                    one.went_on.connect(self.focusNextChild)

    def _fill(
        self,
        fields: Mapping[str, Json],
        identity: Mapping[str, Json] | None,
        inherited: Mapping[str, Json],
        *,
        editing: bool,
    ) -> None:
        self._filling = True
        self._editing = editing
        self._asked_owed = fields.get("answer_owed") is not None
        self._seen, self._identity_seen = {}, {}
        self._warned = {}
        for part in self._parts():
            part.show_values(fields)
        self.profile.inherit(inherited)
        self.more.inherit(inherited)
        if editing:
            self.answer.keep_outcome()
        self.more.let_choose_origin(allowed=not editing)
        self._foot.offer_next(offered=not editing)
        self.profile.offer_repeat(offered=not editing)
        self.identity.show_values(identity or {})
        self.guide.show_programme(str(fields.get("programme") or ""))
        self._notice.clear()
        self._head.say_draft("")
        self._head.say_elapsed("")
        self.show_problems((), everywhere=True, touched=frozenset())
        self._filling = False

    def _go_to_start(self) -> None:
        """Take the focus to the type; the field that loses it was left in the record before, not in this one."""
        self._filling = True
        self.subject.types.setFocus()
        self._filling = False

    def _changed(self, name: str) -> None:
        if self._filling:
            return
        if name == "answer_owed":
            self._asked_owed = True
        self._notice.clear()
        if name in ("type", "answer_owed", "user_type", "age_band", "outcome", "back_captured"):
            self.arrange()
        self.edited.emit()

    def _field_left(self, name: str) -> None:
        if not self._filling:
            self.field_left.emit(name)

    def _light(self, found: Found | None) -> None:
        self.guide.show_programme(found.code if found else "")

    def _submit(self) -> None:
        if self._foot.ready:
            self.submitted.emit(self.draft(), False)

    def _submit_and_next(self) -> None:
        if self._foot.ready:
            self.submitted.emit(self.draft(), not self._editing)
