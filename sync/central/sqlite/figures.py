"""The tables of the figures: made from the schema, filled from the feeds."""

from collections.abc import Iterable, Sequence
from typing import Any

from sync.central.figure_facts import CUBE_PREFIX, FACT_PREFIX, REGION, Changed, FigureCursor, Shape
from sync.central.figure_layout import CubeTable, Layout
from sync.central.sqlite.connected import Connected
from sync.central.states import text

_STATE = ("figure_layout", "figure_cursors", "figure_unfilled")


class SqliteFigures(Connected):
    """The figures on one connection, inside a transaction."""

    def lock_figures(self, patience_s: float | None = None) -> None:
        """Nothing to do: one transaction writes."""

    def figure_layout(self) -> str | None:
        """The fingerprint of the layout whose tables there are."""
        there = self._execute("SELECT 1 FROM sqlite_master WHERE name = 'figure_layout'").fetchone()
        row = None if there is None else self._execute("SELECT fingerprint FROM figure_layout").fetchone()
        return None if row is None else str(row[0])

    def make_figures(self, layout: Layout) -> None:
        """Make the tables of a layout, empty, in place of those that there are."""
        there = self._execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            " AND (substr(name, 1, ?) = ? OR substr(name, 1, ?) = ?)",
            (len(FACT_PREFIX), FACT_PREFIX, len(CUBE_PREFIX), CUBE_PREFIX),
        ).fetchall()
        for name in (*(name for (name,) in there), *_STATE):
            self._execute(f"DROP TABLE IF EXISTS {name}")
        self._execute("CREATE TABLE figure_layout (fingerprint TEXT NOT NULL) STRICT")
        self._execute(
            "CREATE TABLE figure_cursors"
            " (feed TEXT PRIMARY KEY, change INTEGER NOT NULL, target INTEGER NOT NULL) STRICT"
        )
        self._execute("CREATE TABLE figure_unfilled (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
        for shape in layout.shapes:
            self._make(shape)
        self._execute("INSERT INTO figure_layout (fingerprint) VALUES (?)", (layout.fingerprint,))
        self._execute("INSERT INTO figure_cursors SELECT region, 0, last_change FROM feeds")
        if self._execute("SELECT 1 FROM feeds WHERE last_change > 0").fetchone() is not None:
            names = [(cube.shape.name,) for cube in layout.cubes]
            self._connection.executemany("INSERT INTO figure_unfilled VALUES (?)", names)

    def _make(self, shape: Shape) -> None:
        columns = [
            f"{column.name} {'INTEGER' if column.number else 'TEXT'}{' NOT NULL' if column.required else ''}"
            for column in shape.columns
        ]
        key = f"PRIMARY KEY ({', '.join(shape.key)})"
        self._execute(f"CREATE TABLE {shape.name} ({', '.join([*columns, key])}) STRICT, WITHOUT ROWID")
        for statement in shape.index_statements:
            self._execute(statement)

    def figure_cursors(self) -> dict[str, FigureCursor]:
        """How far the figures of each feed have come."""
        rows = self._execute("SELECT feed, change, target FROM figure_cursors ORDER BY feed")
        return {feed: FigureCursor(change, target) for feed, change, target in rows}

    def put_figure_cursor(self, feed: str, change: int) -> None:
        """Note how far the figures of a feed have come."""
        self._execute(
            "INSERT INTO figure_cursors (feed, change, target) VALUES (?, ?, 0)"
            " ON CONFLICT (feed) DO UPDATE SET change = excluded.change",
            (feed, change),
        )

    def unfilled(self) -> frozenset[str]:
        """The tables of the cubes that hold nothing yet of the facts there are."""
        return frozenset(name for (name,) in self._execute("SELECT name FROM figure_unfilled"))

    def note_filled(self, shape: Shape) -> None:
        """Note that a cube holds what the facts contribute to it."""
        self._execute("DELETE FROM figure_unfilled WHERE name = ?", (shape.name,))

    def fill_cube(self, cube: CubeTable, made: str, params: Sequence[Any]) -> None:
        """Add to a cube what a statement makes; its groups are named as they come, and never held together."""
        width = 2 + len(cube.columns)
        groups = ((row[:width], row[width:]) for row in self._execute(made, tuple(params)))
        self._add(cube.shape, cube.rows(groups), 1 + len(cube.sums))

    def empty_cube(self, shape: Shape, region: str) -> None:
        """Take everything of a region out of a cube."""
        self._execute(f"DELETE FROM {shape.name} WHERE {REGION} = ?", (region,))  # noqa: S608 - the layout's names

    def changed(self, feed: str, after: int, limit: int) -> list[Changed]:
        """Records of a feed after a change, in change order."""
        rows = self._execute(
            "SELECT kind, id, change, fields, private, accepted_at FROM records"
            " WHERE region = ? AND change > ? ORDER BY change LIMIT ?",
            (feed, after, limit),
        )
        return [Changed._make(row) for row in rows]

    def among(self, column: str) -> str:
        """A condition: a column has one of the values of a parameter that `listed` made."""
        return f"{column} IN (SELECT value FROM json_each(?))"  # noqa: S608 - a column of ours

    def listed(self, values: Sequence[str]) -> Any:
        """As a JSON list."""
        return text(values)

    def ask(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Read from the tables of the figures."""
        return self._execute(sql, tuple(params)).fetchall()

    def put_rows(self, shape: Shape, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows, in place of those with the same key."""
        self._connection.executemany(
            f"INSERT OR REPLACE INTO {shape.name} ({', '.join(shape.names)})"  # noqa: S608 - the layout's names
            f" VALUES ({', '.join('?' * len(shape.names))})",
            rows,
        )

    def add_rows(self, shape: Shape, rows: Sequence[Sequence[Any]], counts: int) -> None:
        """Add the last columns of rows to those with the same key; a row whose first count comes to 0 goes."""
        self._add(shape, rows, counts)
        less = [row[: len(shape.key)] for row in rows if row[-counts] < 0]
        self._take(shape, less, f" AND {shape.names[-counts]} = 0")

    def _add(self, shape: Shape, rows: Iterable[Sequence[Any]], counts: int) -> None:
        added = shape.names[-counts:]
        self._connection.executemany(
            f"INSERT INTO {shape.name} ({', '.join(shape.names)})"  # noqa: S608 - the layout's names
            f" VALUES ({', '.join('?' * len(shape.names))}) ON CONFLICT ({', '.join(shape.key)}) DO UPDATE"
            f" SET {', '.join(f'{name} = {name} + excluded.{name}' for name in added)}",
            rows,
        )

    def take_rows(self, shape: Shape, keys: Sequence[Sequence[Any]]) -> None:
        """Take rows away by their keys."""
        self._take(shape, keys, "")

    def _take(self, shape: Shape, keys: Sequence[Sequence[Any]], which: str) -> None:
        same = " AND ".join(f"{name} = ?" for name in shape.key)
        self._connection.executemany(f"DELETE FROM {shape.name} WHERE {same}{which}", keys)  # noqa: S608 - the layout's
