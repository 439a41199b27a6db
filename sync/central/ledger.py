"""What one transaction knows and will write: records being merged, change numbers given out, ops being entered.

In: readable ops that were found good. Out: merged records, written in one go by `flush`. Whether an op is good is
decided elsewhere (`checks`, `gate`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sync.central.held import HeldRecord, Written
from sync.central.ports import Ledgers
from sync.core.merge import Merged, Origin, Outcome, RecordState, merge
from sync.core.ops import Op
from sync.core.protocol import OpResult
from sync.core.schema import Field, Json, Kind, ValueType

Key = tuple[str, str]


class Incoming(NamedTuple):
    """A readable op that is ready to be merged.

    Attributes:
        op: The op.
        kind: Its kind.
        values: Its private values in the clear.
        origin: Where it came from.
        made_by: Who counts as the maker if it creates the record.
    """

    op: Op
    kind: Kind
    values: Mapping[str, Json]
    origin: Origin
    made_by: str


class Ledger:
    """The records of one feed, as one transaction changes them.

    Args:
        tx: The transaction.
        region: The feed; its counter row is taken here, before anything else.
        now: Instant at which the centre accepts what this transaction brings.
    """

    def __init__(self, tx: Ledgers, region: str, now: str) -> None:
        self._tx = tx
        self.region = region
        self.now = now
        self._first_change = self._change = tx.take_feed(region)
        self._records: dict[Key, HeldRecord] = {}
        self._loaded: set[str] = set()
        self._dirty: dict[Key, HeldRecord] = {}
        self._moved: dict[str, int] = {}
        self._fresh: dict[str, tuple[Op, Mapping[str, Json]]] = {}
        self._written: dict[str, Written | None] = {}

    def load(self, ids: Collection[str]) -> None:
        """Read every record with one of these ids, at once."""
        wanted = set(ids) - self._loaded
        if wanted:
            self._records.update({(held.kind, held.id): held for held in self._tx.records(wanted)})
            self._loaded |= wanted

    def record(self, kind: str, record: str) -> HeldRecord | None:
        """A record as it is now."""
        if record not in self._loaded:
            self.load((record,))
        return self._records.get((kind, record))

    def merge(self, incoming: Incoming) -> tuple[Merged, OpResult]:
        """Merge an op into its record and give the record its next change."""
        op = incoming.op
        key = (op.kind, op.record)
        held = self.record(*key)
        merged = merge(
            None if held is None else held.state,
            op,
            kind=_with_private(incoming.kind, held) if op.erase and held is not None else incoming.kind,
            origin=incoming.origin,
            values=incoming.values,
            past=_PastOf(self, op.kind, op.record),
        )
        self._change += 1
        if held is None:
            held = self._records[key] = self._new(incoming, merged.state)
        else:
            if _makes(held.state, incoming):
                held.made_by = self._maker(incoming)
            held.state = merged.state
            held.change = self._change
            held.schema = max(held.schema, op.schema)
        if incoming.values:
            held.private = held.private.union(incoming.values)
        self._dirty[key] = held
        self._fresh[op.id] = (op, incoming.values)
        # An erasure takes the values out of conflicts that were settled long ago too: all are written and told again.
        for conflict in merged.state.conflicts if op.erase else (*merged.conflicts, *merged.settled):
            self._moved[conflict] = self._change
        return merged, OpResult(op.id, merged.outcome, self._change, merged.conflicts)

    def _new(self, incoming: Incoming, state: RecordState) -> HeldRecord:
        op = incoming.op
        return HeldRecord(
            kind=op.kind,
            id=op.record,
            region=op.region,
            change=self._change,
            schema=op.schema,
            made_by=self._maker(incoming),
            accepted_at=self.now,
            state=state,
            is_new=True,
        )

    def _maker(self, incoming: Incoming) -> str:
        """Who counts as the maker of a record: who made the record that it hangs from, else who brought the op."""
        case = incoming.kind.scope.made_with
        of_case = None if case is None else self.record(case, incoming.op.record)
        return incoming.made_by if of_case is None else of_case.made_by

    def flush(self) -> None:
        """Write every record that was touched, and the counter."""
        if self._change == self._first_change:
            return
        self._tx.put_records(sorted(self._dirty.values(), key=_by_change), self._moved)
        self._tx.put_feed(self.region, self._change)

    def written(self, op: str) -> Written | None:
        """An op from history, read once."""
        self._read_past((op,))
        return self._written[op]

    def expect(self, ops: Iterable[Op]) -> None:
        """Read at once what the merge will ask of the past where these ops did not see what stands."""
        asked: set[str] = set()
        for op in ops:
            held = self._records.get((op.kind, op.record))
            if held is None:
                continue
            for name, seen in op.seen.items():
                writers = held.state.writers.get(name, ())
                if seen not in writers:
                    asked.update((seen, *writers[:1]))
        self._read_past(asked)

    def _read_past(self, ops: Iterable[str]) -> None:
        unread = [op for op in ops if op not in self._written and op not in self._fresh]
        if unread:
            self._written |= dict.fromkeys(unread) | self._tx.written(unread)

    def fresh(self, op: str) -> tuple[Op, Mapping[str, Json]] | None:
        """An op that this transaction merged, with its private values."""
        return self._fresh.get(op)


class _PastOf:
    """The past of one record, for the merge.

    What an op on another record wrote is no part of it, whatever `seen` names: it would be shown to who may not see it.
    """

    def __init__(self, ledger: Ledger, kind: str, record: str) -> None:
        self._ledger = ledger
        self._of = (kind, record)

    def values(self, op: str) -> Mapping[str, Json] | None:
        """What an op on the record wrote."""
        fresh = self._ledger.fresh(op)
        if fresh is not None:
            made, values = fresh
            return {**made.fields, **values} if (made.kind, made.record) == self._of else None
        found = self._written(op)
        if found is None:
            return None
        raw, private = found
        public, secret = raw.get("fields"), (private or {}).get("fields")
        return {**(public if isinstance(public, dict) else {}), **(secret if isinstance(secret, dict) else {})}

    def signed(self, op: str) -> tuple[str, str] | None:
        """Author and instant of an op on the record."""
        fresh = self._ledger.fresh(op)
        if fresh is not None:
            made = fresh[0]
            return (made.author, made.captured_at) if (made.kind, made.record) == self._of else None
        found = self._written(op)
        return None if found is None else (str(found[0].get("author")), str(found[0].get("captured_at")))

    def _written(self, op: str) -> tuple[dict[str, Any], Mapping[str, Any] | None] | None:
        written = self._ledger.written(op)
        if written is None or not isinstance(written.raw, dict):
            return None
        raw = written.raw
        return (raw, written.private) if (raw.get("kind"), raw.get("record")) == self._of else None


def _makes(state: RecordState, incoming: Incoming) -> bool:
    """Whether an op makes a record that is there already: an erasure or an edit of it came back before the op did.

    What never changes is written by the op that makes a record, so that op is known whatever came before it.
    """
    if not state.writers and state.made is None:
        return True
    immutable, written = incoming.kind.immutable, incoming.op.fields.keys()
    return not written.isdisjoint(immutable) and all(state.fields.get(name) is None for name in immutable)


def _with_private(kind: Kind, held: HeldRecord) -> Kind:
    """The kind of a record that is erased, with what travelled as private though this schema does not know it."""
    disputed = {name for one in held.state.conflicts.values() if one.private for name in one.group}
    unknown = sorted((held.private | disputed) - kind.by_name.keys())
    fields = tuple(Field(name, ValueType.TEXT, private=True) for name in unknown)
    return replace(kind, fields=(*kind.fields, *fields)) if fields else kind


def _by_change(held: HeldRecord) -> int:
    return held.change


def quarantined(op: str, reason: str) -> OpResult:
    """The answer for an op that waits."""
    return OpResult(op, Outcome.QUARANTINED, reason=reason)
