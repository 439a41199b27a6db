"""An erasure takes also what nobody could read: values beside ops that name a record and say nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from sync.central.migrations import migrations
from sync.central.operate.check import check
from sync.central.operate.inspection import Fault
from tests.central.notes import private_note
from tests.central.speaking import Laptop, World, reasons
from tests.central.toy import SALT, SCHEMA

UNREAD_NAMES = migrations("sqlite")[3]
"""The step that names the records of unread ops; the same text for every database."""


def faults(world: World) -> list[Fault]:
    """What a look through the centre finds."""
    found: list[Fault] = []
    with world.store.reading() as tx:
        check(tx, SCHEMA, found.append, lambda _: lambda _: None)
    return found


def unreadable(laptop: Laptop, record: str, *, missing: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """An op with private values that lacks a member, and the entry of its values."""
    values = {"body": "Words beside an unread op"}
    raw = laptop.op(record=record, values=values).to_wire()
    del raw[missing]
    return raw, {raw["op"]: {"salt": SALT.hex(), "fields": values}}


@pytest.mark.parametrize("missing", ["author", "kind"])
def test_an_erasure_takes_the_values_of_ops_that_cannot_be_read(world: World, missing: str) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = private_note(laptop)
    raw, entry = unreadable(laptop, note.record, missing=missing)
    answer = laptop.push(raw, raw_values=entry)
    held = world.rows("SELECT COUNT(*) FROM private_values")

    office.push(office.op(record=note.record, erase=True))

    assert (reasons(answer), held) == (["unreadable"], [(2,)])
    assert world.rows("SELECT COUNT(*) FROM private_values") == [(0,)]
    assert faults(world) == []


@pytest.mark.parametrize("missing", ["author", "kind"])
def test_values_of_an_op_that_cannot_be_read_are_dropped_once_its_record_was_erased(world: World, missing: str) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = private_note(laptop)
    office.push(office.op(record=note.record, erase=True))
    raw, entry = unreadable(laptop, note.record, missing=missing)

    answer = laptop.push(raw, raw_values=entry)

    assert reasons(answer) == ["unreadable"]
    assert world.rows("SELECT COUNT(*) FROM private_values") == [(0,)]
    assert faults(world) == []


def test_an_op_that_cannot_be_read_is_no_part_of_the_history_of_its_record(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = private_note(laptop)
    raw, entry = unreadable(laptop, note.record, missing="author")

    laptop.push(raw, raw_values=entry)

    assert [one["op"] for one in office.history("note", note.record)] == [note.id]


def test_a_centre_of_an_older_version_loses_the_values_of_unread_ops_on_erased_records_when_it_migrates(
    world: World,
) -> None:
    laptop, office = world.laptop(), world.coordination()
    note, other = private_note(laptop), private_note(laptop)
    for record in (note.record, other.record):
        raw, entry = unreadable(laptop, record, missing="author")
        laptop.push(raw, raw_values=entry)
    with world.store.writing() as tx:  # as the version before wrote it
        world.run(tx, "UPDATE ops SET kind = NULL, record = NULL WHERE reason = 'unreadable'")
        world.run(tx, "UPDATE records SET erased = ? WHERE id = ?", True, note.record)

    with world.store.writing() as tx:
        for statement in UNREAD_NAMES.split(";\n")[:-1]:
            world.run(tx, statement)

    told = world.rows("SELECT record FROM ops JOIN private_values USING (batch, place) WHERE reason = 'unreadable'")
    assert told == [(other.record,)]
    assert office.pulled()[other.record].fields["body"] == "By the bridge"
