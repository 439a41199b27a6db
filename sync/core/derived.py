"""What may be told of a record's values when it is counted: its civil day, the days something took, yes or no.

In: the name of a derived dimension, and the values it is made of. Out: its value. A count groups by such names as it
groups by paths; where a value is not held ready it is made from the groups of what it is made of (`basis`), so that
every database answers the same without knowing any of it.

    day:P          the civil day of an instant, `2026-11-21`
    month:P        the civil month of an instant, as the number 202611
    month_of_day:P the month of a day, as such a number
    clock:P        the hour that clocks show at an instant, 0 to 23
    days:P:Q       civil days from one instant to another
    late:P:Q       1 where the civil day of an instant comes after the day Q, else 0
    within:P:Q:N   1 where the instant Q comes at most N hours after the instant P, else 0
    top:P:N:M      1 for an integer from N to M, 0 for one from 1 to below N
    has:P          1 where there is a text, else 0
    ms:P           milliseconds from 1970 to an instant

P is a path, or `instant`: that of the count. What cannot be told is null. Days are those of the count's `zone`, whose
clocks differ from UTC by whole hours: so of an instant only its hour is looked at, which groups a thousandfold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync.core.months import month_numbered, read_instant

MARK = ":"
HOUR = "hour:"
"""Before a path: the first characters of its text, as `instant_hour` are those of the instant."""
INSTANT = "instant"
INSTANT_HOUR = "instant_hour"
WITHIN, MS, MONTH, MONTH_OF_DAY = "within", "ms", "month", "month_of_day"
MS_OF_AN_HOUR = 3_600_000

PATH = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}(\.[A-Za-z][A-Za-z0-9_]{0,63}){0,3}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,5}")
_HOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE_HOUR = timedelta(hours=1)
_YEARS = (2000, 2038)

Value = int | str | None
_Told = Callable[[tzinfo, Sequence[int], Sequence[Any]], Value]


class _Function(NamedTuple):
    """How many paths it takes, of which the first are looked at by the hour; how many numbers; what it tells."""

    paths: int
    by_hour: int
    numbers: int
    tells: _Told


class Derived(NamedTuple):
    """A derived dimension, read from its name.

    Attributes:
        function: One of those above.
        paths: What it is made of.
        numbers: Its numbers.
    """

    function: str
    paths: tuple[str, ...]
    numbers: tuple[int, ...]

    def basis(self, instant: Sequence[str]) -> tuple[str, ...]:
        """What the groups are by that it is made from: paths, and hours of paths.

        Args:
            instant: The paths of the count's instant.
        """
        by_hour = _FUNCTIONS[self.function].by_hour
        found: list[str] = []
        for place, path in enumerate(self.paths):
            if place < by_hour:
                found.append(INSTANT_HOUR if path == INSTANT else HOUR + path)
            else:
                found += instant if path == INSTANT else (path,)
        return tuple(found)

    def value(self, row: Mapping[str, Any], instant: Sequence[str], zone: tzinfo) -> Value:
        """Its value, from a row with the values of its basis."""
        function = _FUNCTIONS[self.function]
        values = []
        for place, path in enumerate(self.paths):
            if path == INSTANT and place >= function.by_hour:
                values.append(next((row[one] for one in instant if row[one] is not None), None))
            elif path == INSTANT:
                values.append(row[INSTANT_HOUR])
            else:
                values.append(row[HOUR + path if place < function.by_hour else path])
        return function.tells(zone, self.numbers, values)

    def over(self, paths: Sequence[str]) -> str:
        """The name of the same of other paths."""
        return MARK.join((self.function, *paths, *map(str, self.numbers)))

    @property
    def is_number(self) -> bool:
        """It tells integers; else texts."""
        return self.function != "day"


@lru_cache(maxsize=1024)
def derived(name: str) -> Derived | None:
    """Read the name of a derived dimension; `None` for a path, or its hour.

    Raises:
        ValueError: it is neither.
    """
    if MARK not in name or name.startswith(HOUR):
        return None
    function, *given = name.split(MARK)
    shape = _FUNCTIONS.get(function)
    if shape is None or len(given) != shape.paths + shape.numbers:
        raise ValueError("no derived dimension")
    paths, numbers = tuple(given[: shape.paths]), given[shape.paths :]
    if not all(PATH.fullmatch(path) and path != INSTANT_HOUR for path in paths):
        raise ValueError("no path")
    if not all(map(_NUMBER.fullmatch, numbers)):
        raise ValueError("no number")
    return Derived(function, paths, tuple(map(int, numbers)))


@lru_cache(maxsize=16)
def zone_of(name: str) -> ZoneInfo:
    """A zone by its name.

    Raises:
        ValueError: there is none, or its clocks do not differ from UTC by whole hours.
    """
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no zone") from error
    noons = (datetime(year, month, 1, 12, tzinfo=zone) for year in range(*_YEARS) for month in range(1, 13))
    if any((noon.utcoffset() or timedelta()) % _WHOLE_HOUR for noon in noons):
        raise ValueError("no whole hours")
    return zone


@lru_cache(maxsize=65_536)
def _civil(hour: Any, zone: tzinfo) -> datetime | None:
    """What clocks show in an hour of UTC; `None` if it is no hour."""
    if not isinstance(hour, str) or _HOUR.fullmatch(hour) is None:
        return None
    try:
        at = datetime.fromisoformat(f"{hour}:00:00+00:00")
        return at.astimezone(zone)
    except OverflowError:  # the first or last hours of the calendar; a wrong clock knows them
        return at
    except ValueError:
        return None


def _day(zone: tzinfo, _: Sequence[int], values: Sequence[Any]) -> str | None:
    at = _civil(values[0], zone)
    return None if at is None else at.date().isoformat()


def _month(zone: tzinfo, _: Sequence[int], values: Sequence[Any]) -> int | None:
    at = _civil(values[0], zone)
    return None if at is None else month_numbered(at.year, at.month)


def _month_of_day(_: tzinfo, __: Sequence[int], values: Sequence[Any]) -> int | None:
    if not isinstance(values[0], str) or _DAY.fullmatch(values[0]) is None:
        return None
    try:
        day = date.fromisoformat(values[0])
    except ValueError:
        return None
    return month_numbered(day.year, day.month)


def _clock(zone: tzinfo, _: Sequence[int], values: Sequence[Any]) -> int | None:
    at = _civil(values[0], zone)
    return None if at is None else at.hour


def _days(zone: tzinfo, _: Sequence[int], values: Sequence[Any]) -> int | None:
    first, last = (_civil(value, zone) for value in values)
    return None if first is None or last is None else (last.date() - first.date()).days


def _late(zone: tzinfo, _: Sequence[int], values: Sequence[Any]) -> int | None:
    at, day = _civil(values[0], zone), values[1]
    return None if at is None or not isinstance(day, str) else int(at.date().isoformat() > day)


def _within(_: tzinfo, numbers: Sequence[int], values: Sequence[Any]) -> int | None:
    first, last = (_milliseconds(value) for value in values)
    return None if first is None or last is None else int(last - first <= numbers[0] * MS_OF_AN_HOUR)


def _top(_: tzinfo, numbers: Sequence[int], values: Sequence[Any]) -> int | None:
    least, most = numbers
    return int(values[0] >= least) if isinstance(values[0], int) and 1 <= values[0] <= most else None


def _has(_: tzinfo, __: Sequence[int], values: Sequence[Any]) -> int:
    return int(isinstance(values[0], str))


def _ms(_: tzinfo, __: Sequence[int], values: Sequence[Any]) -> int | None:
    return _milliseconds(values[0])


def is_instant(value: Any) -> bool:
    """Whether a value is an instant as both sides write them, so that texts are in the order of time."""
    return _milliseconds(value) is not None


def _milliseconds(instant: Any) -> int | None:
    if not isinstance(instant, str):
        return None
    try:
        return (read_instant(instant) - _EPOCH) // timedelta(milliseconds=1)
    except ValueError:
        return None


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_FUNCTIONS: Mapping[str, _Function] = {
    "day": _Function(1, 1, 0, _day),
    MONTH: _Function(1, 1, 0, _month),
    MONTH_OF_DAY: _Function(1, 0, 0, _month_of_day),
    "clock": _Function(1, 1, 0, _clock),
    "days": _Function(2, 2, 0, _days),
    "late": _Function(2, 1, 0, _late),
    WITHIN: _Function(2, 0, 1, _within),
    "top": _Function(1, 0, 2, _top),
    "has": _Function(1, 1, 0, _has),
    MS: _Function(1, 0, 0, _ms),
}
