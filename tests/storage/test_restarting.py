from dataclasses import replace

from sync.core.ops import Op
from sync.core.protocol import Page
from terreno_app.storage.laptop_store import LaptopStore
from tests.storage.laptop import AT, AUTHOR, KEY, SCHEMA, a_uuid
from tests.storage.tiny_centre import HELD_BACK, KEY_ID, TinyCentre, pull_all, push_all


def told_erased(page: Page, record: str) -> Page:
    """A page of one record, which tells of its erasure."""
    erasure = Op(a_uuid(5_000_000), "attention", record, "13", 1, {}, {}, AUTHOR, AT, erase=True)
    told = {"erase": {"op": erasure.to_wire(), "key": KEY_ID, "signature": ""}}
    return replace(page, records=(replace(page.records[0], extra=told),))


def test_after_a_gap_the_ops_are_offered_again_from_there(laptop, centre):
    for topic in ("agua", "luz", "gas"):
        laptop.save({"topic": topic})
    push_all(laptop.store, centre)

    rewound = laptop.store.rewind(laptop.store.identity().stream, 2)

    batch = laptop.store.next_batch(10, 100_000)
    assert rewound
    assert (batch.first_seq, len(batch.ops)) == (2, 2)
    assert batch.links()[-1] == batch.link
    assert laptop.store.counts().pending == 2


def test_a_gap_before_what_is_held_here_changes_nothing(laptop, centre):
    laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)

    assert not laptop.store.rewind(laptop.store.identity().stream, 9)
    assert laptop.store.pending() == 0


def test_rewinding_does_not_put_old_values_back_over_newer_ones(laptop, centre):
    op = laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)
    centre.write("attention", laptop.record_of(op), {"topic": "gas"})
    pull_all(laptop.store, centre)

    laptop.store.rewind(laptop.store.identity().stream, 1)

    assert laptop.fields(op) == {"topic": "gas"}


def test_after_a_fork_the_pending_ops_go_on_in_a_new_stream_under_a_new_label(laptop, centre):
    received = laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)
    pending = [laptop.save({"topic": "luz"}), laptop.save({"topic": "gas"})]
    old = laptop.store.identity()

    laptop.store.restart_stream({"body": {"label": "T19"}, "key": "k", "signature": "s"})

    now = laptop.store.identity()
    batch = laptop.store.next_batch(10, 100_000)
    assert (now.label, now.device, now.certificate["body"]) == ("T19", old.device, {"label": "T19"})
    assert now.stream != old.stream
    assert (batch.stream, batch.first_seq, batch.prev) == (now.stream, 1, "")
    assert [op["op"] for op in batch.ops] == pending
    assert batch.links()[-1] == batch.link
    assert laptop.store.op(received).state == "received"
    further = laptop.save({"topic": "internet"})
    assert laptop.store.op(further).seq == 3


def test_a_new_stream_without_pending_ops_begins_at_one(laptop):
    before = laptop.store.identity()

    laptop.store.restart_stream(None)

    op = laptop.save({"topic": "agua"})
    assert laptop.store.op(op).seq == 1
    assert laptop.store.identity().label == before.label


def test_a_restored_centre_gets_everything_again_while_the_screen_stays(laptop, centre):
    mine = laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)
    centre.write("attention", a_uuid(4_000_000), {"topic": "gas"})
    centre.write("attention", laptop.record_of(mine), {"topic": "cambiado"})
    pull_all(laptop.store, centre)
    restored = TinyCentre(epoch="epoch-2")

    entered = laptop.store.enter_epoch("epoch-2", "2026-11-22T02:00:00.000Z")

    assert entered
    assert laptop.store.pending() == 1
    assert laptop.store.shown("attention", laptop.record_of(mine)).state == "sent"
    assert laptop.fields(mine) == {"topic": "cambiado"}
    push_all(laptop.store, restored)
    pull_all(laptop.store, restored)
    assert laptop.fields(mine) == {"topic": "cambiado"}
    assert laptop.store.shown("attention", a_uuid(4_000_000)) is not None
    laptop.store.pulled_all()
    assert laptop.fields(mine) == {"topic": "agua"}
    assert laptop.store.shown("attention", laptop.record_of(mine)).state == "received"
    assert laptop.store.shown("attention", laptop.record_of(mine)).made_here
    assert laptop.store.shown("attention", a_uuid(4_000_000)) is None


