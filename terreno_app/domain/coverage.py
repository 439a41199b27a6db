"""Coverage goals: what may be aimed at, for which space and period, and which goal is in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.errors import DomainError, Problem
from terreno_app.domain.field_checks import field_problems, required_problems
from terreno_app.domain.fields import Json

PERIODS_OF_A_YEAR = {"month": 12, "quarter": 4, "year": 1}
PERCENT_METRICS = ("complaints_in_term", "satisfaction")
"""Metrics whose target is a percentage."""

_HUNDRED = 100


class InvalidGoalPeriodError(DomainError):
    """A year has no such period."""


def period_name(year: int, period_type: str, number: int = 1) -> str:
    """Return the name of a period: `2026-11`, `2026-Q4` or `2026`.

    Args:
        year: Four digits.
        period_type: `month`, `quarter` or `year`.
        number: 1 to 12, 1 to 4, or 1.

    Raises:
        InvalidGoalPeriodError: no such period.
    """
    if not 1 <= number <= PERIODS_OF_A_YEAR.get(period_type, 0):
        raise InvalidGoalPeriodError("no such period")
    return {"month": f"{year}-{number:02d}", "quarter": f"{year}-Q{number}", "year": f"{year}"}[period_type]


def periods(year: int, period_type: str) -> tuple[str, ...]:
    """Return the names of all periods of a year, in order.

    Raises:
        InvalidGoalPeriodError: no such type.
    """
    if period_type not in PERIODS_OF_A_YEAR:
        raise InvalidGoalPeriodError("no such type of period")
    return tuple(period_name(year, period_type, number + 1) for number in range(PERIODS_OF_A_YEAR[period_type]))


def period_of(day: date, period_type: str) -> str:
    """Return the name of the period in which a day lies.

    Raises:
        InvalidGoalPeriodError: no such type.
    """
    names = periods(day.year, period_type)
    return names[(day.month - 1) * len(names) // PERIODS_OF_A_YEAR["month"]]


def goal_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> tuple[Problem, ...]:
    """Return what is wrong with a whole goal, normalised by `field_checks`."""
    found = (
        *field_problems("coverage_goal", fields, catalogues),
        *required_problems("coverage_goal", fields, catalogues),
    )
    if found:
        return found
    year, period_type = fields["year"], str(fields["period_type"])
    label = catalogues.labels
    if not isinstance(year, int) or fields["period"] not in periods(year, period_type):
        example = periods(int(str(year)), period_type)[-1]
        words = f"«{label.field('coverage_goal', 'period')}» no es del año y tipo indicados; se escribe como {example}."
        return (Problem("period", "unknown_code", words),)
    target = fields["target"]
    if fields["metric"] in PERCENT_METRICS and isinstance(target, int) and target > _HUNDRED:
        words = f"«{label.field('coverage_goal', 'target')}» es un porcentaje: no pasa de 100."
        return (Problem("target", "too_large", words),)
    return ()


def in_force(goals: Iterable[tuple[str, Mapping[str, Json]]]) -> tuple[tuple[str, Mapping[str, Json]], ...]:
    """Return the goals (id and fields) that no other one supersedes, in the order given."""
    listed = tuple(goals)
    superseded = {fields.get("supersedes") for _, fields in listed}
    return tuple((identifier, fields) for identifier, fields in listed if identifier not in superseded)
