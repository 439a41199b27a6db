"""Which figures are hidden from the public, so that no group of 1 to 4 persons is shown or can be worked out.

A hidden figure is null. First every cell from 1 to 4 is hidden; then, in every line of a table that a reader could
add up (a row, a column, the whole table), so many of the smallest other cells that at least two are hidden and
together count 5 or more. Which lines there are, each report says in `suppression`.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from terreno_app.domain.reports.spec import Row

LEAST_SHOWN = 5
LEAST_HIDDEN_CELLS = 2
Key = TypeVar("Key", bound=Hashable)
Figures = tuple[dict[str, Any], dict[str, Any]]
"""The totals and the tables of a report."""


def hidden(cells: Mapping[Key, int], lines: Iterable[Collection[Key]]) -> frozenset[Key]:
    """Choose the cells to hide.

    Args:
        cells: The figures of a table.
        lines: The sets of cells whose sum a reader may know.

    Returns:
        The cells from 1 to 4 and, in every line that has any, the smallest others that keep them from being found.
    """
    known = [list(line) for line in lines]
    chosen = {key for key, n in cells.items() if is_small(n)}
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


def is_small(value: int | None) -> bool:
    """Whether a figure is of 1 to 4 persons."""
    return value is not None and 0 < value < LEAST_SHOWN


def hide(rows: Sequence[Row], measure: str, dimensions: Iterable[str] = (), *, together: bool = True) -> list[Row]:
    """Hide cells of one measure.

    Args:
        rows: The rows of a table.
        measure: The figure.
        dimensions: Rows that share a value of one of these are a line whose sum a reader may know.
        together: All rows are such a line too.
    """
    cells = {place: row[measure] for place, row in enumerate(rows) if row[measure] is not None}
    lines: list[Collection[int]] = [cells.keys()] if together else []
    lines += [
        [place for place in cells if rows[place][dimension] == value]
        for dimension in dimensions
        for value in sorted({row[dimension] for row in rows}, key=str)
    ]
    out_of_sight = hidden(cells, lines)
    return [row | {measure: None} if place in out_of_sight else row for place, row in enumerate(rows)]


def without(row: Row, names: Iterable[str]) -> Row:
    """A row with these figures hidden."""
    return row | dict.fromkeys(names)
