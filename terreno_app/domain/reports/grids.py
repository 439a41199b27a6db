"""A report as grids: every table with a Spanish title, its columns with headings, its codes with names.

In: a report. Out: one `Grid` for each of its parts, totals first, nothing cut and nothing counted anew; ages, studies
and other steps stand in their own order, whatever that of the report is (its digest keeps that one). Workbooks, CSV
files and plain papers are made from it. The words stand in `resources/labels/` (`table.…`, `figure.…`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from terreno_app.domain.catalogues import UNSAID, Labels
from terreno_app.domain.reports import remarks
from terreno_app.domain.reports.comparison import COMPARED
from terreno_app.domain.reports.opinions import NAME as OPINIONS
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.sensitive import NAME as SENSITIVE

Row = Mapping[str, Any]
# The list of codes behind a column, in one table or in all; a column that is not here holds figures or text.
CODED: Final[Mapping[str, str]] = {
    "age_band": "age_band",
    "answer": "answer",
    "answer_medium": "answer_medium",
    "client": "a1_client",
    "comuna": "comuna",
    "complaints.status": "attention_status",
    "coverage_reason": "coverage_reason",
    "disability": "disability",
    "education": "education",
    "found": "found",
    "gender_identity": "gender_identity",
    "goal_state": "goal_state",
    "group": "answer_group",
    "hour": "hour",
    "indicator": "indicator",
    "indigenous_people": "indigenous_people",
    "institution": "institution",
    "item": "checklist",
    "language": "language",
    "light": "light",
    "metric": "metric",
    "mode": "survey_mode",
    "nationality": "country",
    "none_reason": "none_reason",
    "not_eligible.reason": "draw_reason",
    "occupation": "occupation",
    "org_type": "org_type",
    "outcome": "outcome",
    "period_type": "period_type",
    "product": "dos_product",
    "programme": "programme",
    "question": "question",
    "region": "region",
    "request": "rights_request",
    "residence_comuna": "comuna",
    "rights_requests.status": "rights_status",
    "role": "institution_role",
    "sex": "sex",
    "space": "space",
    "supports": "disability",
    "theme": "comment_theme",
    "status": "referral_status",
    "topic": "topic",
    "total": "total",
    "type": "type",
    "user_type": "user_type",
    "verification": "verification",
}
# Columns in which nothing stands for everywhere: there no figure is hidden.
EVERYWHERE: Final = frozenset({"comuna", "region", "space"})
# Of these, the ones whose values have an order of their own, that of their catalogue, and not of how many there are.
ORDINAL: Final = frozenset({"age_band", "answer", "education", "status"})
# A row that says by which field it is broken down has a value of that field beside it.
DIMENSION, VALUE = "dimension", "value"
# What a diagnosis looks at is a field of it.
ITEM = "item"
PATH, FIGURE = "path", "figure"


class Shape(Enum):
    """What the cells of a column are; some figures are counts in one row and a share in another (`NUMBER`)."""

    INTEGER = "entero"
    DECIMAL = "decimal"
    NUMBER = "cifra"
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
        key: Its path in the report: `totals`, `type_by_sex`, `chapters.coverage.tables.goals`.
        title: Its name in Spanish.
        chapter: The name of the chapter that it belongs to, where a report has chapters.
        columns: In the order of the report.
        rows: The values as the report has them; a hidden figure is None.
        names: The same cells in words, where a column is coded.
        is_object: The part is an object, not rows: `path` and `figure` are its only columns.
    """

    key: str
    title: str
    chapter: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    names: tuple[tuple[str, ...], ...]
    is_object: bool = False

    @property
    def whole_title(self) -> str:
        """The title, after that of its chapter."""
        return f"{self.chapter}: {self.title}" if self.chapter else self.title


def grids(report: Report, labels: Labels) -> tuple[Grid, ...]:
    """Return the parts of a report, the totals first."""
    parts = {"totals": report.totals, **report.tables}
    return tuple(grid for key, part in parts.items() for grid in _grids(key, part, labels))


def beside(report: Report, labels: Labels) -> tuple[Grid, ...]:
    """What stands beside the figures: with what totals are compared, words of coordination, and sensitive answers."""
    rows, answers = report.cut_off.get(COMPARED), report.cut_off.get(SENSITIVE)
    parts = {COMPARED: rows} if rows else {}
    if report.cut_off.get(OPINIONS):
        parts[OPINIONS] = report.cut_off[OPINIONS]
    if answers:
        parts[SENSITIVE] = [row | {"asked": answers["asked"]} for row in answers["rows"]]
    parts |= {name: report.cut_off[name] for name in remarks.NAMES if report.cut_off.get(name)}
    return tuple(_rows(key, part, labels) for key, part in parts.items())


def as_reported(rows: Iterable[Row]) -> list[Row]:
    """Rows of a grid in the order that they have in the report: there a value stands by its code."""
    return _arranged(rows, lambda _, code: code)


def _in_order(table: str, rows: Iterable[Row], labels: Labels) -> list[Row]:
    """Rows whose values have an order of their own in that order, what was not said last; others as they are."""

    def rank(field: str, code: str) -> tuple[bool, int]:
        known = list(labels.codes[CODED.get(f"{table}.{field}", CODED[field])])
        return code in UNSAID, known.index(code) if code in known else -1

    return _arranged(rows, rank)


