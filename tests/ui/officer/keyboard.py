"""A keyboard: what is typed, written as a text, pressed as real events on the window that has the focus.

`cpgu<Return>f<Tab>65<Ctrl+G>` are ten keystrokes; a name in `<>` is one key with what is held. What stands in `«»` are
the person's own words: typed like all else, counted apart. A letter with an accent costs two, as on a Chilean keyboard.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

_TOKEN = re.compile(r"<([^>]+)>|(.)", re.DOTALL)
_ON_THE_KEYBOARD = "ñÑ"
NONE = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True)
class Strokes:
    """How many keys were pressed: to work the form, and to write the person's own words."""

    work: int = 0
    words: int = 0

    def __add__(self, other: "Strokes") -> "Strokes":
        return Strokes(self.work + other.work, self.words + other.words)


def press(keys: str) -> Strokes:
    """Press everything, one key after the other, and let Qt work after each."""
    counted = Strokes()
    for at, part in enumerate(re.split("[«»]", keys)):
        cost = sum(_press(*token) for token in _tokens(part))
        counted += Strokes(words=cost) if at % 2 else Strokes(work=cost)
    return counted


def _tokens(keys: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(keys):
        yield found[1] or "", found[2] or ""


def _press(name: str, letter: str) -> int:
    window = QApplication.focusWindow()
    assert window is not None
    if name:
        stroke = QKeySequence(name)[0]
        QTest.keyClick(window, stroke.key(), stroke.keyboardModifiers())
    elif letter.isascii():
        QTest.keyClick(window, letter)
    else:  # `keyClick` ends the process on a letter beyond ASCII
        QTest.sendKeyEvent(QTest.KeyAction.Click, window, Qt.Key.Key_unknown, letter, NONE)
    QApplication.processEvents()
    return 1 if name or letter in _ON_THE_KEYBOARD else len(normalize("NFD", letter))
