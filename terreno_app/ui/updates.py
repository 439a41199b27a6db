"""Newer versions in the window: looked for behind what the person does, told in one calm line, brought on request.

In: the use case. Out: what the bar says. Nothing is looked for, shown or brought while an outing is open.
"""

from threading import Event
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from terreno_app.domain.spanish import number
from terreno_app.services.errors import explain
from terreno_app.services.updates import Updates, UpdateStatus
from terreno_app.services.words import WORDS
from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.watch import Watch
from terreno_app.ui.widgets.update_bar import UpdateBar

_MEGABYTE: Final = 1_000_000
_STEP: Final = 200
"""A download is told in so many steps, however large it is."""


class UpdateDesk(QObject):
    """Between the bar and the use case.

    Args:
        bar: Where it is told.
        updates: The use case.
        looking: Who looks; a bad network may keep it for a minute.
        bringing: Who brings and tries.
        parent: Who owns it.
    """

    _moved = Signal(int, int)

    def __init__(
        self,
        bar: UpdateBar,
        updates: Updates,
        looking: TaskRunner,
        bringing: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bar, self._updates, self._runner = bar, updates, bringing
        self._stop, self._closing = Event(), Event()
        self._bringing = False
        self._put_off: tuple[str, ...] = ()
        self._said: tuple[str, ...] = ()
        self._watch = Watch(self._look, looking, self)
        self._watch.done.connect(self._show)
        self._moved.connect(self._tell_moved, Qt.ConnectionType.QueuedConnection)
        bar.wanted.connect(self.bring)
        bar.stopped.connect(self._stop.set)
        bar.put_off.connect(self._away)

    def start(self) -> None:
        """Look in a minute, and each minute whether a look is due: who has just opened has somebody waiting."""
        self._watch.start()

    def stop(self) -> None:
        """Look no more, and let what runs end."""
        self._watch.stop()
        self._closing.set()

    @Slot()
    def look(self) -> None:
        """Look now, if a look is due."""
        self._watch.look()

    @Slot()
    def bring(self) -> None:
        """Bring the newer version."""
        if self._bringing:
            return
        self._bringing = True
        self._stop.clear()
        self._bar.go_on("Descargando la versión nueva…", 0, 1)
        self._runner.run(lambda: self._updates.get(self._move, self._is_stopped), self._brought, self._not_brought)

    def _is_stopped(self) -> bool:
        return self._stop.is_set() or self._closing.is_set()

    def _look(self) -> UpdateStatus:
        return self._updates.check_if_due(self._closing.is_set)

    def _show(self, status: UpdateStatus) -> None:
        if self._bringing:
            return
        said = () if status.attending else _said(status)
        if not said or said == self._put_off:
            self._bar.clear()
            return
        self._said = said
        tone, text = said
        if tone == "offer":
            self._bar.offer(text)
        else:
            self._bar.tell(tone, "badge-check" if tone == "ok" else "info", text)

    def _away(self) -> None:
        self._put_off = self._said
        self._bar.clear()
        self._runner.run(self._updates.dismiss, _nothing, _nothing)

    def _move(self, done: int, total: int) -> None:
        """Told in the worker's thread, for each piece: few of them are news."""
        step = max(1, total // _STEP)
        if done == total or done // step != max(0, done - 65_536) // step:
            self._moved.emit(done // 1000, total // 1000)

    def _tell_moved(self, done: int, total: int) -> None:
        if not self._bringing:
            return
        if done >= total:
            self._bar.go_on("Comprobando y probando la versión nueva: puede seguir trabajando…", 0, 0)
        else:
            self._bar.go_on(f"Descargando la versión nueva: {100 * done // max(1, total)} %", done, total)

    def _brought(self, status: UpdateStatus) -> None:
        self._bringing = False
        self._show(status)

    def _not_brought(self, error: BaseException) -> None:
        self._bringing = False
        told = explain(error)
        self._said = ("copper", f"{told.happened} {told.safe} {told.next}")
        if told.code == "update_stopped":
            self._bar.clear()
        else:
            self._bar.tell("copper", "info", self._said[1])


def _said(status: UpdateStatus) -> tuple[str, ...]:
    """How a status is told: its tone and its words; nothing where there is nothing to know."""
    if status.untold and status.failure is not None:
        return "copper", " ".join(status.failure[:3])
    if status.ready is not None:
        return "ok", f"La versión {status.ready} está lista: empieza la próxima vez que abra Terreno."
    if status.offer is not None:
        size = number(max(1, round(status.offer.size / _MEGABYTE)))
        return "offer", f"Hay una versión nueva de Terreno: {status.offer.version} ({size} MB)."
    if status.warning:
        words = WORDS[status.warning]
        return "copper", f"{words.happened} {words.safe} {words.next}"
    return ()


def _nothing(_result: object) -> None:
    """What a person put away is only not told again; if that is not remembered, it is told once more."""
