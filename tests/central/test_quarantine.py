"""What waits, and why: every reason, and what is told of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sync.central.errors import RefusedError
from sync.central.ground import Limits
from sync.core.protocol import Batch
from tests.central.speaking import Laptop, World, reasons, sealed_for, statuses
from tests.central.waiting import as_before, decide, held_fields


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"topic": "unheard_of"}, "unknown_code"),
        ({"tags": ["urgent", "never"]}, "unknown_code"),
        ({"title": 7}, "wrong_type"),
        ({"title": "x" * 201}, "wrong_type"),
        ({"title": "a\0b"}, "wrong_type"),
        ({"title": "n\u0303"}, "wrong_type"),
        ({"topic": 7}, "wrong_type"),
        ({"tags": "urgent"}, "wrong_type"),
        ({"lines": [1.5]}, "wrong_type"),
        ({"count": True}, "wrong_type"),
        ({"count": 2**60}, "wrong_type"),
        ({"count": 1.5}, "wrong_type"),
        ({"share": "a half"}, "wrong_type"),
        ({"owed": 1}, "wrong_type"),
        ({"seen_at": "2026-11-21"}, "wrong_type"),
        ({"seen_at": "2026-11-31T10:00:00.000Z"}, "wrong_type"),
        ({"seen_at": "2026-11-21T25:61:00.000Z"}, "wrong_type"),
        ({"due_on": "21-11-2026"}, "wrong_type"),
        ({"due_on": "2026-02-30"}, "wrong_type"),
        ({"owner": "somebody"}, "wrong_type"),
        ({"place": ["lat"]}, "wrong_type"),
        ({"place": {"lat": 1.5}}, "wrong_type"),
        ({"mood": ["a", "b"]}, "wrong_type"),
        ({"novelty": 1.5}, "wrong_type"),
        ({"status": "voided"}, "unreadable"),
        ({"body": "In the open"}, "values"),
    ],
    ids=str,
)
def test_a_value_that_the_schema_does_not_know_waits(world: World, fields: dict[str, Any], reason: str) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"count": 1, **fields})

    answer = laptop.push(op)

    assert (statuses(answer), reasons(answer)) == (["quarantined"], [reason])
    assert laptop.pulled() == {}
    assert held_fields(laptop, op.id)["reason"] == reason


@pytest.mark.parametrize(
    "fields",
    [
        {"share": "-0.25", "owed": False, "seen_at": "2026-11-21T15:04:05.123Z", "due_on": "2026-12-01"},
        {"owner": "0199aaaa-0000-7000-8000-000000000001", "place": {"lat": "-33.4"}, "lines": [1, {"a": None}]},
        {"tags": ["urgent", "later"], "mood": "anything", "title": None, "status": "voided", "why": "twice"},
    ],
    ids=str,
)
def test_values_of_every_type_are_taken(world: World, fields: dict[str, Any]) -> None:
    laptop = world.laptop()

    answer = laptop.push(laptop.op(fields=fields))

    assert statuses(answer) == ["applied"]


def test_an_op_of_an_unknown_kind_waits(world: World) -> None:
    laptop = world.laptop()

    answer = laptop.push(laptop.op("spaceship", fields={"speed": 1}))

    assert reasons(answer) == ["unknown_kind"]


@pytest.mark.parametrize("raw", [{}, 7, ["op"], None, {"op": 7}, {"op": "x", "kind": "\0", "record": "r"}], ids=str)
def test_json_that_is_not_an_op_is_kept_as_it_is(world: World, raw: Any) -> None:
    laptop, office = world.laptop(), world.coordination()

    answer = laptop.push(raw, laptop.op(fields={"title": "Goes on"}))

    assert statuses(answer) == ["quarantined", "applied"]
    assert reasons(answer)[0] == "unreadable"
    (record,) = office.pulled("quarantine").values()
    with world.store.reading() as tx:
        assert tx.written((record.record,))[record.record].raw == raw
    again = laptop.send(as_before(laptop, raw))
    assert again.results[0].repeated


def test_an_unreadable_op_answers_under_the_id_it_came_with(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": "A"})

    answer = laptop.push({**op.to_wire(), "captured_at": "yesterday"}, {**op.to_wire(), "op": "my own name"})

    assert [result.op for result in answer.results] == [op.id, "my own name"]


def test_a_second_op_on_an_insert_only_record_waits(world: World) -> None:
    laptop = world.laptop()
    first = laptop.op("stamp", fields={"result": "complete"})
    laptop.push(first)

    answer = laptop.push(laptop.op("stamp", record=first.record, fields={"result": "partial"}, seen=first))

    assert reasons(answer) == ["only_once"]


def test_an_immutable_field_keeps_its_value(world: World) -> None:
    laptop = world.laptop()
    made = laptop.note()

    answer = laptop.push(laptop.op(record=made.record, fields={"space": "office"}, seen=made))

    assert reasons(answer) == ["immutable"]


def test_a_known_id_with_other_content_waits_under_an_id_of_its_own(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    made = laptop.note()
    twin = replace(made, fields={"title": "Another content"})

    answer = laptop.push(twin)
    again = laptop.push(twin)

    assert (reasons(answer), answer.results[0].op) == (["id_reused"], made.id)
    assert again.results[0].repeated
    (record,) = office.pulled("quarantine").values()
    assert record.fields["op"] == made.id
    assert record.record != made.id
    assert decide(office, record.record, "released") == "applied"
    assert held_fields(office, record.record)["state"] == "waiting"


def test_two_ops_of_one_id_in_one_batch_are_told_apart(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": "One"})
    twin = replace(op, fields={"title": "Other"})

    answer = laptop.push(op, twin, twin)

    assert statuses(answer) == ["applied", "quarantined", "quarantined"]
    assert [r.repeated for r in answer.results] == [False, False, True]


@pytest.mark.parametrize(
    "values",
    [
        None,
        {"salt": "00" * 16, "fields": {"body": "By the bridge"}},
        {"salt": "no", "fields": {"body": "By the bridge"}},
        {"salt": bytes(range(16)).hex(), "fields": {"body": "Elsewhere"}},
        {"salt": bytes(range(16)).hex(), "fields": {}},
        {"sealed": "not base64!"},
        {"sealed": "AAAA"},
        7,
    ],
    ids=str,
)
def test_private_values_that_are_missing_or_do_not_match_wait(world: World, values: Any) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": "A"}, values={"body": "By the bridge"})

    answer = laptop.push(op, raw_values={} if values is None else {op.id: values})

    assert reasons(answer) == ["values"]


def test_values_that_the_op_does_not_announce_wait(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": "A"})

    answer = laptop.push(op, values={op.id: {"body": "By the bridge"}})

    assert reasons(answer) == ["values"]


def test_a_public_field_that_travels_as_a_private_one_waits(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={}, values={"title": "In secret"})

    answer = laptop.push(op, values={op.id: {"title": "In secret"}})

    assert reasons(answer) == ["values"]


@pytest.mark.parametrize("sealed", ["AAAA", "not base64!", None], ids=str)
def test_sealed_answers_that_do_not_open_wait(world: World, sealed: str | None) -> None:
    laptop = world.laptop()
    values = {"answers_sealed": sealed or sealed_for(world, ["not", "an", "object"])}
    op = laptop.op("stamp", fields={"result": "complete"}, values=values)

    answer = laptop.push(op, values={op.id: values})

    assert reasons(answer) == ["unreadable"]


@pytest.mark.parametrize("status", ["revoked", "lost", "stolen"])
def test_a_device_out_of_hand_may_hand_in_but_not_pull(world: World, status: str) -> None:
    laptop, office = world.laptop(), world.coordination()
    shown = office.pulled("device")[laptop.device]
    edit = {"status": status}
    office.push(office.op("device", record=laptop.device, fields=edit, seen={"status": shown.writer_of("status")}))
    op = laptop.op(fields={"title": "Still mine"})

    answer = laptop.push(op, 7)

    assert reasons(answer) == ["revoked", "revoked"]
    with pytest.raises(RefusedError, match="revoked"):
        laptop.page()
    assert decide(office, op.id, "released") == "applied"
    assert office.pulled()[op.record].fields == {"title": "Still mine"}


def revoked_with_two_ops_a_day(folder: Path) -> tuple[World, Laptop, Batch]:
    """A revoked laptop that has handed in all that it may in a day, and the batch with which it did."""
    world = World(folder, limits=Limits(revoked_ops_per_day=2))
    laptop = world.laptop()
    world.centre.write("13", "device", laptop.device, {"status": "revoked"})
    batch = laptop.batch([laptop.op(fields={"title": "A"}), laptop.op(fields={"title": "B"})])
    laptop.send(batch)
    return world, laptop, batch


def test_a_revoked_device_that_used_up_its_day_gets_a_lost_answer_again(tmp_path: Path) -> None:
    world, laptop, batch = revoked_with_two_ops_a_day(tmp_path)

    again = laptop.send(batch)

    assert reasons(again) == ["revoked", "revoked"]
    assert [result.repeated for result in again.results] == [True, True]
    with pytest.raises(RefusedError, match="too_many"):
        laptop.push(laptop.op(fields={"title": "C"}))
    world.store.close()


def test_what_a_revoked_device_repeats_in_a_new_stream_does_not_count_again(tmp_path: Path) -> None:
    world, laptop, batch = revoked_with_two_ops_a_day(tmp_path)
    laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""

    again = laptop.push(*map(dict, batch.ops))

    assert [result.repeated for result in again.results] == [True, True]
    world.store.close()


def test_an_op_for_another_region_waits_in_the_devices_own(world: World) -> None:
    laptop, office, foreign = world.laptop("13"), world.coordination("13"), world.coordination("05")
    op = laptop.op(fields={"title": "Elsewhere"}, region="05")

    answer = laptop.push(op, region="05")

    assert reasons(answer) == ["outside_scope"]
    assert held_fields(office, op.id)["reason"] == "outside_scope"
    assert foreign.pulled("quarantine", feed="05") == {}
    decide(office, op.id, "released")
    assert held_fields(office, op.id)["state"] == "waiting"


def test_an_op_of_another_region_than_its_batch_waits(world: World) -> None:
    laptop = world.laptop()

    answer = laptop.push(laptop.op(fields={"title": "A"}, region="05"))

    assert reasons(answer) == ["outside_scope"]


def test_what_waits_shows_no_private_value_and_nothing_that_cannot_travel(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": 7, "count": 1.5, "body": "Juana", "lines": ["kept"]})

    laptop.push(op)

    assert held_fields(laptop, op.id)["fields"] == {"title": 7, "lines": ["kept"]}


def test_an_op_on_a_held_record_of_a_kind_that_nobody_knows_waits_behind_it(world: World) -> None:
    laptop = world.laptop()
    first = laptop.op("spaceship", fields={"speed": 1})

    answer = laptop.push(first, laptop.op("spaceship", record=first.record, fields={"speed": 2}, seen=first))

    assert statuses(answer) == ["quarantined", "quarantined"]
