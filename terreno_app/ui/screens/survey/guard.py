"""Keeps the application at the kiosk: while in force no other window of ours is seen, pressed, typed into or closed.

Another program may still come to the front, as the system allows; then our other windows are hidden again, and the
kiosk is what is there when the person comes back.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QWidget

_FROM_NOWHERE: Final = frozenset(
    {
        QEvent.Type.ContextMenu,
        QEvent.Type.DragEnter,
        QEvent.Type.DragMove,
        QEvent.Type.Drop,
        QEvent.Type.Shortcut,
        QEvent.Type.WhatsThis,
        QEvent.Type.ToolTip,
    }
)
"""Not even of the kiosk itself."""
_OF_THE_KIOSK_ALONE: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class Guard(QObject):
    """Stands at the door of the kiosk from `keep` to `let_go`.

    Args:
        app: The application.
        kiosk: The only window that there is for now.
    """

    def __init__(self, app: QApplication, kiosk: QWidget) -> None:
        super().__init__(kiosk)
        self._app, self._kiosk = app, kiosk
        self._keeping = False

    def keep(self) -> None:
        """From now on there is only the kiosk."""
        self._keeping = True
        self._app.installEventFilter(self)
        self._app.applicationStateChanged.connect(self.look)
        self._app.focusWindowChanged.connect(self.look_who_has_the_keys)
        self._hide_others()

    def let_go(self) -> None:
        """The other windows may come back."""
        if self._keeping:
            self._keeping = False
            self._app.removeEventFilter(self)
            self._app.applicationStateChanged.disconnect(self.look)
            self._app.focusWindowChanged.disconnect(self.look_who_has_the_keys)

    @Slot(Qt.ApplicationState)
    def look(self, state: Qt.ApplicationState) -> None:
        """Another program came to the front, or went: nothing of ours but the kiosk is there."""
        self._hide_others()
        if state == Qt.ApplicationState.ApplicationActive:
            self._kiosk.raise_()
            self._kiosk.activateWindow()

    @Slot(QWindow)
    def look_who_has_the_keys(self, window: QWindow | None) -> None:
        """Another program may show and choose a window of ours that we had hidden: the kiosk takes the keys back."""
        if window is not None and window is not self._kiosk.windowHandle():
            self._kiosk.raise_()
            self._kiosk.activateWindow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take away what would lead elsewhere."""
        kind = event.type()
        if kind in _FROM_NOWHERE:
            event.ignore()
            return True
        if not isinstance(watched, QWidget) or watched.window() is self._kiosk:
            return False
        if kind == QEvent.Type.Show and watched.isWindow():
            self._soon(self._hide_others)
        elif kind == QEvent.Type.Close:
            event.ignore()
            return True
        return kind in _OF_THE_KIOSK_ALONE

    def _soon(self, what: Callable[[], None]) -> None:
        QTimer.singleShot(0, self, what)

    def _hide_others(self) -> None:
        if not self._keeping:
            return
        for window in self._app.topLevelWidgets():
            if window is not self._kiosk and window.isVisible():
                window.hide()
