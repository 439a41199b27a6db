"""Handing the laptop to a person for the survey, and taking it back: in between nothing else of ours is in sight.

The use cases stay open behind the kiosk, for it has to store what is handed in; no window shows them. Whoever holds
this hides the window of the laptop, with Desbloqueo on top of it, from `handed_over` to `taken_back`.
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from terreno_app.services.survey import WaitingPerson
from terreno_app.ui.screens.survey.door_presenter import DoorPresenter
from terreno_app.ui.screens.survey.guard import Guard
from terreno_app.ui.screens.survey.kiosk import Kiosk
from terreno_app.ui.screens.survey.sitting import Offer, Sitting
from terreno_app.ui.session import Session
from terreno_app.ui.surroundings import Surroundings


class HandingOver(QObject):
    """The kiosk, while there is one.

    Signals:
        handed_over: The kiosk is about to take the screen.
        taken_back: The officer has it again: the attention, and whether anything was stored of it.
        stored: A response was stored.
        expired: Nobody was there any more: the laptop is to be locked.
    """

    handed_over = Signal()
    taken_back = Signal(str, bool)
    stored = Signal()
    expired = Signal()

    def __init__(self, session: Session, around: Surroundings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._around = session, around
        self._kiosk: Kiosk | None = None
        self._guard: Guard | None = None
        self._sitting: Sitting | None = None
        self._attention = ""

    @property
    def kiosk(self) -> Kiosk | None:
        """The window that the person has, if the laptop was handed over."""
        return self._kiosk

    @property
    def sitting(self) -> Sitting | None:
        """How it goes, if the laptop was handed over."""
        return self._sitting

    def offer(self, person: WaitingPerson, mode: str) -> None:
        """Hand the laptop over."""
        if self._kiosk is not None:
            return
        session, around = self._session, self._around
        self._attention = person.id
        kiosk = Kiosk(around.theme, session.survey.languages)
        offer = Offer(person, mode, session.person.id, session.person.name)
        door = DoorPresenter(kiosk.door, session.keys, around.pin, around.runner)
        sitting = Sitting(kiosk, session.survey, offer, door, session.clock, around.runner)
        sitting.ended.connect(self._take_back)
        sitting.stored.connect(self.stored)
        sitting.expired.connect(self.expired)
        guard = Guard(_application(), kiosk)
        self._kiosk, self._sitting, self._guard = kiosk, sitting, guard
        around.idle.hold_off()  # the kiosk has a shorter watch of its own
        self.handed_over.emit()
        sitting.begin()
        kiosk.appear()
        guard.keep()

    def put_down(self) -> None:
        """Take the kiosk away; what was not handed in is forgotten."""
        kiosk, sitting, guard = self._kiosk, self._sitting, self._guard
        self._kiosk = self._sitting = self._guard = None
        if kiosk is None or sitting is None or guard is None:
            return
        guard.let_go()
        sitting.stop()
        self._around.idle.let_lock()
        kiosk.go_away()

    def _take_back(self, stored: bool) -> None:  # noqa: FBT001  the signal's argument
        guard = self._guard
        if guard is not None:
            guard.let_go()
        self.taken_back.emit(self._attention, stored)  # first the other window, then this one goes: never none
        self.put_down()


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError
    return app
