"""A thin bar over the foot of the window: a newer version, how its download goes, what became of it. Never in the way.

It takes no key and no focus by itself; while an outing is open nobody shows it.
"""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import add, ground, restyle
from terreno_app.ui.widgets.progress import Progress
from terreno_app.ui.widgets.text import Icon, label

_RULER_WIDTH: Final = 180


class UpdateBar(QWidget):
    """The bar.

    Signals:
        wanted: A person wants the newer version.
        put_off: A person has read it and wants it away.
        stopped: A person wants the download to stop.
    """

    wanted = Signal()
    put_off = Signal()
    stopped = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        ground(self, "notice")
        self.setObjectName("update_bar")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._icon = Icon(theme, "info", "primary", 18)
        self._text = label(theme, "", "small", wrap=True)
        self._ruler = Progress(theme, name="update_progress")
        self._ruler.setFixedWidth(theme.px(_RULER_WIDTH))
        self._get = Button(theme, "Descargar", "normal", height=30, name="update_get")
        self._stop = Button(theme, "Detener", "quiet", height=30, name="update_stop")
        self._away = Button(theme, "Más tarde", "quiet", height=30, name="update_later")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(20), theme.px(4), theme.px(12), theme.px(4))
        layout.setSpacing(theme.px(12))
        add(theme, layout, self._icon, (self._text, 1), self._ruler, self._get, self._stop, self._away)
        self._get.clicked.connect(self.wanted)
        self._stop.clicked.connect(self.stopped)
        self._away.clicked.connect(self.put_off)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is away."""
        return "" if self.isHidden() else self._text.text()

    def offer(self, text: str) -> None:
        """Say that there is a newer version, and offer it."""
        self._say("primary", "info", text, "Más tarde", get=True)

    def go_on(self, text: str, done: int, total: int) -> None:
        """Say how far the download is; without a total it is being tried, and nothing is counted."""
        self._say("primary", "info", text, stop=total > 0, ruler=total > 0)
        self._ruler.show_progress(done, total)

    def tell(self, tone: str, icon: str, text: str) -> None:
        """Say what became of it."""
        self._say(tone, icon, text, "Entendido")

    def clear(self) -> None:
        """Be away."""
        self.hide()

    def _say(
        self,
        tone: str,
        icon: str,
        text: str,
        away: str = "",
        *,
        get: bool = False,
        stop: bool = False,
        ruler: bool = False,
    ) -> None:
        restyle(self, tone=tone)
        self._icon.show_as(icon, tone)
        self._text.setText(text)
        self.setAccessibleName(text)
        self._away.set_text(away)
        for part, seen in ((self._get, get), (self._stop, stop), (self._ruler, ruler), (self._away, bool(away))):
            part.setVisible(seen)
        self.show()
