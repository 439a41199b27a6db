"""The officer's door out of the kiosk, in Spanish: the passphrase that opened the laptop, asked again."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from terreno_app.ui.messages import Notice, warning
from terreno_app.ui.screens.survey.pages import ENTER, Page, large_button
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.fields import TextField
from terreno_app.ui.widgets.layout import STRETCH
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.text import label


class DoorPage(Page):
    """The officer takes the laptop back, with the passphrase that opened it.

    Signals:
        tried: Carries what was typed.
        left: Back to where it was asked from.
    """

    tried = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._waiting = self._busy = False
        self._title = label(theme, "Volver al equipo", "h1", wrap=True)
        self._lead = label(theme, "", "lead", "ink2", wrap=True)
        self._caption = label(theme, "Frase de paso", "leadon")
        self._field = TextField(theme, big=True, name="kiosk_passphrase")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setMaxLength(256)
        self._field.setMaximumWidth(theme.px(560))
        self._field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._field.setAccessibleName("Frase de paso")
        self._caption.setBuddy(self._field)
        self._notice = NoticeBar(theme, "door_notice", large=True)
        self._leave = large_button(theme, "Seguir con la encuesta", name="leave_door")
        self._open = large_button(theme, "Abrir", "primary", name="open_door")
        middle = (self._title, self._lead, self._caption, self._field, self._notice)
        self.lay_out(middle, ((self._leave, STRETCH, self._open),))
        self._leave.clicked.connect(self.left)
        self._open.clicked.connect(self._try)

    def show_door(self, name: str, lead: str, *, over: bool) -> None:
        """Ask this officer; once the survey is over there is nothing to go on with."""
        self._title.setText(f"Volver al equipo: {name}")
        self._lead.setText(lead)
        self._leave.set_text("Volver" if over else "Seguir con la encuesta")
        self._field.clear()
        self._notice.clear()

    def show_busy(self, *, busy: bool) -> None:
        """The key is being derived: it takes a moment."""
        self._busy = busy
        self._settle()

    def show_wait(self, seconds: int) -> None:
        """Count down a forced wait; 0 ends it."""
        self._waiting = seconds > 0
        if self._waiting:
            self._notice.tell(
                warning(
                    f"La frase no es la que abrió el equipo: espere {seconds} s",
                    "Nada se pierde mientras tanto.",
                    "La espera crece con cada falla.",
                )
            )
        self._settle()

    def tell(self, notice: Notice) -> None:
        """Say why it did not open, and let the person type again."""
        self._notice.tell(notice)
        self._field.selectAll()
        self.begin()

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    def begin(self) -> None:
        """The focus stands in the field."""
        self._field.setFocus(Qt.FocusReason.TabFocusReason)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Enter opens."""
        if event.key() in ENTER:
            self._try()
            return True
        return False

    def _settle(self) -> None:
        self._open.setEnabled(not self._busy and not self._waiting)
        self._field.setReadOnly(self._busy)
        self._open.set_text("Abriendo…" if self._busy else "Abrir")

    def _try(self) -> None:
        if self._open.isEnabled() and self._field.text():
            self.tried.emit(self._field.text())
