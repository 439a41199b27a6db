"""Coverage goals: which are in force, a new one, another in the place of one, and the approval of one.

A goal that was used in a report is never rewritten: another supersedes it, and both stay in the history.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sync.core.schema import Json
from terreno_app.domain.clock import Clock, santiago_day
from terreno_app.domain.coverage import in_force
from terreno_app.domain.errors import Problem
from terreno_app.domain.ids import Ids, remark_id
from terreno_app.services.editing import Editing
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.ports import Store
from terreno_app.services.rules import Rules
from terreno_app.services.writing import Writer

GOAL = "coverage_goal"
REMARK = "goal_remark"
_SAID = ("reason", "measure")
_AIM = ("metric", "space", "comuna", "period_type", "period")


@dataclass(frozen=True, slots=True)
class ShownGoal:
    """A goal in force, as it is put on screen.

    Attributes:
        id: Its id.
        region: Two-digit code, or `CL` for the whole country.
        fields: What it says.
        seen: Its writers, to be handed back with an edit.
    """

    id: str
    region: str
    fields: Mapping[str, Json]
    seen: Mapping[str, str]

    @property
    def approved(self) -> bool:
        """Whether somebody approved it."""
        return self.fields.get("approved_on") is not None


@dataclass(frozen=True, slots=True)
class ShownRemark:
    """Why a goal was missed and what is done about it, as it is put on screen.

    Attributes:
        goal: Id of the goal.
        period: Of which period it is said: `2026-11`.
        reason: Empty while nobody gave one.
        measure: Empty while nobody gave one.
        seen: Its writers, to be handed back with an edit.
    """

    goal: str
    period: str
    reason: str = ""
    measure: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)


class Goals:
    """What coordination does with goals."""

    def __init__(
        self, store: Store, writer: Writer, editing: Editing, rules: Rules, laptop: Laptop, ids: Ids, clock: Clock
    ) -> None:
        self._store = store
        self._writer = writer
        self._editing = editing
        self._rules = rules
        self._laptop = laptop
        self._ids = ids
        self._clock = clock

    def of_year(self, year: int) -> tuple[ShownGoal, ...]:
        """The goals of a year that no other one supersedes, by what they aim at and by period."""
        held = {one.record: one for one in self._store.select(GOAL, {"year": year})}
        kept = in_force((name, one.fields) for name, one in held.items())
        goals = (ShownGoal(name, held[name].region, held[name].fields, held[name].writers) for name, _ in kept)
        return tuple(sorted(goals, key=lambda goal: (goal.region, *(str(goal.fields.get(name)) for name in _AIM))))

    def define(self, fields: Mapping[str, Json], author: str, region: str | None = None) -> str:
        """Set a goal that was not there.

        Args:
            fields: What it says.
            author: Officer id.
            region: Its region; absent, this laptop's.

        Returns:
            Its id.

        Raises:
            ServiceError: `only_coordination`; `rejected` with its problems, or as there is one for the same already.
        """
        self._need_coordination()
        where = region or self._laptop.region
        stored = self._checked(GOAL, fields)
        twins = [
            goal
            for goal in self.of_year(int(str(stored["year"])))
            if goal.region == where and all(goal.fields.get(name) == stored.get(name) for name in _AIM)
        ]
        if twins:
            raise RejectedDraftError(
                [Problem("period", "already_there", "Ya hay una meta para lo mismo en ese período: reemplácela.")]
            )
        return self._append(stored, author, where)

    def supersede(self, goal: str, target: int, author: str) -> str:
        """Put another target in the place of a goal's; the new goal waits for its own approval.

        Returns:
            The new goal's id.

        Raises:
            ServiceError: `only_coordination`, `unknown_record`, `rejected`.
        """
        self._need_coordination()
        shown = self._store.shown(GOAL, goal)
        if shown is None:
            raise ServiceError("unknown_record")
        before = {name: value for name, value in shown.fields.items() if not name.startswith("approved")}
        return self._append(self._checked(GOAL, {**before, "target": target, "supersedes": goal}), author, shown.region)

    def approve(self, goal: ShownGoal, approved_by: str, author: str) -> str:
        """Note who approved a goal, today.

        Args:
            goal: As it was on screen.
            approved_by: Who approved it, in words.
            author: Officer id.

        Returns:
            The op's id.

        Raises:
            ServiceError: `only_coordination`, `unknown_record`, `rejected` without a name.
        """
        self._need_coordination()
        if not approved_by.strip():
            raise RejectedDraftError([Problem("approved_by", "required", "Escriba quién aprueba la meta.")])
        changes: dict[str, Json] = {
            "approved_by": approved_by.strip(),
            "approved_on": santiago_day(self._clock.now()).isoformat(),
        }
        return self._editing.change(GOAL, goal.id, changes, goal.seen, author)

    def remark(self, goal: str, period: str) -> ShownRemark:
        """What was said of a goal in a period; while nothing was, what was said of the one that it replaced."""
        asked = [goal, *self._replaced_by(goal)]
        for one in asked:
            shown = self._store.shown(REMARK, remark_id(one, period))
            if shown is not None:
                said = {name: str(shown.fields.get(name) or "") for name in _SAID}
                return ShownRemark(goal, period, **said, seen=shown.writers if one == goal else {})
        return ShownRemark(goal, period)

    def said_of_none(self, year: int) -> int:
        """How many remarks of a year are of goals that are not here; the report of coverage tells them."""
        remarks = (one.fields for one in self._store.select(REMARK))
        return sum(
            str(said.get("period")).startswith(str(year)) and self._store.shown(GOAL, str(said.get("goal"))) is None
            for said in remarks
        )

    def _replaced_by(self, goal: str) -> Iterator[str]:
        """The goals in whose place this one stands, the last one first."""
        passed = {goal}
        while (shown := self._store.shown(GOAL, goal)) is not None:
            before = shown.fields.get("supersedes")
            if not isinstance(before, str) or before in passed:
                return
            yield before
            passed.add(before)
            goal = before

    def explain(self, remark: ShownRemark, reason: str, measure: str, author: str) -> str:
        """Write down why a goal was missed and what is done about it; the report of coverage says so.

        Args:
            remark: What was said of it, as it was on screen.
            reason: In words; empty takes away what was said.
            measure: As `reason`.
            author: Officer id.

        Returns:
            The goal's id.

        Raises:
            ServiceError: `only_coordination`, `unknown_record`, `rejected`.
        """
        self._need_coordination()
        goal = self._store.shown(GOAL, remark.goal)
        if goal is None:
            raise ServiceError("unknown_record")
        if not (remark.seen or reason.strip() or measure.strip()):
            raise RejectedDraftError([Problem("reason", "required", "Escriba el motivo, o la medida.")])
        record = remark_id(remark.goal, remark.period)
        said: dict[str, Json] = {"reason": reason.strip() or None, "measure": measure.strip() or None}
        if remark.seen:
            before = {name: getattr(remark, name) or None for name in _SAID}
            changes = {name: value for name, value in said.items() if value != before[name]}
            if changes:
                self._editing.change(REMARK, record, changes, remark.seen, author)
            return remark.goal
        stored = self._checked(REMARK, {"goal": remark.goal, "period": remark.period, **said})
        with self._store.transaction() as write:
            self._writer.append(write, REMARK, record, stored, author, region=goal.region)
        return remark.goal

    def _need_coordination(self) -> None:
        if not self._laptop.coordinates:
            raise ServiceError("only_coordination")

    def _checked(self, kind: str, fields: Mapping[str, Json]) -> dict[str, Json]:
        stored = self._rules.new(kind, fields)
        problems = self._rules.new_problems(kind, stored)
        if problems:
            raise RejectedDraftError(problems)
        return stored

    def _append(self, stored: Mapping[str, Json], author: str, region: str) -> str:
        record = self._ids.new()
        with self._store.transaction() as write:
            self._writer.append(write, GOAL, record, stored, author, region=region)
        return record
