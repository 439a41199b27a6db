"""The law about erased values looks where they can hide."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sync.central.packing import pack_ops
from tests.simulator.privacy import ERASED, nowhere

VALUE = 'Somebody\'s words, "as they were"'


@pytest.mark.parametrize(
    ("text", "broken"), [(b'{"body":"Somebody\'s words, \\"as they were\\""}', [ERASED]), (b"{}", [])]
)
def test_an_erased_value_is_found_in_a_packed_batch(tmp_path: Path, text: bytes, broken: list[str]) -> None:
    key = ("case", "0199aaaa-0000-7000-8000-000000000002")
    op = SimpleNamespace(kind=key[0], record=key[1])
    typed = SimpleNamespace(op=op, late=False, private={"body"}, accepted={}, touched={"body": VALUE})
    office = SimpleNamespace(folder=tmp_path, rows=lambda _: [(1, pack_ops([text]))])
    world: Any = SimpleNamespace(office=office, typed={"op": typed}, readers=list)
    evidence: Any = SimpleNamespace(records={key: SimpleNamespace(erased=True)})

    found = list(nowhere(world, evidence))

    assert [one.law for one in found] == broken
