"""The officer's door out of the kiosk: the PIN of the day, or the passphrase that opened the laptop.

It speaks Spanish but for the way back, which is for a person who came here by mistake.
"""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from terreno_app.domain.survey_language import SurveyWords
from terreno_app.services.pin import DIGITS
from terreno_app.ui.messages import Notice, warning
from terreno_app.ui.screens.survey.pages import ENTER, Page, large_button
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.fields import PinField, TextField
from terreno_app.ui.widgets.layout import STRETCH
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.text import label

_OVER: Final = "La encuesta terminó."
_HALF_WAY: Final = "Si vuelve ahora, lo que la persona marcó y no entregó se descarta."
_TRIES_OVER: Final = warning(
    "Se acabaron los intentos del PIN",
    "Nada se pierde: la encuesta sigue abierta.",
    "Escriba la frase de paso con que abrió el equipo.",
)


class DoorPage(Page):
    """The officer takes the laptop back, with the PIN of the day or with the passphrase that opened it.

    Signals:
        tried: The passphrase that was typed.
        pin_typed: Six digits.
        phrase_asked: The officer wants to type the passphrase instead of the PIN.
        left: Back to where it was asked from.
    """

    tried = Signal(str)
    pin_typed = Signal(str)
    phrase_asked = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._busy, self._waiting, self._by_pin = False, 0, False
        self._back = self._go_on = ""
        self._title = label(theme, "Volver al equipo", "h1", wrap=True)
        self._lead = label(theme, "", "lead", "ink2", wrap=True)
        self._pin_caption = label(theme, "PIN de hoy", "leadon")
        self._pin = PinField(theme, "kiosk_pin")
        self._caption = label(theme, "Frase de paso con que abrió el equipo", "leadon")
        self._field = TextField(theme, big=True, name="kiosk_passphrase")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setMaxLength(256)
        self._field.setMaximumWidth(theme.px(560))
        for caption, field in ((self._pin_caption, self._pin), (self._caption, self._field)):
            field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
            field.setAccessibleName(caption.text())
            caption.setBuddy(field)
        self._notice = NoticeBar(theme, "door_notice", large=True)
        self._leave = large_button(theme, "", name="leave_door")
        self._phrase = large_button(theme, "Usar la frase", name="door_by_phrase")
        self._open = large_button(theme, "Abrir", "primary", name="open_door")
        fields = (self._pin_caption, self._pin, self._caption, self._field)
        self.lay_out(
            (self._title, self._lead, *fields, self._notice), ((self._leave, STRETCH, self._phrase, self._open),)
        )
        self._leave.clicked.connect(self.left)
        self._phrase.clicked.connect(self.phrase_asked)
        self._open.clicked.connect(self._try)
        self._pin.textEdited.connect(self._pin_edited)

    def show_words(self, words: SurveyWords) -> None:
        """Whoever came here by mistake reads the way back in their language."""
        self._back, self._go_on = words.back, words.go_on

    def show_door(self, name: str, *, over: bool) -> None:
        """Say to whom it opens; once the survey is over there is nothing to go on with, and nothing to lose."""
        self._title.setText(f"Volver al equipo: {name}")
        self._lead.setText(_OVER if over else _HALF_WAY)
        self._leave.set_text(self._back if over else self._go_on)
        self._notice.clear()

    def ask_pin(self) -> None:
        """Ask for the PIN of the day."""
        self._ask(by_pin=True)

    def ask_phrase(self) -> None:
        """Ask for the passphrase."""
        self._ask(by_pin=False)

    def say_tries_over(self) -> None:
        """Say why it is the passphrase that is asked now."""
        self._notice.tell(_TRIES_OVER)

    def show_busy(self, *, busy: bool) -> None:
        """The key is being derived: it takes a moment."""
        self._busy = busy
        self._settle()

    def show_wait(self, seconds: int) -> None:
        """Count down a forced wait; 0 ends it."""
        self._waiting = seconds
        if seconds and not self._by_pin:
            self._notice.tell(
                warning(
                    f"La frase no es la que abrió el equipo: espere {seconds} s",
                    "Nada se pierde mientras tanto.",
                    "La espera crece con cada falla.",
                )
            )
        self._settle()

    def refuse(self, text: str) -> None:
        """Say that it was another PIN, and let the person type again."""
        self._pin.clear()
        self._notice.tell(warning(text, "Nada se pierde mientras tanto.", "La espera crece con cada falla."))
        self.begin()

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
        (self._pin if self._by_pin else self._field).setFocus(Qt.FocusReason.TabFocusReason)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Enter opens."""
        if event.key() in ENTER:
            self._try()
            return True
        return False

    def _ask(self, *, by_pin: bool) -> None:
        self._by_pin, self._waiting = by_pin, 0
        for of_pin in (self._pin_caption, self._pin, self._phrase):
            of_pin.setVisible(by_pin)
        for of_phrase in (self._caption, self._field):
            of_phrase.setVisible(not by_pin)
        self._pin.clear()
        self._field.clear()
        self._settle()
        self.begin()

    def _settle(self) -> None:
        waits = bool(self._waiting)
        self._open.setEnabled(not self._busy and not waits)
        self._field.setReadOnly(self._busy)
        self._pin.setReadOnly(waits)
        counted = f"Espere {self._waiting} s" if waits and self._by_pin else "Abrir"
        self._open.set_text("Abriendo…" if self._busy else counted)

    def _pin_edited(self, text: str) -> None:
        """The sixth digit opens by itself."""
        if len(text) == DIGITS:
            self._try()

    def _try(self) -> None:
        field, typed = (self._pin, self.pin_typed) if self._by_pin else (self._field, self.tried)
        if self._open.isEnabled() and field.text():
            typed.emit(field.text())
