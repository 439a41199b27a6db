"""What becomes of a batch: applied, agreed, in conflict; repeated, split, continued, forked."""

from unittest.mock import patch

import pytest

from sync.central.errors import RefusedError
from sync.core.errors import UnreadableBatchError
from sync.core.protocol import Batch
from tests.central.speaking import World, sealed_for, statuses
from tests.central.toy import SALT


def test_a_new_record_is_applied_with_the_first_change_of_its_feed(world: World) -> None:
    laptop = world.laptop("05")
    op = laptop.op(fields={"title": "A lamp is out", "topic": "roads"}, region="05")

    answer = laptop.push(op, region="05")

    assert statuses(answer) == ["applied"]
    record = laptop.pulled(feed="05")[op.record]
    assert record.fields == {"title": "A lamp is out", "topic": "roads"}
    assert (record.writer, record.writers, record.change) == (op.id, {}, 2)


def test_an_edit_of_what_was_seen_becomes_the_only_writer(world: World) -> None:
    laptop = world.laptop()
    made = laptop.note()
    edit = laptop.op(record=made.record, fields={"title": "Two lamps"}, seen=made)

    answer = laptop.push(edit)

    assert statuses(answer) == ["applied"]
    record = laptop.pulled()[made.record]
    assert record.fields["title"] == "Two lamps"
    assert record.writer_of("title") == edit.id
    assert record.writer_of("topic") == made.id


def test_an_equal_value_joins_the_writers_and_moves_the_change(world: World) -> None:
    one, other = world.laptop(), world.laptop()
    made = one.note()
    one.push(one.op(record=made.record, fields={"title": "Two lamps"}, seen=made))

    answer = other.push(other.op(record=made.record, fields={"title": "Two lamps"}, seen=made))

    assert statuses(answer) == ["agreed"]
    assert one.pulled()[made.record].change == answer.results[0].change


def test_going_on_from_an_agreed_value_applies_for_both(world: World) -> None:
    one, other = world.laptop(), world.laptop()
    made = one.note()
    one.push(one.op(record=made.record, fields={"title": "Two lamps"}, seen=made))
    agreed = other.op(record=made.record, fields={"title": "Two lamps"}, seen=made)
    other.push(agreed)

    answer = other.push(other.op(record=made.record, fields={"title": "Three lamps"}, seen=agreed))

    assert statuses(answer) == ["applied"]


def test_another_value_for_an_unseen_edit_waits_for_a_person(world: World) -> None:
    one, other = world.laptop(), world.laptop()
    made = one.note()
    kept = one.op(record=made.record, fields={"title": "Two lamps"}, seen=made)
    one.push(kept)
    late = other.op(record=made.record, fields={"title": "No lamp"}, seen=made)

    answer = other.push(late)

    assert statuses(answer) == ["conflict"]
    assert answer.results[0].conflicts == (f"{late.id}/title",)
    record = one.pulled()[made.record]
    assert record.fields["title"] == "Two lamps"
    (conflict,) = record.conflicts
    assert (conflict["before"], conflict["other"]) == ({"title": "A lamp is out"}, {"title": "No lamp"})
    assert (conflict["against_op"], conflict["against_author"]) == (kept.id, kept.author)
    assert (conflict["other_device"], conflict["state"]) == (other.device, "open")


def test_however_many_ops_disagree_what_was_written_before_is_read_at_once(world: World) -> None:
    one, other = world.laptop(), world.laptop()
    made = [one.note() for _ in range(5)]
    one.push(*(one.op(record=note.record, fields={"title": "Two lamps"}, seen=note) for note in made))
    late = [other.op(record=note.record, fields={"title": "No lamp"}, seen=note) for note in made]
    with world.store.reading() as tx:
        readings = type(tx)
    read = readings.written

    with patch.object(readings, "written", autospec=True, side_effect=read) as asked:
        answer = other.push(*late)

    assert statuses(answer) == ["conflict"] * 5
    assert asked.call_count == 1
    assert [one.pulled()[note.record].conflicts[0]["before"] for note in made] == [{"title": "A lamp is out"}] * 5


