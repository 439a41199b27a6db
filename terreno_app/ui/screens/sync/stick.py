"""By stick from the page of Sincronización: save what waits, receive what the centre answered.

In: a person's wish and the file that they choose. Out: notices on the page. Only one delivery runs at a time, whichever
road it takes; that is the other presenter's to say.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from terreno_app.domain.clock import Clock, santiago_day
from terreno_app.domain.spanish import number
from terreno_app.services.bundles import Bundles, Exported
from terreno_app.services.errors import explain
from terreno_app.services.laptop import Laptop
from terreno_app.ui.labels import plural
from terreno_app.ui.messages import Notice, notice_of
from terreno_app.ui.screens.sync.form import SyncForm
from terreno_app.ui.screens.sync.presenter import Ended, StepForward, SyncPresenter, how_it_went
from terreno_app.ui.tasks import TaskRunner

_DOING: Final = {"pack": "Guardando", "push": "Recibos", "pull": "Cambios de otros equipos", "verify": "Comprobando"}
_SAVED: Final = "Guardado en el archivo"
_THEN: Final = "Nada se borra de este equipo. Otro equipo con red lo lleva al centro y trae la respuesta."
_RECEIVED: Final = "Respuesta del centro recibida"


class StickPresenter(QObject):
    """Between the page and the use case.

    Args:
        form: The page.
        sync: Who else delivers from this page.
        bundles: The use case.
        laptop: This laptop.
        clock: Where the day in a file's name comes from.
        runner: Slow work.
        ask_path: Where to save a file of that name.
        ask_file: Which file to open.
    """

    _stepped = Signal(object)

    def __init__(
        self,
        form: SyncForm,
        sync: SyncPresenter,
        bundles: Bundles,
        laptop: Laptop,
        clock: Clock,
        runner: TaskRunner,
        ask_path: Callable[[str], Path | None],
        ask_file: Callable[[], Path | None],
    ) -> None:
        super().__init__(form)
        self._form, self._sync, self._bundles = form, sync, bundles
        self._laptop, self._clock, self._runner = laptop, clock, runner
        self._ask_path, self._ask_file = ask_path, ask_file
        self._failed_title = ""
        self._stepped.connect(self._step_forward, Qt.ConnectionType.QueuedConnection)
        form.save_asked.connect(self.save)
        form.receive_asked.connect(self.receive)

    @Slot()
    def save(self) -> None:
        """Save what waits into a file that a person chooses."""
        if self._sync.running:
            return
        day = santiago_day(self._clock.now()).isoformat()
        file = self._ask_path(f"{self._laptop.label}-al-centro-{day}.terreno")
        should_stop = None if file is None else self._sync.occupy(_DOING["pack"])
        if file is None or should_stop is None:
            return
        self._failed_title = "No se guardó en el pendrive"
        tell, export = self._stepped.emit, self._bundles.export
        # The dialog has asked whether a file of that name may go.
        self._runner.run(lambda: export(file, tell, should_stop, replace=True), self._saved, self._failed)

    @Slot()
    def receive(self) -> None:
        """Receive the answer that a person chooses."""
        if self._sync.running:
            return
        file = self._ask_file()
        should_stop = None if file is None else self._sync.occupy(_DOING["push"])
        if file is None or should_stop is None:
            return
        self._failed_title = "No se recibió del pendrive"
        work = self._bundles.receive
        self._runner.run(lambda: work(file, self._stepped.emit, should_stop), self._received, self._failed)

    @Slot(object)
    def _step_forward(self, step: StepForward) -> None:
        if not self._sync.running or step.step not in _DOING:
            return
        counted = f": {number(step.done)} de {number(step.total)}" if step.total else ""
        self._sync.say(_DOING[step.step] + counted)

    def _saved(self, exported: Exported) -> None:
        self._sync.release()
        facts = plural(exported.ops, "cambio para el centro", "cambios para el centro")
        left = (
            f" {plural(exported.left, 'cambio no cupo', 'cambios no cupieron')}: guarde otro." if exported.left else ""
        )
        self._form.tell(Notice("ok", "usb", f"{_SAVED} {exported.file.name}", _THEN, f"{facts}.{left}"))

    def _received(self, outcome: Ended) -> None:
        self._sync.release()
        self._form.tell(how_it_went(outcome, _RECEIVED))

    def _failed(self, error: BaseException) -> None:
        self._sync.release()
        self._form.show_failure(self._failed_title, notice_of(explain(error)))
