"""One person at the kiosk, from the moment the laptop is handed over until the officer has it back.

What becomes of the answers is decided here and nowhere else: handed in, they are stored sealed; not handed in, they are
forgotten. When nobody touches the kiosk any more the person counts as gone (`left`), and the laptop locks. When the
program ends in the middle nothing is stored: the person waits in *Hoy* as before, and the officer says why.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Signal

from terreno_app.domain.answering import DECLINED, Answering
from terreno_app.domain.catalogues import Question, Questionnaire
from terreno_app.domain.clock import Clock
from terreno_app.domain.fields import Json
from terreno_app.domain.person import personal_data_in
from terreno_app.domain.survey import HIGHEST_NOTE, LOWEST_NOTE, choices_of
from terreno_app.domain.survey_language import SurveyLanguage
from terreno_app.services.survey import Survey, WaitingPerson
from terreno_app.ui.idle import IdleWatch
from terreno_app.ui.messages import warning
from terreno_app.ui.screens.survey.asking import QuestionView
from terreno_app.ui.screens.survey.door_presenter import DoorPresenter
from terreno_app.ui.screens.survey.kiosk import Kiosk
from terreno_app.ui.tasks import TaskRunner

logger = logging.getLogger(__name__)

PAPER: Final = "paper"
_ASSISTED: Final = "assisted"
_THROW_AWAY: Final = warning(
    "Lo transcrito todavía no está guardado", "", "Esc otra vez lo descarta; para seguir, responda o presione Enter."
)
_PATIENCE_MIN: Final = 2
_TOLD_FROM_S: Final = 45
_OPEN, _STORING, _OVER = range(3)


@dataclass(frozen=True, slots=True)
class Offer:
    """A survey that is offered.

    Attributes:
        person: To whom.
        mode: How it is answered: `on_screen`, `assisted` or `paper`.
        author: Officer id.
        officer: Name of the officer, for the door.
    """

    person: WaitingPerson
    mode: str
    author: str
    officer: str


class Sitting(QObject):
    """Moves between the kiosk and the service.

    Signals:
        ended: The officer has the laptop back; whether anything is stored: answers, or why there are none.
        expired: Nobody is there: the laptop is to be locked.
        stored: Something was stored: counts may be stale.
    """

    ended = Signal(bool)
    expired = Signal()
    stored = Signal()

    def __init__(
        self, kiosk: Kiosk, survey: Survey, offer: Offer, door: DoorPresenter, clock: Clock, tasks: TaskRunner
    ) -> None:
        super().__init__(kiosk)
        self._kiosk, self._survey, self._offer, self._door = kiosk, survey, offer, door
        self._clock, self._tasks = clock, tasks
        self._languages = survey.languages
        self._language: SurveyLanguage = self._languages[0]
        self._answering = Answering(survey.questionnaire)
        self._asked_to_leave: Answering | None = None
        self._started_at = clock.now()
        self._state, self._answered = _OPEN, True
        self._came_from: Callable[[], None] = self._welcome
        self.watch = IdleWatch(_PATIENCE_MIN, clock, self)
        self._listen()

    def begin(self) -> None:
        """Show the first page and begin to watch."""
        app = QCoreApplication.instance()
        if app is not None:
            app.installEventFilter(self.watch)
        self.watch.start()
        self._speak()
        if self._offer.mode == PAPER:
            self._ask()
        else:
            self._welcome()

    def stop(self) -> None:
        """Put everything down; what was not handed in is forgotten."""
        self.watch.stop()
        self._door.stop()
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self.watch)
        self._answering = Answering(self._survey.questionnaire)

    def _listen(self) -> None:
        kiosk = self._kiosk
        kiosk.language_chosen.connect(self._choose_language)
        kiosk.door_asked.connect(self._ask_door)
        kiosk.welcome.begun.connect(self._ask)
        kiosk.welcome.declined.connect(self._refuse)
        kiosk.asking.answered.connect(self._answer)
        kiosk.asking.went_on.connect(self._go_on)
        kiosk.asking.went_back.connect(self._go_back)
        kiosk.asking.declined.connect(self._decline)
        kiosk.asking.finished.connect(self._finish)
        kiosk.finishing.handed_in.connect(self._hand_in)
        kiosk.finishing.nothing.connect(self._refuse)
        kiosk.finishing.went_on.connect(self._ask)
        kiosk.thanks.left.connect(self._ask_door)
        self._door.opened.connect(self._door_opened)
        kiosk.door.left.connect(self._leave_door)
        self.watch.ticked.connect(self._tell_time)
        self.watch.expired.connect(self._nobody_is_there)

    # ------------------------------------------------------------------ showing

    def _speak(self) -> None:
        words = self._language.words
        promise = {PAPER: words.on_paper, _ASSISTED: words.confidential_assisted}.get(
            self._offer.mode, words.confidential
        )
        self._kiosk.speak(self._language, promise, answered=self._answered, last=self._answering.last)

    def _welcome(self) -> None:
        self._kiosk.show_page(self._kiosk.welcome)

    def _ask(self) -> None:
        self._speak()
        here = self._answering
        self._kiosk.show_question(self._view(here), here.place + 1, len(here.questions))

    def _thank(self) -> None:
        self._speak()
        self._kiosk.show_page(self._kiosk.thanks)

    def _view(self, here: Answering) -> QuestionView:
        question, words = here.question, self._language.words
        kind = {"likert7": "note", "texto": "text"}.get(question.kind, "choice")
        hints = {"note": words.note_hint, "text": words.text_hint, "choice": words.choice_hint}
        return QuestionView(
            id=question.id,
            kind=kind,
            text=self._language.text(here.questionnaire, question),
            hint=hints[kind],
            answers=self._answers(here.questionnaire, question),
            ends=self._language.ends(here.questionnaire),
            answer=here.answer,
            first=here.first,
            last=here.last,
        )

    def _answers(self, questionnaire: Questionnaire, question: Question) -> tuple[tuple[Json, str], ...]:
        if question.kind == "likert7":
            return tuple((note, str(note)) for note in range(LOWEST_NOTE, HIGHEST_NOTE + 1))
        offered = choices_of(question)
        return tuple((one, self._language.answer(questionnaire, question, one)) for one in offered)

    def _choose_language(self, code: str) -> None:
        chosen = next(one for one in self._languages if one.code == code)
        if chosen is self._language:
            return
        self._language = chosen
        self._speak()
        if self._kiosk.page is self._kiosk.asking:
            self._ask()
        else:
            self._kiosk.page.begin()

    # ------------------------------------------------------------------ answering

    def _answer(self, answer: Json) -> None:
        self._answering = self._answering.answered(answer)
        seems = isinstance(answer, str) and self._answering.question.kind == "texto" and personal_data_in(answer)
        self._kiosk.asking.tell(warning(self._language.words.personal, icon="eye-off") if seems else None)
        self._speak()

    def _go_on(self) -> None:
        if not self._answering.may_go_on:
            self._kiosk.asking.tell(warning(self._language.words.choose_first, icon="info"))
        elif self._answering.last:
            self._hand_in()
        else:
            self._answering = self._answering.forward()
            self._ask()

    def _go_back(self) -> None:
        self._answering = self._answering.back()
        self._ask()

    def _decline(self) -> None:
        self._answering = self._answering.answered(DECLINED)
        self._go_on()

    def _finish(self) -> None:
        if self._answering.given:
            self._kiosk.show_page(self._kiosk.finishing)
        else:
            self._refuse()

    def _hand_in(self) -> None:
        answers, offer, questionnaire = self._answering.given, self._offer, self._answering.questionnaire
        if not answers:
            self._refuse()
            return
        started = None if offer.mode == PAPER else self._started_at
        self._store(
            lambda: self._survey.hand_in(
                offer.person.id, questionnaire, answers, mode=offer.mode, started_at=started, author=offer.author
            ),
            answered=True,
        )

    def _refuse(self) -> None:
        self._store(lambda: self._say_why("refused"), answered=False)

    def _say_why(self, reason: str) -> None:
        offer = self._offer
        self._survey.not_answered(
            offer.person.id,
            self._answering.questionnaire,
            reason,
            mode=offer.mode,
            started_at=None if offer.mode == PAPER else self._started_at,
            author=offer.author,
        )

    def _store(self, work: Callable[[], None], *, answered: bool) -> None:
        """Store once, however often a key is pressed; the answers stay on screen until it is done."""
        if self._state != _OPEN:
            return
        self._state, self._answered = _STORING, answered
        self._tasks.run(work, self._was_stored, self._not_stored)

    def _was_stored(self, _nothing: None) -> None:
        self._state = _OVER
        self._answering = Answering(self._answering.questionnaire)
        self.stored.emit()
        if self._offer.mode == PAPER:
            self.ended.emit(True)
        else:
            self._thank()

    def _not_stored(self, error: BaseException) -> None:
        self._state = _OPEN
        logger.warning("a survey response was not stored: %s", type(error).__name__)
        words = warning(self._language.words.not_kept, icon="octagon-alert")
        if self._kiosk.page is self._kiosk.welcome:
            self._ask()
        page = self._kiosk.finishing if self._kiosk.page is self._kiosk.finishing else self._kiosk.asking
        page.tell(words)

    # ------------------------------------------------------------------ the way out

    def _ask_door(self) -> None:
        kiosk = self._kiosk
        if self._state == _STORING or kiosk.page is kiosk.door:
            return
        if self._offer.mode == PAPER:
            self._leave_paper()
            return
        back = {kiosk.welcome: self._welcome, kiosk.thanks: self._thank}
        self._came_from = back.get(kiosk.page, self._ask)
        kiosk.show_page(kiosk.door)
        self._door.ask(self._offer.officer, over=self._state == _OVER)

    def _leave_paper(self) -> None:
        """What was copied is thrown away only at the second time."""
        if self._answering.given and self._answering is not self._asked_to_leave:
            self._asked_to_leave = self._answering
            self._kiosk.asking.tell(_THROW_AWAY)
        else:
            self.ended.emit(False)

    def _leave_door(self) -> None:
        self._came_from()

    def _door_opened(self) -> None:
        self.ended.emit(self._state == _OVER)

    # ------------------------------------------------------------------ nobody is there

    def _tell_time(self, seconds: int) -> None:
        self._kiosk.show_time_left(seconds if seconds <= _TOLD_FROM_S else -1)

    def _nobody_is_there(self) -> None:
        """Whoever walked away without handing in has left; a questionnaire on paper is still there to be copied."""
        if self._state != _OPEN or self._offer.mode == PAPER:
            self.expired.emit()
            return
        self._state, self._answered = _STORING, False
        self._answering = Answering(self._answering.questionnaire)
        self._tasks.run(lambda: self._say_why("left"), self._was_left, self._was_not_left)

    def _was_left(self, _nothing: None) -> None:
        self._state = _OVER
        self.stored.emit()
        self.expired.emit()

    def _was_not_left(self, error: BaseException) -> None:
        """It could not be stored: the laptop locks all the same, and the person still waits in *Hoy*."""
        logger.warning("a survey that was left was not stored: %s", type(error).__name__)
        self.expired.emit()
