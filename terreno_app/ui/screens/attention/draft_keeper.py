"""Keeps what a person types: a quarter of a second after a change it is in the encrypted store.

One draft is written at a time, and never an older one over a newer one: what the lock keeps at once may overtake what
still waits for a thread. Who saves the record waits until it rests: a draft that is still being written would come
back after the record was saved.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any, Final, Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from terreno_app.ui.tasks import TaskRunner

WAIT_MS: Final = 250
T = TypeVar("T")


class Drafts(Protocol):
    """Where drafts are kept."""

    def save_draft(self, key: str, draft: Any, /) -> None:
        """Keep what a person is typing, encrypted."""
        ...


class DraftKeeper(QObject):
    """Writes drafts of what is on the page.

    Args:
        drafts: Where they are kept.
        tasks: Who writes.
        read: What is on the page.
        parent: Who owns it.

    Signals:
        kept: The draft is safe.
        failed: It is not; carries the error.
    """

    kept = Signal()
    failed = Signal(object)

    def __init__(self, drafts: Drafts, tasks: TaskRunner, read: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._tasks = tasks
        self._read = read
        self._key = ""
        self._running = False
        self._then: Callable[[], None] | None = None
        self._one_at_a_time = Lock()
        self._read_so_often = self._newest_written = 0
        self._over: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._keep)

    @property
    def key(self) -> str:
        """Under which name the draft is kept."""
        return self._key

    def follow(self, key: str) -> None:
        """Keep another draft from now on."""
        self._timer.stop()
        self._over.discard(key)
        self._key = key

    def touch(self) -> None:
        """Something changed: keep it soon, however long the person goes on typing."""
        if not self._timer.isActive():
            self._timer.start()

    def keep_now(self) -> None:
        """Keep it before this returns; for the moment before the laptop is closed, when nothing else may wait."""
        self._timer.stop()
        self._snapshot()()

    def end_with(self, key: str, work: Callable[[], T]) -> T:
        """Do in a thread what makes a draft needless; if it is done, no draft of that name is written any more."""
        with self._one_at_a_time:
            result = work()
            self._over.add(key)
        return result

    def rest(self, then: Callable[[], None]) -> None:
        """Write no more; call `then` once nothing is being written."""
        self._timer.stop()
        if self._running:
            self._then = then
        else:
            then()

    def _keep(self) -> None:
        if self._running:
            self._timer.start()
            return
        self._running = True
        self._tasks.run(self._snapshot(), self._done, self._broke)

    def _snapshot(self) -> Callable[[], None]:
        """What is on the page now, ready to be written by any thread."""
        self._read_so_often += 1
        number, key, draft = self._read_so_often, self._key, self._read()

        def write() -> None:
            with self._one_at_a_time:
                if number > self._newest_written and key not in self._over:
                    self._drafts.save_draft(key, draft)
                    self._newest_written = number

        return write

    def _done(self, _nothing: None) -> None:
        self.kept.emit()
        self._settle()

    def _broke(self, error: BaseException) -> None:
        self.failed.emit(error)
        self._settle()

    def _settle(self) -> None:
        self._running = False
        then, self._then = self._then, None
        if then is not None:
            then()
