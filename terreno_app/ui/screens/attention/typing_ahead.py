"""What a person types while the record before is still being saved: kept, and typed where the person means it.

A slow disk takes a while to be sure. The letters are for the next person; in the form that is going they would be lost.
"""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_OTHER_WAYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class TypingAhead(QObject):
    """Holds keys back from the inputs of a form.

    Args:
        form: Whose keys they are.
        inputs: What takes them.
    """

    def __init__(self, form: QWidget, inputs: Iterable[QWidget]) -> None:
        super().__init__(form)
        self._form, self._holding = form, False
        self._held: list[QKeyEvent] = []
        for one in inputs:
            one.installEventFilter(self)

    def hold(self, *, holding: bool) -> None:
        """Let keys wait from now on; or no more, and what waited until now is for nobody unless it was taken."""
        self._holding = holding
        self._held = []

    def take(self) -> list[QKeyEvent]:
        """What waited."""
        held, self._held = self._held, []
        return held

    def type(self, held: Iterable[QKeyEvent]) -> None:
        """Type what waited, each key where the one before it led."""
        for key in held:
            QCoreApplication.sendEvent(self._form.focusWidget() or self._form, key)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keep a key; what is held down with Ctrl or Alt (the lock among it) does what it always does."""
        if not self._holding or not isinstance(event, QKeyEvent) or event.modifiers() & _OTHER_WAYS:
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        self._held.append(event.clone())
        return True
