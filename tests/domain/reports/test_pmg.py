from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreno_app.domain.deadlines import BusinessCalendar
from terreno_app.domain.reports import pmg
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import SpecError
from terreno_app.domain.reports.suppression import for_the_public
from tests.domain.reports.records import a_drawn, a_goal, a_referral, a_report, a_response, an_attention
from tests.factories import catalogues

NOVEMBER = "2026-11-10T15:00:00.000Z"


def the_indicators(
    records: list[dict[str, Any]], period: str = "2026-11", space: str | None = None, region: str | None = "13"
) -> Report:
    return a_report(pmg, records, period, space, region)


def a_complaint(**fields: Any) -> dict[str, Any]:
    return an_attention(
        **{
            "type": "complaint",
            "own_service": True,
            "answer_owed": True,
            "due_on": "2026-11-24",
            "due_rule": "answer_10",
        }
        | fields
    )


def value(report: Report, indicator: str) -> tuple[int | None, int | None, str | None]:
    (row,) = [row for row in report.tables["indicators"] if row["indicator"] == indicator]
    return row["numerator"], row["denominator"], row["percent"]


def test_complaints_over_the_service_are_counted_by_hand() -> None:
    records = [
        a_complaint(id="a", folio="T07-1", answered_at="2026-11-12T15:00:00.000Z", answer_medium="email"),
        a_complaint(id="b", folio="T07-2", answered_at="2026-11-25T15:00:00.000Z"),
        a_complaint(id="c", folio="T07-3"),
        a_complaint(
            id="d", folio="T07-0", received_at="2026-10-28T15:00:00.000Z", answered_at="2026-11-03T15:00:00.000Z"
        ),
        a_complaint(id="e", received_at="2026-10-05T15:00:00.000Z"),
        a_complaint(id="f", received_at="2026-10-05T15:00:00.000Z", answered_at="2026-10-09T15:00:00.000Z"),
        a_complaint(id="g", own_service=False),
        a_complaint(id="h", status="voided"),
    ]

    report = the_indicators(records)

    assert value(report, "complaints_answered") == (3, 3, "100.0")
    assert value(report, "complaints_answered_with_pending") == (3, 5, "60.0")
    assert value(report, "complaints_in_term") == (2, 3, "66.7")
    assert [
        (row["id"], row["received_on"], row["answered_on"], row["business_days"], row["in_term"])
        for row in report.tables["complaints"]
    ] == [
        ("d", "2026-10-28", "2026-11-03", 4, True),
        ("a", "2026-11-10", "2026-11-12", 2, True),
        ("b", "2026-11-10", "2026-11-25", 11, False),
        ("c", "2026-11-10", None, None, None),
    ]
    assert report.totals["complaints_pending"] == 2


def test_a_complaint_shows_nothing_that_tells_whose_it_is() -> None:
    complaint = a_complaint(description="Me llamo Juana", answer_text="Estimada Juana", org_name="JJVV 5", sex="F")

    report = the_indicators([complaint])

    assert "Juana" not in str(report.to_json())
    assert set(report.tables["complaints"][0]) == {
        "id",
        "folio",
        "received_on",
        "topic",
        "answered_on",
        "business_days",
        "due_on",
        "in_term",
        "answer_medium",
        "status",
    }


def test_a_complaint_without_a_term_is_neither_in_it_nor_late() -> None:
    report = the_indicators([a_complaint(due_on=None, answer_owed=False, answered_at=NOVEMBER)])

    assert report.tables["complaints"][0]["in_term"] is None
    assert value(report, "complaints_in_term") == (0, 1, "0.0")


def test_while_a_month_lasts_what_is_due_later_in_it_is_not_overdue() -> None:
    owed = {"type": "suggestion", "answer_owed": True, "due_rule": "answer_10"}
    records = [an_attention(due_on=f"2026-11-{day}", **owed) for day in (19, 20, 21)]

    report = a_report(pmg, records, "2026-11", generated_at="2026-11-20T15:00:00.000Z")

    assert report.totals["requests_overdue"] == 1


