import pytest

from sync.client.receipts import verify_answer, verify_delivery
from sync.core.merge import Outcome
from sync.core.ops import canonical
from sync.core.protocol import OpResult, PushAnswer, Receipt
from terreno_app.storage.connections import Connections
from terreno_app.storage.errors import NotEnrolledError
from tests.storage.laptop import TOPIC, a_uuid, open_store
from tests.storage.tiny_centre import HELD_BACK, pull_all, push_all


def test_an_empty_outbox_gives_no_batch(laptop):
    assert laptop.store.next_batch(10, 1000) is None


def test_a_batch_carries_ops_values_and_a_chain_that_verifies(laptop):
    first = laptop.save({"topic": "agua", "description": "gotera"})
    laptop.save({"topic": "luz"})

    batch = laptop.store.next_batch(10, 100_000)

    assert [op["op"] for op in batch.ops] == [first, batch.ops[1]["op"]]
    assert batch.values == {first: {"salt": batch.values[first]["salt"], "fields": {"description": "gotera"}}}
    assert (batch.first_seq, batch.prev, batch.region, batch.epoch) == (1, "", "13", "epoch-1")
    assert batch.links()[-1] == batch.link


def test_a_batch_ends_where_the_region_changes_and_the_next_one_goes_on(laptop, centre):
    laptop.save({"topic": "agua"})
    laptop.save({"label": "Agua"}, kind=TOPIC, region="CL")
    laptop.save({"topic": "luz"})
    seen = []

    while (batch := laptop.store.next_batch(10, 100_000)) is not None:
        seen.append((batch.region, batch.first_seq, len(batch.ops)))
        laptop.store.accept(batch, centre.push(batch))

    assert seen == [("13", 1, 1), ("CL", 2, 1), ("13", 3, 1)]


def test_batches_are_read_one_behind_the_other_before_any_receipt_is_there(laptop):
    laptop.save({"topic": "agua"})
    laptop.save({"label": "Agua"}, kind=TOPIC, region="CL")
    laptop.save({"topic": "luz"})
    laptop.save({"topic": "gas"})
    seen, after = [], ""

    while (batch := laptop.store.next_batch(10, 100_000, after)) is not None:
        seen.append((batch.region, batch.first_seq, len(batch.ops), batch.links()[-1] == batch.link))
        after = batch.ops[-1]["op"]

    assert seen == [("13", 1, 1, True), ("CL", 2, 1, True), ("13", 3, 2, True)]


def test_the_store_gives_the_ops_that_it_holds_and_no_others(laptop):
    op = laptop.save({"topic": "agua"})

    held = laptop.store.held_ops([op, a_uuid(999)])

    assert held == {op: laptop.store.next_batch(10, 10_000).ops[0]}


@pytest.mark.parametrize(("most", "given"), [(1, 1), (2, 2), (9, 3)])
def test_a_batch_has_no_more_ops_than_asked(laptop, most, given):
    for topic in ("agua", "luz", "gas"):
        laptop.save({"topic": topic})

    assert len(laptop.store.next_batch(most, 100_000).ops) == given


def test_a_batch_is_no_larger_than_asked_unless_it_is_one_op(laptop):
    for n in range(6):
        laptop.save({"topic": "ñ" * 300, "description": f"{n}" * 500})

    batch = laptop.store.next_batch(10, 4000)
    one = laptop.store.next_batch(10, 10)

    assert 1 < len(batch.ops) < 6
    assert len(canonical(batch.to_wire())) <= 4000
    assert len(one.ops) == 1


def test_an_op_on_its_way_is_shown_as_sent_and_stays_in_the_outbox(laptop):
    op = laptop.save({"topic": "agua"})

    laptop.store.mark_sent([op])

    assert laptop.store.shown("attention", laptop.record_of(op)).state == "sent"
    assert laptop.store.pending() == 1
    assert laptop.store.next_batch(10, 10_000).ops[0]["op"] == op


def test_a_record_counts_as_received_only_with_a_receipt_for_each_of_its_ops(laptop, centre):
    op = laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)
    received = laptop.store.shown("attention", laptop.record_of(op))

    laptop.save({"topic": "luz"}, record=laptop.record_of(op))

    again = laptop.store.shown("attention", laptop.record_of(op))
    assert (received.state, received.proof) == ("received", "1")
    assert (again.state, again.proof) == ("local", None)


