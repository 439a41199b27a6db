"""Any report on paper, as it is: its totals and every table, in the order of the report and in Spanish words.

In: a report. Out: a `Paper`. A long table is cut here and says so; the data files have every row.
"""

from typing import Any

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.reports.report import Report
from terreno_app.publish.cover import ISSUER, cover_facts, scope_words
from terreno_app.publish.grids import Grid, Shape, grids
from terreno_app.publish.paper import Block, Line, Paper, Paragraph, Run, Section, Table
from terreno_app.publish.spanish import HIDDEN, fingerprint, number, period_name, sentence, short_day
from terreno_app.publish.tables import nothing

LONGEST = 40
NAME_WIDTH = 34
DAY_LENGTH = len("2026-11-21")


def figures_paper(report: Report, catalogues: Catalogues, attached: str) -> Paper:
    """Lay out the report's figures, one table after the other."""
    labels = catalogues.labels
    totals, *parts = grids(report, labels)
    nothing_there = HIDDEN if report.suppressed else "–"
    version = "versión pública" if report.suppressed else "versión interna"
    filled = [grid for grid in parts if grid.rows]
    empty = [grid.title for grid in parts if not grid.rows]
    notes: tuple[Block, ...] = (
        *(
            (Paragraph((Run("Sin registros en este período: ", strong=True), Run(f"{'; '.join(empty)}."))),)
            if empty
            else ()
        ),
        Paragraph((Run("Huella completa. ", strong=True), Run(report.digest)), quiet=True),
    )
    return Paper(
        title=_broken(labels.figure("report", report.report)),
        issuer=ISSUER,
        period=sentence(period_name(report.period)),
        scope=scope_words(report, catalogues),
        facts=cover_facts(report, catalogues),
        stamp=f"Huella {fingerprint(report.digest)} · {version}",
        made_at=report.cut_off["generated_at"],
        attached=attached,
        sections=(
            Section(
                "Cifras del período", (_table(totals, nothing_there), *(_table(grid, nothing_there) for grid in filled))
            ),
            Section("Sobre estas cifras", notes),
        ),
    )


def _broken(title: str) -> tuple[str, ...]:
    """The title in lines that a cover holds."""
    lines: list[str] = []
    for word in title.split():
        if lines and len(lines[-1]) + len(word) < len("Resumen mensual de"):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def _table(grid: Grid, nothing_there: str) -> Table:
    if not grid.rows:
        return nothing(grid.title)
    text = [
        place
        for place, column in enumerate(grid.columns)
        if column.is_coded or column.shape in {Shape.TEXT, Shape.MIXED}
    ]
    order = [*text, *(place for place in range(len(grid.columns)) if place not in text)]
    lines = tuple(
        Line(tuple(_cell(grid, row, place, nothing_there) for place in order))
        for row in range(min(LONGEST, len(grid.rows)))
    )
    cut = len(grid.rows) - LONGEST
    return Table(
        grid.title,
        tuple(grid.columns[place].heading for place in order),
        lines,
        note=f"Además, {number(cut)} filas: están en el archivo de datos." if cut > 0 else "",
        text_columns=max(1, len(text)),
    )


def _cell(grid: Grid, row: int, place: int, nothing_there: str) -> str:
    column, value = grid.columns[place], grid.rows[row][place]
    if value is None:
        return nothing_there
    if column.is_coded:
        return grid.names[row][place]
    return _plain(value, column.shape)


def _plain(value: Any, shape: Shape) -> str:
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, int):
        return number(value)
    if shape is Shape.DECIMAL:
        return str(value).replace(".", ",")
    if isinstance(value, str):
        return short_day(value) if _is_day(value) else _fitting(value)
    if isinstance(value, list):
        return "; ".join(_plain(one, Shape.MIXED) for one in value)
    return ", ".join(_plain(one, Shape.MIXED) for one in value.values())


def _is_day(text: str) -> bool:
    return len(text) == DAY_LENGTH and text[:4].isdecimal() and text[4] == text[7] == "-"


def _fitting(text: str) -> str:
    """A word longer than the column (an id, a hash) is shown by its beginning."""
    return text if len(text) <= NAME_WIDTH or " " in text else f"{text[: NAME_WIDTH - 1]}…"
