"""A QR code on the screen: dark on light in every look, and of whole pixels, or a telephone would not read it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from terreno_app.ui.theme import Theme

_BORDER: Final = 4
"""Light squares around the code that its readers ask for."""


class QrCode(QWidget):
    """The code.

    Args:
        theme: The look.
        side: Pixels of its side at 100 %, the light border included.
        name: What it says, for those who cannot scan it.
    """

    def __init__(self, theme: Theme, side: int, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[str, ...] = ()
        self.setAccessibleName(name)
        self.setFixedSize(theme.px(side), theme.px(side))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> tuple[str, ...]:
        """The squares in sight, `1` for a dark one."""
        return self._rows

    def show_rows(self, rows: Sequence[str]) -> None:
        """Show another code."""
        self._rows = tuple(rows)
        self.update()

    def sizeHint(self) -> QSize:
        """Its side."""
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the light ground and the dark squares on it."""
        if not self._rows:
            return
        painter = QPainter(self)
        count = len(self._rows)
        square = max(1, self.width() // (count + 2 * _BORDER))
        side = square * (count + 2 * _BORDER)
        painter.fillRect(QRect(0, 0, side, side), self._theme.colour("qr_ground"))
        start = square * _BORDER
        for down, line in enumerate(self._rows):
            for across, dark in enumerate(line):
                if dark == "1":
                    painter.fillRect(
                        start + across * square, start + down * square, square, square, self._theme.colour("qr_ink")
                    )
