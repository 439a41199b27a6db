"""Between the page of Informes and the services: which report, its figures, its files, and the close of a month.

Figures are counted away from the screen; an answer that comes after the person chose another report is dropped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from terreno_app.domain.clock import Clock
from terreno_app.domain.outlines import Outlines, panels
from terreno_app.domain.reports.closing import CLOSE_HELD_BACK, CLOSED, Addendum, is_over
from terreno_app.domain.reports.drill import Figure
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.together import alone_words
from terreno_app.domain.reports.trend import MonthFigure
from terreno_app.services.closes import Closed, Closes
from terreno_app.services.drilling import Drilled, Drilling
from terreno_app.services.errors import explain
from terreno_app.services.laptop import Laptop, Person
from terreno_app.services.reports import Reports
from terreno_app.ui.labels import lies_in
from terreno_app.ui.messages import good_news, notice_of
from terreno_app.ui.screens.reports.asked import MONTHLY, Asked, period_words
from terreno_app.ui.screens.reports.form import ReportsForm
from terreno_app.ui.screens.reports.parts import is_empty
from terreno_app.ui.screens.reports.wording import ReportWords, close_words
from terreno_app.ui.tasks import TaskRunner

AskPath = Callable[[str], Path | None]
"""Asks a person where to save; it is given a file name and gives None when the person changed their mind."""
_ELSEWHERE: Final = "Elija otro período o espacio. Si faltan equipos por entregar, sincronice primero (F5)."

_HELD_BACK: Final = "El centro retuvo el cierre en cuarentena: el mes no está cerrado. La coordinación debe resolverlo."


class PaperMaker(Protocol):
    """Writes a report as a file, and knows where comunas lie."""

    def outlines(self, region: str | None) -> Outlines:
        """The outlines of a region's comunas; none for the whole country."""
        ...

    def save(self, report: Report, path: Path, form: str, trend: Sequence[MonthFigure] = ()) -> None:
        """Write the report as `pdf`, `xlsx`, `csv` or `json`."""
        ...


