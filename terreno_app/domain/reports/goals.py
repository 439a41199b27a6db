"""How far coverage goals have come: attainment, the pace that was expected, what the year will bring, and the light.

In: the goals in force, what was done, and the day that is looked at: that after the report's period, or today while it
lasts. Out: rows. Nothing here counts records. Percentages are decimal text.

Source: domain.md 5.2: attainment R/M, advance ΣR/M_y, expected pace ΣM_to_date/M_y, projection ΣR + mean of the last
three months × months left. Of a month that is running the days that are over are to date, and the others are left; the
last three months are whole ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from terreno_app.domain.catalogues import Thresholds
from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.coverage import PERCENT_METRICS, in_force, periods
from terreno_app.domain.deadlines import Light
from terreno_app.domain.reports.actuals import SUMS, Actuals, Where, stretches
from terreno_app.domain.reports.counting import MONTHS_OF_A_YEAR, OIRS, months_of, passed_of, percent, place_of
from terreno_app.domain.reports.spec import Row

NATIONAL = "CL"
LAST_MONTHS = 3
_FINEST = ("month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal in force."""

    id: str
    where: Where
    metric: str
    period_type: str
    period: str
    target: int
    approved: bool

    @property
    def series(self) -> tuple[str, str, str, str]:
        """What it is about, whatever the period: goals of one series add up to a year's."""
        where = self.where
        return self.metric, where.region or "", where.space or "", where.comuna or ""


def goals_of(rows: Iterable[Row], year: str, space: str | None) -> tuple[Goal, ...]:
    """Read the answers to `goals_count`, in order: those that no other goal supersedes, of the space of the report.

    A record that is no goal of the year is passed over: one odd record must not keep all others from being read.
    """
    held = {str(row["id"]): row for row in rows}
    wanted = OIRS if space == "oirs" else (space,)
    goals = [
        Goal(
            identifier,
            Where(None if row["region"] == NATIONAL else row["region"], row["space"], row["comuna"]),
            row["metric"],
            row["period_type"],
            row["period"],
            row["target"],
            row["approved_on"] is not None,
        )
        for identifier, row in ((name, held[name]) for name, _ in in_force(held.items()))
        if (space is None or row["space"] in wanted) and _is_goal(row, int(year))
    ]
    return tuple(sorted(goals, key=lambda goal: (*goal.series, _FINEST.index(goal.period_type), goal.period, goal.id)))


def _is_goal(row: Row, year: int) -> bool:
    known = row["metric"] in CODE_LISTS["metric"] and row["period_type"] in _FINEST
    target = row["target"]
    return known and row["period"] in periods(year, row["period_type"]) and isinstance(target, int) and target > 0


def light(attained: float, thresholds: Thresholds) -> str:
    """The light of a goal of which so much (1 is all of it) was reached."""
    if 100 * attained >= thresholds.green_from:
        return Light.GREEN.value
    return Light.AMBER.value if 100 * attained >= thresholds.amber_from else Light.RED.value


def goal_rows(goals: Iterable[Goal], actuals: Actuals, period: str, thresholds: Thresholds, day: date) -> list[Row]:
    """Every goal whose period has begun, with what was reached of it until the end of the report's period.

    A goal whose period is not over on `day` is measured against the part of it that should be done by then.
    """
    return [
        _goal_row(goal, actuals, thresholds, day)
        for goal in goals
        if _has_begun(months_of(goal.period)[0], actuals, day)
        and (goal.metric not in PERCENT_METRICS or goal.period in stretches(period))
    ]


def _has_begun(month: str, actuals: Actuals, day: date) -> bool:
    return month in actuals.months and place_of(month) <= place_of(day.isoformat())


