"""The centre with the kinds of the OIRS: what the seam tells it is what it needs."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from terreno_app.domain.published import with_published
from terreno_app.domain.records import kind_named
from terreno_app.domain.reports import comparison, monthly_summary
from terreno_app.domain.reports.spec import tally
from terreno_app.reconciliation import schema
from tests.central.speaking import Laptop, World, reasons, sealed_for, statuses
from tests.factories import (
    OFFICER,
    OUTING,
    a_question,
    a_questionnaire,
    an_attention,
    an_identity,
    an_outing,
    catalogues,
    published,
)


@pytest.fixture
def oirs(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, schema=schema(catalogues()))
    yield made
    made.store.close()


def save(laptop: Laptop, kind: str, record: str | None = None, **fields: object) -> tuple[str, str | None]:
    """Push one record as a laptop would write it: its status or reason, and its id."""
    private = kind_named(kind).private
    values = {name: value for name, value in fields.items() if name in private}
    spec = kind_named(kind)
    whole = {other: None for name in fields for other in spec.group_of(name)} | fields
    values = {name: value for name, value in whole.items() if name in private}
    public = {name: value for name, value in whole.items() if name not in private}
    op = laptop.op(kind, record=record, fields=public, values=values or None)  # type: ignore[arg-type]
    answer = laptop.push(op, values={op.id: values} if values else None)  # type: ignore[dict-item]
    return op.record, reasons(answer)[0] or statuses(answer)[0]


def test_an_attention_with_its_identity_is_applied(oirs: World) -> None:
    laptop, office = oirs.laptop(), oirs.coordination()

    record, attention = save(laptop, "attention", **an_attention())
    _, identity = save(laptop, "identity", record, **an_identity())

    assert (attention, identity) == ("applied", "applied")
    assert office.pulled("identity")[record].fields["names"] == an_identity()["names"]


def test_sealed_survey_answers_reach_coordination_opened(oirs: World) -> None:
    laptop, office = oirs.laptop(), oirs.coordination()

    record, status = save(
        laptop, "survey_response", result="complete", answers_sealed=sealed_for(oirs, {"q1": 7, "q2": "Señora"})
    )

    assert status == "applied"
    assert office.pulled("survey_response")[record].fields["answers"] == {"q1": 7, "q2": "Señora"}
    assert laptop.pulled("survey_response")[record].fields == {"result": "complete"}


def test_what_the_centre_writes_itself_fits_the_kinds_of_the_oirs(oirs: World) -> None:
    laptop, office = oirs.laptop(), oirs.coordination()
    save(laptop, "attention", **{**an_attention(), "topic": "unheard_of"})

    written = [record for record in office.page().records if record.kind in {"quarantine", "device"}]

    assert {record.kind for record in written} == {"quarantine", "device"}
    for record in written:
        assert record.fields.keys() <= kind_named(record.kind).by_name.keys()
        checks = oirs.centre.ground.checks
        kind = checks.kind(record.kind)
        assert kind is not None
        assert checks.types(kind, record.fields, lambda _: frozenset()) is None


def test_a_topic_that_coordination_publishes_heals_what_waited_for_it(oirs: World) -> None:
    laptop, office, national = oirs.laptop(), oirs.coordination(), oirs.coordination("CL")
    record, before = save(laptop, "attention", **{**an_attention(), "topic": "incendios"})

    topic = national.op(
        "topic", fields={"code": "incendios", "version": 1, "state": "published", "name": "Incendios"}, region="CL"
    )
    national.push(topic, region="CL")

    assert before == "unknown_code"
    assert office.pulled("attention")[record].fields["topic"] == "incendios"


def test_what_all_regions_must_know_alike_is_published_for_none_alone(oirs: World) -> None:
    office = oirs.coordination()

    _, topic = save(office, "topic", code="incendios", version=1, state="published", name="Incendios")
    _, goal = save(office, "coverage_goal", year=2026, metric="attentions", target=10)

    assert (topic, goal) == ("outside_scope", "applied")


def test_a_questionnaire_reaches_every_stand_and_never_asks_anything_else(oirs: World) -> None:
    stand, national = oirs.laptop(), oirs.coordination("CL")
    first, other = a_questionnaire(2), a_questionnaire(2, a_question(texto="¿Otra pregunta?"))
    op = national.op("questionnaire", fields=published(first), region="CL")
    national.push(op, region="CL")

    changed = national.op(
        "questionnaire", record=op.record, fields={"content": other}, seen={"content": op.id}, region="CL"
    )
    answer = national.push(changed, region="CL")

    assert reasons(answer) == ["immutable"]
    (held,) = stand.pulled("questionnaire", feed="CL").values()
    assert held.fields["content"] == first
    assert with_published(catalogues(), [("questionnaire", held.fields)]).questionnaire.version == 2


def counted(oirs: World, report: ModuleType, *beside: Any) -> tuple[dict[str, Any], Any]:
    """A month in the life of a centre, counted plainly, and what a report says of it: the centre says the same."""
    laptop, office = oirs.laptop(), oirs.coordination()
    outing, _ = save(laptop, "outing", **an_outing())
    first, _ = save(laptop, "attention", **an_attention(outing=outing, sex="F", wait_min=4, persons_count=3))
    save(laptop, "attention", **an_attention(received_at="2026-12-01T02:59:59.999Z", outing=outing, topic="salud"))
    save(laptop, "attention", **an_attention(received_at="2026-12-01T03:00:00.000Z", outing=outing))
    save(laptop, "attention", **an_attention(status="voided", void_reason="ingresada dos veces"))
    save(laptop, "attention", **an_attention(received_at="2026-10-20T12:00:00.000Z", space="oirs", outing=None))
    save(laptop, "referral", attention=first, institution="IPS", status="sent", due_on="2026-11-25")
    stay = {"opened_at": "2026-11-21T13:00:00.000Z", "closed_at": "2026-11-21T17:00:00.000Z", "incidents": "lluvia"}
    save(laptop, "outing_session", outing=outing, device=laptop.device, opened_by=OFFICER, **stay)
    asked = report.spec("2026-11", None, "13")

    answer = oirs.centre.tallies(office.held, asked.to_wire())

    records = [
        {"id": one.record, "kind": one.kind, "region": one.region, **one.fields} for one in office.page().records
    ]
    plain = {count.name: tally(records, count) for count in asked.counts}
    found, expected = (report.assemble(asked, tallies, *beside, {}) for tallies in (answer["tallies"], plain))
    assert found == expected
    assert answer["behind"] == {}
    return plain, found


def test_the_monthly_figures_are_those_of_the_records(oirs: World) -> None:
    plain, found = counted(oirs, monthly_summary)

    assert plain["totals"] == [{"n": 2, "sum:persons_count": 4}]
    assert plain["referred"] == [{"institution": "IPS", "distinct:attention": 1}]
    (row,) = found.tables["outings"]
    assert [row[name] for name in ("hours", "officers", "incidents")] == ["4.0", 1, 1]
    assert found.tables["referral_steps"]["overdue"] == 1


def test_what_a_month_is_compared_with_is_counted_alike(oirs: World) -> None:
    plain, _ = counted(oirs, comparison, {"attentions": 2})

    assert plain["accumulated_totals"] == [{"n": 3, "sum:persons_count": 5}]
    assert plain["before_totals"] == [{"n": 1, "sum:persons_count": 1}]


@pytest.mark.parametrize(
    ("persons", "status"), [(1, "applied"), (0, "wrong_type"), (-5, "wrong_type"), (100_001, "wrong_type")]
)
def test_a_count_that_would_falsify_the_totals_waits(oirs: World, persons: int, status: str) -> None:
    laptop = oirs.laptop()

    _, answered = save(laptop, "attention", **{**an_attention(), "persons_count": persons})

    assert answered == status


def test_only_its_device_writes_a_session(oirs: World) -> None:
    laptop, other = oirs.laptop(), oirs.laptop()
    session = {"outing": OUTING, "device": laptop.device, "opened_at": "2026-11-21T13:00:00.000Z"}

    record, made = save(laptop, "outing_session", **session)
    _, edited = save(other, "outing_session", record, attentions=900)
    _, forged = save(other, "acta", outing=OUTING, device=laptop.device)
    _, own = save(laptop, "outing_session", record, attentions=9)

    assert (made, edited, forged, own) == ("applied", "outside_scope", "outside_scope", "applied")


def test_what_is_erased_for_a_person_leaves_the_figures_with_it(oirs: World) -> None:
    laptop, office = oirs.laptop(), oirs.coordination()
    leader = an_attention(user_type="community_leader", org_name="Junta 4", org_type="JJVV")
    erased, status = save(laptop, "attention", **leader)
    kept, _ = save(laptop, "attention", **leader)
    oirs.centre.folding.catch_up(lambda: False)

    answer = office.push(office.op("attention", record=erased, erase=True))

    facts = dict(oirs.rows("SELECT id, v_org_type FROM fact_attention"))
    cells = oirs.rows("SELECT v_org_type, n FROM cube_attention_organisations ORDER BY n")
    assert (status, *statuses(answer)) == ("applied", "applied")
    assert facts == {erased: None, kept: "JJVV"}
    assert dict(cells) == {None: 1, "JJVV": 1}
