"""Grouped counts over records, as SQL text: a question in plain data, answered by any table with documents in a column.

In: the counts of a tally request, as they came over the wire. Out: checked counts, and for a table the statements
that answer them. Nothing here runs a statement; no value of a request ever becomes part of the text (values are
parameters, names must match a narrow pattern). The pieces that databases write differently are in `dialects`.

A count is {name, kind, by, where, exclude, measures, instant, from_at, until_at, each, link, zone}:

    by        paths whose values make the groups: `type`, `corrected.value`; `instant_hour` is the hour of
              the instant, `2026-11-21T16`; derived dimensions (`sync.core.derived`), `day:answered_at`
    where     [[path, op, value]], all must hold; op is eq, ne, in, exists (true or false), ge, lt, or led_to:
              the value is found in the field `value` (`outing.merged_into`) of some record of its kind
    exclude   the same, none may hold
    measures  "n" (records), "sum:path" (of integers; one beyond `dialects.MOST` is no amount), "distinct:path"
    instant   paths; the first with a value is compared with from_at <= instant < until_at (both may be null)
    each      null, or the path of a list: every element counts as one record whose field is that element
    link      null, or {path, kind, link}: the record of that kind with that id, its fields read as `link.<path>`;
              its own link, null or absent, goes on from there to `link.link.<path>`
    zone      null, or the civil time of derived dimensions: `America/Santiago`

Where a table keeps private values in a column of their own, a path is read from there only if the server laid it on
the count (`Count.opening`); no request can.

An absent value is null in a row; true and false are 1 and 0; a list or an object is no value, though it exists.
A row has the paths of `by` and the measures as keys. An absent key of a count means the empty one.

A tally request holds its counts under `counts` (other keys are the caller's own). The centre answers
{"tallies": {name: [row]}, "devices_not_synced": n, "feeds": {feed: last change}}.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from sync.core.derived import HOUR, INSTANT, INSTANT_HOUR, derived, zone_of
from sync.core.dialects import SQLITE, Dialect

PATH = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}(\.[A-Za-z][A-Za-z0-9_]{0,63}){0,3}")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
LED_TO = "led_to"
OPERATORS = frozenset({"eq", "ne", "in", "exists", "ge", "lt", LED_TO})
LINK_PREFIX = "link."
TWICE_LINKED = LINK_PREFIX + LINK_PREFIX
HOUR_LENGTH = len("2026-11-21T16")
_LEADING = re.compile(rf"[a-z][a-z0-9_]{{0,63}}\.{PATH.pattern}")
_LONGEST_ZONE = 64
MAX_COUNTS = 160
MAX_PARTS = 16
MAX_VALUES = 500
LARGEST = 2**53

Condition = tuple[str, str, Any]
Row = dict[str, Any]
Execute = Callable[[str, Sequence[Any]], Iterable[Sequence[Any]]]


class GroupingError(ValueError):
    """A count that is not well formed; the message names the part and repeats no value."""


@dataclass(frozen=True, slots=True)
class Count:
    """One checked question. Made by `parse`, never from unchecked values.

    Attributes:
        private: Those of its paths that are read from the private values. Laid by the server, never by a request.
        then: The link of the record that its link leads to.
    """

    name: str
    kind: str
    by: tuple[str, ...]
    where: tuple[Condition, ...]
    exclude: tuple[Condition, ...]
    measures: tuple[str, ...]
    instant: tuple[str, ...]
    from_at: str | None
    until_at: str | None
    each: str | None
    link: tuple[str, str] | None
    private: frozenset[str] = frozenset()
    then: tuple[str, str] | None = None
    zone: str | None = None

    def within(self, path: str, values: Sequence[str]) -> "Count":
        """The same question over fewer records: those whose `path` is one of `values` (a scope laid by the server)."""
        return replace(self, where=(*self.where, (path, "in", tuple(values))))

    def opening(self, paths: Collection[str]) -> "Count":
        """The same question, with those of its paths that are among `paths` read from the private values."""
        return replace(self, private=self._paths().intersection(paths))

    def _paths(self) -> frozenset[str]:
        tested = (path for path, _, _ in (*self.where, *self.exclude))
        measured = (measure.partition(":")[2] for measure in self.measures)
        made_of = (path for one in map(derived, self.by) if one is not None for path in one.paths)
        return frozenset((*self.by, *made_of, *tested, *measured, *self.instant, *filter(None, [self.each])))

    @property
    def basis(self) -> "Count":
        """The count from whose rows `derive` makes those of this one: by what its derived dimensions are made of."""
        if not any(map(derived, self.by)):
            return self
        by: dict[str, None] = {}
        for path in self.by:
            one = derived(path)
            by |= dict.fromkeys((path,) if one is None else one.basis(self.instant))
        told_apart = [path for name, _, path in map(_parts, self.measures) if name == "distinct"]
        measures = tuple(one for one in self.measures if _parts(one)[0] != "distinct") or ("n",)
        return replace(self, by=tuple(by | dict.fromkeys(told_apart)), measures=measures)

    def derive(self, rows: Iterable[Row]) -> list[Row]:
        """The rows of this count from those of its `basis`."""
        if self.zone is None or not any(map(derived, self.by)):
            return list(rows)
        zone, read = zone_of(self.zone), [(path, derived(path)) for path in self.by]
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in rows:
            key = tuple(row[path] if one is None else one.value(row, self.instant, zone) for path, one in read)
            groups.setdefault(key, []).append(row)
        return [
            dict(zip(self.by, key, strict=True)) | {measure: _gathered(measure, held) for measure in self.measures}
            for key, held in groups.items()
        ]


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
    """

    table: str
    fields: str = "fields"
    kind: str = "kind"
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({"id": "id"}))
    dialect: Dialect = SQLITE
    private: str | None = None

    def __post_init__(self) -> None:
        names = (self.table, self.fields, self.kind, *self.columns.values(), *filter(None, [self.private]))
        _need(all(NAME.fullmatch(name) for name in names) and "id" in self.columns, "source")


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


