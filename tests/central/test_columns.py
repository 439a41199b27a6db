"""A batch looked at by columns never lets through what `checks` would stop, and sees all that is plainly good."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.central.checks import Checks
from sync.central.columns import Columns
from sync.core.ops import Op, private_digest
from sync.core.schema import Json
from tests.central.toy import NOTE, PERSON, SALT, SCHEMA, STAMP

COLUMNS = Columns(SCHEMA)
CHECKS = Checks(SCHEMA, lambda _: None)
LONE = [field.name for field in NOTE.fields if not field.private and NOTE.group_of(field.name) == (field.name,)]
CODES = ("water", "roads", "urgent", "later", "open", "voided", "street", "office", "sky")
UUID = "0199aaaa-0000-7000-8000-000000000001"
TEXTS = ("", "ñandú", "n\u0303andu", "\u0301", "a\nb", "a\0b", "x" * 201, "x" * 4_001, "2026-11-21", "2026-02-30", UUID)
MORE = (f"{UUID}\n", "2026-11-21T15:04:05.123Z", "2026-11-21T25:04:05.123Z", "1.5", "-0", "1.", "1e3")
NUMBERS = (0, 1, -1, 2**53 - 1, 2**53, -(2**53), 1.5)

leaves = st.sampled_from((*CODES, *TEXTS, *MORE, *NUMBERS, True, False, None))
values = leaves | st.lists(leaves, max_size=3) | st.dictionaries(st.sampled_from(("a", "é", "")), leaves, max_size=2)


def an_op(number: int, fields: Mapping[str, Json], private: Mapping[str, Json] | None = None, **more: Any) -> Op:
    digest = None if private is None else private_digest(SALT, private)
    at = "2026-11-21T15:04:05.123Z"
    return Op(
        **{
            "id": f"0199aaaa-0000-7000-8000-{number:012d}",
            "kind": "note",
            "record": UUID,
            "region": "13",
            "schema": 1,
            "fields": fields,
            "seen": {},
            "author": "a",
            "captured_at": at,
            "private": digest,
            **more,
        }
    )


def beside(values: Mapping[str, Json], **more: Any) -> dict[str, Any]:
    return {"salt": SALT.hex(), "fields": dict(values), **more}


def found(ops: Sequence[Op | None], entries: Mapping[str, Any] | None = None) -> list[bool]:
    return [one is not None for one in COLUMNS.good(ops, entries or {})]


@pytest.mark.uncounted
@pytest.mark.parametrize("name", LONE)
@given(column=st.lists(values, min_size=1, max_size=4))
def test_a_column_is_good_just_when_each_of_its_values_is(name: str, column: list[Json]) -> None:
    ops = [an_op(number, {name: value}) for number, value in enumerate(column)]

    alone = [CHECKS.types(NOTE, op.fields, lambda _: frozenset()) is None for op in ops]

    assert found(ops) == [all(alone)] * len(ops)


@given(column=st.lists(values, min_size=1, max_size=3))
def test_so_is_a_column_of_private_values(column: list[Json]) -> None:
    column = [value for value in column if not isinstance(value, float)]
    private: list[dict[str, Json]] = [{"body": value} for value in column]
    ops = [an_op(number, {}, values) for number, values in enumerate(private)]
    entries = {op.id: beside(values) for op, values in zip(ops, private, strict=True)}

    alone = [CHECKS.types(NOTE, values, lambda _: frozenset()) is None for values in private]

    assert found(ops, entries) == [all(alone)] * len(ops)


def test_good_private_values_are_given_as_checks_gives_them() -> None:
    op = an_op(1, {"title": "A"}, {"body": "Árbol"})
    entry = beside({"body": "Árbol"}, more="left out")

    assert COLUMNS.good([op], {op.id: entry}) == [CHECKS.open(op, entry, NOTE)]


@pytest.mark.parametrize(
    ("op", "entry"),
    [
        pytest.param(an_op(1, {"title": "A"}, {"body": "x"}), beside({"body": "y"}), id="other values"),
        pytest.param(an_op(1, {"title": "A"}, {"body": "x"}), None, id="values that did not come"),
        pytest.param(an_op(1, {"title": "A"}), beside({"body": "x"}), id="values that nobody announced"),
        pytest.param(
            an_op(1, {"title": "A"}, {"body": "x"}), {"salt": "00", "fields": {"body": "x"}}, id="a short salt"
        ),
        pytest.param(an_op(1, {"title": "A"}, {"body": "x"}), {"sealed": "AAAA"}, id="sealed values"),
        pytest.param(an_op(1, {"title": "A"}, {"body": "x"}), beside({"body": "x"}, sealed="AAAA"), id="both"),
        pytest.param(an_op(1, {"title": "A"}, {}), beside({}), id="no values"),
        pytest.param(an_op(1, {}, {"title": "A"}), beside({"title": "A"}), id="a public field beside"),
        pytest.param(an_op(1, {"body": "x"}), None, id="a private field in the open"),
        pytest.param(an_op(1, {"status": "open"}), None, id="half a group"),
        pytest.param(an_op(1, {"hue": "red"}), None, id="a field that is not known"),
        pytest.param(an_op(1, {"topic": "light"}), None, id="a code that shared records may bring"),
        pytest.param(an_op(1, {"title": "A"}, kind="spaceship"), None, id="a kind that is not known"),
        pytest.param(an_op(1, {}, erase=True), None, id="an erasure"),
        pytest.param(
            an_op(1, {}, {"answers_sealed": "AAAA"}, kind=STAMP.name),
            beside({"answers_sealed": "AAAA"}),
            id="sealed to us",
        ),
    ],
)
def test_what_is_not_plainly_good_is_looked_at_alone(op: Op, entry: Any) -> None:
    assert found([op], {op.id: entry}) == [False]


def test_tables_are_apart() -> None:
    """What is wrong in one does not touch another; an op that cannot be read is in none."""
    ops = [
        an_op(1, {"title": "A"}),
        None,
        an_op(2, {"count": "many"}),
        an_op(3, {"title": "B"}),
        an_op(4, {}, {"name": "Ana"}, kind=PERSON.name),
    ]

    assert found(ops, {f"0199aaaa-0000-7000-8000-{4:012d}": beside({"name": "Ana"})}) == [
        True,
        False,
        False,
        True,
        True,
    ]
