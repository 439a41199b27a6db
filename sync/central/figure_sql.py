"""What is read from the tables of the figures, as SQL text that both databases understand.

In: checked counts and the layout. Out: which table answers, and how it is read. The same contribution of facts to a
cube serves to fold a change into it and to count it anew.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sync.central.figure_layout import (
    CELL,
    ID,
    INSTANT,
    MONTH,
    ODD,
    REGION,
    Column,
    CubeTable,
    FactTable,
    Layout,
    N,
)
from sync.central.figure_question import Place, Places, Question, field_of, question_over
from sync.core.grouping import HOUR_LENGTH, INSTANT_HOUR, LINK_PREFIX, Count
from sync.core.months import YEAR, month_beginning, month_numbered, year_of

_HOUR = "substr({0}, 1, " + str(HOUR_LENGTH) + ")"


def contribution(cube: CubeTable, within: str) -> str:
    """What facts contribute to a cube: region, month, dimensions, how many, sums.

    Args:
        cube: The cube.
        within: A condition on `record`.
    """
    facts, linked = cube.facts, cube.linked
    tables = f"{facts.shape.name} AS record"
    if linked is not None and cube.rollup.link is not None:
        tables += _joined(linked, facts.columns[cube.rollup.link[0]])
    when = "linked" if cube.rollup.instant and cube.rollup.instant[0].startswith(LINK_PREFIX) else "record"
    month = f"{when}.{MONTH}" if cube.rollup.instant else "0"
    if cube.rollup.yearly:
        month = f"({month} / {YEAR}) * {YEAR}"
    there = [f"CASE WHEN {_dimension(cube, path, when)} IS NULL THEN NULL ELSE 1 END" for path in cube.rollup.present]
    groups = [f"record.{REGION}", month, *(_dimension(cube, path, when) for path in cube.rollup.dimensions), *there]
    sums = [f"CAST(COALESCE(SUM(record.{facts.columns[path].name}), 0) AS BIGINT)" for path in cube.sums]
    if cube.rollup.without is not None:
        within += (
            f" AND NOT COALESCE({_dimension(cube, cube.rollup.without[0], when)} = '{cube.rollup.without[1]}', FALSE)"
        )
    for path, value in cube.rollup.only:
        within += f" AND {_dimension(cube, path, when)} = {_literal(value)}"
    positions = [f"record.{REGION}", *([month] if cube.rollup.instant else ()), *groups[2:]]
    return (
        f"SELECT {', '.join([*groups, 'COUNT(*)', *sums])} FROM {tables} WHERE {within}"  # noqa: S608 - the layout's
        f" GROUP BY {', '.join(positions)}"
    )


def _dimension(cube: CubeTable, path: str, when: str) -> str:
    if path == INSTANT_HOUR:
        return _HOUR.format(f"{when}.{INSTANT}")
    if cube.linked is not None and path.startswith(LINK_PREFIX):
        return f"linked.{cube.linked.columns[path.removeprefix(LINK_PREFIX)].name}"
    return f"record.{cube.facts.columns[path].name}"


def _literal(value: str | int) -> str:
    """A value of the layout."""
    return str(value) if isinstance(value, int) else f"'{value}'"


def _joined(linked: FactTable, by: Column, record: str = "record") -> str:
    return f" JOIN {linked.shape.name} AS linked ON linked.{ID} = {record}.{by.name}"


def of_months(cube: CubeTable, monthly: CubeTable, within: str) -> str:
    """What the cube of months that holds the same contributes to a cube of years; see `contribution`."""
    groups = [REGION, f"({MONTH} / {YEAR}) * {YEAR}", *(column.name for column in cube.columns.values())]
    sums = [f"CAST(SUM({name}) AS BIGINT)" for name in (N, *(column.name for column in cube.sums.values()))]
    return (
        f"SELECT {', '.join([*groups, *sums])} FROM {monthly.shape.name} AS record WHERE {within}"  # noqa: S608
        f" GROUP BY {', '.join(groups)}"
    )


def differing(cube: CubeTable, made: str) -> str:
    """Regions and months in which a cube holds something else than what it should.

    Compared where it lies, as nearly always there is nothing to tell; `EXCEPT` takes empty values for equal.

    Args:
        cube: The cube.
        made: What it should hold, as a statement.
    """
    names = ", ".join(name for name in cube.shape.names if name != CELL)
    return (
        f"WITH made ({names}) AS MATERIALIZED ({made}),"  # noqa: S608 - the layout's names
        f" held AS MATERIALIZED (SELECT {names} FROM {cube.shape.name})"
        f" SELECT {REGION}, {MONTH} FROM (SELECT * FROM made EXCEPT SELECT * FROM held) AS more"
        f" UNION SELECT {REGION}, {MONTH} FROM (SELECT * FROM held EXCEPT SELECT * FROM made) AS less"
    )


def odd(facts: FactTable) -> str:
    """Whether a fact of a kind holds a value that has no place in its columns."""
    return f"SELECT 1 FROM {facts.shape.name} WHERE {ODD} = 1 LIMIT 1"  # noqa: S608 - the layout's names


def stray(facts: FactTable) -> str:
    """Facts of a region (region, id) for which there is no record of the kind."""
    return (
        f"SELECT {REGION}, {ID} FROM {facts.shape.name} AS record WHERE {REGION} = ?"  # noqa: S608 - the layout's names
        f" AND NOT EXISTS (SELECT 1 FROM records WHERE records.id = record.{ID} AND records.kind = ?)"
    )


class Planner:
    """From a count to the smallest table that answers it.

    Args:
        layout: Every table of the figures.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def kinds(self, count: Count) -> tuple[FactTable, ...] | None:
        """The facts that a count is about; `None` when it asks for more than figures are kept of."""
        names = (count.kind, *(() if count.link is None else (count.link[1],)))
        found = [self._layout.facts[name] for name in names if name in self._layout.facts]
        return tuple(found) if len(found) == len(names) else None

    def question(self, count: Count, regions: Sequence[str]) -> Question | None:
        """The statement that answers a count from the first cube that fits, else from the facts; `None` for neither.

        Args:
            count: The count; its kinds are counted.
            regions: Every feed there is, so that the key serves for all of them too.
        """
        for cube in self._layout.cubes:
            found = self._over_cube(count, cube, regions) if cube.kind == count.kind else None
            if found is not None:
                return found
        return self.over_facts(count, regions)

    def over_facts(self, count: Count, regions: Sequence[str]) -> Question | None:
        """The statement that answers a count from the facts alone; `None` when they do not hold what it names."""
        facts = self._layout.facts[count.kind]
        linked = None if count.link is None else self._layout.facts[count.link[1]]
        tables = f"{facts.shape.name} AS record"
        if linked is not None and count.link is not None:
            if count.link[0] not in facts.columns or facts.columns[count.link[0]].presence:
                return None
            tables += _joined(linked, facts.columns[count.link[0]])

        def place(path: str) -> Place | None:
            if path == INSTANT_HOUR:
                return Place(_HOUR.format(instant), number=False)
            private = path in count.private
            if linked is not None and path.startswith(LINK_PREFIX):
                return _place("linked", linked.columns.get(path.removeprefix(LINK_PREFIX)), private=private)
            return _place("record", facts.columns.get(path), private=private)

        instant = _instant_of(count, facts, linked, place)
        if instant is None and _needs_instant(count):
            return None
        window = [] if instant is None else _window(instant, count)
        return question_over(count, tables, place, window, regions, _fact_measure)

    def _over_cube(self, count: Count, cube: CubeTable, regions: Sequence[str]) -> Question | None:
        """The statement over a cube.

        A cube that follows no link serves a count that does, if the way there is one of its dimensions: many facts
        that lead to one record are a single cell.
        """
        tables = f"{cube.shape.name} AS record"
        linked: FactTable | None = None
        if count.link != cube.rollup.link:
            if cube.rollup.link is not None or count.link is None or count.link[0] not in cube.columns:
                return None
            linked = self._layout.facts[count.link[1]]
            tables += _joined(linked, cube.columns[count.link[0]])
        moment = _moment(count, cube)
        months = self._months(count, cube) if moment is None else _window(moment, count)
        without = () if cube.rollup.without is None else ((cube.rollup.without[0], "eq", cube.rollup.without[1]),)
        only = tuple((path, "eq", value) for path, value in cube.rollup.only)
        if months is None or not (set(without) <= set(count.exclude) and set(only) <= set(count.where)):
            return None
        rest = replace(
            count,
            where=tuple(one for one in count.where if one not in only),
            exclude=tuple(one for one in count.exclude if one not in without),
        )

        def measure(name: str, path: str, where: Place | None) -> str | None:
            if name == "n":
                return f"SUM(record.{N})"
            if name == "sum":
                column = cube.sums.get(path)
                return None if column is None else f"SUM(record.{column.name})"
            return None if where is None else f"COUNT(DISTINCT {where.text})"

        return question_over(rest, tables, _places(count, cube, linked, moment), months, regions, measure)

    def _months(self, count: Count, cube: CubeTable) -> list[tuple[str, Any]] | None:
        """The window of a count as conditions on the months of a cube; `None` when it is not of whole ones."""
        if not _needs_instant(count):
            return []
        if count.instant != cube.rollup.instant:
            return None
        owner = cube.linked if cube.linked is not None and count.instant[0].startswith(LINK_PREFIX) else cube.facts
        zone = ZoneInfo(owner.counted.zone)
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


