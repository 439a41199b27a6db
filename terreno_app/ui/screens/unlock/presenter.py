"""Desbloqueo: between the page and the door of this laptop.

In: who has a key here, and what the person types. Out: the opened session, told by a signal. Deriving the key takes
about a second and goes through the task runner; the passphrase is held no longer than that.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal

from terreno_app.domain.clock import Clock, santiago
from terreno_app.ui.countdown import Countdown
from terreno_app.ui.labels import full_day, plural
from terreno_app.ui.messages import Notice, notice_of, warning
from terreno_app.ui.screens.unlock.form import Fact, OfficerLine, UnlockForm
from terreno_app.ui.tasks import TaskRunner

_NOON: Final = 12
_EVENING: Final = 20
_NOBODY: Final = (
    "Pida a coordinación un código de enrolamiento e ingréselo en este equipo con la orden «terreno enrol». "
    "Toma dos minutos y necesita red una sola vez."
)
_FORGOTTEN: Final = warning(
    "Sin la frase no hay cómo abrir estos datos",
    "Lo que ya tiene recibo está en el centro.",
    "Otra persona con llave puede abrir este equipo. Si no la hay, llame a quien lo instaló: se recupera con la llave "
    "del Ministerio.",
    "info",
)


class Slot(Protocol):
    """Somebody who can open this laptop."""

    @property
    def officer(self) -> str:
        """Officer id."""
        ...

    @property
    def name(self) -> str:
        """The name that the list shows."""
        ...


class Door(Protocol):
    """This laptop, closed."""

    def officers(self) -> Sequence[Slot]:
        """Who can open it; nobody while it is not enrolled."""
        ...

    def delay_s(self) -> int:
        """Seconds to wait before the next try."""
        ...

    def unlock(self, officer: str, passphrase: str) -> object:
        """Open it. An error of the services says why it did not open."""
        ...


class UnlockPresenter(QObject):
    """Moves between the page and the door.

    Signals:
        opened: The laptop is open; carries what the door gave.
    """

    opened = Signal(object)

    def __init__(
        self, form: UnlockForm, door: Door, clock: Clock, tasks: TaskRunner, facts: Sequence[Fact] = ()
    ) -> None:
        super().__init__(form)
        self._form = form
        self._door = door
        self._clock = clock
        self._tasks = tasks
        self._facts = tuple(facts)
        self._waits = Countdown(self)
        self._waits.ticked.connect(form.show_wait)
        form.submitted.connect(self._try)
        form.forgotten.connect(self._forgot)

    def start(self) -> None:
        """Show who can open this laptop, and what to know about it today."""
        self._form.show_facts(full_day(santiago(self._clock.now()).date()), self._facts)
        self._tasks.run(self._door.officers, self._show, self._not_enrolled)

    def lock(self) -> None:
        """Forget what was typed and begin again."""
        self._form.clear()
        self.start()

    def _show(self, slots: Sequence[Slot]) -> None:
        if not slots:
            self._form.show_empty("Este equipo todavía no tiene a nadie", _NOBODY)
            return
        self._form.greet(f"{_greeting(self._clock.now())}. ¿Quién atiende hoy?")
        self._form.show_officers([_line(slot) for slot in slots])

    def _not_enrolled(self, error: BaseException) -> None:
        self._form.show_empty("Este equipo todavía no tiene a nadie", _NOBODY)
        if getattr(error, "code", "") != "not_a_laptop":
            self._form.tell(notice_of(error))

    def _try(self, officer: str, passphrase: str) -> None:
        self._form.set_busy(busy=True)
        self._tasks.run(lambda: self._door.unlock(officer, passphrase), self._opened, self._failed)

    def _opened(self, session: object) -> None:
        self._form.clear()
        self._form.set_busy(busy=False)
        self.opened.emit(session)

    def _failed(self, error: BaseException) -> None:
        self._form.show_failure(notice_of(error))
        self._tasks.run(self._door.delay_s, self._wait, self._no_delay)

    def _wait(self, seconds: int) -> None:
        self._waits.start(seconds)
        if seconds:
            self._form.show_wait(seconds, _waiting(seconds))

    def _no_delay(self, error: BaseException) -> None:
        self._form.tell(notice_of(error))

    def _forgot(self) -> None:
        self._form.tell(_FORGOTTEN)


def _waiting(seconds: int) -> Notice:
    return warning(
        f"La frase no abrió este equipo: espere {plural(seconds, 'segundo', 'segundos')}",
        "Los datos siguen cifrados y completos.",
        "La espera crece con cada falla. Escriba con calma; «Ver» muestra la frase.",
    )


def _line(slot: Slot) -> OfficerLine:
    """A slot as a line; its name comes with the first delivery, until then it holds the id."""
    if slot.name == slot.officer:
        return OfficerLine(slot.officer, "Primera persona de este equipo", "Su nombre llega al sincronizar")
    return OfficerLine(slot.officer, slot.name)


def _greeting(now: datetime) -> str:
    hour = santiago(now).hour
    if hour < _NOON:
        return "Buenos días"
    return "Buenas tardes" if hour < _EVENING else "Buenas noches"
