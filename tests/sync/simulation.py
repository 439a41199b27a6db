"""Devices and a centre in one process, on the real engine and merge. One seed = one execution, byte for byte.

Faults: lost requests and answers, doubled requests, kills between any two effects, clocks wrong by decades, cloned
images, backups put back on laptops and at the centre. `mistakes` plants what the laws must catch.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sync.client.conversation import Patience
from sync.client.engine import Engine, Settings
from sync.client.errors import CentralDownError, ClientError, Diagnosis
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller, DeviceIdentity
from sync.client.pushing import BatchSizes
from sync.core.merge import Conflict, Outcome, RecordState, Shown, merge
from sync.core.ops import Op
from sync.core.protocol import Batch, Page, PushAnswer
from sync.core.schema import Json
from sync.core.trust import CentreStatus
from tests.sync.memory_centre import MemoryCentre
from tests.sync.memory_outbox import MemoryOutbox
from tests.sync.mistakes import MERGES
from tests.sync.toy import NOTE, SCHEMA, Ids, Ticking, uid

RECORDS = tuple(uid(f"r{number}") for number in range(4))
CHOICES = {"title": "ABC", "colour": "ABC", "state": "ABC", "reason": "ABC", "answer": "ABC", "body": "ABC"}


class KilledError(Exception):
    """The program ended here."""


@dataclass(frozen=True)
class Typed:
    """What a person truly did: the op, and what was on screen when the form was opened."""

    op: Op
    seen: Mapping[str, str]
    device: str


class Device:
    """A laptop: its disk, its clock, a form that may stay open for long."""

    def __init__(self, disk: MemoryOutbox, clock: Ticking) -> None:
        self.disk = disk
        self.clock = clock
        self.form: tuple[str, Shown] | None = None
        self.backup: MemoryOutbox | None = None


class Network:
    """The centre behind a bad line."""

    def __init__(self, centre: MemoryCentre, chance: random.Random) -> None:
        self._centre = centre
        self._chance = chance
        self.faults = True

    def status(self) -> CentreStatus:
        return self._over(self._centre.status)

    def push(self, batch: Batch, caller: Caller) -> PushAnswer:
        return self._over(lambda: self._centre.push(batch, caller))

    def pull(self, feed: str, cursor: int, limit: int, caller: Caller) -> Page:
        return self._over(lambda: self._centre.pull(feed, cursor, limit, caller))

    def _over(self, call: Callable[[], Any]) -> Any:
        lost = CentralDownError(Diagnosis("cut", "centre"))
        if self.faults and self._chance.random() < 0.15:
            raise lost
        answer = call()
        if self.faults and self._chance.random() < 0.1:
            answer = call()
        if self.faults and self._chance.random() < 0.15:
            raise lost
        return answer


@dataclass
class Count:
    """What happened in all seeds of a run, to know that the faults were there."""

    ops: int = 0
    conflicts: int = 0
    kills: int = 0
    clones: int = 0
    rollbacks: int = 0
    restores: int = 0
    erased: int = 0
    violations: dict[int, list[str]] = field(default_factory=dict)


class World:
    """One execution."""

    def __init__(self, seed: int, mistakes: frozenset[str] = frozenset(), devices: int = 3) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.mistakes = mistakes
        self.ids = Ids()
        self.centre = MemoryCentre(SCHEMA, self.ids)
        self.centre.merging = MERGES.get(next(iter(mistakes & MERGES.keys()), ""), merge)
        self.network = Network(self.centre, self.chance)
        self.devices = [self._device(number) for number in range(devices)]
        self.centre.coordinators = {self.devices[0].disk.identity().device}
        self.typed: dict[str, Typed] = {}
        self.count = Count()
        self.saved_centre = self.centre.backup()
        self.wrong: list[str] = []

    def run(self, steps: int = 60) -> list[str]:
        for _ in range(steps):
            self._act()
        return self.rest()

    def rest(self) -> list[str]:
        """Let the misfortunes end and everybody synchronise; then look at every law."""
        self.network.faults = False
        self.centre.heal = True
        for _ in range(4):
            for device in self.devices:
                self.sync(device)
        self.centre.retry_quarantine()
        for device in self.devices:
            self.sync(device)
        self._check()
        self.count.ops += len(self.typed)
        return self.wrong

    def _act(self) -> None:
        device, dice = self.chance.choice(self.devices), self.chance.random()
        if dice < 0.1:
            record = self.chance.choice(RECORDS)
            device.form = (record, device.disk.shown("note", record))
        elif dice < 0.45:
            self._save(device)
        elif dice < 0.85:
            self.sync(device, kill_at=self.chance.randrange(1, 12) if self.chance.random() < 0.3 else 0)
        else:
            self._misfortune(device, dice)

    def _misfortune(self, device: Device, dice: float) -> None:
        if dice < 0.88:
            device.clock.skew = timedelta(days=365 * self.chance.choice([0, 6, -20]))
        elif dice < 0.91:
            device.backup = device.disk.clone()
        elif dice < 0.93 and device.backup is not None:
            self._put_back(device, device.backup.clone())
        elif dice < 0.94 and len(self.devices) < 5:
            self.count.clones += 1
            self.devices.append(Device(device.disk.clone(), Ticking()))
        elif dice < 0.97:
            self.saved_centre = self.centre.backup()
        elif dice < 0.98:
            self.count.restores += 1
            self.centre.restore(self.saved_centre)
        elif dice < 0.985:
            self.erase(self.devices[0], self.chance.choice(RECORDS))

    def _save(self, device: Device) -> None:
        disk = device.disk
        open_conflicts = [told for told in disk.open_conflicts().values() if told["other"]]
        if open_conflicts and self.chance.random() < 0.3:
            self.settle(device, self.chance.choice(open_conflicts), keep=self.chance.random() < 0.5)
            return
        record, screen = device.form or self._opened(device)
        device.form = None
        names = self.chance.sample(sorted(CHOICES), self.chance.choice([1, 1, 2]))
        changes = {name: self._value(name) for name in names}
        now = disk.shown("note", record)
        if "seen_at_save" in self.mistakes:
            self.type(device, record, changes, Shown(screen.fields, now.writers), screen)
        else:
            self.type(device, record, changes, screen, screen)

    def settle(self, device: Device, told: Mapping[str, Any], *, keep: bool) -> None:
        """A person decides a conflict: the live value stays, or the other one takes its place."""
        record = next(key[1] for key, one in device.disk.base.records.items() if told in one.conflicts)
        shown = device.disk.shown("note", record)
        group = NOTE.group_of(told["group"][0])
        kept = {name: shown.fields.get(name) for name in group}
        changes = kept if keep else {**kept, **told["other"]}
        self.type(device, record, changes, shown, shown, resolves=(told["id"],))

    def _opened(self, device: Device) -> tuple[str, Shown]:
        record = self.chance.choice(RECORDS)
        return record, device.disk.shown("note", record)

    def _value(self, name: str) -> Json:
        if self.chance.random() < 0.03:
            return "bad" if name != "answer" else None
        return self.chance.choice(CHOICES[name]) if self.chance.random() < 0.5 else self.ids.new()[-6:]

    def type(
        self,
        device: Device,
        record: str,
        changes: Mapping[str, Json],
        screen: Shown,
        truth: Shown,
        *,
        resolves: tuple[str, ...] = (),
    ) -> None:
        """A person saves; `truth` is what was on screen, `screen` what the program takes for it."""
        op = device.disk.save("note", record, changes, screen=screen, resolves=resolves)
        touched = {*op.fields, *device.disk.ops[-1].values}
        seen = {name: truth.writers[name] for name in touched if name in truth.writers}
        self.typed[op.id] = Typed(op, seen, device.disk.identity().device)
        shown = device.disk.shown("note", record).fields
        if any(shown.get(name) != value for name, value in changes.items()):
            self.wrong.append("a save is not shown at once")

    def erase(self, device: Device, record: str) -> None:
        """A coordinator takes a person's data away."""
        identity = device.disk.identity()
        op = Op(self.ids.new(), "note", record, "13", 1, {}, {}, "coordinator", "2026-11-21T12:00:00.000Z", erase=True)
        device.disk.append(op)
        self.count.erased += 1
        self.typed[op.id] = Typed(op, {}, identity.device)

    def _put_back(self, device: Device, backup: MemoryOutbox) -> None:
        self.count.rollbacks += 1
        device.disk = backup
        device.form = device.backup = None

    def sync(self, device: Device, *, kill_at: int = 0) -> None:
        """Synchronise a device; `kill_at` ends the program at that point between two effects."""
        points = kill_at

        def at(_: str) -> None:
            nonlocal points
            points -= 1
            if points == 0:
                self.count.kills += 1
                raise KilledError

        settings = Settings(BatchSizes(first=4, most=8, recoveries=9), 5, Patience((), 0, lambda _: None))
        disk = device.disk
        if "forget_on_send" in self.mistakes:
            disk.mark_sent = lambda ops: _forget(disk, ops)  # type: ignore[method-assign]
        engine = Engine(disk, self.network, device.clock, at=at, settings=settings)
        try:
            engine.run()
        except KilledError:
            device.form = None
        except ClientError:
            if not self.network.faults:
                raise
        if "pull_overwrites" in self.mistakes:
            for one in disk.ops:
                if one.result is None and (one.op.kind, one.op.record) in disk.base.records:
                    one.proven_in = disk.identity().epoch

    def _device(self, number: int) -> Device:
        keys = DeviceKeys(bytes([number + 1]) * 32, bytes([number + 101]) * 32)
        name = uid(number, "de")
        self.centre.devices[name] = {"sign_key": keys.sign_key, "box_key": keys.box_key}
        return Device(a_laptop(self.centre, self.ids, name, keys), Ticking())

    def _check(self) -> None:
        for law in (self._everybody_shows_the_same, self._nothing_is_lost, self._no_silent_overwrite, self._settled):
            law()

    def _everybody_shows_the_same(self) -> None:
        states = {key: state for key, state in self.centre.ledger.records.items() if key[0] == "note"}
        centre = {key: {n: v for n, v in state.fields.items() if v is not None} for key, state in states.items()}
        still_open = {c.id for state in states.values() for c in state.conflicts.values() if c.state.value == "open"}
        for device in self.devices:
            disk = device.disk
            if disk.pending():
                self.wrong.append("an outbox is not empty")
            shown = {key: _written(disk.shown(*key).fields, states[key]) for key in disk.base.records if key in states}
            if shown != centre:
                self.wrong.append("a screen differs from the centre")
            if disk.open_conflicts().keys() != still_open:
                self.wrong.append("the conflicts shown differ from the centre's")
        self.count.conflicts += sum(len(state.conflicts) for state in states.values())

    def _nothing_is_lost(self) -> None:
        held = {one.op.id for device in self.devices for one in device.disk.ops}
        for name, typed in self.typed.items():
            told = self.centre.ledger.ops.get(name)
            if told is None:
                if name in held:
                    self.wrong.append("an op on a disk never reached the centre")
                continue
            state = self.centre.ledger.records[typed.op.kind, typed.op.record]
            if told.merged is None:
                self.wrong.append("an op is in quarantine for ever")
                continue
            for first, outcome in told.merged.groups.items():
                if outcome is Outcome.CONFLICT and f"{name}/{first}" not in state.conflicts:
                    self.wrong.append("a value is neither live nor in a conflict")
            if self.centre.ledger.log.count(name) != 1:
                self.wrong.append("an op was merged twice")

    def _no_silent_overwrite(self) -> None:
        writers: dict[tuple[str, str], set[str]] = {}
        erased: set[str] = set()
        for name in self.centre.ledger.log:
            told = self.centre.ledger.ops[name]
            typed, record = self.typed[name], told.op.record
            if told.op.erase:
                erased.add(record)
                continue
            for first, outcome in (told.merged.groups if told.merged else {}).items():
                group = [n for n in NOTE.group_of(first) if not (record in erased and n in NOTE.private)]
                live = [writers.setdefault((record, n), set()) for n in group]
                seen = [typed.seen.get(n) for n in group]
                saw_all = all(one in held if one else not held for one, held in zip(seen, live, strict=True))
                if outcome is Outcome.APPLIED and not saw_all:
                    self.wrong.append("a value that its author never saw was overwritten in silence")
                if outcome is Outcome.CONFLICT and saw_all:
                    self.wrong.append("a conflict over a value that its author had seen")
                for held in live:
                    if outcome is Outcome.APPLIED:
                        held.clear()
                    if outcome is not Outcome.CONFLICT:
                        held.add(name)

    def _settled(self) -> None:
        """A conflict ends only by erasure, by its own author's later op, or by somebody entitled who named it."""
        ledger = self.centre.ledger
        for state in ledger.records.values():
            for conflict in state.conflicts.values():
                if conflict.id != f"{conflict.other_op}/{conflict.group[0]}":
                    self.wrong.append("a conflict's id depends on the route")
                if not self._ended_rightly(conflict):
                    self.wrong.append("a conflict ended by nobody entitled")
        for name, told in ledger.ops.items():
            entitled = told.device in self.centre.coordinators
            for named in told.op.resolves if told.merged else ():
                known = ledger.records[told.op.kind, told.op.record].conflicts.get(named)
                if known and known.state.value == "open" and (entitled or known.other_device == told.device):
                    self.wrong.append(f"{name} settled a conflict that is open again")

    def _ended_rightly(self, conflict: Conflict) -> bool:
        if conflict.closed_by is None:
            return conflict.state.value == "open"
        by = self.centre.ledger.ops[conflict.closed_by]
        if by.op.erase:
            return bool(NOTE.private.intersection(conflict.group))
        entitled = by.device == conflict.other_device or by.device in self.centre.coordinators
        if conflict.state.value == "superseded":
            return entitled and conflict.other_op in by.op.seen.values()
        return entitled and conflict.id in by.op.resolves


