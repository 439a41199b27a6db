"""Instants, days and periods.

Stored time is UTC with milliseconds (`…_at`); a day, month, quarter or year is that of the instant in
America/Santiago, in every region (`…_on`). Nothing here reads the hour: a `Clock` is handed in.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from terreno_app.domain.errors import DomainError

SANTIAGO = ZoneInfo("America/Santiago")
_EARLIEST_YEAR = 1900
_LATEST_YEAR = 9998
_PERIOD = re.compile(r"(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
_MONTHS_OF_A_YEAR = 12
_MONTHS_OF_A_QUARTER = 3


class InvalidInstantError(DomainError, ValueError):
    """A text is no ISO 8601 instant with its offset, or lies outside the years 1900 to 9998."""


class InvalidPeriodError(DomainError, ValueError):
    """A text is none of `2026-11`, `2026-Q4`, `2026`."""


class Clock(Protocol):
    """Where the hour comes from."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


def instant(moment: datetime) -> str:
    """Write an aware instant as stored: `2026-11-21T16:04:05.123Z`, finer parts cut off.

    Raises:
        InvalidInstantError: the instant says no offset, or its year is improbable.
    """
    if moment.tzinfo is None:
        raise InvalidInstantError("an instant needs its offset")
    try:
        utc = moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInstantError("the instant is out of range") from error
    if not _EARLIEST_YEAR <= utc.year <= _LATEST_YEAR:
        raise InvalidInstantError("the year is improbable")
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant with any offset.

    Returns:
        The instant in UTC, cut to milliseconds.

    Raises:
        InvalidInstantError: no such instant, no offset, or an improbable year.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInstantError("not an ISO 8601 instant") from error
    return datetime.fromisoformat(instant(moment))


def santiago(moment: datetime) -> datetime:
    """Return the same instant with the wall clock of America/Santiago."""
    return moment.astimezone(SANTIAGO)


def santiago_day(moment: datetime | str) -> date:
    """Return the day in America/Santiago to which an instant belongs."""
    return santiago(parse_instant(moment) if isinstance(moment, str) else moment).date()


def day_beginning(day: date) -> str:
    """Return the stored instant at which a day begins in America/Santiago; where clocks skip midnight, after it."""
    return instant(datetime(day.year, day.month, day.day, tzinfo=SANTIAGO))


def parse_day(text: str) -> date:
    """Read a day as stored: `2026-11-21`.

    Raises:
        InvalidInstantError: not such a day, or written in another form.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInstantError("not a day") from error
    if day.isoformat() != text:
        raise InvalidInstantError("a day is written 2026-11-21")
    return day


def month_bounds(period: str) -> tuple[str, str]:
    """Return the stored instants at which a month, quarter or year begins and the next one begins.

    Args:
        period: `2026-11`, `2026-Q4` or `2026`.

    Raises:
        InvalidPeriodError: none of these forms.
    """
    parts = _PERIOD.fullmatch(period)
    if parts is None or not _EARLIEST_YEAR < int(parts["year"]) < _LATEST_YEAR:
        raise InvalidPeriodError("a period is written 2026-11, 2026-Q4 or 2026")
    year = int(parts["year"])
    if parts["month"]:
        first, length = int(parts["month"]), 1
    elif parts["quarter"]:
        first, length = (int(parts["quarter"]) - 1) * _MONTHS_OF_A_QUARTER + 1, _MONTHS_OF_A_QUARTER
    else:
        first, length = 1, _MONTHS_OF_A_YEAR
    return _start_of_month(year, first), _start_of_month(year, first + length)


def _start_of_month(year: int, month: int) -> str:
    over, position = divmod(month - 1, _MONTHS_OF_A_YEAR)
    return instant(datetime(year + over, position + 1, 1, tzinfo=SANTIAGO))
