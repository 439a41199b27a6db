from typing import Any

import pytest

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.fields import Json
from terreno_app.domain.published import with_published
from terreno_app.domain.questionnaires import (
    UnfitQuestionnaireError,
    questionnaire_problems,
    read_published,
    read_questionnaire,
)
from terreno_app.domain.survey import response_problems, response_with_defaults
from tests.factories import a_question, a_questionnaire, catalogues, published


def _laid(*records: dict[str, Json]) -> Catalogues:
    return with_published(catalogues(), [("questionnaire", record) for record in records])


def test_the_newest_published_version_is_the_one_that_is_asked() -> None:
    second, third = a_questionnaire(2), a_questionnaire(3)

    laid = _laid(published(third), published(second))

    assert laid.questionnaire.version == 3
    assert [question.text for question in laid.questionnaire.questions] == ["¿Volvería al stand?"]
    assert laid.version != catalogues().version


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_is_not_published_is_not_asked(state: str) -> None:
    laid = _laid(published(a_questionnaire(2), state=state))

    assert laid.questionnaire == catalogues().questionnaire


def test_who_answered_a_version_that_was_withdrawn_still_answered_it() -> None:
    laid = _laid(published(a_questionnaire(2), state="withdrawn"))
    response: dict[str, Json] = {"questionnaire": "encuesta_satisfaccion", "questionnaire_version": 2}

    found = response_problems(response_with_defaults({**response, "answers": {"P1": 8}}, laid), laid)

    assert [(problem.field, problem.code) for problem in found] == [("answers.P1", "unknown_code")]


def test_the_survey_of_the_installation_cannot_be_withdrawn_from_under_the_draw() -> None:
    shipped = catalogues().questionnaire
    laid = _laid(published(a_questionnaire(2), state="withdrawn"))

    assert laid.questionnaire == shipped


def test_two_contents_of_one_version_never_stand_for_each_other() -> None:
    one, other = a_questionnaire(2), a_questionnaire(2, a_question(texto="¿Le explicaron bien?"))

    here, there = _laid(published(one), published(other)), _laid(published(other), published(one))

    assert here.questionnaire == there.questionnaire
    asked = {held.digest: held.questions[0].text for held in here.questionnaires[1:]}
    assert sorted(asked.values()) == ["¿Le explicaron bien?", "¿Volvería al stand?"]
    for digest, text in asked.items():
        response: dict[str, Json] = {
            "questionnaire": "encuesta_satisfaccion",
            "questionnaire_version": 2,
            "questionnaire_digest": digest,
            "answers": {"P1": 8},
        }
        found = response_problems(response_with_defaults(response, here), here)
        assert text in found[0].message


def test_a_response_says_by_digest_what_was_asked() -> None:
    stored = response_with_defaults({"answers": {"P1": 7}}, catalogues())

    assert stored["questionnaire_digest"] == catalogues().questionnaire.digest
    assert len(catalogues().questionnaire.digest) == 64


def test_a_questionnaire_with_other_questions_under_another_name_is_held_and_not_asked() -> None:
    laid = _laid(published({**a_questionnaire(9), "id": "otra"}))

    assert [(held.id, held.version) for held in laid.questionnaires] == [("encuesta_satisfaccion", 1), ("otra", 9)]
    assert laid.questionnaire == catalogues().questionnaire


_UNFIT: dict[str, Any] = {
    "no_questions": a_questionnaire(2, preguntas=[]),
    "too_many": a_questionnaire(2, *(a_question(id=f"Q{n}") for n in range(21))),
    "same_id": a_questionnaire(2, a_question(), a_question()),
    "odd_id": a_questionnaire(2, a_question(id="1; DROP")),
    "unknown_kind": a_questionnaire(2, a_question(id="Q1", tipo="estrellas")),
    "no_text": a_questionnaire(2, a_question(texto="  ")),
    "long_text": a_questionnaire(2, a_question(texto="m" * 121)),
    "one_option": a_questionnaire(2, a_question(id="Q1", tipo="opcion", texto="¿Cuál?")),
    "nine_options": a_questionnaire(2, a_question(id="Q1", tipo="opcion", texto=f"¿Cuál? ({'|'.join('abcdefghi')})")),
    "long_option": a_questionnaire(2, a_question(id="Q1", tipo="opcion", texto=f"¿Cuál? (a|{'b' * 49})")),
    "condition_on_what_comes_later": a_questionnaire(
        2, a_question(obligatoriedad="condicional:Q2=si"), a_question(id="Q2", tipo="si_no_ns")
    ),
    "condition_on_a_note": a_questionnaire(
        2, a_question(id="P1"), a_question(id="Q2", tipo="si_no_ns", obligatoriedad="condicional:P1=1")
    ),
    "two_free_texts": a_questionnaire(2, a_question(id="Q1", tipo="texto"), a_question(id="Q2", tipo="texto")),
    "nobody_may_decline": a_questionnaire(
        2, escala_likert7={"min_label": "malo", "max_label": "bueno", "sin_respuesta": ["NS"]}
    ),
    "scale_without_words": a_questionnaire(
        2, escala_likert7={"min_label": "", "max_label": "bueno", "sin_respuesta": ["NR"]}
    ),
    "no_scale": {**a_questionnaire(2), "escala_likert7": None},
    "text_that_is_a_number": a_questionnaire(2, a_question(texto=7)),
    "version_that_is_a_word": {**a_questionnaire(2), "version": "2"},
    "version_zero": {**a_questionnaire(2), "version": 0},
    "another_version": a_questionnaire(3),
    "another_answer_under_a_known_id": a_questionnaire(2, a_question(tipo="si_no_ns")),
    "nothing": {},
    "a_list": [],
}


@pytest.mark.parametrize("content", _UNFIT.values(), ids=_UNFIT)
def test_what_a_person_could_not_answer_is_neither_published_nor_asked(content: Any) -> None:
    fields = published(a_questionnaire(2)) | {"content": content}

    found = questionnaire_problems(fields, catalogues())

    assert [problem.field for problem in found] == ["content"]
    assert _laid(fields).questionnaire == catalogues().questionnaire
    with pytest.raises(UnfitQuestionnaireError):
        read_published(fields, catalogues().questionnaire)


def test_a_version_is_published_once() -> None:
    again, other = published(a_questionnaire(2)), published(a_questionnaire(2, a_question(texto="¿Otra cosa?")))
    laid = _laid(again)

    assert questionnaire_problems(again, laid) == ()
    assert [(p.field, p.code) for p in questionnaire_problems(other, laid)] == [("version", "used")]
    assert questionnaire_problems({**again, "state": "publicado"}, laid)[0].field == "state"


def test_every_condition_that_the_kiosk_can_meet_is_taken() -> None:
    content = a_questionnaire(
        2,
        a_question(id="Q1", tipo="opcion", texto="¿Cómo llegó? (a pie | en micro)"),
        a_question(id="Q2", obligatoriedad="condicional:Q1=en micro"),
    )

    assert read_questionnaire(content).questions[1].condition == ("Q1", "en micro")
