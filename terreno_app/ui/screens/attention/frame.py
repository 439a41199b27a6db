"""What stands around the fields of Atención: the head with the due date and the action bar."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terreno_app.ui import keys
from terreno_app.ui.labels import plural
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import STRETCH, add, row
from terreno_app.ui.widgets.page import PageFoot
from terreno_app.ui.widgets.text import Elide, Icon, KeyCap, key_hint, label

_NAMES = 300
_NAMES_COMPACT = 124


class Head(QWidget):
    """Title, how long it has taken, whether the draft is safe, and until when an answer is owed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._title = Elide(theme, "Nueva atención", "h1")
        self._elapsed = label(theme, "", "body", "ink2")
        self._clock = row(theme, Icon(theme, "timer", "ink2", 17), self._elapsed, gap=7)
        self._draft = label(theme, "", "small", "ink2")
        self._check = row(theme, Icon(theme, "check", "ok", 16), self._draft, gap=5)
        self._due = label(theme, "", "strong", "copper")
        self._detail = label(theme, "", "small", "ink2")
        icon = Icon(theme, "calendar-days", "copper", 18)
        self._due_row = row(theme, icon, self._due, self._detail, STRETCH, gap=8)
        self._theme = theme
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(32), theme.px(16), theme.px(28), theme.px(4))
        layout.setSpacing(theme.px(6))
        self._top = row(theme, self._title, 14, self._clock, STRETCH, self._check)
        add(theme, layout, self._top, self._due_row)
        policy = self._due_row.sizePolicy()
        policy.setRetainSizeWhenHidden(not theme.compact)  # nothing under it moves when an answer is owed
        self._due_row.setSizePolicy(policy)
        self._due_row.hide()

    @property
    def title(self) -> str:
        """What the page is called."""
        return self._title.text()

    @property
    def due(self) -> str:
        """What is said of the due date."""
        return self._due.text()

    @property
    def draft(self) -> str:
        """What is said of the draft."""
        return self._draft.text()

    def say(self, title: str) -> None:
        """Give the page a title."""
        self._title.set_text(title)
        self._title.setMinimumWidth(min(self._theme.width_of(title, "h1") + 4, self._theme.px(420)))

    def say_elapsed(self, text: str) -> None:
        """How long it has taken."""
        self._elapsed.setText(text)
        self._clock.setVisible(bool(text))

    def say_draft(self, text: str) -> None:
        """When the draft was kept."""
        self._draft.setText(text)
        self._check.setVisible(bool(text))

    def say_due(self, text: str, detail: str) -> None:
        """Until when an answer is owed."""
        self._due.setText(text)
        self._detail.setText(detail)
        self._detail.setVisible(not self._theme.compact)
        self._due_row.setVisible(bool(text))


class Foot(QWidget):
    """The action bar: what is missing at the left; leave, save and another, save at the right.

    Signals:
        saved: Save.
        saved_and_next: Save, and begin another.
        left: Leave.
    """

    saved = Signal()
    saved_and_next = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._next_offered = True
        self._missing = label(theme, "", "strong")
        self._names = Elide(theme, "", "strong", "bad")
        self._go = label(theme, "ir al dato", "small", "ink2")
        icon = Icon(theme, "circle-x", "bad", 18)
        self._error = row(theme, icon, self._missing, self._names, KeyCap(theme, keys.NEXT_MISSING), self._go)
        self._hint = key_hint(theme, "Tab", "campo siguiente")
        self._leave = Button(theme, "Descartar", "quiet", key="Esc", name="discard")
        self._next = Button(theme, "Guardar &y otra", key="Ctrl+Enter", name="save_and_next")
        self._save = Button(theme, "&Guardar", "primary", key=keys.SAVE, icon="save", name="save")
        note = row(theme, self._hint, self._error, gap=0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(PageFoot(theme, note, self._leave, self._next, self._save))
        self._save.clicked.connect(self.saved)
        self._next.clicked.connect(self.saved_and_next)
        self._leave.clicked.connect(self.left)
        self._error.hide()

    @property
    def ready(self) -> bool:
        """Nothing is being saved now."""
        return self._save.isEnabled()

    @property
    def missing(self) -> str:
        """What the bar says is missing."""
        return f"{self._missing.text()} {self._names.text()}" if not self._error.isHidden() else ""

    def inputs(self) -> list[QWidget]:
        """The buttons, in the order of the keyboard."""
        return [self._save, self._next, self._leave]

    def say_missing(self, names: Sequence[str], *, wrong: bool = False) -> None:
        """Name what is missing, or what to look at because some of it is wrong; nothing brings the hints back."""
        count = len(names)
        verb = "Revise" if wrong else "Falta" if count == 1 else "Faltan"
        self._missing.setText(verb if self._theme.compact else f"{verb} {plural(count, 'dato', 'datos')}:")
        self._names.set_text(", ".join(names))
        room = self._theme.px(_NAMES_COMPACT if self._theme.compact else _NAMES)
        self._names.setFixedWidth(min(self._theme.width_of(self._names.text(), "strong") + 4, room))
        self._go.setVisible(not self._theme.compact)
        self._error.setVisible(bool(names))
        self._hint.setVisible(not names)

    def set_busy(self, *, busy: bool) -> None:
        """It is being saved."""
        for button in (self._save, self._next):
            button.setEnabled(not busy)

    def offer_next(self, *, offered: bool) -> None:
        """Another one follows only after a new one."""
        self._next_offered = offered
        self._next.setVisible(offered and not self._theme.large)

    def set_compact(self, *, compact: bool, large: bool) -> None:
        """Where text is large, the lesser action keeps only its key."""
        self._next.setVisible(self._next_offered and not large)
        self._hint.setVisible(not compact and self._error.isHidden())
