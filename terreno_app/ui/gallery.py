"""Draws the screens of an opened laptop into pictures, without a person and without a display.

The pictures are those of the program itself on the data that it holds. Work runs at once instead of in threads, so a
picture shows what a screen shows when nothing is under way.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from terreno_app import __version__
from terreno_app.domain.fields import Json
from terreno_app.paths import resources
from terreno_app.ui.application import SIZE, Composition, application
from terreno_app.ui.idle import IdleWatch
from terreno_app.ui.main_window import MainWindow
from terreno_app.ui.no_display import without_display
from terreno_app.ui.screens.information.sheet import REST_MS
from terreno_app.ui.screens.outings.pages import OutingsPages
from terreno_app.ui.screens.survey.door_presenter import DoorPresenter
from terreno_app.ui.screens.survey.kiosk import Kiosk
from terreno_app.ui.screens.survey.sitting import Offer, Sitting
from terreno_app.ui.screens.unlock.form import UnlockForm
from terreno_app.ui.screens.unlock.presenter import UnlockPresenter
from terreno_app.ui.session import Session
from terreno_app.ui.surroundings import Surroundings
from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.theme import Theme, ThemeName, load_fonts, load_theme

T = TypeVar("T")

_LOCK_S: Final = 161
_TURNS: Final = 20
_COMPLAINT: Final[Mapping[str, Json]] = {"type": "complaint", "answer_owed": True}


class AtOnce(TaskRunner):
    """Runs work where it is asked, before it returns."""

    def run(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> None:
        """Do it now; errors are told as the real one tells them."""
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  handed over, as from a thread
            failed(error)
            return
        done(result)


def draw(
    composition: Composition,
    session: Session,
    out: Path,
    *,
    look: ThemeName = "light",
    scale: float = 1.0,
    size: tuple[int, int] = SIZE,
) -> list[Path]:
    """Draw every screen.

    Args:
        composition: This laptop, closed.
        session: The same laptop, opened; it stays open.
        out: Folder of the pictures; made when it is missing.
        look: Which set of colours.
        scale: Size of text.
        size: Width and height of the pictures.

    Returns:
        The pictures, in the order in which a person meets the screens.
    """
    app = application()
    load_fonts(resources())
    theme = load_theme(resources(), look, scale=scale)
    theme.apply(app)
    out.mkdir(parents=True, exist_ok=True)
    painter = _Painter(out, size)
    with without_display():
        _draw_closed(painter, composition, theme)
        _draw_open(painter, composition, session, theme)
        _draw_kiosk(painter, session, theme)
    return painter.pictures


class _Painter:
    """Takes pictures of widgets of one size, numbered."""

    def __init__(self, out: Path, size: tuple[int, int]) -> None:
        self._out, self._size = out, size
        self.pictures: list[Path] = []

    def prepare(self, widget: QWidget) -> None:
        """Give a widget its size and let it lay itself out."""
        widget.setFixedSize(*self._size)
        widget.show()
        self.settle()

    def settle(self) -> None:
        """Let Qt do what waits: each turn of its loop lets one more level of layouts learn its place."""
        for _ in range(_TURNS):
            loop = QEventLoop()
            QTimer.singleShot(0, loop.quit)
            loop.exec()

    def take(self, widget: QWidget, name: str, *, rest_ms: int = 0) -> None:
        """Take a picture, of what comes after a rest if that is told."""
        self.settle()
        if rest_ms:
            loop = QEventLoop()
            QTimer.singleShot(rest_ms, loop.quit)
            loop.exec()
        path = self._out / f"{len(self.pictures) + 1:02d}-{name}.png"
        widget.grab().save(str(path))
        self.pictures.append(path)


def _draw_closed(painter: _Painter, composition: Composition, theme: Theme) -> None:
    form = UnlockForm(theme, __version__)
    presenter = UnlockPresenter(form, composition, composition.clock, AtOnce())
    painter.prepare(form)
    presenter.start()
    painter.take(form, "desbloqueo")
    form.close()
    form.deleteLater()


def _draw_open(painter: _Painter, composition: Composition, session: Session, theme: Theme) -> None:
    idle = IdleWatch(composition.settings.lock_minutes, composition.clock)
    people = {slot.officer: slot.name for slot in composition.officers()}
    people[session.person.id] = session.person.name
    window = MainWindow(session, Surroundings(theme, AtOnce(), idle, people, composition.new_id, None, AtOnce()))
    painter.prepare(window)
    window.show_time_left(_LOCK_S)
    window.start()
    window.go_to("today")
    painter.take(window, "hoy")
    window.begin_attention(session.outings.current())
    painter.take(window, "atencion")
    window.begin_attention(session.outings.current(), _COMPLAINT)
    painter.take(window, "reclamo")
    for place, name in (
        ("information", "informacion"),
        ("sync", "sincronizacion"),
        ("conflicts", "conflictos"),
        ("reports", "informes"),
        *((("goals", "metas"),) if session.laptop.coordinates else ()),
        ("outings", "salidas"),
        ("survey", "encuesta"),
    ):
        window.go_to(place)
        painter.take(window, name, rest_ms=2 * REST_MS if place == "information" else 0)
    owed = [row.id for row in session.attentions.rows() if row.due_on and row.status != "voided"]
    for record in owed[:1]:
        window.show_receipt(record)
        painter.take(window, "comprobante")
    window.go_to("administration")
    painter.take(window, "administracion")
    _draw_outing(painter, window)
    window.close()
    window.deleteLater()


def _draw_outing(painter: _Painter, window: MainWindow) -> None:
    """A new outing, the one that is open, and its close with the acta; of one that is closed, the acta."""
    window.go_to("outings")
    pages = window.page("outings")
    if not isinstance(pages, OutingsPages):
        raise TypeError
    outing = pages.listed.selected
    pages.listed.plan_asked.emit()
    painter.take(window, "salida-nueva")
    pages.plan.leave_asked.emit()
    if outing is not None and (outing.open_here or outing.closed_here):
        pages.listed.open_asked.emit(outing.id)
        painter.take(window, "jornada" if outing.open_here else "acta")
    if outing is not None and outing.open_here:
        pages.day.close_asked.emit()
        painter.take(window, "cierre")


def _draw_kiosk(painter: _Painter, session: Session, theme: Theme) -> None:
    """What a person sees who was drawn, and the officer's door; nothing is handed in."""
    for person in session.survey.waiting()[:1]:
        kiosk, runner = Kiosk(theme, session.survey.languages), AtOnce()
        offer = Offer(person, "on_screen", session.person.id, session.person.name)
        door = DoorPresenter(kiosk.door, session.keys, lambda: None, runner)
        sitting = Sitting(kiosk, session.survey, offer, door, session.clock, runner)
        painter.prepare(kiosk)
        sitting.begin()
        painter.take(kiosk, "encuesta-bienvenida")
        kiosk.welcome.begun.emit()
        painter.take(kiosk, "encuesta-pregunta")
        kiosk.door_asked.emit()
        painter.take(kiosk, "encuesta-volver")
        sitting.stop()
        kiosk.go_away()
