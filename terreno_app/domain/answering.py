"""A survey while somebody answers it: which question is in sight, and what would be handed in. Nothing is kept here.

Nothing counts as answered before the person hands it in. Who leaves half-way is counted as gone (`left`), and what was
typed until then is forgotten: nobody can ask any more whether it was meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from terreno_app.domain.catalogues import Question, Questionnaire
from terreno_app.domain.fields import Json
from terreno_app.domain.survey import asked, takes

DECLINED = "NR"
"""The answer of a person who does not want to answer a question."""


@dataclass(frozen=True, slots=True)
class Answering:
    """How far a person is.

    Attributes:
        questionnaire: What is asked.
        answers: By question; also those of questions that went away again when an earlier answer was changed.
        place: Which of the questions that appear is in sight, from 0.
    """

    questionnaire: Questionnaire
    answers: Mapping[str, Json] = field(default_factory=dict)
    place: int = 0

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that appear, given the answers so far."""
        return asked(self.questionnaire, self.answers)

    @property
    def question(self) -> Question:
        """The question in sight."""
        return self.questions[self.place]

    @property
    def answer(self) -> Json:
        """What was answered to it, if anything."""
        return self.answers.get(self.question.id)

    @property
    def first(self) -> bool:
        """There is nothing to go back to."""
        return self.place == 0

    @property
    def last(self) -> bool:
        """Nothing is asked after it."""
        return self.place == len(self.questions) - 1

    @property
    def may_go_on(self) -> bool:
        """The question has an answer, or needs none."""
        return self.answer is not None or not self.question.core

    @property
    def given(self) -> dict[str, Json]:
        """What would be handed in now: the answers to questions that appear, in their order."""
        return {one.id: self.answers[one.id] for one in self.questions if self.answers.get(one.id) is not None}

    def answered(self, answer: Json) -> "Answering":
        """Answer the question in sight; a blank text takes the answer back, an impossible answer changes nothing."""
        if isinstance(answer, str):
            answer = answer.strip() or None
        if answer is not None and not takes(self.question, answer, self.questionnaire):
            return self
        return replace(self, answers={**self.answers, self.question.id: answer})

    def forward(self) -> "Answering":
        """Go on to the next question, where one follows and this one is answered."""
        return replace(self, place=self.place + 1) if self.may_go_on and not self.last else self

    def back(self) -> "Answering":
        """Go back to the question before."""
        return replace(self, place=max(0, self.place - 1))
