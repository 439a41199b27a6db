"""The window of an open laptop: the rail of screens, the screen in sight, and the bar with the three truths.

It puts the screens together and carries what one says to the others; screens do not know each other. Only screens
that exist stand in the rail.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.deadlines import BusinessCalendar
from terreno_app.domain.fields import Json
from terreno_app.services.attentions import Registered
from terreno_app.services.errors import explain
from terreno_app.services.outings import SessionView
from terreno_app.services.status import StatusView
from terreno_app.ui import keys
from terreno_app.ui.idle import IdleWatch
from terreno_app.ui.keys_help import KeysHelp
from terreno_app.ui.labels import span
from terreno_app.ui.messages import notice_of
from terreno_app.ui.screens.attention.form import AttentionForm
from terreno_app.ui.screens.attention.presenter import AttentionPresenter, registered_notice
from terreno_app.ui.screens.conflicts.form import ConflictsForm
from terreno_app.ui.screens.conflicts.presenter import ConflictsPresenter
from terreno_app.ui.screens.reports.form import ReportsForm
from terreno_app.ui.screens.reports.presenter import SPACES, ReportsPresenter, periods_offered
from terreno_app.ui.screens.reports.wording import ReportWords
from terreno_app.ui.screens.sync.form import SyncForm
from terreno_app.ui.screens.sync.presenter import SyncPresenter
from terreno_app.ui.screens.today.form import TodayForm
from terreno_app.ui.screens.today.presenter import TodayPresenter
from terreno_app.ui.session import Session
from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.theme import COMPACT_BELOW_WIDTH, Theme
from terreno_app.ui.widgets.layout import ground
from terreno_app.ui.widgets.shell import PLACES, Rail, StatusBar

logger = logging.getLogger(__name__)

ATTENTION: Final = "attention"
_EDIT: Final = "edit/"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the window is given besides the session.

    Attributes:
        theme: The look.
        runner: Slow work; the window closes it.
        idle: Who watches for the lock.
        people: Names by officer id.
        new_id: Names for new records.
        ask_path: Where to save a file of that name; None asks with the system's dialog.
    """

    theme: Theme
    runner: TaskRunner
    idle: IdleWatch
    people: Mapping[str, str]
    new_id: Callable[[], str]
    ask_path: Callable[[str], Path | None] | None = None


