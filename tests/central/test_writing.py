"""Who may write what and where: field and coordination devices, regions, erasures."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sync.central.ground import Limits
from tests.central.conftest import BOTH
from tests.central.notes import person, private_note
from tests.central.speaking import ALL, World, reasons, statuses

DATABASES = BOTH


@pytest.mark.parametrize(
    ("kind", "fields", "seen_of_maker", "expected"),
    [
        ("note", {"title": "B"}, True, "applied"),
        ("note", {"space": "office"}, True, "immutable"),
        ("topic", {"code": "x"}, False, "outside_scope"),
        ("quarantine", {"reason": "x"}, False, "outside_scope"),
        ("device", {"status": "revoked"}, False, "outside_scope"),
    ],
)
def test_what_a_field_device_may_write(
    world: World, kind: str, fields: dict[str, Any], seen_of_maker: bool, expected: str
) -> None:
    maker, mate = world.laptop(), world.laptop()
    note = private_note(maker)
    op = mate.op(kind, record=note.record, fields=fields, seen=note if seen_of_maker else None)

    answer = mate.push(op)

    assert (reasons(answer)[0] or statuses(answer)[0]) == expected


def test_a_field_device_edits_nothing_that_it_cannot_have_seen(world: World) -> None:
    maker, mate = world.laptop(), world.laptop()
    street, office = private_note(maker), private_note(maker, space="office")
    values = {"body": "Guessed"}
    private = mate.op(record=street.record, fields={}, values=values, seen=street)
    hidden = mate.op(record=office.record, fields={"title": "Guessed"}, seen=office)

    answer = mate.push(private, hidden, values={private.id: values})

    assert reasons(answer) == ["outside_scope", "outside_scope"]


def test_a_late_edit_of_what_was_in_sight_is_taken_whatever_its_age(world: World) -> None:
    maker, mate = world.laptop(), world.laptop()
    note = private_note(maker)
    world.clock.move(days=400)

    answer = mate.push(mate.op(record=note.record, fields={"title": "Late"}, seen=note))

    assert statuses(answer) == ["applied"]


def test_a_device_that_a_record_names_may_go_on_from_it(world: World) -> None:
    maker, named = world.laptop(), world.laptop()
    op = maker.op("stamp", fields={"for_device": named.device})
    maker.push(op)

    answer = named.push(named.op("stamp", record=op.record, fields={"result": "B"}, seen={"result": op.id}))

    assert reasons(answer) == ["only_once"]


def test_two_laptops_that_make_one_person_meet_in_a_conflict_and_may_go_on(world: World) -> None:
    maker, mate = world.laptop(), world.laptop()
    note = private_note(maker)
    person(maker, note, "Juana")
    values = {"name": "Juana María"}
    twin = mate.op("person", record=note.record, fields={}, values=values)
    first = mate.push(twin, values={twin.id: values})
    more_values = {"name": "Juana M."}
    more = mate.op("person", record=note.record, fields={}, values=more_values, seen=twin)

    answer = mate.push(more, values={more.id: more_values})

    assert (statuses(first), statuses(answer)) == (["conflict"], ["conflict"])


def test_both_ops_of_a_blind_twin_may_come_in_one_batch(world: World) -> None:
    maker, mate = world.laptop(), world.laptop()
    note = private_note(maker)
    person(maker, note, "Juana")
    values, more_values = {"name": "Juana María"}, {"name": "Juana M."}
    twin = mate.op("person", record=note.record, fields={}, values=values)
    more = mate.op("person", record=note.record, fields={}, values=more_values, seen=twin)

    answer = mate.push(twin, more, values={twin.id: values, more.id: more_values})

    assert statuses(answer) == ["conflict", "conflict"]


@pytest.mark.parametrize(
    ("device_region", "role", "op_region", "kind", "expected"),
    [
        ("13", "coordination", "13", "note", "applied"),
        ("13", "coordination", "05", "note", "outside_scope"),
        ("13", "coordination", ALL, "topic", "outside_scope"),
        (ALL, "coordination", "05", "note", "applied"),
        (ALL, "coordination", ALL, "topic", "applied"),
        (ALL, "coordination", ALL, "note", "outside_scope"),
        (ALL, "coordination", "Atlantis", "note", "outside_scope"),
        ("13", "field", ALL, "topic", "outside_scope"),
    ],
)
def test_where_a_device_may_write(
    world: World, device_region: str, role: str, op_region: str, kind: str, expected: str
) -> None:
    laptop = world.laptop(device_region, role)
    fields = {"code": "trees"} if kind == "topic" else {"title": "A"}

    answer = laptop.push(laptop.op(kind, fields=fields, region=op_region), region=op_region)

    assert (reasons(answer)[0] or statuses(answer)[0]) == expected


def test_a_region_that_there_is_not_begins_no_feed(tmp_path: Path) -> None:
    world = World(tmp_path, limits=Limits(regions=frozenset({"05", "13"})))
    office = world.coordination(ALL)
    made = [office.op(fields={"title": "A", "space": "street"}, region=region) for region in ("05", "99")]

    with closing(world.store):
        answers = [office.push(op, region=op.region) for op in made]
        begun = world.rows("SELECT COUNT(*) FROM records WHERE region = '99'")

    assert [reasons(answer)[0] or statuses(answer)[0] for answer in answers] == ["applied", "outside_scope"]
    assert begun == [(0,)]


def test_a_record_of_another_region_is_not_touched_under_a_false_one(world: World) -> None:
    maker, foreign = world.laptop("13"), world.coordination("05")
    note = private_note(maker)

    answer = foreign.push(foreign.op(record=note.record, fields={"title": "Mine"}, region="05"), region="05")

    assert reasons(answer) == ["outside_scope"]
    assert maker.pulled()[note.record].fields["title"] == "A"


def test_only_coordination_erases(world: World) -> None:
    maker = world.laptop()
    note = private_note(maker)

    answer = maker.push(maker.op(record=note.record, fields={}, erase=True))

    assert reasons(answer) == ["outside_scope"]
