"""The records whose fields wait for a decision, and what happened to one of them."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from terreno_app.ui.labels import plural
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.tables import CELL_ROLE, Cell, Column, RowsModel, TwoCell, fill_row

RECORD_HEIGHT = 66


@dataclass(frozen=True, slots=True)
class ConflictedRecord:
    """A record with fields in conflict: what it is about, its folio, and how many of them are decided."""

    title: str
    folio: str
    fields: int
    decided: int

    @property
    def under(self) -> str:
        """The line under the title: the tail of the folio, which tells records apart, and how many fields wait."""
        tail = "-".join(self.folio.rsplit("-", 2)[1:]) or self.folio
        waiting = self.fields - self.decided
        how_many = plural(waiting, "campo", "campos") if waiting else "por guardar"
        return " · ".join(part for part in (tail, how_many) if part)

    @property
    def all_decided(self) -> bool:
        """Nothing of it waits any more but the saving."""
        return self.fields == self.decided


class RecordsModel(RowsModel[ConflictedRecord]):
    """Records in conflict, one a line."""

    def __init__(self) -> None:
        super().__init__((Column("Por resolver"),))

    def cells(self, row: ConflictedRecord) -> tuple[Cell, ...]:
        """The only cell of a record."""
        return (TwoCell(row.title, "body", "ok" if row.all_decided else "ink", row.under),)


class RecordDelegate(QStyledItemDelegate):
    """Draws a record in two lines, with a check when all of it is decided."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one record."""
        theme = self._theme
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        on = bool(state & QStyle.StateFlag.State_Selected)
        cell = index.data(CELL_ROLE)
        painter.save()
        fill_row(painter, theme, area, selected=on)
        left, width = area.left() + theme.px(16), area.width() - theme.px(24)
        if cell.tone == "ok":
            tone = theme.on_select("ok") if on else theme.colour("ok")
            painter.drawPixmap(
                area.right() - theme.px(26), area.top() + theme.px(13), theme.icon("check", tone.name(), 16, 2.6)
            )
            width -= theme.px(24)
        lines = (
            (cell.text, "strong" if on else "body", "ink", theme.px(11), theme.px(22)),
            (cell.second, "small", "ink2", theme.px(33), theme.px(20)),
        )
        for text, role, tone_name, down, tall in lines:
            painter.setFont(theme.font(role))
            painter.setPen(theme.on_select(tone_name) if on else theme.colour(tone_name))
            shown = theme.metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRect(left, area.top() + down, width, tall), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of a record: when, who, by which route, how it fared, and what it says."""

    at: str
    who: str
    route: str
    status: str
    what: str


class HistoryModel(RowsModel[HistoryRow]):
    """What happened to a record, oldest first."""

    def __init__(self) -> None:
        columns = (Column("Cuándo", 140), Column("Quién", 190), Column("Por dónde", 110), Column("Cómo quedó", 120))
        super().__init__((*columns, Column("Qué cambió")))

    def cells(self, row: HistoryRow) -> tuple[Cell, ...]:
        """The cells of a change."""
        return (Cell(row.at), Cell(row.who), Cell(row.route), Cell(row.status), Cell(row.what))
