"""The desktop from the closed laptop to the open one and back, over a laptop in memory."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.laptop import Person
from terreno_app.settings import Settings
from terreno_app.ui import application as module
from terreno_app.ui import keys
from terreno_app.ui.application import Desktop, Window, application
from terreno_app.ui.keys_help import KeysHelp
from terreno_app.ui.look import LookSheet
from terreno_app.ui.messages import warning
from terreno_app.ui.theme import Theme
from tests.ui.office import FakeComposition, FakeSession
from tests.ui.stand import Hands, put_on_screen
from tests.ui.views import IVAN, PAULA, PEOPLE, a_theme

IVAN_AT_WORK = Person(IVAN, PEOPLE[IVAN])


@dataclass
class Room:
    desktop: Desktop
    closed: FakeComposition
    hands: Hands
    qtbot: QtBot

    def wait(self, until: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(until, timeout=5000)

    def unlock(self, phrase: str = FakeComposition.PHRASE, pin: str = "") -> None:
        self.wait(lambda: self.desktop._unlock_form.officer != "")
        field = self.desktop.window.findChild(QLineEdit, "passphrase")
        field.setText(phrase)
        self.desktop._unlock_form.submitted.emit(PAULA.id, phrase)
        if phrase == FakeComposition.PHRASE:
            self.wait(lambda: self.desktop.main is not None)
            if pin:
                self.desktop._choose_form.chosen.emit(pin, pin)
            else:
                self.desktop._choose_form.skipped.emit()
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


def test_f1_tells_how_a_closed_laptop_is_opened(room: Room) -> None:
    room.wait(lambda: room.desktop.ready)

    room.hands.press(Qt.Key.Key_F1)

    [sheet] = room.desktop.window.findChildren(KeysHelp)
    assert "frase de paso" in sheet.findChild(QTextEdit, "manual").toPlainText()
    assert "En todas las pantallas" not in [one.text() for one in sheet.findChildren(QLabel)]


def test_f1_helps_over_a_page_of_the_pin_and_shows_nothing_of_the_work_behind(room: Room) -> None:
    room.unlock(pin="271828")
    room.desktop.lock()

    room.hands.press(Qt.Key.Key_F1)

    [sheet] = room.desktop.window.findChildren(KeysHelp)
    assert room.desktop.window.layers.currentWidget() is room.desktop._ask_form
    assert "PIN" in sheet.findChild(QTextEdit, "manual").toPlainText()


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


def test_f12_locks_what_is_hidden_too(room: Room) -> None:
    room.unlock()
    room.desktop.blank()

    room.hands.press(Qt.Key.Key_F12)
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


@pytest.fixture
def locked(room: Room) -> Room:
    """A laptop with a PIN of the day, locked in the middle of a complaint."""
    prepared = FakeSession(room.closed.clock)
    prepared.outings.open("a", PAULA.id)
    room.closed.prepared = prepared
    room.unlock(pin="271828")
    room.wait(lambda: room.desktop.main._stand.today.session is not None)
    room.desktop.main.new_attention()
    room.wait(lambda: room.desktop.main.place == "attention")
    room.hands.press("r")
    room.desktop.main.ask_lock()
    room.wait(lambda: shown(room) is room.desktop._ask_form)
    return room


def shown(room: Room) -> object:
    return room.desktop.window.layers.currentWidget()


def test_after_the_passphrase_a_pin_of_the_day_is_offered(room: Room) -> None:
    room.wait(lambda: room.desktop.ready)
    room.desktop._unlock_form.submitted.emit(PAULA.id, FakeComposition.PHRASE)
    room.wait(lambda: room.desktop.main is not None)

    room.desktop.window.activateWindow()
    room.wait(room.desktop.window.isActiveWindow)
    offered = shown(room)
    room.hands.press(Qt.Key.Key_Escape)

    assert offered is room.desktop._choose_form
    assert shown(room) is room.desktop.main


def test_the_pin_opens_the_screen_where_the_person_was(locked: Room) -> None:
    at_the_lock, kept = shown(locked), dict(locked.session.attentions.kept)

    locked.hands.type("271828")

    assert at_the_lock is locked.desktop._ask_form
    assert [draft.fields["type"] for draft in kept.values()] == ["complaint"]
    assert shown(locked) is locked.desktop.main
    assert locked.desktop.main.place == "attention"
    assert locked.session.closed == 0
    assert len(locked.closed.sessions) == 1


@pytest.mark.parametrize(("later_s", "lines"), [(0.4, 0), (0.5, 1)], ids=["of-habit", "meant"])
def test_the_enter_of_habit_behind_the_last_digit_goes_nowhere(locked: Room, later_s: float, lines: int) -> None:
    form = locked.desktop.main._stand.attention_form
    locked.hands.type("271828")
    story = form.story.frames()["description"].widget
    story.setFocus()

    locked.closed.clock.pass_by(later_s)
    locked.hands.press(Qt.Key.Key_Return)

    assert story.toPlainText().count("\n") == lines


def test_only_one_enter_is_of_habit_and_none_behind_another_key(locked: Room) -> None:
    form = locked.desktop.main._stand.attention_form
    story = form.story.frames()["description"].widget
    locked.hands.type("271828")
    story.setFocus()
    locked.hands.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    twice = story.toPlainText()
    locked.desktop.lock()
    locked.hands.type("271828")
    story.setFocus()

    locked.hands.press("a", Qt.Key.Key_Return)

    assert twice == "\n"
    assert story.toPlainText().endswith("a\n")


def test_the_enter_of_habit_opens_no_row_by_its_shortcut(locked: Room) -> None:
    heard: list[bool] = []
    keys.shortcut(locked.desktop.main, keys.OPEN, lambda: heard.append(True))

    locked.hands.type("271828")
    locked.hands.press(Qt.Key.Key_Return)
    of_habit = list(heard)
    locked.hands.press(Qt.Key.Key_Return)

    assert of_habit == []
    assert heard == [True]


def test_after_five_wrong_pins_only_the_passphrase_opens(locked: Room) -> None:
    ask, waits = locked.desktop._ask_form, []

    for wrong in ("111112", "111113", "111114", "111115", "111116"):
        ask.typed.emit(wrong)
        waits.append(ask.waiting)
        while ask.waiting:
            locked.desktop._pin._asking.wait.tick()

    assert waits[:4] == [0, 0, 2, 4]
    assert shown(locked) is locked.desktop._unlock_form
    assert locked.session.closed == 1
    assert locked.desktop.main is None


def test_no_pin_is_tried_while_it_waits(locked: Room) -> None:
    for wrong in ("111112", "111113", "111114"):
        locked.desktop._ask_form.typed.emit(wrong)

    locked.desktop._ask_form.typed.emit("271828")
    locked.hands.press(Qt.Key.Key_Return)

    assert shown(locked) is locked.desktop._ask_form
    assert "Quedan 2 intentos" in locked.desktop._ask_form.error


def test_another_person_opens_with_a_passphrase_and_sees_no_draft_of_the_first(locked: Room) -> None:
    first = locked.session
    locked.desktop._ask_form.passphrase_asked.emit()
    assert shown(locked) is locked.desktop._unlock_form

    another = FakeSession(locked.closed.clock)
    another.person = IVAN_AT_WORK
    locked.closed.prepared = another
    locked.unlock()

    assert first.closed == 1
    assert [draft.fields["type"] for draft in first.attentions.kept.values()] == ["complaint"]
    assert locked.desktop.main.place == "today"
    assert PAULA.id in locked.desktop._fields


def test_a_machine_that_slept_while_it_was_locked_forgets_the_pin(locked: Room) -> None:
    locked.desktop._sleep.look()
    awake = shown(locked)
    locked.closed.clock.pass_by(3600)

    locked.desktop._sleep.look()

    assert awake is locked.desktop._ask_form
    assert shown(locked) is locked.desktop._unlock_form
    assert locked.session.closed == 1


def test_three_minutes_without_anybody_ask_for_the_pin(room: Room) -> None:
    room.unlock(pin="271828")

    for _ in range(9):
        room.closed.clock.pass_by(20)
        room.desktop._sleep.look()
        room.desktop._idle.look()

    assert shown(room) is room.desktop._ask_form
    assert room.session.closed == 0


def test_a_suspended_machine_forgets_the_pin(locked: Room) -> None:
    locked.desktop._state_changed(Qt.ApplicationState.ApplicationSuspended)

    assert locked.session.closed == 1
    assert locked.desktop._pin.pin is None
    assert shown(locked) is locked.desktop._unlock_form


def test_a_sheet_that_stands_open_is_closed_by_the_lock(room: Room) -> None:
    room.unlock(pin="271828")
    room.desktop.main.show_keys()
    (sheet,) = room.desktop.main.findChildren(QDialog)

    room.desktop.lock()

    assert not sheet.isVisible()


def test_f9_shows_nothing_at_once_and_only_f9_or_esc_come_back(room: Room) -> None:
    room.unlock()

    room.hands.press(Qt.Key.Key_F9)
    blank = shown(room)
    room.hands.press("a", Qt.Key.Key_Return)
    still = shown(room)
    room.hands.press(Qt.Key.Key_F9)

    assert blank is still is room.desktop._blank
    assert shown(room) is room.desktop.main


def test_a_hidden_screen_locks_like_any_other(room: Room) -> None:
    room.unlock()
    room.desktop.blank()

    room.closed.clock.pass_by(180)
    room.desktop._idle.look()

    assert shown(room) is room.desktop._unlock_form


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


def test_while_somebody_types_the_whole_heap_is_left_alone(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    put_off: list[bool] = []
    monkeypatch.setattr(module, "application", lambda: _Ending(qapp, [], keys="x"))
    monkeypatch.setattr(module.Collector, "put_off", lambda _collector: put_off.append(True))

    module.run(FakeComposition())

    assert put_off


class _Ending:
    """The real application, whose loop ends at once."""

    def __init__(self, app: QApplication, shown: list[bool], keys: str = "") -> None:
        self._app, self._shown, self._keys = app, shown, keys

    def __getattr__(self, name: str) -> object:
        return getattr(self._app, name)

    def exec(self) -> int:
        (window,) = (one for one in self._app.topLevelWidgets() if isinstance(one, module.Window) and one.isVisible())
        self._shown.append(True)
        QTest.keyClicks(window, self._keys)
        window.close()
        window.deleteLater()
        return 7


def test_what_qt_itself_says_is_in_spanish(qapp: QApplication) -> None:
    application()

    assert qapp.translate("QPlatformTheme", "Cancel") == "Cancelar"


def test_where_its_frame_would_push_the_foot_off_the_screen_the_window_takes_all_of_it(room: Room) -> None:
    screen = QGuiApplication.primaryScreen().availableSize()

    fits = screen.width() > module.SIZE[0] and screen.height() > module.SIZE[1]

    assert room.desktop.window.isMaximized() is not fits


def test_a_window_that_nobody_holds_any_more_leaves_the_screen_in_its_place(qapp: QApplication) -> None:
    gone: list[bool] = []
    screen = QGuiApplication.primaryScreen()  # known to Python before the window: it would be freed before it, too
    screen.destroyed.connect(lambda: gone.append(True))
    window = Window(lambda: None)
    window.circle = window
    window.appear()
    del screen, window

    gc.collect()

    assert gone == []


def test_a_form_that_comes_back_behind_the_pin_page_takes_no_key_from_it(room: Room) -> None:
    session = room.closed.prepared = FakeSession(room.closed.clock)
    session.attentions.kept["new-1"] = AttentionDraft({"type": "complaint"}, at="description")
    room.wait(lambda: room.desktop.ready)
    room.desktop._unlock_form.submitted.emit(PAULA.id, FakeComposition.PHRASE)
    room.wait(lambda: room.desktop.main is not None)
    room.desktop.window.activateWindow()
    room.wait(room.desktop.window.isActiveWindow)
    main = room.desktop.main
    assert main is not None

    room.hands.press("2")
    room.wait(lambda: main.place == "attention")
    room.hands.press(*"71828", Qt.Key.Key_Return, *"271828", Qt.Key.Key_Return)
    there = room.desktop.window.layers.currentWidget()
    room.hands.press("h")

    assert there is main
    assert main._stand.attention_form.draft().fields["description"] == "h"


def test_what_ends_behind_the_lock_takes_no_key_from_it(room: Room) -> None:
    room.unlock(pin="271828")
    main = room.desktop.main
    assert main is not None
    room.desktop.lock()

    room.hands.press("2")
    main.begin_attention(None)
    room.hands.press(*"71828")
    there = room.desktop.window.layers.currentWidget()
    room.hands.press("c")

    assert there is main
    assert main._stand.attention_form.type == "enquiry"


def look_sheet(room: Room) -> LookSheet:
    (sheet,) = (one for one in QApplication.topLevelWidgets() if isinstance(one, LookSheet) and one.isVisible())
    return sheet


def choose_look(room: Room) -> None:
    """High contrast, at a size three steps further, by keyboard."""
    room.hands.press(Qt.Key.Key_F10)
    room.wait(lambda: QApplication.activeWindow() is look_sheet(room))
    room.hands.press("a", Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)


def test_another_look_is_put_on_the_closed_laptop_at_once_and_kept(room: Room) -> None:
    room.wait(lambda: room.desktop.ready)
    room.desktop.window.activateWindow()
    room.wait(room.desktop.window.isActiveWindow)

    choose_look(room)
    room.wait(lambda: room.desktop._theme.name == "high_contrast")
    room.unlock()

    assert room.closed.settings == Settings(theme="high_contrast", scale=150)
    assert room.desktop._theme.scale == 1.5
    assert room.desktop._unlock_form._theme is room.desktop._theme
    assert room.desktop.main.place == "today"


def test_another_look_keeps_the_open_laptop_what_is_written_and_the_pin(locked: Room) -> None:
    locked.hands.type("271828")
    before = locked.desktop.main
    locked.desktop.window.activateWindow()
    locked.wait(locked.desktop.window.isActiveWindow)

    choose_look(locked)
    locked.wait(lambda: locked.desktop.main is not before and locked.desktop.main.place == "attention")
    written = locked.desktop.main._stand.attention_form.draft().fields["type"]
    locked.wait(locked.desktop.window.isActiveWindow)
    locked.desktop.lock()
    at_the_lock = shown(locked)
    locked.hands.type("271828")

    assert written == "complaint"
    assert locked.session.closed == 0
    assert at_the_lock is locked.desktop._ask_form
    assert shown(locked) is locked.desktop.main
    assert locked.desktop.main._around.theme.name == "high_contrast"


def test_another_look_leaves_the_person_on_the_screen_where_it_was_asked(room: Room) -> None:
    room.unlock()
    before = room.desktop.main
    before.go_to("administration")

    before.page("administration")._look.click()
    look_sheet(room).chosen.emit("dark", 100)
    room.wait(lambda: room.desktop.main is not before)

    assert room.desktop.main.place == "administration"
    assert room.desktop._theme.name == "dark"


def test_a_look_that_cannot_be_kept_changes_nothing_and_says_why(room: Room) -> None:
    room.unlock()
    before = room.desktop.main
    room.closed.breaks = OSError(28, "no room")
    room.desktop.ask_look()
    sheet = look_sheet(room)

    sheet.chosen.emit("dark", 100)
    room.wait(lambda: sheet.message != "")

    assert "El disco está lleno" in sheet.message
    assert room.desktop.main is before
    sheet.reject()


def test_no_look_is_changed_behind_the_lock_nor_during_a_delivery(locked: Room) -> None:
    locked.desktop.ask_look()
    behind_the_lock = locked.desktop.window.findChildren(LookSheet)
    locked.hands.type("271828")
    locked.desktop.main._office.sync._running = True

    locked.desktop.ask_look()
    sheet, told = look_sheet(locked), []
    sheet.chosen.connect(lambda *_: told.append(True))
    locked.hands.press(Qt.Key.Key_Return)

    assert behind_the_lock == []
    assert "entregando al centro" in sheet.message
    assert told == []
    locked.desktop.main._office.sync._running = False
    sheet.reject()


def test_the_sheet_of_the_look_is_spoken_and_has_no_letter_twice(room: Room) -> None:
    room.wait(lambda: room.desktop.ready)
    room.desktop.ask_look()
    sheet = look_sheet(room)

    letters = keys.mnemonics(sheet)
    inputs = [sheet.findChild(QWidget, name) for name in ("look_theme", "look_scale", "apply_look", "close_look")]

    assert {letter: len(texts) for letter, texts in letters.items()} == {"t": 1, "l": 1, "a": 1, "c": 1}
    assert all(one.accessibleName() for one in inputs[:2])
    sheet.reject()


@pytest.mark.parametrize("told", [False, True], ids=["plain", "held"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_sheet_of_the_look_gives_every_line_its_room(qapp: QApplication, scale: float, told: bool) -> None:
    theme = a_theme(scale=scale)
    theme.apply(qapp)
    under = QWidget()
    put_on_screen(under, 1366)
    sheet = LookSheet(theme, under, Settings(scale=130))
    if told:
        sheet.hold(warning("Este equipo está entregando al centro.", "Nada se pierde.", "Cámbielo cuando termine."))
    sheet.open()
    QApplication.processEvents()

    inputs = [sheet.findChild(QWidget, name) for name in ("look_theme", "look_scale", "apply_look")]
    lowest = [one.geometry().bottom() + 1 for one in inputs]

    assert all(bottom <= one.parentWidget().height() for one, bottom in zip(inputs, lowest, strict=True))
    assert all(one.mapTo(sheet, QPoint(0, one.height())).y() <= sheet.height() for one in inputs)
    assert sheet.height() <= 768
    under.close()
    under.deleteLater()
