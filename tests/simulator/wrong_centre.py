"""Mistakes that a centre could make; each is a context in which its classes do the wrong thing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import orjson

from sync.central import feed
from sync.central import ledger as ledger_module
from sync.central.accept import Acceptance
from sync.central.ledger import Incoming, Ledger
from sync.central.quarantine import Quarantine
from sync.core.merge import Merged, Outcome, RecordState, merge
from sync.core.ops import Op
from sync.core.protocol import OpResult
from sync.core.schema import Json, Kind
from tests.simulator.line import Road
from tests.simulator.office import Office, Request

Merge = Callable[..., Merged]


def merging(wrong: Merge) -> Callable[[], AbstractContextManager[Any]]:
    """A centre that merges like this."""
    return lambda: patch.object(ledger_module, "merge", wrong)


def _blind(state: RecordState | None, op: Op, touched: Mapping[str, Json]) -> Op:
    """The op as if its author had seen what stands there."""
    writers = {} if state is None else state.writers
    return replace(op, seen={name: writers[name][0] for name in touched if writers.get(name)})


def last_write_by_clock(state: RecordState | None, op: Op, **given: Any) -> Merged:
    """The later hour wins, on whatever clock."""
    touched = {**op.fields, **(given["values"] or {})}
    past = given["past"]
    live = {} if state is None else state.writers
    hours = [signed[1] for name in touched if live.get(name) and (signed := past.signed(live[name][0])) is not None]
    if all(op.captured_at >= hour for hour in hours):
        return merge(state, _blind(state, op, touched), **given)
    now = state or RecordState()
    return Merged(now, Outcome.APPLIED, {}, (), ())


def record_level_last_write(state: RecordState | None, op: Op, **given: Any) -> Merged:
    """Whoever comes last has seen everything."""
    return merge(state, _blind(state, op, {**op.fields, **(given["values"] or {})}), **given)


def per_changed_field(state: RecordState | None, op: Op, **given: Any) -> Merged:
    """Fields that only make sense together are compared, and written, each on its own, where they changed."""
    kind, past = given["kind"], given["past"]
    values = given["values"] or {}

    def changed(fields: Mapping[str, Json]) -> dict[str, Json]:
        kept = {}
        for name, value in fields.items():
            before = past.values(op.seen[name]) if name in op.seen else None
            if before is None or before.get(name) != value or len(kind.group_of(name)) == 1:
                kept[name] = value
        return kept

    alone = Kind(kind.name, kind.fields, insert_only=kind.insert_only, shared=kind.shared, scope=kind.scope)
    return merge(state, replace(op, fields=changed(op.fields)), **{**given, "kind": alone, "values": changed(values)})


def agree_without_joining(state: RecordState | None, op: Op, **given: Any) -> Merged:
    """Who agreed does not count as a writer."""
    merged = merge(state, op, **given)
    before = {} if state is None else state.writers
    agreed = {first for first, outcome in merged.groups.items() if outcome is Outcome.AGREED}
    writers = {
        name: before.get(name, ops) if given["kind"].group_of(name)[0] in agreed else ops
        for name, ops in merged.state.writers.items()
    }
    return replace(merged, state=replace(merged.state, writers=writers))


def random_conflict_id() -> AbstractContextManager[Any]:
    """A conflict gets another id whenever it is born."""
    born = 0

    def wrong(state: RecordState | None, op: Op, **given: Any) -> Merged:
        nonlocal born
        merged = merge(state, op, **given)
        names = {}
        for name in merged.conflicts:
            born += 1
            names[name] = f"{op.id[:-6]}{born:06x}/{name.partition('/')[2]}"
        conflicts = {
            names.get(name, name): replace(conflict, id=names.get(name, name))
            for name, conflict in merged.state.conflicts.items()
        }
        return replace(
            merged,
            state=replace(merged.state, conflicts=conflicts),
            conflicts=tuple(names[name] for name in merged.conflicts),
        )

    return patch.object(ledger_module, "merge", wrong)


def conflict_without_change() -> AbstractContextManager[Any]:
    """An op that only opens a conflict does not move its record's change."""
    right = Ledger.merge

    def wrong(self: Ledger, incoming: Incoming) -> tuple[Merged, OpResult]:
        held = self.record(incoming.op.kind, incoming.op.record)
        before = None if held is None else held.change
        merged, result = right(self, incoming)
        outcomes = set(merged.groups.values())
        if before is not None and held is not None and outcomes == {Outcome.CONFLICT}:
            self._change -= 1
            held.change = before
            return merged, replace(result, change=before)
        return merged, result

    return patch.object(Ledger, "merge", wrong)


