"""What the public may see of the annual report: each chapter as its report is published, and no group of 1 to 4."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from terreno_app.domain.reports import coverage, monthly_summary, pmg, satisfaction
from terreno_app.domain.reports.coverage_public import public_figures as public_coverage
from terreno_app.domain.reports.hiding import Figures, hide, is_small, without
from terreno_app.domain.reports.pmg_public import public_answers
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.satisfaction_public import public_figures as public_satisfaction
from terreno_app.domain.reports.spec import Row

ONE_MEASURE = ("organisations", "products_to_leaders", "languages", "rights_requests")


def public_figures(report: Report, public_summary: Callable[[Report], Figures]) -> Figures:
    """The totals and tables that may be published; `public_summary` is how the monthly summary is published."""
    chapters = dict(report.tables["chapters"])
    published = {
        monthly_summary.NAME: public_summary,
        coverage.NAME: public_coverage,
        satisfaction.NAME: public_satisfaction,
    }
    for name, publish in published.items():
        whole = replace(report, report=name, totals=chapters[name]["totals"], tables=chapters[name]["tables"])
        chapters[name] = _chapter(publish(whole))
    chapters[pmg.NAME] = _chapter(public_answers(chapters[pmg.NAME]["totals"], chapters[pmg.NAME]["tables"]))
    summary = chapters[monthly_summary.NAME]
    tables = dict(report.tables) | {"chapters": chapters}
    for name in ONE_MEASURE:
        tables[name] = hide(tables[name], "n")
    tables["topics"] = [
        without(row, ("change",)) if None in (row["n"], row["before"]) else row
        for row in hide(hide(tables["topics"], "n"), "before")
    ]
    tables["interpreters"] = {name: None if is_small(n) else n for name, n in tables["interpreters"].items()}
    tables["clients"] = [_client(row, summary) for row in tables["clients"]]
    tables["breaches"] = {
        name: None if name == "approximate_persons" and is_small(n) else n for name, n in tables["breaches"].items()
    }
    return dict(summary["totals"]), tables


def _chapter(figures: Figures) -> dict[str, Any]:
    totals, tables = figures
    return {"totals": totals, "tables": tables}


def _client(row: Row, summary: Mapping[str, Any]) -> Row:
    """A client is a sum of types of user: where one of those is hidden, so is every client that is not everybody."""
    everybody = row["sum"] is not None
    hidden_types = any(one["n"] is None for one in summary["tables"]["user_type"])
    gone = hidden_types if not everybody else any(summary["totals"][name] is None for name in ("persons", "informed"))
    return without(row, ("attended", "informed", "sum")) if gone or is_small(row["attended"]) else row
