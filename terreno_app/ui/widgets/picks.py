"""Several answers out of a long list: a search field, and under it what was chosen, each with a way to take it out."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.search import Found, Searcher, SearchField

_ANSWER_WIDTH: Final = 132
_ACROSS: Final = 2


class PickField(SearchField):
    """The search of a `Picks`; Backspace in an empty field takes the last answer out.

    Signals:
        taken_back: Backspace was pressed in an empty field.
    """

    taken_back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Backspace in an empty field is for the answers."""
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.taken_back.emit()
            return
        super().keyPressEvent(event)


class Picks(QWidget):
    """The field and its answers.

    Signals:
        changed: A person put an answer in or took one out.
    """

    changed = Signal()

    def __init__(self, theme: Theme, searcher: Searcher, *, placeholder: str = "", name: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._picked: list[Found] = []
        self.field = PickField(theme, searcher, placeholder=placeholder, name=f"{name}_search")
        self.setFocusProxy(self.field)
        self._answers = QWidget()
        self._row = QGridLayout(self._answers)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(6))
        # Long names never push the fields beside it out of their place.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self.field)
        layout.addWidget(self._answers)
        self.setObjectName(name)
        self.field.chosen.connect(self._pick)
        self.field.taken_back.connect(self._take_last)
        self._draw()

    def setObjectName(self, name: str) -> None:
        """Name the whole, and its search after it."""
        super().setObjectName(name)
        self.field.setObjectName(f"{name}_search")

    def setAccessibleName(self, name: str) -> None:
        """Tell a screen reader the same of the whole and of its search, which has the focus."""
        super().setAccessibleName(name)
        self.field.setAccessibleName(name)

    @property
    def codes(self) -> list[str]:
        """The codes of the answers, in the order in which they were chosen."""
        return [found.code for found in self._picked]

    def set_picked(self, found: Sequence[Found]) -> None:
        """Show answers without telling anybody."""
        self._picked = list(found)
        self._draw()

    def put_in(self, found: Found) -> bool:
        """Put an answer in as a person would; False when it stood there already."""
        new = found.code not in self.codes
        if new:
            self._picked.append(found)
        self._draw()
        if new:
            self.changed.emit()
        return new

    def _pick(self, found: Found) -> None:
        self.field.set_choice(None)
        self.put_in(found)

    def _take_last(self) -> None:
        if self._picked:
            self._picked.pop()
            self._draw()
            self.changed.emit()

    def _take(self) -> None:
        button = self.sender()
        code = button.property("code") if button else None
        self._picked = [found for found in self._picked if found.code != code]
        self._draw()
        self.changed.emit()

    def _draw(self) -> None:
        while self._row.count():
            item = self._row.takeAt(0)
            old = item.widget() if item else None
            if old is not None:
                old.deleteLater()
        for place, found in enumerate(self._picked):
            room = self._theme.px(_ANSWER_WIDTH)
            text = self._theme.metrics("strong").elidedText(found.text, Qt.TextElideMode.ElideRight, room)
            button = Button(self._theme, text.replace("&", "&&"), icon="x", height=32)
            button.setProperty("code", found.code)
            button.setAccessibleName(f"Quitar {found.text}")
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            button.clicked.connect(self._take)
            self._row.addWidget(button, place // _ACROSS, place % _ACROSS)
        for column in range(_ACROSS):
            self._row.setColumnStretch(column, 1)
        self._answers.setVisible(bool(self._picked))
        self.field.setAccessibleDescription(", ".join(found.text for found in self._picked))
