"""Words on the page: labels, titles that give way, icons, key caps, section heads and marks.

Every label is plain text: what people wrote may hold markup.
"""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from terreno_app.ui.labels import STATES
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.layout import STRETCH, column, row, rule

_PROPORTIONAL = ("display", "figure")


def label(theme: Theme, text: str, role: str = "body", tone: str = "ink", *, wrap: bool = False) -> QLabel:
    """A piece of text in a role of the type scale and a tone of the palette."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    if role in _PROPORTIONAL:
        made.setFont(theme.font(role))
    return made


def right(made: QLabel) -> QLabel:
    """The label with its text at the right."""
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made


class Elide(QLabel):
    """A title that gives way: a plain label would cut its text or force the window wider."""

    def __init__(self, theme: Theme, text: str = "", role: str = "h1", tone: str = "ink") -> None:
        super().__init__(text)
        self._theme, self._role, self._tone = theme, role, tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setToolTip(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str) -> None:
        """Say something else; the whole of it stays in the tool tip."""
        self.setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """Narrow: the text gives way."""
        return QSize(self._theme.px(40), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as fits, then an ellipsis."""
        painter = QPainter(self)
        painter.setFont(self._theme.font(self._role))
        painter.setPen(self._theme.colour(self._tone))
        text = self._theme.metrics(self._role).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)


class Icon(QLabel):
    """An icon that stands beside a word; by itself it says nothing to a screen reader."""

    def __init__(self, theme: Theme, name: str, tone: str = "ink", size: int = 18) -> None:
        super().__init__()
        self._theme, self._size = theme, size
        self.setFixedSize(theme.px(size), theme.px(size))
        self.show_as(name, tone)

    def show_as(self, name: str, tone: str = "ink") -> None:
        """Draw another icon."""
        self.setPixmap(self._theme.icon(name, tone, self._size))


class KeyCap(QLabel):
    """A key as it stands on the keyboard."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "key")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedHeight(theme.px(22))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"tecla {text}")


def key_hint(theme: Theme, keys: str, text: str, tone: str = "ink2") -> QWidget:
    """Keys, separated by `|`, and what they do."""
    return row(theme, *(KeyCap(theme, key) for key in keys.split("|")), label(theme, text, "small", tone), gap=6)


def mark(theme: Theme, icon: str, text: str, tone: str = "ink", role: str = "body", size: int = 18) -> QWidget:
    """A figure and its word in one tone."""
    return row(theme, Icon(theme, icon, tone, size), label(theme, text, role, tone), gap=7)


class StatusMark(QWidget):
    """The state of a record: figure, word, and a detail such as the folio of its receipt."""

    def __init__(self, theme: Theme, state: str = "local", detail: str = "") -> None:
        super().__init__()
        self._icon = Icon(theme, "laptop", "ink2", 18)
        self._word = label(theme, "", "smallstrong")
        self._detail = label(theme, "", "small", "ink2")
        inner = row(theme, self._icon, self._word, self._detail, STRETCH, gap=7)
        inner_layout = inner.layout()
        if inner_layout is not None:
            self.setLayout(inner_layout)
        self.show_state(state, detail)

    def show_state(self, state: str, detail: str = "") -> None:
        """Tell another state."""
        words = STATES[state]
        self._icon.show_as(words.icon, words.tone)
        self._word.setProperty("tone", words.tone)
        self._word.setText(words.word)
        self._word.style().polish(self._word)
        self._detail.setText(detail)
        self.setAccessibleName(f"{words.word} {detail}".strip())


def section(theme: Theme, title: str, aside: QWidget | None = None, *, buddy: QWidget | None = None) -> QWidget:
    """The head of a section: a word and a thin rule under it; it takes the place of a card.

    Args:
        theme: The look.
        title: The word; with `&` before the letter that goes to `buddy` with Alt.
        aside: Something small at the right.
        buddy: The input that has no label but this head.
    """
    words = label(theme, title, "h3")
    if buddy is not None:
        words.setBuddy(buddy)
    return column(theme, row(theme, words, STRETCH, aside), rule(theme), gap=5)
