"""Between the officer's page of Encuesta and the service: who waits, and why somebody did not answer."""

from typing import Final

from PySide6.QtCore import QObject, Signal

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock, parse_instant
from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.services.laptop import Person
from terreno_app.services.survey import Survey, WaitingPerson
from terreno_app.ui.labels import hour, plural, span
from terreno_app.ui.messages import good_news, notice_of, warning
from terreno_app.ui.screens.survey.form import SurveyForm
from terreno_app.ui.screens.survey.table_model import WaitingLine
from terreno_app.ui.tasks import TaskRunner

_REASON: Final = "none_reason"
_NOT_HANDED_IN: Final = warning(
    "La encuesta no se entregó",
    "Lo que la persona marcó se descartó; sigue esperando en esta lista.",
    "Ofrézcasela otra vez, o anote por qué no respondió.",
    "message-square-text",
)


def reasons_offered(catalogues: Catalogues) -> tuple[tuple[str, str], ...]:
    """Why somebody did not answer, in the order in which the officer sees it: code and words."""
    return tuple((code, catalogues.labels.code(_REASON, code)) for code in CODE_LISTS[_REASON])


class SurveyPresenter(QObject):
    """Moves between the page and the service.

    Signals:
        kiosk_asked: Hand the laptop over: to whom, and how the survey is answered.
        stored: A reason was stored: what the rest of the window tells may be stale.
        left: Back to Hoy.
    """

    kiosk_asked = Signal(object, str)
    stored = Signal()
    left = Signal()

    def __init__(
        self, form: SurveyForm, survey: Survey, catalogues: Catalogues, clock: Clock, tasks: TaskRunner, author: Person
    ) -> None:
        super().__init__(form)
        self._form, self._survey, self._catalogues = form, survey, catalogues
        self._clock, self._tasks, self._author = clock, tasks, author
        self._waiting: tuple[WaitingPerson, ...] = ()
        self._select = ""
        form.offered.connect(self._offer)
        form.reason_given.connect(self._give_reason)
        form.left.connect(self.left)

    def refresh(self, select: str = "") -> None:
        """Read again who waits; `select` is the attention to go to."""
        self._select = select
        self._tasks.run(self._survey.waiting, self._show, self._failed)

    def begin(self) -> None:
        """Show the page without what it said before."""
        self._form.tell(None)
        self._form.begin()
        self.refresh()

    def not_handed_in(self, attention: str) -> None:
        """The officer took the laptop back before anything was handed in: why?"""
        self.refresh(attention)
        self._form.tell(_NOT_HANDED_IN)
        self._form.ask_reason()

    def _show(self, waiting: tuple[WaitingPerson, ...]) -> None:
        self._waiting = waiting
        title = f"{plural(len(waiting), 'persona espera', 'personas esperan')} la encuesta" if waiting else "Encuesta"
        self._form.show_waiting("Sorteo de la salida", title, [self._line(one) for one in waiting])
        if self._select:
            self._form.select(self._select)
            self._select = ""

    def _line(self, one: WaitingPerson) -> WaitingLine:
        programme = self._catalogues.programmes.get(one.programme)
        topic = self._catalogues.topics.get(one.topic)
        received = parse_instant(one.received_at)
        waited_s = max(0.0, (self._clock.now() - received).total_seconds())
        return WaitingLine(
            id=one.id,
            hour=hour(received),
            folio=one.folio,
            topic=programme.label if programme else topic.label if topic else one.topic,
            wait=f"hace {span(waited_s)}",
        )

    def _offer(self, attention: str, mode: str) -> None:
        self._form.tell(None)
        person = next(one for one in self._waiting if one.id == attention)
        self.kiosk_asked.emit(person, mode)

    def _give_reason(self, attention: str, reason: str) -> None:
        author, questionnaire = self._author.id, self._survey.questionnaire

        def work() -> str:
            self._survey.not_answered(
                attention, questionnaire, reason, mode="on_screen", started_at=None, author=author
            )
            return reason

        self._tasks.run(work, self._was_kept, self._failed)

    def _was_kept(self, reason: str) -> None:
        words = self._catalogues.labels.code(_REASON, reason)
        self._form.tell(good_news(f"Motivo guardado: {words}", "Está en este equipo; viaja en la próxima entrega."))
        self._form.begin()
        self.stored.emit()
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        self._form.tell(notice_of(error))
        self._tasks.run(self._survey.waiting, self._show, self._not_read)

    def _not_read(self, error: BaseException) -> None:
        self._form.tell(notice_of(error))
