"""The window of an open laptop: the rail of screens, the screen in sight, and the bar with the three truths.

A screen is made when somebody first goes there; what the screens say to each other is in `connections`. Only screens
that exist stand in the rail.
"""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.fields import Json
from terreno_app.paths import manual
from terreno_app.services.attentions import EDIT
from terreno_app.services.errors import explain
from terreno_app.services.outings import SessionView
from terreno_app.services.status import StatusView
from terreno_app.services.unfinished import HalfWritten
from terreno_app.ui import keys
from terreno_app.ui.asking_files import ask_where_to_save, ask_which_to_open
from terreno_app.ui.assembly import Office, Stand
from terreno_app.ui.backups import BackupWatch
from terreno_app.ui.bookmark import Bookmark, go_on_in
from terreno_app.ui.connections import SURVEY, Connections
from terreno_app.ui.errands import ATTENTION, INFORMATION, RECEIPT
from terreno_app.ui.handing_over import HandingOver
from terreno_app.ui.keys_help import KeysHelp
from terreno_app.ui.labels import span
from terreno_app.ui.left_pages import LeftPages
from terreno_app.ui.messages import notice_of, warning
from terreno_app.ui.network import NetworkWatch
from terreno_app.ui.session import Session
from terreno_app.ui.surroundings import Surroundings
from terreno_app.ui.theme import COMPACT_BELOW_WIDTH
from terreno_app.ui.updates import UpdateDesk
from terreno_app.ui.widgets.layout import ground
from terreno_app.ui.widgets.shell import PLACES, Rail, StatusBar
from terreno_app.ui.widgets.update_bar import UpdateBar

logger = logging.getLogger(__name__)

_OF_TODAY: Final = (ATTENTION, RECEIPT, SURVEY)
"""Screens without a line of their own in the rail."""
_AT_ONCE: Final = ("today", ATTENTION, "sync")
"""Where a person begins, what has to answer the first key, and what the bar at the foot is told by."""
_BUNDLES: Final = "Paquetes de Terreno (*.terreno)"
_QUESTIONNAIRES: Final = "Cuestionarios (*.json *.jsonl)"
_SAVING: Final = {
    ".pdf": ("Guardar el PDF", "PDF (*.pdf)"),
    ".xlsx": ("Guardar la planilla", "Excel (*.xlsx)"),
    ".csv": ("Guardar el CSV", "CSV (*.csv)"),
    ".json": ("Guardar el JSON", "JSON (*.json)"),
    ".terreno": ("Guardar en pendrive", _BUNDLES),
}
"""By the end of a file's name: the title of the dialog, and the kinds that it shows."""


