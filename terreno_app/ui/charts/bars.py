"""Bars: across, split in up to three series, and upright for a run of months.

Series are told apart without colour: solid, diagonal lines, open. The figure stands at the mark. Every chart says its
figures to a screen reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from terreno_app.domain.spanish import number
from terreno_app.ui.theme import Theme

_ROW: Final = 29
_HATCH_STEP: Final = 5
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Bar:
    """A label and its parts, one a series."""

    text: str
    parts: tuple[int, ...]

    @property
    def total(self) -> int:
        """The whole bar."""
        return sum(self.parts)


class Swatch(QWidget):
    """The pattern of a series, for a legend."""

    def __init__(self, theme: Theme, series: int) -> None:
        super().__init__()
        self._theme, self._series = theme, series
        self.setFixedSize(theme.px(18), theme.px(12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pattern."""
        fill_series(QPainter(self), self._theme, QRectF(self.rect()), self._series)


class Bars(QWidget):
    """Bars across: label, the bar with its parts, and the total at its end."""

    def __init__(self, theme: Theme, title: str, series: Sequence[str] = (), *, label_width: int = 104) -> None:
        super().__init__()
        self._theme, self._series, self._label_width = theme, tuple(series), label_width
        self._bars: tuple[Bar, ...] = ()
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(_ROW))

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show other figures."""
        self._bars = tuple(bars)
        self.setAccessibleDescription("; ".join(self._said(bar) for bar in self._bars))
        self.setFixedHeight(self._theme.px(_ROW) * max(1, len(self._bars)))
        self.update()

    def sizeHint(self) -> QSize:
        """Room for labels, bars and totals."""
        return QSize(self._theme.px(420), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every bar."""
        theme = self._theme
        painter = QPainter(self)
        tall, thick = theme.px(_ROW), theme.px(16)
        left = theme.px(self._label_width)
        most = max((bar.total for bar in self._bars), default=0) or 1
        totals = max((theme.width_of(number(bar.total), "smallstrong") for bar in self._bars), default=0)
        room = max(1, self.width() - left - totals - theme.px(10))
        for place, bar in enumerate(self._bars):
            y = place * tall
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("ink"))
            text = theme.metrics("small").elidedText(bar.text, Qt.TextElideMode.ElideRight, left - theme.px(6))
            painter.drawText(QRectF(0, y, left, tall), _MIDDLE, text)
            x = float(left)
            for series, part in enumerate(bar.parts):
                width = room * part / most
                if width > 0:
                    fill_series(painter, theme, QRectF(x, y + (tall - thick) / 2, width, thick), series)
                x += width
            painter.setFont(theme.font("smallstrong"))
            painter.setPen(theme.colour("ink"))
            painter.drawText(QRectF(x + theme.px(8), y, totals + 4, tall), _MIDDLE, number(bar.total))

    def _said(self, bar: Bar) -> str:
        if not self._series:
            return f"{bar.text}: {number(bar.total)}"
        parts = ", ".join(f"{name} {number(part)}" for name, part in zip(self._series, bar.parts, strict=False))
        return f"{bar.text}: {number(bar.total)} ({parts})"


class Columns(QWidget):
    """Upright bars for a run of months; the first and the last carry their figure, the goal is a dashed line."""

    def __init__(self, theme: Theme, title: str, height: int = 176) -> None:
        super().__init__()
        self._theme = theme
        self._bars: tuple[Bar, ...] = ()
        self._goal = 0
        self.setAccessibleName(title)
        self.setFixedHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[Bar], goal: int = 0) -> None:
        """Show other figures; a goal of 0 is not drawn."""
        self._bars, self._goal = tuple(bars), goal
        said = [f"{bar.text}: {number(bar.total)}" for bar in self._bars]
        if goal:
            said.append(f"meta {number(goal)}")
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw columns, base line, goal and figures."""
        if not self._bars:
            return
        theme = self._theme
        painter = QPainter(self)
        top, under = theme.px(20), theme.px(22)
        tall = self.height() - top - under
        most = max(*(bar.total for bar in self._bars), self._goal, 1) * 1.02
        step = self.width() / len(self._bars)
        last = len(self._bars) - 1
        figures: list[tuple[QRectF, str]] = []
        for place, bar in enumerate(self._bars):
            high = tall * bar.total / most
            key = place in (0, last)
            tone = "primary" if place == last else "map3" if place == 0 else "map2"
            column = QRectF(place * step + step * 0.18, top + tall - high, step * 0.64, high)
            painter.fillRect(column, theme.colour(tone))
            if theme.high:
                painter.setPen(QPen(theme.colour("ink"), 1))
                painter.drawRect(column)
            painter.setFont(theme.font("smallstrong" if key else "small"))
            painter.setPen(theme.colour("ink" if key else "ink2"))
            foot = QRectF(place * step - 6, self.height() - under, step + 12, under)
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, bar.text)
            if key:
                width = theme.width_of(number(bar.total), "smallstrong") + 4
                x = min(max(0.0, column.center().x() - width / 2), self.width() - width)
                area = QRectF(x, column.top() - theme.px(19), width, theme.px(17))
                figures.append((area, number(bar.total)))
        painter.fillRect(QRectF(0, top + tall, self.width(), 1), theme.colour("ink"))
        if self._goal:
            self._draw_goal(painter, top + tall - tall * self._goal / most, step)
        painter.setFont(theme.font("smallstrong"))
        for area, text in figures:
            painter.fillRect(area, theme.colour("paper"))
            painter.setPen(theme.colour("ink"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_goal(self, painter: QPainter, y: float, x: float) -> None:
        theme = self._theme
        painter.setPen(QPen(theme.colour("copper"), 1.6, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        painter.setFont(theme.font("smallstrong"))
        painter.setPen(theme.colour("copper"))
        painter.drawText(
            QRectF(x, y - theme.px(20), theme.px(200), theme.px(19)), _MIDDLE, f"meta {number(self._goal)}"
        )


def fill_series(painter: QPainter, theme: Theme, area: QRectF, series: int) -> None:
    """Fill an area with the pattern of a series: solid, diagonal lines, open."""
    painter.save()
    if series == 0:
        painter.fillRect(area, theme.colour("primary"))
    elif series == 1:
        painter.setClipRect(area)
        painter.fillRect(area, theme.colour("surface" if theme.high else "map1"))
        painter.setPen(QPen(theme.colour("map4"), 1.2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reach = int(area.width() + 2 * area.height())
        lines = []
        for offset in range(0, reach, _HATCH_STEP):
            x = area.left() - area.height() + offset
            lines.append(QLineF(x, area.bottom(), x + area.height(), area.top()))
        painter.drawLines(lines)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(theme.colour("map4"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.setPen(QPen(theme.colour("ink2"), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()