@dataclass(frozen=True, slots=True)
class Built:
    """A report, the months before it, what has come since it was closed, and the maps of its region."""

    report: Report
    trend: tuple[MonthFigure, ...]
    addendum: Addendum | None
    maps: tuple[tuple[str, Outlines], ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Who asks, and where: what the page's presenter is told once."""

    laptop: Laptop
    person: Person
    clock: Clock
    ask_path: AskPath


class ReportsPresenter(QObject):
    """Asks for the figures, for their files, and for what a figure counts.

    Signals:
        attention_opened: A person wants to see an attention; carries its id.
    """

    attention_opened = Signal(str)

    def __init__(
        self,
        form: ReportsForm,
        reports: Reports,
        closes: Closes,
        drilling: Drilling,
        publisher: PaperMaker,
        words: ReportWords,
        desk: Desk,
        runner: TaskRunner,
    ) -> None:
        super().__init__(form)
        self._form, self._reports, self._closes, self._publisher = form, reports, closes, publisher
        self._words, self._desk, self._runner, self._drilling = words, desk, runner, drilling
        self._built: Built | None = None
        self._asked = 0
        self._take_back: Callable[[], object] | None = None
        form.chosen.connect(self._choose)
        form.file_asked.connect(self.save)
        form.drill_asked.connect(self._drill)
        form.attention_opened.connect(self.attention_opened)
        form.close_confirmed.connect(self._close)
        form.undo_asked.connect(self._undo)

    def offer_back(self, said: str, take_back: Callable[[], object]) -> None:
        """Say what was just done, and that Ctrl+Z takes it back while the bar is in sight."""
        self._take_back = take_back
        self._form.offer_undo(said)

    def _undo(self) -> None:
        take_back, self._take_back = self._take_back, None
        if take_back is not None:
            take_back()

    @Slot()
    def refresh(self) -> None:
        """Count the report in force again."""
        self._choose(self._form.asked)

    @Slot(str)
    def save(self, form: str) -> None:
        """Write the report in sight as a file, where the person says."""
        built = self._built
        if built is None:
            return
        path = self._desk.ask_path(self._form.asked.file_name(form))
        if path is not None:
            self._form.tell(good_news("Guardando el archivo…", "Puede seguir mirando."))
            work = partial(self._publisher.save, built.report, path, form, built.trend)
            alone = alone_words(built.report) if built.report.suppressed else ""
            self._runner.run(work, partial(self._saved, path, alone), self._failed)

    @Slot(object)
    def _choose(self, asked: Asked) -> None:
        self._asked += 1
        self._built = None
        self._form.tell(None)
        self._form.show_limits("")
        self._form.show_waiting(period_words(asked.period))
        work = partial(self._make, asked)
        self._runner.run(work, partial(self._show, self._asked, asked), partial(self._refused, self._asked, asked))

    def _make(self, asked: Asked) -> Built:
        report = self._reports.build(asked.report, asked.period, asked.space or None, asked.region, public=asked.public)
        trend = self._reports.trend(report) if asked.report == MONTHLY else ()
        closed = report.cut_off.get(CLOSED)
        late = closed and not closed["agrees"] and self._desk.laptop.coordinates and not asked.public
        addendum = self._closes.addendum(asked.period, asked.region) if late else None
        return Built(report, trend, addendum, panels(self._publisher.outlines(report.filters["region"])))

    def _show(self, number: int, asked: Asked, built: Built) -> None:
        if number != self._asked:
            return
        now, report = self._desk.clock.now(), built.report
        self._form.show_limits(self._words.not_held(report))
        eyebrow = self._words.freshness(report, now)
        parts = self._words.parts(report, built.addendum)
        self._tell_close(asked, report)
        if is_empty(report):
            self._form.show_nothing(eyebrow, f"Sin registros en {period_words(asked.period).lower()}", _ELSEWHERE)
            return
        self._built = built
        glance = self._words.shown(report) if asked.report == MONTHLY and not asked.public else None
        self._form.part_page.know_region(built.maps)
        self._form.show_report(eyebrow, glance, self._words.months(built.trend), parts)

    def _tell_close(self, asked: Asked, report: Report) -> None:
        line, now = self._form.close_line, self._desk.clock.now()
        closed = report.cut_off.get(CLOSED)
        if closed:
            line.show_state(close_words(closed, late=not closed["agrees"] and not asked.public), closed=True)
        elif report.cut_off.get(CLOSE_HELD_BACK):
            line.show_state(_HELD_BACK, closed=False)
        elif asked.may_be_closed and self._desk.laptop.coordinates and is_over(asked.period, now):
            month = period_words(asked.period).lower()
            line.show_state("Mes terminado, sin cerrar: sus cifras aún cambian.", closed=False, may_close=month)
        else:
            line.show_state("", closed=False)

    def _refused(self, number: int, asked: Asked, error: BaseException) -> None:
        if number == self._asked:
            told = explain(error)
            self._form.show_nothing(period_words(asked.period), told.happened, f"{told.safe} {told.next}")

    @Slot(object, str)
    def _drill(self, figure: Figure, words: str) -> None:
        if self._built is not None:
            work = partial(self._drilling.of, self._built.report, figure)
            self._runner.run(work, partial(self._drilled, self._asked, words), self._failed)

    def _drilled(self, number: int, words: str, drilled: Drilled) -> None:
        if number == self._asked:
            title, rows = self._words.counted(words, drilled)
            self._form.show_attentions(title, [row.id for row in drilled.rows], rows)

    def _close(self) -> None:
        asked = self._form.asked
        work = partial(self._closes.close, asked.period, self._desk.person.id, asked.region)
        self._runner.run(work, partial(self._was_closed, asked), self._failed)

    def _was_closed(self, asked: Asked, closed: Closed) -> None:
        self.refresh()
        late = closed.devices_not_synced
        missing = "Faltaba que entregara 1 equipo" if late == 1 else f"Faltaba que entregaran {late} equipos"
        then = f"{missing}: lo suyo se contará aparte." if late else ""
        month = period_words(asked.period)
        self._form.tell(good_news(f"{month} quedó cerrado", then))

    def _saved(self, path: Path, alone: str, _nothing: None) -> None:
        self._form.tell(good_news("Archivo guardado", f"{lies_in(path)} {alone}".strip()))

    def _failed(self, error: BaseException) -> None:
        self._form.tell(notice_of(explain(error)))