class MainWindow(QWidget):
    """Everything that a person sees while the laptop is open.

    Signals:
        lock_asked: The person wants the screen locked.
        blank_asked: The person wants nothing to be seen, at once.
        handed_over: Somebody else has the laptop: nothing of this window may be seen.
        taken_back: The officer has it again.
        look_asked: The person wants another theme or size of text.
    """

    lock_asked = Signal()
    blank_asked = Signal()
    handed_over = Signal()
    taken_back = Signal()
    look_asked = Signal()

    def __init__(self, session: Session, around: Surroundings) -> None:
        super().__init__()
        ground(self, "page")
        self._session, self._around = session, around
        self._place = ""
        self._lock_after_sync = False
        self._field = ""
        self._left_at = Bookmark()
        self._written_at: dict[str, Bookmark] = {}
        ask_path = around.ask_path or self._ask_path
        self._stand = Stand(session, around, ask_path, self._introduce)
        ask_file = around.ask_file or partial(self._ask_file, "Recibir de pendrive", _BUNDLES)
        ask_questionnaire = around.ask_file or partial(self._ask_file, "Publicar un cuestionario", _QUESTIONNAIRES)
        self._office = Office(session, around, ask_path, ask_file, ask_questionnaire, self._introduce)
        self._handing = HandingOver(session, around, self)
        self._connections = Connections(self._stand, self._office, self._handing, self)
        self._left_pages = LeftPages(self._stand, self._office, session.unfinished, around, self, self)
        self._makers = {**self._stand.makers(), **self._office.makers()}
        self._pages: dict[str, QWidget] = {}
        self._stack = QStackedWidget()
        self._rail = Rail(around.theme, [place for place in PLACES if place.name in self._makers])
        self._status = StatusBar(around.theme)
        self._show_who()
        self._network: NetworkWatch | None = None
        if around.network_runner is not None:
            self._network = NetworkWatch(session.central.answers, around.network_runner, self)
            self._network.known.connect(self._show_network)
        self._backups = BackupWatch(session.shelf, around.runner, self)
        self._backups.trouble.connect(self._no_backup)
        self._update_bar = UpdateBar(around.theme)
        self._updates = UpdateDesk(
            self._update_bar, session.updates, around.network_runner or around.runner, around.runner, self
        )
        self._lay_out()
        for name in _AT_ONCE:
            self.page(name)
        self._listen()
        self._listen_to_keys()

    @property
    def place(self) -> str:
        """Name of the screen in sight."""
        return self._place

    @property
    def field(self) -> str:
        """The field of a form that is being written, or an empty text."""
        return self._stand.attention.field

    def page(self, name: str) -> QWidget:
        """A screen, made now if nobody has asked for it yet."""
        if name not in self._pages:
            self._makers[name]()
        return self._pages[name]

    def start(self, field: str = "", place: str = "today", *, resume: bool = True) -> None:
        """Show a screen, read how this laptop stands, and go on with what was left.

        Args:
            field: The field of an attention in which the person was.
            place: The screen to begin with; one without a line in the rail is reached from today.
            resume: Go on with the newest half-written attention, and not only with the other pages.
        """
        self._field = field
        self.go_to(place if place in {one.name for one in PLACES} else "today")
        self._office.sync.refresh()
        if self._network is not None:
            self._network.start()
        self._backups.start()
        self._updates.start()
        read = partial(self._read_left, resume=resume)
        self._around.runner.run(read, self._give_back, self._drafts_unread)

    @Slot()
    def resume_draft(self) -> None:
        """Go on with what was left half written, the newest first."""
        self._around.runner.run(self._read_drafts, self._resume, self._drafts_unread)

    @Slot(str)
    def go_to(self, place: str) -> None:
        """Show a screen, with what it tells read anew; an attention that is being written comes back for today."""
        if place == "today" and self._stand.attention.writing:
            self._go_on_writing()
            return
        self.show_place(place)
        match place:
            case "today":
                self._stand.today_form.clear_notice()
                self._stand.today.refresh()
            case "information":
                self._stand.information.refresh(self._connections.looking_up.way_back)
                self._stand.information_form.begin()
            case "outings":
                self._stand.outings.begin()
            case "survey":
                self._stand.survey.begin()
            case "sync":
                self._office.sync.refresh()
            case "conflicts":
                self._office.conflicts.refresh()
                self._office.conflicts_form.begin()
            case "goals":
                self._office.goals.begin()
            case "administration":
                self._office.administration.refresh()
                self._office.administration_form.begin()
            case _:
                self._office.reports.refresh()
                self._office.reports_form.begin()

    @Slot()
    def look_up(self) -> None:
        """Look something up, or go back to where the person was; an attention keeps the place where they wrote."""
        if self._place == INFORMATION:
            self._connections.looking_up.leave()
        else:
            self.go_to(INFORMATION)

    @Slot(str)
    def show_receipt(self, record: str) -> None:
        """Show the receipt of an attention, and come back to its row."""
        self._connections.giving_receipts.of_row(record)

    @Slot()
    def start_sync(self) -> None:
        """Synchronise, from wherever the person is."""
        if self._place != "sync":
            self.show_place("sync")
        self._office.sync.start()

    @Slot()
    def new_attention(self) -> None:
        """Begin an attention; one that is being written is gone on with, or at the second time put aside."""
        self.go_to("today")
        if self._place == ATTENTION and self._stand.attention.put_aside():
            self.go_to("today")
        if self._place == "today":
            self._stand.today_form.new_asked.emit()

    @Slot()
    def survey(self) -> None:
        """Who waits for the survey."""
        self.go_to(SURVEY)

    @property
    def handing(self) -> HandingOver:
        """The survey's kiosk, while somebody else has the laptop."""
        return self._handing

    def begin_attention(self, session: SessionView | None, fields: Mapping[str, Json] | None = None) -> None:
        """Show an empty attention, or one that begins with some fields."""
        self._stand.attention.begin(session, fields)
        self.show_place(ATTENTION)

    @Slot()
    def ask_lock(self) -> None:
        """Lock now, or as soon as the delivery that runs has ended."""
        if self._office.sync.running:
            self._lock_after_sync = True
            self._status.show_lock("Se bloquea al terminar la entrega")
        else:
            self.lock_asked.emit()

    @Slot()
    def ask_look(self) -> None:
        """Another theme or size of text is wanted."""
        self.look_asked.emit()

    @Slot()
    def show_keys(self) -> None:
        """Show the keys of this screen, and what the manual says of it."""
        KeysHelp(self._around.theme, self, self._place, manual().read_text(encoding="utf-8")).open()

    def _show_who(self) -> None:
        self._status.show_who(self._session.person.name, self._session.laptop.label)

    def show_time_left(self, seconds: int) -> None:
        """Say when the screen locks; -1 while it does not."""
        if self._lock_after_sync:
            return
        if seconds < 0:
            self._status.show_lock("No se bloquea mientras entrega")
        else:
            self._status.show_lock(_countdown(seconds), "Se bloquea en")

    def show_conflicts(self, waiting: int) -> None:
        """Say how many conflicts wait for a person."""
        self._rail.set_waiting("conflicts", waiting)

    def keep(self) -> None:
        """Keep what is being written, and close what stands over the window: the screen locks, whatever happens."""
        self._handing.put_down()
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        for keep in (self._stand.put_down, self._left_pages.keep_now):
            try:
                keep()
            except Exception as error:  # noqa: BLE001  the screen locks whatever happens; what was kept before stays
                logger.warning("the last draft was not kept: %s", type(error).__name__)

    def put_down(self) -> None:
        """Stop what runs, keep the open form as a draft, and let the session go."""
        self.leave()
        self._session.close()

    def leave(self) -> None:
        """Stop what runs and keep the open form as a draft; the session goes on in another window."""
        self._office.sync.stop()
        self.keep()
        if self._network is not None:
            self._network.stop()
        self._backups.stop()
        self._updates.stop()
        self._around.runner.close()

    def take_keys(self) -> None:
        """The window is in sight again: the keys go where they went before, or to the page; never to the rail.

        What stands in an input is gone on with: were it selected, the next key would replace it.
        """
        page = self._pages[self._place]  # which knows it by itself: another page may have come back since
        go_on_in(page.focusWidget() or page)

    @Slot()
    def change_panel(self) -> None:
        """The keys go from the page to the rail, and back to where they were on the page."""
        page = self._pages[self._place]
        if page.isAncestorOf(self.focusWidget() or self):
            self._left_at = Bookmark(page.focusWidget())
            self._rail.take_keys()
        elif not self._left_at.go_back():
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def session(self) -> Session:
        """The open laptop."""
        return self._session

    @property
    def writing(self) -> bool:
        """An attention is being written."""
        return self._stand.attention.writing

    @property
    def delivering(self) -> bool:
        """A synchronisation runs."""
        return self._office.sync.running

    @property
    def who(self) -> str:
        """Who works, and on which laptop."""
        return f"{self._session.person.name} · {self._session.laptop.label}"

    @property
    def officer(self) -> str:
        """The id of who works."""
        return self._session.person.id

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Icons alone in the rail where there is little room."""
        super().resizeEvent(event)
        narrow = self._around.theme.compact or self.width() < COMPACT_BELOW_WIDTH
        self._rail.set_narrow(narrow=narrow)
        self._status.set_narrow(narrow=narrow)

    # ------------------------------------------------------------------ putting together

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._rail)
        middle.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the rail gives way only once it is narrow
        layout.addLayout(middle, 1)
        layout.addWidget(self._update_bar)
        layout.addWidget(self._status)

    def _introduce(self, name: str, page: QWidget, presenter: QObject) -> None:
        """A screen was just made: it has its place in the window, and is heard from now on."""
        self._pages[name] = page
        self._stack.addWidget(page)
        self._connections.hear(presenter)
        self._left_pages.hear(name, presenter)

    def _listen(self) -> None:
        sync, handing = self._office.sync, self._handing
        sync.started.connect(self._sync_started)
        sync.ended.connect(self._sync_ended)
        sync.counted.connect(self._counted)
        handing.handed_over.connect(self.handed_over)
        handing.stored.connect(sync.refresh)
        handing.expired.connect(self.lock_asked)
        handing.taken_back.connect(self._take_back)
        self._rail.chosen.connect(self.go_to)
        self._around.idle.ticked.connect(self.show_time_left)

    def _listen_to_keys(self) -> None:
        for place in PLACES:
            if place.name in self._makers:
                keys.shortcut(self, f"Ctrl+{place.key}", partial(self.go_to, place.name))
        keys.shortcut(self, keys.HELP, self.show_keys)
        keys.shortcut(self, keys.INFORMATION, self.look_up)
        keys.shortcut(self, keys.SYNC, self.start_sync)
        keys.shortcut(self, keys.OTHER_PANEL, self.change_panel)
        keys.shortcut(self, keys.LOCK, self.ask_lock)
        keys.shortcut(self, keys.PRIVACY, self.blank_asked.emit)
        self._new_attention = keys.shortcut(self, keys.NEW_ATTENTION, self.new_attention)
        self._survey_key = keys.shortcut(self, keys.SURVEY, self.survey)

    # ------------------------------------------------------------------ going from screen to screen

    def show_place(self, place: str, at: Bookmark | None = None) -> None:
        """Show a screen as it is, perhaps at the very input where the person was."""
        here = self._pages.get(self._place)
        self._connections.looking_up.passes(self._place, place, here.focusWidget() if here is not None else None)
        if here is not None:
            self._written_at[self._place] = Bookmark(here.focusWidget())
        if at is None and self._left_pages.half_written_on(place):
            at = self._written_at.get(place)
        self._place = place
        page = self.page(place)
        self._stack.setCurrentWidget(page)
        self._rail.go_to("today" if place in _OF_TODAY else place)
        self._left_pages.keep_soon()
        for one in self._new_attention:
            one.setEnabled(place not in ("today", INFORMATION))  # there the page has this key itself
        for one in self._survey_key:
            one.setEnabled(place != "today")
        if at is not None and at.go_back():
            return
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        if page.focusProxy() is None and self.window().focusWidget() is page:  # else the lock has the keys
            page.focusNextChild()
        if not page.isAncestorOf(self.focusWidget() or self):
            page.setFocus(Qt.FocusReason.OtherFocusReason)  # nothing there takes keys: not the rail instead

    def _go_on_writing(self) -> None:
        """Show the attention that is being written, in the field where the person was; who is there stays there."""
        if self._place != ATTENTION:
            self.show_place(ATTENTION, self._connections.looking_up.attention_left_at)

    def back_to_today(self, record: str) -> None:
        """Show today, on the row of a record."""
        self.show_place("today")
        self._stand.today.refresh(record)

    def _take_back(self, attention: str, stored: bool) -> None:  # noqa: FBT001  the signal's argument
        self.taken_back.emit()
        self._connections.survey_ended(attention, stored=stored)

    def _read_drafts(self) -> tuple[Mapping[str, AttentionDraft], SessionView | None]:
        return self._session.attentions.drafts(), self._session.outings.current()

    def _read_left(
        self, *, resume: bool
    ) -> tuple[tuple[Mapping[str, AttentionDraft], SessionView | None], Sequence[HalfWritten]]:
        return self._read_drafts() if resume else ({}, None), self._session.unfinished.drafts()

    def _give_back(
        self, left: tuple[tuple[Mapping[str, AttentionDraft], SessionView | None], Sequence[HalfWritten]]
    ) -> None:
        drafts, pages = left
        self._resume(drafts)
        self._left_pages.give_back(pages)

    def _resume(self, left: tuple[Mapping[str, AttentionDraft], SessionView | None]) -> None:
        drafts, session = left
        newest = max(drafts, key=lambda key: (not key.startswith(EDIT), key), default="")
        if newest:
            self.show_place(ATTENTION)
            self._stand.attention.resume(newest, drafts[newest], session, self._field)
        self._field = ""

    def _drafts_unread(self, error: BaseException) -> None:
        self._stand.today.tell(notice_of(explain(error)))

    def _no_backup(self, error: BaseException) -> None:
        told = explain(error)
        happened = f"No se pudo hacer el respaldo: {told.happened[:1].lower()}{told.happened[1:]}"
        notice = warning(happened, "Lo registrado sigue guardado en este equipo.", told.next)
        self._stand.today.tell(notice)
        self._office.sync.tell(notice)

    # ------------------------------------------------------------------ the three truths

    def _sync_started(self) -> None:
        self._around.idle.hold_off()

    def _sync_ended(self, reached: object) -> None:
        self._around.idle.let_lock()
        if reached is not None:
            self._status.show_network(online=bool(reached))
        self._office.read_conflicts()
        if self._lock_after_sync:
            self._lock_after_sync = False
            self.lock_asked.emit()

    def _show_network(self, online: bool) -> None:  # noqa: FBT001  the signal's argument
        self._status.show_network(online=online)

    def _counted(self, status: StatusView) -> None:
        self._status.show_receipts(status.received, status.total, status.unsent)
        self._show_who()  # a first synchronisation brings the name
        self.show_conflicts(status.conflicts)

    def _ask_path(self, name: str) -> Path | None:
        title, kinds = _SAVING[Path(name).suffix]
        return ask_where_to_save(self, title, name, kinds)

    def _ask_file(self, title: str, kind: str) -> Path | None:
        return ask_which_to_open(self, title, f"{kind};;Todos (*)")


def _countdown(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else span(rest)
