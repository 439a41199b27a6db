"""Grouped counts over the records of one laptop: SQLite reads the columns, and they are counted here.

SQLite groups by sorting; for the few values that codes have, a hash table takes a quarter of that time. What is seen by
some counts comes as a JSON list for each column, all in one order, and is held while they are answered: tens of
thousands of records, not those of a country.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any

import orjson

from sync.core.count import Count, Row, parts
from sync.core.dialects import MOST
from sync.core.grouping import Execute, Look, Seen, Source, seen

_FEWER = 8
"""From groups that are finer a look is added up where they are so many times fewer than the records."""

Groups = Mapping[tuple[Any, ...], int]


def answer(counts: Sequence[Count], source: Source, execute: Execute) -> dict[str, list[Row]]:
    """Answer every count through `execute(sql, params)`, which asks SQLite; rows come in no particular order."""
    found: dict[str, list[Row]] = {}
    for one in seen(counts, source):
        ((size, *texts),) = execute(statement(one), one.params)
        read = _Reader(dict(zip(one.columns, texts, strict=True)))
        texts.clear()
        found |= _answered(one, _Records(size, read.column))
    return {count.name: found[count.name] for count in counts}


def statement(one: Seen) -> str:
    """How many records are seen, and the list of the values of each column."""
    lists = [f"json_group_array({column})" for column in one.columns]
    return f"SELECT {', '.join(['COUNT(*)', *lists])} FROM ({one.sql})"  # noqa: S608  # checked names


class _Reader:
    """Reads each column once from the JSON of its list. Equal texts are one object: they take no more room."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts
        self._same: dict[Any, Any] = {}

    def column(self, name: str) -> list[Any]:
        text = self._texts.pop(name)
        values: list[Any] = orjson.loads(text)
        return list(map(self._same.setdefault, values, values)) if '"' in text else values


def _answered(one: Seen, all_records: "_Records") -> dict[str, list[Row]]:
    """Look by look: those that keep the same records together, and of these the finest first."""
    counts = [count.basis for count in one.counts]
    held: list[list[Row]] = [[] for _ in counts]
    for look in sorted(one.looks, key=lambda look: -len(_read(look))):
        kept = all_records
        for column in sorted(look.kept, key=one.columns.index):
            kept = kept.where(column)
        for place, row in _rows(look, counts, kept.by(_read(look))):
            held[place].append(row)
    return {count.name: count.derive(rows) for count, rows in zip(one.counts, held, strict=True)}


def _read(look: Look) -> tuple[str, ...]:
    """The columns that a look reads: of records that are equal in these it is enough to know how many there are."""
    which = () if look.which is None else (look.which,)
    return tuple(dict.fromkeys((*which, *look.by, *(column for _, column in look.measures if column))))


def _rows(look: Look, counts: Sequence[Count], groups: Groups) -> Iterator[tuple[int, Row]]:
    """The rows of a look, each with the place of its count."""
    read, first = _read(look), counts[look.places[0]]
    key = (*filter(None, [look.which]), *look.by)
    if read == key and first.measures == ("n",):
        rows: Iterable[tuple[tuple[Any, ...], dict[str, int]]] = ((cells, {"n": n}) for cells, n in groups.items())
    else:
        rows = _gathered(look, read, key, groups)
    for cells, measured in rows:
        place, by = (look.places[0], cells) if look.which is None else (cells[0], cells[1:])
        if place is not None:
            yield place, dict(zip(first.by, by, strict=True)) | measured


def _gathered(
    look: Look, read: Sequence[str], key: Sequence[str], groups: Groups
) -> Iterator[tuple[tuple[Any, ...], dict[str, int]]]:
    """The measures of each key, from groups that are finer by what is measured."""
    at = {column: place for place, column in enumerate(read)}
    places = [at[column] for column in key]
    together: dict[tuple[Any, ...], list[tuple[tuple[Any, ...], int]]] = {}
    for values, n in groups.items():
        together.setdefault(tuple([values[place] for place in places]), []).append((values, n))
    for cells, members in together.items():
        yield cells, {name: _measured(name, at.get(column, -1), members) for name, column in look.measures}


def _measured(measure: str, at: int, members: Sequence[tuple[tuple[Any, ...], int]]) -> int:
    if measure == "n":
        return sum([n for _, n in members])
    if parts(measure)[0] == "distinct":
        return len({values[at] for values, _ in members if values[at] is not None})
    return sum([values[at] * n for values, n in members if isinstance(values[at], int) and abs(values[at]) <= MOST])


class _Records:
    """Some records, as the lists of the values that each column has for them, all in one order.

    Args:
        size: How many they are.
        read: Reads the list of a column.
    """

    def __init__(self, size: int, read: Callable[[str], list[Any]]) -> None:
        self._size = size
        self._read = read
        self._lists: dict[str, list[Any]] = {}
        self._narrower: dict[str, _Records] = {}
        self._groups: dict[tuple[str, ...], Groups] = {}

    def of(self, column: str) -> list[Any]:
        """The values of a column."""
        if column not in self._lists:
            self._lists[column] = self._read(column)
        return self._lists[column]

    def where(self, column: str) -> "_Records":
        """Those of which a column holds."""
        if column not in self._narrower:
            holds = self.of(column)
            size = sum(map(bool, holds))
            narrower = _Records(size, lambda other: list(compress(self.of(other), holds)))
            self._narrower[column] = self if size == self._size else narrower
        return self._narrower[column]

    def by(self, columns: tuple[str, ...]) -> Groups:
        """How many there are of each combination of values."""
        if columns not in self._groups:
            finer = self._finer(columns)
            found = self._counted(columns) if finer is None else _added_up(finer, columns, self._groups[finer])
            self._groups[columns] = found
        return self._groups[columns]

    def _finer(self, columns: tuple[str, ...]) -> tuple[str, ...] | None:
        """What was counted already by these columns and more, if these are few groups."""
        return next(
            (
                finer
                for finer, groups in self._groups.items()
                if len(groups) * _FEWER <= self._size and set(columns) <= set(finer)
            ),
            None,
        )

    def _counted(self, columns: tuple[str, ...]) -> Groups:
        if not columns:
            return {(): self._size} if self._size else {}
        if len(columns) == 1:
            return {(value,): n for value, n in Counter(self.of(columns[0])).items()}
        return Counter(zip(*map(self.of, columns), strict=True))


def _added_up(finer: tuple[str, ...], columns: tuple[str, ...], groups: Groups) -> Groups:
    places = [finer.index(column) for column in columns]
    coarse: Counter[tuple[Any, ...]] = Counter()
    for values, n in groups.items():
        coarse[tuple([values[place] for place in places])] += n
    return coarse
