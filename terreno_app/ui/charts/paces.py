"""How far goals have come: a bar of what was reached, and a tick where it was expected to be by now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from terreno_app.ui.labels import percent
from terreno_app.ui.theme import Theme

_ROW: Final = 31
_LABEL: Final = 290
_FIGURES: Final = 300
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Pace:
    """A goal: which part of it (1 is all) was reached, which was expected, and how that is written."""

    text: str
    reached: float
    expected: float
    words: str


def pace_of(text: str, reached: str | None, expected: str | None) -> Pace:
    """How far something has come, from two percentages as a report writes them."""
    now, due = (0.0 if share is None else float(share) / 100 for share in (reached, expected))
    return Pace(text, now, due, f"{percent(now)} · se esperaba {percent(due)}")


class Paces(QWidget):
    """One ruler for each goal; what goes beyond it ends at its edge, and the figure says how far."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._theme = theme
        self._paces: tuple[Pace, ...] = ()
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(_ROW))

    def show_paces(self, paces: Sequence[Pace]) -> None:
        """Show other goals."""
        self._paces = tuple(paces)
        self.setAccessibleDescription("; ".join(f"{pace.text}: {pace.words}" for pace in self._paces))
        self.setFixedHeight(self._theme.px(_ROW) * max(1, len(self._paces)))
        self.update()

    def sizeHint(self) -> QSize:
        """Room for labels, rulers and figures."""
        return QSize(self._theme.px(_LABEL + _FIGURES + 200), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every ruler."""
        theme = self._theme
        painter = QPainter(self)
        left = min(theme.px(_LABEL), self.width() // 3)
        right = self.width() - min(theme.px(_FIGURES), self.width() * 2 // 5)
        wide, tall, thick = max(1, right - left), theme.px(_ROW), theme.px(12)
        for place, pace in enumerate(self._paces):
            top = place * tall
            y = top + (tall - thick) // 2
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("ink"))
            text = theme.metrics("small").elidedText(pace.text, Qt.TextElideMode.ElideRight, left - theme.px(10))
            painter.drawText(QRectF(0, top, left, tall), _MIDDLE, text)
            painter.fillRect(left, y, wide, thick, theme.colour("surface" if theme.high else "rule"))
            painter.fillRect(left, y, round(wide * min(1.0, pace.reached)), thick, theme.colour("primary"))
            if theme.high:
                painter.setPen(QPen(theme.colour("ink"), 2))
                painter.drawRect(left + 1, y + 1, wide - 2, thick - 2)
            tick = left + round(wide * min(1.0, pace.expected))
            painter.fillRect(min(tick, left + wide - 2), y - theme.px(5), 2, thick + theme.px(10), theme.colour("ink"))
            painter.setFont(theme.font("smallstrong"))
            painter.setPen(theme.colour("ink"))
            room = self.width() - right - theme.px(14)
            words = theme.metrics("smallstrong").elidedText(pace.words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(self.width() - room, top, room, tall), _MIDDLE, words)
