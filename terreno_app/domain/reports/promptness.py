"""How many attentions of a month the centre had within a day. Only the centre knows when it took something in.

In: what a report asks. Out: one more count to ask with it, and from its answer the figure, which stands in the cut-off
(`synced_within_24h`), outside the digest. A laptop does not know it, nor a centre that counts anew: they say nothing.

Source: domain.md 5.1, 12 («synced ≤ 24 h %»); records.md, «Reports as JSON».
"""

from collections.abc import Iterable
from typing import Any

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.reports.sample import Window
from terreno_app.domain.reports.spec import GroupedCount, ReportSpec, Row

NAME = "synced_within_24h"
WITHIN_S = 24 * 3600
_SOON = "accepted_soon"


def count_of(asked: ReportSpec) -> GroupedCount:
    """Ask for the attentions of the period by whether the centre had them soon."""
    window = Window(*month_bounds(asked.period), asked.filters["space"], asked.filters["region"])
    return window.attentions(NAME, (_SOON,))


def promptness(rows: Iterable[Row]) -> dict[str, Any] | None:
    """{`n`, `of`} from the answers to `count_of`; None where of one it is not known, or there is none."""
    counted = {row[_SOON]: row["n"] for row in rows}
    if not counted or not counted.keys() <= {0, 1}:
        return None
    return {"n": counted.get(1, 0), "of": sum(counted.values())}
