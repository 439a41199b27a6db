"""A sheet of Información, as it is told: what it is, who may have it, where, how sure it is, and what to take away."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.domain.information import Sheet
from terreno_app.domain.qr import qr_rows
from terreno_app.ui import keys
from terreno_app.ui.labels import breakable
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import STRETCH, add, column, grid, ground, restyle, row, rule
from terreno_app.ui.widgets.qr import QrCode
from terreno_app.ui.widgets.text import Icon, label

KINDS: Final = {"programme": "Programa", "dos_product": "Producto DOS", "institution": "Institución"}
QR_SIDE: Final = 150
REST_MS: Final = 150
"""How long a sheet stays in sight before its code is drawn: drawing one takes longer than a key may."""
_NAME_WIDTH: Final = 128
_SURE: Final = ("badge-check", "ok", "Verificada en su fuente")
_UNSURE: Final = ("triangle-alert", "copper", "Sin verificar")
_CONFIRM: Final = "Nadie ha comparado esta ficha con su fuente: confirme en el sitio antes de darla por cierta."


class SheetView(QWidget):
    """The page at the side of the list.

    Signals:
        print_asked: The A4 page, to the printer.
        pdf_asked: The same as a file.
        rested: The code of the sheet in sight can be scanned.
    """

    print_asked = Signal()
    pdf_asked = Signal()
    rested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "surface")
        self._theme = theme
        self._kind = label(theme, "", "small", "ink2", wrap=True)
        self._mark_icon = Icon(theme, "badge-check", "ok", 18)
        self._mark = label(theme, "", "smallstrong", "ok")
        self._title = label(theme, "", "h1", wrap=True)
        self._body = label(theme, "", "body", "ink2", wrap=True)
        self._parts, self._places = grid(theme, 12, 0)
        self._note_text = label(theme, "", "body", "copper", wrap=True)
        self._note = self._with_icon("info", self._note_text)
        self._doubt = self._with_icon("triangle-alert", label(theme, _CONFIRM, "body", "copper", wrap=True))
        self._source = label(theme, "", "small", "ink2", wrap=True)
        self._qr = QrCode(theme, QR_SIDE, "Código QR de la ficha")
        self._told: Sheet | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._show_code)
        self._print = Button(theme, "&Imprimir hoja A4", key=keys.PRINT, icon="printer", name="print_sheet")
        self._pdf = Button(theme, "Guardar P&DF", "quiet", name="save_sheet")
        self._print.clicked.connect(self.print_asked)
        self._pdf.clicked.connect(self.pdf_asked)
        self._lay_out()

    @property
    def words(self) -> str:
        """All that is in sight, for tests and screen readers."""
        return self.accessibleDescription()

    def show_sheet(self, sheet: Sheet) -> None:
        """Tell of a sheet; the code of the one before is gone at once, its own comes when the person rests on it."""
        if sheet == self._told:
            return
        self._told = sheet
        self._qr.show_rows(())
        self._rest.start()
        topic = f" · {sheet.topic}" if sheet.topic else ""
        icon, tone, sure = _SURE if sheet.verified else _UNSURE
        self._kind.setText(f"{KINDS[sheet.kind]}{topic}")
        self._mark_icon.show_as(icon, tone)
        self._mark.setText(sure)
        restyle(self._mark, tone=tone)
        self._title.setText(breakable(sheet.title))
        self._body.setText(breakable(sheet.body))
        self._show_parts(sheet)
        self._note_text.setText(breakable(sheet.note))
        self._note.setVisible(bool(sheet.note))
        self._doubt.setVisible(not sheet.verified)
        self._source.setText(breakable(sheet.told_source))
        told = [f"{name}: {words}" for name, words in sheet.parts]
        said = (self._kind.text(), sure, sheet.title, sheet.body, *told, sheet.note, sheet.told_source)
        self.setAccessibleName(sheet.title)
        self.setAccessibleDescription(" ".join(part for part in said if part))

    @Slot()
    def _show_code(self) -> None:
        if self._told is not None:
            self._qr.show_rows(qr_rows(self._told.to_scan))
            self.rested.emit()

    def _show_parts(self, sheet: Sheet) -> None:
        theme, places = self._theme, self._places
        while places.count():
            item = places.takeAt(0)
            old = item.widget() if item else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for place, (name, words) in enumerate(sheet.parts):
            title, text = label(theme, name, "strong"), label(theme, breakable(words), wrap=True)
            for one in (title, text):
                one.setContentsMargins(0, theme.px(9), 0, theme.px(9))
                one.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            title.setMinimumWidth(theme.px(_NAME_WIDTH))
            places.addWidget(title, 2 * place, 0)
            places.addWidget(text, 2 * place, 1)
            places.addWidget(rule(theme), 2 * place + 1, 0, 1, 2)
        places.setColumnStretch(1, 1)

    def _with_icon(self, icon: str, text: QWidget) -> QWidget:
        theme = self._theme
        figure = column(theme, 1, Icon(theme, icon, "copper", 18), STRETCH, gap=0)
        return row(theme, figure, (text, 1), margins=(0, 4, 0, 0), gap=10)

    def _lay_out(self) -> None:
        theme = self._theme
        mark = row(theme, self._mark_icon, self._mark, STRETCH, gap=7)
        head = column(theme, mark, self._kind, gap=4) if theme.compact else row(theme, (self._kind, 1), mark)
        words = (
            label(theme, "Para llevar", "strong"),
            label(theme, "Escanee el código o pida la hoja: sin datos de la persona.", "small", "ink2", wrap=True),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(32), theme.px(18), theme.px(32), theme.px(16))
        layout.setSpacing(theme.px(4))
        add(theme, layout, head, self._title, self._body, 8, rule(theme, strong=True))
        add(theme, layout, self._parts, self._note, self._doubt, 4, self._source, 12, STRETCH)
        if theme.compact:
            buttons = (row(theme, self._print, STRETCH), row(theme, self._pdf, STRETCH))
            add(theme, layout, column(theme, *words, row(theme, self._qr, STRETCH), *buttons, gap=6))
        else:
            beside = row(theme, self._print, self._pdf, STRETCH, gap=8)
            add(theme, layout, row(theme, self._qr, (column(theme, *words, 4, beside, STRETCH, gap=2), 1), gap=16))
