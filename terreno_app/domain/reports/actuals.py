"""What was done, month by month, as coverage goals measure it: by metric, region, space and comuna.

In: a period. Out: the counts to ask from the first month of its year, and from their answers the `Actuals`. An
attention belongs to a comuna by its outing; those of the other spaces belong to none. Complaints in term and
satisfaction are shares, so they are no sum of months and are measured over a whole stretch.

Source: domain.md 2.6 and 5.2.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.reports import derived
from terreno_app.domain.reports.counting import OIRS, SPACES, days, month_written, months_of, of_region, total
from terreno_app.domain.reports.estimation import share
from terreno_app.domain.reports.outings import LINK, Gone, Tied, total_counts
from terreno_app.domain.reports.sample import (
    ANSWERED,
    ATTENTION,
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
MONTH = derived.month(derived.INSTANT)
PLACE = ("region", "space")
LINKED_PLACE = tuple(f"{LINK_PREFIX}{path}" for path in PLACE)
KEY = ("sex", "age_band")
FRAME = ("draw.selected", *KEY, *PLACE)
SELECTED: Condition = ("draw.selected", "eq", True)
COMUNA = ("link.comuna", "link.merged_into")
"""Where an attention was, said by its outing: of a country there are far fewer comunas than outings."""
LINKED_COMUNA = tuple(f"{LINK_PREFIX}{path}" for path in COMUNA)
ATTENTION_OF_OUTING = replace(ATTENTION, link=LINK)
PERSONS = ("n", "sum:persons_count")
OVERALL = "answers.P1"
IS_SATISFIED = derived.top(OVERALL, min(SATISFIED), max(SATISFIED))
LATE = derived.late("answered_at", "due_on")
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
    so_far = Window(month_bounds(months[0])[0], month_bounds(months[-1])[1], space, region)
    complete: Condition = ("result", "eq", "complete")
    counts = [
        so_far.attentions("attended", (MONTH, *PLACE), measures=PERSONS),
        replace(so_far.attentions("placed", (MONTH, *COMUNA, "sex"), measures=PERSONS), link=LINK),
        so_far.responses("surveyed", (MONTH, *LINKED_PLACE), complete),
        _placed(so_far.responses("surveyed_at", (MONTH, *LINKED_PLACE, *LINKED_COMUNA), complete)),
    ]
    for name, held in stretches(period).items():
        window = Window(month_bounds(held[0])[0], month_bounds(held[-1])[1], space, region)
        place = _named(name)
        answered = replace(
            window.attentions(f"complaints_{place}", (*PLACE, LATE), *OWN_COMPLAINT), instant=("answered_at",)
        )
        notes = (*LINKED_DESIGN, *LINKED_PLACE)
        counts += [
            answered,
            replace(answered, name=f"complaints_at_{place}", by=(*PLACE, *COMUNA, LATE), link=LINK),
            window.attentions(f"frame_{place}", FRAME, ELIGIBLE),
            replace(window.attentions(f"frame_at_{place}", (*PLACE, *COMUNA), ELIGIBLE), link=LINK),
            replace(window.attentions(f"drawn_at_{place}", (*KEY, *PLACE, *COMUNA), ELIGIBLE, SELECTED), link=LINK),
            window.responses(f"notes_{place}", (*notes, OVERALL), *ANSWERED),
            _placed(window.responses(f"notes_at_{place}", (*notes, *LINKED_COMUNA, IS_SATISFIED), *ANSWERED)),
        ]
    return (*counts, *total_counts(*days(so_far.from_at, so_far.until_at), space, region))


def _placed(responses: GroupedCount) -> GroupedCount:
    """The responses of those attended at an outing, which says where."""
    return replace(responses, link=ATTENTION_OF_OUTING)


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
        self._tied = Tied(tallies)
        from_on, until_on = days(month_bounds(self.months[0])[0], month_bounds(self.months[-1])[1])
        self.gone = tuple(self._tied.gone(from_on, until_on))

    def by_month(self, metric: str, where: Where) -> dict[str, int]:
        """Each month's part of one of `SUMS`."""
        found: Counter[str] = Counter()
        if metric in {"outings", "informed"}:
            for one in self.held(where):
                found[one.month] += one.outings if metric == "outings" else one.informed
        else:
            found = self._counted(metric, where)
        return {month: found[month] for month in self.months}

    def held(self, where: Where) -> list[Gone]:
        """What went out there."""
        return [one for one in self.gone if where.holds(one.region, "oirs_terreno", one.comuna)]

    def visited(self, where: Where, months: Iterable[str]) -> int:
        """How many comunas were visited in these months."""
        wanted = set(months)
        return len({one.comuna for one in self.held(where) if one.month in wanted} - {None})

    def share_of(self, metric: str, where: Where, stretch: str) -> float | None:
        """Complaints answered in term, or satisfied persons, of all in a stretch of `stretches`, between 0 and 1."""
        measure = self._in_term if metric == "complaints_in_term" else self._satisfied
        return measure(where, _named(stretch))

    def attended(self, months: Iterable[str]) -> list[Row]:
        """Attentions and persons by month and space."""
        found: Counter[tuple[str, str, str]] = Counter()
        for row in self._tallies["attended"]:
            for measure in PERSONS:
                found[month_written(row[MONTH]), str(row["space"]), measure] += row[measure]
        return [
            {"month": month, "space": space, "n": found[month, space, "n"], "persons": found[month, space, PERSONS[1]]}
            for month in months
            for space in SPACES
            if found[month, space, "n"]
        ]

    def attended_at(self, months: Iterable[str]) -> list[tuple[str | None, str | None, int, int]]:
        """Comuna, sex, attentions and persons of those attended in outings."""
        wanted = set(months)
        return [
            (self._comuna(row), row["sex"], row["n"], row[PERSONS[1]])
            for row in self._tallies["placed"]
            if month_written(row[MONTH]) in wanted
        ]

    def surveys_by_space(self, months: Iterable[str]) -> Mapping[str, int]:
        """Complete responses in these months, by space."""
        wanted = set(months)
        found: Counter[str] = Counter()
        for row in self._tallies["surveyed"]:
            found[str(row["link.space"])] += row["n"] * (month_written(row[MONTH]) in wanted)
        return +found

    def notes(self, stretch: str) -> Mapping[int, int]:
        """How many gave each note to the whole, in a stretch of `stretches`; without weights."""
        found: Counter[int] = Counter()
        for row in self._tallies[f"notes_{_named(stretch)}"]:
            if row[OVERALL] in NOTES:
                found[row[OVERALL]] += row["n"]
        return found

    def _counted(self, metric: str, where: Where) -> Counter[str]:
        """Attentions, persons or surveys by month."""
        survey = metric == "surveys"
        prefix = LINK_PREFIX if survey else ""
        name = ("surveyed" if survey else "attended") if where.comuna is None else "surveyed_at" if survey else "placed"
        measure = PERSONS[1] if metric == "persons" else "n"
        found: Counter[str] = Counter()
        for row in self._tallies[name]:
            if self._there(row, where, prefix):
                found[month_written(row[MONTH])] += row[measure]
        return found

    def _there(self, row: Row, where: Where, prefix: str = "") -> bool:
        """Whether what a row counts was there; attentions at outings tell neither region nor space."""
        region, space = row.get(f"{prefix}region", where.region), row.get(f"{prefix}space", "oirs_terreno")
        return where.holds(region, space, self._comuna(row, prefix))

    def _comuna(self, row: Row, prefix: str = "") -> str | None:
        comuna, merged_into = (row.get(f"{prefix}{path}") for path in COMUNA)
        return self._tied.comuna(merged_into, comuna)

    def _in_term(self, where: Where, place: str) -> float | None:
        answered = in_term = 0
        for row in self._tallies.get(f"complaints{_at(where)}_{place}", ()):
            if row[LATE] is not None and self._there(row, where):
                answered += row["n"]
                in_term += row["n"] * (row[LATE] == 0)
        return in_term / answered if answered else None

    def _satisfied(self, where: Where, place: str) -> float | None:
        held = self._tallies.get(f"notes{_at(where)}_{place}", ())
        rows = [row for row in held if self._there(row, where, LINK_PREFIX)]
        if where.comuna is None:
            sample = sample_from(self._could_be_drawn(f"frame_{place}", where), rows)
            found = share(sample.cells(rows, OVERALL, NOTES), SATISFIED, sample.frame)
        else:
            drawn = [row | {"draw.selected": 1} for row in self._could_be_drawn(f"drawn_at_{place}", where)]
            frame = total(self._could_be_drawn(f"frame_at_{place}", where))
            sample = replace(sample_from(drawn, rows), frame=frame)
            found = share(sample.cells(rows, IS_SATISFIED, {0, 1}), {1}, frame)
        return found.value if found is not None and found.n >= LEAST_ANSWERS else None

    def _could_be_drawn(self, name: str, where: Where) -> list[Row]:
        return [row for row in self._tallies.get(name, ()) if self._there(row, where)]


def _at(where: Where) -> str:
    """What a count is called besides that tells comunas."""
    return "" if where.comuna is None else "_at"


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
