"""Where a person was writing, so that looking something up leads back to the very place."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget


def go_on_in(widget: QWidget) -> None:
    """Give an input the keys so that the next one goes on behind what stands there, and replaces nothing of it."""
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
    if isinstance(widget, QLineEdit):
        widget.end(False)


class Bookmark:
    """The input that had the focus, with the cursor and what was marked in it.

    Args:
        widget: The input; None remembers nothing.
    """

    def __init__(self, widget: QWidget | None = None) -> None:
        self._widget = widget
        self._cursor, self._start, self._length = 0, -1, 0
        if isinstance(widget, QLineEdit):
            self._cursor = widget.cursorPosition()
            self._start, self._length = widget.selectionStart(), len(widget.selectedText())

    def go_back(self) -> bool:
        """Give the focus back; False where there is nothing to go back to."""
        if self._widget is None or not self._widget.isVisible():
            return False
        self._widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(self._widget, QLineEdit):
            self._widget.deselect()
            self._widget.setCursorPosition(self._cursor)
            if self._start >= 0:
                self._widget.setSelection(self._start, self._length)
        return True
