"""The pages of the PIN: one chooses it, one asks for it. They keep nothing and open nothing."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.services.pin import DIGITS
from terreno_app.ui import keys
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.brand import Awning
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Field, PinField
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled
from terreno_app.ui.widgets.roles import PAGE
from terreno_app.ui.widgets.text import Icon, key_hint, label

_WIDTH: Final = 520
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Page(QWidget):
    """A title, some words, and a few fields in the middle of an empty page.

    Signals:
        help_asked: A person wants the keys and the manual.
    """

    help_asked = Signal()

    def __init__(self, theme: Theme, icon: str, title: str, *items: QWidget) -> None:
        super().__init__()
        ground(self, "page")
        self._title = label(theme, title, "h1", wrap=True)
        self._words = label(theme, "", "body", "ink2", wrap=True)
        head = row(theme, Icon(theme, icon, "primary", 28), (self._title, 1), gap=14)
        hint = row(theme, key_hint(theme, keys.HELP, "ayuda"), STRETCH, gap=0, margins=(0, 10, 0, 0))
        inside = column(theme, head, rule(theme, strong=True), 2, self._words, 8, *items, hint, STRETCH, gap=8)
        inside.setMaximumWidth(theme.px(_WIDTH))
        top = 24 if theme.compact else 90
        middle = row(theme, STRETCH, (inside, 100), STRETCH, margins=(24, top, 24, 24))
        ground(middle, "page")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(Awning(theme))
        layout.addWidget(scrolled(middle), 1)
        keys.shortcut(self, keys.HELP, self.help_asked.emit)


class ChoosePinForm(_Page):
    """The PIN of the day is chosen, or not.

    Signals:
        chosen: What was typed, and what was typed again.
        skipped: The person does without one.
    """

    chosen = Signal(str, str)
    skipped = Signal()

    def __init__(self, theme: Theme) -> None:
        self._pin = PinField(theme, "new_pin")
        self._again = PinField(theme, "new_pin_again")
        self._first = Field(theme, "&PIN de seis dígitos", self._pin)
        self._second = Field(theme, "&Otra vez", self._again)
        use = Button(theme, "&Usar este PIN", "primary", key="Enter", height=46, name="use_pin")
        skip = Button(theme, "&Seguir sin PIN", "quiet", key="Esc", height=46, name="skip_pin")
        fields = row(theme, self._first, self._second, STRETCH, gap=16)
        super().__init__(theme, "lock", "Elija un PIN para hoy", fields, row(theme, use, skip, STRETCH, gap=12))
        self._words.setText(
            "Abre la pantalla cuando se bloquea, sin escribir la frase. No se guarda: se olvida al suspender, cerrar "
            "la tapa o salir. Sin PIN se pide la frase."
        )
        use.clicked.connect(self._submit)
        skip.clicked.connect(self.skipped)
        self.setFocusProxy(self._pin)
        self.setTabOrder(self._pin, self._again)
        self.setTabOrder(self._again, use)
        self.setTabOrder(use, skip)

    def begin(self) -> None:
        """Ask, with empty fields."""
        self.clear()
        self._pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Forget what was typed."""
        self._pin.clear()
        self._again.clear()
        self._first.set_error("")
        self._second.set_error("")

    def refuse(self, first: str, second: str = "") -> None:
        """Say beside a field why it does not serve, and begin again there."""
        self._first.set_error(first)
        self._second.set_error(second)
        self._again.clear()
        here = self._pin if first else self._again
        here.selectAll()
        here.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def errors(self) -> tuple[str, str]:
        """What is said beside the fields."""
        return self._first.error, self._second.error

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on or uses it, Esc does without."""
        if event.key() in _ENTER and self._pin.hasFocus() and not self._again.text():
            self._again.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in _ENTER:
            self._submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.skipped.emit()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        self.chosen.emit(self._pin.text(), self._again.text())


class AskPinForm(_Page):
    """The screen is locked: the PIN opens it.

    Signals:
        typed: Six digits.
        passphrase_asked: The person wants to type the passphrase, or is another person.
    """

    typed = Signal(str)
    passphrase_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        self._pin = PinField(theme, "pin")
        self._open = Button(theme, "&Abrir", "primary", key="Enter", height=46, name="open_by_pin")
        other = Button(theme, "Usar la &frase, u otra persona", "quiet", height=46, name="by_passphrase")
        self._field = Field(theme, "&PIN de hoy", self._pin)
        super().__init__(
            theme,
            "lock",
            "Pantalla bloqueada",
            row(theme, self._field, STRETCH),
            row(theme, self._open, other, STRETCH, gap=12),
        )
        self._waiting = 0
        self._pin.textEdited.connect(self._edited)
        self._open.clicked.connect(self._submit)
        other.clicked.connect(self.passphrase_asked)
        self.setFocusProxy(self._pin)
        self.setTabOrder(self._pin, self._open)
        self.setTabOrder(self._open, other)

    def begin(self, who: str) -> None:
        """Ask, with an empty field."""
        self._words.setText(f"{who}. Lo que estaba escrito quedó guardado.")
        self._pin.clear()
        self._field.set_error("")
        self.show_wait(0)
        self._pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, text: str) -> None:
        """Say beside the field that it was another one."""
        self._pin.clear()
        self._field.set_error(text)
        self._pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_wait(self, seconds: int) -> None:
        """Count down a forced wait; 0 ends it."""
        self._waiting = seconds
        self._open.setEnabled(not seconds)
        self._pin.setReadOnly(bool(seconds))
        self._open.set_text(f"Espere {seconds} s" if seconds else "&Abrir")

    @property
    def error(self) -> str:
        """What is said beside the field."""
        return self._field.error

    @property
    def waiting(self) -> int:
        """Seconds that are left to wait."""
        return self._waiting

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        if event.key() in _ENTER:
            self._submit()
        else:
            super().keyPressEvent(event)

    def _edited(self, text: str) -> None:
        """The sixth digit opens by itself."""
        self._field.set_error("")
        if len(text) == DIGITS:
            self._submit()

    def _submit(self) -> None:
        if self._waiting:
            return
        if self._pin.text():
            self.typed.emit(self._pin.text())
        elif not self._field.error:  # an Enter after the sixth digit leaves the tries that are left in sight
            self.refuse("Escriba los seis dígitos")


class BlankForm(QWidget):
    """Nothing of anybody: for the moment in which somebody looks over the shoulder.

    Signals:
        back_asked: The person is alone again.
        lock_asked: The person leaves the laptop.
    """

    spoken_role = PAGE
    back_asked = Signal()
    lock_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self.setAccessibleName("Pantalla oculta, F9 vuelve")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        words = label(theme, "F9 vuelve", "small", "ink3")
        layout = QVBoxLayout(self)
        layout.addWidget(column(theme, STRETCH, row(theme, STRETCH, words, STRETCH), 24))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Only F9 and Esc come back, and F12 locks: no letter falls into a form that nobody sees."""
        if event.key() in (Qt.Key.Key_F9, Qt.Key.Key_Escape):
            self.back_asked.emit()
        elif event.key() == Qt.Key.Key_F12:
            self.lock_asked.emit()
