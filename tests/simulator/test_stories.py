"""Histories that Hypothesis makes up, one thing after the other: when a law breaks, the shortest story is told."""

import shutil
from contextlib import ExitStack

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.simulator.line import Fate
from tests.simulator.machine import Machine
from tests.simulator.misfortunes import Misfortunes
from tests.simulator.nature import Nature
from tests.simulator.oracle import judge
from tests.simulator.rest import come_to_rest
from tests.simulator.stage import simulated, unmeasured
from tests.simulator.sticks import Sticks
from tests.simulator.template import memory_folder, ready_made
from tests.simulator.toy import CASES, LAYOUTS, Name, usual_space
from tests.simulator.world import Temper, World

MOST_MACHINES = 5
WHO = st.integers(0, MOST_MACHINES - 1)
CASE = st.sampled_from([case for case in CASES if case.region == "13"])
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "subject": st.sampled_from("ABC"),
        "status": st.sampled_from(["open", "voided"]),
        "why": st.sampled_from(["A", "B", None]),
        "topic": st.sampled_from(["water", "parks"]),
        "body": st.sampled_from(["A", "B"]),
    },
).filter(bool)
FATES = st.lists(st.sampled_from(Fate), max_size=5)
KILL = st.just(0) | st.integers(1, 40)


class Stories(RuleBasedStateMachine):
    """Anything that can happen, in any order."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(unmeasured())
        self.stack.enter_context(simulated())
        templates = ready_made()
        templates.make_all()
        folder = memory_folder("terreno-story-")
        self.stack.callback(shutil.rmtree, folder)
        self.fates: list[Fate] = []
        typed = templates.copy(LAYOUTS[0], folder / "world")
        self.world = World(
            Nature("story"),
            folder / "world",
            [seat.name for seat in LAYOUTS[0]],
            typed=typed,
            temper=Temper(first=2, most=2, page=3),
            fate=lambda _: self.fates.pop(0) if self.fates and not self.world.calm else Fate.GOOD,
        )
        self.stack.callback(self.world.close)
        self.misfortunes, self.sticks = Misfortunes(self.world), Sticks(self.world)

    def machine(self, who: int) -> Machine:
        return self.world.machines[who % len(self.world.machines)]

    @rule(who=WHO, case=CASE, draft=st.booleans())
    def opens(self, who: int, case: Name, draft: bool) -> None:
        self.world.open_form(self.machine(who), case, as_draft=draft)

    @rule(who=WHO, case=CASE, fields=FIELDS)
    def saves(self, who: int, case: Name, fields: dict[str, str | None]) -> None:
        machine = self.machine(who)
        form = machine.form or self.world.draft(machine) or self.world.open_form(machine, case)
        if form.is_new:
            fields = {"space": usual_space(form.name), **fields}
        if not (machine.coordinates or form.made_here):
            fields.pop("body", None)
        if fields:
            self.world.save(machine, form, fields)

    @rule(who=WHO, keep=st.booleans())
    def settles(self, who: int, keep: bool) -> None:
        machine = self.machine(who)
        for conflict in machine.store.conflicts()[:1]:
            form = self.world.open_form(machine, Name(conflict.kind, conflict.record, "13"))
            kept = {name: form.fields.get(name) for name in conflict.group}
            changes = kept if keep else {**kept, **conflict.other}
            self.world.save(machine, form, changes, resolves=(conflict.id,))

    @rule(who=WHO, fates=FATES, kill_at=KILL)
    def synchronises(self, who: int, fates: list[Fate], kill_at: int) -> None:
        self.fates = list(fates)
        self.world.sync(self.machine(who), kill_at=kill_at)

    @rule()
    def a_late_request_arrives(self) -> None:
        if self.world.road.parcels:
            self.world.deliver(0)

    @rule(who=WHO)
    def is_backed_up(self, who: int) -> None:
        self.misfortunes.back_up(self.machine(who))

    @rule(who=WHO)
    def is_put_back(self, who: int) -> None:
        self.misfortunes.put_back(self.machine(who))

    @precondition(lambda self: len(self.world.machines) < MOST_MACHINES)
    @rule(who=WHO)
    def is_cloned(self, who: int) -> None:
        self.misfortunes.clone(self.machine(who))

    @rule()
    def the_centre_is_backed_up(self) -> None:
        self.misfortunes.back_up_office()

    @precondition(lambda self: self.misfortunes.office_backups)
    @rule()
    def the_centre_is_brought_back(self) -> None:
        self.misfortunes.restore_office(0)

    @rule(case=CASE)
    def a_coordinator_erases(self, case: Name) -> None:
        self.world.erase(self.world.machines[0], case)

    @rule(who=WHO, stays=st.booleans())
    def goes_by_stick(self, who: int, stays: bool) -> None:
        self.sticks.pack(self.machine(who))
        self.sticks.carry(0, stays=stays)

    @precondition(lambda self: self.sticks.answers)
    @rule(kill_at=KILL, stays=st.booleans())
    def an_answer_comes_home(self, kill_at: int, stays: bool) -> None:
        self.sticks.receive(0, kill_at=kill_at, stays=stays)

    @invariant()
    def every_law_holds(self) -> None:
        assert not self.world.broken, self.world.history.told()

    def teardown(self) -> None:
        with self.stack:
            come_to_rest(self.world, self.sticks)
            judge(self.world)
            assert not self.world.broken, self.world.history.told()


Stories.TestCase.settings = settings(max_examples=50, stateful_step_count=25)
test_no_story_breaks_a_promise = Stories.TestCase
