"""Python's garbage is collected between two turns of the event loop, on the thread of the screen, and nowhere else.

Qt walks over lists of widgets (a style sheet is put on, a window is shown) and calls Python code on the way. Left to
itself, Python collects there, or in the thread of a synchronisation, and may free a widget that stands on the list: the
process dies. Between two turns Qt holds no list.

The whole heap takes longer to walk through than a key may take: that waits for a second in which nobody is at the keys.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

PAUSE_MS: Final = 1000
_OLDEST: Final = 2


class Collector(QObject):
    """While it lives, nothing is collected but by its own timer.

    Args:
        parent: Who owns it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._somebody_was_here = False
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start()

    @Slot()
    def put_off(self) -> None:
        """A key or the pointer moved: the oldest generation waits until the next turn at least."""
        self._somebody_was_here = True

    @Slot()
    def collect_due(self) -> None:
        """Collect the oldest generation whose turn it is by Python's own thresholds."""
        young_only, self._somebody_was_here = self._somebody_was_here, False
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, limit) in enumerate(counts) if count > limit]
        if young_only and _OLDEST in due:
            due.remove(_OLDEST)
        if due:
            gc.collect(due[-1])

    def close(self) -> None:
        """Leave collecting to Python again."""
        self._timer.stop()
        gc.enable()
