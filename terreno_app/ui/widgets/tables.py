"""Tables: thin rules, no grid, no stripes; cells are values that know their words.

A model of a screen derives from `RowsModel` and says which cells a row has; the delegate draws them and the screen
reader hears their words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from terreno_app.ui.labels import STATES
from terreno_app.ui.theme import Theme

CELL_ROLE: Final = Qt.ItemDataRole.UserRole
ROW_HEIGHT: Final = 38
HEAD_HEIGHT: Final = 32
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Cell:
    """Words, drawn as they are."""

    text: str
    role: str = "body"
    tone: str = "ink"

    @property
    def words(self) -> str:
        """What a screen reader says."""
        return self.text


@dataclass(frozen=True, slots=True)
class TwoCell(Cell):
    """Words and, smaller beside them, a second piece that is left out where it does not fit."""

    second: str = ""

    @property
    def words(self) -> str:
        """What a screen reader says."""
        return f"{self.text} {self.second}".strip()


@dataclass(frozen=True, slots=True)
class NumberCell(Cell):
    """A figure, at the right."""


@dataclass(frozen=True, slots=True)
class FolioCell(Cell):
    """A folio: its tail tells records apart, so it is bold and never cut."""

    @property
    def tail(self) -> str:
        """Counter and check digit."""
        return "-".join(self.text.rsplit("-", 2)[1:]) or self.text

    @property
    def start(self) -> str:
        """Label and year."""
        return self.text[: len(self.text) - len(self.tail)]


@dataclass(frozen=True, slots=True)
class MarkCell(Cell):
    """An icon, its word in the same tone, and a detail."""

    icon: str = ""
    detail: str = ""

    @property
    def words(self) -> str:
        """What a screen reader says."""
        return f"{self.text} {self.detail}".strip()


def state_cell(state: str, detail: str = "") -> MarkCell:
    """The state of a record: figure, word, and perhaps the folio of its receipt."""
    words = STATES[state]
    return MarkCell(words.word, "smallstrong", words.tone, words.icon, detail)


LIGHT_MARKS: Final = {
    "green": ("circle-check", "ok"),
    "amber": ("triangle-alert", "copper"),
    "red": ("octagon-alert", "bad"),
}
"""The figure and the tone of each light of a goal."""


def light_cell(light: str, words: str) -> MarkCell:
    """The light of a goal: a figure and a word, the colour third."""
    icon, tone = LIGHT_MARKS[light]
    return MarkCell(words, "smallstrong", tone, icon)


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; `width` at 100 %, or 0 for the column that takes what is left."""

    title: str
    width: int = 0
    at_right: bool = False


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Frozen rows under headings; derive and say the cells of a row.

    Qt's metaclass leaves no room for that of `ABC`.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.rows: tuple[Row, ...] = ()

    def cells(self, row: Row) -> tuple[Cell, ...]:
        """The cells of a row, one a column."""
        raise NotImplementedError

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        """How many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell, or its words."""
        if not index.isValid():
            return None
        cell = self.cells(self.rows[index.row()])[index.column()]
        if role == CELL_ROLE:
            return cell
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell.words
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The headings."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].at_right else Qt.AlignmentFlag.AlignLeft
            return side | _MIDDLE
        return None


def fill_row(painter: QPainter, theme: Theme, area: QRect, *, selected: bool) -> None:
    """The ground of a line that is one cell: a rule under it, a tint and a bar where it is selected."""
    if selected:
        painter.fillRect(area, theme.colour("select"))
        bar = theme.colour("focus_fill" if theme.high else "primary")
        painter.fillRect(area.left(), area.top(), theme.px(4), area.height(), bar)
    painter.fillRect(area.left(), area.bottom(), area.width(), theme.line, theme.colour("rule"))


