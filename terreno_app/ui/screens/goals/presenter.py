"""Between the pages of Metas and the services: the goals of a year, how far they are, and what is done with one.

Goals are read and measured away from the screen; an answer for a year that is no longer in sight is dropped.
"""

from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any, Final, cast

from PySide6.QtCore import QObject, Signal, Slot

from terreno_app.domain.clock import Clock, santiago_day
from terreno_app.domain.errors import Problem
from terreno_app.domain.reports import coverage
from terreno_app.domain.reports.report import Report
from terreno_app.domain.spanish import counted, day, period_name
from terreno_app.services.errors import RejectedDraftError, explain
from terreno_app.services.goals import Goals, ShownGoal, ShownRemark
from terreno_app.services.laptop import Person
from terreno_app.services.reports import Reports
from terreno_app.services.unfinished import HalfWritten
from terreno_app.ui.messages import good_news, notice_of
from terreno_app.ui.screens.goals.edit_form import APPROVE, DEFINE, EXPLAIN, REPLACE
from terreno_app.ui.screens.goals.pages import GoalsPages
from terreno_app.ui.screens.goals.wording import GoalLine, GoalWords
from terreno_app.ui.tasks import TaskRunner

YEARS_BACK: Final = 2
_DECEMBER: Final = 12
_SAVED: Final = {
    DEFINE: ("Meta guardada", "Espera su aprobación. Si hay un error, reemplácela."),
    REPLACE: ("Meta reemplazada", "La anterior queda en la historia; la nueva espera su aprobación."),
    EXPLAIN: ("Motivo y medida guardados", "Aparecen en el informe de cobertura y en el anual."),
    APPROVE: ("Meta aprobada", "Viaja al centro en la próxima entrega."),
}


