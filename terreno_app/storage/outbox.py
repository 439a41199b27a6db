"""The laptop's ops on their way to the centre, and the centre's answers.

Every method is one transaction. An answer in several copies, late or out of order, leaves the same as one in time: a
receipt is stored once, and an op with a final answer keeps it.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from sync.client.ports import Delivery, DeviceIdentity
from sync.core.merge import Outcome
from sync.core.ops import canonical, sha256
from sync.core.protocol import Batch, OpResult, PushAnswer, Receipt
from sync.core.schema import Json, Schema
from terreno_app.storage.connections import Connections
from terreno_app.storage.facts import (
    ENTERED,
    NEXT_STREAM,
    get_meta,
    identity_of,
    in_second_base,
    put_identity,
    put_meta,
)
from terreno_app.storage.leaving import end_journal, erase, retire
from terreno_app.storage.pulling import decide
from terreno_app.storage.showing import CONTAINED, settle, text
from terreno_app.storage.sqlcipher import Connection
from terreno_app.storage.vouched import next_vouched

logger = logging.getLogger(__name__)

CLOCK_OFFSET = "clock_offset_ms"
LAST_SYNC = "last_sync_at"
RECOVERY_KEY = "recovery_key"
VERIFIED = "verified_receipt"
"""Number of the last receipt that a synchronisation has verified once more, from what is stored here."""

_ENVELOPE_BYTES = 512
"""More than what a batch holds beside its ops and values."""
_ENTRY_BYTES = 96
"""More than what surrounds an op's private values: its id, the salt, punctuation."""
_NEXT = """
    SELECT ops.place, ops.op, ops.stream, ops.seq, ops.region, op_bodies.link, op_bodies.wire, op_bodies.sealed,
        op_bodies.salt, op_bodies.private
    FROM ops
    JOIN op_bodies USING (place)
    WHERE ops.place >= (SELECT MIN(place) FROM ops WHERE receipt IS NULL)
    AND ops.place > COALESCE((SELECT place FROM ops WHERE op = ?), 0)
    ORDER BY ops.place
    LIMIT ?
"""
_BEFORE = """
    SELECT op_bodies.link
    FROM ops
    JOIN op_bodies USING (place)
    WHERE ops.place < ?
    AND ops.stream = ?
    ORDER BY ops.place DESC
    LIMIT 1
"""
_WAIT_ERASED = """
    SELECT DISTINCT ops.kind, ops.record
    FROM ops
    JOIN vouched USING (kind, record)
    WHERE ops.op IN (SELECT value FROM json_each(?))
    AND ops.status = 'quarantined'
    AND vouched.erase = 1
"""
_RECEIPTS = """
    SELECT body, key, signature, results
    FROM receipts
    WHERE number > COALESCE((SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?), 0)
    ORDER BY number
"""
_WIRES = """
    SELECT op, wire
    FROM ops
    JOIN op_bodies USING (place)
    WHERE op IN (SELECT value FROM json_each(?1))
    UNION ALL
    SELECT op, wire
    FROM vouched
    WHERE op IN (SELECT value FROM json_each(?1))
"""
_ANSWER = """
    UPDATE ops
    SET state = 'received', status = ?, change = ?, reason = ?, receipt = ?
    WHERE op = ?
    AND (receipt IS NULL OR status = 'quarantined')
"""
_MOVED = f"""
    SELECT DISTINCT kind, record
    FROM ops
    WHERE op IN (SELECT value FROM json_each(?))
    AND overlaid = {CONTAINED}
"""  # noqa: S608  # a constant


