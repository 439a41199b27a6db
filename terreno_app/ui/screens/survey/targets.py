"""What a person at the stand presses: large answers, languages, and how far they are. Every target is 64 px or more."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from terreno_app.domain.fields import Json
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import focus_ring
from terreno_app.ui.widgets.roles import GROUP

TARGET: Final = 64
"""Smallest side of a target, in pixels, however large the text is."""
_NOTE_HEIGHT: Final = 136
_LOW_NOTE_HEIGHT: Final = 104
_KEY_SIDE: Final = 30
_ONE_EYEFUL: Final = 3
_LEFT_TO_THE_PAGE: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


def _line_height(theme: Theme) -> int:
    return max(TARGET, theme.metrics("leadon").height() + 16)


def _note_height(theme: Theme) -> int:
    """Large text grows the digit, not the tile: seven of them and the question have to fit."""
    return _LOW_NOTE_HEIGHT if theme.compact else theme.px(_NOTE_HEIGHT)


class _Pressed(QRadioButton):
    """Something that is pressed anywhere on it, and leaves Enter to the page."""

    def hitButton(self, point: QPoint) -> bool:
        """The whole of it can be pressed."""
        return self.rect().contains(point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, also on systems where it would press what has the focus."""
        if event.key() in _LEFT_TO_THE_PAGE:
            event.ignore()
        else:
            super().keyPressEvent(event)


