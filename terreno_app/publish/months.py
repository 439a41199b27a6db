"""The months before a report's own and the hours of its days, as charts and in words, and its totals beside others."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from terreno_app.domain.reports.trend import MonthFigure
from terreno_app.domain.spanish import MONTHS, change, number, period_name
from terreno_app.publish.paper import Column, Columns, Line, Table

LETTERS = 3


def month_columns(trend: Sequence[MonthFigure]) -> tuple[Columns, ...]:
    """Draw the months; nothing when there are none, or none but the last has a figure."""
    if not any(figure.attentions for figure in trend[:-1]):
        return ()
    largest = max(figure.attentions or 0 for figure in trend) or 1
    columns = tuple(
        Column(
            _month(figure)[:LETTERS],
            number(figure.attentions),
            (figure.attentions or 0) / largest,
            figure is trend[-1],
        )
        for figure in trend
    )
    told = ", ".join(f"{period_name(figure.month)} {number(figure.attentions)}" for figure in trend)
    return (Columns("Trece meses", columns, f"Atenciones por mes: {told}."),)


def since_the_month_before(trend: Sequence[MonthFigure]) -> str:
    """Return «+8,4 % sobre septiembre»; nothing without a month to compare with."""
    if not trend:
        return ""
    before, own = trend[-2:]
    moved = change(before.attentions, own.attentions)
    return f"{moved} sobre {_month(before)}" if moved else ""


def hour_columns(rows: Sequence[Mapping[str, Any]]) -> tuple[Columns, ...]:
    """Draw the attentions of each hour of the day, from the first to the last that has some, the busiest set apart."""
    if not rows:
        return ()
    counts = {row["hour"]: row["n"] for row in rows}
    largest = max(n or 0 for n in counts.values()) or 1
    hours = range(min(counts), max(counts) + 1)
    held = {hour: counts.get(hour, 0) for hour in hours}
    columns = tuple(Column(f"{hour} h", number(n), (n or 0) / largest, n == largest) for hour, n in held.items())
    told = ", ".join(f"{hour} a {hour + 1} h {number(n)}" for hour, n in held.items())
    return (Columns("Hora del día", columns, f"Atenciones por hora del día en Santiago: {told}."),)


def comparison_table(rows: Sequence[Mapping[str, Any]], name: Callable[[str], str]) -> tuple[Table, ...]:
    """The totals beside those before, a year before and in the year; nothing where they are not known."""
    if not rows:
        return ()
    lines = tuple(
        Line(
            (
                name(row["total"]),
                number(row["n"]),
                number(row["before"]),
                _told(row, "before"),
                number(row["year_before"]),
                _told(row, "year_before"),
                number(row["accumulated"]),
            )
        )
        for row in rows
    )
    head = ("Total", "Este período", "Anterior", "Variación", "Un año antes", "Variación", "En el año")
    return (Table("Comparación de los totales", head, lines, strong_column=1),)


def _told(row: Mapping[str, Any], column: str) -> str:
    """The change since then; a dash where there is none, as of a period that is running beside a whole one."""
    return "–" if row[f"{column}_change"] is None else change(row[column], row["n"])


def _month(figure: MonthFigure) -> str:
    return MONTHS[int(figure.month[-2:]) - 1]
