"""What outlives a lost database: erasures and decisions that devices bring back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from sync.core.ops import sha256
from sync.core.trust import Vouched
from tests.central.restoring import erased, handed_in, known, private_note, taken_first
from tests.central.speaking import World, faults, reasons, statuses


def test_an_erasure_is_told_with_the_word_of_the_centre(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = private_note(laptop)

    told = Vouched.from_wire(erased(world, office, note))

    assert world.centre.ground.keys.vouched(sha256(orjson.dumps(told.op, option=orjson.OPT_SORT_KEYS)), told.proof)
    assert Vouched.from_wire(laptop.pulled()[note.record].extra["erase"]) == told
    assert laptop.pulled()[note.record].fields == {"title": "A", "space": "street"}


def test_an_erasure_reaches_the_device_that_made_the_record_at_any_age(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = private_note(laptop)
    cursor = laptop.page().cursor
    world.clock.move(days=200)

    office.push(office.op(record=note.record, erase=True))

    assert "erase" in laptop.pulled(cursor=cursor)[note.record].extra


def test_any_device_brings_an_erasure_back_and_late_values_are_dropped(former: World, restored: World) -> None:
    laptop, office = former.laptop(), former.coordination()
    note = private_note(laptop)
    told = erased(former, office, note)
    known(restored, laptop)

    first = handed_in(laptop, told)
    late = laptop.push(note, values={note.id: {"body": "Somebody's words"}})

    assert statuses(first) == statuses(late) == ["applied"]
    assert laptop.pulled()[note.record].fields == {"title": "A", "space": "street"}
    assert restored.rows("SELECT COUNT(*) FROM private_values") == [(0,)]
    assert laptop.pulled()[note.record].extra["erase"]["op"] == told["op"]


def test_an_erasure_that_comes_after_the_values_takes_them_away(former: World, restored: World) -> None:
    laptop, office = former.laptop(), former.coordination()
    note = private_note(laptop)
    told = erased(former, office, note)
    known(restored, laptop)
    laptop.push(note, values={note.id: {"body": "Somebody's words"}})

    handed_in(laptop, told)

    assert restored.rows("SELECT COUNT(*) FROM private_values") == [(0,)]
    assert "body" not in laptop.pulled()[note.record].fields


def test_the_maker_of_a_record_that_was_erased_before_it_came_is_who_brings_it(former: World, restored: World) -> None:
    laptop, other, office = former.laptop(), former.laptop(), former.coordination()
    note = private_note(laptop)
    told = erased(former, office, note)
    handed_in(known(restored, other), told)

    known(restored, laptop).push(note)

    assert restored.rows("SELECT made_by FROM records WHERE id = ?", note.record) == [(laptop.device,)]


@pytest.mark.parametrize(
    "forged",
    [None, "no", {}, {"key": "no", "signature": "no"}, {"key": None, "signature": "00" * 64}],
    ids=["none", "text", "empty", "nonsense", "no key"],
)
def test_a_field_device_erases_nothing_without_the_true_word_of_the_centre(world: World, forged: Any) -> None:
    laptop = world.laptop()
    note = private_note(laptop)
    erase = laptop.op(record=note.record, erase=True)

    answer = laptop.send(replace(laptop.batch([erase]), proofs={erase.id: forged}))

    assert reasons(answer) == ["outside_scope"]
    assert laptop.pulled()[note.record].fields["body"] == "Somebody's words"


def test_the_word_for_one_op_is_none_for_another(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    told = Vouched.from_wire(erased(world, office, private_note(laptop)))
    note = private_note(laptop)
    erase = laptop.op(record=note.record, erase=True)

    answer = laptop.send(replace(laptop.batch([erase]), proofs={erase.id: told.proof}))

    assert reasons(answer) == ["outside_scope"]


def test_an_erasure_never_waits_and_frees_what_waited_for_values(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = laptop.op(fields={"title": "A", "space": "street"}, values={"body": "Lost on the way"})
    assert reasons(laptop.push(note)) == ["values"]

    answer = office.push(office.op(record=note.record, erase=True))

    assert statuses(answer) == ["applied"]
    assert laptop.pulled()[note.record].fields == {"title": "A", "space": "street"}
    assert office.pulled("quarantine")[note.id].fields["state"] == "released"


def test_values_that_come_late_into_quarantine_are_dropped_too(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = private_note(laptop)
    erased(world, office, note)
    values = {"body": "Late words"}
    late = laptop.op(record=note.record, fields={"count": "not a number"}, values=values)

    answer = laptop.push(late, values={late.id: values})

    assert reasons(answer) == ["wrong_type"]
    assert world.rows("SELECT COUNT(*) FROM private_values") == [(0,)]


def test_decisions_of_the_centre_travel_to_coordination_alone(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    world.centre.write("13", "device", laptop.device, {"status": "stored"})

    told = office.page().decisions

    assert [one.op["fields"] for one in told] == [{"status": "stored"}]
    assert office.page(cursor=office.page().cursor).decisions == ()
    assert laptop.page().extra == {"role": "field"}


def test_a_restored_centre_takes_its_own_decision_back_from_any_device(former: World, restored: World) -> None:
    laptop, office, field = former.laptop(), former.coordination(), former.laptop()
    former.centre.write("13", "device", laptop.device, {"status": "revoked"})
    (decision,) = office.page().decisions
    known(restored, laptop)

    answer = handed_in(known(restored, field), decision.to_wire())

    assert statuses(answer) == ["applied"]
    device = restored.centre.device(laptop.device)
    assert device is not None
    assert device.status == "revoked"
    assert decision.op in [one.op for one in known(restored, office).page().decisions]


def test_what_was_decided_on_having_seen_a_quarantine_finds_it_again_after_a_restore(
    former: World, restored: World
) -> None:
    laptop, office = former.laptop(), former.coordination()
    odd = laptop.op(fields={"title": "A", "topic": "unheard_of"})
    laptop.push(odd)
    shown = office.pulled("quarantine")[odd.id]
    seen = {name: shown.writer_of(name) for name in ("state", "decided_by", "decided_reason")}
    fields = {"state": "rejected", "decided_by": None, "decided_reason": "No"}
    decision = office.op("quarantine", odd.id, fields, seen=seen)

    known(restored, laptop).push(odd)
    answer = known(restored, office).push(decision)

    assert statuses(answer) == ["applied"]
    assert statuses(laptop.push(odd)) == ["rejected"]


def test_nobody_stops_an_erasure_by_coming_first_with_its_ids(former: World, restored: World) -> None:
    laptop, office, other = former.laptop(), former.coordination(), former.laptop()
    note = private_note(laptop)
    told = erased(former, office, note)
    taken_first(known(restored, other), told)

    answers = handed_in(known(restored, laptop), told), handed_in(known(restored, office), told)
    late = laptop.push(note, values={note.id: {"body": "Somebody's words"}})

    assert [statuses(one) for one in (*answers, late)] == [["applied"]] * 3
    assert [one.results[0].repeated for one in answers] == [False, True]
    assert office.pulled()[note.record].fields == {"title": "A", "space": "street"}
    assert office.pulled()[note.record].extra["erase"]["op"] == told["op"]
    assert restored.rows("SELECT COUNT(*) FROM private_values") == [(0,)]
    assert faults(restored) == []


def test_nobody_stops_an_erasure_by_bringing_it_without_its_proof(former: World, restored: World) -> None:
    laptop, office, other = former.laptop(), former.coordination(), former.laptop()
    note = private_note(laptop)
    told = erased(former, office, note)
    unproven = known(restored, other).push(told["op"])

    handed_in(known(restored, laptop), told)
    laptop.push(note, values={note.id: {"body": "Somebody's words"}})

    assert reasons(unproven) == ["outside_scope"]
    assert known(restored, office).pulled()[note.record].fields == {"title": "A", "space": "street"}
    assert restored.rows("SELECT COUNT(*) FROM private_values") == [(0,)]
    assert faults(restored) == []


def test_nobody_stops_decisions_of_the_centre_by_coming_first_with_their_ids(former: World, restored: World) -> None:
    laptop, office, other = former.laptop(), former.coordination(), former.laptop()
    former.centre.write("13", "device", laptop.device, {"status": "stored"})
    former.centre.write("13", "device", laptop.device, {"status": "revoked"})
    told = [one.to_wire() for one in office.page().decisions]
    known(restored, laptop)
    taken_first(known(restored, other), told[0])

    answers = [handed_in(other, one) for one in told]

    assert [statuses(one) for one in answers] == [["applied"], ["applied"]]
    device = restored.centre.device(laptop.device)
    assert device is not None
    assert device.status == "revoked"
    carried = [one.to_wire()["op"] for one in known(restored, office).page().decisions]
    assert [one["op"] for one in told if one["op"] in carried] == [one["op"] for one in told]
    assert faults(restored) == []


def test_an_erasure_takes_private_values_that_only_a_newer_laptop_knows(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    values = {"body": "Somebody's words", "novelty": "what a newer version asks"}
    op = laptop.op(fields={"title": "A", "space": "street"}, values=values)
    laptop.push(op, values={op.id: values})
    rival = office.op(record=op.record, values={"novelty": "another answer"})
    office.push(rival, values={rival.id: {"novelty": "another answer"}})

    office.push(office.op(record=op.record, erase=True))

    shown = office.pulled()[op.record]
    assert shown.fields == {"title": "A", "space": "street"}
    assert [(one["state"], one["before"], one["other"]) for one in shown.conflicts] == [("closed", {}, {})]
    assert world.rows("SELECT private FROM records WHERE id = '" + op.record + "'") == [(None,)]  # noqa: S608
