"""Which figures are hidden from the public, so that no group of 1 to 4 persons is shown or can be worked out.

A hidden figure is null. First every cell from 1 to 4 is hidden; then, in every line of a table that a reader could
add up (a row, a column, the whole table), so many of the smallest other cells that at least two are hidden and
together count 5 or more. Which lines there are, each report says in `suppression`.

Lines that cross may together tell what none of them tells alone: `given_back` solves them all at once.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar

from terreno_app.domain.reports.spec import Row

LEAST_SHOWN = 5
LEAST_HIDDEN_CELLS = 2
Key = TypeVar("Key", bound=Hashable)
NOTHING_SILENT: Mapping[str, Collection[Any]] = MappingProxyType({})
Figures = tuple[dict[str, Any], dict[str, Any]]
"""The totals and the tables of a report."""


def hidden(cells: Mapping[Key, int], lines: Iterable[Collection[Key]], silent: Collection[Key] = ()) -> frozenset[Key]:
    """Choose the cells to hide.

    Args:
        cells: The figures of a table.
        lines: The sets of cells whose sum a reader may know.
        silent: Cells that are hidden in any case.

    Returns:
        The cells from 1 to 4 and, in every line that has any, the smallest others that keep them from being found.
    """
    known = [list(line) for line in lines]
    chosen = {key for key, n in cells.items() if is_small(n) or key in silent}
    before = -1
    while before != len(chosen):
        before = len(chosen)
        for line in known:
            _complete(chosen, cells, line)
    return frozenset(chosen)


def _complete(chosen: set[Key], cells: Mapping[Key, int], line: list[Key]) -> None:
    inside = [cells[key] for key in line if key in chosen]
    others = sorted((key for key in line if key not in chosen and cells[key]), key=lambda key: cells[key])
    while inside and others and (len(inside) < LEAST_HIDDEN_CELLS or sum(inside) < LEAST_SHOWN):
        key = others.pop(0)
        chosen.add(key)
        inside.append(cells[key])


def given_back(cells: Mapping[Key, int], away: Collection[Key], lines: Iterable[Collection[Key]]) -> frozenset[Key]:
    """The cells from 1 to 4 that are hidden and still follow from the sums of all lines together.

    Args:
        cells: The figures of a table.
        away: Those that are hidden.
        lines: The sets of cells whose sum a reader knows.
    """
    reduced: dict[Key, dict[Key, Fraction]] = {}
    for line in lines:
        row = {key: Fraction(1) for key in line if key in away and cells[key]}
        for pivot in [key for key in row if key in reduced]:
            _subtract(row, reduced[pivot], pivot)
        if not row:
            continue
        pivot, scale = next(iter(row.items()))
        row = {key: factor / scale for key, factor in row.items()}
        for other in reduced.values():
            if pivot in other:
                _subtract(other, row, pivot)
        reduced[pivot] = row
    return frozenset(key for key, row in reduced.items() if len(row) == 1 and is_small(cells[key]))


def _subtract(row: dict[Key, Fraction], other: Mapping[Key, Fraction], pivot: Key) -> None:
    times = row[pivot]
    for key, factor in other.items():
        row[key] = row.get(key, Fraction(0)) - times * factor
        if not row[key]:
            del row[key]


def is_small(value: int | None) -> bool:
    """Whether a figure is of 1 to 4 persons."""
    return value is not None and 0 < value < LEAST_SHOWN


def hide(
    rows: Sequence[Row],
    measure: str,
    dimensions: Iterable[str] = (),
    *,
    together: bool = True,
    silent: Mapping[str, Collection[Any]] = NOTHING_SILENT,
) -> list[Row]:
    """Hide cells of one measure.

    Args:
        rows: The rows of a table.
        measure: The figure.
        dimensions: Rows that share a value of one of these are a line whose sum a reader may know.
        together: All rows are such a line too.
        silent: Values of a dimension all of whose rows are hidden.
    """
    cells = {place: row[measure] for place, row in enumerate(rows) if row[measure] is not None}
    lines: list[Collection[int]] = [cells.keys()] if together else []
    lines += [line for dimension in dimensions for line in lines_of(rows, dimension)]
    quiet = {place for place in cells for name, values in silent.items() if rows[place][name] in values}
    out_of_sight = hidden(cells, [[place for place in line if place in cells] for line in lines], quiet)
    return [row | {measure: None} if place in out_of_sight else row for place, row in enumerate(rows)]


def lines_of(rows: Sequence[Row], dimension: str, but: Collection[Any] = ()) -> list[list[int]]:
    """The places of the rows that share a value of a dimension, for each value but some."""
    values = sorted({row[dimension] for row in rows}, key=str)
    return [
        [place for place, row in enumerate(rows) if row[dimension] == value] for value in values if value not in but
    ]


def silent_values(rows: Iterable[Row], dimension: str, measure: str = "n") -> frozenset[Any]:
    """The values of a dimension whose sums are hidden: those from 1 to 4, and as many as keep them from being found."""
    sums: Counter[Any] = Counter()
    for row in rows:
        sums[row[dimension]] += row[measure]
    return hidden(sums, [sorted(sums, key=str)])


def without(row: Row, names: Iterable[str]) -> Row:
    """A row with these figures hidden."""
    return row | dict.fromkeys(names)
