"""A report as an XLSX workbook: a sheet with the totals, one for each table with its chart, and the figures themselves.

Cells are typed: figures are numbers, days are days; sums and shares are formulas, so that whoever filters or corrects a
copy sees them follow. A table of two dimensions is laid out as such. The report's JSON stands on the last sheet, which
is hidden: from it `report verify` makes the workbook again and compares cell by cell.
"""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from terreno_app.domain.catalogues import UNSAID, Catalogues
from terreno_app.domain.clock import parse_instant
from terreno_app.domain.reports.grid_words import empty_words
from terreno_app.domain.reports.grids import EVERYWHERE, Column, Grid, Shape, beside, grids
from terreno_app.domain.reports.report import Report
from terreno_app.domain.spanish import period_name, sentence
from terreno_app.publish.cover import ISSUER, cover_facts, scope_words

FIGURES: Final = "datos"
NAME_LENGTH: Final = 31
CELL_LENGTH: Final = 32_000
WIDEST: Final = 60
LETTER: Final = 1
CHARTED: Final = 20
INK: Final = "#1B2A36"
SERIES: Final = ("#0B3F68", "#5A93BF", "#9FC1DB", "#8A8F94", "#D5E3EE")


def report_workbook(report: Report, catalogues: Catalogues, inside: str) -> bytes:
    """Return the report as XLSX; the same report gives the same bytes.

    Args:
        report: The figures.
        catalogues: The words.
        inside: The text that the hidden sheet carries.
    """
    return _Workbook(report, catalogues, inside).content()


