"""Laws about what everybody sees in the end: the same as the centre, within what each device may read."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import orjson

from sync.core.instants import parse_instant
from sync.core.schema import SHARED_FEED, Json
from tests.simulator.evidence import Evidence, HeldConflict, HeldRecord, Key
from tests.simulator.history import Broken
from tests.simulator.machine import Machine
from tests.simulator.pages import READABLE, VISIBLE
from tests.simulator.toy import group_of, private_fields
from tests.simulator.world import World

SHOWN = "every screen shows what the centre holds"
CONFLICTS = "the conflicts shown are the centre's"
SCOPE = "a device shows nothing outside its scope"
LEARNT = "who sent an op learns what became of it"
_AGELESS = frozenset({"topic", "device"})
_OF_A_CASE = frozenset({"person", "reply"})
"""Made where their case was made, whoever begins them."""


class Sight:
    """What one laptop may read, by the rules of the page, and what it shows.

    Args:
        world: The execution.
        evidence: What the centre holds.
        machine: The laptop.
    """

    def __init__(self, world: World, evidence: Evidence, machine: Machine) -> None:
        self.machine = machine
        self.feeds = machine.store.feeds()
        self._evidence = evidence
        self._all = machine.coordinates
        self._now = world.nature.now()
        self._typed = world.typed
        self._erased = world.screens.erased_here(machine)
        self._was_field = any(
            op.kind == "device" and op.record == machine.device and op.raw["fields"].get("role") == "field"
            for op in evidence.ops.values()
        )
        self._ops = [
            (world.held_as(machine.device, op), *told)
            for op, *told in machine.rows("SELECT op, kind, record, status FROM ops ORDER BY place")
        ]
        self.shown: dict[Key, dict[str, Json]] = {
            (kind, record): orjson.loads(fields)
            for kind, record, fields in machine.rows("SELECT kind, record, fields FROM shown")
        }

    def _age(self, record: HeldRecord) -> timedelta:
        accepted: datetime = parse_instant(record.accepted_at)
        return self._now - accepted

    def has_left(self, key: Key) -> bool:
        """Whether it has left the scope: what is held of it may be as old as that.

        By its age, or because somebody else turned out to have made it: an edit came back to a restored centre before
        what it edited, and the editor keeps what it could see (docs/adr/0009).
        """
        record = self._evidence.records.get(key)
        if self._all or record is None:
            return False
        began = None if key[0] in _OF_A_CASE else self._evidence.began.get(key)
        was_maker = began == self.machine.device != record.made_by
        ages = key[0] not in _AGELESS and not self._is_named(record)
        return was_maker or (ages and self._age(record) > VISIBLE)

    def _is_named(self, record: HeldRecord) -> bool:
        """Whether it tells of an op of this laptop in quarantine."""
        return record.public.get("device") == self.machine.device

    def visible(self, key: Key) -> Mapping[str, Json] | None:
        """What may be read of a record, which may be no value of it; ``None`` of one outside the scope."""
        record = self._evidence.records.get(key)
        if record is None or record.region not in self.feeds:
            return None
        if self._all:
            return {**record.public, **record.private}
        mine = record.made_by == self.machine.device
        private = record.private if mine and self._age(record) <= READABLE else {}
        seen = {
            "case": mine or record.public.get("space") == "street",
            "visit": True,
            "quarantine": mine
            or self._is_named(record),  # a decision can make it, after a restore in which it is not held
            "device": True,
            "topic": record.region == SHARED_FEED,
        }
        hidden = {"answers"} if key[0] == "reply" else set[str]()
        if not seen.get(key[0], mine):
            return None
        return {name: value for name, value in {**record.public, **private}.items() if name not in hidden}

    def holds_values(self, key: Key) -> bool:
        """Whether the centre holds a live value of a record: of one whose beginning was rejected it may hold none."""
        record = self._evidence.records.get(key)
        return record is not None and bool(record.public or record.private)

    def private_is_settled(self, key: Key) -> bool:
        """Whether it is certain which private values are on screen: they leave a field laptop after some days."""
        record = self._evidence.records.get(key)
        since = [self._typed[op].at for op, kind, name, _ in self._ops if (kind, name) == key]
        young = record is None or self._age(record) <= READABLE
        typed_lately = all(self._now - at <= READABLE for at in since)
        return (self._all and (typed_lately or not self._was_field)) or (young and typed_lately)

    def is_settled(self, conflict: HeldConflict) -> bool:
        """Whether it is certain if a conflict is on screen: what is held of its record may be old, or have left."""
        key = (conflict.kind, conflict.record)
        leaves = not self._all and not private_fields(conflict.kind).isdisjoint(conflict.body["group"])
        return not self.has_left(key) and (not leaves or self.private_is_settled(key))

    def sees_conflict(self, conflict: HeldConflict) -> bool:
        """Whether an open conflict is shown here."""
        key = (conflict.kind, conflict.record)
        record = self._evidence.records[key]
        if conflict.state != "open" or record.region not in self.feeds:
            return False
        secret = private_fields(conflict.kind).intersection(group_of(conflict.kind, conflict.body["group"][0]))
        mine = record.made_by == self.machine.device and self._age(record) <= READABLE
        return self._all or (self.visible(key) is not None and (not secret or mine))

    def own(self) -> dict[Key, list[Mapping[str, Json]]]:
        """Everything that was saved on this disk, as far as it must be shown; what was rejected has left the screen."""
        rejected = {op for op, *_, status in self._ops if status == "rejected"}
        return self._saved(lambda op: {} if op in rejected else self._left(op))

    def typed(self) -> dict[Key, list[Mapping[str, Json]]]:
        """Everything that was saved on this disk, as far as it may be shown: what was typed after an erasure too."""
        return self._saved(lambda op: self._typed[op].touched if self._typed[op].late else self._left(op))

    def _saved(self, values: Callable[[str], Mapping[str, Json]]) -> dict[Key, list[Mapping[str, Json]]]:
        found: dict[Key, list[Mapping[str, Json]]] = {}
        for op, kind, record, _ in self._ops:
            found.setdefault((kind, record), []).append(values(op))
        return found

    def waiting(self) -> dict[Key, dict[str, Json]]:
        """What own ops in quarantine keep on screen."""
        found: dict[Key, dict[str, Json]] = {}
        for op, kind, record, status in self._ops:
            if status == "quarantined":
                found.setdefault((kind, record), {}).update(self._left(op))
        return found

    def on_their_way(self) -> set[str]:
        """Conflicts that own ops in quarantine would settle."""
        return {name for op, *_, status in self._ops if status == "quarantined" for name in self._typed[op].op.resolves}

    def unheard(self) -> list[str]:
        """Own ops that wait here and not at the centre, or there and not here."""
        waiting = {op for op, *_, status in self._ops if status == "quarantined"}
        return [op for op, *_ in self._ops if (op in waiting) != (op in self._evidence.waiting)]

    def _left(self, op: str) -> Mapping[str, Json]:
        typed = self._typed[op]
        erased = (typed.op.kind, typed.op.record) in self._erased
        gone = private_fields(typed.op.kind) if erased else frozenset()
        return {name: value for name, value in typed.touched.items() if name not in gone}


def screens(world: World, evidence: Evidence) -> Iterator[Broken]:
    """What is shown is what the centre holds, and own ops that it does not have yet."""
    for machine in world.readers():
        sight = Sight(world, evidence, machine)
        own, typed, waiting = sight.own(), sight.typed(), sight.waiting()
        for key in sight.shown.keys() | evidence.records.keys():
            if not sight.has_left(key):
                base = sight.visible(key)
                if base is not None or not sight.holds_values(key):
                    expected = {**(base or {}), **waiting.get(key, {})}
                else:  # nothing lies beneath: own ops in the order of saving, those that wait among them
                    expected = {name: value for one in own.get(key, ()) for name, value in one.items()}
                yield from _compared(sight, key, expected, typed.get(key, []))
        yield from (Broken(LEARNT, f"{machine.name}: {op}") for op in sight.unheard())


def _compared(
    sight: Sight, key: Key, expected: Mapping[str, Json], typed: list[Mapping[str, Json]]
) -> Iterator[Broken]:
    skipped = frozenset[str]() if sight.private_is_settled(key) else private_fields(key[0])
    shown = {name: value for name, value in sight.shown.get(key, {}).items() if name not in skipped}
    expected = {name: value for name, value in expected.items() if name not in skipped}
    if any(name not in shown or shown[name] != value for name, value in expected.items()):
        yield Broken(SHOWN, f"{sight.machine.name}: {key} {shown} instead of {expected}")
    besides = {name: value for name, value in shown.items() if name not in expected}
    if any(all(name not in one or one[name] != value for one in typed) for name, value in besides.items()):
        yield Broken(SCOPE, f"{sight.machine.name}: {key} shows {besides} besides")


def conflicts(world: World, evidence: Evidence) -> Iterator[Broken]:
    """Who may see an open conflict sees it, and nobody sees another one."""
    for machine in world.readers():
        sight = Sight(world, evidence, machine)
        settled = {one.id: one for one in evidence.conflicts.values() if sight.is_settled(one)}
        unsettled = evidence.conflicts.keys() - settled.keys()
        expected = {name for name, one in settled.items() if sight.sees_conflict(one)} - sight.on_their_way()
        shown = {conflict.id for conflict in machine.store.conflicts()} - unsettled
        if shown != expected:
            yield Broken(CONFLICTS, f"{machine.name} shows {sorted(shown)} instead of {sorted(expected)}")
