"""The list of Información: sheets in two lines, and where their names match what was typed."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.tables import CELL_ROLE, Cell, Column, RowsModel, Table, TwoCell, fill_row

ROW_HEIGHT: Final = 62
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet as the list shows it.

    Attributes:
        key: Which sheet it is.
        title: Its name.
        under: The line under it.
        spans: Where the name matches what was typed.
    """

    key: str
    title: str
    under: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SheetCell(TwoCell):
    """The name, the line under it, and what of the name matches."""

    spans: tuple[tuple[int, int], ...] = ()

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The name in pieces, each with whether it matches."""
        pieces: list[tuple[str, bool]] = []
        at = 0
        for start, end in self.spans:
            pieces += [(self.text[at:start], False), (self.text[start:end], True)]
            at = end
        pieces.append((self.text[at:], False))
        return [piece for piece in pieces if piece[0]]


class SheetsModel(RowsModel[SheetRow]):
    """The sheets that match, best first."""

    def __init__(self) -> None:
        super().__init__((Column("Fichas"),))

    def cells(self, row: SheetRow) -> tuple[Cell, ...]:
        """The only cell of a sheet."""
        return (SheetCell(row.title, "body", "ink", row.under, row.spans),)

    def place_of(self, key: str) -> int:
        """Where a sheet stands, or -1."""
        return next((place for place, row in enumerate(self.rows) if row.key == key), -1)


class SheetDelegate(QStyledItemDelegate):
    """Draws a sheet in two lines; what matches is bold and underlined, never colour alone."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one sheet."""
        theme = self._theme
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        on = bool(state & QStyle.StateFlag.State_Selected)
        cell: SheetCell = index.data(CELL_ROLE)
        painter.save()
        fill_row(painter, theme, area, selected=on)
        left, width = area.left() + theme.px(16), area.width() - theme.px(24)
        painter.setPen(theme.on_select("ink") if on else theme.colour("ink"))
        self._draw_title(painter, cell, QRect(left, area.top() + theme.px(9), width, theme.px(24)), strong=on)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.on_select("ink2") if on else theme.colour("ink2"))
        under = theme.metrics("small").elidedText(cell.second, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, area.top() + theme.px(32), width, theme.px(20)), _MIDDLE, under)
        painter.restore()

    def _draw_title(self, painter: QPainter, cell: SheetCell, room: QRect, *, strong: bool) -> None:
        x = room.left()
        for text, matched in cell.pieces:
            font = self._theme.font("body", 700 if matched else 600 if strong else 0)
            font.setUnderline(matched)
            painter.setFont(font)
            metrics = painter.fontMetrics()
            left_over = room.right() - x
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, left_over))
            painter.drawText(QRect(x, room.top(), left_over, room.height()), _MIDDLE, shown)
            x += metrics.horizontalAdvance(shown)
            if shown != text:
                break


def sheets_table(theme: Theme, model: SheetsModel) -> Table:
    """The list: rows of two lines without a heading."""
    made = Table(theme, model, "sheets", "Programas, productos e instituciones")
    made.setItemDelegate(SheetDelegate(theme, made))
    made.horizontalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(theme.px(ROW_HEIGHT))
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return made
