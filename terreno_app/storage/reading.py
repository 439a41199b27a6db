"""What screens, lists and reports read of the laptop's store. Nothing here writes."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any

import orjson

from sync.client.held import Counts, OwnOp, ShownRecord, State, StoredConflict, StoredReceipt
from sync.core.columns import answer
from sync.core.count import Row, parse
from sync.core.grouping import Source
from sync.core.ops import Op
from sync.core.schema import Json
from terreno_app.domain.search import SoughtWord
from terreno_app.storage.connections import Connections
from terreno_app.storage.errors import BrokenRuleError
from terreno_app.storage.showing import base_of, expand, text

RECORDS = Source(
    "shown",
    columns={"id": "record", "region": "region", "outing": "outing", "folio": "folio"},
    few=frozenset({"outing"}),
)
"""The shown records as grouped counts see them."""

_FIELD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_COLUMNS = {"outing", "folio"}
_STATES: tuple[State, ...] = ("received", "sent", "local", "quarantined")
_SHOWN = """
    SELECT shown.kind, shown.record, shown.region, shown.fields, shown.writer, shown.writers, shown.made_here,
        (
            SELECT MAX(CASE
                WHEN ops.status = 'quarantined' THEN 3
                WHEN ops.receipt IS NULL AND ops.state = 'local' THEN 2
                WHEN ops.receipt IS NULL THEN 1
                ELSE 0
            END)
            FROM ops
            WHERE ops.kind = shown.kind
            AND ops.record = shown.record
        ),
        (SELECT MAX(ops.receipt) FROM ops WHERE ops.kind = shown.kind AND ops.record = shown.record)
    FROM shown
"""
_OPEN_CONFLICTS = """
    FROM conflicts
    WHERE conflicts.state = 'open'
    AND NOT EXISTS (
        SELECT 1
        FROM resolutions
        JOIN ops USING (place)
        WHERE resolutions.conflict = conflicts.id
        AND ops.overlaid = 1
    )
"""
_OWN_OPS = """
    SELECT op_bodies.wire, op_bodies.private, ops.seq, ops.state, ops.status, ops.change, ops.reason, ops.receipt
    FROM ops
    JOIN op_bodies USING (place)
"""
_REASONS = """
    SELECT record, reason
    FROM ops INDEXED BY ops_quarantined
    WHERE status = 'quarantined'
"""
_COUNTS = f"""
    WITH waiting AS (
        SELECT kind, record
        FROM ops INDEXED BY ops_without_receipt
        WHERE receipt IS NULL
        UNION
        SELECT kind, record
        FROM ops
        WHERE :proven IS NOT NULL
        AND op NOT IN (SELECT value FROM json_each(:proven))
    )
    SELECT
        (SELECT COUNT(*) FROM shown INDEXED BY shown_in_order WHERE made_here = 1),
        (SELECT COUNT(*) FROM waiting),
        (SELECT COUNT(*) FROM waiting JOIN shown USING (kind, record) WHERE made_here = 1),
        (SELECT COUNT(*) {_OPEN_CONFLICTS}),
        (SELECT COUNT(*) FROM (
            SELECT DISTINCT kind, record
            FROM ops
            WHERE status = 'quarantined'
        ))
"""  # noqa: S608  # constants
_OPS_OF_A_SESSION = """
    WITH attentions AS (
        SELECT record
        FROM shown
        WHERE outing = :outing
        AND kind = 'attention'
    )
    SELECT op_bodies.hash
    FROM ops
    JOIN op_bodies USING (place)
    JOIN shown USING (kind, record)
    WHERE ops.place < COALESCE((SELECT place FROM ops WHERE op = :closing), ops.place + 1)
    AND ops.kind <> 'acta'
    AND (
        shown.outing = :outing
        OR ops.record IN attentions
        OR (ops.kind = 'referral' AND json_extract(shown.fields, '$.attention') IN attentions)
    )
    ORDER BY ops.place
"""
_FIND = """
    SELECT place
    FROM shown INDEXED BY attentions_to_find
    WHERE kind = 'attention'
    AND {words}
    ORDER BY sorted_at DESC
    LIMIT ?
