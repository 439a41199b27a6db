"""Merges that break a promise, each in its own way, to know that the laws would notice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sync.core.merge import Merged, Origin, Outcome, RecordState, merge
from sync.core.ops import Op
from sync.core.schema import Kind
from tests.sync.toy import NOTE


def _last_write_wins(state: RecordState | None, op: Op, **given: Any) -> Merged:
    now = state or RecordState()
    touched = {**op.fields, **given["values"]}
    blind = {name: now.writers[name][0] for name in touched if now.writers.get(name)}
    return merge(state, replace(op, seen=blind), **given)


def _agree_without_joining(state: RecordState | None, op: Op, **given: Any) -> Merged:
    merged = merge(state, op, **given)
    before = state.writers if state else {}
    agreed = {first for first, outcome in merged.groups.items() if outcome is Outcome.AGREED}
    kept = {n: before.get(n, ops) if NOTE.group_of(n)[0] in agreed else ops for n, ops in merged.state.writers.items()}
    return replace(merged, state=replace(merged.state, writers=kept))


def _conflict_forgotten(state: RecordState | None, op: Op, **given: Any) -> Merged:
    merged = merge(state, op, **given)
    before = state.conflicts if state else {}
    return replace(merged, state=replace(merged.state, conflicts=before))


def _random_conflict_id(state: RecordState | None, op: Op, **given: Any) -> Merged:
    merged = merge(state, op, **given)
    renamed = {
        (f"{name}.2" if name in merged.conflicts else name): (
            replace(conflict, id=f"{name}.2") if name in merged.conflicts else conflict
        )
        for name, conflict in merged.state.conflicts.items()
    }
    return replace(merged, state=replace(merged.state, conflicts=renamed))


def _fields_apart(state: RecordState | None, op: Op, **given: Any) -> Merged:
    return merge(state, op, **{**given, "kind": Kind(NOTE.name, NOTE.fields)})


def _anybody_settles(state: RecordState | None, op: Op, **given: Any) -> Merged:
    return merge(state, op, **{**given, "origin": Origin(given["origin"].device, coordination=True)})


MERGES: dict[str, Callable[..., Merged]] = {
    "last_write_wins": _last_write_wins,
    "agree_without_joining": _agree_without_joining,
    "conflict_forgotten": _conflict_forgotten,
    "random_conflict_id": _random_conflict_id,
    "anybody_settles": _anybody_settles,
    "fields_apart": _fields_apart,
}
MISTAKES = (*MERGES, "seen_at_save", "forget_on_send", "pull_overwrites")
