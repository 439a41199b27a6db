"""Between the page of Informes and the service: which month, its figures, and the paper.

Figures are counted away from the screen; an answer that comes after the person chose another month is dropped.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject, Slot

from terreno_app.domain.clock import Clock, santiago_day
from terreno_app.domain.reports.report import Report
from terreno_app.services.errors import explain
from terreno_app.services.reports import Reports
from terreno_app.ui.messages import good_news, notice_of
from terreno_app.ui.screens.reports.form import ReportsForm
from terreno_app.ui.screens.reports.wording import ReportWords, last_months, period_words
from terreno_app.ui.tasks import TaskRunner

MONTHS_OFFERED: Final = 13
REPORT: Final = "monthly_summary"
SPACES: Final = ("oirs_terreno", "oirs", "tic", "buzon")
AskPath = Callable[[str], Path | None]
"""Asks a person where to save; it is given a file name and gives None when the person changed their mind."""


class PaperMaker(Protocol):
    """Puts a report on paper."""

    def save_pdf(self, report: Report, path: Path) -> None:
        """Write the report as PDF."""
        ...


def periods_offered(clock: Clock) -> tuple[tuple[str, str], ...]:
    """The months that a person may choose, this one first."""
    today = santiago_day(clock.now()).isoformat()
    return tuple((period, period_words(period)) for period in last_months(today, MONTHS_OFFERED))


class ReportsPresenter(QObject):
    """Asks for the figures and for the paper."""

    def __init__(
        self,
        form: ReportsForm,
        reports: Reports,
        publisher: PaperMaker,
        words: ReportWords,
        clock: Clock,
        runner: TaskRunner,
        ask_path: AskPath,
    ) -> None:
        super().__init__(form)
        self._form, self._reports, self._publisher = form, reports, publisher
        self._words, self._clock, self._runner, self._ask_path = words, clock, runner, ask_path
        self._report: Report | None = None
        self._asked = 0
        form.chosen.connect(self._choose)
        form.pdf_asked.connect(self.save_pdf)

    @Slot()
    def refresh(self) -> None:
        """Count the month in force again."""
        self._choose(self._form.period, self._form.space)

    @Slot()
    def save_pdf(self) -> None:
        """Put the report in sight on paper, where the person says."""
        report = self._report
        if report is None:
            return
        space = f"-{report.filters['space']}" if report.filters.get("space") else ""
        path = self._ask_path(f"resumen-mensual-{report.period}{space}.pdf".replace("_", "-"))
        if path is not None:
            work = partial(self._publisher.save_pdf, report, path)
            self._runner.run(work, partial(self._printed, path), self._failed)

    @Slot(str, str)
    def _choose(self, period: str, space: str) -> None:
        self._asked += 1
        self._report = None
        self._form.tell(None)
        self._form.show_waiting(period_words(period))
        work = partial(self._reports.build, REPORT, period, space or None)
        self._runner.run(work, partial(self._built, self._asked), partial(self._not_built, self._asked))

    def _built(self, asked: int, report: Report) -> None:
        if asked != self._asked:
            return
        shown = self._words.shown(report, self._clock.now())
        self._report = None if shown.empty else report
        month = period_words(report.period).lower()
        then = "Elija otro período o espacio. Si faltan equipos por entregar, sincronice primero (F5)."
        self._form.show_report(shown, (f"Sin atenciones en {month}", then))

    def _not_built(self, asked: int, error: BaseException) -> None:
        if asked == self._asked:
            self._failed(error)

    def _printed(self, path: Path, _nothing: None) -> None:
        self._form.tell(good_news("PDF guardado", f"Está en {path.name}."))

    def _failed(self, error: BaseException) -> None:
        self._form.tell(notice_of(explain(error)))
