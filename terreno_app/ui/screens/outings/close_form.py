"""The close of an outing: what is looked at before signing, the passphrase, and the acta as it will be printed."""

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.labels import plural
from terreno_app.ui.messages import Notice
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.checklist import CheckList, Standing
from terreno_app.ui.widgets.fields import Field, TextField
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled, turn_page
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.paper_sheet import PaperSheet
from terreno_app.ui.widgets.text import key_hint, label, section

LINES: Final = (
    ("attentions", "Atenciones"),
    ("informed", "Personas informadas"),
    ("surveys", "Encuestas del sorteo"),
    ("materials", "Material"),
    ("seed", "Semilla del sorteo"),
    ("receipts", "Recibos del centro"),
    ("incidents", "Incidentes"),
)
_LONGEST: Final = 256
_LEFT: Final = 460
_AFTERWARDS: Final = (
    "Cerrar revela la semilla del sorteo y no se puede deshacer. Después, cada cambio queda con su fecha."
)


class CloseForm(QWidget):
    """The page.

    Signals:
        signed: The person signs; carries the passphrase.
        nothing_happened: The person says that there were no incidents.
        drafts_asked: The person wants to go on with what is half written.
        paper_asked: The acta is wanted as a file.
        leave_asked: Back.
    """

    signed = Signal(str)
    nothing_happened = Signal()
    drafts_asked = Signal()
    paper_asked = Signal()
    leave_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._ready = False
        self._busy = False
        self._waiting = 0
        self._head = PageHead(theme, "", "Cerrar la salida y firmar el acta")
        self._notice = NoticeBar(theme)
        self._told = label(theme, "", "smallstrong")
        self._nothing = Button(theme, "&Sin incidentes", key="Ctrl+N", height=34, name="no_incidents")
        self._drafts = Button(theme, "Ver&la", key=keys.DRAFTS, height=34, name="close_drafts")
        self._list = CheckList(theme, LINES, {"attentions": self._drafts, "incidents": self._nothing})
        self._phrase = TextField(theme, name="sign_passphrase")
        self._phrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._phrase.setMaxLength(_LONGEST)
        self._entry = Field(theme, "&Frase de paso para firmar", self._phrase, hint=_AFTERWARDS)
        self._sheet = PaperSheet(theme, "acta_preview")
        self._sign = Button(theme, "Fir&mar y cerrar", "primary", key="Ctrl+G", icon="signature", name="sign_acta")
        printing = "&PDF" if theme.compact else "Guardar en &PDF"
        self._print = Button(theme, printing, key="Ctrl+P", icon="printer", name="acta_pdf")
        self._missing = key_hint(theme, "F8", "ir a lo que falta", "copper")
        self._back = Button(theme, "&Volver", "quiet", key="Esc", name="close_back")
        self._lay_out()
        self._listen()

    def begin(self, eyebrow: str) -> None:
        """Nothing was read yet."""
        self._head.say(eyebrow, "Cerrar la salida y firmar el acta")
        self._notice.clear()
        self._phrase.clear()
        self._list.begin()
        self._entry.show()
        self._sign.show()
        self._ready = self._busy = False
        self._settle()
        self._phrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def say_head(self, eyebrow: str) -> None:
        """Name the outing."""
        self._head.say(eyebrow, "Cerrar la salida y firmar el acta")

    def show_line(self, name: str, standing: Standing, detail: str) -> None:
        """Say how one thing stands."""
        self._list.tell(name, standing, detail)

    def show_sheet(self, png: bytes, words: str) -> None:
        """Show the page as it will be printed."""
        self._sheet.show_page(png, words)

    def let_sign(self) -> None:
        """Everything was read."""
        self._ready = True
        warned, missing = self._list.count("warn"), self._list.count("todo")
        parts = [f"{self._list.count('ok')} de {len(LINES)} listos"]
        parts += [plural(warned, "aviso", "avisos")] if warned else []
        parts += [f"falta{'n' * (missing > 1)} {missing}"] if missing else []
        self._told.setText(" · ".join(parts))
        self._settle()
        self._go_to_missing()

    def show_signed(self, eyebrow: str, notice: Notice | None) -> None:
        """It is signed: the paper is all that is left to do."""
        self._head.say(eyebrow, "Acta de jornada firmada")
        self._ready = self._busy = False
        self._entry.hide()
        self._sign.hide()
        self._settle()
        self._told.setText("")
        if notice is not None:
            self._notice.tell(notice)
        self._print.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_wait(self, seconds: int) -> None:
        """Count down a forced wait; 0 ends it."""
        self._waiting = seconds
        self._settle()

    def set_busy(self, *, busy: bool) -> None:
        """The passphrase is being tried, or the acta written."""
        self._busy = busy
        self._phrase.setReadOnly(busy)
        self._settle()

    def tell(self, notice: Notice) -> None:
        """Say how it went."""
        self._notice.tell(notice)

    def refuse(self, text: str) -> None:
        """The passphrase is another one: say so beside it, and let the person type again."""
        self._entry.set_error(text)
        self._phrase.selectAll()
        self._phrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def name_signer(self, name: str) -> None:
        """Whose passphrase it is."""
        self._phrase.setPlaceholderText(f"Frase de {name}")

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    @property
    def phrase_error(self) -> str:
        """What is said beside the passphrase."""
        return self._entry.error

    @property
    def can_sign(self) -> bool:
        """The key to sign does something now."""
        return self._sign.isEnabled() and not self._sign.isHidden()

    def words(self, name: str) -> str:
        """All that a line says."""
        return self._list.words(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the passphrase signs, too; the page keys scroll where the lines need more room."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._phrase.hasFocus():
            self._press_sign()
        elif event.text().isalnum() and any(one.hasFocus() for one in self._list.warnings()):
            self._phrase.setFocus(Qt.FocusReason.OtherFocusReason)  # a warning takes no letters: they are of the phrase
            QCoreApplication.sendEvent(self._phrase, event)
        elif not turn_page(self._scroll, event.key()):
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        theme = self._theme
        left = column(
            theme,
            section(theme, "Antes de firmar", self._told),
            self._list,
            10,
            self._entry,
            STRETCH,
            margins=(MARGIN, 14, 28, 14),
            gap=0,
        )
        ground(left, "page")
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        self._scroll = scrolled(left)
        middle.addWidget(self._scroll, 0 if not theme.compact else 1)
        if theme.compact:
            self._sheet.hide()
        else:
            self._scroll.setFixedWidth(theme.px(_LEFT + MARGIN + 28))
            middle.addWidget(column(theme, self._sheet, margins=(28, 20, 28, 14), name="side"), 1)
        self._missing.setVisible(False)
        foot = PageFoot(theme, row(theme, self._back, self._missing, gap=18), self._print, self._sign)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row(theme, (self._head, 1), margins=(MARGIN, 16, MARGIN, 12)))
        layout.addWidget(rule(theme))
        layout.addWidget(self._notice)
        layout.addLayout(middle, 1)
        layout.addWidget(foot)

    def _listen(self) -> None:
        self._sign.clicked.connect(self._ask_sign)
        self._drafts.clicked.connect(self.drafts_asked)
        self._nothing.clicked.connect(self.nothing_happened)
        self._print.clicked.connect(self.paper_asked)
        self._back.clicked.connect(self.leave_asked)
        self._phrase.textEdited.connect(self._typed)
        keys.shortcut(self, keys.SAVE, self._press_sign)
        keys.shortcut(self, keys.PRINT, self._print.click)
        keys.shortcut(self, keys.DRAFTS, self._ask_drafts)
        keys.shortcut(self, keys.NEW_OUTING, self._nothing.click)
        keys.shortcut(self, keys.LEAVE, self.leave_asked.emit)
        keys.shortcut(self, keys.NEXT_MISSING, self._go_on)
        self.setTabOrder(self._drafts, self._nothing)
        self.setTabOrder(self._nothing, self._phrase)
        self.setTabOrder(self._phrase, self._back)
        self.setTabOrder(self._back, self._print)
        self.setTabOrder(self._print, self._sign)
        self.setFocusProxy(self._phrase)

    def _settle(self) -> None:
        missing = self._list.count("todo")
        self._sign.setEnabled(self._ready and not self._busy and not self._waiting and not missing)
        self._missing.setVisible(bool(missing) and not self._theme.compact)
        self._sign.set_text(f"Espere {self._waiting} s" if self._waiting else "Fir&mar y cerrar")
        self._print.setEnabled(not self._busy and self._list.count("later") == 0)

    def _go_to_missing(self) -> None:
        """To what is still to be done, else to the passphrase."""
        self._lead_to(next((one for one in (self._drafts, self._nothing) if not one.isHidden()), self._phrase))

    def _go_on(self) -> None:
        """From one thing to be done to the next; where nothing is, from the passphrase to what only warns, and back."""
        there: tuple[QWidget, ...] = tuple(one for one in (self._drafts, self._nothing) if not one.isHidden())
        there = there or (*(() if self._entry.isHidden() else (self._phrase,)), *self._list.warnings())
        here = next((place for place, one in enumerate(there) if one.hasFocus()), -1)
        if there:
            self._lead_to(there[(here + 1) % len(there)])

    def _lead_to(self, here: QWidget) -> None:
        here.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(here)

    def _ask_drafts(self) -> None:
        if not self._drafts.isHidden():
            self.drafts_asked.emit()

    def _press_sign(self) -> None:
        """The key signs, or goes to what keeps it from signing."""
        if self._sign.isEnabled():
            self._sign.click()
        elif self._ready and not self._busy:
            self._go_to_missing()

    def _typed(self) -> None:
        self._entry.set_error("")

    def _ask_sign(self) -> None:
        if self._phrase.text():
            self.signed.emit(self._phrase.text())
        else:
            self.refuse("Escriba su frase de paso: es su firma")
