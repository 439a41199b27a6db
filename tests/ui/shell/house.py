"""The whole window over services in memory, and hands on the keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terreno_app.domain.attention import AttentionDraft
from terreno_app.ui.idle import IdleWatch
from terreno_app.ui.main_window import MainWindow
from terreno_app.ui.surroundings import Surroundings
from terreno_app.ui.theme import Theme
from tests.factories import ATTENTION
from tests.ui.office import FakeComposition, FakeSession, PatientRunner
from tests.ui.stand import Hands, put_on_screen, undressed
from tests.ui.views import PEOPLE

A_DRAFT = AttentionDraft({"id": ATTENTION, "type": "enquiry", "topic": "pensiones"}, None, {}, {})


@dataclass
class House:
    window: MainWindow
    session: FakeSession
    tasks: PatientRunner
    network: PatientRunner
    idle: IdleWatch
    hands: Hands
    locks: list[bool]

    def start(self) -> None:
        self.window.start()
        self.tasks.let_run()

    def open_outing(self) -> None:
        self.session.outings.open("a", "x")

    def press(self, *keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.hands.press(*keys, held=held)
        self.tasks.let_run()

    def truth(self, name: str) -> str:
        return self.window.findChild(QWidget, f"truth_{name}").accessibleName()


def a_house(theme: Theme, width: int = 1366, height: int = 768) -> Iterator[House]:
    session, tasks, network, locks = FakeSession(), PatientRunner(), PatientRunner(), []
    idle = IdleWatch(3, session.clock)
    around = Surroundings(theme, tasks, idle, PEOPLE, FakeComposition().new_id, lambda _: None, network)
    with undressed(theme):
        window = MainWindow(session, around)
    window.lock_asked.connect(lambda: locks.append(True))
    put_on_screen(window, width, height)
    yield House(window, session, tasks, network, idle, Hands(), locks)
    window.put_down()
    window.close()
    window.deleteLater()
