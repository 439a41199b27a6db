"""A report as a CSV file for spreadsheets, and such a file read again.

UTF-8 with a byte order mark, `;` between cells, a decimal comma: as a Chilean spreadsheet opens it. A block for each
part of the report: its title and its name in the report; the names of its columns and what they hold; the headings;
the rows. A column of codes is followed by their words. Text that a spreadsheet would run as a formula gets an
apostrophe before it. Everything of the digest is in the file, so `inside_csv` gives the same report back.

Source of the rule about formulas: OWASP, CSV Injection.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from terreno_app.domain.catalogues import Labels
from terreno_app.domain.reports.grids import EVERYWHERE, Column, Grid, Shape, as_reported, grids
from terreno_app.domain.reports.report import NotAReportError, Report

MARK: Final = "\ufeff"
HIDDEN: Final = "*"
MADE_WITH: Final = "made_with"
OBJECT: Final = "objeto"
ROWS: Final = "filas"
_RUN: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_HEAD: Final = (
    ("Informe", "report"),
    ("Período", "period"),
    ("Filtros", "filters"),
    ("Versión pública", "suppressed"),
    ("Huella", "digest"),
    ("Corte", "cut_off"),
    ("Hecho con", MADE_WITH),
)
_AS_TEXT: Final = frozenset({"report", "period", "digest"})


def report_csv(report: Report, labels: Labels, made_with: Mapping[str, str]) -> bytes:
    """Return the report as CSV, with the versions of what gave its words."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    values = report.to_json()
    for words, key in _HEAD:
        value = made_with if key == MADE_WITH else values[key]
        writer.writerow((words, key, value if isinstance(value, str) else _json(value)))
    for grid in grids(report, labels):
        writer.writerow(())
        writer.writerow(
            (
                grid.whole_title,
                grid.key,
                OBJECT if grid.is_object else ROWS,
            )
        )
        if grid.columns:
            writer.writerows(_lines(grid, HIDDEN if report.suppressed else ""))
    return (MARK + text.getvalue()).encode()


def inside_csv(content: bytes) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the JSON values of a report out of its CSV, and the versions that it was made with.

    Raises:
        NotAReportError: it is not such a file.
    """
    try:
        blocks = list(_blocks(_read(content)))
        head = {key: text for _, key, text in blocks[0]}
        values: dict[str, Any] = {key: head[key] if key in _AS_TEXT else json.loads(head[key]) for _, key in _HEAD}
        made_with = dict(values.pop(MADE_WITH))
        parts: dict[str, Any] = {}
        for block in blocks[1:]:
            _take(block, parts)
        return values | {"totals": parts.pop("totals"), "tables": parts}, made_with
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, csv.Error, RecursionError) as error:
        raise NotAReportError("the CSV is none of a report") from error


def same_lines(one: bytes, other: bytes) -> bool:
    """Whether two files have the same cells; how a program quotes them is passed over."""
    return _read(one) == _read(other)


def _read(content: bytes) -> list[list[str]]:
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";", strict=True)
    # A spreadsheet that saves the file gives every line as many cells as the longest one.
    return [line[: max((place for place, cell in enumerate(line, start=1) if cell), default=0)] for line in lines]


def _lines(grid: Grid, nothing: str) -> Iterator[list[str]]:
    yield _line(grid.columns, [(f"{column.key}:{column.shape.value}", "") for column in grid.columns])
    yield _line(grid.columns, [_headings(column) for column in grid.columns])
    for row, names in zip(grid.rows, grid.names, strict=True):
        written = (
            ("" if column.key in EVERYWHERE else nothing) if value is None else _written(column.shape, value)
            for column, value in zip(grid.columns, row, strict=True)
        )
        yield _line(grid.columns, list(zip(written, map(_harmless, names), strict=True)))


def _line(columns: Iterable[Column], cells: Iterable[tuple[str, str]]) -> list[str]:
    """A coded column has two cells, the code and its words; any other has the first alone."""
    return [cell for column, pair in zip(columns, cells, strict=True) for cell in pair[: 1 + column.is_coded]]


def _headings(column: Column) -> tuple[str, str]:
    return (
        f"Código de {column.heading[:1].lower()}{column.heading[1:]}" if column.is_coded else column.heading,
        column.heading,
    )


def _written(shape: Shape, value: Any) -> str:
    if shape is Shape.INTEGER:
        return str(value)
    if shape in {Shape.DECIMAL, Shape.NUMBER}:
        return str(value).replace(".", ",")
    return _harmless(value) if shape is Shape.TEXT else _json(value)


def _value(shape: Shape, text: str) -> Any:
    if text in {"", HIDDEN}:
        return None
    if shape is Shape.INTEGER or (shape is Shape.NUMBER and "," not in text):
        return int(text)
    if shape in {Shape.DECIMAL, Shape.NUMBER}:
        return text.replace(",", ".")
    return text.removeprefix("'") if shape is Shape.TEXT else json.loads(text)


def _harmless(text: str) -> str:
    """Text that is neither a formula nor taken for no value."""
    return f"'{text}" if text.startswith(_RUN) or text in {"", HIDDEN} else text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _blocks(lines: Iterable[list[str]]) -> Iterator[list[list[str]]]:
    block: list[list[str]] = []
    for line in lines:
        if line:
            block.append(line)
        else:
            yield block
            block = []
    yield block


def _take(block: list[list[str]], parts: dict[str, Any]) -> None:
    """Put what a block says in its place among the parts of the report."""
    (_, path, form), *rest = block
    rows = list(_rows(*rest)) if rest else []
    if form == ROWS:
        _put(parts, path, as_reported(rows))
        return
    _put(parts, path, {})
    for row in rows:
        _put(parts, f"{path}.{row['path']}", row["figure"])


def _put(parts: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = path.split(".")
    for step in steps:
        parts = parts.setdefault(step, {})
    parts[last] = value


def _rows(keys: list[str], headings: list[str], *lines: list[str]) -> Iterator[dict[str, Any]]:
    columns = [key.rpartition(":") for key in _filled(keys, len(headings))]
    for line in lines:
        cells = _filled(line, len(columns))
        yield {key: _value(Shape(shape), text) for (key, _, shape), text in zip(columns, cells, strict=True) if key}


def _filled(cells: list[str], length: int) -> list[str]:
    """The line as long as the headings: empty cells at its end are not read."""
    return [*cells, *("" for _ in range(length - len(cells)))]
