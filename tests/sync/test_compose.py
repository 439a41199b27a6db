"""From what a person changed on a screen to an op: whole groups, what was seen, private values apart."""

from dataclasses import replace
from typing import Any

import pytest

from sync.client.compose import Edit, PrivateValues, compose
from sync.core.errors import UnsendableError
from sync.core.ops import OP_LIMIT, Op, private_digest
from sync.core.schema import Kind, Schema
from tests.sync.toy import NOTE, SALT, SCHEMA, uid


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
