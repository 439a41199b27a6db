"""The page of Informes with its presenter, services with memory, and hands on the keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtTest import QSignalSpy

from terreno_app.domain.clock import santiago_day
from terreno_app.domain.reports.report import Report
from terreno_app.services.laptop import Laptop
from terreno_app.ui.screens.reports import presenter as presenting
from terreno_app.ui.screens.reports.asked import offer, periods_of
from terreno_app.ui.screens.reports.form import ReportsForm
from terreno_app.ui.screens.reports.presenter import ReportsPresenter
from terreno_app.ui.screens.reports.wording import ReportWords
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Select
from tests.ui.office import FakeCloses, FakeDrilling, FakePublisher, FakeReports, PatientRunner, StoppedClock
from tests.ui.stand import ALT, Hands, put_on_screen
from tests.ui.views import PAULA, a_laptop, catalogues


@dataclass
class Desk:
    form: ReportsForm
    presenter: ReportsPresenter
    reports: FakeReports
    closes: FakeCloses
    drilling: FakeDrilling
    publisher: FakePublisher
    tasks: PatientRunner
    hands: Hands
    asked_names: list[str]
    path: list[Path | None]

    def read(self) -> None:
        self.presenter.refresh()
        self.tasks.let_run()

    def pick(self, name: str, code: str) -> None:
        select = self.form.findChild(Select, name)
        select.set_code(code)
        select.picked.emit(code)
        self.tasks.let_run()

    def press_alt(self, letter: str, button: str) -> None:
        """Press the letter of a button and wait until it is clicked: Qt takes its time to show it pressed."""
        clicked = QSignalSpy(self.form.findChild(Button, button).clicked)
        self.hands.press(letter, held=ALT)
        assert clicked.count() or clicked.wait(5000)

    def choose(self, period: str = "", space: str = "") -> None:
        if period:
            self.form.findChild(Select, "period").set_code(period)
        self.form.findChild(Select, "space").set_code(space)
        self.form.findChild(Select, "space").picked.emit(space)


def a_desk(theme: Theme, *reports: Report, laptop: Laptop | None = None) -> Iterator[Desk]:
    clock, names, path = StoppedClock(), [], [Path("/elsewhere/mes.pdf")]

    def ask(name: str) -> Path | None:
        names.append(name)
        return path[0]

    here = laptop or a_laptop()
    today = santiago_day(clock.now()).isoformat()
    form = ReportsForm(theme, offer(catalogues(), here), partial(periods_of, today=today))
    service, publisher, tasks = FakeReports(*reports), FakePublisher(), PatientRunner()
    closes, drilling, told = FakeCloses(service), FakeDrilling(), presenting.Desk(here, PAULA, clock, ask)
    presenter = ReportsPresenter(form, service, closes, drilling, publisher, ReportWords(catalogues()), told, tasks)
    put_on_screen(form)
    yield Desk(form, presenter, service, closes, drilling, publisher, tasks, Hands(), names, path)
    form.close()
    form.deleteLater()
