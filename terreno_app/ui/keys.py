"""The keys of the house and how a screen listens to them.

Letters with Alt are mnemonics of labels and buttons (`&Guardar`), not listed here: `mnemonics` reads them from a
screen, so that a test can see that none stands twice. Ctrl+Alt, Ctrl+E, Ctrl+U and accented letters are never used.
"""

import re
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

HELP: Final = "F1"
NEW_ATTENTION: Final = "F2"
INFORMATION: Final = "F3"
SURVEY: Final = "F4"
SYNC: Final = "F5"
OTHER_PANEL: Final = ("F6", "Shift+F6")
USB: Final = "F7"
NEXT_MISSING: Final = "F8"
PRIVACY: Final = "F9"
LOOK: Final = "F10"
LOCK: Final = "F12"
SEARCH: Final = "Ctrl+F"
SAVE: Final = "Ctrl+G"
SAVE_AND_NEXT: Final = ("Ctrl+Return", "Ctrl+Enter")
PRINT: Final = "Ctrl+P"
UNDO: Final = "Ctrl+Z"
ONE_MORE_INFORMED: Final = "Ctrl+I"
NOT_ASKED: Final = "Ctrl+0"
REPEAT_PROFILE: Final = "Ctrl+R"
CONSENT: Final = "Ctrl+K"
DUPLICATE: Final = "Ctrl+D"
DRAFTS: Final = "Ctrl+B"
NEW_OUTING: Final = "Ctrl+N"
NEW_GOAL: Final = "Ctrl+N"
VOID: Final = "Del"
OPEN: Final = ("Return", "Enter")
MARK: Final = "Ctrl+M"
LEAVE: Final = "Esc"

_MNEMONIC = re.compile(r"&(?!&)(\w)")


def shortcut(
    owner: QWidget,
    keys: str | tuple[str, ...],
    slot: Callable[[], object],
    *,
    inside: bool = False,
) -> tuple[QShortcut, ...]:
    """Call `slot` when one of the keys is pressed while `owner` is in sight; `inside`, only while it has the focus.

    A page listens while it is in sight: its keys also work for who walked with Tab as far as the rail.
    """
    part = Qt.ShortcutContext.WidgetWithChildrenShortcut
    made = tuple(QShortcut(QKeySequence(key), owner) for key in ((keys,) if isinstance(keys, str) else keys))
    for one in made:
        one.setContext(part if inside else Qt.ShortcutContext.WindowShortcut)
        one.activated.connect(slot)
    return made


def mnemonics(screen: QWidget) -> dict[str, list[str]]:
    """The Alt letters that a screen shows now, each with the texts that hold it."""
    found: dict[str, list[str]] = {}
    for label in screen.findChildren(QLabel):
        if label.buddy() is not None and label.isVisibleTo(screen):
            _note(found, label.text())
    for button in screen.findChildren(QAbstractButton):
        if button.isVisibleTo(screen):
            _note(found, button.text())
    return found


def _note(found: dict[str, list[str]], text: str) -> None:
    match = _MNEMONIC.search(text)
    if match:
        found.setdefault(match[1].lower(), []).append(text)
