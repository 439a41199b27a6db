"""F10: the look of this laptop, its theme and the size of its text, on one sheet. It keeps and dresses nothing."""

from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from terreno_app.settings import Settings
from terreno_app.ui.messages import Notice
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Field, Select
from terreno_app.ui.widgets.layout import STRETCH, add, row
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.text import label

THEMES: Final = (
    ("light", "Claro"),
    ("dark", "Oscuro"),
    ("high_contrast", "Alto contraste"),
    ("system", "El del sistema"),
)
SCALES: Final = (100, 110, 125, 150, 175, 200)
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WIDTH: Final = 560


class LookSheet(QDialog):
    """The sheet; Esc closes it and changes nothing.

    Args:
        theme: The look that is in force.
        parent: What it stands over.
        settings: What was chosen before.

    Signals:
        chosen: The theme, and the size of text in per cent.
    """

    chosen = Signal(str, int)

    def __init__(self, theme: Theme, parent: QWidget, settings: Settings) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setWindowTitle("Aspecto")
        self._theme = Select(theme, (), name="look_theme")
        self._theme.offer(THEMES)
        self._theme.set_code(settings.theme)
        self._scale = Select(theme, (), name="look_scale")
        self._scale.offer([(str(one), f"{one} %") for one in sorted({*SCALES, settings.scale})])
        self._scale.set_code(str(settings.scale))
        self._notice = NoticeBar(theme, "look_notice")
        self._apply = Button(theme, "&Aplicar", "primary", key="Enter", name="apply_look")
        close = Button(theme, "&Cerrar", "quiet", key="Esc", name="close_look")
        self._apply.clicked.connect(self._choose)
        close.clicked.connect(self.reject)
        self._words = label(
            theme, "Se aplica al momento y vale para todas las personas de este equipo.", "small", wrap=True
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(28), theme.px(22), theme.px(28), theme.px(20))
        layout.setSpacing(theme.px(14))
        fields = Field(theme, "&Tema", self._theme), Field(theme, "Tamaño de la &letra", self._scale)
        add(theme, layout, label(theme, "Aspecto", "h1"), self._words, *fields, self._notice)
        layout.addWidget(row(theme, STRETCH, close, self._apply, gap=12))
        self.setFixedWidth(min(theme.px(_WIDTH), parent.window().width()))
        for before, after in pairwise((self._theme, self._scale, self._apply, close)):
            self.setTabOrder(before, after)
        self._theme.setFocus(Qt.FocusReason.OtherFocusReason)

    def hold(self, notice: Notice) -> None:
        """Say why nothing can be changed now."""
        self._apply.setEnabled(False)
        self.tell(notice)

    def tell(self, notice: Notice) -> None:
        """Say why it was not changed, and let the person try again."""
        self._words.hide()  # room for the message, with large text
        self._notice.tell(notice)
        self.adjustSize()

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter applies."""
        if event.key() in _ENTER:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        if self._apply.isEnabled():
            self.chosen.emit(self._theme.code, int(self._scale.code))
