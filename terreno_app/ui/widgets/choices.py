"""Options that are all in sight, each with its key: radio groups for the keyboard.

A letter chooses and goes on; arrows move; Space or Enter chooses what is under the focus. The keys act only while the
focus is in the group.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QSizePolicy, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.layout import grid
from terreno_app.ui.widgets.roles import GROUP

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FORWARD = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a group: the key that chooses it, the value it stands for and its words."""

    key: str
    value: str
    text: str


class Choice(QRadioButton):
    """One option; chosen = filled, with a check and bold."""

    def __init__(self, theme: Theme, option: Option, height: int) -> None:
        super().__init__()
        self.option = option
        self._theme = theme
        self.setFixedHeight(theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{option.text}, tecla {option.key}")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def sizeHint(self) -> QSize:
        """Room for the cap and the words in bold."""
        return QSize(self._theme.width_of(self.option.text, "choice_on") + self._theme.px(44), self.height())

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def hitButton(self, point: QPoint) -> bool:
        """The whole of it can be clicked."""
        return self.rect().contains(point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the group."""
        event.ignore()

    def focusNextPrevChild(self, next_one: bool) -> bool:  # noqa: FBT001  Qt's own signature
        """Going back leaves the group: it would hand the focus to this option again."""
        place = self.parentWidget()
        group = place.parentWidget() if place else None
        if next_one or group is None:
            return super().focusNextPrevChild(next_one)
        policy = group.focusPolicy()
        group.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        moved = super().focusNextPrevChild(next_one)
        group.setFocusPolicy(policy)
        return moved

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, cap or check, and words."""
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        enabled = self.isEnabled()
        painter.setBrush(theme.colour("primary" if on else "surface" if enabled else "sunken"))
        painter.setPen(QPen(theme.colour("primary" if on else "rule_strong"), theme.line))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        x, side = theme.px(7), theme.px(20)
        top = (self.height() - side) // 2
        if on:
            mark = QPoint(x + 1, (self.height() - theme.px(18)) // 2)
            painter.drawPixmap(mark, theme.icon("check", "on_primary", 18, 2.6))
        else:
            cap = QRectF(x + 0.5, top + 0.5, side, side)
            painter.setPen(QPen(theme.colour("rule_strong"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cap, 3, 3)
            painter.setPen(theme.colour("ink2"))
            painter.setFont(theme.font("smallstrong"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self.option.key)
        painter.setPen(theme.colour("on_primary" if on else "ink" if enabled else "ink3"))
        painter.setFont(theme.font("choice_on" if on else "choice"))
        left = x + theme.px(27)
        words = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.option.text)
        if self.hasFocus():
            self._draw_ring(painter, on=on)

    def _draw_ring(self, painter: QPainter, *, on: bool) -> None:
        theme, edge = self._theme, QRectF(self.rect())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("ink" if on else "focus"), 2))
        painter.drawRoundedRect(edge.adjusted(1, 1, -1, -1), 3, 3)
        painter.setPen(QPen(theme.colour("on_primary" if on else "surface"), 1))
        painter.drawRoundedRect(edge.adjusted(3, 3, -3, -3), 2, 2)


class ChoiceGroup(QWidget):
    """A group of options, in one row or in several; exactly one or none is chosen.

    Signals:
        chosen: A person chose; carries the value.
        went_on: A person chose by key and wants the next field.
    """

    spoken_role = GROUP
    chosen = Signal(str)
    went_on = Signal()

    def __init__(self, theme: Theme, rows: Sequence[Sequence[Option]], *, height: int = 36, name: str = "") -> None:
        super().__init__()
        self._choices: list[Choice] = []
        self._group = QButtonGroup(self)
        self._theme, self._height = theme, height
        self._place, self._layout = grid(theme, 6, 6)
        own = QGridLayout(self)
        own.setContentsMargins(0, 0, 0, 0)
        own.addWidget(self._place)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for r, options in enumerate(rows):
            for c, option in enumerate(options):
                self._add(option, r, c)
        self._share_width()
        self.setObjectName(name)
        self._group.buttonClicked.connect(self._clicked)

    def setObjectName(self, name: str) -> None:
        """Name the group, and each option after it."""
        super().setObjectName(name)
        for choice in self._choices:
            choice.setObjectName(f"{name}_{choice.option.value}")

    @property
    def value(self) -> str:
        """The chosen value, or an empty text."""
        checked = self._checked()
        return checked.option.value if checked else ""

    def set_value(self, value: str) -> None:
        """Choose without telling anybody; an empty text chooses none."""
        self._group.setExclusive(False)
        for choice in self._choices:
            choice.setChecked(choice.option.value == value)
        self._group.setExclusive(True)

    def arrange(self, columns: int) -> None:
        """Put the options in that many columns."""
        for place, choice in enumerate(self._choices):
            self._layout.addWidget(choice, place // columns, place % columns)
        self._share_width()

    def choices(self) -> tuple[Choice, ...]:
        """The options, in order."""
        return tuple(self._choices)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the focus to the chosen option, else to the first."""
        (self._checked() or self._choices[0]).setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by letter, move by arrow."""
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
            return
        here = next((c for c in self._choices if c.hasFocus()), None) or self._checked() or self._choices[0]
        if event.key() in _FORWARD or event.key() in _BACK:
            step = 1 if event.key() in _FORWARD else -1
            place = (self._choices.index(here) + step) % len(self._choices)
            self._choices[place].setFocus(Qt.FocusReason.TabFocusReason)
            return
        if event.key() == Qt.Key.Key_Space or event.key() in _ENTER:
            self._choose(here, go_on=True)
            return
        letter = event.text().upper()
        named = next((c for c in self._choices if letter and c.option.key.upper() == letter), None)
        if named is None:
            event.ignore()
            return
        named.setFocus(Qt.FocusReason.TabFocusReason)
        self._choose(named, go_on=True)

    def _add(self, option: Option, r: int, c: int) -> None:
        choice = Choice(self._theme, option, self._height)
        self._choices.append(choice)
        self._group.addButton(choice)
        self._layout.addWidget(choice, r, c)

    def _share_width(self) -> None:
        for c in range(self._layout.columnCount()):
            self._layout.setColumnStretch(c, 0)
        widest: dict[int, int] = {}
        for choice in self._choices:
            place = self._layout.getItemPosition(self._layout.indexOf(choice))
            c = place[1] if isinstance(place, tuple) else 0
            widest[c] = max(widest.get(c, 0), choice.sizeHint().width())
        for c, width in widest.items():
            self._layout.setColumnStretch(c, width)

    def _checked(self) -> Choice | None:
        return next((choice for choice in self._choices if choice.isChecked()), None)

    def _clicked(self, choice: Choice) -> None:
        self.chosen.emit(choice.option.value)

    def _choose(self, choice: Choice, *, go_on: bool) -> None:
        choice.setChecked(True)
        self.chosen.emit(choice.option.value)
        if go_on:
            self.went_on.emit()
