"""Watches whether somebody is at the machine, and whether the machine slept: both say when the screen must lock.

The hour is the wall clock: a lid that was closed for an hour counts as an hour without anybody.
"""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from terreno_app.domain.clock import Clock

TICK_MS: Final = 1000
ASLEEP_S: Final = 30
"""No tick for so long, by the wall clock: the machine was suspended or its lid closed. No desktop tells it reliably."""
_SIGNS: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class IdleWatch(QObject):
    """Counts down while nobody touches the machine; install it as an event filter of the application.

    Signals:
        ticked: Every second; carries the seconds left, or -1 while the lock is held off.
        expired: Nobody was there for the whole time.
        touched: A key or the pointer moved.
    """

    ticked = Signal(int)
    expired = Signal()
    touched = Signal()

    def __init__(self, minutes: int, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit_s = minutes * 60
        self._clock = clock
        self._seen: datetime = clock.now()
        self._held = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to count, from now."""
        self._seen = self._clock.now()
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Count no more: the screen is locked."""
        self._timer.stop()

    def hold_off(self) -> None:
        """Do not lock while something runs that must not be cut; pairs with `let_lock`."""
        self._held += 1
        self.look()

    def let_lock(self) -> None:
        """It ended: count from now."""
        self._held = max(0, self._held - 1)
        self._seen = self._clock.now()
        self.look()

    def somebody_is_here(self) -> None:
        """A key or the pointer moved."""
        self._seen = self._clock.now()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Notice keys and pointer; take nothing away."""
        if event.type() in _SIGNS:
            self.somebody_is_here()
            self.touched.emit()
        return False

    def look(self) -> None:
        """Tell how much is left, and whether it is over."""
        if not self._timer.isActive():
            return
        if self._held:
            self.ticked.emit(-1)
            return
        gone = (self._clock.now() - self._seen).total_seconds()
        left = self._limit_s - max(0, int(gone))
        if left > 0:
            self.ticked.emit(left)
            return
        self.stop()
        self.expired.emit()


class SleepWatch(QObject):
    """Notices afterwards that the machine slept.

    Signals:
        woke: It did.
    """

    woke = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._last = clock.now()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Watch, from now."""
        self._last = self._clock.now()
        self._timer.start()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()

    def look(self) -> None:
        """Tell whether the time since the last look is that of a sleep."""
        now = self._clock.now()
        gone_s, self._last = abs((now - self._last).total_seconds()), now
        if self._timer.isActive() and gone_s >= ASLEEP_S:
            self.woke.emit()
