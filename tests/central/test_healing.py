"""What waits comes out by itself: by a correction, new reference data or a newer schema, whole chains at once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sync.central.centre import Centre
from sync.central.stores import AnyStore
from tests.central.speaking import ALL, World, reasons, statuses
from tests.central.toy import SCHEMA
from tests.central.waiting import as_before, held_fields


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
    again = laptop.send(as_before(laptop, wrong.to_wire()))
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


def test_what_a_newer_schema_knows_says_that_it_waits_behind_another(world: World) -> None:
    laptop, other = world.laptop(), world.laptop()
    first = laptop.op("spaceship", fields={"topic": "raods"})
    laptop.push(first)
    second = other.op("spaceship", record=first.record, fields={"title": "A lamp"})
    before = reasons(other.push(second))
    newer = replace(SCHEMA, version=2, kinds=(*SCHEMA.kinds, replace(SCHEMA.kinds[0], name="spaceship")))

    world.open_again(newer)

    assert before == ["unknown_kind"]
    assert held_fields(laptop, first.id)["reason"] == "unknown_code"
    assert held_fields(other, second.id)["reason"] == "waiting"


def test_a_correction_of_an_insert_only_record_is_taken_as_one_with_it(world: World) -> None:
    laptop = world.laptop()
    wrong = laptop.op("stamp", fields={"result": 7})

    answer = laptop.push(wrong, laptop.op("stamp", record=wrong.record, fields={"result": "complete"}, seen=wrong))

    assert statuses(answer) == ["applied", "applied"]
    assert laptop.pulled("stamp")[wrong.record].fields == {"result": "complete"}


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
