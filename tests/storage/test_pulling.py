from dataclasses import replace

import orjson
import pytest

from sync.core.ops import Op
from sync.core.protocol import Page
from tests.storage.laptop import AT, AUTHOR, IDENTITY, TOPIC, Laptop, a_uuid
from tests.storage.tiny_centre import HELD_BACK, KEY_ID, TinyCentre, pull_all, push_all

ELSEWHERE = a_uuid(4_000_000)


def test_records_of_others_are_shown_as_the_centre_has_them(laptop, centre):
    centre.write("attention", ELSEWHERE, {"topic": "agua", "status": None})

    pull_all(laptop.store, centre)

    shown = laptop.store.shown("attention", ELSEWHERE)
    assert dict(shown.fields) == {"topic": "agua", "status": None}
    assert set(shown.writers) == {"topic", "status"}
    assert (shown.state, shown.proof, shown.made_here) == ("received", None, False)


def test_a_yes_that_comes_in_the_place_of_a_one_is_shown(laptop, centre):
    centre.write("attention", ELSEWHERE, {"persons_count": 1})
    pull_all(laptop.store, centre)
    centre.write("attention", ELSEWHERE, {"persons_count": True})

    pull_all(laptop.store, centre)

    assert laptop.store.shown("attention", ELSEWHERE).fields["persons_count"] is True


def test_what_the_centre_said_is_known_whole_beneath_an_edit_of_this_laptop(laptop, centre):
    told = {"topic": "agua", "status": None, "persons_count": 1}
    centre.write("attention", ELSEWHERE, told)
    pull_all(laptop.store, centre)

    laptop.save({"persons_count": True}, record=ELSEWHERE)
    laptop.save({"folio": "T07-2026-000001-9"}, record=ELSEWHERE)

    assert dict(laptop.store.confirmed("attention", ELSEWHERE)) == told
    assert type(laptop.store.confirmed("attention", ELSEWHERE)["persons_count"]) is int


def test_what_the_centre_said_is_read_as_an_earlier_version_kept_it(laptop, centre):
    told = {"topic": "agua", "status": None}
    centre.write("attention", ELSEWHERE, told)
    pull_all(laptop.store, centre)
    laptop.save({"topic": "luz", "folio": "T07-2026-000001-9"}, record=ELSEWHERE)
    writer = laptop.store.shown("attention", ELSEWHERE).writers["status"]
    whole = orjson.dumps({"fields": told, "writer": writer, "writers": {}}).decode()

    with laptop.store._connections.writing() as connection:
        connection.execute("UPDATE shown SET base = ? WHERE record = ?", (whole, ELSEWHERE))

    assert dict(laptop.store.confirmed("attention", ELSEWHERE)) == told


def test_an_erasure_comes_with_an_op_in_quarantine_by_somebody_who_did_not_know_of_it(laptop, centre):
    op = laptop.save({"topic": HELD_BACK, "description": "larga"})
    erasure = Op(a_uuid(5_000_000), "attention", laptop.record_of(op), "13", 1, {}, {}, AUTHOR, AT, erase=True)
    push_all(laptop.store, centre)
    page = centre.page("13", 0)
    told = {"erase": {"op": erasure.to_wire(), "key": KEY_ID, "signature": ""}}

    laptop.store.accept_page(0, replace(page, records=(replace(page.records[0], extra=told),)))

    assert laptop.store.op(op).values == {}
    assert laptop.fields(op) == {"topic": HELD_BACK}


def test_a_device_reads_the_shared_feed_and_its_region(laptop, centre):
    centre.write("topic", a_uuid(1), {"label": "Agua"}, region="CL")
    centre.write("attention", a_uuid(2), {"topic": "agua"}, region="05")

    pull_all(laptop.store, centre)

    assert laptop.store.feeds() == ("CL", "13")
    assert laptop.store.shown(TOPIC.name, a_uuid(1)) is not None
    assert laptop.store.shown("attention", a_uuid(2)) is None


def test_a_device_for_all_regions_reads_every_feed(tmp_path):
    laptop = Laptop.enrolled(tmp_path, region="CL")

    feeds = laptop.store.feeds()

    assert feeds[:2] == ("CL", "01")
    assert len(feeds) == 17
    laptop.store.close()


def test_pages_follow_each_other_by_the_cursor(laptop, centre):
    for n in range(5):
        centre.write("attention", a_uuid(100 + n), {"topic": str(n)})

    pull_all(laptop.store, centre, limit=2)

    assert len(laptop.store.select("attention")) == 5
    assert laptop.store.cursor("13") == 5
    assert laptop.store.cursors() == {"13": 5, "CL": 0}


