"""The part of the manual that belongs to a screen: picked out of its Markdown, and shown to be read."""

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QTextEdit

_PARTS: Final = re.compile(r"^## +", re.MULTILINE)
_TITLE: Final = re.compile(r"(?P<name>[^(\n]+?) *(?:\([^)]*\))? *$", re.MULTILINE)
_PAGES: Final = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def part_of(manual: str, title: str) -> str:
    """The part under a heading of the second level, without that heading; empty where there is none.

    Args:
        manual: The whole manual, in Markdown.
        title: The heading, without the key in parentheses that may follow it.
    """
    for part in _PARTS.split(manual)[1:]:
        heading, _, text = part.partition("\n")
        found = _TITLE.match(heading)
        if found is not None and found["name"] == title:
            return text.strip()
    return ""


class ManualPart(QTextEdit):
    """A part of the manual: it is read and scrolled, never written. No markup but Markdown's is drawn.

    Args:
        text: In Markdown.
        title: Of which screen it is.
    """

    def __init__(self, text: str, title: str) -> None:
        super().__init__()
        self.setObjectName("manual")
        self.setAccessibleName(f"Manual: {title}")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # With no cursor to move, the arrows scroll.
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        features = QTextDocument.MarkdownFeature
        self.document().setMarkdown(text, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
        self.moveCursor(QTextCursor.MoveOperation.Start)  # Qt leaves it at the end, and shows the end

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pages are turned here; at the end of the text they are left to what stands around it."""
        before = self.verticalScrollBar().value()
        super().keyPressEvent(event)
        if event.key() in _PAGES and self.verticalScrollBar().value() == before:
            event.ignore()