def test_what_the_restored_centre_does_not_have_yet_stays_on_screen(laptop, centre):
    mine = laptop.save({"topic": "agua"})
    both = laptop.save({"topic": "luz"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)
    restored = TinyCentre(epoch="epoch-2")
    for topic in ("gas", "internet", "salud"):
        restored.write("attention", laptop.record_of(both), {"topic": topic})

    laptop.store.enter_epoch("epoch-2", "2026-11-22T02:00:00.000Z")
    pull_all(laptop.store, restored)
    laptop.store.pulled_all()

    assert laptop.fields(mine) == {"topic": "agua"}
    assert laptop.fields(both) == {"topic": "luz"}
    assert laptop.store.shown("attention", laptop.record_of(both)).state == "sent"


def test_somebody_elses_record_that_was_erased_leaves_the_screen_with_its_base(laptop, centre):
    theirs = a_uuid(4_000_000)
    centre.write("attention", theirs, {"topic": "gas", "description": "larga"})
    pull_all(laptop.store, centre)
    centre.write("attention", theirs, {"topic": "luz"})
    laptop.store.accept_page(1, told_erased(centre.page("13", 1, private=False), theirs))
    restored = TinyCentre(epoch="epoch-2")

    laptop.store.enter_epoch("epoch-2", "2026-11-22T02:00:00.000Z")
    pull_all(laptop.store, restored)
    laptop.store.pulled_all()

    assert laptop.store.shown("attention", theirs) is None


def test_an_erasure_while_the_second_base_arrives_compares_no_changes_of_two_histories(laptop, centre):
    mine = laptop.save({"topic": "agua", "description": "larga"})
    record = laptop.record_of(mine)
    push_all(laptop.store, centre)
    for topic in ("gas", "internet"):
        centre.write("attention", record, {"topic": topic})
    pull_all(laptop.store, centre)
    laptop.save({"topic": "luz"}, record=record)
    laptop.store.enter_epoch("epoch-2", "2026-11-22T02:00:00.000Z")
    restored = TinyCentre(epoch="epoch-2")
    push_all(laptop.store, restored)

    laptop.store.accept_page(0, told_erased(restored.page("13", 0, private=False), record))

    assert laptop.fields(mine) == {"topic": "luz"}


def test_an_edit_while_the_second_base_arrives_is_kept(laptop, centre):
    mine = laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)
    restored = TinyCentre(epoch="epoch-2")
    laptop.store.enter_epoch("epoch-2", "2026-11-22T02:00:00.000Z")
    push_all(laptop.store, restored)

    laptop.save({"topic": "luz"}, record=laptop.record_of(mine))
    pull_all(laptop.store, restored)
    laptop.store.pulled_all()

    assert laptop.fields(mine) == {"topic": "luz"}
    assert laptop.store.shown("attention", laptop.record_of(mine)).state == "local"


def test_an_epoch_that_was_left_is_never_entered_again(laptop):
    assert laptop.store.enter_epoch("epoch-2", "2026-11-22T02:00:00.000Z")

    assert not laptop.store.enter_epoch("epoch-1", "2026-11-22T02:00:00.000Z")
    assert laptop.store.identity().epoch == "epoch-2"


def test_quarantine_of_the_old_history_says_nothing_about_the_new_one(laptop, centre):
    op = laptop.save({"topic": HELD_BACK})
    push_all(laptop.store, centre)
    centre.release(op)
    pull_all(laptop.store, centre)
    restored = TinyCentre(epoch="epoch-2")

    laptop.store.enter_epoch("epoch-2", "2026-11-22T02:00:00.000Z")
    push_all(laptop.store, restored)
    pull_all(laptop.store, restored)
    laptop.store.pulled_all()

    assert laptop.store.op(op).status == "quarantined"
    restored.release(op)
    pull_all(laptop.store, restored)
    assert laptop.store.op(op).status == "applied"


def test_reading_everything_without_a_second_base_changes_nothing(laptop, centre):
    op = laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)

    laptop.store.pulled_all()

    assert laptop.fields(op) == {"topic": "agua"}


def test_streams_have_random_names_of_their_own(tmp_path, laptop):
    laptop.store.close()
    with LaptopStore(tmp_path / "laptop", KEY, SCHEMA) as store:
        store.restart_stream(None)
        first = store.identity().stream
        store.restart_stream(None)

        assert len({first, store.identity().stream, a_uuid(71)}) == 3
