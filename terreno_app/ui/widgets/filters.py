"""Filters of a list: words with their counts, the one in force underlined. A count of zero stays in sight."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.roles import GROUP


class Filters(QWidget):
    """A row of words; left and right change the filter.

    Signals:
        changed: A person chose a filter; carries its code.
    """

    spoken_role = GROUP
    changed = Signal(str)

    def __init__(self, theme: Theme, items: Sequence[tuple[str, str]], title: str, name: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._items = tuple(items)
        self._counts: dict[str, int] = {}
        self._on = self._items[0][0]
        self._areas: list[QRect] = []
        self._title = title
        self.setObjectName(name)
        self.setFixedHeight(theme.px(36))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tell()

    @property
    def value(self) -> str:
        """The code of the filter in force."""
        return self._on

    def set_items(self, items: Sequence[tuple[str, str]]) -> None:
        """Offer other filters; one in force that is no longer offered gives way to the first."""
        self._items = tuple(items)
        if self._on not in dict(self._items):
            self._choose(self._items[0][0])
        self._tell()
        self.updateGeometry()
        self.update()

    def set_counts(self, counts: dict[str, int]) -> None:
        """Show how many each filter keeps."""
        self._counts = dict(counts)
        self._tell()
        self.update()

    def set_value(self, code: str) -> None:
        """Put a filter in force without telling anybody."""
        self._on = code
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for all the words."""
        return QSize(self._lay_out()[-1].right(), self.height())

    def minimumSizeHint(self) -> QSize:
        """Narrow: the words at the right are left out first."""
        return QSize(self._theme.px(120), self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right change the filter."""
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        codes = [code for code, _ in self._items]
        self._choose(codes[(codes.index(self._on) + step) % len(codes)])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the word under the pointer."""
        for (code, _), area in zip(self._items, self._lay_out(), strict=True):
            if area.contains(event.position().toPoint()):
                self._choose(code)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw words, counts and the underline."""
        theme = self._theme
        painter = QPainter(self)
        for (code, text), area in zip(self._items, self._lay_out(), strict=True):
            on = code == self._on
            role = "strong" if on else "body"
            words = area.adjusted(0, 0, 4, -4)
            painter.setFont(theme.font(role))
            painter.setPen(theme.colour("ink" if on else "ink2"))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
            painter.setFont(theme.font("smallstrong"))
            beside = words.adjusted(theme.width_of(text, role) + theme.px(6), 0, 0, 0)
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, self._count(code))
            if on:
                painter.fillRect(area.left(), self.height() - 3, area.width(), 3, theme.colour("primary"))
        if self.hasFocus():
            on_area = next(a for (c, _), a in zip(self._items, self._lay_out(), strict=True) if c == self._on)
            painter.setPen(theme.colour("focus"))
            painter.drawRect(on_area.adjusted(-theme.px(5), 2, theme.px(5), -1))

    def _count(self, code: str) -> str:
        return str(self._counts[code]) if code in self._counts else ""

    def _lay_out(self) -> list[QRect]:
        theme, x, areas = self._theme, self._theme.px(6) if self.hasFocus() else 0, []
        for code, text in self._items:
            width = theme.width_of(text, "strong" if code == self._on else "body") + theme.px(6)
            width += theme.width_of(self._count(code), "smallstrong")
            areas.append(QRect(x, 0, width, self.height()))
            x += width + theme.px(24)
        return areas

    def _choose(self, code: str) -> None:
        self.set_value(code)
        self.changed.emit(code)

    def _tell(self) -> None:
        text = dict(self._items)[self._on]
        self.setAccessibleName(self._title)
        self.setAccessibleDescription(f"{text} {self._count(self._on)}".strip())
