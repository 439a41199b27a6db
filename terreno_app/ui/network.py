"""Asks now and then whether the centre answers, so that the bar at the foot says what is true.

It asks in a thread of its own that nobody waits for: a bad network may keep it for a minute.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from terreno_app.ui.tasks import TaskRunner

EVERY_MS: Final = 60_000


class NetworkWatch(QObject):
    """Looks at the network while the laptop is open.

    Signals:
        known: Whether the centre answered.
    """

    known = Signal(bool)

    def __init__(self, answers: Callable[[], bool], runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers, self._runner = answers, runner
        self._asking = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Ask now, and every minute from now on."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Ask no more; an answer that is still on its way is dropped."""
        self._timer.stop()
        self._runner.close(wait=False)

    @Slot()
    def look(self) -> None:
        """Ask, unless the last question is not answered yet."""
        if not self._asking:
            self._asking = True
            self._runner.run(self._answers, self._answered, self._failed)

    def _answered(self, online: bool) -> None:  # noqa: FBT001  handed over by the runner
        self._asking = False
        self.known.emit(online)

    def _failed(self, _error: BaseException) -> None:
        self._asking = False
        self.known.emit(False)
