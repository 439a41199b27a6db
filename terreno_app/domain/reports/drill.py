"""From a figure of a report to the attentions that make it: the same question asked once more, for ids.

In: a report and a figure of it. Out: the counts that counted the figure, to be asked by id, and from their answers the
ids. Which figures count attentions at all is told by `drill_plans`; a test holds that there are as many as each says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from terreno_app.domain.reports import annual, coverage, monthly_summary, pmg, satisfaction
from terreno_app.domain.reports.counting import NOT_ASKED, looked_at
from terreno_app.domain.reports.derived import MARK
from terreno_app.domain.reports.drill_plans import Plan, Said, plan_of
from terreno_app.domain.reports.outings import TIED, Tied
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import GroupedCount, ReportSpec, Row, Tallies

NAME = "drill"
CHAPTERS = "chapters"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that counts attentions.

    Attributes:
        table: Its path in the report: `type_by_sex`, `chapters.coverage.tables.comunas`.
        column: The column that it stands in.
        said: What its row says in the other columns; a figure that adds up rows has the values of all of them.
    """

    table: str
    column: str
    said: tuple[tuple[str, tuple[Any, ...]], ...]


def figure_of(report: Report, table: str, column: str, said: Said) -> Figure | None:
    """The figure at a place of a report; None where it counts no attentions, or is not to be looked into.

    Of the public version nothing is: a group of few would be in sight.
    """
    if report.suppressed:
        return None
    figure = Figure(table, column, tuple(said.items()))
    return None if _plan(report, figure) is None else figure


def spec(report: Report, figure: Figure) -> ReportSpec:
    """Ask for the attentions of a figure, by their ids.

    Raises:
        KeyError: it counts none.
    """
    plan, counts = _need(report, figure), _counts(report, figure)
    asked = tuple(_by_id(counts[name], plan) for name in plan.counts)
    beside = [counts[name] for name in TIED if name in counts] if plan.outings or plan.comunas else []
    return ReportSpec(NAME, report.period, report.filters, (*asked, *beside))


def ids(report: Report, figure: Figure, tallies: Tallies) -> tuple[str, ...]:
    """The ids among the answers to `spec`; an absent field counts as not asked, as in the reports."""
    plan = _need(report, figure)
    tied = Tied(tallies)
    rows = (row for name in plan.counts for row in tallies[name])
    if plan.overdue:
        day = looked_at(report.period, report.cut_off)
        rows = (row for row in rows if pmg.overdue_on(row, day))
    found = (str(row[_id_in(row)]) for row in rows if _holds(row, plan, tied))
    return tuple(dict.fromkeys(found))


def _plan(report: Report, figure: Figure) -> Plan | None:
    name, table = _stands_in(report, figure.table)
    return plan_of(name, table, figure.column, dict(figure.said), report.period)


def _need(report: Report, figure: Figure) -> Plan:
    plan = _plan(report, figure)
    if plan is None:
        raise KeyError(figure.table)
    return plan


def _stands_in(report: Report, table: str) -> tuple[str, str]:
    """The report that a table is of, and its name there: an annual report holds others as chapters."""
    first, *steps = table.split(".")
    if first == CHAPTERS and steps:
        return steps[0], steps[-1]
    return report.report, table


def _counts(report: Report, figure: Figure) -> Mapping[str, GroupedCount]:
    name, _ = _stands_in(report, figure.table)
    scope = (report.period, report.filters["space"], report.filters["region"])
    counts: Iterable[GroupedCount]
    if name == pmg.NAME:
        # The complaints together, as the annual report has them: their fields say as much as those told one by one.
        counts = (*pmg.spec(*scope).counts, *pmg.summed_complaint_counts(*scope))
    else:
        specs = {module.NAME: module.spec for module in (monthly_summary, coverage, satisfaction, annual)}
        counts = specs[name](*scope).counts
    return {count.name: count for count in counts}


def _by_id(count: GroupedCount, plan: Plan) -> GroupedCount:
    key = "attention" if count.kind == "referral" else "id"
    said = tuple(
        (path, "in", values)
        for path, values in plan.same.items()
        if MARK not in path and not {NOT_ASKED, None}.intersection(values) and path != count.each
    )
    return replace(count, by=tuple(dict.fromkeys((key, *count.by))), where=(*count.where, *said), measures=("n",))


def _id_in(row: Row) -> str:
    return "attention" if "attention" in row else "id"


def _holds(row: Row, plan: Plan, tied: Tied) -> bool:
    if plan.outings and tied.lead.get(row["outing"], row["outing"]) not in plan.outings:
        return False
    if plan.comunas and tied.comuna(row["link.merged_into"], row["link.comuna"]) not in plan.comunas:
        return False
    same = all((NOT_ASKED if row[path] is None else row[path]) in values for path, values in plan.same.items())
    return same and plan.keep(row)