class Target(_Pressed):
    """One answer; chosen = filled, with a check and bold."""

    def __init__(self, theme: Theme, value: Json, words: str, key: str, *, note: bool) -> None:
        super().__init__()
        self.value = value
        self._theme, self._words, self._key, self._note = theme, words, key, note
        self.setObjectName(f"answer_{value}")
        self.setAccessibleName(words if note else f"{words}, {key}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(_note_height(theme) if note else _line_height(theme))

    def sizeHint(self) -> QSize:
        """Room for the words in bold."""
        width = TARGET if self._note else self._theme.width_of(self._words, "leadon") + self._theme.px(72)
        return QSize(width, self.height())

    def minimumSizeHint(self) -> QSize:
        """A target is never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame, the digit or the words, and the check."""
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour("primary" if on else "surface"))
        painter.setPen(QPen(theme.colour("primary" if on else "rule_strong"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)
        painter.setPen(theme.colour("on_primary" if on else "ink"))
        if self._note:
            self._draw_note(painter, on=on)
        else:
            self._draw_words(painter, on=on)
        if self.hasFocus():
            focus_ring(painter, self, theme, filled=on)

    def _draw_note(self, painter: QPainter, *, on: bool) -> None:
        theme = self._theme
        font = theme.font("display")
        font.setPixelSize(min(theme.px(60), 64))
        painter.setFont(font)
        check = 24 if on else 0
        digit = self.rect().adjusted(0, 0, 0, -check)
        painter.drawText(digit, Qt.AlignmentFlag.AlignCenter, self._words)
        if on:
            mark = theme.icon("check", "on_primary", round(24 / theme.scale), 2.6)
            painter.drawPixmap((self.width() - check) // 2, self.height() - check - 12, mark)

    def _draw_words(self, painter: QPainter, *, on: bool) -> None:
        theme = self._theme
        side = min(theme.px(_KEY_SIDE), self.height() - 20)
        left = theme.px(14)
        cap = QRectF(left + 0.5, (self.height() - side) / 2, side, side)
        if on:
            painter.drawPixmap(
                cap.topLeft().toPoint(), theme.icon("check", "on_primary", round(side / theme.scale), 2.4)
            )
        else:
            painter.setPen(QPen(theme.colour("rule_strong"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cap, 3, 3)
            painter.setPen(theme.colour("ink2"))
            painter.setFont(theme.font("lead"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
            painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font("leadon" if on else "lead"))
        x = left + side + theme.px(14)
        painter.drawText(QRect(x, 0, self.width() - x, self.height()), Qt.AlignmentFlag.AlignVCenter, self._words)


class Targets(QWidget):
    """The answers of one question, in a row of notes or under each other in one or two columns.

    Signals:
        chosen: Carries the answer that is stored.
    """

    spoken_role = GROUP
    chosen = Signal(object)

    def __init__(self, theme: Theme, answers: Sequence[tuple[Json, str]], *, notes: bool) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._targets = [
            Target(theme, value, words, str(place), note=notes) for place, (value, words) in enumerate(answers, 1)
        ]
        self._notes = notes
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12 if theme.compact else theme.px(22 if notes else 12))
        self._columns = 0
        self._arrange(len(self._targets) if notes else 1 if len(self._targets) <= _ONE_EYEFUL else 2)
        for place, target in enumerate(self._targets):
            self._group.addButton(target)
            if place:
                QWidget.setTabOrder(self._targets[place - 1], target)
        self._group.buttonToggled.connect(self._toggled)

    def minimumSizeHint(self) -> QSize:
        """Answers in two columns would push the page wider than the screen: they may always stand in one."""
        whole = super().minimumSizeHint()
        return whole if self._notes else QSize(max(one.sizeHint().width() for one in self._targets), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where both have their room."""
        super().resizeEvent(event)
        if not self._notes and len(self._targets) > _ONE_EYEFUL:
            widest = max(one.sizeHint().width() for one in self._targets)
            self._arrange(2 if 2 * widest + self._grid.spacing() <= self.width() else 1)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns, rows = columns, -(-len(self._targets) // columns)
        for place, target in enumerate(self._targets):
            self._grid.addWidget(target, place % rows, place // rows)

    def show_answer(self, answer: Json) -> None:
        """Mark what was answered before, if one of these is it."""
        for target in self._targets:
            if target.value == answer:
                target.setChecked(True)

    def choose(self, place: int) -> bool:
        """Choose by number, from 1; whether there is such an answer."""
        if not 1 <= place <= len(self._targets):
            return False
        self._targets[place - 1].setFocus(Qt.FocusReason.TabFocusReason)
        self._targets[place - 1].setChecked(True)
        return True

    def begin(self) -> None:
        """Put the focus on the chosen answer, else on the first."""
        self.here.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def here(self) -> QWidget:
        """The chosen answer, else the first."""
        return next((one for one in self._targets if one.isChecked()), self._targets[0])

    def _toggled(self, target: Target, on: bool) -> None:  # noqa: FBT001  the signal's argument
        if on:
            self.chosen.emit(target.value)


class Language(_Pressed):
    """A language, underlined while it is the one in force."""

    def __init__(self, theme: Theme, code: str, name: str) -> None:
        super().__init__()
        self.code = code
        self._theme, self._words = theme, name
        self.setObjectName(f"language_{code}")
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(max(TARGET, theme.width_of(name, "leadon") + theme.px(20)), _line_height(theme))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the name and the line under it."""
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setFont(theme.font("leadon" if on else "lead"))
        painter.setPen(theme.colour("ink" if on else "primary"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
        if on:
            across = theme.width_of(self._words, "leadon")
            top = (self.height() + theme.metrics("leadon").height()) // 2 + theme.px(2)
            painter.fillRect((self.width() - across) // 2, top, across, 3, theme.colour("ink"))
        if self.hasFocus():
            focus_ring(painter, self, theme, filled=False)


class Languages(QWidget):
    """The languages that are offered; with only one there is nothing to choose.

    Signals:
        chosen: Carries the code.
    """

    spoken_role = GROUP
    chosen = Signal(str)

    def __init__(self, theme: Theme, languages: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        for code, name in languages:
            language = Language(theme, code, name)
            self._group.addButton(language)
            layout.addWidget(language)
        self._group.buttonToggled.connect(self._toggled)
        if len(languages) < 2:  # noqa: PLR2004  nothing to choose
            self.hide()

    def show_language(self, code: str) -> None:
        """Mark the language in force."""
        for language in self._group.buttons():
            if isinstance(language, Language) and language.code == code:
                language.setChecked(True)

    def _toggled(self, language: Language, on: bool) -> None:  # noqa: FBT001  the signal's argument
        if on:
            self.chosen.emit(language.code)


class Steps(QWidget):
    """One short line a question, thick up to where the person is; the words beside it say the same."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._number, self._total = theme, 0, 0
        self.setFixedHeight(6)
        self.setMinimumWidth(theme.px(240))

    def show_step(self, number: int, total: int) -> None:
        """Show how far it is."""
        self._number, self._total = number, total
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines."""
        if not self._total:
            return
        painter, gap = QPainter(self), self._theme.px(6)
        width = (self.width() - gap * (self._total - 1)) / self._total
        for place in range(self._total):
            done = place < self._number
            area = QRectF(place * (width + gap), 0 if done else 2, width, 6 if done else 2)
            painter.fillRect(area, self._theme.colour("primary" if done else "rule_strong"))
