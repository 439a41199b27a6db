"""Records, ops and quarantine, as accepting a batch reads and writes them.

New rows of a batch come in by COPY: the counter row is held, so Python knows which are new and nothing has to be merged
(twice as fast as one `INSERT … SELECT` over the batch's JSON, ten times as fast as arrays). Whatever may stand there
already is written by one statement a table, fed with JSON.
"""

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
from sync.central.postgres.connected import Connected, lock_key, sought
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

_RECORD_NAMES = RECORD_COLUMNS.split(", ")
_UPDATE_RECORDS = (
    "UPDATE records SET change = x.change, schema = x.schema, fields = x.fields, private = x.private,"
    " writer = x.writer, writers = x.writers, made_by = x.made_by, contested = x.contested, erased = x.erased"
    " FROM json_to_recordset(%s::json) AS x (kind TEXT, id TEXT, change BIGINT, schema INTEGER, fields TEXT,"
    " private TEXT, writer TEXT, writers TEXT, made_by TEXT, contested BOOLEAN, erased BOOLEAN)"
    " WHERE records.id = x.id AND records.kind = x.kind"
)
_REFERENCE = "reference"


class PostgresLedgers(Connected):
    """The ledgers on one connection, inside a transaction."""

    def take_feed(self, region: str) -> int:
        """Take the feed's counter row, so that pushes of a region run one after another; its last change.

        What is in the shared feed decides what a region takes in: regions share a lock that a change of it takes
        alone. Otherwise an op could be held for want of a code that came in beside it, and miss being tried again.
        """
        lock = "pg_advisory_xact_lock" if region == SHARED_FEED else "pg_advisory_xact_lock_shared"
        row = self._one(
            "WITH taken AS (INSERT INTO feeds (region, last_change) VALUES (%s, 0)"  # noqa: S608 - constants
            " ON CONFLICT (region) DO UPDATE SET last_change = feeds.last_change RETURNING last_change)"
            f" SELECT last_change, {lock}(%s) FROM taken",
            (region, lock_key(_REFERENCE)),
        )
        return int(row[0])

    def put_feed(self, region: str, change: int) -> None:
        """Move the counter."""
        self._execute("UPDATE feeds SET last_change = %s WHERE region = %s", (change, region))

    def records(self, ids: Collection[str]) -> list[HeldRecord]:
        """Every record with one of these ids, of any kind, with its conflicts."""
        rows = self._execute(
            f"SELECT {RECORD_COLUMNS} FROM records"  # noqa: S608 - constants
            " WHERE id IN (SELECT json_array_elements_text(%s::json))",
            (sought(ids),),
        ).fetchall()
        contested = [row[1] for row in rows if row[11]]
        conflicts = self._conflicts(contested) if contested else {}
        settlements = self._settlements(contested) if contested else {}
        return [
            held_record(row, conflicts.get((row[0], row[1]), {}), settlements.get((row[0], row[1]), {})) for row in rows
        ]

    def _conflicts(self, records: Collection[str]) -> dict[tuple[str, str], dict[str, Conflict]]:
        found: dict[tuple[str, str], dict[str, Conflict]] = {}
        rows = self._execute(
            "SELECT kind, record, id, body FROM conflicts"
            " WHERE record IN (SELECT json_array_elements_text(%s::json)) ORDER BY nth",
            (sought(records),),
        )
        for kind, record, conflict, body in rows:
            found.setdefault((kind, record), {})[conflict] = conflict_of(body)
        return found

    def _settlements(self, records: Collection[str]) -> dict[tuple[str, str], dict[str, tuple[Settlement, ...]]]:
        found: dict[tuple[str, str], dict[str, tuple[Settlement, ...]]] = {}
        rows = self._execute(
            "SELECT kind, record, conflict, op, device, coordination FROM settlements"
            " WHERE record IN (SELECT json_array_elements_text(%s::json)) ORDER BY op",
            (sought(records),),
        )
        for kind, record, conflict, op, device, coordination in rows:
            of_record = found.setdefault((kind, record), {})
            of_record[conflict] = (*of_record.get(conflict, ()), settlement_of(op, device, coordination))
        return found

    def put_records(self, records: Sequence[HeldRecord], moved: Mapping[str, int]) -> None:
        """Write records with their conflicts and settlements."""
        new = [record_row(held) for held in records if held.is_new]
        if new:
            self._copy(f"records ({RECORD_COLUMNS})", new)
        old = [record_row(held) for held in records if not held.is_new]
        if old:
            self._execute(_UPDATE_RECORDS, (text([dict(zip(_RECORD_NAMES, row, strict=True)) for row in old]),))
        contested = [held for held in records if held.state.conflicts or held.state.settlements]
        if contested:
            self._put_contested(contested, moved)

    def _put_contested(self, contested: Sequence[HeldRecord], moved: Mapping[str, int]) -> None:
        names = ("id", "kind", "record", "state", "moved", "other_device", "body")
        conflicts = [
            dict(zip(names, conflict_row(held, conflict, moved[conflict.id]), strict=True))
            for held in contested
            for conflict in held.state.conflicts.values()
            if conflict.id in moved
        ]
        self._execute(
            "INSERT INTO conflicts (id, kind, record, state, moved, other_device, body)"
            " SELECT * FROM json_to_recordset(%s::json)"
            " AS x (id TEXT, kind TEXT, record TEXT, state TEXT, moved BIGINT, other_device TEXT, body TEXT)"
            " ON CONFLICT (id) DO UPDATE SET state = excluded.state, moved = excluded.moved, body = excluded.body",
            (text(conflicts),),
        )
        settlements = [
            {
                "conflict": conflict,
                "op": one.op,
                "kind": held.kind,
                "record": held.id,
                "device": one.origin.device,
                "coordination": one.origin.coordination,
            }
            for held in contested
            for conflict, settled in held.state.settlements.items()
            for one in settled
        ]
        self._execute(
            "INSERT INTO settlements (conflict, op, kind, record, device, coordination)"
            " SELECT * FROM json_to_recordset(%s::json)"
            " AS x (conflict TEXT, op TEXT, kind TEXT, record TEXT, device TEXT, coordination BOOLEAN)"
            " ON CONFLICT (conflict, op) DO NOTHING",
            (text(settlements),),
        )

    def reference_codes(self, kind: str) -> frozenset[str]:
        """The `code` of every shared record of a kind."""
        rows = self._execute("SELECT fields FROM records WHERE region = %s AND kind = %s", (SHARED_FEED, kind))
        codes = (orjson.loads(fields).get("code") for (fields,) in rows)
        return frozenset(code for code in codes if isinstance(code, str))

    def erase_private(self, kind: str, record: str) -> None:
        """Delete the private values of every op on a record, whose kind is that or unread; hashes and digests stay."""
        self._execute(
            "DELETE FROM private_values USING ops WHERE ops.record = %s AND (ops.kind = %s OR ops.kind IS NULL)"
            " AND private_values.batch = ops.batch AND private_values.place = ops.place",
            (record, kind),
        )

    def known_ops(self, ids: Collection[str]) -> dict[str, KnownOp]:
        """Those of these ops that were answered before."""
        rows = self._execute(
            "SELECT id, hash, status, change, conflicts, reason FROM ops"
            " WHERE id IN (SELECT json_array_elements_text(%s::json))",
            (sought(ids),),
            binary=True,
        )
        return {
            op: KnownOp(op, op_hash.hex(), result_of(op, status, change, conflicts, reason))
            for op, op_hash, status, change, conflicts, reason in rows
        }

    def senders(self, ids: Collection[str]) -> dict[str, str]:
        """For each op that is known, the device that sent it."""
        rows = self._execute(
            "SELECT ops.id, batches.device FROM ops JOIN batches ON batches.id = ops.batch"
            " WHERE ops.id IN (SELECT json_array_elements_text(%s::json))",
            (sought(ids),),
        )
        return dict(rows.fetchall())

    def written(self, ids: Collection[str]) -> dict[str, Written]:
        """Ops from history, those of them that it holds."""
        rows = self._execute(
            "SELECT ops.id, ops.batch, ops.place, private_values.body, batches.device FROM ops"
            " JOIN batches ON batches.id = ops.batch LEFT JOIN private_values USING (batch, place)"
            " WHERE ops.id IN (SELECT json_array_elements_text(%s::json))",
            (sought(ids),),
        ).fetchall()
        return {
            op: Written(self._raw(batch, place), private_of(body), device) for op, batch, place, body, device in rows
        }

    def run_covering(self, stream: str, seq: int) -> HeldRun:
        """The stored batch that holds this place of a stream, which has come so far."""
        first_seq, prev, packed = self._one(
            "SELECT first_seq, prev, hashes FROM batches WHERE stream = %s AND first_seq <= %s"
            " ORDER BY first_seq DESC LIMIT 1",
            (stream, seq),
            binary=True,
        )
        return HeldRun(first_seq, prev, hashes_of(packed))

    def put_batch(self, batch: NewBatch, entries: Iterable[Entry]) -> int:
        """Store a batch and its ops; the number of the batch."""
        number = self._one(
            "INSERT INTO batches (stream, first_seq, count, region, device, route, received_at, prev, hashes, ops)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
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
        )[0]
        kept = list(entries)
        self._copy(
            "ops (batch, place, id, hash, kind, record, status, change, conflicts, reason)",
            (
                (number, one.place, one.id, bytes.fromhex(one.hash), one.kind, one.record, *answer_columns(one.result))
                for one in kept
            ),
        )
        private = [(number, one.place, text(one.private)) for one in kept if one.private is not None]
        if private:
            self._copy("private_values (batch, place, body)", private)
        return int(number)

    def settle(self, op: str, result: OpResult) -> None:
        """Replace the answer of an op that was in quarantine."""
        self._execute(
            "UPDATE ops SET status = %s, change = %s, conflicts = %s, reason = %s WHERE id = %s",
            (*answer_columns(result), op),
        )

    def holds(self, region: str) -> Holds:
        """Whether quarantine holds anything of a region."""
        row = self._one(
            "SELECT EXISTS (SELECT 1 FROM quarantine WHERE region = %(region)s AND state = 'waiting'),"
            " EXISTS (SELECT 1 FROM quarantine WHERE region = %(region)s AND reason = 'id_reused')",
            {"region": region},
        )
        return Holds(*row)

    def reused_ids(self, records: Collection[str]) -> list[ReusedId]:
        """Ops on these records that came under an id that stood for another one, waiting or decided."""
        rows = self._execute(
            "SELECT op, device, kind, record, batch, place FROM quarantine"
            " WHERE reason = 'id_reused' AND record IN (SELECT json_array_elements_text(%s::json))"
            " ORDER BY batch, place",
            (sought(records),),
        ).fetchall()
        return [reused_id(row, self._raw(*row[4:])) for row in rows]

    def waiting_records(self, region: str) -> list[str]:
        """Records of a region on which ops wait."""
        rows = self._execute(
            "SELECT record FROM quarantine WHERE region = %s AND state = 'waiting' AND record IS NOT NULL"
            " GROUP BY record ORDER BY MIN(batch), record",
            (region,),
        )
        return [row[0] for row in rows]

    def waiting(self, records: Collection[str], ops: Collection[str]) -> list[HeldOp]:
        """Waiting ops on these records, or with these ids, in the order in which they came."""
        rows = self._execute(
            f"SELECT {HELD_COLUMNS}, q.batch, q.place, p.body FROM ("  # noqa: S608 - constants
            "SELECT * FROM quarantine WHERE record IN (SELECT json_array_elements_text(%s::json))"
            " UNION SELECT * FROM quarantine WHERE op IN (SELECT json_array_elements_text(%s::json))"
            ") AS q LEFT JOIN private_values AS p ON p.batch = q.batch AND p.place = q.place"
            " WHERE q.state = 'waiting' ORDER BY q.batch, q.place",
            (sought(records), sought(ops)),
        ).fetchall()
        return [held_op(row, Written(self._raw(row[10], row[11]), private_of(row[12]), row[4])) for row in rows]

    def put_held(self, held: Sequence[HeldOp]) -> None:
        """Write quarantined ops."""
        if not held:
            return
        names = "op", "batch", "place", "kind", "record", "region", "device", "coordination", "reason", "state"
        self._execute(
            "INSERT INTO quarantine (op, batch, place, kind, record, region, device, coordination, reason, state,"
            " forgiven, held_at) SELECT * FROM json_to_recordset(%s::json) AS x (op TEXT, batch BIGINT, place INTEGER,"
            " kind TEXT, record TEXT, region TEXT, device TEXT, coordination BOOLEAN, reason TEXT, state TEXT,"
            " forgiven BOOLEAN, held_at TEXT)"
            " ON CONFLICT (op) DO UPDATE SET reason = excluded.reason, state = excluded.state,"
            " forgiven = excluded.forgiven",
            (text([{name: getattr(one, name) for name in (*names, "forgiven", "held_at")} for one in held]),),
        )

    def held_since(self, device: str, reason: str, since: str) -> int:
        """How many ops of a device were held for a reason since an instant."""
        row = self._one(
            "SELECT COUNT(*) FROM quarantine WHERE device = %s AND reason = %s AND held_at >= %s",
            (device, reason, since),
        )
        return int(row[0])

    def put_vouched(self, vouched: HeldVouched) -> None:
        """Keep an op for which the centre vouches; the newest word for an op stands."""
        self._execute(
            "INSERT INTO vouched (op, kind, record, region, change, erase, told) VALUES (%s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (op) DO UPDATE SET kind = excluded.kind, record = excluded.record, region = excluded.region,"
            " change = excluded.change, erase = excluded.erase, told = excluded.told",
            (
                vouched.op,
                vouched.kind,
                vouched.record,
                vouched.region,
                vouched.change,
                vouched.erase,
                text(vouched.told),
            ),
        )

    def receipt(self, stream: str, first_seq: int, root: str) -> Mapping[str, Any] | None:
        """A kept receipt."""
        row = self._one(
            "SELECT receipt FROM receipts WHERE stream = %s AND first_seq = %s AND root = %s",
            (stream, first_seq, root),
        )
        return None if row is None else dict(orjson.loads(row[0]))

    def put_receipt(self, receipt: Mapping[str, Any], results: bytes) -> None:
        """Keep a receipt with the results it covers."""
        body = receipt["body"]
        self._execute(
            "INSERT INTO receipts (stream, first_seq, count, root, receipt, results) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (stream, first_seq, root) DO UPDATE SET count = excluded.count, receipt = excluded.receipt,"
            " results = excluded.results",
            (body["stream"], body["first_seq"], body["count"], body["root"], text(receipt), results),
        )