def years_offered(clock: Clock) -> tuple[tuple[str, str], ...]:
    """This year, the next one and those before."""
    now = santiago_day(clock.now()).year
    return tuple(
        (str(year), f"Año {year}") for year in (now, now + 1, *(now - back for back in range(1, YEARS_BACK + 1)))
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """The goals of a year, the report that measured them (none of a year to come), and remarks without a goal."""

    goals: tuple[ShownGoal, ...]
    report: Report | None
    said_of_none: int = 0


class GoalsPresenter(QObject):
    """Moves between the pages and the services.

    Signals:
        half_written_changed: The goal that is being written grew, is saved, or the person left it.
    """

    half_written_changed = Signal()

    def __init__(
        self,
        pages: GoalsPages,
        goals: Goals,
        reports: Reports,
        words: GoalWords,
        clock: Clock,
        person: Person,
        runner: TaskRunner,
    ) -> None:
        super().__init__(pages)
        self._pages, self._goals, self._reports, self._words = pages, goals, reports, words
        self._clock, self._person, self._runner = clock, person, runner
        self._goal: ShownGoal | None = None
        self._remark: ShownRemark | None = None
        listed, edit = pages.listed, pages.edit
        listed.year_chosen.connect(self._choose_year)
        listed.new_asked.connect(self._define)
        listed.replace_asked.connect(self._replace)
        listed.approve_asked.connect(self._approve)
        listed.explain_asked.connect(self._explain)
        edit.submitted.connect(self._submit)
        edit.left.connect(self._leave)
        edit.written.connect(self.half_written_changed)

    def begin(self) -> None:
        """Show the goals, read anew; a goal that is being written stays in sight."""
        if self._pages.currentWidget() is self._pages.edit:
            return
        self._pages.listed.tell(None)
        self._pages.show_list()
        self.refresh()

    @property
    def half_written(self) -> tuple[HalfWritten, ...]:
        """The goal that is being written, and the one that it replaces or approves, as that was on screen."""
        if self._pages.currentWidget() is not self._pages.edit:
            return ()
        goal = self._goal
        of_goal = (
            {} if goal is None else {"goal": {**asdict(goal), "fields": dict(goal.fields), "seen": dict(goal.seen)}}
        )
        said = {} if self._remark is None else {"remark": {**asdict(self._remark), "seen": dict(self._remark.seen)}}
        return (HalfWritten({**self._pages.edit.typed, **of_goal, **said}, "" if goal is None else goal.id),)

    def come_back(self, left: HalfWritten) -> None:
        """Put back the goal that was being written."""
        kept = cast("dict[str, Any] | None", left.values.get("goal"))
        self._goal = None if kept is None else ShownGoal(**kept)
        said = cast("dict[str, Any] | None", left.values.get("remark"))
        self._remark = None if said is None else ShownRemark(**said)
        self._pages.come_back(left.values, self._today())
        self.refresh()

    def refresh(self, select: str = "") -> None:
        """Read and measure the goals again; `select` is the goal to go to."""
        year = self._pages.listed.year
        self._pages.listed.show_waiting()
        self._runner.run(partial(self._measure, year), partial(self._show, year, select), self._unread)

    # ------------------------------------------------------------------ reading

    def _measure(self, year: int) -> Measured:
        goals = self._goals.of_year(year)
        today = self._today()
        said_of_none = self._goals.said_of_none(year)
        if not goals or year > today.year:
            return Measured(goals, None, said_of_none)
        return Measured(goals, self._reports.build(coverage.NAME, self._measured_until(year)), said_of_none)

    def _measured_until(self, year: int) -> str:
        """The last month of a year that has begun."""
        today = self._today()
        return f"{year}-{today.month if year == today.year else _DECEMBER:02d}"

    def _show(self, year: int, select: str, measured: Measured) -> None:
        listed = self._pages.listed
        if year != listed.year:
            return
        until = f" · avance hasta el {day(self._today())}" if measured.report is not None else ""
        of_none = counted(measured.said_of_none, "motivo", "motivos")
        until += f" · {of_none} de metas que no están aquí: véalo en Cobertura" if measured.said_of_none else ""
        listed.show_goals(f"Metas de {year}{until}", self._words.lines(measured.goals, measured.report), select)
        if self._pages.currentWidget() is listed:
            listed.begin()

    def _unread(self, error: BaseException) -> None:
        self._pages.listed.tell(notice_of(explain(error)))

    def _today(self) -> date:
        return santiago_day(self._clock.now())

    # ------------------------------------------------------------------ doing

    @Slot(str)
    def _choose_year(self, _year: str) -> None:
        self._pages.listed.tell(None)
        self.refresh()

    def _define(self) -> None:
        self._goal = self._remark = None
        self._pages.show_edit(DEFINE, self._today())

    def _replace(self, line: GoalLine) -> None:
        self._goal, self._remark = line.goal, None
        self._pages.show_edit(REPLACE, self._today(), f"{line.name}: {line.target}")

    def _approve(self, line: GoalLine) -> None:
        self._goal, self._remark = line.goal, None
        self._pages.show_edit(APPROVE, self._today(), f"{line.name}: {line.target}")

    def _explain(self, line: GoalLine) -> None:
        month = self._measured_until(self._pages.listed.year)
        self._runner.run(partial(self._goals.remark, line.goal.id, month), partial(self._ask_why, line), self._unread)

    def _ask_why(self, line: GoalLine, remark: ShownRemark) -> None:
        self._goal, self._remark = line.goal, remark
        self._pages.show_edit(EXPLAIN, self._today(), f"{line.name}. En {period_name(remark.period)}:")
        self._pages.edit.say_remark(remark.reason, remark.measure)

    def _leave(self) -> None:
        self._pages.show_list()
        self.half_written_changed.emit()

    def _submit(self) -> None:
        edit, goal, author = self._pages.edit, self._goal, self._person.id
        if edit.mode in {DEFINE, REPLACE} and edit.target is None:
            edit.show_problems([Problem("target", "required", "Escriba cuánto se quiere alcanzar.")])
            return
        if goal is None:
            work = partial(self._goals.define, edit.values, author, edit.region or None)
        elif edit.mode == REPLACE:
            work = partial(self._goals.supersede, goal.id, edit.target or 0, author)
        elif self._remark is not None and edit.mode == EXPLAIN:
            work = partial(self._goals.explain, self._remark, edit.reason, edit.measure, author)
        else:
            work = partial(self._goals.approve, goal, edit.approved_by, author)
        select = goal.id if goal is not None and edit.mode in {APPROVE, EXPLAIN} else ""
        self._runner.run(work, partial(self._saved, edit.mode, select), self._refused)

    def _saved(self, mode: str, select: str, made: str) -> None:
        self._pages.show_list()
        self.half_written_changed.emit()
        self._pages.listed.tell(good_news(*_SAVED[mode]))
        self.refresh(select or made)

    def _refused(self, error: BaseException) -> None:
        told = explain(error)
        if isinstance(told, RejectedDraftError):
            self._pages.edit.show_problems(told.problems)
        else:
            self._pages.edit.tell(notice_of(told))
