"""A survey while it is answered: one question after the other, back, and what would be handed in."""

import pytest

from terreno_app.domain.answering import DECLINED, Answering
from terreno_app.domain.survey import result_of
from tests.factories import catalogues

QUESTIONNAIRE = catalogues().questionnaire


def answered(**answers: object) -> Answering:
    """Go through the survey with these answers, declining every other question."""
    here = Answering(QUESTIONNAIRE)
    while True:
        here = here.answered(answers.get(here.question.id, DECLINED))
        if here.last:
            return here
        here = here.forward()


def test_it_begins_with_the_first_question_and_nothing_given() -> None:
    begun = Answering(QUESTIONNAIRE)

    assert (begun.question.id, begun.first, begun.last, begun.answer, begun.given) == ("P1", True, False, None, {})


def test_a_core_question_without_an_answer_is_not_passed_over() -> None:
    begun = Answering(QUESTIONNAIRE)

    assert not begun.may_go_on
    assert begun.forward() == begun


def test_an_answer_leads_on_and_back_finds_it_again() -> None:
    there = Answering(QUESTIONNAIRE).answered(6).forward()

    assert there.question.id == "P2a"
    assert there.back().answer == 6
    assert there.back().back().first


@pytest.mark.parametrize("impossible", [0, 8, "6", True, "quizás"])
def test_an_impossible_answer_changes_nothing(impossible: object) -> None:
    begun = Answering(QUESTIONNAIRE).answered(5)

    assert begun.answered(impossible).answer == 5  # type: ignore[arg-type]


def test_who_declines_every_question_has_been_through_all_of_them() -> None:
    declined = answered()

    assert set(declined.given.values()) == {DECLINED}
    assert "P5b" not in declined.given


def test_the_last_question_needs_no_answer_and_a_blank_one_is_none() -> None:
    end = answered(P7="  ")

    assert end.question.id == "P7"
    assert end.may_go_on
    assert end.forward() == end
    assert "P7" not in end.given


def test_a_text_is_handed_in_without_the_blanks_around_it() -> None:
    assert answered(P7=" más sombra\n").given["P7"] == "más sombra"


def test_an_answer_to_a_question_that_went_away_is_not_handed_in() -> None:
    troubled = answered(P5="si", P5b="trato")
    while troubled.question.id != "P5":
        troubled = troubled.back()

    calm = troubled.answered("no")

    assert troubled.given["P5b"] == "trato"
    assert "P5b" not in calm.given
    assert len(calm.questions) == len(troubled.questions) - 1
    assert calm.answered("si").given["P5b"] == "trato"


def test_what_was_given_half_way_is_a_partial_response() -> None:
    half = Answering(QUESTIONNAIRE).answered(7).forward().answered(6)

    assert half.given == {"P1": 7, "P2a": 6}
    assert result_of(QUESTIONNAIRE, half.given) == "partial"
    assert result_of(QUESTIONNAIRE, answered(P1=7).given) == "complete"
