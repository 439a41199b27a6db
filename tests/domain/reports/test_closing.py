import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreno_app.domain.clock import InvalidPeriodError
from terreno_app.domain.ids import named_id
from terreno_app.domain.reports import coverage, monthly_summary
from terreno_app.domain.reports.closing import (
    Addendum,
    close_count,
    close_id,
    frozen_fields,
    frozen_report,
    is_over,
    may_be_closed,
)
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import tally
from tests.domain.reports.records import a_session, an_attention, an_outing, the_summary

CLOSED_AT = "2026-12-02T12:00:00.000Z"


def stored(report: Report) -> dict[str, Any]:
    """The fields of its close, as they come back from a store."""
    fields: dict[str, Any] = json.loads(json.dumps(frozen_fields(report, CLOSED_AT, "officer")))
    return fields


def the_addendum(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> dict[str, Any]:
    frozen = frozen_report(stored(the_summary(before, region="13")), "13")
    return Addendum(frozen, CLOSED_AT, the_summary(now, region="13")).to_json()


def test_everybody_who_closes_a_month_of_a_region_makes_the_same_record() -> None:
    assert close_id("2026-11", "13") == named_id("2026-11/13")
    assert len({close_id("2026-11", "13"), close_id("2026-11", "05"), close_id("2026-11", None)}) == 3


@pytest.mark.parametrize("period", ["2026", "2026-Q4", "2026-13"])
def test_only_a_month_is_closed(period: str) -> None:
    with pytest.raises(InvalidPeriodError):
        close_id(period, "13")


@pytest.mark.parametrize(
    ("hour", "over"), [("2026-12-01T02:59:59", False), ("2026-12-01T03:00:00", True)], ids=["last minute", "midnight"]
)
def test_a_month_is_over_at_midnight_in_santiago(hour: str, over: bool) -> None:
    assert is_over("2026-11", datetime.fromisoformat(hour).replace(tzinfo=UTC)) is over


def test_only_the_summary_of_a_month_and_of_all_spaces_is_frozen() -> None:
    asked = monthly_summary.spec("2026-11", None, "13")

    assert may_be_closed(asked)
    assert not may_be_closed(monthly_summary.spec("2026-11", "tic", "13"))
    assert not may_be_closed(monthly_summary.spec("2026-Q4", None, "13"))
    assert not may_be_closed(coverage.spec("2026-11", None, "13"))


def test_a_close_is_found_by_its_month_and_region() -> None:
    closes = [
        {
            "kind": "month_close",
            "id": str(place),
            "period": period,
            "region": region,
            "digest": region,
            "closed_at": "t",
        }
        for place, (period, region) in enumerate([("2026-11", "13"), ("2026-11", "CL"), ("2026-10", "13")])
    ]

    found = [tally(closes, close_count("2026-11", region)) for region in ("13", None, "05")]

    assert [[row["digest"] for row in rows] for rows in found] == [["13"], ["CL"], []]


def test_what_a_close_froze_gives_its_digest_again() -> None:
    outing = an_outing()
    report = the_summary([outing, a_session(outing), an_attention(outing=outing["id"], wait_min=3)], region="13")

    fields = stored(report)

    assert frozen_report(fields, "13").digest == fields["digest"] == report.digest


def test_what_came_late_stands_beside_the_frozen_figures_by_hand() -> None:
    outing = an_outing(id="o1", code="S-1")
    before = [outing, an_attention(id="a", sex="F"), an_attention(id="b", sex="M", outing="o1")]
    late = an_attention(sex="F", type="complaint", outing="o1", persons_count=4, back_captured=True)
    now = [outing, a_session(outing, informed_count={"talk": 7}), before[1], before[2] | {"status": "voided"}, late]

    told = the_addendum(before, now)

    assert (told["report"], told["closed_at"]) == ("monthly_summary_addendum", CLOSED_AT)
    assert told["frozen"]["totals"]["attentions"] == told["sum"]["totals"]["attentions"] == 2
    assert told["addendum"]["totals"] == {
        "attentions": 0,
        "comunas_visited": 1,
        "informed": 7,
        "outings_done": 1,
        "outings_planned": 0,
        "persons": 3,
    }
    assert told["addendum"]["tables"]["type_by_sex"] == [
        {"type": "complaint", "sex": "F", "n": 1},
        {"type": "enquiry", "sex": "M", "n": -1},
    ]
    assert [(row["outing"], row["attentions"], row["informed"]) for row in told["addendum"]["tables"]["outings"]] == [
        ("o1", 0, 7)
    ]
    assert told["addendum"]["tables"]["quality"] == {
        "voided": 1,
        "back_captured": 1,
        "missing": {"age_band": 0, "education": 0, "nationality": 0, "occupation": 0, "residence_comuna": 0},
    }
    assert "times" not in told["addendum"]["tables"]


def test_a_close_of_an_earlier_version_lacks_what_that_did_not_count() -> None:
    outing = an_outing()
    records = [outing, a_session(outing), an_attention(outing=outing["id"])]
    fields = stored(the_summary(records, region="13"))
    older = {name: table for name, table in fields["tables"].items() if name not in {"occupation", "referral_steps"}}
    older["outings"] = {
        "columns": older["outings"]["columns"][:6],
        "rows": [row[:6] for row in older["outings"]["rows"]],
    }

    told = Addendum(frozen_report(fields | {"tables": older}, "13"), CLOSED_AT, the_summary(records, region="13"))

    moved = told.to_json()["addendum"]["tables"]
    assert not {"occupation", "referral_steps"} & moved.keys()
    assert moved["outings"] == []


def test_a_month_to_which_nothing_came_has_an_empty_addendum() -> None:
    records = [an_attention()]

    told = the_addendum(records, records)

    assert told["frozen"] == told["sum"]
    assert set(told["addendum"]["totals"].values()) == {0}
    assert not any(told["addendum"]["tables"][name] for name in monthly_summary.WHOLE_TABLES)


people = st.fixed_dictionaries(
    {
        "sex": st.sampled_from([None, "F", "M"]),
        "type": st.sampled_from(["enquiry", "complaint"]),
        "status": st.sampled_from(["registered", "voided"]),
        "persons_count": st.integers(1, 5),
        "outing": st.sampled_from([None, "o1"]),
    }
)


@pytest.mark.uncounted
@settings(max_examples=40)
@given(st.lists(people, max_size=6), st.lists(people, max_size=6))
def test_frozen_and_addendum_add_up_to_the_figures_of_today(
    before: list[dict[str, Any]], now: list[dict[str, Any]]
) -> None:
    outing = an_outing(id="o1")

    told = the_addendum(*([outing, *(an_attention(**one) for one in held)] for held in (before, now)))

    frozen, moved, present = (told[part] for part in ("frozen", "addendum", "sum"))
    for name, n in present["totals"].items():
        assert frozen["totals"][name] + moved["totals"][name] == n
    for name, by in monthly_summary.WHOLE_TABLES.items():
        sums: dict[tuple[str, ...], int] = {}
        for row in (*frozen["tables"][name], *moved["tables"][name]):
            key = tuple(row[part] for part in by)
            sums[key] = sums.get(key, 0) + row["n"]
        rows = {tuple(row[part] for part in by): row["n"] for row in present["tables"][name]}
        assert {key: n for key, n in sums.items() if n} == rows