def test_requests_show_their_business_days_and_what_is_overdue() -> None:
    def a_request(kind: str, answered_at: str | None, **more: Any) -> dict[str, Any]:
        owed = {"answer_owed": True, "due_on": "2026-11-24", "due_rule": "answer_10"} | more
        return an_attention(type=kind, answered_at=answered_at, **owed)

    records = [
        a_request("information_request", "2026-11-11T15:00:00.000Z"),
        a_request("information_request", "2026-11-17T15:00:00.000Z"),
        a_request("information_request", "2026-11-26T15:00:00.000Z"),
        a_request("information_request", "2026-11-26T15:00:00.000Z", due_rule="extended", due_on="2026-12-01"),
        a_request("information_request", None),
        a_request("foi_request", "2026-11-24T15:00:00.000Z", due_rule="foi_request_20"),
        a_request("suggestion", None),
        a_request("suggestion", "2026-12-24T15:00:00.000Z", due_on="2026-12-20"),
    ]

    report = the_indicators(records)

    assert report.tables["requests"] == [
        {"type": "foi_request", "answered": 1, "in_term": 1, "average_days": "20.0", "p90_days": 20, "overdue": 0},
        {
            "type": "information_request",
            "answered": 4,
            "in_term": 3,
            "average_days": "6.0",
            "p90_days": 12,
            "overdue": 1,
        },
        {"type": "suggestion", "answered": 0, "in_term": 0, "average_days": None, "p90_days": None, "overdue": 1},
    ]
    assert value(report, "requests_in_term") == (4, 5, "80.0")
    assert value(report, "foi_requests_in_term") == (1, 1, "100.0")


def test_a_referral_is_quick_by_the_clock_or_by_business_days() -> None:
    friday = an_attention(received_at="2026-11-13T20:00:00.000Z")
    corrected = an_attention(received_at=NOVEMBER, received_at_corrected={"value": "2026-11-13T15:00:00.000Z"})
    records = [
        friday,
        corrected,
        a_referral(friday, sent_at="2026-11-14T19:00:00.000Z"),
        a_referral(friday, sent_at="2026-11-16T19:00:00.000Z"),
        a_referral(friday, sent_at="2026-11-18T19:00:00.000Z"),
        a_referral(corrected, sent_at="2026-11-14T14:00:00.000Z"),
        a_referral(friday),
        a_referral(friday, status="voided", sent_at="2026-11-14T19:00:00.000Z"),
    ]

    report = the_indicators(records)

    assert report.tables["referrals"] == {"n": 5, "sent": 4, "in_24_hours": 2, "in_one_business_day": 3}
    assert value(report, "referrals_in_24_hours") == (2, 5, "40.0")


def test_surveys_satisfaction_and_goals_are_indicators_too() -> None:
    persons = [a_drawn() for _ in range(12)]
    answers = [a_response(one, answers={"P1": 7 if place < 9 else 3}) for place, one in enumerate(persons)]
    goals = [
        a_goal(target=12),
        a_goal(metric="surveys", target=99),
        a_goal(metric="persons", period_type="year", period="2026"),
    ]

    silent = a_drawn()

    report = the_indicators([*persons, *answers, silent, a_response(silent, answers={"P1": "NS"}), *goals])

    assert value(report, "satisfied") == (9, 12, "75.0")
    assert value(report, "spaces_surveyed") == (1, None, None)
    assert value(report, "goals_reached") == (1, 2, "50.0")
    assert report.tables["surveys"] == [{"space": "oirs_terreno", "n": 13}]
    assert {row["verification"] for row in report.tables["indicators"]} <= report.tables.keys()


def test_a_month_in_which_nothing_came_is_a_report_too() -> None:
    report = the_indicators([])

    assert set(report.totals.values()) == {0}
    assert {row["percent"] for row in report.tables["indicators"]} == {None}
    assert for_the_public(report).suppressed


