"""The tables of the figures, made from what the schema says is counted: facts of each kind, and cubes folded from them.

In: a schema. Out: tables as data, each with the paths that its columns hold. A fact is one record (`figure_facts`); a
cube holds how many facts fall into each region, month and combination of dimensions. How a database writes such tables
down is its own business (`sqlite.figures`, `postgres.figures`). Nothing here runs SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from sync.central.figure_facts import (
    CELL,
    CUBE_PREFIX,
    INSTANT,
    MONTH,
    REGION,
    Column,
    FactTable,
    N,
    Shape,
    column_name,
)
from sync.core.count import LINK_PREFIX
from sync.core.counted import LINKED_REGION, Counted, Rollup
from sync.core.derived import INSTANT as OF_COUNT
from sync.core.derived import (
    INSTANT_HOUR,
    MARK,
    MS,
    MS_OF_AN_HOUR,
    WITHIN,
    derived,
)
from sync.core.months import month_numbered, year_of
from sync.core.schema import Schema

_VERSION = 6
"""Rises when the same schema makes other tables: a centre then makes them anew."""
COUNTRY = ""
"""The region of cells that hold those of every region together; no feed is named so."""
CELL_BYTES = 16
"""Of the hash of a cell's dimensions: enough for none to meet another, in a key that every cell pays for."""


class Read(NamedTuple):
    """Where facts hold what a path names: the alias of their table, and the column."""

    table: str
    column: Column


class Span(NamedTuple):
    """Whether a time comes at most so many milliseconds after another, which facts of two kinds hold."""

    first: Read
    last: Read
    most_ms: int


TABLES = ("record", "linked", "beyond")
"""The facts that are counted, those that they lead to, and those that these lead to, as statements call them."""


