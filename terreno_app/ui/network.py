"""Asks now and then whether the centre answers, so that the bar at the foot says what is true.

It asks in a thread of its own that nobody waits for: a bad network may keep it for a minute.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.watch import Watch


class NetworkWatch(Watch):
    """Looks at the network while the laptop is open.

    Signals:
        known: Whether the centre answered.
    """

    known = Signal(bool)

    def __init__(self, answers: Callable[[], bool], runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(answers, runner, parent)
        self.done.connect(self._answered)
        self.failed.connect(self._silent)

    def start(self) -> None:
        """Ask now, and every minute from now on."""
        super().start()
        self.look()

    def stop(self) -> None:
        """Ask no more; an answer that is still on its way is dropped."""
        super().stop()
        self._runner.close(wait=False)

    def _answered(self, online: object) -> None:
        self.known.emit(online is True)

    def _silent(self, _error: BaseException) -> None:
        self.known.emit(False)