class _Workbook:
    def __init__(self, report: Report, catalogues: Catalogues, inside: str) -> None:
        self._report, self._catalogues, self._inside = report, catalogues, inside
        self._nothing = "*" if report.suppressed else None
        self._file = io.BytesIO()
        # What a name or a code begins with makes no formula and no link of it.
        self._book = xlsxwriter.Workbook(
            self._file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._names: set[str] = set()
        self._title = self._format(bold=True, font_size=14, font_color=INK)
        self._head = self._format(bold=True, bottom=1, text_wrap=True, valign="bottom")
        self._head_of_figures = self._format(bold=True, bottom=1, text_wrap=True, valign="bottom", align="right")
        self._figure = self._format(num_format="#,##0")
        self._sum = self._format(num_format="#,##0", bold=True, top=1)
        self._share = self._format(num_format="0.0%")
        self._day = self._format(num_format="dd-mm-yyyy", align="left")
        self._words = self._format(text_wrap=True, valign="top")
        self._strong = self._format(bold=True, top=1)

    def _format(self, **properties: Any) -> Format:
        return self._book.add_format({"font_name": "Calibri"} | properties)

    def content(self) -> bytes:
        report = self._report
        made = parse_instant(report.cut_off["generated_at"]).replace(tzinfo=None)
        title = self._catalogues.labels.figure("report", report.report)
        self._book.set_properties({"title": title, "author": ISSUER[0], "created": made})
        self._book.set_calc_mode("auto")
        totals, *tables = grids(report, self._catalogues.labels)
        self._cover(title, totals)
        for grid in (*beside(report, self._catalogues.labels), *tables):
            self._sheet(grid)
        self._hidden()
        self._book.close()
        return self._file.getvalue()

    def _cover(self, title: str, totals: Grid) -> None:
        sheet = self._add("Resumen")
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 90)
        lines = [
            (ISSUER[0], ISSUER[1]),
            ("Período", sentence(period_name(self._report.period))),
            ("Alcance", scope_words(self._report, self._catalogues)),
            *cover_facts(self._report, self._catalogues),
            ("Huella completa", self._report.digest),
        ]
        sheet.write_string(0, 0, title, self._title)
        for place, (name, words) in enumerate(lines, start=2):
            sheet.write_string(place, 0, name)
            sheet.write_string(place, 1, words, self._words)
        first = len(lines) + 3
        sheet.write_row(first, 0, ["Total", "Cifra"], self._head)
        for place, ((_, value), (name, _)) in enumerate(zip(totals.rows, totals.names, strict=True), start=first + 1):
            sheet.write_string(place, 0, name)
            self._write(sheet, place, 1, Shape.INTEGER, value)

    def _sheet(self, grid: Grid) -> None:
        sheet = self._add(grid.title)
        sheet.write_string(0, 0, grid.whole_title, self._title)
        if not grid.rows:
            sheet.write_string(2, 0, f"{empty_words(suppressed=self._report.suppressed)}.")
            return
        crossed = _crossed(grid)
        if crossed is None:
            self._list(sheet, grid)
        else:
            self._cross(sheet, grid, *crossed)
        sheet.freeze_panes(3, 1)

    def _list(self, sheet: Worksheet, grid: Grid) -> None:
        for place, column in enumerate(grid.columns):
            of_figures = not column.is_coded and column.shape in {Shape.INTEGER, Shape.DECIMAL, Shape.NUMBER}
            sheet.write_string(2, place, column.heading, self._head_of_figures if of_figures else self._head)
            sheet.set_column(place, place, _width(grid, place))
        for row, (values, names) in enumerate(zip(grid.rows, grid.names, strict=True), start=3):
            for place, (column, value, name) in enumerate(zip(grid.columns, values, names, strict=True)):
                if column.is_coded and value is not None:
                    sheet.write_string(row, place, name)
                elif value is not None or column.key not in EVERYWHERE:
                    self._write(sheet, row, place, column.shape, value)
        last = 2 + len(grid.rows)
        if [(column.key == "n", column.is_coded) for column in grid.columns] == [(False, True), (True, False)]:
            self._total(sheet, [[row[1] or 0] for row in grid.rows], 2, [row[0] in UNSAID for row in grid.rows])
            self._chart(sheet, grid.title, last, [1], 5)
        else:
            sheet.autofilter(2, 0, last, len(grid.columns) - 1)

    def _cross(self, sheet: Worksheet, grid: Grid, rows: Sequence[str], columns: Sequence[str]) -> None:
        cells = {names[:2]: values[2] for names, values in zip(grid.names, grid.rows, strict=True)}
        end = len(columns) + 1
        sheet.write_string(2, 0, grid.columns[0].heading, self._head)
        sheet.write_row(2, 1, [*columns, "Total"], self._head_of_figures)
        sheet.set_column(0, 0, _width(grid, 0))
        sheet.set_column(1, end + 1, 14)
        for row, name in enumerate(rows, start=3):
            sheet.write_string(row, 0, name)
            for place, other in enumerate(columns, start=1):
                self._write(sheet, row, place, Shape.INTEGER, cells.get((name, other), 0))
            if not self._report.suppressed:
                across = sum(cells.get((name, other)) or 0 for other in columns)
                sheet.write_formula(row, end, f"=SUM({_span(row, 1, row, end - 1)})", self._figure, across)
        last = 2 + len(rows)
        figures = [[cells.get((name, other)) or 0 for other in columns] for name in rows]
        unsaid = {names[0] for names, values in zip(grid.names, grid.rows, strict=True) if values[0] in UNSAID}
        self._total(sheet, [[*row, sum(row)] for row in figures], end + 1, [name in unsaid for name in rows])
        self._chart(sheet, grid.title, last, range(1, end), end + 3)

    def _total(self, sheet: Worksheet, figures: Sequence[Sequence[int]], share: int, unsaid: Sequence[bool]) -> None:
        """Sums under the columns, and beside them what part a row is of all, or of the answers where some gave none.

        A sum could uncover a hidden figure. A formula comes with its value, for programs that show a file without
        computing it.
        """
        if self._report.suppressed:
            return
        last = 2 + len(figures)
        sheet.write_string(last + 1, 0, "Total", self._strong)
        for place, column in enumerate(zip(*figures, strict=True), start=1):
            sheet.write_formula(last + 1, place, f"=SUM({_span(3, place, last, place)})", self._sum, sum(column))
        sheet.write_string(2, share, "% válido" if any(unsaid) else "% del total", self._head_of_figures)
        left_out = [row for row, none in enumerate(unsaid, start=3) if none]
        cells = [xl_rowcol_to_cell(row, share - 1, row_abs=True, col_abs=True) for row in (last + 1, *left_out)]
        base = "-".join(cells)
        answers = sum(row[-1] for row, none in zip(figures, unsaid, strict=True) if not none)
        for row, (counts, none) in enumerate(zip(figures, unsaid, strict=True), start=3):
            if not none:
                formula = f"=IF({base}=0,0,{xl_rowcol_to_cell(row, share - 1)}/({base}))"
                sheet.write_formula(row, share, formula, self._share, counts[-1] / answers if answers else 0)

    def _chart(self, sheet: Worksheet, title: str, last: int, places: Iterable[int], beside: int) -> None:
        end = min(last, 2 + CHARTED)
        chart = self._book.add_chart({"type": "bar", "subtype": "stacked"})
        series = list(places)
        for number, place in enumerate(series):
            chart.add_series(
                {
                    "name": [sheet.get_name(), 2, place],
                    "categories": [sheet.get_name(), 3, 0, end, 0],
                    "values": [sheet.get_name(), 3, place, end, place],
                    "fill": {"color": SERIES[number % len(SERIES)]},
                    "border": {"color": SERIES[0], "width": 0.5},
                    "gap": 40,
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}})
        chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom"})
        chart.set_size({"width": 620, "height": 160 + 30 * (end - 2)})
        sheet.insert_chart(2, beside, chart, {"description": title})

    def _write(self, sheet: Worksheet, row: int, place: int, shape: Shape, value: Any) -> None:
        if value is None:
            if self._nothing is not None:
                sheet.write_string(row, place, self._nothing)
        elif isinstance(value, bool):
            sheet.write_string(row, place, "sí" if value else "no")
        elif isinstance(value, int):
            sheet.write_number(row, place, value, self._figure)
        elif shape in {Shape.DECIMAL, Shape.NUMBER}:
            places = len(value.partition(".")[2])
            sheet.write_number(row, place, float(value), self._decimals(places))
        elif isinstance(value, str) and (day := _day(value)) is not None:
            sheet.write_datetime(row, place, day, self._day)
        else:
            sheet.write_string(row, place, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))

    def _decimals(self, places: int) -> Format:
        return self._format(num_format=f"#,##0.{'0' * places}")

    def _hidden(self) -> None:
        sheet = self._book.add_worksheet(FIGURES)
        sheet.very_hidden()
        for row, start in enumerate(range(0, len(self._inside), CELL_LENGTH)):
            sheet.write_string(row, 0, self._inside[start : start + CELL_LENGTH])

    def _add(self, title: str) -> Worksheet:
        name = next(one for one in _sheet_names(title) if one.casefold() not in self._names)
        self._names.add(name.casefold())
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(LETTER)
        sheet.fit_to_pages(1, 0)
        return sheet


def _sheet_names(title: str) -> Iterator[str]:
    bare = title.translate(dict.fromkeys(map(ord, "[]:*?/\\'"), " ")).strip()
    yield bare[:NAME_LENGTH]
    for number in range(2, 100):
        yield f"{bare[: NAME_LENGTH - 3]} {number}"


def _crossed(grid: Grid) -> tuple[list[str], list[str]] | None:
    """The names of rows and columns, where a grid is two codes and their figure."""
    *codes, figure = grid.columns
    if figure.key != "n" or [column.is_coded for column in codes] != [True, True]:
        return None
    first, second = (list(dict.fromkeys(names[place] for names in grid.names)) for place in (0, 1))
    return first, second


def _span(first_row: int, first: int, last_row: int, last: int) -> str:
    return f"{xl_rowcol_to_cell(first_row, first)}:{xl_rowcol_to_cell(last_row, last)}"


def _width(grid: Grid, place: int) -> int:
    column: Column = grid.columns[place]
    texts = [
        names[place] if column.is_coded else str(row[place]) for row, names in zip(grid.rows, grid.names, strict=True)
    ]
    return min(WIDEST, 3 + max(len(text) for text in (column.heading, *texts)))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-21") else None
    except ValueError:
        return None
