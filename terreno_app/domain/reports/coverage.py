"""The coverage report: how far the goals have come, in each space, month and comuna, and where nobody has been yet.

In: a period, a space and a region. Out: the grouped counts to ask, and from their answers the report. Goals are
measured from the first month of the year to the end of the period, or to today while it lasts; the territory is that
of the period, and a comuna is never visited when no outing of the year went there.

Source: seed 000 section 6 f) («monitoreo mensual y/o trimestral de la meta de cobertura»); domain.md 5.2.
"""

from collections.abc import Mapping
from typing import Any

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import month_bounds
from terreno_app.domain.reports.actuals import SUMS, Actuals, Where, actual_counts, goals_count
from terreno_app.domain.reports.counting import looked_at, months_of, need_space
from terreno_app.domain.reports.goals import figures_by_month, goal_rows, goals_of, progress_rows
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import ReportSpec, Tallies
from terreno_app.domain.reports.territory import concentration, never_visited, reach, visits, women

NAME = "coverage"


def spec(period: str, space: str | None, region: str | None) -> ReportSpec:
    """Say what the report needs: see `monthly_summary.spec`."""
    need_space(space)
    month_bounds(period)
    return ReportSpec(
        report=NAME,
        period=period,
        filters={"space": space, "region": region},
        counts=(goals_count(period[:4], region), *actual_counts(period, space, region)),
    )


def assemble(asked: ReportSpec, tallies: Tallies, cut_off: Mapping[str, Any], catalogues: Catalogues) -> Report:
    """Gather the answers to `spec` into the report.

    Args:
        asked: What was asked.
        tallies: The rows of every count of `asked`, in any order.
        cut_off: What the figures were made from; it stands in the report and outside its digest.
        catalogues: The comunas with their populations, and when a light is green.
    """
    period, space, region = asked.period, asked.filters["space"], asked.filters["region"]
    actuals = Actuals(period, tallies)
    goals = goals_of(tallies["goals"], period[:4], space)
    everywhere = Where(region, space)
    months = months_of(period)
    comunas = [comuna for comuna in catalogues.comunas if region in {None, comuna.region}]
    of_year = actuals.held(everywhere)
    outings = [outing for outing in of_year if outing.month in months]
    attended = actuals.attended_at(months)
    day = looked_at(period, cut_off)
    by_month = figures_by_month(actuals, everywhere, day)
    reached = reach(comunas, outings)
    return Report(
        report=asked.report,
        period=period,
        filters=asked.filters,
        totals={
            **{metric: sum(row[metric] for row in by_month if row["month"] in months) for metric in SUMS},
            **{name: value for name, value in reached.items() if isinstance(value, int)},
        },
        tables={
            "goals": goal_rows(goals, actuals, period, catalogues.thresholds, day),
            "progress": progress_rows(goals, actuals, catalogues.thresholds, day),
            "by_month": by_month,
            "by_space": actuals.attended(actuals.months),
            "comunas": visits(comunas, outings, attended),
            "never_visited": never_visited(comunas, of_year),
            "territory": concentration(comunas, attended) | {"population_percent": reached["population_percent"]},
            "women": women(comunas, attended),
        },
        suppressed=False,
        cut_off=cut_off,
    )
