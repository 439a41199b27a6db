"""The survey in memory: who waits, and what was stored of them."""

from dataclasses import replace
from typing import Any

from terreno_app.domain.survey_language import offered
from terreno_app.paths import resources
from terreno_app.services.survey import WaitingPerson
from terreno_app.storage.public_languages import load_public_languages
from tests.ui.views import catalogues


class FakeSurvey:
    """People who wait, and what was stored of them; once it is, they wait no more."""

    def __init__(self, *people: WaitingPerson) -> None:
        self.people = list(people)
        self.questionnaire = catalogues().questionnaire
        self.languages = offered(tuple(one.survey for one in load_public_languages(resources())), self.questionnaire)
        self.stored: list[tuple[str, str, Any, Any]] = []
        self.breaks: Exception | None = None

    def waiting(self) -> tuple[WaitingPerson, ...]:
        return tuple(self.people)

    def hand_in(
        self, attention: str, questionnaire: Any, answers: Any, *, mode: str, started_at: Any, author: str
    ) -> None:
        self._store(attention, mode, dict(answers), started_at)

    def not_answered(
        self, attention: str, questionnaire: Any, reason: str, *, mode: str, started_at: Any, author: str
    ) -> None:
        self._store(attention, mode, reason, started_at)

    def _store(self, attention: str, mode: str, what: Any, started_at: Any) -> None:
        if self.breaks is not None:
            raise self.breaks
        self.stored.append((attention, mode, what, started_at))
        self.people = [one for one in self.people if one.id != attention]


def a_person(n: int = 1, **changes: Any) -> WaitingPerson:
    usual = WaitingPerson(f"record-{n}", f"T07-2026-{n:06d}-8", "2026-11-21T21:30:00.000Z", "pensiones", "PGU")
    return replace(usual, **changes)
