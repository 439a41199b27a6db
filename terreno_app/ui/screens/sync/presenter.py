"""Synchronise without ever blocking the screen, and tell how it goes: counted, with receipts, and stoppable.

In: the wish to start or stop. Out: states for the form, and `ended` for whoever shows the same figures elsewhere.
What a synchronisation does is not here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Final, Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from terreno_app.domain.clock import Clock, instant, parse_instant
from terreno_app.domain.spanish import number
from terreno_app.services.errors import ServiceError, explain
from terreno_app.services.laptop import Laptop
from terreno_app.services.status import Status, StatusView
from terreno_app.services.sync_day import Delivery, SyncDay, SyncProblem
from terreno_app.ui.labels import plural, relative_day, span
from terreno_app.ui.messages import Notice, notice_of, warning
from terreno_app.ui.screens.sync.form import ProblemShown, SyncForm, SyncState
from terreno_app.ui.screens.sync.table_model import delivery_rows
from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.widgets.progress import StepState

_ORDER: Final = ("talk", "push", "pull", "square", "verify")
_AHEAD: Final = (
    "Certificado, reloj y versión",
    "Lo que falta por enviar",
    "Cambios de otros equipos y catálogos",
    "Conflictos y duplicados",
    "Cada registro con su recibo",
)
_UNREACHED: Final = frozenset({"no_network", "central_down", "captive_portal", "certificate", "clock"})
_FAILED: Final = "La sincronización no terminó"
_ENDED: Final = "Sincronización terminada"
_WARNINGS: Final = {
    "stopped": "Se detuvo antes de terminar: siga cuando quiera con F5.",
    "clock_offset": "La hora de este equipo no coincide con la del centro: ajústela.",
    "revoked": "Este equipo fue dado de baja: lo enviado quedó en cuarentena. Hable con la coordinación.",
    "too_old": "Esta versión de Terreno es antigua: pida la actualización.",
    "new_label": "El centro dio a este equipo otra sigla para los folios nuevos.",
    "new_epoch": "El centro fue restaurado desde un respaldo: lo que le faltaba se envió de nuevo.",
    "saved_meanwhile": "Se guardó algo mientras se entregaba: saldrá en la próxima entrega.",
    "unconfirmed": "El centro espera que la coordinación confirme este equipo antes de entregarle cambios.",
    "refused": "El centro no aceptó una parte de lo enviado: avise a soporte.",
    "edited_after_void": "Una atención anulada recibió una edición de otro equipo: sigue anulada, revísela.",
    "former_centre": "La respuesta es de antes de que se restaurara el centro: no se usó.",
    "old_bundle": "El paquete era tan antiguo que el centro ya no pudo abrirlo: guarde otro, que lleva lo mismo.",
}


class StepForward(Protocol):
    """One step of a synchronisation, as the service tells it."""

    @property
    def step(self) -> str:
        """`talk`, `push`, `pull`, `square` or `verify`."""
        ...

    @property
    def done(self) -> int:
        """How many of them."""
        ...

    @property
    def total(self) -> int:
        """Of how many; 0 when nobody knows."""
        ...


class Told(Protocol):
    """Something that a person should know although it went on."""

    @property
    def code(self) -> str:
        """Its short name."""
        ...

    @property
    def message(self) -> str:
        """It in words."""
        ...


class Ended(Protocol):
    """What a whole synchronisation did."""

    @property
    def sent(self) -> int:
        """Changes with a receipt of this run."""
        ...

    @property
    def conflicts(self) -> int:
        """Of them, those whose value waits for a person."""
        ...

    @property
    def received(self) -> int:
        """Records that came from the office."""
        ...

    @property
    def own(self) -> int:
        """Of these, records that only repeat what this laptop delivered."""
        ...

    @property
    def pending(self) -> int:
        """Changes still without a receipt."""
        ...

    @property
    def warnings(self) -> Sequence[Told]:
        """What a person should know."""
        ...


@dataclass(frozen=True, slots=True)
class _Read:
    """What the store says at one moment."""

    status: StatusView
    deliveries: tuple[Delivery, ...]
    problems: tuple[SyncProblem, ...]


class SyncPresenter(QObject):
    """Between the page and the service.

    Signals:
        started: A synchronisation began.
        ended: It ended, well or badly; True = the centre was reached, False = it was not, None = nobody knows.
        counted: The counts of this laptop, as just read; carries the `StatusView`.
        open_asked: A person wants to mend a record: its kind and id.
    """

    started = Signal()
    ended = Signal(object)
    counted = Signal(object)
    open_asked = Signal(str, str)
    _stepped = Signal(object)

    def __init__(
        self, form: SyncForm, sync_day: SyncDay, status: Status, laptop: Laptop, clock: Clock, runner: TaskRunner
    ) -> None:
        super().__init__(form)
        self._form, self._sync_day, self._status = form, sync_day, status
        self._laptop, self._clock, self._runner = laptop, clock, runner
        self._stop = Event()
        self._running = False
        self._reading = False
        self._read: _Read | None = None
        self._steps: list[tuple[StepState, str]] = [("later", detail) for detail in _AHEAD]
        self._aside = ""
        self._pushing_since: float | None = None
        self._put_off = 0
        self._stepped.connect(self._step_forward, Qt.ConnectionType.QueuedConnection)
        form.start_asked.connect(self.start)
        form.stop_asked.connect(self.stop)
        form.open_asked.connect(self._open)
        form.later_asked.connect(self._later)
        self._show()

    @property
    def running(self) -> bool:
        """A synchronisation runs."""
        return self._running

    @Slot()
    def start(self) -> None:
        """Synchronise; while one runs, another is not begun."""
        if self._running:
            return
        self._running = True
        self._stop.clear()
        self._put_off = 0
        self._pushing_since = None
        self._steps = [("later", detail) for detail in _AHEAD]
        self._steps[0] = ("now", _AHEAD[0])
        self._form.tell(None)
        self._form.show_problem(None)
        self._show()
        self.started.emit()
        self._runner.run(self._run, self._done, self._failed)

    @Slot()
    def stop(self) -> None:
        """Ask it to stop after the delivery that is under way."""
        if self._running:
            self._stop.set()
            self._aside = "Deteniendo: espera el recibo de lo que ya salió"
            self._show()

    def occupy(self, aside: str) -> Callable[[], bool] | None:
        """Keep this page for another delivery than the network's.

        Args:
            aside: What it is doing.

        Returns:
            Whether somebody wants it to stop, to be asked now and then; None while something runs already.
        """
        if self._running:
            return None
        self._running = True
        self._stop.clear()
        self._put_off = 0
        self._form.tell(None)
        self._form.show_problem(None)
        self.say(aside)
        self.started.emit()
        return self._stop.is_set

    def tell(self, notice: Notice) -> None:
        """Show a message on the page; while something is delivered, its own words come first."""
        if not self._running:
            self._form.tell(notice)

    def say(self, aside: str) -> None:
        """Say at the right of the figure what is being done."""
        self._aside = aside
        self._show()

    def release(self) -> None:
        """The other delivery has ended; nobody knows more of the network than before."""
        self._running = False
        self.say("")
        self.ended.emit(None)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read the counts, the receipts and the problems again."""
        if not self._reading:
            self._reading = True
            self._runner.run(self._read_all, self._show_read, self._read_failed)

    def _run(self) -> Ended:
        return self._sync_day.run(self._stepped.emit, self._stop.is_set)

    def _read_all(self) -> _Read:
        return _Read(self._status.now(), self._sync_day.deliveries(), self._sync_day.problems())

    @Slot(object)
    def _step_forward(self, step: StepForward) -> None:
        if not self._running or step.step not in _ORDER:
            return
        here = _ORDER.index(step.step)
        for place in range(here):
            self._steps[place] = ("done", self._steps[place][1])
        self._steps[here] = ("now", self._detail(step))
        if step.step == "push":
            self._aside = self._time_left(step)
            self.refresh()
        elif not self._stop.is_set():
            self._aside = ""
        self._show()

    def _detail(self, step: StepForward) -> str:
        match step.step:
            case "push" if step.total:
                return f"{number(step.done)} de {number(step.total)} con recibo"
            case "pull" if step.total:
                return f"{number(step.done)} de {plural(step.total, 'cambio', 'cambios')} de otros equipos"
            case "pull" if step.done:
                return _of_others(step.done)
            case _:
                return _AHEAD[_ORDER.index(step.step)]

    def _time_left(self, step: StepForward) -> str:
        now = self._clock.now().timestamp()
        if self._stop.is_set():
            return self._aside
        if self._pushing_since is None:
            self._pushing_since = now
        gone = now - self._pushing_since
        if not step.done or step.done >= step.total or gone < 1:
            return ""
        return f"quedan unos {span(gone * (step.total - step.done) / step.done)}"

    def _done(self, outcome: Ended) -> None:
        self._running = False
        self._aside = ""
        codes = [told.code for told in outcome.warnings]
        if "stopped" not in codes:
            self._steps = [("done", detail) for _, detail in self._steps]
            # On the way the own changes counted too: the centre sends them to everybody.
            self._steps[_ORDER.index("pull")] = ("done", _of_others(outcome.received - outcome.own))
        else:
            self._steps = [(("done" if state == "done" else "later"), detail) for state, detail in self._steps]
        self._form.tell(how_it_went(outcome, _ENDED))
        self._show()
        self.ended.emit(True)
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        self._running = False
        self._aside = ""
        self._steps = [
            (("done", detail) if state == "done" else ("later", "No terminó" if state == "now" else detail))
            for state, detail in self._steps
        ]
        told = explain(error)
        self._form.show_failure(_FAILED, notice_of(told))
        self._show()
        self.ended.emit(_reached(told))
        self.refresh()

    def _show_read(self, read: _Read) -> None:
        self._reading = False
        self._read = read
        status = read.status
        if status.total and status.received == status.total and self._steps[-1][0] == "done":
            self._steps[-1] = ("done", f"{number(status.received)} de {number(status.total)} con recibo")
        now = instant(self._clock.now())
        rows = delivery_rows(read.deliveries, status.unsent, status.quarantined, now, sending=self._running)
        self._form.show_deliveries(rows)
        self._show()
        if read.problems and not self._running:
            self._show_problem()
        self.counted.emit(status)

    def _read_failed(self, error: BaseException) -> None:
        self._reading = False
        self._form.tell(notice_of(explain(error)))

    def _show(self) -> None:
        status = self._read.status if self._read else None
        self._form.show_state(
            SyncState(
                eyebrow=f"{self._laptop.label} · {self._last(status)}",
                received=status.received if status else 0,
                total=status.total if status else 0,
                running=self._running,
                steps=tuple(self._steps),
                aside=self._aside,
            )
        )

    def _last(self, status: StatusView | None) -> str:
        if status is None or status.last_sync_at is None:
            return "todavía no se ha sincronizado"
        return f"última sincronización {relative_day(parse_instant(status.last_sync_at), self._clock.now())}"

    def _problem(self) -> SyncProblem | None:
        problems = self._read.problems if self._read else ()
        return problems[self._put_off] if self._put_off < len(problems) else None

    def _show_problem(self) -> None:
        problem = self._problem()
        if problem is None or self._read is None:
            self._form.show_problem(None)
            return
        what = "Una atención" if problem.kind == "attention" else "Un registro"
        self._form.show_problem(
            ProblemShown(
                title=f"{what} necesita su ayuda",
                notice=Notice("bad", "octagon-alert", problem.happened, problem.safe, problem.next),
                folio=problem.folio,
                place=self._put_off + 1,
                count=len(self._read.problems),
                detail=f"Motivo: {problem.reason} · registro {problem.record}",
                can_open=problem.kind == "attention"
                and bool(problem.folio),  # without a folio it is not on this laptop
            )
        )

    @Slot()
    def _later(self) -> None:
        self._put_off += 1
        self._show_problem()

    @Slot()
    def _open(self) -> None:
        problem = self._problem()
        if problem is not None:
            self.open_asked.emit(problem.kind, problem.record)


