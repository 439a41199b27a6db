"""The page of Información: a search that keeps the focus, the list under it, and the lit sheet at its side.

It shows what it is told and says what a person asked for; it searches nothing itself.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from terreno_app.domain.information import Sheet
from terreno_app.ui import keys
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.information.list import SheetRow, SheetsModel, sheets_table
from terreno_app.ui.screens.information.sheet import SheetView
from terreno_app.ui.theme import COMPACT_BELOW_WIDTH, Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import TextField
from terreno_app.ui.widgets.filters import Filters
from terreno_app.ui.widgets.layout import STRETCH, add, column, ground, row, rule, scrolled, upright
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot
from terreno_app.ui.widgets.text import Elide, KeyCap, key_hint, label

EVERYTHING: Final = "all"
FILTERS: Final = (
    (EVERYTHING, "Todo"),
    ("programme", "Programas"),
    ("dos_product", "DOS"),
    ("institution", "Instituciones"),
)
_SHORT_FILTERS: Final = FILTERS[:3]
_FEW_FILTERS: Final = FILTERS[:2]
_NOTHING: Final = (
    "Nada coincide",
    "Pruebe con menos letras o con la sigla. Esc borra lo escrito y muestra todo.",
)
_ROWS_A_PAGE: Final = 6
_STEPS: Final = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: _ROWS_A_PAGE,
    Qt.Key.Key_PageUp: -_ROWS_A_PAGE,
}
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Finder(TextField):
    """The search: arrows move in the list while the person goes on typing.

    Signals:
        stepped: Carries by how many rows to move.
        entered: The lit sheet is wanted.
    """

    stepped = Signal(int)
    entered = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, placeholder="Programa, trámite, institución o sigla", big=True, name="search")
        self._theme = theme
        self.setAccessibleName("Buscar en la información")
        self.setTextMargins(theme.px(28), 0, 0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and pages are for the list."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.stepped.emit(step)
        elif event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, and a glass in it: an icon of Qt's own stays small where text is large."""
        super().paintEvent(event)
        side = self._theme.px(18)
        at = QPoint(self._theme.px(12), (self.height() - side) // 2)
        QPainter(self).drawPixmap(at, self._theme.icon("search", "ink2", 18))


class InformationForm(QWidget):
    """The page.

    Signals:
        typed: Carries what stands in the search.
        kind_chosen: Carries the kind of sheets to show.
        lit: Carries the key of the sheet that is lit.
        marked: The lit sheet was given to the person who is being attended.
        used: The same, and the person goes on with the attention.
        print_asked: The lit sheet on paper.
        pdf_asked: The lit sheet as a file.
        left: The person wants to go back.
    """

    typed = Signal(str)
    kind_chosen = Signal(str)
    lit = Signal(str)
    marked = Signal()
    used = Signal()
    print_asked = Signal()
    pdf_asked = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._model = SheetsModel()
        self._facts = label(theme, "", "small", "ink2")
        self._search = Finder(theme)
        self._notice = NoticeBar(theme)
        self._filters = Filters(theme, FILTERS, "Qué se muestra", "kinds")
        self._list = sheets_table(theme, self._model)
        self._sheet = SheetView(theme)
        self._back_words = label(theme, "", "small", "ink2")
        self._back = row(theme, KeyCap(theme, "Esc"), self._back_words, gap=6)
        self._mark = Button(theme, "Registrar co&mo entregada", key="Ctrl+M", icon="check", name="mark_given")
        self._use_words = "&Usar" if theme.large else "&Usar en una atención"
        self._use = Button(theme, self._use_words, "primary", key="F2", icon="plus", name="use_sheet")
        self._area: QScrollArea = scrolled(self._sheet)
        self._sides = QStackedWidget()
        self._lay_out()
        self._listen()

    # ------------------------------------------------------------------ what is shown

    def show_facts(self, words: str) -> None:
        """Say what the catalogue holds."""
        self._facts.setText(words)

    def show_rows(self, rows: Sequence[SheetRow], counts: Mapping[str, int], current: str) -> None:
        """Show what matches, and light one of it: the one that was lit if it is still there, else the best."""
        self._list.blockSignals(True)
        self._model.show_rows(rows)
        self._list.blockSignals(False)
        self._filters.set_counts(dict(counts))
        self._sides.setCurrentIndex(0 if rows else 1)
        for action in (self._mark, self._use):
            action.setEnabled(bool(rows))
        if rows:
            self._list.go_to(max(0, self._model.place_of(current)))
        else:
            self.lit.emit("")

    def show_sheet(self, sheet: Sheet) -> None:
        """Tell of the lit sheet."""
        self._sheet.show_sheet(sheet)
        self._area.verticalScrollBar().setValue(0)
        self._mark.setEnabled(sheet.given_out)
        self._use.set_text(self._use_words if sheet.given_out else "Ir a la a&tención")

    def offer_way_back(self, words: str) -> None:
        """Say where Esc leads, if that is worth saying."""
        self._back_words.setText(words)
        self._back.setVisible(bool(words))

    def tell(self, notice: Notice) -> None:
        """Show a message over the list."""
        self._notice.tell(notice)

    def clear_notice(self) -> None:
        """Take the message away."""
        self._notice.clear()

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    @property
    def rows(self) -> tuple[SheetRow, ...]:
        """What is listed."""
        return self._model.rows

    @property
    def lit_key(self) -> str:
        """The sheet that is lit, or an empty text."""
        place = self._list.current
        return self._model.rows[place].key if 0 <= place < len(self._model.rows) else ""

    @property
    def told(self) -> str:
        """What is said of the lit sheet."""
        return self._sheet.words if self._model.rows else ""

    def begin(self) -> None:
        """Put the focus in the search, with what stands there ready to be typed over."""
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._search.selectAll()

    # ------------------------------------------------------------------ how it moves

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes back what was typed; with nothing typed it leaves."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._search.text():
            self._search.clear()
            self._search.setFocus()
        else:
            self.left.emit()

    def minimumSizeHint(self) -> QSize:
        """Small: list and sheet scroll."""
        return QSize(480, 320)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less where there is little room."""
        super().resizeEvent(event)
        narrow = self._theme.compact or self.width() < COMPACT_BELOW_WIDTH - self._theme.px(200)
        self._filters.set_items(_FEW_FILTERS if self._theme.large else _SHORT_FILTERS if narrow else FILTERS)
        self._hints.setVisible(not narrow)
        self._mark.set_text("Registrar co&mo entregada" if not narrow else "&Marcar")

    # ------------------------------------------------------------------ inside

    def _lay_out(self) -> None:
        theme = self._theme
        head = column(
            theme,
            row(theme, (Elide(theme, "Información", "h1"), 1), self._facts),
            self._search,
            self._notice,
            margins=(MARGIN, 18, MARGIN, 14),
            gap=10,
        )
        listed = column(theme, self._filters, (self._list, 1), margins=(MARGIN, 8, 20, 0), gap=2)
        both = row(theme, (listed, 41), upright(theme), (self._area, 59), gap=0)
        nothing = column(theme, EmptyState(theme, "search", *_NOTHING), STRETCH, margins=(MARGIN, 20, MARGIN, 0))
        for side in (both, nothing):
            self._sides.addWidget(side)
        self._hints = row(theme, key_hint(theme, "Flechas", "moverse"), key_hint(theme, "Enter", "usar"), gap=16)
        note = row(theme, self._hints, self._back, gap=16)
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        add(theme, layout, head, rule(theme), (self._sides, 1), PageFoot(theme, note, self._mark, self._use))
        self.setFocusProxy(self._search)
        self._back.hide()

    def _listen(self) -> None:
        self._search.textChanged.connect(self.typed)
        self._search.stepped.connect(self._step)
        self._search.entered.connect(self._entered)
        self._filters.changed.connect(self.kind_chosen)
        self._list.moved.connect(self._moved)
        self._list.opened.connect(self._opened)
        self._mark.clicked.connect(self.marked)
        self._use.clicked.connect(self.used)
        self._sheet.print_asked.connect(self.print_asked)
        self._sheet.pdf_asked.connect(self.pdf_asked)
        keys.shortcut(self, keys.SEARCH, self.begin)
        keys.shortcut(self, keys.MARK, self.marked.emit)
        keys.shortcut(self, keys.NEW_ATTENTION, self.used.emit)
        keys.shortcut(self, keys.PRINT, self.print_asked.emit)

    def _step(self, by: int) -> None:
        last = len(self._model.rows) - 1
        self._list.go_to(max(0, min(last, self._list.current + by)))

    def _moved(self, _place: int) -> None:
        self.lit.emit(self.lit_key)

    def _entered(self) -> None:
        """Enter where nothing matches is a slip: the person goes on typing."""
        if self._model.rows:
            self.used.emit()

    def _opened(self, _place: int) -> None:
        self.used.emit()
