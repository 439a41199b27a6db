from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.clock import (
    InvalidInstantError,
    InvalidPeriodError,
    day_beginning,
    instant,
    month_bounds,
    parse_day,
    parse_instant,
    santiago,
    santiago_day,
)

_moments = st.datetimes(datetime(1901, 1, 1), datetime(9990, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(_moments)
def test_an_instant_survives_being_written_and_read_to_the_millisecond(moment: datetime) -> None:
    read = parse_instant(instant(moment))

    assert moment - read < timedelta(milliseconds=1)
    assert instant(read) == instant(moment)


@given(_moments, st.integers(-12 * 60, 14 * 60))
def test_the_offset_in_which_an_hour_is_told_does_not_change_it(moment: datetime, minutes: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(minutes=minutes)))

    assert instant(elsewhere) == instant(moment)


@given(_moments, _moments)
def test_stored_instants_sort_as_text(one: datetime, other: datetime) -> None:
    assert (instant(one) < instant(other)) <= (one < other)


@pytest.mark.parametrize(
    "text",
    ["", "ayer", "2026-11-21T16:04:05", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1899-12-31T23:59:59Z"],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(InvalidInstantError):
        parse_instant(text)


def test_an_hour_without_offset_is_not_stored() -> None:
    with pytest.raises(InvalidInstantError):
        instant(datetime(2026, 11, 21))  # noqa: DTZ001


def test_the_day_is_that_of_santiago_and_not_that_of_utc() -> None:
    evening = "2026-11-22T02:30:00.000Z"

    assert santiago_day(evening) == date(2026, 11, 21)
    assert santiago_day(parse_instant(evening)) == date(2026, 11, 21)
    assert santiago(parse_instant(evening)).hour == 23


@pytest.mark.parametrize(
    ("period", "bounds"),
    [
        ("2026-11", ("2026-11-01T03:00:00.000Z", "2026-12-01T03:00:00.000Z")),
        ("2026-12", ("2026-12-01T03:00:00.000Z", "2027-01-01T03:00:00.000Z")),
        ("2026-07", ("2026-07-01T04:00:00.000Z", "2026-08-01T04:00:00.000Z")),
        ("2026-Q4", ("2026-10-01T03:00:00.000Z", "2027-01-01T03:00:00.000Z")),
        ("2026", ("2026-01-01T03:00:00.000Z", "2027-01-01T03:00:00.000Z")),
    ],
)
def test_a_period_begins_and_ends_at_midnight_in_santiago(period: str, bounds: tuple[str, str]) -> None:
    assert month_bounds(period) == bounds


@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "26", "2026-1", "0000", "9999", "noviembre"])
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(InvalidPeriodError):
        month_bounds(period)


def test_the_months_of_a_year_leave_no_instant_out() -> None:
    months = [month_bounds(f"2026-{month:02d}") for month in range(1, 13)]

    assert [end for _, end in months[:-1]] == [start for start, _ in months[1:]]
    assert (months[0][0], months[-1][1]) == month_bounds("2026")


@pytest.mark.parametrize("text", ["2026-11-31", "20261121", "hoy"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidInstantError):
        parse_day(text)


def test_a_day_is_read_as_stored() -> None:
    assert parse_day("2026-11-21") == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2026, 7, 15), "2026-07-15T04:00:00.000Z"),
        (date(2026, 11, 21), "2026-11-21T03:00:00.000Z"),
        (date(2026, 9, 6), "2026-09-06T04:00:00.000Z"),
    ],
    ids=["winter", "summer", "clocks skip midnight"],
)
def test_a_day_begins_at_its_midnight_or_where_clocks_skip_it(day: date, begins: str) -> None:
    assert day_beginning(day) == begins
    assert santiago_day(begins) == day