def _goal_row(goal: Goal, actuals: Actuals, thresholds: Thresholds, day: date) -> Row:
    elapsed = _elapsed(goal, actuals, day)
    actual: float | None
    if goal.metric in PERCENT_METRICS:
        found = actuals.share_of(goal.metric, goal.where, goal.period)
        actual, expected = None if found is None else 100 * found, float(goal.target)
    else:
        actual, expected = _reached(goal, actuals), goal.target * elapsed
    return {
        "goal": goal.id,
        **_about(goal),
        "period_type": goal.period_type,
        "period": goal.period,
        "approved": goal.approved,
        "over": elapsed == 1,
        "target": goal.target,
        "actual": actual if actual is None or goal.metric not in PERCENT_METRICS else f"{actual:.1f}",
        "attainment": None if actual is None else percent(actual, goal.target),
        "expected": f"{expected:.1f}",
        "light": None if actual is None or not expected else light(actual / expected, thresholds),
    }


def _elapsed(goal: Goal, actuals: Actuals, day: date) -> float:
    """Which part of a goal's period is over on a day, and within the report's, between 0 and 1."""
    months = months_of(goal.period)
    return sum(passed_of(month, day) for month in months if month in actuals.months) / len(months)


def _reached(goal: Goal, actuals: Actuals) -> int:
    months = [month for month in months_of(goal.period) if month in actuals.months]
    if goal.metric in SUMS:
        done = actuals.by_month(goal.metric, goal.where)
        return sum(done[month] for month in months)
    return actuals.visited(goal.where, months)


def _about(goal: Goal) -> Row:
    where = goal.where
    return {"metric": goal.metric, "region": where.region, "space": where.space, "comuna": where.comuna}


def progress_rows(goals: Iterable[Goal], actuals: Actuals, thresholds: Thresholds, day: date) -> list[Row]:
    """The year of each series of goals that are sums: what was reached, what was expected, what is to come.

    Nothing is projected before a month is over.
    """
    series: dict[tuple[str, str, str, str], list[Goal]] = {}
    for goal in goals:
        if goal.metric in SUMS:
            series.setdefault(goal.series, []).append(goal)
    return [_progress_row(held, actuals, thresholds, day) for held in series.values()]


def _progress_row(goals: list[Goal], actuals: Actuals, thresholds: Thresholds, day: date) -> Row:
    by_type: Mapping[str, list[Goal]] = {kind: [goal for goal in goals if goal.period_type == kind] for kind in _FINEST}
    finest = next(held for held in by_type.values() if held)
    of_year = by_type["year"] or finest
    target_year = sum(goal.target for goal in of_year)
    to_date = sum(goal.target * _elapsed(goal, actuals, day) for goal in finest)
    done = actuals.by_month(goals[0].metric, goals[0].where)
    actual = sum(done.values())
    passed = {month: passed_of(month, day) for month in actuals.months}
    recent = [done[month] for month in actuals.months if passed[month] == 1][-LAST_MONTHS:]
    left = MONTHS_OF_A_YEAR - sum(passed.values())
    projection = actual + sum(recent) / len(recent) * left if recent else None
    return {
        **_about(goals[0]),
        "target_to_date": f"{to_date:.1f}",
        "actual_to_date": actual,
        "attainment": percent(actual, to_date),
        "target_year": target_year,
        "advance": percent(actual, target_year),
        "expected_pace": percent(to_date, target_year),
        "gap": target_year - actual,
        "projection": None if projection is None else f"{projection:.1f}",
        "projected": None if projection is None else percent(projection, target_year),
        "light": light(actual / to_date, thresholds) if to_date else None,
    }


def figures_by_month(actuals: Actuals, where: Where, day: date) -> list[dict[str, Any]]:
    """Each metric that is a sum, month by month; a month to come only where something lies in it already."""
    of_metric = {metric: actuals.by_month(metric, where) for metric in SUMS}
    rows = {month: {metric: done[month] for metric, done in of_metric.items()} for month in actuals.months}
    return [
        {"month": month} | row for month, row in rows.items() if _has_begun(month, actuals, day) or any(row.values())
    ]
