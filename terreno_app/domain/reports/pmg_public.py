"""What the public may see of the indicators: no complaint by itself, no group of 1 to 4 on a side of a share."""

from collections.abc import Mapping
from typing import Any

from terreno_app.domain.reports.counting import total
from terreno_app.domain.reports.coverage_public import PERSONS
from terreno_app.domain.reports.hiding import Figures, hidden, hide, is_small, without
from terreno_app.domain.reports.pmg import FOI
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import Row

_OF_INDICATORS = ("numerator", "denominator", "percent")
_OF_REQUESTS = ("answered", "in_term", "average_days", "p90_days")
# The totals that would tell an indicator which is hidden.
_TOLD_BY = {
    "complaints_answered": "complaints_answered",
    "complaints_answered_with_pending": "complaints_pending",
    "complaints_in_term": "complaints_in_term",
    "requests_in_term": "requests_in_term",
}
# Those of an indicator first: what is shown there is not hidden here.
_OF_REFERRALS = ("in_24_hours", "sent", "in_one_business_day")
_OF_ANSWERED = frozenset({"complaints_answered", "complaints_answered_with_pending", "complaints_in_term"})
"""The indicators in which the answered complaints stand."""


def public_figures(report: Report) -> Figures:
    """The totals and tables that may be published."""
    totals, tables = public_answers(report.totals, report.tables)
    surveys = tables["surveys"]
    tables["surveys"] = [] if is_small(total(surveys)) else hide(surveys, "n")
    tables["goals"] = [
        without(row, ("actual", "attainment")) if row["metric"] in PERSONS else row for row in tables["goals"]
    ]
    return totals, tables


def public_answers(totals: Mapping[str, Any], tables: Mapping[str, Any]) -> Figures:
    """The same of what is said of complaints, requests and referrals, here and in the annual report."""
    requests = _requests(tables["requests"])
    told = {row["type"] for row in requests if row["in_term"] is not None}
    silent = is_small(total(tables["requests"], "answered")) or any(
        row["type"] == FOI and FOI not in told for row in tables["requests"]
    )
    indicators = [
        without(row, _OF_INDICATORS) if _tells_few(row, totals, foi_is_silent=silent) else row
        for row in tables["indicators"]
    ]
    if any(row["indicator"] == "complaints_answered" and row["numerator"] is None for row in indicators):
        indicators = [without(row, _OF_INDICATORS) if row["indicator"] in _OF_ANSWERED else row for row in indicators]
    gone = {_TOLD_BY.get(row["indicator"]) for row in indicators if row["numerator"] is None}
    shown = {name: None if is_small(n) or name in gone else n for name, n in totals.items()}
    return shown, dict(tables) | {
        **{name: [] for name in ("complaints", "complaints_by_topic") if name in tables},
        "requests": requests,
        "indicators": indicators,
        "referrals": _referrals(tables["referrals"]),
    }


def _tells_few(row: Row, totals: Mapping[str, Any], *, foi_is_silent: bool) -> bool:
    numerator, denominator = row["numerator"], row["denominator"]
    if row["verification"] == "goals" or row["indicator"] == "spaces_surveyed":
        return False
    few = is_small(numerator) or is_small(denominator) or is_small(abs(denominator - numerator))
    pending = row["indicator"] == "complaints_answered_with_pending" and is_small(totals["complaints_pending"])
    return few or pending or (row["indicator"] == "foi_requests_in_term" and foi_is_silent)


def _requests(rows: list[Row]) -> list[Row]:
    """Of each type, those answered in term and those answered late are two cells, and a reader knows their sum.

    Where so few were answered or are overdue in all, no row says of which type.
    """
    few = {name for name in ("answered", "overdue") if is_small(total(rows, name))}
    rows = [row for row in rows if any(row[name] for name in ("answered", "overdue") if name not in few)]
    cells = {
        (place, side): n
        for place, row in enumerate(rows)
        for side, n in (("in_term", row["in_term"]), ("late", row["answered"] - row["in_term"]))
    }
    lines = [[(place, side) for side in ("in_term", "late")] for place in range(len(rows))]
    lines += [[(place, side) for place in range(len(rows))] for side in ("in_term", "late")]
    away = {place for place, _ in hidden(cells, lines)}
    shown = [
        without(row, _OF_REQUESTS) if place in away or "answered" in few else row for place, row in enumerate(rows)
    ]
    return [without(row, ("overdue",)) for row in shown] if "overdue" in few else hide(shown, "overdue")


def _referrals(counts: Mapping[str, int]) -> dict[str, int | None]:
    """How many referrals were sent, and how soon: none of a few, nor what differs by a few from what is shown."""
    shown: dict[str, int] = {}
    if not is_small(counts["n"]):
        for name in ("n", *_OF_REFERRALS):
            if not any(is_small(abs(other - counts[name])) for other in (0, *shown.values())):
                shown[name] = counts[name]
    return {name: shown.get(name) for name in counts}
