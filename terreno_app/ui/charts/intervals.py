"""Shares with their interval: a dot for the estimate and a line for how far the truth may be from it.

The figure and both ends stand beside the mark, so that nothing has to be read off the axis.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from terreno_app.ui.theme import Theme

_ROW: Final = 29
_AXIS: Final = 24
_LABEL: Final = 250
_FIGURES: Final = 190
_MARKS: Final = (0, 25, 50, 75, 100)
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Interval:
    """A share in percent between its two ends, and how it is written."""

    text: str
    percent: float
    low: float
    high: float
    words: str


class Intervals(QWidget):
    """One line for each share, over an axis from 0 to 100 %."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._theme = theme
        self._lines: tuple[Interval, ...] = ()
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(_ROW))

    def show_lines(self, lines: Sequence[Interval]) -> None:
        """Show other shares."""
        self._lines = tuple(lines)
        self.setAccessibleDescription("; ".join(f"{line.text}: {line.words}" for line in self._lines))
        self.setFixedHeight(self._theme.px(_ROW) * max(1, len(self._lines)) + self._theme.px(_AXIS))
        self.update()

    def sizeHint(self) -> QSize:
        """Room for labels, lines and figures."""
        return QSize(self._theme.px(_LABEL + _FIGURES + 200), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the axis and every line."""
        theme = self._theme
        painter = QPainter(self)
        left = min(theme.px(_LABEL), self.width() // 3)
        right = self.width() - min(theme.px(_FIGURES), self.width() // 3)
        wide, tall = max(1, right - left), theme.px(_ROW)
        under = tall * len(self._lines)
        painter.setFont(theme.font("small"))
        for mark in _MARKS:
            x = left + wide * mark / _MARKS[-1]
            painter.fillRect(QRectF(x, 0, theme.line, under), theme.colour("rule"))
            painter.setPen(theme.colour("ink2"))
            foot = QRectF(x - theme.px(30), under, theme.px(60), theme.px(_AXIS))
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"{mark} %")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, line in enumerate(self._lines):
            self._draw(painter, line, place * tall, left, wide)

    def _draw(self, painter: QPainter, line: Interval, top: int, left: int, wide: int) -> None:
        theme = self._theme
        tall, dot, end = theme.px(_ROW), theme.px(5), theme.px(5)
        middle = top + tall / 2
        low, at, high = (left + wide * share / _MARKS[-1] for share in (line.low, line.percent, line.high))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("ink"))
        text = theme.metrics("small").elidedText(line.text, Qt.TextElideMode.ElideRight, left - theme.px(10))
        painter.drawText(QRectF(0, top, left, tall), _MIDDLE, text)
        painter.setPen(QPen(theme.colour("ink2"), theme.line + 1))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        for x in (low, high):
            painter.drawLine(QPointF(x, middle - end), QPointF(x, middle + end))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("primary"))
        painter.drawEllipse(QPointF(at, middle), dot, dot)
        painter.setFont(theme.font("smallstrong"))
        painter.setPen(theme.colour("ink"))
        room = self.width() - left - wide - theme.px(14)
        words = theme.metrics("smallstrong").elidedText(line.words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(self.width() - room, top, room, tall), _MIDDLE, words)
