"""The survey: who waits for it, what they hand in, why somebody did not answer, and the draw checked by anybody.

Answers are sealed to the centre's key before they are stored: nobody reads them on this laptop, whoever opens it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sync.client.held import ShownRecord
from sync.core.schema import Json
from terreno_app.domain.catalogues import Catalogues, Questionnaire
from terreno_app.domain.clock import Clock, instant
from terreno_app.domain.sampling import verify
from terreno_app.domain.survey_language import SurveyLanguage, offered
from terreno_app.services.errors import ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.outings import Outings
from terreno_app.services.paper import Paper
from terreno_app.services.ports import Store

RESPONSE = "survey_response"


@dataclass(frozen=True, slots=True)
class Verification:
    """What recomputing an outing's draws gave.

    Attributes:
        outing: Record id.
        sessions: Closed sessions, whose seeds are known.
        open_sessions: Sessions that are still open: nothing can be checked yet.
        checked: Draws recomputed.
        selected: Of them, selected for the survey.
        mismatches: Ids of attentions (or sessions) that the seed does not give.
    """

    outing: str
    sessions: int
    open_sessions: int
    checked: int
    selected: int
    mismatches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingPerson:
    """Somebody whom the draw selected and of whom nothing is stored yet: neither answers nor why there are none.

    Attributes:
        id: Id of the attention; the response will have the same.
        folio: Folio of the attention.
        received_at: When the person was attended.
        topic: Code of what it was about.
        programme: Code of the programme, if there was one.
    """

    id: str
    folio: str
    received_at: str
    topic: str
    programme: str | None


class Survey:
    """The survey of this laptop.

    Args:
        store: Where attentions and responses are.
        outings: The open session.
        paper: The door by which a response is stored: it fills in, checks and seals.
        catalogues: The questionnaires.
        languages: In which the survey can be answered.
        laptop: This device.
        clock: When a response was finished.
    """

    def __init__(
        self,
        store: Store,
        outings: Outings,
        paper: Paper,
        catalogues: Catalogues,
        languages: tuple[SurveyLanguage, ...],
        laptop: Laptop,
        clock: Clock,
    ) -> None:
        self._store = store
        self._outings = outings
        self._paper = paper
        self._catalogues = catalogues
        self._languages = languages
        self._laptop = laptop
        self._clock = clock

    @property
    def questionnaire(self) -> Questionnaire:
        """What is asked today."""
        return self._catalogues.questionnaire

    @property
    def languages(self) -> tuple[SurveyLanguage, ...]:
        """In which languages it is asked, its own first."""
        return offered(self._languages, self.questionnaire)

    def waiting(self) -> tuple[WaitingPerson, ...]:
        """Who waits, the longest wait first.

        While an outing is open here those of it; else, for questionnaires on paper, all that this laptop attended.
        """
        session = self._outings.current()
        where: dict[str, Json] = {"device": self._laptop.device}
        if session is not None:
            where["outing"] = session.outing
        drawn = (one for one in self._store.select("attention", where) if _may_answer(one))
        waiting = (one for one in drawn if self._store.shown(RESPONSE, one.record) is None)
        return tuple(sorted((_waiting(one) for one in waiting), key=lambda one: (one.received_at, one.id)))

    def hand_in(
        self,
        attention: str,
        questionnaire: Questionnaire,
        answers: Mapping[str, Json],
        *,
        mode: str,
        started_at: datetime | None,
        author: str,
    ) -> None:
        """Store what a person handed in, sealed. It is written once and never changed.

        Args:
            attention: Id of the attention.
            questionnaire: What was asked.
            answers: By question; at least one.
            mode: `on_screen`, `assisted`, `paper` or `phone`.
            started_at: When the first question was shown; nobody knows it of a questionnaire on paper.
            author: Officer id.

        Raises:
            ServiceError: ``unknown_record``, ``survey_not_drawn``, ``survey_answered``.
            RejectedDraftError: an answer is not one of the possible ones.
        """
        self._write(attention, {**self._asked(questionnaire, mode, started_at), "answers": dict(answers)}, author)

    def not_answered(
        self,
        attention: str,
        questionnaire: Questionnaire,
        reason: str,
        *,
        mode: str,
        started_at: datetime | None,
        author: str,
    ) -> None:
        """Store that nothing was handed in, and why: the sample counts everybody whom the draw selected.

        Args:
            attention: Id of the attention.
            questionnaire: What was asked, or would have been.
            reason: A `none_reason`.
            mode: How it was offered.
            started_at: When it was shown, if it was.
            author: Officer id.

        Raises:
            ServiceError: ``unknown_record``, ``survey_not_drawn``, ``survey_answered``.
            RejectedDraftError: there is no such reason.
        """
        self._write(attention, {**self._asked(questionnaire, mode, started_at), "none_reason": reason}, author)

    def _asked(self, questionnaire: Questionnaire, mode: str, started_at: datetime | None) -> dict[str, Json]:
        asked: dict[str, Json] = {
            "questionnaire": questionnaire.id,
            "questionnaire_version": questionnaire.version,
            "questionnaire_digest": questionnaire.digest,
            "mode": mode,
        }
        if started_at is not None:
            # A clock that was set back in between must not keep a response from being stored.
            asked["started_at"] = instant(started_at)
            asked["finished_at"] = instant(max(started_at, self._clock.now()))
        return asked

    def _write(self, attention: str, fields: Mapping[str, Json], author: str) -> None:
        shown = self._store.shown("attention", attention)
        if shown is None:
            raise ServiceError("unknown_record")
        if not _may_answer(shown):
            raise ServiceError("survey_not_drawn")
        if self._store.shown(RESPONSE, attention) is not None:
            raise ServiceError("survey_answered")
        self._paper.register_one({"kind": RESPONSE, "id": attention, **fields}, author)

    def verify(self, outing: str) -> Verification:
        """Recompute every draw of an outing, over all of its sessions that are known here.

        Raises:
            ServiceError: ``unknown_outing``, ``ambiguous_outing``.
        """
        planned = self._outings.find(outing)
        attentions = self._store.select("attention", {"outing": planned.record})
        sessions = self._store.select("outing_session", {"outing": planned.record})
        closed = [s for s in sessions if s.fields.get("closed_at") is not None]
        checked, selected = 0, 0
        mismatches: list[str] = []
        for session in closed:
            mine = [a for a in attentions if a.fields.get("device") == session.fields.get("device")]
            found = verify(session.record, session.fields, [(a.record, a.fields) for a in mine])
            checked += found.checked
            selected += sum(_selected(a) for a in mine)
            mismatches += dict.fromkeys(m.attention for m in found.mismatches)
        return Verification(
            outing=planned.record,
            sessions=len(closed),
            open_sessions=len(sessions) - len(closed),
            checked=checked,
            selected=selected,
            mismatches=tuple(mismatches),
        )


def _waiting(attention: ShownRecord) -> WaitingPerson:
    fields = attention.fields
    programme = fields.get("programme")
    return WaitingPerson(
        id=attention.record,
        folio=str(fields.get("folio") or ""),
        received_at=str(fields.get("received_at") or ""),
        topic=str(fields.get("topic") or ""),
        programme=str(programme) if programme else None,
    )


def _may_answer(attention: ShownRecord) -> bool:
    return _selected(attention) and attention.fields.get("status") != "voided"


def _selected(attention: ShownRecord) -> bool:
    drawn = attention.fields.get("draw")
    return isinstance(drawn, dict) and drawn.get("selected") is True
