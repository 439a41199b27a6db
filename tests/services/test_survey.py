"""The survey at the stand: who waits, what is stored of them, and that nobody reads it here."""

from datetime import timedelta
from typing import Any

import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.errors import RejectedDraftError, ServiceError
from tests.factories import NOON, OFFICER, FixedClock

ANSWERS = {"P1": 7, "P7": "más sombra"}


def attend(laptop: OpenLaptop, **fields: Any) -> str:
    draft = AttentionDraft({"type": "enquiry", "topic": "vivienda", **fields})
    return laptop.attentions.register(draft, OFFICER).id


@pytest.fixture
def census(laptop: OpenLaptop) -> OpenLaptop:
    """A field laptop with an outing open in which everybody is drawn."""
    planned = laptop.paper.register_one(
        {
            "kind": "outing",
            "planned_on": "2026-11-21",
            "comuna": "13110",
            "place_name": "Feria libre",
            "sampling": {"method": "census"},
        },
        OFFICER,
    )
    laptop.outings.open(planned.id, OFFICER)
    return laptop


def hand_in(laptop: OpenLaptop, attention: str, answers: dict[str, Any] | None = None, **changes: Any) -> None:
    given = {"mode": "on_screen", "started_at": NOON, "author": OFFICER, **changes}
    laptop.survey.hand_in(attention, laptop.survey.questionnaire, answers or ANSWERS, **given)


def say_why(laptop: OpenLaptop, attention: str, reason: str, **changes: Any) -> None:
    given = {"mode": "on_screen", "started_at": None, "author": OFFICER, **changes}
    laptop.survey.not_answered(attention, laptop.survey.questionnaire, reason, **given)


def response(laptop: OpenLaptop, attention: str) -> dict[str, Any]:
    shown = laptop.store.shown("survey_response", attention)
    assert shown is not None
    return dict(shown.fields)


def waiting(laptop: OpenLaptop) -> list[str]:
    return [one.id for one in laptop.survey.waiting()]


def test_whoever_was_drawn_waits_the_longest_wait_first(census: OpenLaptop, clock: FixedClock) -> None:
    first = attend(census)
    clock.move(minutes=5)
    second = attend(census, topic="pensiones")

    people = census.survey.waiting()

    assert [one.id for one in people] == [first, second]
    assert people[1].topic == "pensiones"
    assert people[0].folio.startswith("T07-2026-")


def test_who_was_not_drawn_is_no_adult_or_whose_attention_is_void_does_not_wait(census: OpenLaptop) -> None:
    attend(census, persons_count=3)
    attend(census, age_band="T00_13")
    voided = attend(census)
    census.attentions.void(voided, "ingresada dos veces", census.attentions.open(voided).seen, OFFICER)

    assert waiting(census) == []


def test_after_the_outing_its_people_still_wait_for_their_questionnaires_on_paper(census: OpenLaptop) -> None:
    attention = attend(census)
    session = census.outings.current()
    assert session is not None

    census.outings.close(session.outing, OFFICER)

    assert waiting(census) == [attention]


def test_what_is_handed_in_is_stored_sealed_with_its_hours(census: OpenLaptop, clock: FixedClock) -> None:
    attention = attend(census)
    clock.move(seconds=80)

    hand_in(census, attention)

    stored = response(census, attention)
    sealed = stored.pop("answers_sealed")
    assert stored == {
        "questionnaire": "encuesta_satisfaccion",
        "questionnaire_version": 1,
        "questionnaire_digest": census.survey.questionnaire.digest,
        "mode": "on_screen",
        "started_at": "2026-11-21T15:04:05.123Z",
        "finished_at": "2026-11-21T15:05:25.123Z",
        "result": "partial",
    }
    assert "sombra" not in sealed
    assert waiting(census) == []
    assert census.attentions.counts(census.outings.current()).waiting_surveys == 0


@pytest.mark.parametrize("mode", ["assisted", "paper"])
def test_the_way_in_which_it_was_answered_is_marked(census: OpenLaptop, mode: str) -> None:
    attention = attend(census)

    hand_in(census, attention, mode=mode, started_at=None)

    stored = response(census, attention)
    assert stored["mode"] == mode
    assert "started_at" not in stored


def test_a_clock_that_was_set_back_keeps_nobody_from_handing_in(census: OpenLaptop) -> None:
    attention = attend(census)

    hand_in(census, attention, started_at=NOON + timedelta(hours=1))

    stored = response(census, attention)
    assert stored["started_at"] == stored["finished_at"]


def test_why_somebody_did_not_answer_is_stored_without_answers(census: OpenLaptop) -> None:
    attention = attend(census)

    say_why(census, attention, "left", started_at=NOON)

    stored = response(census, attention)
    assert (stored["result"], stored["none_reason"]) == ("none", "left")
    assert "answers_sealed" not in stored
    assert waiting(census) == []


def test_a_reason_that_nobody_knows_is_refused(census: OpenLaptop) -> None:
    attention = attend(census)

    with pytest.raises(RejectedDraftError):
        say_why(census, attention, "llovía")

    assert waiting(census) == [attention]


def test_an_impossible_answer_is_refused(census: OpenLaptop) -> None:
    attention = attend(census)

    with pytest.raises(RejectedDraftError):
        hand_in(census, attention, {"P1": 9})

    assert waiting(census) == [attention]


def test_a_response_is_written_once(census: OpenLaptop) -> None:
    attention = attend(census)
    hand_in(census, attention)

    with pytest.raises(ServiceError) as again:
        hand_in(census, attention, {"P1": 1})
    with pytest.raises(ServiceError) as late:
        say_why(census, attention, "refused")

    assert (again.value.code, late.value.code) == ("survey_answered", "survey_answered")


def test_only_a_person_whom_the_draw_selected_hands_in(census: OpenLaptop) -> None:
    group = attend(census, persons_count=2)

    with pytest.raises(ServiceError) as refused:
        hand_in(census, group)
    with pytest.raises(ServiceError) as unknown:
        hand_in(census, "01990000-0000-7000-8000-00000000ffff")

    assert (refused.value.code, unknown.value.code) == ("survey_not_drawn", "unknown_record")
