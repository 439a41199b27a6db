"""The month at a glance: six figures, bars by sex, where people live, the outings, and the months before."""

from collections.abc import Sequence
from typing import Any, Final, cast

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from terreno_app.ui.charts.bars import Bar, Bars, Columns, Swatch
from terreno_app.ui.labels import plural
from terreno_app.ui.screens.reports.parts import SERIES
from terreno_app.ui.screens.reports.table_model import ComunasModel, OutingsModel
from terreno_app.ui.screens.reports.wording import ReportShown
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.layout import STRETCH, add, column, row, upright
from terreno_app.ui.widgets.page import Figure
from terreno_app.ui.widgets.tables import Table
from terreno_app.ui.widgets.text import label, section

_ROW: Final = 30
_FIGURES: Final = 6
_MOST_ROWS: Final = 8
_TOPIC_WIDTH: Final = 176
_BESIDE_FROM: Final = 1000


class Overview(QWidget):
    """The page."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._figures = tuple(Figure(theme, "", f"figure_{place}") for place in range(_FIGURES))
        self._types = Bars(theme, "Tipo de atención por sexo registral", SERIES)
        self._topics = Bars(theme, "Temas por sexo registral", SERIES, label_width=_TOPIC_WIDTH)
        self._more_topics = label(theme, "", "small", "ink2")
        self._comunas_model = ComunasModel()
        self._outings_model = OutingsModel()
        self._comunas = self._make_table(self._comunas_model, "comunas", "Comunas de residencia")
        self._outings = self._make_table(self._outings_model, "outings", "Salidas del mes")
        self._elsewhere = label(theme, "", "small", "ink2")
        self._no_outings = label(theme, "Sin salidas en este período.", "body", "ink2")
        self._months = Columns(theme, "Atenciones de los últimos trece meses")
        self._before = column(theme, 8, section(theme, "Trece meses"), self._months, gap=4)
        self._lay_out()

    @property
    def inputs(self) -> tuple[QWidget, ...]:
        """What takes keys, in the order of Tab."""
        return self._comunas, self._outings

    @property
    def figures(self) -> tuple[str, ...]:
        """The numbers in sight."""
        return tuple(figure.number for figure in self._figures)

    def show_report(self, shown: ReportShown, months: Sequence[Bar]) -> None:
        """Show another month, and those before where they are known."""
        for figure, one in zip(self._figures, shown.figures, strict=True):
            figure.show_figure(one.number, one.under, word=one.word)
        self._types.show_bars(shown.types)
        self._topics.show_bars(shown.topics)
        more = plural(shown.more_topics, "tema", "temas")
        self._more_topics.setText(f"y {more} más en su tabla" if shown.more_topics else "")
        self._more_topics.setVisible(bool(shown.more_topics))
        self._comunas_model.show_rows(shown.comunas)
        self._outings_model.show_rows(shown.outings)
        self._fit(self._comunas, len(shown.comunas))
        self._fit(self._outings, len(shown.outings))
        self._outings.setVisible(bool(shown.outings))
        self._no_outings.setVisible(not shown.outings)
        self._elsewhere.setText(shown.elsewhere)
        self._elsewhere.setVisible(bool(shown.elsewhere))
        self._months.show_bars(months)
        self._before.setVisible(bool(months))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the tables stand under the bars: beside them they lose columns."""
        super().resizeEvent(event)
        narrow = self._theme.compact or self.width() < self._theme.px(_BESIDE_FROM)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._charts.setDirection(way)

    def _make_table(self, model: Any, name: str, title: str) -> Table:
        table = Table(self._theme, model, name, title)
        table.verticalHeader().setDefaultSectionSize(self._theme.px(_ROW))
        return table

    def _fit(self, table: Table, rows: int) -> None:
        table.setFixedHeight(self._theme.px(32) + self._theme.px(_ROW) * max(1, min(rows, _MOST_ROWS)) + 2)

    def _lay_out(self) -> None:
        theme = self._theme
        half = _FIGURES // 2
        if theme.compact:
            band = column(theme, self._band(self._figures[:half]), self._band(self._figures[half:]), gap=10)
        else:
            band = self._band(self._figures)
        left = column(
            theme,
            section(theme, "Tipo de atención y sexo registral", self._legend()),
            self._types,
            10,
            section(theme, "Temas más consultados"),
            self._topics,
            self._more_topics,
            STRETCH,
            gap=4,
        )
        right = column(
            theme,
            section(theme, "Comuna de residencia", label(theme, "número de atenciones", "small", "ink2")),
            self._comunas,
            self._elsewhere,
            12,
            section(theme, "Salidas a terreno"),
            self._outings,
            self._no_outings,
            STRETCH,
            gap=4,
        )
        charts = row(theme, (left, 10), (right, 11), gap=34)
        self._charts = cast("QBoxLayout", charts.layout())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        add(theme, layout, band, 8, charts, self._before, STRETCH)

    def _band(self, figures: Sequence[Figure]) -> QWidget:
        theme = self._theme
        parts: list[Any] = []
        for figure in figures:
            parts += [upright(theme), 20, figure, STRETCH] if parts else [figure, STRETCH]
        return row(theme, *parts[:-1], gap=0)

    def _legend(self) -> QWidget:
        theme = self._theme
        parts: list[Any] = []
        for series, word in enumerate(SERIES):
            parts += [Swatch(theme, series), label(theme, word, "small", "ink2"), 4]
        return row(theme, *parts[:-1], gap=5)