def a_laptop(
    centre: MemoryCentre, ids: Ids, name: str, keys: DeviceKeys, url: str = "http://127.0.0.1"
) -> MemoryOutbox:
    """An enrolled laptop with an empty disk."""
    centre.devices[name] = {"sign_key": keys.sign_key, "box_key": keys.box_key}
    certificate = centre.certify(name, keys.sign_key, keys.box_key)
    identity = DeviceIdentity(
        device=name,
        label=certificate.body["label"],
        region="13",
        role="field",
        stream=ids.new(),
        epoch=centre.epoch,
        central=url,
        centre_keys=centre.keys,
        certificate=certificate.to_wire(),
    )
    return MemoryOutbox(identity, SCHEMA, ids)


def run(seeds: range, *mistakes: str, steps: int = 60) -> Count:
    """Run every seed; violations by seed."""
    total = Count()
    for seed in seeds:
        world = World(seed, frozenset(mistakes))
        wrong = world.run(steps)
        for name in ("ops", "conflicts", "kills", "clones", "rollbacks", "restores", "erased"):
            setattr(total, name, getattr(total, name) + getattr(world.count, name))
        if wrong:
            total.violations[seed] = wrong
    return total


def _written(shown: Mapping[str, Json], state: RecordState) -> dict[str, Json]:
    gone = NOTE.private if state.erased else frozenset()
    return {name: value for name, value in shown.items() if value is not None and name not in gone}


def _forget(disk: MemoryOutbox, ops: Any) -> None:
    for one in disk.ops:
        if one.op.id in ops:
            one.proven_in = disk.identity().epoch
