"""One part of a report: its chart or map, its table, and what a person should know who reads it.

Map and table go together: a comuna that is selected in one is selected in the other.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.domain.outlines import Outlines
from terreno_app.ui.charts.bars import Bars, Swatch
from terreno_app.ui.charts.intervals import Intervals
from terreno_app.ui.charts.paces import Paces
from terreno_app.ui.charts.region_map import RegionMap
from terreno_app.ui.screens.reports.parts import SERIES, Part
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.grid_table import GridTable
from terreno_app.ui.widgets.layout import STRETCH, add, column, row
from terreno_app.ui.widgets.tables import MarkCell, NumberCell
from terreno_app.ui.widgets.text import label

_MOST_ROWS: Final = 14
_MOST_ROWS_UNDER_A_CHART: Final = 9
_LABEL: Final = 250
_NOTHING: Final = "–"


class PartPage(QWidget):
    """The page; what a part does not have takes no room.

    Signals:
        drill_asked: A person wants the attentions of a figure; carries it, and its words.

    Args:
        theme: The look.
        comunas: Their names by code.
    """

    drill_asked = Signal(object, str)

    def __init__(self, theme: Theme, comunas: Mapping[str, str]) -> None:
        super().__init__()
        self._comunas = comunas
        self._panels: tuple[tuple[str, Outlines], ...] = ()
        self._codes: tuple[str, ...] = ()
        self._part: Part | None = None
        self._map = RegionMap(theme, "map")
        self._here = label(theme, "", "strong", wrap=True)
        hint = label(theme, "Flechas: comuna vecina.", "small", "ink2")
        self._mapped = column(theme, self._map, row(theme, (self._here, 1), hint), STRETCH, gap=2)
        self._bars = Bars(theme, "Gráfico de barras", label_width=_LABEL)
        self._by_sex = Bars(theme, "Gráfico de barras por sexo registral", SERIES, label_width=_LABEL)
        self._intervals = Intervals(theme, "Porcentajes con su intervalo de confianza de 95 %")
        self._paces = Paces(theme, "Avance de las metas y ritmo esperado")
        swatches: list[QWidget | int | str] = []
        for series, word in enumerate(SERIES):
            swatches += [Swatch(theme, series), label(theme, word, "small", "ink2"), 6]
        self._legend = row(theme, *swatches, STRETCH, gap=5)
        self.table = GridTable(theme, "part", "")
        self._note = label(theme, "", "small", "ink2", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        charts = (self._legend, self._by_sex, self._bars, self._intervals, self._paces)
        add(theme, layout, *charts, 4)
        if theme.compact:
            add(theme, layout, self._mapped, self.table)
        else:
            beside = column(theme, self.table, STRETCH)
            add(theme, layout, row(theme, (self._mapped, 5), (beside, 4), gap=24))
        add(theme, layout, self._note, STRETCH)
        self.table.opened.connect(self._drill)
        self._map.opened.connect(self._drill_comuna)
        self._map.moved.connect(self._follow_map)
        self.table.moved.connect(self._follow_table)

    @property
    def inputs(self) -> tuple[QWidget, ...]:
        """What takes keys, in the order of Tab."""
        return self._map, self.table

    @property
    def here(self) -> str:
        """The line under the map."""
        return self._here.text()

    def know_region(self, panels: Sequence[tuple[str, Outlines]]) -> None:
        """Take the outlines of the report's region; none where there is no map of it."""
        self._panels = tuple(panels)

    def show_part(self, part: Part) -> None:
        """Show another part."""
        self._part = part
        chart = part.chart
        by_sex, plain = (chart.bars, ()) if chart.series else ((), chart.bars)
        self._by_sex.show_bars(by_sex)
        self._bars.show_bars(plain)
        self._intervals.show_lines(chart.intervals)
        self._paces.show_paces(chart.paces)
        self._legend.setVisible(bool(by_sex))
        for drawn, widget in (
            (by_sex, self._by_sex),
            (plain, self._bars),
            (chart.intervals, self._intervals),
            (chart.paces, self._paces),
        ):
            widget.setVisible(bool(drawn))
        on_map = bool(part.on_map and self._panels)
        self._codes = tuple(part.on_map) if on_map else ()
        self._mapped.setVisible(on_map)
        self._map.show_map(self._panels if on_map else (), self._comunas, part.on_map)
        most = self._map.here
        self.table.show_grid(part.title, part.columns, part.rows)
        self.table.know_openable([[one is not None for one in row] for row in part.figures])
        has_chart = bool(chart.bars or chart.intervals or chart.paces)
        self.table.fit_rows(_MOST_ROWS_UNDER_A_CHART if has_chart else _MOST_ROWS)
        self.table.setVisible(bool(part.rows))
        self._note.setText(part.note)
        self._note.setVisible(bool(part.note))
        self._map.select(most)
        self._follow_map(most)

    def _drill(self, place: int) -> None:
        part, at = self._part, max(0, self.table.currentIndex().column())
        figure = part.figures[place][at] if part is not None and part.figures else None
        if part is None or figure is None:
            return
        cells = part.rows[place].cells
        said = [cell.words for cell in cells if not isinstance(cell, NumberCell | MarkCell) and cell.words != _NOTHING]
        if at and figure != part.figures[place][0]:
            said.append(part.columns[at].title.lower())
        self.drill_asked.emit(figure, f"{part.title}: {', '.join(said)}")

    def _drill_comuna(self, code: str) -> None:
        if code in self._codes:
            place = self._codes.index(code)
            self.table.go_to(place)
            self._drill(place)

    def _follow_map(self, code: str) -> None:
        if code in self._codes:
            self.table.go_to(self._codes.index(code))
        self._here.setText(self._map.words)

    def _follow_table(self, place: int) -> None:
        if not 0 <= place < len(self._codes) or self._codes[place] == self._map.here:
            return
        self._map.select(self._codes[place])
        name = self._comunas.get(self._codes[place], self._codes[place])
        self._here.setText(self._map.words or f"{name}: no está en este mapa; su cifra está en la tabla.")
