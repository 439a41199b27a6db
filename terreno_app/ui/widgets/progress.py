"""Progress that is counted, never a spinner: a ruler and a thread of steps."""

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from terreno_app.ui.theme import Theme

StepState = Literal["done", "now", "later"]
_STEP_HEIGHT: Final = 66
_STEP_WORDS: Final = {"done": "hecho", "now": "en curso", "later": "pendiente"}


class Progress(QWidget):
    """A ruler: what is done, what is left, and a tick where it was expected to be by now."""

    def __init__(self, theme: Theme, *, with_tick: bool = False, name: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._value, self._goal, self._tick, self._tick_text = 0, 0, -1, ""
        self.setObjectName(name)
        self.setFixedHeight(theme.px(34 if with_tick else 10))
        self.setMinimumWidth(theme.px(120))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_progress(self, value: int, goal: int, tick: int = -1, tick_text: str = "") -> None:
        """Show `value` of `goal`; a `tick` below 0 is not drawn."""
        self._value, self._goal, self._tick, self._tick_text = value, goal, tick, tick_text
        said = f"{value} de {goal}" + (f"; {tick_text}" if tick_text else "")
        self.setAccessibleName(said)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ruler."""
        theme = self._theme
        painter = QPainter(self)
        width, height = self.width(), theme.px(10)
        painter.fillRect(0, 0, width, height, theme.colour("surface" if theme.high else "rule"))
        if theme.high:
            painter.setPen(QPen(theme.colour("ink"), 2))
            painter.drawRect(QRectF(1, 1, width - 2, height - 2))
        goal = max(1, self._goal)
        painter.fillRect(0, 0, round(width * min(1.0, self._value / goal)), height, theme.colour("primary"))
        if self._tick < 0:
            return
        x = round(width * min(1.0, self._tick / goal))
        painter.fillRect(min(x - 1, width - 2), 0, 2, height + theme.px(5), theme.colour("ink"))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("ink2"))
        text_width = theme.width_of(self._tick_text, "small") + 2
        left = min(max(0, x - text_width // 2), max(0, width - text_width))
        area = QRectF(left, height + theme.px(4), text_width, theme.px(20))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self._tick_text)


class StepThread(QWidget):
    """Steps under each other on a thread: done, now and later, each with a line of detail."""

    def __init__(self, theme: Theme, titles: Sequence[str], name: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._titles = tuple(titles)
        self._states: list[StepState] = ["later"] * len(self._titles)
        self._details = [""] * len(self._titles)
        self.setObjectName(name)
        self.setAccessibleName("Pasos")
        self.setFixedHeight(theme.px(_STEP_HEIGHT) * len(self._titles))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tell()

    def show_step(self, place: int, state: StepState, detail: str = "") -> None:
        """Tell how one step stands."""
        self._states[place], self._details[place] = state, detail
        self._tell()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rings, thread and words."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, left, tall = theme.px(22), theme.px(3), theme.px(_STEP_HEIGHT)
        text_left = theme.px(40)
        for place, title in enumerate(self._titles):
            top = place * tall + theme.px(2)
            state = self._states[place]
            if place + 1 < len(self._titles):
                tone = "ok" if state == "done" else "rule"
                line = QRectF(left + side / 2 - 1, top + side + 4, 2, tall - side - 8)
                painter.fillRect(line, theme.colour(tone))
            self._draw_ring(painter, QRectF(left + 1, top + 1, side - 2, side - 2), state)
            ahead = state == "later"
            self._draw_text(painter, title, "body" if ahead else "strong", "ink2" if ahead else "ink", text_left, top)
            self._draw_text(painter, self._details[place], "small", "ink2", text_left, top + theme.px(23))

    def _draw_ring(self, painter: QPainter, ring: QRectF, state: StepState) -> None:
        theme = self._theme
        tone = {"done": "ok", "now": "primary", "later": "rule_strong"}[state]
        painter.setPen(QPen(theme.colour(tone), 2))
        painter.setBrush(theme.colour("ok" if state == "done" else "paper"))
        painter.drawEllipse(ring)
        if state == "done":
            at = ring.center().toPoint()
            half = theme.px(14) // 2
            painter.drawPixmap(at.x() - half, at.y() - half, theme.icon("check", "paper", 14, 3.0))
        elif state == "now":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("primary"))
            inset = theme.px(6)
            painter.drawEllipse(ring.adjusted(inset, inset, -inset, -inset))

    def _draw_text(self, painter: QPainter, text: str, role: str, tone: str, left: int, top: int) -> None:
        theme = self._theme
        painter.setFont(theme.font(role))
        painter.setPen(theme.colour(tone))
        width = self.width() - left
        shown = theme.metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(left, top, width, theme.px(22)), Qt.AlignmentFlag.AlignVCenter, shown)

    def _tell(self) -> None:
        said = (
            f"{title}: {_STEP_WORDS[state]} {detail}".strip()
            for title, state, detail in zip(self._titles, self._states, self._details, strict=True)
        )
        self.setAccessibleDescription("; ".join(said))
