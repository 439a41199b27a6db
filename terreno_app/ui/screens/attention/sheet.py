"""Where the parts of Atención stand: one under the other, the identity or the guide beside them; all of it scrolls."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.layout import column, ground, scrolled
from terreno_app.ui.widgets.page import IDENTITY_WIDTH, SIDE_WIDTH
from terreno_app.ui.widgets.search import SearchField

_ROOM_AROUND: Final = 56
_ROOM_ABOVE: Final = 28


class Sheet(QWidget):
    """The page over the action bar; what a search shows may cover all of it and no more."""

    def __init__(self, theme: Theme, head: QWidget, notice: QWidget, guide: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._body = column(theme, margins=(32, 8, 16, 14), gap=14, name="page")
        self._below = column(theme, margins=(32, 16, 16, 16), gap=10, name="sunken")
        self._scroll = scrolled(column(theme, (self._body, 1), self._below, gap=0, name="page"))
        told = column(theme, notice, margins=(32, 0, 28, 6), gap=0)
        self._guide_page = scrolled(column(theme, guide, margins=(24, 20, 24, 14), gap=0, name="sunken"))
        self._beside = column(theme, margins=(24, 18, 24, 14), gap=10, name="sunken")
        self._beside_scroll = scrolled(self._beside)
        self._side = QWidget()
        ground(self._side, "side")
        _fill(self._side, self._guide_page, self._beside_scroll, left=theme.line)
        left = column(theme, head, told, (self._scroll, 1), gap=0, name="page")
        layout = _fill(self, left, self._side)
        layout.setStretch(0, 1)

    def place(self, parts: Sequence[QWidget], aside: Sequence[QWidget], *, beside: bool, compact: bool) -> None:
        """Put the parts on the page.

        Args:
            parts: From top to bottom.
            aside: What stands at the side, or below the parts.
            beside: There is something to fill in at the side; otherwise the guide has it.
            compact: There is no room for a side at all.
        """
        _stack(self._body, parts)
        at_side = beside and not compact
        _stack(self._beside if at_side else self._below, aside)
        self._guide_page.setVisible(not beside)
        self._beside_scroll.setVisible(beside)
        self._side.setVisible(not compact)
        self._side.setFixedWidth(self._theme.px(IDENTITY_WIDTH if beside else SIDE_WIDTH))
        self._below.setVisible(not at_side)

    def reveal(self, widget: QWidget) -> None:
        """Bring a field into sight."""
        for area in (self._scroll, self._beside_scroll):
            inside = area.widget()
            if inside is None or not inside.isAncestorOf(widget):
                continue
            area.ensureWidgetVisible(widget, 0, self._theme.px(_ROOM_AROUND))
            if self._theme.compact and isinstance(widget, SearchField):
                # What it finds goes below: leave it the room.
                top = widget.mapTo(inside, QPoint(0, 0)).y() - self._theme.px(_ROOM_ABOVE)
                area.verticalScrollBar().setValue(top)


def _fill(widget: QWidget, *parts: QWidget, left: int = 0) -> QHBoxLayout:
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(left, 0, 0, 0)
    layout.setSpacing(0)
    for part in parts:
        layout.addWidget(part)
    return layout


def _stack(holder: QWidget, parts: Sequence[QWidget]) -> None:
    """Put the parts under each other, with what is left of the height below them.

    `removeWidget` deletes the item that held a part; one that `takeAt` hands over lives on, is the only one that Qt
    tells of a new height, and the part stays as high as it was before a line opened in it.
    """
    layout = holder.layout()
    if not isinstance(layout, QVBoxLayout):
        return
    for held in holder.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        layout.removeWidget(held)
    while layout.count():
        layout.takeAt(0)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)
