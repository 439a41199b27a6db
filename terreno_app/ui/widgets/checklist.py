"""A list of things that are looked at: each with its figure, what was found, and a word for how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui.labels import breakable
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.layout import STRETCH, column, restyle, row, rule
from terreno_app.ui.widgets.text import Icon, label, right

Standing = Literal["later", "now", "ok", "warn", "stop", "todo"]


@dataclass(frozen=True, slots=True)
class _Words:
    icon: str
    tone: str
    word: str


_STANDINGS: Final[dict[Standing, _Words]] = {
    "later": _Words("circle", "ink3", "Por revisar"),
    "now": _Words("timer", "primary", "Revisando"),
    "ok": _Words("circle-check", "ok", "Listo"),
    "warn": _Words("triangle-alert", "copper", "Aviso"),
    "stop": _Words("octagon-alert", "bad", "Impide abrir"),
    "todo": _Words("circle", "copper", "Falta"),
}


class _Line(QWidget):
    def __init__(self, theme: Theme, title: str, aside: QWidget | None) -> None:
        super().__init__()
        self._theme, self._title = theme, title
        self._icon = Icon(theme, "circle", "ink3", 20)
        self._detail = label(theme, "", "small", "ink2", wrap=True)
        self._word = right(label(theme, "", "smallstrong"))
        self._aside = aside
        words = column(theme, label(theme, title, "strong"), self._detail, gap=0)
        inside = row(theme, self._icon, (words, 1), self._word, aside, margins=(0, 5, 0, 5), gap=12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(inside)
        layout.addWidget(rule(theme))
        self.tell("later", "")

    def tell(self, standing: Standing, detail: str) -> None:
        words = _STANDINGS[standing]
        self._icon.show_as(words.icon, words.tone)
        self._detail.setText(breakable(detail))
        self._detail.setVisible(bool(detail))
        self._word.setText(words.word)
        restyle(self._word, tone=words.tone)
        if self._aside is not None:
            self._aside.setVisible(standing == "todo")
            self._word.setVisible(standing != "todo")
        self.setAccessibleName(f"{self._title}: {words.word}. {detail}".strip())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a line above and one below what somebody was led to: a ring would touch its words."""
        if self.hasFocus():
            painter, thick = QPainter(self), 2
            for top in (0, self.height() - thick):
                painter.fillRect(0, top, self.width(), thick, self._theme.colour("focus"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw it."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take it away."""
        super().focusOutEvent(event)
        self.update()


class CheckList(QWidget):
    """Lines under each other; what each says is told from outside.

    Args:
        theme: The look.
        lines: Name and title of each.
        asides: By name, what stands at the right of a line while it is still to be done.
    """

    def __init__(
        self, theme: Theme, lines: Sequence[tuple[str, str]], asides: dict[str, QWidget] | None = None
    ) -> None:
        super().__init__()
        self._lines = {name: _Line(theme, title, (asides or {}).get(name)) for name, title in lines}
        self._standings: dict[str, Standing] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for line in self._lines.values():
            layout.addWidget(line)
        layout.addWidget(column(theme, STRETCH), 1)
        self.begin()

    def begin(self) -> None:
        """Nothing was looked at yet."""
        for name in self._lines:
            self.tell(name, "later")

    def tell(self, name: str, standing: Standing, detail: str = "") -> None:
        """Say how one of them stands."""
        self._standings[name] = standing
        self._lines[name].tell(standing, detail)

    def warnings(self) -> tuple[QWidget, ...]:
        """The lines that warn of something, in order: they can be led to, and the Tab key passes them by."""
        return tuple(self._lines[name] for name, standing in self._standings.items() if standing == "warn")

    def words(self, name: str) -> str:
        """All that a line says."""
        return self._lines[name].accessibleName()

    def count(self, standing: Standing) -> int:
        """How many stand like that."""
        return sum(one == standing for one in self._standings.values())
