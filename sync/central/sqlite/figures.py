"""The tables of the figures: made from the schema, filled from the feeds."""

from collections.abc import Sequence
from typing import Any

from sync.central.figure_layout import CUBE_PREFIX, FACT_PREFIX, Changed, FigureCursor, Layout, Shape
from sync.central.sqlite.connected import Connected
from sync.central.states import text

_STATE = ("figure_layout", "figure_cursors")


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
        for shape in layout.shapes:
            self._make(shape)
        self._execute("INSERT INTO figure_layout (fingerprint) VALUES (?)", (layout.fingerprint,))
        self._execute("INSERT INTO figure_cursors SELECT region, 0, last_change FROM feeds")

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

    def changed(self, feed: str, after: int, limit: int) -> list[Changed]:
        """Records of a feed after a change, in change order."""
        rows = self._execute(
            "SELECT kind, id, change, fields, private FROM records"
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
        added = shape.names[-counts:]
        self._connection.executemany(
            f"INSERT INTO {shape.name} ({', '.join(shape.names)})"  # noqa: S608 - the layout's names
            f" VALUES ({', '.join('?' * len(shape.names))}) ON CONFLICT ({', '.join(shape.key)}) DO UPDATE"
            f" SET {', '.join(f'{name} = {name} + excluded.{name}' for name in added)}",
            rows,
        )
        self._take(shape, [row[: len(shape.key)] for row in rows], f" AND {added[0]} = 0")

    def take_rows(self, shape: Shape, keys: Sequence[Sequence[Any]]) -> None:
        """Take rows away by their keys."""
        self._take(shape, keys, "")

    def _take(self, shape: Shape, keys: Sequence[Sequence[Any]], which: str) -> None:
        same = " AND ".join(f"{name} = ?" for name in shape.key)
        self._connection.executemany(f"DELETE FROM {shape.name} WHERE {same}{which}", keys)  # noqa: S608 - the layout's
