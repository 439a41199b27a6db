"""What was done, month by month, as coverage goals measure it: by metric, region, space and comuna.

In: a period. Out: the counts to ask from the first month of its year, and from their answers the `Actuals`. An
attention belongs to a comuna by its outing; those of the other spaces belong to none. Complaints in term and
satisfaction are shares, so they are no sum of months and are measured over a whole stretch.

Source: domain.md 2.6 and 5.2.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from terreno_app.domain.clock import month_bounds, santiago_day
from terreno_app.domain.reports.counting import OIRS, SPACES, VOIDED, days, months_of, of_region, scope, total
from terreno_app.domain.reports.estimation import share
from terreno_app.domain.reports.outings import INFORMED, LINK, leads, outing_counts, rows_of
from terreno_app.domain.reports.sample import (
    ANSWERED,
    ELIGIBLE,
    LINKED_DESIGN,
    NOTES,
    SATISFIED,
    Window,
    sample_from,
)
from terreno_app.domain.reports.spec import LINK_PREFIX, Condition, GroupedCount, Row, Tallies

SUMS = ("attentions", "persons", "informed", "outings", "surveys")
"""Metrics of which a year is the sum of its months."""
PLACE = ("region", "space", "outing")
LINKED_PLACE = tuple(f"{LINK_PREFIX}{path}" for path in PLACE)
KEY = ("sex", "age_band")
OF_COMUNA = ("region", "space")
FRAME = ("draw.selected", *KEY, *OF_COMUNA)
SELECTED: Condition = ("draw.selected", "eq", True)
COMUNA = ("link.comuna", "link.merged_into")
"""Where an attention was, said by its outing: of a country there are far fewer comunas than outings."""
PERSONS = ("n", "sum:persons_count")
OVERALL = "answers.P1"
LEAST_ANSWERS = 10
OWN_COMPLAINT: tuple[Condition, ...] = (("type", "eq", "complaint"), ("own_service", "eq", True))


@dataclass(frozen=True, slots=True)
class Where:
    """What a goal is about; None is everywhere."""

    region: str | None = None
    space: str | None = None
    comuna: str | None = None

    def holds(self, region: str | None, space: str | None, comuna: str | None) -> bool:
        """Whether something done there counts."""
        spaces = OIRS if self.space == "oirs" else (self.space,)
        return (
            self.region in {None, region} and (self.space is None or space in spaces) and self.comuna in {None, comuna}
        )


@dataclass(frozen=True, slots=True)
class Outing:
    """An outing that went out, with those that double it."""

    id: str
    region: str | None
    comuna: str | None
    month: str
    informed: int


def stretches(period: str) -> Mapping[str, tuple[str, ...]]:
    """The month, quarter and year, as far as they have come, that a period lies in: name and months."""
    months = months_of(period)
    last = months[-1]
    year, quarter = last[:4], (int(last[5:]) + 2) // 3
    inside = {f"{year}-Q{quarter}": months_of(f"{year}-Q{quarter}"), year: months_of(year)}
    if len(months) == 1:
        inside = {last: months} | inside
    return {
        name: tuple(month for month in held if month <= last)
        for name, held in inside.items()
        if set(months) <= set(held)
    }


def actual_counts(period: str, space: str | None, region: str | None) -> tuple[GroupedCount, ...]:
    """Say what the actuals need."""
    months = months_so_far(period)
    counts: list[GroupedCount] = []
    for month in months:
        window = Window(*month_bounds(month), space, region)
        place = _named(month)
        counts += [
            window.attentions(f"attended_{place}", ("region", "space"), measures=PERSONS),
            window.attentions(f"placed_{place}", ("outing", "sex"), ("outing", "exists", True), measures=PERSONS),
            window.responses(f"surveyed_{place}", LINKED_PLACE, ("result", "eq", "complete")),
        ]
    bounds = month_bounds(months[0])[0], month_bounds(months[-1])[1]
    counts.append(
        GroupedCount(
            name="complaints_answered",
            kind="attention",
            by=(*PLACE, "due_on", "answered_at"),
            where=(*scope(space, region), *OWN_COMPLAINT, ("due_on", "exists", True)),
            exclude=(VOIDED,),
            instant=("answered_at",),
            from_at=bounds[0],
            until_at=bounds[1],
        )
    )
    for name, held in stretches(period).items():
        window = Window(month_bounds(held[0])[0], month_bounds(held[-1])[1], space, region)
        place = _named(name)
        counts += [
            window.attentions(f"frame_{place}", FRAME, ELIGIBLE),
            replace(window.attentions(f"frame_at_{place}", (*OF_COMUNA, *COMUNA), ELIGIBLE), link=LINK),
            replace(window.attentions(f"drawn_at_{place}", (*KEY, *OF_COMUNA, *COMUNA), ELIGIBLE, SELECTED), link=LINK),
            window.responses(f"notes_{place}", (*LINKED_DESIGN, *LINKED_PLACE, OVERALL), *ANSWERED),
        ]
    from_on, until_on = days(*bounds)
    return (*counts, *outing_counts(from_on, until_on, space, region, scope(space, region)))


def months_so_far(period: str) -> tuple[str, ...]:
    """The months of the period's year up to its last one."""
    last = months_of(period)[-1]
    return tuple(month for month in months_of(last[:4]) if month <= last)


