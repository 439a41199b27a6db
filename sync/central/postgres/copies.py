"""The tables themselves: how far they are migrated, and every row of them, out and in."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sync.central.held import Table
from sync.central.migrations import TABLES, migrations
from sync.central.postgres.connected import Connected

_ORDER = "nth"
"""A column of this database alone: a copy keeps the order, not its numbers."""
_WRITTEN = (_ORDER, "place", "id")
_KEYS = {"ops": "batch, place", "private_values": "batch, place", "settlements": "conflict, op"}
_ITEMS = 500
_OF_OPS = "SELECT 1 FROM ops WHERE ops.batch = {0}.batch AND ops.place = {0}.place"
_HANGING = {
    "ops": "SELECT 1 FROM batches WHERE batches.id = ops.batch",
    "private_values": _OF_OPS.format("private_values"),
    "quarantine": _OF_OPS.format("quarantine"),
}
"""Tables whose rows point to others without a foreign key, and what has to be there."""


class PostgresCopies(Connected):
    """The tables on one connection, inside a transaction."""

    def is_empty(self) -> bool:
        """Whether the database holds no table at all."""
        return self._one("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1") is None

    def version(self) -> int:
        """How many steps of migration the database has behind it."""
        if self._one("SELECT to_regclass('migrations')")[0] is None:
            return 0
        return int(self._one("SELECT COALESCE(MAX(number), 0) FROM migrations")[0])

    def migrate(self, version: int) -> None:
        """Take the steps up to this version, one process at a time."""
        self._lock("migrations")
        self._execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY)")
        self._known.clear()
        behind = self.version()
        for number, script in enumerate(migrations("postgres")[behind:version], behind + 1):
            self._connection.execute(script)
            self._execute("INSERT INTO migrations (number) VALUES (%s)", (number,))

    def tables(self) -> tuple[Table, ...]:
        """The tables that this version has, each after those that it refers to."""
        columns = {name: self._columns(name) for name in TABLES}
        return tuple(
            Table(name, tuple(column for column in found if column != _ORDER))
            for name, found in columns.items()
            if found
        )

    def _columns(self, table: str) -> dict[str, str]:
        """The columns of a table with their types, read once."""
        if table not in self._known:
            rows = self._execute(
                "SELECT attname, atttypid::regtype::text FROM pg_attribute"
                " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                (table,),
            )
            self._known[table] = dict(rows.fetchall())
        return self._known[table]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self._one(f"SELECT COUNT(*) FROM {table}")[0])  # noqa: S608 - a name of `TABLES`

    def damage(self) -> Iterator[str]:
        """What the database finds broken in itself; each with its place. It keeps every other rule by itself."""
        for table, of in _HANGING.items():
            for row in self._execute(
                f"SELECT batch, place FROM {table} WHERE NOT EXISTS ({of}) ORDER BY batch, place"  # noqa: S608
            ):
                yield f"{table} {row[0]}/{row[1]}"

    def rows(self, table: Table) -> Iterator[Sequence[Any]]:
        """Every row of a table in a lasting order, read as they are asked for; several tables may be read at once."""
        return self._read(table, f"ORDER BY {self._key(table)}", ())

    def find(self, table: Table, column: str, value: str | int, order: str) -> Iterator[Sequence[Any]]:
        """The rows with a value in an indexed column, ordered by another, read as they are asked for."""
        return self._read(table, f"WHERE {column} = %s ORDER BY {order}", (value,))

    def _read(self, table: Table, which: str, params: Sequence[Any]) -> Iterator[Sequence[Any]]:
        types = self._columns(table.name)
        cells = ", ".join(f"{name}::integer" if types[name] == "boolean" else name for name in table.columns)
        # A cursor that was not read to its end is closed with the transaction.
        cursor = self._idle.pop() if self._idle else f"read_{next(self._numbers)}"
        wanted = f"SELECT {cells} FROM {table.name} {which}"  # noqa: S608 - names of `tables`
        self._execute(f"DECLARE {cursor} NO SCROLL CURSOR FOR {wanted}", params)
        more = True
        while more:
            some = self._execute(f"FETCH {_ITEMS} FROM {cursor}", binary=True).fetchall()
            yield from some
            more = len(some) == _ITEMS
        self._execute(f"CLOSE {cursor}")
        self._idle.append(cursor)

    def _key(self, table: Table) -> str:
        """The order in which rows were written; where a table keeps none, its key."""
        if table.name in _KEYS:
            return _KEYS[table.name]
        there = self._columns(table.name)
        return next((name for name in _WRITTEN if name in there), table.columns[0])

    def fill(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows into a table, in this order."""
        self._copy(f"{table.name} ({', '.join(table.columns)})", rows)
        for name in table.columns:
            sequence = self._one("SELECT pg_get_serial_sequence(%s, %s)", (table.name, name))[0]
            if sequence is not None:
                self._execute(f"SELECT setval(%s, MAX({name})) FROM {table.name}", (sequence,))  # noqa: S608 - the same
