"""Numbers that JSON writes in more ways than one: an op that holds one is judged by itself, hashed as RFC 8785 says."""

import hashlib
from collections.abc import Iterator

import orjson
import pytest
import rfc8785
import zstandard

from sync.central.api import build_app
from sync.central.serve import serving
from sync.core.ops import canonical, links, private_digest
from sync.core.protocol import OpResult, PushAnswer, receipt_root
from tests.central.speaking import Laptop, Refused, World, faults
from tests.central.toy import SALT

WAITS = {"wrong_type", "unreadable"}


@pytest.fixture
def laptop(world: World) -> Iterator[Laptop]:
    with serving(build_app(world.centre)) as url:
        yield world.laptop(url=url)


def body(laptop: Laptop, number: str, hashed: str) -> tuple[bytes, list[str]]:
    """A push of three ops, the middle one with a number as somebody writes it; and the hashes of its sender.

    Args:
        laptop: Who pushes.
        number: The number in the text that travels.
        hashed: The number in the text that is hashed.
    """
    ops = [laptop.op(fields={"title": "A", "count": 77_001}) for _ in range(3)]
    texts = [rfc8785.dumps(op.to_wire()) for op in ops]
    written = [texts[0], texts[1].replace(b"77001", hashed.encode()), texts[2]]
    hashes = [hashlib.sha256(text).hexdigest() for text in written]
    link = links("", laptop.stream, 1, hashes)[-1]
    envelope = {
        "stream": laptop.stream,
        "epoch": laptop.epoch,
        "region": "13",
        "first_seq": 1,
        "prev": "",
        "link": link,
    }
    head = orjson.dumps(envelope)[:-1]
    sent = [texts[0], texts[1].replace(b"77001", number.encode()), texts[2]]
    return head + b',"values":{},"ops":[' + b",".join(sent) + b"]}", hashes


def push(laptop: Laptop, sent: bytes) -> PushAnswer:
    packed = zstandard.ZstdCompressor().compress(sent)
    return PushAnswer.from_wire(laptop.ask("POST", "/v1/push", packed, {"Content-Encoding": "zstd"}))


def bare(results: tuple[OpResult, ...]) -> list[tuple[str, int, str | None]]:
    return [(result.status.value, result.change, result.reason) for result in results]


@pytest.mark.parametrize(
    ("number", "hashed"),
    [
        ("1.5", "1.5"),
        ("1e16", "10000000000000000"),
        ("1e21", "1e+21"),
        ("1E-7", "1e-7"),
        ("0.0000010", "0.000001"),
        ("-123.4560e2", "-12345.6"),
        ("9007199254740993", "9007199254740992"),
        ("18446744073709551616", "18446744073709552000"),
        ("-1.7976931348623157e308", "-1.7976931348623157e+308"),
    ],
)
def test_an_op_with_a_number_that_no_field_takes_waits_by_itself(
    world: World, laptop: Laptop, number: str, hashed: str
) -> None:
    sent, hashes = body(laptop, number, hashed)

    first, again = push(laptop, sent), push(laptop, sent)

    assert [result.status.value for result in first.results] == ["applied", "quarantined", "applied"]
    assert first.results[1].reason in WAITS
    assert first.receipt.body["root"] == receipt_root(hashes, first.results)
    assert (bare(again.results), faults(world)) == (bare(first.results), [])
    assert laptop.history("note", world.rows("SELECT record FROM quarantine")[0][0])[0]["reason"] in WAITS


@pytest.mark.parametrize(("number", "hashed"), [("7.0", "7"), ("70e-1", "7"), ("-0.0", "0"), ("1.0E3", "1000")])
def test_a_number_that_is_an_integer_in_canonical_form_is_that_integer(
    world: World, laptop: Laptop, number: str, hashed: str
) -> None:
    sent, hashes = body(laptop, number, hashed)
    same, _ = sent.replace(f'"count":{number}'.encode(), f'"count":{hashed}'.encode()), hashes

    first, again = push(laptop, sent), push(laptop, same)

    assert [result.status.value for result in first.results] == ["applied"] * 3
    assert sorted(one.fields["count"] for one in laptop.pulled().values()) == sorted([77_001, 77_001, int(hashed)])
    assert (bare(again.results), faults(world)) == (bare(first.results), [])


@pytest.mark.parametrize(("number", "hashed"), [("7.0", "7"), ("-0.0", "0"), ("1e3", "1000")])
def test_so_is_one_among_private_values(world: World, number: str, hashed: str) -> None:
    laptop = world.laptop()
    written = private_digest(SALT, orjson.loads(f'{{"shade":{hashed}}}'))
    op = laptop.op(fields={"title": "A"}, private=written)

    answer = laptop.push(op, values={op.id: orjson.loads(f'{{"shade":{number}}}')})

    assert bare(answer.results) == [("applied", 2, None)]
    assert laptop.pulled()[op.record].fields["shade"] == int(hashed)
    assert faults(world) == []


def test_what_waits_for_its_number_still_waits_when_somebody_lets_it_in(world: World, laptop: Laptop) -> None:
    office = world.coordination(url=laptop.url)
    wrong = push(laptop, body(laptop, "1e21", "1e+21")[0]).results[1].op
    shown = office.pulled("quarantine")[wrong]
    fields = {"state": "released", "decided_by": office.device, "decided_reason": "so"}

    office.push(office.op("quarantine", wrong, fields, seen={name: shown.writer_of(name) for name in fields}))

    assert office.pulled("quarantine")[wrong].fields["state"] == "waiting"
    assert faults(world) == []


def test_a_batch_that_is_linked_in_no_form_is_none(laptop: Laptop) -> None:
    with pytest.raises(Refused) as refused:
        push(laptop, body(laptop, "1.0", "2")[0])

    assert (refused.value.status, refused.value.type) == (422, "unreadable")


def test_what_has_one_form_only_is_written_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.central.accept.canonical_with_any_number", None)

    world.laptop().note()


def test_the_usual_form_is_that_of_rfc_8785_where_every_number_is_an_integer() -> None:
    value = {"b": [1, -(2**53) + 1, {"c": "ñ\n"}], "a": None}

    assert canonical(value) == rfc8785.dumps(value)
