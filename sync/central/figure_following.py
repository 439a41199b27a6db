"""Folding what comes in while the centre serves: a thread that looks again and again, so that no push waits for it.

Answers fold by themselves what this thread has not yet; it only leaves them little to do.
"""

import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from sync.central.errors import UnavailableError
from sync.central.figure_fold import Folding

logger = logging.getLogger(__name__)

_PAUSE_S = 5.0


@contextmanager
def following(folding: Folding, pause_s: float = _PAUSE_S) -> Iterator[None]:
    """Fold what comes in while the block runs.

    Args:
        folding: The consumer.
        pause_s: How long to wait before looking again, in seconds.
    """
    stop = threading.Event()

    def follow() -> None:
        while not stop.is_set():
            try:
                folding.catch_up(stop.is_set)
            except UnavailableError:
                logger.warning("the database cannot be reached; the figures wait")
            except Exception as error:  # noqa: BLE001 - the end of a thread: a bug is told, and its message may name people
                places = "".join(traceback.format_tb(error.__traceback__))
                logger.error("a bug in the figures: %s\n%s", type(error).__qualname__, places)  # noqa: TRY400
            stop.wait(pause_s)

    thread = threading.Thread(target=follow, name="figures", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
