"""A table whose headings change with what it shows, and whose columns are as wide as their words.

A cell that can be opened has a hand over it, and a frame where the arrows have gone to it.

Where all columns fit, the first takes what is left; where they do not, it gives up those that it was told matter least,
and then scrolls across.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QStyleOptionViewItem

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.tables import Cell, CellDelegate, Column, Index, RowsModel, Table

_AIR: Final = 22
_WIDEST: Final = 340
_NARROWEST: Final = 64
_MEASURED: Final = 200
"""Rows whose words are measured: a column is not made to wait for thousands."""
_ROW: Final = 30
_HEAD: Final = 32


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row: its cells."""

    cells: tuple[Cell, ...]


class GridModel(RowsModel[GridRow]):
    """Rows under headings that change."""

    def __init__(self) -> None:
        super().__init__(())

    def cells(self, row: GridRow) -> tuple[Cell, ...]:
        """The cells of a row."""
        return row.cells

    def show_grid(self, columns: Sequence[Column], rows: Sequence[GridRow]) -> None:
        """Show other rows under other headings."""
        self.beginResetModel()
        self.columns, self.rows = tuple(columns), tuple(rows)
        self.endResetModel()


class GridDelegate(CellDelegate):
    """Draws a frame around the cell that Enter would open, beside the name of its row."""

    def __init__(self, theme: Theme, parent: "GridTable") -> None:
        super().__init__(theme, parent)
        self._grid = parent

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        super().paint(painter, option, index)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if focused and index.column() and self._grid.is_openable(index.row(), index.column()):
            painter.save()
            painter.setPen(self._theme.colour("focus_fill" if self._theme.high else "primary"))
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))
            painter.restore()


class GridTable(Table):
    """The table; see the module."""

    def __init__(self, theme: Theme, name: str, title: str) -> None:
        self._grid = GridModel()
        self._widths: tuple[int, ...] = ()
        self._spare: Sequence[int] = ()
        self._across = False
        self._openable: Sequence[Sequence[bool]] = ()
        super().__init__(theme, self._grid, name, title)
        self.setItemDelegate(GridDelegate(theme, self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(Table.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(theme.px(_ROW))

    @property
    def rows(self) -> tuple[GridRow, ...]:
        """The rows in sight."""
        return self._grid.rows

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings in sight."""
        return tuple(column.title for column in self._grid.columns)

    def show_grid(
        self, title: str, columns: Sequence[Column], rows: Sequence[GridRow], spare: Sequence[int] = ()
    ) -> None:
        """Show another table: its name for screen readers, its headings and its rows.

        Args:
            title: The name.
            columns: The headings.
            rows: The rows.
            spare: Places of columns that are left out where there is no room, in the order in which they go.
        """
        self.setAccessibleName(title)
        self._spare = spare
        self._grid.show_grid(columns, rows)
        measured = rows[:_MEASURED]
        self._widths = tuple(
            self._width(column, [row.cells[place] for row in measured]) for place, column in enumerate(columns)
        )
        for place in range(len(columns)):
            self.horizontalHeader().setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
        self._share()
        self.scrollToTop()
        self.go_to(0)

    def know_openable(self, cells: Sequence[Sequence[bool]]) -> None:
        """Take which cells of the rows in sight can be opened; none where it is empty."""
        self._openable = cells
        self.viewport().unsetCursor()

    def is_openable(self, row: int, column: int) -> bool:
        """Whether a cell can be opened."""
        return 0 <= row < len(self._openable) and self._openable[row][column]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what can be opened."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        if self.is_openable(index.row(), index.column()):
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().unsetCursor()

    def fit_rows(self, most: int) -> None:
        """As high as its rows, though not higher than so many."""
        theme = self._theme
        rows = max(1, min(len(self.rows), most))
        bar = theme.px(16) if self._across else 0
        self.setFixedHeight(theme.px(_HEAD) + theme.px(_ROW) * rows + bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The first column takes what is left."""
        super().resizeEvent(event)
        self._share()

    def _width(self, column: Column, cells: Sequence[Cell]) -> int:
        theme = self._theme
        head = theme.width_of(column.title, "smallstrong")
        widest = max((theme.width_of(cell.words, cell.role) for cell in cells), default=0)
        return max(theme.px(_NARROWEST), min(theme.px(_WIDEST), max(head, widest) + theme.px(_AIR)))

    def _share(self) -> None:
        room, widths = self.viewport().width(), dict(enumerate(self._widths))
        for place in self._spare:
            if sum(widths.values()) > room:
                del widths[place]
        self._across = sum(widths.values()) > room
        left = max(0, room - sum(widths.values()))
        for place in range(len(self._widths)):
            self.setColumnHidden(place, place not in widths)
            if place in widths:
                self.setColumnWidth(place, widths[place] + left)
                left = 0
        if self.current >= 0 and self.isColumnHidden(self.currentIndex().column()):
            self.go_to(self.current)
