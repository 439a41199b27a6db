"""Rows, columns, rules and scrolling, measured in the theme's pixels.

Items of a row or column: a widget, a layout, an int (that much room), `STRETCH`, `(widget or layout, stretch)`, or
None (left out).
"""

from typing import Final, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from terreno_app.ui.theme import Theme

STRETCH: Final = "stretch"
Part: TypeAlias = QWidget | QLayout
Item: TypeAlias = Part | int | str | tuple[Part, int] | None
Margins: TypeAlias = tuple[int, int, int, int]
NO_MARGINS: Final[Margins] = (0, 0, 0, 0)


def column(theme: Theme, *items: Item, margins: Margins = NO_MARGINS, gap: int = 8, name: str = "") -> QWidget:
    """Items under each other; `name` gives the ground of the style sheet (`page`, `side`, `foot`…)."""
    return _box(theme, QBoxLayout.Direction.TopToBottom, items, margins, gap, name)


def row(theme: Theme, *items: Item, margins: Margins = NO_MARGINS, gap: int = 8, name: str = "") -> QWidget:
    """Items beside each other."""
    return _box(theme, QBoxLayout.Direction.LeftToRight, items, margins, gap, name)


def add(theme: Theme, layout: QBoxLayout, *items: Item) -> None:
    """Put more items at the end of a row or column."""
    for item in items:
        if isinstance(item, int):
            layout.addSpacing(theme.px(item))
        elif isinstance(item, str):
            layout.addStretch(1)
        elif isinstance(item, tuple):
            _place(layout, item[0], item[1])
        elif item is not None:
            _place(layout, item, 0)


def grid(theme: Theme, across: int = 10, down: int = 8) -> tuple[QWidget, QGridLayout]:
    """An empty grid without margins."""
    widget = QWidget()
    layout = QGridLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setHorizontalSpacing(theme.px(across))
    layout.setVerticalSpacing(theme.px(down))
    return widget, layout


def ground(widget: QWidget, name: str) -> QWidget:
    """Give a widget one of the grounds of the style sheet."""
    widget.setObjectName(name)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget


def rule(theme: Theme, *, strong: bool = False) -> QFrame:
    """A thin line across; `strong` in ink under a title."""
    frame = QFrame()
    frame.setObjectName("hrule")
    frame.setProperty("strong", strong)
    frame.setFixedHeight(2 if strong else theme.line)
    return frame


def upright(theme: Theme) -> QFrame:
    """A thin line from top to bottom."""
    frame = QFrame()
    frame.setObjectName("vrule")
    frame.setFixedWidth(theme.line)
    return frame


def scrolled(content: QWidget) -> QScrollArea:
    """Content that scrolls down, never across, and takes no place in the tab order."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


def turn_page(area: QScrollArea, key: int) -> bool:
    """Scroll by a page where the key says so; whether it did."""
    ways = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
    if key not in ways:
        return False
    bar = area.verticalScrollBar()
    bar.setValue(bar.value() + ways[Qt.Key(key)] * bar.pageStep())
    return True


def restyle(widget: QWidget, **properties: object) -> None:
    """Change dynamic properties of a widget and draw it by the rules that now hold."""
    changed = [name for name, value in properties.items() if widget.property(name) != value]
    for name in changed:
        widget.setProperty(name, properties[name])
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def _box(
    theme: Theme,
    direction: QBoxLayout.Direction,
    items: tuple[Item, ...],
    margins: Margins,
    gap: int,
    name: str,
) -> QWidget:
    widget = QWidget()
    layout = QVBoxLayout(widget) if direction == QBoxLayout.Direction.TopToBottom else QHBoxLayout(widget)
    layout.setContentsMargins(*(theme.px(margin) for margin in margins))
    layout.setSpacing(theme.px(gap))
    add(theme, layout, *items)
    return ground(widget, name) if name else widget


def _place(layout: QBoxLayout, part: Part, stretch: int) -> None:
    if isinstance(part, QWidget):
        layout.addWidget(part, stretch)
    else:
        layout.addLayout(part, stretch)
