"""Buttons that show their key."""

from typing import Literal

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter, QWidget

from terreno_app.ui.labels import plain
from terreno_app.ui.theme import Theme

Kind = Literal["primary", "normal", "quiet", "danger"]
_INK: dict[str, str] = {"primary": "on_primary", "quiet": "primary", "danger": "bad", "normal": "ink"}
_ICON_ROOM, _KEY_GAP, _FAINT = 26, 12, 0.55


class Button(QPushButton):
    """One action: icon, text with its Alt letter, and the key that does the same.

    Args:
        theme: The look.
        text: With `&` before the Alt letter.
        kind: One `primary` a screen; `quiet` for leaving, `danger` for what needs a reason.
        key: Shown in a cap; the screen listens to it, not the button.
        icon: Name of an icon.
        height: At 100 %.
        name: Object name.
        role: Of the type scale; larger where the public reads.
    """

    def __init__(
        self,
        theme: Theme,
        text: str,
        kind: Kind = "normal",
        *,
        key: str = "",
        icon: str = "",
        height: int = 38,
        name: str = "",
        role: str = "strong",
    ) -> None:
        super().__init__(text)
        self._theme, self._kind, self._key, self._icon, self._role = theme, kind, key, icon, role
        self.setProperty("kind", kind)
        self.setObjectName(name)
        self.setAutoDefault(False)
        self.setFixedHeight(theme.px(height))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(plain(text) + (f", tecla {key}" if key else ""))

    def set_text(self, text: str, icon: str | None = None) -> None:
        """Say something else, perhaps with another icon."""
        self.setText(text)
        self._icon = self._icon if icon is None else icon
        self.setAccessibleName(plain(text) + (f", tecla {self._key}" if self._key else ""))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for icon, text and key cap."""
        width = self._content_width() + self._theme.px(18 if self._kind == "quiet" else 32)
        return QSize(width, self.height())

    def minimumSizeHint(self) -> QSize:
        """A button is never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame by the style sheet, and the content and the focus ring by hand."""
        theme = self._theme
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = theme.colour(_INK[self._kind] if self.isEnabled() else "ink3")
        text_width = self._text_width()
        x = theme.px(8) if self._kind == "quiet" else (self.width() - self._content_width()) // 2
        if self._icon:
            pixmap = theme.icon(self._icon, ink.name(), 18)
            painter.drawPixmap(x, (self.height() - theme.px(18)) // 2, pixmap)
            x += theme.px(_ICON_ROOM)
        painter.setFont(theme.font(self._role))
        painter.setPen(ink)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(QRect(x, 0, text_width + 4, self.height()), flags, self.text())
        if self._key:
            self._draw_key(painter, x + text_width + theme.px(_KEY_GAP), ink)
        if self.hasFocus():
            focus_ring(painter, self, theme, filled=self._kind == "primary")

    def _draw_key(self, painter: QPainter, x: int, ink: QColor) -> None:
        theme = self._theme
        side = theme.px(20)
        cap = QRectF(x + 0.5, (self.height() - side) // 2 + 0.5, self._key_width() - 1, side)
        line = QColor(ink)
        line.setAlphaF(1.0 if theme.high else _FAINT)
        painter.setPen(QPen(line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cap, 3, 3)
        painter.setPen(ink)
        painter.setFont(theme.font("smallstrong"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)

    def _text_width(self) -> int:
        return self._theme.width_of(plain(self.text()), self._role)

    def _key_width(self) -> int:
        return self._theme.width_of(self._key, "smallstrong") + self._theme.px(10)

    def _content_width(self) -> int:
        icon = self._theme.px(_ICON_ROOM) if self._icon else 0
        key = self._key_width() + self._theme.px(_KEY_GAP) if self._key else 0
        return self._text_width() + icon + key


def focus_ring(painter: QPainter, widget: QWidget, theme: Theme, *, filled: bool) -> None:
    """A ring at the edge and a light line inside: seen on any fill."""
    edge = QRectF(widget.rect())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("ink" if filled else "focus"), 2))
    painter.drawRoundedRect(edge.adjusted(1, 1, -1, -1), 3, 3)
    if filled:
        painter.setPen(QPen(theme.colour("on_primary"), 1.5))
        painter.drawRoundedRect(edge.adjusted(3, 3, -3, -3), 2, 2)
