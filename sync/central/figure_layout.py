"""The tables of the figures, made from what the schema says is counted: facts of each kind, and cubes folded from them.

In: a schema. Out: tables as data, each with the paths that its columns hold. A fact is one record, with its dimensions
in columns of their own; a cube holds how many facts fall into each region, month and combination of dimensions. How a
database writes such tables down is its own business (`sqlite.figures`, `postgres.figures`). Nothing here runs SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from sync.core.count import HOUR_LENGTH, LINK_PREFIX
from sync.core.counted import ACCEPTED_SOON, LINKED_REGION, Counted, Dimension, Rollup
from sync.core.derived import (
    HOUR,
    INSTANT_HOUR,
    MARK,
    MONTH_OF_DAY,
    MS,
    MS_OF_AN_HOUR,
    WITHIN,
    Derived,
    derived,
    is_instant,
)
from sync.core.derived import INSTANT as OF_COUNT
from sync.core.derived import MONTH as MONTH_IN
from sync.core.dialects import MOST
from sync.core.months import NO_MONTH, month_numbered, month_of, year_of
from sync.core.schema import Schema

REGION, ID, MONTH, INSTANT, SOON, ODD, CELL, N = "region", "id", "month", "instant", "soon", "odd", "cell", "n"
FACT_PREFIX, CUBE_PREFIX = "fact_", "cube_"
_VERSION = 6
"""Rises when the same schema makes other tables: a centre then makes them anew."""
_LONGEST = 500
"""Characters of a text that an index of every database takes."""
COUNTRY = ""
"""The region of cells that hold those of every region together; no feed is named so."""
CELL_BYTES = 16
"""Of the hash of a cell's dimensions: enough for none to meet another, in a key that every cell pays for."""


class Column(NamedTuple):
    """A column of a table of figures.

    Attributes:
        name: Its name.
        number: It holds integers; else texts.
        required: It is never empty.
        presence: It only says whether there is something.
        private: It holds a private value.
        listed: It holds the texts of a list, as JSON.
        mixed: It holds texts and integers, as JSON.
    """

    name: str
    number: bool
    required: bool = False
    presence: bool = False
    private: bool = False
    listed: bool = False
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as every database can write it down.

    Attributes:
        name: Its name.
        columns: Every column.
        key: Names of the columns of its key, the region first.
        indexes: Columns of further indexes.
        sparse: Columns of indexes of what is not empty in the second of them.
        years: The column that tells a row's year (an id, a month), by which a database may keep rows apart; or none.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    sparse: tuple[tuple[str, ...], ...] = ()
    years: str | None = None

    @property
    def index_statements(self) -> Iterator[str]:
        """What makes its indexes, in every database."""
        numbers = count()
        for names in self.indexes:
            yield f"CREATE INDEX {self.name}_by_{next(numbers)} ON {self.name} ({', '.join(names)})"
        for names in self.sparse:
            sought = f"CREATE INDEX {self.name}_by_{next(numbers)} ON {self.name} ({', '.join(names)})"
            yield f"{sought} WHERE {names[1]} IS NOT NULL"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)


_SOON = Column(SOON, number=True)


class Changed(NamedTuple):
    """A record as the feed has it.

    `fields` and `private` are the JSON texts of its values; `accepted_at` is when the centre first took it in.
    """

    kind: str
    id: str
    change: int
    fields: str
    private: str | None = None
    accepted_at: str = ""


class FigureCursor(NamedTuple):
    """How far the figures of a feed have come, and how far they must come before they are asked for the first time."""

    change: int
    target: int


