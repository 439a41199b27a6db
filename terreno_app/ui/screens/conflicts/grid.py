"""The fields of a record in conflict, one under the other, and the keys that act on them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui.screens.conflicts.cards import FieldRow
from terreno_app.ui.widgets.layout import ground
from terreno_app.ui.widgets.roles import GROUP


class Grid(QWidget):
    """The fields of a record, for the keyboard.

    Signals:
        stepped: J or K; carries 1 or -1.
        decided: 1 or 2 chose; carries `kept` or `other`.
        own_asked: 3: the person wants to write.
        apply_asked: A: the same for the equal ones.
        history_asked: H.
        focused: The focus came or went.
    """

    spoken_role = GROUP
    stepped = Signal(int)
    decided = Signal(str)
    own_asked = Signal()
    apply_asked = Signal()
    history_asked = Signal()
    focused = Signal()

    def __init__(self) -> None:
        super().__init__()
        ground(self, "scrolled")
        self.setAccessibleName("Campos en conflicto")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addStretch(1)
        self.fields: list[FieldRow] = []

    def show_fields(self, fields: Sequence[FieldRow]) -> None:
        """Put other fields in sight."""
        for old in self.fields:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.fields = list(fields)
        for place, field in enumerate(self.fields):
            self._rows.insertWidget(place, field)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on the field in turn."""
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_J | Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_K | Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_1:
                self.decided.emit("kept")
            case Qt.Key.Key_2:
                self.decided.emit("other")
            case Qt.Key.Key_3:
                self.own_asked.emit()
            case Qt.Key.Key_A:
                self.apply_asked.emit()
            case Qt.Key.Key_H:
                self.history_asked.emit()
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Light the field in turn."""
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Dim it."""
        super().focusOutEvent(event)
        self.focused.emit()
