"""Services with memory for the screens of the stand, and hands that press real keys."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from terreno_app.domain.attention import AttentionDraft, RegistrationContext, problems, with_defaults
from terreno_app.domain.deadlines import BusinessCalendar
from terreno_app.domain.outing import materials_of, with_incidents, with_material
from terreno_app.domain.person import prepared_identity
from terreno_app.services.attentions import AttentionRow, DayCounts, OpenedAttention, Registered
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.laptop import Person
from terreno_app.services.outings import SessionView
from terreno_app.ui.theme import Theme
from tests.factories import DEVICE, NOON, OUTING, FixedClock, catalogues

MARCELA = Person("01990000-0000-7000-8000-000000000003", "Marcela Soto Henríquez")
CALENDAR = BusinessCalendar(catalogues().holidays)
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def a_session(**changes: Any) -> SessionView:
    """An outing that this laptop opened at half past nine."""
    session = SessionView(
        outing=OUTING,
        session="01990000-0000-7000-8000-0000000000a1",
        code="S-T07-2026-003",
        place_name="Feria Libre Lo Valledor",
        comuna="13121",
        planned_on="2026-11-21",
        opened_at="2026-11-21T12:34:00.000Z",
        closed_at=None,
        goal_attentions=80,
        sampling={"method": "bernoulli", "p": "0.20"},
        informed=112,
        other_day=False,
        informed_by_kind={"material": 100, "talk": 0, "other": 12},
    )
    return replace(session, **changes)


def a_row(n: int = 1, **changes: Any) -> AttentionRow:
    """A line of the day."""
    row = AttentionRow(
        id=f"record-{n}",
        folio=f"T07-2026-{n:06d}-8",
        received_at="2026-11-21T15:00:00.000Z",
        type="enquiry",
        topic="pensiones",
        programme="PGU",
        sex="F",
        age_band="T65_74",
        residence_comuna="13121",
        persons_count=1,
        state="local",
        proof=None,
        answer_owed=False,
        due_on=None,
        status="registered",
        seen={"status": "op-1"},
    )
    return replace(row, **changes)


class FakeAttentions:
    """Attentions in memory: the domain's own rules decide what is registered."""

    def __init__(self, clock: FixedClock | None = None) -> None:
        self.clock = clock or FixedClock(NOON)
        self.kept: dict[str, AttentionDraft] = {}
        self.of_others: dict[str, int] = {}
        self.registered: list[AttentionDraft] = []
        self.opened: dict[str, OpenedAttention] = {}
        self.edits: list[tuple[str, dict[str, Any], dict[str, Any] | None, Mapping[str, str]]] = []
        self.day: tuple[AttentionRow, ...] = ()
        self.before: tuple[AttentionRow, ...] = ()
        self.figures = DayCounts(0, 0, 0, None, 0, 0, None)
        self.breaks: Exception | None = None
        self.draw: dict[str, Any] | None = None
        self.doubles: tuple[AttentionRow, ...] = ()

    def register(self, draft: AttentionDraft, author: str) -> Registered:
        self._break()
        context = RegistrationContext(self.clock.now(), catalogues(), CALENDAR, OUTING, DEVICE, author)
        fields = with_defaults({k: v for k, v in draft.fields.items() if k != "id"}, context)
        identity = prepared_identity(draft.identity) if draft.identity else None
        found = problems(fields, catalogues(), self.clock.now(), identity)
        if found:
            raise RejectedDraftError(found)
        self.registered.append(draft)
        record = str(draft.fields["id"])
        self.kept.pop(record, None)
        due = fields.get("due_on")
        return Registered(record, "T07-2026-000148-6", str(due) if due else None, self.draw)

    def open(self, record: str) -> OpenedAttention:
        self._break()
        if record not in self.opened:
            raise ServiceError("unknown_record")
        return self.opened[record]

    def edit(
        self,
        record: str,
        changes: Mapping[str, Any],
        seen: Mapping[str, str],
        author: str,
        *,
        identity: Mapping[str, Any] | None = None,
        identity_seen: Mapping[str, str] | None = None,
    ) -> None:
        self._break()
        self.edits.append((record, dict(changes), dict(identity) if identity else None, dict(seen)))

    def void(self, record: str, reason: str, seen: Mapping[str, str], author: str) -> None:
        self.edit(record, {"status": "voided", "void_reason": reason}, seen, author)

    def rows(self, outing: str | None = None, limit: int = 500) -> tuple[AttentionRow, ...]:
        self._break()
        return self.day[:limit]

    def find(self, query: str, limit: int = 100) -> tuple[AttentionRow, ...]:
        self._break()
        return tuple(row for row in (*self.before, *self.day) if query in row.folio)[:limit]

    def alike(self, draft: AttentionDraft) -> tuple[AttentionRow, ...]:
        return self.doubles

    def counts(self, session: SessionView | None) -> DayCounts:
        return self.figures

    def save_draft(self, key: str, draft: AttentionDraft) -> None:
        self._break()
        self.kept[key] = draft

    def drafts(self) -> dict[str, AttentionDraft]:
        return dict(self.kept)

    def half_written_by_others(self, outing: str) -> dict[str, int]:
        return dict(self.of_others)

    def discard_draft(self, key: str) -> None:
        self.kept.pop(key, None)

    def _break(self) -> None:
        if self.breaks is not None:
            raise self.breaks


