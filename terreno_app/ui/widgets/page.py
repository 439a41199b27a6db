"""The parts that every page is made of: head, figures, foot and side panel."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.layout import STRETCH, Item, add, column, ground
from terreno_app.ui.widgets.text import Elide, label

MARGIN = 32
FOOT_HEIGHT = 58
SIDE_WIDTH = 300
IDENTITY_WIDTH = 384


class PageHead(QWidget):
    """What the page is: a small line, the title, and its actions at the right."""

    def __init__(self, theme: Theme, eyebrow: str, title: str, *actions: Item) -> None:
        super().__init__()
        self._eyebrow = Elide(theme, eyebrow, "small", "ink2")
        self._title = Elide(theme, title, "h1")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(10))
        add(theme, layout, (column(theme, self._eyebrow, self._title, gap=2), 1), *actions)

    def say(self, eyebrow: str, title: str) -> None:
        """Give the page another title."""
        self._eyebrow.set_text(eyebrow)
        self._title.set_text(title)

    @property
    def title(self) -> str:
        """What the page is called now."""
        return self._title.text()


class Figure(QWidget):
    """A number that is read from afar, what it counts, and a line under it."""

    def __init__(self, theme: Theme, word: str, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self._number = label(theme, "", "figure")
        self._word = label(theme, word, "smallstrong")
        self._under = label(theme, "", "small", "ink2")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(1))
        add(theme, layout, self._number, self._word, self._under, STRETCH)

    def show_figure(self, number: str, under: str = "", *, tone: str = "ink", word: str = "") -> None:
        """Show another number."""
        self._number.setText(number)
        if self._number.property("tone") != tone:
            self._number.setProperty("tone", tone)
            self._number.style().polish(self._number)
        if word:
            self._word.setText(word)
        self._under.setText(under)
        self.setAccessibleName(f"{number} {self._word.text()}. {under}".strip())

    @property
    def number(self) -> str:
        """The number in sight."""
        return self._number.text()

    @property
    def under(self) -> QLabel:
        """The line under the number."""
        return self._under


class PageFoot(QWidget):
    """The action bar: a note at the left, actions at the right; it never scrolls away."""

    def __init__(self, theme: Theme, note: QWidget, *actions: Item) -> None:
        super().__init__()
        ground(self, "foot")
        self.setFixedHeight(theme.px(FOOT_HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(MARGIN), 0, theme.px(MARGIN), 0)
        layout.setSpacing(theme.px(10))
        add(theme, layout, note, STRETCH, *actions)


def side_panel(theme: Theme, *items: Item, width: int = SIDE_WIDTH) -> QWidget:
    """A panel at the right of the page."""
    panel = column(theme, *items, margins=(24, 20, 24, 14), gap=6, name="side")
    panel.setFixedWidth(theme.px(width))
    return panel
