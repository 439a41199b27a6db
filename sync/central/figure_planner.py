"""Which table of the figures answers a count, and how it is read.

In: checked counts and the layout. Out: a statement over the first cube that fits, else over the facts, that both
databases understand; none where the figures do not hold what the count names.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sync.central.figure_facts import INSTANT, MONTH, REGION, Column, FactTable, N
from sync.central.figure_layout import COUNTRY, TABLES, CubeTable, Layout, Read, Span, read_from
from sync.central.figure_question import Place, Places, Question, field_of, question_over
from sync.central.figure_sql import HOUR_OF, joined, told
from sync.core.count import LED_TO, LINK_PREFIX, Condition, Count, is_of_instant
from sync.core.derived import HOUR, INSTANT_HOUR, MARK, MONTH_OF_DAY, derived
from sync.core.derived import MONTH as MONTH_IN
from sync.core.months import NO_MONTH, month_beginning, month_numbered, year_of

MONTH_OF_COUNT = "month:instant"
_FIRST_OF_A_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-01")


class Planner:
    """From a count to the smallest table that answers it.

    Args:
        layout: Every table of the figures.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def kinds(self, count: Count) -> tuple[FactTable, ...] | None:
        """The facts that a count is about; `None` when it asks for more than figures are kept of."""
        names = [count.kind, *(link[1] for link in (count.link, count.then) if link is not None)]
        names += [str(wanted).partition(".")[0] for _, operator, wanted in _conditions(count) if operator == LED_TO]
        found = [self._layout.facts[name] for name in names if name in self._layout.facts]
        return tuple(found) if len(found) == len(names) else None

    def question(self, count: Count, regions: Sequence[str]) -> Question | None:
        """The statement that answers a count from the first cube that fits, else from the facts; `None` for neither.

        What is derived from values is read where it is held, else made from what it is derived from.

        Args:
            count: The count; its kinds are counted.
            regions: Every feed there is, so that the key serves for all of them too.
        """
        for one in _ways(count):
            for cube in self._layout.cubes:
                found = self._over_cube(one, cube, regions) if cube.kind == count.kind else None
                if found is not None:
                    return found.answering(count)
        return self.over_facts(count, regions)

    def over_facts(self, count: Count, regions: Sequence[str]) -> Question | None:
        """The statement that answers a count from the facts alone; `None` when they do not hold what it names."""
        found = (self._over_facts(one, regions) for one in _ways(count))
        return next((one.answering(count) for one in found if one is not None), None)

    def _over_facts(self, count: Count, regions: Sequence[str]) -> Question | None:
        own, links = self._layout.facts[count.kind], (count.link, count.then)
        facts = [own, *(None if link is None else self._layout.facts[link[1]] for link in links)]
        for table, link in zip(facts, links, strict=False):
            if table is not None and link is not None and _plain(table.columns.get(link[0])) is None:
                return None

        def held(path: str) -> Place | None:
            if path == INSTANT_HOUR:
                return Place(HOUR_OF.format(instant), number=False)
            if derived(path) is not None and count.zone != own.counted.zone:
                return None
            try:
                found = read_from(facts, path, count.instant)
            except KeyError:
                return None
            return _place(found, private=_is_private(path, count))

        instant = _instant_of(count, facts, _by_hour(held))
        if instant is None and _needs_instant(count):
            return None
        window = [] if instant is None else _window(instant, count)
        tables = f"{own.shape.name} AS {TABLES[0]}" + joined(facts, *links)
        looked_up = self._looked_up(count)
        if looked_up is None:
            return None
        return question_over(looked_up, tables, _by_hour(held), window, regions, _fact_measure)

    def _looked_up(self, count: Count) -> Count | None:
        """A count whose conditions look among the facts what leads to a record; `None` where these do not hold it."""
        read: dict[Condition, Condition] = {}
        for one in _conditions(count):
            if one[1] == LED_TO:
                kind, _, path = one[2].partition(".")
                column = _plain(self._layout.facts[kind].columns.get(path))
                if column is None:
                    return None
                name = self._layout.facts[kind].shape.name
                led = f"SELECT {column.name} FROM {name} WHERE {column.name} IS NOT NULL"  # noqa: S608 - the layout's
                there = f" AND {REGION} IN ({', '.join('?' * len(count.leaders))})" if count.leaders else ""
                read[one] = (*one[:2], (led + there, count.leaders))
        where, exclude = (tuple(read.get(one, one) for one in given) for given in (count.where, count.exclude))
        return replace(count, where=where, exclude=exclude)

    def _over_cube(self, count: Count, cube: CubeTable, regions: Sequence[str]) -> Question | None:
        """The statement over a cube.

        A cube that follows no link serves a count that does, if the way there is one of its dimensions: many facts
        that lead to one record are a single cell.
        """
        without = tuple((path, "eq", value) for path, value in cube.rollup.without)
        only = tuple((path, "eq", value) for path, value in cube.rollup.only)
        if not (set(without) <= set(count.exclude) and set(only) <= set(count.where)):
            return None
        tables = f"{cube.shape.name} AS {TABLES[0]}"
        followed: list[FactTable | None] = [None, None, None]
        if (count.link, count.then) != (cube.rollup.link, cube.rollup.then):
            if cube.rollup.link is not None or count.link is None or _plain(cube.columns.get(count.link[0])) is None:
                return None
            links = (count.link, count.then)
            followed[1:] = (None if link is None else self._layout.facts[link[1]] for link in links)
            tables += joined([cube, *followed[1:]], *links)
        moment = _moment(count, cube)
        place = _by_hour(_places(count, cube, followed, moment))
        if any(place(path) is None for path in count.by):
            return None  # as most cubes do, told before anything is made for it
        months = self._months(count, cube) if moment is None else _window(moment, count)
        if months is None:
            return None
        rest = replace(
            count,
            where=tuple(_by_months(one, cube) for one in count.where if one not in only),
            exclude=tuple(_by_months(one, cube) for one in count.exclude if one not in without),
        )

        def measure(name: str, path: str, where: Place | None) -> str | None:
            if name == "n":
                return f"SUM(record.{N})"
            column = cube.sums.get(f"{name}:{path}")
            if column is not None and (name == "sum" or _tells_apart(count, cube)):
                return f"SUM(record.{column.name})"
            return None if where is None or name == "sum" else f"COUNT(DISTINCT {where.text})"

        held = [COUNTRY] if cube.rollup.country else regions
        looked_up = self._looked_up(rest)
        return None if looked_up is None else question_over(looked_up, tables, place, months, held, measure)

    def _months(self, count: Count, cube: CubeTable) -> list[tuple[str, Any]] | None:
        """The window of a count as conditions on the months of a cube; `None` when it is not of whole ones."""
        if not _needs_instant(count):
            return []
        if count.instant != cube.rollup.instant:
            return None
        zone = ZoneInfo(cube.owner.counted.zone)
        conditions: list[tuple[str, Any]] = []
        for bound, sign in ((count.from_at, ">="), (count.until_at, "<")):
            if bound is not None:
                month = month_beginning(bound, zone)
                if month is None or (cube.rollup.yearly and month != month_numbered(year_of(month), 1)):
                    return None
                if cube.rollup.yearly:
                    month = month_numbered(year_of(month), 0)
                conditions.append((f"record.{MONTH} {sign} ?", month))
        # What has no instant stands in month 0 and lies in no window.
        return [*conditions, (f"record.{MONTH} > ?", 0)] if conditions else []


