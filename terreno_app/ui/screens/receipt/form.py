"""The page of Comprobante: turned to the person, so folio, date and code are large enough for a photo.

It shows what it is told and says what was asked for; it prints nothing itself.
"""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLayout, QVBoxLayout, QWidget

from terreno_app.domain.qr import qr_rows
from terreno_app.domain.receipt import Receipt
from terreno_app.domain.spanish import sentence
from terreno_app.ui import keys
from terreno_app.ui.labels import breakable
from terreno_app.ui.messages import Notice
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import STRETCH, add, column, grid, ground, row, rule, scrolled
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot
from terreno_app.ui.widgets.qr import QrCode
from terreno_app.ui.widgets.text import key_hint, label

_QR_SIDE: Final = 330
_NAME_WIDTH: Final = 104
_WIDEST_NAME: Final = 280
_TARGET: Final = 44
"""The person may press here too."""


class ReceiptForm(QWidget):
    """The page.

    Signals:
        language_asked: The receipt in the next language.
        a4_asked: An A4 page, to the printer.
        roll_asked: A strip of 80 mm, to the printer.
        pdf_asked: The A4 page as a file.
        left: The person has what they need.
    """

    language_asked = Signal()
    a4_asked = Signal()
    roll_asked = Signal()
    pdf_asked = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._title = label(theme, "", "h2", wrap=True)
        self._folio_name = label(theme, "", "body", "ink2")
        self._folio = label(theme, "", "display")
        self._due_name = label(theme, "", "body", "ink2")
        self._due = label(theme, "", "h1", "copper", wrap=True)
        self._due_note = label(theme, "", "body", "ink", wrap=True)
        self._lines, self._places = grid(theme, 12, 6)
        self._follow_name = label(theme, "", "strong", wrap=True)
        self._follow, self._contacts = grid(theme, 12, 4)
        self._privacy = label(theme, "", "small", "ink2", wrap=True)
        self._qr = QrCode(theme, _QR_SIDE, "")
        self._photo = label(theme, "", "small", "ink2", wrap=True)
        self._notice = NoticeBar(theme)
        self._language = Button(theme, "", "quiet", height=_TARGET, name="receipt_language")
        self._a4 = Button(theme, "Imprimir &A4", key=keys.PRINT, icon="printer", height=_TARGET, name="print_a4")
        self._roll = Button(theme, "Imprimir &80 mm", icon="printer", height=_TARGET, name="print_roll")
        self._pdf = Button(theme, "Guardar P&DF", "quiet", height=_TARGET, name="save_receipt")
        self._done = Button(theme, "&Listo", "primary", key="Enter", icon="check", height=_TARGET, name="receipt_done")
        self._lay_out()
        self._language.setAccessibleName("Comprobante en otro idioma")
        self._language.clicked.connect(self.language_asked)
        self._a4.clicked.connect(self.a4_asked)
        self._roll.clicked.connect(self.roll_asked)
        self._pdf.clicked.connect(self.pdf_asked)
        self._done.clicked.connect(self.left)
        keys.shortcut(self, keys.PRINT, self.a4_asked.emit)

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text if not self._message.isHidden() else ""

    @property
    def said(self) -> str:
        """All that is in sight of the receipt."""
        return self.accessibleDescription()

    def show_receipt(self, receipt: Receipt, other_language: str) -> None:
        """Show a receipt.

        Args:
            receipt: What it says.
            other_language: Name of the language that it can speak too; empty where there is none.
        """
        self._message.hide()
        words, note = receipt.language.words, " ".join(receipt.due_notes)
        due = sentence(receipt.due)
        for widget, text in (
            (self._title, words.title),
            (self._folio_name, words.folio),
            (self._folio, receipt.folio),
            (self._due_name, words.due if due else ""),
            (self._due, due),
            (self._due_note, note),
            (self._follow_name, f"{words.follow}. {words.with_folio}"),
            (self._privacy, receipt.privacy_words),
            (self._photo, words.photo),
        ):
            widget.setText(breakable(text))
            widget.setVisible(bool(text))
        self._fill(self._places, receipt.lines, "body")
        contacts = tuple(fact.told for fact in receipt.contacts)
        self._fill(self._contacts, contacts, "strong")
        self._qr.setAccessibleName(words.code)
        self._qr.show_rows(qr_rows(receipt.to_scan))
        self._language.setText(f"&{other_language}")
        self._language.setAccessibleName(f"Comprobante en otro idioma: {other_language}")
        self._language.setVisible(bool(other_language))
        told = [f"{name}: {said}" for name, said in (*receipt.lines, *contacts)]
        self.setAccessibleName(f"{words.strip_title} {receipt.folio}")
        self.setAccessibleDescription(" ".join([receipt.folio, due, note, *told, receipt.privacy_words]))

    def tell(self, notice: Notice) -> None:
        """Show a message over the receipt."""
        self._notice.tell(notice)
        self._message.show()

    def begin(self) -> None:
        """Put the focus where Enter goes on."""
        self._done.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc go on."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Small: the receipt scrolls."""
        return QSize(480, 320)

    def _fill(self, places: QGridLayout, lines: tuple[tuple[str, str], ...], role: str) -> None:
        while places.count():
            item = places.takeAt(0)
            old = item.widget() if item else None
            if old is not None:
                old.hide()
                old.deleteLater()
        widest = max((self._theme.width_of(name) for name, _ in lines), default=0)
        width = max(self._theme.px(_NAME_WIDTH), min(widest + 2, self._theme.px(_WIDEST_NAME)))
        for place, (name, words) in enumerate(lines):
            title = label(self._theme, breakable(name), "body", "ink2", wrap=True)
            title.setFixedWidth(width)
            title.setAlignment(Qt.AlignmentFlag.AlignTop)
            text = label(self._theme, breakable(words), role, wrap=True)
            text.setAlignment(Qt.AlignmentFlag.AlignTop)
            places.addWidget(title, place, 0)
            places.addWidget(text, place, 1)
        places.setColumnStretch(1, 1)

    def _lay_out(self) -> None:
        theme = self._theme
        words = column(
            theme,
            self._title,
            rule(theme, strong=True),
            self._folio_name,
            self._folio,
            10,
            self._due_name,
            self._due,
            self._due_note,
            10,
            rule(theme),
            6,
            self._lines,
            6,
            rule(theme),
            6,
            self._follow_name,
            self._follow,
            4,
            self._privacy,
            STRETCH,
            gap=4,
        )
        if theme.compact:
            body = column(
                theme, words, row(theme, self._qr, STRETCH), self._photo, margins=(MARGIN, 14, MARGIN, 14), gap=16
            )
        else:
            scan = column(theme, self._qr, self._photo, STRETCH, gap=8)
            scan.setFixedWidth(theme.px(_QR_SIDE))
            body = row(theme, (words, 1), scan, margins=(MARGIN, 20, MARGIN, 14), gap=40)
        ground(body, "scrolled")
        note = key_hint(theme, "Esc", "seguir")
        if theme.compact:
            note.hide()
        actions = (
            (self._a4, self._done) if theme.compact else (self._language, self._pdf, self._roll, self._a4, self._done)
        )
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._message = row(theme, (self._notice, 1), margins=(MARGIN, 12, MARGIN, 0))
        self._message.hide()
        add(theme, layout, self._message, (scrolled(body), 1))
        if theme.compact:
            more = row(theme, self._roll, self._pdf, self._language, STRETCH, margins=(MARGIN, 6, MARGIN, 6), gap=10)
            layout.addWidget(more)
        layout.addWidget(PageFoot(theme, note, *actions))
        self.setFocusProxy(self._done)
