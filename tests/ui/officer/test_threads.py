"""The screen never waits for the disk: whoever walks through all screens reads and writes in other threads."""

import threading
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from terreno_app.storage.connections import Connections
from terreno_app.storage.sqlcipher import Connection
from terreno_app.ui.theme import Theme
from tests.ui.officer.square import Officer, a_machine, at_the_stand, enrolled

PLACES = ("today", "information", "outings", "sync", "conflicts", "reports", "administration")
COMPLAINT = (
    "rcedula<Return>srcei<Return>nFue tres veces<Tab>f<Tab>45<Alt+D><Tab>12531909-2<Tab>Rosa<Tab>Soto"
    "<Tab><Tab><Tab>rosa@example.cl<Ctrl+G>"
)


@pytest.fixture
def caught(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the screen's thread asked for the database."""
    ours, found = Connections.of_this_thread, list[str]()

    def watched(self: Connections) -> Connection:
        if threading.current_thread() is threading.main_thread():
            found.append(" < ".join(f"{one.name}:{one.lineno}" for one in reversed(traceback.extract_stack()[-9:-1])))
        return ours(self)

    monkeypatch.setattr(Connections, "of_this_thread", watched)
    return found


@pytest.fixture
def officer(qapp: QApplication, theme: Theme, tmp_path: Path) -> Iterator[Officer]:
    pause = qapp.keyboardInputInterval()
    qapp.setKeyboardInputInterval(10_000)
    machine = a_machine()
    enrolled(tmp_path / "laptop", machine)
    with at_the_stand(qapp, theme, tmp_path / "laptop", machine) as made:
        yield made
    qapp.setKeyboardInputInterval(pause)


def at(officer: Officer, place: str) -> Callable[[], bool]:
    return lambda: officer.place == place


def settle(officer: Officer) -> None:
    """Until what the screen asked for in threads has been answered, and what it asked for then."""
    for _ in range(3):
        answered: list[object] = []
        officer.window._around.runner.run(lambda: None, answered.append, answered.append)
        officer.wait(partial(len, answered))


def test_no_screen_touches_the_database_on_its_own_thread(officer: Officer, caught: list[str]) -> None:
    caught.clear()

    officer.unlock()
    officer.begin()
    officer.press("cpgu<Return>f<Tab>65<Ctrl+G>")
    officer.wait(at(officer, "today"))
    officer.begin()
    officer.press(COMPLAINT)
    officer.wait(at(officer, "receipt"))
    officer.press("<Return>")
    officer.wait(at(officer, "today"))
    officer.press("<Return>")
    officer.wait(at(officer, "attention"))
    officer.press("<Esc>")
    for place in PLACES:
        officer.window.go_to(place)
        officer.wait(at(officer, place))
        settle(officer)
    officer.press("<F4>")
    officer.wait(at(officer, "survey"))
    settle(officer)

    assert caught == []
