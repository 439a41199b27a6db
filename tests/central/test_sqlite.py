"""What is true of the centre's file alone: how it checks what is written into it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.central.store_sqlite import SqliteStore

DATABASES = ("sqlite",)
CLOSED = {"ops": "status", "batches": "route", "conflicts": "state", "quarantine": "state"}


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A new file of a centre, without its foreign keys: the tests write single rows."""
    path = tmp_path / "centre.db"
    SqliteStore(path).close()
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


@pytest.mark.parametrize("table", CLOSED)
def test_a_row_is_checked_without_building_a_list_for_it(file: sqlite3.Connection, table: str) -> None:
    steps = [step for _, step, *_ in file.execute(f"EXPLAIN INSERT INTO {table} DEFAULT VALUES")]

    assert "MakeRecord" in steps
    assert "OpenEphemeral" not in steps


@pytest.mark.parametrize("table", CLOSED)
def test_a_word_outside_a_closed_list_is_not_written(file: sqlite3.Connection, table: str) -> None:
    columns = file.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall()
    some = {"INTEGER": 1, "TEXT": "text", "BLOB": b""}
    row = {name: some[of] for name, of in columns} | {CLOSED[table]: "unheard of"}
    places = ", ".join(f":{name}" for name in row)

    with pytest.raises(sqlite3.IntegrityError, match=f"{CLOSED[table]} = "):
        file.execute(f"INSERT INTO {table} VALUES ({places})", row)  # noqa: S608 - names of our own
