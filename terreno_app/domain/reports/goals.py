"""How far coverage goals have come: attainment, the pace that was expected, what the year will bring, and the light.

In: the goals in force and what was done. Out: rows. Nothing here counts records. Percentages are decimal text.

Source: domain.md 5.2: attainment R/M, advance ΣR/M_y, expected pace ΣM_to_date/M_y, projection ΣR + mean of the last
three months × months left.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from terreno_app.domain.catalogues import Thresholds
from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.coverage import PERCENT_METRICS, in_force, periods
from terreno_app.domain.deadlines import Light
from terreno_app.domain.reports.actuals import SUMS, Actuals, Where, stretches
from terreno_app.domain.reports.counting import MONTHS_OF_A_YEAR, OIRS, months_of, percent
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


def goal_rows(goals: Iterable[Goal], actuals: Actuals, period: str, thresholds: Thresholds) -> list[Row]:
    """Every goal whose period has begun, with what was reached of it until the end of the report's period.

    A goal whose period is not over is measured against the part of it that should be done by now.
    """
    rows = []
    for goal in goals:
        months = months_of(goal.period)
        past = [month for month in months if month in actuals.months]
        if past and (goal.metric not in PERCENT_METRICS or goal.period in stretches(period)):
            rows.append(_goal_row(goal, actuals, past, len(past) / len(months), thresholds))
    return rows


def _goal_row(goal: Goal, actuals: Actuals, past: list[str], elapsed: float, thresholds: Thresholds) -> Row:
    actual: float | None
    if goal.metric in PERCENT_METRICS:
        found = actuals.share_of(goal.metric, goal.where, goal.period)
        actual, expected = None if found is None else 100 * found, float(goal.target)
    else:
        actual, expected = _reached(goal, actuals, past), goal.target * elapsed
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
        "light": None if actual is None else light(actual / expected, thresholds),
    }


def _reached(goal: Goal, actuals: Actuals, past: Iterable[str]) -> int:
    if goal.metric in SUMS:
        done = actuals.by_month(goal.metric, goal.where)
        return sum(done[month] for month in past)
    return actuals.visited(goal.where, past)


def _about(goal: Goal) -> Row:
    where = goal.where
    return {"metric": goal.metric, "region": where.region, "space": where.space, "comuna": where.comuna}


def progress_rows(goals: Iterable[Goal], actuals: Actuals, thresholds: Thresholds) -> list[Row]:
    """The year of each series of goals that are sums: what was reached, what was expected, what is to come."""
    series: dict[tuple[str, str, str, str], list[Goal]] = {}
    for goal in goals:
        if goal.metric in SUMS:
            series.setdefault(goal.series, []).append(goal)
    return [_progress_row(held, actuals, thresholds) for held in series.values()]


def _progress_row(goals: list[Goal], actuals: Actuals, thresholds: Thresholds) -> Row:
    by_type: Mapping[str, list[Goal]] = {kind: [goal for goal in goals if goal.period_type == kind] for kind in _FINEST}
    finest = next(held for held in by_type.values() if held)
    of_year = by_type["year"] or finest
    target_year = sum(goal.target for goal in of_year)
    to_date = sum(_part(goal, actuals) for goal in finest)
    done = actuals.by_month(goals[0].metric, goals[0].where)
    actual = sum(done.values())
    recent = [done[month] for month in actuals.months[-LAST_MONTHS:]]
    projection = actual + sum(recent) / len(recent) * (MONTHS_OF_A_YEAR - len(actuals.months))
    return {
        **_about(goals[0]),
        "target_to_date": f"{to_date:.1f}",
        "actual_to_date": actual,
        "attainment": percent(actual, to_date),
        "target_year": target_year,
        "advance": percent(actual, target_year),
        "expected_pace": percent(to_date, target_year),
        "gap": target_year - actual,
        "projection": f"{projection:.1f}",
        "projected": percent(projection, target_year),
        "light": light(actual / to_date, thresholds) if to_date else None,
    }


def _part(goal: Goal, actuals: Actuals) -> float:
    """Of a goal's target, what its months until now should bring."""
    months = months_of(goal.period)
    return goal.target * sum(month in actuals.months for month in months) / len(months)


def figures_by_month(actuals: Actuals, where: Where) -> list[dict[str, Any]]:
    """Each metric that is a sum, month by month."""
    of_metric = {metric: actuals.by_month(metric, where) for metric in SUMS}
    return [{"month": month} | {metric: done[month] for metric, done in of_metric.items()} for month in actuals.months]
