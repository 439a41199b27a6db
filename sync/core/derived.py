"""What may be told of a record's values when it is counted: its civil day, the days something took, yes or no.

In: the name of a derived dimension, and the values it is made of. Out: its value. A count groups by such names as it
groups by paths; where a value is not held ready it is made from the groups of what it is made of (`basis`), so that
every database answers the same without knowing any of it.

    day:P          the civil day of an instant, `2026-11-21`
    month:P        the civil month of an instant or a day, as the number 202611
    clock:P        the hour that clocks show at an instant, 0 to 23
    days:P:Q       civil days from one instant to another
    late:P:Q       1 where the civil day of an instant comes after the day Q, else 0
    within:P:Q:N   1 where the instant Q comes at most N hours after the instant P, else 0
    least:P:N      1 for an integer of at least N, 0 for a smaller one
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

from sync.core.months import month_numbered

MARK = ":"
HOUR = "hour:"
"""Before a path: the first characters of its text, as `instant_hour` are those of the instant."""
INSTANT = "instant"
INSTANT_HOUR = "instant_hour"
WITHIN, MS = "within", "ms"
MS_OF_AN_HOUR = 3_600_000

_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}(\.[A-Za-z][A-Za-z0-9_]{0,63}){0,3}")
_HOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_WHOLE_HOUR = timedelta(hours=1)
_YEARS = (2000, 2038)

Value = int | str | None
_Told = Callable[[tzinfo, int, Sequence[Any]], Value]


class _Function(NamedTuple):
    """How many paths it takes, of which the first are looked at by the hour; whether a number; what it tells."""

    paths: int
    by_hour: int
    number: bool
    tells: _Told


class Derived(NamedTuple):
    """A derived dimension, read from its name.

    Attributes:
        function: One of those above.
        paths: What it is made of.
        number: Its number, 0 where it has none.
    """

    function: str
    paths: tuple[str, ...]
    number: int

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
        return function.tells(zone, self.number, values)

    def over(self, paths: Sequence[str]) -> str:
        """The name of the same of other paths."""
        return MARK.join((self.function, *paths, *([str(self.number)] if _FUNCTIONS[self.function].number else [])))

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
    if shape is None or len(given) != shape.paths + shape.number:
        raise ValueError("no derived dimension")
    paths, number = tuple(given[: shape.paths]), given[-1] if shape.number else "0"
    if not all(_PATH.fullmatch(path) and path != INSTANT_HOUR for path in paths):
        raise ValueError("no path")
    if re.fullmatch(r"0|[1-9][0-9]{0,5}", number) is None:
        raise ValueError("no number")
    return Derived(function, paths, int(number))


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


def _day(zone: tzinfo, _: int, values: Sequence[Any]) -> str | None:
    at = _civil(values[0], zone)
    return None if at is None else at.date().isoformat()


def _month(zone: tzinfo, _: int, values: Sequence[Any]) -> int | None:
    at: date | None = _civil(values[0], zone)
    if at is None and isinstance(values[0], str) and _DAY.fullmatch(values[0]):
        try:
            at = date.fromisoformat(values[0])
        except ValueError:
            return None
    return None if at is None else month_numbered(at.year, at.month)


def _clock(zone: tzinfo, _: int, values: Sequence[Any]) -> int | None:
    at = _civil(values[0], zone)
    return None if at is None else at.hour


def _days(zone: tzinfo, _: int, values: Sequence[Any]) -> int | None:
    first, last = (_civil(value, zone) for value in values)
    return None if first is None or last is None else (last.date() - first.date()).days


def _late(zone: tzinfo, _: int, values: Sequence[Any]) -> int | None:
    at, due_on = _civil(values[0], zone), values[1]
    return None if at is None or not isinstance(due_on, str) else int(at.date().isoformat() > due_on)


def _within(_: tzinfo, hours: int, values: Sequence[Any]) -> int | None:
    first, last = (_milliseconds(value) for value in values)
    return None if first is None or last is None else int(last - first <= hours * MS_OF_AN_HOUR)


def _least(_: tzinfo, least: int, values: Sequence[Any]) -> int | None:
    return int(values[0] >= least) if isinstance(values[0], int) else None


def _has(_: tzinfo, __: int, values: Sequence[Any]) -> int:
    return int(isinstance(values[0], str))


def _ms(_: tzinfo, __: int, values: Sequence[Any]) -> int | None:
    return _milliseconds(values[0])


def _milliseconds(instant: Any) -> int | None:
    if not isinstance(instant, str) or _INSTANT.fullmatch(instant) is None:
        return None
    try:
        since = datetime.fromisoformat(instant) - _EPOCH
    except ValueError:
        return None
    return since // timedelta(milliseconds=1)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_FUNCTIONS: Mapping[str, _Function] = {
    "day": _Function(1, 1, False, _day),
    "month": _Function(1, 1, False, _month),
    "clock": _Function(1, 1, False, _clock),
    "days": _Function(2, 2, False, _days),
    "late": _Function(2, 1, False, _late),
    "within": _Function(2, 0, True, _within),
    "least": _Function(1, 0, True, _least),
    "has": _Function(1, 1, False, _has),
    "ms": _Function(1, 0, False, _ms),
}
