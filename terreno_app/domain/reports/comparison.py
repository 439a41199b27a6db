"""The totals of a summary beside those of the period before, of the same one a year earlier, and of the year so far.

They stand beside the figures (`cut_off.compared`) and outside the digest: what comes late to another month changes no
figure of this one, nor its close.

Source: domain.md 5.1, 1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.reports.counting import (
    INSTANT,
    VOIDED,
    change_percent,
    days,
    is_running,
    periods_before,
    scope,
    total,
)
from terreno_app.domain.reports.hiding import is_small, without
from terreno_app.domain.reports.outings import TOTALS, outing_figures, total_counts
from terreno_app.domain.reports.spec import GroupedCount, ReportSpec, Row, Tallies

NAME = "comparison"
COMPARED = "compared"
OF_PERSONS = ("attentions", "persons", "informed")
_PERSONS = "sum:persons_count"
_BEFORE, _YEAR_BEFORE, _ACCUMULATED = "before", "year_before", "accumulated"
_CHANGE = {_BEFORE: "before_change", _YEAR_BEFORE: "year_before_change"}

Window = tuple[str, str]


def spec(period: str, space: str | None, region: str | None) -> ReportSpec:
    """Say what the comparison needs: see `monthly_summary.spec`.

    Raises:
        InvalidPeriodError: the period, or the one a year earlier, is none.
    """
    counts: list[GroupedCount] = []
    for name, (from_at, until_at) in _windows(period).items():
        own = scope(space, region)
        whole = GroupedCount(
            name=f"{name}_totals",
            kind="attention",
            where=own,
            exclude=(VOIDED,),
            measures=("n", _PERSONS),
            instant=INSTANT,
            from_at=from_at,
            until_at=until_at,
        )
        held = total_counts(*days(from_at, until_at), space, region)
        counts += [whole, *(replace(one, name=f"{name}_{one.name}") for one in held)]
    return ReportSpec(NAME, period, {"space": space, "region": region}, tuple(counts))


def assemble(asked: ReportSpec, tallies: Tallies, totals: Mapping[str, int], cut_off: Mapping[str, Any]) -> list[Row]:
    """One row for each total of a summary; what is running has no change beside what is whole.

    Args:
        asked: What was asked.
        tallies: The answers.
        totals: Those of the summary of the same period, space and region.
        cut_off: Of that summary; `generated_at` says whether the period was over.
    """
    whole = not is_running(asked.period, cut_off)
    held = {name: _totals(name, window, tallies) for name, window in _windows(asked.period).items()}
    return [
        {
            "total": name,
            "n": n,
            _BEFORE: held[_BEFORE][name],
            _CHANGE[_BEFORE]: change_percent(held[_BEFORE][name], n) if whole else None,
            _YEAR_BEFORE: held[_YEAR_BEFORE][name],
            _CHANGE[_YEAR_BEFORE]: change_percent(held[_YEAR_BEFORE][name], n) if whole else None,
            _ACCUMULATED: held[_ACCUMULATED][name],
        }
        for name, n in totals.items()
    ]


def for_the_public(rows: Iterable[Row]) -> list[Row]:
    """The rows without figures of 1 to 4 persons.

    The year so far is left out where persons are counted: beside the months of the year it would tell a hidden one.
    """
    held = {row["total"]: row for row in rows}
    columns = ("n", _BEFORE, _YEAR_BEFORE)
    few = {column for column in columns if is_small(held["attentions"][column])}
    return [_public(row, few) if name in OF_PERSONS else row for name, row in held.items()]


def _public(row: Row, few: set[str]) -> Row:
    away = {
        column for column in ("n", *_CHANGE) if is_small(row[column]) or (column in few and row["total"] == "persons")
    }
    changes = {change for column, change in _CHANGE.items() if {"n", column} & away}
    return without(row, (*away, *changes, _ACCUMULATED))


def _windows(period: str) -> dict[str, Window]:
    """From when to when: the period before, the same a year earlier, and the year up to the end of the period."""
    (before,) = periods_before(period, 1)
    year = int(period[:4])
    return {
        _BEFORE: month_bounds(before),
        _YEAR_BEFORE: month_bounds(f"{year - 1:04}{period[4:]}"),
        _ACCUMULATED: (month_bounds(period[:4])[0], month_bounds(period)[1]),
    }


def _totals(name: str, window: Window, tallies: Tallies) -> dict[str, int]:
    outings = outing_figures(
        {count: tallies[f"{name}_{count}"] for count in TOTALS if f"{name}_{count}" in tallies}, *days(*window)
    )
    whole: list[dict[str, Any]] = tallies[f"{name}_totals"]
    return {
        "attentions": total(whole),
        "persons": total(whole, _PERSONS),
        "informed": outings.informed,
        "outings_done": outings.done,
        "outings_planned": outings.planned,
        "comunas_visited": outings.comunas_visited,
    }
