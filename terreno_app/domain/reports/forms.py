"""With which versions of the form the attentions of a report were taken: its header says so, beside the catalogues.

In: what a report asks. Out: one more count to ask with it, and from its answer the versions. A version is what the
record itself says (`form_version`); it counts in no figure and stands outside the digest.

Source: domain.md 5, «Common: header».
"""

from collections.abc import Iterable

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.reports.sample import Window
from terreno_app.domain.reports.spec import GroupedCount, ReportSpec, Row

NAME = "form_versions"
FIELD = "form_version"


def count_of(asked: ReportSpec) -> GroupedCount | None:
    """Ask for the versions of the attentions of the period; None where a report counts no attention."""
    if all(count.kind != "attention" for count in asked.counts):
        return None
    window = Window(*month_bounds(asked.period), asked.filters["space"], asked.filters["region"])
    return window.attentions(NAME, (FIELD,))


def versions(rows: Iterable[Row]) -> list[str]:
    """The versions among the answers to `count_of`, in order; an attention that says none has the empty one."""
    return sorted({row[FIELD] or "" for row in rows})
