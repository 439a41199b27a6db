"""Months of a civil time, as numbers in their order: `202611` is November of 2026. Instants are those of the wire.

A month lasts from the first instant at which clocks show it. Where midnight does not exist, because clocks were put
forward, that is the instant at which they were.
"""

import re
from datetime import datetime, timedelta, tzinfo

NO_MONTH = 0
"""Of a record without an instant."""

YEAR = 100
"""What a year's months have between their numbers and those of the next: `202600` stands for 2026 as a whole."""

_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_LEAST = timedelta(milliseconds=1)


def month_of(instant: str, zone: tzinfo) -> int:
    """The month that clocks of the zone show at an instant.

    Raises:
        ValueError: it is no instant as both sides write them; another form would not be in order with them.
    """
    return _month(read_instant(instant), zone)


def month_numbered(year: int, month: int) -> int:
    """The number of a month, 1 to 12, of a year."""
    return year * YEAR + month


def year_of(month: int) -> int:
    """The year that a month is in."""
    return month // YEAR


def month_beginning(instant: str, zone: tzinfo) -> int | None:
    """The month that begins at an instant; `None` when none does, or it is no instant as both sides write them."""
    try:
        at = read_instant(instant)
        month = _month(at, zone)
        return month if _month(at - _LEAST, zone) < month else None
    except (ValueError, OverflowError):
        return None


def read_instant(instant: str) -> datetime:
    """An instant as both sides write them, whose texts are in the order of time.

    Raises:
        ValueError: it is none, or written in another form.
    """
    if _FORM.fullmatch(instant) is None:
        raise ValueError("no instant")
    return datetime.fromisoformat(instant)


def _month(at: datetime, zone: tzinfo) -> int:
    try:
        local = at.astimezone(zone)
    except OverflowError:  # the first or last hours of the calendar; a wrong clock knows them
        local = at
    return month_numbered(local.year, local.month)