class Actuals:
    """What was done from the first month of the year on.

    Args:
        period: That of the report.
        tallies: The answers to `actual_counts`.
    """

    def __init__(self, period: str, tallies: Tallies) -> None:
        self.months = months_so_far(period)
        self._tallies = tallies
        self._outings = {row["id"]: row for row in tallies.get("outings", ())}
        self._lead = leads(self._outings)
        self.outings = tuple(self._gone_out())
        self._stretches = stretches(period)

    def by_month(self, metric: str, where: Where) -> dict[str, int]:
        """Each month's part of one of `SUMS`."""
        found: Counter[str] = Counter(dict.fromkeys(self.months, 0))
        if metric in {"outings", "informed"}:
            for outing in self.held(where):
                found[outing.month] += 1 if metric == "outings" else outing.informed
            return {month: found[month] for month in self.months}
        return {month: self._of_month(metric, month, where) for month in self.months}

    def held(self, where: Where) -> list[Outing]:
        """The outings that went out there."""
        return [
            one
            for one in self.outings
            if one.month in self.months and where.holds(one.region, "oirs_terreno", one.comuna)
        ]

    def visited(self, where: Where, months: Iterable[str]) -> int:
        """How many comunas were visited in these months."""
        wanted = set(months)
        return len({one.comuna for one in self.held(where) if one.month in wanted} - {None})

    def share_of(self, metric: str, where: Where, stretch: str) -> float | None:
        """Complaints answered in term, or satisfied persons, of all in a stretch of `stretches`, between 0 and 1."""
        if metric == "complaints_in_term":
            return self._in_term(where, self._stretches[stretch])
        return self._satisfied(where, _named(stretch))

    def attended(self, months: Iterable[str]) -> list[Row]:
        """Attentions and persons by month and space."""
        found: Counter[tuple[str, str, str]] = Counter()
        for month in months:
            for row in self._tallies[f"attended_{_named(month)}"]:
                for measure in PERSONS:
                    found[month, str(row["space"]), measure] += row[measure]
        return [
            {"month": month, "space": space, "n": found[month, space, "n"], "persons": found[month, space, PERSONS[1]]}
            for month in months
            for space in SPACES
            if found[month, space, "n"]
        ]

    def attended_at(self, months: Iterable[str]) -> list[tuple[str | None, str | None, int, int]]:
        """Comuna, sex, attentions and persons of those attended in outings."""
        return [
            (self._comuna(row["outing"]), row["sex"], row["n"], row[PERSONS[1]])
            for month in months
            for row in self._tallies[f"placed_{_named(month)}"]
        ]

    def surveys_by_space(self, months: Iterable[str]) -> Mapping[str, int]:
        """Complete responses in these months, by space."""
        found: Counter[str] = Counter()
        for month in months:
            for row in self._tallies[f"surveyed_{_named(month)}"]:
                found[str(row["link.space"])] += row["n"]
        return found

    def notes(self, stretch: str) -> Mapping[int, int]:
        """How many gave each note to the whole, in a stretch of `stretches`; without weights."""
        found: Counter[int] = Counter()
        for row in self._tallies[f"notes_{_named(stretch)}"]:
            if row[OVERALL] in NOTES:
                found[row[OVERALL]] += row["n"]
        return found

    def _of_month(self, metric: str, month: str, where: Where) -> int:
        place = _named(month)
        if metric == "surveys":
            rows = self._tallies[f"surveyed_{place}"]
            return sum(row["n"] for row in rows if self._there(row, where, LINK_PREFIX))
        measure = "n" if metric == "attentions" else PERSONS[1]
        if where.comuna is None:
            rows = self._tallies[f"attended_{place}"]
            return sum(row[measure] for row in rows if where.holds(row["region"], row["space"], None))
        rows = self._tallies[f"placed_{place}"]
        return sum(
            row[measure] for row in rows if where.holds(where.region, "oirs_terreno", self._comuna(row["outing"]))
        )

    def _there(self, row: Row, where: Where, prefix: str = "") -> bool:
        return where.holds(row[f"{prefix}region"], row[f"{prefix}space"], self._comuna(row[f"{prefix}outing"]))

    def _comuna(self, outing: Any) -> str | None:
        lead = self._outings.get(self._lead.get(outing, ""))
        return None if lead is None else lead["comuna"]

    def _in_term(self, where: Where, months: tuple[str, ...]) -> float | None:
        answered = in_term = 0
        for row in self._tallies["complaints_answered"]:
            day = santiago_day(row["answered_at"]).isoformat()
            if day[:7] in months and self._there(row, where):
                answered += row["n"]
                in_term += row["n"] * (day <= row["due_on"])
        return in_term / answered if answered else None

    def _satisfied(self, where: Where, place: str) -> float | None:
        notes = [row for row in self._tallies.get(f"notes_{place}", ()) if self._there(row, where, LINK_PREFIX)]
        if where.comuna is None:
            sample = sample_from(self._could_be_drawn(f"frame_{place}", where), notes)
        else:
            drawn = [row | {"draw.selected": 1} for row in self._could_be_drawn(f"drawn_at_{place}", where)]
            frame = total(self._could_be_drawn(f"frame_at_{place}", where))
            sample = replace(sample_from(drawn, notes), frame=frame)
        found = share(sample.cells(notes, OVERALL, NOTES), SATISFIED, sample.frame)
        return found.value if found is not None and found.n >= LEAST_ANSWERS else None

    def _could_be_drawn(self, name: str, where: Where) -> list[Row]:
        return [
            row
            for row in self._tallies.get(name, ())
            if where.holds(
                row["region"],
                row["space"],
                self._comuna(row.get("link.merged_into")) or row.get("link.comuna"),
            )
        ]

    def _gone_out(self) -> Iterable[Outing]:
        opened: Counter[str] = Counter()
        informed: Counter[str] = Counter()
        for row in rows_of(self._tallies, "sessions"):
            lead = self._lead.get(row["outing"])
            if lead is not None:
                opened[lead] += row["n"]
                informed[lead] += sum(row[f"sum:informed_count.{way}"] for way in INFORMED)
        for lead in sorted(opened):
            row = self._outings[lead]
            comuna = row["comuna"]
            region = None if comuna is None else comuna[:2]
            yield Outing(lead, region, comuna, row["planned_on"][:7], informed[lead])


def goals_count(year: str, region: str | None) -> GroupedCount:
    """Ask for the goals of a year: those of a region, or all with the national ones."""
    return GroupedCount(
        name="goals",
        kind="coverage_goal",
        by=(
            "id",
            "region",
            "space",
            "comuna",
            "metric",
            "period_type",
            "period",
            "target",
            "approved_on",
            "supersedes",
        ),
        where=(*of_region(region), ("year", "eq", int(year))),
    )


def _named(period: str) -> str:
    return period.replace("-", "_").lower()
