"""A place to write a third value, when neither of the two is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.domain.clock import InvalidInstantError, parse_day
from terreno_app.domain.fields import FieldSpec, FieldType
from terreno_app.ui.bookmark import go_on_in
from terreno_app.ui.free_text import personal_data_words
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Field, NumberField, Select, TextArea, TextField
from terreno_app.ui.widgets.layout import STRETCH, row

WRITABLE: Final = frozenset(
    {FieldType.TEXT, FieldType.INTEGER, FieldType.DECIMAL, FieldType.BOOLEAN, FieldType.DAY, FieldType.CODE}
)
_LONG_TEXT: Final = 200
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_YES_NO: Final = (("yes", "Sí"), ("no", "No"))
_BAD_DAY: Final = "Escriba el día como 2026-11-21."
_BAD_NUMBER: Final = "Escriba un número."
Input: TypeAlias = TextField | TextArea | NumberField | Select


@dataclass(frozen=True, slots=True)
class WritableField:
    """A field that a person may write here: its label, what it holds, its codes and what it says now."""

    label: str
    spec: FieldSpec
    options: tuple[tuple[str, str], ...]
    now: Any


class OwnValue(QWidget):
    """One input for each field of the group; Ctrl+Enter uses it, Esc leaves it.

    Signals:
        written: The person wants these values; carries {field: value}.
        left: The person does not want to write after all.
        changed: Something was typed or chosen; carries {field: text or code}.
    """

    written = Signal(object)
    left = Signal()
    changed = Signal(object)

    def __init__(self, theme: Theme, fields: Sequence[WritableField]) -> None:
        super().__init__()
        self.setObjectName("own_value")
        self._fields: list[tuple[WritableField, Input, Field]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.px(4), theme.px(10), theme.px(6))
        layout.setSpacing(theme.px(8))
        for one in fields:
            widget = _input(theme, one)
            field = Field(theme, one.label, widget)
            self._fields.append((one, widget, field))
            layout.addWidget(field)
            (widget.picked if isinstance(widget, Select) else widget.textChanged).connect(self._changed)
            if isinstance(widget, TextArea) and one.spec.shape is None:
                widget.textChanged.connect(partial(_warn, field, widget))
        use = Button(theme, "&Usar este valor", key="Ctrl+Enter", name="use_own_value")
        leave = Button(theme, "Dejar sin escribir", "quiet", key="Esc", name="leave_own_value")
        use.clicked.connect(self.submit)
        leave.clicked.connect(self.left)
        layout.addWidget(row(theme, use, leave, STRETCH, gap=10))

    def begin(self) -> None:
        """Take the focus."""
        self._fields[0][1].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def fill(self, typed: Mapping[str, str]) -> None:
        """Show what was being written."""
        for one, widget, _ in self._fields:
            text = typed.get(one.spec.name, "")
            if isinstance(widget, Select):
                widget.set_code(text)
            elif isinstance(widget, TextArea):
                widget.setPlainText(text)
                widget.moveCursor(QTextCursor.MoveOperation.End)
            else:
                widget.setText(text)

    def go_on(self, field: str = "") -> None:
        """Take the focus behind what is written, in the input of that name."""
        inputs = [widget for _, widget, _ in self._fields]
        go_on_in(next((one for one in inputs if one.objectName() == field), inputs[0]))

    def submit(self) -> None:
        """Use what was written, or say what cannot be read."""
        values: dict[str, Any] = {}
        wrong = False
        for one, widget, field in self._fields:
            value, error = _read(one.spec, widget)
            field.set_error(error)
            wrong = wrong or bool(error)
            values[one.spec.name] = value
        if not wrong:
            self.written.emit(values)

    def _changed(self) -> None:
        self.changed.emit({one.spec.name: _typed(widget) for one, widget, _ in self._fields})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter uses, Esc leaves; no other key reaches the grid behind."""
        if event.key() in _ENTER:
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        event.accept()


def _input(theme: Theme, one: WritableField) -> Input:
    name = f"own_{one.spec.name}"
    match one.spec.type:
        case FieldType.CODE:
            codes = Select(theme, one.options, name=name)
            codes.set_code(str(one.now or ""))
            return codes
        case FieldType.BOOLEAN:
            answer = Select(theme, _YES_NO, name=name)
            answer.set_code("" if one.now is None else "yes" if one.now else "no")
            return answer
        case FieldType.INTEGER:
            figure = NumberField(theme, one.spec.minimum, min(one.spec.maximum, 2**31 - 1), name=name)
            figure.setText("" if one.now is None else str(one.now))
            return figure
        case FieldType.TEXT if one.spec.limit > _LONG_TEXT:
            area = TextArea(theme, name=name)
            area.setPlainText(str(one.now or ""))
            area.moveCursor(QTextCursor.MoveOperation.End)
            return area
        case _:
            hint = "2026-11-21" if one.spec.type is FieldType.DAY else ""
            line = TextField(theme, placeholder=hint, name=name)
            line.setMaxLength(one.spec.limit)
            line.setText(str(one.now or ""))
            return line


def _warn(field: Field, area: TextArea) -> None:
    field.set_hint(personal_data_words(area.toPlainText()), "copper")


def _typed(widget: Input) -> str:
    """What stands in an input."""
    if isinstance(widget, Select):
        return widget.code
    return widget.toPlainText() if isinstance(widget, TextArea) else widget.text()


def _read(spec: FieldSpec, widget: Input) -> tuple[Any, str]:
    """The value, and what is wrong with it."""
    text = _typed(widget).strip()
    if isinstance(widget, Select):
        if spec.type is FieldType.BOOLEAN:
            return {"yes": True, "no": False}.get(text), ""
        return text or None, ""
    if isinstance(widget, NumberField):
        return widget.number, _BAD_NUMBER if text and not widget.hasAcceptableInput() else ""
    if spec.type is FieldType.DAY and text:
        try:
            parse_day(text)
        except InvalidInstantError:
            return None, _BAD_DAY
    return text or None, ""


def writable(spec: FieldSpec | None) -> bool:
    """Whether a person may write such a field here; lists, objects and links are changed in their own form."""
    return spec is not None and spec.type in WRITABLE and not spec.immutable
