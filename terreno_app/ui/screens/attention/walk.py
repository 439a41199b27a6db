"""The way of the keyboard through the form: which inputs there are, in which order, and where the focus is now."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from PySide6.QtWidgets import QWidget

from terreno_app.ui.screens.attention.part import Part
from terreno_app.ui.screens.attention.profile import Profile
from terreno_app.ui.screens.attention.sensitive import Sensitive
from terreno_app.ui.widgets.choices import ChoiceGroup
from terreno_app.ui.widgets.fields import Field
from terreno_app.ui.widgets.picks import Picks


def fields_of(part: Part) -> Mapping[str, Field]:
    """Every field of a part, with those that only a leader is asked."""
    return part.all_frames() if isinstance(part, Profile) else part.frames()


def typed_in(field: Field) -> QWidget:
    """The input of a field that takes the keys."""
    return field.widget.field if isinstance(field.widget, Picks) else field.widget


def inputs_of(part: Part) -> Iterator[QWidget]:
    """The inputs of a part, each option of a group by itself, in the order of the keyboard."""
    for field in fields_of(part).values():
        yield typed_in(field)
        if isinstance(field.widget, ChoiceGroup):
            yield from field.widget.choices()
    if isinstance(part, Sensitive):
        yield part.button


def chain(parts: Iterable[Part], foot: Iterable[QWidget]) -> None:
    """Let Tab walk through the parts and then the foot."""
    order = [*(one for part in parts for one in inputs_of(part)), *foot]
    for before, after in pairwise(order):
        QWidget.setTabOrder(before, after)


def field_with_focus(fields: Mapping[str, Field], here: QWidget | None) -> str:
    """The field that holds a widget, or an empty text."""
    return next((name for name, field in fields.items() if here is not None and field.isAncestorOf(here)), "")