def no_deduplication() -> AbstractContextManager[Any]:
    """An op that comes again is merged again."""
    right = Acceptance._answered

    def wrong(self: Acceptance, delivered: Any, sender: Any) -> Any:
        answered = right(self, delivered, sender)
        for one, raw in zip(answered, delivered.batch.ops, strict=True):
            if one.repeated and isinstance(raw, dict) and one.first.change:
                op = Op.from_wire(raw)
                kind = self._gate.kind(op.kind)
                if kind is not None:
                    self._ledger.merge(Incoming(op, kind, {}, sender.origin, sender.device))
        return answered

    return patch.object(Acceptance, "_answered", wrong)


def no_fork_check() -> AbstractContextManager[Any]:
    """Whatever continues a stream by its number continues it."""
    right = Acceptance._continued

    def wrong(self: Acceptance, device: Any, delivered: Any) -> Any:
        batch = delivered.batch
        held = self._tx.stream(batch.stream)
        if held is None or batch.first_seq > held.last_seq + 1:
            return right(self, device, delivered)
        return held

    return patch.object(Acceptance, "_continued", wrong)


def quarantine_of_one_op() -> AbstractContextManager[Any]:
    """Only the op that cannot be taken in waits; what was built on it is merged without it."""
    return patch.object(Quarantine, "blocks", lambda *_: False)


def another_content_of_an_id() -> AbstractContextManager[Any]:
    """What a device says it has seen under an id is looked up as if nobody could have used that id twice."""
    return patch.object(Quarantine, "as_meant", lambda _, op, *__: op)


def private_for_everybody() -> AbstractContextManager[Any]:
    """Whoever may read a record may read all of it."""
    return patch.object(feed, "holds_private", lambda *_: True)


def number_before_commit() -> AbstractContextManager[Any]:
    """A push takes its change numbers when it arrives, and commits when its turn has come."""
    taken: dict[int, tuple[str, int, int]] = {}
    turn: list[tuple[str, int, int]] = []
    wait, answer, begin, number, flush = (
        Road.keep_waiting,
        Office.answer,
        Ledger.__init__,
        Ledger.merge,
        Ledger.flush,
    )

    def arrived(self: Road, sender: str, request: Request) -> None:
        wait(self, sender, request)
        if request.call == "push":
            batch = orjson.loads(request.body)
            with self.office.store.writing() as tx:
                last = tx.take_feed(batch["region"])
                tx.put_feed(batch["region"], last + len(batch["ops"]))
            taken[id(request)] = (batch["region"], last, last + len(batch["ops"]))

    def answered(self: Office, request: Request, doom: int = 0) -> tuple[int, bytes]:
        turn[:] = [taken.pop(id(request))] if id(request) in taken else []
        try:
            return answer(self, request, doom)
        finally:
            turn.clear()

    def begun(self: Ledger, tx: Any, region: str, now: str) -> None:
        begin(self, tx, region, now)
        if turn and turn[0][0] == region and turn[0][2] <= self._change:
            self._first_change = self._change = turn[0][1]

    def numbered(self: Ledger, incoming: Incoming) -> tuple[Merged, OpResult]:
        if turn and self._change == turn[0][2]:
            self._change = self._tx.take_feed(self.region)
        return number(self, incoming)

    def flushed(self: Ledger) -> None:
        last = self._tx.take_feed(self.region)
        flush(self)
        self._tx.put_feed(self.region, max(last, self._change))

    @contextmanager
    def early() -> Iterator[None]:
        with (
            patch.object(Road, "keep_waiting", arrived),
            patch.object(Office, "answer", answered),
            patch.object(Ledger, "__init__", begun),
            patch.object(Ledger, "merge", numbered),
            patch.object(Ledger, "flush", flushed),
        ):
            yield

    return early()
