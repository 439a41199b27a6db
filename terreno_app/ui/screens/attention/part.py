"""A part of the form: some fields, and how their inputs are read and filled. No rule of the domain is here."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from terreno_app.domain.fields import Json
from terreno_app.ui.screens.attention.lookups import Lookup
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.choices import ChoiceGroup
from terreno_app.ui.widgets.fields import Field, NumberField, Select, TextArea, TextField
from terreno_app.ui.widgets.layout import restyle
from terreno_app.ui.widgets.picks import Picks
from terreno_app.ui.widgets.search import Found, SearchField

YES: Final = "yes"
NO: Final = "no"


class Part(QWidget):
    """Some fields of the record, by their names on the wire.

    Signals:
        changed: A person changed a field; carries its name.
        left: A person left a field; carries its name.
    """

    changed = Signal(str)
    left = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._frames: dict[str, Field] = {}
        self._lookups: dict[str, Lookup] = {}
        self._inherited: dict[str, Json] = {}

    def frames(self) -> Mapping[str, Field]:
        """Every field of this part, by name, in the order of the keyboard."""
        return self._frames

    def values(self) -> dict[str, Json]:
        """What stands in the fields; an empty one is None."""
        return {name: self.read(name) for name in self._frames}

    def show_values(self, values: Mapping[str, Json]) -> None:
        """Fill the fields without telling anybody; a name that is absent empties its field."""
        for name in self._frames:
            self.write(name, values.get(name))

    def inherit(self, values: Mapping[str, Json]) -> None:
        """Fill these fields with what the outing says; they and no others look inherited, until a person touches them.

        One that looked so for the person before keeps its look: a style that is put on anew costs a good part of a key.
        """
        for name in self._inherited.keys() - values.keys():
            self._touch(name)
        for name, value in values.items():
            if name in self._frames:
                self._inherited[name] = value
                self.write(name, value)
                restyle(self._frames[name].widget, inherited=True)

    @property
    def inherited(self) -> tuple[str, ...]:
        """Names of the fields, as the record calls them, where the person said nothing of their own yet."""
        return tuple(self._inherited)

    def read(self, name: str) -> Json:
        """What stands in one field."""
        widget = self._frames[name].widget
        if isinstance(widget, NumberField):
            return widget.number
        if isinstance(widget, (SearchField, Select)):
            return widget.code or None
        if isinstance(widget, Picks):
            return [*widget.codes] or None
        if isinstance(widget, ChoiceGroup):
            return {YES: True, NO: False}.get(widget.value, widget.value or None)
        if isinstance(widget, TextArea):
            return widget.toPlainText().strip() or None
        return widget.text().strip() or None if isinstance(widget, TextField) else None

    def write(self, name: str, value: Json) -> None:
        """Fill one field without telling anybody."""
        widget = self._frames[name].widget
        text = "" if value is None else str(value)
        if isinstance(widget, SearchField):
            widget.set_choice(self._found(name, text) if text else None)
        elif isinstance(widget, Select):
            widget.set_code(text)
        elif isinstance(widget, Picks):
            codes = [str(code) for code in value] if isinstance(value, list) else []
            widget.set_picked([self._found(name, code) for code in codes])
        elif isinstance(widget, ChoiceGroup):
            widget.set_value({"True": YES, "False": NO}.get(text, text))
        elif isinstance(widget, TextArea):
            widget.setPlainText(text)
        elif isinstance(widget, TextField):
            widget.setText(text)
            widget.setCursorPosition(0)

    def frame(
        self,
        name: str,
        text: str,
        widget: QWidget,
        *,
        hint: str = "",
        optional: bool = False,
        lookup: Lookup | None = None,
        grow: bool = False,
        beside: bool = False,
    ) -> Field:
        """Give an input its label and listen to it."""
        widget.setObjectName(name)
        made = Field(self.theme, text, widget, hint=hint, optional=optional, grow=grow, beside=beside)
        self._frames[name] = made
        if lookup is not None:
            self._lookups[name] = lookup
        self._listen(widget)
        return made

    def after_change(self, name: str) -> None:
        """Something of this part changed; derive to open or close what depends on it."""

    def _listen(self, widget: QWidget) -> None:
        if isinstance(widget, SearchField):
            widget.chosen.connect(self._changed)
            widget.cleared.connect(self._changed)
            widget.left.connect(self._left)
        elif isinstance(widget, Select):
            widget.picked.connect(self._changed)
            widget.left.connect(self._left)
        elif isinstance(widget, Picks):
            widget.changed.connect(self._changed)
        elif isinstance(widget, ChoiceGroup):
            widget.chosen.connect(self._changed)
        elif isinstance(widget, TextArea):
            widget.textChanged.connect(self._changed)
            widget.left.connect(self._left)
        elif isinstance(widget, TextField):
            widget.textEdited.connect(self._changed)
            widget.left.connect(self._left)

    def _changed(self, *_values: object) -> None:
        name = self._sender_name()
        self._touch(name)
        self.after_change(name)
        self.changed.emit(name)

    def _left(self) -> None:
        self.left.emit(self._sender_name())

    def _sender_name(self) -> str:
        sender = self.sender()
        return sender.objectName() if sender else ""

    def _touch(self, name: str) -> None:
        if self._inherited.pop(name, None) is not None:
            restyle(self._frames[name].widget, inherited=False)

    def _found(self, name: str, code: str) -> Found:
        """A code that the catalogue no longer has is shown as it is, never lost."""
        return self._lookups[name].find(code) or Found(code, code)
