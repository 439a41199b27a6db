"""One seed's execution: what people do and what befalls them, drawn from the seed alone."""

import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.simulator.history import Broken
from tests.simulator.line import Fate
from tests.simulator.machine import Machine
from tests.simulator.misfortunes import Misfortunes
from tests.simulator.nature import Nature
from tests.simulator.oracle import judge
from tests.simulator.people import People
from tests.simulator.rest import come_to_rest
from tests.simulator.sticks import Sticks
from tests.simulator.template import Templates
from tests.simulator.toy import LAYOUTS, NEWCOMERS, NEXT_SCHEMA
from tests.simulator.world import Temper, World

STEPS = 80
FALLEN = "no program falls over"
POINTS = 60
"""Points between two effects among which a program's end is drawn; a synchronisation passes some forty."""
MOST_MACHINES = 5
SKEWS = (0, 0, 1, -2, 365 * 30, -365 * 30, 365 * 6)
_MISHAPS = (Fate.LOST, Fate.UNANSWERED, Fate.DOUBLED, Fate.ECHOED, Fate.LATE, Fate.OLD_ANSWER, Fate.OFFICE_DIES)
_CONFLICTS = "SELECT state, COUNT(*) FROM conflicts GROUP BY state"
_OPS = "SELECT status, COUNT(*) FROM ops GROUP BY status"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one seed.

    Attributes:
        seed: The seed.
        broken: The laws that did not hold.
        digest: SHA-256 over everything that happened.
        counts: How often what happened: ops, conflicts, and each kind of misfortune.
        history: Tells it all, for people.
    """

    seed: int
    broken: tuple[Broken, ...]
    digest: str
    counts: Mapping[str, int]
    history: Callable[[], str]


class Play:
    """One seed.

    Args:
        seed: The seed.
        folder: An empty place for its files.
        templates: Ready-made folders.
    """

    def __init__(self, seed: int, folder: Path, templates: Templates) -> None:
        self.nature = Nature(seed)
        self.chance = self.nature.chance
        self.climate = {fate: self.chance.choice((0.0, 0.02, 0.05)) for fate in _MISHAPS}
        temper = Temper(
            first=self.chance.choice((1, 3, 8)),
            most=8,
            page=self.chance.choice((2, 5, 50)),
            retries=self.chance.choice((0, 0, 2)),
        )
        layout = self.chance.choice(LAYOUTS)
        typed = templates.copy(layout, folder)
        self.world = World(
            self.nature,
            folder,
            [seat.name for seat in layout],
            typed=typed,
            temper=temper,
            fate=self._fate,
            doom=lambda: self._points(4),
        )
        self.misfortunes = misfortunes = Misfortunes(self.world)
        self.sticks = Sticks(self.world)
        slips = self.nature.slips.choice((0.0, 0.0, 0.0, 0.1))
        self.people = people = People(self.world, self.chance, self.chance.choice((0, 0, 5, 20)), slips)
        self._newcomers = list(NEWCOMERS)
        self._acts: list[tuple[Callable[[Machine], object], float]] = [
            (people.open_form, 8),
            (people.save, 30),
            (people.settle, 8),
            (people.reply, 2),
            (people.publish, self._rare(1)),
            (people.decide, self._rare(6)),
            (self._sync, 26),
            (self._killed_sync, 8),
            (self._killed_save, self._rare(1)),
            (self._set_clock, self._rare(2)),
            (self._upgrade, self._rare(2)),
            (self._upgrade_office, self._rare(1)),
            (self._back_up_office, self._rare(2)),
            (self._restore_office, self._rare(1)),
            (people.erase, self._rare(1)),
            (people.confirm, self._rare(2)),
            (people.revoke, self._rare(0.5)),
            (misfortunes.back_up, self._rare(2)),
            (misfortunes.put_back, self._rare(1)),
            (misfortunes.restore, self._rare(2)),
            (self._enrol, self._rare(1)),
            (self._give_new_keys, self._rare(0.5)),
            (self._clone, self._rare(1)),
            (self._leap, self._rare(0.7)),
            (self._pack, self._rare(2)),
            (self._carry, self._rare(2)),
            (self._receive, self._rare(2)),
            (people.change_role, self._rare(0.7)),
        ]

    def run(self, steps: int = STEPS) -> None:
        """Let it happen, come to rest, and look at every law."""
        acts, weights = [act for act, _ in self._acts], [weight for _, weight in self._acts]
        for _ in range(steps):
            self.world.time_passes(self.chance.expovariate(1 / 600))
            self._deliver()
            machine = self.chance.choice(self.world.machines)
            self.chance.choices(acts, weights)[0](machine)
        come_to_rest(self.world, self.sticks)
        judge(self.world)

    def counts(self) -> Counter[str]:
        """How often what happened."""
        told = Counter({f"{state} conflicts": n for state, n in self.world.office.rows(_CONFLICTS)})
        told.update({f"{status} ops": n for status, n in self.world.office.rows(_OPS)})
        return told + self.world.history.counts

    # Chance

    def _rare(self, weight: float) -> float:
        """How often something happens in this seed: never, as usual, or very often."""
        return weight * self.chance.choice((0, 1, 1, 4))

    def _points(self, most: int) -> int:
        return self.chance.randint(1, most)

    def _fate(self, call: str) -> Fate:
        if self.world.calm:
            return Fate.GOOD
        dice = self.chance.random()
        for fate, likely in self.climate.items():
            dice -= likely
            if dice < 0:
                return Fate.GOOD if call == "enrol" else fate
        return Fate.GOOD

    def _deliver(self) -> None:
        parcels = self.world.road.parcels
        while parcels and self.chance.random() < 0.2:
            self.world.deliver(self.chance.randrange(len(parcels)))

    # Programs

    def _sync(self, machine: Machine) -> None:
        self.world.sync(machine)

    def _killed_sync(self, machine: Machine) -> None:
        self.world.sync(machine, kill_at=self._points(POINTS))

    def _set_clock(self, machine: Machine) -> None:
        self.world.set_clock(machine, self.chance.choice(SKEWS))

    def _killed_save(self, machine: Machine) -> None:
        self.people.save(machine, kill_at=self._points(2))

    def _upgrade(self, machine: Machine) -> None:
        self.world.restart(machine, NEXT_SCHEMA if self.chance.random() < 0.5 else None)

    def _upgrade_office(self, _: Machine) -> None:
        self.world.restart_office(NEXT_SCHEMA if self.chance.random() < 0.5 else None)

    def _leap(self, _: Machine) -> None:
        self.misfortunes.leap(self.chance.choice((8, 8, 31, 61)))

    def _pack(self, machine: Machine) -> None:
        self.sticks.pack(machine, self._sometimes(8))

    def _carry(self, _: Machine) -> None:
        if self.sticks.bundles:
            place, stays = self.chance.randrange(len(self.sticks.bundles)), self.chance.random() < 0.5
            self.sticks.carry(place, self._sometimes(6), stays=stays)

    def _receive(self, machine: Machine) -> None:
        for_it = [place for place, one in enumerate(self.sticks.answers) if one.machine.device == machine.device]
        if for_it:
            stays = self.chance.random() < 0.5
            self.sticks.receive(self.chance.choice(for_it), machine, self._sometimes(POINTS), stays=stays)

    def _sometimes(self, most: int) -> int:
        """A point at which a program ends, one time in five; else 0."""
        return self._points(most) if self.chance.random() < 0.2 else 0

    def _enrol(self, _: Machine) -> None:
        if self._newcomers and len(self.world.machines) < MOST_MACHINES:
            self.misfortunes.enrol(self._newcomers.pop())

    def _give_new_keys(self, _: Machine) -> None:
        # Once: after a second time, what was sealed 35 days before the first may be readable for nobody.
        if not self.world.history.counts["new keys of the centre"]:
            self.misfortunes.give_new_keys()

    def _clone(self, machine: Machine) -> None:
        if len(self.world.machines) < MOST_MACHINES:
            self.misfortunes.clone(machine)

    def _back_up_office(self, _: Machine) -> None:
        self.misfortunes.back_up_office()

    def _restore_office(self, _: Machine) -> None:
        if places := self.misfortunes.trustworthy():
            self.misfortunes.restore_office(self.chance.choice(places))


def play(seed: int, folder: Path, templates: Templates, *, steps: int = STEPS) -> Outcome:
    """Play one seed to its end; a program that falls over breaks a law like any other mistake."""
    one = Play(seed, folder, templates)
    world = one.world
    try:
        try:
            one.run(steps)
        except Exception:  # noqa: BLE001 - whatever it is, it is what this seed has found
            world.breaks(FALLEN, traceback.format_exc())
        return Outcome(seed, tuple(world.broken), world.history.digest, one.counts(), world.history.told)
    finally:
        world.close()
