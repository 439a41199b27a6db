"""Between the officer's door out of the kiosk and what opens it: the PIN of the day, else the passphrase."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from terreno_app.services.keys import Keys
from terreno_app.services.pin import Pin
from terreno_app.ui.countdown import Countdown
from terreno_app.ui.messages import notice_of
from terreno_app.ui.pin_asking import PinAsking
from terreno_app.ui.screens.survey.door import DoorPage
from terreno_app.ui.tasks import TaskRunner


class DoorPresenter(QObject):
    """Asks the officer, and lets nobody else out.

    Signals:
        opened: It is the officer.

    Attributes:
        wait: Until the next phrase may be tried.
    """

    opened = Signal()

    def __init__(self, page: DoorPage, keys: Keys, pin: Callable[[], Pin | None], tasks: TaskRunner) -> None:
        super().__init__(page)
        self._page, self._keys, self._pin, self._tasks = page, keys, pin, tasks
        self._by_pin = PinAsking(page, self)
        self._asks_phrase = False
        self.wait = Countdown(self)
        self.wait.ticked.connect(self._second_gone)
        page.pin_typed.connect(self._by_pin.try_digits)
        page.tried.connect(self._try)
        page.phrase_asked.connect(self._ask_phrase)
        self._by_pin.opened.connect(self.opened)
        self._by_pin.given_up.connect(self._tries_over)

    def ask(self, officer: str, *, over: bool) -> None:
        """Ask this officer for the PIN if there is one that still opens, else for the phrase."""
        self._page.show_door(officer, over=over)
        pin = self._pin()
        if pin is None or not pin.tries_left:
            self._ask_phrase()
            return
        self._asks_phrase = False
        self._page.ask_pin()
        self._by_pin.ask(pin)

    def stop(self) -> None:
        """Ask for nothing any more."""
        self._by_pin.forget()
        self.wait.stop()

    def _second_gone(self, left_s: int) -> None:
        if self._asks_phrase:
            self._page.show_wait(left_s)

    def _ask_phrase(self) -> None:
        self._by_pin.forget()
        self._asks_phrase = True
        self._page.ask_phrase()
        self._page.show_wait(self.wait.left_s)  # leaving the door shortens no wait

    def _tries_over(self) -> None:
        self._ask_phrase()
        self._page.say_tries_over()

    def _try(self, words: str) -> None:
        self._page.show_busy(busy=True)
        self._tasks.run(lambda: self._keys.check(words), self._was_the_phrase, self._was_another)

    def _was_the_phrase(self, _nothing: None) -> None:
        self.opened.emit()

    def _was_another(self, error: BaseException) -> None:
        self._page.show_busy(busy=False)
        self._page.tell(notice_of(error))
        self._tasks.run(self._keys.delay_s, self._wait, self._no_delay)

    def _wait(self, seconds: int) -> None:
        self.wait.start(seconds)
        if seconds:
            self._page.show_wait(seconds)

    def _no_delay(self, error: BaseException) -> None:
        self._page.tell(notice_of(error))
