"""What of a form is no value yet: words half typed, and where the person was. Drafts keep it, and put it back."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from terreno_app.ui.screens.attention.walk import typed_in
from terreno_app.ui.widgets.fields import Field, NumberField
from terreno_app.ui.widgets.search import SearchField

HOUR = "received_at"
"""The only field of plain text whose value is read from what is typed."""


def unread(fields: Mapping[str, Field]) -> dict[str, str]:
    """Texts that are no answer yet, by the name of their field."""
    found = {}
    for name, field in fields.items():
        here = typed_in(field)
        half = isinstance(here, SearchField) and here.unsettled
        half = half or (isinstance(here, NumberField) and here.number is None)
        if isinstance(here, QLineEdit) and (half or name == HOUR) and here.text().strip():
            found[name] = here.text()
    return found


def show_unread(fields: Mapping[str, Field], texts: Mapping[str, str]) -> None:
    """Put half typed words back, without telling anybody."""
    for name, text in texts.items():
        here = typed_in(fields[name]) if name in fields else None
        if isinstance(here, QLineEdit):
            here.setText(text)


def go_on_in(field: Field) -> None:
    """Give a field the keys so that the next one goes on behind what stands there, and replaces nothing of it."""
    here = typed_in(field)
    field.widget.setFocus(Qt.FocusReason.TabFocusReason)
    if isinstance(here, QLineEdit):
        here.deselect()
        here.setCursorPosition(len(here.text()))
    elif isinstance(here, QPlainTextEdit):
        here.moveCursor(QTextCursor.MoveOperation.End)
