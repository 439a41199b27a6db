"""Goals as the page shows them: each with its words, its figures so far, its pace and its light.

In: the goals in force, and the coverage report that measured them. Out: frozen values. Nothing is counted here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.coverage import PERCENT_METRICS
from terreno_app.domain.reports.goals import NATIONAL
from terreno_app.domain.reports.report import Report
from terreno_app.domain.spanish import number, period_name, sentence, short_day
from terreno_app.services.goals import ShownGoal
from terreno_app.ui.charts.paces import Pace, pace_of
from terreno_app.ui.widgets.grid_table import GridRow
from terreno_app.ui.widgets.tables import Cell, Column, MarkCell, NumberCell, light_cell

COLUMNS: Final = (
    Column("Indicador"),
    Column("Dónde"),
    Column("Período"),
    Column("Semáforo"),
    Column("Meta", at_right=True),
    Column("Real", at_right=True),
    Column("Cumplida", at_right=True),
    Column("Esperado", at_right=True),
    Column("Proyección", at_right=True),
    Column("Aprobación"),
)
SPARE: Final = (7, 8, 0, 6, 9)
"""Columns that go first where there is no room: what they say is said of the selected goal under the table."""
_TARGET: Final = 4
_NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal on the page: itself, its row, and its pace where it is measured."""

    goal: ShownGoal
    row: GridRow
    pace: Pace | None
    name: str
    approval: str

    @property
    def target(self) -> str:
        """How much it aims at, in words."""
        return self.row.cells[_TARGET].words

    @property
    def space(self) -> str:
        """Its space; empty for all."""
        return str(self.goal.fields.get("space") or "")

    @property
    def metric(self) -> str:
        """What it counts."""
        return str(self.goal.fields["metric"])


class GoalWords:
    """Words for goals; that one is of this laptop's own region goes without saying."""

    def __init__(self, catalogues: Catalogues, region: str) -> None:
        self._own = region
        self._labels = catalogues.labels
        self._regions = catalogues.regions

    def lines(self, goals: Sequence[ShownGoal], report: Report | None) -> tuple[GoalLine, ...]:
        """The goals with what a report says of them; without one none has begun."""
        tables: Mapping[str, Any] = {"goals": (), "progress": ()} if report is None else report.tables
        measured = {row["goal"]: row for row in tables["goals"]}
        projected = {_series(row): row for row in tables["progress"]}
        return tuple(self._line(goal, measured.get(goal.id), projected.get(_series_of(goal))) for goal in goals)

    def _line(self, goal: ShownGoal, measured: Mapping[str, Any] | None, year: Mapping[str, Any] | None) -> GoalLine:
        fields = goal.fields
        sign = " %" if fields["metric"] in PERCENT_METRICS else ""
        metric = self._labels.code("metric", str(fields["metric"]))
        where, period = self._where(goal), sentence(period_name(str(fields["period"])))
        row = GridRow(
            (
                Cell(metric),
                Cell(where),
                Cell(period),
                self._light(measured),
                NumberCell(f"{_whole(fields['target'])}{sign}", "smallstrong"),
                NumberCell(_with(_whole(_of(measured, "actual")), sign)),
                NumberCell(_with(_decimal(_of(measured, "attainment")), " %")),
                NumberCell(_with(_whole(_of(measured, "expected")), sign)),
                NumberCell(_whole(_of(year, "projection"))),
                _approval(goal),
            )
        )
        pace = None if measured is None else _pace(where, measured)
        return GoalLine(goal, row, pace, f"{metric} · {period} · {where}", _approved_by(goal))

    def _where(self, goal: ShownGoal) -> str:
        space, comuna = goal.fields.get("space"), goal.fields.get("comuna")
        parts = [self._labels.code("space", str(space)) if space else "Todos los espacios"]
        if comuna:
            parts.append(self._labels.code("comuna", str(comuna)))
        elif goal.region != self._own:
            region = self._regions.get(goal.region)
            parts.append(region.label if region else self._labels.code("region", goal.region))
        return " · ".join(parts)

    def _light(self, measured: Mapping[str, Any] | None) -> Cell:
        if measured is None or float(measured["expected"]) == 0:
            return MarkCell("aún no se mide", "small", "ink2", "clock")
        if measured["light"] is None:
            return MarkCell("sin datos", "small", "ink2", "circle")
        return light_cell(measured["light"], self._labels.code("light", measured["light"]))


def _approval(goal: ShownGoal) -> Cell:
    if not goal.approved:
        return Cell("sin aprobar", "small", "copper")
    return Cell(short_day(str(goal.fields["approved_on"])), "small", "ink2")


def _approved_by(goal: ShownGoal) -> str:
    if not goal.approved:
        return "sin aprobar"
    return f"aprobada el {short_day(str(goal.fields['approved_on']))} por {goal.fields['approved_by']}"


def _pace(name: str, measured: Mapping[str, Any]) -> Pace:
    """Both shares are of the whole target, whatever part of its period is over."""
    expected = 100 * float(measured["expected"]) / measured["target"]
    return pace_of(name, measured["attainment"], str(expected))


def _series(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["metric"], row["region"], row["space"], row["comuna"]


def _series_of(goal: ShownGoal) -> tuple[Any, ...]:
    fields = goal.fields
    region = None if goal.region == NATIONAL else goal.region
    return fields["metric"], region, fields.get("space"), fields.get("comuna")


def _of(row: Mapping[str, Any] | None, name: str) -> Any:
    return None if row is None else row[name]


def _whole(value: Any) -> str:
    return _NONE if value is None else number(round(float(value)))


def _decimal(value: str | None) -> str:
    return _NONE if value is None else value.replace(".", ",")


def _with(words: str, sign: str) -> str:
    return words if words == _NONE else f"{words}{sign}"
