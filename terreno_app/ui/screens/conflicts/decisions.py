"""What a person has decided or is writing and not saved yet, in order, so that the last can be taken back. No Qt here.

A decision rests on what the person saw: it is over once the record says something else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

from terreno_app.domain.fields import Json
from terreno_app.services.conflicts import ConflictView
from terreno_app.services.unfinished import HalfWritten
from terreno_app.ui.screens.conflicts.cards import Choice


@dataclass(frozen=True, slots=True)
class Decision:
    """One of the two values, or values of the person's own; `seen` is what the person saw (`ConflictView.seen`)."""

    choice: Choice
    values: Mapping[str, Any] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Decisions:
    """The decisions by conflict, the steps that led to them, and by conflict what is being written in its fields."""

    taken: dict[str, Decision] = field(default_factory=dict)
    typed: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _steps: list[dict[str, Decision | None]] = field(default_factory=list)

    def take(self, conflicts: Sequence[ConflictView], decision: Decision) -> None:
        """Decide one or several conflicts in one step, each on what it says now."""
        self._steps.append({conflict.id: self.taken.get(conflict.id) for conflict in conflicts})
        for conflict in conflicts:
            self.taken[conflict.id] = replace(decision, seen=conflict.seen)

    def take_back(self) -> tuple[str, ...]:
        """Undo the last step; gives the conflicts that it had decided."""
        if not self._steps:
            return ()
        step = self._steps.pop()
        for conflict, before in step.items():
            if before is None:
                self.taken.pop(conflict, None)
            else:
                self.taken[conflict] = before
        return tuple(step)

    def forget(self, conflicts: Sequence[str]) -> None:
        """They are saved, or no longer there: they can be taken back no more."""
        gone = set(conflicts)
        for conflict in gone:
            self.taken.pop(conflict, None)
            self.typed.pop(conflict, None)
        kept = [{name: before for name, before in step.items() if name not in gone} for step in self._steps]
        self._steps = [step for step in kept if step]

    def look_at(self, found: Sequence[ConflictView]) -> bool:
        """Forget what is not open any more, and what was decided on something else than it says now.

        Returns:
            Something was decided on what has changed since.
        """
        now = {conflict.id: conflict for conflict in found}
        self.forget([gone for gone in {*self.taken, *self.typed} if gone not in now])
        changed = [one for one, decision in self.taken.items() if dict(decision.seen) != dict(now[one].seen)]
        self.forget(changed)
        return bool(changed)

    def kept(self, record: Sequence[ConflictView]) -> dict[str, Json]:
        """What is not saved of a record, to be kept over a lock; nothing where nothing is."""
        ids = [one.id for one in record]
        taken = {one: asdict(self.taken[one]) for one in ids if one in self.taken}
        typed = {one: dict(self.typed[one]) for one in ids if one in self.typed}
        return {"taken": cast("Json", taken), "typed": cast("Json", typed)} if taken or typed else {}

    def come_back(self, left: HalfWritten) -> None:
        """Take again what was kept of a record; what is decided since stays."""
        values = cast("Mapping[str, Any]", left.values)
        for conflict, kept in values["taken"].items():
            if conflict not in self.taken:
                self._steps.append({conflict: None})
                self.taken[conflict] = Decision(**kept)
        self.typed = {**values["typed"], **self.typed}

    def settled(self, found: Sequence[ConflictView]) -> tuple[str, ...] | None:
        """The texts of ones own among what others settled before it was saved here; nothing if nothing was."""
        here = {conflict.id for conflict in found}
        own = {one: decision.values for one, decision in self.taken.items()} | self.typed
        gone = [values for one, values in own.items() if one not in here]
        texts = (str(text) for values in gone for text in values.values())
        return tuple(text for text in texts if " " in text) if gone else None  # a code has no blank


def equal_to(conflict: ConflictView, others: Sequence[ConflictView]) -> tuple[ConflictView, ...]:
    """The conflicts of other records with the same disagreement over the same fields of the same kind."""
    return tuple(
        one
        for one in others
        if one.id != conflict.id
        and (one.kind, one.group) == (conflict.kind, conflict.group)
        and dict(one.kept) == dict(conflict.kept)
        and dict(one.other) == dict(conflict.other)
    )


def by_record(conflicts: Sequence[ConflictView]) -> tuple[tuple[ConflictView, ...], ...]:
    """The conflicts of each record, records in the order of their first conflict."""
    records: dict[tuple[str, str], list[ConflictView]] = {}
    for conflict in conflicts:
        records.setdefault((conflict.kind, conflict.record), []).append(conflict)
    return tuple(tuple(found) for found in records.values())
