"""Grouped counts over records, as SQL text: a question in plain data, answered by any table with documents in a column.

In: checked counts (`count`), and a table. Out: the statements that answer them. Nothing here runs a statement; no value
of a request ever becomes part of the text. The pieces that databases write differently are in `dialects`.

Where a table keeps private values in a column of their own, a path is read from there only if the server laid it on
the count (`Count.opening`); no request can.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from sync.core.count import (
    HOUR_LENGTH,
    LED_TO,
    LINK_PREFIX,
    NAME,
    TWICE_LINKED,
    Condition,
    Count,
    GroupingError,
    Row,
    parts,
)
from sync.core.derived import HOUR, INSTANT_HOUR
from sync.core.dialects import SQLITE, Dialect

Execute = Callable[[str, Sequence[Any]], Iterable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Source:
    """The table that holds the records.

    Args:
        table: Its name.
        fields: The column with the record's fields as a JSON object.
        columns: Paths that have a column of their own (`id`, `region`, hot fields); the rest is read from `fields`.
            A link is followed through the column of `id`.
        kind: The column with the kind.
        dialect: The SQL that its database speaks.
        private: The column with the private values, where they stand apart from `fields`.
        few: Kinds of which there are few. A link to one reads them once, not again for each record that leads there.
    """

    table: str
    fields: str = "fields"
    kind: str = "kind"
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({"id": "id"}))
    dialect: Dialect = SQLITE
    private: str | None = None
    few: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        names = (self.table, self.fields, self.kind, *self.columns.values(), *filter(None, [self.private]))
        if "id" not in self.columns or not all(map(NAME.fullmatch, names)):
            raise GroupingError("the part 'source' is not well formed")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that answers the counts over the same records in one pass; `rows` reads what it returned."""

    sql: str
    params: tuple[Any, ...]
    counts: tuple[Count, ...]

    def rows(self, returned: Iterable[Sequence[Any]]) -> dict[str, list[Row]]:
        """The rows by the name of their count."""
        keys = [(*count.basis.by, *count.basis.measures) for count in self.counts]
        held: list[list[Row]] = [[] for _ in self.counts]
        for number, *cells in returned:
            held[number].append(dict(zip(keys[number], cells, strict=False)))
        return {count.name: count.derive(rows) for count, rows in zip(self.counts, held, strict=True)}


def answer(counts: Sequence[Count], source: Source, execute: Execute) -> dict[str, list[Row]]:
    """Answer every count through `execute(sql, params)`; rows come in no particular order."""
    found: dict[str, list[Row]] = {}
    for statement in statements(counts, source):
        found |= statement.rows(execute(statement.sql, statement.params))
    return {count.name: found[count.name] for count in counts}


