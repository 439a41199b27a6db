"""The open outing while it lasts: people informed, material handed out, and what happened. It keeps nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QTextCursor
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from terreno_app.domain.fields import Json
from terreno_app.domain.spanish import number
from terreno_app.ui import keys
from terreno_app.ui.free_text import personal_data_words
from terreno_app.ui.labels import plural
from terreno_app.ui.messages import Notice
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Field, NumberField, TextArea, TextField
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled
from terreno_app.ui.widgets.notices import NoticeBar, UndoBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.tables import Cell, Column, NumberCell, RowsModel, Table
from terreno_app.ui.widgets.tally import Tally
from terreno_app.ui.widgets.text import key_hint, label, right, section

PAUSE_MS: Final = 1500
"""After so long without a key what was written about incidents is kept."""
WITHOUT_PAUSE_MS: Final = 10_000
"""And after so long of writing without a pause."""
KINDS: Final = (("material", "Con material"), ("talk", "En charlas"), ("other", "De otro modo"))
_MOST: Final = 9_999
_LONGEST: Final = 200
_ROWS_IN_SIGHT: Final = 4


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """Something that was handed out."""

    item: str
    quantity: int


class MaterialsModel(RowsModel[MaterialLine]):
    """What was handed out."""

    def __init__(self) -> None:
        super().__init__((Column("Material entregado"), Column("Cantidad", 110, at_right=True)))

    def cells(self, row: MaterialLine) -> tuple[Cell, ...]:
        """The cells of a line."""
        return Cell(row.item), NumberCell(number(row.quantity), "strong")


class DayForm(QWidget):
    """The page.

    Attributes:
        loaded: It shows an outing; before that nothing in it means anything.

    Signals:
        informed: A way of informing, and how many people more or less.
        handed_out: What, and how many.
        taken_back: A whole line of material was a mistake; carries what and how many.
        incidents_written: What happened, as it stands now.
        undo_asked: The last count is to be taken back.
        leave_asked: Back to the list.
        close_asked: On to the close.
        written: Something was typed, or what was typed is kept.
    """

    informed = Signal(str, int)
    handed_out = Signal(str, int)
    taken_back = Signal(str, int)
    incidents_written = Signal(str)
    undo_asked = Signal()
    leave_asked = Signal()
    close_asked = Signal()
    written = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._head = PageHead(theme, "", "Jornada")
        self._notice = NoticeBar(theme)
        self._undo = UndoBar(theme)
        self._total = right(label(theme, "", "strong"))
        self._tallies = {kind: Tally(theme, title, f"tally_{kind}") for kind, title in KINDS}
        self._model = MaterialsModel()
        self._table = Table(theme, self._model, "materials", "Material entregado")
        self._table.setFixedHeight(theme.px(34 + 38 * _ROWS_IN_SIGHT))
        self._item = TextField(theme, name="material_item", placeholder="Folleto, cartilla, afiche")
        self._item.setMaxLength(_LONGEST)
        self._quantity = NumberField(theme, 1, _MOST, name="material_quantity")
        self._quantity.setFixedWidth(theme.px(96))
        self._note = Button(theme, "&Anotar", key="Enter", height=36, name="note_material")
        self._incidents = TextArea(theme, lines=5, name="incidents", placeholder="Qué pasó, a qué hora y qué se hizo")
        self._kept = label(theme, "", "small", "ink2")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._without_pause = QTimer(self)
        self._without_pause.setSingleShot(True)
        self._without_pause.setInterval(WITHOUT_PAUSE_MS)
        self._said: str | None = None
        self.loaded = self._restored = False
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self._listen()

    def show_head(self, eyebrow: str, title: str) -> None:
        """Name the outing."""
        self._head.say(eyebrow, title)

    def show_day(self, informed: dict[str, int], materials: Sequence[MaterialLine], incidents: str) -> None:
        """Show what was counted; words that are being written stay as they are."""
        for kind, tally in self._tallies.items():
            tally.show_count(informed.get(kind, 0))
        self._total.setText(plural(sum(informed.values()), "persona", "personas"))
        here = self._table.current
        self._model.show_rows(materials)
        self._table.go_to(min(here, len(materials) - 1) if here >= 0 else len(materials) - 1)
        being_written = self._being_written
        self._said, self.loaded, self._restored = incidents, True, False
        if being_written:
            self._writing()
        if not being_written and self._written != incidents:
            self._incidents.setPlainText(incidents)
        self._say_kept()

    def begin(self) -> None:
        """Put the focus on the first count."""
        self._notice.clear()
        self._tallies[KINDS[0][0]].setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def typed(self) -> dict[str, Json]:
        """What was typed and is kept nowhere; nothing where all of it is."""
        texts: dict[str, Json] = {"item": self._item.text(), "quantity": self._quantity.text()}
        if self._being_written:
            texts["incidents"] = self._incidents.toPlainText()
        return {name: text for name, text in texts.items() if text or name == "incidents"}

    def come_back(self, typed: Mapping[str, Json]) -> None:
        """Put back what was typed; what happened is kept like any other writing."""
        self._item.setText(str(typed.get("item", "")))
        self._quantity.setText(str(typed.get("quantity", "")))
        if "incidents" in typed:
            self._incidents.setPlainText(str(typed["incidents"]))
            self._incidents.moveCursor(QTextCursor.MoveOperation.End)
            self._restored = True

    def clear(self) -> None:
        """Another outing: nothing that was typed belongs to it."""
        self._item.clear()
        self._quantity.clear()
        self._incidents.clear()
        self._said, self.loaded, self._restored = None, False, False

    def tell(self, notice: Notice) -> None:
        """Say that something went wrong."""
        self._notice.tell(notice)

    def offer_undo(self, text: str) -> None:
        """Say what was counted and offer to take it back."""
        self._notice.clear()
        self._undo.offer(text, "check")

    def keep_incidents(self) -> None:
        """Hand over what was written and is not kept yet."""
        self._pause.stop()
        self._without_pause.stop()
        written = self._written
        if self.loaded and written != self._said:
            self._said = written
            self.incidents_written.emit(written)
        self._say_kept()
        self.written.emit()

    @property
    def incidents(self) -> str:
        """What stands in the field."""
        return self._written

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    @property
    def kept(self) -> str:
        """What is said about the incidents."""
        return self._kept.text()

    @property
    def materials(self) -> tuple[MaterialLine, ...]:
        """The lines in sight."""
        return self._model.rows

    def not_kept(self) -> None:
        """What was written could not be kept: it is handed over again when the person leaves the field or the page."""
        self._said = None
        self._kept.setText("Sin guardar todavía")
        self.written.emit()

    def put_back(self, line: MaterialLine) -> None:
        """A line of material could not be counted: it stands in its fields again, unless the next one does already."""
        if not self._item.text():
            self._item.setText(line.item)
            self._quantity.setText(str(line.quantity))

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page or the lock: what was written is kept."""
        self.keep_incidents()
        super().hideEvent(event)

    def _lay_out(self) -> None:
        theme = self._theme
        entry = row(
            theme,
            (Field(theme, "Ma&terial", self._item), 1),
            Field(theme, "&Cantidad", self._quantity),
            column(theme, STRETCH, self._note),
            gap=10,
        )
        hints = row(
            theme,
            key_hint(theme, "+|−", "una más, una menos"),
            key_hint(theme, "32|Enter", "suma 32"),
            STRETCH,
            gap=14,
            margins=(0, 4, 0, 0),
        )
        left = column(
            theme,
            section(theme, "Personas informadas", self._total),
            *self._tallies.values(),
            hints if not theme.compact else None,
            STRETCH,
            gap=0,
        )
        right_side = column(theme, section(theme, "Material entregado"), entry, self._table, STRETCH, gap=10)
        self._sides.setSpacing(theme.px(40))
        self._sides.addWidget(left, 1)
        self._sides.addWidget(right_side, 1)
        if theme.compact:
            self._sides.setDirection(QBoxLayout.Direction.TopToBottom)
        words = self._words = Field(theme, "&Incidentes", self._incidents)
        inside = column(theme, self._sides, 14, words, self._kept, STRETCH, margins=(MARGIN, 14, MARGIN, 12), gap=4)
        ground(inside, "page")
        back = Button(theme, "Volver" if theme.compact else "&Volver a la lista", "quiet", key="Esc", name="day_back")
        closing = "Ce&rrar" if theme.compact else "Ce&rrar la salida"
        self._close = Button(theme, closing, key="Ctrl+G", icon="signature", name="go_to_close")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row(theme, (self._head, 1), margins=(MARGIN, 16, MARGIN, 12)))
        layout.addWidget(rule(theme))
        layout.addWidget(self._notice)
        layout.addWidget(scrolled(inside), 1)
        layout.addWidget(self._undo)
        layout.addWidget(PageFoot(theme, back, self._close))
        back.clicked.connect(self.leave_asked)
        order = (*self._tallies.values(), self._item, self._quantity, self._note, self._table, self._incidents, back)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)
        self.setTabOrder(back, self._close)
        self.setFocusProxy(self._tallies[KINDS[0][0]])

    def _listen(self) -> None:
        for kind, tally in self._tallies.items():
            tally.counted.connect(partial(self.informed.emit, kind))
        self._note.clicked.connect(self._hand_out)
        # Not `returnPressed`: a number field without a number never tells it.
        keys.shortcut(self._item, keys.OPEN, self._quantity.setFocus, inside=True)
        keys.shortcut(self._quantity, keys.OPEN, self._hand_out, inside=True)
        self._close.clicked.connect(self.close_asked)
        self._undo.undone.connect(self.undo_asked)
        self._incidents.textChanged.connect(self._writing)
        for ours in (self._incidents, self._item, self._quantity):
            ours.textChanged.connect(self.written)
        self._incidents.left.connect(self.keep_incidents)
        self._pause.timeout.connect(self.keep_incidents)
        self._without_pause.timeout.connect(self.keep_incidents)
        keys.shortcut(self, keys.ONE_MORE_INFORMED, self._one_more)
        keys.shortcut(self, keys.SAVE, self._close.click)
        keys.shortcut(self, keys.LEAVE, self.leave_asked.emit)
        keys.shortcut(self, keys.UNDO, self._undo.undo)
        keys.shortcut(self._table, keys.VOID, self._take_back, inside=True)

    def _one_more(self) -> None:
        lit = next((kind for kind, tally in self._tallies.items() if tally.hasFocus()), KINDS[-1][0])
        self.informed.emit(lit, 1)

    def _hand_out(self) -> None:
        item, many = self._item.text().strip(), self._quantity.number
        if not item:
            self._item.setFocus()
        elif not many:
            self._quantity.setFocus()
        else:
            self._item.clear()
            self._quantity.clear()
            self._item.setFocus()
            self.handed_out.emit(item, many)

    def _take_back(self) -> None:
        place = self._table.current
        if 0 <= place < len(self._model.rows):
            line = self._model.rows[place]
            self.taken_back.emit(line.item, line.quantity)

    def _writing(self) -> None:
        if self._written != self._said:
            self._kept.setText("Escribiendo…")
            self._pause.start()
            if not self._without_pause.isActive():
                self._without_pause.start()

    @property
    def _being_written(self) -> bool:
        """What stands in the field is not what is kept; before anything is loaded only what came back counts."""
        return (self.loaded or self._restored) and self._written != self._said

    @property
    def _written(self) -> str:
        return self._incidents.toPlainText().strip()

    def _say_kept(self) -> None:
        self._words.set_hint(personal_data_words(self._written), "copper")  # the acta is read by many
        self._kept.setText("Guardado en este equipo" if self._said else "Sin anotaciones todavía")
