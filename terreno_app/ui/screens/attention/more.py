"""What is seldom asked: size of the group, wait, language, studies, information given, another space, and paper."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import SANTIAGO, instant, parse_instant, santiago
from terreno_app.domain.errors import DomainError
from terreno_app.domain.fields import Json
from terreno_app.ui.screens.attention.lookups import Lookup
from terreno_app.ui.screens.attention.options import options_of
from terreno_app.ui.screens.attention.part import NO, YES, Part
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.choices import ChoiceGroup, Option
from terreno_app.ui.widgets.fields import NumberField, Select, TextField
from terreno_app.ui.widgets.layout import add, grid
from terreno_app.ui.widgets.picks import Picks
from terreno_app.ui.widgets.text import key_hint, section

MOST_PERSONS: Final = 9999
LONGEST_WAIT_MIN: Final = 14_400
_DAY_FORMAT: Final = "%d-%m-%Y %H:%M"
_UNREADABLE: Final = "Escriba día y hora así: 21-11-2026 13:05."


class More(Part):
    """The seldom asked fields."""

    def __init__(self, theme: Theme, catalogues: Catalogues, programmes: Lookup, dos_products: Lookup) -> None:
        super().__init__(theme)
        self._persons = NumberField(theme, 1, MOST_PERSONS)
        yes_no = [[Option("S", YES, "Sí"), Option("N", NO, "No")]]
        self._paper, interpreter = ChoiceGroup(theme, yes_no), ChoiceGroup(theme, yes_no)
        for asked in (self._paper, interpreter):
            asked.went_on.connect(self.focusNextChild)
        self._received = TextField(theme, placeholder="21-11-2026 13:05")
        first = (
            self.frame("persons_count", "&Personas", self._persons),
            self.frame("wait_min", "Espera, minutos", NumberField(theme, 0, LONGEST_WAIT_MIN)),
            self.frame("language", "Lengua", Select(theme, options_of(catalogues, "language"))),
            self.frame("interpreter", "Intérprete", interpreter),
        )
        education = [(level.code, level.label) for level in catalogues.education_levels]
        second = (
            self.frame("education", "Nivel educacional", Select(theme, education)),
            self.frame("occupation", "Ocupación", Select(theme, options_of(catalogues, "occupation"))),
            self.frame("space", "Espacio", Select(theme, options_of(catalogues, "space"))),
            self.frame("back_captured", "¿Viene de papel?", self._paper),
        )
        self._paper_frames = (
            self.frame("received_at", "Día y hora en el papel", self._received),
            self.frame("paper_folio", "Folio del papel", TextField(theme)),
        )
        self._information = Picks(theme, programmes.search, placeholder="Busque y elija; puede ser más de una")
        picks = (
            self.frame(
                "information_items",
                "Información entregada",
                self._information,
                lookup=programmes,
                optional=True,
            ),
            self.frame(
                "dos_products",
                "Productos DOS informados",
                Picks(theme, dos_products.search, placeholder="Flecha abajo los muestra"),
                lookup=dos_products,
                optional=True,
            ),
        )
        self._dos = picks[1]
        rows, places = grid(theme, 10, 10)
        for place, frame in enumerate(first):
            places.addWidget(frame, 0, place * 3, 1, 3)
        for place, frame in enumerate(second):
            places.addWidget(frame, 1, place * 3, 1, 3)
        for place, frame in enumerate(self._paper_frames):
            places.addWidget(frame, 2, place * 6, 1, 6)
        for place, frame in enumerate(picks):
            places.addWidget(frame, 3, place * 6, 1, 6)
        for place in range(12):
            places.setColumnStretch(place, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        add(theme, layout, section(theme, "Más datos", key_hint(theme, "F8", "siguiente dato que falta")), rows)
        self._arrange()

    @property
    def on_paper(self) -> bool:
        """The attention was written on paper before."""
        return self._paper.value == YES

    def values(self) -> dict[str, Json]:
        """The fields; the hour only of what comes from paper."""
        values = super().values()
        values["received_at"] = self._typed_instant() if self.on_paper else None
        values["back_captured"] = True if self.on_paper else None
        if not self.on_paper:
            values["paper_folio"] = None
        return values

    def show_values(self, values: Mapping[str, Json]) -> None:
        """Fill the fields; the hour is told in Santiago."""
        received = values.get("received_at")
        told = santiago(parse_instant(received)).strftime(_DAY_FORMAT) if isinstance(received, str) else None
        super().show_values({**values, "received_at": told, "back_captured": values.get("back_captured") or None})
        self._arrange()

    def let_choose_origin(self, *, allowed: bool) -> None:
        """Where and when it was received is said once, when it is registered."""
        for frame in (*self._paper_frames[:1], self.frames()["back_captured"], self.frames()["space"]):
            frame.widget.setEnabled(allowed)

    def own_problem(self) -> str:
        """What is wrong with the day and hour as typed, or an empty text."""
        typed = self._received.text().strip()
        return _UNREADABLE if self.on_paper and typed and self._typed_instant() is None else ""

    def give_information(self, code: str) -> bool:
        """Note that the person was given this programme's sheet; False when that was noted before."""
        return self._information.put_in(self._found("information_items", code))

    def ask_dos(self, *, leader: bool) -> None:
        """A leader is informed about the products of the DOS."""
        self._dos.set_optional(optional=not leader)

    def after_change(self, name: str) -> None:
        """Paper asks its day and hour."""
        if name == "back_captured":
            self._arrange()

    def _arrange(self) -> None:
        for frame in self._paper_frames:
            frame.setVisible(self.on_paper)

    def _typed_instant(self) -> str | None:
        try:
            typed = datetime.strptime(self._received.text().strip(), _DAY_FORMAT)  # noqa: DTZ007  zone is next
            return instant(typed.replace(tzinfo=SANTIAGO))
        except (ValueError, DomainError):
            return None
