"""The words of the receipt in one language, and how that language writes a day: data, see `public_language`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from terreno_app.domain.clock import parse_instant, santiago


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """What stands around the facts.

    `business_days` has {days}, `by_email` {address}, `by_phone` {digits}, what is scanned {folio} or {day}.
    """

    title: str
    strip_title: str
    folio: str
    received: str
    place: str
    type: str
    about: str
    person: str
    attended_by: str
    due: str
    business_days: str
    by_email: str
    by_phone: str
    by_letter: str
    in_person: str
    by_buzon: str
    follow: str
    with_folio: str
    come_back: str
    your_data: str
    photo: str
    code: str
    law: str
    scanned_folio: str
    scanned_received: str
    scanned_due: str


@dataclass(frozen=True, slots=True)
class ReceiptLanguage:
    """How a receipt speaks.

    Attributes:
        code: BCP 47.
        name: As its speakers write it.
        words: What stands around the facts.
        weekdays: Monday first.
        months: January first.
        day_pattern: With {weekday}, {day}, {month} and {year}.
        moment_pattern: With {day} and {hour}.
        types: What an attention can be, by its code; a type without words is told in those of the catalogue.
        privacy: The privacy notice, by its version; a version without words is told in its own.
    """

    code: str
    name: str
    words: ReceiptWords
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day_pattern: str
    moment_pattern: str
    types: Mapping[str, str]
    privacy: Mapping[str, str]

    def day(self, on: date) -> str:
        """Return a day with its weekday: «sábado 21 de noviembre de 2026»."""
        return self.day_pattern.format(
            weekday=self.weekdays[on.weekday()], day=on.day, month=self.months[on.month - 1], year=on.year
        )

    def moment(self, at: str) -> str:
        """Return a stored instant as the day and the hour of Santiago."""
        local = santiago(parse_instant(at))
        return self.moment_pattern.format(day=self.day(local.date()), hour=f"{local:%H:%M}")
