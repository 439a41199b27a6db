"""How many attentions in each of the thirteen months that end with the report's: the same month last year is the first.

It stands beside the monthly summary and is no part of it, nor of its digest.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from terreno_app.domain.clock import InvalidPeriodError, month_bounds
from terreno_app.domain.reports.counting import INSTANT, month_at, month_written, place_of, scope
from terreno_app.domain.reports.derived import INSTANT as AT
from terreno_app.domain.reports.derived import month
from terreno_app.domain.reports.hiding import is_small
from terreno_app.domain.reports.spec import GroupedCount, ReportSpec, Tallies

NAME = "trend"
MONTHS_SHOWN = 13
MONTH = month(AT)


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """A month, `2026-11`, and its attentions; None when the public may not see them."""

    month: str
    attentions: int | None


def months(period: str) -> tuple[str, ...]:
    """Return the thirteen months that end with this one.

    Raises:
        InvalidPeriodError: the period is no month.
    """
    month_bounds(period)
    if len(period) != len("2026-11") or "Q" in period:
        raise InvalidPeriodError("only a month has a trend")
    last = place_of(period)
    return tuple(month_at(place) for place in range(last - MONTHS_SHOWN + 1, last + 1))


def spec(period: str, space: str | None, region: str | None) -> ReportSpec:
    """Say what the trend needs: see `monthly_summary.spec`."""
    first, last = months(period)[0], period
    return ReportSpec(
        report=NAME,
        period=period,
        filters={"space": space, "region": region},
        counts=(
            GroupedCount(
                name="months",
                kind="attention",
                by=(MONTH,),
                where=scope(space, region),
                exclude=(("status", "eq", "voided"),),
                instant=INSTANT,
                from_at=month_bounds(first)[0],
                until_at=month_bounds(last)[1],
            ),
        ),
    )


def assemble(asked: ReportSpec, tallies: Tallies, *, public: bool = False) -> tuple[MonthFigure, ...]:
    """Gather the answer to `spec` by month, the oldest first; `public` hides months of 1 to 4 attentions."""
    counts: Counter[str] = Counter()
    for row in tallies["months"]:
        counts[_month(row)] += row["n"]
    return tuple(
        MonthFigure(month, None if public and is_small(counts[month]) else counts[month])
        for month in months(asked.period)
    )


def _month(row: Mapping[str, Any]) -> str:
    return month_written(row[MONTH])
