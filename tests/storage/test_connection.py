import errno
import os
import resource
import stat
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlite_utils import Database

from terreno_app.storage.connection import KEY_BYTES, open_database, rekey, translated
from terreno_app.storage.connections import DATABASE_NAME, Connections
from terreno_app.storage.errors import (
    BrokenRuleError,
    BusyError,
    DamagedDatabaseError,
    DiskError,
    DiskFullError,
    FolderDeniedError,
    NewerDatabaseError,
    WrongKeyError,
)
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.storage.migrations import VERSION, migrate
from terreno_app.storage.sqlcipher import DatabaseError
from tests.storage.laptop import KEY, SCHEMA, Laptop, open_store

OTHER_KEY = b"\x01" * KEY_BYTES
NORMAL, FULL = 1, 2


def test_a_durable_connection_waits_for_the_disk_at_every_commit(tmp_path):
    connection = open_database(tmp_path / "a.db", KEY)

    told = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _SETTINGS}

    assert told == _SETTINGS
    connection.close()


_SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "temp_store": 2,
    "cache_size": -32768,
    "busy_timeout": 5000,
}


def test_the_file_is_its_users_alone_and_starts_with_no_readable_name(tmp_path):
    path = tmp_path / "a.db"

    open_store(tmp_path / ".").close()
    connection = open_database(path, KEY)
    migrate(connection)
    connection.close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.read_bytes().startswith(b"SQLite format 3")


def test_a_copy_that_does_not_fit_says_so_of_the_disk(tmp_path):
    """A file that may not grow stands for the end of the disk: SQLite gives an error of copying no code."""
    source, copy = open_database(tmp_path / "a.db", KEY), open_database(tmp_path / "b.db", KEY)
    migrate(source)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises((DiskError, DiskFullError)), translated():
            source.backup(copy)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    source.close()
    copy.close()


def test_another_key_does_not_open_the_database(tmp_path, capfd):
    open_store(tmp_path).close()

    with pytest.raises(WrongKeyError):
        LaptopStore(tmp_path, OTHER_KEY, SCHEMA)

    assert capfd.readouterr() == ("", "")


def test_a_key_of_another_length_is_a_bug(tmp_path):
    with pytest.raises(BrokenRuleError):
        open_database(tmp_path / "a.db", b"short")


def test_a_database_of_a_later_version_is_not_touched(tmp_path):
    connection = open_database(tmp_path / DATABASE_NAME, KEY)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    before = (tmp_path / DATABASE_NAME).read_bytes()

    with pytest.raises(NewerDatabaseError):
        open_store(tmp_path)

    assert (tmp_path / DATABASE_NAME).read_bytes() == before


def test_every_migration_is_recorded_and_every_table_is_strict(tmp_path):
    connection = open_database(tmp_path / "a.db", KEY)

    migrate(connection)
    migrate(connection)

    database = Database(connection)
    applied = [row["name"] for row in database["_sqlite_migrations"].rows]
    loose = [t.name for t in database.tables if not t.strict and t.name != "_sqlite_migrations"]
    assert applied == [
        "0001_store_of_a_laptop",
        "0002_what_outlives_a_history",
        "0003_edits_after_the_end",
        "0004_attentions_to_find",
        "0005_attentions_to_count",
        "0006_attentions_of_every_report",
    ]
    assert loose == []
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    connection.close()


def test_a_migration_cut_in_the_middle_is_done_again(tmp_path):
    connection = open_database(tmp_path / "a.db", KEY)
    connection.set_authorizer(lambda action, table, *_: 1 if (action, table) == (2, "drafts") else 0)

    with pytest.raises(BrokenRuleError):
        migrate(connection)
    connection.close()

    connection = open_database(tmp_path / "a.db", KEY)
    migrate(connection)
    assert connection.execute("SELECT COUNT(*) FROM drafts").fetchone() == (0,)
    connection.close()


def test_a_whole_database_has_no_faults_and_a_damaged_one_names_its_pages(tmp_path):
    laptop = Laptop.enrolled(tmp_path)
    for _ in range(50):
        laptop.save({"topic": "agua" * 60, "description": "gotera" * 60})
    whole = laptop.store.faults()
    laptop.store.close()
    path = tmp_path / DATABASE_NAME
    data = bytearray(path.read_bytes())
    data[-2000] ^= 1
    path.write_bytes(data)

    with open_store(tmp_path) as store:
        faults = store.faults()

    assert whole == ()
    assert any("page" in fault for fault in faults)


