"""A table whose headings change with what it shows, and whose columns are as wide as their words.

Where all columns fit, the first takes what is left; where they do not, the table scrolls across.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.tables import Cell, Column, RowsModel, Table

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


class GridTable(Table):
    """The table; see the module."""

    def __init__(self, theme: Theme, name: str, title: str) -> None:
        self._grid = GridModel()
        self._widths: tuple[int, ...] = ()
        super().__init__(theme, self._grid, name, title)
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

    def show_grid(self, title: str, columns: Sequence[Column], rows: Sequence[GridRow]) -> None:
        """Show another table: its name for screen readers, its headings and its rows."""
        self.setAccessibleName(title)
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

    def fit_rows(self, most: int) -> None:
        """As high as its rows, though not higher than so many."""
        theme = self._theme
        rows = max(1, min(len(self.rows), most))
        self.setFixedHeight(theme.px(_HEAD) + theme.px(_ROW) * rows + theme.px(16))

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
        left = max(0, self.viewport().width() - sum(self._widths))
        for place, width in enumerate(self._widths):
            self.setColumnWidth(place, width + (left if place == 0 else 0))
