"""One part of a report: its chart, its table, and what a person should know who reads it."""

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui.charts.bars import Bars, Swatch
from terreno_app.ui.charts.intervals import Intervals
from terreno_app.ui.charts.paces import Paces
from terreno_app.ui.screens.reports.parts import SERIES, Part
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.grid_table import GridTable
from terreno_app.ui.widgets.layout import STRETCH, add, row
from terreno_app.ui.widgets.text import label

_MOST_ROWS: Final = 14
_MOST_ROWS_UNDER_A_CHART: Final = 9
_LABEL: Final = 250


class PartPage(QWidget):
    """The page; what a part does not have takes no room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
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
        add(theme, layout, *charts, 4, self.table, self._note, STRETCH)

    def show_part(self, part: Part) -> None:
        """Show another part."""
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
        self.table.show_grid(part.title, part.columns, part.rows)
        has_chart = bool(chart.bars or chart.intervals or chart.paces)
        self.table.fit_rows(_MOST_ROWS_UNDER_A_CHART if has_chart else _MOST_ROWS)
        self.table.setVisible(bool(part.rows))
        self._note.setText(part.note)
        self._note.setVisible(bool(part.note))
