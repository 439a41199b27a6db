"""Asking for the PIN of the day, wherever it opens something: a wait that grows, and at last only the phrase.

In: the PIN and a page that asks for it. Out: two signals. The page keeps nothing and decides nothing.
"""

from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from terreno_app.services.pin import Pin
from terreno_app.ui.countdown import Countdown


class PinPage(Protocol):
    """What asks a person for six digits."""

    def refuse(self, text: str) -> None:
        """Say why it did not open, and let the person type again."""
        ...

    def show_wait(self, seconds: int) -> None:
        """Count down a forced wait; 0 ends it."""
        ...


class PinAsking(QObject):
    """Between a PIN and the page that asks for it.

    Signals:
        opened: It was the PIN.
        given_up: The tries are over: only the passphrase opens now.

    Attributes:
        wait: Until the next try.
    """

    opened = Signal()
    given_up = Signal()

    def __init__(self, page: PinPage, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._pin: Pin | None = None
        self.wait = Countdown(self)
        self.wait.ticked.connect(page.show_wait)

    def ask(self, pin: Pin) -> None:
        """Begin to ask; a wait that was cut short is waited for again."""
        self._pin = pin
        self._wait()

    def forget(self) -> None:
        """Ask for nothing any more."""
        self._pin = None
        self.wait.stop()

    @Slot(str)
    def try_digits(self, digits: str) -> None:
        """One try, unless it is time to wait."""
        pin = self._pin
        if pin is None or self.wait.left_s:
            return
        if pin.opens(digits):
            self.opened.emit()
        elif pin.tries_left:
            left = pin.tries_left
            times = "Queda 1 intento" if left == 1 else f"Quedan {left} intentos"
            self._page.refuse(f"No es el PIN. {times}; después se pide la frase")
            self._wait()
        else:
            self.given_up.emit()

    def _wait(self) -> None:
        self.wait.start(self._pin.delay_s if self._pin else 0)
        self._page.show_wait(self.wait.left_s)
