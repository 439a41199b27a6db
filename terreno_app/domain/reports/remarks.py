"""What coordination writes beside figures: why a goal was missed, the year in words, themes, and retention runs.

Like the opinions of a month they are written down a few times a year; a coordination laptop reads those that it holds,
and they stand beside the figures (`cut_off`), outside their digest, so that writing one changes no figure.

Source: domain.md 5.2 («reason and measure text»), 5.3 («comments coded by theme»), 5.5 («executive summary», «retention
runs», «lessons and plan»).
"""

from collections.abc import Collection

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
from terreno_app.domain.reports.spec import LINK_PREFIX, GroupedCount, ReportSpec, Row, Tallies

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

SUPERSEDED, MISSING = "superseded", "missing"
"""Of a goal that somebody spoke of: another stands in its place, or it is not here. What was said stays."""

_GOALS = "goals_spoken_of"
_ABOUT = ("metric", "goal_period", "space", "comuna", "goal_state")
_SAYS = {
    OF_GOALS: ("period", *_ABOUT, "reason", "measure"),
    OF_THE_YEAR: ("summary", "lessons", "plan"),
    RETENTION: ("ran_on", "what", "records", "notes"),
}


def spec(report: str, period: str, space: str | None, region: str | None) -> ReportSpec:
    """Say what stands beside a report: see `monthly_summary.spec`; nothing beside most of them."""
    need_space(space)
    whose = ("id",) if region is not None else ("id", "region")
    asked = {
        OF_GOALS: _goal_remarks(period, region, whose),
        OF_THE_YEAR: (
            GroupedCount(
                name=OF_THE_YEAR,
                kind="year_remark",
                by=(*whose, *_SAYS[OF_THE_YEAR]),
                where=(*of_region(region), ("year", "eq", int(period[:4]))),
            ),
        ),
        THEMES: (_themes(period, space, region),),
        RETENTION: (_retention_runs(period, region, whose),),
    }
    return ReportSpec(
        report=report,
        period=period,
        filters={"space": space, "region": region},
        counts=tuple(one for name in OF_REPORT.get(report, ()) for one in asked[name]),
    )


def _goal_remarks(period: str, region: str | None, whose: tuple[str, ...]) -> tuple[GroupedCount, ...]:
    """What was said, and the goals: apart, so that nothing is lost that was said of one that is not here."""
    said = GroupedCount(
        name=OF_GOALS,
        kind="goal_remark",
        by=(*whose, "goal", "period", "reason", "measure"),
        where=(*of_region(region), ("period", "in", periods_within(period))),
    )
    return said, GroupedCount(
        name=_GOALS, kind="coverage_goal", by=("id", "supersedes", "metric", "period", "space", "comuna")
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


def assemble(asked: ReportSpec, tallies: Tallies, *, public: bool) -> dict[str, list[Row]]:
    """Gather the answers to `spec`: the rows of each that has any.

    Args:
        asked: What was asked.
        tallies: The answers.
        public: The report leaves the house: how many wrote of a theme is left out, a few would be told.
    """
    held = dict(tallies)
    if OF_GOALS in held:
        held[OF_GOALS] = _with_their_goals(held[OF_GOALS], held.pop(_GOALS), asked.filters["space"])
    found = {name: _rows(name, rows) for name, rows in held.items() if not (public and name == THEMES)}
    return {name: rows for name, rows in found.items() if rows}


def _rows(name: str, rows: list[Row]) -> list[Row]:
    if name == THEMES:
        return table((row for row in rows if row["themes"] is not None), ("themes",), names=("theme",))
    told = [
        # Of all regions each says whose it is.
        {one: row[one] for one in ("region",) if one in row} | {one: row[one] for one in _SAYS[name]}
        for row in rows
    ]
    return sorted(told, key=_order)


def _with_their_goals(said: list[Row], goals: list[Row], space: str | None) -> list[Row]:
    """What was said, each with what its goal is about; of the goals of other spaces nothing is."""
    others = () if space is None else other_spaces(space)
    held = {row["id"]: row for row in goals}
    superseded = {row["supersedes"] for row in goals}
    return [
        row | _about(held.get(row["goal"]), superseded)
        for row in said
        if row["goal"] not in held or held[row["goal"]]["space"] not in others
    ]


def _about(goal: Row | None, superseded: Collection[str | None]) -> Row:
    if goal is None:
        return dict.fromkeys(_ABOUT) | {"goal_state": MISSING}
    state = SUPERSEDED if goal["id"] in superseded else None
    return {"goal_period": goal["period"], "goal_state": state} | {name: goal[name] for name in _ABOUT if name in goal}


def _order(row: Row) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in row.values())