def test_a_page_asked_with_another_cursor_is_ignored(laptop, centre):
    centre.write("attention", ELSEWHERE, {"topic": "agua"})
    page = centre.page("13", 0)
    assert laptop.store.accept_page(0, page) == 1

    assert laptop.store.accept_page(0, page) == 0
    assert laptop.store.accept_page(7, page) == 0
    assert laptop.store.cursor("13") == 1


def test_a_page_of_another_epoch_is_ignored(laptop, centre):
    centre.write("attention", ELSEWHERE, {"topic": "agua"})

    stored = laptop.store.accept_page(0, replace(centre.page("13", 0), epoch="epoch-0"))

    assert stored == 0
    assert laptop.store.shown("attention", ELSEWHERE) is None


def test_an_older_state_never_replaces_a_newer_one(laptop, centre):
    centre.write("attention", ELSEWHERE, {"topic": "agua"})
    old = centre.page("13", 0).records
    centre.write("attention", ELSEWHERE, {"topic": "luz"})
    pull_all(laptop.store, centre)

    stored = laptop.store.accept_page(2, Page("epoch-1", "13", 2, 3, False, old))

    assert stored == 0
    assert laptop.store.shown("attention", ELSEWHERE).fields["topic"] == "luz"


def test_a_pull_moves_the_base_beneath_and_never_an_unsent_edit(laptop, centre):
    op = laptop.save({"topic": "agua", "type": "enquiry"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)
    record = laptop.record_of(op)
    edit = laptop.save({"topic": "luz"}, record=record)
    centre.write("attention", record, {"topic": "gas", "type": "complaint"})

    pull_all(laptop.store, centre)

    shown = laptop.store.shown("attention", record)
    assert dict(shown.fields) == {"topic": "luz", "type": "complaint"}
    assert shown.writers["topic"] == edit
    assert shown.state == "local"


def test_what_the_base_contains_no_longer_lies_over_it(laptop, centre):
    op = laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)
    centre.write("attention", laptop.record_of(op), {"topic": "gas"})

    pull_all(laptop.store, centre)

    assert laptop.fields(op) == {"topic": "gas"}


def outside(centre, record, conflicts=()):
    told = centre.page("13", 0).records[-1]
    extra = {"only_conflicts": True}
    record = replace(told, record=record, fields={}, writer="", writers={}, conflicts=conflicts, extra=extra)
    return replace(centre.page("13", 0), records=(record,))


def test_what_is_held_of_a_record_outside_the_scope_stays_when_its_conflicts_are_told(laptop, centre):
    op = laptop.save({"topic": "agua"})
    record = laptop.record_of(op)
    push_all(laptop.store, centre)
    centre.write("attention", record, {"topic": "gas"})
    told = {"id": f"{op}/topic", "group": ["topic"], "state": "closed", "other_op": op, "against_op": None}
    signed = {"other_author": "ana", "other_device": "d", "other_at": "", "against_author": None, "against_at": None}

    laptop.store.accept_page(0, outside(centre, record, ({**told, **signed},)))

    assert laptop.fields(op) == {"topic": "agua"}
    assert [(one.id, one.state) for one in laptop.store.conflicts(settled=True)] == [(f"{op}/topic", "closed")]


