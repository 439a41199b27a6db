"""Qt where there is no display: what it says of that is heard by nobody, and the rest as ever."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler


@contextmanager
def without_display() -> Iterator[None]:
    """Hear from Qt what matters where nothing is seen."""
    before = qInstallMessageHandler(_tell)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _tell(_mode: QtMsgType, _context: QMessageLogContext, words: str | None) -> None:
    """What Qt has to say, but for the sentence with which the display that is none answers every size."""
    if words and "propagateSizeHints" not in words:
        sys.stderr.write(f"{words}\n")
