"""How often one device may ask, so that one that runs wild does not slow the others."""

import threading
from datetime import datetime

from sync.central.errors import RefusedError
from sync.core.problems import ProblemType, problem


class Pace:
    """One bucket of requests a device; it fills steadily.

    Args:
        per_s: Requests in a second, sustained.
        burst: Requests at once.
    """

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s = per_s
        self._burst = float(burst)
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def count(self, device: str, now: datetime) -> None:
        """Count one request.

        Raises:
            RefusedError: `too_many`.
        """
        at = now.timestamp()
        with self._lock:
            left, since = self._left.get(device, (self._burst, at))
            left = min(self._burst, left + max(0.0, at - since) * self._per_s)
            if left < 1:
                self._left[device] = (left, at)
                raise RefusedError(problem(ProblemType.TOO_MANY))
            self._left[device] = (left - 1, at)
