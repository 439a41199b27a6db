"""What coordination writes beside figures: why a goal was missed, the year in words, themes, and retention runs.

Like the opinions of a month they are written down a few times a year; a coordination laptop reads those that it holds,
and they stand beside the figures (`cut_off`), outside their digest, so that writing one changes no figure.

Source: domain.md 5.2 («reason and measure text»), 5.3 («comments coded by theme»), 5.5 («executive summary», «retention
runs», «lessons and plan»).
"""

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.reports import annual, coverage, satisfaction
from terreno_app.domain.reports.counting import (
    LINKED_INSTANT,
    LINKED_VOIDED,
    days,
    need_space,
    of_region,
    scope,
    table,
)
from terreno_app.domain.reports.opinions import other_spaces, periods_within
from terreno_app.domain.reports.sample import ATTENTION
from terreno_app.domain.reports.spec import LINK_PREFIX, GroupedCount, Link, ReportSpec, Row, Tallies

OF_GOALS, OF_THE_YEAR, RETENTION, THEMES = "goal_remarks", "year_remarks", "retention_runs", "comment_themes"
NAMES = (OF_THE_YEAR, OF_GOALS, THEMES, RETENTION)
"""In the order in which they stand."""
TEXTS = (OF_GOALS, OF_THE_YEAR)
"""Those that are read as paragraphs, and not in columns."""
OF_REPORT = {
    coverage.NAME: (OF_GOALS,),
    satisfaction.NAME: (THEMES,),
    annual.NAME: NAMES,
}
"""Which of them stand beside which report."""

_GOAL = ("metric", "period", "space", "comuna")
_SAYS = {
    OF_GOALS: ("period", "reason", "measure"),
    OF_THE_YEAR: ("summary", "lessons", "plan"),
    RETENTION: ("ran_on", "what", "records", "notes"),
}


def spec(report: str, period: str, space: str | None, region: str | None) -> ReportSpec:
    """Say what stands beside a report: see `monthly_summary.spec`; nothing beside most of them."""
    need_space(space)
    whose = ("id",) if region is not None else ("id", "region")
    asked = {
        OF_GOALS: _goal_remarks(period, space, region, whose),
        OF_THE_YEAR: GroupedCount(
            name=OF_THE_YEAR,
            kind="year_remark",
            by=(*whose, *_SAYS[OF_THE_YEAR]),
            where=(*of_region(region), ("year", "eq", int(period[:4]))),
        ),
        THEMES: _themes(period, space, region),
        RETENTION: _retention_runs(period, region, whose),
    }
    return ReportSpec(
        report=report,
        period=period,
        filters={"space": space, "region": region},
        counts=tuple(asked[name] for name in OF_REPORT.get(report, ())),
    )


def _goal_remarks(period: str, space: str | None, region: str | None, whose: tuple[str, ...]) -> GroupedCount:
    others = () if space is None else other_spaces(space)
    return GroupedCount(
        name=OF_GOALS,
        kind="goal_remark",
        by=(*whose, *_SAYS[OF_GOALS], *(f"{LINK_PREFIX}{path}" for path in _GOAL)),
        where=(*of_region(region), ("period", "in", periods_within(period))),
        exclude=tuple((f"{LINK_PREFIX}space", "eq", one) for one in others),
        link=Link("goal", "coverage_goal"),
    )


def _themes(period: str, space: str | None, region: str | None) -> GroupedCount:
    from_at, until_at = month_bounds(period)
    return GroupedCount(
        name=THEMES,
        kind="comment_theme",
        by=("themes",),
        where=scope(space, region, LINK_PREFIX),
        exclude=(LINKED_VOIDED,),
        instant=LINKED_INSTANT,
        from_at=from_at,
        until_at=until_at,
        each="themes",
        link=ATTENTION,
    )


def _retention_runs(period: str, region: str | None, whose: tuple[str, ...]) -> GroupedCount:
    first, after = days(*month_bounds(period))
    return GroupedCount(
        name=RETENTION,
        kind="retention_run",
        by=(*whose, *_SAYS[RETENTION]),
        where=(*of_region(region), ("ran_on", "ge", first), ("ran_on", "lt", after)),
    )


def assemble(tallies: Tallies, *, public: bool) -> dict[str, list[Row]]:
    """Gather the answers to `spec`: the rows of each that has any.

    Args:
        tallies: The answers.
        public: The report leaves the house: how many wrote of a theme is left out, a few would be told.
    """
    found = {name: _rows(name, rows) for name, rows in tallies.items() if not (public and name == THEMES)}
    return {name: rows for name, rows in found.items() if rows}


def _rows(name: str, rows: list[Row]) -> list[Row]:
    if name == THEMES:
        return table((row for row in rows if row["themes"] is not None), ("themes",), names=("theme",))
    told = [
        # Of all regions each says whose it is.
        {one: row[one] for one in ("region",) if one in row}
        | (_of_goal(row) if name == OF_GOALS else {one: row[one] for one in _SAYS[name]})
        for row in rows
    ]
    return sorted(told, key=_order)


def _of_goal(row: Row) -> Row:
    about = {("goal_period" if path == "period" else path): row[f"{LINK_PREFIX}{path}"] for path in _GOAL}
    return {"period": row["period"], **about, "reason": row["reason"], "measure": row["measure"]}


def _order(row: Row) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in row.values())
