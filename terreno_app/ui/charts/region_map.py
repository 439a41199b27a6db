"""A map of comunas, shaded by a figure: the pointer and the arrows tell each comuna and its figure.

The shade is never alone: the figure stands on the comuna where it fits, the legend says the classes, a hidden figure is
hatched, and the line of `words` and the screen reader have every name with its figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QBrush,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from terreno_app.domain.outlines import Outlines, Point, frame_of, largest, neighbour
from terreno_app.domain.reports.shading import HIDDEN_SHADE, range_words, shade, step_of
from terreno_app.domain.spanish import number
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.roles import CHART

HEIGHT: Final = 330
_TITLE: Final = 22
_LEGEND: Final = 26
_GAP: Final = 16
_SWATCH: Final = 14
_WAYS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_GAMMA: Final = 2.2
_LIGHTER_THAN: Final = 0.18
"""Of a ground that is lighter, dark figures are read better."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A comuna as it is drawn in one of the panels."""

    code: str
    path: QPainterPath
    middle: QPointF


class RegionMap(QWidget):
    """The map.

    Signals:
        moved: A person went to another comuna; carries its code.
        opened: A person pressed Enter on a comuna, or clicked twice; carries its code.
    """

    spoken_role = CHART
    moved = Signal(str)
    opened = Signal(str)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._panels: tuple[tuple[str, Outlines], ...] = ()
        self._names: Mapping[str, str] = {}
        self._figures: Mapping[str, int | None] = {}
        self._middles: dict[str, Point] = {}
        self._drawn: tuple[_Drawn, ...] = ()
        self._heads: tuple[tuple[QRectF, str], ...] = ()
        self._here = ""
        self._step = 1
        self.setObjectName(name)
        self.setAccessibleName("Mapa de comunas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFixedHeight(theme.px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_map(
        self,
        panels: Sequence[tuple[str, Outlines]],
        names: Mapping[str, str],
        figures: Mapping[str, int | None],
    ) -> None:
        """Show other figures.

        Args:
            panels: The whole region first, then parts of it that are drawn larger; each with its title.
            names: Comunas by code.
            figures: By comuna; a hidden one is None. Codes without an outline are left to the table.
        """
        self._panels, self._names = tuple(panels), names
        outlines = self._panels[0][1] if self._panels else {}
        self._figures = {code: figures.get(code, 0) for code in outlines}
        self._step = step_of(max((n or 0 for n in self._figures.values()), default=0))
        self._middles = _middles(outlines)
        ranked = sorted(self._figures, key=lambda code: (-(self._figures[code] or 0), code))
        self._here = ranked[0] if ranked else ""
        self._place()
        self._say()

    @property
    def here(self) -> str:
        """The code of the comuna that is selected; empty for none."""
        return self._here

    @property
    def words(self) -> str:
        """The comuna that is selected, and its figure."""
        return self.words_of(self._here) if self._here else ""

    def words_of(self, code: str) -> str:
        """A comuna and its figure."""
        n = self._figures[code]
        told = "cifra reservada" if n is None else f"{number(n)} {'atención' if n == 1 else 'atenciones'}"
        return f"{self._names.get(code, code)}: {told}"

    def select(self, code: str) -> None:
        """Go to a comuna; one without an outline selects none."""
        self._here = code if code in self._figures else ""
        self._say()

    def at(self, point: QPointF) -> str:
        """The comuna under a point; in a part that is drawn larger first."""
        return next((one.code for one in reversed(self._drawn) if one.path.contains(point)), "")

    def sizeHint(self) -> QSize:
        """Room for two panels."""
        return QSize(self._theme.px(520), self.height())

    def minimumSizeHint(self) -> QSize:
        """Narrow: the panels give way."""
        return QSize(self._theme.px(220), self.height())

    # ------------------------------------------------------------------ hands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to the nearest comuna on that side; Enter opens."""
        key = Qt.Key(event.key())
        if key in _WAYS and self._middles:
            self._go_to(neighbour(self._middles, self._here or next(iter(self._middles)), _WAYS[key]))
        elif key in _ENTER and self._here:
            self.opened.emit(self._here)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The comuna under the pointer is told."""
        code = self.at(event.position())
        if code:
            self._go_to(code)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the comuna under the pointer."""
        code = self.at(event.position())
        if code:
            self.opened.emit(code)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw where the keys are."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys went elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def _go_to(self, code: str) -> None:
        if code != self._here:
            self._here = code
            self._say()
            self.moved.emit(code)

    def _say(self) -> None:
        self.setAccessibleDescription(self.words)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.update()

    # ------------------------------------------------------------------ drawing

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panels take the room that there is."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        theme = self._theme
        gap, title = theme.px(_GAP), theme.px(_TITLE)
        tall = self.height() - title - theme.px(_LEGEND)
        wide = (self.width() - gap * (len(self._panels) - 1)) / max(1, len(self._panels))
        drawn: list[_Drawn] = []
        heads = []
        for place, (name, outlines) in enumerate(self._panels):
            left = place * (wide + gap)
            heads.append((QRectF(left, 0, wide, title), name))
            drawn += _fit(outlines, QRectF(left + 2, title, wide - 4, tall - 4))
        self._drawn, self._heads = tuple(drawn), tuple(heads)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the panels, the selected comuna above all, and the legend."""
        theme = self._theme
        painter = QPainter(self)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("ink2"))
        for area, name in self._heads:
            text = theme.metrics("small").elidedText(name, Qt.TextElideMode.ElideRight, int(area.width()))
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one in self._drawn:
            painter.setPen(QPen(theme.colour("ink" if theme.high else "rule_strong"), 1 if theme.high else 0.7))
            self._fill(painter, one.path, shade(self._figures.get(one.code), self._step))
        for one in self._drawn:
            self._number(painter, one)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for one in self._drawn:
            if one.code == self._here:
                painter.setPen(QPen(theme.colour("paper"), theme.px(6 if self.hasFocus() else 4)))
                painter.drawPath(one.path)
                painter.setPen(QPen(theme.colour("copper"), theme.px(3 if self.hasFocus() else 2)))
                painter.drawPath(one.path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._legend(painter)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRect(QRectF(1, 1, self.width() - 2, self.height() - 2))

    def _fill(self, painter: QPainter, path: QPainterPath | QRectF, shaded: int) -> None:
        theme = self._theme
        if shaded == HIDDEN_SHADE:
            painter.setBrush(theme.colour("paper"))
            self._shape(painter, path)
            painter.setBrush(QBrush(theme.colour("ink2"), Qt.BrushStyle.BDiagPattern))
        else:
            painter.setBrush(theme.colour(f"map{shaded}"))
        self._shape(painter, path)

    def _shape(self, painter: QPainter, path: QPainterPath | QRectF) -> None:
        if isinstance(path, QRectF):
            painter.drawRect(path)
        else:
            painter.drawPath(path)

    def _number(self, painter: QPainter, one: _Drawn) -> None:
        """The figure on the comuna, where it fits; else the line of words has it."""
        n = self._figures.get(one.code)
        if not n:
            return
        theme, text = self._theme, number(n)
        metrics = theme.metrics("small")
        area = QRectF(0, 0, metrics.horizontalAdvance(text) + 2, metrics.capHeight() + 2)
        area.moveCenter(one.middle)
        if one.path.contains(area):
            painter.setFont(theme.font("small"))
            painter.setPen(self._ink_on(theme.colour(f"map{shade(n, self._step)}")))
            painter.drawText(area.adjusted(-4, -6, 4, 6), Qt.AlignmentFlag.AlignCenter, text)

    def _ink_on(self, ground: QColor) -> QColor:
        dark, light = sorted(
            (self._theme.colour("ink"), self._theme.colour("paper")), key=lambda colour: colour.lightnessF()
        )
        return dark if _luminance(ground) > _LIGHTER_THAN else light

    def _legend(self, painter: QPainter) -> None:
        theme = self._theme
        x, y = 2.0, self.height() - theme.px(_LEGEND) / 2
        side = theme.px(_SWATCH)
        used = max((shade(n, self._step) for n in self._figures.values()), default=0)
        classes = [(one, range_words(one, self._step)) for one in range(used + 1)]
        if None in self._figures.values():
            classes.append((HIDDEN_SHADE, "reservada"))
        painter.setFont(theme.font("small"))
        for shaded, words in classes:
            painter.setPen(QPen(theme.colour("rule_strong"), 1))
            self._fill(painter, QRectF(x, y - side / 2, side, side), shaded)
            painter.setPen(theme.colour("ink2"))
            wide = theme.width_of(words, "small") + 4
            painter.drawText(QRectF(x + side + theme.px(5), y - side, wide, 2 * side), _LEFT, words)
            x += side + theme.px(5) + wide + theme.px(10)


_LEFT: Final = Qt.AlignmentFlag.AlignVCenter


def _middles(outlines: Outlines) -> dict[str, Point]:
    if not outlines:
        return {}
    frame = frame_of(outlines)
    return {
        code: largest(tuple(frame.place(point) for point in ring) for ring in rings)[1]
        for code, rings in outlines.items()
    }


def _fit(outlines: Outlines, room: QRectF) -> list[_Drawn]:
    """The outlines as large as a room holds them, in its middle."""
    frame = frame_of(outlines)
    scale = min(room.width(), room.height() / frame.height)
    left = room.left() + (room.width() - scale) / 2
    top = room.top() + (room.height() - scale * frame.height) / 2
    found = []
    for code, rings in outlines.items():
        placed = [tuple(frame.place(point) for point in ring) for ring in rings]
        path = QPainterPath()
        for ring in placed:
            path.addPolygon(QPolygonF([QPointF(left + x * scale, top + y * scale) for x, y in (*ring, ring[0])]))
        x, y = largest(placed)[1]
        found.append(_Drawn(code, path, QPointF(left + x * scale, top + y * scale)))
    return found


def _luminance(colour: QColor) -> float:
    """How light a colour is to the eye, 0 to 1 (WCAG 2, without its straight part near black)."""
    parts = (0.2126, colour.redF()), (0.7152, colour.greenF()), (0.0722, colour.blueF())
    return sum(weight * float(part**_GAMMA) for weight, part in parts)
