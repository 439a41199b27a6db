"""A forced wait, second by second."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot


class Countdown(QObject):
    """Counts seconds down to nothing.

    Signals:
        ticked: A second has gone; carries those that are left, and 0 ends it.
    """

    ticked = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.left_s = 0
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.tick)

    def start(self, seconds: int) -> None:
        """Wait for so long; 0 is no wait."""
        self.left_s = seconds
        if seconds:
            self._second.start()
        else:
            self._second.stop()

    def stop(self) -> None:
        """Wait for nothing any more."""
        self.start(0)

    @Slot()
    def tick(self) -> None:
        """A second has gone."""
        self.left_s = max(0, self.left_s - 1)
        if not self.left_s:
            self._second.stop()
        self.ticked.emit(self.left_s)
