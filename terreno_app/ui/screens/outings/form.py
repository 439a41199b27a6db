"""The page of Salidas: it shows the outings and says which one a person wants to open or close."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.outings.table_model import OutingLine, OutingsModel, day_width
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.tables import Table
from terreno_app.ui.widgets.text import key_hint

_TITLE = "Salidas"
_WIDE_COLUMNS = (1, 3)
_WHOLE_DAYS_FROM = 1100
_GOING = {
    "here": ("&Ir", "&Ir a la jornada", "arrow-right"),
    "signed": ("&Ver", "&Ver el acta", "file-text"),
    "closed": ("&Abrir", "&Abrir la salida", "lock-open"),
}
"""What Enter does with an outing: short words, long ones, and the icon."""


class OutingsForm(QWidget):
    """The page.

    Signals:
        open_asked: Carries the id of the outing.
        plan_asked: A new outing.
        close_asked: Carries the id of the outing.
    """

    open_asked = Signal(str)
    plan_asked = Signal()
    close_asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._anything_open = False
        self._head = PageHead(theme, "", _TITLE)
        self._model = OutingsModel(compact=theme.compact)
        self._table = Table(theme, self._model, "outings_known", "Salidas que este equipo conoce")
        self._notice = NoticeBar(theme)
        self._empty = EmptyState(
            theme,
            "calendar-days",
            "Este equipo todavía no conoce ninguna salida",
            "La coordinación las planifica y llegan al sincronizar (F5). Sin red, Ctrl+N crea la de hoy aquí mismo.",
        )
        self._open = Button(theme, "&Abrir", "primary", key="Enter", icon="lock-open", name="open_outing")
        closing = "Fir&mar" if theme.compact else "Cerrar y fir&mar el acta"
        self._close = Button(theme, closing, icon="signature", key="Ctrl+G", name="close_outing")
        self._plan = Button(
            theme, "&Nueva" if theme.compact else "&Nueva salida", key="Ctrl+N", icon="plus", name="plan_outing"
        )
        hint = column(theme) if theme.compact else key_hint(theme, "Flechas", "elegir")
        foot = PageFoot(theme, hint, self._plan, self._close, self._open)
        if theme.compact:
            for place in _WIDE_COLUMNS:
                self._table.setColumnHidden(place, True)
        head = row(theme, (self._head, 1), margins=(MARGIN, 20, MARGIN, 14))
        body = column(
            theme, self._notice, (self._table, 100), self._empty, STRETCH, margins=(MARGIN, 12, MARGIN, 12), gap=8
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part, stretch in ((head, 0), (rule(theme), 0), (body, 1), (foot, 0)):
            layout.addWidget(part, stretch)
        self._table.opened.connect(self._ask_open)
        self._table.moved.connect(self._moved)
        self._open.clicked.connect(self._ask_open)
        self._close.clicked.connect(self.ask_close)
        self._plan.clicked.connect(self.plan_asked)
        keys.shortcut(self, keys.NEW_OUTING, self._plan.click)
        keys.shortcut(self, keys.SAVE, self._close.click)
        self.setTabOrder(self._table, self._plan)
        self.setTabOrder(self._plan, self._close)
        self.setTabOrder(self._close, self._open)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the day is said short: the place needs it more."""
        super().resizeEvent(event)
        narrow = self._theme.compact or self.width() < self._theme.px(_WHOLE_DAYS_FROM)
        self._model.set_compact(compact=narrow)
        self._table.setColumnWidth(0, self._theme.px(day_width(compact=narrow)))

    def show_outings(self, eyebrow: str, rows: Sequence[OutingLine]) -> None:
        """Show the outings; the one that is open here, else the newest, is selected."""
        before = self.selected
        self._head.say(eyebrow, _TITLE)
        self._anything_open = any(one.open_here for one in rows)
        self._model.show_rows(rows)
        first_ones = bool(rows) and self._table.isHidden()
        self._table.setVisible(bool(rows))
        if first_ones and self._plan.hasFocus():
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._empty.setVisible(not rows)
        wanted = next((place for place, one in enumerate(rows) if before is not None and one.id == before.id), None)
        opened = next((place for place, one in enumerate(rows) if one.open_here), 0)
        self._table.go_to(opened if wanted is None else wanted)
        self._moved()

    def go_to(self, outing: str) -> None:
        """Select an outing of the list."""
        place = next((place for place, one in enumerate(self._model.rows) if one.id == outing), None)
        if place is not None:
            self._table.go_to(place)

    def tell(self, notice: Notice | None) -> None:
        """Say how it went, or take it away."""
        if notice is None:
            self._notice.clear()
        else:
            self._notice.tell(notice)

    def begin(self) -> None:
        """Put the focus in the list, or where an outing can be made while there is none."""
        here = self._plan if self._table.isHidden() else self._table
        here.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def selected(self) -> OutingLine | None:
        """The outing under the selection."""
        place = self._table.current
        return self._model.rows[place] if 0 <= place < len(self._model.rows) else None

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    @property
    def rows(self) -> tuple[OutingLine, ...]:
        """The outings in sight."""
        return self._model.rows

    def _moved(self, _row: int = -1) -> None:
        one = self.selected
        here = one is not None and one.open_here
        signed = one is not None and one.closed_here
        short, long, icon = _GOING["here" if here else "signed" if signed else "closed"]
        self._open.set_text(short if self._theme.compact else long, icon)
        self._open.setEnabled(here or signed or (one is not None and not self._anything_open))
        self._close.setEnabled(one is not None and one.open_here)

    def _ask_open(self, _row: object = None) -> None:
        one = self.selected
        if one is not None and self._open.isEnabled():
            self.open_asked.emit(one.id)

    def ask_close(self) -> None:
        """The person wants to close the selected outing."""
        one = self.selected
        if one is not None:
            self.close_asked.emit(one.id)
