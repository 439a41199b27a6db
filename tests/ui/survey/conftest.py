"""A laptop with somebody who waits for the survey, and real keys for the kiosk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from terreno_app.ui.application import Desktop
from terreno_app.ui.handing_over import HandingOver
from terreno_app.ui.idle import IdleWatch
from terreno_app.ui.main_window import MainWindow
from terreno_app.ui.screens.survey.kiosk import Kiosk
from terreno_app.ui.screens.survey.sitting import Sitting
from terreno_app.ui.surroundings import Surroundings
from terreno_app.ui.theme import Theme
from tests.ui.asked import FakeSurvey, a_person
from tests.ui.office import FakeComposition, FakeSession, PatientRunner
from tests.ui.stand import NONE, put_on_screen, undressed
from tests.ui.views import PAULA, PEOPLE, a_theme

ENTER, ESC, BACKSPACE = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Backspace
CORE = {
    "P1": 6,
    "P2a": 7,
    "P2b": 5,
    "P2c": 6,
    "P2d": 6,
    "P2e": 4,
    "P3": "parcial",
    "P4": "si",
    "P5": "no",
    "P6": "redes sociales",
}
"""The answers of `answer_all`, as they are stored."""


@dataclass
class Booth:
    """The kiosk once the laptop was handed over, the services behind it, and what was told about it."""

    handing: HandingOver
    session: FakeSession
    tasks: PatientRunner
    idle: IdleWatch
    locks: list[bool] = field(default_factory=list)
    taken_back: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def kiosk(self) -> Kiosk:
        kiosk = self.handing.kiosk
        assert kiosk is not None
        return kiosk

    @property
    def sitting(self) -> Sitting:
        sitting = self.handing.sitting
        assert sitting is not None
        return sitting

    @property
    def handed_over(self) -> bool:
        return self.handing.kiosk is not None

    @property
    def stored(self) -> list[tuple[str, str, Any, Any]]:
        return self.session.survey.stored

    @property
    def asks(self) -> str:
        """The id of the question in sight."""
        assert self.kiosk.page is self.kiosk.asking
        return self.sitting._answering.question.id

    @property
    def focus(self) -> QWidget:
        """What takes the keys."""
        return self.kiosk.focusWidget() or self.kiosk

    def press(self, *keys: Qt.Key | str, held: Qt.KeyboardModifier = NONE) -> None:
        for key in keys:
            QTest.keyClick(self.focus, key, held)
            self.tasks.let_run()
        QApplication.processEvents()

    def type(self, text: str) -> None:
        """Letters one by one; those beyond ASCII as their own event, which `keyClick` cannot send."""
        for letter in text:
            if letter.isascii():
                QTest.keyClick(self.focus, letter)
            else:
                QApplication.sendEvent(self.focus, QKeyEvent(QEvent.Type.KeyPress, 0, NONE, letter))

    def hand_over(self, mode: str = "on_screen") -> None:
        self.handing.offer(a_person(), mode)
        QTest.qWaitForWindowActive(self.kiosk)

    def begin(self) -> None:
        """Hand over, and the person goes past the welcome."""
        self.hand_over()
        self.press(ENTER)

    def button(self, name: str) -> QAbstractButton:
        return self.kiosk.findChild(QAbstractButton, name)

    def words(self) -> str:
        """Every word in sight at the kiosk."""
        labels = [one.text() for one in self.kiosk.findChildren(QLabel) if one.isVisibleTo(self.kiosk)]
        return "\n".join(labels)

    def own_words(self) -> QPlainTextEdit:
        return self.kiosk.findChild(QPlainTextEdit, "own_words")

    def open_door(self, phrase: str = FakeComposition.PHRASE) -> None:
        """Ask for the door and type a phrase, letter by letter."""
        self.press(ESC)
        self.kiosk.findChild(QLineEdit, "kiosk_passphrase").clear()
        self.type(phrase)
        self.press(ENTER)

    def let_time_pass(self, seconds: float) -> None:
        self.session.clock.pass_by(seconds)
        self.sitting.watch.look()
        self.tasks.let_run()


@dataclass
class Stall(Booth):
    """The same with the window of the laptop around it."""

    window: MainWindow = field(kw_only=True)

    @property
    def form(self) -> Any:
        return self.window._stand.survey_form

    @property
    def focus(self) -> QWidget:
        """What takes the keys: of the kiosk while the laptop is handed over, else of the window."""
        here = self.kiosk if self.handed_over else self.window
        return here.focusWidget() or here

    def go(self) -> None:
        self.window.start()
        self.tasks.let_run()
        self.window.survey()
        self.tasks.let_run()


def wait_until(true: Callable[[], bool]) -> None:
    """Let Qt work until it is so."""
    for _ in range(500):
        if true():
            return
        QTest.qWait(10)
    raise AssertionError


def a_session(*people: Any) -> tuple[FakeSession, PatientRunner, IdleWatch, Surroundings]:
    session, tasks = FakeSession(), PatientRunner()
    session.outings.open("a", "x")
    session.survey = FakeSurvey(*people)
    idle = IdleWatch(3, session.clock)
    return session, tasks, idle, Surroundings(a_theme(), tasks, idle, PEOPLE, FakeComposition().new_id, lambda _: None)


def a_booth(theme: Theme) -> Iterator[Booth]:
    session, tasks, idle, around = a_session(a_person(1), a_person(2))
    parent = QObject()
    handing = HandingOver(session, replace(around, theme=theme), parent)
    booth = Booth(handing, session, tasks, idle)
    handing.expired.connect(lambda: booth.locks.append(True))
    handing.taken_back.connect(lambda attention, stored: booth.taken_back.append((attention, stored)))
    yield booth
    handing.put_down()


@pytest.fixture
def booth(theme: Theme) -> Iterator[Booth]:
    """Nothing but the kiosk."""
    yield from a_booth(theme)


def a_stall(theme: Theme, *people: Any) -> Iterator[Stall]:
    session, tasks, idle, around = a_session(*people)
    with undressed(theme):
        window = MainWindow(session, replace(around, theme=theme))
    put_on_screen(window, 1366, 768)
    yield Stall(window.handing, session, tasks, idle, window=window)
    window.put_down()
    window.close()
    window.deleteLater()


@pytest.fixture
def stall(theme: Theme) -> Iterator[Stall]:
    """Two people wait."""
    yield from a_stall(theme, a_person(1), a_person(2, programme=None, topic="vivienda"))


@pytest.fixture
def quiet(theme: Theme) -> Iterator[Stall]:
    """Nobody waits."""
    yield from a_stall(theme)


def answer_all(booth: Booth) -> None:
    for number in ("6", "7", "5", "6", "6", "4", "2", "1", "2", "4"):
        booth.press(number, ENTER)


@contextmanager
def an_open_desktop(qapp: QApplication) -> Iterator[tuple[Desktop, FakeComposition, FakeSession]]:
    """A whole desktop that somebody unlocked, with an open outing and a person who waits for the survey."""
    theme = a_theme()
    theme.apply(qapp)
    closed = FakeComposition()
    session = closed.prepared = FakeSession(closed.clock)
    session.outings.open("a", "x")
    session.survey = FakeSurvey(a_person())
    desktop = Desktop(qapp, closed, theme)
    desktop.start()
    wait_until(lambda: desktop.ready)
    desktop._unlock_form.submitted.emit(PAULA.id, FakeComposition.PHRASE)
    wait_until(lambda: desktop.main is not None)
    yield desktop, closed, session
    desktop.window.close()
    desktop.window.deleteLater()
