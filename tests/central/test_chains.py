"""Which waiting ops belong together, and what is left of each once a later one corrected it."""

from typing import Any

import pytest

from sync.central.chains import fold, units
from sync.core.ops import Op
from tests.central.toy import NOTE


def an_op(op: str, seen: dict[str, str] | None = None, **fields: Any) -> Op:
    return Op(op, "note", "r", "13", 1, fields, seen or {}, "a", "2026-11-21T15:04:05.123Z")


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        ([], []),
        ([("a", ()), ("b", ())], [[0], [1]]),
        ([("a", ()), ("b", ("a",)), ("c", ("b",))], [[0, 1, 2]]),
        ([("a", ()), ("b", ()), ("c", ("a", "b"))], [[0, 1, 2]]),
        ([("a", ()), ("b", ()), ("c", ("a", "x")), ("d", ("b",))], [[0, 2], [1, 3]]),
        ([("a", ("b",)), ("b", ())], [[0, 1]]),
    ],
)
def test_what_hangs_together_along_seen_is_a_unit(waiting: list[Any], expected: list[list[int]]) -> None:
    assert units(waiting) == expected


def test_a_correction_takes_over_the_group_and_what_was_seen_before() -> None:
    wrong = an_op("w", {"title": "x", "topic": "x"}, title="A", topic="raods")
    right = an_op("r", {"topic": "w"}, topic="roads")

    first, second = fold(NOTE, [(wrong, {}), (right, {})])

    assert (first.touched, second.touched) == ({"title": "A"}, {"topic": "roads"})
    assert second.op.seen == {"topic": "x"}


def test_a_chain_of_corrections_leaves_the_last_one_with_the_first_sight() -> None:
    ops = [
        an_op("a", {"topic": "x"}, topic="1"),
        an_op("b", {"topic": "a"}, topic="2"),
        an_op("c", {"topic": "b"}, topic="3"),
    ]

    pieces = fold(NOTE, [(op, {}) for op in ops])

    assert [piece.touched for piece in pieces] == [{}, {}, {"topic": "3"}]
    assert pieces[-1].op.seen == {"topic": "x"}


def test_a_group_is_taken_over_whole_with_its_private_values() -> None:
    wrong = an_op("w", title="A", status="voided", why=None)
    right = an_op("r", {"status": "w", "why": "w", "body": "w"}, status="voided", why="twice")

    first, second = fold(NOTE, [(wrong, {"body": "old"}), (right, {"body": "new"})])

    assert first.touched == {"title": "A"}
    assert second.touched == {"status": "voided", "why": "twice", "body": "new"}
    assert second.op.seen == {}


def test_what_saw_something_else_is_left_as_it_is() -> None:
    wrong, other = an_op("w", title="A"), an_op("o", {"title": "elsewhere"}, title="B")

    pieces = fold(NOTE, [(wrong, {}), (other, {})])

    assert [piece.op for piece in pieces] == [wrong, other]
