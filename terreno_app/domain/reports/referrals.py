"""How far referrals have come: sent, acknowledged, answered, overdue, and the days that an answer took.

A referral belongs to the month of its attention. Steps add up: what was answered was also sent. Whether one is overdue
is looked at on the last day of the period, or today while the period lasts, so that a month that is over says the same
for ever of the same records.

Source: domain.md 5.1, 9.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from terreno_app.domain.referral import is_overdue
from terreno_app.domain.reports.counting import (
    LINKED_INSTANT,
    LINKED_VOIDED,
    VOIDED,
    day_looked_at,
    nearest_rank,
    scope,
)
from terreno_app.domain.reports.derived import days_from, has
from terreno_app.domain.reports.hiding import is_small
from terreno_app.domain.reports.spec import LINK_PREFIX, GroupedCount, Link, Row

ALL, OVERDUE = "referrals", "overdue"
STEPS = ("sent", "acknowledged", "answered")
SUMS = (ALL, *STEPS, OVERDUE)
HAS: Mapping[str, str] = {step: has(f"{step}_at") for step in STEPS}
TOOK = days_from("sent_at", "answered_at")
# What a status says was reached, where the instant of the step was not written down.
_REACHED: Mapping[str, int] = {"sent": 1, "acknowledged": 2, "not_competent": 2, "answered": 3}


def step_counts(space: str | None, region: str | None, **window: Any) -> tuple[GroupedCount, GroupedCount]:
    """Ask how far the referrals of a window's attentions have come, and the days that their answers took."""
    steps = GroupedCount(
        name="referral_steps",
        kind="referral",
        by=("status", "due_on", *HAS.values()),
        where=scope(space, region, LINK_PREFIX),
        exclude=(VOIDED, LINKED_VOIDED),
        instant=LINKED_INSTANT,
        link=Link("attention", "attention"),
        **window,
    )
    return steps, replace(steps, name="referral_took", by=(TOOK,))


def step_figures(
    rows: Iterable[Row], took: Iterable[Row], until_on: str, cut_off: Mapping[str, Any]
) -> dict[str, int | None]:
    """Gather the answers to `step_counts`.

    Args:
        rows: How far they have come.
        took: The days from sending to answer; of an answer before the sending they are none.
        until_on: The first day after the period.
        cut_off: Of the report; `generated_at` says which day it is.
    """
    day = day_looked_at(until_on, cut_off)
    counts = Counter(dict.fromkeys(SUMS, 0))
    for row in rows:
        n = row["n"]
        counts[ALL] += n
        reached = max(_REACHED.get(str(row["status"]), 0), _by_instants(row))
        for step in STEPS[:reached]:
            counts[step] += n
        counts[OVERDUE] += n * (row["status"] == OVERDUE or is_overdue(row, day))
    days = {row[TOOK]: row["n"] for row in took if row[TOOK] is not None and row[TOOK] >= 0}
    return {**counts, "days_p50": nearest_rank(days, 50)}


def public_steps(figures: Mapping[str, int | None], *, hidden: bool) -> dict[str, int | None]:
    """What the public may see of `step_figures`: all, or nothing where few stand at some step.

    Args:
        figures: The figures.
        hidden: A status of the referrals is hidden: what the steps add up to would tell it.
    """
    n, sent, acknowledged, answered, overdue = (figures[name] or 0 for name in SUMS)
    apart = (n - sent, sent - acknowledged, acknowledged - answered, answered, overdue, n - answered - overdue)
    return dict.fromkeys(figures) if hidden or any(map(is_small, apart)) else dict(figures)


def _by_instants(row: Row) -> int:
    """How many steps the last written instant says were made."""
    return max((place for place, step in enumerate(STEPS, start=1) if row[HAS[step]]), default=0)
