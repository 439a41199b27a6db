"""Makes a backup after each half hour of use, behind what the person does."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.watch import Watch


class Shelf(Protocol):
    """Where this laptop keeps its backups."""

    def put_if_due(self) -> None:
        """Make a backup unless the last one is fresh."""
        ...


class BackupWatch(Watch):
    """Looks every minute, while the laptop is open, whether a backup is due.

    Not at once: who has just opened the laptop has somebody waiting.

    Signals:
        trouble: One could not be made; told once, until one can.
    """

    trouble = Signal(object)

    def __init__(self, shelf: Shelf, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(shelf.put_if_due, runner, parent)
        self._told = False
        self.done.connect(self._made)
        self.failed.connect(self._not_made)

    def _made(self, _nothing: None) -> None:
        self._told = False

    def _not_made(self, error: BaseException) -> None:
        if not self._told:
            self._told = True
            self.trouble.emit(error)
