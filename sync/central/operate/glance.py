"""How a centre stands, at a glance: what whoever watches it asks each minute. Counts only; nothing is recalculated."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sync.central.own_kinds import UNCONFIRMED
from sync.central.ports import Transaction


@dataclass(frozen=True, slots=True)
class Glance:
    """Counts of one moment.

    Attributes:
        changes: The last change of every feed.
        behind: Of those, the changes that the figures of the reports do not have yet.
        waiting: Feeds in whose quarantine something waits for coordination.
        devices: How many devices there are, by status.
        unconfirmed: How many of them wait for somebody to confirm them.
    """

    changes: Mapping[str, int]
    behind: Mapping[str, int]
    waiting: frozenset[str]
    devices: Mapping[str, int]
    unconfirmed: int


def glance(tx: Transaction) -> Glance:
    """Look at a centre, in a transaction that sees one moment."""
    heads = tx.feeds()
    cursors = {} if tx.figure_layout() is None else tx.figure_cursors()
    devices = [seen.device for seen in tx.devices()]
    return Glance(
        changes=heads,
        behind={feed: head - cursors[feed].change if feed in cursors else head for feed, head in heads.items()},
        waiting=frozenset(feed for feed in heads if tx.holds(feed).waiting),
        devices=Counter(device.status for device in devices),
        unconfirmed=sum(device.confirmation in UNCONFIRMED for device in devices),
    )
