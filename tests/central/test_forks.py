"""A stream that went on twice: a cloned image, a backup put back. Nothing is lost, and a person looks at it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from sync.central.errors import RefusedError
from sync.core.protocol import Batch
from tests.central.speaking import ALL, Laptop, World, statuses


def a_fork(laptop: Laptop, next_stream: str | None = None) -> Batch:
    """A second batch that does not go on from what the centre holds of the first, as a clone sends it."""
    laptop.seq, laptop.link = 1, "0" * 64
    return replace(laptop.batch([laptop.op(fields={"title": "On a clone"})]), next_stream=next_stream)


def refused(world: World, laptop: Laptop, batch: Batch) -> Any:
    with pytest.raises(RefusedError) as told:
        world.centre.push(laptop.held, batch, batch.stream)
    return told.value.document


def test_a_fork_brings_a_certificate_with_a_new_label_for_the_same_device_and_keys(world: World) -> None:
    laptop = world.laptop()
    laptop.note()

    told = refused(world, laptop, a_fork(laptop, laptop.ids.new()))

    before, after = laptop.certificate["body"], told.members["certificate"]["body"]
    assert (told.status, told.type) == (409, "fork")
    assert after["label"] == "T02"
    assert {**after, "label": "T01", "issued_at": before["issued_at"]} == before


def test_the_same_next_stream_gets_the_same_certificate_whenever_it_asks(world: World) -> None:
    laptop = world.laptop()
    laptop.note()
    batch = a_fork(laptop, laptop.ids.new())
    first = refused(world, laptop, batch)

    second = refused(world, laptop, batch)

    assert second.members == first.members


def test_two_clones_get_two_labels(world: World) -> None:
    laptop = world.laptop()
    laptop.note()
    one = refused(world, laptop, a_fork(laptop, laptop.ids.new()))

    other = refused(world, laptop, a_fork(laptop, laptop.ids.new()))

    labels = {told.members["certificate"]["body"]["label"] for told in (one, other)}
    assert labels == {"T02", "T03"}


def test_a_fork_that_names_no_next_stream_raises_the_alarm_once_and_brings_no_certificate(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    laptop.note()
    batch = a_fork(laptop)
    first = refused(world, laptop, batch)
    change = office.pulled("device")[laptop.device].change

    refused(world, laptop, batch)

    assert "certificate" not in first.members
    assert office.pulled("device")[laptop.device].change == change
    assert office.pulled("device")[laptop.device].fields["confirmation"] == "fork"


def test_under_the_new_stream_the_clone_pushes_on_and_its_known_ops_are_repeated(world: World) -> None:
    laptop = world.laptop()
    known = laptop.note()
    next_stream = laptop.ids.new()
    refused(world, laptop, a_fork(laptop, next_stream))
    laptop.stream, laptop.seq, laptop.link = next_stream, 0, ""

    answer = laptop.push(known, laptop.op(fields={"title": "On a clone"}))

    assert statuses(answer) == ["applied", "applied"]
    assert [result.repeated for result in answer.results] == [True, False]


def test_after_a_fork_the_device_pushes_but_reads_nothing_until_a_coordinator_confirms(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    laptop.note()
    next_stream = laptop.ids.new()
    refused(world, laptop, a_fork(laptop, next_stream))
    laptop.stream, laptop.seq, laptop.link = next_stream, 0, ""
    laptop.push(laptop.op(fields={"title": "Goes on"}))
    with pytest.raises(RefusedError) as waiting:
        laptop.page()
    with pytest.raises(RefusedError):
        laptop.history("note", laptop.ids.new())
    shown = office.pulled("device")[laptop.device]

    confirmed = {"confirmation": "confirmed"}
    seen = {"confirmation": shown.writer_of("confirmation")}
    office.push(office.op("device", laptop.device, confirmed, seen=seen))

    assert (waiting.value.document.status, waiting.value.document.type) == (403, "unconfirmed")
    assert shown.fields["label"] == "T03"
    assert len(laptop.pulled()) == 2


def test_another_coordinator_of_all_regions_confirms_one_from_a_laptop(world: World) -> None:
    laptop, office = world.coordination(ALL), world.coordination(ALL)
    laptop.push(laptop.op("topic", fields={"code": "trees", "name": "Trees"}, region=ALL), region=ALL)
    refused(world, laptop, a_fork(laptop, laptop.ids.new()))
    seen = {"confirmation": office.pulled("device", ALL)[laptop.device].writer_of("confirmation")}

    answer = office.push(
        office.op("device", laptop.device, {"confirmation": "confirmed"}, seen=seen, region=ALL), region=ALL
    )

    assert statuses(answer) == ["applied"]
    assert laptop.device in laptop.pulled("device", ALL)


def test_a_second_fork_after_a_confirmation_waits_again(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    laptop.note()
    refused(world, laptop, a_fork(laptop, laptop.ids.new()))
    seen = {"confirmation": office.pulled("device")[laptop.device].writer_of("confirmation")}
    office.push(office.op("device", laptop.device, {"confirmation": "confirmed"}, seen=seen))
    laptop.page()

    refused(world, laptop, a_fork(laptop, laptop.ids.new()))

    with pytest.raises(RefusedError, match="unconfirmed"):
        laptop.page()


def test_a_field_device_cannot_confirm_itself(world: World) -> None:
    laptop = world.laptop()
    laptop.note()
    next_stream = laptop.ids.new()
    refused(world, laptop, a_fork(laptop, next_stream))
    laptop.stream, laptop.seq, laptop.link = next_stream, 0, ""

    answer = laptop.push(laptop.op("device", laptop.device, {"confirmation": "confirmed"}))

    assert answer.results[0].reason == "outside_scope"
    with pytest.raises(RefusedError, match="unconfirmed"):
        laptop.page()


def test_a_coordination_device_does_not_confirm_itself_either(world: World) -> None:
    office = world.coordination()
    office.note()
    next_stream = office.ids.new()
    refused(world, office, a_fork(office, next_stream))
    office.stream, office.seq, office.link = next_stream, 0, ""

    first = office.op("device", office.device, {"confirmation": "confirmed"})
    again = office.op("device", office.device, {"confirmation": "confirmed"}, resolves=(f"{first.id}/confirmation",))
    answer = office.push(first, again)

    assert [result.reason for result in answer.results] == ["outside_scope", "outside_scope"]
    with pytest.raises(RefusedError, match="unconfirmed"):
        office.page()


@pytest.mark.parametrize("name", ["", "not an id", hashlib.sha256(b"").hexdigest()])
def test_a_next_stream_that_is_no_id_brings_no_certificate(world: World, name: str) -> None:
    laptop = world.laptop()
    laptop.note()

    told = refused(world, laptop, a_fork(laptop, name))

    assert told.members == {}