def test_a_conflict_that_a_coordinator_settles_is_told_closed(world: World) -> None:
    one, other, office = world.laptop(), world.laptop(), world.coordination()
    made = one.note()
    kept = one.op(record=made.record, fields={"title": "Two lamps"}, seen=made)
    one.push(kept)
    late = other.op(record=made.record, fields={"title": "No lamp"}, seen=made)
    other.push(late)
    cursor = other.page().cursor

    answer = office.push(
        office.op(record=made.record, fields={"title": "No lamp"}, seen=kept, resolves=(f"{late.id}/title",))
    )

    assert statuses(answer) == ["applied"]
    (conflict,) = other.pulled(cursor=cursor)[made.record].conflicts
    assert (conflict["state"], conflict["closed_by"]) == ("closed", answer.results[0].op)
    assert other.pulled(cursor=answer.results[0].change) == {}


def test_a_resolution_that_comes_first_lets_the_conflict_be_born_closed(world: World) -> None:
    one, other, office = world.laptop(), world.laptop(), world.coordination()
    made = one.note()
    one.push(one.op(record=made.record, fields={"title": "Two lamps"}, seen=made))
    late = other.op(record=made.record, fields={"title": "No lamp"}, seen=made)
    office.push(office.op(record=made.record, fields={"count": 1}, resolves=(f"{late.id}/title",)))

    answer = other.push(late)

    assert statuses(answer) == ["conflict"]
    assert [c["state"] for c in one.pulled()[made.record].conflicts] == ["closed"]


def test_a_batch_handed_in_again_gets_the_first_answer_and_the_same_receipt(world: World) -> None:
    laptop = world.laptop()
    batch = laptop.batch([laptop.op(fields={"title": "A"}), laptop.op(fields={"title": "B"})])
    first = laptop.send(batch)
    world.clock.move(hours=1)

    again = laptop.send(batch)

    assert [r.repeated for r in again.results] == [True, True]
    assert [(r.op, r.status, r.change) for r in again.results] == [(r.op, r.status, r.change) for r in first.results]
    assert again.receipt == first.receipt


def test_a_batch_that_overlaps_what_is_held_brings_only_the_rest(world: World) -> None:
    laptop = world.laptop()
    ops = [laptop.op(fields={"title": f"Note {n}"}) for n in range(6)]
    whole = laptop.batch(ops)
    laptop.seq, laptop.link = 0, ""
    laptop.push(*ops[:2])
    laptop.push(*ops[2:4])

    answer = laptop.send(whole)

    assert [r.repeated for r in answer.results] == [True] * 4 + [False] * 2
    assert len(laptop.pulled()) == 6
    assert world.rows("SELECT first_seq, count FROM batches WHERE stream = ?", laptop.stream) == [
        (1, 2),
        (3, 2),
        (5, 2),
    ]


def test_a_part_in_the_middle_of_what_is_held_is_known(world: World) -> None:
    laptop = world.laptop()
    ops = [laptop.op(fields={"title": f"Note {n}"}) for n in range(6)]
    laptop.push(*ops)
    laptop.seq, laptop.link = 0, ""
    laptop.batch(ops[:2])

    answer = laptop.send(laptop.batch(ops[2:4]))

    assert [r.repeated for r in answer.results] == [True, True]


