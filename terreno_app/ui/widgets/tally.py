"""A count kept by hand while people pass: one key adds one, a number and a key add many."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from terreno_app.domain.spanish import number
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import add
from terreno_app.ui.widgets.roles import COUNTER
from terreno_app.ui.widgets.text import label, right

_HEIGHT: Final = 48
_MOST_DIGITS: Final = 4
_MORE: Final = (Qt.Key.Key_Plus, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FEWER: Final = (Qt.Key.Key_Minus,)


class Tally(QWidget):
    """One count: what is counted, how many there are, and the number that is being typed.

    Signals:
        counted: How many more; negative where they are taken back.
    """

    spoken_role = COUNTER
    counted = Signal(int)

    def __init__(self, theme: Theme, title: str, name: str) -> None:
        super().__init__()
        self._theme, self._title = theme, title
        self._count, self._typed = 0, ""
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(theme.px(_HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pending = right(label(theme, "", "strong", "primary"))
        self._figure = right(label(theme, "0", "h2"))
        self._figure.setMinimumWidth(theme.width_of("0000", "h2"))
        fewer = Button(theme, "−", height=32, name=f"{name}_fewer")
        more = Button(theme, "+", height=32, name=f"{name}_more")
        fewer.setAccessibleName(f"{title}: una menos")
        more.setAccessibleName(f"{title}: una más")
        for button in (fewer, more):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(12), 0, theme.px(8), 0)
        layout.setSpacing(theme.px(8))
        add(theme, layout, (label(theme, title), 1), self._pending, self._figure, 4, fewer, more)
        fewer.clicked.connect(self._one_less)
        more.clicked.connect(self._one_more)
        self.show_count(0)

    @property
    def count(self) -> int:
        """The number in sight."""
        return self._count

    def show_count(self, count: int) -> None:
        """Show another number."""
        self._count = count
        self._figure.setText(number(count))
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits make a number, + or Enter adds it, - takes it back; without a number it is one."""
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            super().keyPressEvent(event)
        elif event.text().isascii() and event.text().isdigit() and len(self._typed) < _MOST_DIGITS:
            self._type(self._typed + event.text())
        elif event.key() == Qt.Key.Key_Backspace and self._typed:
            self._type(self._typed[:-1])
        elif event.key() in _MORE:
            self._give(1)
        elif event.key() in _FEWER:
            self._give(-1)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Light up."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A number that was typed and not given is nothing."""
        super().focusOutEvent(event)
        self._type("")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the thin rule, or the light of the count that takes the keys."""
        theme = self._theme
        painter = QPainter(self)
        if not self.hasFocus():
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("rule"))
            return
        painter.setBrush(theme.colour("focus_fill"))
        painter.setPen(QPen(theme.colour("focus"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)

    def _type(self, typed: str) -> None:
        self._typed = typed.lstrip("0")
        self._pending.setText(f"+ {self._typed}" if self._typed else "")
        self._tell()
        self.update()

    def _give(self, sign: int) -> None:
        many = int(self._typed or "1")
        self._type("")
        if sign < 0:
            many = min(many, self._count)
        if many:
            self.counted.emit(sign * many)

    def _one_more(self) -> None:
        self._give(1)

    def _one_less(self) -> None:
        self._give(-1)

    def _tell(self) -> None:
        typed = f", sumar {self._typed}" if self._typed else ""
        self.setAccessibleName(f"{self._title}: {number(self._count)}{typed}")
