"""Work away from the screen comes back to it."""

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terreno_app.ui.tasks import TaskRunner


@pytest.fixture
def runner(qapp: QApplication) -> TaskRunner:
    runner = TaskRunner(2)
    yield runner
    runner.close()


def test_work_runs_elsewhere_and_its_result_comes_back_to_the_screen(qtbot: QtBot, runner: TaskRunner) -> None:
    told: list[tuple[str, str]] = []

    runner.run(
        lambda: threading.current_thread().name,
        lambda name: told.append((name, threading.current_thread().name)),
        told.append,
    )
    qtbot.waitUntil(lambda: bool(told))

    [(there, here)] = told
    assert there.startswith("task")
    assert here == threading.main_thread().name


def test_an_error_comes_back_as_it_was_raised(
    qtbot: QtBot, runner: TaskRunner, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[BaseException] = []

    def fail() -> None:
        raise ValueError("Rosa Quilodrán")

    runner.run(fail, told.append, told.append)
    qtbot.waitUntil(lambda: bool(told))

    assert isinstance(told[0], ValueError)
    assert "Rosa" not in caplog.text


def test_nothing_comes_back_once_it_is_closed(qtbot: QtBot) -> None:
    runner = TaskRunner(1, QObject())
    gate = threading.Event()
    told: list[object] = []

    runner.run(gate.wait, told.append, told.append)
    runner._closed = True
    gate.set()
    runner.close()
    runner._hand_over(told.append, 1)
    qtbot.wait(1)

    assert told == []
