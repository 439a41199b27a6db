from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.catalogues import Holiday
from terreno_app.domain.clock import parse_instant
from terreno_app.domain.deadlines import (
    BusinessCalendar,
    Light,
    MovedDueDate,
    TermError,
    answer_owed_by_default,
    due_on,
    due_rule,
    duty_deadline,
    extended,
    light,
    moved_due_dates,
    rights_request_terms,
)
from tests.factories import an_owed_attention, catalogues

CALENDAR = BusinessCalendar(catalogues().holidays)
_days = st.dates(date(2025, 1, 1), date(2029, 12, 31))
_terms = st.integers(0, 60)


@pytest.mark.parametrize(
    ("start", "term", "due"),
    [(date(2026, 12, 4), 5, date(2026, 12, 14)), (date(2026, 12, 5), 10, date(2026, 12, 21))],
    ids=["friday before the Inmaculada", "saturday outing"],
)
def test_a_term_skips_weekends_and_holidays(start: date, term: int, due: date) -> None:
    assert CALENDAR.add(start, term) == due


@given(_days, _days, _terms)
def test_who_comes_later_is_never_answered_earlier(one: date, other: date, term: int) -> None:
    first, last = sorted((one, other))

    assert CALENDAR.add(first, term) <= CALENDAR.add(last, term)


@given(_days, _terms)
def test_a_term_counts_as_many_business_days_as_it_has(day: date, term: int) -> None:
    due = CALENDAR.add(day, term)

    assert CALENDAR.between(day, due) == term
    assert CALENDAR.between(due, day) == -term
    assert term == 0 or CALENDAR.is_business_day(due)


def test_a_local_holiday_counts_only_where_it_is_kept() -> None:
    arica = date(2027, 6, 7)

    assert CALENDAR.is_business_day(arica)
    assert not BusinessCalendar(catalogues().holidays, territory="15101").is_business_day(arica)
    assert BusinessCalendar(catalogues().holidays, territory="13").is_business_day(arica)


def test_a_complaint_of_a_saturday_evening_is_due_in_ten_business_days() -> None:
    due, rule = due_on("complaint", "2026-12-06T01:30:00.000Z", CALENDAR, catalogues().due_rules)

    assert (due, rule) == (date(2026, 12, 21), "answer_10")


def test_an_access_request_is_due_in_twenty_business_days() -> None:
    due, rule = due_on("foi_request", parse_instant("2026-11-02T15:00:00Z"), CALENDAR, catalogues().due_rules)

    assert (due, rule) == (date(2026, 11, 30), "foi_request_20")


def test_without_a_rule_there_is_no_term() -> None:
    with pytest.raises(TermError):
        due_rule("complaint", [rule for rule in catalogues().due_rules if rule.types])


@pytest.mark.parametrize(
    ("attention_type", "owed"),
    [("enquiry", False), ("complaint", True), ("foi_request", True), ("follow_up", False), ("nadie", False)],
)
def test_the_type_says_whether_an_answer_is_owed(attention_type: str, owed: bool) -> None:
    assert answer_owed_by_default(attention_type, catalogues()) is owed


def test_a_term_is_extended_once_and_before_it_ends() -> None:
    rule = due_rule("foi_request", catalogues().due_rules)
    due = date(2026, 11, 30)

    assert extended(due, rule, due, CALENDAR) == date(2026, 12, 15)
    with pytest.raises(TermError):
        extended(due, rule, due + timedelta(days=1), CALENDAR)


def test_a_rule_without_extension_is_not_extended() -> None:
    rule = due_rule("complaint", catalogues().due_rules)
    fixed = type(rule)(rule.id, rule.types, rule.business_days, rule.warn_days, 0, rule.source)

    with pytest.raises(TermError):
        extended(date(2026, 11, 30), fixed, date(2026, 11, 1), CALENDAR)


@pytest.mark.parametrize(
    ("today", "colour"),
    [(date(2026, 12, 1), Light.GREEN), (date(2026, 12, 16), Light.AMBER), (date(2026, 12, 22), Light.RED)],
)
def test_the_light_warns_before_the_term_ends(today: date, colour: Light) -> None:
    rule = due_rule("complaint", catalogues().due_rules)

    assert light(date(2026, 12, 21), today, rule, CALENDAR) is colour


def test_the_duty_to_hand_over_ends_after_twenty_four_hours() -> None:
    received = "2026-11-21T16:04:05.123Z"

    assert duty_deadline(received) == "2026-11-22T16:04:05.123Z"
    assert duty_deadline(parse_instant(received)) == "2026-11-22T16:04:05.123Z"


def test_a_rights_request_counts_calendar_days_but_blocks_in_business_days() -> None:
    due, extension, block = rights_request_terms("2026-12-04T15:00:00.000Z", CALENDAR)

    assert (due, extension, block) == (date(2027, 1, 3), date(2027, 2, 2), date(2026, 12, 9))


def test_a_new_holiday_lists_the_open_due_dates_that_it_would_move() -> None:
    after = BusinessCalendar([*catalogues().holidays, Holiday(date(2026, 11, 27), "Feriado por ley")])
    received = {"received_at": "2026-11-20T15:00:00.000Z", "due_on": "2026-12-04"}
    attentions = [
        ("open", an_owed_attention(**received)),
        ("answered", an_owed_attention(**received, status="answered")),
        ("extended", an_owed_attention(**received, due_rule="otra")),
        ("nothing owed", an_owed_attention(**{**received, "due_on": None})),
        ("later", an_owed_attention(received_at="2026-11-27T15:00:00.000Z", due_on="2026-12-14")),
    ]

    moved = moved_due_dates(attentions, after, catalogues().due_rules)

    assert moved == (MovedDueDate("open", date(2026, 12, 4), date(2026, 12, 7)),)
    assert moved_due_dates(attentions, CALENDAR, catalogues().due_rules) == ()
