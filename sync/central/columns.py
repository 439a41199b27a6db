"""A batch looked at by columns: ops of one kind that name the same fields are a table, and a column is checked at once.

In: the ops of a batch and the entries of their private values. Out: for each op its private values, when it is good in
itself and creates or edits whole groups; else nothing, and `checks` looks at it alone and names what is wrong. A first
push has a thousand ops and two or three tables, so this costs a fraction of a thousand looks.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sync.central.checks import SALT, Opened
from sync.central.value_checks import CALENDAR, PATTERNS, Check, bounds, check_of, sendable
from sync.core.ops import OP_LIMIT, Op, canonical, sha256
from sync.core.schema import TEXT_LIMIT, Field, Json, Schema, ValueType

ColumnCheck = Callable[[Sequence[Any]], bool]
"""Whether there is nothing to object to in the values of one field; emptied ones (`None`) are left out of them."""


class _Shape(NamedTuple):
    """What a table's ops have in common."""

    kind: str
    public: tuple[str, ...]
    private: tuple[str, ...]


class _Row(NamedTuple):
    """An op of a table, and its private values as they came."""

    place: int
    op: Op
    salt: str
    values: Mapping[str, Json]


_PLAIN = {str, int, bool, type(None)}
"""Types of JSON that hold nothing else."""
_NO_VALUES: Mapping[str, Json] = {}