def parse(counts: Any) -> tuple[Count, ...]:
    """Check the counts of a request.

    Raises:
        GroupingError: something is unknown, missing, too long or of another type than it should be.
    """
    _need(isinstance(counts, list) and len(counts) <= MAX_COUNTS, "counts")
    parsed = tuple(_parse_count(count) for count in counts)
    _need(len({count.name for count in parsed}) == len(parsed), "counts")
    return parsed


def answer(counts: Sequence[Count], source: Source, execute: Execute) -> dict[str, list[Row]]:
    """Answer every count through `execute(sql, params)`; rows come in no particular order."""
    found: dict[str, list[Row]] = {}
    for statement in statements(counts, source):
        found |= statement.rows(execute(statement.sql, statement.params))
    return {count.name: found[count.name] for count in counts}


def statements(counts: Sequence[Count], source: Source) -> tuple[Statement, ...]:
    """The statements: one for all counts that look at the same records, which are then read once.

    Counts of several windows (twelve months) look at the records of all of them together, unless one has no bound.
    """
    groups: dict[tuple[Any, ...], list[Count]] = {}
    for count in counts:
        bounded = (count.from_at is None, count.until_at is None)
        seen = (count.kind, count.each, count.link, count.then, count.instant, bounded, count.private)
        groups.setdefault(seen, []).append(count)
    return tuple(_statement(tuple(group), source) for group in groups.values())


