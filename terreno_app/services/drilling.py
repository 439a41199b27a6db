"""From a figure of a report to the attentions that make it, counted alike.

The figure's own question is asked once more, for ids instead of a number; what is listed is what was counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from terreno_app.domain.reports import drill
from terreno_app.domain.reports.drill import Figure
from terreno_app.domain.reports.report import Report
from terreno_app.services.attentions import AttentionRow, Attentions

LISTED = 500
"""Rows that a person can look through; the number of all is told beside them."""


class IdStore(Protocol):
    """What drilling needs of the laptop's store."""

    def tallies(self, spec: Mapping[str, Any]) -> Mapping[str, list[dict[str, Any]]]:
        """Answer the grouped counts of a specification in its wire form."""
        ...


@dataclass(frozen=True, slots=True)
class Drilled:
    """The attentions of a figure.

    Attributes:
        total: How many there are.
        rows: The newest of them.
    """

    total: int
    rows: tuple[AttentionRow, ...]


class Drilling:
    """Finds what was counted on this laptop."""

    def __init__(self, store: IdStore, attentions: Attentions) -> None:
        self._store = store
        self._attentions = attentions

    def of(self, report: Report, figure: Figure) -> Drilled:
        """The attentions that a figure counts.

        Args:
            report: The report, counted on this laptop.
            figure: One that `drill.figure_of` gave.
        """
        found = drill.ids(report, figure, self._store.tallies(drill.spec(report, figure).to_wire()))
        newest = sorted(found, reverse=True)[:LISTED]  # ids are ordered by the time at which they were made
        return Drilled(len(found), self._attentions.rows_of(newest))