class Columns:
    """The schema's view of whole batches.

    Args:
        schema: Every kind.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._checks = {
            kind.name: {field.name: _column_of(field, check_of(field)) for field in kind.fields}
            for kind in schema.kinds
        }

    def good(self, ops: Sequence[Op | None], entries: Mapping[str, Any]) -> list[Opened | None]:
        """For each op its private values, or `None` where it has to be looked at alone.

        Args:
            ops: The ops of a batch; `None` for one that could not be read, or takes more than half of what it may.
            entries: Private values by op id, as they travelled.
        """
        found: list[Opened | None] = [None] * len(ops)
        tables: defaultdict[_Shape, list[_Row]] = defaultdict(list)
        for place, op in enumerate(ops):
            if op is not None and not op.erase:
                row = _row(place, op, entries.get(op.id))
                if row is not None:
                    tables[_Shape(op.kind, tuple(op.fields), tuple(row.values))].append(row)
        for shape, rows in tables.items():
            if self._fits(shape) and self._holds(shape, rows):
                for row in rows:
                    stored = {"salt": row.salt, "fields": row.values} if row.values else None
                    found[row.place] = Opened(row.values, stored)
        return found

    def _fits(self, shape: _Shape) -> bool:
        """Whether ops of this shape may be good: known fields in whole groups, each where it belongs, none sealed."""
        kind = self._schema.kind(shape.kind)
        if kind is None or not kind.by_name.keys() >= {*shape.public, *shape.private}:
            return False
        apart = kind.private.isdisjoint(shape.public) and kind.private.issuperset(shape.private)
        sealed = any(kind.by_name[name].opens_into for name in shape.private)
        return apart and not sealed and not kind.touched((*shape.public, *shape.private)).missing

    def _holds(self, shape: _Shape, rows: Sequence[_Row]) -> bool:
        checks = self._checks[shape.kind]
        public = zip(shape.public, zip(*(row.op.fields.values() for row in rows), strict=True), strict=True)
        private = zip(shape.private, zip(*(row.values.values() for row in rows), strict=True), strict=True)
        for name, column in chain(public, private):
            if not checks[name]([value for value in column if value is not None]):
                return False
        return all(_are_those(row) for row in rows if row.values)


def _are_those(row: _Row) -> bool:
    """Whether the op stands for these private values, and they leave room enough for it."""
    written = canonical(row.values)
    return len(written) <= OP_LIMIT // 2 and sha256(bytes.fromhex(row.salt) + written) == row.op.private


def _row(place: int, op: Op, entry: object) -> _Row | None:
    if op.private is None and entry is None:
        return _Row(place, op, "", _NO_VALUES)
    if op.private is None or not isinstance(entry, dict) or "sealed" in entry:
        return None
    salt, values = entry.get("salt"), entry.get("fields")
    if not isinstance(salt, str) or not SALT.fullmatch(salt) or not isinstance(values, dict) or not values:
        return None
    return _Row(place, op, salt, values)


def _column_of(field: Field, check: Check) -> ColumnCheck:
    """The check of a column; where looking at all of it gains nothing, that of each value."""
    if field.codes is not None and field.type in _LISTED:
        return _LISTED[field.type](field.codes)
    if field.type in PATTERNS:
        return _of_form(PATTERNS[field.type], CALENDAR.get(field.type))
    if field.type in _BY_TYPE:
        return _BY_TYPE[field.type](field)
    if field.type is ValueType.OBJECT:
        return _objects(field.name, check)
    return lambda column: all(check(value) is None for value in column)


def _codes(codes: frozenset[str]) -> ColumnCheck:
    def check(column: Sequence[Any]) -> bool:
        try:
            return codes.issuperset(column)
        except TypeError:  # a list or an object in the place of a code
            return False

    return check


def _lists(codes: frozenset[str]) -> ColumnCheck:
    items = _codes(codes)
    return lambda column: {*map(type, column)} <= {list} and items([*chain.from_iterable(column)])


def _texts(limit: int) -> ColumnCheck:
    def check(column: Sequence[Any]) -> bool:
        if not {*map(type, column)} <= {str}:
            return False
        whole = "\n".join(column)  # no letter composes with a line break
        composed = whole.isascii() or unicodedata.is_normalized("NFC", whole)
        return composed and "\0" not in whole and max(map(len, column), default=0) <= limit

    return check


def _integers(smallest: int, largest: int) -> ColumnCheck:
    def check(column: Sequence[Any]) -> bool:
        return {*map(type, column)} <= {int} and all(smallest <= edge <= largest for edge in _edges(column))

    return check


def _edges(column: Sequence[int]) -> tuple[int, ...]:
    return (min(column), max(column)) if column else ()


def _booleans(column: Sequence[Any]) -> bool:
    return {*map(type, column)} <= {bool}


def _objects(name: str, check: Check) -> ColumnCheck:
    """Objects that hold no lists and no objects: their keys once, their values as one column."""
    texts, integers = _texts(TEXT_LIMIT), _integers(*bounds(Field(name, ValueType.INTEGER)))

    def good(column: Sequence[Any]) -> bool:
        if not {*map(type, column)} <= {dict}:
            return False
        values = [*chain.from_iterable(one.values() for one in column)]
        if not {*map(type, values)} <= _PLAIN:
            return all(check(value) is None for value in column)
        keys = dict.fromkeys(chain.from_iterable(column))
        held = [[value for value in values if type(value) is one] for one in (str, int)]
        return sendable(name, keys) is None and texts(held[0]) and integers(held[1])

    return good


def _of_form(pattern: re.Pattern[str], read: Callable[[str], object] | None) -> ColumnCheck:
    lines = re.compile(rf"(?:(?:{pattern.pattern})\n)*+")

    def check(column: Sequence[Any]) -> bool:
        if not {*map(type, column)} <= {str}:
            return False
        whole = "\n".join((*column, ""))
        if whole.count("\n") != len(column) or lines.fullmatch(whole) is None:
            return False
        try:
            return read is None or all(map(read, column))
        except ValueError:
            return False

    return check


_LISTED: Mapping[ValueType, Callable[[frozenset[str]], ColumnCheck]] = {
    ValueType.CODE: _codes,
    ValueType.LIST: _lists,
}
_BY_TYPE: Mapping[ValueType, Callable[[Field], ColumnCheck]] = {
    ValueType.TEXT: lambda field: _texts(field.limit),
    ValueType.INTEGER: lambda field: _integers(*bounds(field)),
    ValueType.BOOLEAN: lambda _: _booleans,
}