def _ways(count: Count) -> tuple[Count, ...]:
    """A count as it is, and by what it is derived from."""
    return (count,) if count.basis == count else (count, count.basis)


def _conditions(count: Count) -> Iterable[Condition]:
    return (*count.where, *count.exclude)


def _by_months(condition: Condition, cube: CubeTable) -> Condition:
    """A condition whose bound is where a month begins, as one on the months that a cube holds instead."""
    path, operator, wanted = condition
    if path in cube.columns or operator not in {"ge", "lt"} or not isinstance(wanted, str):
        return condition
    first = _FIRST_OF_A_MONTH.fullmatch(wanted)
    if first is not None:
        name, month = f"{MONTH_OF_DAY}{MARK}{path}", month_numbered(int(first[1]), int(first[2]))
    else:
        began = month_beginning(wanted, ZoneInfo(cube.owner.counted.zone))
        name, month = f"{MONTH_IN}{MARK}{path}", NO_MONTH if began is None else began
    return (name, operator, month) if name in cube.columns and month != NO_MONTH else condition


def _by_hour(place: Places) -> Places:
    """The same places, and the hours of those that hold texts."""

    def found(path: str) -> Place | None:
        if not path.startswith(HOUR):
            return place(path)
        one = place(path.removeprefix(HOUR))
        plain = one is not None and not (one.number or one.presence or one.listed or one.mixed)
        return Place(HOUR_OF.format(one.text), number=False) if one is not None and plain else None

    return found


