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
    for name, letter in strokes(keys):
        press_one(name, letter)
    return cost(keys)


def strokes(keys: str) -> Iterator[tuple[str, str]]:
    """Every stroke in order: the name of a key, or else a letter."""
    for found in _TOKEN.finditer(re.sub("[«»]", "", keys)):
        yield found[1] or "", found[2] or ""


def cost(keys: str) -> Strokes:
    """How many keystrokes it is."""
    counted = [sum(_worth(*one) for one in strokes(part)) for part in re.split("[«»]", keys)]
    return Strokes(sum(counted[::2]), sum(counted[1::2]))


def _worth(name: str, letter: str) -> int:
    return 1 if name or letter in _ON_THE_KEYBOARD else len(normalize("NFD", letter))


def press_one(name: str, letter: str) -> None:
    """Press one key and let Qt do what follows."""
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
