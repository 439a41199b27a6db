"""Months of a civil time: which one an instant falls in, and at which instant one begins."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.instants import instant
from sync.core.months import month_beginning, month_numbered, month_of, year_of

SANTIAGO = ZoneInfo("America/Santiago")


@pytest.mark.parametrize(
    ("at", "month"),
    [
        ("2026-11-01T02:59:59.999Z", 202610),
        ("2026-11-01T03:00:00.000Z", 202611),
        ("2026-07-01T03:59:59.999Z", 202606),
        ("2026-07-01T04:00:00.000Z", 202607),
        ("2026-09-06T03:30:00.000Z", 202609),
        ("0001-01-01T00:00:00.000Z", 101),
        ("9999-12-31T23:59:59.999Z", 999912),
    ],
    ids=["summer before", "summer", "winter before", "winter", "clocks go forward", "first hour", "last hour"],
)
def test_an_instant_falls_in_the_month_that_clocks_show(at: str, month: int) -> None:
    assert month_of(at, SANTIAGO) == month


@pytest.mark.parametrize(
    ("at", "month"),
    [
        ("2026-11-01T03:00:00.000Z", 202611),
        ("2026-07-01T04:00:00.000Z", 202607),
        ("2026-11-01T03:00:00.001Z", None),
        ("2026-11-01T02:59:59.999Z", None),
        ("2026-11-02T03:00:00.000Z", None),
        ("2026-11-01T03:00:00Z", None),
        ("2026-11-01T00:00:00.000-03:00", None),
        ("2026-11", None),
        ("soon", None),
        ("0001-01-01T00:00:00.000Z", None),
    ],
    ids=["summer", "winter", "late", "early", "a day", "short", "other form", "month", "no instant", "first hour"],
)
def test_a_month_begins_at_midnight_there_and_at_no_other_instant(at: str, month: int | None) -> None:
    assert month_beginning(at, SANTIAGO) == month


@pytest.mark.parametrize("month", [1, 12])
def test_a_month_is_in_its_year(month: int) -> None:
    assert year_of(month_numbered(2026, month)) == 2026


def test_what_is_no_instant_as_both_sides_write_them_has_no_month() -> None:
    with pytest.raises(ValueError, match=r"^no instant$"):
        month_of("2026-11-01T03:00:00Z", SANTIAGO)


def test_a_month_whose_midnight_clocks_pass_over_begins_when_they_do() -> None:
    cairo = ZoneInfo("Africa/Cairo")

    assert month_beginning("2009-12-31T22:00:00.000Z", cairo) == 201001
    assert month_beginning("1943-03-31T22:00:00.000Z", cairo) == 194304


@given(st.datetimes(timezones=st.just(SANTIAGO)))
def test_later_is_never_an_earlier_month(at: object) -> None:
    earlier = instant(at)  # type: ignore[arg-type]
    later = instant(at + timedelta(hours=7)) if at.year < 9999 else earlier  # type: ignore[operator,attr-defined]

    assert month_of(earlier, SANTIAGO) <= month_of(later, SANTIAGO)
