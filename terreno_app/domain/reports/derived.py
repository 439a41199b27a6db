"""What may be told of a record's values when it is counted: its civil day, the days something took, yes or no.

In: paths. Out: the names under which a count asks for it, and what these say of plain values (the meaning that stores
must match). Whoever answers needs fewer groups: an instant is nearly unlike every other, a day is not.

A name is a function and its paths, `late:answered_at:due_on`. A path `instant` is that of the count. What cannot be
told is null. Of an instant only the hour is looked at, in UTC; the clocks of Chile differ from it by whole hours.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

MARK = ":"
INSTANT = "instant"
_HOUR_FORM = "%Y-%m-%dT%H"
_INSTANT_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"
_HOUR_LENGTH, _DAY_LENGTH, _INSTANT_LENGTH = len("2026-11-21T16"), len("2026-11-21"), len("2026-11-21T16:00:00.000Z")


def day(path: str) -> str:
    """The civil day of an instant: `2026-11-21`."""
    return f"day:{path}"


def month(path: str) -> str:
    """The civil month of an instant, as the number 202611."""
    return f"month:{path}"


def month_of_day(path: str) -> str:
    """The month of a day, as such a number."""
    return f"month_of_day:{path}"


def clock(path: str) -> str:
    """The hour that clocks show at an instant, 0 to 23."""
    return f"clock:{path}"


def days_from(first: str, last: str) -> str:
    """Civil days from one instant to another."""
    return f"days:{first}:{last}"


def late(instant: str, due_on: str) -> str:
    """1 where the civil day of an instant comes after a day, else 0."""
    return f"late:{instant}:{due_on}"


def within(first: str, last: str, hours: int) -> str:
    """1 where an instant comes at most so many hours after another, else 0."""
    return f"within:{first}:{last}:{hours}"


def top(path: str, least: int, most: int) -> str:
    """1 for an integer from the least to the most, 0 for one from 1 to below the least."""
    return f"top:{path}:{least}:{most}"


def has(path: str) -> str:
    """1 where there is a text, else 0."""
    return f"has:{path}"


def told(name: str, read: Callable[[str], Any], zone: tzinfo) -> Any:
    """What a name says of a record.

    Args:
        name: One of those above.
        read: The value at a path, or of the instant.
        zone: Whose days and clocks.
    """
    function, *given = name.split(MARK)
    return MEANINGS[function](zone, [int(one) if one.isdigit() else read(one) for one in given])


def _civil(hour: Any, zone: tzinfo) -> datetime | None:
    if not isinstance(hour, str):
        return None
    try:
        at = datetime.strptime(hour[:_HOUR_LENGTH], _HOUR_FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
    if len(hour) < _HOUR_LENGTH or at.strftime(_HOUR_FORM).zfill(_HOUR_LENGTH) != hour[:_HOUR_LENGTH]:
        return None
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def _day(zone: tzinfo, values: Sequence[Any]) -> str | None:
    at = _civil(values[0], zone)
    return None if at is None else at.date().isoformat()


def _month(zone: tzinfo, values: Sequence[Any]) -> int | None:
    at = _civil(values[0], zone)
    return None if at is None else at.year * 100 + at.month


def _month_of_day(_: tzinfo, values: Sequence[Any]) -> int | None:
    if not isinstance(values[0], str) or len(values[0]) != _DAY_LENGTH:
        return None
    try:
        found = date.fromisoformat(values[0])
    except ValueError:
        return None
    return found.year * 100 + found.month


def _clock(zone: tzinfo, values: Sequence[Any]) -> int | None:
    at = _civil(values[0], zone)
    return None if at is None else at.hour


def _days(zone: tzinfo, values: Sequence[Any]) -> int | None:
    first, last = _civil(values[0], zone), _civil(values[1], zone)
    return None if first is None or last is None else (last.date() - first.date()).days


def _late(zone: tzinfo, values: Sequence[Any]) -> int | None:
    at, due_on = _civil(values[0], zone), values[1]
    return None if at is None or not isinstance(due_on, str) else int(at.date().isoformat() > due_on)


def _within(_: tzinfo, values: Sequence[Any]) -> int | None:
    first, last = _exactly(values[0]), _exactly(values[1])
    return None if first is None or last is None else int(last - first <= timedelta(hours=values[2]))


def _top(_: tzinfo, values: Sequence[Any]) -> int | None:
    value, least, most = values
    return int(value >= least) if isinstance(value, int) and 1 <= value <= most else None


def _has(_: tzinfo, values: Sequence[Any]) -> int:
    return int(isinstance(values[0], str))


def _exactly(instant: Any) -> datetime | None:
    if not isinstance(instant, str) or len(instant) != _INSTANT_LENGTH:
        return None
    try:
        return datetime.strptime(instant, _INSTANT_FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


MEANINGS: Mapping[str, Callable[[tzinfo, Sequence[Any]], Any]] = {
    "day": _day,
    "month": _month,
    "month_of_day": _month_of_day,
    "clock": _clock,
    "days": _days,
    "late": _late,
    "within": _within,
    "top": _top,
    "has": _has,
}
