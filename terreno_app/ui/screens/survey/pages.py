"""Pages of the kiosk that ask nothing: the welcome, whether to finish here, the thanks; and what every page shares.

They show what they are told and say what was pressed. Words come from the file of the language in force.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.domain.survey_language import SurveyWords
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.survey.targets import TARGET
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button, Kind
from terreno_app.ui.widgets.layout import STRETCH, Item, add, column, row, scrolled
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.text import label

ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


def question_role(theme: Theme) -> str:
    """The type of a title: smaller where all text is large, for it has to fit."""
    return "h1" if theme.compact else "question"


def large_button(theme: Theme, text: str, kind: Kind = "normal", *, name: str) -> Button:
    """A button for the public: 64 px high and in large type."""
    return Button(theme, text, kind, height=round(TARGET / theme.scale), name=name, role="leadon")


class Page(QWidget):
    """One page: its middle scrolls where large text needs more room, its actions stay in sight.

    Derive and say what a key means and where the focus begins; Qt's metaclass leaves no room for that of `ABC`.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme

    def lay_out(self, middle: Sequence[Item], actions: Sequence[Sequence[Item]]) -> None:
        """Put the parts in their places."""
        theme = self.theme
        content = column(
            theme, STRETCH, *middle, STRETCH, margins=(0, 4, 0, 4), gap=6 if theme.compact else 12, name="page"
        )
        self._area = scrolled(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(10))
        add(theme, layout, (self._area, 1), *(row(theme, *one, gap=14) for one in actions))

    def bring_into_sight(self, part: QWidget) -> None:
        """Scroll to a part, once it has its place."""
        QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(part, 0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus; everything else is the page's."""
        here = self.window().focusWidget()
        if event.key() in ENTER and isinstance(here, Button):
            here.click()
        elif not self.key_pressed(event):
            super().keyPressEvent(event)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Do what a key means on this page; whether it means anything."""
        raise NotImplementedError

    def begin(self) -> None:
        """Put the focus where the person begins."""
        raise NotImplementedError


class Welcome(Page):
    """What is asked, and of whom: nobody has to answer.

    Signals:
        begun: The person wants to answer.
        declined: The person does not.
    """

    begun = Signal()
    declined = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._title = label(theme, "", question_role(theme), wrap=True)
        self._lead = label(theme, "", "lead", "ink2", wrap=True)
        self._decline = large_button(theme, "", name="decline_all")
        self._begin = large_button(theme, "", "primary", name="begin")
        self.lay_out((self._title, self._lead), ((self._decline, STRETCH, self._begin),))
        self._begin.clicked.connect(self.begun)
        self._decline.clicked.connect(self.declined)

    def show_words(self, words: SurveyWords) -> None:
        """Speak this language."""
        self._title.setText(words.title)
        self._lead.setText(words.lead)
        self._begin.set_text(words.begin)
        self._decline.set_text(f"{words.decline_all} (0)")

    def begin(self) -> None:
        """The focus stands on what most people press."""
        self._begin.setFocus(Qt.FocusReason.TabFocusReason)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Enter begins, 0 declines."""
        if event.key() in ENTER:
            self.begun.emit()
        elif event.key() == Qt.Key.Key_0:
            self.declined.emit()
        else:
            return False
        return True


class Finishing(Page):
    """The person wants to stop: hand in what there is, or nothing?

    Signals:
        handed_in: What there is.
        nothing: Nothing of it.
        went_on: Go on answering after all.
    """

    handed_in = Signal()
    nothing = Signal()
    went_on = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._title = label(theme, "", question_role(theme), wrap=True)
        self._lead = label(theme, "", "lead", "ink2", wrap=True)
        self._notice = NoticeBar(theme, "finishing_notice", large=True)
        self._go_on = large_button(theme, "", name="go_on")
        self._nothing = large_button(theme, "", name="hand_in_nothing")
        self._hand_in = large_button(theme, "", "primary", name="hand_in_so_far")
        ways: list[list[Item]] = [[self._go_on, STRETCH, self._nothing, self._hand_in]]
        if theme.compact:
            ways = [[self._nothing, STRETCH], [self._go_on, STRETCH, self._hand_in]]
        self.lay_out((self._title, self._lead, self._notice), ways)
        self._go_on.clicked.connect(self.went_on)
        self._nothing.clicked.connect(self.nothing)
        self._hand_in.clicked.connect(self.handed_in)

    def show_words(self, words: SurveyWords) -> None:
        """Speak this language."""
        self._title.setText(words.finish_title)
        self._lead.setText(words.finish_lead)
        self._go_on.set_text(words.go_on)
        self._nothing.set_text(f"{words.finish_nothing} (0)")
        self._hand_in.set_text(words.finish_hand_in)
        self._notice.clear()

    def tell(self, notice: Notice) -> None:
        """Say what went wrong."""
        self._notice.tell(notice)

    def begin(self) -> None:
        """The focus stands on going on: nothing is lost by oversight."""
        self._go_on.setFocus(Qt.FocusReason.TabFocusReason)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Backspace goes back to the question, 0 hands in nothing."""
        if event.key() == Qt.Key.Key_Backspace:
            self.went_on.emit()
        elif event.key() == Qt.Key.Key_0:
            self.nothing.emit()
        else:
            return False
        return True


class Thanks(Page):
    """It is over: the person hands the laptop back. Only the officer's door leads on.

    Signals:
        left: Whoever holds the laptop wants to go on: to the door.
    """

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._title = label(theme, "", question_role(theme), wrap=True)
        self._lead = label(theme, "", "lead", wrap=True)
        self._officer = large_button(theme, "Soy quien atiende", name="officer")
        self.lay_out((self._title, self._lead), ((STRETCH, self._officer),))
        self._officer.clicked.connect(self.left)

    def show_words(self, words: SurveyWords, *, answered: bool) -> None:
        """Speak this language."""
        self._title.setText(words.thanks if answered else words.thanks_anyway)
        self._lead.setText(words.give_back)

    def begin(self) -> None:
        """The focus stands on the only way on."""
        self._officer.setFocus(Qt.FocusReason.TabFocusReason)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Enter leads to the door."""
        if event.key() in ENTER:
            self.left.emit()
            return True
        return False
