"""Figures counted once more by a few plain lines over random records, which know nothing of how reports count."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreno_app.domain.reports import annual, coverage
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import Row
from terreno_app.domain.reports.territory import concentration
from tests.domain.reports.records import a_drawn, a_goal, a_report, a_response, a_session, an_outing
from tests.factories import catalogues

pytestmark = pytest.mark.uncounted

MONTHS = ("2026-01", "2026-10", "2026-11")
COMUNAS = ("13101", "13110", "05101")
OUTINGS = [
    an_outing(id=f"{comuna}-{month}", region=comuna[:2], comuna=comuna, planned_on=f"{month}-10")
    for comuna, month in product(COMUNAS, MONTHS)
]
people = st.lists(
    st.fixed_dictionaries(
        {
            "outing": st.sampled_from([None, *OUTINGS]),
            "month": st.sampled_from(MONTHS),
            "region": st.sampled_from(["13", "05"]),
            "space": st.sampled_from(["oirs", "tic", "buzon"]),
            "persons_count": st.integers(1, 9),
            "status": st.sampled_from(["registered", "registered", "voided"]),
            "user_type": st.sampled_from(["citizen", "community_leader", "official_central", "official_regional"]),
            "dos_products": st.sets(st.sampled_from(["FFOIP", "ESC_DOS", "FFMCS", "DIALOGOS"])).map(sorted),
            "answered": st.booleans(),
        }
    ),
    max_size=12,
)
sessions = st.lists(st.tuples(st.sampled_from(OUTINGS), st.integers(0, 30)), max_size=6)


def records_of(drawn: list[dict[str, Any]], opened: list[tuple[Row, int]]) -> tuple[list[Row], list[Row]]:
    """Attentions, in their outing or in another space, and all the rest."""
    attentions, others = [], [*OUTINGS, *(a_session(one, informed_count={"talk": n}) for one, n in opened)]
    for one in drawn:
        outing = one["outing"]
        where = {"region": one["region"], "space": one["space"], "outing": None}
        if outing is not None:
            where = {"region": outing["region"], "space": "oirs_terreno", "outing": outing["id"]}
        month = one["month"] if outing is None else outing["planned_on"][:7]
        said = {name: one[name] for name in ("persons_count", "status", "user_type", "dos_products")}
        attentions.append(a_drawn(received_at=f"{month}-10T15:00:00.000Z", **where, **said))
        others += [a_response(attentions[-1])] if one["answered"] else []
    return attentions, others


def comuna_of(attention: Row) -> str | None:
    return None if attention["outing"] is None else str(attention["outing"]).partition("-")[0]


def done(metric: str, goal: Row, attentions: list[Row], others: list[Row], answers: set[str]) -> int:
    """What was done for a goal in its months, and where it was set."""
    months = {"month": MONTHS[2:], "quarter": MONTHS[1:], "year": MONTHS}[goal["period_type"]]
    comuna, space = goal["comuna"], goal["space"]
    there = [
        one
        for one in attentions
        if one["status"] != "voided"
        and one["received_at"][:7] in months
        and comuna in (None, comuna_of(one))
        and (space is None or one["space"] == space or (space == "oirs" and one["space"] == "oirs_terreno"))
    ]
    gone = [
        one
        for one in others
        if one["kind"] == "outing_session" and one["outing"][6:] in months and comuna in (None, one["outing"][:5])
    ]
    gone = gone if space in (None, "oirs", "oirs_terreno") else []
    return {
        "attentions": len(there),
        "persons": sum(one["persons_count"] for one in there),
        "surveys": sum(one["id"] in answers for one in there),
        "informed": sum(one["informed_count"]["talk"] for one in gone),
        "outings": len({one["outing"] for one in gone}),
        "comunas_visited": len({one["outing"][:5] for one in gone}),
    }[metric]


METRICS = ("attentions", "persons", "surveys", "informed", "outings", "comunas_visited")
PERIODS = {"month": "2026-11", "quarter": "2026-Q4", "year": "2026"}
NATIONAL_GOALS = [
    a_goal(region="CL", metric=metric, period_type=length, period=period, space=space, comuna=comuna)
    for metric, (length, period) in product(METRICS, PERIODS.items())
    for space, comuna in ((None, None), ("oirs", None), ("tic", None), ("oirs_terreno", "13110"))
]


@settings(max_examples=15)
@given(people, sessions)
def test_a_goal_of_the_country_is_measured_over_all_regions(
    drawn: list[dict[str, Any]], opened: list[tuple[Row, int]]
) -> None:
    attentions, others = records_of(drawn, opened)
    answers = {one["id"] for one in others if one["kind"] == "survey_response"}

    report = a_report(coverage, [*attentions, *others, *NATIONAL_GOALS], "2026-11")

    rows = {row["goal"]: row for row in report.tables["goals"]}
    assert len(rows) == len(NATIONAL_GOALS)
    for goal in NATIONAL_GOALS:
        assert rows[goal["id"]]["actual"] == done(goal["metric"], goal, attentions, others, answers)
        assert rows[goal["id"]]["region"] is None


@given(st.lists(st.tuples(st.integers(0, 51), st.integers(1, 40)), max_size=30))
def test_the_concentration_of_a_territory_is_that_of_its_definitions(drawn: list[tuple[int, int]]) -> None:
    comunas = [one for one in catalogues().comunas if one.region == "13"]
    values = [sum(n for place, n in drawn if place == at) for at in range(len(comunas))]

    found = concentration(comunas, [(comunas[place].code, "F", n, 3 * n) for place, n in drawn])

    whole = sum(values)
    if not whole:
        assert found == {"gini": None, "top_5_percent": None}
        return
    # Half the mean difference of two comunas, relative to the mean; and who attends most.
    apart = sum(abs(one - other) for one in values for other in values)
    assert float(str(found["gini"])) == pytest.approx(apart / (2 * len(values) * whole), abs=0.00501)
    most = sum(sorted(values, reverse=True)[:5])
    assert float(str(found["top_5_percent"])) == pytest.approx(100 * most / whole, abs=0.0501)


@settings(max_examples=15)
@given(people, sessions)
def test_whom_a_year_reached_is_counted_person_by_person(
    drawn: list[dict[str, Any]], opened: list[tuple[Row, int]]
) -> None:
    attentions, others = records_of(drawn, opened)

    tables = a_report(annual, [*attentions, *others], "2026").tables

    here = [one for one in attentions if one["status"] != "voided"]
    informed = sum(n for _, n in opened)
    everybody = sum(one["persons_count"] for one in here)
    assert tables["clients"][0] == {
        "client": 1,
        "attended": everybody,
        "informed": informed,
        "sum": everybody + informed,
    }
    leaders = [one for one in here if one["user_type"] == "community_leader"]
    expected = {
        6: [one for one in leaders if "FFOIP" in one["dos_products"]],
        7: [one for one in leaders if "ESC_DOS" in one["dos_products"]],
        9: [one for one in here if "FFMCS" in one["dos_products"]],
        11: [one for one in here if one["user_type"].startswith("official")],
        12: leaders,
    }
    for row in tables["clients"][1:]:
        assert row["attended"] == sum(one["persons_count"] for one in expected[row["client"]])
        assert (row["informed"], row["sum"]) == (None, None)


def persons_in(report: Report) -> tuple[Any, ...]:
    tables = report.tables
    return (
        report.totals["persons"],
        {row["month"]: row["persons"] for row in tables["by_month"] if row["month"] in MONTHS},
        {(row["month"], row["space"]): row["persons"] for row in tables["by_space"]},
        {row["comuna"]: row["persons"] for row in tables["comunas"] if row["persons"]},
    )


@settings(max_examples=15)
@given(people, sessions)
def test_a_group_counts_each_of_its_persons_and_one_attention(
    drawn: list[dict[str, Any]], opened: list[tuple[Row, int]]
) -> None:
    attentions, others = records_of(drawn, opened)

    report = a_report(coverage, [*attentions, *others], "2026")

    here = [one for one in attentions if one["status"] != "voided"]
    by_month = dict.fromkeys(MONTHS, 0)
    by_space: dict[tuple[str, str], int] = {}
    by_comuna: dict[str | None, int] = {}
    for one in here:
        month, n = one["received_at"][:7], one["persons_count"]
        by_month[month] += n
        by_space[month, one["space"]] = by_space.get((month, one["space"]), 0) + n
        by_comuna[comuna_of(one)] = by_comuna.get(comuna_of(one), 0) + n
    by_comuna.pop(None, None)
    assert persons_in(report) == (sum(by_month.values()), by_month, by_space, by_comuna)
    assert report.totals["attentions"] == len(here)
