"""What the person needs: the type by letter, the topic, and what only some types ask."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terreno_app.domain.fields import Json
from terreno_app.ui.labels import TYPES
from terreno_app.ui.screens.attention.lookups import PROGRAMME, TOPIC, Lookup
from terreno_app.ui.screens.attention.part import NO, YES, Part
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.choices import ChoiceGroup, Option
from terreno_app.ui.widgets.fields import BIG_HEIGHT, FIELD_HEIGHT, TextArea, TextField
from terreno_app.ui.widgets.layout import add, grid, restyle
from terreno_app.ui.widgets.search import SearchField
from terreno_app.ui.widgets.text import key_hint, section

WITH_INSTITUTION: Final = frozenset({"complaint", "suggestion", "commendation", "opinion", "report_of_wrongdoing"})
WITH_STORY: Final = WITH_INSTITUTION | {"information_request", "foi_request"}
_UNKNOWN: Final = "Nada coincide: otra palabra, u «otro tema»"
_ACROSS: Final = 6
_COMPACT_ACROSS: Final = 4


class Subject(Part):
    """Type, topic and programme, institution, own service, earlier request."""

    def __init__(self, theme: Theme, topics: Lookup, institutions: Lookup, topic_of: Mapping[str, str]) -> None:
        super().__init__(theme)
        self._topic_of = topic_of
        options = [Option(words.letter, code, words.short) for code, words in TYPES.items()]
        rows = [options[at : at + _ACROSS] for at in range(0, len(options), _ACROSS)]
        self.types = ChoiceGroup(theme, rows, name="type")
        self.types.setAccessibleName("Tipo de atención")
        self.topic = SearchField(theme, topics.search, placeholder="Dos letras bastan", big=True, nothing=_UNKNOWN)
        self._institution = SearchField(theme, institutions.search, placeholder="Nombre o sigla")
        answers = [[Option("S", YES, "Sí"), Option("N", NO, "No")]]
        self._own = ChoiceGroup(theme, answers)
        self._parent = TextField(theme, placeholder="T07-2026-000123-9")
        head = section(theme, "Qué necesita la persona", key_hint(theme, "letra", "elige el tipo"))
        self._type_frame = self.frame("type", "Tipo", self.types)
        self._type_frame.hide_label()
        self._topic_frame = self.frame("topic", "&Tema o programa", self.topic, lookup=topics)
        frames = (
            self.frame("concerned_institution", "&Institución aludida", self._institution, lookup=institutions),
            self.frame("own_service", "¿&Sobre el propio servicio? (MSGG)", self._own),
            self.frame("parent_folio", "Folio de la solicitud anterior", self._parent),
        )
        self._institution_frame, self._own_frame, self._parent_frame = frames
        self._rows: QWidget
        self._rows, self._grid = grid(theme, 12, 8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        add(theme, layout, head, self._type_frame, self._rows)
        self.types.went_on.connect(self.topic.setFocus)
        self._own.went_on.connect(self.focusNextChild)
        self._arranged: str | None = None
        self._arrange("")

    @property
    def type(self) -> str:
        """The chosen type, or an empty text."""
        return self.types.value

    def values(self) -> dict[str, Json]:
        """The fields, the topic told apart from the programme; what a type does not ask is not said."""
        values = super().values()
        code = str(values.pop("topic") or "")
        programme = code.removeprefix(PROGRAMME) if code.startswith(PROGRAMME) else None
        values["programme"] = programme
        values["topic"] = self._topic_of.get(programme or "", code.removeprefix(TOPIC)) or None
        for name, frame in self.frames().items():
            if frame.isHidden():
                values[name] = None
        return values

    def show_values(self, values: Mapping[str, Json]) -> None:
        """Fill the fields; programme and topic share one."""
        programme, topic = values.get("programme"), values.get("topic")
        code = f"{PROGRAMME}{programme}" if programme else f"{TOPIC}{topic}" if topic else None
        super().show_values({**values, "topic": code})
        self._arrange(self.type)

    def after_change(self, name: str) -> None:
        """Another type asks other things."""
        if name == "type":
            self._arrange(self.type)

    def set_compact(self, *, compact: bool) -> None:
        """Types in four columns where text is large."""
        self.types.arrange(_COMPACT_ACROSS if compact else _ACROSS)

    def _arrange(self, kind: str) -> None:
        if kind == self._arranged:
            return
        self._arranged = kind
        institution = kind in WITH_INSTITUTION
        self._grid.addWidget(self._topic_frame, 0, 0, 1, 1 if institution else 2)
        self._grid.addWidget(self._institution_frame, 0, 1)
        self._grid.addWidget(self._own_frame, 1, 0)
        self._grid.addWidget(self._parent_frame, 1, 1 if kind == "complaint" else 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._institution_frame.setVisible(institution)
        self.topic.setFixedHeight(self.theme.px(FIELD_HEIGHT if institution else BIG_HEIGHT))
        restyle(self.topic, big=not institution)
        self._institution_frame.set_optional(optional=kind in ("opinion", "report_of_wrongdoing"))
        self._own_frame.setVisible(kind == "complaint")
        self._parent_frame.setVisible(kind == "follow_up")


class Story(Part):
    """What happened, in the person's words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._text = TextArea(theme, lines=3)
        self._text.setMaximumHeight(self._text.minimumHeight())
        self._frame = self.frame(
            "description",
            "Re&lato",
            self._text,
            hint="Sin nombres, RUN ni teléfonos: van a la derecha, cifrados aparte.",
            grow=True,
            optional=True,
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._frame)

    def ask(self, *, owed: bool, compact: bool) -> None:
        """Say where personal data go."""
        side = "más abajo" if compact else "a la derecha"
        where = f"van {side}, cifrados aparte" if owed else "no hacen falta aquí"
        self._frame.set_hint(f"Sin nombres, RUN ni teléfonos: {where}.")
