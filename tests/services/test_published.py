"""What the centre publishes reaches the stand: the survey that is asked, and what may be chosen."""

import pytest

from sync.core.schema import SHARED_FEED
from terreno_app.desktop import OpenLaptop, compose
from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.errors import RejectedDraftError
from terreno_app.services.published import Published
from tests.factories import OFFICER, FixedClock, a_question, a_questionnaire, catalogues, published
from tests.services.conftest import Counted, Enrol


def opened_again(laptop: OpenLaptop, clock: FixedClock) -> OpenLaptop:
    random = Counted()
    random.given = 1_000
    return compose(laptop.folder, catalogues(), clock, random)


@pytest.fixture
def office(enrol: Enrol) -> OpenLaptop:
    """A coordination laptop of all regions."""
    return enrol(role="coordination", region=SHARED_FEED)


def publish(laptop: OpenLaptop, version: int, *questions: dict[str, object]) -> str:
    content = a_questionnaire(version, *questions)
    return laptop.paper.register_one({"kind": "questionnaire", **published(content)}, OFFICER).id


def test_a_questionnaire_that_was_published_is_asked_when_the_laptop_is_opened(
    office: OpenLaptop, clock: FixedClock
) -> None:
    publish(office, 2)

    assert office.survey.questionnaire.version == 1
    again = opened_again(office, clock)
    assert again.survey.questionnaire.version == 2
    assert [language.code for language in again.survey.languages] == ["es-CL"]
    again.store.close()


def test_what_is_answered_names_the_very_content(office: OpenLaptop, clock: FixedClock) -> None:
    publish(office, 2)
    again = opened_again(office, clock)
    asked = again.survey.questionnaire

    outing = again.paper.register_one(
        {
            "kind": "outing",
            "planned_on": "2026-11-21",
            "comuna": "13110",
            "place_name": "Feria",
            "sampling": {"method": "census"},
        },
        OFFICER,
    )
    again.outings.open(outing.id, OFFICER)
    attended = again.attentions.register(AttentionDraft({"type": "enquiry", "topic": "vivienda"}), OFFICER).id
    again.survey.hand_in(attended, asked, {"P1": 7}, mode="on_screen", started_at=None, author=OFFICER)

    stored = again.store.shown("survey_response", attended)
    assert stored is not None
    assert stored.fields["questionnaire_version"] == 2
    assert stored.fields["questionnaire_digest"] == asked.digest != catalogues().questionnaire.digest
    again.store.close()


def test_it_is_told_once_that_something_new_was_published(office: OpenLaptop) -> None:
    news = Published(office.store, catalogues())
    before = news.arrived()

    publish(office, 2)
    first, second = news.arrived(), news.arrived()
    publish(office, 3)

    assert (before, second) == ([], [])
    assert [warning.code for warning in (*first, *news.arrived())] == ["published", "published"]


def test_a_version_that_exists_takes_no_other_questions(office: OpenLaptop, clock: FixedClock) -> None:
    record = publish(office, 2)
    again = opened_again(office, clock)

    with pytest.raises(RejectedDraftError) as caught:
        publish(again, 2, a_question(texto="¿Otra pregunta?"))

    assert [problem.code for problem in caught.value.problems] == ["used"]
    shown = again.store.shown("questionnaire", record)
    assert shown is not None
    with pytest.raises(RejectedDraftError) as changed:
        again.editing.change("questionnaire", record, {"version": 3}, {}, OFFICER)
    assert [problem.code for problem in changed.value.problems if problem.field == "version"] == ["immutable"]
    again.editing.change("questionnaire", record, {"state": "withdrawn"}, {}, OFFICER)
    again.store.close()


@pytest.mark.parametrize(("role", "region"), [("field", "13"), ("coordination", "13"), ("field", SHARED_FEED)])
def test_nobody_publishes_from_the_stand_or_for_one_region(enrol: Enrol, role: str, region: str) -> None:
    with pytest.raises(RejectedDraftError) as caught:
        publish(enrol(role=role, region=region), 2)

    assert [problem.code for problem in caught.value.problems] == ["not_allowed"]
