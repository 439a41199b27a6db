"""The diagnosis of the regional OIRS: sixteen regions by the items of the checklist, how much is in place, what lacks.

In: a period and a region. Out: the grouped count to ask, and from its answer the report. Of each region the last
diagnosis of the period counts. No person stands in it, so the public sees all of it.

Source: seed 000 section 6 b) («diagnóstico a todas las regiones del país»); domain.md 2.8 and 5.6.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import month_bounds
from terreno_app.domain.records import kind_named
from terreno_app.domain.reports.counting import days, need_space, of_region, percent
from terreno_app.domain.reports.goals import light
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import GroupedCount, ReportSpec, Row, Tallies

NAME = "diagnosis"
KIND = "regional_diagnosis"
ITEMS = tuple(field.name for field in kind_named(KIND).fields if field.code_list == "checklist")
IN_PLACE, IN_PART, MISSING = "yes", "partial", "no"


def spec(period: str, space: str | None, region: str | None) -> ReportSpec:
    """Say what the report needs: see `monthly_summary.spec`. A diagnosis is of the office and of no other space."""
    need_space(space)
    return ReportSpec(
        report=NAME,
        period=period,
        filters={"space": space, "region": region},
        counts=(diagnosis_count(period, region),),
    )


def diagnosis_count(period: str, region: str | None) -> GroupedCount:
    """Ask for the diagnoses of a period."""
    first, after = days(*month_bounds(period))
    return GroupedCount(
        name="diagnoses",
        kind=KIND,
        by=("id", "region", "diagnosed_on", *ITEMS, "score", "gaps", "commitments"),
        where=(*of_region(region), ("diagnosed_on", "ge", first), ("diagnosed_on", "lt", after)),
    )


def assemble(asked: ReportSpec, tallies: Tallies, cut_off: Mapping[str, Any], catalogues: Catalogues) -> Report:
    """Gather the answer to `spec` into the report: see `coverage.assemble`."""
    totals, tables = diagnosis_figures(tallies["diagnoses"], asked.filters["region"], catalogues)
    return Report(
        report=asked.report,
        period=asked.period,
        filters=asked.filters,
        totals=totals,
        tables=tables,
        suppressed=False,
        cut_off=cut_off,
    )


def diagnosis_figures(
    rows: Iterable[Row], region: str | None, catalogues: Catalogues
) -> tuple[dict[str, int], dict[str, Any]]:
    """Gather the answer to `diagnosis_count`."""
    last: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["diagnosed_on"], row["id"])):
        last[row["region"]] = row
    wanted = sorted((one for one in catalogues.regions if region in {None, one.code}), key=lambda one: one.order)
    held = [last[one.code] for one in wanted if one.code in last]
    regions = [_region(row, catalogues) for row in held]
    totals = {
        "regions": len(wanted),
        "regions_diagnosed": len(held),
        "items_in_place": sum(row["in_place"] for row in regions),
        "items_missing": sum(row["missing"] for row in regions),
    }
    tables = {
        "regions": regions,
        "items": [_item(name, held) for name in ITEMS],
        "checklist": [
            {"region": row["region"], "item": name, "found": row[name]} for row in held for name in ITEMS if row[name]
        ],
        "not_diagnosed": [{"region": one.code} for one in wanted if one.code not in last],
    }
    return totals, tables


def _region(row: Row, catalogues: Catalogues) -> Row:
    found = [row[name] for name in ITEMS]
    looked_at = sum(value is not None for value in found)
    in_place = found.count(IN_PLACE)
    return {
        "region": row["region"],
        "diagnosed_on": row["diagnosed_on"],
        "in_place": in_place,
        "in_part": found.count(IN_PART),
        "missing": found.count(MISSING),
        "not_looked_at": len(ITEMS) - looked_at,
        "percent": percent(in_place, looked_at),
        "light": light(in_place / looked_at, catalogues.thresholds) if looked_at else None,
        "score": row["score"],
        "gaps": row["gaps"],
        "commitments": row["commitments"],
    }


def _item(name: str, held: Iterable[Row]) -> Row:
    found = [row[name] for row in held]
    looked_at = sum(value is not None for value in found)
    return {
        "item": name,
        "in_place": found.count(IN_PLACE),
        "in_part": found.count(IN_PART),
        "missing": found.count(MISSING),
        "percent": percent(found.count(IN_PLACE), looked_at),
    }