class CellDelegate(QStyledItemDelegate):
    """Draws cells: rules under them, a tint and a bar for the selected row."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(area, theme.colour("select"))
            if index.column() == 0:
                bar = QRect(area.left(), area.top(), theme.px(4), area.height())
                painter.fillRect(bar, theme.colour("focus_fill" if theme.high else "primary"))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, theme.colour("rule"))
        inside = area.adjusted(theme.px(8), 0, -theme.px(6), 0)
        self._draw(painter, index.data(CELL_ROLE), inside, selected=selected)
        painter.restore()

    def _draw(self, painter: QPainter, cell: Cell, area: QRect, *, selected: bool) -> None:
        theme = self._theme
        ink = theme.on_select(cell.tone) if selected else theme.colour(cell.tone)
        faint = theme.on_select("ink2") if selected else theme.colour("ink2")
        if isinstance(cell, MarkCell):
            self._draw_mark(painter, cell, area, ink, faint)
        elif isinstance(cell, FolioCell):
            self._draw_folio(painter, cell, area, ink, faint)
        elif isinstance(cell, NumberCell):
            self._text(painter, cell.text, cell.role, ink, area, Qt.AlignmentFlag.AlignRight)
        else:
            self._text(painter, cell.text, cell.role, ink, area)
            second = cell.second if isinstance(cell, TwoCell) else ""
            used = theme.width_of(cell.text, cell.role)
            if second and used + theme.px(60) < area.width():
                self._text(painter, second, "small", faint, area.adjusted(used + theme.px(10), 1, 0, 0))

    def _draw_mark(self, painter: QPainter, cell: MarkCell, area: QRect, ink: QColor, faint: QColor) -> None:
        theme = self._theme
        pixmap = theme.icon(cell.icon, ink.name(), 18, 2.1)
        painter.drawPixmap(area.left(), area.center().y() - theme.px(18) // 2 + 1, pixmap)
        beside = area.adjusted(theme.px(25), 0, 0, 0)
        self._text(painter, cell.text, cell.role, ink, beside)
        used = theme.width_of(cell.text, cell.role) + theme.px(8)
        if cell.detail and used + theme.px(30) < beside.width():
            self._text(painter, cell.detail, "small", faint, beside.adjusted(used, 0, 0, 0))

    def _draw_folio(self, painter: QPainter, cell: FolioCell, area: QRect, ink: QColor, faint: QColor) -> None:
        theme = self._theme
        start = "" if theme.compact else cell.start
        self._text(painter, start, "small", faint, area)
        tail = area.adjusted(theme.width_of(start, "small") + 1, 0, theme.px(40), 0)
        painter.setFont(theme.font("smallstrong"))
        painter.setPen(ink)
        painter.drawText(tail, _MIDDLE, cell.tail)

    def _text(
        self,
        painter: QPainter,
        text: str,
        role: str,
        ink: QColor,
        area: QRect,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        painter.setFont(self._theme.font(role))
        painter.setPen(ink)
        shown = self._theme.metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, _MIDDLE | side, shown)


class Table(QTableView):
    """A table of whole rows for the keyboard: arrows move, Enter opens, Tab leaves.

    Signals:
        opened: A person pressed Enter or clicked twice; carries the row.
        moved: Another row is selected; carries it, or -1.
    """

    opened = Signal(int)
    moved = Signal(int)

    def __init__(self, theme: Theme, model: RowsModel[Any], name: str, title: str) -> None:
        super().__init__()
        self._theme, self._model = theme, model
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setModel(model)
        self.setItemDelegate(CellDelegate(theme, self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_HEIGHT))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setFixedHeight(theme.px(HEAD_HEIGHT))
        for place, column in enumerate(model.columns):
            fixed = QHeaderView.ResizeMode.Fixed if column.width else QHeaderView.ResizeMode.Stretch
            head.setSectionResizeMode(place, fixed)
            if column.width:
                self.setColumnWidth(place, theme.px(column.width))
        self.doubleClicked.connect(self._opened_at)
        self.selectionModel().currentRowChanged.connect(self._moved_to)

    @property
    def current(self) -> int:
        """The selected row, or -1."""
        index = self.currentIndex()
        return index.row() if index.isValid() else -1

    def go_to(self, row: int) -> None:
        """Select a row and bring it into sight."""
        if 0 <= row < self._model.rowCount():
            seen = next((place for place in range(self._model.columnCount()) if not self.isColumnHidden(place)), 0)
            here = self._model.index(row, seen)  # Qt moves from no cell of a column that is not seen
            self.selectRow(row)
            self.setCurrentIndex(here)
            self.scrollTo(here)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; Qt knows the arrows."""
        if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.current >= 0:
                self.opened.emit(self.current)
            return
        super().keyPressEvent(event)

    def _opened_at(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    def _moved_to(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.moved.emit(index.row() if index.isValid() else -1)
