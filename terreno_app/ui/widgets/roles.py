"""What our own controls are to a screen reader: Qt calls every widget that it does not know a mere «client».

A control says it in a class attribute, `spoken_role`; its name and description are those of the widget.
"""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

GROUP = QAccessible.Role.Grouping
COUNTER = QAccessible.Role.SpinBox
CHART = QAccessible.Role.Chart
PAGE = QAccessible.Role.Document


def teach_roles() -> None:
    """Tell Qt, once for the whole program."""
    QAccessible.installFactory(_as_it_says)


def _as_it_says(_class_name: str, one: QObject) -> QAccessibleInterface | None:
    role = getattr(one, "spoken_role", None)
    return QAccessibleWidget(one, role) if isinstance(one, QWidget) and isinstance(role, QAccessible.Role) else None
