"""Terms in Chilean business days, and the 24-hour duty.

In: days, rules and holidays as data (`resources/catalogues/plazos.json`, `feriados_cl.csv`). Out: due dates. A stored
due date is what was printed for the person: nothing here rewrites one, `moved_due_dates` only tells which would move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain

from terreno_app.domain.catalogues import Catalogues, DueRule, Holiday
from terreno_app.domain.clock import instant, parse_day, parse_instant, santiago_day
from terreno_app.domain.errors import DomainError
from terreno_app.domain.fields import Json

DUTY_HOURS = 24
"""Hours to hand a request to the proper unit by electronic means (Ley 19.880, art. 24)."""

RIGHTS_DAYS = 30
"""Calendar days to answer a request over one's data, and of its one extension (Ley 19.628 as amended, art. 11)."""

BLOCKING_BUSINESS_DAYS = 2
"""Business days to block data for the time being (same article)."""

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class TermError(DomainError):
    """There is no rule for a term, its rule allows no extension, or it has already ended."""


class Light(StrEnum):
    """How close the end of a term is."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class MovedDueDate:
    """A stored due date that the present holidays would set otherwise."""

    attention: str
    stored: date
    now: date


class BusinessCalendar:
    """Which days count.

    Args:
        holidays: Those of the catalogue.
        territory: CUT of a region or comuna whose own holidays count too; without it only national ones do.

    Source: Ley 19.880, art. 25: Saturdays, Sundays and holidays do not count.
    """

    def __init__(self, holidays: Iterable[Holiday], territory: str | None = None) -> None:
        self._closed = frozenset(
            holiday.day
            for holiday in holidays
            if not holiday.territories
            or (territory is not None and any(territory.startswith(place) for place in holiday.territories))
        )

    def is_business_day(self, day: date) -> bool:
        """Tell whether a day counts."""
        return day.weekday() < _SATURDAY and day not in self._closed

    def add(self, day: date, business_days: int) -> date:
        """Return the n-th business day after a day; the day itself never counts.

        Args:
            day: Any day.
            business_days: 0 or more; 0 gives the day itself.
        """
        while business_days > 0:
            day += _ONE_DAY
            business_days -= self.is_business_day(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Return how many business days lie after `first` up to `last`; negative when `last` comes before."""
        if last < first:
            return -self.between(last, first)
        return sum(self.is_business_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def due_rule(attention_type: str, rules: Iterable[DueRule]) -> DueRule:
    """Return the rule for a type of attention: the first that names it, else the first for all others.

    Raises:
        TermError: no rule is for this type.
    """
    listed = tuple(rules)
    named = (rule for rule in listed if attention_type in rule.types)
    general = (rule for rule in listed if not rule.types)
    for rule in chain(named, general):
        return rule
    raise TermError("no rule for this type")


def due_on(
    attention_type: str,
    received_at: datetime | str,
    calendar: BusinessCalendar,
    rules: Iterable[DueRule],
) -> tuple[date, str]:
    """Return the last day to answer, and the id of the rule that says so.

    Counted from the day after the day of reception in Santiago. For a Saturday this is the day that the "deemed Monday"
    reading of art. 25 gives, or one earlier.

    Args:
        attention_type: Code of the type.
        received_at: When the attention was received.
        calendar: Which days count.
        rules: Terms, `catalogues.due_rules`.
    """
    rule = due_rule(attention_type, rules)
    return calendar.add(santiago_day(received_at), rule.business_days), rule.id


def answer_owed_by_default(attention_type: str, catalogues: Catalogues) -> bool:
    """Tell whether an answer is owed for a type unless the person declines; an unknown type owes none."""
    entry = catalogues.lists["type"].get(attention_type)
    return entry is not None and entry.answer_owed


def extended(due: date, rule: DueRule, today: date, calendar: BusinessCalendar) -> date:
    """Return the due date after its one extension.

    Raises:
        TermError: the rule allows none, or the term has ended.

    Source: Ley 19.880, art. 26 (at most half of the term, never on an expired one); Ley 20.285, art. 14.
    """
    if not rule.extension_days:
        raise TermError("this term cannot be extended")
    if today > due:
        raise TermError("an expired term is never extended")
    return calendar.add(due, rule.extension_days)


def light(due: date, today: date, rule: DueRule, calendar: BusinessCalendar) -> Light:
    """Tell how close a term is: red once it has ended, amber in its last business days."""
    if today > due:
        return Light.RED
    return Light.AMBER if calendar.between(today, due) <= rule.warn_days else Light.GREEN


def duty_deadline(received_at: datetime | str) -> str:
    """Return the stored instant until which an attention with an answer owed must have reached the centre."""
    moment = parse_instant(received_at) if isinstance(received_at, str) else received_at
    return instant(moment + timedelta(hours=DUTY_HOURS))


def rights_request_terms(received_at: datetime | str, calendar: BusinessCalendar) -> tuple[date, date, date]:
    """Return, for a request over one's data: its due date, the end of its one extension, the day to block by."""
    day = santiago_day(received_at)
    due = day + timedelta(days=RIGHTS_DAYS)
    return due, due + timedelta(days=RIGHTS_DAYS), calendar.add(day, BLOCKING_BUSINESS_DAYS)


def moved_due_dates(
    attentions: Iterable[tuple[str, Mapping[str, Json]]],
    calendar: BusinessCalendar,
    rules: Iterable[DueRule],
) -> tuple[MovedDueDate, ...]:
    """Return the open due dates that the present holidays would set otherwise; a coordinator moves them with one edit.

    Args:
        attentions: Id and fields of each; those that owe nothing, are answered, closed or void are passed over.
        calendar: Which days count now.
        rules: Terms; a due date whose stored rule is not among them (an extension) is passed over.
    """
    by_id = {rule.id: rule for rule in rules}
    moved = []
    for attention, fields in attentions:
        rule = by_id.get(str(fields.get("due_rule")))
        stored, received_at = fields.get("due_on"), fields.get("received_at")
        over = fields.get("status") in {"answered", "closed", "voided"}
        if rule is None or over or not isinstance(stored, str) or not isinstance(received_at, str):
            continue
        present = calendar.add(santiago_day(received_at), rule.business_days)
        if present != parse_day(stored):
            moved.append(MovedDueDate(attention, parse_day(stored), present))
    return tuple(moved)