def _statement(asked: tuple[Count, ...], source: Source) -> Statement:
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

    def value(path: str) -> str:
        return column(paths.value(path))

    width = max(len(count.by) + len(count.measures) for count in counts)
    selects: list[str] = []
    for numbers in _apart(counts):
        count = counts[numbers[0]]
        rest = _conditions(
            [one for one in count.where if one not in shared_where],
            [one for one in count.exclude if one not in shared_exclude],
            dialect,
            paths,
        )
        kept = [column(*condition) for condition in rest]
        groups = [column(paths.dimension(path)) for path in count.by]
        cells = [*groups, *(_measure(measure, dialect, value) for measure in count.measures)]
        cells += [dialect.nothing] * (width - len(cells))
        if len(numbers) == 1:
            number = str(numbers[0])
            if (count.from_at, count.until_at) != widest:
                own, own_params = paths.window(count.from_at, count.until_at)
                kept.append(column(" AND ".join(own), own_params))
        else:
            number = column(*_which(numbers, counts, paths))
            kept.append(f"{number} IS NOT NULL")
            groups.append(number)
        # Not by a number that is the same for all: the sort of a group costs more for every column of its key.
        grouped = f"GROUP BY {', '.join(groups)}" if groups else "HAVING COUNT(*) > 0"
        filtered = f"WHERE {' AND '.join(kept)} " if kept else ""
        selects.append(f"SELECT {', '.join([number, *cells])} FROM seen {filtered}{grouped}")  # noqa: S608  # checked names
    taken = ", ".join(f"{text} AS {alias}" for (text, _), alias in columns.items()) or "1"
    where = " AND ".join([paths.kind(), *window, *(text for text, _ in shared)])
    base = f"SELECT {taken} FROM {paths.tables()} WHERE {where}"  # noqa: S608
    found_out = (param for _, params in columns for param in params)
    shared_params = (param for _, params in shared for param in params)
    return Statement(
        f"WITH seen AS MATERIALIZED ({base})\n" + "\nUNION ALL ".join(selects),
        (*found_out, *paths.params(), *window_params, *shared_params),
        asked,
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

    def tables(self) -> str:
        source, dialect, count = self._source, self._dialect, self._count
        text = f"{source.table} AS record" + self._opened("record")
        if count.link is not None:
            # The key is the record's own, though every element of a list may stand in its place elsewhere.
            text += dialect.linked(
                f"{source.table} AS linked", f"linked.{source.columns['id']}", self._stored(count.link[0])
            )
            text += f" AND linked.{source.kind} = {dialect.mark}"
            text += self._opened("linked")
        if count.then is not None:
            on = self._stored(LINK_PREFIX + count.then[0])
            text += dialect.linked(f"{source.table} AS beyond", f"beyond.{source.columns['id']}", on)
            text += f" AND beyond.{source.kind} = {dialect.mark}"
            text += self._opened("beyond")
        if count.each is not None:
            text += dialect.elements(*self._place(count.each))
        return text

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

    def led_to(self, read: str, leading: str) -> str:
        """Whether a read is found in a field of the records of a kind; these are the parameter."""
        kind, dialect, source = self._source.kind, self._dialect, self._source
        column = source.columns.get(leading)
        found = dialect.value("leader", source.fields, leading) if column is None else f"leader.{column}"
        found = found if column is None else dialect.column(found)
        opened = dialect.opened.format(table="leader", fields=source.fields)
        return (
            f"{read} IN (SELECT {found} FROM {source.table} AS leader{opened}"  # noqa: S608 - checked names
            f" WHERE leader.{kind} = {dialect.mark} AND {found} IS NOT NULL)"
        )

    def value(self, path: str) -> str:
        return self._dialect.element() if path == self._count.each else self._stored(path)

    def presence(self, path: str) -> str:
        if path == self._count.each:
            return self._dialect.element_presence()
        column = self._column(path)
        if column is not None:
            return f"({column} IS NOT NULL)"
        return self._dialect.presence(*self._place(path))

    def _stored(self, path: str) -> str:
        column = self._column(path)
        return self._dialect.value(*self._place(path)) if column is None else self._dialect.column(column)

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
        return paths.led_to(read, leading), [kind]
    if operator == "in":
        return dialect.within(read, len(wanted)), [dialect.wanted(one) for one in wanted]
    if operator in {"eq", "ne"}:
        return dialect.compared(read, "=" if operator == "eq" else "<>"), [dialect.wanted(wanted)]
    sign = ">=" if operator == "ge" else "<"
    return dialect.ordered(read, sign, text=isinstance(wanted, str)), [dialect.bound(wanted)]


def _measure(measure: str, dialect: Dialect, value: Callable[[str], str]) -> str:
    if measure == "n":
        return dialect.counted()
    name, _, path = _parts(measure)
    return dialect.distinct(value(path)) if name == "distinct" else dialect.total(value(path))


def _parts(measure: str) -> tuple[str, str, str]:
    return measure.partition(":")


def _gathered(measure: str, rows: Sequence[Row]) -> int:
    """A measure of a group from the finer groups that make it."""
    name, _, path = _parts(measure)
    if name == "distinct":
        return len({row[path] for row in rows} - {None})
    return sum(row[measure] for row in rows)


def _parse_count(wire: Any) -> Count:
    _need(isinstance(wire, dict) and wire.keys() <= _KEYS, "count")
    _need(isinstance(wire.get("name"), str) and NAME.fullmatch(wire["name"]) is not None, "name")
    _need(isinstance(wire.get("kind"), str) and NAME.fullmatch(wire["kind"]) is not None, "kind")
    zone = _parse_zone(wire.get("zone"))
    by = _parse_by(wire.get("by", []), zone)
    _need(len(set(by)) == len(by) and "n" not in by, "by")
    measures = wire.get("measures", ["n"])
    _need(isinstance(measures, list) and 0 < len(measures) <= MAX_PARTS, "measures")
    _need(all(_is_measure(measure) for measure in measures), "measures")
    instant = _paths(wire.get("instant", []), "instant")
    _need(INSTANT_HOUR not in instant and (bool(instant) or not any(map(is_of_instant, by))), "instant")
    for bound in ("from_at", "until_at"):
        given = wire.get(bound)
        _need(given is None or (isinstance(given, str) and _is_value(given) and bool(instant)), bound)
    each = wire.get("each")
    _need(each is None or _is_path(each), "each")
    return Count(
        name=wire["name"],
        kind=wire["kind"],
        by=by,
        where=_parse_conditions(wire.get("where", []), "where"),
        exclude=_parse_conditions(wire.get("exclude", []), "exclude"),
        measures=tuple(measures),
        instant=instant,
        from_at=wire.get("from_at"),
        until_at=wire.get("until_at"),
        each=each,
        link=_parse_link(wire.get("link")),
        then=_parse_link(wire["link"].get("link")) if isinstance(wire.get("link"), dict) else None,
        zone=zone,
    )


_KEYS = frozenset(
    {"name", "kind", "by", "where", "exclude", "measures", "instant", "from_at", "until_at", "each", "link", "zone"}
)


def _parse_zone(wire: Any) -> str | None:
    if wire is None:
        return None
    _need(isinstance(wire, str) and len(wire) <= _LONGEST_ZONE, "zone")
    try:
        zone_of(wire)
    except ValueError as error:
        raise GroupingError("the part 'zone' of a count is not well formed") from error
    return str(wire)


def _parse_by(wire: Any, zone: str | None) -> tuple[str, ...]:
    _need(isinstance(wire, list) and len(wire) <= MAX_PARTS and all(isinstance(one, str) for one in wire), "by")
    for one in wire:
        try:
            _need(_is_path(one) or (zone is not None and derived(one) is not None), "by")
        except ValueError as error:
            raise GroupingError("the part 'by' of a count is not well formed") from error
    return tuple(wire)


def is_of_instant(path: str) -> bool:
    """Whether what a count groups by needs its instant."""
    one = derived(path)
    return path == INSTANT_HOUR or (one is not None and INSTANT in one.paths)


def _parse_conditions(wire: Any, part: str) -> tuple[Condition, ...]:
    _need(isinstance(wire, list) and len(wire) <= MAX_PARTS, part)
    return tuple(_parse_condition(one, part) for one in wire)


def _parse_condition(wire: Any, part: str) -> Condition:
    triple = 3
    _need(isinstance(wire, list) and len(wire) == triple, part)
    path, operator, wanted = wire
    _need(_is_path(path) and isinstance(operator, str) and operator in OPERATORS, part)
    if operator == "exists":
        _need(isinstance(wanted, bool), part)
    elif operator == LED_TO:
        _need(isinstance(wanted, str) and _LEADING.fullmatch(wanted) is not None, part)
    elif operator == "in":
        _need(isinstance(wanted, list) and 0 < len(wanted) <= MAX_VALUES, part)
        _need(all(map(_is_value, wanted)), part)
        return path, operator, tuple(wanted)
    else:
        _need(_is_value(wanted), part)
    return path, operator, wanted


def _parse_link(wire: Any) -> tuple[str, str] | None:
    if wire is None:
        return None
    _need(isinstance(wire, dict) and {"path", "kind"} <= wire.keys() <= {"path", "kind", "link"}, "link")
    _need(_is_path(wire["path"]), "link")
    _need(isinstance(wire["kind"], str) and NAME.fullmatch(wire["kind"]) is not None, "link")
    return wire["path"], wire["kind"]


def _paths(wire: Any, part: str) -> tuple[str, ...]:
    _need(isinstance(wire, list) and len(wire) <= MAX_PARTS and all(_is_path(path) for path in wire), part)
    return tuple(wire)


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and PATH.fullmatch(value) is not None


def _is_value(value: Any) -> bool:
    """Whether every database can hold it: text without NUL, or an integer that JSON keeps exactly."""
    return "\0" not in value if isinstance(value, str) else isinstance(value, int) and abs(value) < LARGEST


def _is_measure(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    name, colon, path = _parts(value)
    return value == "n" or (name in {"sum", "distinct"} and bool(colon) and _is_path(path))


def _need(holds: bool, part: str) -> None:  # noqa: FBT001  # a guard reads as one sentence
    if not holds:
        message = f"the part {part!r} of a count is not well formed"
        raise GroupingError(message)
