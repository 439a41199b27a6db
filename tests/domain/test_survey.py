from typing import Any

import pytest

from terreno_app.domain.fields import Json
from terreno_app.domain.survey import asked, response_problems, response_with_defaults, result_of
from tests.factories import catalogues

WHOLE: dict[str, Json] = {
    "P1": 7,
    "P2a": 7,
    "P2b": 5,
    "P2c": 6,
    "P2d": "NS",
    "P2e": 4,
    "P3": "parcial",
    "P4": "si",
    "P5": "no",
    "P6": "redes sociales",
}


def _codes(**fields: Any) -> list[tuple[str, str]]:
    stored = response_with_defaults(fields, catalogues())
    return [(problem.field, problem.code) for problem in response_problems(stored, catalogues())]


def test_answers_alone_make_a_response() -> None:
    stored = response_with_defaults({"answers": WHOLE, "none_reason": None}, catalogues())

    assert stored == {
        "questionnaire": "encuesta_satisfaccion",
        "questionnaire_version": 1,
        "questionnaire_digest": catalogues().questionnaire.digest,
        "mode": "on_screen",
        "answers": WHOLE,
        "result": "complete",
    }
    assert response_problems(stored, catalogues()) == ()


def test_who_does_not_answer_is_counted_with_the_reason() -> None:
    stored = response_with_defaults({"none_reason": "no_time"}, catalogues())

    assert stored["result"] == "none"
    assert response_problems(stored, catalogues()) == ()


def test_a_question_appears_only_after_the_answer_that_calls_for_it() -> None:
    questionnaire = catalogues().questionnaire

    plain = {question.id for question in asked(questionnaire, {"P5": "no"})}
    troubled = {question.id for question in asked(questionnaire, {"P5": "si"})}

    assert troubled - plain == {"P5b"}


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        (WHOLE, "complete"),
        ({**WHOLE, "P7": "más sillas"}, "complete"),
        ({**WHOLE, "P5": "si"}, "partial"),
        ({**WHOLE, "P5": "si", "P5b": "trato"}, "complete"),
        ({**WHOLE, "P1": None}, "partial"),
        ({"P1": None}, "none"),
        ({}, "none"),
    ],
)
def test_a_response_is_complete_when_every_core_question_has_its_answer(answers: dict[str, Json], result: str) -> None:
    assert result_of(catalogues().questionnaire, answers) == result


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("P1", 0),
        ("P1", 8),
        ("P1", "7"),
        ("P1", True),
        ("P1", [7]),
        ("P3", "quizás"),
        ("P4", {"si": True}),
        ("P6", "un dron"),
        ("P7", "x" * 601),
        ("P7", 3),
    ],
)
def test_an_answer_that_is_not_among_the_possible_ones_is_named(question: str, answer: Json) -> None:
    assert _codes(answers={**WHOLE, question: answer}) == [(f"answers.{question}", "unknown_code")]


def test_an_answer_to_a_question_that_does_not_exist_is_named() -> None:
    assert _codes(answers={**WHOLE, "P99": 1}) == [("answers.P99", "unknown_field")]


def test_a_yes_is_understood_with_its_accent() -> None:
    stored = response_with_defaults({"answers": {**WHOLE, "P4": "Sí"}}, catalogues())

    assert stored["answers"] == WHOLE


def test_an_emptied_answer_is_none() -> None:
    assert _codes(answers={**WHOLE, "P2a": None}) == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, ("result", "required")),
        ({"result": "none"}, ("none_reason", "required")),
        ({"result": "none", "none_reason": "refused", "answers": {"P1": 7}}, ("answers", "not_allowed")),
        ({"result": "complete", "none_reason": "refused", "answers": WHOLE}, ("none_reason", "not_allowed")),
        ({"result": "complete"}, ("answers", "required")),
        (
            {"answers": WHOLE, "started_at": "2026-11-21T15:00:00.000Z", "finished_at": "2026-11-21T14:00:00.000Z"},
            ("finished_at", "out_of_order"),
        ),
    ],
)
def test_a_response_that_contradicts_itself_is_named(fields: dict[str, Json], problem: tuple[str, str]) -> None:
    assert _codes(**fields) == [problem]


def test_sealed_answers_are_answers() -> None:
    assert _codes(result="complete", answers_sealed="c2VsbGFkbw==", started_at="2026-11-21T15:00:00.000Z") == []


def test_answers_to_a_questionnaire_of_another_laptop_are_taken_as_they_are() -> None:
    fields = {"questionnaire": "otra", "questionnaire_version": 9, "result": "complete", "answers": {"Q1": "hola"}}

    assert _codes(**fields) == []
    assert _codes(**{**fields, "result": None}) == [("result", "required")]