def _of_others(changes: int) -> str:
    return plural(changes, "cambio de otro equipo", "cambios de otros equipos")


def how_it_went(outcome: Ended, title: str) -> Notice:
    """What a delivery brought, in one notice.

    Args:
        outcome: What it did.
        title: What has ended, in the feminine.
    """
    codes = [told.code for told in outcome.warnings]
    facts = [f"{plural(outcome.sent, 'cambio enviado', 'cambios enviados')} con recibo"]
    if others := outcome.received - outcome.own:
        facts.append(_of_others(others))
    if outcome.pending:
        facts.append(f"{number(outcome.pending)} por enviar")
    said = [_WARNINGS[code] for code in codes if code in _WARNINGS]
    said += [told.message for told in outcome.warnings if told.code == "rejected"]
    if outcome.conflicts:
        waits = "espera su decisión" if outcome.conflicts == 1 else "esperan su decisión"
        said.append(f"{plural(outcome.conflicts, 'conflicto', 'conflictos')} {waits} (Ctrl+7).")
    then = f"{', '.join(facts)}. {' '.join(said)}".strip()
    if said:
        happened = "La sincronización se detuvo" if "stopped" in codes else f"{title}, con algo que ver"
        return warning(happened, "", then, "git-compare" if outcome.conflicts else "info")
    return Notice("ok", "badge-check", title, "", then)


def _reached(error: ServiceError) -> bool | None:
    return False if error.code in _UNREACHED else None
