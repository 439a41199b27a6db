from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.catalogues import Labels
from terreno_app.domain.reports import comparison
from terreno_app.domain.reports.hiding import is_small
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import Row, tally
from tests.domain.reports.records import a_session, an_attention, an_outing, the_summary
from tests.factories import catalogues


def compared(
    records: list[dict[str, Any]],
    period: str = "2026-11",
    space: str | None = None,
    made_at: str = "2027-01-01T12:00:00.000Z",
) -> dict[str, Row]:
    asked = comparison.spec(period, space, None)
    tallies = {count.name: tally(records, count) for count in asked.counts}
    cut_off = {"generated_at": made_at}
    rows = comparison.assemble(asked, tallies, the_summary(records, period, space).totals, cut_off)
    return {row["total"]: row for row in rows}


def many(n: int, day: str, **fields: Any) -> list[dict[str, Any]]:
    return [an_attention(received_at=f"{day}T15:00:00.000Z", **fields) for _ in range(n)]


def test_each_total_stands_beside_the_month_before_the_year_before_and_the_year() -> None:
    outings = [an_outing(planned_on=day) for day in ("2026-11-10", "2026-10-10", "2026-10-12", "2025-11-10")]
    records = [
        *outings,
        *(a_session(outing, informed_count={"talk": 10}) for outing in outings),
        *many(13, "2026-11-10", persons_count=2),
        *many(12, "2026-10-10"),
        *many(3, "2026-01-02"),
        *many(20, "2025-11-10"),
        *many(9, "2025-12-31"),
        *many(5, "2026-12-01"),
        *many(1, "2026-10-10", status="voided"),
    ]

    rows = compared(records)

    assert rows["attentions"] == {
        "total": "attentions",
        "n": 13,
        "before": 12,
        "before_change": "8.3",
        "year_before": 20,
        "year_before_change": "-35.0",
        "accumulated": 28,
    }
    assert [rows["persons"][name] for name in ("n", "before", "accumulated")] == [26, 12, 41]
    assert [rows["outings_done"][name] for name in ("n", "before", "before_change", "accumulated")] == [
        1,
        2,
        "-50.0",
        3,
    ]
    assert [rows["informed"][name] for name in ("n", "year_before", "accumulated")] == [10, 10, 30]
    assert rows["comunas_visited"]["accumulated"] == 1


@pytest.mark.parametrize(
    ("period", "before", "year_before"),
    [("2026-01", 4, 1), ("2026-Q1", 4, 1), ("2026", 5, 5)],
    ids=["month", "quarter", "year"],
)
def test_the_periods_compared_are_of_the_same_length(period: str, before: int, year_before: int) -> None:
    records = [*many(4, "2025-12-31"), *many(1, "2025-01-15"), *many(2, "2026-01-15")]

    row = compared(records, period)["attentions"]

    assert (row["n"], row["before"], row["year_before"], row["accumulated"]) == (2, before, year_before, 2)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [(0, 5, None), (3, 0, "-100.0"), (3, 4, "33.3"), (2000, 2001, "0.1"), (5, 5, "0.0")],
    ids=["no base", "nothing left", "rounded", "a half", "the same"],
)
def test_a_change_is_in_percent_with_one_decimal(before: int, now: int, change: str | None) -> None:
    row = compared([*many(before, "2026-10-10"), *many(now, "2026-11-10")])["attentions"]

    assert row["before_change"] == change


@pytest.mark.parametrize("period", ["2026-11", "2026-Q4", "2026"])
def test_a_period_that_is_running_has_not_fallen_beside_a_whole_one(period: str) -> None:
    records = [*many(30, "2025-11-10"), *many(30, "2026-10-10"), *many(30, "2026-07-10"), *many(9, "2026-11-05")]

    running, over = (
        compared(records, period, made_at=made_at)["attentions"]
        for made_at in ("2026-11-10T15:00:00.000Z", "2027-01-01T03:00:00.000Z")
    )

    assert (running["before_change"], running["year_before_change"]) == (None, None)
    assert None not in (over["before_change"], over["year_before_change"])
    assert {name: running[name] for name in ("n", "before", "year_before")} == {
        name: over[name] for name in ("n", "before", "year_before")
    }


def test_a_space_that_does_not_go_out_has_no_outing_to_compare() -> None:
    outing = an_outing()

    rows = compared([outing, a_session(outing), *many(2, "2026-11-10", space="tic")], space="tic")

    assert rows["outings_planned"]["accumulated"] == 0
    assert rows["attentions"]["accumulated"] == 2


days = st.sampled_from(["2026-11-10", "2026-10-31", "2026-10-01", "2026-03-05", "2025-11-30", "2025-12-01"])


@given(st.dictionaries(days, st.integers(1, 8), max_size=6), st.integers(1, 3))
def test_what_is_compared_is_what_the_summaries_of_those_periods_say(numbers: dict[str, int], persons: int) -> None:
    records = [one for day, n in numbers.items() for one in many(n, day, persons_count=persons)]

    rows = compared(records)

    for column, period in (("n", "2026-11"), ("before", "2026-10"), ("year_before", "2025-11")):
        assert {name: row[column] for name, row in rows.items()} == the_summary(records, period).totals


@given(st.dictionaries(days, st.integers(1, 8), max_size=6), st.integers(1, 3))
def test_the_public_sees_no_group_of_one_to_four_nor_what_tells_it(numbers: dict[str, int], persons: int) -> None:
    records = [one for day, n in numbers.items() for one in many(n, day, persons_count=persons)]
    whole = compared(records)

    shown = {row["total"]: row for row in comparison.for_the_public(whole.values())}

    columns = ("n", "before", "year_before")
    for name in comparison.OF_PERSONS:
        assert shown[name]["accumulated"] is None
        assert not any(is_small(shown[name][column]) for column in columns)
        for column, change in (("before", "before_change"), ("year_before", "year_before_change")):
            told = (shown[name]["n"], shown[name][column])
            assert shown[name][change] == (None if None in told else whole[name][change])
    assert all(shown["persons"][column] is None for column in columns if shown["attentions"][column] is None)
    assert shown["outings_done"] == whole["outings_done"]


def test_the_comparison_is_no_part_of_the_digest_and_every_total_has_a_name() -> None:
    labels: Labels = catalogues().labels
    report = the_summary(many(2, "2026-11-10"))
    beside = Report(**{**_parts(report), "cut_off": {**report.cut_off, comparison.COMPARED: [{"total": "persons"}]}})

    assert beside.digest == report.digest
    assert all(labels.code("total", name) != name for name in report.totals)


def _parts(report: Report) -> dict[str, Any]:
    return {name: getattr(report, name) for name in ("report", "period", "filters", "totals", "tables", "suppressed")}