class FakeOutings:
    """The open session, and the people counted."""

    def __init__(self, session: SessionView | None = None) -> None:
        self.session = session
        self.counted: list[tuple[str, int]] = []
        self.noted: list[str] = []
        self.breaks: Exception | None = None

    def current(self) -> SessionView | None:
        return self.session

    def add_informed(self, activity: str, count: int, author: str) -> SessionView:
        if self.session is None:
            raise ServiceError("no_session")
        self.counted.append((activity, count))
        by_kind = {**self.session.informed_by_kind}
        by_kind[activity] = by_kind.get(activity, 0) + count
        self.session = replace(self.session, informed=sum(by_kind.values()), informed_by_kind=by_kind)
        return self.session

    def hand_out(self, item: str, quantity: int, author: str) -> SessionView:
        return self._change(lambda held: with_material(held, item, quantity))

    def note_incidents(self, text: str, author: str) -> SessionView:
        self.noted.append(text)
        return self._change(lambda held: with_incidents(held, text))

    def _change(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> SessionView:
        if self.breaks is not None:
            raise self.breaks
        if self.session is None:
            raise ServiceError("no_session")
        lines = [{"item": one.item, "quantity": one.quantity} for one in self.session.materials]
        held = {"opened_at": self.session.opened_at, "materials": lines, "incidents": self.session.incidents}
        held |= change(held)
        self.session = replace(self.session, materials=materials_of(held), incidents=held["incidents"] or "")
        return self.session


class Hands:
    """Presses keys where the focus is, and counts them."""

    def __init__(self) -> None:
        self.pressed = 0

    def press(self, *keys: Qt.Key | str, held: Qt.KeyboardModifier = NONE) -> None:
        for key in keys:
            widget = focused()
            QTest.keyClick(widget, key, held)
            QApplication.processEvents()
            self.pressed += 1

    def type(self, text: str) -> None:
        """Letters one by one; those beyond ASCII as their own event, which `keyClick` cannot send."""
        for letter in text:
            if letter.isascii():
                self.press(letter)
            else:
                widget = focused()
                QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, 0, NONE, letter))
                self.pressed += 1


def let_click() -> None:
    """Let a button that a shortcut pressed click: a tenth of a second later, on a busy machine later still."""
    QTest.qWait(150)
    QApplication.processEvents()


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@contextmanager
def undressed(theme: Theme) -> Iterator[None]:
    """What is made in the block is dressed when all of it is there.

    Qt matches the whole style sheet again for each layer that a widget is put into, which is half of making a window.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setStyleSheet("")
    try:
        yield
    finally:
        theme.apply(app)


def put_on_screen(widget: QWidget, width: int = 1166, height: int = 732) -> None:
    """Show a page in the room that it has beside the rail of a small laptop."""
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    widget.setFocus()
    QApplication.processEvents()
