"""What the person was answered: the outcome by number, where they were sent, and whether an answer is still owed."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.fields import Json
from terreno_app.ui.labels import OUTCOMES
from terreno_app.ui.screens.attention.lookups import Lookup
from terreno_app.ui.screens.attention.part import NO, YES, Part
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.choices import ChoiceGroup, Option
from terreno_app.ui.widgets.fields import TextField
from terreno_app.ui.widgets.layout import add, grid
from terreno_app.ui.widgets.search import SearchField
from terreno_app.ui.widgets.text import section

GUIDED: Final = "guided"
REFERRED: Final = "referred"
_USUAL: Final = {True: "in_process", False: "informed"}
_COMPACT_ACROSS: Final = 3
_PUBLIC: Final = "Órgano público: puede recibir los antecedentes sin pedir consentimiento."
_PRIVATE: Final = "No es un órgano público: solo con el consentimiento de la persona."


class Answer(Part):
    """Outcome, oriented institution, answer given, answer owed."""

    def __init__(self, theme: Theme, catalogues: Catalogues, institutions: Lookup) -> None:
        super().__init__(theme)
        self._catalogues = catalogues
        options = [Option(str(place), code, text) for place, (code, text) in enumerate(OUTCOMES.items(), 1)]
        self._outcome = ChoiceGroup(theme, [options], height=38)
        self._institution = SearchField(theme, institutions.search, placeholder="Nombre o sigla")
        self._given = TextField(theme, placeholder="Lo que se le explicó, en una línea")
        self._owed = ChoiceGroup(theme, [[Option("S", YES, "Sí"), Option("N", NO, "No")]], height=28)
        self._outcome_frame = self.frame("outcome", "Resultado", self._outcome)
        self._institution_frame = self.frame(
            "oriented_institution", "Se deri&va a", self._institution, lookup=institutions
        )
        self._given_frame = self.frame("answer_given", "&Respuesta", self._given, optional=True)
        self._owed_frame = self.frame("answer_owed", "¿Espera respuesta?", self._owed, beside=True)
        self._outcome_frame.hide_label()
        self._head = section(theme, "Q&ué se le respondió", self._owed_frame, buddy=self._outcome)
        self._rows, self._grid = grid(theme, 12, 8)
        self._compact = theme.compact
        self._outcome_said = False
        self._placed: tuple[bool, bool] | None = None
        for place in (0, 1):
            self._grid.setColumnStretch(place, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        add(theme, layout, self._head, self._outcome_frame, self._rows)
        self._outcome.went_on.connect(self._go_on)
        self._owed.went_on.connect(self.focusNextChild)
        self._arrange()

    @property
    def owed(self) -> bool:
        """The person expects an answer."""
        return self._owed.value == YES

    def set_owed(self, *, owed: bool) -> None:
        """Say what is usual for the type; the person may decline."""
        self._owed.set_value(YES if owed else NO)
        self.offer_outcome()

    def offer_outcome(self) -> None:
        """Say what is usual: in process while an answer is owed, unless the person chose another."""
        if not self._outcome_said:
            self._outcome.set_value(_USUAL[self.owed])
            self._arrange()

    def keep_outcome(self) -> None:
        """The outcome of a saved record was said, whatever it is."""
        self._outcome_said = True

    def values(self) -> dict[str, Json]:
        """The fields; an institution only where the person was sent to one."""
        values = super().values()
        if self._institution_frame.isHidden():
            values["oriented_institution"] = None
        return values

    def show_values(self, values: Mapping[str, Json]) -> None:
        """Fill the fields."""
        super().show_values(values)
        self._outcome_said = values.get("outcome") not in (None, _USUAL[self.owed])
        self._arrange()

    def after_change(self, name: str) -> None:
        """Another outcome asks other things."""
        if name == "outcome":
            self._outcome_said = True
        if name == "answer_owed":
            self.offer_outcome()
        if name in ("outcome", "oriented_institution"):
            self._arrange()

    def set_compact(self, *, compact: bool) -> None:
        """Outcomes in three columns, and the fields under each other, where text is large."""
        self._outcome.arrange(_COMPACT_ACROSS if compact else len(OUTCOMES))
        self._compact = compact
        self._arrange()

    def _arrange(self) -> None:
        sent = self._outcome.value in (GUIDED, REFERRED)
        beside = sent and not self._compact
        if (sent, beside) != self._placed:
            self._placed = (sent, beside)
            self._institution_frame.setVisible(sent)
            self._grid.addWidget(self._institution_frame, 0, 0, 1, 1 if beside else 2)
            self._grid.addWidget(self._given_frame, int(sent and not beside), int(beside), 1, 1 if beside else 2)
        self._institution_frame.set_text("Se orienta a" if self._outcome.value == GUIDED else "Se deri&va a")
        self._institution_frame.set_optional(optional=self._outcome.value == GUIDED)
        chosen = self._catalogues.institutions.get(self._institution.code)
        hint = ""
        if chosen is not None and self._outcome.value == REFERRED:
            hint = _PUBLIC if chosen.public_body else _PRIVATE
        self._institution_frame.set_hint(hint)

    def _go_on(self) -> None:
        (self._institution if not self._institution_frame.isHidden() else self._given).setFocus()