def test_every_flipped_byte_is_noticed(tmp_path):
    laptop = Laptop.enrolled(tmp_path)
    for _ in range(20):
        laptop.save({"topic": "agua" * 60, "description": "gotera" * 60})
    laptop.store.close()
    path = tmp_path / DATABASE_NAME
    whole = path.read_bytes()
    missed = []

    for page in range(0, len(whole), 4096):
        damaged = bytearray(whole)
        damaged[page + (page // 7) % 4096] ^= 1
        path.write_bytes(damaged)
        if not notices_damage(tmp_path):
            missed.append(page)

    assert missed == []


def notices_damage(folder: Path) -> bool:
    try:
        with open_store(folder) as store:
            return store._connections.query("PRAGMA integrity_check") != [("ok",)]
    except (DamagedDatabaseError, WrongKeyError):
        return True


def test_damage_met_while_reading_is_told_as_damage(tmp_path):
    laptop = Laptop.enrolled(tmp_path)
    for _ in range(200):
        laptop.save({"topic": "agua" * 60, "description": "gotera" * 60})
    laptop.store.close()
    path = tmp_path / DATABASE_NAME
    with path.open("r+b") as file:
        file.seek(40 * 4096)
        file.write(b"\0" * 4096 * 60)

    def read_everything():
        with open_store(tmp_path) as store:
            store.select("attention")
            store.own_ops("attention", "x")
            store.deliveries()
            store.next_batch(1000, 10_000_000)

    with pytest.raises(DamagedDatabaseError):
        read_everything()


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, DiskFullError),
        (errno.EDQUOT, DiskFullError),
        (errno.EACCES, FolderDeniedError),
        (errno.EROFS, FolderDeniedError),
        (errno.EIO, DiskError),
    ],
)
def test_the_systems_errors_are_told_in_our_words(number, error):
    with pytest.raises(error) as told, translated():
        raise OSError(number, os.strerror(number))

    assert told.type is error


def test_an_error_of_the_medium_is_told_as_one():
    error = DatabaseError("disk I/O error")
    error.sqlite_errorcode = 10 | (3 << 8)

    with pytest.raises(DiskError), translated():
        raise error


def test_a_folder_that_is_not_there_is_an_error_of_the_disk(tmp_path):
    with pytest.raises(DiskError):
        open_database(tmp_path / "none" / "a.db", KEY)


def test_a_wrong_statement_is_a_bug_of_ours(laptop):
    with pytest.raises(BrokenRuleError):
        laptop.store._connections.query("SELECT nothing FROM nowhere")


def test_a_database_that_another_connection_holds_too_long_is_busy(tmp_path):
    laptop = Laptop.enrolled(tmp_path)
    other = open_database(tmp_path / DATABASE_NAME, KEY)
    other.execute("BEGIN IMMEDIATE")
    laptop.store._connections.of_this_thread().execute("PRAGMA busy_timeout = 1")

    with pytest.raises(BusyError):
        laptop.save({"topic": "agua"})

    other.close()
    laptop.save({"topic": "agua"})
    laptop.store.close()


def test_a_file_that_may_not_be_written_is_denied(tmp_path):
    laptop = Laptop.enrolled(tmp_path)
    laptop.store._connections.of_this_thread().execute("PRAGMA query_only = ON")

    with pytest.raises(FolderDeniedError):
        laptop.save({"topic": "agua"})

    laptop.store.close()


def test_another_key_takes_the_place_of_the_first(tmp_path):
    laptop = Laptop.enrolled(tmp_path)
    op = laptop.save({"topic": "agua"})
    laptop.store.close()

    rekey(tmp_path / DATABASE_NAME, KEY, OTHER_KEY)

    with pytest.raises(WrongKeyError):
        open_store(tmp_path)
    with LaptopStore(tmp_path, OTHER_KEY, SCHEMA) as store:
        assert store.op(op).op.fields == {"topic": "agua"}


def test_threads_save_and_read_side_by_side_each_with_its_own_connection(tmp_path):
    laptops = [Laptop.enrolled(tmp_path)]
    store = laptops[0].store
    laptops += [Laptop(store, device) for device in (8, 9, 10)]
    finished = []

    def work(laptop):
        for n in range(25):
            laptop.save({"topic": str(n)})
            store.counts()
        finished.append(laptop.device)

    threads = [threading.Thread(target=work, args=(laptop,)) for laptop in laptops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    batch = store.next_batch(1000, 10_000_000)
    assert sorted(finished) == [7, 8, 9, 10]
    assert store.counts().total == 100
    assert batch.links()[-1] == batch.link
    store.close()


def test_a_closed_store_opens_nothing_again(tmp_path):
    store = open_store(tmp_path)
    store.close()

    with pytest.raises(BrokenRuleError):
        store.counts()


@pytest.mark.parametrize("fails", [False, True], ids=["stored", "taken back"])
def test_only_what_need_not_last_goes_without_waiting_for_the_disk(tmp_path, fails):
    connections = Connections(tmp_path / DATABASE_NAME, KEY, durable=True)
    seen = []

    with suppress(BrokenRuleError), connections.writing(lasting=False) as connection:
        seen += connection.execute("PRAGMA synchronous").fetchone()
        if fails:
            raise BrokenRuleError
    with connections.writing() as connection:
        seen += connection.execute("PRAGMA synchronous").fetchone()

    connections.close()
    assert seen == [NORMAL, FULL]
