"""Tables of records to ask grouped counts of: one in SQLite, the same as a laptop asks it, one in PostgreSQL."""

import json
import sqlite3
from dataclasses import replace
from typing import Any

import psycopg

from sync.core import columns
from sync.core.count import Count
from sync.core.dialects import POSTGRES
from sync.core.grouping import Execute, Source, answer

COLUMNS = {"id": "id", "region": "region"}
PRIVATE = {"answers", "org_type"}
"""Fields that stand in a column of their own, as at a centre."""

Content = list[dict[str, Any]]


class SqliteTable:
    """A table of records in SQLite."""

    source = Source("records", columns=COLUMNS, private="private")

    def ask(self, counts: tuple[Count, ...], content: Content) -> dict[str, list[dict[str, Any]]]:
        connection = sqlite3.connect(":memory:")
        try:
            connection.execute("CREATE TABLE records (id TEXT, kind TEXT, region TEXT, fields TEXT, private TEXT)")
            connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", rows(content))
            return self.answered(counts, connection.execute)
        finally:
            connection.close()

    def answered(self, counts: tuple[Count, ...], execute: Execute) -> dict[str, list[dict[str, Any]]]:
        return answer(counts, self.source, execute)


class LaptopTable(SqliteTable):
    """The same, of which SQLite only reads the columns, and the attentions that others lead to once."""

    source = replace(SqliteTable.source, few=frozenset({"attention"}))

    def answered(self, counts: tuple[Count, ...], execute: Execute) -> dict[str, list[dict[str, Any]]]:
        return columns.answer(counts, self.source, execute)


class PostgresTable:
    """The same in PostgreSQL, for as long as a connection lives."""

    source = Source("records", columns=COLUMNS, dialect=POSTGRES, private="private")

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        connection.execute(
            "CREATE TEMPORARY TABLE records (id TEXT, kind TEXT, region TEXT, fields TEXT, private TEXT)"
        )

    def ask(self, counts: tuple[Count, ...], content: Content) -> dict[str, list[dict[str, Any]]]:
        with self._connection.cursor() as cursor:
            cursor.execute("DELETE FROM records")
            cursor.executemany("INSERT INTO records VALUES (%s, %s, %s, %s, %s)", rows(content))
        return answer(counts, self.source, self._connection.execute)


def rows(content: Content) -> list[tuple[Any, ...]]:
    return [
        (
            one["id"],
            one["kind"],
            one["region"],
            json.dumps({k: v for k, v in one.items() if k not in COLUMNS.keys() | PRIVATE}),
            json.dumps(apart) if (apart := {k: v for k, v in one.items() if k in PRIVATE}) else None,
        )
        for one in content
    ]


AnyTable = SqliteTable | PostgresTable


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)
