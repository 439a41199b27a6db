"""The page of Desbloqueo: officers at the right, this laptop at the left. It shows and tells; it opens nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QLineEdit, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.messages import Notice
from terreno_app.ui.theme import COMPACT_BELOW_WIDTH, Theme
from terreno_app.ui.widgets.brand import Awning, Brand
from terreno_app.ui.widgets.buttons import Button, focus_ring
from terreno_app.ui.widgets.fields import TextField
from terreno_app.ui.widgets.layout import STRETCH, add, column, ground, row, rule, scrolled, upright
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar
from terreno_app.ui.widgets.text import Icon, key_hint, label

MOST_BY_KEY: Final = 9
_UNBOUND: Final = 16_777_215
"""The widest that Qt lets a widget be."""
_ROW: Final = 56
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LEFT_WIDTH: Final = 400
_RIGHT_WIDTH: Final = 560


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer who may open this laptop, and a line about them."""

    id: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to know before opening: an icon, a strong line and a small one."""

    icon: str
    title: str
    text: str


class OfficerChoice(QRadioButton):
    """One officer of the list; drawn as a line of a form."""

    def __init__(self, theme: Theme, key: int, officer: OfficerLine) -> None:
        super().__init__()
        self.officer = officer
        self._theme = theme
        self._key = f"Alt+{key}" if key <= MOST_BY_KEY else ""
        self.setObjectName(f"officer_{key}")
        self.setAccessibleName(f"{officer.name}, {officer.detail}, {self._key}".strip(", "))
        self.setFixedHeight(theme.px(_ROW))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as its column."""
        return QSize(self._theme.px(300), self._theme.px(_ROW))

    def hitButton(self, point: object) -> bool:  # noqa: ARG002  the whole line can be clicked
        """The whole line can be clicked."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ring, name, detail and key."""
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = self.width(), self.height()
        if on:
            painter.fillRect(self.rect(), theme.colour("select"))
            painter.fillRect(0, 0, theme.px(4), height, theme.colour("focus_fill" if theme.high else "primary"))
        painter.fillRect(0, height - 1, width, 1, theme.colour("rule"))
        side = theme.px(22)
        ring = QRectF(theme.px(16) + 0.5, (height - side) / 2 + 0.5, side, side)
        painter.setPen(QPen(theme.colour("primary" if on else "rule_strong"), 1.5))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(ring)
        if on:
            inset = theme.px(5)
            painter.setBrush(theme.colour("primary"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(ring.adjusted(inset, inset, -inset, -inset))
        left, half = theme.px(54), theme.px(20)
        faint = theme.on_select("ink2") if on else theme.colour("ink2")
        room = width - left - theme.px(16) - theme.width_of(self._key, "small") - theme.px(8)
        middle = Qt.AlignmentFlag.AlignVCenter
        role = "strong" if on else "body"
        painter.setFont(theme.font(role))
        painter.setPen(theme.on_select("ink") if on else theme.colour("ink"))
        name = theme.metrics(role).elidedText(self.officer.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, 0, room, height - half if self.officer.detail else height), middle, name)
        painter.setFont(theme.font("small"))
        painter.setPen(faint)
        detail = theme.metrics("small").elidedText(self.officer.detail, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, half, room, height - half), middle, detail)
        painter.drawText(QRect(0, 0, width - theme.px(16), height), middle | Qt.AlignmentFlag.AlignRight, self._key)
        if self.hasFocus():
            focus_ring(painter, self, theme, filled=False)


