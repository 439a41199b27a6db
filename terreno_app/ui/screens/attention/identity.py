"""Who the person is, opened only because an answer is owed: document, names and how to reach them."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.field_checks import normalised
from terreno_app.domain.fields import Json
from terreno_app.domain.run import InvalidRunError, format_run, parse_run
from terreno_app.ui.screens.attention.options import options_of
from terreno_app.ui.screens.attention.part import Part
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.fields import Select, TextField
from terreno_app.ui.widgets.layout import STRETCH, add, grid, row, rule
from terreno_app.ui.widgets.text import label, mark

RUN: Final = "run"
_WITHOUT: Final = "none"
_MEDIA: Final = ("email", "phone", "letter", "in_person", "buzon")
_WITH_RUN: Final = (RUN, "legal_rut")


class Identity(Part):
    """The identity, as its own record."""

    def __init__(self, theme: Theme, catalogues: Catalogues) -> None:
        super().__init__(theme)
        media = dict(options_of(catalogues, "answer_medium"))
        self._type = Select(theme, options_of(catalogues, "doc_type"))
        self._number = TextField(theme, placeholder="12.531.909-2")
        frames = (
            (self.frame("doc_type", "&Documento", self._type), 0, 0, 2),
            (self.frame("doc_number", "Número", self._number), 0, 2, 4),
            (self.frame("names", "Nom&bres", TextField(theme)), 2, 0, 3),
            (self.frame("surnames", "&Apellidos", TextField(theme)), 2, 3, 3),
            (
                self.frame("social_name", "Nombre so&cial", TextField(theme, placeholder="Como quiere que la llamen")),
                3,
                0,
                6,
            ),
            (
                self.frame("preferred_medium", "Responder por", Select(theme, [(m, media[m]) for m in _MEDIA])),
                4,
                0,
                2,
            ),
            (self.frame("email", "Correo", TextField(theme, placeholder="nombre@correo.cl")), 4, 2, 4),
            (self.frame("phone", "Telé&fono", TextField(theme, placeholder="+56 9 1234 5678")), 5, 0, 6),
            (self.frame("address", "Dirección", TextField(theme)), 6, 0, 6),
            (self.frame("guardian", "Madre, padre o representante", TextField(theme)), 7, 0, 6),
        )
        for name in ("social_name", "phone", "address"):
            self.frames()[name].set_optional(optional=True)
        rows, places = grid(theme, 10, 8)
        places.addWidget(self.frames()["doc_number"].take_error_row(), 1, 0, 1, 6)
        for frame, down, across, wide in frames:
            places.addWidget(frame, down, across, 1, wide)
        for place in range(6):
            places.setColumnStretch(place, 1)
        locked = mark(theme, "lock", "cifrada aparte", "ink2", "small", 16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        add(theme, layout, row(theme, label(theme, "Identidad", "h2"), STRETCH, locked))
        add(theme, layout, label(theme, "Se abre solo porque hay que responder.", "small", "ink2"), 2, rule(theme), 4)
        add(theme, layout, rows)
        self._number.left.connect(self._tidy_run)
        self.ask_guardian(minor=False, child=False)

    def values(self) -> dict[str, Json]:
        """The fields; a RUN in its stored form, a telephone without spaces."""
        values = super().values()
        if values["doc_type"] == _WITHOUT:
            values["doc_number"] = None
        number, phone = values["doc_number"], values["phone"]
        if isinstance(number, str) and values["doc_type"] in _WITH_RUN:
            values["doc_number"] = _stored_run(number)
        if isinstance(phone, str):
            values["phone"] = _stored_phone(phone)
        if self.frames()["guardian"].isHidden():
            values["guardian"] = None
        return values

    def show_values(self, values: Mapping[str, Json]) -> None:
        """Fill the fields."""
        super().show_values(values)
        self._tidy_run()
        self._ask_number()

    def begin(self) -> None:
        """Offer what is usual where nothing was said."""
        if self.read("doc_type") is None:
            self.write("doc_type", RUN)
            self._ask_number()
        if self.read("preferred_medium") is None:
            self.write("preferred_medium", "email")

    def empty(self) -> bool:
        """Nothing was typed by a person."""
        usual = ("doc_type", "preferred_medium")
        return all(value is None for name, value in self.values().items() if name not in usual)

    def ask_guardian(self, *, minor: bool, child: bool) -> None:
        """For somebody under 18, who answers for them; under 14 it is needed."""
        frame = self.frames()["guardian"]
        frame.setVisible(minor)
        frame.set_optional(optional=not child)

    def after_change(self, name: str) -> None:
        """Without a document there is no number."""
        if name == "doc_type":
            self._ask_number()

    def _ask_number(self) -> None:
        self._number.setEnabled(self.read("doc_type") != _WITHOUT)

    def _tidy_run(self) -> None:
        if self.read("doc_type") in _WITH_RUN and self._number.text().strip():
            try:
                self._number.setText(format_run(parse_run(self._number.text())))
            except InvalidRunError:
                return


def _stored_run(typed: str) -> str:
    try:
        return parse_run(typed)
    except InvalidRunError:
        return typed


def _stored_phone(typed: str) -> str:
    """As it is stored; what is no telephone stays as it was typed, so that it is told and not lost."""
    return str(normalised("identity", {"phone": typed})["phone"])
