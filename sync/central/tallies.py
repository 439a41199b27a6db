"""Grouped counts for reports, over what the caller's region holds.

Public fields of live records are counted, and of private values those that their kind names (`Kind.counted`); any
other private value is absent.
"""

from typing import Any

from sync.central.errors import RefusedError
from sync.central.held import Device
from sync.central.ports import Readings
from sync.central.scope import COORDINATION
from sync.core.grouping import LINK_PREFIX, Count, GroupingError, parse
from sync.core.problems import ProblemType, problem
from sync.core.schema import SHARED_FEED, Schema


def tallies(tx: Readings, schema: Schema, device: Device, request: object) -> dict[str, Any]:
    """Answer the counts of a request.

    Args:
        tx: A transaction that sees one moment.
        schema: Every kind.
        device: Who asks.
        request: `{counts: [...]}` (see `sync.core.grouping`); other members are not looked at.

    Raises:
        RefusedError: `outside_scope` to a field device, `unreadable` for counts that are not well formed.
    """
    if device.role != COORDINATION:
        raise RefusedError(problem(ProblemType.OUTSIDE_SCOPE))
    try:
        counts = parse(request.get("counts") if isinstance(request, dict) else None)
    except GroupingError as error:
        raise RefusedError(problem(ProblemType.UNREADABLE, str(error))) from error
    counts = tuple(_opening(count, schema) for count in counts)
    feeds = tx.feeds()
    if device.region != SHARED_FEED:
        counts = tuple(_within(count, device.region) for count in counts)
        feeds = {feed: change for feed, change in feeds.items() if feed in (device.region, SHARED_FEED)}
    return {"feeds": feeds, "tallies": tx.tallies(counts)}


def _opening(count: Count, schema: Schema) -> Count:
    """The same question, reading the private values that may be counted."""
    linked = () if count.link is None else _counted(schema, count.link[1])
    return count.opening({*_counted(schema, count.kind), *(f"{LINK_PREFIX}{path}" for path in linked)})


def _counted(schema: Schema, name: str) -> frozenset[str]:
    kind = schema.kind(name)
    return frozenset() if kind is None else kind.counted


def _within(count: Count, region: str) -> Count:
    """The same question over a region; what its records lead to lies there too, or is shared."""
    narrowed = count.within("region", (region, SHARED_FEED))
    return narrowed if count.link is None else narrowed.within(f"{LINK_PREFIX}region", (region, SHARED_FEED))
