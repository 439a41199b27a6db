"""What waits, why, and how it comes out again: every reason, chains, decisions, reference data."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sync.central.centre import Centre
from sync.central.stores import AnyStore
from tests.central.speaking import ALL, SCHEMA, Laptop, World, reasons, sealed_for, statuses

RELEASE = {"state": "released", "decided_by": None, "decided_reason": None}


def decide(office: Laptop, held: str, state: str, reason: str | None = None) -> str:
    """A coordinator's decision on a quarantine record as it was pulled; the status of the op."""
    record = office.pulled("quarantine")[held]
    names = ("state", "decided_by", "decided_reason")
    fields = dict(zip(names, (state, office.device, reason), strict=True))
    seen = {name: record.writer_of(name) for name in names}
    return statuses(office.push(office.op("quarantine", record=held, fields=fields, seen=seen)))[0]


def held_fields(laptop: Laptop, op: str) -> dict[str, Any]:
    return dict(laptop.pulled("quarantine")[op].fields)


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
        assert tx.written(record.record).raw == raw
    again = laptop.send(_as_before(laptop, raw))
    assert again.results[0].repeated


def _as_before(laptop: Laptop, raw: Any) -> Any:
    laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""
    return laptop.batch([raw])


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


def test_a_correction_in_the_same_batch_heals_what_it_corrects(world: World) -> None:
    laptop = world.laptop()
    wrong = laptop.op(fields={"title": "A lamp", "topic": "raods"})
    right = laptop.op(record=wrong.record, fields={"topic": "roads"}, seen=wrong)

    answer = laptop.push(wrong, right)

    assert statuses(answer) == ["applied", "applied"]
    record = laptop.pulled()[wrong.record]
    assert record.fields == {"title": "A lamp", "topic": "roads"}
    assert (record.writer_of("title"), record.writer_of("topic")) == (wrong.id, right.id)
    assert held_fields(laptop, wrong.id)["state"] == "released"


def test_a_correction_that_comes_later_heals_the_whole_chain(world: World) -> None:
    laptop = world.laptop()
    wrong = laptop.op(fields={"title": "A lamp", "topic": "raods"})
    behind = laptop.op(record=wrong.record, fields={"title": "Two lamps"}, seen=wrong)
    first = laptop.push(wrong, behind)
    right = laptop.op(record=wrong.record, fields={"topic": "roads"}, seen=wrong)

    answer = laptop.push(right)

    assert reasons(first) == ["unknown_code", "waiting"]
    assert statuses(answer) == ["applied"]
    assert laptop.pulled()[wrong.record].fields == {"title": "Two lamps", "topic": "roads"}
    told = laptop.pulled("quarantine")
    assert {told[op.id].fields["state"] for op in (wrong, behind, right)} == {"released"}
    assert told[right.id].fields["op_change"] == answer.results[0].change
    again = laptop.send(_as_before(laptop, wrong.to_wire()))
    assert (statuses(again), again.results[0].repeated) == (["applied"], True)


def test_a_chain_that_is_still_wrong_goes_on_waiting(world: World) -> None:
    laptop = world.laptop()
    wrong = laptop.op(fields={"title": "A lamp", "topic": "raods"})
    laptop.push(wrong)

    answer = laptop.push(laptop.op(record=wrong.record, fields={"topic": "rodas"}, seen=wrong))

    assert reasons(answer) == ["unknown_code"]
    assert held_fields(laptop, wrong.id)["reason"] == "waiting"


def test_an_edit_of_a_live_record_waits_only_behind_what_it_saw(world: World) -> None:
    laptop, other = world.laptop(), world.laptop()
    made = laptop.note()
    wrong = laptop.op(record=made.record, fields={"topic": "raods"}, seen=made)
    laptop.push(wrong)

    answer = other.push(other.op(record=made.record, fields={"title": "Two lamps"}, seen=made))
    behind = laptop.push(laptop.op(record=made.record, fields={"topic": "water"}, seen={"topic": wrong.id}))

    assert statuses(answer) == ["applied"]
    assert statuses(behind) == ["applied"]
    assert laptop.pulled()[made.record].fields["topic"] == "water"


def test_a_corrected_edit_meets_a_newer_value_in_one_conflict(world: World) -> None:
    laptop, other = world.laptop(), world.laptop()
    made = laptop.note()
    wrong = laptop.op(record=made.record, fields={"topic": "raods"}, seen=made)
    laptop.push(wrong)
    other.push(other.op(record=made.record, fields={"topic": "water"}, seen=made))
    right = laptop.op(record=made.record, fields={"topic": None}, seen=wrong)

    answer = laptop.push(right)

    assert statuses(answer) == ["conflict"]
    conflicts = laptop.pulled()[made.record].conflicts
    assert [(c["id"], c["other"], c["before"]) for c in conflicts] == [
        (f"{right.id}/topic", {"topic": None}, {"topic": "roads"})
    ]


def test_a_second_creation_waits_while_the_record_exists_only_in_quarantine(world: World) -> None:
    one, other = world.laptop(), world.laptop()
    wrong = one.op(fields={"title": "A lamp", "topic": "raods"})
    one.push(wrong)

    answer = other.push(other.op(record=wrong.record, fields={"title": "A lamp"}))

    assert reasons(answer) == ["waiting"]


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
    assert told["op_change"] == laptop.send(_as_before(laptop, wrong.to_wire())).results[0].change


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

    again = laptop.send(_as_before(laptop, wrong.to_wire()))
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