def held_as(path: str, instant: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Over how many links, and under which name there, facts hold what a path of a count names; of a span both ends.

    Raises:
        KeyError: it is made of facts of several kinds.
    """
    one = derived(path)
    if path == INSTANT_HOUR:
        return ((_steps(instant[0]), path),)
    paths = (path,) if one is None else one.paths
    steps = [_steps(instant[0] if one is not None and part == OF_COUNT else part) for part in paths]
    own = [part.removeprefix(LINK_PREFIX * step) for part, step in zip(paths, steps, strict=True)]
    if one is None or len(set(steps)) == 1:
        return ((steps[0], own[0] if one is None else one.over(own)),)
    if one.function != WITHIN:
        raise KeyError(path)
    return tuple((step, f"{MS}{MARK}{name}") for step, name in zip(steps, own, strict=True))


def _steps(path: str) -> int:
    """How many links lie before a path."""
    return path.startswith(LINK_PREFIX) + path.startswith(LINK_PREFIX * 2)


def read_from(tables: Sequence[FactTable | None], path: str, instant: Sequence[str]) -> Read | Span:
    """Where facts hold what a path of a count names.

    Args:
        tables: The facts, and those that they lead to.
        path: The path.
        instant: The instant of the count.

    Raises:
        KeyError: they do not hold it.
    """
    ends = []
    for step, name in held_as(path, instant):
        table = tables[step]
        own = name == INSTANT_HOUR or OF_COUNT in name.split(MARK)[1:]
        if table is None or (own and not table.has_instant(instant)):
            raise KeyError(path)
        column = Column(INSTANT, number=False) if name == INSTANT_HOUR else table.columns[name]
        ends.append(Read(TABLES[step], column))
    one = derived(path)
    return ends[0] if one is None or len(ends) == 1 else Span(ends[0], ends[1], one.numbers[0] * MS_OF_AN_HOUR)


@dataclass(frozen=True)
class CubeTable:
    """The cube of a rollup.

    Attributes:
        kind: The kind that it counts.
        rollup: What it holds.
        facts: Facts of that kind.
        linked: Facts of the kind that these lead to.
        beyond: Facts of the kind that those lead to.
    """

    kind: str
    rollup: Rollup
    facts: FactTable
    linked: FactTable | None
    beyond: FactTable | None = None

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Its dimensions by the paths that they hold."""
        whole = {path: self._read(path) for path in self.rollup.dimensions}
        there = {path: self._read(path)._replace(number=True, presence=True) for path in self.rollup.present}
        return {
            path: column._replace(name=column_name(path), required=False) for path, column in (whole | there).items()
        }

    @cached_property
    def sums(self) -> Mapping[str, Column]:
        """What it adds up besides records, by measure: integers, and different records that are led to."""
        summed = {
            f"sum:{path}": Column(f"s{column_name(path)}", number=True, required=True) for path in self.rollup.sums
        }
        if not self.rollup.distinct or self.rollup.link is None:
            return summed
        path = self.rollup.link[0]
        return {**summed, f"distinct:{path}": Column(f"d{column_name(path)}", number=True, required=True)}

    @property
    def home(self) -> str:
        """The path of the region of its cells."""
        return LINKED_REGION if self.rollup.distinct else REGION

    @cached_property
    def shape(self) -> Shape:
        """Its table. A cell is the hash of its dimensions: no key can hold what is empty, nor a long text."""
        key = (
            Column(REGION, number=False, required=True),
            Column(MONTH, number=True, required=True),
            Column(CELL, number=False, required=True),
        )
        counts = (Column(N, number=True, required=True), *self.sums.values())
        columns = (*key, *self.columns.values(), *counts)
        indexes = tuple((self.columns[path].name,) for path in self.rollup.leads)
        years = MONTH if self.rollup.instant and not self.rollup.yearly else None
        return Shape(CUBE_PREFIX + self.rollup.name, columns, (REGION, MONTH, CELL), indexes, years=years)

    def rows(self, groups: Iterable[tuple[tuple[Any, ...], tuple[int, ...]]]) -> Iterator[tuple[Any, ...]]:
        """Groups (region, month and dimensions; n and sums) as rows of the table."""
        for (region, month, *values), counts in groups:
            yield region, month, cell_of(values), *values, *counts

    def read(self, path: str) -> Read | Span:
        """Where the facts hold a dimension."""
        return read_from(self.tables, path, self.rollup.instant)

    @property
    def tables(self) -> tuple[FactTable, FactTable | None, FactTable | None]:
        """The facts that it counts, those that they lead to, and those that these lead to."""
        return self.facts, self.linked, self.beyond

    @cached_property
    def owner(self) -> FactTable:
        """The facts that have its instant; without one, those that it counts."""
        return self.tables[_steps("".join(self.rollup.instant[:1]))] or self.facts

    @cached_property
    def month(self) -> Read | None:
        """Where the facts hold its months; `None` for none."""
        instant = self.rollup.instant
        if not instant:
            return None
        if self.owner.has_instant(instant):
            return Read(TABLES[_steps(instant[0])], Column(MONTH, number=True))
        found = self.read(month_name(instant))
        return found if isinstance(found, Read) else None

    def tells(self, coarse: CubeTable) -> bool:
        """Whether another one that is added up from the same can be added up from it."""
        own, other = self.rollup, coarse.rollup
        return own.yearly <= other.yearly and own.country <= other.country

    def group_in(self, coarse: CubeTable) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
        """From a group of it (region, month and dimensions) to the group in which a coarser one holds that."""
        places = [2 + list(self.columns).index(path) for path in coarse.columns]

        def found(group: Sequence[Any]) -> tuple[Any, ...]:
            region, month = group[:2]
            region = COUNTRY if coarse.rollup.country else region
            month = month_numbered(year_of(month), 0) if coarse.rollup.yearly else month
            return (region, month, *(group[place] for place in places))

        return found

    def _read(self, path: str) -> Column:
        """The column of the facts that a dimension is read from."""
        found = self.read(path)
        return found.column if isinstance(found, Read) else Column(INSTANT, number=True)


@dataclass(frozen=True)
class Layout:
    """Every table of the figures.

    Attributes:
        facts: By kind.
        cubes: In the order of the schema.
    """

    facts: Mapping[str, FactTable]
    cubes: tuple[CubeTable, ...]

    @cached_property
    def folded(self) -> tuple[CubeTable, ...]:
        """The cubes that are folded from facts; what moves in these moves in what is added up from them."""
        return tuple(cube for cube in self.cubes if not cube.rollup.of)

    def coarser(self, cube: CubeTable) -> Iterator[tuple[CubeTable, CubeTable]]:
        """The cubes that are added up from a folded one, each with the smallest that tells it: this, or one before."""
        telling = [cube]
        found = (one for one in self.cubes if one.rollup.of == cube.rollup.name)
        for coarse in sorted(found, key=lambda one: one.rollup.yearly + one.rollup.country):
            yield coarse, next(one for one in reversed(telling) if one.tells(coarse))
            telling.append(coarse)

    @cached_property
    def fingerprint(self) -> str:
        """The same as long as the tables, and what they hold, are the same."""
        return hashlib.sha256(f"{_VERSION} {self.facts} {self.cubes}".encode()).hexdigest()

    def without(self, unfilled: Collection[str]) -> Layout:
        """The same without some cubes, by the names of their tables: what folds and answers while those are empty."""
        return replace(self, cubes=tuple(cube for cube in self.cubes if cube.shape.name not in unfilled))

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Every table."""
        return (*(table.shape for table in self.facts.values()), *(table.shape for table in self.cubes))


def layout_of(schema: Schema) -> Layout:
    """The tables for what a schema says is counted."""
    counted = {kind.name: kind.figures for kind in schema.kinds if kind.figures is not None}
    links = set(_links(counted))
    derived_of = _derived(counted)
    facts = {
        kind: FactTable(
            kind,
            one,
            tuple(sorted({path for of_kind, path, _ in links if of_kind == kind})),
            kind in {to for _, _, to in links},
            tuple(sorted(derived_of.get(kind, ()))),
        )
        for kind, one in counted.items()
    }
    cubes = tuple(
        CubeTable(
            kind,
            rollup,
            facts[kind],
            None if rollup.link is None else facts[rollup.link[1]],
            None if rollup.then is None else facts[rollup.then[1]],
        )
        for kind, one in counted.items()
        for rollup in one.rollups
    )
    return Layout(facts, cubes)


def _links(counted: Mapping[str, Counted]) -> Iterator[tuple[str, str, str]]:
    """Kind, path, and the kind that it leads to."""
    for kind, one in counted.items():
        for rollup in one.rollups:
            if rollup.link is not None:
                yield kind, *rollup.link
                if rollup.then is not None:
                    yield rollup.link[1], *rollup.then


def _derived(counted: Mapping[str, Counted]) -> Mapping[str, set[str]]:
    """What of each kind has to be held that is derived from its values."""
    found: dict[str, set[str]] = {}
    for kind, one in counted.items():
        for rollup in one.rollups:
            kinds = (kind, *(link[1] for link in (rollup.link, rollup.then) if link is not None))
            named = [path for path in rollup.dimensions if derived(path) is not None]
            own = tuple(path.rpartition(LINK_PREFIX)[2] for path in rollup.instant)
            if rollup.instant and own != counted[kinds[_steps(rollup.instant[0])]].instant:
                named.append(month_name(rollup.instant))
            for step, name in (place for path in named for place in held_as(path, rollup.instant)):
                found.setdefault(kinds[step], set()).add(name)
    return found


def month_name(instant: Sequence[str]) -> str:
    """The months of an instant that is a single path."""
    return f"month{MARK}{instant[0]}"


def cell_of(values: Sequence[Any]) -> str:
    """The name of a cell, as a database makes it too: a hash of each value's length and text, in order."""
    told = "".join("-" if value is None else f"{len(str(value))}:{value}" for value in values)
    return hashlib.sha256(told.encode()).digest()[:CELL_BYTES].hex()
