"""The golden merges as values: each file of tests/cases/merge tells a short history and what must stand at its end.

An op: `id`, `device` (a unless told), `coordination`, `author`, `at`, `fields`, `empties` (written nulls), `private`,
`seen`, `resolves`, `erase`, and the expected `outcome`: what became of it, or the reason why it may not be merged.
`groups` tells the outcome of each group. An end: live `fields`, `empty` (live written nulls), `writers` (the one that
set the value first), `conflicts`, `remembered` (settlements of conflicts that nobody knew yet), `erased`.

`[expect]` is the end of the ops as written and of every order in `orders`; an `[[ending]]` is that of other orders.
Authors, devices and hours of a conflict are those of its two ops; a file need not repeat them, nor that it is `private`
where its op brought a private value of the group.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.core.merge import Conflict, Merged, Origin, RecordState, merge, objection
from sync.core.ops import Op
from sync.core.schema import Json, Kind
from tests.sync.toy import SCHEMA, Past, a_device, an_op, uid

FOLDER = Path(__file__).parents[1] / "cases" / "merge"
Order = tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One op of a story, and what must become of it in the order in which the story is written."""

    id: str
    op: Op
    private: Mapping[str, Json]
    device: str
    coordination: bool
    outcome: str
    groups: Mapping[str, str] | None


@dataclass(frozen=True)
class Story:
    """One file.

    Attributes:
        name: That of its file; ops and records of another story have other ids.
        title: What it tells, in one line.
        kind: The kind of its one record.
        steps: Its ops as written, by id.
        ends: What must stand at the end, by order of the ops; the order as written comes first.
        at_centre: Whether a centre would let every op of it so far; the merge itself asks nobody.
    """

    name: str
    title: str
    kind: Kind
    steps: Mapping[str, Step]
    ends: Mapping[Order, Mapping[str, Any]]
    at_centre: bool

    @property
    def written(self) -> Order:
        """The ops as written."""
        return tuple(self.steps)

    @property
    def record(self) -> str:
        """The id of its one record."""
        return uid(self.name)

    def id_of(self, op: str) -> str:
        """The id of an op, or of a conflict, by the name that the file gives it."""
        name, slash, group = op.partition("/")
        return uid(f"{self.name} {name}") + slash + group

    def origin(self, step: Step) -> Origin:
        """Where an op comes from when no centre has enrolled anybody."""
        return a_device(step.device, coordination=step.coordination)


@dataclass(frozen=True)
class Played:
    """What came of a story."""

    state: RecordState
    merged: Mapping[str, Merged]
    refused: Mapping[str, str]


def stories() -> dict[str, Story]:
    """Every story, by the name of its file."""
    files = sorted(FOLDER.glob("*.toml"))
    return {path.stem: _story(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))) for path in files}


def play(story: Story, order: Iterable[str]) -> Played:
    """Merge the ops in this order, as a centre does that knows only them."""
    state: RecordState | None = None
    merged: dict[str, Merged] = {}
    refused: dict[str, str] = {}
    past = Past()
    for step in map(story.steps.__getitem__, order):
        reason = objection(state, step.op, step.private, story.kind)
        if reason is not None:
            refused[step.id] = reason
            continue
        done = merge(state, step.op, kind=story.kind, origin=story.origin(step), values=step.private, past=past)
        merged[step.id], state = done, done.state
        past.add(step.op, step.private)
    assert state is not None
    return Played(state, merged, refused)


def told(state: RecordState) -> dict[str, Any]:
    """A state in the words of an end; conflicts in the order of their birth."""
    return {
        "fields": dict(state.fields),
        "writers": dict(state.writers),
        "conflicts": [_told(conflict) for conflict in state.conflicts.values()],
        "remembered": {name: tuple(one.op for one in by) for name, by in state.settlements.items()},
        "erased": state.erased,
    }


