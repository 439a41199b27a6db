"""What people do at their laptops: which record they open, what they type, and what coordinators decide."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from sync.central.own_kinds import OWN_KINDS
from sync.client.held import ShownRecord, StoredConflict
from sync.client.keys import seal
from sync.core.instants import instant
from sync.core.schema import SHARED_FEED, Json
from sync.core.trust import BOX
from tests.simulator.machine import Form, Machine
from tests.simulator.toy import (
    CASES,
    CODES,
    REGIONS,
    TOPICS,
    UNPUBLISHED,
    VISITS,
    Name,
    beside,
    group_of,
    private_fields,
    usual_space,
)
from tests.simulator.world import World

_LETTERS = "ABC"
_PUBLIC = ("subject", "topic", "status", "why", "persons")
_PRIVATE = ("answer", "body")
_NEW_PUBLIC = ("mood",)
_NEW_PRIVATE = ("alias",)
_NEXT = 2
"""The version of the schema that brings them."""


class People:
    """Everybody.

    Args:
        world: The execution.
        chance: What they have in mind.
        carelessness: How often, of a hundred times, somebody types what cannot be taken in.
        slips: How often, of one time, a program draws an id that there is already.
    """

    def __init__(self, world: World, chance: random.Random, carelessness: int = 0, slips: float = 0.0) -> None:
        self._world = world
        self._chance = chance
        self._carelessness = carelessness
        self._slips = slips

    def open_form(self, machine: Machine) -> None:
        """Put a record on screen and leave it there, perhaps as a draft."""
        self._world.open_form(machine, self._name(machine), as_draft=self._chance.random() < 0.3)

    def save(self, machine: Machine, kill_at: int = 0) -> None:
        """Type something into the form that is open, or into another one, and save it."""
        form = machine.form or self._world.draft(machine) or self._world.open_form(machine, self._name(machine))
        changes = self._changes(machine, form)
        if changes:
            taken = None if kill_at else self._taken(machine, form.name)
            self._world.save(machine, form, changes, kill_at=kill_at, taken=taken)

    def _taken(self, machine: Machine, name: Name) -> str | None:
        """An id that there is already, when the program slips."""
        slips = self._world.nature.slips
        free = self._world.taken_ids(machine, name) if slips.random() < self._slips else []
        return slips.choice(free) if free else None

    def reply(self, machine: Machine) -> None:
        """Answer a survey about a case that was made here; once, unless somebody is careless."""
        mine = [one for one in machine.store.select("case") if one.made_here]
        mine = [one for one in mine if self._careless() or machine.store.shown("reply", one.record) is None]
        if not mine:
            return
        case = self._chance.choice(mine)
        answers: dict[str, Json] = {"q1": self._chance.randint(1, 5), "q2": self._text(machine, "q2")}
        newest = list(machine.store.identity().centre_keys[BOX].values())[-1]
        form = self._world.open_form(machine, Name("reply", case.record, case.region))
        sealed = seal(newest, orjson.dumps(answers))
        changes: dict[str, Json] = {"result": "complete", "answers_sealed": sealed}
        self._world.save(machine, form, changes, accepted={"result": "complete", "answers": answers})

    def settle(self, machine: Machine) -> None:
        """Decide a conflict that is shown: the live value stays, or the other one takes its place, or a third."""
        open_ones = [one for one in machine.store.conflicts() if one.other]
        known = [(one, shown) for one in open_ones if (shown := self._may_settle(machine, one)) is not None]
        if not known:
            self.save(machine)
            return
        conflict, shown = self._chance.choice(known)
        form = self._world.open_form(machine, Name(conflict.kind, conflict.record, shown.region))
        kept = {one: form.fields.get(one) for one in conflict.group}
        dice = self._chance.random()
        changes: Mapping[str, Json] = kept if dice < 0.4 else {**kept, **conflict.other}
        if dice > 0.8 and conflict.kind not in OWN_KINDS:  # of what the centre writes itself there is no third value
            changes = {one: self._value(machine, one) for one in conflict.group}
        self._world.save(machine, form, changes, resolves=(conflict.id,))

    def _may_settle(self, machine: Machine, conflict: StoredConflict) -> ShownRecord | None:
        """The record, if this laptop lets a person settle the conflict on it: it knows what of it is private."""
        kind = machine.schema.kind(conflict.kind)
        if kind is None or not kind.by_name.keys() >= set(conflict.group):
            return None
        shown = machine.store.shown(conflict.kind, conflict.record)
        if shown is None or machine.coordinates:
            return shown
        secret = private_fields(conflict.kind).intersection(group_of(conflict.kind, conflict.group[0]))
        allowed = conflict.other_device == machine.device and (not secret or shown.made_here)
        return shown if allowed or self._careless() else None

    # Coordinators

    def publish(self, machine: Machine) -> None:
        """Publish a code that people have been using, or give it another name."""
        if machine.store.identity().region != SHARED_FEED:
            return
        number = self._chance.randrange(len(UNPUBLISHED))
        form = self._world.open_form(machine, TOPICS[number])
        self._world.save(machine, form, {"code": UNPUBLISHED[number], "name": self._text(machine, "name")})

    def decide(self, machine: Machine, state: str | None = None) -> bool:
        """Release or reject an op in quarantine; whether there was one to decide."""
        waiting = machine.store.select("quarantine", {"state": "waiting"}) if machine.coordinates else ()
        if not waiting:
            return False
        shown = self._chance.choice(waiting)
        form = self._world.open_form(machine, Name("quarantine", shown.record, shown.region))
        decision = state or self._chance.choice(("released", "rejected"))
        reason = "no" if decision == "rejected" else None
        self._world.save(machine, form, {"state": decision, "decided_by": machine.name, "decided_reason": reason})
        self._world.history.counts[f"quarantined ops {decision} by somebody"] += 1
        return True

    def look_at_devices(
        self,
        machine: Machine,
        fields: Mapping[str, Json],
        where: Mapping[str, Json],
        regions: Sequence[str] = (*REGIONS, SHARED_FEED),
    ) -> bool:
        """Write about a device of these regions that is on a coordinator's screen; whether there was one."""
        region = machine.store.identity().region
        devices = machine.store.select("device", where) if machine.coordinates else ()
        devices = [one for one in devices if one.region in regions and region in {one.region, SHARED_FEED}]
        if not devices:
            return False
        shown = self._chance.choice(devices)
        form = self._world.open_form(machine, Name("device", shown.record, shown.region))
        self._world.save(machine, form, fields)
        return True

    def erase(self, machine: Machine) -> None:
        """Grant somebody's wish to be forgotten."""
        if machine.coordinates:
            kind = self._chance.choice(("case", "person", "reply"))
            self._world.erase(machine, beside(self._name(machine), kind))

    def confirm(self, machine: Machine) -> None:
        """Look at a device that was seen twice, or that a restored centre did not know."""
        where = {"confirmation": self._chance.choice(("fork", "restored"))}
        self.look_at_devices(machine, {"confirmation": "confirmed"}, where)

    def revoke(self, machine: Machine) -> None:
        """Report a device as lost, or as found again."""
        status = self._chance.choice(("active", "active", "revoked"))
        becomes = "revoked" if status == "active" else "active"
        if self.look_at_devices(machine, {"status": becomes}, {"status": status}):
            self._world.history.counts[f"devices made {becomes}"] += 1

    def change_role(self, machine: Machine) -> None:
        """Make somebody's laptop one of coordination, or of the field again."""
        role = self._chance.choice(("field", "coordination"))
        becomes = "coordination" if role == "field" else "field"
        if self.look_at_devices(machine, {"role": becomes}, {"role": role}, REGIONS):
            self._world.history.counts[f"devices made {becomes}"] += 1

    # What they type

    def _careless(self) -> bool:
        return self._chance.randrange(100) < self._carelessness

    def _name(self, machine: Machine) -> Name:
        region = machine.store.identity().region
        case = self._chance.choice([case for case in CASES if region in {case.region, SHARED_FEED}])
        dice = self._chance.random()
        if dice < 0.15 and self._may_identify(machine, case):
            return beside(case, "person")
        if dice > 0.93 and machine.schema.version >= _NEXT:
            return self._chance.choice([one for one in VISITS if region in {one.region, SHARED_FEED}])
        return case

    def _may_identify(self, machine: Machine, case: Name) -> bool:
        """Whether this laptop may open the identity behind a case."""
        shown = machine.store.shown("case", case.record)
        return machine.coordinates or (shown is not None and shown.made_here) or self._careless()

    def _changes(self, machine: Machine, form: Form) -> dict[str, Json]:
        secret = machine.coordinates or form.made_here or self._careless()
        match form.name.kind:
            case "person":
                return self._typed(machine, ("names", "doc_number", "doc_type")) if secret else {}
            case "visit":
                return self._typed(machine, ("note", "secret") if secret else ("note",))
        new = machine.schema.version >= _NEXT
        public = (*_PUBLIC, *_NEW_PUBLIC) if new else _PUBLIC
        private = (*_PRIVATE, *_NEW_PRIVATE) if new else _PRIVATE
        changes = self._typed(machine, (*public, *private) if secret else public)
        if form.is_new:
            changes["space"] = "office" if self._careless() else usual_space(form.name)
            changes["received_at"] = instant(machine.clock.now())
        return changes

    def _typed(self, machine: Machine, names: Sequence[str]) -> dict[str, Json]:
        picked = self._chance.sample(names, min(len(names), self._chance.choice((1, 1, 2, 3))))
        return {name: self._value(machine, name) for name in picked}

    def _value(self, machine: Machine, name: str) -> Json:
        chance = self._chance
        fixed: Mapping[str, Sequence[Any]] = {
            "topic": CODES if self._careless() else CODES[:2],
            "status": ("open", "voided"),
            "doc_type": ("run", "passport"),
            "persons": (12, 40) if machine.schema.version >= _NEXT and self._careless() else (1, 2, 3),
        }
        if name in fixed:
            value: Json = chance.choice(fixed[name])
            return value
        if name in {"received_at", "answered_at"}:
            return instant(machine.clock.now())
        if chance.random() < 0.1:
            return None
        return chance.choice(_LETTERS) if chance.random() < 0.5 else self._text(machine, name)

    def _text(self, machine: Machine, name: str) -> str:
        return f"{name} {machine.name} {self._chance.getrandbits(40):010x}"
