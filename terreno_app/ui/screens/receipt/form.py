"""The page of Comprobante: turned to the person, so folio, date and code are large enough for a photo.

It shows what it is told and says what was asked for; it prints nothing itself.
"""

from datetime import date
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLayout, QVBoxLayout, QWidget

from terreno_app.domain.clock import parse_instant, santiago_day
from terreno_app.domain.qr import qr_rows
from terreno_app.domain.receipt import Receipt
from terreno_app.ui import keys
from terreno_app.ui.labels import breakable, full_day, hour
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
_HINT: Final = "Se puede fotografiar la pantalla o escanear el código, que lleva folio y fechas, sin el nombre."


class ReceiptForm(QWidget):
    """The page.

    Signals:
        a4_asked: An A4 page, to the printer.
        roll_asked: A strip of 80 mm, to the printer.
        pdf_asked: The A4 page as a file.
        left: The person has what they need.
    """

    a4_asked = Signal()
    roll_asked = Signal()
    pdf_asked = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._folio = label(theme, "", "display")
        self._due_name = label(theme, "Respuesta a más tardar", "body", "ink2")
        self._due = label(theme, "", "h1", "copper", wrap=True)
        self._due_note = label(theme, "", "body", "ink", wrap=True)
        self._received = label(theme, "", wrap=True)
        self._lines, self._places = grid(theme, 12, 6)
        self._follow, self._contacts = grid(theme, 12, 4)
        self._privacy = label(theme, "", "small", "ink2", wrap=True)
        self._qr = QrCode(theme, _QR_SIDE, "Código QR con el folio, las fechas y los contactos")
        self._notice = NoticeBar(theme)
        self._a4 = Button(theme, "Imprimir &A4", key=keys.PRINT, icon="printer", name="print_a4")
        self._roll = Button(theme, "Imprimir &80 mm", icon="printer", name="print_roll")
        self._pdf = Button(theme, "Guardar P&DF", "quiet", name="save_receipt")
        self._done = Button(theme, "&Listo", "primary", key="Enter", icon="check", name="receipt_done")
        self._lay_out()
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

    def show_receipt(self, receipt: Receipt) -> None:
        """Show a receipt."""
        self._message.hide()
        received = parse_instant(receipt.received_at)
        due = full_day(date.fromisoformat(receipt.due_on)) if receipt.due_on else ""
        days = f"{receipt.business_days} días hábiles." if receipt.business_days else ""
        note = " ".join(part for part in (days, receipt.answer_by) if part)
        self._folio.setText(receipt.folio)
        for widget, text in ((self._due, due), (self._due_note, note)):
            widget.setText(breakable(text))
            widget.setVisible(bool(text))
        self._due_name.setVisible(bool(due))
        when = f"{full_day(santiago_day(receipt.received_at))}, {hour(received)} horas"
        lines = (("Recibido", when), *receipt.lines)
        contacts = tuple((fact.label, fact.value.removeprefix("https://")) for fact in receipt.contacts)
        self._fill(self._places, lines, "body")
        self._fill(self._contacts, contacts, "strong")
        self._privacy.setText(receipt.privacy)
        self._qr.show_rows(qr_rows(receipt.to_scan))
        told = [f"{name}: {words}" for name, words in (*lines, *contacts)]
        self.setAccessibleName(f"Comprobante {receipt.folio}")
        self.setAccessibleDescription(" ".join([receipt.folio, due, note, *told, receipt.privacy]))

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
            label(theme, "Comprobante de atención", "h2"),
            rule(theme, strong=True),
            label(theme, "Folio", "body", "ink2"),
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
            label(theme, "Para saber cómo va, con su folio", "strong"),
            self._follow,
            4,
            self._privacy,
            STRETCH,
            gap=4,
        )
        hint = label(theme, _HINT, "small", "ink2", wrap=True)
        if theme.compact:
            body = column(theme, words, row(theme, self._qr, STRETCH), hint, margins=(MARGIN, 14, MARGIN, 14), gap=16)
        else:
            scan = column(theme, self._qr, hint, STRETCH, gap=8)
            scan.setFixedWidth(theme.px(_QR_SIDE))
            body = row(theme, (words, 1), scan, margins=(MARGIN, 20, MARGIN, 14), gap=40)
        ground(body, "scrolled")
        note = key_hint(theme, "Esc", "seguir")
        if theme.compact:
            note.hide()
        actions = (self._a4, self._done) if theme.compact else (self._pdf, self._roll, self._a4, self._done)
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._message = row(theme, (self._notice, 1), margins=(MARGIN, 12, MARGIN, 0))
        self._message.hide()
        add(theme, layout, self._message, (scrolled(body), 1))
        if theme.compact:
            more = row(theme, self._roll, self._pdf, STRETCH, margins=(MARGIN, 6, MARGIN, 6), gap=10)
            layout.addWidget(more)
        layout.addWidget(PageFoot(theme, note, *actions))
        self.setFocusProxy(self._done)
