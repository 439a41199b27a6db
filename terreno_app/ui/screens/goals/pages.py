"""The two pages of Metas, of which one is in sight: the goals, and the one that is being written."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtWidgets import QStackedWidget

from terreno_app.domain.fields import Json
from terreno_app.ui.screens.goals.edit_form import EditForm
from terreno_app.ui.screens.goals.form import GoalsForm


class GoalsPages(QStackedWidget):
    """The pages."""

    def __init__(self, listed: GoalsForm, edit: EditForm) -> None:
        super().__init__()
        self.listed, self.edit = listed, edit
        self.addWidget(listed)
        self.addWidget(edit)

    def show_list(self) -> None:
        """The goals."""
        self.setCurrentWidget(self.listed)
        self.setFocusProxy(self.listed)
        self.listed.begin()

    def show_edit(self, mode: str, today: date, about: str = "") -> None:
        """A goal to be written; `about` says which one it is of."""
        self._turn_to_edit()
        self.edit.start(mode, self.listed.year, today, about)

    def come_back(self, typed: Mapping[str, Json], today: date) -> None:
        """A goal that was being written, as it was left."""
        self._turn_to_edit()
        self.edit.come_back(typed, today)
        self.listed.set_year(int(str(typed["year"])))

    def _turn_to_edit(self) -> None:
        self.setCurrentWidget(self.edit)
        self.setFocusProxy(self.edit)
