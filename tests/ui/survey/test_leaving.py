"""Ways to leave the kiosk without the officer's phrase, each tried with real events. None of them leads anywhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QCloseEvent,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QWidget

from terreno_app.ui.application import Desktop
from terreno_app.ui.screens.survey.kiosk import Kiosk
from tests.ui.asked import a_person
from tests.ui.office import FakeSession
from tests.ui.stand import ALT, CTRL, NONE, SHIFT
from tests.ui.survey.conftest import an_open_desktop, wait_until

Key = Qt.Key
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


@dataclass
class Taken:
    """A desktop whose laptop is in somebody else's hands."""

    desktop: Desktop
    session: FakeSession
    app: QApplication

    @property
    def kiosk(self) -> Kiosk:
        main = self.desktop.main
        assert main is not None
        kiosk = main.handing.kiosk
        assert kiosk is not None
        return kiosk

    def press(self, *keys: Qt.Key | str, held: Qt.KeyboardModifier = NONE) -> None:
        for key in keys:
            QTest.keyClick(self.kiosk.focusWidget() or self.kiosk, key, held)
            self.settle()

    def settle(self) -> None:
        for _ in range(3):
            self.app.processEvents()

    def in_sight(self) -> list[QWidget]:
        return [one for one in self.app.topLevelWidgets() if one.isVisible()]


@pytest.fixture(scope="module")
def taken(qapp: QApplication) -> Iterator[Taken]:
    with an_open_desktop(qapp) as (desktop, _, session):
        assert desktop.main is not None
        desktop.main._stand.survey.kiosk_asked.emit(a_person(), "on_screen")
        made = Taken(desktop, session, qapp)
        QTest.qWaitForWindowActive(made.kiosk)
        yield made
        desktop.lock()


def keys(*pressed: Qt.Key | str, held: Qt.KeyboardModifier = NONE) -> Callable[[Taken], None]:
    return lambda taken: taken.press(*pressed, held=held)


def close_event(taken: Taken) -> None:
    taken.app.sendEvent(taken.kiosk, QCloseEvent())


def close_by_the_system(taken: Taken) -> None:
    taken.kiosk.windowHandle().close()


def close_every_window(taken: Taken) -> None:
    taken.app.closeAllWindows()


def close_the_window_behind(taken: Taken) -> None:
    taken.desktop.window.close()


def click(button: Qt.MouseButton) -> Callable[[Taken], None]:
    def everywhere(taken: Taken) -> None:
        for x in range(5, taken.kiosk.width(), 120):
            spot = QPoint(x, 4)
            QTest.mouseClick(taken.kiosk, button, NONE, spot)
            QTest.mouseDClick(taken.kiosk, button, NONE, spot)

    return everywhere


def click_the_window_behind(taken: Taken) -> None:
    main = taken.desktop.main
    assert main is not None
    for button in main.findChildren(QAbstractButton):
        QTest.mouseClick(button, LEFT)


def type_into_the_window_behind(taken: Taken) -> None:
    main = taken.desktop.main
    assert main is not None
    for key in (Key.Key_F2, Key.Key_F5, Key.Key_F12, Key.Key_Escape):
        QTest.keyClick(main, key)
    field = taken.desktop.window.findChild(QLineEdit, "passphrase")
    QTest.keyClicks(field, "cinco palabras")
    assert field.text() == ""


def press_what_is_behind_by_its_accessible_action(taken: Taken) -> None:
    for button in taken.desktop.window.findChildren(QAbstractButton):
        actions = QAccessible.queryAccessibleInterface(button).actionInterface()
        actions.doAction(QAccessibleActionInterface.pressAction())
    QTest.qWait(200)  # a press by action takes a tenth of a second


def context_menu(taken: Taken) -> None:
    for widget in taken.kiosk.findChildren(QWidget):
        taken.app.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(9, 9)))


def drag(taken: Taken) -> None:
    QTest.mousePress(taken.kiosk, LEFT, NONE, QPoint(20, 20))
    for x in range(20, 700, 40):
        QTest.mouseMove(taken.kiosk, QPoint(x, 300))
    QTest.mouseRelease(taken.kiosk, LEFT, NONE, QPoint(700, 300))


def drop(taken: Taken) -> None:
    brought = QMimeData()
    brought.setUrls([QUrl.fromLocalFile("/etc/hostname")])
    brought.setText("texto")
    for widget in (taken.kiosk, *taken.kiosk.findChildren(QWidget)):
        action = Qt.DropAction.CopyAction
        taken.app.sendEvent(widget, QDragEnterEvent(QPoint(5, 5), action, brought, LEFT, NONE))
        taken.app.sendEvent(widget, QDropEvent(QPointF(5, 5), action, brought, LEFT, NONE))


def minimise(taken: Taken) -> None:
    taken.kiosk.showMinimized()
    wait_until(taken.kiosk.isFullScreen)


def restore(taken: Taken) -> None:
    taken.kiosk.showNormal()
    wait_until(taken.kiosk.isFullScreen)


def maximise(taken: Taken) -> None:
    taken.kiosk.showMaximized()
    wait_until(taken.kiosk.isFullScreen)


def another_program(taken: Taken) -> None:
    taken.app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    taken.app.sendEvent(taken.kiosk, QEvent(QEvent.Type.WindowDeactivate))
    taken.settle()
    assert taken.in_sight() == [taken.kiosk]
    taken.app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)


