"""Messages in three parts, the bar to undo, and what an empty list says."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from terreno_app.ui.messages import Notice
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import STRETCH, add, column, ground, restyle, row
from terreno_app.ui.widgets.text import Icon, KeyCap, label

UNDO_MS: Final = 10_000


class NoticeBar(QWidget):
    """A short message over a screen: a bar of its tone, its icon, what happened, and under it the rest.

    Args:
        theme: The look.
        name: For screen readers, until it says something.
        large: In the type of the public.
    """

    def __init__(self, theme: Theme, name: str = "notice", *, large: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._icon = Icon(theme, "info", "primary", 20)
        self._what = label(theme, "", "leadon" if large else "strong", wrap=True)
        self._rest = label(theme, "", "lead" if large else "small", wrap=True)
        ground(self, "notice")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(14), theme.px(9), theme.px(14), theme.px(9))
        layout.setSpacing(theme.px(12))
        add(theme, layout, self._icon, (column(theme, self._what, self._rest, gap=1), 1))
        self.hide()

    def tell(self, notice: Notice) -> None:
        """Show a message; it stays until another or `clear`."""
        restyle(self, tone=notice.tone)
        self._icon.show_as(notice.icon, notice.tone)
        self._what.setText(notice.happened)
        rest = " ".join(part for part in (notice.safe, notice.next) if part)
        self._rest.setText(rest)
        self._rest.setVisible(bool(rest))
        self.setAccessibleName(notice.words)
        self.show()

    def clear(self) -> None:
        """Take the message away."""
        self.hide()

    @property
    def text(self) -> str:
        """All that the message says."""
        return self.accessibleName() if not self.isHidden() else ""


class NoticePanel(QWidget):
    """A message with room: *Qué pasó*, *Qué está a salvo*, *Qué hacer*, and the actions under them."""

    def __init__(
        self, theme: Theme, title: str, notice: Notice, *actions: Button, aside: QWidget | None = None
    ) -> None:
        super().__init__()
        ground(self, "notice")
        self.setProperty("tone", notice.tone)
        self.setAccessibleName(f"{title}. {notice.words}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        layout.setSpacing(theme.px(6))
        head = row(theme, Icon(theme, notice.icon, notice.tone, 20), label(theme, title, "h2"), STRETCH, aside, gap=10)
        parts = (
            ("Qué pasó", notice.happened),
            ("Qué está a salvo", notice.safe),
            ("Qué hacer", notice.next),
        )
        add(theme, layout, head, *(_part(theme, name, text) for name, text in parts if text))
        if actions:
            add(theme, layout, 6, row(theme, *actions, STRETCH, gap=10))


def _part(theme: Theme, name: str, text: str) -> QWidget:
    title = label(theme, name, "strong")
    title.setFixedWidth(max(theme.px(128), theme.width_of(name, "strong")))
    title.setAlignment(Qt.AlignmentFlag.AlignTop)
    return row(theme, title, (label(theme, text, wrap=True), 1), gap=12)


class UndoBar(QWidget):
    """Says what was done and offers to undo it for ten seconds; always at the foot.

    Signals:
        undone: The person wants it back.
        passed: The time is over; it stays done.
    """

    undone = Signal()
    passed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "undo")
        self._icon = Icon(theme, "trash-2", "paper", 18)
        self._text = label(theme, "", "strong", "paper")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._pass)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(6), theme.px(12), theme.px(6))
        layout.setSpacing(theme.px(12))
        words = label(theme, "Deshacer", "strong", "paper")
        add(theme, layout, self._icon, self._text, STRETCH, words, KeyCap(theme, "Ctrl+Z"))
        self.setFixedHeight(theme.px(42))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    @property
    def waiting(self) -> bool:
        """There is something to undo."""
        return self._timer.isActive()

    def offer(self, text: str, icon: str = "trash-2", wait_ms: int = UNDO_MS) -> None:
        """Say what was done and wait."""
        self._icon.show_as(icon, "paper")
        self._text.setText(text)
        self.setAccessibleName(f"{text}. Ctrl+Z deshace")
        self._timer.start(wait_ms)
        self.show()

    def undo(self) -> None:
        """Take it back, if there is still time."""
        if self.waiting:
            self._timer.stop()
            self.hide()
            self.undone.emit()

    def settle(self) -> None:
        """Do not wait any longer."""
        if self.waiting:
            self._timer.stop()
            self._pass()

    def mousePressEvent(self, _event: object) -> None:
        """A click on the bar undoes."""
        self.undo()

    def _pass(self) -> None:
        self.hide()
        self.passed.emit()


class EmptyState(QWidget):
    """An empty list says why it is empty and what to do."""

    def __init__(self, theme: Theme, icon: str, title: str, text: str, *actions: Button) -> None:
        super().__init__()
        self._title = label(theme, title, "h2", wrap=True)
        self._text = label(theme, text, "body", "ink2", wrap=True)
        self._text.setMaximumWidth(theme.px(640))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, theme.px(6), 0, theme.px(6))
        layout.setSpacing(theme.px(16))
        figure = column(theme, Icon(theme, icon, "ink3", 34), STRETCH)
        # Beside room to give way, so that its height is counted for the width that it has.
        words = column(theme, self._title, row(theme, (self._text, 100), STRETCH, gap=0), gap=2)
        if actions:
            holder = words.layout()
            if holder is not None:
                holder.addWidget(row(theme, *actions, STRETCH, margins=(0, 10, 0, 0), gap=10))
        add(theme, layout, figure, (words, 1))
        self.setAccessibleName(f"{title}. {text}")

    def say(self, title: str, text: str) -> None:
        """Give another reason."""
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(f"{title}. {text}")
