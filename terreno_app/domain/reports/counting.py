"""What the counts of every report have in common: the spaces, the instant of an attention, days, months, and tables.

Nothing here knows one report. Every report counts an attention in the period of `INSTANT`, and an absent field as not
asked.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from terreno_app.domain.clock import month_bounds, parse_instant, santiago_day
from terreno_app.domain.reports.spec import LINK_PREFIX, Condition, Row, SpecError

SPACES = ("oirs_terreno", "oirs", "tic", "buzon")
OIRS = ("oirs", "oirs_terreno")
NOT_ASKED = "NS"
INSTANT = ("received_at_corrected.value", "received_at")
LINKED_INSTANT = tuple(f"{LINK_PREFIX}{path}" for path in INSTANT)
VOIDED: Condition = ("status", "eq", "voided")
LINKED_VOIDED: Condition = (f"{LINK_PREFIX}status", "eq", "voided")
MONTHS_OF_A_YEAR = 12


def need_space(space: str | None) -> None:
    """Raises: SpecError: there is no such space."""
    if space is not None and space not in SPACES:
        raise SpecError("there is no such space of attention")


def scope(space: str | None, region: str | None, prefix: str = "") -> tuple[Condition, ...]:
    """The conditions under which attentions count; `prefix` reads them from a linked attention (`link.`)."""
    conditions = of_region(region, prefix)
    if space == "oirs":
        conditions += ((f"{prefix}space", "in", OIRS),)
    elif space is not None:
        conditions += ((f"{prefix}space", "eq", space),)
    return conditions


def of_region(region: str | None, prefix: str = "") -> tuple[Condition, ...]:
    """The condition of a region; none for all."""
    return () if region is None else ((f"{prefix}region", "eq", region),)


def day_looked_at(until_on: str, cut_off: Mapping[str, Any]) -> date:
    """The day on which what was due before it is overdue: that after the period, or today while the period lasts.

    Args:
        until_on: The first day after the period.
        cut_off: Of the report; `generated_at` says which day it is.
    """
    after = date.fromisoformat(until_on)
    made_at = cut_off.get("generated_at")
    return after if made_at is None else min(after, santiago_day(made_at))


def looked_at(period: str, cut_off: Mapping[str, Any]) -> date:
    """The same of a period by its name.

    Raises:
        InvalidPeriodError: it is none.
    """
    return day_looked_at(days(*month_bounds(period))[1], cut_off)


def is_running(period: str, cut_off: Mapping[str, Any]) -> bool:
    """Whether a report was made before its period was over.

    Raises:
        InvalidPeriodError: it is none.
    """
    return looked_at(period, cut_off).isoformat() < days(*month_bounds(period))[1]


def passed_of(month: str, day: date) -> float:
    """Which part of a month's days is over when a day begins, between 0 and 1.

    Raises:
        InvalidPeriodError: it is no month.
    """
    first, after = map(date.fromisoformat, days(*month_bounds(month)))
    return min(1.0, max(0.0, (day - first) / (after - first)))


def days(from_at: str, until_at: str) -> tuple[str, str]:
    """The first day of a period and the first one after it. Noon, so that no clock change moves a day."""
    noon = timedelta(hours=12)
    first, after = (santiago_day(parse_instant(bound) + noon) for bound in (from_at, until_at))
    return first.isoformat(), after.isoformat()


def months_of(period: str) -> tuple[str, ...]:
    """The months of a period, in order.

    Raises:
        InvalidPeriodError: it is none.
    """
    first, after = (place_of(day) for day in days(*month_bounds(period)))
    return tuple(month_at(place) for place in range(first, after))


def periods_before(period: str, count: int) -> tuple[str, ...]:
    """So many periods of the same length that come before one, the oldest first.

    Raises:
        InvalidPeriodError: it is none.
    """
    months = months_of(period)
    first = place_of(months[0])
    return tuple(_period_at(first - back * len(months), len(months)) for back in range(count, 0, -1))


def _period_at(place: int, length: int) -> str:
    month = month_at(place)
    if length == MONTHS_OF_A_YEAR:
        return month[:4]
    return month if length == 1 else f"{month[:4]}-Q{int(month[5:]) // length + 1}"


def place_of(day: str) -> int:
    """The place of a day's month among all months, so that they can be counted."""
    return int(day[:4]) * MONTHS_OF_A_YEAR + int(day[5:7]) - 1


def month_at(place: int) -> str:
    """The month at a place: `2026-11`."""
    year, month = divmod(place, MONTHS_OF_A_YEAR)
    return f"{year}-{month + 1:02}"


def month_written(number: int | None) -> str:
    """A month that a count told as a number, as periods are written; empty for none."""
    return "" if number is None else f"{number // 100}-{number % 100:02}"


def table(rows: Iterable[Row], by: tuple[str, ...], measure: str = "n", names: tuple[str, ...] = ()) -> list[Row]:
    """Rows of a table, in order, without empty ones: the values of `by` (called `names`) and `n`."""
    counts: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        counts[tuple(NOT_ASKED if row[name] is None else str(row[name]) for name in by)] += row[measure]
    return [dict(zip(names or by, key, strict=True)) | {"n": n} for key, n in sorted(counts.items()) if n]


def total(rows: Iterable[Row], measure: str = "n") -> int:
    """The sum of a measure."""
    return sum(row[measure] for row in rows)


def percent(part: float, whole: float | None) -> str | None:
    """A share in percent, as decimal text; None of nothing."""
    return f"{100 * part / whole:.1f}" if whole else None


def tenths(part: int, whole: int) -> str:
    """A quotient with one decimal, as decimal text; halves are rounded up."""
    units, tenth = divmod((20 * part + whole) // (2 * whole), 10)
    return f"{units}.{tenth}"


def nearest_rank(histogram: Mapping[int, int], percent: int) -> int | None:
    """Return the percentile of values given as {value: times seen}: the smallest that `percent` % do not exceed."""
    rank = math.ceil(sum(histogram.values()) * percent / 100)
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= rank:
            return value
    return None


def change_percent(before: int | None, now: int | None) -> str | None:
    """A change in percent with one decimal, halves away from zero; None without a base."""
    if not before or now is None:
        return None
    return ("-" if now < before else "") + tenths(100 * abs(now - before), before)
