"""The kiosk: one window over the whole screen at which a person answers alone. It shows and says; it decides nothing.

It does not close, it does not shrink, and Esc only leads to the officer's door.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from terreno_app.domain.survey_language import SurveyLanguage
from terreno_app.ui.screens.survey.asking import Asking, QuestionView
from terreno_app.ui.screens.survey.door import DoorPage
from terreno_app.ui.screens.survey.pages import Finishing, Page, Thanks, Welcome
from terreno_app.ui.screens.survey.targets import Languages, Steps
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.brand import Awning
from terreno_app.ui.widgets.layout import STRETCH, add, column, ground, row
from terreno_app.ui.widgets.text import Icon, label

_SIDE: Final = 88
_COMPACT_SIDE: Final = 24


class Kiosk(QWidget):
    """The window.

    Signals:
        language_chosen: Carries the code of a language.
        door_asked: Somebody wants to leave: the officer's passphrase is asked.
    """

    language_chosen = Signal(str)
    door_asked = Signal()

    def __init__(self, theme: Theme, languages: Sequence[SurveyLanguage]) -> None:
        flags = Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, Qt.WindowType.Window | flags)
        ground(self, "page")
        self._theme, self._words = theme, languages[0].words
        self._over = False
        self.welcome, self.asking, self.finishing = Welcome(theme), Asking(theme), Finishing(theme)
        self.thanks, self.door = Thanks(theme), DoorPage(theme)
        self._pages = QStackedWidget()
        for page in (self.welcome, self.asking, self.finishing, self.thanks, self.door):
            self._pages.addWidget(page)
        self._progress, self._steps = label(theme, "", "lead", "ink2"), Steps(theme)
        self._how_far = column(theme, self._progress, self._steps, gap=6)
        self._languages = Languages(theme, [(one.code, one.name) for one in languages])
        self._promise = label(theme, "", "lead", wrap=True)
        self._time = label(theme, "", "lead", "ink2")
        self._timer_icon = Icon(theme, "timer", "ink2", 18)
        self._lay_out()
        self._languages.chosen.connect(self.language_chosen)

    @property
    def page(self) -> Page:
        """The page in sight."""
        here = self._pages.currentWidget()
        if not isinstance(here, Page):
            raise TypeError
        return here

    def appear(self) -> None:
        """Take the whole screen."""
        self.showFullScreen()
        self.raise_()
        self.activateWindow()
        self.page.begin()

    def go_away(self) -> None:
        """It is over; this window is not used again."""
        self._over = True
        self.hide()
        self.deleteLater()

    def speak(self, language: SurveyLanguage, promise: str, *, answered: bool, last: bool) -> None:
        """Show every word in a language; `promise` says who can see the answers."""
        self._words = language.words
        self.setWindowTitle(language.words.title)
        self._languages.show_language(language.code)
        self._languages.setAccessibleName(language.words.language)
        self._promise.setText(promise)
        self.welcome.show_words(language.words)
        self.asking.show_words(language.words, last=last)
        self.finishing.show_words(language.words)
        self.thanks.show_words(language.words, answered=answered)
        self.door.show_words(language.words)

    def show_page(self, page: Page) -> None:
        """Go to a page."""
        self._pages.setCurrentWidget(page)
        self._how_far.setVisible(page is self.asking)
        self._languages.setEnabled(page is not self.door)
        page.begin()

    def show_question(self, view: QuestionView, number: int, total: int) -> None:
        """Go to a question."""
        words = self._words.progress.format(number=number, total=total)
        self._progress.setText(words)
        self._steps.show_step(number, total)
        self._steps.setAccessibleName(words)
        self.asking.show_question(view)
        self.show_page(self.asking)

    def show_time_left(self, seconds: int) -> None:
        """Say when it closes by itself; -1 while that is far."""
        told = seconds >= 0
        self._time.setText(self._words.closes_in.format(seconds=seconds) if told else "")
        self._time.setVisible(told)
        self._timer_icon.setVisible(told)
        self._promised.setVisible(not (told and self._theme.compact))  # there is room for one of the two

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leads to the door; no other key means anything here."""
        if event.key() == Qt.Key.Key_Escape:
            self.door_asked.emit()
        event.accept()

    def closeEvent(self, event: QCloseEvent) -> None:
        """It does not close."""
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """It does not shrink either."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and not self._over and not self._full:
            QTimer.singleShot(0, self, self._take_screen_again)

    @property
    def _full(self) -> bool:
        state = self.windowState()
        return bool(state & Qt.WindowState.WindowFullScreen) and not state & Qt.WindowState.WindowMinimized

    def _take_screen_again(self) -> None:
        if not self._over:
            self.showFullScreen()
            self.raise_()
            self.activateWindow()

    def _lay_out(self) -> None:
        theme = self._theme
        side = _COMPACT_SIDE if theme.compact else _SIDE
        above, below = (2, 8) if theme.compact else (14, 22)
        head = row(theme, self._how_far, STRETCH, self._languages, margins=(side, above, side, 0), gap=16)
        body = column(theme, (self._pages, 1), margins=(side, 2, side, below))
        self._promised = row(theme, Icon(theme, "eye-off", "ok", 20), (self._promise, 1), gap=12)
        edge = (side, below // 2, side, below // 2)
        foot = row(theme, (self._promised, 1), self._timer_icon, self._time, margins=edge, gap=10, name="status")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        add(theme, layout, Awning(theme), head, (body, 1), foot)
        self._timer_icon.hide()
        self._time.hide()
