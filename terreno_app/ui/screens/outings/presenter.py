"""Between the list of Salidas and the service."""

from datetime import date
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from terreno_app.domain.spanish import sentence, short_day
from terreno_app.services.errors import explain
from terreno_app.services.laptop import Laptop
from terreno_app.services.outings import OutingRow, Outings, SessionView
from terreno_app.ui.labels import day, plural
from terreno_app.ui.messages import good_news, notice_of
from terreno_app.ui.screens.outings.form import OutingsForm
from terreno_app.ui.screens.outings.table_model import OutingLine
from terreno_app.ui.tasks import TaskRunner

_CLOSED: Final = "cerrada"


class OutingsPresenter(QObject):
    """Lists.

    Signals:
        open_asked: The person wants to go into an outing; carries its line.
        close_asked: The person wants to close it; carries its id.
    """

    open_asked = Signal(object)
    close_asked = Signal(str)

    def __init__(self, form: OutingsForm, outings: Outings, laptop: Laptop, runner: TaskRunner) -> None:
        super().__init__(form)
        self._form, self._outings, self._runner = form, outings, runner
        self._laptop = laptop
        self._planned = ""
        form.open_asked.connect(self._open)
        form.close_asked.connect(self.close_asked)

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

    def _failed(self, error: BaseException) -> None:
        self._form.tell(notice_of(explain(error)))


def _line(outing: OutingRow, open_here: str) -> OutingLine:
    try:
        when, short = sentence(day(date.fromisoformat(outing.planned_on))), short_day(outing.planned_on)
    except ValueError:
        when = short = "Sin fecha"
    return OutingLine(
        id=outing.id,
        day=when,
        short_day=short,
        code=outing.code,
        place=outing.place_name or "Sin lugar",
        comuna=outing.comuna_name,
        state=sentence(outing.words),
        open_here=outing.id == open_here,
        closed_here=outing.session is not None and outing.words == _CLOSED,
    )
