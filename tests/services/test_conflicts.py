import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.errors import ServiceError
from tests.factories import ATTENTION, DEVICE, OFFICER
from tests.services.pages import COLLEAGUE, KEPT, OTHER, a_conflict, a_record, pull_a_conflict, pulled


@pytest.fixture
def office(enrol) -> OpenLaptop:
    return enrol(role="coordination")


def test_a_conflict_is_shown_with_who_and_when(office: OpenLaptop) -> None:
    pull_a_conflict(office, ATTENTION)

    (view,) = office.conflicts.open()

    assert view.title == "Consulta · Registro Social de Hogares"
    assert view.folio == "T01-2026-000001-6"
    assert (view.before, view.kept, view.other) == ({"programme": "PGU"}, {"programme": "RSH"}, {"programme": "SUF"})
    assert (view.kept_author_name, view.other_author_name) == ("Iván Cárdenas", "Marcela Soto")
    assert view.seen == {"programme": KEPT}
    assert office.store.shown("attention", ATTENTION).state == "conflict"


@pytest.mark.parametrize(
    ("choice", "programme"),
    [({"keep": "kept"}, "RSH"), ({"keep": "other"}, "SUF"), ({"values": {"programme": "PGU"}}, "PGU")],
    ids=["keep what stands", "take the other", "write"],
)
def test_a_decision_is_an_op_that_names_the_conflict(office: OpenLaptop, choice: dict, programme: str) -> None:
    pull_a_conflict(office, ATTENTION)
    (view,) = office.conflicts.open()

    op = office.conflicts.resolve(view, OFFICER, **choice)

    (own,) = office.store.own_ops("attention", ATTENTION)
    assert own.op.id == op
    assert own.op.resolves == (view.id,)
    assert own.op.fields == {"programme": programme}
    assert own.op.seen == {"programme": KEPT}
    assert office.conflicts.open() == ()
    assert office.conflicts.all()[0].state == "closed"


def test_a_decision_is_taken_once(office: OpenLaptop) -> None:
    pull_a_conflict(office, ATTENTION)
    (view,) = office.conflicts.open()
    office.conflicts.resolve(view, OFFICER, keep="kept")

    with pytest.raises(ServiceError) as refused:
        office.conflicts.resolve(office.conflicts.find(view.id), OFFICER, keep="other")

    assert refused.value.code == "unknown_conflict"


def test_a_field_laptop_decides_only_over_its_own_value(laptop: OpenLaptop) -> None:
    pull_a_conflict(laptop, ATTENTION)
    (view,) = laptop.conflicts.open()

    with pytest.raises(ServiceError) as refused:
        laptop.conflicts.resolve(view, OFFICER, keep="kept")

    assert refused.value.code == "may_not_resolve"


def test_a_field_laptop_decides_over_what_it_wrote(laptop: OpenLaptop) -> None:
    pull_a_conflict(laptop, ATTENTION, other_device=DEVICE)
    (view,) = laptop.conflicts.open()

    assert view.mine is True
    assert laptop.conflicts.resolve(view, OFFICER, keep="other")


def test_values_that_this_laptop_may_not_see_cannot_be_decided_here(laptop: OpenLaptop) -> None:
    pull_a_conflict(laptop, ATTENTION, name="description", other={}, before={}, other_device=DEVICE)
    (view,) = laptop.conflicts.open()

    with pytest.raises(ServiceError) as refused:
        laptop.conflicts.resolve(view, OFFICER, keep="kept")

    assert refused.value.code == "may_not_resolve"


def test_a_field_of_a_newer_version_is_decided_by_one_that_knows_whether_it_is_private(office: OpenLaptop) -> None:
    pull_a_conflict(office, ATTENTION, name="nickname")
    (view,) = office.conflicts.open()

    with pytest.raises(ServiceError) as refused:
        office.conflicts.resolve(view, OFFICER, keep="other")

    assert refused.value.code == "newer_conflict"


def test_a_record_of_a_newer_version_is_shown_and_not_decided(office: OpenLaptop) -> None:
    pulled(office, a_record("visit", ATTENTION, {"note": "a"}, 1, conflicts=[a_conflict(ATTENTION, name="note")]))
    (view,) = office.conflicts.open()

    with pytest.raises(ServiceError) as refused:
        office.conflicts.resolve(view, OFFICER, keep="kept")

    assert refused.value.code == "newer_conflict"


def test_a_conflict_that_is_not_here_is_told(office: OpenLaptop) -> None:
    with pytest.raises(ServiceError) as refused:
        office.conflicts.find(f"{OTHER}/programme")

    assert refused.value.code == "unknown_conflict"


def test_titles_name_the_place_of_an_outing_and_the_topic_of_an_attention(office: OpenLaptop) -> None:
    pulled(
        office,
        a_record(
            "outing",
            ATTENTION,
            {"code": "S-T01-2026-001", "place_name": "Plaza de Maipú", "status": "planned"},
            1,
            conflicts=[a_conflict(ATTENTION, "goal_attentions")],
        ),
        a_record(
            "attention",
            COLLEAGUE,
            {"type": "complaint", "topic": "salud"},
            2,
            conflicts=[{**a_conflict(COLLEAGUE, "topic"), "id": f"{KEPT}/topic"}],
        ),
    )

    titles = {view.title for view in office.conflicts.open()}

    assert titles == {"Plaza de Maipú", "Reclamo · Salud"}


def test_offline_the_history_is_that_of_this_laptop_and_says_so(stand: OpenLaptop) -> None:
    done = stand.attentions.register(AttentionDraft({"type": "enquiry", "topic": "salud"}), OFFICER)
    stand.editing.edit("attention", done.id, ["topic=vivienda"], OFFICER)

    told = stand.conflicts.history("attention", done.id)

    assert told.complete is False
    assert [op["status"] for op in told.ops] == ["local", "local"]
    assert told.ops[1]["fields"] == {"topic": "vivienda"}
    assert {op["author_name"] for op in told.ops} == {""}


def test_the_history_of_nothing_is_told(stand: OpenLaptop) -> None:
    with pytest.raises(ServiceError) as refused:
        stand.conflicts.history("attention", ATTENTION)

    assert refused.value.code == "unknown_record"
