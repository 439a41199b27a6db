"""Which figures of the reports are counts of attentions, and which count told each.

In: a report, one of its tables, a column, and what the row says. Out: the names of the report's own counts and which of
their rows make the figure; None for what counts something else: percentiles, shares, persons, referrals, weighted
answers, and the items of a diagnosis. Nothing is asked here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from terreno_app.domain.reports import annual, coverage, monthly_summary, pmg, satisfaction
from terreno_app.domain.reports.actuals import MONTH, months_so_far
from terreno_app.domain.reports.counting import NOT_ASKED, OIRS, months_of
from terreno_app.domain.reports.outings import with_doubles
from terreno_app.domain.reports.spec import Row
from terreno_app.domain.reports.territory import WITH_SEX

Said = Mapping[str, tuple[Any, ...]]


def _every(_: Row) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Plan:
    """Which counted rows make a figure.

    Attributes:
        counts: Names of the report's counts; an attention in two of them is one.
        same: By path of a row, the values of which one must be there; an absent one is not asked.
        keep: What else must hold of a row.
        outings: The outings that stand for the row's; empty for all.
        comunas: The comunas where these are; empty for all.
        overdue: Only what was due before the day that the report looks at.
    """

    counts: tuple[str, ...]
    same: Said = field(default_factory=dict)
    keep: Callable[[Row], bool] = _every
    outings: tuple[Any, ...] = ()
    comunas: tuple[Any, ...] = ()
    overdue: bool = False


def plan_of(report: str, table: str, column: str, said: Said, period: str) -> Plan | None:
    """How a figure is found.

    Args:
        report: The report, or the chapter of an annual one.
        table: The table's name in it.
        column: The column of the figure; `figure` in an object.
        said: What the row says in its other columns; `path` in an object.
        period: That of the report.
    """
    find = _FOUND.get(report)
    return None if find is None else find(table, column, said, period)


# ---------------------------------------------------------------------- the monthly summary

_INSTITUTIONS = {
    "concerned": "concerned_institution",
    "oriented": "oriented_institution",
    "referred": "institution",
}
_FIELDS = {**monthly_summary.WHOLE_TABLES, "programme": ("programme",), "residence_comuna": ("residence_comuna",)}


def _of_summary(table: str, column: str, said: Said, _period: str) -> Plan | None:
    if table == "totals":
        return Plan(("totals",)) if _path(said) == "attentions" else None
    if table == "quality":
        return _of_quality(_path(said))
    if (table, column) == ("outings", "attentions"):
        return Plan(with_doubles("attentions_of_outings"), outings=said["outing"])
    return _of_rows(table, said) if column == "n" else None


def _of_rows(table: str, said: Said) -> Plan | None:
    if table in _FIELDS:
        return Plan((table,), {name: said[name] for name in _FIELDS[table] if name in said})
    if table == "institution":
        (role,) = said["role"]
        return Plan((role,), {_INSTITUTIONS[role]: said["institution"]})
    if table == "voices":
        return Plan(("voices",), {"concerned_institution": said["institution"], "type": said["type"]})
    return Plan(("by_hour",), {monthly_summary.HOUR: said["hour"]}) if table == "hours" else None


def _of_quality(path: str) -> Plan | None:
    if path in {"voided", "back_captured"}:
        return Plan((path,))
    name = path.removeprefix("missing.")
    known = monthly_summary.PROFILE.get(name)
    return None if known is None else Plan((known,), {name: (NOT_ASKED,)})


def _path(said: Said) -> str:
    return str(said["path"][0])


# ---------------------------------------------------------------------- coverage


def _of_coverage(table: str, column: str, said: Said, period: str) -> Plan | None:
    inside = months_of(period)
    if table == "totals":
        return _attended(inside) if _path(said) == "attentions" else None
    if (table, column) == ("by_month", "attentions"):
        return _attended(said["month"])
    if (table, column) == ("by_space", "n"):
        return _attended(said["month"], {"space": said["space"]})
    if (table, column) in {("comunas", "attentions"), ("women", "n"), ("women", "women")}:
        sexes: Mapping[str, Said] = {"attentions": {}, "n": {"sex": WITH_SEX}, "women": {"sex": ("F",)}}
        return _placed(inside, said["comuna"], sexes[column])
    return _of_goals(table, column, said, period)


def _of_goals(table: str, column: str, said: Said, period: str) -> Plan | None:
    if (table, column) not in {("goals", "actual"), ("progress", "actual_to_date")} or said["metric"] != (
        "attentions",
    ):
        return None
    months = months_so_far(period)
    if table == "goals":
        months = tuple(month for month in months_of(said["period"][0]) if month in months)
    if said["comuna"] != (None,):
        return _placed(months, said["comuna"])
    same = {name: said[name] for name in ("region", "space") if said[name] != (None,)}
    if same.get("space") == ("oirs",):
        same["space"] = OIRS
    return _attended(months, same)


def _attended(months: tuple[str, ...], same: Said | None = None) -> Plan:
    return Plan(("attended",), {MONTH: _numbered(months), **(same or {})})


def _placed(months: tuple[str, ...], comunas: tuple[Any, ...], same: Said | None = None) -> Plan:
    return Plan(("placed",), {MONTH: _numbered(months), **(same or {})}, comunas=comunas)


def _numbered(months: tuple[str, ...]) -> tuple[int, ...]:
    """Months as counts tell them."""
    return tuple(int(month.replace("-", "")) for month in months)


# ---------------------------------------------------------------------- indicators

_ANSWERS: Mapping[str, Plan] = {
    "complaints_received": Plan(("complaints_received",)),
    "complaints_answered": Plan(("complaints_closed",)),
    "complaints_in_term": Plan(("complaints_closed",), keep=pmg.answered_in_term),
    "complaints_pending": Plan(("complaints_pending",)),
    "requests_answered": Plan(("requests",)),
    "requests_in_term": Plan(("requests",), keep=pmg.request_in_term),
    "requests_overdue": Plan(("overdue",), overdue=True),
    "received_or_pending": Plan(("complaints_received", "complaints_pending")),
    "foi_answered": Plan(("requests",), {"type": (pmg.FOI,)}),
    "foi_in_term": Plan(("requests",), {"type": (pmg.FOI,)}, keep=pmg.request_in_term),
}
_INDICATORS: Mapping[str, Mapping[str, str]] = {
    "complaints_answered": {"numerator": "complaints_answered", "denominator": "complaints_received"},
    "complaints_answered_with_pending": {"numerator": "complaints_answered", "denominator": "received_or_pending"},
    "complaints_in_term": {"numerator": "complaints_in_term", "denominator": "complaints_answered"},
    "requests_in_term": {"numerator": "requests_in_term", "denominator": "requests_answered"},
    "foi_requests_in_term": {"numerator": "foi_in_term", "denominator": "foi_answered"},
}


def _of_indicators(table: str, column: str, said: Said, period: str) -> Plan | None:
    if table == "totals":
        return _ANSWERS.get(_path(said))
    if table == "indicators":
        return _ANSWERS.get(_INDICATORS.get(said["indicator"][0], {}).get(column, ""))
    by = {"requests": ("requests", "type"), "complaints_by_topic": ("complaints", "topic")}.get(table)
    if by is None:
        return _of_goals(table, column, said, period)
    about, name = by
    whole = _ANSWERS.get(f"{about}_{column}")
    return None if whole is None else Plan(whole.counts, {name: said[name]}, whole.keep)


# ---------------------------------------------------------------------- the survey


def _of_survey(table: str, column: str, said: Said, _period: str) -> Plan | None:
    """Who could not be drawn, and whom the answers stand beside; who answered is nobody's to look up."""
    if (table, column) == ("not_eligible", "n"):
        return Plan(("not_eligible",), {"draw.reason": said["reason"]})
    if (table, column) == ("respondents", "attentions") and len(said["dimension"]) == 1:
        (name,) = said["dimension"]
        return Plan((f"all_by_{name}",), {name: said["value"]})
    return None


# ---------------------------------------------------------------------- the year

_OF_YEAR: Mapping[tuple[str, str], tuple[str, str]] = {
    ("topics", "n"): ("monthly_summary_topic_by_sex", "topic"),
    ("topics", "before"): ("topics_before", "topic"),
    ("organisations", "n"): ("organisations", "org_type"),
    ("languages", "n"): ("languages", "language"),
}


def _of_annual(table: str, column: str, said: Said, _period: str) -> Plan | None:
    if table == "totals":
        return Plan(("monthly_summary_totals",)) if _path(said) == "attentions" else None
    if table == "interpreters":
        return Plan(("interpreters",))
    if (table, column) == ("products_to_leaders", "n"):
        same = {"user_type": (str(annual.LEADER[2]),), "dos_products": said["product"]}
        return Plan(("clients_by_product",), same)
    known = _OF_YEAR.get((table, column))
    return None if known is None else Plan((known[0],), {known[1]: said[known[1]]})


_FOUND: Mapping[str, Callable[[str, str, Said, str], Plan | None]] = {
    monthly_summary.NAME: _of_summary,
    coverage.NAME: _of_coverage,
    pmg.NAME: _of_indicators,
    satisfaction.NAME: _of_survey,
    annual.NAME: _of_annual,
}
