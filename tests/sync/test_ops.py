"""An op has one wire form, one set of canonical bytes, one hash, and a place in a chain that cannot be moved."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sync.client.compose import Edit, PrivateValues, compose
from sync.core.errors import UnreadableAnswerError, UnreadableBatchError, UnreadableOpError, UnsendableError
from sync.core.instants import instant, milliseconds_between, parse_instant
from sync.core.merge import Conflict, ConflictState, Outcome
from sync.core.ops import OP_LIMIT, Op, canonical, check_sendable, link, links, private_digest
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
from sync.core.schema import Json, Kind, Schema
from tests.sync.toy import NOTE, SALT, SCHEMA, an_op, uid

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = st.text(st.characters(codec="ascii"), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=25,
)


@given(JSON)
def test_canonical_bytes_are_those_of_rfc_8785(value: Json) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(KEYS, JSON, max_size=5), st.randoms())
def test_the_order_of_keys_changes_no_byte(value: dict[str, Json], chance: Any) -> None:
    names = list(value)
    chance.shuffle(names)

    assert canonical({name: value[name] for name in names}) == canonical(value)


def a_full_op() -> Op:
    return an_op(
        "a1",
        fields={"title": "Ñandú", "tags": [1, "dos", None]},
        seen={"title": "a0"},
        private={"body": "reservado"},
        resolves=["b1/title"],
        extra={"mood": {"calm": True}},
    )


@pytest.mark.parametrize(
    "op", [a_full_op(), an_op(erase=True), an_op(fields={"title": None})], ids=["full", "erase", "null"]
)
def test_an_op_comes_back_from_the_wire_with_the_same_hash(op: Op) -> None:
    wire = orjson.loads(orjson.dumps(op.to_wire()))

    back = Op.from_wire(wire)

    assert back == op
    assert back.hash == op.hash == hashlib.sha256(rfc8785.dumps(op.to_wire())).hexdigest()


def test_nothing_of_a_stream_is_in_the_hash_of_an_op() -> None:
    assert {"stream", "seq", "prev", "link", "epoch"}.isdisjoint(a_full_op().to_wire())


NOT_AN_OP: dict[str, Any] = {
    "no id": {"op": None},
    "an id in capitals": {"op": uid("a1").upper().replace("0", "A", 1)},
    "no uuid as record": {"record": "r1"},
    "a kind in capitals": {"kind": "Note"},
    "a local hour": {"captured_at": "2026-11-21T12:00:00-03:00"},
    "an empty region": {"region": ""},
    "no author": {"author": 7},
    "a boolean as schema": {"schema": True},
    "fields as a list": {"fields": []},
    "a field in capitals": {"fields": {"Title": "x"}},
    "seen as text": {"seen": "x"},
    "seen without an op": {"seen": {"title": "x"}},
    "seen of no field": {"seen": {"a b": uid("x")}},
    "a short digest": {"private": "ab"},
    "an empty digest": {"private": None},
    "resolves nothing": {"resolves": []},
    "resolves no conflict": {"resolves": ["x"]},
    "resolves in words": {"resolves": "x/y"},
    "erases not": {"erase": False},
}


@pytest.mark.parametrize("change", NOT_AN_OP.values(), ids=NOT_AN_OP)
def test_json_that_is_not_quite_an_op_is_unreadable(change: dict[str, Any]) -> None:
    with pytest.raises(UnreadableOpError):
        Op.from_wire({**a_full_op().to_wire(), **change})


@pytest.mark.parametrize("wire", [None, [], "op", 3])
def test_json_that_is_no_object_is_no_op(wire: object) -> None:
    with pytest.raises(UnreadableOpError):
        Op.from_wire(wire)


@pytest.mark.parametrize(
    "name", sorted({"op", "kind", "record", "region", "schema", "fields", "seen", "author", "captured_at"})
)
def test_every_member_that_an_op_needs_is_needed(name: str) -> None:
    wire = a_full_op().to_wire()
    del wire[name]

    with pytest.raises(UnreadableOpError, match=name):
        Op.from_wire(wire)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.5, "float"),
        ([1, {"a": 2.0}], "float"),
        ("a\x00b", "nul"),
        ("\ud800", "surrogate"),
        ("e\u0301", "not_nfc"),
        ("x" * 4_001, "too_long"),
        (2**53, "too_large"),
        (-(2**53), "too_large"),
        (b"bytes", "not_json"),
        ({1: "x"}, "not_json"),
        ({"ñ": "x"}, "bad_key"),
        ({"\x00": "x"}, "nul"),
    ],
    ids=[
        "a float",
        "a float within",
        "a NUL",
        "half a letter",
        "a loose accent",
        "a long text",
        "a large number",
        "a small number",
        "bytes",
        "a number as key",
        "an accent in a key",
        "a NUL in a key",
    ],
)
def test_what_can_never_travel_is_refused_at_save(value: Any, code: str) -> None:
    with pytest.raises(UnsendableError) as refused:
        check_sendable({"title": value})

    assert (refused.value.field, refused.value.code) == ("title", code)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\x00", ""))


SENDABLE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS.map(nfc),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab_9", max_size=4), inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(st.text("ab_9", max_size=4), SENDABLE, max_size=4))
def test_what_is_sendable_travels_unchanged(fields: dict[str, Json]) -> None:
    check_sendable(fields)

    assert orjson.loads(canonical(fields)) == fields


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


def test_a_kind_knows_its_groups_in_the_order_of_its_fields() -> None:
    assert NOTE.group_of("reason") == ("state", "reason")
    assert NOTE.group_of("zeal") == ("zeal",)
    assert NOTE.groups_of(frozenset({"zeal", "anger", "latitude", "place", "title"})) == (
        ("title",),
        ("place", "latitude"),
        ("anger",),
        ("zeal",),
    )
    assert NOTE.by_name["answer"].private
    assert NOTE.immutable == ("born",)


def test_a_schema_knows_its_kinds_and_no_others() -> None:
    assert SCHEMA.kind("note") is NOTE
    assert SCHEMA.kind("nothing") is None
    assert Schema(2, (Kind("x", ()),)).by_name.keys() == {"x"}


def an_edit(**changes: Any) -> Edit:
    edit = Edit(
        record=uid("r1"),
        region="13",
        changes={"state": "void"},
        author="ana",
        captured_at="2026-11-21T12:00:00.000Z",
        fields={"title": "x", "reason": "old", "answer": "yes"},
        seen={"title": uid("t"), "reason": uid("r"), "state": uid("s"), "answer": uid("n")},
    )
    return replace(edit, **changes)


def composed(edit: Edit) -> tuple[Op, PrivateValues | None]:
    return compose(edit, op_id=uid("op"), salt=SALT, kind=NOTE, schema_version=1)


def test_a_save_carries_whole_groups_and_what_was_seen_of_them() -> None:
    op, values = composed(an_edit())

    assert op.fields == {"state": "void", "reason": "old"}
    assert op.seen == {"state": uid("s"), "reason": uid("r")}
    assert (values, op.private) == (None, None)


def test_private_values_travel_beside_the_op_under_a_digest() -> None:
    op, values = composed(an_edit(changes={"answered_at": "2026-11-21T12:00:00.000Z"}, resolves=("c/title",)))

    assert values is not None
    assert values.to_wire() == {"salt": SALT.hex(), "fields": {"answer": "yes"}}
    assert op.private == private_digest(SALT, {"answer": "yes"})
    assert "answer" not in op.fields
    assert op.seen == {"answer": uid("n")}
    assert op.resolves == ("c/title",)


def test_a_save_that_could_never_travel_is_refused_while_the_person_is_there() -> None:
    with pytest.raises(UnsendableError, match="nul"):
        composed(an_edit(changes={"title": "a\x00"}))

    too_much = {"tags": ["x" * 4_000] * (OP_LIMIT // 4_000 + 1)}
    with pytest.raises(UnsendableError, match="too_large"):
        composed(an_edit(changes=too_much))
