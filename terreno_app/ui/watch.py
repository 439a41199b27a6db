"""Does something every minute while the laptop is open, in a thread that nobody waits for."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from terreno_app.ui.tasks import TaskRunner

EVERY_MS: Final = 60_000


class Watch(QObject):
    """Work that comes again and again, never twice at once.

    Signals:
        done: Carries its result.
        failed: Carries what it raised.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Callable[[], object], runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._runner = work, runner
        self._busy = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin, for the first time in a minute."""
        self._timer.start()

    def stop(self) -> None:
        """Do it no more."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Do it now, unless the last time is not over yet."""
        if not self._busy:
            self._busy = True
            self._runner.run(self._work, self._done, self._failed)

    def _done(self, result: object) -> None:
        self._busy = False
        self.done.emit(result)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.failed.emit(error)
