"""What to tell the person now: the programme that is chosen or lit in the search, in plain words."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.information import sheet_of_programme
from terreno_app.ui.labels import breakable
from terreno_app.ui.screens.attention.lookups import PROGRAMME
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.layout import STRETCH, add, column, row, rule
from terreno_app.ui.widgets.text import Icon, label

_NOTHING = "Elija un programa y aquí verá qué decirle a la persona: qué es, quién puede y dónde."


class Guide(QWidget):
    """The panel.

    Signals:
        sheet_asked: A person wants the sheet to take away; carries the programme's code.
    """

    sheet_asked = Signal(str)

    def __init__(self, theme: Theme, catalogues: Catalogues) -> None:
        super().__init__()
        self._catalogues = catalogues
        self._code = ""
        self._title = label(theme, "", "h2", wrap=True)
        self._institution = label(theme, "", "small", "ink2", wrap=True)
        self._parts = {
            name: (label(theme, name, "smallstrong"), label(theme, "", wrap=True))
            for name in ("Qué es", "Quién puede", "Dónde")
        }
        self._note_text = label(theme, "", "small", "copper", wrap=True)
        self._note = row(theme, Icon(theme, "info", "copper", 16), (self._note_text, 1), gap=7)
        self._nothing = label(theme, _NOTHING, "body", "ink2", wrap=True)
        self._source = label(theme, "", "small", "ink2", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        self._rule = rule(theme)
        add(theme, layout, label(theme, "Para responder ahora", "label", "ink2"))
        add(theme, layout, self._title, self._institution, 4, self._rule, self._nothing)
        for title, text in self._parts.values():
            add(theme, layout, column(theme, title, text, gap=2), 2)
        add(theme, layout, self._note, STRETCH, self._source)
        self.show_programme("")

    def show_programme(self, code: str) -> None:
        """Tell about a programme; another code tells what the panel is for."""
        programme = self._catalogues.programmes.get(code.removeprefix(PROGRAMME))
        self._code = programme.code if programme else ""
        self._nothing.setVisible(programme is None)
        for widget in (self._title, self._institution, self._rule, self._source):
            widget.setVisible(programme is not None)
        sheet = sheet_of_programme(programme, self._catalogues) if programme else None
        told = dict(sheet.parts) if sheet else {}
        for name, (title, text) in self._parts.items():
            title.setVisible(name in told)
            text.setVisible(name in told)
            text.setText(breakable(told.get(name, "")))
        note = sheet.note.split(":")[0].removesuffix(".") if sheet else ""
        self._note.setVisible(bool(note))
        self._note_text.setText(breakable(f"{note}. Confirme en el sitio."))
        if sheet:
            self._title.setText(breakable(sheet.title))
            self._institution.setText(breakable(sheet.body))
            checked = "Ficha verificada" if sheet.verified else "Ficha sin verificar: confirme"
            self._source.setText(breakable(f"{checked}. {sheet.told_source}"))

    def ask_sheet(self) -> None:
        """Ask for the sheet of the programme in sight."""
        if self._code:
            self.sheet_asked.emit(self._code)
