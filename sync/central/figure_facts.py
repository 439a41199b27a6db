"""The facts of a kind: a table with a column for each dimension, and a record as one of its rows.

In: what of a kind is counted. Out: its table as data, and rows of it. A value that its column does not take makes a
fact odd; months and what else is derived from values are made here. Nothing here runs SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from sync.core.count import HOUR_LENGTH, LINK_PREFIX
from sync.core.counted import ACCEPTED_SOON, Counted, Dimension
from sync.core.derived import (
    HOUR,
    INSTANT_HOUR,
    MARK,
    MONTH_OF_DAY,
    Derived,
    derived,
    is_instant,
)
from sync.core.derived import MONTH as MONTH_IN
from sync.core.dialects import MOST
from sync.core.months import NO_MONTH, month_of

REGION, ID, MONTH, INSTANT, SOON, ODD, CELL, N = "region", "id", "month", "instant", "soon", "odd", "cell", "n"
FACT_PREFIX, CUBE_PREFIX = "fact_", "cube_"
_LONGEST = 500
"""Characters of a text that an index of every database takes."""


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


class _Basis(NamedTuple):
    """A part of what something is derived from: the first of its paths that has a value, or only its hour."""

    name: str
    paths: tuple[tuple[str, ...], ...]
    by_hour: bool

    def seen(self, whole: Any) -> Any:
        """What is looked at of a value."""
        if not self.by_hour:
            return whole
        return whole[:HOUR_LENGTH] if isinstance(whole, str) else None


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
    def _told(self) -> tuple[tuple[Derived, tuple[_Basis, ...]], ...]:
        """What is derived, and what it is made of."""
        return tuple(
            (one, tuple(map(self._basis, one.basis(self.counted.instant))))
            for one in map(derived, self.derived)
            if one is not None
        )

    def _basis(self, name: str) -> _Basis:
        by_hour = name == INSTANT_HOUR or name.startswith(HOUR)
        paths = self.counted.instant if name == INSTANT_HOUR else (name.removeprefix(HOUR),)
        return _Basis(name, tuple(tuple(path.split(".")) for path in paths), by_hour)

    def _derive(self, fields: Any, secret: Any) -> Iterator[tuple[int | str | None, bool]]:
        """What is derived, and whether months stand for the time they are of: texts that are none are in no order."""
        private = {parts for one, parts in self._parts if one.private}

        def read(basis: _Basis) -> Any:
            values = (_scalar(_value(secret if parts in private else fields, parts)) for parts in basis.paths)
            return next((one for one in values if one is not None), None)

        for one, basis in self._told:
            read_whole = [read(part) for part in basis]
            row = {part.name: part.seen(whole) for part, whole in zip(basis, read_whole, strict=True)}
            value, whole = one.value(row, self.counted.instant, self._zone), read_whole[0]
            fits = whole is None or (value is not None and (one.function != MONTH_IN or is_instant(whole)))
            yield value, fits or one.function not in {MONTH_IN, MONTH_OF_DAY}


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
