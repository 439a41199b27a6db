"""The desktop from the closed laptop to the open one and back, over a laptop in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from terreno_app.settings import Settings
from terreno_app.ui import application as module
from terreno_app.ui.application import Desktop, application
from terreno_app.ui.theme import Theme
from tests.ui.office import FakeComposition, FakeSession
from tests.ui.stand import Hands
from tests.ui.views import PAULA


@dataclass
class Room:
    desktop: Desktop
    closed: FakeComposition
    hands: Hands
    qtbot: QtBot

    def wait(self, until: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(until, timeout=5000)

    def unlock(self, phrase: str = FakeComposition.PHRASE) -> None:
        self.wait(lambda: self.desktop._unlock_form.officer != "")
        field = self.desktop.window.findChild(QLineEdit, "passphrase")
        field.setText(phrase)
        self.desktop._unlock_form.submitted.emit(PAULA.id, phrase)
        if phrase == FakeComposition.PHRASE:
            self.wait(lambda: self.desktop.main is not None)
            self.desktop.window.activateWindow()
            self.wait(self.desktop.window.isActiveWindow)

    @property
    def session(self) -> FakeSession:
        return self.closed.sessions[-1]


@pytest.fixture
def room(qapp: QApplication, theme: Theme, qtbot: QtBot) -> Iterator[Room]:
    closed = FakeComposition()
    desktop = Desktop(qapp, closed, theme)
    desktop.start()
    yield Room(desktop, closed, Hands(), qtbot)
    desktop.window.close()
    desktop.window.deleteLater()


def test_the_right_phrase_opens_the_window_of_the_day(room: Room) -> None:
    room.unlock()

    assert room.desktop.main is not None
    assert room.desktop.window.layers.currentWidget() is room.desktop.main
    assert room.desktop.main.place == "today"
    assert room.desktop.window.windowTitle() == "Terreno"


def test_what_an_open_laptop_needs_is_loaded_while_the_person_types(room: Room) -> None:
    room.wait(lambda: room.closed.warm)

    assert room.desktop.ready
    assert room.desktop.main is None


def test_a_wrong_phrase_opens_nothing(room: Room) -> None:
    room.unlock("otra frase cualquiera")

    room.wait(lambda: room.desktop._unlock_form.message != "")

    assert room.desktop.main is None
    assert "La frase de paso no abre este equipo" in room.desktop._unlock_form.message


def test_nobody_for_three_minutes_locks_and_closes_the_store(room: Room) -> None:
    room.unlock()
    session = room.session

    room.closed.clock.pass_by(180)
    room.desktop._idle.look()

    assert session.closed == 1
    assert room.desktop.main is None
    assert room.desktop.window.layers.currentWidget() is room.desktop._unlock_form


def test_a_form_that_was_open_is_there_again_after_unlocking(room: Room) -> None:
    prepared = FakeSession(room.closed.clock)
    prepared.outings.open("a", PAULA.id)
    room.closed.prepared = prepared
    room.unlock()
    room.wait(lambda: room.desktop.main is not None and room.desktop.main._stand.today.session is not None)
    room.desktop.main.new_attention()
    room.wait(lambda: room.desktop.main is not None and room.desktop.main.place == "attention")
    room.hands.press("r")

    room.desktop.lock()
    again = FakeSession(room.closed.clock)
    again.attentions, again.outings = prepared.attentions, prepared.outings
    room.closed.prepared = again
    room.unlock()
    room.wait(lambda: room.desktop.main is not None and room.desktop.main.place == "attention")

    assert room.desktop.main._stand.attention_form.draft().fields["type"] == "complaint"


def test_f12_locks_from_the_keyboard(room: Room) -> None:
    room.unlock()

    room.desktop.main.ask_lock()
    room.wait(lambda: room.desktop.main is None)

    assert room.session.closed == 1


def test_a_suspended_machine_is_locked(room: Room) -> None:
    room.unlock()

    room.desktop._state_changed(Qt.ApplicationState.ApplicationActive)
    still_open = room.desktop.main is not None
    room.desktop._state_changed(Qt.ApplicationState.ApplicationSuspended)

    assert still_open
    assert room.desktop.main is None


def test_nothing_of_a_locked_session_ticks_on(room: Room, qapp: QApplication) -> None:
    room.unlock()
    assert room.desktop.main is not None
    today, form = room.desktop.main._stand.today, room.desktop.main._stand.today_form

    room.desktop.lock()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    assert not isValid(today)
    assert not isValid(form)


def test_locking_a_closed_laptop_is_nothing(room: Room) -> None:
    room.desktop.lock()

    assert room.closed.sessions == []


def test_closing_the_window_closes_the_store(room: Room) -> None:
    room.unlock()

    room.desktop.window.close()

    assert room.session.closed == 1


@pytest.mark.parametrize(
    ("chosen", "name"), [("dark", "dark"), ("high_contrast", "high_contrast"), ("light", "light"), ("system", "light")]
)
def test_the_look_is_the_one_of_the_settings(qapp: QApplication, chosen: str, name: str) -> None:
    closed = FakeComposition()
    closed.settings = Settings(theme=chosen, scale=150)

    desktop = Desktop(qapp, closed)

    assert desktop._theme.name == name
    assert desktop._theme.scale == 1.5
    desktop.put_down()
    desktop.window.deleteLater()


def test_a_dark_system_gets_the_dark_look(qapp: QApplication) -> None:
    hints = SimpleNamespace(colorScheme=lambda: Qt.ColorScheme.Dark)
    dark = SimpleNamespace(styleHints=lambda: hints, primaryScreen=qapp.primaryScreen)

    theme = module._theme(dark, Settings())

    assert theme.name == "dark"


def test_there_is_one_application_in_a_process(qapp: QApplication) -> None:
    assert application() is qapp
    assert qapp.applicationName() == "Terreno"


def test_run_stays_until_the_window_closes(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    monkeypatch.setattr(module, "application", lambda: _Ending(qapp, shown))

    status = module.run(FakeComposition())

    assert status == 7
    assert shown == [True]


class _Ending:
    """The real application, whose loop ends at once."""

    def __init__(self, app: QApplication, shown: list[bool]) -> None:
        self._app, self._shown = app, shown

    def __getattr__(self, name: str) -> object:
        return getattr(self._app, name)

    def exec(self) -> int:
        (window,) = (one for one in self._app.topLevelWidgets() if isinstance(one, module.Window) and one.isVisible())
        self._shown.append(True)
        window.close()
        window.deleteLater()
        return 7


def test_what_qt_itself_says_is_in_spanish(qapp: QApplication) -> None:
    application()

    assert qapp.translate("QPlatformTheme", "Cancel") == "Cancelar"


def test_where_its_frame_would_push_the_foot_off_the_screen_the_window_takes_all_of_it(room: Room) -> None:
    screen = room.desktop.window.screen().availableSize()

    fits = screen.width() > module.SIZE[0] and screen.height() > module.SIZE[1]

    assert room.desktop.window.isMaximized() is not fits
