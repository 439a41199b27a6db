"""What stands around every screen: the rail at the left and the bar with the three truths at the foot.

They only show and tell; which screen is open and what the figures are is said from outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.brand import Brand
from terreno_app.ui.widgets.buttons import focus_ring
from terreno_app.ui.widgets.layout import STRETCH, add, column, ground, row, upright
from terreno_app.ui.widgets.text import Elide, Icon, key_hint, label

RAIL_WIDTH: Final = 200
COMPACT_RAIL_WIDTH: Final = 60
STATUS_HEIGHT: Final = 36


@dataclass(frozen=True, slots=True)
class Place:
    """A screen that the rail leads to, by Ctrl and its key."""

    key: str
    name: str
    text: str
    icon: str
    last: bool = False


PLACES: Final = (
    Place("1", "today", "Hoy", "house"),
    Place("2", "information", "Información", "book-open"),
    Place("3", "cases", "Casos", "inbox"),
    Place("4", "outings", "Salidas", "calendar-days"),
    Place("5", "goals", "Metas", "target"),
    Place("6", "sync", "Sincronización", "refresh-cw"),
    Place("7", "conflicts", "Conflictos", "git-compare"),
    Place("8", "reports", "Informes", "chart-column"),
    Place("9", "administration", "Administración", "settings", last=True),
)


class NavItem(QAbstractButton):
    """One line of the rail: icon, name, its number, or how many things wait there."""

    def __init__(self, theme: Theme, place: Place) -> None:
        super().__init__()
        self.place = place
        self._theme = theme
        self._waiting = 0
        self._narrow = theme.compact
        self.setObjectName(f"nav_{place.name}")
        self.setCheckable(True)
        # Nine lines fit in a low window with large text only if they may come closer.
        self.setMinimumHeight(theme.px(26))
        self.setMaximumHeight(theme.px(40))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._tell()

    def set_waiting(self, waiting: int) -> None:
        """How many things wait for a person there."""
        self._waiting = waiting
        self._tell()
        self.update()

    def set_narrow(self, *, narrow: bool) -> None:
        """Draw the icon alone, or icon and name."""
        self._narrow = narrow
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the narrow rail at least."""
        return QSize(self._theme.px(COMPACT_RAIL_WIDTH), self._theme.px(40))

    def minimumSizeHint(self) -> QSize:
        """The icon and a little room."""
        return QSize(self._theme.px(COMPACT_RAIL_WIDTH), self._theme.px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line."""
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if on:
            painter.fillRect(self.rect(), theme.colour("select" if theme.high else "paper"))
            bar = theme.colour("focus_fill" if theme.high else "primary")
            painter.fillRect(0, 0, theme.px(4), self.height(), bar)
        inverse = on and theme.high
        x = theme.px(20)
        icon = theme.icon(self.place.icon, "on_select" if inverse else "primary" if on else "ink2", 19)
        painter.drawPixmap(x, (self.height() - theme.px(19)) // 2, icon)
        if self._narrow:
            self._draw_dot(painter)
        else:
            ink = "on_select" if inverse else "ink" if on else "ink2"
            painter.setFont(theme.font("strong" if on else "body"))
            painter.setPen(theme.colour(ink))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRect(x + theme.px(30), 0, self.width(), self.height()), middle, self.place.text)
            self._draw_number(painter, "on_select" if inverse else "ink3")
        if self.hasFocus():
            focus_ring(painter, self, theme, filled=False)

    def _draw_number(self, painter: QPainter, tone: str) -> None:
        theme = self._theme
        if not self._waiting:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour(tone))
            side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRect(0, 0, self.width() - theme.px(16), self.height()), side, self.place.key)
            return
        text, side_px = str(self._waiting), theme.px(20)
        width = max(side_px, theme.width_of(text, "smallstrong") + theme.px(10))
        badge = QRectF(self.width() - theme.px(12) - width, (self.height() - side_px) / 2, width, side_px)
        painter.setBrush(theme.colour("copper"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(badge, 3, 3)
        painter.setFont(theme.font("smallstrong"))
        painter.setPen(theme.colour("paper"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_dot(self, painter: QPainter) -> None:
        if self._waiting:
            side = self._theme.px(8)
            painter.setBrush(self._theme.colour("copper"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(self.width() - self._theme.px(18), self._theme.px(8), side, side)

    def _tell(self) -> None:
        waiting = f", {self._waiting} por resolver" if self._waiting else ""
        self.setAccessibleName(f"{self.place.text}, Ctrl+{self.place.key}{waiting}")
        self.setToolTip(f"{self.place.text} (Ctrl+{self.place.key})")


class Rail(QWidget):
    """The screens, by name and number.

    Signals:
        chosen: A person wants to go there; carries the name of the place.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, places: Sequence[Place] = PLACES) -> None:
        super().__init__()
        ground(self, "rail")
        self._theme = theme
        self._items = {place.name: NavItem(theme, place) for place in places}
        self._title = column(theme, label(theme, "Terreno", "h2"), label(theme, "OIRS · MSGG", "small", "ink2"), gap=0)
        self._hint = label(theme, "Ctrl + número cambia de pantalla", "small", "ink3", wrap=True)
        self._hint.setContentsMargins(theme.px(20), theme.px(8), theme.px(12), theme.px(4))
        brand = row(theme, Brand(theme, 26), self._title, STRETCH, margins=(18, 0, 8, 0), gap=12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.px(18), 1, theme.px(10))
        layout.setSpacing(0)
        add(theme, layout, brand, 18)
        for item in self._items.values():
            if item.place.last:
                layout.addStretch(1)
            layout.addWidget(item)
            item.clicked.connect(self._clicked)
        if not any(place.last for place in places):
            layout.addStretch(1)
        layout.addWidget(self._hint)
        self.set_narrow(narrow=theme.compact)

    def go_to(self, name: str) -> None:
        """Light the place that is open; another name lights none."""
        for place, item in self._items.items():
            item.setChecked(place == name)

    def set_waiting(self, name: str, waiting: int) -> None:
        """How many things wait for a person in a place."""
        if name in self._items:
            self._items[name].set_waiting(waiting)

    def set_narrow(self, *, narrow: bool) -> None:
        """Icons alone, or names too."""
        self.setFixedWidth(self._theme.px(COMPACT_RAIL_WIDTH if narrow else RAIL_WIDTH))
        self._title.setVisible(not narrow)
        self._hint.setVisible(not narrow)
        for item in self._items.values():
            item.set_narrow(narrow=narrow)

    def take_keys(self) -> None:
        """The keys stand on the screen in sight."""
        here = next((one for one in self._items.values() if one.isChecked()), None)
        (here or self).setFocus(Qt.FocusReason.TabFocusReason)

    def item(self, name: str) -> NavItem:
        """The line of a place."""
        return self._items[name]

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, NavItem):
            self.chosen.emit(sender.place.name)


