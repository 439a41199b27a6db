"""A bar that asks why before something is taken back; it stands where the key hints stood."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui.free_text import personal_data_words
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import TextField
from terreno_app.ui.widgets.layout import row
from terreno_app.ui.widgets.text import label

REASON_LIMIT = 200
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ReasonBar(QWidget):
    """Asks for one line of reason.

    Signals:
        given: The person wrote a reason; carries it.
        left: The person changed their mind.
        written: Something was typed.
    """

    given = Signal(str)
    left = Signal()
    written = Signal()

    def __init__(self, theme: Theme, action: str) -> None:
        super().__init__()
        self._question = label(theme, "", "strong")
        self._text = TextField(theme, placeholder="Por qué se anula, en una línea", name="void_reason")
        self._text.setMaxLength(REASON_LIMIT)
        self._text.setAccessibleName("Motivo de la anulación")
        self._question.setBuddy(self._text)
        self._go = Button(theme, action, "danger", key="Enter", height=36, name="void_confirm")
        stay = Button(theme, "Dejar como está", "quiet", key="Esc", height=36, name="void_cancel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        beside = () if theme.compact else (self._question,)
        if theme.compact:  # beside the buttons there would be no room for the question, nor for the answer
            layout.addWidget(self._question)
        layout.addWidget(row(theme, *beside, (self._text, 1), self._go, stay, gap=10))
        self._warning = label(theme, "", "small", "copper", wrap=True)
        layout.addWidget(self._warning)
        self._text.textChanged.connect(self._changed)
        self._go.clicked.connect(self._give)
        stay.clicked.connect(self._leave)
        self.hide()

    @property
    def question(self) -> str:
        """What is asked."""
        return self._question.text()

    @property
    def typed(self) -> str:
        """What was typed and not given; an empty text while nothing is asked."""
        return "" if self.isHidden() else self._text.text()

    def ask(self, question: str, typed: str = "") -> None:
        """Ask, with an empty line or with what was typed before."""
        self._question.setText(question)
        self._text.setText(typed)
        self._changed()
        self.show()
        self._text.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter gives the reason, Esc leaves."""
        if event.key() in _ENTER:
            self._give()
        elif event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _changed(self) -> None:
        self._go.setEnabled(bool(self._text.text().strip()))
        told = personal_data_words(self._text.text())  # the reason is read by many, and stays
        self._warning.setText(told)
        self._warning.setVisible(bool(told))
        self._text.setAccessibleDescription(told)
        self.written.emit()

    def _give(self) -> None:
        reason = self._text.text().strip()
        if reason:
            self.hide()
            self.given.emit(reason)

    def _leave(self) -> None:
        self.hide()
        self.left.emit()
