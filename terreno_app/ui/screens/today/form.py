"""The page of Hoy. It shows what it is told and says what a person asked for; it calls nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QStackedWidget, QVBoxLayout, QWidget

from terreno_app.domain.spanish import number
from terreno_app.ui import keys
from terreno_app.ui.labels import STATES, plural
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.today.table_model import (
    COLUMNS,
    COMPACT_FOLIO_WIDTH,
    COMPACT_STATE_WIDTH,
    EVERYTHING,
    FOLIO_COLUMN,
    NEEDY,
    PROFILE_COLUMN,
    STATE_COLUMN,
    TYPE_COLUMN,
    Asked,
    DayModel,
    DayRow,
)
from terreno_app.ui.theme import COMPACT_BELOW_WIDTH, Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import TextField
from terreno_app.ui.widgets.filters import Filters
from terreno_app.ui.widgets.layout import STRETCH, add, column, ground, row, rule, scrolled, upright
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar, UndoBar
from terreno_app.ui.widgets.page import Figure, PageHead
from terreno_app.ui.widgets.progress import Progress
from terreno_app.ui.widgets.reason import ReasonBar
from terreno_app.ui.widgets.tables import Table
from terreno_app.ui.widgets.text import key_hint, label, right

_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FILTERS: Final = (
    (EVERYTHING, "Todas"),
    *((state, STATES[state].plural) for state in ("local", "sent", "received", "conflict", "quarantined")),
)
_NONE_PASSES: Final = ("Ninguna atención coincide", "Esc borra la búsqueda; «Todas» muestra la lista completa.")
_SHORT_FILTERS: Final = ((EVERYTHING, "Todas"), ("local", "En este equipo"), (NEEDY, "Necesitan algo"))


@dataclass(frozen=True, slots=True)
class GoalWords:
    """How far the outing is: a goal of 0 means that none was set."""

    done: int
    goal: int
    under: str = ""
    left: str = ""
    pace: str = ""
    expected: int = -1
    expected_text: str = ""


@dataclass(frozen=True, slots=True)
class FigureWords:
    """A figure of the band, the line under it, and what it counts where that depends on the number."""

    number: str
    under: str = ""
    tone: str = "ink"
    word: str = ""


class TodayForm(QWidget):
    """The page.

    Signals:
        new_asked: A new attention.
        survey_asked: The next drawn survey.
        opened: Carries the id of the attention.
        duplicated: Carries the id of the attention to begin a new one with.
        receipt_asked: Carries the id of the attention.
        voided: The `Asked`, and the reason.
        sought: The words of the search, as they stand now.
        undo_asked: What was done last is to be taken back.
        informed: One more person was informed.
        outings_asked: The person wants to open an outing.
        reason_left: No reason is being written any more.
        reason_written: Something was typed of a reason.
        drafts_asked: The person wants to go on with what was left half written.
    """

    new_asked = Signal()
    survey_asked = Signal()
    opened = Signal(str)
    duplicated = Signal(str)
    receipt_asked = Signal(str)
    voided = Signal(object, str)
    sought = Signal(str)
    undo_asked = Signal()
    informed = Signal()
    outings_asked = Signal()
    drafts_asked = Signal()
    reason_left = Signal()
    reason_written = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._model = DayModel()
        self._asked = Asked()
        self._nothing_yet = ("", "", False)
        self._undo = UndoBar(theme)
        self._notice = NoticeBar(theme)
        self._reason = ReasonBar(theme, "An&ular")
        self._head = self._make_head()
        self._band = self._make_band()
        self._filters = Filters(theme, _FILTERS, "Filtro de la lista", "filters")
        self._search = TextField(theme, placeholder="Folio, tema, tipo o comuna", name="search")
        self._search.setAccessibleName("Buscar en la lista")
        self._search.setFixedWidth(theme.px(260))
        self._search.hide()
        self._search_hint = key_hint(theme, "Ctrl+F", "Buscar")
        self._table = Table(theme, self._model, "attentions", "Atenciones de hoy")
        self._hints = self._make_hints()
        self._body = self._make_body()
        self._lay_out()
        self._listen()

    def show_head(self, eyebrow: str, title: str) -> None:
        """Name the outing."""
        self._head.say(eyebrow, title)

    def show_goal(self, words: GoalWords) -> None:
        """Show how far the outing is."""
        self._done.setText(number(words.done))
        counted = plural(words.goal or words.done, "atención", "atenciones")
        named = f"de {counted}" if words.goal else counted.partition(" ")[2]
        if words.goal and self._theme.large:  # what is counted is said by the title and by «meta de la salida»
            named = f"de {number(words.goal)}"
        self._of.setText(named)
        self._under.setText(words.under)
        self._missing.setText(words.left)
        self._pace.setText(words.pace)
        self._progress.setVisible(bool(words.goal))
        self._progress.show_progress(words.done, words.goal, words.expected, words.expected_text)

    def show_figures(
        self, persons: FigureWords, informed: FigureWords, surveys: FigureWords, duty: FigureWords
    ) -> None:
        """Show the four figures of the band."""
        figures = ((self._persons, persons), (self._informed, informed), (self._surveys, surveys), (self._duty, duty))
        for figure, words in figures:
            figure.show_figure(words.number, words.under, tone=words.tone, word=words.word)

    def show_rows(self, rows: Sequence[DayRow]) -> None:
        """Show the attentions, keeping the person on the row where they were."""
        here = self.selected
        self._model.take(rows)
        self._filters.set_counts(self._model.counts)
        self._after_filter(here)

    def show_found(self, rows: Sequence[DayRow]) -> None:
        """Show what the search found on other days, under the rows of this one."""
        here = self.selected
        self._model.take_found(rows)
        self._after_filter(here)

    @property
    def words(self) -> str:
        """The words of the search."""
        return self._search.text()

    def show_empty(self, title: str, text: str, *, offer_outing: bool = False) -> None:
        """Say why there is nothing to list, and what to do."""
        self._nothing_yet = (title, text, offer_outing)
        self._say_empty()

    def allow_new(self, *, allowed: bool) -> None:
        """A new attention needs an open outing."""
        self._new.setEnabled(allowed)

    def offer_survey(self, waiting: int) -> None:
        """Say how many people wait for the survey; with nobody there is nothing to press."""
        named = str(waiting) if self._theme.compact else f"{'espera' if waiting == 1 else 'esperan'} {waiting}"
        self._survey.set_text(f"&Encuesta: {named}")
        self._survey.setVisible(waiting > 0)

    def offer_drafts(self, waiting: int) -> None:
        """Say how many attentions were put aside half written; with none there is nothing to press."""
        self._drafts.set_text(f"Seguir &borrador: {waiting}")
        self._drafts.setVisible(waiting > 0)
        self._drafts_row.setVisible(waiting > 0 and self._theme.compact)
        self._make_room()

    def tell(self, notice: Notice) -> None:
        """Show a message under the head."""
        self._notice.tell(notice)

    def clear_notice(self) -> None:
        """Take the message away."""
        self._notice.clear()

    def offer_undo(self, text: str, icon: str = "trash-2") -> None:
        """Say what was done and offer to undo it."""
        self._undo.offer(text, icon)

    @property
    def selected(self) -> str:
        """The id of the attention under the selection, or an empty text."""
        place = self._table.current
        return self._model.rows[place].id if 0 <= place < len(self._model.rows) else ""

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    @property
    def shown(self) -> tuple[DayRow, ...]:
        """The rows in sight."""
        return self._model.rows

    def select(self, record: str) -> None:
        """Go to the row of a record."""
        self._table.go_to(self._model.place_of(record))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the search; where there is nothing yet, Enter begins the first attention."""
        if event.key() in _ENTER and self._empty.hasFocus() and not self._model.total:
            if self._new.isEnabled() and not event.isAutoRepeat():
                self.new_asked.emit()
            return
        if event.key() == Qt.Key.Key_Escape and self._search.isVisible():
            self._search.clear()
            self._model.keep_words("")
            self._search.hide()
            self._search_hint.show()
            self._after_filter(self.selected)
            (self._table if self._model.rows else self._filters).setFocus()
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Small: what matters least gives way first."""
        return QSize(480, 320)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the columns that matter least where there is little room."""
        super().resizeEvent(event)
        compact = self._compact
        self._goal.setMinimumWidth(0 if compact else self._theme.px(360))
        self._table.setColumnHidden(TYPE_COLUMN, compact)
        self._table.setColumnHidden(PROFILE_COLUMN, compact)
        folio = COMPACT_FOLIO_WIDTH if self._theme.compact else COLUMNS[FOLIO_COLUMN].width
        self._table.setColumnWidth(FOLIO_COLUMN, self._theme.px(folio))
        state = COMPACT_STATE_WIDTH if self._theme.compact else COLUMNS[STATE_COLUMN].width
        self._table.setColumnWidth(STATE_COLUMN, self._theme.px(state))
        self._informed.setVisible(not compact)
        self._informed_line.setVisible(not compact)
        self._right_words.setVisible(not compact)
        self._filters.set_items(_SHORT_FILTERS if compact else _FILTERS)

    @property
    def _compact(self) -> bool:
        return self._theme.compact or self.width() < COMPACT_BELOW_WIDTH - self._theme.px(200)

    def _make_head(self) -> PageHead:
        theme = self._theme
        self._new = Button(
            theme, "&Nueva atención", "primary", key=keys.NEW_ATTENTION, icon="plus", height=44, name="new_attention"
        )
        self._survey = Button(theme, "", key=keys.SURVEY, icon="message-square-text", height=44, name="survey")
        self._survey.hide()
        self._drafts = Button(theme, "", key=keys.DRAFTS, icon="pencil", height=44, name="drafts")
        self._drafts.hide()
        self._drafts_row = row(theme, self._drafts, STRETCH, gap=0, margins=(0, 8, 0, 0))
        self._drafts_row.hide()
        if theme.compact:  # large text leaves no room in the head for a third
            return PageHead(theme, "", "Hoy", self._survey, self._new)
        return PageHead(theme, "", "Hoy", self._drafts, self._survey, self._new)

    def _make_band(self) -> QWidget:
        theme = self._theme
        self._done = label(theme, "0", "display")
        self._of = label(theme, "atenciones", "strong")
        self._under = label(theme, "", "small", "ink2", wrap=True)
        self._missing = right(label(theme, "", "strong"))
        self._pace = right(label(theme, "", "small", "ink2"))
        self._progress = Progress(theme, with_tick=True, name="goal")
        self._right_words = column(theme, STRETCH, self._missing, self._pace, STRETCH, gap=1)
        words = column(theme, STRETCH, self._of, self._under, STRETCH, gap=1)
        goal = column(theme, row(theme, self._done, words, STRETCH, self._right_words, gap=12), self._progress, gap=4)
        self._goal = goal
        goal.setMaximumWidth(theme.px(400))
        self._persons = Figure(theme, "personas atendidas", "persons")
        self._informed = Figure(theme, "personas informadas", "informed")
        self._surveys = Figure(theme, "encuestas" if theme.compact else "encuestas del sorteo", "surveys")
        self._duty = Figure(theme, "plazo de 24 h" if theme.compact else "plazo de 24 horas", "duty")
        gap = 14 if theme.compact else 18
        self._informed_line = row(theme, upright(theme), gap, gap=0)
        apart, between = (None, 0) if theme.large else (upright(theme), gap)
        if theme.large:
            self._persons.hide()  # the figure at its left tells nearly the same, and needs the room
        parts = (self._persons, between, self._informed_line, self._informed, between)
        rest = (apart, between, self._surveys, gap, upright(theme), gap, self._duty, STRETCH)
        return row(theme, (goal, 1), gap + 4, upright(theme), gap + 4, *parts, *rest, gap=0)

    def _make_hints(self) -> QWidget:
        theme = self._theme
        self._count = label(theme, "", "small", "ink2")
        hints = [key_hint(theme, "Enter", "Abrir"), key_hint(theme, "Supr", "Anular con motivo")]
        if not theme.compact:
            hints.insert(1, key_hint(theme, "Ctrl+D", "Duplicar"))
        return row(theme, *hints, STRETCH, self._count, gap=18)

    def _make_body(self) -> QStackedWidget:
        theme = self._theme
        self._go_outings = Button(theme, "&Ir a Salidas", key="Ctrl+4", icon="calendar-days", name="go_outings")
        self._empty = EmptyState(theme, "inbox", "", "", self._go_outings)
        self._go_outings.hide()
        empty = column(theme, 4 if theme.large else 24, self._empty, STRETCH)
        ground(empty, "scrolled")
        body = QStackedWidget()
        body.addWidget(self._table)
        body.addWidget(scrolled(empty))  # large text leaves less room than it needs
        return body

    def _lay_out(self) -> None:
        theme = self._theme
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(theme.px(32), theme.px(20), theme.px(32), theme.px(12))
        layout.setSpacing(0)
        filters = row(theme, (self._filters, 1), self._search, self._search_hint, gap=12)
        add(theme, layout, self._head, 12, rule(theme), self._drafts_row)
        add(theme, layout, 10, self._band, 12, self._notice, 4, filters, 2)
        add(theme, layout, (self._body, 1), 8, self._hints, self._reason, 4, self._undo)
        self.setFocusProxy(self._table)
        order = (self._table, self._filters, self._search, self._drafts, self._survey, self._new)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _listen(self) -> None:
        self._new.clicked.connect(self.new_asked)
        self._survey.clicked.connect(self.survey_asked)
        self._drafts.clicked.connect(self.drafts_asked)
        self._go_outings.clicked.connect(self.outings_asked)
        self._filters.changed.connect(self._filter)
        self._search.textChanged.connect(self._find)
        self._table.opened.connect(self._open)
        self._reason.given.connect(self._void)
        self._reason.left.connect(self._reason_left)
        self._reason.written.connect(self.reason_written)
        self._undo.undone.connect(self.undo_asked)
        keys.shortcut(self, keys.NEW_ATTENTION, self.new_asked.emit)
        keys.shortcut(self, keys.SURVEY, self.survey_asked.emit)
        keys.shortcut(self, keys.SEARCH, self._begin_search)
        keys.shortcut(self, keys.DUPLICATE, self._duplicate)
        keys.shortcut(self, keys.DRAFTS, self._drafts.click)
        keys.shortcut(self, keys.PRINT, self._receipt)
        keys.shortcut(self, keys.ONE_MORE_INFORMED, self.informed.emit)
        keys.shortcut(self, keys.UNDO, self._undo.undo)
        keys.shortcut(self._table, keys.VOID, self._ask_reason, inside=True)

    def _filter(self, state: str) -> None:
        here = self.selected
        self._model.keep_state(state)
        self._after_filter(here)

    def _find(self, words: str) -> None:
        here = self.selected
        self._model.keep_words(words)
        self._after_filter(here)
        self.sought.emit(words)

    def _after_filter(self, here: str) -> None:
        shown, total, others = len(self._model.rows), self._model.total, self._model.shown_of_other_days
        words = plural(total, "atención", "atenciones")
        if shown - others != total:
            words = f"Mostrando {shown - others} de {total}"
        self._count.setText(f"{words} · {others} de otros días" if others else words)
        self._say_empty()
        self._hints.setVisible(shown > 0 and not self._reason.isVisible())
        place = self._model.place_of(here)
        self._table.go_to(max(place, 0))

    def _say_empty(self) -> None:
        """Where there is no row in sight, say why: there is none at all, or none passes the search and the filter."""
        title, text, offer_outing = self._nothing_yet
        if self._model.total:
            title, text, offer_outing = *_NONE_PASSES, False
        self._empty.say(title, text)
        self._go_outings.setVisible(offer_outing)
        there = self._table if self._model.rows else self._go_outings if offer_outing else self._empty
        had_keys = self.window().focusWidget() in (self._table, self._go_outings, self._empty)
        self._body.setCurrentIndex(0 if self._model.rows else 1)
        self.setFocusProxy(there)
        if had_keys:
            there.setFocus(Qt.FocusReason.OtherFocusReason)  # what is in sight now has the keys, not the rail

    def _begin_search(self) -> None:
        self._search_hint.hide()
        self._search.show()
        self._search.setFocus()
        self._search.selectAll()

    def _open(self, place: int) -> None:
        self.opened.emit(self._model.rows[place].id)

    def _duplicate(self) -> None:
        if self.selected:
            self.duplicated.emit(self.selected)

    def _receipt(self) -> None:
        if self.selected:
            self.receipt_asked.emit(self.selected)

    def _ask_reason(self) -> None:
        place = self._table.current
        if place < 0 or self._model.rows[place].voided:
            return
        here = self._model.rows[place]
        tail = "-".join(here.folio.rsplit("-", 2)[1:])
        self.ask_reason(Asked(here.id, f"¿Por qué se anula {tail}?", here.seen))

    @property
    def reason_typed(self) -> tuple[Asked, str]:
        """What is asked of the attention that is being voided, and what was typed; an empty text where nothing was."""
        return self._asked, self._reason.typed

    def ask_reason(self, asked: Asked, typed: str = "") -> None:
        """Ask why an attention is voided, with what was typed before."""
        self._hints.hide()
        self._asked = asked
        self._reason.ask(asked.question, typed)
        self._make_room()

    def _make_room(self) -> None:
        """Where text is large, the figures give way to what has to be done: a row of the list stays in sight."""
        busy = not self._drafts_row.isHidden() or not self._reason.isHidden()
        self._band.setVisible(not (self._theme.large and busy))

    def _void(self, reason: str) -> None:
        self._lay_reason_aside()
        self.voided.emit(self._asked, reason)

    def _reason_left(self) -> None:
        self._lay_reason_aside()
        self.reason_left.emit()

    def _lay_reason_aside(self) -> None:
        self._hints.show()
        self._make_room()
        self._table.setFocus()
