"""Any report on paper, as it is: its totals and every table, in the order of the report and in Spanish words.

In: a report. Out: a `Paper`. A long table is cut here and says so; the data files have every row.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from terreno_app.domain.catalogues import Catalogues, Labels, Question
from terreno_app.domain.outlines import Outlines
from terreno_app.domain.reports import remarks, satisfaction
from terreno_app.domain.reports.grid_words import NAME_WIDTH, cell, empty_words, is_text, places
from terreno_app.domain.reports.grids import ORDINAL, Grid, beside, grids
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.sensitive import NAME as SENSITIVE
from terreno_app.domain.spanish import HIDDEN, counted, fingerprint, period_name, sentence
from terreno_app.publish.cover import ISSUER, cover_facts, scope_words
from terreno_app.publish.paper import Block, Line, Map, Paper, Paragraph, Run, Section, Table
from terreno_app.publish.region_map import comuna_map
from terreno_app.publish.tables import Dimension, by_sex, consent_note, total

LONGEST = 40
VISITED = "comunas"
_LINE, _BETWEEN, _OF_A_LETTER, _OF_A_HEADING = 85, 2, 0.9, 0.9
"""Figures that a line of the page holds, those that keep columns apart, how much of one a small letter is, and how much
smaller headings are set."""
NOT_WRITTEN: Mapping[str, str] = {
    remarks.OF_THE_YEAR: "resumen ejecutivo, aprendizajes y plan del año",
    remarks.OF_GOALS: "motivo de cada meta que no se alcanzó y medida que se toma",
    remarks.THEMES: "comentarios de la encuesta por tema",
    remarks.RETENTION: "datos eliminados al cumplirse su plazo de conservación",
}
"""What domain.md 5 wants in a report and somebody has to write down: until then whoever signs the report adds it."""
_WRITTEN = frozenset({"summary", "lessons", "plan", "reason", "measure"})


def figures_paper(report: Report, catalogues: Catalogues, outlines: Outlines, attached: str) -> Paper:
    """Lay out the report's figures, one table after the other.

    Args:
        report: The figures.
        catalogues: The words.
        outlines: The comunas of the report's region; none, and there is no map.
        attached: What the file carries.
    """
    labels = catalogues.labels
    totals, *tables = grids(report, labels)
    parts = (totals, *beside(report, labels), *tables)
    version = "versión pública" if report.suppressed else "versión interna"
    chapters: dict[str, list[Grid]] = {"": []}
    for grid in parts:
        chapters.setdefault(grid.chapter, []).append(grid)
    sections = tuple(
        Section(chapter or "Cifras del período", tuple(_blocks(report, members, catalogues, outlines)))
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
        sections=(
            *sections,
            *_annex(report, catalogues),
            Section("Sobre estas cifras", (*_not_written(report), digest)),
        ),
    )


def _annex(report: Report, catalogues: Catalogues) -> Iterator[Section]:
    """The text of what was asked, of the survey report: every version that somebody answered and that is known here."""
    if report.report != satisfaction.NAME:
        return
    used = {(row["questionnaire"], row["questionnaire_version"]) for row in report.tables["questionnaires"]}
    for one in catalogues.questionnaires:
        if (one.id, str(one.version)) in used:
            yield Section(f"Anexo: cuestionario, versión {one.version}", tuple(map(_question, one.questions)))


def _question(question: Question) -> Block:
    options = f" ({'; '.join(question.options)})" if question.options else ""
    return Paragraph((Run(f"{question.id}. ", strong=True), Run(f"{question.text}{options}")))


def _not_written(report: Report) -> Iterator[Block]:
    wanted = (name for name in remarks.OF_REPORT.get(report.report, ()) if not report.cut_off.get(name))
    words = [NOT_WRITTEN[name] for name in wanted if not (report.suppressed and name == remarks.THEMES)]
    if words:
        yield Paragraph((Run("Sin anotar en Terreno: ", strong=True), Run(f"{sentence('; '.join(words))}.")))


def _remarks(grid: Grid, labels: Labels) -> Iterator[Block]:
    """Texts, each after the name of its column; what they are about stands above them."""
    yield Paragraph((Run(grid.title, strong=True),))
    for row, values in enumerate(grid.rows):
        told = [place for place, value in enumerate(values) if value is not None]
        about = [cell(grid, row, place, labels, "") for place in told if grid.columns[place].key not in _WRITTEN]
        if about:
            yield Paragraph((Run(" · ".join(about), strong=True),), quiet=True)
        for place in told:
            column = grid.columns[place]
            if column.key in _WRITTEN:
                yield Paragraph((Run(f"{column.heading}. ", strong=True), Run(values[place])))


def _blocks(report: Report, members: list[Grid], catalogues: Catalogues, outlines: Outlines) -> Iterator[Block]:
    of_region, labels = report.filters["region"], catalogues.labels
    nothing_there = HIDDEN if report.suppressed else "–"
    for grid in members:
        if grid.key in remarks.TEXTS:
            yield from _remarks(grid, labels)
        elif grid.key == SENSITIVE and grid.rows:
            asked = report.cut_off[SENSITIVE]["asked"]
            yield replace(_table(grid, labels, HIDDEN, of_region), note=consent_note(asked))
        elif grid.rows:
            yield _table(grid, labels, nothing_there, of_region)
        if grid.key.rpartition(".")[2] == VISITED and grid.rows and outlines:
            yield _where_attended(grid, catalogues, outlines)
    empty = [grid.title for grid in members if not grid.rows]
    if empty:
        words = f"{'; '.join(empty)}."
        nothing = f"{empty_words(suppressed=report.suppressed)}: "
        yield Paragraph((Run(nothing, strong=True), Run(words)), quiet=True)


def _where_attended(grid: Grid, catalogues: Catalogues, outlines: Outlines) -> Map:
    keys = [column.key for column in grid.columns]
    comuna, attentions = keys.index("comuna"), keys.index("attentions")
    counts = {row[comuna]: row[attentions] for row in grid.rows}
    names = {one.code: one.label for one in catalogues.comunas}
    return comuna_map("Dónde se atendió", outlines, counts, names, of="de la salida")


def _broken(title: str) -> tuple[str, ...]:
    """The title in lines that a cover holds."""
    lines: list[str] = []
    for word in title.split():
        if lines and len(lines[-1]) + len(word) < len("Resumen mensual de"):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def _table(grid: Grid, labels: Labels, nothing_there: str, of_region: str | None) -> Table:
    if [column.key for column in grid.columns][1:] == ["sex", "n"]:
        return _by_sex(grid)
    shown = places(grid, of_region)
    text = 1 if grid.is_object else sum(is_text(grid.columns[place]) for place in shown)
    lines = tuple(
        Line(tuple(cell(grid, row, place, labels, nothing_there) for place in shown))
        for row in range(min(LONGEST, len(grid.rows)))
    )
    cut = len(grid.rows) - LONGEST
    head = tuple(grid.columns[place].heading for place in shown)
    return Table(
        grid.title,
        head,
        lines,
        note=f"Además, {counted(cut, 'fila', 'filas')} en el archivo de datos." if cut > 0 else "",
        text_columns=max(1, text),
        widths=widths(head, [line.cells for line in lines]),
    )


def widths(head: Sequence[str], lines: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """What each column gets of the page, in figures: all of these are as wide, and most letters narrower.

    A column wants its longest cell, though not more than a name. Where they want more than there is, each gets its
    longest word, so that no figure runs into the next column, and what is left goes to those that want more.
    """
    columns = list(zip(*lines, strict=True)) or [()] * len(head)
    least = [
        _BETWEEN + max(math.ceil(_OF_A_HEADING * _longest_word(heading)), *map(_longest_word, cells), 0)
        for heading, cells in zip(head, columns, strict=True)
    ]
    wanted = [
        max(few, _BETWEEN + min(NAME_WIDTH, max(map(_room, cells), default=0)))
        for few, cells in zip(least, columns, strict=True)
    ]
    more = sum(wanted) - sum(least)
    if sum(wanted) <= _LINE or not more:
        return tuple(wanted)
    part = max(0, _LINE - sum(least)) / more
    return tuple(few + int(part * (most - few)) for few, most in zip(least, wanted, strict=True))


def _longest_word(text: str) -> int:
    return max(map(_room, text.split()), default=0)


def _room(text: str) -> int:
    return math.ceil(sum(_OF_A_LETTER if letter.islower() else 1 for letter in text))


def _by_sex(grid: Grid) -> Table:
    """The figures of women and men beside each other."""
    (field, *_), words = (column.key for column in grid.columns), {}
    for row, names in zip(grid.rows, grid.names, strict=True):
        words[row[0]] = names[0]
    rows = [{field: row[0], "sex": row[1], "n": row[2]} for row in grid.rows]
    head = grid.columns[0].heading
    order = tuple(words) if field in ORDINAL else ()
    rest = ("otra fila", "otras {} filas")
    dimension = Dimension(grid.title, head, field, words.__getitem__, rest, order, LONGEST)
    return by_sex(dimension, rows, total(row["n"] for row in rows))