"""


class Reading:
    """The reading side of a laptop's store."""

    _connections: Connections

    def shown(self, kind: str, record: str) -> ShownRecord | None:
        """One record as shown."""
        found = self._shown("WHERE shown.kind = ? AND shown.record = ?", [kind, record])
        return found[0] if found else None

    def confirmed(self, kind: str, record: str) -> Mapping[str, Json] | None:
        """What the centre last said of a record, with nothing of this laptop over it; None while it said nothing."""
        with self._connections.snapshot() as connection:
            base = base_of(connection, kind, record)
        return None if base is None else base.shown().fields

    def select(
        self,
        kind: str,
        where: Mapping[str, Json] | None = None,
        *,
        since: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> tuple[ShownRecord, ...]:
        """Records of a kind, in the order of the instant that they are about (`showing.SORTED_BY`), else of arrival.

        Args:
            kind: The kind.
            where: Fields and the value that each must have; ``None`` finds the absent and the emptied.
            since: Only those about this instant or a later one.
            newest_first: The other way round.
            limit: At most so many.
        """
        clauses: list[str] = ["shown.kind = ?"]
        parameters: list[Any] = [kind]
        if since is not None:
            clauses.append("shown.sorted_at >= ?")
            parameters.append(since)
        for name, value in (where or {}).items():
            if not _FIELD.fullmatch(name):
                raise BrokenRuleError("not the name of a field")
            column = f"shown.{name}" if name in _COLUMNS else f"json_extract(shown.fields, '$.{name}')"
            clauses.append(f"{column} {'IS' if value is None else '='} ?")
            parameters.append(value)
        way = "DESC" if newest_first else "ASC"
        # The plus keeps SQLite from walking a whole kind in order where an index finds the few that are asked for.
        first = "+shown.sorted_at" if _COLUMNS.intersection(where or ()) else "shown.sorted_at"
        return self._shown(
            f"WHERE {' AND '.join(clauses)} ORDER BY {first} {way}, shown.place {way} LIMIT ?",
            [*parameters, -1 if limit is None else limit],
        )

    def find_attentions(self, words: Sequence[SoughtWord], limit: int) -> tuple[ShownRecord, ...]:
        """Attentions that hold every word, the newest first; without a word there are none."""
        if not words:
            return ()
        clauses, parameters = zip(*map(_holds, words), strict=True)
        found = _FIND.format(words=" AND ".join(clauses))
        places = text([row[0] for row in self._connections.query(found, [*chain(*parameters), limit])])
        in_order = "WHERE shown.place IN (SELECT value FROM json_each(?)) ORDER BY shown.sorted_at DESC"
        return self._shown(in_order, [places])

    def own_ops(self, kind: str, record: str) -> tuple[OwnOp, ...]:
        """This laptop's ops on a record, in the order they were saved."""
        return self._own_ops("WHERE ops.kind = ? AND ops.record = ?", kind, record)

    def op(self, op_id: str) -> OwnOp | None:
        """One op of this laptop."""
        found = self._own_ops("WHERE ops.op = ?", op_id)
        return found[0] if found else None

    def ops_in_trouble(self) -> tuple[OwnOp, ...]:
        """This laptop's ops that wait in quarantine or were rejected, in the order they were saved."""
        return self._own_ops("WHERE ops.status = 'quarantined' OR ops.status = 'rejected'")

    def ops_of_session(self, session: str) -> tuple[str, ...]:
        """Hashes of this laptop's ops that belong to a session, in order.

        They are its ops on the session itself, on the attentions of its outing and on what hangs from them (identity,
        survey answer, referral), from the opening on and before the op that closes the session.
        """
        opened = self.own_ops("outing_session", session)
        if not opened:
            return ()
        outing = opened[0].op.fields.get("outing")
        closing = next((one.op.id for one in opened if one.op.fields.get("closed_at") is not None), None)
        rows = self._connections.query(_OPS_OF_A_SESSION, {"outing": outing, "closing": closing})
        return tuple(row[0] for row in rows)

    def conflicts(self, *, settled: bool = False) -> tuple[StoredConflict, ...]:
        """Open conflicts, oldest first; with ``settled`` the others too.

        One that an own op on its way settles counts as closed here at once.
        """
        with self._connections.snapshot() as connection:
            waiting = {row[0] for row in connection.execute(f"SELECT conflicts.id {_OPEN_CONFLICTS}")}
            rows = connection.execute(
                """
                SELECT conflicts.id, kind, record, conflicts.state, conflicts.body, shown.fields
                FROM conflicts
                LEFT JOIN shown USING (kind, record)
                ORDER BY conflicts.place
                """
            ).fetchall()
        return tuple(_conflict(row, waiting) for row in rows if settled or row[0] in waiting)

    def late(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """For records out of use, the ops behind their values that the centre merged after the one that ended it."""
        found: dict[tuple[str, str], set[str]] = {}
        for kind, record, op in self._connections.query("SELECT kind, record, op FROM late"):
            found.setdefault((kind, record), set()).add(op)
        return {name: frozenset(ops) for name, ops in found.items()}

    def counts(self, proven: Collection[str] | None = None) -> Counts:
        """What is proven of the records made on this laptop, and what waits to leave it.

        Args:
            proven: The only ops that count as having a receipt; by default every op that one is kept for.
        """
        given = {"proven": None if proven is None else text(list(proven))}
        total, unsent, pending, conflicts, quarantined = self._connections.query(_COUNTS, given)[0]
        return Counts(total, pending, total - pending, conflicts, quarantined, unsent)

    def receipts(self) -> tuple[StoredReceipt, ...]:
        """The centre's receipts, newest first."""
        rows = self._connections.query(
            """
            SELECT receipts.number, receipts.issued_at, receipts.count,
                COUNT(ops.place) FILTER (WHERE ops.status = 'quarantined'),
                COUNT(DISTINCT ops.kind || ops.record)
            FROM receipts
            LEFT JOIN ops ON ops.receipt = receipts.number
            GROUP BY receipts.number
            ORDER BY receipts.number DESC
            """
        )
        return tuple(
            StoredReceipt(number, issued_at, count, quarantined, records)
            for number, issued_at, count, quarantined, records in rows
        )

    def oldest_unproven_at(self) -> str | None:
        """When the oldest op without a receipt was captured."""
        rows = self._connections.query(
            "SELECT captured_at FROM op_bodies WHERE place = (SELECT MIN(place) FROM ops WHERE receipt IS NULL)"
        )
        return rows[0][0] if rows else None

    def meta(self, key: str) -> Json:
        """A small fact of this laptop; ``None`` when there is none."""
        rows = self._connections.query("SELECT value FROM meta WHERE key = ?", (key,))
        return orjson.loads(rows[0][0]) if rows else None

    def counter(self, name: str) -> int:
        """The number that a counter gave last; 0 before the first."""
        rows = self._connections.query("SELECT value FROM counters WHERE name = ?", (name,))
        return int(rows[0][0]) if rows else 0

    def drafts(self) -> dict[str, Json]:
        """What people were typing, by key, the oldest first."""
        return {
            key: orjson.loads(body)
            for key, body in self._connections.query("SELECT key, body FROM drafts ORDER BY rowid")
        }

    def access_log(self) -> tuple[dict[str, str], ...]:
        """Who opened personal data, oldest first."""
        rows = self._connections.query("SELECT officer, kind, record, at FROM access_log ORDER BY place")
        return tuple(dict(zip(("officer", "kind", "record", "at"), row, strict=True)) for row in rows)

    def cursors(self) -> dict[str, int]:
        """The last change stored of each feed."""
        return dict(self._connections.query("SELECT feed, change FROM cursors ORDER BY feed"))

    def tallies(self, spec: Mapping[str, Any]) -> dict[str, list[Row]]:
        """Answer the grouped counts of a report over the records shown.

        Raises:
            GroupingError: a count is not well formed.
        """
        return answer(parse(spec["counts"]), RECORDS, self._connections.query)

    def _shown(self, clauses: str, parameters: list[Any]) -> tuple[ShownRecord, ...]:
        with self._connections.snapshot() as connection:
            rows = connection.execute(_SHOWN + clauses, parameters).fetchall()
            conflicted = set(connection.execute(f"SELECT kind, record {_OPEN_CONFLICTS}"))  # constants
            reasons = dict(connection.execute(_REASONS))
        return tuple(_shown_record(row, conflicted, reasons) for row in rows)

    def _own_ops(self, clauses: str, *parameters: str) -> tuple[OwnOp, ...]:
        rows = self._connections.query(f"{_OWN_OPS} {clauses} ORDER BY ops.place", parameters)
        return tuple(
            OwnOp(Op.from_wire(orjson.loads(wire)), {} if private is None else orjson.loads(private), *rest)
            for wire, private, *rest in rows
        )


def _holds(word: SoughtWord) -> tuple[str, list[str]]:
    """Whether an attention holds a word, as SQL and its parameters."""
    named = [(field, text(codes)) for field, codes in word.codes.items() if codes]
    one_of = "json_extract(fields, '$.{}') IN (SELECT value FROM json_each(?))"
    clauses = ["instr(folio, ?) > 0", *(one_of.format(field) for field, _ in named)]
    return f"({' OR '.join(clauses)})", [word.folio, *(codes for _, codes in named)]


def _shown_record(
    row: tuple[Any, ...], conflicted: set[tuple[str, str]], reasons: Mapping[str, str | None]
) -> ShownRecord:
    kind, record, region, fields, writer, writers, made_here, rank, receipt = row
    values = orjson.loads(fields)
    state: State = "conflict" if (kind, record) in conflicted else _STATES[rank or 0]
    proof = reasons.get(record) if state == "quarantined" else None
    if state == "received" and receipt is not None:
        proof = str(receipt)
    return ShownRecord(
        kind=kind,
        record=record,
        region=region,
        fields=values,
        writers=expand(values, writer, orjson.loads(writers)),
        state=state,
        proof=proof,
        made_here=bool(made_here),
    )


def _conflict(row: tuple[Any, ...], waiting: set[str]) -> StoredConflict:
    conflict, kind, record, state, body, fields = row
    told = orjson.loads(body)
    live = {} if fields is None else orjson.loads(fields)
    group = tuple(told["group"])
    return StoredConflict(
        id=conflict,
        kind=kind,
        record=record,
        group=group,
        state="closed" if state == "open" and conflict not in waiting else state,
        before=told.get("before", {}),
        kept={name: live[name] for name in group if name in live},
        other=told.get("other", {}),
        other_op=told["other_op"],
        other_author=told["other_author"],
        other_device=told["other_device"],
        other_at=told["other_at"],
        against_op=told["against_op"],
        against_author=told["against_author"],
        against_at=told["against_at"],
    )
