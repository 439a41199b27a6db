"""The words of the survey in one language. Languages are data: a file each, offered once a speaker has reviewed it."""

from collections.abc import Mapping
from dataclasses import dataclass

from terreno_app.domain.catalogues import Question, Questionnaire
from terreno_app.domain.fields import Json

OWN_LANGUAGE = "es-CL"
"""The language in which questionnaires are written: it needs no translation of them."""


@dataclass(frozen=True, slots=True)
class SurveyWords:
    """What stands around the questions. `progress` has {number} and {total}, `closes_in` has {seconds}."""

    title: str
    lead: str
    confidential: str
    confidential_assisted: str
    on_paper: str
    language: str
    begin: str
    decline_all: str
    decline_one: str
    back: str
    next: str
    hand_in: str
    finish_here: str
    finish_title: str
    finish_lead: str
    finish_hand_in: str
    finish_nothing: str
    go_on: str
    progress: str
    closes_in: str
    note_hint: str
    choice_hint: str
    text_hint: str
    text_label: str
    choose_first: str
    personal: str
    thanks: str
    thanks_anyway: str
    give_back: str
    not_kept: str


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """One question, translated: its text, and the words of its options by the answer that is stored."""

    text: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QuestionnaireWords:
    """One version of a questionnaire, translated."""

    ends: tuple[str, str]
    questions: Mapping[str, QuestionWords]


@dataclass(frozen=True, slots=True)
class SurveyLanguage:
    """One language.

    Attributes:
        code: BCP 47.
        name: As its speakers write it.
        words: What stands around the questions.
        answers: Words of the closed answers, by what is stored.
        questionnaires: Translations, by id and version.
    """

    code: str
    name: str
    words: SurveyWords
    answers: Mapping[str, str]
    questionnaires: Mapping[tuple[str, int], QuestionnaireWords]

    def speaks(self, questionnaire: Questionnaire) -> bool:
        """Whether every question, option and end of the scale has words in this language."""
        if self.code == OWN_LANGUAGE:
            return True
        told = self._of(questionnaire)
        if told is None:
            return False
        return all(
            question.id in told.questions and told.questions[question.id].options.keys() == set(question.options)
            for question in questionnaire.questions
        )

    def ends(self, questionnaire: Questionnaire) -> tuple[str, str]:
        """What the lowest and the highest note mean."""
        told = self._of(questionnaire)
        low, high = told.ends if told else questionnaire.ends
        return _sentence(low), _sentence(high)

    def text(self, questionnaire: Questionnaire, question: Question) -> str:
        """A question."""
        told = self._of(questionnaire)
        return told.questions[question.id].text if told else question.text

    def answer(self, questionnaire: Questionnaire, question: Question, answer: Json) -> str:
        """The words of one of the answers that a question offers."""
        told = self._of(questionnaire)
        options = told.questions[question.id].options if told else {}
        return _sentence(options.get(str(answer)) or self.answers.get(str(answer)) or str(answer))

    def _of(self, questionnaire: Questionnaire) -> QuestionnaireWords | None:
        return self.questionnaires.get((questionnaire.id, questionnaire.version))


def offered(languages: tuple[SurveyLanguage, ...], questionnaire: Questionnaire) -> tuple[SurveyLanguage, ...]:
    """The languages in which a questionnaire can be answered, its own first."""
    able = [language for language in languages if language.speaks(questionnaire)]
    return tuple(sorted(able, key=lambda language: (language.code != OWN_LANGUAGE, language.name)))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
