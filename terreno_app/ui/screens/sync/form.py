"""The page of Sincronización: the thread of steps, the figure that counts, the deliveries, and what needs a person.

It shows and tells; it sends nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QVBoxLayout, QWidget

from terreno_app.domain.spanish import number
from terreno_app.ui import keys
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.sync.table_model import DeliveriesModel, DeliveryRow
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled, upright
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar, NoticePanel
from terreno_app.ui.widgets.page import MARGIN, PageHead
from terreno_app.ui.widgets.progress import Progress, StepState, StepThread
from terreno_app.ui.widgets.tables import ROW_HEIGHT, Table
from terreno_app.ui.widgets.text import Icon, label

STEPS: Final = ("Hablar con el centro", "Entregar", "Recibir", "Cuadrar", "Comprobar la cuenta")
_LEFT_WIDTH: Final = 352
_FEWEST_ROWS: Final = 3
_MOST_ROWS_COMPACT: Final = 5


@dataclass(frozen=True, slots=True)
class SyncState:
    """How it stands: the three figures, the steps with their detail, and the line at the right of the figure."""

    eyebrow: str
    received: int
    total: int
    running: bool
    steps: tuple[tuple[StepState, str], ...]
    aside: str = ""


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """The record that needs a person: its message, its name, which of how many, and what support asks for."""

    title: str
    notice: Notice
    folio: str
    place: int
    count: int
    detail: str
    can_open: bool


class SyncForm(QWidget):
    """The page.

    Signals:
        start_asked: A person wants to synchronise.
        stop_asked: A person wants it to stop.
        open_asked: A person wants to mend the record of the problem in sight.
        later_asked: A person leaves the problem in sight for later.
        save_asked: A person wants what waits in a file on a stick.
        receive_asked: A person brings the centre's answer on a stick.
    """

    start_asked = Signal()
    stop_asked = Signal()
    open_asked = Signal()
    later_asked = Signal()
    save_asked = Signal()
    receive_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._running = False
        self._start = Button(theme, "&Sincronizar", "primary", key="F5", icon="refresh-cw", name="start_sync")
        self._stop = Button(theme, "&Detener", key="Esc", name="stop_sync")
        self._start.clicked.connect(self.start_asked)
        self._stop.clicked.connect(self.stop_asked)
        self._save = Button(theme, "&Guardar en pendrive…", "quiet", key="F7", icon="usb", name="save_on_stick")
        self._receive = Button(theme, "&Recibir de pendrive…", "quiet", icon="inbox", name="receive_from_stick")
        self._save.clicked.connect(self.save_asked)
        self._receive.clicked.connect(self.receive_asked)
        self._head = PageHead(theme, "", "Sincronización", self._stop, self._start)
        self._thread = StepThread(theme, STEPS, "steps")
        self._step_line = label(theme, "", "strong")
        self._figure = label(theme, "", "display")
        self._of = label(theme, "", "h2")
        self._aside = label(theme, "", "body", "ink2")
        self._progress = Progress(theme, name="received_progress")
        self._model = DeliveriesModel()
        self._table = Table(theme, self._model, "deliveries", "Entregas y recibos")
        self._empty = EmptyState(
            theme,
            "refresh-cw",
            "Aún no hay entregas",
            "Cuando haya red, presione F5: cada entrega vuelve con un recibo firmado por el centro.",
        )
        self._notice = NoticeBar(theme)
        self._trouble = QVBoxLayout()
        self._panel: NoticePanel | None = None
        self._lay_out()
        keys.shortcut(self, keys.LEAVE, self._escaped)
        keys.shortcut(self, keys.USB, self._save.click)
        for before, after in pairwise((self._start, self._stop, self._save, self._receive, self._table)):
            self.setTabOrder(before, after)

    def show_state(self, state: SyncState) -> None:
        """Show how it stands."""
        self._running = state.running
        self._head.say(state.eyebrow, "Sincronización")
        shown, hidden = (self._stop, self._start) if state.running else (self._start, self._stop)
        shown.show()
        if self.window().focusWidget() in ((hidden, self._save, self._receive) if state.running else (hidden,)):
            shown.setFocus(Qt.FocusReason.OtherFocusReason)  # Qt would hand the keys on, to the rail if need be
        hidden.hide()
        self._save.setDisabled(state.running)
        self._receive.setDisabled(state.running)
        for place, (step, detail) in enumerate(state.steps):
            self._thread.show_step(place, step, detail)
        now = next((place for place, (step, _) in enumerate(state.steps) if step == "now"), None)
        self._step_line.setText("" if now is None else f"Paso {now + 1} de {len(STEPS)}: {STEPS[now].lower()}")
        self._step_line.setVisible(self._theme.compact and now is not None)
        self._figure.setText(number(state.received))
        nothing = "registros hechos en este equipo"
        self._of.setText(f"de {number(state.total)} con recibo del centro" if state.total else nothing)
        self._aside.setText(state.aside)
        self._progress.show_progress(state.received, state.total)

    def show_deliveries(self, rows: Sequence[DeliveryRow]) -> None:
        """Show the deliveries, or say why there are none."""
        self._model.show_rows(rows)
        self._table.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        fewest = _MOST_ROWS_COMPACT if self._theme.compact else _FEWEST_ROWS
        self._table.setMinimumHeight(self._tall(min(fewest, len(rows))))
        self._table.setMaximumHeight(self._tall(len(rows)))

    def show_problem(self, problem: ProblemShown | None) -> None:
        """Show the record that needs a person, or none."""
        if problem is None:
            self._put_panel(None)
            return
        theme = self._theme
        later = Button(theme, "De&jar para después" if problem.count > 1 else "De&jar", name="problem_later")
        later.clicked.connect(self.later_asked)
        actions = [later]
        if problem.can_open:
            mend = Button(theme, "&Completar ahora", icon="pencil", name="problem_open")
            mend.clicked.connect(self.open_asked)
            actions.insert(0, mend)
        which = f"{problem.place} de {problem.count}" if problem.count > 1 else ""
        aside = row(theme, label(theme, problem.folio, "smallstrong"), label(theme, which, "small", "ink2"), gap=10)
        panel = NoticePanel(theme, problem.title, problem.notice, *actions, aside=aside)
        panel.setToolTip(problem.detail)
        self._put_panel(panel)

    def show_failure(self, title: str, notice: Notice) -> None:
        """Say why it did not end; it stays until the next try."""
        self._notice.clear()
        self._put_panel(NoticePanel(self._theme, title, notice))

    def tell(self, notice: Notice | None) -> None:
        """Say how it went, or take it away."""
        if notice is None:
            self._notice.clear()
        else:
            self._notice.tell(notice)

    @property
    def message(self) -> str:
        """All that the messages in sight say."""
        panel = self._panel.accessibleName() if self._panel else ""
        return " ".join(part for part in (self._notice.text, panel) if part)

    @property
    def rows(self) -> tuple[DeliveryRow, ...]:
        """The deliveries in sight."""
        return self._model.rows

    @property
    def figure(self) -> str:
        """The figure that counts, with its words."""
        return f"{self._figure.text()} {self._of.text()}"

    def _tall(self, rows: int) -> int:
        return self._theme.px(32) + self._theme.px(ROW_HEIGHT) * rows + 2

    def _put_panel(self, panel: NoticePanel | None) -> None:
        if self._panel is not None:
            self._trouble.removeWidget(self._panel)
            self._panel.hide()
            self._panel.deleteLater()
        self._panel = panel
        if panel is not None:
            self._trouble.addWidget(panel)

    def _escaped(self) -> None:
        if self._running:
            self.stop_asked.emit()

    def _lay_out(self) -> None:
        theme = self._theme
        big = row(theme, self._figure, self._of, STRETCH, self._aside, gap=12)
        if theme.compact:
            self._table.setColumnHidden(3, True)
            self._table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            parts = (self._step_line, big, self._progress, 4, self._notice, self._trouble, 8, self._table, self._empty)
            stick = row(theme, self._save, self._receive, STRETCH, gap=10)
            body: QWidget = scrolled(
                column(theme, *parts, 8, stick, STRETCH, margins=(MARGIN, 14, MARGIN, 14), gap=6, name="scrolled")
            )
        else:
            promise = label(
                theme,
                "Puede detener o apagar: lo guardado sigue en el equipo y nada se envía dos veces.",
                "small",
                "ink2",
                wrap=True,
            )
            safe = row(theme, column(theme, Icon(theme, "shield-check", "ok", 18), STRETCH), (promise, 1), gap=10)
            where = label(theme, "Donde no hay red", "smallstrong")
            how = label(
                theme, "Otro equipo lleva el archivo al centro y trae la respuesta.", "small", "ink2", wrap=True
            )
            stick = column(theme, where, how, 2, self._save, self._receive, gap=2)
            above = (self._thread, 8, rule(theme), 10, safe)
            left = column(theme, *above, STRETCH, rule(theme), 12, stick, margins=(MARGIN, 24, 26, 16), gap=0)
            left.setFixedWidth(theme.px(_LEFT_WIDTH))
            parts_wide = (big, self._progress, 10, self._notice, (self._table, 100), self._empty, 8, self._trouble)
            right = column(theme, *parts_wide, STRETCH, margins=(30, 22, MARGIN, 18), gap=6)
            body = row(theme, left, upright(theme), (right, 1), gap=0)
        head = row(theme, (self._head, 1), margins=(MARGIN, 20, MARGIN, 14))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(rule(theme))
        layout.addWidget(body, 1)
