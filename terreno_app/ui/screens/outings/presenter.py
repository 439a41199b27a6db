"""Between the list of Salidas and the service. Closing is asked twice: it reveals the seed and cannot be undone."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from terreno_app.services.errors import explain
from terreno_app.services.laptop import Laptop, Person
from terreno_app.services.outings import OutingRow, Outings, SessionView
from terreno_app.ui.labels import day, plural, sentence
from terreno_app.ui.messages import good_news, notice_of, warning
from terreno_app.ui.screens.outings.form import OutingsForm
from terreno_app.ui.screens.outings.table_model import OutingLine
from terreno_app.ui.tasks import TaskRunner

_SURE: Final = warning(
    "¿Cerrar la salida y firmar el acta?",
    "Todo lo registrado queda como está.",
    "Revela la semilla del sorteo y no se puede deshacer. Repita Ctrl+G para cerrar, o Esc para seguir atendiendo.",
    "signature",
)
_CLOSED: Final = "cerrada"


class OutingsPresenter(QObject):
    """Lists and closes.

    Signals:
        open_asked: The person wants to open an outing; carries its line.
        closed: It was closed; carries its session.
    """

    open_asked = Signal(object)
    closed = Signal(object)

    def __init__(self, form: OutingsForm, outings: Outings, laptop: Laptop, person: Person, runner: TaskRunner) -> None:
        super().__init__(form)
        self._form, self._outings, self._runner = form, outings, runner
        self._laptop, self._person = laptop, person
        self._sure_of = ""
        self._planned = ""
        self._busy = False
        form.open_asked.connect(self._open)
        form.close_asked.connect(self._close)
        form.moved.connect(self._not_sure)
        form.leave_asked.connect(self._stay)

    @Slot()
    def refresh(self) -> None:
        """Read the outings again."""
        self._runner.run(self._read, self._show, self._failed)

    @Slot(str)
    def go_on_with(self, outing: str) -> None:
        """An outing was made here: read the list again, and open that one unless another is open."""
        self._planned = outing
        self.refresh()

    def _read(self) -> tuple[tuple[OutingRow, ...], SessionView | None]:
        return self._outings.rows(), self._outings.current()

    def _show(self, read: tuple[tuple[OutingRow, ...], SessionView | None]) -> None:
        rows, session = read
        here = session.outing if session else ""
        known = plural(len(rows), "salida conocida", "salidas conocidas")
        self._form.show_outings(f"{self._laptop.label} · {known}", [_line(one, here) for one in rows])
        planned, self._planned = self._planned, ""
        if planned:
            self._form.go_to(planned)
            if session is None:
                self._open(planned)
            else:
                then = "Cierre la que está abierta en este equipo antes de abrirla."
                self._form.tell(good_news("La nueva salida está guardada", then))

    def _open(self, _outing: str) -> None:
        if self._form.selected is not None:
            self.open_asked.emit(self._form.selected)

    def _close(self, outing: str) -> None:
        if self._sure_of != outing:
            self._sure_of = outing
            self._form.tell(_SURE)
            return
        self._do(partial(self._outings.close, outing, self._person.id), self._was_closed)

    def _do(self, work: partial[SessionView], done: Callable[[SessionView], None]) -> None:
        if not self._busy:
            self._busy = True
            self._runner.run(work, done, self._failed)

    def _was_closed(self, session: SessionView) -> None:
        self._settled()
        self._form.tell(good_news("La salida está cerrada y su acta firmada", "Sincronice (F5) cuando haya red."))
        self.closed.emit(session)

    def _settled(self) -> None:
        self._busy = False
        self._sure_of = ""
        self.refresh()

    def _not_sure(self) -> None:
        self._sure_of = ""

    def _stay(self) -> None:
        self._sure_of = ""
        self._form.tell(None)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self._sure_of = ""
        self._form.tell(notice_of(explain(error)))


def _line(outing: OutingRow, open_here: str) -> OutingLine:
    try:
        when = sentence(day(date.fromisoformat(outing.planned_on)))
    except ValueError:
        when = "Sin fecha"
    return OutingLine(
        id=outing.id,
        day=when,
        code=outing.code,
        place=outing.place_name or "Sin lugar",
        comuna=outing.comuna_name,
        state=sentence(outing.words),
        open_here=outing.id == open_here,
        closed_here=outing.session is not None and outing.words == _CLOSED,
    )
