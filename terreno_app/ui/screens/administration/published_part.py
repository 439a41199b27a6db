"""What may be chosen and what is asked on this laptop, with versions; who may publish a questionnaire does it here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui.messages import Notice
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import add
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.tables import Cell, Column, RowsModel, Table
from terreno_app.ui.widgets.text import section

_ROWS_IN_SIGHT: Final = 7
_PUBLISH: Final = "Publicar &cuestionario…"


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A catalogue or a version of a questionnaire, and how it stands."""

    name: str
    standing: str
    in_use: bool = True


class PublishedModel(RowsModel[PublishedLine]):
    """Catalogues first, then every version of every questionnaire."""

    def __init__(self) -> None:
        super().__init__((Column("Qué"), Column("Cómo está", 230)))

    def cells(self, row: PublishedLine) -> tuple[Cell, ...]:
        """The cells of a line."""
        tone = "ink" if row.in_use else "ink2"
        return Cell(row.name, "body", tone), Cell(row.standing, "small", tone)


class PublishedPart(QWidget):
    """The list, and for who may publish the button that asks for a file and then for a second press.

    Signals:
        publish_asked: The person wants to choose a file, or to publish what was read from it.
    """

    publish_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._model = PublishedModel()
        self.table = Table(theme, self._model, "published", "Catálogos y cuestionarios de este equipo")
        self.table.setFixedHeight(theme.px(34 + 38 * _ROWS_IN_SIGHT))
        self._notice = NoticeBar(theme, "published_notice")
        self.publish = Button(theme, _PUBLISH, icon="send", height=34, name="publish_questionnaire")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        add(theme, layout, section(theme, "Catálogos y cuestionarios", self.publish), self._notice, self.table)
        self.publish.hide()
        self.publish.clicked.connect(self.publish_asked)

    def show_lines(self, lines: Sequence[PublishedLine], *, may_publish: bool) -> None:
        """Show what is in use, and offer to publish to who may."""
        self._model.show_rows(lines)
        self.publish.setVisible(may_publish)

    def ask_again(self, version: int) -> None:
        """Let the next press publish what was read."""
        self.publish.set_text(f"Publicar la &versión {version}")

    def ask_file(self) -> None:
        """Let the next press choose a file."""
        self.publish.set_text(_PUBLISH)

    def set_busy(self, *, busy: bool) -> None:
        """It is being read or published."""
        self.publish.setEnabled(not busy)

    def tell(self, notice: Notice) -> None:
        """Say what was read, and how it went."""
        self._notice.tell(notice)

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    @property
    def lines(self) -> tuple[PublishedLine, ...]:
        """What is in sight."""
        return self._model.rows
