"""Erasures and decisions of the centre, kept for ever with its word for them, and offered again to a restored centre.

They travel in a stream of their own, before anything else. An own op for which the centre vouches is in the journal
already and is not offered twice. Called inside a transaction; nothing here begins or ends one.
"""

from collections.abc import Callable, Iterable

import orjson

from sync.core.ops import Op, canonical, links, sha256
from sync.core.protocol import Batch
from sync.core.trust import Vouched
from terreno_app.storage.sqlcipher import Connection

_KEEP = """
    INSERT INTO vouched (op, kind, record, region, erase, wire, key, signature)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (op) DO UPDATE SET key = excluded.key, signature = excluded.signature
"""
_OFFERED = """
    SELECT op, wire
    FROM vouched
    WHERE op NOT IN (SELECT op FROM ops)
    ORDER BY erase DESC, place
"""
_NEXT = """
    SELECT op, region, stream, seq, link, wire, key, signature
    FROM vouched
    WHERE waiting = 1
    AND seq > COALESCE((SELECT seq FROM vouched WHERE op = ?1), 0)
    AND NOT EXISTS (SELECT 1 FROM ops WHERE op = ?1)
    ORDER BY seq
    LIMIT ?2
"""


def keep(connection: Connection, told: Iterable[Vouched]) -> None:
    """Keep what a page vouches for; the engine has verified it."""
    for one in told:
        op = Op.from_wire(one.op)
        row = (op.id, op.kind, op.record, op.region, int(op.erase), canonical(op.to_wire()), one.key, one.signature)
        connection.execute(_KEEP, row)


def offer(connection: Connection, new_id: Callable[[], str]) -> None:
    """The centre was restored: stamp all of it into a new stream, erasures first."""
    connection.execute("UPDATE vouched SET waiting = 0")
    _stamp(connection, connection.execute(_OFFERED).fetchall(), new_id())


def offer_rest(connection: Connection, new_id: Callable[[], str]) -> None:
    """Their stream cannot go on: stamp what still waits into another one."""
    rows = connection.execute("SELECT op, wire FROM vouched WHERE waiting = 1 ORDER BY seq").fetchall()
    _stamp(connection, rows, new_id())


def _stamp(connection: Connection, rows: list[tuple[str, bytes]], stream: str) -> None:
    chain = links("", stream, 1, (sha256(wire) for _, wire in rows))
    connection.executemany(
        "UPDATE vouched SET waiting = 1, stream = ?, seq = ?, link = ? WHERE op = ?",
        [(stream, seq, link, op) for seq, (link, (op, _)) in enumerate(zip(chain, rows, strict=True), 1)],
    )


def next_vouched(connection: Connection, epoch: str, max_ops: int, max_bytes: int, after: str) -> Batch | None:
    """A run of what is offered, from the first one that waits; `None` when nothing does.

    Args:
        connection: Inside a transaction.
        epoch: The history of the centre that the device knows.
        max_ops: Most ops.
        max_bytes: Most bytes of their wire form; one op is always given.
        after: An op held here; the run begins behind it, and behind an own op there is none.
    """
    run: list[tuple[str, str, str, int, str, bytes, str, str]] = []
    size = 0
    for row in connection.execute(_NEXT, (after, max_ops)):
        size += len(row[5])
        if run and (size > max_bytes or row[1:3] != run[0][1:3] or row[3] != run[-1][3] + 1):
            break
        run.append(row)
    if not run:
        return None
    _, region, stream, first_seq, *_ = run[0]
    before = connection.execute(
        "SELECT link FROM vouched WHERE stream = ? AND seq = ?", (stream, first_seq - 1)
    ).fetchone()
    return Batch(
        stream=stream,
        epoch=epoch,
        region=region,
        first_seq=first_seq,
        prev=before[0] if before else "",
        link=run[-1][4],
        ops=tuple(orjson.loads(row[5]) for row in run),
        proofs={op: {"key": key, "signature": signature} for op, *_, key, signature in run},
    )
