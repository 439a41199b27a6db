"""What the public may see of the annual report: each chapter as its report is published, and no group of 1 to 4.

The chapters tell of the same attentions. What one hides, no other may tell: a space by its months, an outing by its
comuna, a theme or a type by the sum of its sexes, leaders by their organisations.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from terreno_app.domain.reports import coverage, monthly_summary, pmg, satisfaction
from terreno_app.domain.reports.coverage_public import public_figures as public_coverage
from terreno_app.domain.reports.coverage_public import spaces_tell
from terreno_app.domain.reports.crossing import crossing_tells
from terreno_app.domain.reports.hiding import (
    Figures,
    hide,
    is_small,
    silent_values,
    without,
)
from terreno_app.domain.reports.monthly_summary import CROSSED
from terreno_app.domain.reports.pmg_public import public_answers
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.satisfaction_public import public_figures as public_satisfaction
from terreno_app.domain.reports.spec import Row

LEADER = "community_leader"
ONE_MEASURE = ("organisations", "products_to_leaders", "languages", "rights_requests")


def public_figures(report: Report, public_summary: Callable[[Report], Figures]) -> Figures:
    """The totals and tables that may be published; `public_summary` is how the monthly summary is published."""
    chapters = dict(report.tables["chapters"])
    published = {
        monthly_summary.NAME: public_summary,
        coverage.NAME: lambda one: public_coverage(one, _silent_spaces(chapters)),
        satisfaction.NAME: public_satisfaction,
    }
    for name, publish in published.items():
        whole = replace(report, report=name, totals=chapters[name]["totals"], tables=chapters[name]["tables"])
        chapters[name] = _chapter(publish(whole))
    chapters[pmg.NAME] = _chapter(public_answers(chapters[pmg.NAME]["totals"], chapters[pmg.NAME]["tables"]))
    summary = chapters[monthly_summary.NAME]
    whole = report.tables["chapters"][monthly_summary.NAME]["tables"]
    told = _Told(whole, summary["tables"])
    counted, published_months = (
        held[coverage.NAME]["tables"]["by_space"] for held in (report.tables["chapters"], chapters)
    )
    if spaces_tell(counted, published_months, _silent_spaces(chapters)):
        summary["tables"]["spaces"] = [without(row, ("n",)) for row in summary["tables"]["spaces"]]
    asked = chapters[satisfaction.NAME]["tables"]
    asked["respondents"] = [
        row if told.is_told(row["dimension"], row["value"]) else without(row, ("attentions", "attentions_percent"))
        for row in asked["respondents"]
    ]
    tables = dict(report.tables) | {"chapters": chapters}
    for name in ONE_MEASURE:
        tables[name] = hide(tables[name], "n")
    if any(row["n"] is None and row["user_type"] == LEADER for row in summary["tables"]["user_type"]):
        tables["organisations"] = [without(row, ("n",)) for row in tables["organisations"]]
    tables["topics"] = [
        without(row, ("change",)) if None in (row["n"], row["before"]) else row
        for row in hide(
            [
                row if told.is_told("topic", row["topic"]) else without(row, ("n",))
                for row in hide(tables["topics"], "n")
            ],
            "before",
        )
    ]
    tables["interpreters"] = {name: None if is_small(n) else n for name, n in tables["interpreters"].items()}
    tables["clients"] = [_client(row, summary) for row in tables["clients"]]
    if summary["totals"]["attentions"] is None:
        tables |= {name: [] for name in ("topics", "organisations", "products_to_leaders", "languages")}
        tables["interpreters"] = dict.fromkeys(tables["interpreters"])
        tables["clients"] = [without(row, ("attended", "informed", "sum")) for row in tables["clients"]]
    tables["breaches"] = {
        name: None if name == "approximate_persons" and is_small(n) else n for name, n in tables["breaches"].items()
    }
    return dict(summary["totals"]), tables


def _silent_spaces(chapters: Mapping[str, Any]) -> set[str]:
    """The spaces whose year the summary, once published, hides."""
    return {row["space"] for row in chapters[monthly_summary.NAME]["tables"]["spaces"] if row["n"] is None}


class _Told:
    """Which sums of the summary's tables another chapter may tell."""

    def __init__(self, whole: Mapping[str, list[Row]], shown: Mapping[str, list[Row]]) -> None:
        silent = {name: silent_values(whole[name], by) for name, (by, _) in CROSSED.items()}
        values = {name: {row[by] for row in whole[name]} for name, (by, _) in CROSSED.items()}
        tells = crossing_tells(whole, shown, {name: values[name] - silent[name] for name in CROSSED})
        self._silent: dict[str, Collection[str]] = {
            by: values[name] if tells else silent[name] for name, (by, _) in CROSSED.items()
        }
        self._silent["sex"] = silent_values(whole["type_by_sex"], "sex")

    def is_told(self, dimension: str, value: str) -> bool:
        """Whether the sum of a value of a dimension may be seen."""
        return value not in self._silent.get(dimension, ())


def _chapter(figures: Figures) -> dict[str, Any]:
    totals, tables = figures
    return {"totals": totals, "tables": tables}


def _client(row: Row, summary: Mapping[str, Any]) -> Row:
    """A client is a sum of types of user: where one of those is hidden, so is every client that is not everybody."""
    everybody = row["sum"] is not None
    hidden_types = any(one["n"] is None for one in summary["tables"]["user_type"])
    gone = hidden_types if not everybody else any(summary["totals"][name] is None for name in ("persons", "informed"))
    return without(row, ("attended", "informed", "sum")) if gone or is_small(row["attended"]) else row