class UnlockForm(QWidget):
    """The page.

    Signals:
        submitted: A person wants to open: the officer's id and the passphrase.
        forgotten: A person forgot the passphrase.
        help_asked: A person wants the keys and the manual.
    """

    submitted = Signal(str, str)
    forgotten = Signal()
    help_asked = Signal()

    def __init__(self, theme: Theme, version: str = "") -> None:
        super().__init__()
        ground(self, "page")
        self._theme = theme
        self._officers: list[OfficerChoice] = []
        self._group = QButtonGroup(self)
        self._waiting = False
        self._title = label(theme, "¿Quién atiende hoy?", "h1", wrap=True)
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.px(6))
        self._make_entry()
        self._notice = NoticeBar(theme)
        self._empty = EmptyState(theme, "laptop", "", "")
        self._form = column(
            theme,
            self._title,
            4,
            rule(theme, strong=True),
            self._list,
            self._empty,
            14,
            self._entry,
            12,
            self._notice,
            row(
                theme,
                key_hint(theme, keys.HELP, "ayuda"),
                key_hint(theme, keys.LOOK, "tema y tamaño de la letra"),
                STRETCH,
                gap=20,
            ),
            STRETCH,
            gap=6,
        )
        self._facts_title = label(theme, "", "h3")
        self._facts = QWidget()
        self._facts_rows = QVBoxLayout(self._facts)
        self._facts_rows.setContentsMargins(0, 0, 0, 0)
        self._facts_rows.setSpacing(theme.px(12))
        self._left = self._make_left(version)
        self._line = upright(theme)
        self._make_page()
        self._empty.hide()
        keys.shortcut(self, keys.HELP, self.help_asked.emit)
        for place in range(MOST_BY_KEY):
            # A shortcut, not a key of the page: the field would take the number as part of the passphrase.
            keys.shortcut(self, f"Alt+{place + 1}", partial(self._choose, place))
        self.setTabOrder(self._passphrase, self._open)
        self.setTabOrder(self._open, self._forgot)
        self.setTabOrder(self._forgot, self._see)

    def greet(self, greeting: str) -> None:
        """Say good morning and ask who works."""
        self._title.setText(greeting)

    def show_facts(self, title: str, facts: Sequence[Fact]) -> None:
        """Say the day and what to know about this laptop."""
        theme = self._theme
        self._facts_title.setText(title)
        while self._facts_rows.count():
            taken = self._facts_rows.takeAt(0)
            old = taken.widget() if taken else None
            if old is not None:
                old.deleteLater()
        for fact in facts:
            words = column(
                theme, label(theme, fact.title, "strong"), label(theme, fact.text, "small", "ink2", wrap=True), gap=1
            )
            figure = column(theme, Icon(theme, fact.icon, "primary", 20), STRETCH)
            self._facts_rows.addWidget(row(theme, figure, (words, 1), gap=12))

    def show_officers(self, officers: Sequence[OfficerLine]) -> None:
        """Offer these officers; the first is chosen."""
        for choice in self._officers:
            self._group.removeButton(choice)
            choice.deleteLater()
        self._officers = [OfficerChoice(self._theme, place, one) for place, one in enumerate(officers, 1)]
        for choice in self._officers:
            self._group.addButton(choice)
            self._rows.addWidget(choice)
            choice.toggled.connect(self._name_field)
        self._list.setVisible(bool(self._officers))
        self._entry.setVisible(bool(self._officers))
        self._empty.setVisible(not self._officers)
        if self._officers:
            self._officers[0].setChecked(True)
            self._passphrase.setFocus()

    def show_empty(self, title: str, text: str) -> None:
        """Nobody can open this laptop yet: say what to do."""
        self.show_officers(())
        self._title.setText(title)
        self._empty.say("Falta enrolar este equipo", text)

    def show_wait(self, seconds: int, notice: Notice | None = None) -> None:
        """Count down a forced wait; 0 ends it."""
        self._waiting = seconds > 0
        self._open.setEnabled(not self._waiting)
        if self._waiting:
            self._open.set_text(f"Espere {seconds} s")
        else:
            self._open.set_text("&Abrir el día")
            self._notice.clear()
        if notice is not None:
            self._notice.tell(notice)

    def show_failure(self, notice: Notice) -> None:
        """Say why it did not open, and let the person type again."""
        self.set_busy(busy=False)
        self._notice.tell(notice)
        self._passphrase.selectAll()
        self._passphrase.setFocus()

    def tell(self, notice: Notice) -> None:
        """Say something under the passphrase."""
        self._notice.tell(notice)

    def set_busy(self, *, busy: bool) -> None:
        """The key is being derived: it takes a moment and cannot be hurried."""
        self._open.setEnabled(not busy and not self._waiting)
        self._passphrase.setReadOnly(busy)
        self._open.set_text("Abriendo…" if busy else "&Abrir el día")
        if busy:
            self._notice.clear()

    def clear(self) -> None:
        """Forget what was typed."""
        self._passphrase.clear()
        self._notice.clear()

    @property
    def busy(self) -> bool:
        """A key is being derived, or a forced wait runs."""
        return self._waiting or self._passphrase.isReadOnly()

    @property
    def officer(self) -> str:
        """The id of the chosen officer, or an empty text."""
        chosen = next((choice for choice in self._officers if choice.isChecked()), None)
        return chosen.officer.id if chosen else ""

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch the passphrase for Caps Lock, and arrows that choose the officer."""
        if watched is self._passphrase and event.type() == QEvent.Type.FocusIn:
            self._scroll.ensureWidgetVisible(self._open, 0, self._theme.px(16))
        if watched is self._passphrase and isinstance(event, QKeyEvent):
            self._watch_caps(event)
            if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        if event.key() in _ENTER:
            self._submit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put this laptop's facts above the officers where there is no room beside them."""
        beside = self.width() >= max(COMPACT_BELOW_WIDTH, self._theme.px(_LEFT_WIDTH + _RIGHT_WIDTH + 120))
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._middle.direction() != direction:
            self._middle.setDirection(direction)
        self._centred.setMaximumWidth(self._theme.px(_RIGHT_WIDTH) if beside else _UNBOUND)
        self._line.setVisible(beside)
        self._left.setVisible(beside)
        super().resizeEvent(event)

    def _make_entry(self) -> None:
        theme = self._theme
        self._passphrase = TextField(theme, big=True, name="passphrase")
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.setMaxLength(256)
        self._passphrase.installEventFilter(self)
        self._passphrase.textEdited.connect(self._typed)
        self._caption = label(theme, "Frase de paso", "label")
        self._caption.setBuddy(self._passphrase)
        self._passphrase.setAccessibleName("Frase de paso")
        self._see = Button(theme, "&Ver", "quiet", icon="eye", height=28, name="see")
        self._see.setCheckable(True)
        self._see.toggled.connect(self._show_passphrase)
        caps_words = label(theme, "Bloq Mayús está activado", "smallstrong", "copper")
        caps_more = label(theme, "Todo saldrá en mayúsculas.", "small", "ink2")
        self._caps = row(theme, Icon(theme, "arrow-up", "copper", 18), caps_words, caps_more, STRETCH, gap=7)
        self._caps.setObjectName("caps_lock")
        policy = self._caps.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._caps.setSizePolicy(policy)
        self._caps.hide()
        self._open = Button(theme, "&Abrir el día", "primary", key="Enter", height=46, name="open")
        self._forgot = Button(theme, "&Olvidé mi frase", "quiet", height=46, name="forgot")
        self._open.clicked.connect(self._submit)
        self._forgot.clicked.connect(self.forgotten)
        actions = row(theme, self._open, self._forgot, STRETCH, gap=12)
        head = row(theme, self._caption, STRETCH, self._see, gap=4)
        self._entry = column(theme, head, self._passphrase, self._caps, 8, actions, gap=6)

    def _make_left(self, version: str) -> QWidget:
        theme = self._theme
        ministry = "Ministerio Secretaría General de Gobierno\nDivisión de Organizaciones Sociales"
        owner = label(theme, f"{ministry} · versión {version}" if version else ministry, "small", "ink2")
        motto = "Oficina de Informaciones, Reclamos y Sugerencias, en la plaza y en la feria."
        left = column(
            theme,
            row(theme, Brand(theme, 46), label(theme, "Terreno", "display"), STRETCH, gap=18),
            4,
            label(theme, motto, "lead", "ink2", wrap=True),
            30,
            self._facts_title,
            rule(theme),
            self._facts,
            STRETCH,
            owner,
            gap=9,
        )
        left.setFixedWidth(theme.px(_LEFT_WIDTH))
        return left

    def _make_page(self) -> None:
        theme = self._theme
        self._form.setMaximumWidth(theme.px(_RIGHT_WIDTH))
        self._form.setMinimumWidth(theme.px(320))
        self._form.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        middle = QWidget()
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight, middle)
        top, bottom = (80, 44) if not theme.compact else (24, 16)
        self._middle.setContentsMargins(theme.px(24), theme.px(top), theme.px(24), theme.px(bottom))
        self._middle.setSpacing(theme.px(36))
        self._middle.addStretch(1)
        self._middle.addWidget(self._left)
        self._middle.addWidget(self._line)
        self._centred = row(theme, STRETCH, (self._form, 100), STRETCH, gap=0)
        self._middle.addWidget(self._centred, 100)
        self._middle.addStretch(1)
        ground(middle, "page")
        self._scroll = scrolled(middle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        add(theme, layout, Awning(theme), (self._scroll, 1))

    def _name_field(self) -> None:
        chosen = next((choice for choice in self._officers if choice.isChecked()), None)
        first = chosen.officer.name.split(" ")[0] if chosen else ""
        self._caption.setText(f"Frase de paso de {first}" if first else "Frase de paso")
        self._passphrase.setAccessibleName(self._caption.text())

    def _choose(self, place: int) -> None:
        if place < len(self._officers):
            self._officers[place].setChecked(True)
            self._passphrase.setFocus()

    def _step(self, step: int) -> None:
        here = next((place for place, choice in enumerate(self._officers) if choice.isChecked()), 0)
        self._officers[(here + step) % len(self._officers)].setChecked(True)

    def _typed(self) -> None:
        if not self._waiting:
            self._notice.clear()

    def _watch_caps(self, event: QKeyEvent) -> None:
        """Qt tells no lock state: a capital without Shift, or a small letter with it, gives it away."""
        if event.type() != QEvent.Type.KeyPress:
            return
        text = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self._caps.setVisible(not self._caps.isVisible())
        elif text.isalpha() and text.lower() != text.upper():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._caps.setVisible(text.isupper() != shifted)

    def _show_passphrase(self, shown: bool) -> None:  # noqa: FBT001  the signal's own argument
        echo = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self._passphrase.setEchoMode(echo)
        self._see.set_text("Ocu&ltar" if shown else "&Ver", "eye-off" if shown else "eye")
        self._passphrase.setFocus()

    def _submit(self) -> None:
        if self._open.isEnabled() and self.officer and self._passphrase.text():
            self.submitted.emit(self.officer, self._passphrase.text())