def test_the_same_answer_twice_leaves_the_same_as_once(laptop, centre):
    laptop.save({"topic": "agua"})
    batch = laptop.store.next_batch(10, 10_000)
    answer = centre.push(batch)

    laptop.store.accept(batch, answer)
    laptop.store.accept(batch, answer)

    assert len(laptop.store.receipts()) == 1
    assert laptop.store.pending() == 0


def test_a_later_receipt_for_the_same_ops_is_kept_and_changes_no_op(laptop, centre):
    op = laptop.save({"topic": "agua"})
    batch = laptop.store.next_batch(10, 10_000)
    laptop.store.accept(batch, centre.push(batch))
    before = laptop.store.op(op)

    laptop.store.accept(batch, centre.push(batch))

    assert laptop.store.op(op) == before
    assert [receipt.number for receipt in laptop.store.receipts()] == [2, 1]


def test_an_answer_of_another_epoch_counts_for_nothing(laptop, centre):
    laptop.save({"topic": "agua"})
    batch = laptop.store.next_batch(10, 10_000)
    answer = centre.push(batch)

    laptop.store.accept(batch, PushAnswer("epoch-0", answer.results, answer.receipt))

    assert laptop.store.pending() == 1
    assert laptop.store.receipts() == ()


def test_results_for_ops_that_nobody_here_made_are_passed_over(laptop):
    laptop.save({"topic": "agua"})
    batch = laptop.store.next_batch(10, 10_000)
    answer = PushAnswer("epoch-1", (OpResult(a_uuid(1), Outcome.APPLIED, 3),), Receipt({}, "k", "s"))

    laptop.store.accept(batch, answer)

    assert laptop.store.pending() == 1


def test_a_kept_receipt_verifies_again_from_the_laptops_own_ops(laptop, centre):
    for topic in ("agua", "luz", HELD_BACK):
        laptop.save({"topic": topic})
    batch = laptop.store.next_batch(10, 10_000)
    answer = centre.push(batch)
    verify_answer(batch, answer, a_uuid(7), centre.keys)

    laptop.store.accept(batch, answer)

    delivery = next(iter(laptop.store.deliveries()))
    verify_delivery(delivery, centre.keys)
    stored = laptop.store.receipts()[0]
    assert (stored.number, stored.count, stored.quarantined, stored.records) == (1, 3, 1, 3)
    assert stored.issued_at == "2026-11-21T18:00:01.000Z"


def test_a_receipt_over_ops_that_are_not_held_is_no_delivery(laptop):
    laptop.save({"topic": "agua"})
    batch = laptop.store.next_batch(10, 10_000)
    laptop.store.accept(
        batch, PushAnswer("epoch-1", (OpResult(a_uuid(1), Outcome.APPLIED, 3),), Receipt({"issued_at": ""}, "k", "s"))
    )

    assert list(laptop.store.deliveries()) == []


def test_an_op_in_quarantine_stays_on_screen_with_its_reason(laptop, centre):
    op = laptop.save({"topic": HELD_BACK})

    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)

    shown = laptop.store.shown("attention", laptop.record_of(op))
    assert (shown.state, shown.proof, dict(shown.fields)) == ("quarantined", "unknown_code", {"topic": HELD_BACK})
    assert [own.op.id for own in laptop.store.ops_in_trouble()] == [op]
    assert laptop.store.counts().quarantined == 1


def test_a_late_answer_does_not_put_a_released_op_back_into_quarantine(laptop, centre):
    op = laptop.save({"topic": HELD_BACK})
    batch = laptop.store.next_batch(10, 10_000)
    early = centre.push(batch)
    centre.release(op)
    laptop.store.accept(batch, centre.push(batch))

    laptop.store.accept(batch, early)

    assert laptop.store.op(op).status == "applied"


def test_an_answer_that_comes_after_the_word_of_its_release_finds_it(laptop, centre):
    op = laptop.save({"topic": HELD_BACK})
    batch = laptop.store.next_batch(10, 10_000)
    early = centre.push(batch)
    centre.release(op)
    pull_all(laptop.store, centre)

    laptop.store.accept(batch, early)

    own = laptop.store.op(op)
    assert (own.status, own.change) == ("applied", centre.results[op].change)
    assert laptop.store.shown("attention", own.op.record).state == "received"


