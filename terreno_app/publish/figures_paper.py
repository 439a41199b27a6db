"""Any report on paper, as it is: its totals and every table, in the order of the report and in Spanish words.

In: a report. Out: a `Paper`. A long table is cut here and says so; the data files have every row.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from terreno_app.domain.catalogues import Catalogues, Labels
from terreno_app.domain.reports.report import Report
from terreno_app.publish.cover import ISSUER, cover_facts, scope_words
from terreno_app.publish.grids import Column, Grid, Shape, grids, is_decimal, name_of
from terreno_app.publish.paper import Block, Line, Paper, Paragraph, Run, Section, Table
from terreno_app.publish.spanish import HIDDEN, MONTHS, fingerprint, number, period_name, sentence, short_day
from terreno_app.publish.tables import Dimension, by_sex, total

# The columns of a wide table that a page has room for, in their order; the data files have all.
ON_PAPER: Mapping[str, tuple[str, ...]] = {
    "complaints": ("folio", "received_on", "topic", "answered_on", "business_days", "in_term"),
    "goals": ("metric", "region", "space", "comuna", "period", "target", "actual", "attainment", "light"),
    "indicators": ("indicator", "verification", "numerator", "denominator", "percent"),
    "progress": (
        "metric",
        "region",
        "space",
        "comuna",
        "target_year",
        "actual_to_date",
        "advance",
        "projection",
        "light",
    ),
    "regions": ("region", "in_place", "in_part", "missing", "percent", "score", "light"),
    "scores": ("question", "answers", "mean", "net", "net_error", "indicative"),
    "sessions": ("seed_commitment",),
}
LONGEST = 40
NAME_WIDTH = 34
DAY_LENGTH = len("2026-11-21")


def figures_paper(report: Report, catalogues: Catalogues, attached: str) -> Paper:
    """Lay out the report's figures, one table after the other."""
    labels = catalogues.labels
    parts = grids(report, labels)
    nothing_there = HIDDEN if report.suppressed else "–"
    version = "versión pública" if report.suppressed else "versión interna"
    chapters: dict[str, list[Grid]] = {"": []}
    for grid in parts:
        chapters.setdefault(grid.chapter, []).append(grid)
    sections = tuple(
        Section(chapter or "Cifras del período", tuple(_blocks(members, labels, nothing_there)))
        for chapter, members in chapters.items()
    )
    digest = Paragraph((Run("Huella completa. ", strong=True), Run(report.digest)), quiet=True)
    return Paper(
        title=_broken(labels.figure("report", report.report)),
        issuer=ISSUER,
        period=sentence(period_name(report.period)),
        scope=scope_words(report, catalogues),
        facts=cover_facts(report, catalogues),
        stamp=f"Huella {fingerprint(report.digest)} · {version}",
        made_at=report.cut_off["generated_at"],
        attached=attached,
        sections=(*sections, Section("Sobre estas cifras", (digest,))),
    )


def _blocks(members: list[Grid], labels: Labels, nothing_there: str) -> Iterator[Block]:
    yield from (_table(grid, labels, nothing_there) for grid in members if grid.rows)
    empty = [grid.title for grid in members if not grid.rows]
    if empty:
        words = f"{'; '.join(empty)}."
        yield Paragraph((Run("Sin registros en este período: ", strong=True), Run(words)), quiet=True)


def _broken(title: str) -> tuple[str, ...]:
    """The title in lines that a cover holds."""
    lines: list[str] = []
    for word in title.split():
        if lines and len(lines[-1]) + len(word) < len("Resumen mensual de"):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def _table(grid: Grid, labels: Labels, nothing_there: str) -> Table:
    if [column.key for column in grid.columns][1:] == ["sex", "n"]:
        return _by_sex(grid)
    places = _places(grid)
    text = 1 if grid.is_object else sum(_is_text(grid.columns[place]) for place in places)
    lines = tuple(
        Line(tuple(_cell(grid, row, place, labels, nothing_there) for place in places))
        for row in range(min(LONGEST, len(grid.rows)))
    )
    cut = len(grid.rows) - LONGEST
    head = tuple(grid.columns[place].heading for place in places)
    return Table(
        grid.title,
        head,
        lines,
        note=f"Además, {number(cut)} filas: están en el archivo de datos." if cut > 0 else "",
        text_columns=max(1, text),
        widths=tuple(map(_width, head, zip(*(line.cells for line in lines), strict=True))),
    )


def _width(heading: str, cells: tuple[str, ...]) -> int:
    """Letters that a column needs: its longest cell, though not more than a name, and the longest word over it."""
    return 2 + max(*map(len, heading.split()), min(NAME_WIDTH, max(map(len, cells))))


def _by_sex(grid: Grid) -> Table:
    """The figures of women and men beside each other."""
    (field, *_), words = (column.key for column in grid.columns), {}
    for row, names in zip(grid.rows, grid.names, strict=True):
        words[row[0]] = names[0]
    rows = [{field: row[0], "sex": row[1], "n": row[2]} for row in grid.rows]
    head = grid.columns[0].heading
    dimension = Dimension(grid.title, head, field, words.__getitem__, "otras {} filas", longest=LONGEST)
    return by_sex(dimension, rows, total(row["n"] for row in rows))


def _places(grid: Grid) -> list[int]:
    """The columns that are shown, words before figures; one without any value is not."""
    chosen = ON_PAPER.get(grid.key.rpartition(".")[2])
    keys = [column.key for column in grid.columns]
    shown = [keys.index(key) for key in chosen if key in keys] if chosen else list(range(len(keys)))
    filled = [place for place in shown if any(row[place] is not None for row in grid.rows)]
    return sorted(filled, key=lambda place: not _is_text(grid.columns[place]))


def _is_text(column: Column) -> bool:
    return column.is_coded or column.shape in {Shape.TEXT, Shape.MIXED}


def _cell(grid: Grid, row: int, place: int, labels: Labels, nothing_there: str) -> str:
    column, value = grid.columns[place], grid.rows[row][place]
    if value is None:
        return nothing_there
    return grid.names[row][place] if column.is_coded else _plain(value, labels)


def _plain(value: Any, labels: Labels) -> str:
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, int):
        return number(value)
    if isinstance(value, list):
        return "; ".join(_plain(one, labels) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(name_of(key, str(one), labels) for key, one in value.items())
    if is_decimal(value):
        return str(value).replace(".", ",")
    return _time(value) or _fitting(value)


def _time(text: str) -> str:
    """A day or a month in words; nothing when it is neither."""
    try:
        on = date.fromisoformat(text if len(text) == DAY_LENGTH else f"{text}-01")
    except ValueError:
        return ""
    return short_day(text) if len(text) == DAY_LENGTH else f"{MONTHS[on.month - 1]} {on.year}"


def _fitting(text: str) -> str:
    """A word longer than the column (an id, a hash) is shown by its beginning."""
    return text if len(text) <= NAME_WIDTH or " " in text else f"{text[: NAME_WIDTH - 1]}…"