def test_an_open_conflict_of_a_record_that_left_the_scope_stays_until_it_is_told_that_it_was_settled(laptop, centre):
    shared = laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)
    laptop.save({"topic": "luz"}, record=laptop.record_of(shared))
    centre.write("attention", laptop.record_of(shared), {"topic": "gas"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)
    before = laptop.store.conflicts()
    page = outside(centre, laptop.record_of(shared))

    laptop.store.accept_page(laptop.store.cursor("13"), replace(page, cursor=99))

    assert len(before) == 1
    assert laptop.store.conflicts() == before


def test_a_receipt_that_comes_after_the_page_lets_the_base_show(laptop, centre):
    op = laptop.save({"topic": "agua"})
    batch = laptop.store.next_batch(10, 10_000)
    answer = centre.push(batch)
    centre.write("attention", laptop.record_of(op), {"topic": "gas"})
    pull_all(laptop.store, centre)
    before = laptop.fields(op)

    laptop.store.accept(batch, answer)

    assert before == {"topic": "agua"}
    assert laptop.fields(op) == {"topic": "gas"}


def test_private_values_made_here_stay_on_screen_when_the_centre_no_longer_sends_them(laptop, centre):
    op = laptop.save({"topic": "agua", "description": "gotera"})
    push_all(laptop.store, centre)

    pull_all(laptop.store, centre, private=False)

    shown = laptop.store.shown("attention", laptop.record_of(op))
    assert dict(shown.fields) == {"topic": "agua", "description": "gotera"}
    assert shown.writers["description"] == op


def test_a_private_value_that_met_a_conflict_is_not_shown_as_the_live_one(laptop, centre):
    first = laptop.save({"description": "gotera"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre, private=False)
    other = laptop.save({"description": "inundación"}, record=laptop.record_of(first))
    centre.write("attention", laptop.record_of(first), {"description": "filtración"})
    push_all(laptop.store, centre)

    pull_all(laptop.store, centre, private=False)

    shown = laptop.store.shown("attention", laptop.record_of(first))
    assert laptop.store.op(other).status == "conflict"
    assert dict(shown.fields) == {"description": "gotera"}
    assert shown.writers["description"] == first


def test_the_centres_private_values_win_over_older_own_ones(laptop, centre):
    op = laptop.save({"names": "Ana"}, kind=IDENTITY)
    push_all(laptop.store, centre)
    centre.write("identity", laptop.record_of(op), {"names": "Ana María"})

    pull_all(laptop.store, centre)

    assert laptop.fields(op) == {"names": "Ana María"}


def test_an_op_released_from_quarantine_gives_way_to_the_base(laptop, centre):
    op = laptop.save({"topic": HELD_BACK, "type": "enquiry"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)
    centre.release(op)
    centre.write("attention", laptop.record_of(op), {"topic": "agua"})

    pull_all(laptop.store, centre)

    shown = laptop.store.shown("attention", laptop.record_of(op))
    assert dict(shown.fields) == {"topic": "agua", "type": "enquiry"}
    assert shown.state == "received"
    assert laptop.store.ops_in_trouble() == ()


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"state": "waiting"}, id="it still waits"),
        pytest.param({"state": "released"}, id="no outcome"),
        pytest.param({"state": "released", "op_status": "lost", "op_change": 3}, id="an unknown outcome"),
    ],
)
def test_an_op_stays_in_quarantine_until_it_is_said_how_it_left(laptop, centre, told):
    op = laptop.save({"topic": HELD_BACK})
    push_all(laptop.store, centre)
    centre.write("quarantine", op, told)

    pull_all(laptop.store, centre)

    assert laptop.store.op(op).status == "quarantined"


def two_values(laptop: Laptop, centre: TinyCentre) -> str:
    """A topic changed here and elsewhere; returns the op that met the conflict."""
    first = laptop.save({"topic": "agua", "type": "enquiry"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)
    other = laptop.save({"topic": "luz"}, record=laptop.record_of(first))
    centre.write("attention", laptop.record_of(first), {"topic": "gas"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)
    return other


def test_a_field_changed_on_both_sides_waits_for_a_person(laptop, centre):
    other = two_values(laptop, centre)

    conflict = laptop.store.conflicts()[0]

    assert (conflict.id, conflict.state, conflict.group) == (f"{other}/topic", "open", ("topic",))
    assert (conflict.kept, conflict.other, conflict.other_op) == ({"topic": "gas"}, {"topic": "luz"}, other)
    assert laptop.store.shown("attention", conflict.record).state == "conflict"
    assert laptop.store.counts().conflicts == 1


def test_a_settled_conflict_is_closed_here_at_once_and_at_the_centre_later(laptop, centre):
    two_values(laptop, centre)
    conflict = laptop.store.conflicts()[0]

    laptop.save({"topic": "luz"}, record=conflict.record, resolves=(conflict.id,))
    at_once = laptop.store.conflicts(), laptop.store.conflicts(settled=True)[0].state, laptop.store.counts().conflicts
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)

    assert at_once == ((), "closed", 0)
    settled = laptop.store.conflicts(settled=True)[0]
    assert (settled.state, settled.other) == ("closed", {"topic": "luz"})
    assert laptop.store.shown("attention", conflict.record).fields["topic"] == "luz"
    assert laptop.store.conflicts() == ()


def test_a_decision_that_the_centre_did_not_take_leaves_the_conflict_open(laptop, centre):
    two_values(laptop, centre)
    conflict = laptop.store.conflicts()[0]
    laptop.save({"type": "complaint"}, record=conflict.record, resolves=(conflict.id,))
    batch = laptop.store.next_batch(10, 10_000)
    state = centre.states["attention", conflict.record]
    laptop.store.accept(batch, centre.push(batch))
    settled = centre.states["attention", conflict.record]
    centre.states["attention", conflict.record] = replace(settled, conflicts=state.conflicts)

    pull_all(laptop.store, centre)

    assert [c.id for c in laptop.store.conflicts()] == [conflict.id]


def test_an_open_conflict_that_the_centre_no_longer_tells_is_gone(laptop, centre):
    two_values(laptop, centre)
    name = ("attention", laptop.store.conflicts()[0].record)
    centre.states[name] = replace(centre.states[name], conflicts={})
    centre.write(*name, {"type": "complaint"})

    pull_all(laptop.store, centre)

    assert laptop.store.conflicts(settled=True) == ()
