"""What a figure counts is what a person finds behind it, in every report and every table that counts attentions."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from terreno_app.domain.reports import annual, coverage, diagnosis, drill, monthly_summary, pmg, satisfaction
from terreno_app.domain.reports.drill import Figure
from terreno_app.domain.reports.grids import grids
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import tally
from tests.domain.reports import records
from tests.factories import catalogues

PERIODS = {annual.NAME: "2026", diagnosis.NAME: "2026"}
MODULES = {module.NAME: module for module in (monthly_summary, annual, coverage, pmg, diagnosis, satisfaction)}
SUMMARY = (
    *monthly_summary.WHOLE_TABLES,
    "programme",
    "residence_comuna",
    "institution",
    "voices",
    "outings",
    "hours",
    "quality",
    "totals",
)
COVERAGE = ("by_month", "by_space", "comunas", "women", "goals", "progress", "totals")
TABLES = {
    monthly_summary.NAME: set(SUMMARY),
    coverage.NAME: set(COVERAGE),
    pmg.NAME: {"indicators", "requests", "goals", "totals"},
    annual.NAME: {
        *("totals", "topics", "organisations", "products_to_leaders", "languages", "interpreters"),
        *(f"chapters.monthly_summary.tables.{table}" for table in SUMMARY if table not in {"totals", "outings"}),
        *(f"chapters.coverage.tables.{table}" for table in COVERAGE if table != "totals"),
        *(f"chapters.pmg.tables.{table}" for table in ("indicators", "requests", "complaints_by_topic")),
        *(f"chapters.satisfaction.tables.{table}" for table in ("not_eligible", "respondents")),
        *(f"chapters.{name}.totals" for name in ("monthly_summary", "coverage", "pmg")),
    },
    diagnosis.NAME: set(),
    satisfaction.NAME: {"not_eligible", "respondents"},
}
"""The tables of each report with a figure that counts attentions."""
SCOPES = [(None, None), ("oirs", "13"), ("oirs_terreno", None)]


@cache
def lived() -> list[dict[str, Any]]:
    """The month that has everything, and beside it what tells attentions apart that are nearly counted."""
    whole = records.lived()
    outing = next(record for record in whole if record["kind"] == "outing")
    double = records.an_outing(merged_into=outing["id"], comuna="13110")
    elsewhere = records.an_outing(comuna="13109")
    owed = {"answer_owed": True, "due_on": "2026-11-12", "answered_at": "2026-11-20T15:00:00.000Z"}
    referred = records.an_attention(sex="X", space="oirs", oriented_institution="IPS", concerned_institution="SII")
    others = [
        referred,
        records.an_attention(outing=double["id"], sex="F"),
        records.an_attention(outing=elsewhere["id"], sex="NS", back_captured=True),
        records.an_attention(status="voided", outing=outing["id"], sex="F"),
        records.an_attention(type="complaint", own_service=True, topic=None, **owed),
        records.an_attention(
            type="complaint", own_service=True, answer_owed=True, received_at="2026-03-03T12:00:00.000Z"
        ),
        records.an_attention(type="foi_request", **owed),
        records.an_attention(type="foi_request", **(owed | {"due_on": "2026-11-28"})),
        records.an_attention(region="05", space="tic", sex="F", received_at="2026-11-02T02:30:00.000Z"),
        records.an_attention(received_at="2026-08-02T02:30:00.000Z", space="buzon", sex="M"),
    ]
    comuna = {"comuna": "13101", "period_type": "year", "period": "2026"}
    more = [
        records.a_session(double),
        records.a_session(elsewhere),
        *(records.a_referral(referred, status=status) for status in ("pending", "answered")),
        records.a_goal(**comuna),
        records.a_goal(space="oirs", target=3),
        records.a_goal(metric="persons", target=30),
    ]
    return [*whole, double, elsewhere, *others, *more]


@cache
def the_report(name: str, space: str | None, region: str | None) -> Report:
    return records.a_report(MODULES[name], lived(), PERIODS.get(name, "2026-11"), space, region)


def figures(report: Report) -> Iterator[tuple[Figure, int]]:
    """Every figure that can be looked into, and what it says; those of both sexes are told apart and summed."""
    for grid in grids(report, catalogues().labels):
        for row in grid.rows:
            for at, column in enumerate(grid.columns):
                if isinstance(row[at], bool) or not isinstance(row[at], int):
                    continue
                said = {one.key: (row[place],) for place, one in enumerate(grid.columns) if place != at}
                found = drill.figure_of(report, grid.key, column.key, said)
                if found is not None:
                    yield found, row[at]


def found_behind(report: Report, figure: Figure) -> tuple[str, ...]:
    asked = drill.spec(report, figure)
    return drill.ids(report, figure, {count.name: tally(lived(), count) for count in asked.counts})


@pytest.mark.parametrize("scope", SCOPES, ids=str)
@pytest.mark.parametrize("name", MODULES)
def test_there_are_as_many_attentions_behind_a_figure_as_it_says(name: str, scope: tuple[str | None, ...]) -> None:
    report = the_report(name, *scope)

    wrong = {figure: (n, found) for figure, n in figures(report) if (found := len(found_behind(report, figure))) != n}

    assert wrong == {}


def test_while_a_month_lasts_what_is_not_due_yet_is_not_found_behind_what_is_overdue() -> None:
    owed = {"kind": "attention", "type": "suggestion", "answer_owed": True, "status": "registered"}
    held = [records.an_attention(**owed, due_on=f"2026-11-{day}") for day in (19, 20)]
    report = records.a_report(pmg, held, generated_at="2026-11-20T15:00:00.000Z")
    figure = drill.figure_of(report, "totals", "figure", {"path": ("requests_overdue",)})
    assert figure is not None

    asked = drill.spec(report, figure)
    found = drill.ids(report, figure, {count.name: tally(held, count) for count in asked.counts})

    assert found == (held[0]["id"],)


@pytest.mark.parametrize("name", MODULES)
def test_every_table_that_counts_attentions_is_looked_into_and_no_other(name: str) -> None:
    found = {figure.table for figure, _ in figures(the_report(name, None, None))}

    assert found == TABLES[name]


@pytest.mark.parametrize("table", monthly_summary.CROSSED)
def test_a_row_of_both_sexes_has_the_attentions_of_all_its_cells(table: str) -> None:
    report = the_report(monthly_summary.NAME, None, None)
    field, _ = monthly_summary.CROSSED[table]
    whole: dict[str, int] = {}
    for row in report.tables[table]:
        whole[row[field]] = whole.get(row[field], 0) + row["n"]

    found = {code: drill.figure_of(report, table, "n", {field: (code,)}) for code in whole}

    assert {code: len(found_behind(report, one)) for code, one in found.items() if one} == whole


def test_an_attention_that_was_not_asked_is_found_as_not_asked() -> None:
    held = [records.an_attention(occupation=said) for said in (None, "NS", "works")]
    report = records.the_summary(held)
    figure = Figure("occupation", "n", (("occupation", ("NS",)),))

    (count,) = drill.spec(report, figure).counts

    assert len(drill.ids(report, figure, {count.name: tally(held, count)})) == 2


@pytest.mark.parametrize(
    ("table", "column", "said"),
    [
        ("times", "figure", {"path": ("wait_min_p50",)}),
        ("referrals", "n", {"status": ("pending",)}),
        ("outings", "informed", {"outing": ("o",)}),
        ("totals", "figure", {"path": ("persons",)}),
    ],
    ids=["percentile", "referrals", "informed", "persons"],
)
def test_a_figure_of_something_else_is_not_looked_into(table: str, column: str, said: dict[str, Any]) -> None:
    assert drill.figure_of(the_report(monthly_summary.NAME, None, None), table, column, said) is None


def test_a_figure_that_counts_no_attentions_has_no_list() -> None:
    with pytest.raises(KeyError):
        drill.spec(the_report(monthly_summary.NAME, None, None), Figure("times", "wait_min_p50", ()))
