"""The PIN between its pages and the desktop: chosen after the passphrase, asked for at each lock."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from terreno_app.services.pin import Pin, PinError
from terreno_app.ui.pin_asking import PinAsking
from terreno_app.ui.screens.lock.form import AskPinForm, ChoosePinForm

if TYPE_CHECKING:  # with it comes the whole of a store, which the closed laptop does not need
    from terreno_app.services.ports import Random

_REFUSED: Final = {
    "not_six_digits": "Son seis dígitos",
    "easy": "Muy fácil de adivinar",
}


class PinPresenter(QObject):
    """Holds the PIN.

    Signals:
        settled: A PIN was chosen, or the person does without.
        opened: The PIN opened the screen.
        given_up: Only the passphrase opens now, because the tries are over or because the person wants it.
    """

    settled = Signal()
    opened = Signal()
    given_up = Signal()

    def __init__(self, choose: ChoosePinForm, ask: AskPinForm, random: "Random") -> None:
        super().__init__(choose)
        self._choose, self._ask, self._random = choose, ask, random
        self._pin: Pin | None = None
        self._asking = PinAsking(ask, self)
        self._asking.opened.connect(self.opened)
        self._asking.given_up.connect(self.given_up)
        choose.chosen.connect(self._chosen)
        choose.skipped.connect(self._skipped)
        ask.typed.connect(self._asking.try_digits)
        ask.passphrase_asked.connect(self.given_up)

    @property
    def pin(self) -> Pin | None:
        """The PIN of the day, while it can open anything."""
        return self._pin if self._pin is not None and self._pin.tries_left else None

    def forget(self) -> None:
        """The key leaves the memory, and the PIN with it."""
        self._pin = None
        self._asking.forget()
        self._choose.clear()

    def hold(self, pin: Pin | None) -> None:
        """Go on with the PIN that was chosen on other pages."""
        self._pin = pin

    def begin(self) -> None:
        """Ask for a PIN of the day."""
        self.forget()
        self._choose.begin()

    def ask(self, who: str) -> None:
        """The screen is locked."""
        self._ask.begin(who)
        if self._pin is not None:
            self._asking.ask(self._pin)

    def _chosen(self, digits: str, again: str) -> None:
        try:
            pin = Pin(digits, self._random)
        except PinError as error:
            self._choose.refuse(_REFUSED[error.code])
            return
        if digits != again:
            self._choose.refuse("", "No es igual al primero" if again else "Escríbalo otra vez")
            return
        self._pin = pin
        self._choose.clear()
        self.settled.emit()

    def _skipped(self) -> None:
        self.forget()
        self.settled.emit()