class MainWindow(QWidget):
    """Everything that a person sees while the laptop is open.

    Signals:
        lock_asked: The person wants the screen locked.
    """

    lock_asked = Signal()

    def __init__(self, session: Session, around: Surroundings) -> None:
        super().__init__()
        ground(self, "page")
        self._session, self._around = session, around
        self._place = ""
        self._lock_after_sync = False
        theme = around.theme
        self._stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {}
        self._make_stand(theme)
        self._make_office(theme)
        self._rail = Rail(theme, [place for place in PLACES if place.name in self._pages])
        self._status = StatusBar(theme)
        self._status.show_who(f"{session.person.name} · {session.laptop.label}")
        self._lay_out()
        self._listen()
        self._new_attention = self._listen_to_keys()

    @property
    def place(self) -> str:
        """Name of the screen in sight."""
        return self._place

    @property
    def pages(self) -> Mapping[str, QWidget]:
        """The screens by name."""
        return self._pages

    @property
    def delivering(self) -> bool:
        """A synchronisation runs."""
        return self._sync.running

    def start(self) -> None:
        """Show today, read how this laptop stands, and go on with a form that was left."""
        self.go_to("today")
        self._sync.refresh()
        self._conflicts.refresh()
        session = self._session
        self._around.runner.run(
            lambda: (session.attentions.drafts(), session.outings.current()), self._resume, self._draft_unread
        )

    @Slot(str)
    def go_to(self, place: str) -> None:
        """Show a screen, with what it tells read anew; an attention that is being written comes back for today."""
        writing = place == "today" and self._attention.writing
        self._show(ATTENTION if writing else place)
        if place == "today" and not writing:
            self._today.refresh()
        elif place == "sync":
            self._sync.refresh()
        elif place == "conflicts":
            self._conflicts.refresh()
            self._conflicts_form.begin()
        elif place == "reports":
            self._reports.refresh()
            self._reports_form.begin()

    @Slot()
    def start_sync(self) -> None:
        """Synchronise, from wherever the person is."""
        if self._place != "sync":
            self._show("sync")
        self._sync.start()

    @Slot()
    def new_attention(self) -> None:
        """Begin an attention, or go on with the one that is being written."""
        self.go_to("today")
        if self._place == "today":
            self._today_form.new_asked.emit()

    def begin_attention(self, session: SessionView | None, fields: Mapping[str, Json] | None = None) -> None:
        """Show an empty attention, or one that begins with some fields."""
        self._attention.begin(session, fields)
        self._show(ATTENTION)

    @Slot()
    def ask_lock(self) -> None:
        """Lock now, or as soon as the delivery that runs has ended."""
        if self._sync.running:
            self._lock_after_sync = True
            self._status.show_lock("Se bloquea al terminar la entrega")
        else:
            self.lock_asked.emit()

    @Slot()
    def show_keys(self) -> None:
        """Show the keys of this screen."""
        KeysHelp(self._around.theme, self, self._place).open()

    def show_time_left(self, seconds: int) -> None:
        """Say when the screen locks; -1 while it does not."""
        if self._lock_after_sync:
            return
        if seconds < 0:
            self._status.show_lock("No se bloquea mientras entrega")
        else:
            self._status.show_lock(_countdown(seconds), "Se bloquea en")

    def put_down(self) -> None:
        """Stop what runs, keep the open form as a draft, and let the session go."""
        self._sync.stop()
        try:
            self._attention.keep_draft()
        except Exception as error:  # noqa: BLE001  the screen locks whatever happens; what was kept before stays
            logger.warning("the last draft was not kept: %s", type(error).__name__)
        self._around.runner.close()
        self._session.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Icons alone in the rail where there is little room."""
        super().resizeEvent(event)
        narrow = self._around.theme.compact or self.width() < COMPACT_BELOW_WIDTH
        self._rail.set_narrow(narrow=narrow)
        self._status.set_narrow(narrow=narrow)

    # ------------------------------------------------------------------ putting together

    def _make_stand(self, theme: Theme) -> None:
        session, around = self._session, self._around
        self._today_form = TodayForm(theme)
        self._today = TodayPresenter(
            self._today_form,
            session.attentions,
            session.outings,
            session.catalogues,
            session.clock,
            around.runner,
            session.person,
        )
        self._attention_form = AttentionForm(theme, session.catalogues, session.laptop.region)
        self._attention = AttentionPresenter(
            self._attention_form,
            session.attentions,
            session.catalogues,
            BusinessCalendar(session.catalogues.holidays),
            session.clock,
            around.new_id,
            around.runner,
            session.person,
        )
        self._add("today", self._today_form)
        self._add(ATTENTION, self._attention_form)

    def _make_office(self, theme: Theme) -> None:
        session, runner = self._session, self._around.runner
        self._sync_form = SyncForm(theme)
        self._sync = SyncPresenter(
            self._sync_form, session.sync_day, session.status, session.laptop, session.clock, runner
        )
        self._conflicts_form = ConflictsForm(theme)
        self._conflicts = ConflictsPresenter(
            self._conflicts_form,
            session.conflicts,
            session.catalogues,
            session.laptop,
            session.person,
            self._around.people,
            runner,
        )
        words = ReportWords(session.catalogues)
        self._reports_form = ReportsForm(theme, periods_offered(session.clock), words.spaces(SPACES))
        self._reports = ReportsPresenter(
            self._reports_form,
            session.reports,
            session.publisher,
            words,
            session.clock,
            runner,
            self._around.ask_path or self._ask_path,
        )
        self._add("sync", self._sync_form)
        self._add("conflicts", self._conflicts_form)
        self._add("reports", self._reports_form)

    def _add(self, name: str, page: QWidget) -> None:
        self._pages[name] = page
        self._stack.addWidget(page)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._rail)
        middle.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(middle, 1)
        layout.addWidget(self._status)

    def _listen(self) -> None:
        self._rail.chosen.connect(self.go_to)
        self._around.idle.ticked.connect(self.show_time_left)
        self._today.attention_asked.connect(self.begin_attention)
        self._today.attention_opened.connect(self._open_attention)
        self._today.duplicate_asked.connect(self.begin_attention)
        self._today.changed.connect(self._sync.refresh)
        self._attention.saved.connect(self._attention_saved)
        self._attention.corrected.connect(self._attention_corrected)
        self._attention.left.connect(self._attention_left)
        self._sync.started.connect(self._sync_started)
        self._sync.ended.connect(self._sync_ended)
        self._sync.counted.connect(self._counted)
        self._sync.open_asked.connect(self._mend)
        self._conflicts.counted.connect(self._conflicts_counted)
        self._conflicts.resolved.connect(self._sync.refresh)

    def _listen_to_keys(self) -> tuple[QShortcut, ...]:
        everywhere = Qt.ShortcutContext.WindowShortcut
        for place in PLACES:
            if place.name in self._pages:
                keys.shortcut(self, f"Ctrl+{place.key}", partial(self.go_to, place.name), everywhere)
        keys.shortcut(self, keys.HELP, self.show_keys, everywhere)
        keys.shortcut(self, keys.SYNC, self.start_sync, everywhere)
        keys.shortcut(self, keys.LOCK, self.ask_lock, everywhere)
        return keys.shortcut(self, keys.NEW_ATTENTION, self.new_attention, everywhere)

    # ------------------------------------------------------------------ going from screen to screen

    def _show(self, place: str) -> None:
        self._place = place
        page = self._pages[place]
        self._stack.setCurrentWidget(page)
        self._rail.go_to("today" if place == ATTENTION else place)
        for one in self._new_attention:
            one.setEnabled(place != "today")  # there the page has this key itself
        if not page.isAncestorOf(self.focusWidget() or self):
            page.setFocus(Qt.FocusReason.OtherFocusReason)
            page.focusNextChild() if page.focusProxy() is None else None

    def _open_attention(self, record: str) -> None:
        self._attention.open(record)
        self._show(ATTENTION)

    def _mend(self, kind: str, record: str) -> None:
        if kind == "attention":
            self._open_attention(record)

    def _attention_saved(self, registered: Registered, another: bool) -> None:  # noqa: FBT001  the signal's argument
        self._sync.refresh()
        if not another:
            self._show("today")
            self._today.refresh(registered.id)
            self._today.tell(registered_notice(registered))

    def _attention_corrected(self, record: str) -> None:
        self._sync.refresh()
        self._show("today")
        self._today.refresh(record)

    def _attention_left(self) -> None:
        self._show("today")
        self._today.refresh()

    def _resume(self, left: tuple[Mapping[str, AttentionDraft], SessionView | None]) -> None:
        drafts, session = left
        new_ones = sorted(key for key in drafts if not key.startswith(_EDIT))
        if new_ones:
            self._attention.resume(new_ones[-1], drafts[new_ones[-1]], session)
            self._show(ATTENTION)

    def _draft_unread(self, error: BaseException) -> None:
        self._today.tell(notice_of(explain(error)))

    # ------------------------------------------------------------------ the three truths

    def _sync_started(self) -> None:
        self._around.idle.hold_off()

    def _sync_ended(self, reached: object) -> None:
        self._around.idle.let_lock()
        if reached is not None:
            self._status.show_network(online=bool(reached))
        self._conflicts.refresh()
        if self._lock_after_sync:
            self._lock_after_sync = False
            self.lock_asked.emit()

    def _counted(self, status: StatusView) -> None:
        self._status.show_receipts(status.received, status.total, status.pending)
        self._conflicts_counted(status.conflicts)

    def _conflicts_counted(self, waiting: int) -> None:
        self._rail.set_waiting("conflicts", waiting)

    def _ask_path(self, name: str) -> Path | None:
        start = str(Path.home() / name)
        chosen, _ = QFileDialog.getSaveFileName(self, "Guardar el PDF", start, "PDF (*.pdf)")
        return Path(chosen) if chosen else None


def _countdown(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else span(rest)
