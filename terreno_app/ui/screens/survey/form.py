"""The officer's page of Encuesta: who waits, how to offer it, and why somebody did not answer. It shows no answer."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.survey.table_model import WaitingLine, WaitingModel
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.choices import ChoiceGroup, Option
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.tables import HEAD_HEIGHT, ROW_HEIGHT, Table
from terreno_app.ui.widgets.text import label, section

ON_SCREEN: Final = "on_screen"
ASSISTED: Final = "assisted"
PAPER: Final = "paper"
_COLUMNS: Final = 3
_ROWS_IN_SIGHT: Final = 2


class SurveyForm(QWidget):
    """The page.

    Signals:
        offered: The id of the attention, and how the survey is answered.
        reason_given: The id of the attention, and why there is no answer.
        left: Back to Hoy.
    """

    offered = Signal(str, str)
    reason_given = Signal(str, str)
    left = Signal()

    def __init__(self, theme: Theme, reasons: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._head = PageHead(theme, "", "Encuesta")
        self._notice = NoticeBar(theme)
        self._model = WaitingModel()
        self._table = Table(theme, self._model, "waiting", "Personas sorteadas que esperan la encuesta")
        self._table.setMinimumHeight(theme.px(HEAD_HEIGHT) + theme.px(ROW_HEIGHT) * _ROWS_IN_SIGHT)
        self._empty = EmptyState(
            theme,
            "message-square-text",
            "Nadie espera la encuesta",
            "Cuando el sorteo elige a una persona al guardar su atención, queda aquí hasta que responde o se anota "
            "por qué no. Esc vuelve a Hoy.",
        )
        rows = [
            [Option(str(place + 1), *reasons[place]) for place in range(start, min(start + _COLUMNS, len(reasons)))]
            for start in range(0, len(reasons), _COLUMNS)
        ]
        self._reasons = ChoiceGroup(theme, rows, height=30 if theme.large else 36, name="none_reason")
        self._reasons.setAccessibleName("Por qué no respondió")
        hint = "Un número lo elige; Ctrl+G lo guarda. Cada persona sorteada cuenta, responda o no."
        self._why = column(
            theme,
            section(theme, "P&or qué no respondió", buddy=self._reasons),
            self._reasons,
            None if theme.large else label(theme, hint, "small", "ink2"),
            gap=6,
        )
        self._make_actions()
        self._lay_out()
        self._listen()

    def show_waiting(self, eyebrow: str, title: str, rows: Sequence[WaitingLine]) -> None:
        """Show who waits, keeping the officer on the row where they were."""
        here = self.selected
        self._head.say(eyebrow, title)
        self._model.show_rows(rows)
        there, gone = (self._table, self._empty) if rows else (self._empty, self._table)
        there.show()
        self.setFocusProxy(there)
        if gone.hasFocus():
            self.begin()  # the page keeps the keys, not the rail
        gone.hide()
        self._why.setVisible(bool(rows))
        for button in (self._hand_over, self._help, self._copy, self._keep):
            button.setEnabled(bool(rows))
        self.select(here)

    def select(self, record: str) -> None:
        """Go to the row of an attention, else to the first."""
        place = next((place for place, one in enumerate(self._model.rows) if one.id == record), 0)
        self._table.go_to(place if self._model.rows else -1)

    def begin(self) -> None:
        """Put the focus in the list, or on what says that there is none."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_reason(self) -> None:
        """Put the focus where the reason is chosen."""
        self._reasons.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, notice: Notice | None) -> None:
        """Say how it went, or take it away."""
        if notice is None:
            self._notice.clear()
        else:
            self._notice.tell(notice)

    @property
    def selected(self) -> str:
        """The id of the attention under the selection, or an empty text."""
        place = self._table.current
        return self._model.rows[place].id if 0 <= place < len(self._model.rows) else ""

    @property
    def rows(self) -> tuple[WaitingLine, ...]:
        """Who is in sight."""
        return self._model.rows

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    def _make_actions(self) -> None:
        theme, compact = self._theme, self._theme.compact
        self._keep = Button(theme, "&Guardar motivo", key="" if theme.large else "Ctrl+G", name="keep_reason")
        self._copy = Button(theme, "De pape&l" if compact else "&Transcribir de papel", name="copy_paper")
        self._help = Button(theme, "Con a&yuda" if compact else "Responder con a&yuda", name="with_help")
        handing = "&Pasar el equipo"
        self._hand_over = Button(
            theme,
            handing,
            "primary",
            key="" if theme.large else "Enter",
            icon="" if compact else "user",
            name="hand_over",
        )

    def _lay_out(self) -> None:
        theme = self._theme
        foot = PageFoot(theme, self._keep, self._copy, self._help, self._hand_over)
        head = row(theme, (self._head, 1), margins=(MARGIN, 20, MARGIN, 14))
        body = column(
            theme,
            self._notice,
            (self._table, 100),
            self._empty,
            STRETCH,
            self._why,
            margins=(MARGIN, 12, MARGIN, 12),
            gap=8,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part, stretch in ((head, 0), (rule(theme), 0), (scrolled(ground(body, "page")), 1), (foot, 0)):
            layout.addWidget(part, stretch)
        self.setFocusProxy(self._table)
        for before, after in (
            (self._table, self._reasons),
            (self._reasons, self._keep),
            (self._keep, self._copy),
            (self._copy, self._help),
            (self._help, self._hand_over),
        ):
            self.setTabOrder(before, after)

    def _listen(self) -> None:
        self._table.opened.connect(self._offer_on_screen)
        self._hand_over.clicked.connect(self._offer_on_screen)
        self._help.clicked.connect(self._offer_help)
        self._copy.clicked.connect(self._offer_paper)
        self._keep.clicked.connect(self._give_reason)
        keys.shortcut(self, keys.SAVE, self._keep.click)
        keys.shortcut(self, keys.LEAVE, self.left.emit)

    def _offer_on_screen(self, _row: object = None) -> None:
        self._offer(ON_SCREEN)

    def _offer_help(self) -> None:
        self._offer(ASSISTED)

    def _offer_paper(self) -> None:
        self._offer(PAPER)

    def _offer(self, mode: str) -> None:
        if self.selected:
            self.offered.emit(self.selected, mode)

    def _give_reason(self) -> None:
        reason = self._reasons.value
        if not reason:
            self.ask_reason()
        elif self.selected:
            self._reasons.set_value("")
            self.reason_given.emit(self.selected, reason)
