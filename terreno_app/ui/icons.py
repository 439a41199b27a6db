"""Lucide outlines, tinted and cut to a size.

In: a folder of SVG files that draw with ``currentColor``. Out: pixmaps, kept once drawn. Which icon stands for what
is not decided here: screens and `labels` name it.
"""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_OWN_STROKE = 'stroke-width="2"'


class Icons:
    """Draws the icons of one folder for screens of one pixel density.

    Args:
        folder: Where the SVG files are.
        ratio: Device pixels for each logical pixel.
    """

    def __init__(self, folder: Path, ratio: float = 1.0) -> None:
        self._folder = folder
        self._ratio = ratio
        self._drawn: dict[tuple[str, str, int, float], QPixmap] = {}

    def names(self) -> tuple[str, ...]:
        """Every icon that the folder holds, in alphabetical order."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.svg")))

    def pixmap(self, name: str, colour: str, size: int, stroke: float) -> QPixmap:
        """The icon in a colour.

        Args:
            name: File name without its suffix.
            colour: As `#RRGGBB`.
            size: Side in logical pixels.
            stroke: Width of the line on the icon's own grid of 24.

        Raises:
            FileNotFoundError: the folder has no such icon, which is a bug of the screen that asked.
        """
        key = (name, colour, size, stroke)
        if key not in self._drawn:
            self._drawn[key] = self._draw(name, colour, size, stroke)
        return self._drawn[key]

    def _draw(self, name: str, colour: str, size: int, stroke: float) -> QPixmap:
        source = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
        tinted = source.replace("currentColor", colour).replace(_OWN_STROKE, f'stroke-width="{stroke}"')
        pixmap = QPixmap(round(size * self._ratio), round(size * self._ratio))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(tinted.encode())).render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
        painter.end()
        pixmap.setDevicePixelRatio(self._ratio)
        return pixmap
