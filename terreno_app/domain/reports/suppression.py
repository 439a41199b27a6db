"""The public version of each report: figures of 1 to 4 persons are hidden, and those that would give them away.

How figures are chosen stands in `hiding`; here stands which figures of a report a reader could add up. In the monthly
summary the `missing` figure of a field repeats the «not asked» cells of its table and goes with them; the sexes stand
behind three tables, so that a sex whose sum is hidden shows in none; and the voices of a type add up to its row.

What this does not prove: that no figure follows from two reports (a month within its quarter, a region within the
country), which is why each says with which it may not be published (`together`), or from the percentiles.

Source: Ley 19.628 art. 16 quinquies (statistics are published anonymised); domain.md 5.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from terreno_app.domain.reports import (
    annual,
    annual_public,
    coverage,
    coverage_public,
    diagnosis,
    monthly_summary,
    pmg,
    pmg_public,
    satisfaction,
    satisfaction_public,
)
from terreno_app.domain.reports.counting import NOT_ASKED
from terreno_app.domain.reports.crossing import crossing_tells
from terreno_app.domain.reports.hiding import (
    Figures,
    hide,
    is_small,
    silent_values,
    without,
)
from terreno_app.domain.reports.monthly_summary import CROSSED, PROFILE, VOICES
from terreno_app.domain.reports.referrals import public_steps
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import Row
from terreno_app.domain.reports.together import NOT_TOGETHER, overlapping

PERSON_TOTALS = ("attentions", "persons", "informed")


def for_the_public(report: Report) -> Report:
    """Return the report as it may be published; its digest is that of the figures that are left."""
    totals, tables = _PUBLIC[report.report](report)
    apart = list(overlapping(report.report, report.period))
    cut_off = {**report.cut_off, **({NOT_TOGETHER: apart} if apart else {})}
    return replace(report, totals=totals, tables=tables, suppressed=True, cut_off=cut_off)


def _monthly_summary(report: Report) -> Figures:
    tables = {name: _table(name, content) for name, content in report.tables.items()}
    if crossing_tells(report.tables, tables, {"type_by_sex": VOICES}):
        tables["voices"] = [without(row, ("n",)) for row in tables["voices"]]
    tables["residence_comuna"] = _residence(report.tables["residence_comuna"], report.totals["attentions"])
    silent = any(row["n"] is None for row in tables["referrals"])
    tables["referral_steps"] = public_steps(report.tables["referral_steps"], hidden=silent)
    tables["quality"] = _quality(report.tables["quality"], tables)
    totals = {
        name: None if name in PERSON_TOTALS and is_small(value) else value for name, value in report.totals.items()
    }
    if totals["attentions"] is None:
        totals["persons"] = None
        tables = _of_few(tables)
    return totals, tables


def _of_few(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Of 1 to 4 attentions no row is told: whoever came would be known by the rows that hide a figure."""
    quality = tables["quality"]
    outings = [without(row, ("attentions", "per_hour")) for row in tables.get("outings", ())]
    return {name: [] for name in tables} | {
        **({"outings": outings} if "outings" in tables else {}),
        "referral_steps": dict.fromkeys(tables["referral_steps"]),
        "times": dict.fromkeys(tables["times"]),
        "quality": {
            **dict.fromkeys(quality),
            "voided": quality["voided"],
            "missing": {},
        },
    }


def _table(name: str, content: Any) -> Any:
    if not isinstance(content, list):
        return dict(content)
    if name in CROSSED:
        return hide(content, "n", CROSSED[name], silent={by: silent_values(content, by) for by in CROSSED[name]})
    if name == "outings":
        # The coverage report tells what the outings of a comuna add up to.
        rows = hide(hide(content, "attentions", ("comuna",)), "informed", ("comuna",))
        return [without(row, ("per_hour",)) if row["attentions"] is None else row for row in rows]
    if name == "institution":
        return hide(content, "n", ("role",))
    dimensions = tuple(content[0])[:-1] if content else ()
    return hide(content, "n", dimensions if len(dimensions) > 1 else ())


def _residence(rows: list[Row], attentions: int | None) -> list[Row]:
    """Who lives abroad stands in no row, and is what the rows lack of all attentions: a cell like the others."""
    abroad = {"residence_comuna": "", "n": (attentions or 0) - sum(row["n"] for row in rows)}
    return hide([*rows, abroad], "n")[: len(rows)]


def _quality(quality: Mapping[str, Any], tables: Mapping[str, list[Row]]) -> dict[str, Any]:
    silent = {
        field
        for field, table in PROFILE.items()
        if any(row[field] == NOT_ASKED and row["n"] is None for row in tables[table])
    }
    return {
        "voided": None if is_small(quality["voided"]) else quality["voided"],
        "back_captured": None if is_small(quality["back_captured"]) else quality["back_captured"],
        "missing": {field: None if field in silent or is_small(n) else n for field, n in quality["missing"].items()},
    }


def _annual(report: Report) -> Figures:
    return annual_public.public_figures(report, _monthly_summary)


def _as_it_is(report: Report) -> Figures:
    """A report in which no person stands."""
    return dict(report.totals), dict(report.tables)


_PUBLIC: Mapping[str, Callable[[Report], Figures]] = MappingProxyType(
    {
        monthly_summary.NAME: _monthly_summary,
        satisfaction.NAME: satisfaction_public.public_figures,
        coverage.NAME: coverage_public.public_figures,
        pmg.NAME: pmg_public.public_figures,
        diagnosis.NAME: _as_it_is,
        annual.NAME: _annual,
    }
)