def test_a_space_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SpecError):
        the_indicators([], space="office")


lives = st.lists(
    st.tuples(
        st.sampled_from(["complaint", "suggestion", "foi_request"]),
        st.sampled_from(["2026-10-20", "2026-11-03", "2026-11-10"]),
        st.sampled_from([None, "2026-11-12", "2026-11-27", "2026-12-02"]),
        st.integers(1, 6),
    ),
    max_size=6,
)


def lived(drawn: list[tuple[str, str, str | None, int]]) -> list[dict[str, Any]]:
    return [
        a_complaint(
            type=kind,
            received_at=f"{received}T15:00:00.000Z",
            answered_at=None if answered is None else f"{answered}T15:00:00.000Z",
        )
        for kind, received, answered, times in drawn
        for _ in range(times)
    ]


@pytest.mark.uncounted
@settings(max_examples=25)
@given(lives)
def test_the_figures_are_those_of_a_plain_count(drawn: list[tuple[str, str, str | None, int]]) -> None:
    report = the_indicators(lived(drawn))

    plain: Counter[str] = Counter()
    for kind, received, answered, times in drawn:
        own = kind == "complaint"
        plain["complaints_received"] += times * (own and received >= "2026-11-01")
        inside = answered is not None and "2026-11-01" <= answered <= "2026-11-30"
        plain["complaints_answered"] += times * (own and inside)
        plain["requests_answered"] += times * inside
        in_term = inside and str(answered) <= "2026-11-24"
        plain["requests_in_term"] += times * in_term
        plain["complaints_in_term"] += times * (own and in_term)
        plain["complaints_pending"] += times * (own and received < "2026-11-01" and (answered or "9") >= "2026-11-01")
        plain["requests_overdue"] += times * (answered is None)
    assert {name: report.totals[name] for name in plain} == dict(plain)
    calendar = BusinessCalendar(catalogues().holidays, "13")
    for row in report.tables["complaints"]:
        if row["answered_on"] is not None:
            first, last = (date.fromisoformat(row[name]) for name in ("received_on", "answered_on"))
            assert row["business_days"] == calendar.between(first, last)


def test_where_a_few_still_wait_no_share_tells_how_many_were_answered() -> None:
    answered = [a_complaint(answered_at="2026-11-12T15:00:00.000Z") for _ in range(17)]

    public = for_the_public(the_indicators([*answered, *(a_complaint() for _ in range(3))]))

    for indicator in ("complaints_answered", "complaints_answered_with_pending", "complaints_in_term"):
        assert value(public, indicator) == (None, None, None)
    assert public.totals["complaints_answered"] is None


def test_of_so_few_requests_the_public_sees_not_even_the_type() -> None:
    waiting = {"due_on": "2026-11-24", "answered_at": None}
    few_answered = [a_complaint(type="foi_request", answered_at="2026-11-12T15:00:00.000Z") for _ in range(3)]
    few_overdue = [a_complaint(type="suggestion", **waiting) for _ in range(2)]
    many_overdue = [a_complaint(type="information_request", **waiting) for _ in range(8)]
    many_answered = [a_complaint(type="complaint", answered_at="2026-11-12T15:00:00.000Z") for _ in range(9)]

    alone, beside_overdue, beside_answered = (
        for_the_public(the_indicators(records))
        for records in (
            [*few_answered, *few_overdue],
            [*few_answered, *many_overdue],
            [*many_answered, *few_overdue],
        )
    )

    assert alone.tables["requests"] == []
    assert beside_overdue.tables["requests"] == [
        {
            "type": "information_request",
            "answered": None,
            "in_term": None,
            "average_days": None,
            "p90_days": None,
            "overdue": 8,
        }
    ]
    assert [(row["type"], row["answered"], row["overdue"]) for row in beside_answered.tables["requests"]] == [
        ("complaint", 9, None)
    ]
    suggestion = a_complaint(type="suggestion", answered_at="2026-11-12T15:00:00.000Z")
    assert value(for_the_public(the_indicators([suggestion])), "foi_requests_in_term") == (None, None, None)


