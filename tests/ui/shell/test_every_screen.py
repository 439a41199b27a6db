"""What holds of every screen: it can be used by keyboard and heard by a screen reader."""

from collections.abc import Iterator
from datetime import date
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QWidget,
)

from terreno_app.ui.idle import IdleWatch
from terreno_app.ui.keys import mnemonics
from terreno_app.ui.main_window import MainWindow
from terreno_app.ui.screens.goals.edit_form import DEFINE
from terreno_app.ui.screens.lock.form import AskPinForm, ChoosePinForm
from terreno_app.ui.screens.unlock.form import UnlockForm
from terreno_app.ui.screens.unlock.presenter import UnlockPresenter
from terreno_app.ui.surroundings import Surroundings
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.roles import teach_roles
from tests.ui.asked import FakeSurvey, a_person
from tests.ui.office import FakeComposition, FakeSession, PatientRunner
from tests.ui.speaking import mute
from tests.ui.stand import put_on_screen
from tests.ui.views import PEOPLE, a_conflict, a_problem, a_theme

PLACES = (
    "unlock",
    "choose_pin",
    "ask_pin",
    "today",
    "attention",
    "complaint",
    "information",
    "receipt",
    "outings",
    "ready",
    "plan",
    "day",
    "close",
    "survey",
    "sync",
    "syncing",
    "conflicts",
    "writing",
    "reports",
    "goals",
    "goal",
    "administration",
)
INPUTS = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView, QAbstractButton)


class Screens:
    """Every screen in turn, over a laptop in memory that has something to show on each."""

    def __init__(self, theme: Theme) -> None:
        self.tasks = PatientRunner()
        session = FakeSession()
        session.outings.open("a", "x")
        session.survey = FakeSurvey(a_person(1), a_person(2))
        session.conflicts.views = [a_conflict(), a_conflict(id="2/programme", record="r2")]
        session.sync_day.quarantine = [a_problem(), a_problem(record="r2")]
        closed = FakeComposition()
        self.unlock_form = UnlockForm(theme)
        self.unlock = UnlockPresenter(self.unlock_form, closed, closed.clock, self.tasks)
        self.choose_pin, self.ask_pin = ChoosePinForm(theme), AskPinForm(theme)
        idle = IdleWatch(3, session.clock)
        self.window = MainWindow(session, Surroundings(theme, self.tasks, idle, PEOPLE, closed.new_id))
        self.session = session

    def show(self, place: str) -> QWidget:
        self.tasks.let_run()
        if place == "unlock":
            put_on_screen(self.unlock_form, 1366, 768)
            self.unlock.start()
            self.tasks.let_run()
            return self.unlock_form
        if place in ("choose_pin", "ask_pin"):
            form = self.choose_pin if place == "choose_pin" else self.ask_pin
            put_on_screen(form, 1366, 768)
            return form
        put_on_screen(self.window, 1366, 768)
        self.session.attentions.kept.clear()
        self.window.start()
        self.window._stand.outings.back()
        self.tasks.let_run()
        if place in ("attention", "complaint"):
            fields = {"type": "complaint", "answer_owed": True} if place == "complaint" else None
            self.window.begin_attention(self.session.outings.current(), fields)
        elif place == "receipt":
            self.window.show_receipt("record-1")
        else:
            above = {
                "syncing": "sync",
                "writing": "conflicts",
                "ready": "outings",
                "plan": "outings",
                "day": "outings",
                "close": "outings",
                "goal": "goals",
            }
            self.window.go_to(above.get(place, place))
        self.tasks.let_run()
        if place == "syncing":
            self.window._office.sync.start()
        if place in ("ready", "plan", "day", "close"):
            desk, line = self.window._stand.outings, self.window._stand.outings_pages.listed.rows[0]
            {
                "ready": partial(desk._look, line),
                "plan": desk.make_one,
                "day": partial(desk._go_into, line),
                "close": partial(desk._close, line.id),
            }[place]()
            self.tasks.let_run()
        pages = self.window._office.goals_pages
        pages.show_edit(DEFINE, date(2026, 11, 21)) if place == "goal" else pages.show_list()
        if place == "writing":
            self.window._office.conflicts_form.own_asked.emit()
        return self.window

    def close(self) -> None:
        self.tasks.waiting.clear()
        for widget in (self.window, self.unlock_form, self.choose_pin, self.ask_pin):
            widget.close()
            widget.deleteLater()


@pytest.fixture(scope="module")
def screens(qapp: QApplication) -> Iterator[Screens]:
    theme = a_theme()
    theme.apply(qapp)
    teach_roles()
    made = Screens(theme)
    yield made
    made.close()


@pytest.fixture(scope="module", params=PLACES)
def screen(screens: Screens, request: pytest.FixtureRequest) -> QWidget:
    """A screen, shown once for all that is asked of it: whoever asks only looks."""
    return screens.show(request.param)


def inputs_of(screen: QWidget) -> list[QWidget]:
    """Everything in sight that takes keys or clicks, but the inner parts that Qt itself makes."""
    found = [one for one in screen.findChildren(QWidget) if isinstance(one, INPUTS) and one.isVisibleTo(screen)]
    return [one for one in found if not isinstance(one, QHeaderView) and not isinstance(one.parent(), QComboBox)]


def tab_chain(screen: QWidget) -> set[QWidget]:
    """What Tab reaches."""
    chain, here = set(), screen.nextInFocusChain()
    while here is not screen and here not in chain:
        chain.add(here)
        here = here.nextInFocusChain()
    return {one for one in chain if one.focusPolicy() & Qt.FocusPolicy.TabFocus}


def test_every_input_has_a_name_for_programs_and_one_for_people(screen: QWidget) -> None:
    nameless = [
        (type(one).__name__, one.objectName(), one.accessibleName())
        for one in inputs_of(screen)
        if not one.objectName() or not one.accessibleName()
    ]

    assert nameless == []


def test_every_control_tells_a_screen_reader_its_name_its_role_and_how_it_stands(screen: QWidget) -> None:
    assert mute(screen) == []


def test_every_field_has_a_label_that_leads_to_it(screen: QWidget) -> None:
    buddies = [label.buddy() for label in screen.findChildren(QLabel) if label.buddy() is not None]
    led_to = {buddy.focusProxy() or buddy for buddy in buddies}

    fields = [one for one in inputs_of(screen) if isinstance(one, QLineEdit | QPlainTextEdit | QComboBox)]

    assert [one.objectName() for one in fields if one not in led_to and one.objectName() != "search"] == []


def test_every_input_can_be_reached_by_tab_or_belongs_to_a_group_that_can(screen: QWidget) -> None:
    chain = tab_chain(screen)

    lost = [
        one.objectName()
        for one in inputs_of(screen)
        if one not in chain and not any(above in chain for above in _above(one)) and not isinstance(one, QRadioButton)
    ]

    assert lost == []


def test_no_alt_letter_stands_twice(screen: QWidget) -> None:
    twice = {letter: texts for letter, texts in mnemonics(screen).items() if len(texts) > 1}

    assert twice == {}


def test_no_label_reads_markup(screen: QWidget) -> None:
    rich = [label.text() for label in screen.findChildren(QLabel) if label.textFormat() != Qt.TextFormat.PlainText]

    assert [text for text in rich if text] == []


def test_everything_fits_in_a_small_laptop(screen: QWidget) -> None:
    needed = screen.minimumSizeHint()

    assert needed.width() <= 1366
    assert needed.height() <= 768


def _above(widget: QWidget) -> Iterator[QWidget]:
    while (parent := widget.parentWidget()) is not None:
        yield parent
        widget = parent
