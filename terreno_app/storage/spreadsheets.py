"""Tables that people keep in spreadsheets: a CSV or an XLSX file as headings and rows of text.

A CSV may be of UTF-8, of UTF-16 with its mark or of Windows, with `;`, `,` or tabs between its cells, or what its first
line says (`sep=|`, as Excel reads it). Of a workbook the first sheet counts, with
the values that its formulas had. Blank rows are passed over.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from terreno_app.domain.importing import BEYOND, Table

SEPARATORS = ";,\t"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SEPARATOR_TOLD = re.compile(r'"?sep=([^"\r\n])"?\r?\n?', re.IGNORECASE)
LARGEST = 64 * 2**20


class UnreadableTableError(Exception):
    """The file is no table that can be read; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_table(path: Path) -> Table:
    """Read a file.

    Raises:
        OSError: it is not there, or may not be read.
        UnreadableTableError: `table_too_large`, `table_unreadable`, `table_encoding`, `table_empty`, `table_headings`.
    """
    if path.stat().st_size > LARGEST:
        raise UnreadableTableError("table_too_large")
    content = path.read_bytes()
    lines = _of_workbook(content) if content.startswith(b"PK") else _of_csv(content)
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if not filled:
        raise UnreadableTableError("table_empty")
    (_, first), *rest = filled
    headings = tuple(heading for heading in first if heading)
    if len(set(headings)) != len(headings):
        raise UnreadableTableError("table_headings")
    return Table(
        headings,
        tuple(
            (
                number,
                {heading: cell for heading, cell in zip(first, cells, strict=False) if heading} | _beyond(first, cells),
            )
            for number, cells in rest
        ),
        _under_no_heading(first, [cells for _, cells in rest]),
    )


def _under_no_heading(first: list[str], rows: list[list[str]]) -> dict[str, int]:
    """The letters of the columns without a heading, and how many cells each has filled."""
    counts = {
        get_column_letter(place + 1): sum(bool(cells[place]) for cells in rows if place < len(cells))
        for place, heading in enumerate(first)
        if not heading
    }
    return {letter: n for letter, n in counts.items() if n}


def _beyond(first: list[str], cells: list[str]) -> dict[str, str]:
    """What a row has after the last column: a separator in the middle of a text moves all that follows."""
    over = [cell for cell in cells[len(first) :] if cell]
    return {BEYOND: over[0]} if over else {}


def _of_csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _text_of(content)
    head, end, rest = text.partition("\n")
    told = SEPARATOR_TOLD.fullmatch(head)
    separator = max(SEPARATORS, key=head.count) if told is None else told[1]
    reader = csv.reader(io.StringIO(text if told is None else rest, newline=""), delimiter=separator)
    before = 0 if told is None else len(end)
    try:
        for cells in reader:
            yield before + reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise UnreadableTableError("table_unreadable") from error


def _text_of(content: bytes) -> str:
    """The text of a CSV.

    Raises:
        UnreadableTableError: `table_encoding`: UTF-16 without its mark, or broken.
    """
    if content.startswith(UTF_16):
        return _decoded(content, "utf-16")
    if b"\0" in content[: len("a;".encode("utf-16-le"))]:
        raise UnreadableTableError("table_encoding")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableTableError("table_encoding") from error


def _of_workbook(content: bytes) -> Iterable[tuple[int, list[str]]]:
    try:
        values, written = (
            load_workbook(io.BytesIO(content), data_only=only_values).worksheets[0] for only_values in (True, False)
        )
        # A formula that no program has computed has no value: it is read as it is written, never as an empty cell.
        return [
            (number, [_text(cell if cell is not None else source) for cell, source in zip(row, sources, strict=True)])
            for number, (row, sources) in enumerate(zip(values.values, written.values, strict=True), start=1)
        ]
    except Exception as error:  # a broken archive makes its reader raise whatever it likes
        raise UnreadableTableError("table_unreadable") from error


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "sí" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.replace(microsecond=0).isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