class OutboxSide:
    """Ops out, receipts in."""

    _connections: Connections
    _schema: Schema

    def identity(self) -> DeviceIdentity:
        """Who this device is.

        Raises:
            NotEnrolledError: the folder has no device yet.
        """
        return identity_of(self._connections.of_this_thread())

    def pending(self) -> int:
        """Ops without a receipt."""
        return int(self._connections.query("SELECT COUNT(*) FROM ops WHERE receipt IS NULL")[0][0])

    def next_batch(self, max_ops: int, max_bytes: int, after: str = "") -> Batch | None:
        """A run of ops from the first one without a receipt on; it ends where the region or the stream changes.

        Args:
            max_ops: Most ops.
            max_bytes: Most bytes of the wire form before compression; one op is always given.
            after: An op held here; the run begins behind it.
        """
        with self._connections.snapshot() as connection:
            epoch = identity_of(connection).epoch
            batch = next_vouched(connection, epoch, max_ops, max_bytes, after)
            batch = batch or _next_own(connection, epoch, max_ops, max_bytes, after)
            following = get_meta(connection, NEXT_STREAM)
        if batch is None or not isinstance(following, str):
            return batch
        return replace(batch, next_stream=following)

    def held_ops(self, ops: Sequence[str]) -> Mapping[str, Json]:
        """Those of these ops that are held here, by id, as they travel."""
        return {op: orjson.loads(wire) for op, wire in self._connections.query(_WIRES, (text(list(ops)),))}

    def mark_sent(self, ops: Sequence[str]) -> None:
        """The batch is about to leave: its ops are shown as sent, and stay in the outbox."""
        with self._connections.writing(lasting=False) as connection:
            connection.executemany(
                "UPDATE ops SET state = 'sent' WHERE op = ? AND state = 'local'", [(op,) for op in ops]
            )

    def accept(self, batch: Batch, answer: PushAnswer) -> None:
        """Store the answer to a batch with its receipt. The engine has verified both.

        An answer of another epoch than the known one is ignored: it comes from a history that is gone.
        """
        with self._connections.writing() as connection:
            if answer.epoch != identity_of(connection).epoch:
                logger.warning("an answer of another epoch was ignored")
                return
            number = _keep_receipt(connection, answer)
            connection.executemany(
                _ANSWER,
                [(r.status.value, r.change, r.reason, number, r.op) for r in answer.results],
            )
            connection.executemany("UPDATE vouched SET waiting = 0 WHERE op = ?", [(r.op,) for r in answer.results])
            if not in_second_base(connection):
                for result in answer.results:
                    if result.status is Outcome.QUARANTINED:
                        decide(connection, result.op)
                _settle_moved(connection, answer)
            # What waits moves no record, so no page will come that tells of the erasure once more.
            for kind, record in connection.execute(_WAIT_ERASED, (_ids(answer),)).fetchall():
                erase(connection, self._schema, kind, record)
        logger.info("receipt %d stored for %d ops from seq %d on", number, len(answer.results), batch.first_seq)

    def deliveries(self, *, unverified: bool = False) -> Iterator[Delivery]:
        """Every batch with a receipt whose ops are still held here, oldest first; hashes are of the ops themselves.

        Args:
            unverified: Only those that came after the last synchronisation that ended well.
        """
        receipts = self._connections.query(_RECEIPTS, (VERIFIED if unverified else None,))
        for body, key, signature, stored in receipts:
            results = tuple(OpResult(op, Outcome(status), change) for op, status, change in orjson.loads(stored))
            wires = dict(self._connections.query(_WIRES, (text([result.op for result in results]),)))
            if all(result.op in wires for result in results):
                hashes = tuple(sha256(wires[result.op]) for result in results)
                yield Delivery(Receipt(orjson.loads(body), key, signature), hashes, results)

    def clock_offset_ms(self) -> int:
        """What to add to this device's clock to get the centre's, as last learnt."""
        rows = self._connections.query("SELECT value FROM meta WHERE key = ?", (CLOCK_OFFSET,))
        return int(rows[0][0]) if rows else 0

    def learn_clock_offset(self, offset_ms: int) -> None:
        """Remember the offset of the clocks."""
        with self._connections.writing(lasting=False) as connection:
            put_meta(connection, CLOCK_OFFSET, offset_ms)

    def learn_centre_keys(self, keys: Mapping[str, Mapping[str, str]]) -> None:
        """Remember the centre's keys once each new one is found signed by a known one; known ones stay."""
        with self._connections.writing() as connection:
            known = identity_of(connection)
            uses = {*known.centre_keys, *keys}
            joined = {use: {**known.centre_keys.get(use, {}), **keys.get(use, {})} for use in sorted(uses)}
            put_identity(connection, replace(known, centre_keys=joined))

    def learn_recovery_key(self, key: str, since: str) -> None:
        """Remember the ministry's public recovery key (hex), unless a word of a later instant is known."""
        told: dict[str, Json] = {"key": key, "since": since}
        known = self.recovery_key_told()
        if known != told and (known is None or known["since"] < since):
            with self._connections.writing() as connection:
                put_meta(connection, RECOVERY_KEY, told)

    def recovery_key_told(self) -> dict[str, str] | None:
        """The recovery key of which the centre has told since enrolment, and since when: ``{key, since}``."""
        rows = self._connections.query("SELECT value FROM meta WHERE key = ?", (RECOVERY_KEY,))
        told: dict[str, str] | None = orjson.loads(rows[0][0]) if rows else None
        return told

    def finished(self, at: str) -> None:
        """A synchronisation ended well at this instant, every receipt verified.

        Personal values whose time has come leave a field laptop. The hour lasts: by it an answer of a history that was
        left is known (docs/protocol.md).
        """
        with self._connections.writing() as connection:
            put_meta(connection, LAST_SYNC, at)
            put_meta(connection, VERIFIED, connection.execute("SELECT MAX(number) FROM receipts").fetchone()[0])
            retire(connection, self._schema, at)
            end_journal(connection, at)

    def last_finished_at(self) -> str | None:
        """When a synchronisation last ended well, on the centre's clock."""
        rows = self._connections.query("SELECT value FROM meta WHERE key = ?", (LAST_SYNC,))
        return str(orjson.loads(rows[0][0])) if rows else None

    def epoch_heard_at(self) -> str | None:
        """When the epoch was last known to be the present one, on the centre's clock."""
        rows = self._connections.query("SELECT value FROM meta WHERE key IN (?, ?)", (LAST_SYNC, ENTERED))
        return max((str(orjson.loads(value)) for (value,) in rows), default=None)

    def retire(self, now: str) -> None:
        """Seal away the personal values whose time has come; this laptop's hour will do, the centre has them all."""
        with self._connections.writing() as connection:
            retire(connection, self._schema, now)


