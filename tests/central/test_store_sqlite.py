"""What is told of SQLite alone: files that are no database, tables that are strict, one writer at a time."""

import threading
from pathlib import Path

import pytest

from sync.central.errors import UnavailableError
from sync.central.store_sqlite import SqliteStore
from tests.central.speaking import World

DATABASES = ("sqlite",)


def test_a_file_that_is_no_database_cannot_serve(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(UnavailableError):
        SqliteStore(path)


def test_a_database_that_cannot_be_opened_cannot_serve(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        SqliteStore(tmp_path / "missing" / "centre.db")


def test_a_new_database_is_for_its_owner_alone(world: World) -> None:
    files = sorted(world.folder.glob("*.db*"))

    assert files
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}


def test_every_table_is_strict_and_the_file_is_durable(world: World) -> None:
    loose = world.rows(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'"
    )
    pragmas = {name: world.rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")}

    assert loose == []
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_writer_that_waits_too_long_is_asked_to_come_back(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "centre.db", busy_s=0.05)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with store.writing():
            inside.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(10)

    with pytest.raises(UnavailableError), store.writing():
        pass
    leave.set()
    holder.join()
    store.close()