def window_shown_while_another_program_is_there(taken: Taken) -> None:
    taken.desktop.window.show()
    taken.app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert taken.in_sight() == [taken.kiosk]
    taken.app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)


def window_behind_is_shown(taken: Taken) -> None:
    taken.desktop.window.show()
    taken.desktop.window.activateWindow()


def dialog_opens(taken: Taken) -> None:
    dialog = QDialog(taken.desktop.window)
    dialog.open()
    taken.settle()
    dialog.deleteLater()


def shortcut_of_the_whole_program(taken: Taken) -> None:
    reached: list[bool] = []
    shortcut = QShortcut(QKeySequence("Ctrl+J"), taken.kiosk)
    shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
    shortcut.activated.connect(lambda: reached.append(True))
    taken.press("j", held=CTRL)
    shortcut.deleteLater()
    assert reached == []


def wrong_phrase(taken: Taken) -> None:
    taken.press(Key.Key_Escape, Key.Key_Return, *"otra frase", Key.Key_Return)
    wait_until(lambda: taken.kiosk.door.message != "")
    taken.kiosk.door._leave.click()


def lock_of_the_officer(taken: Taken) -> None:
    taken.press(Key.Key_F12)
    taken.press("l", held=Qt.KeyboardModifier.MetaModifier)


def from_every_page(taken: Taken) -> None:
    kiosk = taken.kiosk
    for page in (kiosk.welcome, kiosk.asking, kiosk.finishing, kiosk.thanks, kiosk.door, kiosk.welcome):
        kiosk.show_page(page)
        close_event(taken)
        taken.press(Key.Key_F4, held=ALT)
        taken.press(Key.Key_Tab, Key.Key_Tab)


WAYS: dict[str, Callable[[Taken], None]] = {
    "Alt+F4": keys(Key.Key_F4, held=ALT),
    "Ctrl+F4": keys(Key.Key_F4, held=CTRL),
    "close event": close_event,
    "closed by the system": close_by_the_system,
    "every window closed": close_every_window,
    "the window behind closed": close_the_window_behind,
    "Esc again and again": keys(*[Key.Key_Escape] * 5),
    "F1 to F12": keys(*[Qt.Key(Key.Key_F1 + n) for n in range(12)]),
    "Shift+F1 to F12": keys(*[Qt.Key(Key.Key_F1 + n) for n in range(12)], held=SHIFT),
    "Ctrl and a number": keys(*"123456789", held=CTRL),
    "Ctrl and a letter": keys(*"abcdefghijklmnopqrstuvwxyz", held=CTRL),
    "Ctrl+Shift and a letter": keys(*"eqwtnis", held=CTRL | SHIFT),
    "Alt and a letter": keys(*"abcdefghijklmnopqrstuvwxyz", held=ALT),
    "Ctrl+Q and Ctrl+W": keys("q", "w", held=CTRL),
    "Tab out": keys(*[Key.Key_Tab] * 25),
    "Tab backwards": keys(*[Key.Key_Backtab] * 25, held=SHIFT),
    "Alt+Tab": keys(Key.Key_Tab, Key.Key_Escape, Key.Key_Space, held=ALT),
    "Ctrl+Esc and Ctrl+Tab": keys(Key.Key_Escape, Key.Key_Tab, Key.Key_F6, held=CTRL),
    "the system's key": keys(Key.Key_Meta, Key.Key_Super_L, "d", "m", held=Qt.KeyboardModifier.MetaModifier),
    "the menu's key": keys(Key.Key_Menu, Key.Key_F10, Key.Key_Help, Key.Key_Back, Key.Key_HomePage),
    "left clicks": click(LEFT),
    "right clicks": click(RIGHT),
    "middle clicks": click(MIDDLE),
    "context menu": context_menu,
    "clicks on the window behind": click_the_window_behind,
    "a screen reader's press on the window behind": press_what_is_behind_by_its_accessible_action,
    "keys into the window behind": type_into_the_window_behind,
    "drag": drag,
    "drop": drop,
    "minimise": minimise,
    "restore": restore,
    "maximise": maximise,
    "another program comes to the front": another_program,
    "another program, and the window shown": window_shown_while_another_program_is_there,
    "the window behind is shown": window_behind_is_shown,
    "a dialog opens": dialog_opens,
    "a shortcut of the whole program": shortcut_of_the_whole_program,
    "a wrong phrase": wrong_phrase,
    "the officer's lock": lock_of_the_officer,
    "from every page": from_every_page,
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_but_the_phrase_leaves_the_kiosk(taken: Taken, way: str) -> None:
    before = taken.kiosk

    WAYS[way](taken)
    taken.settle()

    assert taken.kiosk is before
    assert taken.kiosk.isFullScreen()
    assert taken.in_sight() == [taken.kiosk]
    assert taken.desktop.window.layers.currentWidget() is taken.desktop._unlock_form
    assert taken.session.closed == 0
    assert taken.session.survey.stored == []
    taken.kiosk.show_page(taken.kiosk.welcome)


def test_a_window_that_another_program_chose_gives_the_keys_back_to_the_kiosk(taken: Taken) -> None:
    hidden = taken.desktop.window.windowHandle()

    hidden.setVisible(True)  # behind the back of the widget, as another program maps it
    hidden.requestActivate()
    taken.settle()

    assert taken.app.focusWindow() is taken.kiosk.windowHandle()
    hidden.setVisible(False)
