"""A page as it will be printed, on the screen: white as paper is, whatever the look."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from terreno_app.ui.theme import Theme


class PaperSheet(QWidget):
    """Shows the picture of a page as large as there is room for."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._page = QPixmap()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_page(self, png: bytes, words: str) -> None:
        """Show a page; `words` is what a screen reader says instead."""
        self._page.loadFromData(png, "PNG")
        self.setAccessibleName(words)
        self.update()

    @property
    def filled(self) -> bool:
        """There is a page in sight."""
        return not self._page.isNull()

    def sizeHint(self) -> QSize:
        """A letter sheet beside a list."""
        return QSize(self._theme.px(440), self._theme.px(560))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw shadow, paper and edge."""
        if self._page.isNull():
            return
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shadow = theme.px(6)
        room = QSize(self.width() - shadow - 2, self.height() - shadow - 2)
        size = self._page.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        area = QRect((self.width() - shadow - size.width()) // 2, 1, size.width(), size.height())
        painter.fillRect(area.translated(shadow, shadow), theme.colour("rule"))
        painter.drawPixmap(area, self._page)
        painter.setPen(QPen(theme.colour("rule_strong"), 1))
        painter.drawRect(area)