def test_of_so_few_answers_the_public_sees_not_even_the_space() -> None:
    persons = [a_drawn(space="tic") for _ in range(3)]

    public = for_the_public(the_indicators([*persons, *(a_response(one) for one in persons)]))

    assert public.tables["surveys"] == []


@pytest.mark.uncounted
@settings(max_examples=25)
@given(lives)
def test_no_sum_of_the_public_version_gives_a_hidden_group_back(drawn: list[tuple[str, str, str | None, int]]) -> None:
    whole = the_indicators(lived(drawn))

    public = for_the_public(whole)

    told = public.totals
    assert public.tables["complaints"] == []
    for owed in (("complaints_received",), ("complaints_received", "complaints_pending")):
        parts = [*(told[name] for name in owed), told["complaints_answered"]]
        assert None in parts or not 0 < abs(sum(parts[:-1]) - parts[-1]) < 5
    assert all(n is None or n == 0 or n >= 5 for n in public.totals.values())
    for row in public.tables["indicators"]:
        if row["numerator"] is not None and row["denominator"] is not None:
            sides = (row["numerator"], row["denominator"], abs(row["denominator"] - row["numerator"]))
            assert all(n == 0 or n >= 5 for n in sides)
    asked = {row["type"]: row for row in whole.tables["requests"]}
    pairs = [(asked[row["type"]], row) for row in public.tables["requests"]]
    few = [0 < sum(row[name] for row in asked.values()) < 5 for name in ("answered", "overdue")]
    assert all(
        row["type"] not in {shown["type"] for _, shown in pairs}
        for row in asked.values()
        if all(of_few for of_few, n in zip(few, (row["answered"], row["overdue"]), strict=True) if n)
    )
    for side in (lambda row: row["in_term"], lambda row: row["answered"] - row["in_term"]):
        away = [side(row) for row, shown in pairs if shown["answered"] is None]
        left = [side(row) for row, shown in pairs if shown["answered"] is not None]
        assert all(n == 0 or n >= 5 for n in left)
        few = [n for n in away if 0 < n < 5]
        assert not few or not any(left) or (len(away) >= 2 and sum(away) >= 5)
    if public.totals["complaints_in_term"] is not None and public.totals["complaints_answered"] is not None:
        late = public.totals["complaints_answered"] - public.totals["complaints_in_term"]
        assert late == 0 or late >= 5


def test_a_few_referrals_sent_late_follow_from_no_difference() -> None:
    received = an_attention(received_at="2026-11-02T15:00:00.000Z")
    sent = {"2026-11-03T12:00:00.000Z": 20, "2026-11-03T18:00:00.000Z": 3, "2026-11-05T12:00:00.000Z": 9}
    referrals = [a_referral(received, sent_at=at) for at, n in sent.items() for _ in range(n)]
    referrals += [a_referral(received) for _ in range(10)]

    whole = the_indicators([received, *referrals])
    public = for_the_public(whole)

    assert whole.tables["referrals"] == {"n": 42, "sent": 32, "in_24_hours": 20, "in_one_business_day": 23}
    assert public.tables["referrals"] == {"n": 42, "sent": 32, "in_24_hours": 20, "in_one_business_day": None}
    assert value(public, "referrals_in_24_hours") == value(whole, "referrals_in_24_hours")


def test_of_a_few_referrals_the_public_sees_none() -> None:
    received = an_attention(received_at="2026-11-02T15:00:00.000Z")
    referrals = [a_referral(received, sent_at="2026-11-03T12:00:00.000Z") for _ in range(4)]

    public = for_the_public(the_indicators([received, *referrals]))

    assert set(public.tables["referrals"].values()) == {None}
