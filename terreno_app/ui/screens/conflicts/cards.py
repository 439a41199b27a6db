"""One field in conflict, drawn: what it said before, the two values with who and when, and which one stays.

A card grows with its words: nothing that a person must compare is cut.
"""

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from terreno_app.ui.labels import breakable
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.layout import STRETCH, add, column, restyle, row
from terreno_app.ui.widgets.text import Icon, label

Choice = Literal["kept", "other", "own", ""]
CardState = Literal["before", "open", "chosen", "passed"]

_NAME_WIDTH: Final = 152
SHARES: Final = (8, 11, 11)
GAP: Final = 10
_LEAST: Final = 98
_TOP: Final = 8
_CAPTION: Final = 21
_WORDS: Final = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
_STATES: Final = {
    "open": ("circle", "ink2", "pendiente"),
    "now": ("arrow-right", "copper", "decida este"),
    "decided": ("check", "ok", "decidido"),
}


def name_width(theme: Theme) -> int:
    """Pixels of the column of names; large text takes less of the room than of everything else."""
    return theme.px(_NAME_WIDTH) if not theme.large else theme.px(_NAME_WIDTH) * 3 // 4


@dataclass(frozen=True, slots=True)
class Side:
    """A value and where it comes from."""

    origin: str
    words: str


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A field, or a group that is kept or set whole, with its three values and the decision so far."""

    id: str
    name: str
    before: Side
    kept: Side
    other: Side
    choice: Choice = ""
    own_words: str = ""

    @property
    def decided(self) -> bool:
        """A person has chosen."""
        return bool(self.choice)


class ValueCard(QAbstractButton):
    """One value. The one that stays has a thick border, a check and «Se conserva»; the passed one is grey."""

    def __init__(self, theme: Theme, key: str, name: str) -> None:
        super().__init__()
        self._theme, self._key = theme, key
        self._side = Side("", "")
        self._state: CardState = "open" if key else "before"
        self._words = ""
        self._heights: dict[int, int] = {}
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEnabled(bool(key))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_side(self, side: Side, state: CardState) -> None:
        """Show a value and how it stands."""
        if (side, state) == (self._side, self._state) and self.accessibleName():
            return
        self._side, self._state = side, state
        self._words, self._heights = breakable(side.words), {}
        said = {"chosen": "se conserva", "passed": "no se conserva"}.get(state, "")
        key = f", tecla {self._key}" if self._key else ""
        self.setAccessibleName(f"{side.origin}: {side.words}. {said}".strip() + key)
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> str:
        """The value in sight."""
        return self._side.words

    def hasHeightForWidth(self) -> bool:
        """Long words make it taller."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As tall as its words need; kept, for a layout asks many times and a long text is slow to set."""
        if width not in self._heights:
            theme = self._theme
            room = QRect(0, 0, width - self._inset() - theme.px(12), 100_000)
            words = theme.metrics(self._role()).boundingRect(room, int(_WORDS), self._words).height()
            above = theme.px(_TOP + _CAPTION + 6) if self._key else theme.px(12)
            self._heights[width] = max(theme.px(_LEAST) if self._key else 0, above + words + theme.px(12))
        return self._heights[width]

    def sizeHint(self) -> QSize:
        """A share of the row."""
        return QSize(self._theme.px(180), self._theme.px(_LEAST))

    def minimumSizeHint(self) -> QSize:
        """Narrow, and as tall as the least."""
        return QSize(self._theme.px(90), self._theme.px(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, caption and value."""
        theme, inset = self._theme, self._inset()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        down = theme.px(12)
        if self._key:
            self._draw_frame(painter)
            self._draw_caption(painter, inset)
            down = theme.px(_TOP + _CAPTION + 6)
        painter.setFont(theme.font(self._role()))
        painter.setPen(theme.colour("ink2" if self._state in ("before", "passed") else "ink"))
        area = QRect(inset, down, self.width() - inset - theme.px(12), self.height() - down - 4)
        painter.drawText(area, int(_WORDS), self._words)

    def _inset(self) -> int:
        return self._theme.px(14) if self._key else 0

    def _role(self) -> str:
        return "strong" if self._state == "chosen" else "body"

    def _draw_frame(self, painter: QPainter) -> None:
        theme, chosen = self._theme, self._state == "chosen"
        painter.setBrush(theme.colour("primary_soft" if chosen else "surface"))
        painter.setPen(QPen(theme.colour("primary" if chosen else "rule_strong"), theme.line + chosen))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)

    def _draw_caption(self, painter: QPainter, inset: int) -> None:
        theme, top, side = self._theme, self._theme.px(_TOP), self._theme.px(20)
        chosen = self._state == "chosen"
        if chosen:
            painter.drawPixmap(inset, top + 1, theme.icon("check", "primary", 20, 2.8))
        else:
            cap = QRectF(inset + 0.5, top + 0.5, side, side)
            painter.setPen(QPen(theme.colour("rule_strong"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cap, 3, 3)
            painter.setPen(theme.colour("ink2"))
            painter.setFont(theme.font("smallstrong"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        role = "smallstrong" if chosen else "small"
        left = inset + theme.px(30)
        room = QRect(left, top, self.width() - left - theme.px(10), theme.px(_CAPTION))
        caption = f"Se conserva · {self._side.origin}" if chosen else self._side.origin
        painter.setFont(theme.font(role))
        painter.setPen(theme.colour("primary" if chosen else "ink2"))
        shown = theme.metrics(role).elidedText(caption, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class FieldRow(QWidget):
    """A field in conflict: its name and where the decision stands, then before, what rules and the other.

    Signals:
        picked: A person clicked a value; carries the row's id and the choice.
        entered: A person clicked the name; carries the row's id.
    """

    picked = Signal(str, str)
    entered = Signal(str)

    def __init__(self, theme: Theme, conflict: ConflictRow) -> None:
        super().__init__()
        self.setObjectName("conflict_row")
        self._theme, self.conflict = theme, conflict
        self._now = self._lit = False
        self._icon = Icon(theme, "circle", "ink2", 15)
        self._word = label(theme, "", "smallstrong", "ink2")
        name = label(theme, conflict.name, "strong", wrap=True)
        mark = row(theme, self._icon, self._word, STRETCH, gap=5)
        title = column(theme, name, mark, STRETCH, margins=(10, 10, 0, 0), gap=4)
        title.setFixedWidth(name_width(theme))
        self._before = ValueCard(theme, "", "value_before")
        self._kept = ValueCard(theme, "1", "value_kept")
        self._other = ValueCard(theme, "2", "value_other")
        self._kept.clicked.connect(self._pick_kept)
        self._other.clicked.connect(self._pick_other)
        self._own_words = label(theme, "", "strong", "primary", wrap=True)
        self._own = row(theme, Icon(theme, "pencil", "primary", 18), (self._own_words, 1), gap=10)
        self._editor: QWidget | None = None
        cards = QHBoxLayout()
        cards.setSpacing(theme.px(GAP))
        add(theme, cards, title, *zip((self._before, self._kept, self._other), SHARES, strict=True))
        self._under = QVBoxLayout()
        self._under.setContentsMargins(name_width(theme) + theme.px(GAP), 0, 0, 0)
        self._under.addWidget(self._own)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.px(9), theme.px(4), theme.px(9))
        layout.setSpacing(theme.px(6))
        layout.addLayout(cards)
        layout.addLayout(self._under)
        self.show_conflict(conflict, now=False, lit=False)

    def show_conflict(self, conflict: ConflictRow, *, now: bool, lit: bool) -> None:
        """Show the decision so far; `now` = the keys act on it, `lit` = the focus is here."""
        self.conflict = conflict
        icon, tone, word = _STATES["decided" if conflict.decided else "now" if now else "open"]
        self._icon.show_as(icon, tone)
        self._word.setText(word)
        restyle(self._word, tone=tone)
        self._before.show_side(conflict.before, "before")
        choice = conflict.choice
        self._kept.show_side(conflict.kept, "chosen" if choice == "kept" else "passed" if choice else "open")
        self._other.show_side(conflict.other, "chosen" if choice == "other" else "passed" if choice else "open")
        self._own.setVisible(choice == "own")
        self._own_words.setText(breakable(f"Se conserva lo que usted escribió: {conflict.own_words}"))
        self._now, self._lit = now, lit
        self.update()

    def show_editor(self, editor: QWidget | None) -> None:
        """Open or close the place to write another value."""
        if self._editor is not None:
            self._under.removeWidget(self._editor)
            self._editor.hide()
            self._editor.deleteLater()
        self._editor = editor
        if editor is not None:
            self._under.addWidget(editor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground of the field that the keys act on, and the rule under it."""
        theme = self._theme
        painter = QPainter(self)
        if self._now:
            painter.fillRect(self.rect(), theme.colour("copper_soft"))
            painter.fillRect(0, 0, theme.px(4), self.height(), theme.colour("copper"))
        painter.fillRect(0, self.height() - theme.line, self.width(), theme.line, theme.colour("rule"))
        if self._lit:
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def mousePressEvent(self, _event: object) -> None:
        """A click goes to this field."""
        self.entered.emit(self.conflict.id)

    def _pick_kept(self) -> None:
        self.picked.emit(self.conflict.id, "kept")

    def _pick_other(self) -> None:
        self.picked.emit(self.conflict.id, "other")