class _Truth(QWidget):
    """An icon, a strong word and a small one."""

    def __init__(self, theme: Theme, icon: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._icon = Icon(theme, icon, "ink2", 18)
        self._before = label(theme, "", "small", "ink2")
        self._word = label(theme, "", "smallstrong")
        self._after = label(theme, "", "small", "ink2")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        add(theme, layout, self._icon, self._before, self._word, self._after)

    def tell(self, icon: str, tone: str, word: str, after: str = "", before: str = "") -> None:
        """Say another truth."""
        self._icon.show_as(icon, tone)
        for part, text in ((self._before, before), (self._word, word), (self._after, after)):
            part.setText(text)
            part.setVisible(bool(text))
        self._word.setProperty("tone", "ink" if tone == "ink2" else tone)
        self._word.style().polish(self._word)
        self.setAccessibleName(f"{before} {word} {after}".strip())


class StatusBar(QWidget):
    """Three truths, always: what is proven received, whether there is a network, when the screen locks."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "status")
        self._narrow = theme.compact
        self._receipts = _Truth(theme, "badge-check", "truth_receipts")
        self._network = _Truth(theme, "wifi-off", "truth_network")
        self._lock = _Truth(theme, "lock", "truth_lock")
        self._who = Elide(theme, "", "small", "ink2")
        self._who.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._device = label(theme, "", "small", "ink2")
        self.setFixedHeight(theme.px(STATUS_HEIGHT))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(20), 0, theme.px(20), 0)
        layout.setSpacing(theme.px(16))
        parts = (self._receipts, upright(theme), self._network, upright(theme), self._lock, STRETCH)
        who = row(theme, self._who, self._device, gap=0)
        add(theme, layout, *parts, who, key_hint(theme, "F1", "Ayuda"))
        for line in self.findChildren(QWidget, "vrule"):
            line.setFixedHeight(theme.px(22))
        self.set_narrow(narrow=self._narrow)
        self.show_receipts(0, 0)
        self.show_network(online=None)
        self.show_lock("Bloqueado")

    def show_receipts(self, received: int, total: int, pending: int | None = None) -> None:
        """How many records of this laptop are proven received."""
        whole = received == total
        waiting = total - received if pending is None else pending
        after = "con recibo" if self._narrow else "recibida con recibo" if total == 1 else "recibidas con recibo"
        if waiting and not self._narrow:
            after += f" · {waiting} por enviar"
        self._receipts.tell("badge-check", "ink2", f"{received} de {total}", after)
        if whole and total:
            self._receipts.tell("badge-check", "ok", f"{received} de {total}", after)

    def show_network(self, *, online: bool | None, detail: str = "") -> None:
        """Whether the centre can be reached; None = not tried yet."""
        if online is None:
            self._network.tell("wifi-off", "ink2", "Red sin probar", "" if self._narrow else detail)
        elif online:
            self._network.tell("wifi", "ok", "Con red", "" if self._narrow else detail or "el centro responde")
        else:
            safe = detail or "todo queda guardado en este equipo"
            self._network.tell("wifi-off", "ink2", "Sin red", "" if self._narrow else safe)

    def show_lock(self, word: str, before: str = "") -> None:
        """When the screen locks: a word, or a countdown with `before` = «Se bloquea en»."""
        self._lock.tell("lock", "ink2", word, before="" if self._narrow else before)

    def show_who(self, name: str, device: str) -> None:
        """Who is at work and on which laptop; a long name gives way, the laptop stays."""
        self._who.set_text(name)
        self._device.setText(f" · {device}")

    def set_narrow(self, *, narrow: bool) -> None:
        """Say less, where there is little room."""
        self._narrow = narrow
        self._who.setVisible(not narrow)
        self._device.setVisible(not narrow)
