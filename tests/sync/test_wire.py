"""A chain tells of every change, may be cut anywhere, and a receipt covers every op of it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.errors import UnreadableBatchError
from sync.core.merge import Outcome
from sync.core.ops import link, links
from sync.core.protocol import (
    Batch,
    OpResult,
    receipt_root,
)
from tests.sync.toy import an_op, uid


def a_batch(count: int = 4, **changes: Any) -> Batch:
    ops = [an_op(f"op{number}", fields={"title": f"{number}"}).to_wire() for number in range(count)]
    batch = Batch(uid("stream"), uid("epoch"), "13", 3, "a" * 64, "", tuple(ops))
    return replace(replace(batch, link=batch.links()[-1]), **changes)


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


def test_an_op_nested_beyond_reason_has_no_canonical_form() -> None:
    deep = orjson.loads(b"[" * 300 + b"]" * 300)

    with pytest.raises(UnreadableBatchError, match=r"^ops$"):
        a_batch(ops=(deep,)).hashes()


def test_a_root_covers_every_op_hash_status_and_change_in_order() -> None:
    results = [OpResult("a", Outcome.APPLIED, 7), OpResult("b", Outcome.QUARANTINED)]
    expected = hashlib.sha256(b"a h1 applied 7\nb h2 quarantined 0").hexdigest()

    assert receipt_root(["h1", "h2"], results) == expected
    with pytest.raises(ValueError, match="zip"):
        receipt_root(["h1"], results)
