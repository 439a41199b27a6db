"""Between *Listo para terreno* and the use cases: it looks in a thread, tells each finding as it comes, and opens."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from terreno_app.services.doctor import Check
from terreno_app.services.laptop import Person
from terreno_app.services.outings import Outings, SessionView
from terreno_app.services.readiness import LOOKED_AT, Readiness
from terreno_app.ui.labels import day, plural
from terreno_app.ui.messages import Notice, good_news, notice_of, warning
from terreno_app.ui.screens.outings.ready_form import ReadyForm
from terreno_app.ui.screens.outings.table_model import OutingLine
from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.widgets.checklist import Standing

NAMES: Final = tuple(name for name, _ in LOOKED_AT)
_UNSAFE: Final = Notice(
    "bad",
    "octagon-alert",
    "Registrar en este equipo no sería seguro",
    "Lo que ya estaba guardado no se ha tocado.",
    "Resuelva lo que impide abrir y revise otra vez, o atienda con otro equipo o en papel.",
)


class ReadyPresenter(QObject):
    """Looks, tells and opens.

    Signals:
        opened: The outing is open on this laptop; carries its session.
        went_on: The person goes on to the open outing; carries its id.
    """

    opened = Signal(object)
    went_on = Signal(str)
    _found = Signal(int, object)

    def __init__(
        self,
        form: ReadyForm,
        readiness: Readiness,
        outings: Outings,
        person: Person,
        runner: TaskRunner,
        printers: Callable[[], Sequence[str]],
    ) -> None:
        super().__init__(form)
        self._form, self._readiness, self._outings = form, readiness, outings
        self._person, self._runner, self._printers = person, runner, printers
        self._outing = ""
        self._eyebrow = ""
        self._turn = 0
        self._opened_here = False
        self._busy = False
        form.open_asked.connect(self._open)
        form.again_asked.connect(self._look)
        self._found.connect(self._show)

    def begin(self, outing: OutingLine) -> None:
        """Look at everything for an outing that a person wants to open."""
        self._outing = outing.id
        self._eyebrow = " · ".join(part for part in (outing.code, outing.place, outing.day) if part)
        self._look()

    @property
    def done(self) -> bool:
        """The outing was opened here."""
        return self._opened_here

    @Slot()
    def leave(self) -> None:
        """The page is left: what is still looked at is told nobody."""
        self._turn += 1

    def _look(self) -> None:
        self._turn += 1
        self._opened_here = False
        self._busy = False
        self._form.begin(self._eyebrow)
        self._form.show_check(NAMES[0], "now")
        turn = self._turn
        self._runner.run(
            partial(
                self._readiness.examine,
                self._outing,
                self._printers,
                lambda check: self._found.emit(turn, check),
                lambda: turn != self._turn,
            ),
            partial(self._looked, turn),
            self._failed,
        )

    def _show(self, turn: int, check: Check) -> None:
        if turn != self._turn:
            return
        self._form.show_check(check.name, _standing(check), _detail(check))
        following = NAMES.index(check.name) + 1
        if following < len(NAMES):
            self._form.show_check(NAMES[following], "now")

    def _looked(self, turn: int, checks: Sequence[Check]) -> None:
        if turn != self._turn:
            return
        blocked = any(check.blocks for check in checks if not check.ok)
        warned = sum(not check.ok for check in checks)
        notice = None
        if blocked:
            notice = _UNSAFE
        elif warned:
            told = plural(warned, "aviso", "avisos")
            notice = warning(
                f"{told}: la salida se puede abrir igual", "", "Cada línea dice qué hacer.", "triangle-alert"
            )
        self._form.finish(may_open=not blocked, opened=False, notice=notice)

    def _open(self) -> None:
        if self._opened_here:
            self.went_on.emit(self._outing)
        elif not self._busy:
            self._busy = True
            self._runner.run(self._do_open, self._was_opened, self._failed)

    def _do_open(self) -> tuple[SessionView, Check]:
        session = self._outings.open(self._outing, self._person.id)
        return session, self._readiness.seed(session.outing)

    def _was_opened(self, done: tuple[SessionView, Check]) -> None:
        session, seed = done
        self._busy, self._opened_here = False, True
        self._form.show_check(seed.name, _standing(seed), _detail(seed))
        notice = good_news("La salida está abierta en este equipo", "F2 registra la primera atención.")
        if session.other_day:
            planned = day(date.fromisoformat(session.planned_on))
            then = "Si no es la que corresponde, avise a la coordinación."
            notice = warning(f"Estaba planificada para el {planned}", "La salida quedó abierta.", then)
        self._form.finish(may_open=True, opened=True, notice=notice)
        self.opened.emit(session)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self._form.finish(may_open=True, opened=False, notice=notice_of(error))


def _standing(check: Check) -> Standing:
    if check.ok:
        return "ok"
    return "stop" if check.blocks else "warn"


def _detail(check: Check) -> str:
    return check.detail if check.ok else f"{check.detail}. {check.next}"
