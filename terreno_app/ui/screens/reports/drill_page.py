"""The attentions that make a figure, with a clear way back to it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.grid_table import GridRow, GridTable
from terreno_app.ui.widgets.layout import STRETCH, add, row
from terreno_app.ui.widgets.tables import Column
from terreno_app.ui.widgets.text import key_hint, label

_MOST_ROWS: Final = 14
COLUMNS: Final = (Column("Tema o programa"), Column("Tipo"), Column("Día"), Column("Folio"), Column("Estado"))


class DrillPage(QWidget):
    """The page.

    Signals:
        opened: A person wants to see an attention; carries its id.
        left: Back to the figure.
    """

    opened = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._ids: tuple[str, ...] = ()
        self._title = label(theme, "", "h3", wrap=True)
        self._back = Button(theme, "Vo&lver a la cifra", key="Esc", height=36, name="leave_drill")
        self.table = GridTable(theme, "counted", "Atenciones de la cifra")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        head = row(theme, (self._title, 1), self._back, gap=12)
        add(
            theme, layout, head, self.table, row(theme, key_hint(theme, "Enter", "Abrir la atención"), STRETCH), STRETCH
        )
        self._back.clicked.connect(self.left)
        self.table.opened.connect(self._open)

    @property
    def title(self) -> str:
        """Which figure it is, and how many attentions make it."""
        return self._title.text()

    @property
    def inputs(self) -> tuple[QWidget, ...]:
        """What takes keys, in the order of Tab."""
        return self.table, self._back

    def show_attentions(self, title: str, ids: Sequence[str], rows: Sequence[GridRow]) -> None:
        """Show the attentions of a figure."""
        self._ids = tuple(ids)
        self._title.setText(title)
        self.table.show_grid(title, COLUMNS, rows)
        self.table.fit_rows(_MOST_ROWS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _open(self, place: int) -> None:
        self.opened.emit(self._ids[place])
