"""What travels comes back as it went, what is not of its form is refused, and a chain tells of every change."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.errors import UnreadableAnswerError, UnreadableBatchError
from sync.core.instants import instant, milliseconds_between, parse_instant
from sync.core.merge import Conflict, ConflictState, Outcome
from sync.core.ops import link, links
from sync.core.problems import STATUS, ProblemDocument, ProblemType, problem
from sync.core.protocol import (
    MAX_OPS,
    Batch,
    OpResult,
    Page,
    PulledRecord,
    PushAnswer,
    conflict_to_wire,
    receipt_root,
)
from tests.sync.toy import SALT, an_op, uid


def a_batch(count: int = 4, **changes: Any) -> Batch:
    ops = [an_op(f"op{number}", fields={"title": f"{number}"}).to_wire() for number in range(count)]
    batch = Batch(uid("stream"), uid("epoch"), "13", 3, "a" * 64, "", tuple(ops))
    return replace(replace(batch, link=batch.links()[-1]), **changes)


def test_a_batch_comes_back_from_the_wire_as_it_went() -> None:
    batch = a_batch(values={uid("op1"): {"salt": SALT.hex(), "fields": {"body": "x"}}})

    assert Batch.from_wire(orjson.loads(orjson.dumps(batch.to_wire()))) == batch


TAMPERINGS: dict[str, Callable[[Batch], Batch]] = {
    "an op changed": lambda b: replace(b, ops=({**b.ops[0], "author": "x"}, *b.ops[1:])),
    "an op left out": lambda b: replace(b, ops=(b.ops[0], *b.ops[2:])),
    "an op put in": lambda b: replace(b, ops=(*b.ops[:2], b.ops[0], *b.ops[2:])),
    "ops turned round": lambda b: replace(b, ops=b.ops[::-1]),
    "another place": lambda b: replace(b, first_seq=4),
    "another stream": lambda b: replace(b, stream=uid("other")),
    "another past": lambda b: replace(b, prev="b" * 64),
    "no past": lambda b: replace(b, prev=""),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS)
def test_whatever_of_a_chain_is_changed_its_last_link_tells(tamper: Callable[[Batch], Batch]) -> None:
    batch = a_batch()

    assert tamper(batch).links()[-1] != batch.link


@given(st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), min_size=1, max_size=6), st.integers(0, 6))
def test_a_chain_may_be_cut_into_batches_anywhere(hashes: list[str], at: int) -> None:
    whole = links("", "s", 1, hashes)
    cut = min(at, len(hashes))

    first = links("", "s", 1, hashes[:cut])
    rest = links(first[-1] if first else "", "s", cut + 1, hashes[cut:])

    assert first + rest == whole


def test_a_link_is_made_as_the_protocol_says() -> None:
    assert link("p", "s", 7, "h") == hashlib.sha256(b"p\ns\n7\nh").hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"stream": 1},
        {"prev": None},
        {"first_seq": 0},
        {"first_seq": True},
        {"first_seq": "1"},
        {"ops": []},
        {"ops": {}},
        {"ops": [1] * (MAX_OPS + 1)},
        {"values": []},
    ],
    ids=["stream", "prev", "from zero", "from true", "from text", "no ops", "ops by name", "too many ops", "values"],
)
def test_a_batch_without_its_envelope_is_unreadable(change: dict[str, Any]) -> None:
    with pytest.raises(UnreadableBatchError):
        Batch.from_wire({**a_batch().to_wire(), **change})


def test_a_batch_is_an_object_and_may_go_without_values() -> None:
    wire = a_batch().to_wire()
    del wire["values"]

    assert Batch.from_wire(wire).values == {}
    with pytest.raises(UnreadableBatchError):
        Batch.from_wire([])


def test_an_op_nested_beyond_reason_has_no_canonical_form() -> None:
    deep = orjson.loads(b"[" * 300 + b"]" * 300)

    with pytest.raises(UnreadableBatchError):
        a_batch(ops=(deep,)).hashes()


def test_a_root_covers_every_op_hash_status_and_change_in_order() -> None:
    results = [OpResult("a", Outcome.APPLIED, 7), OpResult("b", Outcome.QUARANTINED)]
    expected = hashlib.sha256(b"a h1 applied 7\nb h2 quarantined 0").hexdigest()

    assert receipt_root(["h1", "h2"], results) == expected
    with pytest.raises(ValueError, match="zip"):
        receipt_root(["h1"], results)


def a_pulled_record(**changes: Any) -> PulledRecord:
    told = conflict_to_wire(a_conflict())
    record = PulledRecord(
        "note",
        uid("r1"),
        "13",
        1,
        {"title": "x", "colour": None},
        uid("a"),
        {"colour": uid("b")},
        5,
        (told,),
        {"erase": 1},
    )
    return replace(record, **changes)


def a_conflict() -> Conflict:
    return Conflict(
        id=f"{uid('b1')}/title",
        group=("title",),
        state=ConflictState.OPEN,
        before={"title": "x"},
        other={"title": "y"},
        other_op=uid("b1"),
        other_author="berta",
        other_device=uid("b"),
        other_at="2026-11-21T12:00:00.000Z",
        against_op=uid("a1"),
    )


def test_a_page_comes_back_from_the_wire_as_it_went() -> None:
    page = Page("e", "13", 5, True, (a_pulled_record(),), {"stream": [1]})

    back = Page.from_wire(orjson.loads(orjson.dumps(page.to_wire())))

    assert back == page
    assert back.records[0].writer_of("title") == uid("a")
    assert back.records[0].writer_of("colour") == uid("b")


@pytest.mark.parametrize("wire", [None, {}, {"epoch": "e", "feed": "13", "cursor": "x"}, {"records": [1]}])
def test_a_page_of_another_form_is_unreadable(wire: object) -> None:
    with pytest.raises(UnreadableAnswerError):
        Page.from_wire(wire)


def test_a_page_with_a_record_of_another_form_is_unreadable() -> None:
    wire = Page("e", "13", 5, False, (a_pulled_record(),)).to_wire()
    del wire["records"][0]["writer"]

    with pytest.raises(UnreadableAnswerError):
        Page.from_wire(wire)


def test_an_answer_to_a_push_comes_back_as_it_went() -> None:
    wire = {
        "epoch": "e",
        "results": [OpResult("a", Outcome.CONFLICT, 3, ("a/title",), None, True).to_wire()],
        "receipt": {"body": {"v": 1}, "key": "k", "signature": "s"},
    }

    assert PushAnswer.from_wire(wire).to_wire() == wire


def test_a_conflict_over_hidden_values_only_says_where_it_stands() -> None:
    told = conflict_to_wire(a_conflict(), values=False)

    assert {"before", "other"}.isdisjoint(told)
    assert told["state"] == "open"


@pytest.mark.parametrize("of", list(ProblemType), ids=str)
def test_a_refusal_comes_back_from_the_wire_as_it_went(of: ProblemType) -> None:
    document = problem(of, "why", want=3)

    back = ProblemDocument.from_wire(orjson.loads(orjson.dumps(document.to_wire())))

    assert back == document
    assert back.status == STATUS[of]


@pytest.mark.parametrize(
    "wire", [[], {}, {"type": "about:blank"}, {"type": 1, "status": 400}, {"type": "x", "status": True}]
)
def test_an_error_document_of_another_form_is_unreadable(wire: object) -> None:
    with pytest.raises(UnreadableAnswerError):
        ProblemDocument.from_wire(wire)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_an_instant_is_the_same_in_any_zone(at: datetime, hours: int) -> None:
    aware = at.replace(tzinfo=UTC)
    elsewhere = aware.astimezone(timezone(timedelta(hours=hours)))

    assert instant(elsewhere) == instant(aware)
    assert abs(milliseconds_between(parse_instant(instant(aware)), aware)) <= 1


def test_an_hour_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="offset"):
        parse_instant("2026-11-21T12:00:00")
