"""*Listo para terreno*: what is looked at before an outing opens, one line each. It looks at nothing itself."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.messages import Notice
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.checklist import CheckList, Standing
from terreno_app.ui.widgets.layout import column, ground, row, rule, scrolled, turn_page
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.progress import Progress
from terreno_app.ui.widgets.roles import PAGE
from terreno_app.ui.widgets.text import label, right

_TITLE: Final = "Listo para terreno"
_WIDEST: Final = 860
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ReadyForm(QWidget):
    """The page.

    Signals:
        open_asked: The person wants to open the outing, or to go on to the open one.
        again_asked: Everything is to be looked at again.
        leave_asked: Back to the list.
    """

    spoken_role = PAGE
    open_asked = Signal()
    again_asked = Signal()
    leave_asked = Signal()

    def __init__(self, theme: Theme, lines: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        ground(self, "page")
        self._count = len(lines)
        self._head = PageHead(theme, "", _TITLE)
        self._told = right(label(theme, "", "strong"))
        self._told.setMinimumWidth(theme.width_of("10 de 10 revisados", "strong"))
        self._progress = Progress(theme, name="readiness")
        self._list = CheckList(theme, lines)
        self._notice = NoticeBar(theme)
        self._again = Button(theme, "&Revisar otra vez", icon="refresh-cw", name="look_again")
        self._open = Button(theme, "&Abrir la salida", "primary", key="Enter", icon="lock-open", name="open_now")
        back = Button(
            theme, "Volver" if theme.compact else "&Volver a la lista", "quiet", key="Esc", name="back_to_list"
        )
        inside = column(theme, self._list, margins=(MARGIN, 4, MARGIN, 8))
        inside.setMaximumWidth(theme.px(_WIDEST + 2 * MARGIN))
        ground(inside, "page")
        self._scroll = scrolled(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row(theme, (self._head, 1), self._told, margins=(MARGIN, 16, MARGIN, 8)))
        layout.addWidget(row(theme, (self._progress, 1), margins=(MARGIN, 0, MARGIN, 0)))
        layout.addWidget(rule(theme))
        layout.addWidget(column(theme, self._notice, margins=(MARGIN, 8, MARGIN, 4)))
        layout.addWidget(self._scroll, 1)
        layout.addWidget(PageFoot(theme, back, self._again, self._open))
        back.clicked.connect(self.leave_asked)
        self._again.clicked.connect(self.again_asked)
        self._open.clicked.connect(self.open_asked)
        keys.shortcut(self, keys.LEAVE, self.leave_asked.emit)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_TITLE)

    def begin(self, eyebrow: str) -> None:
        """Nothing was looked at yet."""
        self._head.say(eyebrow, _TITLE)
        self._notice.clear()
        self._list.begin()
        self._progress.show()
        self._again.setEnabled(False)
        self._open.setEnabled(False)
        self._open.set_text("&Abrir la salida", "lock-open")
        self._count_up()
        self.setFocus()

    def show_check(self, name: str, standing: Standing, detail: str = "") -> None:
        """Say how one thing stands."""
        self._list.tell(name, standing, detail)
        self._count_up()

    def finish(self, *, may_open: bool, opened: bool, notice: Notice | None) -> None:
        """Everything was looked at: say what follows."""
        self._progress.hide()
        self._again.setEnabled(not opened)
        self._open.setEnabled(may_open)
        self._open.set_text("&Ir a Hoy" if opened else "&Abrir la salida", "arrow-right" if opened else "lock-open")
        if notice is not None:
            self._notice.tell(notice)
        (self._open if may_open else self._again).setFocus()

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    def words(self, name: str) -> str:
        """All that a line says."""
        return self._list.words(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; the page keys scroll where the lines need more room."""
        if event.key() in _ENTER:
            self._open.click()
        elif not turn_page(self._scroll, event.key()):
            super().keyPressEvent(event)

    def _count_up(self) -> None:
        looked_at = self._count - self._list.count("later") - self._list.count("now")
        self._progress.show_progress(looked_at, self._count)
        warned = self._list.count("warn") + self._list.count("stop")
        if looked_at < self._count:
            self._told.setText(f"{looked_at} de {self._count} revisados")
        else:
            self._told.setText(f"{self._count - warned} de {self._count} listos")
