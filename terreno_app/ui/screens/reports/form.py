"""The page of Informes. It shows figures that were made elsewhere and says what a person asked for."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.charts.bars import Bars, Swatch
from terreno_app.ui.messages import Notice, warning
from terreno_app.ui.screens.reports.table_model import ComunasModel, OutingsModel
from terreno_app.ui.screens.reports.wording import ReportShown
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Field, Select
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled, upright
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar
from terreno_app.ui.widgets.page import MARGIN, Figure, PageFoot, PageHead
from terreno_app.ui.widgets.tables import Table
from terreno_app.ui.widgets.text import label, section

_TITLE: Final = "Resumen mensual de atenciones"
_SERIES: Final = ("mujeres", "hombres", "otro o sin dato")
_ROW: Final = 30
_FIGURES: Final = 6
_MOST_ROWS: Final = 8
_TOPIC_WIDTH: Final = 176


class ReportsForm(QWidget):
    """The page.

    Signals:
        chosen: Another period or space: both codes; an empty space means all.
        pdf_asked: A person wants the paper.
    """

    chosen = Signal(str, str)
    pdf_asked = Signal()

    def __init__(self, theme: Theme, periods: Sequence[tuple[str, str]], spaces: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._eyebrow = ""
        self._period = Select(theme, periods, name="period")
        self._period.removeItem(0)
        self._space = Select(theme, spaces, empty="Todos los espacios", name="space")
        self._period_field = Field(theme, "&Período", self._period)
        self._space_field = Field(theme, "&Espacio", self._space)
        self._period_field.setFixedWidth(theme.px(190))
        self._space_field.setFixedWidth(theme.px(230))
        self._head = PageHead(theme, "", _TITLE, self._period_field, self._space_field)
        self._figures = tuple(Figure(theme, "", f"figure_{place}") for place in range(_FIGURES))
        self._types = Bars(theme, "Tipo de atención por sexo registral", _SERIES)
        self._topics = Bars(theme, "Temas por sexo registral", _SERIES, label_width=_TOPIC_WIDTH)
        self._more_topics = label(theme, "", "small", "ink2")
        self._comunas_model = ComunasModel()
        self._outings_model = OutingsModel()
        self._comunas = self._make_table(self._comunas_model, "comunas", "Comunas de residencia")
        self._outings = self._make_table(self._outings_model, "outings", "Salidas del mes")
        self._elsewhere = label(theme, "", "small", "ink2")
        self._no_outings = label(theme, "Sin salidas en este período.", "body", "ink2")
        self._notice = NoticeBar(theme)
        self._limits = NoticeBar(theme)
        self._empty = EmptyState(theme, "chart-column", "", "")
        self._note = label(theme, "", "small", "ink2")
        self._pdf = Button(theme, "P&DF", "primary", key="Ctrl+P", icon="file-text", name="save_pdf")
        self._lay_out()
        self._period.picked.connect(self._pick)
        self._space.picked.connect(self._pick)
        self._pdf.clicked.connect(self.pdf_asked)
        keys.shortcut(self, keys.PRINT, self._pdf.click)
        order = (self._period, self._space, self._comunas, self._outings, self._pdf)
        for place, before in enumerate(order[:-1]):
            self.setTabOrder(before, order[place + 1])

    @property
    def period(self) -> str:
        """The period in force."""
        return self._period.code

    @property
    def space(self) -> str:
        """The space in force; empty for all."""
        return self._space.code

    def show_waiting(self, period: str) -> None:
        """The figures are being counted; the old ones stay in sight until then."""
        self._say(f"{period} · contando…")
        self._pdf.setEnabled(False)

    def show_report(self, shown: ReportShown, empty_words: tuple[str, str]) -> None:
        """Show a report, or say why there is nothing in it."""
        self._say(shown.freshness)
        for figure, one in zip(self._figures, shown.figures, strict=True):
            figure.show_figure(one.number, one.under, word=one.word)
        self._types.show_bars(shown.types)
        self._topics.show_bars(shown.topics)
        self._more_topics.setText(f"y {shown.more_topics} temas más en el PDF" if shown.more_topics else "")
        self._more_topics.setVisible(bool(shown.more_topics))
        self._comunas_model.show_rows(shown.comunas)
        self._outings_model.show_rows(shown.outings)
        self._fit(self._comunas, len(shown.comunas))
        self._fit(self._outings, len(shown.outings))
        self._outings.setVisible(bool(shown.outings))
        self._no_outings.setVisible(not shown.outings)
        self._elsewhere.setText(shown.elsewhere)
        self._elsewhere.setVisible(bool(shown.elsewhere))
        self._empty.say(*empty_words)
        self._empty_page.setVisible(shown.empty)
        self._body.setVisible(not shown.empty)
        self._pdf.setEnabled(not shown.empty)
        if shown.not_held:
            then = "El informe de toda la región se pide en un equipo de coordinación."
            self._limits.tell(warning("Este equipo de terreno no tiene todo", shown.not_held, then, "info"))
        else:
            self._limits.clear()

    def tell(self, notice: Notice | None) -> None:
        """Say how it went, or take it away."""
        self._message.setVisible(notice is not None)
        if notice is None:
            self._notice.clear()
        else:
            self._notice.tell(notice)

    def begin(self) -> None:
        """Put the focus on the first question."""
        self._period.setFocus()

    @property
    def message(self) -> str:
        """All that the messages in sight say."""
        empty = "" if self._empty_page.isHidden() else self._empty.accessibleName()
        return " ".join(part for part in (self._notice.text, self._limits.text, empty) if part)

    @property
    def eyebrow(self) -> str:
        """The line over the title."""
        return self._eyebrow

    @property
    def figures(self) -> tuple[str, ...]:
        """The numbers in sight."""
        return tuple(figure.number for figure in self._figures)

    def _say(self, eyebrow: str) -> None:
        self._eyebrow = eyebrow
        self._head.say(eyebrow, _TITLE)

    def _pick(self, _code: str) -> None:
        self.chosen.emit(self.period, self.space)

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
        charts = column(theme, left, right, gap=16) if theme.compact else row(theme, (left, 10), (right, 11), gap=34)
        inside = column(
            theme, self._limits, band, 8, charts, STRETCH, margins=(MARGIN, 12, MARGIN, 10), gap=6, name="scrolled"
        )
        self._body = scrolled(inside)
        self._empty_page = column(theme, self._empty, STRETCH, margins=(MARGIN, 28, MARGIN, 0), gap=0)
        self._empty_page.hide()
        self._message = row(theme, (self._notice, 1), margins=(MARGIN, 10, MARGIN, 2))
        self._message.hide()
        head = row(theme, (self._head, 1), margins=(MARGIN, 14, MARGIN, 10))
        foot = PageFoot(theme, self._note, self._pdf)
        if not theme.compact:
            self._note.setText("Las mismas cifras salen en el papel. La huella del PDF dice si alguien las cambió.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part, stretch in (
            (head, 0),
            (rule(theme), 0),
            (self._message, 0),
            (self._body, 1),
            (self._empty_page, 1),
            (foot, 0),
        ):
            layout.addWidget(part, stretch)

    def _band(self, figures: Sequence[Figure]) -> QWidget:
        theme = self._theme
        parts: list[Any] = []
        for figure in figures:
            parts += [upright(theme), 20, figure, STRETCH] if parts else [figure, STRETCH]
        return row(theme, *parts[:-1], gap=0)

    def _legend(self) -> QWidget:
        theme = self._theme
        parts: list[Any] = []
        for series, word in enumerate(_SERIES):
            parts += [Swatch(theme, series), label(theme, word, "small", "ink2"), 4]
        return row(theme, *parts[:-1], gap=5)
