"""Who may see and write what.

It depends only on what never changes (region, kind, an immutable field, the device that made the record) and on age
since the centre first accepted it, so that nothing enters a scope behind a cursor.

A coordination device reads and writes all of its region; what follows is about field devices. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.central.own_kinds import DEVICE, OWN_KINDS
from sync.core.instants import instant
from sync.core.merge import RecordState
from sync.core.ops import Op
from sync.core.schema import SHARED_FEED, Json, Kind, Schema

FIELD = "field"
COORDINATION = "coordination"
MADE_DAYS = 60
"""A device reads what it made for so long."""
PRIVATE_DAYS = 7
"""And the private values of it for so long."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """Which records of a kind a field device reads though others made them.

    Attributes:
        kind: The kind.
        only: An immutable field and the values for which the rule holds.
        since: Only those first accepted at this instant or later.
        named_in: A field in which the device has to be named.
    """

    kind: str
    only: tuple[str, frozenset[str]] | None = None
    since: str | None = None
    named_in: str | None = None


@dataclass(frozen=True, slots=True)
class FieldReader:
    """A field device's scope at one moment, as a store can put it into a query.

    Attributes:
        device: The device.
        made_since: It reads what it made if first accepted at this instant or later.
        private_since: And the private values of it from this instant on.
        rules: What it reads besides.
        shared: Kinds that it reads in the shared feed.
    """

    device: str
    made_since: str
    private_since: str
    rules: tuple[KindRule, ...]
    shared: frozenset[str]


def field_reader(device: str, schema: Schema, now: datetime) -> FieldReader:
    """The scope of a field device at this moment."""
    rules: list[KindRule] = []
    for kind in schema.kinds:
        scope = kind.scope
        if scope.region_wide:
            since = None if scope.days is None else instant(now - timedelta(days=scope.days))
            rules.append(KindRule(kind.name, scope.only, since))
        if scope.named_in is not None:
            rules.append(KindRule(kind.name, named_in=scope.named_in))
    return FieldReader(
        device=device,
        made_since=instant(now - timedelta(days=MADE_DAYS)),
        private_since=instant(now - timedelta(days=PRIVATE_DAYS)),
        rules=tuple(rules),
        shared=frozenset(kind.name for kind in schema.kinds if kind.shared or kind.scope.region_wide),
    )


def reads_feed(role: str, region: str, feed: str) -> bool:
    """Whether a device may pull a feed at all."""
    return feed in (region, SHARED_FEED) or (role == COORDINATION and region == SHARED_FEED)


def hides(kind: Kind | None, names: Iterable[str], private: Iterable[str], *, holds_private: bool) -> bool:
    """Whether a field device is not shown any of these fields of a record."""
    hidden = kind.scope.hidden if kind is not None else frozenset()
    secret = frozenset() if holds_private else frozenset(private)
    return any(name in hidden or name in secret for name in names)


@dataclass(frozen=True, slots=True)
class Held:
    """What of an existing record decides who may write it."""

    made_by: str
    fields: Mapping[str, Json]


def may_write(role: str, device_region: str, op: Op, kind: Kind) -> bool:
    """Whether a device of this role may write such an op at all, whatever the record holds."""
    coordination = role == COORDINATION
    everywhere = coordination and device_region == SHARED_FEED
    if not (everywhere or op.region == device_region):
        return False
    if op.region == SHARED_FEED and not (kind.shared or kind.name in OWN_KINDS):
        return False
    if op.region != SHARED_FEED and kind.shared_only:
        return False
    return coordination or not (kind.coordination_only or op.erase)


def coordinates(op: Op, kind: Kind) -> bool:
    """Whether an op is a coordinator's word: a decision, an erasure, something that all regions share.

    That of a device that a coordinator has yet to confirm waits: it may be a copy in a stranger's hands.
    """
    return kind.coordination_only or op.erase or bool(op.resolves) or op.region == SHARED_FEED


def writes_itself(device: str, op: Op) -> bool:
    """Whether a device decides on its own record: whether it is lost, whether it is confirmed is for others to say."""
    return op.kind == DEVICE and op.record == device


def groups_not_held(device: str, op: Op, kind: Kind, held: Held, private: Mapping[str, Json]) -> frozenset[str]:
    """The fields of an op that a field device cannot have had on screen, because they lie outside its scope.

    Age plays no part here: an edit that was made in time may arrive late.
    """
    if held.made_by == device:
        return frozenset()
    touched = frozenset((*op.fields, *private))
    if not _reads_others(device, kind, held.fields):
        return touched
    return frozenset(name for group in kind.groups_of(touched) if kind.private.intersection(group) for name in group)


def makes(op: Op, kind: Kind, state: RecordState, names: frozenset[str]) -> bool:
    """Whether an op that saw nothing makes a record that is there already: it is no edit of what its device never saw.

    It is the first to write what never changes; or, of a record made twice, it meets a value wherever it writes, and so
    agrees or is a conflict. It puts no value where there is none.
    """
    never_changes = frozenset(kind.immutable)
    first = never_changes and never_changes <= op.fields.keys() and never_changes.isdisjoint(state.writers)
    return bool(first) or not state.writers or names <= state.writers.keys()


def _reads_others(device: str, kind: Kind, fields: Mapping[str, Json]) -> bool:
    scope = kind.scope
    if scope.named_in is not None and fields.get(scope.named_in) == device:
        return True
    if not scope.region_wide:
        return False
    return scope.only is None or fields.get(scope.only[0]) in scope.only[1]
