"""Folios of attentions and codes of outings: given by a laptop on its own, and never given twice.

A folio is `T07-2026-000123-9`: label of the laptop – year of reception in Santiago – counter of label and year –
check digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum.iso7064 import mod_11_10

from terreno_app.domain.errors import DomainError

LAST_COUNTER = 999_999
_LABEL = re.compile(r"T[0-9]{2,4}")
_FOLIO = re.compile(r"(T[0-9]{2,4})-([0-9]{4})-([0-9]{6})-([0-9])")
_YEARS = range(1000, 10_000)


class InvalidFolioError(DomainError):
    """A folio or outing code cannot be made or read."""


@dataclass(frozen=True, slots=True)
class Folio:
    """The parts of a folio whose check digit matches."""

    label: str
    year: int
    counter: int

    def __str__(self) -> str:
        """Return the folio as printed."""
        return make_folio(self.label, self.year, self.counter)


def make_folio(label: str, year: int, counter: int) -> str:
    """Write the folio of an attention.

    Args:
        label: Label of the laptop, `T` and two to four digits.
        year: Year of `received_at` in Santiago.
        counter: 1 to 999,999, counted for label and year.

    Raises:
        InvalidFolioError: a part is out of range; after 999,999 the laptop needs a new label.

    Source: check digit ISO 7064 MOD 11,10 over all digits.
    """
    _check_parts(label, year, counter)
    digit = mod_11_10.calc_check_digit(f"{label[1:]}{year}{counter:06d}")
    return f"{label}-{year}-{counter:06d}-{digit}"


def parse_folio(text: str) -> Folio:
    """Read a folio as it was printed or typed (case and outer spaces are free).

    Raises:
        InvalidFolioError: the shape is another, or the check digit does not match.
    """
    written = text.strip().upper()
    parts = _FOLIO.fullmatch(written)
    if parts is None:
        raise InvalidFolioError("not the shape of a folio")
    folio = Folio(parts[1], int(parts[2]), int(parts[3]))
    if str(folio) != written:
        raise InvalidFolioError("the check digit does not match")
    return folio


def make_outing_code(label: str, year: int, counter: int) -> str:
    """Write the code of an outing: `S-T07-2026-003` (laptop that plans it – year – counter).

    Raises:
        InvalidFolioError: a part is out of range.
    """
    _check_parts(label, year, counter)
    return f"S-{label}-{year}-{counter:03d}"


def _check_parts(label: str, year: int, counter: int) -> None:
    if _LABEL.fullmatch(label) is None:
        raise InvalidFolioError("a label is T and two to four digits")
    if year not in _YEARS:
        raise InvalidFolioError("a year has four digits")
    if not 1 <= counter <= LAST_COUNTER:
        raise InvalidFolioError("a counter runs from 1 to 999,999")
