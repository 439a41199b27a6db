"""What is read from the tables of the figures, as SQL text that both databases understand.

In: checked counts and the layout. Out: a statement with `?` for each parameter. Names come from the layout, values are
parameters. The same contribution of facts to a cube serves to fold a change into it and to count it anew.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sync.central.figure_layout import CELL, ID, INSTANT, MONTH, ODD, REGION, Column, CubeTable, FactTable, Layout, N
from sync.core.grouping import HOUR_LENGTH, INSTANT_HOUR, LINK_PREFIX, Condition, Count, Row
from sync.core.months import month_beginning

_HOUR = "substr({0}, 1, " + str(HOUR_LENGTH) + ")"


class Place(NamedTuple):
    """Where the value of a path is read, whether it is a number, and whether it says only that there is something."""

    text: str
    number: bool
    presence: bool = False


Places = Callable[[str], Place | None]


class Question(NamedTuple):
    """A count as a statement over the figures."""

    asked: Count
    sql: str
    params: tuple[Any, ...]

    def rows(self, returned: Iterable[Sequence[Any]]) -> list[Row]:
        """The rows of the answer; the first cell only keeps what counts nothing from having a row."""
        keys = (*self.asked.by, *self.asked.measures)
        return [dict(zip(keys, cells[1:], strict=True)) for cells in returned]


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
    groups = [f"record.{REGION}", month, *(_dimension(cube, path, when) for path in cube.rollup.dimensions)]
    sums = [f"CAST(COALESCE(SUM(record.{facts.columns[path].name}), 0) AS BIGINT)" for path in cube.sums]
    if cube.rollup.without is not None:
        within += (
            f" AND NOT COALESCE({_dimension(cube, cube.rollup.without[0], when)} = '{cube.rollup.without[1]}', FALSE)"
        )
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


def _joined(linked: FactTable, by: Column, record: str = "record") -> str:
    return f" JOIN {linked.shape.name} AS linked ON linked.{ID} = {record}.{by.name}"


def differing(cube: CubeTable) -> str:
    """What a cube holds of a region otherwise than its facts make it: 1 and a group that they make, 0 and one it holds.

    Compared where it lies, as nearly always there is nothing to tell; `EXCEPT` takes empty values for equal.
    """
    names = ", ".join(name for name in cube.shape.names if name != CELL)
    return (
        f"WITH made AS MATERIALIZED ({contribution(cube, f'record.{REGION} = ?')}),"  # noqa: S608 - the layout's names
        f" held AS MATERIALIZED (SELECT {names} FROM {cube.shape.name} WHERE {REGION} = ?)"
        " SELECT 1, more.* FROM (SELECT * FROM made EXCEPT SELECT * FROM held) AS more"
        " UNION ALL SELECT 0, less.* FROM (SELECT * FROM held EXCEPT SELECT * FROM made) AS less"
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
        return tuple(found) if len(found) == len(names) and count.each is None and not count.private else None

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
            if linked is not None and path.startswith(LINK_PREFIX):
                return _place("linked", linked.columns.get(path.removeprefix(LINK_PREFIX)))
            return _place("record", facts.columns.get(path))

        instant = _instant_of(count, facts, linked, place)
        if instant is None and _needs_instant(count):
            return None
        window = [
            (f"{instant} {sign} ?", bound)
            for bound, sign in ((count.from_at, ">="), (count.until_at, "<"))
            if bound is not None
        ]
        return _question(count, tables, place, window, regions, _fact_measure)

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
        months = self._months(count, cube)
        without = () if cube.rollup.without is None else ((cube.rollup.without[0], "eq", cube.rollup.without[1]),)
        if months is None or not set(without) <= set(count.exclude):
            return None
        rest = replace(count, exclude=tuple(one for one in count.exclude if one not in without))

        def place(path: str) -> Place | None:
            if linked is not None and path.startswith(LINK_PREFIX):
                return _place("linked", linked.columns.get(path.removeprefix(LINK_PREFIX)))
            if path == REGION:
                return Place(f"record.{REGION}", number=False)
            return _place("record", cube.columns.get(path))

        def measure(name: str, path: str, where: Place | None) -> str | None:
            if name == "n":
                return f"SUM(record.{N})"
            if name == "sum":
                column = cube.sums.get(path)
                return None if column is None else f"SUM(record.{column.name})"
            return None if where is None else f"COUNT(DISTINCT {where.text})"

        return _question(rest, tables, place, months, regions, measure)

    def _months(self, count: Count, cube: CubeTable) -> list[tuple[str, Any]] | None:
        """The window of a count as conditions on the months of a cube; `None` when it is none of whole months."""
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
                if month is None:
                    return None
                conditions.append((f"record.{MONTH} {sign} ?", month))
        # What has no instant stands in month 0 and lies in no window.
        return [*conditions, (f"record.{MONTH} > ?", 0)] if conditions else []


def _needs_instant(count: Count) -> bool:
    return count.from_at is not None or count.until_at is not None or INSTANT_HOUR in count.by


def _instant_of(count: Count, facts: FactTable, linked: FactTable | None, place: Places) -> str | None:
    """The instant of a count: where it stands ready, and an index knows it; else the first with a value."""
    if count.instant and count.instant == facts.counted.instant:
        return f"record.{INSTANT}"
    if count.instant and linked is not None and count.instant == _of_linked(linked):
        return f"linked.{INSTANT}"
    found = [one.text for path in count.instant if (one := _field(path, place)) is not None and not one.number]
    if not found or len(found) < len(count.instant):
        return None
    return found[0] if len(found) == 1 else f"COALESCE({', '.join(found)})"


def _of_linked(linked: FactTable) -> tuple[str, ...]:
    return tuple(LINK_PREFIX + path for path in linked.counted.instant)


def _place(table: str, column: Column | None) -> Place | None:
    return None if column is None else Place(f"{table}.{column.name}", column.number, column.presence)


def _field(path: str, place: Places) -> Place | None:
    """Where a field is read; only among groups does `instant_hour` mean the hour."""
    return None if path == INSTANT_HOUR else _value(place(path))


def _value(where: Place | None) -> Place | None:
    """A place that holds values, not only that there are some."""
    return None if where is None or where.presence else where


def _fact_measure(name: str, _: str, where: Place | None) -> str | None:
    if name == "n":
        return "COUNT(*)"
    if where is None:
        return None
    if name == "distinct":
        return f"COUNT(DISTINCT {where.text})"
    return f"COALESCE(SUM({where.text}), 0)" if where.number else "0"


def _question(
    count: Count,
    tables: str,
    place: Places,
    window: Sequence[tuple[str, Any]],
    regions: Sequence[str],
    measure: Callable[[str, str, Place | None], str | None],
) -> Question | None:
    texts = [f"record.{REGION} IN ({', '.join('?' * len(regions))})", *(text for text, _ in window)]
    params: list[Any] = [*regions, *(value for _, value in window)]
    for condition, negated in (*((one, False) for one in count.where), *((one, True) for one in count.exclude)):
        found = _condition(condition, place)
        if found is None:
            return None
        text, added = found
        texts.append(f"NOT COALESCE({text}, FALSE)" if negated else text)
        params += added
    groups = [_value(place(path)) for path in count.by]
    measures = [
        measure(name, path, _field(path, place) if path else None)
        for name, _, path in (one.partition(":") for one in count.measures)
    ]
    if any(one is None for one in (*groups, *measures)):
        return None
    selected = ["0", *(one.text for one in groups if one is not None), *(f"CAST({one} AS BIGINT)" for one in measures)]
    positions = ", ".join(str(place + 1) for place in range(1 + len(groups)))
    sql = f"SELECT {', '.join(selected)} FROM {tables} WHERE {' AND '.join(texts)} GROUP BY {positions}"  # noqa: S608
    return Question(count, sql, tuple(params))


def _condition(condition: Condition, place: Places) -> tuple[str, list[Any]] | None:
    """A condition on a column; `None` when the column does not hold what the condition compares with."""
    path, operator, wanted = condition
    where = place(path) if operator == "exists" and path != INSTANT_HOUR else _field(path, place)
    if where is None:
        return None
    if operator == "exists":
        return f"{where.text} IS {'NOT NULL' if wanted else 'NULL'}", []
    values = [int(one) if isinstance(one, bool) else one for one in (wanted if operator == "in" else (wanted,))]
    if any(isinstance(one, int) != where.number for one in values):
        return None
    if operator == "in":
        return f"{where.text} IN ({', '.join('?' * len(values))})", values
    if operator == "ne":
        return f"({where.text} <> ? OR {where.text} IS NULL)", values
    sign = {"eq": "=", "ge": ">=", "lt": "<"}[operator]
    return f"{where.text} {sign} ?", values
