"""Small services with memory for the screens of the office, and builders of the values they give."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from terreno_app.domain.catalogues import Catalogues
from terreno_app.paths import resources
from terreno_app.services.conflicts import ConflictView, History
from terreno_app.services.errors import ServiceError
from terreno_app.services.laptop import Laptop, Person
from terreno_app.services.status import StatusView
from terreno_app.services.sync_day import Delivery, SyncProblem
from terreno_app.storage.resources import load_catalogues
from terreno_app.ui.theme import Theme, load_fonts, load_theme

NOW = datetime(2026, 11, 21, 21, 42, 10, tzinfo=UTC)
PAULA = Person("00000000-0000-7000-8000-00000000aa01", "Paula Vergara Mena", "coordinator")
MARCELA = "00000000-0000-7000-8000-00000000aa02"
IVAN = "00000000-0000-7000-8000-00000000aa03"
PEOPLE = {PAULA.id: PAULA.name, MARCELA: "Marcela Soto Henríquez", IVAN: "Iván Cárdenas Rojas"}


@cache
def catalogues() -> Catalogues:
    return load_catalogues(resources())


def a_laptop(role: str = "coordination") -> Laptop:
    return Laptop("00000000-0000-7000-8000-0000000000d7", "T07", role, "13", "https://oirs.example")


def a_theme(name: str = "light", scale: float = 1.0) -> Theme:
    load_fonts(resources())
    return load_theme(resources(), name, scale=scale)


class StoppedClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def pass_by(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class PatientRunner(QObject):
    """Keeps work until the test lets it run; then it answers at once."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], Any], Callable[[BaseException], Any]]] = []
        self.closed = False

    def run(self, work: Callable[[], Any], done: Callable[[Any], Any], failed: Callable[[BaseException], Any]) -> None:
        self.waiting.append((work, done, failed))

    def let_run(self) -> None:
        while self.waiting:
            self.let_one_run()

    def let_one_run(self) -> None:
        work, done, failed = self.waiting.pop(0)
        try:
            answer = work()
        except Exception as error:  # noqa: BLE001  handed over, as the real one does
            failed(error)
            return
        done(answer)

    def close(self) -> None:
        self.closed = True
        self.waiting.clear()


def a_status(**changes: Any) -> StatusView:
    return replace(StatusView(84, 26, 58, 3, 1, "2026-11-21T15:50:31.000Z", "e1", 0), **changes)


@dataclass
class FakeStatus:
    view: StatusView

    def now(self) -> StatusView:
        return self.view


@dataclass(frozen=True)
class Step:
    step: str
    done: int = 0
    total: int = 0
    detail: str = ""


@dataclass(frozen=True)
class Told:
    code: str
    message: str = ""


@dataclass(frozen=True)
class Outcome:
    sent: int = 0
    conflicts: int = 0
    received: int = 0
    pending: int = 0
    warnings: tuple[Told, ...] = ()


class FakeSyncDay:
    """Tells its steps and ends as it was told to."""

    def __init__(self, ends: Outcome | Exception | None = None, steps: Iterable[Step] = ()) -> None:
        self.ends: Outcome | Exception = ends or Outcome(sent=26, received=12)
        self.steps = tuple(steps)
        self.runs = 0
        self.receipts: list[Delivery] = []
        self.quarantine: list[SyncProblem] = []

    def run(self, progress: Callable[[Any], None], should_stop: Callable[[], bool]) -> Outcome:
        self.runs += 1
        for step in self.steps:
            if should_stop():
                return Outcome(warnings=(Told("stopped"),))
            progress(step)
        if isinstance(self.ends, Exception):
            raise self.ends
        return self.ends

    def deliveries(self) -> tuple[Delivery, ...]:
        return tuple(self.receipts)

    def problems(self) -> tuple[SyncProblem, ...]:
        return tuple(self.quarantine)


def a_problem(**changes: Any) -> SyncProblem:
    usual = SyncProblem(
        kind="attention",
        record="00000000-0000-7000-8000-000000000142",
        folio="T07-2026-000142-7",
        reason="unknown_code",
        happened="El registro usa un código que el centro no conoce.",
        safe="El registro y su folio siguen guardados aquí y también en la cuarentena del centro.",
        next="Corríjalo y sincronice, o pida a la coordinación que lo libere o lo rechace.",
        op="00000000-0000-7000-8000-0000000f0142",
    )
    return replace(usual, **changes)


def a_conflict(**changes: Any) -> ConflictView:
    usual = ConflictView(
        id="op-1/programme",
        kind="attention",
        record="00000000-0000-7000-8000-000000000140",
        title="Consulta · Subsidio Familiar (SUF)",
        folio="T07-2026-000140-1",
        group=("programme",),
        before={"programme": None},
        kept={"programme": "PGU"},
        other={"programme": "SUF"},
        kept_author=MARCELA,
        other_author=IVAN,
        kept_author_name=PEOPLE[MARCELA],
        other_author_name=PEOPLE[IVAN],
        kept_at="2026-11-21T16:05:00.000Z",
        other_at="2026-11-21T19:05:00.000Z",
        state="open",
        seen={"programme": "op-0"},
        mine=False,
    )
    return replace(usual, **changes)


class FakeConflicts:
    """Holds conflicts; a resolved one is open no longer."""

    def __init__(self, *open_ones: ConflictView) -> None:
        self.views = list(open_ones)
        self.decided: list[tuple[str, str | None, dict[str, Any] | None, str]] = []
        self.refuses: dict[str, ServiceError] = {}
        self.told = History((), complete=False)

    def open(self) -> tuple[ConflictView, ...]:
        return tuple(self.views)

    def resolve(
        self,
        conflict: ConflictView,
        author: str,
        *,
        keep: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> str:
        if conflict.id in self.refuses:
            raise self.refuses[conflict.id]
        self.decided.append((conflict.id, keep, dict(values) if values else None, author))
        self.views = [view for view in self.views if view.id != conflict.id]
        return f"op-of-{conflict.id}"

    def history(self, kind: str, record: str) -> History:
        return self.told


class FakePublisher:
    """Remembers what it printed."""

    def __init__(self, error: Exception | None = None) -> None:
        self.saved: list[tuple[Any, Path]] = []
        self.error = error

    def save_pdf(self, report: Any, path: Path) -> None:
        if self.error is not None:
            raise self.error
        self.saved.append((report, path))


def press(widget: QWidget, key: Qt.Key, text: str = "", *, ctrl: bool = False, alt: bool = False) -> None:
    """One key, down and up, as the keyboard sends it."""
    held = Qt.KeyboardModifier.NoModifier
    held |= Qt.KeyboardModifier.ControlModifier if ctrl else held
    held |= Qt.KeyboardModifier.AltModifier if alt else held
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, held, text))


def type_text(widget: QWidget, text: str) -> None:
    for letter in text:
        QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))


def texts(widget: QWidget, kind: type[QWidget]) -> Sequence[QWidget]:
    return [one for one in widget.findChildren(kind) if one.isVisibleTo(widget)]
