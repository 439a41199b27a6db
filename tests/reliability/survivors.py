"""What is left of a laptop's store after an accident: looked at with the real store, by statements of its own."""

from collections.abc import Iterable
from pathlib import Path

from sync.core.ops import link
from tests.storage.laptop import open_store

_OPS = """
    SELECT ops.op, streams.id, ops.seq, op_bodies.hash, op_bodies.link, ops.kind, ops.record
    FROM ops
    JOIN op_bodies USING (place)
    JOIN streams ON streams.place = ops.stream
    ORDER BY ops.place
"""


def lost(folder: Path, acknowledged: Iterable[str]) -> list[str]:
    """The acknowledged ops that are not there; the rest of the store must be whole."""
    with open_store(folder) as store:
        assert store.faults() == ()
        rows = store._connections.query(_OPS)
        before = ""
        for _, stream, seq, op_hash, stored, _, _ in rows:
            before = link(before, stream, seq, op_hash)
            assert before == stored
        assert [row[2] for row in rows] == list(range(1, len(rows) + 1))
        assert store.counts().total == len({row[6] for row in rows})
        for op, *_, kind, record in rows[-50:]:
            assert op in store.shown(kind, record).writers.values() or len(store.own_ops(kind, record)) > 1
        held = {row[0] for row in rows}
    return [op for op in acknowledged if op not in held]
