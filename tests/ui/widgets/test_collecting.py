"""Nothing is freed in the midst of Qt's work, and what nobody holds goes between two turns."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from terreno_app.ui.collecting import PAUSE_MS, Collector
from terreno_app.ui.theme import Theme


class Litterer(QWidget):
    """Leaves circles of objects behind whenever it is styled, as any code may that Qt calls."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.StyleChange:
            _litter()
        return super().event(event)


@pytest.fixture
def collector(theme: Theme) -> Iterator[Collector]:
    gc.collect()
    made = Collector()
    yield made
    made.close()


def test_a_widget_nobody_holds_is_not_freed_while_another_is_styled(theme: Theme, collector: Collector) -> None:
    litterer = Litterer()
    litterer.show()
    left = _a_page_in_a_circle()

    theme.apply(QApplication.instance())

    assert left() is not None
    litterer.deleteLater()


def test_it_goes_at_the_next_turn_on_the_thread_of_the_screen(qtbot: QtBot, collector: Collector) -> None:
    left = _a_page_in_a_circle()
    threads: list[threading.Thread] = []
    weakref.finalize(left(), lambda: threads.append(threading.current_thread()))
    elsewhere = threading.Thread(target=_litter)
    elsewhere.start()
    elsewhere.join()

    qtbot.waitUntil(lambda: left() is None, timeout=10 * PAUSE_MS)

    assert threads == [threading.main_thread()]


def test_the_whole_heap_is_walked_through_only_while_nobody_is_at_the_keys(collector: Collector) -> None:
    page = QWidget()
    page.inside = [page]
    left = weakref.ref(page)
    for _ in range(gc.get_threshold()[2] + 2):
        gc.collect(1)
    del page

    collector.put_off()
    collector.collect_due()
    kept_while_somebody_types = left() is not None
    collector.collect_due()

    assert kept_while_somebody_types
    assert left() is None


def test_afterwards_python_collects_by_itself(collector: Collector) -> None:
    assert not gc.isenabled()

    collector.close()

    assert gc.isenabled()


def _a_page_in_a_circle() -> "weakref.ref[QWidget]":
    page = QWidget()
    page.inside = [QLabel("", page), page]
    return weakref.ref(page)


def _litter() -> None:
    """More than any generation waits for."""
    for _ in range(20 * gc.get_threshold()[0]):
        circle: list[object] = []
        circle.append(circle)
