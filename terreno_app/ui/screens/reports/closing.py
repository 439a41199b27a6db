"""The line that tells how a month stands: open, closed when and by which digest; and the question before a close."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import STRETCH, add, row
from terreno_app.ui.widgets.text import Icon, label


class CloseLine(QWidget):
    """The line. A close is asked for once more before it is made: nothing undoes it.

    Signals:
        confirmed: A person said twice that the month is to be closed.
    """

    confirmed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._icon = Icon(theme, "lock", "ink2", 18)
        self._words = label(theme, "", "small", "ink2", wrap=True)
        self._ask = Button(theme, "Cerrar el &mes", icon="lock", height=36, name="close_month")
        self._question = label(theme, "", "strong", wrap=True)
        self._go = Button(theme, "&Sí, cerrar el mes", "danger", height=36, name="close_confirm")
        self._stay = Button(theme, "Dejar abiert&o", "quiet", key="Esc", height=36, name="close_cancel")
        self._month = ""
        self._told = row(theme, self._icon, (self._words, 1), self._ask, gap=8)
        self._asking = row(theme, (self._question, 1), self._stay, self._go, gap=10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        add(theme, layout, self._told, self._asking, STRETCH)
        self._ask.clicked.connect(self._ask_again)
        self._go.clicked.connect(self._confirm)
        self._stay.clicked.connect(self.leave)
        self._asking.hide()
        self.hide()

    def show_state(self, words: str, *, closed: bool, may_close: str = "") -> None:
        """Tell how the month stands.

        Args:
            words: In one sentence; nothing hides the line.
            closed: Whether it is closed.
            may_close: The month, `noviembre de 2026`, where a person may close it.
        """
        self._words.setText(words)
        self._icon.show_as("lock" if closed else "lock-open", "ok" if closed else "ink2")
        self._month = may_close
        self._ask.setVisible(bool(may_close))
        self._asking.hide()
        self._told.show()
        self.setVisible(bool(words))

    @property
    def words(self) -> str:
        """What the line says now."""
        if self.isHidden():
            return ""
        return self._words.text() if self._asking.isHidden() else self._question.text()

    @property
    def inputs(self) -> tuple[QWidget, ...]:
        """What takes keys, in the order of Tab."""
        return self._ask, self._stay, self._go

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the month open."""
        if event.key() == Qt.Key.Key_Escape and not self._asking.isHidden():
            self.leave()
            return
        super().keyPressEvent(event)

    def leave(self) -> None:
        """Do not close it."""
        self._asking.hide()
        self._told.show()
        self._ask.setFocus()

    def _ask_again(self) -> None:
        self._question.setText(
            f"¿Cerrar {self._month}? Sus cifras quedan fijas para todos y no se puede deshacer; "
            "lo que llegue después se cuenta aparte."
        )
        self._told.hide()
        self._asking.show()
        self._stay.setFocus()

    def _confirm(self) -> None:
        self._asking.hide()
        self._told.show()
        self.confirmed.emit()
