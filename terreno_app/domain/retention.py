"""Which backups of a laptop outlive their use.

In: when each was taken. Out: those to destroy. What was erased for a person lives on in the backups taken before, so
none is older than 35 days; people are told so. Of those that the laptop makes by itself, the newest three stay, and the
last one of each of seven days. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from terreno_app.domain.clock import santiago_day

KEEP: Final = timedelta(days=35)
FRESH: Final = timedelta(minutes=30)
NEWEST: Final = 3
DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup.

    Attributes:
        name: Of its file.
        at: When it was taken, by the laptop's clock of that moment.
        by_itself: Whether nobody asked for it.
    """

    name: str
    at: datetime
    by_itself: bool


def due(backups: Iterable[Taken], now: datetime) -> bool:
    """Whether a laptop in use has to make one by itself: the last is half an hour old, or a wrong clock's."""
    return not any(one.by_itself and timedelta() <= now - one.at < FRESH for one in backups)


def outlived(backups: Iterable[Taken], now: datetime) -> frozenset[str]:
    """Names of the backups that are to be destroyed.

    One that a wrong clock dates after `now` counts as the oldest: whatever it holds, the next one holds too.
    """
    in_order = sorted(backups, key=lambda one: (one.at <= now, one.at), reverse=True)
    by_itself = [one for one in in_order if one.by_itself]
    of_days = {santiago_day(one.at): one.name for one in reversed(by_itself) if one.at <= now}
    lately = sorted(of_days, reverse=True)[:DAYS]
    kept = {one.name for one in by_itself[:NEWEST]} | {of_days[day] for day in lately}
    return frozenset(one.name for one in in_order if now - one.at > KEEP or (one.by_itself and one.name not in kept))
