"""The page of Conflictos: records at the left, the fields of one of them at the right. It decides nothing.

Plain letters act while the focus is in the list or in the fields, never in a text.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.labels import plural
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.conflicts.cards import GAP, SHARES, ConflictRow, FieldRow, name_width
from terreno_app.ui.screens.conflicts.grid import Grid
from terreno_app.ui.screens.conflicts.own_value import OwnValue, WritableField
from terreno_app.ui.screens.conflicts.table_model import (
    RECORD_HEIGHT,
    ConflictedRecord,
    HistoryModel,
    HistoryRow,
    RecordDelegate,
    RecordsModel,
)
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import STRETCH, add, column, ground, row, rule, scrolled, upright
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar, UndoBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.tables import Table
from terreno_app.ui.widgets.text import Elide, Icon, key_hint, label

_EYEBROW: Final = "Dos personas cambiaron lo mismo. Nada se ha perdido: elija qué queda."
_LIST_WIDTH: Final = 282
_COMPACT_LIST_WIDTH: Final = 200
_HEADS: Final = ("Antes", "Rige ahora", "El otro cambio")


class ConflictsForm(QWidget):
    """The page.

    Signals:
        record_chosen: Another record of the list; carries its place.
        field_entered: A person clicked a field; carries its conflict's id.
        stepped: To the next (1) or the previous (-1) field.
        decided: A value was chosen for the field in turn: `kept` or `other`.
        picked: A value was clicked: the conflict's id and `kept` or `other`.
        own_asked: The person wants to write another value.
        own_written: It was written; carries {field: value}.
        own_typed: It is being written; carries {field: text or code}.
        own_left: The person does not want to write it after all.
        apply_asked: The same decision for the equal ones.
        history_asked: Show or hide what happened to the record.
        undo_asked: Take the last decision back.
        save_asked: Save the decisions.
    """

    record_chosen = Signal(int)
    field_entered = Signal(str)
    stepped = Signal(int)
    decided = Signal(str)
    picked = Signal(str, str)
    own_asked = Signal()
    own_written = Signal(object)
    own_typed = Signal(object)
    own_left = Signal()
    apply_asked = Signal()
    history_asked = Signal()
    undo_asked = Signal()
    save_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._now = -1
        self._editor: OwnValue | None = None
        self._written_in: FieldRow | None = None
        self._count_words = label(theme, "", "h2")
        self._left_words = label(theme, "", "body", "ink2")
        self._count = row(theme, Icon(theme, "git-compare", "copper", 20), self._count_words, self._left_words, gap=10)
        self._head = PageHead(theme, _EYEBROW, "Conflictos", self._count)
        self._records_model = RecordsModel()
        self._records = self._make_list()
        self._title = Elide(theme, "", "h2")
        self._under = Elide(theme, "", "small", "ink2")
        self._history_button = Button(theme, "&Historia", "quiet", icon="history", name="show_history")
        self._grid = Grid()
        self._history_model = HistoryModel()
        self._history = Table(theme, self._history_model, "history", "Historia del registro")
        self._history_note = label(theme, "", "small", "ink2", wrap=True)
        self._stack = QStackedWidget()
        self._area: QScrollArea
        self._look = QTimer(self)  # rows have their height only after Qt laid them out
        self._look.setSingleShot(True)
        self._look.setInterval(0)
        self._look.timeout.connect(self._bring_into_sight)
        self._authors = [Elide(theme, "", "small", "ink2") for _ in _HEADS]
        self._equal_words = label(theme, "", wrap=True)
        self._apply = Button(theme, "", key="A", name="apply_to_equal")
        info = Icon(theme, "info", "primary", 18)
        self._equal = row(theme, info, (self._equal_words, 1), self._apply, margins=(0, 10, 0, 4), gap=10)
        self._notice = NoticeBar(theme)
        self._undo = UndoBar(theme)
        self._missing = label(theme, "", "small", "ink2")
        self._save = Button(theme, "&Guardar decisión", "primary", key="Ctrl+G", icon="check", name="save_decisions")
        self._empty = EmptyState(
            theme,
            "git-compare",
            "No hay conflictos",
            "Cuando dos personas cambien lo mismo, aparecerá aquí para que elija.",
        )
        self._lay_out()
        self._listen()

    def show_records(self, records: Sequence[ConflictedRecord], current: int) -> None:
        """Show the records that wait; none gives the empty page."""
        self._records_model.show_rows(records)
        self._records.blockSignals(True)
        self._records.go_to(current)
        self._records.blockSignals(False)
        there = bool(records)
        self._body.setVisible(there)
        self._foot.setVisible(there)
        self._count.setVisible(there)
        self._empty_page.setVisible(not there)
        if not there and self.isVisible():
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # what had it is gone: not the rail instead
        elif there and self.hasFocus():
            self.begin()  # the person was here before the first of them
        self._head.say(_EYEBROW if there else "Todo lo que dos personas cambiaron está decidido.", "Conflictos")

    def show_count(self, place: int, count: int, waiting: int, decided: int) -> None:
        """Say which record of how many, how many fields wait, and how many decisions can be saved."""
        self._count_words.setText(f"{place} de {count}")
        fields = plural(waiting, "campo", "campos")
        self._left_words.setText(f"queda{'n' * (waiting > 1)} {fields}" if waiting else "todo decidido")
        self._missing.setText(f"Falta{'n' * (waiting > 1)} {fields}" if waiting else "")
        self._save.setEnabled(decided > 0)
        self._save.set_text("&Guardar decisión" if decided <= 1 else f"&Guardar {decided} decisiones")

    def show_authors(self, kept: str, other: str) -> None:
        """Say under the headings who wrote each column."""
        for words, text in zip(self._authors, ("lo que vio quien escribió", kept, other), strict=True):
            words.set_text(text)

    def show_record(self, title: str, under: str, rows: Sequence[ConflictRow], now: int) -> None:
        """Show the fields of a record; the keys act on the one that is `now`."""
        self._title.set_text(title)
        self._under.set_text(under)
        if [field.conflict.id for field in self._grid.fields] != [one.id for one in rows]:
            self._leave_own()
            self._grid.show_fields([self._make_field(one) for one in rows])
        self._now = now
        if self._written_in is not self._grid.fields[now]:
            self._leave_own()
        self._redraw(rows)

    def show_equal(self, count: int, sentence: str) -> None:
        """Offer to decide the equal ones in the same way, or do not."""
        self._equal.setVisible(count > 0)
        self._equal_words.setText(sentence)
        self._apply.set_text("Aplicar a la igual" if count == 1 else f"Aplicar a las {count} iguales")

    def ask_own(self, fields: Sequence[WritableField], typed: Mapping[str, str] | None = None, field: str = "") -> None:
        """Open the place to write another value under the field in turn; what was typed before is gone on with."""
        self._leave_own()
        self._editor, self._written_in = OwnValue(self._theme, fields), self._grid.fields[self._now]
        self._written_in.show_editor(self._editor)
        if typed is None:
            self._editor.begin()
        else:
            self._editor.fill(typed)
            if not self.isHidden():  # what comes back on a page that is not in sight takes no keys
                self._editor.go_on(field)
        self._editor.written.connect(self._own_done)
        self._editor.left.connect(self._own_left)
        self._editor.changed.connect(self.own_typed)

    def show_history(self, rows: Sequence[HistoryRow] | None, note: str = "") -> None:
        """Show what happened to the record in the place of its fields; None brings the fields back."""
        self._stack.setCurrentIndex(0 if rows is None else 1)
        self._history_button.set_text("&Historia" if rows is None else "Ocultar la &historia")
        self._history_model.show_rows(rows or ())
        self._history_note.setText(note)
        (self._grid if rows is None else self._history).setFocus(Qt.FocusReason.OtherFocusReason)

    def offer_undo(self, text: str) -> None:
        """Say what was decided, and offer to take it back."""
        self._undo.offer(text, "check")

    def end_undo(self) -> None:
        """There is nothing to take back any more."""
        self._undo.settle()

    def tell(self, notice: Notice | None) -> None:
        """Say how it went, or take it away."""
        if notice is None:
            self._notice.clear()
        else:
            self._notice.tell(notice)

    def begin(self) -> None:
        """Put the focus where the keys act."""
        if not self._empty_page.isHidden():
            return
        self._grid.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def writing(self) -> bool:
        """The place to write another value is open."""
        return self._editor is not None

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    @property
    def offer(self) -> str:
        """What can be taken back now."""
        return self._undo.accessibleName() if self._undo.waiting else ""

    @property
    def rows(self) -> tuple[ConflictRow, ...]:
        """The fields in sight."""
        return tuple(field.conflict for field in self._grid.fields)

    @property
    def records(self) -> tuple[ConflictedRecord, ...]:
        """The records in sight."""
        return self._records_model.rows

    @property
    def now(self) -> int:
        """Place of the field that the keys act on."""
        return self._now

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the letters of the fields work in the list too; its arrows stay its own."""
        if watched is self._records and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            letters = (Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_A, Qt.Key.Key_H)
            if event.key() in letters and event.modifiers() == Qt.KeyboardModifier.NoModifier:
                self._grid.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    def _make_field(self, conflict: ConflictRow) -> FieldRow:
        field = FieldRow(self._theme, conflict)
        field.picked.connect(self.picked)
        field.entered.connect(self.field_entered)
        return field

    def _redraw(self, rows: Sequence[ConflictRow]) -> None:
        lit = self._grid.hasFocus()
        for place, (field, one) in enumerate(zip(self._grid.fields, rows, strict=True)):
            here = place == self._now
            field.show_conflict(one, now=here, lit=here and lit)
        self._look.start()
        if 0 <= self._now < len(rows):
            one = rows[self._now]
            said = f"{one.name}. Antes: {one.before.words}. 1, {one.kept.origin}: {one.kept.words}."
            self._grid.setAccessibleDescription(f"{said} 2, {one.other.origin}: {one.other.words}.")

    def _bring_into_sight(self) -> None:
        """Show the field in turn, or the place to write in it; of one higher than the page, its beginning first."""
        if not 0 <= self._now < len(self._grid.fields):
            return
        shown, bar = self._editor or self._grid.fields[self._now], self._area.verticalScrollBar()
        page = self._area.viewport().height()
        if shown.height() <= page:
            self._area.ensureWidgetVisible(shown, 0, 0 if self._theme.compact else self._theme.px(8))
            return
        top = bar.value() + shown.mapTo(self._area.viewport(), QPoint(0, 0)).y()
        if not top <= bar.value() <= top + shown.height() - page:  # who reads on in it stays there
            bar.setValue(top)

    def _focus_moved(self) -> None:
        self._redraw(self.rows)

    def _leave_own(self) -> None:
        if self._written_in is not None:
            self._written_in.show_editor(None)
        self._editor = self._written_in = None

    def _own_done(self, values: object) -> None:
        self._leave_own()
        self._grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.own_written.emit(values)

    def _own_left(self) -> None:
        self._leave_own()
        self._grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.own_left.emit()

    def _make_list(self) -> Table:
        theme = self._theme
        table = Table(theme, self._records_model, "records_in_conflict", "Registros en conflicto")
        table.setItemDelegate(RecordDelegate(theme, table))
        table.verticalHeader().setDefaultSectionSize(theme.px(RECORD_HEIGHT))
        table.installEventFilter(self)
        return table

    def _listen(self) -> None:
        grid = self._grid
        for ours, theirs in (
            (grid.stepped, self.stepped),
            (grid.decided, self.decided),
            (grid.own_asked, self.own_asked),
            (grid.apply_asked, self.apply_asked),
            (grid.history_asked, self.history_asked),
            (self._records.moved, self.record_chosen),
            (self._apply.clicked, self.apply_asked),
            (self._history_button.clicked, self.history_asked),
            (self._undo.undone, self.undo_asked),
            (self._save.clicked, self.save_asked),
        ):
            ours.connect(theirs)
        self._records.opened.connect(self.begin)
        self._area.verticalScrollBar().rangeChanged.connect(self._look.start)
        grid.focused.connect(self._focus_moved)
        keys.shortcut(self, keys.UNDO, self._take_back)
        keys.shortcut(self, keys.SAVE, self._save.click)
        order = (self._records, self._history_button, self._grid, self._history, self._apply, self._save)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _take_back(self) -> None:
        if self._undo.waiting:
            self._undo.undo()
        else:
            self.undo_asked.emit()

    def _lay_out(self) -> None:
        theme = self._theme
        compact = theme.compact
        left = column(theme, (self._records, 1), margins=(MARGIN, 12, 20, 12), gap=0)
        left.setFixedWidth(theme.px(_COMPACT_LIST_WIDTH if compact else _LIST_WIDTH))
        if theme.large:  # J and K go from record to record
            left.hide()
        top = row(
            theme, (column(theme, self._title, self._under, gap=2), 1), self._history_button, margins=(0, 14, 0, 4)
        )
        history = column(theme, (self._history, 1), self._history_note, gap=6)
        side = 12 if compact else 22
        if compact:  # large text needs all the room: heading, fields and offer scroll together
            self._stack.addWidget(
                column(theme, self._heads(), rule(theme, strong=True), self._grid, self._equal, gap=0)
            )
            self._stack.addWidget(history)
            inside = (top, self._notice, (self._stack, 1))
            self._area = scrolled(column(theme, *inside, margins=(side, 0, 20, 10), gap=4, name="scrolled"))
            right: QWidget = self._area
        else:
            self._area = scrolled(self._grid)
            fields = (self._heads(), rule(theme, strong=True), (self._area, 1), self._equal)
            self._stack.addWidget(column(theme, *fields, gap=0))
            self._stack.addWidget(history)
            right = column(theme, top, self._notice, (self._stack, 1), margins=(side, 0, 28, 10), gap=4)
        self._body = row(theme, left, upright(theme), (right, 1), gap=0)
        hints: tuple[QWidget, ...] = (
            key_hint(theme, "J|K", "campo"),
            key_hint(theme, "1", "lo que rige"),
            key_hint(theme, "2", "lo otro"),
            key_hint(theme, "3", "escribir"),
            key_hint(theme, "Ctrl+Z", "deshacer"),
        )
        shown = () if theme.large else hints[:3] if compact else hints
        note = row(theme, *shown, gap=20)
        self._foot = PageFoot(theme, note, self._missing, self._save)
        self._empty_page = column(theme, self._empty, STRETCH, margins=(MARGIN, 28, MARGIN, 0), gap=0)
        head = row(theme, (self._head, 1), margins=(MARGIN, 20, MARGIN, 14))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        add(theme, layout, head, rule(theme), (self._body, 1), (self._empty_page, 1), self._undo, self._foot)
        self._equal.hide()

    def _heads(self) -> QWidget:
        theme = self._theme
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(name_width(theme) + theme.px(GAP), 0, theme.px(4), theme.px(6))
        layout.setSpacing(theme.px(GAP))
        for title, words, share in zip(_HEADS, self._authors, SHARES, strict=True):
            layout.addWidget(column(theme, label(theme, title, "smallstrong"), words, gap=1), share)
        return holder
