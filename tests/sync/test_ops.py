"""An op has one wire form, one set of canonical bytes, one hash, and a place in a chain that cannot be moved."""

import hashlib
import unicodedata
from itertools import islice
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sync.core.errors import UnreadableOpError, UnsendableError
from sync.core.ops import (
    MAX_DEPTH,
    Op,
    canonical,
    canonical_with_any_number,
    check_sendable,
    made_id,
    made_ids,
    private_digest,
)
from sync.core.schema import Json
from tests.sync.toy import an_op, uid

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


def test_a_digest_covers_the_salt_and_the_private_values() -> None:
    assert (
        private_digest(b"salt", {"body": "ñ", "age": 3})
        == hashlib.sha256(b"salt" + '{"age":3,"body":"ñ"}'.encode()).hexdigest()
    )


def test_nothing_of_a_stream_is_in_the_hash_of_an_op() -> None:
    assert {"stream", "seq", "prev", "link", "epoch"}.isdisjoint(a_full_op().to_wire())


NOT_AN_OP: dict[str, Any] = {
    "no id": {"op": None},
    "an id in capitals": {"op": uid("a1").upper().replace("0", "A", 1)},
    "no uuid as record": {"record": "r1"},
    "an id with a second line": {"op": f"{uid('a1')}\n{uid('r1')}"},
    "a digit of another script": {"captured_at": "2026-11-21T12:00:00.00\u0663Z"},
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
    "resolves a conflict of no op": {"resolves": ["x/title"]},
    "resolves a conflict over no field": {"resolves": [f"{uid('b1')}/Title\0"]},
    "resolves a number": {"resolves": [7]},
    "a version below the first": {"schema": -1},
    "a version that no database holds": {"schema": 2**31},
    "erases not": {"erase": False},
}


@pytest.mark.parametrize("change", NOT_AN_OP.values(), ids=NOT_AN_OP)
def test_json_that_is_not_quite_an_op_is_unreadable(change: dict[str, Any]) -> None:
    (member,) = change

    with pytest.raises(UnreadableOpError) as refused:
        Op.from_wire({**a_full_op().to_wire(), **change})

    assert refused.value.args == ("text" if member in {"op", "record", "kind", "captured_at", "private"} else member,)


@pytest.mark.parametrize("version", [0, 2**31 - 1])
def test_a_version_may_be_any_that_a_database_holds(version: int) -> None:
    assert Op.from_wire({**a_full_op().to_wire(), "schema": version}).schema == version


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


@pytest.mark.parametrize(
    "value", ["x" * 4_000, "ñ" * 4_000, 2**53 - 1, 1 - 2**53], ids=["text", "letters", "most", "least"]
)
def test_what_reaches_a_limit_is_sendable(value: Json) -> None:
    check_sendable({"title": value, "tags": [value, {"x": value}]})


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


@pytest.mark.parametrize(
    "name",
    ["", "A", "a b", "a\n", "a\nb", "\n", "ñ", "a" * 65, "1a"],
    ids=["empty", "capital", "blank", "break after", "break within", "break", "accent", "long", "digit first"],
)
def test_a_field_whose_name_is_no_identifier_is_unreadable(name: str) -> None:
    wire = {**an_op().to_wire(), "fields": {"title": "A", name: "B"}}

    with pytest.raises(UnreadableOpError):
        Op.from_wire(wire)


def test_what_is_too_deep_to_be_told_is_refused_at_save() -> None:
    value: Json = "x"
    for _ in range(MAX_DEPTH):
        value = [value]
    check_sendable({"title": "A", "lines": value})

    with pytest.raises(UnsendableError) as refused:
        check_sendable({"a": "A", "lines": [value]})

    assert (refused.value.field, refused.value.code) == ("lines", "too_deep")


def test_a_day_that_no_calendar_has_is_no_instant() -> None:
    with pytest.raises(UnreadableOpError) as refused:
        Op.from_wire({**an_op().to_wire(), "captured_at": "2026-02-30T12:00:00.000Z"})

    assert refused.value.args == ("captured_at",)


def test_an_op_without_an_id_of_its_own_gets_the_first_one_that_is_free() -> None:
    op_hash = "0123456789abcdef" * 4

    tried = list(islice(made_ids(op_hash), 3))

    later = [hashlib.sha256(f"{op_hash}\n{number}".encode()).hexdigest() for number in (1, 2)]
    assert tried == [made_id(op_hash), *map(made_id, later)]
    assert made_id(op_hash) == "01234567-89ab-cdef-0123-456789abcdef"


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_number_is_written_as_rfc_8785_says(value: Any) -> None:
    assert canonical_with_any_number(value) == rfc8785.dumps(value)


@given(st.integers(2**53 + 1, 2**64 - 1))
def test_a_large_integer_is_written_as_its_double(value: int) -> None:
    assert canonical_with_any_number([value, -value]) == rfc8785.dumps([float(value), float(-value)])
