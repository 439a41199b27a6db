"""The kiosk and the desktop around it: taken back with the phrase, locked when nobody is there, locked with the lid."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terreno_app.ui.application import Desktop
from terreno_app.ui.screens.survey.kiosk import Kiosk
from tests.ui.asked import a_person
from tests.ui.office import FakeComposition, FakeSession
from tests.ui.survey.conftest import an_open_desktop, wait_until

Key = Qt.Key


@dataclass
class Room:
    """A desktop of its own, for what ends with the kiosk gone."""

    desktop: Desktop
    closed: FakeComposition
    session: FakeSession

    def take(self) -> Kiosk:
        main = self.desktop.main
        assert main is not None
        main._stand.survey.kiosk_asked.emit(a_person(), "on_screen")
        kiosk = main.handing.kiosk
        assert kiosk is not None
        QTest.qWaitForWindowActive(kiosk)
        return kiosk

    def press(self, kiosk: Kiosk, *keys: Qt.Key | str) -> None:
        for key in keys:
            QTest.keyClick(kiosk.focusWidget() or kiosk, key)


@pytest.fixture
def room(qapp: QApplication) -> Iterator[Room]:
    with an_open_desktop(qapp) as opened:
        yield Room(*opened)


def test_the_phrase_leaves_it_and_the_open_laptop_is_there_again(room: Room) -> None:
    kiosk = room.take()
    hidden = not room.desktop.window.isVisible()

    room.press(kiosk, Key.Key_Escape, *FakeComposition.PHRASE, Key.Key_Return)
    main = room.desktop.main
    assert main is not None
    wait_until(lambda: main.handing.kiosk is None)

    assert hidden
    assert room.desktop.window.isVisible()
    assert room.desktop.window.layers.currentWidget() is main
    assert room.session.closed == 0


def test_who_walks_away_leaves_a_locked_laptop(room: Room) -> None:
    room.take()
    main = room.desktop.main
    assert main is not None

    room.closed.clock.pass_by(120)
    main.handing.sitting.watch.look()
    wait_until(lambda: room.desktop.main is None)

    assert room.session.closed == 1
    assert [what for _, _, what, _ in room.session.survey.stored] == ["left"]
    assert room.desktop.window.isVisible()
    assert room.desktop.window.layers.currentWidget() is room.desktop._unlock_form
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == [room.desktop.window]


def test_with_a_pin_of_the_day_who_walks_away_leaves_its_door(room: Room) -> None:
    room.desktop._choose_form.chosen.emit("482913", "482913")
    room.take()
    main = room.desktop.main
    assert main is not None

    room.closed.clock.pass_by(120)
    main.handing.sitting.watch.look()
    wait_until(lambda: main.handing.kiosk is None)

    assert room.session.closed == 0
    assert room.desktop.window.isVisible()
    assert room.desktop.window.layers.currentWidget() is room.desktop._ask_form


def test_a_closed_lid_locks_and_stores_nothing_of_a_survey_half_way(room: Room) -> None:
    room.take()

    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationSuspended)

    assert room.desktop.main is None
    assert room.session.closed == 1
    assert room.session.survey.stored == []
    assert room.desktop.window.isVisible()
