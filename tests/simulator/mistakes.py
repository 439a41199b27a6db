"""The classic mistakes, planted into the real classes: each breaks a promise, and some law has to notice.

The program has no switches for them: every mistake is a context in which a class of the program does the wrong thing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sync.central import ledger as ledger_module
from sync.central.accept import Acceptance
from sync.central.ledger import Incoming, Ledger
from sync.central.quarantine import Quarantine
from sync.client.conversation import Conversation
from sync.core.merge import Merged, Outcome, RecordState, Shown, merge
from sync.core.ops import Op
from sync.core.protocol import OpResult
from sync.core.schema import Json, Kind
from terreno_app.services.errors import ServiceError
from terreno_app.services.writing import Writer
from terreno_app.storage import showing
from terreno_app.storage.facts import identity_of, put_identity
from terreno_app.storage.outbox import OutboxSide
from terreno_app.storage.pulling import PullingSide
from terreno_app.storage.showing import base_of, read_shown
from terreno_app.storage.sqlcipher import Connection

Merge = Callable[..., Merged]


def _merging(wrong: Merge) -> Callable[[], AbstractContextManager[Any]]:
    """A centre that merges like this."""
    return lambda: patch.object(ledger_module, "merge", wrong)


def _blind(state: RecordState | None, op: Op, touched: Mapping[str, Json]) -> Op:
    """The op as if its author had seen what stands there."""
    writers = {} if state is None else state.writers
    return replace(op, seen={name: writers[name][0] for name in touched if writers.get(name)})


def _last_write_by_clock(state: RecordState | None, op: Op, **given: Any) -> Merged:
    """The later hour wins, on whatever clock."""
    touched = {**op.fields, **(given["values"] or {})}
    past = given["past"]
    live = {} if state is None else state.writers
    hours = [signed[1] for name in touched if live.get(name) and (signed := past.signed(live[name][0])) is not None]
    if all(op.captured_at >= hour for hour in hours):
        return merge(state, _blind(state, op, touched), **given)
    now = state or RecordState()
    return Merged(now, Outcome.APPLIED, {}, (), ())


def _record_level_last_write(state: RecordState | None, op: Op, **given: Any) -> Merged:
    """Whoever comes last has seen everything."""
    return merge(state, _blind(state, op, {**op.fields, **(given["values"] or {})}), **given)


def _per_changed_field(state: RecordState | None, op: Op, **given: Any) -> Merged:
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


def _agree_without_joining(state: RecordState | None, op: Op, **given: Any) -> Merged:
    """Who agreed does not count as a writer."""
    merged = merge(state, op, **given)
    before = {} if state is None else state.writers
    agreed = {first for first, outcome in merged.groups.items() if outcome is Outcome.AGREED}
    writers = {
        name: before.get(name, ops) if given["kind"].group_of(name)[0] in agreed else ops
        for name, ops in merged.state.writers.items()
    }
    return replace(merged, state=replace(merged.state, writers=writers))


def _random_conflict_id() -> AbstractContextManager[Any]:
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


def _conflict_without_change() -> AbstractContextManager[Any]:
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


def _no_deduplication() -> AbstractContextManager[Any]:
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


def _no_fork_check() -> AbstractContextManager[Any]:
    """Whatever continues a stream by its number continues it."""
    right = Acceptance._continued

    def wrong(self: Acceptance, device: Any, delivered: Any) -> Any:
        batch = delivered.batch
        held = self._tx.stream(batch.stream)
        if held is None or batch.first_seq > held.last_seq + 1:
            return right(self, device, delivered)
        return held

    return patch.object(Acceptance, "_continued", wrong)


def _quarantine_of_one_op() -> AbstractContextManager[Any]:
    """Only the op that cannot be taken in waits; what was built on it is merged without it."""
    return patch.object(Quarantine, "blocks", lambda *_: False)


def _edit_checks_the_hour() -> AbstractContextManager[Any]:
    """An edit is refused when the record was received in the future of this laptop's clock."""
    right = Writer.append

    def wrong(self: Writer, write: Any, *args: Any, **given: Any) -> str:
        received = (given.get("fields") or {}).get("received_at")
        now = self.clock.now().isoformat()
        if isinstance(received, str) and received[:19] > now[:19]:
            raise ServiceError("future")
        return right(self, write, *args, **given)

    return patch.object(Writer, "append", wrong)


def _seen_at_save() -> AbstractContextManager[Any]:
    """What was seen is looked up when the form is saved."""
    right = Writer.append

    def wrong(self: Writer, write: Any, kind: str, record: str, *args: Any, **given: Any) -> str:
        row = write._connection.execute(
            "SELECT fields, writer, writers FROM shown WHERE kind = ? AND record = ?", (kind, record)
        ).fetchone()
        seen = {} if row is None else dict(read_shown(*row).writers)
        return right(self, write, kind, record, *args, **{**given, "seen": seen})

    return patch.object(Writer, "append", wrong)


