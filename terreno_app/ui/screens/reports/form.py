"""The page of Informes. It shows figures that were made elsewhere and says what a person asked for."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.charts.bars import Bar
from terreno_app.ui.messages import Notice, warning
from terreno_app.ui.screens.reports.asked import Asked, Offer
from terreno_app.ui.screens.reports.choices import Choices, PeriodsOf
from terreno_app.ui.screens.reports.closing import CloseLine
from terreno_app.ui.screens.reports.drill_page import DrillPage
from terreno_app.ui.screens.reports.overview import Overview
from terreno_app.ui.screens.reports.part_page import PartPage
from terreno_app.ui.screens.reports.parts import Part
from terreno_app.ui.screens.reports.wording import ReportShown
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Select
from terreno_app.ui.widgets.grid_table import GridRow
from terreno_app.ui.widgets.layout import STRETCH, add, column, ground, row, rule, scrolled, turn_page
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar, UndoBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.text import label

OVERVIEW: Final = "overview"
_FORMS: Final = (("json", "&JSON"), ("csv", "&CSV"), ("xlsx", "E&xcel"), ("pdf", "P&DF"))


class ReportsForm(QWidget):
    """The page.

    Signals:
        chosen: Something else is asked; carries an `Asked`.
        file_asked: A person wants a file; carries its form: `pdf`, `xlsx`, `csv` or `json`.
        drill_asked: A person wants the attentions of a figure; carries it, and its words.
        attention_opened: A person wants to see one of them; carries its id.
        close_confirmed: A person wants the month in sight closed, and knows that nothing undoes it.
        undo_asked: What the bar offers back is wanted back.
    """

    chosen = Signal(object)
    file_asked = Signal(str)
    drill_asked = Signal(object, str)
    attention_opened = Signal(str)
    close_confirmed = Signal()
    undo_asked = Signal()

    def __init__(self, theme: Theme, offer: Offer, periods_of: PeriodsOf) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._eyebrow = ""
        self._parts: dict[str, Part] = {}
        self._head = PageHead(theme, "", "Informes")
        self._choices = Choices(theme, offer, periods_of)
        self._part = Select(theme, (), name="part_shown")
        self._part.setAccessibleName("Tabla")
        self.close_line = CloseLine(theme)
        self.overview = Overview(theme)
        self.part_page = PartPage(theme, offer.comunas)
        self.drill_page = DrillPage(theme)
        self._notice = NoticeBar(theme)
        self._limits = NoticeBar(theme)
        self._undo = UndoBar(theme)
        self._empty = EmptyState(theme, "chart-column", "", "")
        self._note = label(theme, "", "small", "ink2")
        self._files = tuple(
            Button(
                theme,
                text,
                "primary" if form == "pdf" else "normal",
                key="Ctrl+P" if form == "pdf" else "",
                icon="file-text" if form == "pdf" else "",
                name=f"save_{form}",
            )
            for form, text in _FORMS
        )
        self._lay_out()
        self._listen()

    @property
    def asked(self) -> Asked:
        """What is asked now."""
        return self._choices.asked

    def show_waiting(self, period: str) -> None:
        """The figures are being counted; the old ones stay in sight until then."""
        self._say(f"{period} · contando…")
        self._allow_files(allowed=False)
        self.close_line.show_state("", closed=False)

    def show_report(
        self, eyebrow: str, overview: ReportShown | None, months: Sequence[Bar], parts: Sequence[Part]
    ) -> None:
        """Show a report, on the table that was in sight if it has that one too."""
        here = self._part.code
        self._say(eyebrow)
        self._parts = {part.key: part for part in parts}
        glance = ((OVERVIEW, "El mes de un vistazo"),) if overview is not None else ()
        self._part.offer((*glance, *((part.key, part.title) for part in parts)))
        if self._part.findData(here) >= 0:
            self._part.set_code(here)
        if overview is not None:
            self.overview.show_report(overview, months)
        self._allow_files(allowed=True)
        self._show_body(filled=True)
        self._show_part(self._part.code)

    def show_attentions(self, title: str, ids: Sequence[str], rows: Sequence[GridRow]) -> None:
        """Show what a figure counts in the place of its table."""
        self.drill_page.show_attentions(title, ids, rows)
        self._filled.hide()
        self.drill_page.show()
        self.drill_page.table.setFocus()

    def leave_attentions(self) -> None:
        """Back to the figure."""
        self.drill_page.hide()
        self._filled.show()
        self.part_page.table.setFocus()

    def show_nothing(self, eyebrow: str, title: str, text: str) -> None:
        """Say why there is no report to look at, and what to do."""
        self._say(eyebrow)
        self._empty.say(title, text)
        self._allow_files(allowed=False)
        self._show_body(filled=False)

    def show_limits(self, not_held: str) -> None:
        """Say what this laptop does not have; nothing takes the message away."""
        if not_held:
            then = "El informe de toda la región se pide en un equipo de coordinación."
            self._limits.tell(warning("Este equipo de terreno no tiene todo", not_held, then, "info"))
        else:
            self._limits.clear()

    def tell(self, notice: Notice | None) -> None:
        """Say how it went, or take it away."""
        self._message.setVisible(notice is not None)
        if notice is None:
            self._notice.clear()
        else:
            self._notice.tell(notice)

    def offer_undo(self, text: str) -> None:
        """Say what was done, and offer to take it back."""
        self._undo.offer(text)

    def begin(self) -> None:
        """Put the focus on the first question."""
        self._choices.report.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pages are turned where a report is longer than the window."""
        if not turn_page(self._body, event.key()):
            super().keyPressEvent(event)

    @property
    def message(self) -> str:
        """All that the messages in sight say."""
        empty = "" if self._empty_page.isHidden() else self._empty.accessibleName()
        return " ".join(part for part in (self._notice.text, self._limits.text, empty) if part)

    @property
    def eyebrow(self) -> str:
        """The line over the title."""
        return self._eyebrow

    @property
    def offered(self) -> tuple[str, ...]:
        """The names of the parts that may be looked at."""
        return tuple(self._part.itemText(place) for place in range(self._part.count()))

    def _say(self, eyebrow: str) -> None:
        self._eyebrow = eyebrow
        self._head.say(eyebrow, self._choices.report.currentText())

    def _allow_files(self, *, allowed: bool) -> None:
        for button in self._files:
            button.setEnabled(allowed)

    def _show_body(self, *, filled: bool) -> None:
        self.drill_page.hide()
        self._filled.setVisible(filled)
        self._empty_page.setVisible(not filled)

    def _show_part(self, key: str) -> None:
        is_glance = key == OVERVIEW
        self.overview.setVisible(is_glance)
        self.part_page.setVisible(not is_glance)
        if not is_glance:
            self.part_page.show_part(self._parts[key])

    def _listen(self) -> None:
        self._choices.changed.connect(self.chosen)
        self._part.picked.connect(self._show_part)
        self.part_page.drill_asked.connect(self.drill_asked)
        self.drill_page.opened.connect(self.attention_opened)
        self.drill_page.left.connect(self.leave_attentions)
        self.close_line.confirmed.connect(self.close_confirmed)
        self._undo.undone.connect(self.undo_asked)
        for (form, _), button in zip(_FORMS, self._files, strict=True):
            button.clicked.connect(partial(self.file_asked.emit, form))
        keys.shortcut(self, keys.PRINT, self._files[-1].click)
        keys.shortcut(self, keys.UNDO, self._undo.undo)
        inputs = (
            *self._choices.inputs,
            self._part,
            *self.close_line.inputs,
            *self.overview.inputs,
            *self.part_page.inputs,
            *self.drill_page.inputs,
            *self._files,
        )
        for before, after in pairwise(inputs):
            self.setTabOrder(before, after)

    def _lay_out(self) -> None:
        theme = self._theme
        words = label(theme, "&Tabla", "label")
        words.setBuddy(self._part)
        table = row(theme, words, (self._part, 1), gap=12)
        line = (
            column(theme, table, self.close_line)
            if theme.compact
            else row(theme, (table, 2), (self.close_line, 3), gap=24)
        )
        self._filled = column(theme, line, self.overview, self.part_page, gap=10)
        self._empty_page = column(theme, 16, self._empty, STRETCH)
        self._empty_page.hide()
        self.drill_page.hide()
        inside = column(
            theme,
            self._choices,
            self._limits,
            self._filled,
            self.drill_page,
            self._empty_page,
            STRETCH,
            margins=(MARGIN, 10, MARGIN, 10),
            gap=10,
            name="scrolled",
        )
        self._body = scrolled(inside)
        self._message = row(theme, (self._notice, 1), margins=(MARGIN, 10, MARGIN, 2))
        self._message.hide()
        head = row(theme, (self._head, 1), margins=(MARGIN, 14, MARGIN, 10))
        foot = PageFoot(theme, self._note, *self._files)
        if not theme.compact:
            self._note.setText("Las mismas cifras salen en cada archivo; su huella dice si alguien las cambió.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        add(theme, layout, head, rule(theme), self._message, (self._body, 1), self._undo, foot)
