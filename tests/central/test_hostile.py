"""What a device that means harm, or a broken one, sends: nobody's values leak, nobody else is held up."""

import base64
from typing import Any
from uuid import UUID, uuid5

import orjson
import pytest
from nacl.public import PublicKey, SealedBox

from sync.core.ops import MAX_DEPTH, OP_LIMIT, canonical
from tests.central.speaking import Laptop, Refused, World, faults, reasons

LINE = "x" * 4_000


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def test_a_conflict_shows_nothing_that_was_written_on_another_record(world: World) -> None:
    victim, thief = world.laptop(), world.laptop()
    told = victim.op(fields={"title": "A", "space": "street"}, values={"body": "what nobody else may read"})
    victim.push(told, values={told.id: {"body": "what nobody else may read"}})
    own = thief.op(values={"body": "mine"})
    thief.push(own, values={own.id: {"body": "mine"}})

    again = thief.op(record=own.record, values={"body": "other"}, seen={"body": told.id})
    answer = thief.push(again, values={again.id: {"body": "other"}})

    assert [result.status for result in answer.results] == ["conflict"]
    (conflict,) = thief.pulled("note")[own.record].conflicts
    assert conflict["before"] == {}


def test_a_device_that_saw_nothing_of_a_foreign_record_does_not_write_on_it(world: World) -> None:
    maker, other = world.laptop(), world.laptop()
    made = maker.op(fields={"title": "A", "space": "office"})
    maker.push(made)

    public = other.op(record=made.record, fields={"status": "voided", "why": "x"})
    twin = other.op(record=made.record, fields={"title": "A", "space": "office", "mood": "calm"})
    private = other.op(record=made.record, values={"body": "x"})
    person = other.op("person", record=made.record, values={"name": "Nobody"})
    answers = [
        other.push(public),
        other.push(twin),
        other.push(private, values={private.id: {"body": "x"}}),
        other.push(person, values={person.id: {"name": "Nobody"}}),
    ]

    assert [result.reason for answer in answers for result in answer.results] == ["outside_scope"] * 4


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 200])
def test_what_is_too_deep_to_be_told_waits_and_holds_nobody_up(world: World, depth: int) -> None:
    laptop, office = world.laptop(), world.coordination()
    deep = laptop.op(fields={"title": "A", "hue": nested(depth)})
    sound = laptop.op(fields={"title": "B"})

    answer = laptop.push(deep, sound)

    assert [(result.status, result.reason) for result in answer.results] == [
        ("quarantined", "unreadable"),
        ("applied", None),
    ]
    assert sound.record in office.pulled("note")


def test_as_deep_as_may_be_is_told(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    op = laptop.op(fields={"title": "A", "hue": nested(MAX_DEPTH - 2)})

    assert [result.status for result in laptop.push(op).results] == ["applied"]
    assert office.pulled("note")[op.record].fields["hue"] == nested(MAX_DEPTH - 2)


def deeply(world: World, before: bytes, after: bytes) -> str:
    """A sealed box around lists that no answer could hold."""
    key = next(key for key in world.centre.ground.keys.public if key.use == "box")
    inside = before + b"[" * 300 + b"]" * 300 + after
    return base64.b64encode(SealedBox(PublicKey(bytes.fromhex(key.key))).encrypt(inside)).decode()


def test_private_values_that_are_too_deep_are_no_bug(world: World, url: str) -> None:
    laptop = world.laptop(url=url)
    op = laptop.op(fields={"title": "A"}, private="0" * 64)
    open_ones = orjson.dumps(laptop.batch([op], raw_values={op.id: {"fields": "here"}}).to_wire())
    again = laptop.op(fields={"title": "A"}, private="0" * 64)
    stamp = {"answers_sealed": deeply(world, b'{"q1":', b"}")}
    answered = laptop.op("stamp", fields={"result": "A"}, values=stamp)

    with pytest.raises(Refused) as refused:
        laptop.ask("POST", "/v1/push", open_ones.replace(b'"here"', b"[" * 300 + b"]" * 300))
    laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""
    sealed = laptop.push(
        again,
        answered,
        values={answered.id: stamp},
        raw_values={
            again.id: {"sealed": deeply(world, b'{"salt":"00112233445566778899aabbccddeeff","fields":{"hue":', b"}}")}
        },
    )

    assert (refused.value.status, refused.value.type) == (422, "unreadable")
    assert reasons(sealed) == ["values", "unreadable"]


def test_neither_is_a_certificate_that_is(world: World, url: str) -> None:
    known, stranger = world.laptop(), Laptop(world, 99, url)
    stranger.device = stranger.ids.new()
    body = {**known.certificate["body"], "device": stranger.device, "more": "here"}
    shown = orjson.dumps({**known.certificate, "body": body}).replace(b'"here"', b"[" * 300 + b"]" * 300)

    with pytest.raises(Refused) as refused:
        stranger.ask("GET", "/v1/pull?feed=13", headers={"Terreno-Certificate": base64.b64encode(shown).decode()})

    assert (refused.value.status, refused.value.type) == (401, "unknown_device")


def test_an_op_beyond_its_limit_waits(world: World) -> None:
    laptop = world.laptop()
    large = laptop.op(fields={"title": "A", "lines": ["x" * 4_000] * (OP_LIMIT // 4_000 + 1)})

    assert [result.reason for result in laptop.push(large).results] == ["unreadable"]


@pytest.mark.parametrize(
    ("fields", "values"), [({"lines": [LINE] * 16}, {"phone": LINE}), ({"title": "A"}, {"hue": [LINE] * 17})]
)
def test_so_does_one_that_is_beyond_it_with_its_private_values(
    world: World, fields: dict[str, Any], values: dict[str, Any]
) -> None:
    laptop = world.laptop()
    large = laptop.op(fields=fields, values=values)

    assert len(canonical(large.to_wire())) < OP_LIMIT
    assert reasons(laptop.push(large, values={large.id: values})) == ["unreadable"]
    assert faults(world) == []


def test_an_hour_that_no_calendar_has_waits(world: World) -> None:
    laptop = world.laptop()
    op = laptop.op(fields={"title": "A"}, captured_at="2026-99-99T99:99:99.999Z")

    assert [result.reason for result in laptop.push(op).results] == ["unreadable"]


@pytest.mark.parametrize("together", [True, False])
def test_the_centre_s_notice_of_what_waits_gives_way_to_an_id_that_is_taken(world: World, together: bool) -> None:
    laptop, office = world.laptop(), world.coordination()
    waits = laptop.op(fields={"title": 1})
    squats = laptop.op(id=str(uuid5(UUID(waits.id), "quarantine")), fields={"title": "A"})

    for batch in ([squats, waits],) if together else ([squats], [waits]):
        laptop.push(*batch)

    assert office.pulled("quarantine")[waits.id].fields["state"] == "waiting"
    assert squats.record in office.pulled("note")
