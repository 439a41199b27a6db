"""A new outing, made at the stand: where, which kind of place, and how many attentions are aimed at. Today's day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.domain.fields import Json
from terreno_app.ui import keys
from terreno_app.ui.messages import Notice
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Field, NumberField, Select, TextField
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.search import Found, Searcher, SearchField

_TITLE: Final = "Nueva salida"
_WIDEST: Final = 620
_LONGEST: Final = 200
_MOST: Final = 9_999
_NO_COMUNA: Final = "Elija una comuna de la lista"


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """What a person typed."""

    comuna: str
    place_name: str
    place_type: str
    address: str
    goal: int | None

    def fields(self) -> dict[str, Json]:
        """The fields of the outing; what was left empty is left out."""
        typed: dict[str, Json] = {
            "comuna": self.comuna,
            "place_name": self.place_name,
            "place_type": self.place_type,
            "address": self.address,
            "goal_attentions": self.goal,
        }
        return {name: value for name, value in typed.items() if value not in ("", None)}


class PlanForm(QWidget):
    """The page.

    Signals:
        submitted: The person wants it saved; carries a `PlannedPlace`.
        leave_asked: Back to the list; what was typed stays in the fields.
        written: Something was typed or chosen.
    """

    submitted = Signal(object)
    leave_asked = Signal()
    written = Signal()

    def __init__(self, theme: Theme, comunas: Searcher, place_types: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        ground(self, "page")
        self._head = PageHead(theme, "", _TITLE)
        self._notice = NoticeBar(theme)
        self._comunas = comunas
        self._comuna = SearchField(theme, comunas, name="comuna", placeholder="Dos letras bastan")
        self._place = TextField(theme, name="place_name", placeholder="Plaza, feria, junta de vecinos")
        self._kind = Select(theme, place_types, empty="Sin decir", name="place_type")
        self._address = TextField(theme, name="address")
        self._goal = NumberField(theme, 1, _MOST, name="goal")
        self._place.setMaxLength(_LONGEST)
        self._address.setMaxLength(2 * _LONGEST)
        self._goal.setFixedWidth(theme.px(120))
        self._comuna_field = Field(theme, "Co&muna", self._comuna)
        fields = column(
            theme,
            self._notice,
            self._comuna_field,
            Field(theme, "&Lugar", self._place, optional=True),
            Field(theme, "&Tipo de lugar", self._kind, optional=True),
            Field(theme, "Di&rección", self._address, optional=True),
            row(theme, Field(theme, "Meta de &atenciones", self._goal, optional=True), STRETCH),
            STRETCH,
            margins=(MARGIN, 16, MARGIN, 16),
            gap=14,
        )
        fields.setMaximumWidth(theme.px(_WIDEST + 2 * MARGIN))
        ground(fields, "page")
        self._comuna.set_stage(self)
        save = Button(theme, "&Guardar y revisar", "primary", key="Ctrl+G", icon="save", name="save_outing")
        back = Button(theme, "Volver" if theme.compact else "&Volver a la lista", "quiet", key="Esc", name="plan_back")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row(theme, (self._head, 1), margins=(MARGIN, 20, MARGIN, 14)))
        layout.addWidget(rule(theme))
        layout.addWidget(scrolled(fields), 1)
        layout.addWidget(PageFoot(theme, back, save))
        save.clicked.connect(self._submit)
        back.clicked.connect(self.leave_asked)
        self._comuna.went_on.connect(self._place.setFocus)
        self._comuna.chosen.connect(self._settle)
        self._comuna.left.connect(self._left_comuna)
        for line in (self._comuna, self._place, self._address, self._goal):
            line.textChanged.connect(self.written)
        self._kind.picked.connect(self.written)
        keys.shortcut(self, keys.SAVE, save.click)
        keys.shortcut(self, keys.LEAVE, self.leave_asked.emit)
        self.setFocusProxy(self._comuna)
        order = (self._comuna, self._place, self._kind, self._address, self._goal, back, save)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def begin(self, eyebrow: str) -> None:
        """Show the page with what was typed before, if it was not saved."""
        self._head.say(eyebrow, _TITLE)
        self._notice.clear()
        self._comuna.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._comuna.code:
            self._comuna.end(False)  # the next letter goes on behind words that are no comuna yet

    def clear(self) -> None:
        """Empty the fields: it was saved."""
        self._comuna.set_choice(None)
        self._kind.set_code("")
        for field in (self._place, self._address, self._goal):
            field.clear()

    @property
    def typed(self) -> dict[str, Json]:
        """What was typed, as it stands there; nothing where every field is empty."""
        texts: dict[str, Json] = {
            "comuna": self._comuna.code,
            "comuna_text": self._comuna.text(),
            "place_name": self._place.text(),
            "place_type": self._kind.code,
            "address": self._address.text(),
            "goal": self._goal.text(),
        }
        return {name: text for name, text in texts.items() if text}

    def come_back(self, typed: Mapping[str, Json]) -> None:
        """Put back what was typed; a comuna that was chosen is chosen."""
        texts = {name: str(text) for name, text in typed.items()}
        words, code = texts.get("comuna_text", ""), texts.get("comuna", "")
        self._comuna.setText(words)
        chosen = next((one for one in self._comunas(words) if code and one.code == code), None)
        if chosen is not None:
            self._comuna.set_choice(chosen)
        self._kind.set_code(texts.get("place_type", ""))
        for field, name in ((self._place, "place_name"), (self._address, "address"), (self._goal, "goal")):
            field.setText(texts.get(name, ""))

    def tell(self, notice: Notice) -> None:
        """Say why it was not saved."""
        self._notice.tell(notice)

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    @property
    def comuna_error(self) -> str:
        """What is said beside the comuna."""
        return self._comuna_field.error

    def _settle(self, _found: Found) -> None:
        self._comuna_field.set_error("")

    def _left_comuna(self) -> None:
        if self._comuna.unsettled:
            self._comuna_field.set_error(_NO_COMUNA)

    def _submit(self) -> None:
        if not self._comuna.code:
            self._comuna_field.set_error(_NO_COMUNA if self._comuna.unsettled else "Falta la comuna")
            self._comuna.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.submitted.emit(
            PlannedPlace(
                self._comuna.code,
                self._place.text().strip(),
                self._kind.code,
                self._address.text().strip(),
                self._goal.number,
            )
        )
