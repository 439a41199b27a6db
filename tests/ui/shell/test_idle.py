"""The screen locks when nobody is there, and never in the middle of a delivery."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from terreno_app.ui.idle import IdleWatch
from tests.ui.office import StoppedClock


class Watching:
    def __init__(self) -> None:
        self.clock = StoppedClock()
        self.watch = IdleWatch(3, self.clock)
        self.left: list[int] = []
        self.expired = 0
        self.watch.ticked.connect(self.left.append)
        self.watch.expired.connect(self._count)

    def pass_by(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        self.watch.look()

    def _count(self) -> None:
        self.expired += 1


@pytest.fixture
def room(qapp: QApplication) -> Iterator[Watching]:
    watching = Watching()
    watching.watch.start()
    yield watching
    watching.watch.stop()


def test_the_seconds_left_are_told(room: Watching) -> None:
    room.pass_by(19)

    assert room.left == [180, 161]


def test_three_minutes_without_anybody_lock_once(room: Watching) -> None:
    room.pass_by(180)
    room.pass_by(60)

    assert room.expired == 1


def test_a_closed_lid_counts_as_nobody(room: Watching) -> None:
    room.pass_by(8 * 3600)

    assert room.expired == 1


def test_a_clock_set_back_does_not_lock(room: Watching) -> None:
    room.pass_by(-3600)

    assert room.expired == 0
    assert room.left[-1] == 180


def test_a_key_begins_anew(room: Watching) -> None:
    room.clock.pass_by(170)
    watched = QObject()
    watched.installEventFilter(room.watch)
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    QCoreApplication.sendEvent(watched, key)

    room.pass_by(20)

    assert room.expired == 0
    assert room.left[-1] == 160


def test_a_key_is_told_to_whoever_must_not_come_between_keys(room: Watching) -> None:
    told: list[str] = []
    room.watch.touched.connect(lambda: told.append("touched"))

    room.watch.eventFilter(QObject(), QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier))
    room.watch.eventFilter(QObject(), QEvent(QEvent.Type.Timer))

    assert told == ["touched"]


def test_what_is_no_sign_of_a_person_changes_nothing(room: Watching) -> None:
    room.clock.pass_by(170)

    taken = room.watch.eventFilter(QObject(), QEvent(QEvent.Type.Timer))
    room.pass_by(20)

    assert not taken
    assert room.expired == 1


def test_a_delivery_holds_the_lock_off_and_its_end_gives_the_whole_time(room: Watching) -> None:
    room.watch.hold_off()
    room.pass_by(600)
    during = room.left[-1]

    room.watch.let_lock()
    room.pass_by(179)

    assert during == -1
    assert room.expired == 0
    assert room.left[-1] == 1


def test_a_locked_screen_counts_no_more(room: Watching) -> None:
    room.watch.stop()
    told = len(room.left)

    room.pass_by(600)

    assert room.expired == 0
    assert len(room.left) == told
