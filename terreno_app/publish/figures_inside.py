"""The figures inside a file that this program made: JSON, CSV, XLSX or PDF.

In: the bytes of a file. Out: the JSON values of its report and, where the file is a picture of them for people, what it
was made with, so that it can be made again and compared.
"""

import io
import json
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from terreno_app.domain.reports.report import NotAReportError, Report
from terreno_app.domain.reports.trend import MonthFigure
from terreno_app.publish.carried import ATTACHED
from terreno_app.publish.csv_file import inside_csv, same_lines
from terreno_app.publish.publisher import Publisher
from terreno_app.publish.workbook import FIGURES


@dataclass(frozen=True, slots=True)
class Inside:
    """What a file holds.

    Attributes:
        form: `json`, `csv`, `xlsx` or `pdf`.
        values: The JSON values of the report, unchecked.
        trend: The months that a PDF shows beside it.
        made_with: Versions of program and catalogues; none where the file is nothing but its figures.
    """

    form: str
    values: Any
    trend: tuple[MonthFigure, ...] = ()
    made_with: Mapping[str, Any] | None = None


def figures_inside(content: bytes) -> Inside:
    """Read what a file holds.

    Raises:
        NotAReportError: it is no file of a report.
    """
    if content.startswith(b"%PDF"):
        return _carried("pdf", _attached(content))
    if content.startswith(b"PK"):
        return _carried("xlsx", _hidden_text(content))
    if content.lstrip()[:1] == b"{":
        return Inside("json", _json(content))
    values, made = inside_csv(content)
    return Inside("csv", values, made_with=made)


def is_as_made(content: bytes, inside: Inside, publisher: Publisher) -> bool | None:
    """Whether a file shows what it carries: it is made again and compared; spreadsheets by their cells.

    Args:
        content: The file.
        inside: What it carries, its digest already checked.
        publisher: Makes it again.

    Returns:
        None when it was made with another version or other catalogues, whose words may be others.

    Raises:
        NotAReportError: a part of a workbook that carries no figures is broken.
    """
    if inside.made_with is None:
        return True
    if inside.made_with != publisher.made_with:
        return None
    again = publisher.file(Report.from_json(inside.values), inside.form, inside.trend)
    same: Callable[[bytes, bytes], bool] = {"xlsx": _same_cells, "csv": same_lines}.get(inside.form, operator.eq)
    return same(content, again)


def _attached(content: bytes) -> str:
    try:
        # Strict: what is broken is told here, not by a line of the reader's own.
        return PdfReader(io.BytesIO(content), strict=True).attachments[ATTACHED][0].decode()
    except Exception as error:  # a broken PDF makes its reader raise whatever it likes
        raise NotAReportError("the PDF carries no figures") from error


def _carried(form: str, text: str) -> Inside:
    inside = _json(text)
    try:
        trend = tuple(MonthFigure(month, attentions) for month, attentions in inside["trend"])
        return Inside(form, inside["report"], trend, dict(inside["made_with"]))
    except (KeyError, TypeError, ValueError) as error:
        raise NotAReportError("what the file carries is no report") from error


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NotAReportError("the figures cannot be read") from error


def _hidden_text(content: bytes) -> str:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True)
        return "".join(str(row[0]) for row in book[FIGURES].iter_rows(values_only=True))
    except Exception as error:  # a broken archive makes its reader raise whatever it likes
        raise NotAReportError("the workbook carries no figures") from error


def _same_cells(content: bytes, again: bytes) -> bool:
    if _cells(content) != _cells(again):
        return False
    kept, computed = _values(content), _values(again)
    return all(_is_same(value, computed.get(place)) for place, value in kept.items())


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values show the same: a program may keep a quotient with its last digit rounded otherwise."""
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other)
    return bool(one == other)


def _values(content: bytes) -> dict[tuple[str, str], Any]:
    """What cells show, formulas by the value that was kept of them; a program may have saved them without any."""
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in _book(content, data_only=True).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def _cells(content: bytes) -> dict[str, dict[str, Any]]:
    """Every cell with something in it, formulas as they are written: saving again may add empty ones.

    A form of numbers that writes words of its own shows something else than the cell holds.
    """
    return {
        sheet.title: {
            cell.coordinate: (cell.value, '"' in cell.number_format)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in _book(content).worksheets
    }


def _book(content: bytes, *, data_only: bool = False) -> Workbook:
    try:
        return load_workbook(io.BytesIO(content), data_only=data_only)
    except Exception as error:  # a broken chart makes its reader raise whatever it likes
        raise NotAReportError("the workbook cannot be read whole") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys come once each: of two, a program shows one and a person reads the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotAReportError("a key comes twice")
    return found
