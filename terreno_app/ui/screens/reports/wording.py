"""A report as the page shows it: figures with their words, bars in order, tables with names instead of codes.

In: the report's rows. Out: frozen values. Nothing is counted anew but shares.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from terreno_app.domain.catalogues import UNSAID, Catalogues
from terreno_app.domain.clock import parse_day, parse_instant, santiago_day
from terreno_app.domain.reports.closing import Addendum
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.trend import MonthFigure
from terreno_app.domain.spanish import MONTHS, fingerprint, moment, number, short_day
from terreno_app.services.attentions import AttentionRow
from terreno_app.services.drilling import Drilled
from terreno_app.ui.charts.bars import Bar
from terreno_app.ui.labels import TYPES, percent, plural, relative_day
from terreno_app.ui.screens.reports.asked import period_words
from terreno_app.ui.screens.reports.parts import Part, late_parts, parts_of
from terreno_app.ui.screens.reports.table_model import ComunaRow, OutingLine
from terreno_app.ui.values import ValueWords
from terreno_app.ui.widgets.grid_table import GridRow
from terreno_app.ui.widgets.tables import Cell, FolioCell, state_cell

MOST_TOPICS: Final = 6
_SEXES: Final = ("F", "M")
_NOT_HELD: Final = {
    "other_regions": "atenciones de otras regiones",
    "other_spaces": "atenciones de otros espacios",
    "before_60_days": "lo que otros equipos registraron hace más de 60 días",
    "referrals_of_other_devices": "sus derivaciones",
}


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A number, what it counts, and a line under it."""

    number: str
    word: str
    under: str


@dataclass(frozen=True, slots=True)
class ReportShown:
    """Everything that the page shows of a report."""

    figures: tuple[FigureShown, ...]
    types: tuple[Bar, ...]
    topics: tuple[Bar, ...]
    more_topics: int
    comunas: tuple[ComunaRow, ...]
    elsewhere: str
    outings: tuple[OutingLine, ...]