def _integer_base_version() -> AbstractContextManager[Any]:
    """An op carries the number of the record that its laptop last pulled, and the centre compares numbers."""
    append, right = Writer.append, Ledger.merge

    def numbered(self: Writer, write: Any, kind: str, record: str, *args: Any, **given: Any) -> str:
        base = base_of(write._connection, kind, record)
        held = write.append

        def with_base(op: Op, values: Any) -> None:
            held(replace(op, extra={"base": 0 if base is None else base.change}), values)

        with patch.object(write, "append", with_base):
            return append(self, write, kind, record, *args, **given)

    def wrong(self: Ledger, incoming: Incoming) -> tuple[Merged, OpResult]:
        base = incoming.op.extra.get("base")
        held = self.record(incoming.op.kind, incoming.op.record)
        if not isinstance(base, int) or held is None:
            return right(self, incoming)
        touched = {**incoming.op.fields, **incoming.values}
        writers = {name: held.state.writers[name][0] for name in touched if held.state.writers.get(name)}
        known = self._tx.known_ops(set(writers.values()))  # type: ignore[attr-defined]
        newer = any(known[one].result.change > base for one in writers.values() if one in known)
        seen = {} if newer else writers
        return right(self, replace(incoming, op=replace(incoming.op, seen=seen)))

    @contextmanager
    def both() -> Iterator[None]:
        with patch.object(Writer, "append", numbered), patch.object(Ledger, "merge", wrong):
            yield

    return both()


def _no_overlay() -> AbstractContextManager[Any]:
    """The screen shows what was pulled."""
    return patch.object(showing, "overlay", lambda base, own: base if base.fields else _first(own))


def _first(own: Any) -> Shown:
    """Of a record that was never pulled, the op that made it."""
    op, values = next(iter(own))
    touched = {**op.fields, **values}
    return Shown(touched, dict.fromkeys(touched, op.id))


def _forget_on_send() -> AbstractContextManager[Any]:
    """What was sent is taken for received."""
    right = OutboxSide.mark_sent

    def wrong(self: OutboxSide, ops: Sequence[str]) -> None:
        right(self, ops)
        with self._connections.writing() as connection:
            _take_for_received(connection, ops)

    return patch.object(OutboxSide, "mark_sent", wrong)


def _take_for_received(connection: Connection, ops: Sequence[str]) -> None:
    """Give ops the last receipt, which says nothing of them."""
    (number,) = connection.execute("SELECT MAX(number) FROM receipts").fetchone()
    connection.executemany(
        "UPDATE ops SET state = 'received', status = 'applied', receipt = ? WHERE op = ? AND receipt IS NULL",
        [(number, op) for op in ops if number is not None],
    )


def _pull_overwrites_pending() -> AbstractContextManager[Any]:
    """A record that was pulled takes the place of what was typed and not sent yet."""
    right = PullingSide.accept_page

    def wrong(self: PullingSide, since: int, page: Any) -> int:
        stored = right(self, since, page)
        with self._connections.writing() as connection:
            for record in page.records:
                rows = connection.execute(
                    "SELECT op FROM ops WHERE kind = ? AND record = ? AND receipt IS NULL", (record.kind, record.record)
                ).fetchall()
                _take_for_received(connection, [op for (op,) in rows])
        return stored

    return patch.object(PullingSide, "accept_page", wrong)


def _ignore_epoch() -> AbstractContextManager[Any]:
    """A new history of the centre is taken for the old one."""

    def wrong(self: Conversation, epoch: str) -> None:
        if epoch != self.identity.epoch:
            with self.outbox._connections.writing() as connection:  # type: ignore[attr-defined]
                put_identity(connection, replace(identity_of(connection), epoch=epoch))
            self.refresh()

    return patch.object(Conversation, "need_epoch", wrong)


MISTAKES: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "last write by clock": _merging(_last_write_by_clock),
    "record-level last write": _merging(_record_level_last_write),
    "edit re-checks the hour": _edit_checks_the_hour,
    "integer base version": _integer_base_version,
    "no deduplication": _no_deduplication,
    "forget on send": _forget_on_send,
    "pull overwrites pending": _pull_overwrites_pending,
    "no fork check": _no_fork_check,
    "ignore epoch": _ignore_epoch,
    "no overlay": _no_overlay,
    "seen at save": _seen_at_save,
    "compare per changed field inside a group": _merging(_per_changed_field),
    "conflict without change": _conflict_without_change,
    "random conflict id": _random_conflict_id,
    "agree without joining": _merging(_agree_without_joining),
    "quarantine of one op alone": _quarantine_of_one_op,
}
