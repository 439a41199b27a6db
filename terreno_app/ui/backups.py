"""Makes a backup after each half hour of use, behind what the person does."""

from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from terreno_app.ui.tasks import TaskRunner

EVERY_MS: Final = 60_000


class Shelf(Protocol):
    """Where this laptop keeps its backups."""

    def put_if_due(self) -> None:
        """Make a backup unless the last one is fresh."""
        ...


class BackupWatch(QObject):
    """Looks every minute, while the laptop is open, whether a backup is due.

    Signals:
        failed: One could not be made; told once, until one can.
    """

    failed = Signal(object)

    def __init__(self, shelf: Shelf, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf, self._runner = shelf, runner
        self._busy = self._told = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and every minute from now on."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Make one if it is due, unless the last one is still being made."""
        if not self._busy:
            self._busy = True
            self._runner.run(self._shelf.put_if_due, self._made, self._not_made)

    def _made(self, _nothing: None) -> None:
        self._busy = self._told = False

    def _not_made(self, error: BaseException) -> None:
        self._busy = False
        if not self._told:
            self._told = True
            self.failed.emit(error)
