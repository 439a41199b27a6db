"""The Enter of habit: a PIN opens at its last digit, and the Enter that the fingers add belongs to it.

It would fall into what lies behind the lock: a new line in somebody's account, a row that opens.
"""

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from terreno_app.domain.clock import Clock

HABIT: Final = timedelta(milliseconds=400)
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYS: Final = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


class HabitualEnter(QObject):
    """Takes away one Enter that follows an unlocking at once; any other key ends the wait for it.

    Args:
        app: Whose keys it hears, while it waits.
        clock: Where the hour comes from.
        parent: Who owns it.
    """

    def __init__(self, app: QCoreApplication, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._app, self._clock = app, clock
        self._opened_at: datetime | None = None

    def expect(self) -> None:
        """A PIN just opened."""
        if self._opened_at is None:
            self._app.installEventFilter(self)
        self._opened_at = self._clock.now()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take the Enter, before a shortcut of it can answer."""
        if self._opened_at is None or event.type() not in _KEYS or not isinstance(event, QKeyEvent):
            return False
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        taken = plain and event.key() in _ENTER and self._clock.now() - self._opened_at <= HABIT
        if not taken or event.type() == QEvent.Type.KeyPress:
            self._opened_at = None
            self._app.removeEventFilter(self)
        if taken:
            event.accept()
        return taken
