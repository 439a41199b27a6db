import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync.client.keys import DeviceKeys, signature_holds
from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.errors import ServiceError
from tests.factories import OFFICER, FixedClock
from tests.services.pages import COLLEAGUE, OTHER_DEVICE, a_record, pulled

PLAN = {"kind": "outing", "planned_on": "2026-11-21", "comuna": "13110", "place_name": "Plaza"}


def test_an_outing_planned_here_gets_its_code(laptop: OpenLaptop) -> None:
    first = laptop.paper.register_one(PLAN, OFFICER)
    second = laptop.paper.register_one(PLAN, OFFICER)

    assert (first.folio, second.folio) == ("S-T07-2026-001", "S-T07-2026-002")


def test_opening_commits_the_seed_and_tells_it_nobody(laptop: OpenLaptop) -> None:
    planned = laptop.paper.register_one(PLAN, OFFICER)

    session = laptop.outings.open(planned.folio, OFFICER)

    shown = laptop.store.shown("outing_session", session.session)
    assert shown is not None
    assert shown.fields["seed_commitment"] == hashlib.sha256(laptop.outings.seed(session.session)).hexdigest()
    assert "seed" not in shown.fields
    assert session.sampling == {"method": "bernoulli", "p": "0.20"}
    assert session.other_day is False


def test_opening_twice_gives_the_same_session(laptop: OpenLaptop) -> None:
    planned = laptop.paper.register_one(PLAN, OFFICER)

    assert laptop.outings.open(planned.id, OFFICER) == laptop.outings.open(planned.id, OFFICER)


def test_one_session_at_a_time(stand: OpenLaptop) -> None:
    another = stand.paper.register_one(PLAN, OFFICER)

    with pytest.raises(ServiceError) as refused:
        stand.outings.open(another.id, OFFICER)

    assert refused.value.code == "session_open"


def test_the_close_reveals_the_seed_and_signs_the_acta(stand: OpenLaptop, clock: FixedClock) -> None:
    stand.attentions.register(AttentionDraft({"type": "enquiry", "topic": "salud", "persons_count": 2}), OFFICER)
    clock.move(hours=4)
    current = stand.outings.current()
    assert current is not None
    before = stand.store.ops_of_session(current.session)

    closed = stand.outings.close(current.code, OFFICER)

    acta = stand.store.shown("acta", closed.session)
    session = stand.store.shown("outing_session", closed.session)
    assert acta is not None
    assert session is not None
    assert acta.fields["root"] == hashlib.sha256("\n".join(before).encode()).hexdigest() == session.fields["acta_root"]
    assert acta.fields["counts"] == {"attentions": 1, "persons": 2, "voided": 0, "informed": 0}
    public = DeviceKeys(b"\x11" * 32, b"\x22" * 32).sign_key
    assert signature_holds(public, str(acta.fields["root"]).encode(), str(acta.fields["signature"]))
    assert stand.outings.current() is None
    assert stand.survey.verify(closed.code).mismatches == ()
    assert stand.survey.verify(closed.code).checked == 1


def test_a_closed_session_stays_closed(stand: OpenLaptop) -> None:
    current = stand.outings.current()
    assert current is not None
    stand.outings.close(current.outing, OFFICER)

    for again in (stand.outings.open, stand.outings.close):
        with pytest.raises(ServiceError) as refused:
            again(current.outing, OFFICER)
        assert refused.value.code in {"session_closed", "no_session"}
    with pytest.raises(ServiceError):
        stand.outings.add_informed("talk", 1, OFFICER)


def test_the_draw_of_an_open_session_cannot_be_checked_yet(stand: OpenLaptop) -> None:
    current = stand.outings.current()
    assert current is not None

    found = stand.survey.verify(current.outing)

    assert (found.sessions, found.open_sessions, found.checked) == (0, 1, 0)


def test_a_draw_that_was_tampered_with_is_found(stand: OpenLaptop) -> None:
    for _ in range(8):
        stand.attentions.register(AttentionDraft({"type": "enquiry", "topic": "salud"}), OFFICER)
    stand.attentions.register(
        AttentionDraft(
            {
                "type": "enquiry",
                "topic": "salud",
                "draw": {"u": "00" * 8, "p": "0.5", "selected": True, "eligible": True, "reason": None},
            }
        ),
        OFFICER,
    )
    current = stand.outings.current()
    assert current is not None
    stand.outings.close(current.outing, OFFICER)

    found = stand.survey.verify(current.outing)

    assert found.checked == 9
    assert len(found.mismatches) == 1


def test_an_unknown_outing_is_told(laptop: OpenLaptop) -> None:
    with pytest.raises(ServiceError) as refused:
        laptop.outings.open("S-T99-2026-001", OFFICER)

    assert refused.value.code == "unknown_outing"


def test_two_outings_of_one_code_need_the_id(laptop: OpenLaptop) -> None:
    for _ in range(2):
        laptop.paper.register_one({**PLAN, "code": "S-T01-2026-001"}, OFFICER)

    with pytest.raises(ServiceError) as refused:
        laptop.outings.open("S-T01-2026-001", OFFICER)

    assert refused.value.code == "ambiguous_outing"


def test_the_list_says_what_each_outing_is(stand: OpenLaptop) -> None:
    stand.paper.register_one({**PLAN, "planned_on": "2026-12-01"}, OFFICER)

    rows = stand.outings.rows()

    assert [row.words for row in rows] == ["planificada", "abierta en este equipo"]
    assert rows[1].comuna_name == "La Florida"
    assert rows[1].to_json()["session"] is not None


def test_an_outing_of_other_laptops_is_open_or_done_as_they_say(laptop: OpenLaptop) -> None:
    planned = laptop.paper.register_one(PLAN, OFFICER)
    session = {"outing": planned.id, "device": OTHER_DEVICE, "opened_at": "2026-11-21T12:00:00.000Z"}

    pulled(laptop, a_record("outing_session", COLLEAGUE, session, 1))
    (while_open,) = laptop.outings.rows()
    pulled(laptop, a_record("outing_session", COLLEAGUE, {**session, "closed_at": "2026-11-21T18:00:00.000Z"}, 2))
    (when_closed,) = laptop.outings.rows()

    assert (while_open.words, when_closed.words) == ("abierta en otro equipo", "realizada")


def test_what_happens_during_the_outing_is_counted_noted_and_taken_back(stand: OpenLaptop) -> None:
    stand.outings.add_informed("talk", 32, OFFICER)
    stand.outings.hand_out("Folleto", 150, OFFICER)
    stand.outings.hand_out("folleto", -50, OFFICER)
    view = stand.outings.note_incidents("Se cortó la luz una hora.", OFFICER)
    ops = len(stand.store.own_ops("outing_session", view.session))

    again = stand.outings.note_incidents("Se cortó la luz una hora.", OFFICER)

    assert view.informed_by_kind == {"material": 0, "talk": 32, "other": 0}
    assert [(one.item, one.quantity) for one in view.materials] == [("Folleto", 100)]
    assert view.incidents == "Se cortó la luz una hora."
    assert again == view
    assert len(stand.store.own_ops("outing_session", view.session)) == ops


def test_people_counted_by_two_keys_at_once_are_all_counted(stand: OpenLaptop) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: stand.outings.add_informed("other", 1, OFFICER), range(12)))

    current = stand.outings.current()

    assert current is not None
    assert current.informed == 12
