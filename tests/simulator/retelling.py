"""The centre's log told again by the rules of the page alone: what each op should have done to what its author saw.

The log is the order of the changes that the centre gave; the rest comes from what people truly typed and truly saw.
Nothing of `sync.core.merge` is used here: this is the other opinion.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sync.central.checks import VALUES
from sync.core.instants import parse_instant
from sync.core.ops import Op
from sync.core.schema import Json
from tests.simulator.evidence import Evidence, HeldOp, Key
from tests.simulator.history import Broken, Typed
from tests.simulator.pages import JOURNAL
from tests.simulator.toy import groups_of, private_fields

OVERWRITTEN = "nobody overwrites what they have not seen"
NEEDLESS = "what was seen, or is equal, is no conflict"
MIXED = "no group holds what nobody typed or saw"
LOST_VALUE = "each value is live, in a conflict, superseded or erased"
REOPENED = "no settled conflict opens again"
UNENTITLED = "a conflict is settled only by who may"
NAMED = "a conflict has the same name on every route"
OVERTAKEN = "no op overtakes what its author saw"

Group = tuple[str, ...]


@dataclass
class Contest:
    """A conflict as the log tells it."""

    group: Group
    device: str
    state: str

    def may_end(self, by: tuple[str, bool]) -> bool:
        """Whether this device, of coordination or not, may settle it."""
        device, coordination = by
        return self.state == "open" and (coordination or device == self.device)


@dataclass
class Told:
    """A record as the log tells it.

    Attributes:
        live: Its values.
        writers: For each field the ops that gave it its value, or agreed.
        contests: Its conflicts, by id.
        settlements: For each conflict id that was not known, who has named it.
        erased: Whether its private values are gone.
    """

    live: dict[str, Json] = field(default_factory=dict)
    writers: dict[str, set[str]] = field(default_factory=dict)
    contests: dict[str, Contest] = field(default_factory=dict)
    settlements: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    erased: bool = False


@dataclass
class Brought:
    """What an op brings: by group its values, and what its author saw of them."""

    values: dict[Group, dict[str, Json]]
    seen: dict[Group, dict[str, str]]

    @classmethod
    def by(cls, typed: Typed, kind: str, *, lost: bool = False) -> "Brought":
        """What somebody typed, without its private values where they are lost."""
        accepted = {n: value for n, value in typed.accepted.items() if not lost or n not in private_fields(kind)}
        values = {
            group: {name: accepted[name] for name in group if name in accepted} for group in groups_of(kind, accepted)
        }
        seen = {group: {n: typed.seen[n] for n in group if n in typed.seen} for group in values}
        return cls(values, seen)


class Retelling:
    """Tells the log again, and what in it goes against the page.

    Args:
        evidence: What the centre holds.
        typed: What people truly did, by op.
    """

    def __init__(self, evidence: Evidence, typed: Mapping[str, Typed]) -> None:
        self._evidence = evidence
        self._typed = {**{op.id: _by_centre(op, evidence.centre) for op in evidence.ops.values()}, **typed}
        self._brought: dict[str, Brought] = {}
        self.records: dict[Key, Told] = {}

    def broken(self) -> Iterator[Broken]:
        """Every law that the log breaks, and those that its outcome breaks."""
        for region in self._evidence.feeds:
            log = self._evidence.log(region)
            self._fold(log)
            for op in log:
                yield from self._op(op, self._typed[op.id])
        yield from self._outcome()

    def _fold(self, log: list[HeldOp]) -> None:
        """Ops released together: a correction stands in the place of what it corrects, group by group."""
        released: dict[int, dict[str, Brought]] = {}
        for op in log:
            brought = self._brought[op.id] = Brought.by(self._typed[op.id], op.kind, lost=self._lost(op))
            together = self._evidence.released.get(op.id)
            if together is None:
                continue
            earlier = released.setdefault(together, {})
            for group, seen in brought.seen.items():
                corrected = next((earlier[one] for one in seen.values() if one in earlier), None)
                if corrected is not None:
                    corrected.values.pop(group, None)
                    brought.seen[group] = corrected.seen.get(group, {})
            earlier[op.id] = brought

    def _lost(self, op: HeldOp) -> bool:
        """Whether its private values had left the journal when a centre was brought back, and it was forgiven that."""
        reason = self._evidence.forgiven.get(op.id)
        if reason is None or op.with_values or parse_instant(op.received_at) - self._typed[op.id].at <= JOURNAL:
            return False
        erased_since = self._evidence.records[op.kind, op.record].erased
        return reason == VALUES or not erased_since

    def _op(self, op: HeldOp, typed: Typed) -> Iterator[Broken]:
        told = self.records.setdefault((op.kind, op.record), Told())
        yield from self._order(op, typed)
        if typed.op.erase:
            self._erase(told, op.kind)
            return
        brought = self._brought[op.id]
        gone = private_fields(op.kind) if told.erased else frozenset()
        opened: list[str] = []
        for group, values in brought.values.items():
            left = {name: value for name, value in values.items() if name not in gone}
            if left:
                yield from self._group(told, op, group, left, brought.seen[group], opened)
        by = self._rights(typed)
        for named in typed.op.resolves:
            contest = told.contests.get(named)
            if contest is None:
                told.settlements.setdefault(named, []).append(by)
            elif named not in opened and contest.may_end(by):
                contest.state = "closed"

    def _rights(self, typed: Typed) -> tuple[str, bool]:
        """Who sent it, and whether that was a device of coordination by then: its laptop may not have known of it."""
        device = self.records.get(("device", typed.device))
        role = None if device is None else device.live.get("role")
        return typed.device, typed.coordination if role is None else role == "coordination"

    def _order(self, op: HeldOp, typed: Typed) -> Iterator[Broken]:
        for seen in set(typed.seen.values()):
            before = self._evidence.ops.get(seen)
            if before is None or (before.kind, before.record) != (op.kind, op.record) or before.came > op.came:
                continue
            if before.status == "quarantined" or before.change > op.change:
                yield Broken(OVERTAKEN, f"{op.id} came before {seen}")

    def _group(
        self,
        told: Told,
        op: HeldOp,
        group: Group,
        touched: Mapping[str, Json],
        seen: Mapping[str, str],
        opened: list[str],
    ) -> Iterator[Broken]:
        typed = self._typed[op.id]
        named = f"{op.id}/{group[0]}"
        saw = all(_saw(seen.get(name), told.writers.get(name, set())) for name in touched)
        equal = all(name in told.live and told.live[name] == value for name, value in touched.items())
        equal = equal or all(told.live.get(name) == value for name, value in touched.items())
        by = self._rights(typed)
        for other, contest in told.contests.items():
            if contest.group == group and other.partition("/")[0] in seen.values() and contest.may_end(by):
                contest.state = "superseded"
        if named in op.conflicts:
            if saw or equal:
                yield Broken(NEEDLESS, named)
            contest = told.contests[named] = Contest(group, typed.device, "open")
            if any(contest.may_end(one) for one in told.settlements.get(named, ())):
                contest.state = "closed"
            opened.append(named)
            return
        if not saw and not equal:
            yield Broken(OVERWRITTEN, named)
        for name, value in touched.items():
            told.live[name] = value
            told.writers[name] = {op.id} if saw else told.writers.get(name, set()) | {op.id}

    @staticmethod
    def _erase(told: Told, kind: str) -> None:
        private = private_fields(kind)
        told.erased = True
        told.live = {name: value for name, value in told.live.items() if name not in private}
        told.writers = {name: ops for name, ops in told.writers.items() if name not in private}
        for contest in told.contests.values():
            if contest.state == "open" and private.intersection(contest.group):
                contest.state = "closed"

    def _outcome(self) -> Iterator[Broken]:
        """What stands at the end is what the log comes to."""
        for key, told in self.records.items():
            held = self._evidence.records.get(key)
            live = {} if held is None else {**held.public, **held.private}
            if live != told.live:
                yield Broken(LOST_VALUE, f"{key}: {live} instead of {told.live}")
            yield from self._whole_groups(key, live)
            for named, contest in told.contests.items():
                yield from self._conflict(key, named, contest.state)
        for conflict in self._evidence.conflicts.values():
            if conflict.id != f"{conflict.body['other_op']}/{conflict.body['group'][0]}":
                yield Broken(NAMED, conflict.id)

    def _whole_groups(self, key: Key, live: Mapping[str, Json]) -> Iterator[Broken]:
        typed = [one for one in self._typed.values() if (one.op.kind, one.op.record) == key]
        for group in groups_of(key[0], live):
            whole = {name: live[name] for name in group if name in live}
            if len(group) > 1 and not any(whole.items() <= dict(one.accepted).items() for one in typed):
                yield Broken(MIXED, f"{key}: {whole}")

    def _conflict(self, key: Key, named: str, state: str) -> Iterator[Broken]:
        held = self._evidence.conflicts.get(named)
        if held is None:
            yield Broken(LOST_VALUE, f"conflict {named} is gone")
            return
        if state != "open" and held.state == "open":
            yield Broken(REOPENED, named)
        if state == "open" and held.state != "open":
            yield Broken(UNENTITLED, f"{named} is {held.state}")
        gone = private_fields(key[0]) if self.records[key].erased else frozenset()
        values = self._brought[named.partition("/")[0]].values.get(tuple(held.body["group"]), {})
        other = {name: value for name, value in values.items() if name not in gone}
        if held.body["other"] != other:
            yield Broken(LOST_VALUE, f"conflict {named} holds {held.body['other']} instead of {other}")


def _by_centre(op: HeldOp, centre: str) -> Typed:
    """An op that nobody typed: the centre's own, which saw what stood there."""
    read = Op.from_wire(dict(op.raw))
    fields, at = dict(read.fields), parse_instant(read.captured_at)
    return Typed(read, fields, fields, frozenset(), dict(read.seen), centre, coordination=True, at=at)


def _saw(seen: str | None, writers: set[str]) -> bool:
    return seen in writers if seen is not None else not writers
