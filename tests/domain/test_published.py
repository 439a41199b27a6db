from datetime import date

import pytest

from terreno_app.domain.catalogues import Holiday
from terreno_app.domain.fields import Json
from terreno_app.domain.published import with_published
from tests.factories import catalogues


def _record(code: str, **fields: Json) -> dict[str, Json]:
    return {"code": code, "version": 1, "state": "published", "name": "Nombre nuevo", **fields}


def test_without_shared_records_the_shipped_catalogues_stand() -> None:
    assert with_published(catalogues(), []) is catalogues()
    assert with_published(catalogues(), [("topic", _record("clima", state="draft"))]) is catalogues()


def test_a_published_topic_can_be_chosen_and_has_its_words() -> None:
    shown = with_published(catalogues(), [("topic", _record("clima", name="Cambio climático"))])

    assert "clima" in shown.by_list["topic"]
    assert shown.labels.code("topic", "clima") == "Cambio climático"
    assert shown.version != catalogues().version


def test_the_highest_version_of_a_code_counts_whatever_the_order() -> None:
    old, new = _record("PGU", name="Antigua", version=2), _record("PGU", name="Nueva", version=3)

    for records in ([old, new], [new, old]):
        shown = with_published(catalogues(), [("programme", record) for record in records])
        assert shown.labels.code("programme", "PGU") == "Nueva"
        assert len(shown.programmes) == len(catalogues().programmes)


def test_what_is_withdrawn_keeps_its_code_and_words_for_old_records() -> None:
    shown = with_published(catalogues(), [("programme", _record("PGU", state="withdrawn"))])

    assert shown.is_withdrawn("programme", "PGU")
    assert "PGU" in shown.by_list["programme"]
    assert not shown.is_withdrawn("programme", "SUF")


def test_a_published_institution_may_be_a_public_body() -> None:
    record = _record("AGENCIA", public_body=True, topics=["datos_personales"], verified=True)

    entry = with_published(catalogues(), [("institution", record)]).institutions.get("AGENCIA")

    assert entry is not None
    assert (entry.public_body, entry.topics) == (True, ("datos_personales",))


def test_a_contact_fact_is_corrected_by_the_centre() -> None:
    shown = with_published(catalogues(), [("contact_fact", _record("tic", value="600 000 0000"))])

    fact = shown.contact_facts.get("tic")

    assert fact is not None
    assert fact.value == "600 000 0000"


@pytest.mark.parametrize(("state", "kept"), [("published", True), ("withdrawn", False)])
def test_a_holiday_by_law_is_added_and_taken_back(state: str, kept: bool) -> None:
    record = _record("2026-12-31", holiday_on="2026-12-31", state=state)

    shown = with_published(catalogues(), [("holiday", record)])

    assert (Holiday(date(2026, 12, 31), "Nombre nuevo") in shown.holidays) is kept
    assert list(shown.holidays) == sorted(shown.holidays, key=lambda holiday: (holiday.day, holiday.territories))


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        pytest.param("holiday", _record("sin-dia"), id="a holiday without a day"),
        pytest.param("holiday", _record("falso", holiday_on="2026-02-30"), id="a day that there is not"),
        pytest.param("topic", {"version": 1, "state": "published", "name": "Sin código"}, id="a topic without a code"),
        pytest.param("questionnaire", _record("q", content=[]), id="a questionnaire that asks nothing"),
    ],
)
def test_what_cannot_be_used_keeps_no_laptop_closed(kind: str, record: dict[str, Json]) -> None:
    shown = with_published(catalogues(), [(kind, record)])

    assert (shown.holidays, shown.topics, shown.questionnaires) == (
        catalogues().holidays,
        catalogues().topics,
        catalogues().questionnaires,
    )


def test_a_programme_that_is_published_anew_is_found_by_what_people_call_it() -> None:
    renamed = _record("AFP_MARZO", name="Aporte Familiar")

    programme = with_published(catalogues(), [("programme", renamed)]).programmes.by_code["AFP_MARZO"]

    assert programme.label == "Aporte Familiar"
    assert programme.aliases == ("bono marzo",)