def _arranged(rows: Iterable[Row], rank: Callable[[str, str], Any]) -> list[Row]:
    """Rows by the rank of their ordinal value; those that differ in what stands before it stay apart."""
    found = list(rows)
    places = [_ordinal(row) for row in found]
    blocks = {before: place for place, (before, _, _) in reversed(list(enumerate(places)))}

    def key(place: int) -> tuple[int, Any]:
        before, field, code = places[place]
        return (blocks[before], rank(field, code)) if field else (place, 0)

    return [found[place] for place in sorted(range(len(found)), key=key)]


def _ordinal(row: Row) -> tuple[tuple[Any, ...], str, str]:
    """What stands in a row before its ordinal value, the field of that, and it; no field without one."""
    before: list[Any] = []
    for name, value in row.items():
        field = str(row[DIMENSION]) if name == VALUE and DIMENSION in row else name
        if field in ORDINAL:
            return tuple(before), field, str(value)
        before.append(value)
    return (), "", ""


def flat(values: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    """The figures of an object within objects, each with its path; an empty object is a figure of its own."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _grids(path: str, part: Any, labels: Labels) -> Iterable[Grid]:
    """Rows are a grid, and so are the figures of an object; tables within an object are grids of their own."""
    if not isinstance(part, Mapping):
        yield _rows(path, part, labels)
        return
    if not _holds_rows(part):
        yield _object(path, part, labels)
        return
    figures = {key: value for key, value in part.items() if not isinstance(value, Mapping | list)}
    if figures:
        yield _object(path, figures, labels)
    for key, value in part.items():
        if key not in figures:
            yield from _grids(f"{path}.{key}", value, labels)


def _holds_rows(value: Any) -> bool:
    return isinstance(value, list) or (isinstance(value, Mapping) and any(map(_holds_rows, value.values())))


def _chapter(path: str, labels: Labels) -> str:
    """The name of the chapter that a table belongs to; empty for the report's own tables."""
    _, *steps = path.split(".")
    return labels.figure("chapter", steps[0]) if steps else ""


def _title(path: str, labels: Labels) -> str:
    return labels.figure("table", path.rpartition(".")[2])


def _object(key: str, values: Mapping[str, Any], labels: Labels) -> Grid:
    rows = tuple(flat(values))
    columns = (
        Column(PATH, labels.figure("figure", PATH), Shape.TEXT, is_coded=True),
        Column(FIGURE, labels.figure("figure", FIGURE), _shape(value for _, value in rows)),
    )
    names = tuple((_path_name(path, labels), "") for path, _ in rows)
    return Grid(key, _title(key, labels), _chapter(key, labels), columns, rows, names, is_object=True)


def _path_name(path: str, labels: Labels) -> str:
    """`missing.sex` is «No se preguntó: sexo registral»: each step has its own name."""
    *steps, last = path.split(".")
    known = labels.figure("figure", last)
    name = labels.field("attention", last) if known == last else known
    if not steps:
        return name
    return ": ".join([*(labels.figure("figure", step) for step in steps), name[:1].lower() + name[1:]])


def _rows(key: str, rows: list[Row], labels: Labels) -> Grid:
    table = key.rpartition(".")[2]
    rows = _in_order(table, rows, labels)
    keys = tuple(rows[0]) if rows else ()
    columns = tuple(
        Column(
            name,
            _heading(table, name, labels),
            _shape(row[name] for row in rows),
            is_coded=_is_coded(table, name, keys),
        )
        for name in keys
    )
    return Grid(
        key,
        _title(key, labels),
        _chapter(key, labels),
        columns,
        tuple(tuple(row[name] for name in keys) for row in rows),
        tuple(tuple(_name(table, row, column, labels) for column in columns) for row in rows),
    )


def _heading(table: str, name: str, labels: Labels) -> str:
    """What a column is called: in this table, in any, or as the field of an attention that it is."""
    for known in (labels.figure("figure", f"{table}.{name}"), labels.figure("figure", name)):
        if not known.endswith(name):
            return known
    return labels.field("attention", name)


def _is_coded(table: str, name: str, keys: tuple[str, ...]) -> bool:
    return name in CODED or f"{table}.{name}" in CODED or name == DIMENSION or (name == VALUE and DIMENSION in keys)


def _name(table: str, row: Mapping[str, Any], column: Column, labels: Labels) -> str:
    value = row[column.key]
    if not column.is_coded or value is None:
        return ""
    if column.key == DIMENSION:
        return labels.field("attention", str(value))
    if column.key == ITEM:
        return labels.field("regional_diagnosis", str(value))
    field = str(row[DIMENSION]) if column.key == VALUE else column.key
    return name_of(f"{table}.{field}" if f"{table}.{field}" in CODED else field, str(value), labels)


def name_of(field: str, code: str, labels: Labels) -> str:
    """The words of a code of a column in `CODED`."""
    return labels.code("unsaid" if code in UNSAID else CODED[field], code)


def _shape(values: Iterable[Any]) -> Shape:
    found = {_shape_of(value) for value in values if value is not None}
    if found == {Shape.INTEGER, Shape.DECIMAL}:
        return Shape.NUMBER
    return found.pop() if len(found) == 1 else Shape.MIXED if found else Shape.TEXT


def _shape_of(value: Any) -> Shape:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return Shape.MIXED
    if isinstance(value, int):
        return Shape.INTEGER
    return Shape.DECIMAL if is_decimal(value) else Shape.TEXT


def is_decimal(text: str) -> bool:
    """`63.2` and `-0.4`, and no code: `13110` is a comuna."""
    whole, point, rest = text.removeprefix("-").partition(".")
    return bool(point) and whole.isdecimal() and rest.isdecimal()
