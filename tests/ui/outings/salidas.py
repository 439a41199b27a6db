"""Salidas over a laptop in memory: every page of it, and hands on the keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from terreno_app.ui.assembly import Stand
from terreno_app.ui.idle import IdleWatch
from terreno_app.ui.screens.outings.pages import OutingsDesk, OutingsPages
from terreno_app.ui.surroundings import Surroundings
from terreno_app.ui.theme import Theme
from tests.ui.office import FakeSession, PatientRunner
from tests.ui.outing_day import FakeDay
from tests.ui.stand import Hands, put_on_screen, undressed


@dataclass
class Desk:
    pages: OutingsPages
    presenter: OutingsDesk
    session: FakeSession
    tasks: PatientRunner
    hands: Hands
    told: list[tuple[str, Any]]
    files: list[str]

    @property
    def form(self) -> Any:
        return self.pages.listed

    @property
    def ready(self) -> Any:
        return self.pages.ready

    @property
    def outings(self) -> FakeDay:
        return self.session.outings

    def show(self, *rows: Any) -> None:
        self.outings.known = list(rows)
        self.presenter.begin()
        self.tasks.let_run()
        self.form.begin()

    def press(self, *keys: Any, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
        self.hands.press(*keys, held=held)
        self.tasks.let_run()

    def open(self) -> None:
        """Look, open, and back to the list."""
        self.press(Qt.Key.Key_Return)
        self.press(Qt.Key.Key_Return)
        self.press(Qt.Key.Key_Escape)


def a_desk(theme: Theme) -> Iterator[Desk]:
    session, tasks, told = FakeSession(), PatientRunner(), []
    around = Surroundings(
        theme, tasks, IdleWatch(3, session.clock), {}, lambda: "new", printers=lambda: ("Térmica 80 mm",)
    )
    files: list[str] = []
    made = Stand(session, around, lambda name: files.append(name) or Path(name), lambda *_: None)
    with undressed(theme):
        pages, presenter = made.outings_pages, made.outings
    presenter.opened.connect(lambda session: told.append(("opened", session.outing)))
    presenter.closed.connect(lambda session: told.append(("closed", session.outing)))
    presenter.today_asked.connect(lambda: told.append(("today", "")))
    presenter.drafts_asked.connect(lambda: told.append(("drafts", "")))
    put_on_screen(pages)
    yield Desk(pages, presenter, session, tasks, Hands(), told, files)
    pages.close()
    pages.deleteLater()