def test_new_reference_data_heals_every_region(world: World) -> None:
    north, south, office = world.laptop("01"), world.laptop("12"), world.coordination(ALL)
    ops = {
        "01": north.op(fields={"title": "A", "topic": "trees"}, region="01"),
        "12": south.op(fields={"title": "B", "topic": "trees"}, region="12"),
    }
    north.push(ops["01"], region="01")
    south.push(ops["12"], region="12")

    office.push(office.op("topic", fields={"code": "trees", "name": "Trees"}, region=ALL), region=ALL)

    for region, op in ops.items():
        assert office.pulled(feed=region)[op.record].fields["topic"] == "trees"


def test_a_code_of_reference_data_is_known_at_once(world: World) -> None:
    laptop, office = world.laptop(), world.coordination(ALL)
    office.push(office.op("topic", fields={"code": "trees", "name": "Trees"}, region=ALL), region=ALL)

    answer = laptop.push(laptop.op(fields={"topic": "trees"}), laptop.op(fields={"topic": "stars"}))

    assert statuses(answer) == ["applied", "quarantined"]


class Overtaken:
    """A store in which something happens before its n-th writing transaction."""

    def __init__(self, store: AnyStore, nth: int, what: Callable[[], object]) -> None:
        self.reading, self._store, self._left, self._what = store.reading, store, nth, what

    def writing(self) -> Any:
        self._left -= 1
        if self._left == 0:
            self._what()
        return self._store.writing()

    def close(self) -> None:
        self._store.close()


def test_a_change_beside_a_healing_is_not_forgotten_though_its_program_dies(world: World) -> None:
    laptop, office = world.laptop(), world.coordination(ALL)
    laptop.push(*(laptop.op(fields={"title": "A", "topic": code}) for code in ("first", "second")))
    topics = [office.op("topic", fields={"code": code, "name": "New"}, region=ALL) for code in ("first", "second")]
    one, other = (office.batch([topic], region=ALL) for topic in topics)
    dying = Centre(world.store, world.schema, world.surroundings)
    dying._heal_if_due = lambda: None  # type: ignore[method-assign]
    after_push_and_retry = 3
    store = Overtaken(world.store, after_push_and_retry, lambda: dying.push(office.held, other, other.stream))

    Centre(store, world.schema, world.surroundings).push(office.held, one, one.stream)
    world.open_again()

    assert [record.fields["state"] for record in office.pulled("quarantine").values()] == ["released"] * 2


def test_a_newer_schema_heals_what_the_older_one_did_not_know(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op("spaceship", fields={"speed": 1})
    laptop.push(op, {"op": "unreadable for ever"})
    newer = replace(SCHEMA, version=2, kinds=(*SCHEMA.kinds, replace(SCHEMA.kinds[0], name="spaceship", groups=())))

    world.open_again(newer)

    assert laptop.pulled("spaceship")[op.record].fields == {"speed": 1}


def test_a_revoked_device_may_hand_in_but_not_pull(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    shown = office.pulled("device")[laptop.device]
    edit = {"status": "revoked"}
    office.push(office.op("device", record=laptop.device, fields=edit, seen={"status": shown.writer_of("status")}))
    op = laptop.op(fields={"title": "Still mine"})

    answer = laptop.push(op, 7)

    assert reasons(answer) == ["revoked", "revoked"]
    assert decide(office, op.id, "released") == "applied"
    assert office.pulled()[op.record].fields == {"title": "Still mine"}


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


def test_a_correction_of_an_insert_only_record_is_taken_as_one_with_it(world: World) -> None:
    laptop = world.laptop()
    wrong = laptop.op("stamp", fields={"result": 7})

    answer = laptop.push(wrong, laptop.op("stamp", record=wrong.record, fields={"result": "complete"}, seen=wrong))

    assert statuses(answer) == ["applied", "applied"]
    assert laptop.pulled("stamp")[wrong.record].fields == {"result": "complete"}


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


def test_a_long_chain_is_healed_once_at_the_end_of_the_batch(world: World) -> None:
    laptop = world.laptop()
    wrong = laptop.op(fields={"title": "0", "topic": "raods"})
    chain = [wrong]
    for number in range(1, 60):
        chain.append(laptop.op(record=wrong.record, fields={"title": str(number)}, seen={"title": chain[-1].id}))
    right = laptop.op(record=wrong.record, fields={"topic": "roads"}, seen=wrong)

    answer = laptop.push(*chain, right)

    assert set(statuses(answer)) == {"applied"}
    assert laptop.pulled()[wrong.record].fields == {"title": "59", "topic": "roads"}


def test_a_thousand_ops_behind_one_that_waits_are_held_in_good_time(world: World) -> None:
    laptop = world.laptop()
    wrong = laptop.op(fields={"title": "0", "topic": "raods"})
    behind = [laptop.op(record=wrong.record, fields={"title": str(n)}, seen={"title": wrong.id}) for n in range(999)]

    answer = laptop.push(wrong, *behind)

    assert reasons(answer) == ["unknown_code"] + ["waiting"] * 999


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
