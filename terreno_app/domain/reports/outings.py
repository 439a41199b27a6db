"""The figures of outings: planned, done, comunas visited, persons informed, and one row for each.

An outing belongs to the month of `planned_on`, whatever day it was opened. Two that double each other
(`merged_into`) are one: the one they lead to says where, when and in what state; sessions and attentions of all add up.
How long it was open, and who opened it, its sessions say: hours in which several were open count once.

A year of the country has tens of thousands of outings, so they are told by month and comuna. The few that double
another one, and those that are doubled, are told one by one besides, and put in their place. A row for each is asked
for apart.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from terreno_app.domain.clock import InvalidInstantError, parse_instant
from terreno_app.domain.reports.counting import month_written, of_region, tenths, total
from terreno_app.domain.reports.derived import month_of_day
from terreno_app.domain.reports.spec import LED_TO, LINK_PREFIX, Condition, GroupedCount, Link, Row, Tallies

LINK = Link("outing", "outing")
FIELD_SPACES = frozenset({None, "oirs", "oirs_terreno"})
NOT_HELD = frozenset({"suspended", "rescheduled"})
INFORMED = ("material", "talk", "other")
SESSION = ("opened_at", "closed_at", "opened_by")
HOUR_S = 3600
# An outing doubles one of about the same days, so its double is looked for this far outside the period.
DOUBLE_REACH = timedelta(days=62)
TIED = ("doubles", "doubled")
"""The counts of the outings that double another one, and of those that are doubled."""
TOTALS = ("planned", "gone", *TIED, *(f"sessions_of_{name}" for name in TIED))
"""The counts of `total_counts`."""
_FIELDS = ("id", "code", "planned_on", "status", "comuna", "place_name", "merged_into")
_DAY = "planned_on"
_MONTH, _LINKED_MONTH = month_of_day(_DAY), month_of_day(f"link.{_DAY}")
_SUMS = tuple(f"sum:informed_count.{way}" for way in INFORMED)
_GONE = "distinct:outing"
_OF_DOUBLES = "_of_doubles"

Place = tuple[str, str | None]
"""A month (`2026-11`) and a comuna."""


@dataclass(frozen=True, slots=True)
class OutingFigures:
    """What the outings of a period did."""

    planned: int
    done: int
    comunas_visited: int
    informed: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """How many outings went out in a month to a comuna, and whom they informed."""

    month: str
    comuna: str | None
    outings: int
    informed: int

    @property
    def region(self) -> str | None:
        """The region of the comuna."""
        return None if self.comuna is None else self.comuna[:2]


def total_counts(from_on: str, until_on: str, space: str | None, region: str | None) -> tuple[GroupedCount, ...]:
    """Say what the totals of outings need; nothing under a space that does not go out.

    Args:
        from_on: First day of the period.
        until_on: First day after the period.
        space: The space of the report; the OIRS en Terreno is part of the OIRS.
        region: The region of the report.
    """
    if space not in FIELD_SPACES:
        return ()
    own, reach = of_region(region), _reach(from_on, until_on)
    there = of_region(region, LINK_PREFIX)
    outing = GroupedCount(name="planned", kind="outing", by=(_MONTH, "status"), where=own)
    session = GroupedCount(
        name="gone",
        kind="outing_session",
        by=(_LINKED_MONTH, "link.comuna"),
        where=there,
        measures=(_GONE, *_SUMS),
        link=LINK,
    )
    tied: dict[str, tuple[Condition, Condition]] = {
        "doubles": (("merged_into", "exists", True), ("link.merged_into", "exists", True)),
        "doubled": (("id", LED_TO, "outing.merged_into"), ("outing", LED_TO, "outing.merged_into")),
    }
    told = replace(outing, by=_FIELDS)
    held = replace(session, by=("outing",), measures=("n", *_SUMS))
    return (
        replace(outing, where=(*own, *_days(_DAY, from_on, until_on))),
        replace(session, where=(*session.where, *_days(f"link.{_DAY}", from_on, until_on))),
        *(
            replace(told, name=name, where=(*own, *_days(_DAY, *reach), condition))
            for name, (condition, _) in tied.items()
        ),
        *(
            replace(held, name=f"sessions_of_{name}", where=(*held.where, *_days(f"link.{_DAY}", *reach), condition))
            for name, (_, condition) in tied.items()
        ),
    )


def row_counts(
    from_on: str, until_on: str, space: str | None, region: str | None, scope: tuple[Condition, ...]
) -> tuple[GroupedCount, ...]:
    """Say what a row for each outing needs, besides `total_counts`.

    Args:
        from_on: First day of the period.
        until_on: First day after the period.
        space: The space of the report.
        region: The region of the report.
        scope: The conditions under which the report counts attentions. Those of an outing count whatever their day.
    """
    if space not in FIELD_SPACES:
        return ()
    own, there = of_region(region), of_region(region, LINK_PREFIX)
    of_outing = GroupedCount(name="openings", kind="outing_session", by=("outing",), where=there, link=LINK)
    return (
        GroupedCount(name="outings", kind="outing", by=_FIELDS, where=(*own, *_days(_DAY, from_on, until_on))),
        *_held(
            from_on,
            until_on,
            replace(of_outing, by=("outing", *SESSION), measures=_SUMS),
            replace(of_outing, name="incidents", where=(*there, ("incidents", "exists", True))),
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


def with_doubles(name: str) -> tuple[str, str]:
    """The counts that tell together what outings hold: that of those of the period, and that of the doubles."""
    return name, name + _OF_DOUBLES


def _held(from_on: str, until_on: str, *counts: GroupedCount) -> tuple[GroupedCount, ...]:
    """The counts, over the outings of a period, and once more over the doubles around it; see `_rows_of`."""
    reach, period = (_days(f"link.{_DAY}", *bounds) for bounds in (_reach(from_on, until_on), (from_on, until_on)))
    # Who counts over records goes through those that all counts have in common: none beyond the reach.
    own = (replace(one, where=(*one.where, *reach, *period)) for one in counts)
    doubles = (
        replace(one, name=one.name + _OF_DOUBLES, where=(*one.where, *reach, ("link.merged_into", "exists", True)))
        for one in counts
    )
    return (*own, *doubles)


def _rows_of(tallies: Tallies, name: str) -> Iterator[Row]:
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


def _days(path: str, first: str, last: str) -> tuple[Condition, ...]:
    return ((path, "ge", first), (path, "lt", last))


class Tied:
    """The outings that double another one or are doubled, among all those that `total_counts` told of.

    Args:
        tallies: The answers to `total_counts`; all is zero when they were not asked.
    """

    def __init__(self, tallies: Tallies) -> None:
        self.outings: Mapping[str, Row] = {row["id"]: row for name in TIED for row in tallies.get(name, ())}
        self.lead = leads(self.outings)
        self._tallies = tallies
        held = {row["outing"]: row for name in TIED for row in tallies.get(f"sessions_of_{name}", ())}
        self._opened = {outing for outing in self.outings if outing in held}
        self._informed = {outing: _informed(row) for outing, row in held.items()}

    def comuna(self, outing: str | None, own: str | None) -> str | None:
        """The comuna of an outing: that of the one it doubles, if it doubles one.

        Args:
            outing: What it is merged into.
            own: Its own comuna.
        """
        lead = self.outings.get(self.lead.get(outing or "", ""))
        return own if lead is None else lead["comuna"]

    def planned(self, from_on: str, until_on: str) -> int:
        """How many outings of a period were not put off."""
        found = total(row for row in self._tallies.get("planned", ()) if row["status"] not in NOT_HELD)
        here = {
            outing
            for outing, row in self.outings.items()
            if from_on <= row[_DAY] < until_on and row["status"] not in NOT_HELD
        }
        return found - len(here) + len(here.intersection(self.lead.values()))

    def gone(self, from_on: str, until_on: str) -> list[Gone]:
        """What went out in a period, by month and comuna."""
        outings: Counter[Place] = Counter()
        informed: Counter[Place] = Counter()
        for row in self._tallies.get("gone", ()):
            place = month_written(row[_LINKED_MONTH]), row["link.comuna"]
            outings[place] += row[_GONE]
            informed[place] += _informed(row)
        groups: dict[str, list[str]] = {}
        for outing in sorted(self._opened):
            groups.setdefault(self.lead[outing], []).append(outing)
            row = self.outings[outing]
            if from_on <= row[_DAY] < until_on:
                outings[_place(row)] -= 1
                informed[_place(row)] -= self._informed[outing]
        for lead, members in groups.items():
            row = self.outings[lead]
            if from_on <= row[_DAY] < until_on:
                outings[_place(row)] += 1
                informed[_place(row)] += sum(self._informed[outing] for outing in members)
        return [
            Gone(*place, n, informed[place]) for place, n in sorted(outings.items(), key=lambda one: str(one[0])) if n
        ]


def outing_figures(tallies: Tallies, from_on: str, until_on: str) -> OutingFigures:
    """Gather the answers to `total_counts`, and to `row_counts` if they were asked; all zero when neither was."""
    tied = Tied(tallies)
    gone = tied.gone(from_on, until_on)
    return OutingFigures(
        planned=tied.planned(from_on, until_on),
        done=sum(one.outings for one in gone),
        comunas_visited=len({one.comuna for one in gone} - {None}),
        informed=sum(one.informed for one in gone),
        rows=tuple(_rows(tallies, tied, from_on, until_on)),
    )


def _rows(tallies: Tallies, tied: Tied, from_on: str, until_on: str) -> list[Row]:
    """One row for each outing of the period that was not put off, or at which something was done all the same."""
    outings = {**tied.outings, **{row["id"]: row for row in tallies.get("outings", ())}}
    lead = {outing: tied.lead.get(outing, outing) for outing in outings}
    openings = _openings(_rows_of(tallies, "openings"), lead)
    attentions = _by_lead(_rows_of(tallies, "attentions_of_outings"), lead)
    incidents = _by_lead(_rows_of(tallies, "incidents"), lead)
    standing = (outings[outing] for outing in sorted(set(lead.values())))
    rows = [
        {
            "outing": row["id"],
            "code": row["code"],
            "planned_on": row[_DAY],
            "comuna": row["comuna"],
            "attentions": attentions[row["id"]],
            "informed": sum(map(_informed, openings.get(row["id"], ()))),
            "place": row["place_name"],
            **_stay(openings.get(row["id"], ()), attentions[row["id"]]),
            "incidents": incidents[row["id"]],
        }
        for row in standing
        if from_on <= row[_DAY] < until_on
        and (row["status"] not in NOT_HELD or openings.get(row["id"]) or attentions[row["id"]])
    ]
    return sorted(rows, key=lambda row: (row["planned_on"], row["code"] or "", row["outing"]))


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
    return sum(from_on <= row[_DAY] < until_on for row in tallies.get("doubles", ()))


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


def _by_lead(rows: Iterable[Row], lead: Mapping[str, str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        if row["outing"] in lead:
            counts[lead[row["outing"]]] += row["n"]
    return counts


def _informed(row: Row) -> int:
    return int(sum(row[one] for one in _SUMS))


def _place(row: Row) -> Place:
    return row[_DAY][: len("2026-11")], row["comuna"]
