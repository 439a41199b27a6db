"""Inputs and the frame that gives each its label, hint and error.

Heights are set here in code: the style sheet gives colours and borders only.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QIntValidator,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QRegularExpressionValidator,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStyleOptionComboBox,
    QVBoxLayout,
    QWidget,
)

from terreno_app.services.pin import DIGITS
from terreno_app.ui.labels import plain
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.layout import STRETCH, restyle, row
from terreno_app.ui.widgets.text import Icon, label

FIELD_HEIGHT: Final = 36
BIG_HEIGHT: Final = 44
_CARET_ROOM: Final = 40
_PIN_WIDTH: Final = 200
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STAYING = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class TextField(QLineEdit):
    """One line of text; a long one shows its beginning while nobody writes in it.

    Signals:
        left: The focus went elsewhere; time to look at what was typed.
    """

    left = Signal()

    def __init__(self, theme: Theme, *, placeholder: str = "", big: bool = False, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setPlaceholderText(placeholder)
        self.setProperty("big", big)
        self.setFixedHeight(theme.px(BIG_HEIGHT if big else FIELD_HEIGHT))
        self.setMinimumWidth(theme.px(60))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the person left."""
        super().focusOutEvent(event)
        readable = self.echoMode() == QLineEdit.EchoMode.Normal
        if readable and event.reason() not in _STAYING:
            self.setCursorPosition(0)
        self.left.emit()