class ReportWords:
    """Words for any report, and for the month at a glance."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._labels = catalogues.labels
        self._catalogues = catalogues
        self._values = ValueWords(catalogues, {})

    def parts(self, report: Report, addendum: Addendum | None) -> tuple[Part, ...]:
        """The parts of a report; those of what came after a close stand first."""
        late = () if addendum is None else late_parts(addendum, self._labels)
        return *late, *parts_of(report, self._labels)

    def freshness(self, report: Report, now: datetime) -> str:
        """Of when the figures are, and how many laptops have not delivered everything."""
        return _freshness(report, now)

    def not_held(self, report: Report) -> str:
        """What this laptop does not have of what the report is about; empty when it has all."""
        return _not_held(report.cut_off.get("not_held", ()))

    def counted(self, words: str, drilled: Drilled) -> tuple[str, tuple[GridRow, ...]]:
        """The attentions of a figure: how many there are, and a row for each that is listed."""
        some = f", las {number(len(drilled.rows))} últimas" if len(drilled.rows) < drilled.total else ""
        title = f"{words} · {plural(drilled.total, 'atención', 'atenciones')}{some}"
        return title, tuple(map(self._attention, drilled.rows))

    def _attention(self, row: AttentionRow) -> GridRow:
        programme = self._catalogues.programmes.get(row.programme)
        about = programme.label if programme else self._labels.code("topic", row.topic)
        told = TYPES[row.type].short if row.type in TYPES else row.type
        day = short_day(santiago_day(row.received_at).isoformat())
        return GridRow((Cell(about), Cell(told), Cell(day), FolioCell(row.folio), state_cell(row.state)))

    def months(self, trend: Sequence[MonthFigure]) -> tuple[Bar, ...]:
        """The months before as upright bars."""
        return tuple(Bar(_month(one.month), (one.attentions or 0,)) for one in trend)

    def shown(self, report: Report) -> ReportShown:
        """The month at a glance, of a report that hides nothing."""
        totals = {name: value or 0 for name, value in report.totals.items()}
        comunas, elsewhere = self._comunas(report.tables["residence_comuna"], totals["attentions"])
        topics = self._bars(report.tables["topic_by_sex"], "topic")
        return ReportShown(
            figures=_figures(report, totals, comunas),
            types=self._bars(report.tables["type_by_sex"], "type"),
            topics=topics[:MOST_TOPICS],
            more_topics=max(0, len(topics) - MOST_TOPICS),
            comunas=comunas,
            elsewhere=elsewhere,
            outings=self._outings(report.tables["outings"]),
        )

    def _bars(self, rows: Sequence[Mapping[str, Any]], field: str) -> tuple[Bar, ...]:
        parts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for row in rows:
            series = _SEXES.index(row["sex"]) if row["sex"] in _SEXES else len(_SEXES)
            parts[row[field]][series] += row["n"] or 0
        bars = [Bar(self._name(field, code), (counts[0], counts[1], counts[2])) for code, counts in parts.items()]
        return tuple(sorted(bars, key=lambda bar: (-bar.total, bar.text)))

    def _name(self, field: str, code: str) -> str:
        if field == "type" and code in TYPES:
            return TYPES[code].short
        return self._labels.code("unsaid" if code in UNSAID else field, code)

    def _comunas(self, rows: Sequence[Mapping[str, Any]], total: int) -> tuple[tuple[ComunaRow, ...], str]:
        said = [row for row in rows if row["residence_comuna"] not in UNSAID]
        found = [
            ComunaRow(
                self._labels.code("comuna", row["residence_comuna"]),
                row["n"] or 0,
                percent((row["n"] or 0) / total) if total else "",
            )
            for row in said
        ]
        found.sort(key=lambda row: (-row.attentions, row.name))
        rest = total - sum(row.attentions for row in found)
        return tuple(
            found
        ), f"Además, {plural(rest, 'atención', 'atenciones')} sin comuna o de otro país." if rest else ""

    def _outings(self, rows: Sequence[Mapping[str, Any]]) -> tuple[OutingLine, ...]:
        return tuple(
            OutingLine(
                day=_short_day(row["planned_on"]),
                comuna=self._labels.code("comuna", row["comuna"]) if row["comuna"] else "Sin comuna",
                attentions=row["attentions"] or 0,
                informed=row["informed"] or 0,
            )
            for row in rows
        )


def close_words(closed: Mapping[str, Any], *, late: bool) -> str:
    """When a month was closed and by which digest, and whether something came after."""
    words = f"Mes cerrado el {moment(closed['at'])}. Huella {fingerprint(closed['digest'])}."
    return f"{words} Llegaron registros después: vea las tablas de rezagadas." if late else words


def _figure(n: int, one: str, many: str, under: str) -> FigureShown:
    return FigureShown(number(n), one if n == 1 else many, under)


def _figures(report: Report, totals: Mapping[str, int], comunas: Sequence[ComunaRow]) -> tuple[FigureShown, ...]:
    attentions = totals["attentions"]
    women = sum(row["n"] or 0 for row in report.tables["type_by_sex"] if row["sex"] == "F")
    voided = report.tables["quality"]["voided"] or 0
    done, planned = totals["outings_done"], totals["outings_planned"]
    each = f"{totals['persons'] / attentions:.2f} por atención".replace(".", ",") if attentions else ""
    return (
        _figure(
            attentions, "atención", "atenciones", f"{plural(voided, 'anulada', 'anuladas')} aparte" if voided else ""
        ),
        _figure(totals["persons"], "persona atendida", "personas atendidas", each),
        FigureShown(percent(women / attentions) if attentions else "0 %", "mujeres", "del total de atenciones"),
        _figure(
            totals["informed"], "persona informada", "personas informadas", f"en {plural(done, 'salida', 'salidas')}"
        ),
        _figure(
            len(comunas),
            "comuna de residencia",
            "comunas de residencia",
            f"sobre todo {comunas[0].name}" if comunas else "",
        ),
        FigureShown(
            f"{done} de {planned}",
            "salidas iniciadas",
            plural(totals["comunas_visited"], "comuna", "comunas") + " en terreno",
        ),
    )


def _freshness(report: Report, now: datetime) -> str:
    made = parse_instant(str(report.cut_off["generated_at"]))
    late = report.cut_off.get("devices_not_synced", 0)
    parts = [period_words(report.period), f"cifras de este equipo, {relative_day(made, now)}"]
    if late:
        parts.append(f"{plural(late, 'equipo aún no entrega', 'equipos aún no entregan')} todo")
    return " · ".join(parts)


def _not_held(codes: Sequence[str]) -> str:
    known = [_NOT_HELD[code] for code in codes if code in _NOT_HELD]
    if not known:
        return ""
    said = known[0] if len(known) == 1 else f"{', '.join(known[:-1])} ni {known[-1]}"
    return f"No incluye {said}."


def _short_day(text: str) -> str:
    on = parse_day(text)
    return f"{on.day} de {MONTHS[on.month - 1]}"


def _month(period: str) -> str:
    """`nov 26` of `2026-11`: what fits under a column."""
    return f"{MONTHS[int(period[5:7]) - 1][:3]} {period[2:4]}"
