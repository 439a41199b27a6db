"""Search as you type: a field and the results under it.

The results are a child of the screen, never a popup window: a window would take the focus from the field. What
matches is decided by the function handed in; here is only the looking and choosing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.fields import TextField

MOST_ROWS: Final = 7
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FOOT: Final = "Flechas mueven · Enter elige · sin tildes y en cualquier orden"
_SHORT_FOOT: Final = "Flechas mueven · Enter elige"
_NOTHING: Final = "Nada coincide: pruebe con otra palabra"


@dataclass(frozen=True, slots=True)
class Found:
    """One result: its code, its words, where they match, and small words beside them."""

    code: str
    text: str
    note: str = ""
    why: str = ""
    spans: tuple[tuple[int, int], ...] = ()


Searcher = Callable[[str], Sequence[Found]]


class Results(QFrame):
    """The list under the field. What matches is bold and underlined, never colour alone.

    Signals:
        clicked: A person clicked a row; carries its place.
    """

    clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget, nothing: str = _NOTHING) -> None:
        super().__init__(parent)
        self.setObjectName("popup")
        self._theme, self._nothing = theme, nothing
        self._rows: tuple[Found, ...] = ()
        self._current = 0
        self._row_height = theme.px(35 if theme.compact else 38)
        self._foot_height = theme.px(30)
        self.setAccessibleName("Resultados")
        self.hide()

    def fill(self, rows: Sequence[Found], current: int) -> None:
        """Show these rows, one of them lit."""
        self._rows, self._current = tuple(rows), current
        self.update()

    def height_for(self, rows: int) -> int:
        """Pixels that a number of rows and the foot take."""
        return self._row_height * rows + self._foot_height + 4

    def rows_in(self, room: int) -> int:
        """How many rows fit in a height."""
        return max(0, room - self._foot_height - 4) // self._row_height

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row under the pointer."""
        place = int(event.position().y() - 2) // self._row_height
        if 0 <= place < len(self._rows):
            self.clicked.emit(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, rows and foot."""
        super().paintEvent(event)
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, width, top = 2, self.width() - 4, 2
        for place, found in enumerate(self._rows):
            area = QRect(left, top, width, self._row_height)
            on = place == self._current
            if on:
                painter.fillRect(area, theme.colour("primary"))
            elif place and place - 1 != self._current:
                inset = theme.px(12)
                painter.fillRect(left + inset, top, width - 2 * inset, 1, theme.colour("rule"))
            self._draw_row(painter, area, found, on=on)
            top += self._row_height
        foot = QRect(left, top, width, self._foot_height)
        painter.fillRect(foot, theme.colour("sunken"))
        painter.fillRect(left, top, width, 1, theme.colour("rule"))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("ink2"))
        words = foot.adjusted(theme.px(12), 0, -theme.px(8), 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._foot(words.width()))

    def _foot(self, room: int) -> str:
        if not self._rows:
            return self._elided(self._nothing, "small", room)
        return next((words for words in (_FOOT, _SHORT_FOOT) if self._theme.width_of(words, "small") <= room), "")

    def _elided(self, text: str, role: str, width: int) -> str:
        return self._theme.metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, width)

    def _draw_row(self, painter: QPainter, area: QRect, found: Found, *, on: bool) -> None:
        theme = self._theme
        ink = theme.colour("on_primary" if on else "ink")
        faint = theme.colour("on_primary" if on else "ink2")
        why = "Enter elige" if on else found.why
        why_role = "smallstrong" if on else "small"
        why_width = theme.width_of(why, why_role)
        inside = area.adjusted(theme.px(12), 0, -theme.px(12), 0)
        painter.setFont(theme.font(why_role))
        painter.setPen(faint)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(inside, right, why)
        room = inside.adjusted(0, 0, -why_width - theme.px(14) if why else 0, 0)
        x = room.left()
        painter.setPen(ink)
        for text, matched in _pieces(found):
            font = theme.font("body", 700 if matched else 0)
            font.setUnderline(matched)
            painter.setFont(font)
            metrics = painter.fontMetrics()
            left_over = room.right() - x
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, left_over))
            painter.drawText(QRect(x, area.top(), left_over, area.height()), Qt.AlignmentFlag.AlignVCenter, shown)
            x += metrics.horizontalAdvance(shown)
        x += theme.px(10)
        if room.right() - x > theme.px(40):
            painter.setFont(theme.font("small"))
            painter.setPen(faint)
            beside = QRect(x, area.top() + 1, room.right() - x, area.height())
            note = self._elided(found.note, "small", beside.width())
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, note)


def _pieces(found: Found) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in found.spans:
        pieces += [(found.text[at:start], False), (found.text[start:end], True)]
        at = end
    pieces.append((found.text[at:], False))
    return [piece for piece in pieces if piece[0]]


def _is_whole(found: Found) -> bool:
    return all(matched or not text.strip() for text, matched in _pieces(found))


class SearchField(TextField):
    """A field that offers what matches while a person types.

    Args:
        theme: The look.
        searcher: What matches a text; the first is the likeliest. An empty text gives the usual answers.
        stage: The widget that the results may cover; the window if none is given.

    Signals:
        chosen: A person chose a result; carries it.
        cleared: What had been chosen is no longer what the field says.
        lit: The highlighted result changed; carries it, or None.
        went_on: A person chose by key and wants the next field.
    """

    chosen = Signal(object)
    cleared = Signal()
    lit = Signal(object)
    went_on = Signal()

    def __init__(
        self,
        theme: Theme,
        searcher: Searcher,
        *,
        placeholder: str = "",
        big: bool = False,
        name: str = "",
        nothing: str = _NOTHING,
    ) -> None:
        super().__init__(theme, placeholder=placeholder, big=big, name=name)
        self._theme, self._searcher, self._nothing = theme, searcher, nothing
        self._stage: QWidget | None = None
        self._results: Results | None = None
        self._rows: tuple[Found, ...] = ()
        self._current = 0
        self._choice: Found | None = None
        self.textEdited.connect(self._edited)

    @property
    def choice(self) -> Found | None:
        """What was chosen and still stands in the field."""
        return self._choice

    @property
    def code(self) -> str:
        """The code of what was chosen, or an empty text."""
        return self._choice.code if self._choice else ""

    @property
    def unsettled(self) -> bool:
        """Something is typed that is no answer of the list."""
        return self._choice is None and bool(self.text().strip())

    @property
    def open(self) -> bool:
        """The results are in sight."""
        return self._results is not None and self._results.isVisible()

    def set_stage(self, stage: QWidget) -> None:
        """Let the results cover this widget and no more."""
        self._stage = stage

    def set_searcher(self, searcher: Searcher) -> None:
        """Search in something else from now on."""
        self._searcher = searcher

    def set_choice(self, found: Found | None) -> None:
        """Show an answer without telling anybody; None empties the field."""
        self._choice = found
        self.setText(found.text if found else "")
        self.setCursorPosition(0)
        self._close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, Enter chooses, Esc closes; the rest is typing."""
        plain_key = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in _ENTER and plain_key and self.open and self._rows:
            self._choose(self._current)
            self.went_on.emit()
        elif event.key() == Qt.Key.Key_Escape and self.open:
            self._close()
        elif event.key() in _ENTER:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select what stands there, so that typing begins anew."""
        super().focusInEvent(event)
        if event.reason() not in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take for the answer the only match, or the only one whose name was typed whole; tell that the person left."""
        if self.unsettled and self.open:
            whole = [place for place, found in enumerate(self._rows) if _is_whole(found)]
            sure = [0] if len(self._rows) == 1 else whole
            if len(sure) == 1:
                self._choose(sure[0])
        self._close()
        super().focusOutEvent(event)

    def _edited(self, text: str) -> None:
        if self._choice is not None:
            self._choice = None
            self.cleared.emit()
        if text.strip():
            self._look(text)
        else:
            self._close()

    def _look(self, text: str) -> None:
        self._rows = tuple(self._searcher(text))[:MOST_ROWS]
        self._current = 0
        self._show()

    def _move(self, step: int) -> None:
        if not self.open:
            self._look(self.text() if self._choice is None else "")
            return
        if self._rows:
            self._current = (self._current + step) % len(self._rows)
            self._show()

    def _show(self) -> None:
        stage = self._stage or self.window()
        if self._results is None:
            self._results = Results(self._theme, stage, self._nothing)
            self._results.clicked.connect(self._clicked)
        results = self._results
        below = self.mapTo(stage, QPoint(0, self.height() + self._theme.px(2)))
        fits_below = results.rows_in(stage.height() - below.y())
        above = self.mapTo(stage, QPoint(0, -self._theme.px(2)))
        fits_above = results.rows_in(above.y())
        wanted = len(self._rows)
        upward = fits_below < min(wanted, 3) and fits_above > fits_below
        self._rows = self._rows[: max(1, fits_above if upward else fits_below)]
        height = results.height_for(len(self._rows))
        y = above.y() - height if upward else below.y()
        width = min(max(self.width(), self._theme.px(320)), stage.width() - self._theme.px(16))
        x = max(0, min(below.x(), stage.width() - width - self._theme.px(8)))
        results.setGeometry(x, y, width, height)
        self._current = min(self._current, max(0, len(self._rows) - 1))
        results.fill(self._rows, self._current)
        results.show()
        results.raise_()
        self._announce()

    def _announce(self) -> None:
        found = self._rows[self._current] if self._rows else None
        if found is None:
            self.setAccessibleDescription(self._nothing)
        else:
            self.setAccessibleDescription(
                f"{self._current + 1} de {len(self._rows)}: {found.text} {found.note}".strip()
            )
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.lit.emit(found)

    def _clicked(self, place: int) -> None:
        self._choose(place)
        self.went_on.emit()

    def _choose(self, place: int) -> None:
        self._choice = self._rows[place]
        self.setText(self._choice.text)
        self.setCursorPosition(0)
        self._close()
        self.chosen.emit(self._choice)

    def _close(self) -> None:
        if self._results is not None:
            self._results.hide()
