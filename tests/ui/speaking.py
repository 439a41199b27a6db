"""What a screen reader is told of a screen: the tree that Qt gives to programs, walked whole."""

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

_NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client)
_TWO_STATES = (QAccessible.Role.RadioButton, QAccessible.Role.CheckBox)


def spoken(screen: QWidget) -> Iterator[QAccessibleInterface]:
    """Everything in sight, from the outermost to the innermost."""
    root = QAccessible.queryAccessibleInterface(screen)
    assert root is not None
    yield from _below(root)


def _below(one: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    state = one.state()
    if state.invisible:  # type: ignore[attr-defined]  the stub knows no states
        return
    yield one
    for place in range(one.childCount()):
        child = one.child(place)
        if child is not None and child.isValid():
            yield from _below(child)


def mute(screen: QWidget) -> list[tuple[str, str, str]]:
    """Controls that take keys and do not tell what they are called, what they are, or how they stand."""
    found = []
    for one in spoken(screen):
        state, role, name = one.state(), one.role(), one.text(QAccessible.Text.Name)
        thing = one.object()
        if not state.focusable or thing is None:  # what is inside a table is told by its cell
            continue
        stands = role not in _TWO_STATES or state.checkable
        if not name or role in _NO_ROLE or not stands:
            found.append((thing.objectName() or type(thing).__name__, name, role.name))
    return found
