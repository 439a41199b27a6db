from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.reports import monthly_summary
from terreno_app.domain.reports.hiding import is_small
from terreno_app.domain.reports.referrals import HAS, SUMS, step_figures
from terreno_app.domain.reports.spec import tally
from terreno_app.domain.reports.suppression import for_the_public
from tests.domain.reports.records import a_referral, an_attention, the_summary


def steps_of(*referrals: dict[str, Any], made_at: str = "2026-12-01T12:00:00.000Z") -> Mapping[str, Any]:
    """The steps of referrals of one attention of November, looked at on a day."""
    attention = an_attention()
    records = [attention, *(a_referral(attention, **fields) for fields in referrals)]
    asked = monthly_summary.spec("2026-11", None, None)
    tallies = {count.name: tally(records, count) for count in asked.counts}
    return monthly_summary.assemble(asked, tallies, {"generated_at": made_at}).tables["referral_steps"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("fields", "reached"),
    [
        ({"status": "pending"}, [0, 0, 0]),
        ({"status": "sent"}, [1, 0, 0]),
        ({"status": "acknowledged"}, [1, 1, 0]),
        ({"status": "not_competent"}, [1, 1, 0]),
        ({"status": "answered"}, [1, 1, 1]),
        ({"status": "overdue"}, [0, 0, 0]),
        ({"status": "overdue", "sent_at": "2026-11-11T12:00:00.000Z"}, [1, 0, 0]),
        ({"status": "sent", "answered_at": "2026-11-12T12:00:00.000Z"}, [1, 1, 1]),
    ],
    ids=["pending", "sent", "acknowledged", "not theirs", "answered", "overdue", "sent and overdue", "by the instant"],
)
def test_a_referral_has_made_every_step_up_to_its_last(fields: dict[str, Any], reached: list[int]) -> None:
    told = steps_of(fields)

    assert [told[step] for step in ("sent", "acknowledged", "answered")] == reached
    assert told["referrals"] == 1


@pytest.mark.parametrize(
    ("fields", "made_at", "overdue"),
    [
        ({"due_on": "2026-11-30"}, "2026-12-01T12:00:00.000Z", 1),
        ({"due_on": "2026-12-01"}, "2027-05-01T12:00:00.000Z", 0),
        ({"due_on": "2026-11-20"}, "2026-11-20T12:00:00.000Z", 0),
        ({"due_on": "2026-11-20"}, "2026-11-21T02:59:59.999Z", 0),
        ({"due_on": "2026-11-20"}, "2026-11-21T03:00:00.000Z", 1),
        ({"due_on": "2026-11-20", "status": "answered"}, "2026-12-01T12:00:00.000Z", 0),
        ({"status": "overdue"}, "2026-11-10T12:00:00.000Z", 1),
        ({}, "2026-12-01T12:00:00.000Z", 0),
    ],
    ids=["last day", "after the month", "due today", "last minute", "midnight", "answered", "said so", "no term"],
)
def test_what_was_due_before_the_day_looked_at_is_overdue(fields: dict[str, Any], made_at: str, overdue: int) -> None:
    assert steps_of(fields, made_at=made_at)["overdue"] == overdue


def test_a_period_whose_hour_is_not_told_is_looked_at_when_it_was_over() -> None:
    row = {"status": "sent", "due_on": "2026-11-30", **dict.fromkeys(HAS.values(), 0)}

    assert step_figures([row | {"n": 2}], [], "2026-12-01", {})["overdue"] == 2


def test_the_days_of_an_answer_are_those_of_santiago_from_sending_and_their_middle_is_told() -> None:
    took = [
        {"sent_at": "2026-11-11T02:00:00.000Z", "answered_at": "2026-11-11T04:00:00.000Z"},
        {"sent_at": "2026-11-11T12:00:00.000Z", "answered_at": "2026-11-16T12:00:00.000Z"},
        {"sent_at": "2026-11-11T12:00:00.000Z", "answered_at": "2026-11-30T12:00:00.000Z"},
        {"sent_at": "2026-11-11T12:00:00.000Z", "answered_at": "2026-11-01T12:00:00.000Z"},
        {"answered_at": "2026-11-30T12:00:00.000Z"},
    ]

    assert steps_of(*({"status": "answered"} | one for one in took))["days_p50"] == 5


def test_voided_referrals_and_those_of_voided_attentions_have_made_no_step() -> None:
    voided = an_attention(status="voided")

    told = the_summary([voided, a_referral(voided, status="sent")]).tables["referral_steps"]

    assert told == steps_of({"status": "voided"}) == dict.fromkeys(SUMS, 0) | {"days_p50": None}


statuses = st.dictionaries(
    st.sampled_from(["pending", "sent", "acknowledged", "answered", "overdue"]), st.integers(1, 12), max_size=5
)


@given(statuses, st.booleans())
def test_no_step_shown_to_the_public_tells_of_one_to_four(numbers: dict[str, int], late: bool) -> None:
    attention = an_attention()
    due = {"due_on": "2026-11-20"} if late else {}
    held = [a_referral(attention, status=status, **due) for status, n in numbers.items() for _ in range(n)]

    public = for_the_public(the_summary([attention, *held]))

    told, rows = public.tables["referral_steps"], public.tables["referrals"]
    shown = [told[name] for name in SUMS]
    if None in shown:
        assert set(told.values()) == {None}
    else:
        everything, *steps, overdue = shown
        groups = [one - after for one, after in pairwise([everything, *steps, 0])]
        assert not any(map(is_small, [*groups, *shown, everything - steps[-1] - overdue]))
        assert all(row["n"] is not None for row in rows)
