"""One question a page: a note, a choice or own words, each with the way on, back and out."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from terreno_app.domain.fields import Json
from terreno_app.domain.survey import COMMENT_LIMIT
from terreno_app.domain.survey_language import SurveyWords
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.survey.pages import ENTER, Page, large_button, question_role
from terreno_app.ui.screens.survey.targets import Targets
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.fields import TextArea
from terreno_app.ui.widgets.layout import STRETCH, column, row
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.text import label

_TEXT_LINES: Final = 4
_FEW_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as it is shown.

    Attributes:
        id: Of the question.
        kind: `note`, `choice` or `text`.
        text: The question.
        hint: How to answer it.
        answers: What is stored and its words; none of a text.
        ends: What the lowest and the highest note mean.
        answer: What was answered before.
        first: There is nothing to go back to.
        last: Nothing is asked after it.
    """

    id: str
    kind: str
    text: str
    hint: str
    answers: tuple[tuple[Json, str], ...]
    ends: tuple[str, str]
    answer: Json
    first: bool
    last: bool


class OwnWords(TextArea):
    """A free answer. Nothing is pasted or dropped into it: what was copied before is none of this person's business."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, lines=_FEW_LINES if theme.compact else _TEXT_LINES, name="own_words")
        self.setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setProperty("big", True)

    def canInsertFromMimeData(self, _source: QMimeData) -> bool:
        """Nothing comes in from outside."""
        return False

    def insertFromMimeData(self, _source: QMimeData) -> None:
        """Nothing comes in from outside."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, as on every page; Shift and Enter begin a line."""
        if event.key() in ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)


class Asking(Page):
    """One question, with the way on, back and out.

    Signals:
        answered: Carries the answer that is stored.
        went_on: To the next question, or to hand in after the last.
        went_back: To the question before.
        declined: The person does not want to answer this question.
        finished: The person wants to stop here.
    """

    answered = Signal(object)
    went_on = Signal()
    went_back = Signal()
    declined = Signal()
    finished = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._text = label(theme, "", question_role(theme), wrap=True)
        self._hint = label(theme, "", "lead", "ink2", wrap=True)
        self._field_label = label(theme, "", "leadon")
        self._own_words = OwnWords(theme)
        self._field_label.setBuddy(self._own_words)
        self._low, self._high = label(theme, "", "leadon"), label(theme, "", "leadon")
        self._ends = row(theme, self._low, STRETCH, self._high)
        self._targets: Targets | None = None
        self._place = column(theme, gap=0)
        self._notice = NoticeBar(theme, "survey_notice", large=True)
        self._back = large_button(theme, "", name="back")
        self._decline = large_button(theme, "", name="decline_one")
        self._finish = large_button(theme, "", "quiet", name="finish_here")
        self._next = large_button(theme, "", "primary", name="next")
        ways = (self._back, self._decline, STRETCH, self._finish, self._next)
        answer = (self._place, self._ends, self._field_label, self._own_words)
        middle = (self._text, self._hint, self._notice, 8, *answer)
        self.lay_out(middle, (ways,))
        self._own_words.textChanged.connect(self._typed)
        for button, told in (
            (self._back, self.went_back),
            (self._decline, self.declined),
            (self._finish, self.finished),
            (self._next, self.went_on),
        ):
            button.clicked.connect(told)

    def show_words(self, words: SurveyWords, *, last: bool) -> None:
        """Speak this language."""
        self._back.set_text(words.back)
        self._decline.set_text(f"{words.decline_all if self.theme.compact else words.decline_one} (0)")
        self._decline.setAccessibleName(words.decline_one)
        self._finish.set_text(words.finish_here)
        self._next.set_text(words.hand_in if last else words.next)
        self._field_label.setText(words.text_label)
        self._own_words.setAccessibleName(words.text_label)

    def show_question(self, view: QuestionView) -> None:
        """Show a question with what was answered to it before."""
        self._text.setText(view.text)
        self._hint.setText(view.hint)
        self._hint.setVisible(not self.theme.large)
        self._notice.clear()
        self._back.setEnabled(not view.first)
        self._take_targets_away()
        typed, notes = view.kind == "text", view.kind == "note"
        self._own_words.setVisible(typed)
        self._field_label.setVisible(typed)
        self._ends.setVisible(notes)
        self._low.setText(view.ends[0])
        self._high.setText(view.ends[1])
        if typed:
            self._own_words.blockSignals(True)  # shown, not typed
            self._own_words.setPlainText(view.answer if isinstance(view.answer, str) else "")
            self._own_words.blockSignals(False)
        else:
            self._targets = Targets(self.theme, view.answers, notes=notes)
            self._targets.show_answer(view.answer)
            self._targets.chosen.connect(self.answered)
            self._targets.setAccessibleName(view.text)
            layout = self._place.layout()
            if layout is not None:
                layout.addWidget(self._targets)
        self._order()

    def tell(self, notice: Notice | None) -> None:
        """Say something under the answers."""
        if notice is None:
            self._notice.clear()
        else:
            self._notice.tell(notice)
            self.bring_into_sight(self._notice)

    @property
    def message(self) -> str:
        """What the notice says now."""
        return self._notice.text

    def begin(self) -> None:
        """The focus stands on the answers."""
        if self._targets is not None:
            self._targets.begin()
        else:
            self._own_words.setFocus(Qt.FocusReason.TabFocusReason)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Numbers choose, Enter goes on, Backspace goes back, 0 declines."""
        key = event.key()
        if key in ENTER:
            self.went_on.emit()
        elif key == Qt.Key.Key_Backspace:
            self._back.click()
        elif key == Qt.Key.Key_0:
            self.declined.emit()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and self._targets is not None:
            return self._choose(key - Qt.Key.Key_0, self._targets)
        else:
            return False
        return True

    def _choose(self, place: int, targets: Targets) -> bool:
        chosen = targets.choose(place)
        self.bring_into_sight(targets.here)
        return chosen

    def _typed(self) -> None:
        text = self._own_words.toPlainText()
        if len(text) > COMMENT_LIMIT:
            cursor = self._own_words.textCursor()
            cursor.deletePreviousChar()
            return
        self.answered.emit(text)

    def _take_targets_away(self) -> None:
        if self._targets is not None:
            self._targets.hide()
            self._targets.deleteLater()
            self._targets = None

    def _order(self) -> None:
        """Tab goes from the answers to the way on, and only then to the ways back and out."""
        before: QWidget = self._own_words
        if self._targets is not None:
            before = self._targets.findChildren(QAbstractButton)[-1]
        for after in (self._next, self._back, self._decline, self._finish):
            QWidget.setTabOrder(before, after)
            before = after
