"""Identifiers: UUIDv7 for what is made here, UUIDv5 for what two laptops must name alike without talking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_DNS, UUID, uuid5

from terreno_app.domain.clock import Clock, instant

_TERRENO = uuid5(NAMESPACE_DNS, "terreno")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MILLISECOND = 253_370_764_799_999
_RANDOM_BYTES = 10


@dataclass(frozen=True, slots=True)
class Ids:
    """Makes UUIDv7 identifiers; Python 3.11 has none.

    Args:
        clock: Where the first 48 bits (milliseconds since 1970) come from; an earlier clock counts as 1970.
        random: Gives as many random bytes as it is asked for.

    Source: RFC 9562, section 5.7.
    """

    clock: Clock
    random: Callable[[int], bytes]

    def new(self) -> str:
        """Return a new identifier, 36 characters in lower case."""
        milliseconds = max(0, int(self.clock.now().timestamp() * 1000)) & (2**48 - 1)
        noise = int.from_bytes(self.random(_RANDOM_BYTES))
        value = milliseconds << 80 | noise
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        return str(UUID(int=value))


def is_id(text: str) -> bool:
    """Tell whether a text is a UUID as we store it: 36 characters, lower case."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def born_at(identifier: str) -> str:
    """Return the instant that the first 48 bits of an id tell; one beyond the calendar counts as its end."""
    milliseconds = min(UUID(identifier).int >> 80, _LAST_MILLISECOND)
    return instant(_EPOCH + timedelta(milliseconds=milliseconds))


def session_id(outing: str, device: str) -> str:
    """Return the id of the session (and of the acta) of one device in one outing."""
    return str(uuid5(UUID(outing), device.lower()))


def line_id(reading: str, line: int) -> str:
    """Return the id of what a line of a file becomes, the same each time that this reading of the file goes on."""
    return str(uuid5(UUID(reading), str(line)))


def remark_id(goal: str, period: str) -> str:
    """Return the id of what is said of a goal in a period: two laptops that say something meet in one record."""
    return str(uuid5(UUID(goal), period))


def year_remark_id(region: str, year: int) -> str:
    """Return the id of what is said of a region's year, for the same reason."""
    return named_id(f"year/{year}/{region}")


def named_id(name: str) -> str:
    """Return the id of a record that has a name instead of a maker, such as `2026-11/13` for the close of a month."""
    return str(uuid5(_TERRENO, name.lower()))
