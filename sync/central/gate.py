"""May this op in, from this sender, onto this record? The reasons of a quarantine, in their order.

In: a readable op. Out: its private values in the clear, or why it has to wait. Nothing is merged here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sync.central.checks import UNKNOWN_KIND, VALUES, Opened
from sync.central.ground import Ground
from sync.central.held import Device, HeldRecord
from sync.central.ledger import Incoming, Ledger
from sync.central.own_kinds import REVOKED, UNCONFIRMED
from sync.central.ports import Transaction
from sync.central.scope import COORDINATION, FIELD, Held, coordinates, groups_not_held, makes, may_write, writes_itself
from sync.central.value_checks import UNKNOWN_CODE, Verdict
from sync.core.merge import Origin, objection
from sync.core.ops import Op
from sync.core.schema import SHARED_FEED, Json, Kind

OUTSIDE_SCOPE = "outside_scope"


@dataclass(frozen=True)
class Sender:
    """Who hands an op in.

    Attributes:
        device: Its id.
        role: ``field`` or ``coordination``.
        region: Its region.
        revoked: Whether it is revoked now.
        confirmed: Whether no coordinator has to look at it first.
    """

    device: str
    role: str
    region: str
    revoked: bool
    confirmed: bool = True

    @cached_property
    def origin(self) -> Origin:
        """The sender as the merge sees it."""
        return Origin(self.device, coordination=self.role == COORDINATION)


def sender_of(device: Device) -> Sender:
    """An enrolled device as a sender."""
    return Sender(device.id, device.role, device.region, device.out_of_hand, device.confirmation not in UNCONFIRMED)


def centre_as_sender(centre: str) -> Sender:
    """The centre as the sender of what it vouches for, whoever hands it in."""
    return Sender(centre, COORDINATION, SHARED_FEED, revoked=False)


class Gate:
    """Looks at one op after the other."""

    def __init__(self, tx: Transaction, ledger: Ledger, ground: Ground) -> None:
        self._tx = tx
        self._ledger = ledger
        self._checks = ground.checks
        self._codes: dict[str, frozenset[str]] = {}
        self._brought: dict[str, str] = {}

    def kind(self, name: str) -> Kind | None:
        """The kind of that name."""
        return self._checks.kind(name)

    def look(
        self, op: Op, entry: object, sender: Sender, *, good: Opened | None = None, forgiven: bool = False
    ) -> tuple[Kind | None, Opened]:
        """Everything but types, codes and what the record holds.

        Args:
            op: The op.
            entry: Its private values as they came.
            sender: Who hands it in.
            good: Its private values, where the op was found good in itself.
            forgiven: A coordinator has released it: scope, a revoked sender and lost private values no longer count.

        Returns:
            Its kind where it is known, and its private values or the reason why it waits.
        """
        kind = self._checks.kind(op.kind)
        self._brought[op.id] = sender.device
        if sender.revoked and not forgiven:
            return kind, _refused(entry, REVOKED)
        if kind is None:
            return None, _refused(entry, UNKNOWN_KIND)
        held = self._ledger.record(op.kind, op.record)
        elsewhere = op.region != self._ledger.region or (held is not None and held.region != op.region)
        own = kind.written_by is None or _owner(kind.written_by, op, held) == sender.device
        own = own and (sender.confirmed or sender.role == FIELD or not coordinates(op, kind))
        if (
            elsewhere
            or writes_itself(sender.device, op)
            or not (forgiven or (own and may_write(sender.role, sender.region, op, kind)))
        ):
            return kind, _refused(entry, OUTSIDE_SCOPE)
        erased = held is not None and held.state.erased
        opened = good if good is not None and not erased else self._checks.open(op, entry, kind, erased=erased)
        if opened.reason == VALUES and forgiven and kind.private.isdisjoint(op.fields):
            return kind, Opened({}, opened.stored)
        if (
            opened.reason is None
            and sender.role == FIELD
            and not forgiven
            and self._out_of_sight(op, opened, kind, sender)
        ):
            return kind, Opened({}, opened.stored, OUTSIDE_SCOPE)
        return kind, opened

    def _out_of_sight(self, op: Op, opened: Opened, kind: Kind, sender: Sender) -> bool:
        """Whether a field device writes what it cannot have had on screen."""
        held = self._ledger.record(op.kind, op.record)
        if held is None:
            case = None if kind.scope.made_with is None else self._ledger.record(kind.scope.made_with, op.record)
            return case is not None and case.made_by != sender.device
        names = groups_not_held(sender.device, op, kind, Held(held.made_by, held.state.fields), opened.values)
        return bool(names) and not (self._own_all(op, names, sender) if op.seen else makes(op, kind, held.state, names))

    def types(self, kind: Kind, values: Mapping[str, Json], *, forgiven: bool = False) -> Verdict:
        """Whether every value is one that the schema and the shared reference data know."""
        reason = self._checks.types(kind, values, self._reference_codes)
        return None if forgiven and reason == UNKNOWN_CODE else reason

    def judge(
        self, op: Op, entry: object, sender: Sender, good: Opened | None = None
    ) -> tuple[Incoming | None, Opened]:
        """The op ready to be merged, or the reason why it waits.

        Args:
            op: The op.
            entry: Its private values as they came.
            sender: Who hands it in.
            good: Its private values, where the op was found good in itself (`columns`).
        """
        kind, opened = self.look(op, entry, sender, good=good)
        if kind is None or opened.reason is not None:
            return None, opened
        held = self._ledger.record(op.kind, op.record)
        if held is None and good is not None:  # a creation of whole groups: nothing that it could object to
            return Incoming(op, kind, opened.values, sender.origin, sender.device), opened
        reason = None if good is not None else self.types(kind, op.fields) or self.types(kind, opened.values)
        reason = reason or objection(None if held is None else held.state, op, opened.values, kind)
        if reason is not None:
            return None, Opened({}, opened.stored, reason)
        return Incoming(op, kind, opened.values, sender.origin, sender.device), opened

    def _own_all(self, op: Op, names: frozenset[str], sender: Sender) -> bool:
        """Whether all that an op saw of these fields came from its own device: a record made twice, going on."""
        seen = {op.seen[name] for name in names if name in op.seen}
        senders = self._tx.senders(seen) | self._brought
        return bool(seen) and all(senders.get(one) == sender.device for one in seen)

    def _reference_codes(self, kind: str) -> frozenset[str]:
        if kind not in self._codes:
            self._codes[kind] = self._tx.reference_codes(kind)
        return self._codes[kind]


def _owner(name: str, op: Op, held: HeldRecord | None) -> Json:
    """The device that alone may write the record: as the record says, or the op that creates it."""
    named = None if held is None else held.state.fields.get(name)
    return op.fields.get(name) if named is None else named


def _refused(entry: object, reason: str) -> Opened:
    return Opened({}, entry if isinstance(entry, dict) else None, reason)