def test_the_same_op_in_a_new_stream_is_known_for_ever(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": "A lamp is out"})
    first = laptop.push(op)
    laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""

    again = laptop.push(op)

    assert again.results[0].repeated
    assert again.results[0].change == first.results[0].change
    assert len(laptop.pulled()) == 1


def test_an_op_twice_in_one_batch_counts_once(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": "A lamp is out"})

    answer = laptop.push(op, op)

    assert [r.repeated for r in answer.results] == [False, True]
    assert answer.results[0].change == answer.results[1].change


def test_a_missing_part_of_the_stream_is_asked_for(world: World) -> None:
    laptop = world.laptop()
    laptop.note()
    lost = laptop.batch([laptop.op(fields={"title": "Lost"})])

    with pytest.raises(RefusedError) as refused:
        laptop.push(laptop.op(fields={"title": "Next"}))

    assert (refused.value.document.status, refused.value.document.type) == (409, "gap")
    assert refused.value.document.members == {"want": lost.first_seq}


@pytest.mark.parametrize("known", [0, 1, 2])
def test_another_history_of_the_same_stream_is_a_fork(world: World, known: int) -> None:
    laptop = world.laptop()
    for _ in range(known + 1):
        laptop.note()
    laptop.seq, laptop.link = known, "0" * 64 if known else ""

    with pytest.raises(RefusedError) as refused:
        laptop.push(laptop.op(fields={"title": "On a clone"}))

    assert (refused.value.document.status, refused.value.document.type) == (409, "fork")


def test_going_on_from_another_link_is_a_fork(world: World) -> None:
    laptop = world.laptop()
    laptop.note()
    laptop.link = "0" * 64

    with pytest.raises(RefusedError) as refused:
        laptop.push(laptop.op(fields={"title": "On a clone"}))

    assert refused.value.document.type == "fork"


def test_a_stream_of_another_device_is_a_fork(world: World) -> None:
    one, other = world.laptop(), world.laptop()
    one.note()
    other.stream, other.seq, other.link = one.stream, one.seq, one.link

    with pytest.raises(RefusedError) as refused:
        other.push(other.op(fields={"title": "Mine"}))

    assert refused.value.document.type == "fork"


def test_another_epoch_is_refused_with_the_present_one(world: World) -> None:
    laptop = world.laptop()
    present, laptop.epoch = laptop.epoch, laptop.ids.new()

    with pytest.raises(RefusedError) as refused:
        laptop.push(laptop.op(fields={"title": "Before the restore"}))

    assert (refused.value.document.status, refused.value.document.type) == (409, "epoch")
    assert refused.value.document.members == {"epoch": present}


def test_a_refused_batch_leaves_nothing_behind(world: World) -> None:
    laptop = world.laptop()
    laptop.note()
    before = world.rows("SELECT (SELECT COUNT(*) FROM ops), (SELECT SUM(last_change) FROM feeds)")
    laptop.seq += 1

    with pytest.raises(RefusedError):
        laptop.push(laptop.op(fields={"title": "After a gap"}))

    assert world.rows("SELECT (SELECT COUNT(*) FROM ops), (SELECT SUM(last_change) FROM feeds)") == before


@pytest.mark.parametrize("member", ["link", "stream"])
def test_a_batch_whose_parts_do_not_fit_cannot_be_read(world: World, member: str) -> None:
    laptop = world.laptop()
    batch = laptop.batch([laptop.op(fields={"title": "A"})])
    broken = Batch.from_wire({**batch.to_wire(), member: "not what it should be"})

    with pytest.raises(UnreadableBatchError):
        world.centre.push(laptop.held, broken, broken.stream)


def test_json_too_deep_to_be_hashed_cannot_be_read(world: World) -> None:
    laptop = world.laptop()
    batch = laptop.batch([laptop.op(fields={"title": "A"})])
    deep: list[object] = []
    for _ in range(400):
        deep = [deep]

    with pytest.raises(UnreadableBatchError):
        world.centre.push(laptop.held, Batch.from_wire({**batch.to_wire(), "ops": [{"op": deep}]}), batch.stream)


def test_a_signature_for_another_stream_does_not_cover_the_batch(world: World) -> None:
    laptop = world.laptop()
    batch = laptop.batch([laptop.op(fields={"title": "A"})])

    with pytest.raises(UnreadableBatchError):
        world.centre.push(laptop.held, batch, laptop.ids.new())


def test_changes_of_a_feed_have_no_gap(world: World) -> None:
    one, other, office = world.laptop(), world.laptop(), world.coordination()
    made = one.note()
    other.push(other.op(record=made.record, fields={"title": "X"}), other.op("nonsense", fields={}))
    one.push(one.op(fields={"topic": "unheard_of"}), one.op(fields={"title": "Y"}))

    given = [change for (change,) in world.rows("SELECT change FROM ops WHERE change > 0 ORDER BY change")]

    assert given == list(range(1, office.page().cursor + 1))


def test_private_values_are_live_and_stay_apart_from_history(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": "A lamp is out"}, values={"body": "Señora Ñandú, 12531909-K"})

    laptop.push(op, values={op.id: {"body": "Señora Ñandú, 12531909-K"}})

    assert laptop.pulled()[op.record].fields["body"] == "Señora Ñandú, 12531909-K"
    assert world.rows("SELECT COUNT(*) FROM private_values") == [(1,)]
    assert "Ñandú" not in str(world.rows("SELECT fields FROM records"))


def test_private_values_sealed_to_the_centre_are_opened(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": "A lamp is out"}, values={"body": "By the bridge"})
    sealed = sealed_for(world, {"salt": SALT.hex(), "fields": {"body": "By the bridge"}})

    laptop.push(op, raw_values={op.id: {"sealed": sealed}})

    assert laptop.pulled()[op.record].fields["body"] == "By the bridge"


def test_sealed_answers_are_opened_at_acceptance_for_coordination_only(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    values = {"answers_sealed": sealed_for(world, {"q1": 5})}
    op = laptop.op("stamp", fields={"result": "complete"}, values=values)

    laptop.push(op, values={op.id: values})

    assert office.pulled("stamp")[op.record].fields == {"result": "complete", "answers": {"q1": 5}}
    assert laptop.pulled("stamp")[op.record].fields == {"result": "complete"}


def test_unknown_fields_of_a_newer_schema_are_kept(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": "A", "novelty": {"a": [1, None]}}, schema=7)

    laptop.push(op)

    record = laptop.pulled()[op.record]
    assert record.fields["novelty"] == {"a": [1, None]}
    assert record.schema == 7


def test_an_erased_record_loses_its_private_values_everywhere_and_for_ever(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    values = {"body": "By the bridge"}
    op = laptop.op(fields={"title": "A"}, values=values)
    laptop.push(op, values={op.id: values})

    answer = office.push(office.op(record=op.record, fields={}, erase=True))

    late = laptop.op(record=op.record, fields={}, values={"body": "Again"}, seen=op)
    laptop.push(late, values={late.id: {"body": "Again"}})
    assert statuses(answer) == ["applied"]
    assert office.pulled()[op.record].fields == {"title": "A"}
    assert world.rows("SELECT COUNT(*) FROM private_values") == [(0,)]


def test_an_erase_in_the_same_batch_leaves_no_value_behind(world: World) -> None:
    office = world.coordination()
    values = {"body": "By the bridge"}
    op = office.op(fields={"title": "A"}, values=values)

    office.push(op, office.op(record=op.record, fields={}, erase=True), values={op.id: values})

    assert world.rows("SELECT COUNT(*) FROM private_values") == [(0,)]


def test_an_erase_takes_the_values_out_of_conflicts_that_were_settled_long_before(world: World) -> None:
    office, other = world.coordination(), world.coordination()
    note = office.note()
    first, second = {"body": "By the bridge"}, {"body": "By the church"}
    ops = [office.op(record=note.record, values=first), other.op(record=note.record, values=second)]
    office.push(ops[0], values={ops[0].id: first})
    other.push(ops[1], values={ops[1].id: second})
    office.push(office.op(record=note.record, resolves=(f"{ops[1].id}/body",)))
    cursor = office.page().cursor

    office.push(office.op(record=note.record, erase=True))

    (told,) = office.pulled(cursor=cursor)[note.record].conflicts
    assert (told["id"], told["state"], told["before"], told["other"]) == (f"{ops[1].id}/body", "closed", {}, {})
    (stored,) = world.rows("SELECT body FROM conflicts")
    assert "church" not in stored[0]
