"""The public version of a report: figures of 1 to 4 persons are hidden, and those that would give them away.

A hidden figure is null. First every cell from 1 to 4 is hidden; then, in every line of a table that a reader could
add up (a row, a column, the whole table), so many of the smallest other cells that at least two are hidden and
together count 5 or more. The `missing` figure of a field repeats the «not asked» cells of its table and goes with them.

What this does not prove: that no figure follows from two tables taken together (the same sex totals stand behind
three of them), from two reports (a month within its quarter, a region within the country) or from the percentiles.

Source: Ley 19.628 art. 16 quinquies (statistics are published anonymised); domain.md 5.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from terreno_app.domain.reports.monthly_summary import NOT_ASKED, PROFILE
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import Row

LEAST_SHOWN = 5
LEAST_HIDDEN_CELLS = 2
PERSON_TOTALS = ("attentions", "persons", "informed")
Key = TypeVar("Key", bound=Hashable)


def for_the_public(report: Report) -> Report:
    """Return the report as it may be published; its digest is that of the figures that are left."""
    tables = {name: _table(name, content) for name, content in report.tables.items()}
    tables["quality"] = _quality(report.tables["quality"], tables)
    totals = {
        name: None if name in PERSON_TOTALS and is_small(value) else value for name, value in report.totals.items()
    }
    if totals["attentions"] is None:
        totals["persons"] = None
        tables["times"] = dict.fromkeys(tables["times"])
    return replace(report, totals=totals, tables=tables, suppressed=True)


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


def _table(name: str, content: Any) -> Any:
    if not isinstance(content, list):
        return dict(content)
    if name == "outings":
        return _hide(_hide(content, "attentions", ()), "informed", ())
    return _hide(content, "n", ("role",) if name == "institution" else tuple(content[0])[:-1] if content else ())


def _hide(rows: list[Row], measure: str, dimensions: tuple[str, ...]) -> list[Row]:
    """Hide cells of one measure; rows that share a value of a dimension are a line, and all of them are one."""
    cells = {place: row[measure] for place, row in enumerate(rows)}
    lines: list[Collection[int]] = [cells.keys()]
    lines += [
        [place for place, row in enumerate(rows) if row[dimension] == value]
        for dimension in dimensions
        for value in sorted({row[dimension] for row in rows})
        if len(dimensions) > 1 or dimension == "role"
    ]
    out_of_sight = hidden(cells, lines)
    return [row | {measure: None} if place in out_of_sight else row for place, row in enumerate(rows)]


def _quality(quality: Mapping[str, Any], tables: Mapping[str, list[Row]]) -> dict[str, Any]:
    silent = {
        field
        for field, table in PROFILE.items()
        if any(row[field] == NOT_ASKED and row["n"] is None for row in tables[table])
    }
    return {
        "voided": None if is_small(quality["voided"]) else quality["voided"],
        "back_captured": None if is_small(quality["back_captured"]) else quality["back_captured"],
        "missing": {field: None if field in silent or is_small(n) else n for field, n in quality["missing"].items()},
    }
