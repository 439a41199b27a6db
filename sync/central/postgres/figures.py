"""The tables of the figures: made from the schema, filled from the feeds.

Facts are kept apart by the year that their id tells, so that an index stays small while years come and go. No question
is narrowed by it: the id tells when a record was typed, and paper is typed later. Cubes are kept apart by the year of
their months, which are those of the questions: what another year holds is not looked at. What tells no year that can be
(a wrong clock, an id made otherwise, no month) lies in a part of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from psycopg import ClientCursor

from sync.central.figure_facts import CELL, CUBE_PREFIX, FACT_PREFIX, ID, MONTH, REGION, Changed, FigureCursor, Shape
from sync.central.figure_layout import CELL_BYTES, CubeTable, Layout
from sync.central.postgres.connected import Connected
from sync.central.states import text
from sync.core.months import month_numbered, year_of

_FIRST_YEAR, _LAST_YEAR = 2020, 2049
_CURSORS = (
    'CREATE TABLE figure_cursors (feed TEXT COLLATE "C" PRIMARY KEY, change BIGINT NOT NULL, target BIGINT NOT NULL)'
)
_FOR_REPORTS = "SET LOCAL enable_seqscan = on; SET LOCAL work_mem = '64MB'; SET LOCAL random_page_cost = 1.1"
_STATE = ("figure_layout", "figure_cursors", "figure_unfilled")
_ID_HEAD = len("01990000-0000")
_MS = 1_000
_MANY = 500
"""Rows from which on it is worth making a table for them."""


class PostgresFigures(Connected):
    """The figures on one connection, inside a transaction."""

    def lock_figures(self, patience_s: float | None = None) -> None:
        """Let nobody else write figures until the transaction ends."""
        if patience_s is not None:
            self._execute(f"SET LOCAL lock_timeout = {int(patience_s * _MS)}")
        self._lock("figures")

    def figure_layout(self) -> str | None:
        """The fingerprint of the layout whose tables there are."""
        there = self._one("SELECT to_regclass('figure_layout')")[0] is not None
        row = self._one("SELECT fingerprint FROM figure_layout") if there else None
        return None if row is None else str(row[0])

    def make_figures(self, layout: Layout) -> None:
        """Make the tables of a layout, empty, in place of those that there are."""
        there = self._execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition AND (starts_with(relname, %s) OR starts_with(relname, %s))",
            (FACT_PREFIX, CUBE_PREFIX),
        ).fetchall()
        statements = [f"DROP TABLE IF EXISTS {name}" for name in (*(name for (name,) in there), *_STATE)]
        statements += [
            "CREATE TABLE figure_layout (fingerprint TEXT NOT NULL)",
            _CURSORS,
            'CREATE TABLE figure_unfilled (name TEXT COLLATE "C" PRIMARY KEY)',
            *(statement for shape in layout.shapes for statement in _made(shape)),
            "INSERT INTO figure_cursors SELECT region, 0, last_change FROM feeds",
        ]
        self._connection.execute("; ".join(statements))
        self._execute("INSERT INTO figure_layout (fingerprint) VALUES (%s)", (layout.fingerprint,))
        self._execute(
            "INSERT INTO figure_unfilled SELECT unnest(%s::text[])"
            " WHERE EXISTS (SELECT FROM feeds WHERE last_change > 0)",
            ([cube.shape.name for cube in layout.cubes],),
        )

    def figure_cursors(self) -> dict[str, FigureCursor]:
        """How far the figures of each feed have come."""
        rows = self._execute("SELECT feed, change, target FROM figure_cursors ORDER BY feed")
        return {feed: FigureCursor(change, target) for feed, change, target in rows}

    def put_figure_cursor(self, feed: str, change: int) -> None:
        """Note how far the figures of a feed have come."""
        self._execute(
            "INSERT INTO figure_cursors (feed, change, target) VALUES (%s, %s, 0)"
            " ON CONFLICT (feed) DO UPDATE SET change = excluded.change",
            (feed, change),
        )

    def unfilled(self) -> frozenset[str]:
        """The tables of the cubes that hold nothing yet of the facts there are."""
        return frozenset(name for (name,) in self._execute("SELECT name FROM figure_unfilled"))

    def note_filled(self, shape: Shape) -> None:
        """Note that a cube holds what the facts contribute to it."""
        self._execute("DELETE FROM figure_unfilled WHERE name = %s", (shape.name,))

    def fill_cube(self, cube: CubeTable, made: str, params: Sequence[Any]) -> None:
        """Add to a cube what a statement makes.

        By way of a table that goes again: making one is the only writing for which several processes read.
        """
        shape = cube.shape
        told = [name for name in shape.names if name != CELL]
        self._execute(_FOR_REPORTS)
        # A statement that makes a table takes no parameters.
        making = ClientCursor(self._connection)
        making.execute(f"CREATE TEMPORARY TABLE made ({', '.join(told)}) AS {made.replace('?', '%s')}", params)
        if shape.years is not None:
            months = self._execute(f"SELECT DISTINCT {MONTH} FROM made").fetchall()  # noqa: S608 - a name of ours
            self.keep_years_apart(shape, {year for (month,) in months if (year := _year(month)) is not None})
        added = shape.names[-1 - len(cube.sums) :]
        # What is read together lies together: the ids of what cells lead to are in the order of time.
        ordered = (REGION, MONTH, *(cube.columns[path].name for path in cube.rollup.leads))
        read = [_cell([column.name for column in cube.columns.values()]) if one == CELL else one for one in shape.names]
        self._execute(
            f"INSERT INTO {shape.name} ({', '.join(shape.names)}) SELECT {', '.join(read)} FROM made"  # noqa: S608
            f" ORDER BY {', '.join(ordered)} ON CONFLICT ({', '.join(shape.key)}) DO UPDATE SET {_sums(shape, added)}"
        )
        self._execute("DROP TABLE made")

    def empty_cube(self, shape: Shape, region: str) -> None:
        """Take everything of a region out of a cube."""
        self._execute(f"DELETE FROM {shape.name} WHERE {REGION} = %s", (region,))  # noqa: S608 - the layout's names

    def changed(self, feed: str, after: int, limit: int) -> list[Changed]:
        """Records of a feed after a change, in change order."""
        rows = self._execute(
            "SELECT kind, id, change, fields, private, accepted_at FROM records"
            " WHERE region = %s AND change > %s ORDER BY change LIMIT %s",
            (feed, after, limit),
        )
        return [Changed._make(row) for row in rows]

    def among(self, column: str) -> str:
        """A condition: a column has one of the values of a parameter that `listed` made."""
        return f"{column} = ANY (?)"

    def listed(self, values: Sequence[str]) -> Any:
        """As an array."""
        return list(values)

    def ask(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Read from the tables of the figures."""
        if not self._writing:
            self._connection.execute(_FOR_REPORTS)
        return self._connection.execute(sql.replace("?", "%s"), params, prepare=False).fetchall()

    def put_rows(self, shape: Shape, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows, in place of those with the same key."""
        self._keep_years_of(shape, rows)
        rest = [name for name in shape.names if name not in shape.key]
        self._bring(shape, rows, ", ".join(f"{name} = excluded.{name}" for name in rest))

    def add_rows(self, shape: Shape, rows: Sequence[Sequence[Any]], counts: int) -> None:
        """Add the last columns of rows to those with the same key; a row whose first count comes to 0 goes."""
        added = shape.names[-counts:]
        self._keep_years_of(shape, rows)
        self._bring(shape, rows, _sums(shape, added))
        less = [row[: len(shape.key)] for row in rows if row[-counts] < 0]
        if less:
            self._take(shape, less, f" AND {shape.name}.{added[0]} = 0")

    def take_rows(self, shape: Shape, keys: Sequence[Sequence[Any]]) -> None:
        """Take rows away by their keys."""
        self._take(shape, keys, "")

    def _bring(self, shape: Shape, rows: Sequence[Sequence[Any]], otherwise: str) -> None:
        """Insert rows: a few as one parameter; many by way of a table that goes again, which costs half as much."""
        params: list[str] = []
        if len(rows) < _MANY:
            source = f"json_to_recordset(%s::json) AS x ({', '.join(_columns(shape, shape.names))})"
            params = [text([dict(zip(shape.names, row, strict=True)) for row in rows])]
        else:
            source = "brought"
            self._execute(f"CREATE TEMPORARY TABLE brought (LIKE {shape.name})")
            self._copy(f"brought ({', '.join(shape.names)})", rows)
        self._execute(
            f"INSERT INTO {shape.name} ({', '.join(shape.names)}) SELECT * FROM {source}"  # noqa: S608 - the layout's names
            f" ON CONFLICT ({', '.join(shape.key)}) DO UPDATE SET {otherwise}",
            params,
        )
        if not params:
            self._execute("DROP TABLE brought")

    def _take(self, shape: Shape, keys: Sequence[Sequence[Any]], which: str) -> None:
        same = " AND ".join(f"{shape.name}.{name} = x.{name}" for name in shape.key)
        self._execute(
            f"DELETE FROM {shape.name} USING json_to_recordset(%s::json)"  # noqa: S608 - the layout's names
            f" AS x ({', '.join(_columns(shape, shape.key))}) WHERE {same}{which}",
            (text([dict(zip(shape.key, key, strict=True)) for key in keys]),),
        )

    def _keep_years_of(self, shape: Shape, rows: Iterable[Sequence[Any]]) -> None:
        if shape.years is not None:
            place = shape.names.index(shape.years)
            told = {row[place] for row in rows}
            self.keep_years_apart(shape, {year for one in told if (year := _year(one)) is not None})

    def keep_years_apart(self, shape: Shape, years: Iterable[int]) -> None:
        """Make the parts of years that are new. Until one is there nothing of its year has come, nor lies elsewhere."""
        there = self._execute("SELECT relname FROM pg_class WHERE starts_with(relname, %s)", (f"{shape.name}_",))
        names = {name for (name,) in there}
        begins = _head if shape.years == ID else _first_month
        for year in sorted(years):
            if f"{shape.name}_{year}" not in names:
                self._execute(
                    f"CREATE TABLE {shape.name}_{year} PARTITION OF {shape.name}"
                    f" FOR VALUES FROM ('{begins(year)}') TO ('{begins(year + 1)}')"
                )


def _sums(shape: Shape, added: Sequence[str]) -> str:
    """What a cell becomes to which another of its key is added."""
    return ", ".join(f"{name} = {shape.name}.{name} + excluded.{name}" for name in added)


def _cell(names: Sequence[str]) -> str:
    """The name of a cell, as `cell_of` makes it."""
    told = " || ".join(f"COALESCE(length({name}::text) || ':' || {name}, '-')" for name in names) or "''"
    return f"encode(substr(sha256(convert_to({told}, 'UTF8')), 1, {CELL_BYTES}), 'hex')"


def _made(shape: Shape) -> Iterable[str]:
    parted = "" if shape.years is None else f" PARTITION BY RANGE ({shape.years})"
    required = {column.name for column in shape.columns if column.required}
    columns = [
        f"{column}{' NOT NULL' if name in required else ''}"
        for name, column in zip(shape.names, _columns(shape, shape.names), strict=True)
    ]
    yield f"CREATE TABLE {shape.name} ({', '.join(columns)}, PRIMARY KEY ({', '.join(shape.key)})){parted}"
    if shape.years is not None:
        yield f"CREATE TABLE {shape.name}_other PARTITION OF {shape.name} DEFAULT"
    yield from shape.index_statements


def _columns(shape: Shape, names: Sequence[str]) -> list[str]:
    numbers = {column.name for column in shape.columns if column.number}
    return [f"{name} BIGINT" if name in numbers else f'{name} TEXT COLLATE "C"' for name in names]


def _head(year: int) -> str:
    """What a UUIDv7 of the first millisecond of a year begins with."""
    ms = int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * _MS)
    digits = f"{ms:012x}"
    return f"{digits[:8]}-{digits[8:]}"


_HEADS = {year: _head(year) for year in range(_FIRST_YEAR, _LAST_YEAR + 2)}


def _first_month(year: int) -> int:
    return month_numbered(year, 1)


def _year(told: str | int) -> int | None:
    """The year that an id or a month tells, if figures keep a part for it."""
    if isinstance(told, int):
        year = year_of(told)
        return year if _FIRST_YEAR <= year <= _LAST_YEAR else None
    head = told[:_ID_HEAD]
    if not _HEADS[_FIRST_YEAR] <= head < _HEADS[_LAST_YEAR + 1]:
        return None
    ms = int(head.replace("-", ""), 16)
    return datetime.fromtimestamp(ms / _MS, UTC).year
