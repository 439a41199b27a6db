"""The figures of outings: planned, done, comunas visited, persons informed, and one row for each.

An outing belongs to the month of `planned_on`, whatever day it was opened. Two that double each other
(`merged_into`) are one: the one they lead to says where, when and in what state; sessions and attentions of all add up.
How long it was open, and who opened it, its sessions say: hours in which several were open count once.

What outings hold is asked for those of the period, and once more for the few around it that double another one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from terreno_app.domain.clock import InvalidInstantError, parse_instant
from terreno_app.domain.reports.counting import tenths
from terreno_app.domain.reports.spec import Condition, GroupedCount, Link, Row, Tallies

LINK = Link("outing", "outing")
FIELD_SPACES = frozenset({None, "oirs", "oirs_terreno"})
NOT_HELD = frozenset({"suspended", "rescheduled"})
INFORMED = ("material", "talk", "other")
SESSION = ("opened_at", "closed_at", "opened_by")
HOUR_S = 3600
# An outing doubles one of about the same days, so its double is looked for this far outside the period.
DOUBLE_REACH = timedelta(days=62)
_OF_DOUBLES = "_of_doubles"


@dataclass(frozen=True, slots=True)
class OutingFigures:
    """What the outings of a period did."""

    planned: int
    done: int
    comunas_visited: int
    informed: int
    rows: tuple[Row, ...]


def outing_counts(
    from_on: str, until_on: str, space: str | None, region: str | None, scope: tuple[Condition, ...]
) -> tuple[GroupedCount, ...]:
    """Say what the figures of outings need; nothing under a space that does not go out.

    Args:
        from_on: First day of the period.
        until_on: First day after the period.
        space: The space of the report; the OIRS en Terreno is part of the OIRS.
        region: The region of the report.
        scope: The conditions under which the report counts attentions. Those of an outing count whatever their day.
    """
    if space not in FIELD_SPACES:
        return ()
    first, last = _reach(from_on, until_on)
    of_region = _of_region(region)
    return (
        GroupedCount(
            name="outings",
            kind="outing",
            by=("id", "code", "planned_on", "status", "comuna", "place_name", "merged_into"),
            where=(*of_region, ("planned_on", "ge", first), ("planned_on", "lt", last)),
        ),
        *_held(
            from_on,
            until_on,
            GroupedCount(
                name="sessions",
                kind="outing_session",
                by=("outing",),
                where=of_region,
                measures=("n", *(f"sum:informed_count.{way}" for way in INFORMED)),
                link=LINK,
            ),
            GroupedCount(
                name="attentions_of_outings",
                kind="attention",
                by=("outing",),
                where=scope,
                exclude=(("status", "eq", "voided"),),
                link=LINK,
            ),
        ),
    )


def stay_counts(from_on: str, until_on: str, space: str | None, region: str | None) -> tuple[GroupedCount, ...]:
    """Say what else the row of an outing needs: its sessions, and those with an incident. See `outing_counts`."""
    if space not in FIELD_SPACES:
        return ()
    where = _of_region(region)
    return _held(
        from_on,
        until_on,
        GroupedCount(name="openings", kind="outing_session", by=("outing", *SESSION), where=where, link=LINK),
        GroupedCount(
            name="incidents",
            kind="outing_session",
            by=("outing",),
            where=(*where, ("incidents", "exists", True)),
            link=LINK,
        ),
    )


def with_doubles(name: str) -> tuple[str, str]:
    """The counts that tell together what outings hold: that of those of the period, and that of the doubles."""
    return name, name + _OF_DOUBLES


def _held(from_on: str, until_on: str, *counts: GroupedCount) -> tuple[GroupedCount, ...]:
    """The counts, over the outings of a period, and once more over the doubles around it; see `rows_of`."""
    reach, period = _linked_days(*_reach(from_on, until_on)), _linked_days(from_on, until_on)
    # Who counts over records goes through those that all counts have in common: none beyond the reach.
    own = (replace(one, where=(*one.where, *reach, *period)) for one in counts)
    doubles = (
        replace(one, name=one.name + _OF_DOUBLES, where=(*one.where, *reach, ("link.merged_into", "exists", True)))
        for one in counts
    )
    return (*own, *doubles)


def rows_of(tallies: Tallies, name: str) -> Iterator[Row]:
    """What outings hold; a double that lies in the period itself is told by both counts, and counts once."""
    own, others = (tallies.get(one, ()) for one in with_doubles(name))
    told = {row["outing"] for row in own}
    yield from own
    yield from (row for row in others if row["outing"] not in told)


def _reach(from_on: str, until_on: str) -> tuple[str, str]:
    """The days among which an outing of the period and its doubles are."""
    first = date.fromisoformat(from_on) - DOUBLE_REACH
    last = date.fromisoformat(until_on) + DOUBLE_REACH
    return first.isoformat(), last.isoformat()


def _of_region(region: str | None) -> tuple[Condition, ...]:
    return () if region is None else (("region", "eq", region),)


def _linked_days(first: str, last: str) -> tuple[Condition, ...]:
    return (("link.planned_on", "ge", first), ("link.planned_on", "lt", last))


def outing_figures(tallies: Tallies, from_on: str, until_on: str) -> OutingFigures:
    """Gather the answers to `outing_counts` and `stay_counts`; all zero when they were not asked."""
    outings = {row["id"]: row for row in tallies.get("outings", ())}
    lead = leads(outings)
    sessions = _by_lead(rows_of(tallies, "sessions"), ("n",), lead)
    informed = _by_lead(rows_of(tallies, "sessions"), tuple(f"sum:informed_count.{way}" for way in INFORMED), lead)
    attentions = _by_lead(rows_of(tallies, "attentions_of_outings"), ("n",), lead)
    incidents = _by_lead(rows_of(tallies, "incidents"), ("n",), lead)
    openings = _openings(rows_of(tallies, "openings"), lead)
    of_period = [
        outings[outing] for outing in sorted(set(lead.values())) if from_on <= outings[outing]["planned_on"] < until_on
    ]
    planned = {row["id"] for row in of_period if row["status"] not in NOT_HELD}
    done = [row for row in of_period if sessions[row["id"]]]
    rows = [
        {
            "outing": row["id"],
            "code": row["code"],
            "planned_on": row["planned_on"],
            "comuna": row["comuna"],
            "attentions": attentions[row["id"]],
            "informed": informed[row["id"]],
            "place": row["place_name"],
            **_stay(openings.get(row["id"], ()), attentions[row["id"]]),
            "incidents": incidents[row["id"]],
        }
        for row in of_period
        if row["id"] in planned or sessions[row["id"]] or attentions[row["id"]]
    ]
    return OutingFigures(
        planned=len(planned),
        done=len(done),
        comunas_visited=len({row["comuna"] for row in done} - {None}),
        informed=sum(informed[row["id"]] for row in done),
        rows=tuple(sorted(rows, key=lambda row: (row["planned_on"], row["code"] or "", row["outing"]))),
    )


def _openings(rows: Iterable[Row], lead: Mapping[str, str]) -> dict[str, list[Row]]:
    """The sessions of each outing that stands for others or for itself."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["outing"] in lead:
            found.setdefault(lead[row["outing"]], []).append(row)
    return found


