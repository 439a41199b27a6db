"""The awning of a street stand: the only ornament.

It stands on Desbloqueo, Encuesta, covers and the mark, never in a work screen.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from terreno_app.ui.theme import Theme


class Awning(QWidget):
    """A band of awning across the top."""

    def __init__(self, theme: Theme, height: int = 34, stripe: int = 46) -> None:
        super().__init__()
        self._theme, self._stripe = theme, stripe
        self.setFixedHeight(height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the stripes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_awning(painter, self._theme, QRectF(self.rect()), self._stripe)


class Brand(QWidget):
    """The mark of Terreno: a small stand."""

    def __init__(self, theme: Theme, size: int = 26) -> None:
        super().__init__()
        self._theme = theme
        side = theme.px(size)
        self.setFixedSize(int(side * 1.25), side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw awning, posts and counter."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        w, h = self.width(), self.height()
        draw_awning(painter, theme, QRectF(0.5, h * 0.08, w - 1, h * 0.52), w / 5 - 0.1)
        painter.setPen(QPen(theme.colour("awning_a"), max(1.6, h * 0.075)))
        for x in (w * 0.1, w * 0.9):
            painter.drawLine(QPointF(x, h * 0.5), QPointF(x, h * 0.97))
        painter.setPen(QPen(theme.colour("awning_edge"), max(2, h * 0.1)))
        painter.drawLine(QPointF(w * 0.1, h * 0.8), QPointF(w * 0.9, h * 0.8))


def draw_awning(painter: QPainter, theme: Theme, area: QRectF, stripe: float) -> None:
    """Stripes of about `stripe` pixels with round ends, filling an area."""
    count = max(1, round(area.width() / stripe))
    width = area.width() / count
    radius = width / 2
    body = area.height() - radius
    for place in range(count):
        x = area.left() + place * width
        path = QPainterPath(QPointF(x, area.top()))
        path.lineTo(x + width, area.top())
        path.lineTo(x + width, area.top() + body)
        path.arcTo(QRectF(x, area.top() + body - radius, width, 2 * radius), 0, -180)
        path.closeSubpath()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("awning_a" if place % 2 == 0 else "awning_b"))
        painter.drawPath(path)
        if place % 2 and theme.high:
            painter.setPen(QPen(theme.colour("awning_a"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
