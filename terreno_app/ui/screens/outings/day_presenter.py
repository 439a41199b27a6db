"""Between the page of the open outing and the use cases: each count is kept at once and can be taken back."""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

from PySide6.QtCore import QObject, Signal

from terreno_app.domain.clock import parse_instant
from terreno_app.domain.fields import Json
from terreno_app.domain.outing import InformedKind
from terreno_app.domain.spanish import number
from terreno_app.services.laptop import Person
from terreno_app.services.outings import Outings, SessionView
from terreno_app.ui.labels import hour, plural
from terreno_app.ui.messages import notice_of
from terreno_app.ui.screens.outings.day_form import DayForm, MaterialLine
from terreno_app.ui.tasks import TaskRunner

Change = Callable[[], SessionView]


class DayPresenter(QObject):
    """Counts.

    Signals:
        changed: Something was counted or noted; carries the session.
    """

    changed = Signal(object)

    def __init__(self, form: DayForm, outings: Outings, person: Person, runner: TaskRunner) -> None:
        super().__init__(form)
        self._form, self._outings, self._person, self._runner = form, outings, person, runner
        self._waiting: deque[tuple[Change, Callable[[], None] | None]] = deque()
        self._busy = False
        self._undoing: Change | None = None
        self._outing = ""
        form.informed.connect(self._inform)
        form.handed_out.connect(self._hand_out)
        form.taken_back.connect(self._take_back)
        form.incidents_written.connect(self._note)
        form.undo_asked.connect(self._undo)

    def begin(self) -> None:
        """Show the open outing as it stands."""
        self._runner.run(self._outings.current, self._show, self._failed)
        self._form.begin()

    def put_down(self) -> None:
        """The screen locks: what was written about incidents is kept before anything else, on this thread."""
        session = self._outings.current() if self._form.loaded else None
        if session is not None and session.incidents != self._form.incidents:
            self._outings.note_incidents(self._form.incidents, self._person.id)

    @property
    def written(self) -> tuple[str, dict[str, Json]]:
        """The outing that was shown last, and what was typed there and is kept nowhere."""
        return self._outing, self._form.typed

    def come_back(self, outing: str, typed: Mapping[str, Json]) -> None:
        """Put back what was typed of an outing, if that is still the open one."""
        self._outing = outing
        self._form.come_back(typed)
        self._runner.run(self._outings.current, self._show, self._failed)

    def _show(self, session: SessionView | None) -> None:
        if self._outing not in ("", session.outing if session is not None else None):
            self._form.clear()
        if session is None:
            return
        self._outing = session.outing
        opened = hour(parse_instant(session.opened_at))
        self._form.show_head(f"Salida {session.code} · abierta a las {opened}", session.place_name or "Jornada")
        lines = [MaterialLine(one.item, one.quantity) for one in session.materials]
        self._form.show_day({str(kind): n for kind, n in session.informed_by_kind.items()}, lines, session.incidents)

    # ------------------------------------------------------------------ counting

    def _inform(self, kind: str, people: int) -> None:
        how = cast("InformedKind", kind)
        author = self._person.id
        self._undoing = partial(self._outings.add_informed, how, -people, author)
        self._do(partial(self._outings.add_informed, how, people, author))
        more = "más" if people > 0 else "menos"
        self._form.offer_undo(f"{plural(abs(people), 'persona informada', 'personas informadas')} {more}")

    def _hand_out(self, item: str, quantity: int) -> None:
        author = self._person.id
        self._undoing = partial(self._outings.hand_out, item, -quantity, author)
        put_back = partial(self._form.put_back, MaterialLine(item, quantity))
        self._do(partial(self._outings.hand_out, item, quantity, author), put_back)
        self._form.offer_undo(f"{number(quantity)} de «{item}»")

    def _take_back(self, item: str, quantity: int) -> None:
        author = self._person.id
        self._undoing = partial(self._outings.hand_out, item, quantity, author)
        self._do(partial(self._outings.hand_out, item, -quantity, author))
        self._form.offer_undo(f"«{item}» quitado de la lista")

    def _note(self, text: str) -> None:
        self._do(partial(self._outings.note_incidents, text, self._person.id), self._form.not_kept)

    def _undo(self) -> None:
        undoing, self._undoing = self._undoing, None
        if undoing is not None:
            self._do(undoing)

    def _do(self, change: Change, put_back: Callable[[], None] | None = None) -> None:
        """One after the other, so that what is shown last is what is kept; what is not kept is put back."""
        self._waiting.append((change, put_back))
        self._next()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        change, put_back = self._waiting.popleft()
        self._runner.run(change, self._done, partial(self._not_done, put_back))

    def _done(self, session: SessionView) -> None:
        self._busy = False
        if not self._waiting:
            self._show(session)
            self.changed.emit(session)
        self._next()

    def _not_done(self, put_back: Callable[[], None] | None, error: BaseException) -> None:
        if put_back is not None:
            put_back()
        self._failed(error)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self._form.tell(notice_of(error))
        self._next()