@dataclass(frozen=True, slots=True)
class Look:
    """How counts that differ in nothing but their windows, of which none overlap, are answered from what is seen.

    Args:
        places: Of the counts, among those that look at the same records.
        which: The column with the place of the count that a record belongs to; None where there is one count.
        by: The columns whose values make the groups.
        kept: The columns that must hold.
        measures: Each measure, and the column that it is of.
    """

    places: tuple[int, ...]
    which: str | None
    by: tuple[str, ...]
    kept: tuple[str, ...]
    measures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What some counts look at: the same records, and of each what any of them needs, found out once.

    Args:
        counts: The counts.
        looks: How the basis of each is answered.
        columns: The names of the columns.
        sql: Selects the columns.
        params: Of the text.
    """

    counts: tuple[Count, ...]
    looks: tuple[Look, ...]
    columns: tuple[str, ...]
    sql: str
    params: tuple[Any, ...]


def statements(counts: Sequence[Count], source: Source) -> tuple[Statement, ...]:
    """The statements: one for all counts that look at the same records, which are then read once.

    Counts of several windows (twelve months) look at the records of all of them together, unless one has no bound.
    """
    return tuple(_statement(one, source.dialect) for one in seen(counts, source))


def seen(counts: Sequence[Count], source: Source) -> tuple[Seen, ...]:
    """What the counts look at, those together that look at the same records."""
    groups: dict[tuple[Any, ...], list[Count]] = {}
    for count in counts:
        bounded = (count.from_at is None, count.until_at is None)
        alike = (count.kind, count.each, count.link, count.then, count.instant, bounded, count.private, count.leaders)
        groups.setdefault(alike, []).append(count)
    return tuple(_seen(tuple(group), source) for group in groups.values())


def _statement(one: Seen, dialect: Dialect) -> Statement:
    width = max(len(look.by) + len(look.measures) for look in one.looks)
    selects: list[str] = []
    for look in one.looks:
        number = look.which or str(look.places[0])
        cells = [*look.by, *(_measure(measure, column, dialect) for measure, column in look.measures)]
        cells += [dialect.nothing] * (width - len(cells))
        kept = [*look.kept, *([] if look.which is None else [f"{look.which} IS NOT NULL"])]
        # Not by a number that is the same for all: the sort of a group costs more for every column of its key.
        groups = [*look.by, *filter(None, [look.which])]
        grouped = f"GROUP BY {', '.join(groups)}" if groups else "HAVING COUNT(*) > 0"
        filtered = f"WHERE {' AND '.join(kept)} " if kept else ""
        selects.append(f"SELECT {', '.join([number, *cells])} FROM seen {filtered}{grouped}")  # noqa: S608  # checked names
    sql = f"WITH seen AS MATERIALIZED ({one.sql})\n" + "\nUNION ALL ".join(selects)
    return Statement(sql, one.params, one.counts)


def _seen(asked: tuple[Count, ...], source: Source) -> Seen:
    counts = tuple(count.basis for count in asked)
    first, dialect = counts[0], source.dialect
    paths = _Paths(source, first)
    shared_where = [one for one in first.where if all(one in count.where for count in counts)]
    shared_exclude = [one for one in first.exclude if all(one in count.exclude for count in counts)]
    widest = _widest(counts)
    window, window_params = paths.window(*widest)
    shared = _conditions(shared_where, shared_exclude, dialect, paths)
    columns: dict[tuple[str, tuple[Any, ...]], str] = {}

    def column(text: str, params: Iterable[Any] = ()) -> str:
        """What is read, or found out, of a record once, whichever counts need it."""
        return columns.setdefault((text, tuple(params)), f"c{len(columns)}")

    looks: list[Look] = []
    for places in _apart(counts):
        count = counts[places[0]]
        rest = _conditions(
            [one for one in count.where if one not in shared_where],
            [one for one in count.exclude if one not in shared_exclude],
            dialect,
            paths,
        )
        kept = [column(*condition) for condition in rest]
        by = tuple(column(paths.dimension(path)) for path in count.by)
        of = (parts(measure)[2] for measure in count.measures)
        measured = [column(paths.value(path)) if path else "" for path in of]
        which = None
        if len(places) > 1:
            which = column(*_which(places, counts, paths))
        elif (count.from_at, count.until_at) != widest:
            own, own_params = paths.window(count.from_at, count.until_at)
            kept.append(column(" AND ".join(own), own_params))
        looks.append(Look(tuple(places), which, by, tuple(kept), tuple(zip(count.measures, measured, strict=True))))
    taken = ", ".join(f"{text} AS {alias}" for (text, _), alias in columns.items()) or "1"
    where = " AND ".join([paths.kind(), *window, *(text for text, _ in shared)])
    found_out = (param for _, params in columns for param in params)
    shared_params = (param for _, params in shared for param in params)
    return Seen(
        asked,
        tuple(looks),
        tuple(columns.values()),
        f"SELECT {taken} FROM {paths.tables()} WHERE {where}",  # noqa: S608  # checked names
        (*found_out, *paths.params(), *window_params, *shared_params),
    )


def _apart(counts: Sequence[Count]) -> list[list[int]]:
    """The places of the counts, together those that differ in nothing but their windows, of which none overlap."""
    together: dict[Count, list[list[int]]] = {}
    for place, count in enumerate(counts):
        alike = together.setdefault(replace(count, name="", from_at=None, until_at=None), [])
        fitting = (held for held in alike if all(_is_apart(count, counts[other]) for other in held))
        held = next(fitting, None)
        if held is None:
            alike.append([place])
        else:
            held.append(place)
    return [held for alike in together.values() for held in alike]


def _is_apart(one: Count, other: Count) -> bool:
    """Whether one window ends before the other begins."""
    ends = ((one.until_at, other.from_at), (other.until_at, one.from_at))
    return any(end is not None and start is not None and end <= start for end, start in ends)


def _which(numbers: Sequence[int], counts: Sequence[Count], paths: "_Paths") -> tuple[str, list[Any]]:
    """Which of some counts with windows apart a record belongs to, null for none. Most records are of late."""
    cases: list[str] = []
    params: list[Any] = []
    for number in sorted(numbers, key=lambda number: counts[number].from_at or "", reverse=True):
        window, window_params = paths.window(counts[number].from_at, counts[number].until_at)
        cases.append(f"WHEN {' AND '.join(window)} THEN {number}")
        params += window_params
    return f"CASE {' '.join(cases)} END", params


def _widest(counts: Sequence[Count]) -> tuple[str | None, str | None]:
    """From the earliest to the latest bound of counts that all have one, or all have none."""
    starts = [count.from_at for count in counts if count.from_at is not None]
    ends = [count.until_at for count in counts if count.until_at is not None]
    return min(starts, default=None), max(ends, default=None)


def _window(read: str, from_at: str | None, until_at: str | None, dialect: Dialect) -> tuple[list[str], list[Any]]:
    if from_at is not None and until_at is not None:
        return [dialect.between(read)], [dialect.bound(from_at), dialect.bound(until_at)]
    texts: list[str] = []
    params: list[Any] = []
    for bound, sign in ((from_at, ">="), (until_at, "<")):
        if bound is not None:
            texts.append(dialect.ordered(read, sign, text=True))
            params.append(dialect.bound(bound))
    return texts, params


class _Paths:
    """How the paths of one group of counts are read from the table."""

    def __init__(self, source: Source, count: Count) -> None:
        self._source = source
        self._count = count
        self._dialect = source.dialect
        links = {"linked": count.link, "beyond": count.then}
        # The elements of a list are told apart from its document.
        apart = "" if count.each is None else self._split(count.each)[0]
        few = (table for table, link in links.items() if link is not None and link[1] in source.few and table != apart)
        self._read_once: dict[str, dict[str, str]] = {table: {} for table in few}

    def tables(self) -> str:
        """All tables, joined; called last, when it is known what is read of them."""
        count = self._count
        text = f"{self._source.table} AS record" + self._opened("record")
        beyond = "" if count.then is None else self._joined("beyond", LINK_PREFIX + count.then[0])
        if count.link is not None:
            # The key is the record's own, though every element of a list may stand in its place elsewhere.
            text += self._joined("linked", count.link[0])
        text += beyond
        if count.each is not None:
            text += self._dialect.elements(*self._place(count.each))
        return text

    def _joined(self, table: str, path: str) -> str:
        source, dialect = self._source, self._dialect
        key = self._stored(path)
        identity, is_of_kind = f"{table}.{source.columns['id']}", f"{table}.{source.kind} = {dialect.mark}"
        held, opened = f"{source.table} AS {table}", self._opened(table)
        if table not in self._read_once:
            return dialect.linked(held, identity, key) + f" AND {is_of_kind}" + opened
        read = "".join(f", {text} AS {name}" for text, name in self._read_once[table].items())
        once = dialect.once(f"SELECT {identity} AS led_to{read} FROM {held}{opened} WHERE {is_of_kind}")  # noqa: S608
        return dialect.linked(f"{once} AS {table}", f"{table}.led_to", key)

    def kind(self) -> str:
        return f"record.{self._source.kind} = {self._dialect.mark}"

    def params(self) -> list[Any]:
        return [link[1] for link in (self._count.link, self._count.then) if link is not None] + [self._count.kind]

    def window(self, from_at: str | None, until_at: str | None) -> tuple[list[str], list[Any]]:
        return _window(self.instant(), from_at, until_at, self._dialect)

    def dimension(self, path: str) -> str:
        if path != INSTANT_HOUR and not path.startswith(HOUR):
            return self.value(path)
        read = self.instant() if path == INSTANT_HOUR else self.value(path.removeprefix(HOUR))
        return f"CASE WHEN {self._dialect.is_text(read)} THEN {self._dialect.start(read, HOUR_LENGTH)} END"

    def led_to(self, read: str, kind: str, leading: str) -> tuple[str, list[Any]]:
        """Whether a read is found in a field of the records of a kind: of those that may lead there."""
        dialect, source, regions = self._dialect, self._source, self._count.leaders
        found = self._of_leader(leading)
        there = f" AND {dialect.within(self._of_leader('region'), len(regions))}" if regions else ""
        opened = dialect.opened.format(table="leader", fields=source.fields)
        return (
            f"{read} IN (SELECT {found} FROM {source.table} AS leader{opened}"  # noqa: S608 - checked names
            f" WHERE leader.{source.kind} = {dialect.mark} AND {found} IS NOT NULL{there})"
        ), [kind, *map(dialect.wanted, regions)]

    def _of_leader(self, path: str) -> str:
        dialect, column = self._dialect, self._source.columns.get(path)
        if column is None:
            return dialect.value("leader", self._source.fields, path)
        return dialect.column(f"leader.{column}")

    def value(self, path: str) -> str:
        return self._dialect.element() if path == self._count.each else self._stored(path)

    def presence(self, path: str) -> str:
        if path == self._count.each:
            return self._dialect.element_presence()
        column = self._column(path)
        if column is not None:
            return self._once(path, f"({column} IS NOT NULL)")
        return self._once(path, self._dialect.presence(*self._place(path)))

    def _stored(self, path: str) -> str:
        column = self._column(path)
        text = self._dialect.value(*self._place(path)) if column is None else self._dialect.column(column)
        return self._once(path, text)

    def _once(self, path: str, text: str) -> str:
        """A piece of text that reads a path, or the column in which it was read once."""
        table, _ = self._split(path)
        if table not in self._read_once:
            return text
        names = self._read_once[table]
        return f"{table}.{names.setdefault(text, f'once{len(names)}')}"

    def instant(self) -> str:
        values = [self.value(path) for path in self._count.instant]
        return values[0] if len(values) == 1 else f"COALESCE({', '.join(values)})"

    def _column(self, path: str) -> str | None:
        table, own = self._split(path)
        column = self._source.columns.get(own)
        return None if column is None else f"{table}.{column}"

    def _place(self, path: str) -> tuple[str, str, str]:
        table, own = self._split(path)
        return table, self._document(path), own

    def _document(self, path: str) -> str:
        apart = self._source.private
        return apart if apart is not None and path in self._count.private else self._source.fields

    def _opened(self, table: str) -> str:
        """Both documents of a table where private values are asked for: opening one costs time for every record."""
        asked = {self._document(path) for path in self._count.private if self._split(path)[0] == table}
        return "".join(
            self._dialect.opened.format(table=table, fields=fields) for fields in sorted({self._source.fields, *asked})
        )

    def _split(self, path: str) -> tuple[str, str]:
        if self._count.then is not None and path.startswith(TWICE_LINKED):
            return "beyond", path.removeprefix(TWICE_LINKED)
        if self._count.link is not None and path.startswith(LINK_PREFIX):
            return "linked", path.removeprefix(LINK_PREFIX)
        return "record", path


def _conditions(
    where: Iterable[Condition], exclude: Iterable[Condition], dialect: Dialect, paths: "_Paths"
) -> list[tuple[str, list[Any]]]:
    """What must hold, each with its parameters."""
    must = [_condition(condition, dialect, paths) for condition in where]
    for condition in exclude:
        text, params = _condition(condition, dialect, paths)
        must.append((f"NOT {dialect.surely(text)}", params))
    return must


def _condition(condition: Condition, dialect: Dialect, paths: "_Paths") -> tuple[str, list[Any]]:
    path, operator, wanted = condition
    if operator == "exists":
        return f"{paths.presence(path)} = {dialect.mark}", [dialect.truth(wanted)]
    read = paths.value(path)
    if operator == LED_TO:
        kind, _, leading = wanted.partition(".")
        return paths.led_to(read, kind, leading)
    if operator == "in":
        return dialect.within(read, len(wanted)), [dialect.wanted(one) for one in wanted]
    if operator in {"eq", "ne"}:
        return dialect.compared(read, "=" if operator == "eq" else "<>"), [dialect.wanted(wanted)]
    sign = ">=" if operator == "ge" else "<"
    return dialect.ordered(read, sign, text=isinstance(wanted, str)), [dialect.bound(wanted)]


def _measure(measure: str, column: str, dialect: Dialect) -> str:
    if measure == "n":
        return dialect.counted()
    return dialect.distinct(column) if parts(measure)[0] == "distinct" else dialect.total(column)
