"""Records, ops and quarantine, as accepting a batch reads and writes them. Hot paths are prepared `executemany`s."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson

from sync.central.held import (
    Entry,
    HeldOp,
    HeldRecord,
    HeldRun,
    HeldVouched,
    Holds,
    KnownOp,
    NewBatch,
    ReusedId,
    Written,
)
from sync.central.sqlite.connected import Connected
from sync.central.states import (
    HELD_COLUMNS,
    RECORD_COLUMNS,
    answer_columns,
    conflict_of,
    conflict_row,
    hashes_of,
    held_op,
    held_record,
    private_of,
    record_row,
    result_of,
    reused_id,
    settlement_of,
    text,
)
from sync.core.merge import Conflict, Settlement
from sync.core.protocol import OpResult
from sync.core.schema import SHARED_FEED

_RECORD_PLACES = ", ".join("?" * len(RECORD_COLUMNS.split(", ")))
_INSERT_RECORD = f"INSERT INTO records ({RECORD_COLUMNS}) VALUES ({_RECORD_PLACES})"  # noqa: S608 - constants
_UPDATE_RECORD = (
    "UPDATE records SET change = ?4, schema = ?5, fields = ?6, private = ?7, writer = ?8, writers = ?9,"
    " made_by = ?10, contested = ?12, erased = ?13 WHERE id = ?2 AND kind = ?1"
)


class SqliteLedgers(Connected):
    """The ledgers on one connection, inside a transaction."""

    def take_feed(self, region: str) -> int:
        """Take the feed's counter row, so that pushes of a region run one after another; its last change."""
        row = self._execute(
            "INSERT INTO feeds (region, last_change) VALUES (?, 0)"
            " ON CONFLICT (region) DO UPDATE SET last_change = last_change RETURNING last_change",
            (region,),
        ).fetchone()
        return int(row[0])

    def put_feed(self, region: str, change: int) -> None:
        """Move the counter."""
        self._execute("UPDATE feeds SET last_change = ? WHERE region = ?", (change, region))

    def records(self, ids: Collection[str]) -> list[HeldRecord]:
        """Every record with one of these ids, of any kind, with its conflicts."""
        listed = text(list(ids))
        rows = self._execute(
            f"SELECT {RECORD_COLUMNS} FROM records WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
            (listed,),
        ).fetchall()
        contested = text([row[1] for row in rows if row[11]])
        conflicts = self._conflicts(contested)
        settlements = self._settlements(contested)
        return [
            held_record(row, conflicts.get((row[0], row[1]), {}), settlements.get((row[0], row[1]), {})) for row in rows
        ]

    def _conflicts(self, records: str) -> dict[tuple[str, str], dict[str, Conflict]]:
        found: dict[tuple[str, str], dict[str, Conflict]] = {}
        rows = self._execute(
            "SELECT kind, record, id, body FROM conflicts WHERE record IN (SELECT value FROM json_each(?))"
            " ORDER BY rowid",
            (records,),
        )
        for kind, record, conflict, body in rows:
            found.setdefault((kind, record), {})[conflict] = conflict_of(body)
        return found

    def _settlements(self, records: str) -> dict[tuple[str, str], dict[str, tuple[Settlement, ...]]]:
        found: dict[tuple[str, str], dict[str, tuple[Settlement, ...]]] = {}
        rows = self._execute(
            "SELECT kind, record, conflict, op, device, coordination FROM settlements"
            " WHERE record IN (SELECT value FROM json_each(?)) ORDER BY op",
            (records,),
        )
        for kind, record, conflict, op, device, coordination in rows:
            of_record = found.setdefault((kind, record), {})
            of_record[conflict] = (*of_record.get(conflict, ()), settlement_of(op, device, coordination))
        return found

    def put_records(self, records: Sequence[HeldRecord], moved: Mapping[str, int]) -> None:
        """Write records with their conflicts and settlements."""
        self._connection.executemany(_INSERT_RECORD, [record_row(held) for held in records if held.is_new])
        self._connection.executemany(_UPDATE_RECORD, [record_row(held) for held in records if not held.is_new])
        contested = [held for held in records if held.state.conflicts or held.state.settlements]
        self._connection.executemany(
            "INSERT INTO conflicts (id, kind, record, state, moved, other_device, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET state = excluded.state, moved = excluded.moved, body = excluded.body",
            [
                conflict_row(held, conflict, moved[conflict.id])
                for held in contested
                for conflict in held.state.conflicts.values()
                if conflict.id in moved
            ],
        )
        self._connection.executemany(
            "INSERT INTO settlements (conflict, op, kind, record, device, coordination) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (conflict, op) DO NOTHING",
            [
                (conflict, one.op, held.kind, held.id, one.origin.device, int(one.origin.coordination))
                for held in contested
                for conflict, settled in held.state.settlements.items()
                for one in settled
            ],
        )

    def reference_codes(self, kind: str) -> frozenset[str]:
        """The `code` of every shared record of a kind."""
        rows = self._execute(
            "SELECT json_extract(fields, '$.code') FROM records WHERE region = ? AND kind = ?", (SHARED_FEED, kind)
        )
        return frozenset(code for (code,) in rows if isinstance(code, str))

    def erase_private(self, kind: str, record: str) -> None:
        """Delete the private values of every op on a record, whose kind is that or unread; hashes and digests stay."""
        self.erased = True
        self._execute(
            "DELETE FROM private_values WHERE (batch, place) IN"
            " (SELECT batch, place FROM ops WHERE record = ? AND (kind = ? OR kind IS NULL))",
            (record, kind),
        )

    def known_ops(self, ids: Collection[str]) -> dict[str, KnownOp]:
        """Those of these ops that were answered before."""
        rows = self._execute(
            "SELECT id, hash, status, change, conflicts, reason FROM ops WHERE id IN (SELECT value FROM json_each(?))",
            (text(list(ids)),),
        )
        return {
            op: KnownOp(op, op_hash.hex(), result_of(op, status, change, conflicts, reason))
            for op, op_hash, status, change, conflicts, reason in rows
        }

    def senders(self, ids: Collection[str]) -> dict[str, str]:
        """For each op that is known, the device that sent it."""
        rows = self._execute(
            "SELECT ops.id, batches.device FROM ops JOIN batches ON batches.id = ops.batch"
            " WHERE ops.id IN (SELECT value FROM json_each(?))",
            (text(list(ids)),),
        )
        return dict(rows.fetchall())

    def written(self, ids: Collection[str]) -> dict[str, Written]:
        """Ops from history, those of them that it holds."""
        rows = self._execute(
            "SELECT ops.id, ops.batch, ops.place, private_values.body, batches.device FROM ops"
            " JOIN batches ON batches.id = ops.batch LEFT JOIN private_values USING (batch, place)"
            " WHERE ops.id IN (SELECT value FROM json_each(?))",
            (text(list(ids)),),
        ).fetchall()
        return {
            op: Written(self._raw(batch, place), private_of(body), device) for op, batch, place, body, device in rows
        }

    def run_covering(self, stream: str, seq: int) -> HeldRun:
        """The stored batch that holds this place of a stream, which has come so far."""
        first_seq, prev, packed = self._execute(
            "SELECT first_seq, prev, hashes FROM batches WHERE stream = ? AND first_seq <= ?"
            " ORDER BY first_seq DESC LIMIT 1",
            (stream, seq),
        ).fetchone()
        return HeldRun(first_seq, prev, hashes_of(packed))

    def put_batch(self, batch: NewBatch, entries: Iterable[Entry]) -> int:
        """Store a batch and its ops; the number of the batch."""
        number = self._execute(
            "INSERT INTO batches (stream, first_seq, count, region, device, route, received_at, prev, hashes, ops)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                batch.stream,
                batch.first_seq,
                batch.count,
                batch.region,
                batch.device,
                batch.route,
                batch.received_at,
                batch.prev,
                bytes.fromhex("".join(batch.hashes)),
                batch.ops,
            ),
        ).fetchone()[0]
        kept = list(entries)
        self._connection.executemany(
            "INSERT INTO ops (batch, place, id, hash, kind, record, status, change, conflicts, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (number, one.place, one.id, bytes.fromhex(one.hash), one.kind, one.record, *answer_columns(one.result))
                for one in kept
            ],
        )
        self._connection.executemany(
            "INSERT INTO private_values (batch, place, body) VALUES (?, ?, ?)",
            [(number, one.place, text(one.private)) for one in kept if one.private is not None],
        )
        return int(number)

    def settle(self, op: str, result: OpResult) -> None:
        """Replace the answer of an op that was in quarantine."""
        self._execute(
            "UPDATE ops SET status = ?, change = ?, conflicts = ?, reason = ? WHERE id = ?",
            (*answer_columns(result), op),
        )

    def holds(self, region: str) -> Holds:
        """Whether quarantine holds anything of a region."""
        waiting, reused = self._execute(
            "SELECT EXISTS (SELECT 1 FROM quarantine WHERE region = ?1 AND state = 'waiting'),"
            " EXISTS (SELECT 1 FROM quarantine WHERE region = ?1 AND reason = 'id_reused')",
            (region,),
        ).fetchone()
        return Holds(bool(waiting), bool(reused))

    def reused_ids(self, records: Collection[str]) -> list[ReusedId]:
        """Ops on these records that came under an id that stood for another one, waiting or decided."""
        rows = self._execute(
            "SELECT op, device, kind, record, batch, place FROM quarantine"
            " WHERE reason = 'id_reused' AND record IN (SELECT value FROM json_each(?)) ORDER BY batch, place",
            (text(list(records)),),
        ).fetchall()
        return [reused_id(row, self._raw(*row[4:])) for row in rows]

    def waiting_records(self, region: str) -> list[str]:
        """Records of a region on which ops wait."""
        rows = self._execute(
            "SELECT record FROM quarantine WHERE region = ? AND state = 'waiting' AND record IS NOT NULL"
            " GROUP BY record ORDER BY MIN(batch), record",
            (region,),
        )
        return [row[0] for row in rows]

    def waiting(self, records: Collection[str], ops: Collection[str]) -> list[HeldOp]:
        """Waiting ops on these records, or with these ids, in the order in which they came."""
        rows = self._execute(
            f"SELECT {HELD_COLUMNS}, q.batch, q.place, p.body"  # noqa: S608 - constants
            " FROM quarantine AS q LEFT JOIN private_values AS p ON p.batch = q.batch AND p.place = q.place"
            " WHERE q.state = 'waiting' AND (q.record IN (SELECT value FROM json_each(?))"
            " OR q.op IN (SELECT value FROM json_each(?))) ORDER BY q.batch, q.place",
            (text(list(records)), text(list(ops))),
        ).fetchall()
        return [held_op(row, Written(self._raw(row[10], row[11]), private_of(row[12]), row[4])) for row in rows]

    def put_held(self, held: Sequence[HeldOp]) -> None:
        """Write quarantined ops."""
        self._connection.executemany(
            "INSERT INTO quarantine (op, batch, place, kind, record, region, device, coordination, reason, state,"
            " forgiven, held_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (op) DO UPDATE SET reason = excluded.reason, state = excluded.state,"
            " forgiven = excluded.forgiven",
            [
                (
                    one.op,
                    one.batch,
                    one.place,
                    one.kind,
                    one.record,
                    one.region,
                    one.device,
                    int(one.coordination),
                    one.reason,
                    one.state,
                    int(one.forgiven),
                    one.held_at,
                )
                for one in held
            ],
        )

    def held_since(self, device: str, reason: str, since: str) -> int:
        """How many ops of a device were held for a reason since an instant."""
        row = self._execute(
            "SELECT COUNT(*) FROM quarantine WHERE device = ? AND reason = ? AND held_at >= ?", (device, reason, since)
        ).fetchone()
        return int(row[0])

    def put_vouched(self, vouched: HeldVouched) -> None:
        """Keep an op for which the centre vouches; the newest word for an op stands."""
        self._execute(
            "INSERT OR REPLACE INTO vouched (op, kind, record, region, change, erase, told)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                vouched.op,
                vouched.kind,
                vouched.record,
                vouched.region,
                vouched.change,
                int(vouched.erase),
                text(vouched.told),
            ),
        )

    def receipt(self, stream: str, first_seq: int, root: str) -> Mapping[str, Any] | None:
        """A kept receipt."""
        row = self._execute(
            "SELECT receipt FROM receipts WHERE stream = ? AND first_seq = ? AND root = ?", (stream, first_seq, root)
        ).fetchone()
        return None if row is None else dict(orjson.loads(row[0]))

    def put_receipt(self, receipt: Mapping[str, Any], results: bytes) -> None:
        """Keep a receipt with the results it covers."""
        body = receipt["body"]
        self._execute(
            "INSERT OR REPLACE INTO receipts (stream, first_seq, count, root, receipt, results)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (body["stream"], body["first_seq"], body["count"], body["root"], text(receipt), results),
        )
