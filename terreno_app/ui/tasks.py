"""Slow work away from the screen: the only way that the ui starts a thread.

In: a function that touches no widget. Out: its result, or its error, handed to a function that runs on the thread of
the screen. Nothing is retried and nothing is cancelled here; work that can be stopped asks its own `should_stop`.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

T = TypeVar("T")
logger = logging.getLogger(__name__)


class TaskRunner(QObject):
    """Runs work in threads and answers through one queued signal.

    Args:
        workers: How many tasks run at once.
        parent: Who owns it.
    """

    _settled = Signal(object, object)

    def __init__(self, workers: int = 3, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="task")
        self._closed = False
        self._settled.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> None:
        """Start `work`; later call `done` with its result or `failed` with what it raised, on the screen's thread.

        After `close` nothing is started: a timer may fire once more while the window goes.
        """
        if self._closed:
            return

        def settle(future: Future[T]) -> None:
            if self._closed:
                return
            error = future.exception()
            if error is None:
                self._settled.emit(done, future.result())
                return
            logger.warning("a task failed: %s", type(error).__name__)
            self._settled.emit(failed, error)

        self._pool.submit(work).add_done_callback(settle)

    def close(self, *, wait: bool = True) -> None:
        """Hand nothing over any more, and `wait` for the work that runs."""
        self._closed = True
        self._pool.shutdown(wait=wait, cancel_futures=True)

    @Slot(object, object)
    def _hand_over(self, answer: Callable[[Any], object], value: object) -> None:
        if not self._closed:
            answer(value)
