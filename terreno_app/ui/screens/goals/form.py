"""The page of Metas: the goals of a year in a table, the pace of the one that is selected, and what can be done."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.charts.paces import Paces
from terreno_app.ui.labels import plural
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.goals.wording import COLUMNS, SPARE, GoalLine
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Field, Select
from terreno_app.ui.widgets.grid_table import GridTable
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled, turn_page
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.text import label

_MOST_ROWS: Final = 13
_MOST_LARGE_ROWS: Final = 3
_NO_GOALS: Final = "Nueva meta (Ctrl+N) define la primera: qué se cuenta, en qué espacio, en qué período y cuánto."
_NONE_PASSES: Final = "Elija «Todos los espacios» y «Todos los indicadores» para verlas todas."

Options = Sequence[tuple[str, str]]


class GoalsForm(QWidget):
    """The page.

    Signals:
        year_chosen: Another year.
        new_asked: A goal that is not there yet.
        replace_asked: Another target in the place of the selected goal's; carries its line.
        approve_asked: Somebody approved the selected goal; carries its line.
        explain_asked: Why the selected goal was missed; carries its line.
    """

    year_chosen = Signal(str)
    new_asked = Signal()
    replace_asked = Signal(object)
    approve_asked = Signal(object)
    explain_asked = Signal(object)

    def __init__(self, theme: Theme, years: Options, spaces: Options, metrics: Options) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._lines: tuple[GoalLine, ...] = ()
        self._shown: tuple[GoalLine, ...] = ()
        self._eyebrow = ""
        self._year = Select(theme, (), name="year")
        self._year.offer(years)
        self._space = Select(theme, spaces, empty="Todos los espacios", name="goal_space")
        self._metric = Select(theme, metrics, empty="Todos los indicadores", name="goal_metric")
        self._new = Button(theme, "&Nueva meta", "primary", key=keys.NEW_GOAL, icon="plus", name="new_goal")
        self._replace = Button(theme, "&Reemplazar", key="Enter", icon="pencil", name="replace_goal")
        self._approve = Button(theme, "&Aprobar", icon="check", name="approve_goal")
        self._explain = Button(theme, "&Motivo y medida", icon="message-square-text", name="explain_goal")
        self._head = PageHead(theme, "", "Metas", self._new)
        self._notice = NoticeBar(theme)
        self._empty = EmptyState(theme, "target", "", "")
        self._paces = Paces(theme, "Avance de la meta elegida y ritmo esperado")
        self._about = label(theme, "", "small", "ink2", wrap=True)
        self._table = GridTable(theme, "goals", "Metas de cobertura")
        self._count = label(theme, "", "small", "ink2")
        self._look = QTimer(self)  # what is said of the goal takes its lines only after Qt laid it out
        self._look.setSingleShot(True)
        self._look.setInterval(0)
        self._look.timeout.connect(self._bring_into_sight)
        self._lay_out()
        self._listen()

    @property
    def year(self) -> int:
        """The year in sight."""
        return int(self._year.code)

    def set_year(self, year: int) -> None:
        """Another year, without telling anybody."""
        self._year.set_code(str(year))

    @property
    def eyebrow(self) -> str:
        """The line over the title."""
        return self._eyebrow

    @property
    def message(self) -> str:
        """What the message says, and why there is nothing to see."""
        empty = "" if self._empty.isHidden() else self._empty.accessibleName()
        return " ".join(part for part in (self._notice.text, empty) if part)

    @property
    def shown(self) -> tuple[GoalLine, ...]:
        """The goals in sight."""
        return self._shown

    @property
    def table(self) -> GridTable:
        """The table of goals."""
        return self._table

    def show_waiting(self) -> None:
        """The goals are being read and measured."""
        self._say(f"Metas de {self.year} · contando…")

    def show_goals(self, eyebrow: str, lines: Sequence[GoalLine], select: str = "") -> None:
        """Show the goals of a year, on the row of one of them."""
        self._say(eyebrow)
        self._lines = tuple(lines)
        self._filter()
        places = [place for place, line in enumerate(self._shown) if line.goal.id == select]
        self._table.go_to(places[0] if places else 0)

    def tell(self, notice: Notice | None) -> None:
        """Say how it went, or take it away."""
        if notice is None:
            self._notice.clear()
        else:
            self._notice.tell(notice)

    def begin(self) -> None:
        """The keys go to the table, or to what makes the first goal."""
        (self._table if self._shown else self._new).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pages are turned where large text needs more room than there is."""
        if not turn_page(self._body, event.key()):
            super().keyPressEvent(event)

    def _say(self, eyebrow: str) -> None:
        self._eyebrow = eyebrow
        self._head.say(eyebrow, "Metas")

    def _filter(self) -> None:
        space, metric = self._space.code, self._metric.code
        self._shown = tuple(line for line in self._lines if space in {"", line.space} and metric in {"", line.metric})
        self._table.show_grid("Metas de cobertura", COLUMNS, [line.row for line in self._shown], SPARE)
        self._table.fit_rows(_MOST_LARGE_ROWS if self._theme.large else _MOST_ROWS)
        if self._lines:
            self._empty.say("Ninguna meta es de ese espacio e indicador", _NONE_PASSES)
        else:
            self._empty.say(f"Todavía no hay metas de {self.year}", _NO_GOALS)
        filled = bool(self._shown)
        self._empty.setVisible(not filled)
        for part in (self._table, self._about, self._paces):
            part.setVisible(filled)
        waiting = sum(not line.goal.approved for line in self._shown)
        self._count.setText(f"{plural(len(self._shown), 'meta', 'metas')} · {waiting} sin aprobar")
        self._count.setVisible(filled)
        self._follow(self._table.current)

    def _follow(self, place: int) -> None:
        line = self._shown[place] if 0 <= place < len(self._shown) else None
        self._about.setText("" if line is None else f"{line.name} · {line.approval}")
        self._paces.show_paces([] if line is None or line.pace is None else [line.pace])
        self._replace.setEnabled(line is not None)
        self._approve.setEnabled(line is not None and not line.goal.approved)
        self._explain.setEnabled(line is not None and line.pace is not None)
        if self._theme.large and self._table.hasFocus():
            self._look.start()

    def _bring_into_sight(self) -> None:
        """Scroll until the table ends in sight; `ensureWidgetVisible` would look for its row without its head."""
        bar, end = self._body.verticalScrollBar(), self._table.geometry().bottom() + 1
        bar.setValue(max(bar.value(), end - self._body.viewport().height()))

    def _refilter(self, _code: str) -> None:
        self._filter()

    def _ask_replace(self) -> None:
        if 0 <= self._table.current < len(self._shown):
            self.replace_asked.emit(self._shown[self._table.current])

    def _ask_approve(self) -> None:
        self.approve_asked.emit(self._shown[self._table.current])

    def _ask_explain(self) -> None:
        self.explain_asked.emit(self._shown[self._table.current])

    def _listen(self) -> None:
        self._year.picked.connect(self.year_chosen)
        self._space.picked.connect(self._refilter)
        self._metric.picked.connect(self._refilter)
        self._new.clicked.connect(self.new_asked)
        self._replace.clicked.connect(self._ask_replace)
        self._approve.clicked.connect(self._ask_approve)
        self._explain.clicked.connect(self._ask_explain)
        self._table.opened.connect(self._ask_replace)
        self._table.moved.connect(self._follow)
        keys.shortcut(self, keys.NEW_GOAL, self._new.click)
        inputs = (
            self._table,
            self._year,
            self._space,
            self._metric,
            self._new,
            self._explain,
            self._approve,
            self._replace,
        )
        for before, after in pairwise(inputs):
            self.setTabOrder(before, after)

    def _lay_out(self) -> None:
        theme = self._theme
        year, space, metric = (
            Field(theme, "&Período", self._year),
            Field(theme, "&Espacio", self._space),
            Field(theme, "&Indicador", self._metric),
        )
        choices = row(theme, (year, 3), (space, 4), (metric, 5), gap=12)
        selected, table = (self._about, self._paces), (self._table,)
        inside = column(
            theme,
            self._notice,
            choices,
            6,
            *(selected + table if theme.large else table + selected),  # of large text what stands first is in sight
            *((self._count,) if theme.compact else ()),
            self._empty,
            STRETCH,
            margins=(MARGIN, 10, MARGIN, 10),
            gap=8,
            name="scrolled",
        )
        self._body = scrolled(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = row(theme, (self._head, 1), margins=(MARGIN, 14, MARGIN, 10))
        note = label(theme, "", "small") if theme.compact else self._count
        foot = PageFoot(theme, note, self._explain, self._approve, self._replace)
        for part, stretch in ((head, 0), (rule(theme), 0), (self._body, 1), (foot, 0)):
            layout.addWidget(part, stretch)
