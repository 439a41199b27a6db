"""The PIN between its pages and the desktop: chosen after the passphrase, asked for at each lock."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from terreno_app.services.pin import Pin, PinError
from terreno_app.services.ports import Random
from terreno_app.ui.screens.lock.form import AskPinForm, ChoosePinForm

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

    def __init__(self, choose: ChoosePinForm, ask: AskPinForm, random: Random) -> None:
        super().__init__(choose)
        self._choose, self._ask, self._random = choose, ask, random
        self._pin: Pin | None = None
        self._left_s = 0
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._count_down)
        choose.chosen.connect(self._chosen)
        choose.skipped.connect(self._skipped)
        ask.typed.connect(self._typed)
        ask.passphrase_asked.connect(self.given_up)

    @property
    def chosen(self) -> bool:
        """There is a PIN that can open the screen."""
        return self._pin is not None

    def forget(self) -> None:
        """The key leaves the memory, and the PIN with it."""
        self._pin = None
        self._choose.clear()

    def begin(self) -> None:
        """Ask for a PIN of the day."""
        self.forget()
        self._choose.begin()

    def ask(self, who: str) -> None:
        """The screen is locked."""
        self._ask.begin(who)
        self._wait()

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

    def _typed(self, digits: str) -> None:
        if self._pin is None or self._left_s:
            return
        if self._pin.opens(digits):
            self.opened.emit()
        elif self._pin.tries_left:
            left = self._pin.tries_left
            times = "Queda 1 intento" if left == 1 else f"Quedan {left} intentos"
            self._ask.refuse(f"No es el PIN. {times}; después se pide la frase")
            self._wait()
        else:
            self.given_up.emit()

    def _wait(self) -> None:
        self._left_s = self._pin.delay_s if self._pin else 0
        self._ask.show_wait(self._left_s)
        if self._left_s:
            self._second.start()

    def _count_down(self) -> None:
        self._left_s = max(0, self._left_s - 1)
        if not self._left_s:
            self._second.stop()
        self._ask.show_wait(self._left_s)