@dataclass(frozen=True)
class FactTable:
    """The facts of a kind.

    Attributes:
        kind: The kind.
        counted: What of it is counted.
        leads: Paths of it that lead to other records, by which these are looked up from the other end.
        led_to: Other facts lead to its own.
        derived: Names of what is derived from its values.
    """

    kind: str
    counted: Counted
    leads: tuple[str, ...]
    led_to: bool
    derived: tuple[str, ...] = ()

    @cached_property
    def shape(self) -> Shape:
        """Its table."""
        own = (*map(_column, self.counted.dimensions), *map(self._derived_column, self.derived))
        soon = () if self.counted.soon_s is None else (_SOON,)
        when = (Column(INSTANT, number=False), Column(MONTH, number=True, required=True), *soon)
        key = (Column(REGION, number=False, required=True), Column(ID, number=False, required=True))
        by_id = {ID} if self.led_to else set[str]()
        window = (INSTANT,) if self.counted.instant else ()
        return Shape(
            FACT_PREFIX + self.kind,
            (*key, *(when if self.counted.instant else ()), *own, Column(ODD, number=True, required=True)),
            (REGION, ID),
            (
                *(((REGION, INSTANT),) if self.counted.instant else ()),
                *((name,) for name in sorted({*(self.columns[path].name for path in self.leads), *by_id})),
            ),
            tuple((REGION, column_name(path), *window) for path in self.counted.sought),
            years=ID,
        )

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Its columns by the paths that they hold."""
        own = {one.path: _column(one) for one in self.counted.dimensions}
        own |= {name: self._derived_column(name) for name in self.derived}
        soon = {} if self.counted.soon_s is None else {ACCEPTED_SOON: _SOON}
        return {REGION: Column(REGION, number=False), ID: Column(ID, number=False), **soon, **own}

    @cached_property
    def reads_private(self) -> bool:
        """Private values are among its dimensions."""
        return any(one.private for one in self.counted.dimensions)

    @cached_property
    def _parts(self) -> tuple[tuple[Dimension, tuple[str, ...]], ...]:
        return tuple((one, tuple(one.path.split("."))) for one in self.counted.dimensions)

    @cached_property
    def _instants(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(path.split(".")) for path in self.counted.instant)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.counted.zone)

    def row(self, region: str, changed: Changed) -> tuple[Any, ...]:
        """The fact of a record, in the order of the shape's columns.

        A value that its column does not take has no place in it: the fact says that it is odd, and counts over its
        kind are answered from the records.
        """
        fields = orjson.loads(changed.fields)
        secret = orjson.loads(changed.private) if self.reads_private and changed.private is not None else {}
        cells: list[Any] = []
        odd = False
        for one, parts in self._parts:
            value = _value(secret if one.private else fields, parts)
            cell = _cell(value, one)
            odd = odd or (cell is None) != (value is None)
            cells.append(cell)
        for value, fits in self._derive(fields, secret):
            cells.append(value)
            odd = odd or not fits
        if not self.counted.instant:
            return (region, changed.id, *cells, int(odd))
        instant = next((value for parts in self._instants if (value := _value(fields, parts)) is not None), None)
        month = NO_MONTH
        if instant is not None:
            try:
                month = month_of(str(instant), self._zone)
            except ValueError:
                odd, instant = True, None
        soon = () if self.counted.soon_s is None else (_soon(instant, changed.accepted_at, self.counted.soon_s),)
        return (region, changed.id, instant, month, *soon, *cells, int(odd))

    def has_instant(self, paths: Sequence[str]) -> bool:
        """Whether the instant of a count is the one of its own, wherever a count finds it."""
        return bool(paths) and tuple(path.rpartition(LINK_PREFIX)[2] for path in paths) == self.counted.instant

    def _derived_column(self, name: str) -> Column:
        one = derived(name)
        private = {dimension.path for dimension in self.counted.dimensions if dimension.private}
        return Column(
            column_name(name),
            number=one is not None and one.is_number,
            private=one is not None and not private.isdisjoint(one.paths),
        )

    @cached_property
    def _bases(self) -> tuple[tuple[Derived, tuple[tuple[str, tuple[tuple[str, ...], ...], bool], ...]], ...]:
        """What is derived, and for each name of its basis: the paths of which the first counts, and if by the hour."""
        found = []
        for one in filter(None, map(derived, self.derived)):
            basis = []
            for name in one.basis(self.counted.instant):
                paths = self.counted.instant if name == INSTANT_HOUR else (name.removeprefix(HOUR),)
                by_hour = name == INSTANT_HOUR or name.startswith(HOUR)
                basis.append((name, tuple(tuple(path.split(".")) for path in paths), by_hour))
            found.append((one, tuple(basis)))
        return tuple(found)

    def _derive(self, fields: Any, secret: Any) -> Iterator[tuple[int | str | None, bool]]:
        """What is derived, and whether months stand for the time they are of: texts that are none are in no order."""
        private = {tuple(one.path.split(".")) for one in self.counted.dimensions if one.private}

        def read(paths: Iterable[tuple[str, ...]], *, by_hour: bool) -> Any:
            values = (_scalar(_value(secret if parts in private else fields, parts)) for parts in paths)
            value = next((one for one in values if one is not None), None)
            if not by_hour:
                return value
            return value[:HOUR_LENGTH] if isinstance(value, str) else None

        for one, basis in self._bases:
            row = {name: read(paths, by_hour=by_hour) for name, paths, by_hour in basis}
            value = one.value(row, self.counted.instant, self._zone)
            whole = read(basis[0][1], by_hour=False)
            fits = whole is None or (value is not None and (one.function != MONTH_IN or is_instant(whole)))
            yield value, fits or one.function not in {MONTH_IN, MONTH_OF_DAY}


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


def _column(dimension: Dimension) -> Column:
    return Column(
        column_name(dimension.path),
        dimension.number or dimension.presence,
        presence=dimension.presence,
        private=dimension.private,
        listed=dimension.listed,
        mixed=dimension.mixed,
    )


def column_name(path: str) -> str:
    """The column of a path, in small letters as databases fold it; no other of ours, and no word of SQL, begins so."""
    return "v_" + path.replace(".", "__").replace(MARK, "___").lower()


def cell_of(values: Sequence[Any]) -> str:
    """The name of a cell, as a database makes it too: a hash of each value's length and text, in order."""
    told = "".join("-" if value is None else f"{len(str(value))}:{value}" for value in values)
    return hashlib.sha256(told.encode()).digest()[:CELL_BYTES].hex()


def as_mixed(value: str | int) -> str:
    """A text or an integer as a column holds it that may hold both."""
    return orjson.dumps(int(value) if isinstance(value, int) else value).decode()


def _soon(instant: Any, accepted_at: str, soon_s: int) -> int | None:
    """Whether what happened at an instant was accepted soon; `None` where either is not known."""
    try:
        return int(datetime.fromisoformat(accepted_at) - datetime.fromisoformat(instant) <= timedelta(seconds=soon_s))
    except (TypeError, ValueError):
        return None


def _value(fields: Any, parts: Iterable[str]) -> Any:
    value = fields
    for part in parts:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _scalar(value: Any) -> Any:
    return None if isinstance(value, list | dict) else value


def _cell(value: Any, dimension: Dimension) -> str | int | None:
    """A value as its column holds it; `None` for one of another type, too long for an index or too large to add up."""
    if dimension.presence:
        return None if value is None else 1
    if dimension.listed:
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return orjson.dumps(sorted(value)).decode() if texts else None
    if dimension.mixed:
        return as_mixed(value) if isinstance(value, str | int) else None
    if dimension.number:
        return int(value) if isinstance(value, int) and abs(value) <= MOST else None
    return value if isinstance(value, str) and len(value) <= _LONGEST else None