def test_a_rejected_op_leaves_the_screen_and_stays_in_the_history(laptop, centre):
    kept = laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)
    rejected = laptop.save({"topic": HELD_BACK}, record=laptop.record_of(kept))
    alone = laptop.save({"topic": HELD_BACK})
    push_all(laptop.store, centre)

    centre.reject(rejected, "duplicada")
    centre.reject(alone, "duplicada")
    pull_all(laptop.store, centre)

    assert laptop.fields(kept) == {"topic": "agua"}
    assert laptop.store.shown("attention", laptop.record_of(alone)) is None
    own = laptop.store.op(alone)
    assert (own.status, own.reason) == ("rejected", "duplicada")


def test_an_answer_that_rejects_at_once_takes_the_op_off_the_screen(laptop, centre):
    op = laptop.save({"topic": HELD_BACK})
    batch = laptop.store.next_batch(10, 10_000)
    centre.push(batch)
    centre.reject(op, "duplicada")

    laptop.store.accept(batch, centre.push(batch))

    assert laptop.store.shown("attention", laptop.record_of(op)) is None


def test_the_device_remembers_the_clock_the_keys_and_the_last_synchronisation(laptop):
    assert laptop.store.clock_offset_ms() == 0

    laptop.store.learn_clock_offset(-2500)
    laptop.store.learn_centre_keys({"sign": {"k1": "aa"}})
    laptop.store.learn_centre_keys({"sign": {"k2": "bb"}, "box": {"b1": "cc"}})
    laptop.store.finished("2026-11-21T18:00:00.000Z")

    assert laptop.store.clock_offset_ms() == -2500
    assert laptop.store.identity().centre_keys == {"sign": {"k1": "aa", "k2": "bb"}, "box": {"b1": "cc"}}
    assert laptop.store.meta("last_sync_at") == "2026-11-21T18:00:00.000Z"
    assert laptop.store.meta("epoch") == "epoch-1"


def test_the_device_remembers_the_newest_recovery_key_of_which_it_was_told(laptop):
    assert laptop.store.recovery_key_told() is None

    for key, day in (("aa", 21), ("bb", 23), ("cc", 22)):
        laptop.store.learn_recovery_key(key, f"2026-11-{day}T18:00:00.000Z")

    assert laptop.store.recovery_key_told() == {"key": "bb", "since": "2026-11-23T18:00:00.000Z"}


def test_a_folder_without_a_device_says_so(tmp_path):
    with open_store(tmp_path) as store, pytest.raises(NotEnrolledError):
        store.identity()


def test_a_receipt_that_comes_again_for_ops_that_are_offered_again_counts(laptop, centre):
    laptop.save({"topic": "agua"})
    batch = laptop.store.next_batch(10, 10_000)
    answer = centre.push(batch)
    laptop.store.accept(batch, answer)
    laptop.store.rewind(batch.stream, 1)

    laptop.store.accept(batch, answer)

    assert laptop.store.pending() == 0
    assert len(laptop.store.receipts()) == 1


def test_a_receipt_is_verified_until_a_synchronisation_ended_well_with_it(laptop, centre):
    laptop.save({"topic": "agua"})
    push_all(laptop.store, centre)
    before = list(laptop.store.deliveries(unverified=True))

    laptop.store.finished("2026-11-21T18:00:00.000Z")
    laptop.save({"topic": "luz"})
    push_all(laptop.store, centre)

    first, second = laptop.store.deliveries()
    assert before == [first]
    assert list(laptop.store.deliveries(unverified=True)) == [second]


def test_the_hour_of_a_synchronisation_outlives_a_power_cut(laptop, monkeypatch):
    waits = []
    writing = Connections.writing

    def watched(connections, *, lasting: bool = True):
        waits.append(lasting)
        return writing(connections, lasting=lasting)

    monkeypatch.setattr(Connections, "writing", watched)
    laptop.store.finished("2026-11-21T20:00:00.000Z")

    assert waits == [True]