def wanted(story: Story, end: Mapping[str, Any], devices: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An end as :func:`told` would tell it.

    Args:
        story: The story.
        end: One of its ends.
        devices: The id of each device by its name, where a centre gave them.
    """
    return {
        "fields": _with_nulls(end.get("fields", {}), end.get("empty", [])),
        "writers": {name: tuple(map(story.id_of, ops)) for name, ops in end["writers"].items()},
        "conflicts": [_wanted(story, conflict, devices) for conflict in end.get("conflicts", [])],
        "remembered": {
            story.id_of(name): tuple(map(story.id_of, by)) for name, by in end.get("remembered", {}).items()
        },
        "erased": end.get("erased", False),
    }


def as_shown(end: Mapping[str, Any]) -> dict[str, Any]:
    """An end without what the order of arrival leaves behind: which conflict came first, who settled one too early."""
    shown = {name: value for name, value in end.items() if name != "remembered"}
    return {**shown, "conflicts": {conflict["id"]: conflict for conflict in end["conflicts"]}}


def _story(name: str, case: Mapping[str, Any]) -> Story:
    kind = SCHEMA.by_name[case.get("kind", "note")]
    steps = {step["id"]: _step(name, step, kind) for step in case["op"]}
    ends = {tuple(steps): case["expect"]}
    ends |= {tuple(order): case["expect"] for order in case.get("orders", [])}
    ends |= {tuple(order): end for end in case.get("ending", []) for order in end["orders"]}
    return Story(name, case["title"], kind, steps, ends, case.get("at_centre", True))


def _step(story: str, step: Mapping[str, Any], kind: Kind) -> Step:
    private = step.get("private", {})
    op = an_op(
        f"{story} {step['id']}",
        record=story,
        fields=_with_nulls(step.get("fields", {}), step.get("empties", [])),
        seen={name: f"{story} {op}" for name, op in step.get("seen", {}).items()},
        private=private,
        resolves=[f"{story} {conflict}" for conflict in step.get("resolves", ())],
        erase=step.get("erase", False),
        author=step.get("author", "ana"),
        at=step.get("at", "2026-11-21T12:00:00.000Z"),
        kind=kind,
    )
    return Step(
        step["id"],
        op,
        private,
        step.get("device", "a"),
        step.get("coordination", False),
        step["outcome"],
        step.get("groups"),
    )


def _told(conflict: Conflict) -> dict[str, Any]:
    return {
        "id": conflict.id,
        "state": conflict.state.value,
        "group": tuple(conflict.group),
        "other": dict(conflict.other),
        "before": dict(conflict.before),
        "by": (conflict.other_op, conflict.other_author, conflict.other_device, conflict.other_at),
        "against": (conflict.against_op, conflict.against_author, conflict.against_at),
        "closed_by": conflict.closed_by,
        "private": conflict.private,
    }


def _wanted(story: Story, conflict: Mapping[str, Any], devices: Mapping[str, str] | None) -> dict[str, Any]:
    name, _, first = conflict["id"].partition("/")
    step = story.steps[name]
    against = story.steps[conflict["against"]].op if "against" in conflict else None
    device = uid(step.device) if devices is None else devices[step.device]
    return {
        "id": story.id_of(conflict["id"]),
        "state": conflict["state"],
        "group": story.kind.group_of(first),
        "other": _with_nulls(conflict["other"], conflict.get("other_empty", [])),
        "before": _with_nulls(conflict.get("before", {}), conflict.get("before_empty", [])),
        "by": (step.op.id, step.op.author, device, step.op.captured_at),
        "against": (against.id, against.author, against.captured_at) if against else (None, None, None),
        "closed_by": story.id_of(conflict["closed_by"]) if "closed_by" in conflict else None,
        "private": conflict.get("private", not step.private.keys().isdisjoint(story.kind.group_of(first))),
    }


def _with_nulls(values: Mapping[str, Json], empty: Iterable[str]) -> dict[str, Json]:
    return {**values, **dict.fromkeys(empty)}
