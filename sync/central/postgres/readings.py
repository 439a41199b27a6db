"""What devices ask for: pages of a feed, a record's history, grouped counts. The scope is part of the query."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from sync.central.held import FeedRow, HistoryRow, ToldConflict
from sync.central.postgres.connected import Connected, sought
from sync.central.scope import FieldReader
from sync.central.states import FEED_COLUMNS, grouped, history_row
from sync.core.count import Count, Row
from sync.core.dialects import POSTGRES
from sync.core.grouping import Source, answer
from sync.core.schema import SHARED_FEED

_SOURCE = Source(
    table="records",
    fields="fields",
    kind="kind",
    columns={"id": "id", "region": "region"},
    dialect=POSTGRES,
    private="private",
)


class PostgresReadings(Connected):
    """The readings on one connection, inside a transaction."""

    def feeds(self) -> dict[str, int]:
        """The last change of every feed."""
        return dict(self._execute("SELECT region, last_change FROM feeds ORDER BY region").fetchall())

    def page(self, feed: str, cursor: int, limit: int, reader: FieldReader | None) -> list[FeedRow]:
        """Records of a feed after a cursor in change order, within the reader's scope (`None`: all of the feed)."""
        if "\0" in feed:
            return []
        seen, params = _visible(reader)
        told, told_params = _told(reader, cursor)
        rows = self._execute(
            f"SELECT * FROM (SELECT {FEED_COLUMNS}, ({seen}) AS visible FROM records"  # noqa: S608 - made here
            f" WHERE region = %s AND change > %s) AS r WHERE visible OR {told} ORDER BY change LIMIT %s",
            (*params, feed, cursor, *told_params, limit),
        )
        return [FeedRow._make(row) for row in rows]

    def one(self, kind: str, record: str, reader: FieldReader | None) -> FeedRow | None:
        """One record, as a page would show it."""
        if "\0" in kind + record:
            return None
        seen, params = _visible(reader)
        row = self._one(
            f"SELECT {FEED_COLUMNS}, ({seen}) AS visible FROM records"  # noqa: S608 - made here
            " WHERE id = %s AND kind = %s",
            (*params, record, kind),
        )
        return None if row is None else FeedRow._make(row)

    def of_kind(self, kind: str) -> list[FeedRow]:
        """Every record of a kind, by its id; the index of the names is looked through, not what all records hold."""
        rows = self._execute(
            f"SELECT {FEED_COLUMNS}, TRUE AS visible FROM records"  # noqa: S608 - made here
            " WHERE kind = %s AND id IN (SELECT id FROM records WHERE kind = %s) ORDER BY id",
            (kind, kind),
        )
        return [FeedRow._make(row) for row in rows]

    def told_conflicts(self, rows: Sequence[tuple[str, str]], cursor: int) -> dict[tuple[str, str], list[ToldConflict]]:
        """Conflicts of these records that are open or moved after the cursor."""
        found: dict[tuple[str, str], list[ToldConflict]] = {key: [] for key in rows}
        told = self._execute(
            "SELECT kind, record, body, other_device, moved FROM conflicts"
            " WHERE record IN (SELECT json_array_elements_text(%s::json)) AND (state = 'open' OR moved > %s)"
            " ORDER BY nth",
            (sought([record for _, record in rows]), cursor),
        )
        for kind, record, body, other_device, moved in told:
            if (kind, record) in found:
                found[kind, record].append(ToldConflict(orjson.loads(body), other_device, moved))
        return found

    def erasures(self, rows: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Mapping[str, Any]]:
        """For each of these records that was erased, the erasure as a page carries it."""
        told = self._execute(
            "SELECT kind, record, told FROM vouched"
            " WHERE record IN (SELECT json_array_elements_text(%s::json)) AND erase ORDER BY change",
            (sought([record for _, record in rows]),),
        )
        return {(kind, record): orjson.loads(one) for kind, record, one in told}

    def merged_after(self, ops: Sequence[str]) -> dict[str, frozenset[str]]:
        """For each of these ops, the ops that its record took in after it."""
        pairs = self._execute(
            "SELECT first.id, later.id FROM ops AS first JOIN ops AS later"
            " ON later.record = first.record AND later.kind = first.kind AND later.change > first.change"
            " WHERE first.id IN (SELECT json_array_elements_text(%s::json))",
            (sought(ops),),
        )
        return grouped(pairs)

    def decisions(self, feed: str, after: int, upto: int) -> list[Mapping[str, Any]]:
        """The centre's own decisions in a run of a feed, as a page carries them."""
        if "\0" in feed:
            return []
        told = self._execute(
            "SELECT told FROM vouched WHERE region = %s AND NOT erase AND change > %s AND change <= %s ORDER BY change",
            (feed, after, upto),
        )
        return [orjson.loads(one) for (one,) in told]

    def history(self, kind: str, record: str) -> list[HistoryRow]:
        """Every op on a record, in the order in which they came."""
        if "\0" in kind + record:
            return []
        rows = self._execute(
            "SELECT ops.id, ops.status, ops.change, ops.conflicts, ops.reason, ops.batch, ops.place, p.body,"
            " batches.device, batches.route FROM ops JOIN batches ON batches.id = ops.batch"
            " LEFT JOIN private_values AS p ON p.batch = ops.batch AND p.place = ops.place"
            " WHERE ops.record = %s AND ops.kind = %s ORDER BY ops.batch, ops.place",
            (record, kind),
        ).fetchall()
        return [history_row(row, self._raw(row[5], row[6])) for row in rows]

    def waiting_there(self, kind: str, record: str) -> tuple[str, str] | None:
        """In which region and since when ops on a record wait, for a record that exists only in quarantine."""
        if "\0" in kind + record:
            return None
        row = self._one(
            "SELECT region, held_at FROM quarantine WHERE record = %s AND kind = %s ORDER BY held_at LIMIT 1",
            (record, kind),
        )
        return None if row is None else (str(row[0]), str(row[1]))

    def tallies(self, counts: Sequence[Count]) -> dict[str, list[Row]]:
        """Grouped counts over the records."""
        self._execute("SET LOCAL enable_seqscan = on")
        return answer(counts, _SOURCE, self._counted)

    def _counted(self, sql: str, params: Sequence[Any]) -> Iterable[Sequence[Any]]:
        return self._connection.execute(sql, params, prepare=False).fetchall()


