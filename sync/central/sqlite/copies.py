"""The tables themselves: how far they are migrated, and every row of them, out and in."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sync.central.held import Table
from sync.central.migrations import TABLES, migrations
from sync.central.sqlite.connected import Connected


class SqliteCopies(Connected):
    """The tables on one connection, inside a transaction."""

    def is_empty(self) -> bool:
        """Whether the database holds no table at all."""
        return self._execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None

    def version(self) -> int:
        """How many steps of migration the database has behind it."""
        return int(self._execute("PRAGMA user_version").fetchone()[0])

    def migrate(self, version: int) -> None:
        """Take the steps up to this version."""
        behind = self.version()
        for script in migrations("sqlite")[behind:version]:
            for statement in _statements(script):
                self._execute(statement)
        self._execute(f"PRAGMA user_version = {max(behind, version)}")

    def tables(self) -> tuple[Table, ...]:
        """The tables that this version has, each after those that it refers to."""
        columns = {name: self._execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall() for name in TABLES}
        return tuple(Table(name, tuple(column for (column,) in found)) for name, found in columns.items() if found)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self._execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])  # noqa: S608 - a name of `TABLES`

    def damage(self) -> Iterator[str]:
        """What the database finds broken in itself; each with its place."""
        yield from (place for (place,) in self._execute("PRAGMA integrity_check") if place != "ok")
        for table, row, of, _ in self._execute("PRAGMA foreign_key_check"):
            yield f"{table} {row} → {of}"

    def rows(self, table: Table) -> Iterator[Sequence[Any]]:
        """Every row of a table in a lasting order, read as they are asked for; several tables may be read at once."""
        return self._execute(f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {self._key(table.name)}")  # noqa: S608

    def _key(self, table: str) -> str:
        """The order in which rows were written; where a table keeps none, its key."""
        row = self._execute("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", (table,)).fetchone()
        if not row[0]:
            return "rowid"
        key = self._execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
        return ", ".join(name for (name,) in key)

    def fill(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows into a table, in this order."""
        places = ", ".join("?" * len(table.columns))
        self._connection.executemany(
            f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({places})",  # noqa: S608 - names of `tables`
            rows,
        )

    def find(self, table: Table, column: str, value: str | int, order: str) -> Iterator[Sequence[Any]]:
        """The rows with a value in an indexed column, ordered by another, read as they are asked for."""
        return self._execute(
            f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE {column} = ? ORDER BY {order}",  # noqa: S608
            (value,),
        )


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
