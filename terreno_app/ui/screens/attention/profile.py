"""Who the person is, without asking who: the profile on one row, and the organisation of a leader."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QApplication, QVBoxLayout

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.fields import Json
from terreno_app.ui.screens.attention.lookups import COMUNA, COUNTRY, Lookup
from terreno_app.ui.screens.attention.options import age_options, options_of
from terreno_app.ui.screens.attention.part import Part
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.fields import Field, Select, TextField
from terreno_app.ui.widgets.layout import add, grid, row
from terreno_app.ui.widgets.search import SearchField
from terreno_app.ui.widgets.text import key_hint, label, section

NOT_ASKED: Final = "NS"
LEADER: Final = "community_leader"
_STRETCH: Final = (34, 39, 48, 40, 39)
"""«M  Hombre», «30 a 44 años», «Pedro Aguirre Cerda», «No se preguntó» and «Ciudadanía» whole beside the identity."""
_COMPACT_ACROSS: Final = 3


class Profile(Part):
    """Sex, age, residence, nationality, kind of user; for a leader, the organisation."""

    def __init__(
        self, theme: Theme, catalogues: Catalogues, residences: Lookup, nationalities: Lookup, comunas: Lookup
    ) -> None:
        super().__init__(theme)
        self.sex = Select(theme, options_of(catalogues, "sex", with_letter=True))
        self._user = Select(theme, options_of(catalogues, "user_type"))
        self._row_frames = (
            self.frame("sex", "Se&xo registral", self.sex),
            self.frame("age_band", "&Edad", Select(theme, age_options(catalogues))),
            self.frame("residence", "Co&muna o país", SearchField(theme, residences.search), lookup=residences),
            self.frame("nationality", "&Nacionalidad", SearchField(theme, nationalities.search), lookup=nationalities),
            self.frame("user_type", "Usuari&o", self._user),
        )
        self._row, self._row_grid = grid(theme, 10, 8)
        self._hint = label(theme, "", "small", "ink2", wrap=True)
        self._organisation = Organisation(theme, catalogues, comunas)
        self._organisation.changed.connect(self.changed)
        self._organisation.left.connect(self.left)
        self._organisation.hide()
        self._repeat_hint = key_hint(theme, "Ctrl+R", "como la anterior")
        hints = row(theme, self._repeat_hint, key_hint(theme, "Ctrl+0", "no se preguntó"), gap=14)
        head = section(theme, "Quién es", hints)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        add(theme, layout, head, self._row, self._hint, self._organisation)
        self.set_compact(compact=theme.compact)

    @property
    def age(self) -> str:
        """The age band, or an empty text."""
        return str(self.read("age_band") or "")

    def values(self) -> dict[str, Json]:
        """The fields, a comuna told apart from a country."""
        values = super().values()
        where = str(values.pop("residence") or "")
        values["residence_comuna"] = where.removeprefix(COMUNA) if where.startswith(COMUNA) else None
        values["residence_country"] = where.removeprefix(COUNTRY) if where.startswith(COUNTRY) else None
        return {**values, **self._organisation.values()}

    def show_values(self, values: Mapping[str, Json]) -> None:
        """Fill the fields; comuna and country share one."""
        super().show_values({**values, "residence": residence_code(values)})
        self._organisation.show_values(values)
        self._organisation.setVisible(self.read("user_type") == LEADER)

    def inherit(self, values: Mapping[str, Json]) -> None:
        """Fill with what the outing says, and say so."""
        super().inherit({**values, "residence": residence_code(values)} if "residence_comuna" in values else values)
        self._say_hint()

    @property
    def inherited(self) -> tuple[str, ...]:
        """The inherited fields; of a residence the outing says the comuna."""
        return tuple("residence_comuna" if name == "residence" else name for name in super().inherited)

    def say(self, note: str) -> None:
        """Say whether names are asked for."""
        self._note = note
        self._say_hint()

    def all_frames(self) -> Mapping[str, Field]:
        """The fields of the profile and those of the organisation."""
        return {**self.frames(), **self._organisation.frames()}

    def mark_not_asked(self) -> None:
        """The field under the focus was not asked; with the focus elsewhere, every empty one."""
        here = QApplication.focusWidget()
        inside = [name for name, frame in self.frames().items() if here is frame.widget]
        names = inside or [name for name in self.frames() if self.read(name) is None]
        for name in names:
            if name != "user_type":
                self.write(name, f"{COMUNA}{NOT_ASKED}" if name == "residence" else NOT_ASKED)
                self._touch(name)
                self.changed.emit(name)
        if inside:
            self.focusNextChild()

    def offer_repeat(self, *, offered: bool) -> None:
        """Say that the profile before can be repeated: only of somebody new, and where there is room to say it."""
        self._repeat_hint.setVisible(offered and not self.theme.compact)

    def repeat(self, values: Mapping[str, Json]) -> None:
        """Fill in what another person's profile says, wherever this person's says nothing of its own yet."""
        said = {**values, "residence": residence_code(values)}
        for name in self.frames():
            if said.get(name) is not None and (self.read(name) is None or name in self._inherited):
                self.write(name, said[name])
                self._touch(name)
                self.after_change(name)
                self.changed.emit(name)

    def after_change(self, name: str) -> None:
        """A leader speaks for an organisation."""
        if name == "user_type":
            self._organisation.setVisible(self.read("user_type") == LEADER)
        self._say_hint()

    def set_compact(self, *, compact: bool) -> None:
        """Two rows where text is large."""
        across = _COMPACT_ACROSS if compact else len(self._row_frames)
        for place, frame in enumerate(self._row_frames):
            self._row_grid.addWidget(frame, place // across, place % across)
            self._row_grid.setColumnStretch(place, 0)
        for place in range(across):
            self._row_grid.setColumnStretch(place, 1 if compact else _STRETCH[place])

    def _say_hint(self) -> None:
        grey = "En gris: valores de la salida." if self._inherited else ""
        self._hint.setText(f"{grey} {getattr(self, '_note', '')}".strip())
        self._hint.setVisible(bool(self._hint.text()))


class Organisation(Part):
    """The organisation that a leader speaks for."""

    def __init__(self, theme: Theme, catalogues: Catalogues, comunas: Lookup) -> None:
        super().__init__(theme)
        frames = (
            self.frame("org_name", "Organización que representa", TextField(theme)),
            self.frame("org_type", "Tipo de organización", Select(theme, options_of(catalogues, "org_type"))),
            self.frame("org_role", "Cargo", TextField(theme), optional=True),
            self.frame("org_rut", "RUT", TextField(theme), optional=True),
            self.frame("org_comuna", "Su comuna", SearchField(theme, comunas.search), lookup=comunas, optional=True),
        )
        holder, places = grid(theme, 10, 8)
        spans = ((0, 0, 1, 3), (0, 3, 1, 3), (1, 0, 1, 2), (1, 2, 1, 2), (1, 4, 1, 2))
        for frame, place in zip(frames, spans, strict=True):
            places.addWidget(frame, *place)
        for across in range(6):
            places.setColumnStretch(across, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(holder)

    def values(self) -> dict[str, Json]:
        """The fields; of somebody who is no leader, none."""
        values = super().values()
        return dict.fromkeys(values) if self.isHidden() else values


def residence_code(values: Mapping[str, Json]) -> str | None:
    """The one field that comuna and country share."""
    if values.get("residence_country"):
        return f"{COUNTRY}{values['residence_country']}"
    return f"{COMUNA}{values['residence_comuna']}" if values.get("residence_comuna") else None
