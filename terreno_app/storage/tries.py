"""Failed tries of a passphrase, counted in a file that survives a restart, and the wait that comes after them."""

import os
from pathlib import Path

import orjson

from terreno_app.storage.connection import translated

FREE_TRIES = 2
"""Failed tries without a delay."""
LONGEST_DELAY_S = 300


def delay_after(failures: int) -> int:
    """Seconds to wait before the next try: 2 after the third failure, twice as long each time, five minutes at most.

    Waiting is relative to the try, not to an hour: no clock can shorten it.
    """
    return 0 if failures <= FREE_TRIES else min(1 << min(failures - FREE_TRIES, 16), LONGEST_DELAY_S)


class Tries:
    """The tries of one laptop.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def failures(self) -> int:
        """How many there were since the last right one; none where the file cannot be read."""
        try:
            told = orjson.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return 0
        failures = told.get("failures") if isinstance(told, dict) else None
        return failures if isinstance(failures, int) and failures > 0 else 0

    def remember(self, failures: int) -> None:
        """Keep how many there were.

        Raises:
            DiskError: the file cannot be written.
        """
        # Always the same length and in place: a full disk must not keep people from their data.
        with translated():
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, b'{"failures": %6d}' % min(failures, 999_999))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
