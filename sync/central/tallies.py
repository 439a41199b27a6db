"""Grouped counts for reports, over what the caller's region holds.

Public fields of live records are counted, and of private values those that their kind names (`Kind.counted`); any
other private value is absent.

A count is answered from a cube that is filled, else from the facts, else from the records; the rows are the same. What
is answered from figures is as the figures are: the answer says up to which change of each feed that is, and how many
changes the feed has beyond it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sync.central.errors import RefusedError
from sync.central.figure_facts import FactTable, FigureCursor
from sync.central.figure_layout import Layout
from sync.central.figure_planner import Planner
from sync.central.figure_question import Question
from sync.central.figure_sql import odd
from sync.central.held import Device
from sync.central.ports import Figures, Transaction
from sync.central.scope import COORDINATION
from sync.core.count import LINK_PREFIX, Count, GroupingError, Row, parse
from sync.core.problems import ProblemType, problem
from sync.core.schema import SHARED_FEED, Schema


class Asked(NamedTuple):
    """Checked counts, narrowed to what their asker may see.

    Attributes:
        counts: The counts.
        feeds: The feeds that may be told of; `None`: all.
    """

    counts: tuple[Count, ...]
    feeds: frozenset[str] | None


def asked(schema: Schema, device: Device, request: object) -> Asked:
    """The counts of a request.

    Args:
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
    counts = tuple(opening(count, schema) for count in counts)
    if device.region == SHARED_FEED:
        return Asked(counts, None)
    return Asked(tuple(_within(count, device.region) for count in counts), frozenset({device.region, SHARED_FEED}))


def opening(count: Count, schema: Schema) -> Count:
    """The same question, reading the private values that may be counted."""
    linked = () if count.link is None else _counted(schema, count.link[1])
    return count.opening({*_counted(schema, count.kind), *(f"{LINK_PREFIX}{path}" for path in linked)})


def _counted(schema: Schema, name: str) -> frozenset[str]:
    kind = schema.kind(name)
    return frozenset() if kind is None else kind.counted


def _within(count: Count, region: str) -> Count:
    """The same question over a region; what its records lead to, and what leads to them, lies there or is shared."""
    seen = (region, SHARED_FEED)
    prefixes = (
        "",
        *(LINK_PREFIX * steps for steps, link in enumerate((count.link, count.then), 1) if link is not None),
    )
    for prefix in prefixes:
        count = count.within(f"{prefix}region", seen)
    return count.led_from(seen)


def tallies(tx: Transaction, question: Asked, layout: Layout) -> dict[str, Any]:
    """Answer counts.

    Args:
        tx: A transaction that sees one moment.
        question: The counts.
        layout: The tables of the figures.
    """
    heads = tx.feeds()
    cursors = _cursors(tx, heads, layout)
    questions = {} if cursors is None else _questions(tx, question.counts, layout, sorted(heads))
    read = {one: tx.ask(*one) for one in {question.read for question in questions.values()}}
    told: dict[str, list[Row]] = {name: one.rows(read[one.read]) for name, one in questions.items()}
    told |= tx.tallies([count for count in question.counts if count.name not in questions])
    upto = heads if cursors is None or not questions else {feed: cursors[feed].change for feed in heads}
    shown = {feed: change for feed, change in upto.items() if question.feeds is None or feed in question.feeds}
    return {
        "feeds": shown,
        "behind": {feed: heads[feed] - change for feed, change in shown.items() if change < heads[feed]},
        "tallies": {count.name: told[count.name] for count in question.counts},
    }


def _cursors(tx: Figures, heads: dict[str, int], layout: Layout) -> dict[str, FigureCursor] | None:
    """How far the figures have come; `None` while they are being made: part of a history is no figure."""
    if not layout.facts or tx.figure_layout() != layout.fingerprint:
        return None
    held = tx.figure_cursors()
    cursors = {feed: held.get(feed, FigureCursor(0, 0)) for feed in heads}
    return cursors if cursors and all(one.change >= one.target for one in cursors.values()) else None


def _questions(tx: Figures, counts: Sequence[Count], layout: Layout, regions: Sequence[str]) -> dict[str, Question]:
    """The counts that the figures answer, by name."""
    planner = Planner(layout.without(tx.unfilled()))
    strange: dict[str, bool] = {}

    def is_odd(facts: FactTable) -> bool:
        if facts.kind not in strange:
            strange[facts.kind] = bool(tx.ask(odd(facts), ()))
        return strange[facts.kind]

    found: dict[str, Question] = {}
    for count in counts:
        kinds = planner.kinds(count)
        if kinds is not None and not any(is_odd(facts) for facts in kinds):
            one = planner.question(count, regions)
            if one is not None:
                found[count.name] = one
    return found
