"""A report as grids: every table with a Spanish title, its columns with headings, its codes with names.

In: a report. Out: one `Grid` for each of its parts, totals first, nothing cut and nothing counted anew. Workbooks, CSV
files and plain papers are made from it. The words stand in `resources/labels/` (`table.…`, `figure.…`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from terreno_app.domain.catalogues import UNSAID, Labels
from terreno_app.domain.reports.report import Report

# The list of codes behind a column; a column that is not here holds figures or text.
CODED: Final[Mapping[str, str]] = {
    "age_band": "age_band",
    "comuna": "comuna",
    "education": "education",
    "institution": "institution",
    "group": "answer_group",
    "light": "light",
    "metric": "metric",
    "mode": "survey_mode",
    "nationality": "country",
    "none_reason": "none_reason",
    "occupation": "occupation",
    "outcome": "outcome",
    "period_type": "period_type",
    "programme": "programme",
    "question": "question",
    "reason": "draw_reason",
    "region": "region",
    "residence_comuna": "comuna",
    "role": "institution_role",
    "sex": "sex",
    "space": "space",
    "status": "referral_status",
    "topic": "topic",
    "type": "type",
    "user_type": "user_type",
}
# A row that says by which field it is broken down has a value of that field beside it.
DIMENSION, VALUE = "dimension", "value"
PATH, FIGURE = "path", "figure"


class Shape(Enum):
    """What the cells of a column are."""

    INTEGER = "entero"
    DECIMAL = "decimal"
    TEXT = "texto"
    MIXED = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the report, its heading, what its cells are, and whether they have Spanish names."""

    key: str
    heading: str
    shape: Shape
    is_coded: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A part of a report.

    Attributes:
        key: Its name in the report; `totals` for the totals.
        title: Its name in Spanish.
        columns: In the order of the report.
        rows: The values as the report has them; a hidden figure is None.
        names: The same cells in words, where a column is coded.
        is_object: The part is an object, not rows: `path` and `figure` are its only columns.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    names: tuple[tuple[str, ...], ...]
    is_object: bool = False


def grids(report: Report, labels: Labels) -> tuple[Grid, ...]:
    """Return the parts of a report, the totals first."""
    parts = [("totals", report.totals), *report.tables.items()]
    return tuple(
        _object(key, part, labels) if isinstance(part, Mapping) else _rows(key, part, labels) for key, part in parts
    )


def flat(values: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    """The figures of an object within objects, each with its path; an empty object is a figure of its own."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _object(key: str, values: Mapping[str, Any], labels: Labels) -> Grid:
    rows = tuple(flat(values))
    columns = (
        Column(PATH, labels.figure("figure", PATH), Shape.TEXT, is_coded=True),
        Column(FIGURE, labels.figure("figure", FIGURE), _shape(value for _, value in rows)),
    )
    names = tuple((_path_name(path, labels), "") for path, _ in rows)
    return Grid(key, labels.figure("table", key), columns, rows, names, is_object=True)


def _path_name(path: str, labels: Labels) -> str:
    """`missing.sex` is «No se preguntó: sexo registral»: each step has its own name."""
    *steps, last = path.split(".")
    known = labels.figure("figure", last)
    name = labels.field("attention", last) if known == last else known
    if not steps:
        return name
    return ": ".join([*(labels.figure("figure", step) for step in steps), name[:1].lower() + name[1:]])


def _rows(key: str, rows: list[Mapping[str, Any]], labels: Labels) -> Grid:
    keys = tuple(rows[0]) if rows else ()
    columns = tuple(
        Column(name, _heading(name, labels), _shape(row[name] for row in rows), is_coded=_is_coded(name, keys))
        for name in keys
    )
    return Grid(
        key,
        labels.figure("table", key),
        columns,
        tuple(tuple(row[name] for name in keys) for row in rows),
        tuple(tuple(_name(row, column, labels) for column in columns) for row in rows),
    )


def _heading(name: str, labels: Labels) -> str:
    known = labels.figure("figure", name)
    return labels.field("attention", name) if known == name else known


def _is_coded(name: str, keys: tuple[str, ...]) -> bool:
    return name in CODED or name == DIMENSION or (name == VALUE and DIMENSION in keys)


def _name(row: Mapping[str, Any], column: Column, labels: Labels) -> str:
    value = row[column.key]
    if not column.is_coded or value is None:
        return ""
    if column.key == DIMENSION:
        return labels.field("attention", str(value))
    code_list = CODED[row[DIMENSION] if column.key == VALUE else column.key]
    return labels.code("unsaid" if value in UNSAID else code_list, str(value))


def _shape(values: Iterable[Any]) -> Shape:
    found = {_shape_of(value) for value in values if value is not None}
    return found.pop() if len(found) == 1 else Shape.MIXED if found else Shape.TEXT


def _shape_of(value: Any) -> Shape:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return Shape.MIXED
    if isinstance(value, int):
        return Shape.INTEGER
    return Shape.DECIMAL if _is_decimal(value) else Shape.TEXT


def _is_decimal(text: str) -> bool:
    """`63.2` and `-0.4`, and no code: `13110` is a comuna."""
    whole, point, rest = text.removeprefix("-").partition(".")
    return bool(point) and whole.isdecimal() and rest.isdecimal()
