"""What waits is decided on: released, rejected, and what was behind it."""

from typing import Any

import pytest

from tests.central.speaking import ALL, World, reasons, statuses
from tests.central.waiting import RELEASE, as_before, decide, held_fields


def test_what_waits_without_having_seen_is_merged_after_what_was_released(world: World) -> None:
    one, other, office = world.laptop(), world.laptop(), world.coordination()
    wrong = one.op(fields={"title": "A lamp", "topic": "raods"})
    one.push(wrong)
    second = other.op(record=wrong.record, fields={"title": "A bench"})
    other.push(second)

    decide(office, wrong.id, "released")

    record = office.pulled()[wrong.record]
    assert record.fields["title"] == "A lamp"
    assert [c["other"] for c in record.conflicts] == [{"title": "A bench"}]
    assert held_fields(office, second.id)["op_status"] == "conflict"


def test_a_coordinator_releases_what_may_be_forgiven(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    wrong = laptop.op(fields={"title": "A lamp", "topic": "raods"})
    laptop.push(wrong)

    status = decide(office, wrong.id, "released")

    assert status == "applied"
    assert office.pulled()[wrong.record].fields["topic"] == "raods"
    told = held_fields(laptop, wrong.id)
    assert (told["state"], told["decided_by"], told["op_status"]) == ("released", office.device, "applied")
    assert told["op_change"] == laptop.send(as_before(laptop, wrong.to_wire())).results[0].change


def test_an_erasure_that_waited_for_a_coordinator_takes_the_values_when_it_is_released(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    values = {"body": "Somebody's words"}
    note = laptop.op(fields={"title": "A", "space": "street"}, values=values)
    erase = laptop.op(record=note.record, erase=True)
    answer = laptop.push(note, erase, values={note.id: values})

    decide(office, erase.id, "released")

    assert reasons(answer) == [None, "outside_scope"]
    assert held_fields(office, erase.id)["op_status"] == "applied"
    assert office.pulled()[note.record].fields == {"title": "A", "space": "street"}


def test_a_chain_comes_out_in_its_order_when_its_last_op_is_released(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    wrong = laptop.op(fields={"title": "A lamp", "topic": "raods"})
    later = laptop.op(record=wrong.record, fields={"topic": "raods too"}, seen={"topic": wrong.id})
    laptop.push(wrong)
    laptop.push(later)

    decide(office, later.id, "released")

    first, second = held_fields(office, wrong.id), held_fields(office, later.id)
    assert (first["state"], second["state"]) == ("released", "released")
    assert first["op_change"] < second["op_change"]


def test_a_release_of_what_cannot_be_merged_falls_back(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    wrong = laptop.op(fields={"title": 7})
    laptop.push(wrong)

    decide(office, wrong.id, "released")

    told = held_fields(laptop, wrong.id)
    assert (told["state"], told["reason"], told["decided_by"]) == ("waiting", "wrong_type", None)


def test_a_rejection_is_final_and_says_why(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    wrong = laptop.op(fields={"title": 7})
    laptop.push(wrong)

    decide(office, wrong.id, "rejected", "not a title")

    again = laptop.send(as_before(laptop, wrong.to_wire()))
    assert (statuses(again), reasons(again)) == (["rejected"], ["not a title"])
    told = held_fields(laptop, wrong.id)
    assert (told["state"], told["op_status"]) == ("rejected", "rejected")
    before = office.page().cursor
    record = office.pulled("quarantine")[wrong.id]
    seen = {name: record.writer_of(name) for name in RELEASE}
    office.push(office.op("quarantine", record=wrong.id, fields=RELEASE, seen=seen))
    assert office.pulled() == {}
    assert office.page().cursor == before + 2
    told = held_fields(laptop, wrong.id)
    assert (told["state"], told["decided_reason"]) == ("rejected", "not a title")


def test_what_waits_behind_a_rejected_op_is_merged_by_the_rules(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    made = laptop.note()
    wrong = laptop.op(record=made.record, fields={"topic": "raods"}, seen=made)
    behind = laptop.op(record=made.record, fields={"topic": "rodas"}, seen=wrong)
    laptop.push(wrong, behind)

    decide(office, behind.id, "rejected")
    decide(office, wrong.id, "rejected")

    assert office.pulled()[made.record].fields["topic"] == "roads"


def test_an_op_behind_an_unreadable_one_is_merged_once_that_is_rejected(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    made = laptop.note()
    garbled = {"op": laptop.ids.new(), "kind": "note"}
    behind = laptop.op(record=made.record, fields={"title": "Two"}, seen={"title": garbled["op"]})

    answer = laptop.push(garbled, behind)
    decide(office, garbled["op"], "rejected")

    assert reasons(answer) == ["unreadable", "waiting"]
    assert held_fields(office, behind.id)["op_status"] == "conflict"


def test_a_field_device_may_not_decide(world: World) -> None:
    laptop = world.laptop()
    wrong = laptop.op(fields={"title": 7})
    laptop.push(wrong)

    answer = laptop.push(laptop.op("quarantine", record=wrong.id, fields=RELEASE))

    assert reasons(answer) == ["outside_scope"]
    assert held_fields(laptop, wrong.id)["state"] == "waiting"


def test_a_decision_that_another_one_preceded_changes_nothing(world: World) -> None:
    laptop, office, second = world.laptop(), world.coordination(), world.coordination()
    wrong = laptop.op(fields={"title": "A lamp", "topic": "raods"})
    laptop.push(wrong)
    record = second.pulled("quarantine")[wrong.id]
    decide(office, wrong.id, "released")

    late = second.op(
        "quarantine",
        record=wrong.id,
        fields={"state": "rejected", "decided_by": None, "decided_reason": "late"},
        seen={name: record.writer_of(name) for name in RELEASE},
    )
    answer = second.push(late)

    assert statuses(answer) == ["conflict"]
    assert wrong.record in office.pulled()


def test_lost_private_values_are_forgiven_by_a_coordinator_and_may_be_typed_again(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    lost = laptop.op(fields={"title": "A"}, values={"body": "Lost"})
    laptop.push(lost)
    typed = laptop.op(record=lost.record, fields={}, values={"body": "Found"}, seen=lost)
    answer = laptop.push(typed, values={typed.id: {"body": "Found"}})

    decide(office, lost.id, "released")

    assert reasons(answer) == ["waiting"]
    assert office.pulled()[lost.record].fields == {"title": "A", "body": "Found"}


def test_a_private_field_in_the_open_is_never_forgiven(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    op = laptop.op(fields={"title": "A", "body": "Juana"})
    laptop.push(op)

    decide(office, op.id, "released")

    assert held_fields(office, op.id)["state"] == "waiting"
    assert office.pulled() == {}


@pytest.mark.parametrize("raw", [None, ["not", "an", "object"]], ids=str)
def test_an_edit_of_what_nobody_knows_or_can_read_waits_for_a_person(world: World, raw: Any) -> None:
    laptop, office = world.laptop(), world.coordination()
    made = laptop.note()
    unknown = laptop.ids.new()
    if raw is not None:
        laptop.push(raw)
        (unknown,) = office.pulled("quarantine")
        decide(office, unknown, "rejected")

    answer = laptop.push(laptop.op(record=made.record, fields={"title": "B"}, seen={"title": unknown}))

    assert statuses(answer) == ["conflict"]
    assert [c["before"] for c in office.pulled()[made.record].conflicts] == [{}]


def test_what_was_released_is_not_rejected_any_more(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    wrong = laptop.op(fields={"title": "A", "topic": "raods"})
    laptop.push(wrong)

    decide(office, wrong.id, "released")
    decide_again = office.pulled("quarantine")[wrong.id]
    seen = {name: decide_again.writer_of(name) for name in RELEASE}
    answer = office.push(office.op("quarantine", record=wrong.id, fields={**RELEASE, "state": "rejected"}, seen=seen))

    assert statuses(answer) == ["applied"]
    assert wrong.record in office.pulled()
    assert held_fields(office, wrong.id)["state"] == "released"


def test_a_decision_on_nothing_changes_nothing(world: World) -> None:
    office = world.coordination()

    answer = office.push(office.op("quarantine", fields=RELEASE))

    assert statuses(answer) == ["applied"]
    assert office.pulled() == {}


def test_what_waits_in_one_feed_is_not_touched_from_another(world: World) -> None:
    there, office = world.laptop("05"), world.coordination(ALL)
    wrong = there.op(fields={"topic": "raods"}, region="05")
    there.push(wrong, region="05")
    office.push(office.op(record=wrong.record, fields={"title": "In the wrong batch"}, region="05"), region="13")
    before = office.pulled("quarantine", "13")

    there.push(there.op(record=wrong.record, fields={"topic": "roads"}, seen=wrong, region="05"), region="05")

    assert office.pulled("quarantine", "13") == before
    assert there.pulled(feed="05")[wrong.record].fields == {"topic": "roads"}


def test_what_waits_in_the_shared_feed_is_decided_from_a_laptop_too(world: World) -> None:
    office = world.coordination(ALL)
    wrong = office.op("topic", fields={"code": 7}, region=ALL)
    office.push(wrong, region=ALL)
    shown = office.pulled("quarantine", ALL)[wrong.id]
    fields = {"state": "rejected", "decided_by": "chief", "decided_reason": "not a code"}

    answer = office.push(
        office.op("quarantine", wrong.id, fields, seen=dict.fromkeys(fields, shown.writer), region=ALL), region=ALL
    )

    assert statuses(answer) == ["applied"]
    assert office.pulled("quarantine", ALL)[wrong.id].fields["op_status"] == "rejected"
