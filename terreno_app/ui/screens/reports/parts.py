"""The parts of any report as the page shows them: each a table with headings in Spanish, most with a chart over it.

In: a report. Out: frozen values. Nothing is counted anew but sums over sex and shares of a whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from terreno_app.domain.catalogues import Labels
from terreno_app.domain.reports import coverage, satisfaction
from terreno_app.domain.reports.closing import Addendum
from terreno_app.domain.reports.drill import Figure, figure_of
from terreno_app.domain.reports.grid_words import cell, empty_words, is_text, places, sex_columns
from terreno_app.domain.reports.grids import ORDINAL, Grid, beside, grids
from terreno_app.domain.reports.report import Report
from terreno_app.domain.spanish import HIDDEN, number
from terreno_app.ui.charts.bars import Bar
from terreno_app.ui.charts.intervals import Interval
from terreno_app.ui.charts.paces import Pace, pace_of
from terreno_app.ui.widgets.grid_table import GridRow
from terreno_app.ui.widgets.tables import LIGHT_MARKS, Cell, Column, MarkCell, NumberCell, light_cell

MOST_BARS: Final = 10
SERIES: Final = ("mujeres", "hombres", "otro o sin dato")
_HIDDEN_NOTE: Final = "* Cifra de 1 a 4 personas, o que permitiría deducir una: la versión pública no la muestra."
_WITH_SEX: Final = ("sex", "n")
_IDS: Final = frozenset({"goal", "outing", "session"})
"""Columns for programs: a person reads the folio, the day and the place beside them."""
_IN_ORDER: Final = ORDINAL | {"hour"}
"""The bars of hours stand in the order of the day, all of them; so do ages, studies and steps in theirs."""
_DRILLED: Final = (
    "Enter o un doble clic muestra las atenciones que cuenta una cifra; las flechas a los lados eligen cuál de la fila."
)
_NOT_DRILLED: Final = "Estas cifras no cuentan atenciones: no hay una lista que abrir."
_LATE: Final = "El cierre no cambia: esto es lo que llegó, se corrigió o se anuló después."


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn over a table: one of these is filled, or none."""

    bars: tuple[Bar, ...] = ()
    series: tuple[str, ...] = ()
    intervals: tuple[Interval, ...] = ()
    paces: tuple[Pace, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report.

    Attributes:
        key: Where it stands in the report.
        title: Its name, after that of its chapter.
        columns: The headings of its table.
        rows: Its rows.
        chart: What is drawn over it.
        note: What a person should know who reads it.
        figures: Of each row and column the figure whose attentions can be looked at, under the row's name its main
            one; None where a cell counts something else, and empty where all do.
        on_map: The figure of each comuna, in the order of the rows, where the table has one; a hidden one is None.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[GridRow, ...]
    chart: Chart = field(default_factory=Chart)
    note: str = ""
    figures: tuple[tuple[Figure | None, ...], ...] = ()
    on_map: Mapping[str, int | None] = field(default_factory=dict)


def parts_of(report: Report, labels: Labels) -> tuple[Part, ...]:
    """The parts of a report in its order, the totals first."""
    totals, *tables = grids(report, labels)
    return tuple(_part(report, grid, labels) for grid in (totals, *beside(report, labels), *tables))


def _part(report: Report, grid: Grid, labels: Labels) -> Part:
    if not grid.rows:
        title = grid.whole_title if report.suppressed else f"{grid.whole_title} · sin registros"
        return Part(grid.key, title, (), (), note=f"{empty_words(suppressed=report.suppressed)}.")
    hidden = any(value is None for row in grid.rows for value in row) and report.suppressed
    keys = tuple(column.key for column in grid.columns)
    nothing = HIDDEN if report.suppressed else "–"
    if keys[1:] == _WITH_SEX:
        columns, rows = _by_sex(grid, labels, nothing)
        figures = _figures_by_sex(report, grid)
    else:
        columns, rows = _plain(grid, labels, nothing, report.filters["region"])
        figures = _figures(report, grid)
    on_map, figures = _on_map(report, grid, keys), figures if any(map(any, figures)) else ()
    note = _HIDDEN_NOTE if hidden else "" if report.suppressed else _DRILLED if figures else _NOT_DRILLED
    chart = Chart() if hidden or on_map else _chart(report, grid, keys, rows)
    return Part(grid.key, grid.whole_title, columns, rows, chart, note, figures, on_map)


def is_empty(report: Report) -> bool:
    """Whether a report has nothing to look at: no figure but zeros, and no row."""
    return not any(report.totals.values()) and not any(map(_has_rows, report.tables.values()))


def _has_rows(table: Any) -> bool:
    if isinstance(table, Mapping):
        return any(map(_has_rows, table.values()))
    return isinstance(table, list) and bool(table)


def late_parts(addendum: Addendum, labels: Labels) -> tuple[Part, ...]:
    """What came to a closed month: its totals then, since and now, and every table's rows that moved."""
    told = addendum.to_json()
    since = replace(addendum.frozen, totals=told["addendum"]["totals"], tables=told["addendum"]["tables"])
    first, *moved = (grid for grid in grids(since, labels) if grid.rows)
    columns = (Column("Rezagadas"), *(Column(word, at_right=True) for word in ("Al cierre", "Después", "Hoy")))
    rows = tuple(
        GridRow(
            (
                Cell(words[0]),
                NumberCell(number(addendum.frozen.totals.get(path, 0))),
                NumberCell(_signed(by)),
                NumberCell(number(addendum.present.totals.get(path, 0)), "smallstrong"),
            )
        )
        for (path, by), words in zip(first.rows, first.names, strict=True)
    )
    parts = [Part(f"late.{first.key}", "Rezagadas desde el cierre", columns, rows, note=_LATE)]
    for grid in moved:
        columns_, rows_ = _plain(grid, labels, "–", since.filters["region"])
        parts.append(Part(f"late.{grid.key}", f"Rezagadas: {grid.whole_title}", columns_, rows_, note=_LATE))
    return tuple(parts)


def _signed(by: int) -> str:
    return f"+{number(by)}" if by > 0 else number(by).replace("-", "−")


# ---------------------------------------------------------------------- tables


def _plain(
    grid: Grid, labels: Labels, nothing: str, of_region: str | None
) -> tuple[tuple[Column, ...], tuple[GridRow, ...]]:
    if grid.is_object:
        columns: tuple[Column, ...] = (Column(grid.columns[0].heading), Column(grid.columns[1].heading, at_right=True))
        return columns, tuple(
            GridRow((Cell(grid.names[row][0]), NumberCell(cell(grid, row, 1, labels, nothing))))
            for row in range(len(grid.rows))
        )
    shown = _shown(grid, of_region)
    columns = tuple(Column(grid.columns[at].heading, at_right=not is_text(grid.columns[at])) for at in shown)
    return columns, tuple(
        GridRow(tuple(_cell(grid, row, at, labels, nothing) for at in shown)) for row in range(len(grid.rows))
    )


def _shown(grid: Grid, of_region: str | None) -> list[int]:
    """The columns that a person reads."""
    return [at for at in places(grid, of_region) if grid.columns[at].key not in _IDS]


def _cell(grid: Grid, row: int, at: int, labels: Labels, nothing: str) -> Cell:
    words = cell(grid, row, at, labels, nothing)
    if grid.columns[at].key == "light" and grid.rows[row][at] in LIGHT_MARKS:
        return light_cell(str(grid.rows[row][at]), words)
    return Cell(words) if is_text(grid.columns[at]) else NumberCell(words)


def _by_sex(grid: Grid, labels: Labels, _nothing: str) -> tuple[tuple[Column, ...], tuple[GridRow, ...]]:
    """Women and men beside each other, in the order of the table."""
    by_code = _sexes(grid)
    shown = sex_columns(by_code.values())
    head = (Column(grid.columns[0].heading), *(Column(word, at_right=True) for word, _ in shown))
    names = {row[0]: words[0] for row, words in zip(grid.rows, grid.names, strict=True)}
    rows = [
        GridRow(
            (
                Cell(names[code] or labels.code("unsaid", code)),
                *(NumberCell(number(held.get(sex, 0))) for _, sex in shown),
                NumberCell(number(_sum(held.values())), "smallstrong"),
            )
        )
        for code, held in by_code.items()
    ]
    return (*head, Column("Total", at_right=True)), tuple(rows)


def _sexes(grid: Grid) -> dict[str, dict[str, int | None]]:
    found: dict[str, dict[str, int | None]] = {}
    for code, sex, n in grid.rows:
        found.setdefault(code, {})[sex] = n
    return found


def _sum(values: Any) -> int | None:
    held = list(values)
    return None if None in held else sum(held)


# ---------------------------------------------------------------------- charts


def _chart(report: Report, grid: Grid, keys: tuple[str, ...], rows: Sequence[GridRow]) -> Chart:
    table = grid.key.rpartition(".")[2]
    if report.report == satisfaction.NAME and {"percent", "low", "high"} <= set(keys):
        return Chart(intervals=tuple(_interval(grid, row, keys) for row in range(len(grid.rows))))
    if report.report == coverage.NAME and table == "progress":
        return Chart(paces=tuple(_pace(row, keys, shown) for row, shown in zip(grid.rows, rows, strict=True)))
    if keys[1:] == _WITH_SEX:
        bars = [Bar(row.cells[0].words, _three(held)) for row, held in zip(rows, _sexes(grid).values(), strict=True)]
        return Chart(bars=_drawn(keys[0], bars), series=SERIES)
    if len(keys) == 2 and keys[1] == "n" and not grid.is_object:  # noqa: PLR2004  a name and its figure
        bars = [Bar(row.cells[0].words, (n,)) for row, (_, n) in zip(rows, grid.rows, strict=True)]
        return Chart(bars=_drawn(keys[0], bars))
    return Chart()


def _three(held: Mapping[str, int | None]) -> tuple[int, ...]:
    women, men = held.get("F") or 0, held.get("M") or 0
    return women, men, sum(n or 0 for n in held.values()) - women - men


def _drawn(field: str, bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """All, where they have an order of their own; else the longest."""
    if field in _IN_ORDER:
        return tuple(bars)
    return tuple(sorted(bars, key=lambda bar: (-bar.total, bar.text)))[:MOST_BARS]


def _interval(grid: Grid, row: int, keys: tuple[str, ...]) -> Interval:
    held = dict(zip(keys, grid.rows[row], strict=True))
    names = [
        words or str(value)
        for words, value, column in zip(grid.names[row], grid.rows[row], grid.columns, strict=True)
        if is_text(column) and column.key not in {"percent", "low", "high"} and value is not None
    ]
    share, low, high = (str(held[name]).replace(".", ",") for name in ("percent", "low", "high"))
    ends = float(held["percent"]), float(held["low"]), float(held["high"])
    return Interval(" · ".join(names), *ends, f"{share} % ({low} a {high})")


def _pace(row: Sequence[Any], keys: tuple[str, ...], shown: GridRow) -> Pace:
    held = dict(zip(keys, row, strict=True))
    said = [one.words for one in shown.cells if not isinstance(one, NumberCell | MarkCell)]
    return pace_of(" · ".join(word for word in said if word != "–"), held["advance"], held["expected_pace"])


# ---------------------------------------------------------------------- comunas


def _on_map(report: Report, grid: Grid, keys: tuple[str, ...]) -> Mapping[str, int | None]:
    """The figure of each comuna, of a table that has one row for each of a region's."""
    code = next((key for key in ("residence_comuna", "comuna") if key in keys), "")
    figure = next((key for key in ("n", "attentions") if key in keys), "")
    if report.filters["region"] is None or not code or not figure:
        return {}
    found = {str(row[keys.index(code)]): row[keys.index(figure)] for row in grid.rows}
    return found if len(found) == len(grid.rows) else {}


# ---------------------------------------------------------------------- the attentions behind a figure


def _figures(report: Report, grid: Grid) -> tuple[tuple[Figure | None, ...], ...]:
    shown = range(2) if grid.is_object else _shown(grid, report.filters["region"])
    found = [tuple(_figure(report, grid, row, at) for at in shown) for row in grid.rows]
    return tuple((row[0] or next(filter(None, row), None), *row[1:]) for row in found)


def _figure(report: Report, grid: Grid, row: Sequence[Any], at: int) -> Figure | None:
    if not isinstance(row[at], int) or isinstance(row[at], bool) or not row[at]:
        return None
    said = {column.key: (row[place],) for place, column in enumerate(grid.columns) if place != at}
    return figure_of(report, grid.key, grid.columns[at].key, said)


def _figures_by_sex(report: Report, grid: Grid) -> tuple[tuple[Figure | None, ...], ...]:
    """Women, men, the rest and all of them; under the row's name, all."""
    field = grid.columns[0].key
    by_code = _sexes(grid)
    found = []
    for code, held in by_code.items():
        row = [
            figure_of(report, grid.key, "n", {field: (code,), "sex": (sex,)}) if held.get(sex) else None
            for _, sex in sex_columns(by_code.values())
        ]
        whole = figure_of(report, grid.key, "n", {field: (code,)})
        found.append((whole, *row, whole))
    return tuple(found)