class PinField(TextField):
    """The six digits of a PIN, which nobody reads from behind."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, big=True, name=name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(DIGITS)
        self.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]*"), self))
        self.setFixedWidth(theme.px(_PIN_WIDTH))


class NumberField(TextField):
    """A whole number without letters; empty when nothing is known."""

    def __init__(self, theme: Theme, low: int, high: int, *, placeholder: str = "", name: str = "") -> None:
        super().__init__(theme, placeholder=placeholder, name=name)
        self.setValidator(QIntValidator(low, high, self))

    @property
    def number(self) -> int | None:
        """The number, or None while there is none."""
        return int(self.text()) if self.text().lstrip("-").isdigit() else None


class TextArea(QPlainTextEdit):
    """Several lines of text; Tab leaves it.

    Signals:
        left: The focus went elsewhere.
    """

    left = Signal()

    def __init__(self, theme: Theme, *, placeholder: str = "", lines: int = 3, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(theme.metrics("body").lineSpacing() * lines + theme.px(20))
        self.document().setDocumentMargin(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words that stood there before it had a width begin at its edge, and where the person writes is in sight."""
        super().resizeEvent(event)
        self.horizontalScrollBar().setValue(0)
        self.ensureCursorVisible()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the person left."""
        super().focusOutEvent(event)
        self.left.emit()


class Select(QComboBox):
    """One of a short closed list; letters jump to the answer that begins with them.

    Signals:
        picked: A person chose; carries the code.
        left: The focus went elsewhere.
    """

    picked = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, options: Sequence[tuple[str, str]], *, empty: str = "", name: str = "") -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName(name)
        self.setFixedHeight(theme.px(FIELD_HEIGHT))
        self.setMinimumWidth(theme.px(60))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.addItem(empty, "")
        for code, text in options:
            self.addItem(text, code)
        self.setMaxVisibleItems(14)
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.activated.connect(self._activated)

    @property
    def code(self) -> str:
        """The chosen code, or an empty text."""
        return str(self.currentData() or "")

    def set_code(self, code: str) -> None:
        """Show a code without telling anybody; one that is not offered shows nothing."""
        self.setCurrentIndex(max(0, self.findData(code)))

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer other answers, the first of them chosen; nothing is not one of them."""
        self.clear()
        for code, text in options:
            self.addItem(text, code)

    def showPopup(self) -> None:
        """Open the list wide enough for its longest answer."""
        widest = max(self._theme.width_of(self.itemText(i)) for i in range(self.count()))
        self.view().setMinimumWidth(min(widest + self._theme.px(36), self.window().width()))
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters choose; Enter is left to the form."""
        if event.key() in _ENTER:
            event.ignore()
            return
        super().keyPressEvent(event)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Give way with an ellipsis before the caret: the style would cut the words under it."""
        super().initStyleOption(option)
        room = self.width() - self._theme.px(_CARET_ROOM)
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page, never the answer."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin a new word: letters of the last visit, however fresh, belong to another person."""
        super().focusInEvent(event)
        self.view().keyboardSearch("")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the person left."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, and the caret that a style sheet could only take from a file."""
        super().paintEvent(event)
        side = self._theme.px(16)
        at = QPoint(self.width() - side - self._theme.px(9), (self.height() - side) // 2)
        QPainter(self).drawPixmap(at, self._theme.icon("chevron-down", "ink2" if self.isEnabled() else "ink3", 16))

    def minimumSizeHint(self) -> QSize:
        """Narrow: the text gives way."""
        return QSize(self._theme.px(60), self._theme.px(FIELD_HEIGHT))

    def _activated(self, _index: int) -> None:
        self.picked.emit(self.code)


class Field(QWidget):
    """A label over an input, and under it a hint or the sentence that says what is wrong.

    Args:
        theme: The look.
        text: The label, with `&` before the Alt letter.
        widget: The input; it gets the label as its accessible name.
        hint: Said under the input while nothing is wrong.
        optional: Says «opcional» beside the label.
        aside: Something small at the right of the label.
        grow: The input takes the height that is left.
        beside: The label stands at the left of the input instead of over it.
    """

    def __init__(
        self,
        theme: Theme,
        text: str,
        widget: QWidget,
        *,
        hint: str = "",
        optional: bool = False,
        aside: QWidget | None = None,
        grow: bool = False,
        beside: bool = False,
    ) -> None:
        super().__init__()
        self.widget = widget
        self._hint_text = hint
        self.label = label(theme, text, "label")
        self.label.setBuddy(widget)
        widget.setAccessibleName(plain(text))
        widget.setAccessibleDescription(hint)
        self._optional = label(theme, "opcional", "small", "ink3")
        if not optional:
            self._optional.hide()
        self._hint = label(theme, hint, "small", "ink2", wrap=True)
        if not hint:
            self._hint.hide()
        self._error_text = label(theme, "", "smallstrong", "bad", wrap=True)
        icon = Icon(theme, "circle-x", "bad", 16)
        self._error = row(theme, icon, (self._error_text, 1), gap=6)
        self._error.setVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        self._caption = row(theme, self.label, self._optional, STRETCH, aside, gap=6)
        if beside:
            layout.addWidget(row(theme, self._caption, widget, gap=10))
        else:
            layout.addWidget(self._caption)
            layout.addWidget(widget, 1 if grow else 0)
        layout.addWidget(self._hint)
        layout.addWidget(self._error)
        if not grow:
            layout.addStretch(0)

    @property
    def error(self) -> str:
        """What is wrong, or an empty text."""
        return self._error_text.text()

    def set_error(self, text: str) -> None:
        """Say what is wrong beside the input; an empty text takes it away."""
        self._error_text.setText(text)
        self._error.setVisible(bool(text))
        self._hint.setVisible(bool(self._hint_text) and not text)
        self.widget.setAccessibleDescription(text or self._hint_text)
        restyle(self.widget, invalid=bool(text))

    def set_hint(self, text: str, tone: str = "ink2") -> None:
        """Say another hint; one that a person should look at has a tone of its own."""
        self._hint_text = text
        self._hint.setText(text)
        restyle(self._hint, tone=tone)
        self._hint.setVisible(bool(text) and not self.error)
        if not self.error:
            self.widget.setAccessibleDescription(text)

    def set_text(self, text: str) -> None:
        """Give the input another label."""
        self.label.setText(text)
        self.widget.setAccessibleName(plain(text))

    def hide_label(self) -> None:
        """Leave the label to the head of the section; the input keeps its accessible name."""
        self._caption.hide()

    def take_error_row(self) -> QWidget:
        """Give away the line that says what is wrong, so that it can be laid out wider than the input."""
        layout = self.layout()
        if layout is not None:
            layout.removeWidget(self._error)
        return self._error

    def set_optional(self, *, optional: bool) -> None:
        """Say «opcional» or not."""
        self._optional.setVisible(optional)


def caption(field: Field) -> QLabel:
    """The label of a field, for those who lay it out themselves."""
    return field.label