def _next_own(connection: Connection, epoch: str, max_ops: int, max_bytes: int, after: str) -> Batch | None:
    """A run of this laptop's own ops."""
    run: list[Any] = []
    size = _ENVELOPE_BYTES
    for row in connection.execute(_NEXT, (after, max_ops)):
        _, _, stream, _, region, _, wire, sealed, _, private = row
        beside = sealed if private is None else private
        size += len(wire) + 1 + (0 if beside is None else len(beside.encode()) + _ENTRY_BYTES)
        if run and (size > max_bytes or (stream, region) != (run[0][2], run[0][4])):
            break
        run.append(row)
    if not run:
        return None
    place, _, stream, first_seq, region, *_ = run[0]
    before = connection.execute(_BEFORE, (place, stream)).fetchone()
    return Batch(
        stream=connection.execute("SELECT id FROM streams WHERE place = ?", (stream,)).fetchone()[0],
        epoch=epoch,
        region=region,
        first_seq=first_seq,
        prev=before[0] if before else "",
        link=run[-1][5],
        ops=tuple(orjson.loads(row[6]) for row in run),
        values={op: entry for _, op, *_, sealed, salt, private in run if (entry := _entry(sealed, salt, private))},
    )


def _entry(sealed: str | None, salt: bytes | None, private: str | None) -> dict[str, Any] | None:
    """What travels beside an op: its private values, or the sealed copy that the journal keeps of them."""
    if salt is not None and private is not None:
        return {"salt": salt.hex(), "fields": orjson.loads(private)}
    return None if sealed is None else {"sealed": sealed}


def _keep_receipt(connection: Connection, answer: PushAnswer) -> int:
    """Store a receipt, once, with what is needed to verify it again; its number."""
    receipt = answer.receipt
    results = [[result.op, result.status.value, result.change] for result in answer.results]
    row = connection.execute(
        """
        INSERT INTO receipts (body, key, signature, epoch, issued_at, count, results)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (signature) DO UPDATE SET signature = excluded.signature
        RETURNING number
        """,
        (
            canonical(dict(receipt.body)),
            receipt.key,
            receipt.signature,
            answer.epoch,
            str(receipt.body.get("issued_at", "")),
            len(results),
            orjson.dumps(results),
        ),
    ).fetchone()
    return int(row[0])


def _settle_moved(connection: Connection, answer: PushAnswer) -> None:
    """Show again the records of an answer whose ops now lie in the base, or no longer over it."""
    settle(connection, connection.execute(_MOVED, (_ids(answer),)).fetchall())


def _ids(answer: PushAnswer) -> str:
    return text([result.op for result in answer.results])
