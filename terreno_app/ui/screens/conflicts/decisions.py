"""What a person has decided and not saved yet, in order, so that the last of it can be taken back. No Qt here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from terreno_app.services.conflicts import ConflictView
from terreno_app.ui.screens.conflicts.cards import Choice


@dataclass(frozen=True, slots=True)
class Decision:
    """One of the two values, or values of the person's own."""

    choice: Choice
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Decisions:
    """The decisions by conflict, and the steps that led to them."""

    taken: dict[str, Decision] = field(default_factory=dict)
    _steps: list[dict[str, Decision | None]] = field(default_factory=list)

    def take(self, conflicts: Sequence[str], decision: Decision) -> None:
        """Decide one or several conflicts in one step."""
        self._steps.append({conflict: self.taken.get(conflict) for conflict in conflicts})
        for conflict in conflicts:
            self.taken[conflict] = decision

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
        kept = [{name: before for name, before in step.items() if name not in gone} for step in self._steps]
        self._steps = [step for step in kept if step]


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
