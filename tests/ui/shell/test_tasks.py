"""Slow work leaves the screen free, and nothing comes after the end."""

import threading

from pytestqt.qtbot import QtBot

from terreno_app.ui.tasks import TaskRunner


def test_work_runs_elsewhere_and_its_result_comes_back_here(qtbot: QtBot) -> None:
    runner, told = TaskRunner(), []
    here = threading.get_ident()

    runner.run(threading.get_ident, lambda there: told.append((there, threading.get_ident())), told.append)
    qtbot.waitUntil(lambda: bool(told))

    assert told[0][0] != here
    assert told[0][1] == here
    runner.close()


def test_what_work_raised_comes_back_too(qtbot: QtBot) -> None:
    runner, told = TaskRunner(), []

    runner.run(lambda: 1 // 0, told.append, told.append)
    qtbot.waitUntil(lambda: bool(told))

    assert isinstance(told[0], ZeroDivisionError)
    runner.close()


def test_nothing_is_handed_over_after_the_end(qtbot: QtBot) -> None:
    runner, told = TaskRunner(1), []
    go_on = threading.Event()
    runner.run(go_on.wait, told.append, told.append)

    runner.close(wait=False)
    go_on.set()
    runner.run(lambda: 1, told.append, told.append)
    runner._hand_over(told.append, 2)
    runner.close()

    assert told == []