def _visible(reader: FieldReader | None) -> tuple[str, list[Any]]:
    """A condition on `records`: the reader sees the record."""
    if reader is None:
        return "TRUE", []
    conditions = ["(made_by = %s AND accepted_at >= %s)", "(region = %s AND kind = ANY(%s))"]
    params: list[Any] = [reader.device, reader.made_since, SHARED_FEED, sorted(reader.shared)]
    for rule in reader.rules:
        parts = ["kind = %s"]
        params.append(rule.kind)
        if rule.since is not None:
            parts.append("accepted_at >= %s")
            params.append(rule.since)
        if rule.only is not None:
            parts.append("fields::json ->> %s::text = ANY(%s)")
            params += [rule.only[0], sorted(rule.only[1])]
        if rule.named_in is not None:
            parts.append("fields::json ->> %s::text = %s")
            params += [rule.named_in, reader.device]
        conditions.append(f"({' AND '.join(parts)})")
    return " OR ".join(conditions), params


def _told(reader: FieldReader | None, cursor: int) -> tuple[str, list[Any]]:
    """A condition on `r`: after the cursor a conflict over an op of the reader was settled there, or it was erased.

    An erasure reaches whoever made the record or wrote on it, for what they were shown or typed is still on their disk.
    """
    if reader is None:
        return "FALSE", []
    told = (
        "(r.contested AND EXISTS (SELECT 1 FROM conflicts WHERE conflicts.record = r.id AND conflicts.kind = r.kind"
        " AND conflicts.other_device = %s AND conflicts.state <> 'open' AND conflicts.moved > %s))"
        " OR (r.erased AND (r.made_by = %s OR EXISTS (SELECT 1 FROM ops JOIN batches ON batches.id = ops.batch"
        " WHERE ops.record = r.id AND ops.kind = r.kind AND batches.device = %s)))"
    )
    return told, [reader.device, cursor, reader.device, reader.device]