def _places(count: Count, cube: CubeTable, linked: FactTable | None, moment: str | None) -> Places:
    """Where the values of a cube are read, and of what its cells lead to."""

    def place(path: str) -> Place | None:
        private = path in count.private
        if linked is not None and path.startswith(LINK_PREFIX):
            return _place("linked", linked.columns.get(path.removeprefix(LINK_PREFIX)), private=private)
        if path == INSTANT_HOUR and moment is not None:
            return Place(_HOUR.format(moment), number=False)
        if path == REGION:
            return Place(f"record.{REGION}", number=False)
        return _place("record", cube.columns.get(path), private=private)

    return place


def _needs_instant(count: Count) -> bool:
    return count.from_at is not None or count.until_at is not None or INSTANT_HOUR in count.by


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


def _instant_of(count: Count, facts: FactTable, linked: FactTable | None, place: Places) -> str | None:
    """The instant of a count: where it stands ready, and an index knows it; else the first with a value."""
    if count.instant and count.instant == facts.counted.instant:
        return f"record.{INSTANT}"
    if count.instant and linked is not None and count.instant == _of_linked(linked):
        return f"linked.{INSTANT}"
    found = [
        one.text
        for path in count.instant
        if (one := field_of(path, place)) is not None and not (one.number or one.mixed)
    ]
    if not found or len(found) < len(count.instant):
        return None
    return found[0] if len(found) == 1 else f"COALESCE({', '.join(found)})"


def _of_linked(linked: FactTable) -> tuple[str, ...]:
    return tuple(LINK_PREFIX + path for path in linked.counted.instant)


def _place(table: str, column: Column | None, *, private: bool) -> Place | None:
    """Where a column is read; a private value only where it may be, and then nothing else of its name."""
    if column is None or column.private != private:
        return None
    return Place(f"{table}.{column.name}", column.number, column.presence, column.listed, column.mixed)


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