def _is_private(path: str, count: Count) -> bool:
    one = derived(path)
    return not count.private.isdisjoint((path,) if one is None else one.paths)


def _plain(column: Column | None) -> Column | None:
    """A column of texts that are all there is."""
    odd = column is None or column.number or column.presence or column.private or column.listed or column.mixed
    return None if odd else column


def _places(count: Count, cube: CubeTable, followed: Sequence[FactTable | None], moment: str | None) -> Places:
    """Where the values of a cube are read, and of what its cells lead to."""
    other_days = count.zone not in {None, cube.owner.counted.zone}
    own = {} if cube.rollup.country else {cube.home: Place(f"record.{REGION}", number=False)}
    if moment is not None:
        own[INSTANT_HOUR] = Place(HOUR_OF.format(moment), number=False)
    elif not (other_days or cube.rollup.yearly):
        own[MONTH_OF_COUNT] = Place(f"NULLIF(record.{MONTH}, {NO_MONTH})", number=True)

    def place(path: str) -> Place | None:
        if path in own:
            return own[path]
        if other_days and derived(path) is not None:
            return None
        private = _is_private(path, count)
        if path in cube.columns:
            return _place(Read(TABLES[0], cube.columns[path]), private=private)
        try:
            return _place(read_from(followed, path, count.instant), private=private)
        except KeyError:
            return None

    return place


def _tells_apart(count: Count, cube: CubeTable) -> bool:
    """Whether a count tells apart what is not of the record led to, so that it meets none of these twice."""
    return all(path.startswith(LINK_PREFIX) or path in count.by for path in cube.columns)


def _needs_instant(count: Count) -> bool:
    return count.from_at is not None or count.until_at is not None or any(map(is_of_instant, count.by))


def _moment(count: Count, cube: CubeTable) -> str | None:
    """The instant of a count where it is no other than a dimension of a cube; `None` where months have to tell it."""
    if not _needs_instant(count) or len(count.instant) != 1 or count.instant == cube.rollup.instant:
        return None
    column = cube.columns.get(count.instant[0])
    plain = column is not None and not (column.number or column.presence or column.private or column.mixed)
    return f"record.{column.name}" if column is not None and plain else None


def _window(instant: str, count: Count) -> list[tuple[str, Any]]:
    """The window of a count as conditions on its instant."""
    bounds = ((count.from_at, ">="), (count.until_at, "<"))
    return [(f"{instant} {sign} ?", bound) for bound, sign in bounds if bound is not None]


def _instant_of(count: Count, facts: Sequence[FactTable | None], place: Places) -> str | None:
    """The instant of a count: where it stands ready, and an index knows it; else the first with a value."""
    for step, table in enumerate(facts):
        own = () if table is None else tuple(LINK_PREFIX * step + path for path in table.counted.instant)
        if own and count.instant == own:
            return f"{TABLES[step]}.{INSTANT}"
    found = [
        one.text
        for path in count.instant
        if (one := field_of(path, place)) is not None and not (one.number or one.mixed)
    ]
    if not found or len(found) < len(count.instant):
        return None
    return found[0] if len(found) == 1 else f"COALESCE({', '.join(found)})"


def _place(found: Read | Span, *, private: bool) -> Place | None:
    """Where a value is read; a private value only where it may be, and then nothing else of its name."""
    if isinstance(found, Span):
        return Place(told(found), number=True)
    column = found.column
    if column.private != private:
        return None
    return Place(told(found), column.number, column.presence, column.listed, column.mixed)


def _fact_measure(name: str, _: str, where: Place | None) -> str | None:
    if name == "n":
        return "COUNT(*)"
    if where is None:
        return None
    if name == "distinct":
        return f"COUNT(DISTINCT {where.text})"
    if where.mixed:
        return None
    return f"COALESCE(SUM({where.text}), 0)" if where.number else "0"
