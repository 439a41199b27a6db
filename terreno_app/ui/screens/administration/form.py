"""The page of Administración: who can open this laptop, a key for one more person, what is published, and the look.

It makes nothing itself.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.administration.published_part import PublishedPart
from terreno_app.ui.screens.administration.table_model import OfficerLine, OfficersModel
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Field, Select, TextField
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.tables import Table
from terreno_app.ui.widgets.text import key_hint, label, section

_LONGEST: Final = 256
_ROWS_IN_SIGHT: Final = 3


class AdministrationForm(QWidget):
    """The page.

    Signals:
        submitted: Whom the key is for, the passphrase, and the passphrase again.
        look_asked: The person wants another theme or size of text.
    """

    submitted = Signal(str, str, str)
    look_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._head = PageHead(theme, "", "Administración")
        self._notice = NoticeBar(theme)
        self._model = OfficersModel()
        self._table = Table(theme, self._model, "officers", "Funcionarios y funcionarias de este equipo")
        self._table.setFixedHeight(theme.px(34 + 38 * _ROWS_IN_SIGHT))
        self.published = PublishedPart(theme)
        self._person = Select(theme, (), name="new_officer")
        self._phrase, self._again = self._secret("new_passphrase"), self._secret("new_passphrase_again")
        self._proposal = label(theme, "", "lead", wrap=True)
        self._person_field = Field(theme, "P&ersona", self._person)
        self._phrase_field = Field(theme, "&Frase de paso", self._phrase)
        self._again_field = Field(theme, "&Otra vez", self._again)
        self._empty = EmptyState(
            theme,
            "user",
            "Nadie más espera una llave",
            "Todas las personas que este equipo conoce ya la tienen. Las nuevas llegan al sincronizar (F5).",
        )
        self._add = Button(theme, "A&gregar", "primary", key="Ctrl+G", icon="plus", name="add_officer")
        self._look = Button(theme, "&Tema y letra", key=keys.LOOK, height=34, name="look")
        self._lay_out()
        self._look.clicked.connect(self.look_asked)
        self._add.clicked.connect(self._submit)
        self._phrase.textEdited.connect(self._typed)
        self._again.textEdited.connect(self._typed)
        keys.shortcut(self, keys.SAVE, self._add.click)

    def begin(self) -> None:
        """Put the focus where a person begins; with large text the entry lies below, out of sight."""
        here = self._table if self._entry.isHidden() or self._theme.compact else self._person
        here.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_officers(self, eyebrow: str, rows: Sequence[OfficerLine], without: Sequence[tuple[str, str]]) -> None:
        """Show who has a key, and who of the register has none."""
        self._head.say(eyebrow, "Administración")
        self._model.show_rows(rows)
        chosen = self._person.code
        self._person.clear()
        self._person.addItem("", "")
        for code, name in without:
            self._person.addItem(name, code)
        self._person.set_code(chosen)
        self._entry.setVisible(bool(without))
        self._empty.setVisible(not without)
        self._add.setEnabled(bool(without))

    def propose(self, words: str) -> None:
        """Show five drawn words that would do."""
        self._proposal.setText(words)

    def refuse(self, *, person: str = "", phrase: str = "", again: str = "") -> None:
        """Say beside a field why it does not serve, and go there."""
        said = ((self._person_field, person), (self._phrase_field, phrase), (self._again_field, again))
        for field, text in said:
            field.set_error(text)
        wrong = next((field.widget for field, text in said if text), None)
        if wrong is not None:
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, *, busy: bool) -> None:
        """The key is being made: it takes a moment."""
        self._add.setEnabled(not busy)
        self._add.set_text("Agregando…" if busy else "A&gregar")

    def clear(self) -> None:
        """Forget what was typed."""
        self._person.set_code("")
        self._phrase.clear()
        self._again.clear()
        self.refuse()

    def tell(self, notice: Notice) -> None:
        """Say how it went."""
        self._notice.tell(notice)

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    @property
    def errors(self) -> tuple[str, str, str]:
        """What is said beside the fields."""
        return self._person_field.error, self._phrase_field.error, self._again_field.error

    @property
    def rows(self) -> tuple[OfficerLine, ...]:
        """Who has a key."""
        return self._model.rows

    def _secret(self, name: str) -> TextField:
        field = TextField(self._theme, name=name)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setMaxLength(_LONGEST)
        return field

    def _lay_out(self) -> None:
        theme = self._theme
        why = label(theme, "Frase propuesta: anótela en papel, no se vuelve a mostrar.", "small", "ink2", wrap=True)
        self._entry = column(
            theme,
            self._person_field,
            column(theme, why, self._proposal, gap=2),
            self._phrase_field,
            self._again_field,
            gap=12,
        )
        officers = column(theme, section(theme, "Pueden abrir este equipo"), self._table, gap=8)
        left = column(theme, officers, self.published, STRETCH, gap=16)
        look = section(theme, "Aspecto", self._look)
        right = column(theme, section(theme, "Una llave más"), 4, self._entry, self._empty, 16, look, STRETCH, gap=8)
        inside = QWidget()
        sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        if theme.compact:
            sides.setDirection(QBoxLayout.Direction.TopToBottom)
        sides.setContentsMargins(theme.px(MARGIN), theme.px(14), theme.px(MARGIN), theme.px(14))
        sides.setSpacing(theme.px(40))
        sides.addWidget(left, 1)
        sides.addWidget(right, 1)
        ground(inside, "page")
        hint = column(theme) if theme.compact else key_hint(theme, "F12", "bloquear, para que entre otra persona")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row(theme, (self._head, 1), margins=(MARGIN, 20, MARGIN, 14)))
        layout.addWidget(rule(theme))
        layout.addWidget(self._notice)
        layout.addWidget(scrolled(inside), 1)
        layout.addWidget(PageFoot(theme, hint, self._add))
        published = (self.published.table, self.published.publish)
        order = (self._table, *published, self._person, self._phrase, self._again, self._look, self._add)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _typed(self) -> None:
        self.refuse()

    def _submit(self) -> None:
        self.submitted.emit(self._person.code, self._phrase.text().strip(), self._again.text().strip())
