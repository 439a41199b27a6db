"""The words of the survey in each language that is offered."""

import json
from dataclasses import replace

import pytest

from terreno_app.domain.catalogues import Question
from terreno_app.domain.survey import choices_of
from terreno_app.domain.survey_language import SurveyLanguage, offered
from terreno_app.paths import resources
from terreno_app.storage.public_languages import load_public_languages
from tests.factories import catalogues

LANGUAGES = {one.survey.code: one.survey for one in load_public_languages(resources())}
SPANISH, ENGLISH = LANGUAGES["es-CL"], LANGUAGES["en"]
QUESTIONNAIRE = catalogues().questionnaire


def question(name: str) -> Question:
    return next(one for one in QUESTIONNAIRE.questions if one.id == name)


def test_spanish_and_english_are_offered_spanish_first() -> None:
    assert [one.name for one in offered((ENGLISH, SPANISH), QUESTIONNAIRE)] == ["Español", "English"]


def test_spanish_asks_as_the_questionnaire_is_written() -> None:
    assert SPANISH.text(QUESTIONNAIRE, question("P2a")) == "El trato y la amabilidad de quien le atendió"
    assert SPANISH.ends(QUESTIONNAIRE) == ("Pésimo", "Excelente")
    assert SPANISH.answer(QUESTIONNAIRE, question("P6"), "radio/TV") == "Radio/TV"
    assert SPANISH.answer(QUESTIONNAIRE, question("P3"), "parcial") == "En parte"


def test_english_translates_questions_options_and_ends() -> None:
    assert ENGLISH.text(QUESTIONNAIRE, question("P5")).startswith("Did you have any problem")
    assert ENGLISH.ends(QUESTIONNAIRE) == ("Very bad", "Excellent")
    assert ENGLISH.answer(QUESTIONNAIRE, question("P5b"), "trato") == "How I was treated"
    assert ENGLISH.answer(QUESTIONNAIRE, question("P4"), "NS") == "I do not know"


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_closed_answer_has_words_of_its_own(language: SurveyLanguage) -> None:
    for one in QUESTIONNAIRE.questions:
        told = [language.answer(QUESTIONNAIRE, one, answer) for answer in choices_of(one)]

        assert len(set(told)) == len(told)
        assert "NS" not in told


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_the_survey_is_called_confidential_and_never_anonymous(language: SurveyLanguage) -> None:
    told = json.dumps([getattr(language.words, name) for name in language.words.__slots__], ensure_ascii=False)

    assert "confiden" in language.words.confidential
    assert "anón" not in told.lower()
    assert "anonym" not in told.lower()


def test_a_language_without_this_version_or_an_option_is_not_offered() -> None:
    newer = replace(QUESTIONNAIRE, version=2)
    longer = replace(QUESTIONNAIRE, questions=(replace(question("P6"), options=("feria", "otro")),))

    assert offered((ENGLISH, SPANISH), newer) == (SPANISH,)
    assert offered((ENGLISH, SPANISH), longer) == (SPANISH,)