def _stay(openings: Iterable[Row], attentions: int) -> Row:
    """Who opened an outing, for how many hours, and how many attentions an hour had."""
    rows = list(openings)
    seconds = _seconds_open(rows)
    return {
        "officers": len({row["opened_by"] for row in rows} - {None}),
        "hours": None if seconds is None else tenths(seconds, HOUR_S),
        "per_hour": tenths(attentions * HOUR_S, seconds) if seconds else None,
    }


def _seconds_open(openings: Iterable[Row]) -> int | None:
    """How long at least one session was open; None before each of them is closed, or where none was opened."""
    stays = []
    for row in openings:
        try:
            stays.append((parse_instant(row["opened_at"]), parse_instant(row["closed_at"])))
        except (InvalidInstantError, TypeError):
            return None
    if not stays:
        return None
    whole, until = timedelta(), min(stays)[0]
    for opened, closed in sorted(stays):
        whole += max(timedelta(), closed - max(opened, until))
        until = max(until, closed)
    return round(whole.total_seconds())


def doubles(tallies: Tallies, from_on: str, until_on: str) -> int:
    """How many outings of the period double another one, and count as one with it."""
    return sum(
        row["merged_into"] is not None and from_on <= row["planned_on"] < until_on for row in tallies.get("outings", ())
    )


def leads(outings: Mapping[str, Row]) -> dict[str, str]:
    """Of each outing, the one that stands for it: itself, or the one that it doubles in the end."""
    return {outing: _lead(outing, outings) for outing in outings}


def _lead(outing: str, outings: Mapping[str, Row]) -> str:
    """The outing that stands for this one; of a ring, its smallest id, so that all its members agree."""
    path = [outing]
    while (following := outings[path[-1]]["merged_into"]) in outings:
        if following in path:
            return min(path[path.index(following) :])
        path.append(following)
    return path[-1]


def _by_lead(rows: Iterable[Row], measures: tuple[str, ...], lead: Mapping[str, str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        if row["outing"] in lead:
            counts[lead[row["outing"]]] += sum(row[measure] for measure in measures)
    return counts
