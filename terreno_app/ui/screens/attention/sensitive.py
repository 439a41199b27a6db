"""Sensitive fields, closed until the person says yes (Ley 19.628, art. 16): people, disability, supports, gender."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.fields import Json
from terreno_app.ui import keys
from terreno_app.ui.screens.attention.lookups import short_list
from terreno_app.ui.screens.attention.options import options_of
from terreno_app.ui.screens.attention.part import Part
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.choices import ChoiceGroup, Option
from terreno_app.ui.widgets.fields import Select
from terreno_app.ui.widgets.layout import STRETCH, add, column, grid, row
from terreno_app.ui.widgets.picks import Picks
from terreno_app.ui.widgets.text import Icon, label

CHILD: Final = "T00_13"
ADOLESCENT: Final = "T14_17"
NO_CONSENT: Final = "none"
_CLOSED: Final = "Pueblo originario, discapacidad, género. Se abren si la persona acepta."
_CHILD: Final = "No se preguntan a menores de 14 años."
_ADOLESCENT: Final = "Si tiene menos de 16 años, acepta su madre, padre o representante."
_VOLUNTARY: Final = "Son voluntarios. Puede dejar de decirlos cuando quiera: se borran."


class Sensitive(Part):
    """Consent, and the fields that only consent opens.

    Signals:
        toggled: The block opened or closed; what follows it in the keyboard changed.
    """

    toggled = Signal()

    def __init__(self, theme: Theme, catalogues: Catalogues) -> None:
        super().__init__(theme)
        ways = [
            Option("V", "verbal", "De palabra"),
            Option("E", "written", "Escrito"),
            Option("X", "electronic", "Digital"),
        ]
        self._consent = ChoiceGroup(theme, [ways])
        supports = short_list(options_of(catalogues, "supports"))
        peoples = [(people.code, people.label) for people in catalogues.peoples]
        frames = (
            self.frame("sensitive_consent", "¿Cómo aceptó?", self._consent),
            self.frame("indigenous_people", "Pueblo originario o tribal", Select(theme, peoples)),
            self.frame("disability", "Discapacidad", Select(theme, options_of(catalogues, "disability"))),
            self.frame("gender_identity", "Género", Select(theme, options_of(catalogues, "gender_identity"))),
            self.frame(
                "supports", "Apoyos", Picks(theme, supports.search, placeholder="Busque y elija"), lookup=supports
            ),
        )
        self._fields, places = grid(theme, 10, 8)
        places.addWidget(frames[0], 0, 0, 1, 2)
        places.addWidget(frames[1], 1, 0, 1, 2)
        places.addWidget(frames[2], 2, 0)
        places.addWidget(frames[3], 2, 1)
        places.addWidget(frames[4], 3, 0, 1, 2)
        for place in (0, 1):
            places.setColumnStretch(place, 1)
        self._title = label(theme, "Datos sensibles: cerrados", "smallstrong")
        self._text = label(theme, _CLOSED, "small", "ink2", wrap=True)
        self._icon = Icon(theme, "lock", "ink2", 18)
        figure = column(theme, self._icon, STRETCH)
        self._head: QWidget = row(theme, figure, (column(theme, self._title, self._text, gap=1), 1), gap=10)
        self._button = Button(theme, "La persona acepta…", key=keys.CONSENT, name="consent")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        add(theme, layout, self._head, self._fields, self._button)
        self._button.clicked.connect(self.toggle)
        self._consent.went_on.connect(self._go_on)
        self._age = ""
        self._show_open(open_now=False)

    @property
    def open(self) -> bool:
        """The person agreed and the fields are in sight."""
        return not self._fields.isHidden()

    @property
    def button(self) -> Button:
        """What opens and closes the block."""
        return self._button

    def toggle(self) -> None:
        """Open the block, or close it and forget what was said."""
        if self._age == CHILD:
            return
        opening = not self.open
        if not opening:
            super().show_values({})
        self._show_open(open_now=opening)
        self.toggled.emit()
        self.changed.emit("sensitive_consent")
        if opening:
            self._consent.setFocus()

    def set_age(self, band: str) -> None:
        """Nothing is asked under 14; somebody else agrees under 16."""
        self._age = band
        if band == CHILD and self.open:
            super().show_values({})
            self._show_open(open_now=False)
            self.toggled.emit()
        self._show_open(open_now=self.open)

    def values(self) -> dict[str, Json]:
        """The fields; nothing at all while closed."""
        values = super().values()
        if not self.open or values["sensitive_consent"] is None:
            return dict.fromkeys(values)
        return values

    def show_values(self, values: Mapping[str, Json]) -> None:
        """Fill the fields, open if there was consent."""
        super().show_values(values)
        self._show_open(open_now=values.get("sensitive_consent") not in (None, NO_CONSENT))

    def _show_open(self, *, open_now: bool) -> None:
        child = self._age == CHILD
        self._fields.setVisible(open_now)
        self._button.setVisible(not child)
        self._button.set_text("Cerrar y borrar" if open_now else "La persona acepta…")
        self._title.setText("Datos sensibles" if open_now else "Datos sensibles: cerrados")
        self._icon.show_as("lock-open" if open_now else "lock", "ink2")
        words = _VOLUNTARY if open_now else _CLOSED
        if child:
            words = _CHILD
        elif self._age == ADOLESCENT:
            words = _ADOLESCENT
        self._text.setText(words)

    def _go_on(self) -> None:
        self.frames()["indigenous_people"].widget.setFocus()
