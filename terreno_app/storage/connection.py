"""One encrypted connection, set up the way that keeps what it acknowledges. A connection belongs to one thread.

In: a path and the 32 bytes of the raw key. Out: a connection in autocommit, on which the caller begins transactions.
Also here: what SQLite's result codes mean. Who may have the key is ``keyslots.py``; the tables are ``migrations.py``.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from terreno_app.storage.errors import (
    BrokenRuleError,
    BusyError,
    DamagedDatabaseError,
    DiskError,
    DiskFullError,
    FolderDeniedError,
    StorageError,
    WrongKeyError,
)
from terreno_app.storage.sqlcipher import Connection, DatabaseError, connect

KEY_BYTES = 32
CACHE_KIB = 32 * 1024
BUSY_TIMEOUT_MS = 5_000
JOURNAL_LIMIT_BYTES = 16 * 1024 * 1024
"""What the write-ahead log shrinks back to after a large pull."""

_BEFORE_READING = (
    # SQLCipher would write its own lines to stderr.
    "PRAGMA cipher_log_level = NONE",
    # Each page carries an HMAC; SHA-256 is as good a seal as SQLCipher's SHA-512, and a save takes a tenth less.
    "PRAGMA cipher_hmac_algorithm = HMAC_SHA256",
    # A save touches some fifteen pages; small ones are sealed and written in less time.
    "PRAGMA cipher_page_size = 2048",
    "PRAGMA cipher_memory_security = OFF",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
)
_SETTINGS = (
    f"PRAGMA cache_size = -{CACHE_KIB}",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_mode = WAL",
    f"PRAGMA journal_size_limit = {JOURNAL_LIMIT_BYTES}",
)
_BUSY = {5, 6}
_FULL = {13}
_DENIED = {8, 14}
_DISK = {10, 22}
_NOT_A_DATABASE = 26
_DAMAGED = {11, _NOT_A_DATABASE}
_BY_WORDS = {
    "database is locked": 5,
    "attempt to write a readonly database": 8,
    "disk I/O error": 10,
    "database disk image is malformed": 11,
    "database or disk is full": 13,
    "unable to open database file": 14,
}
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


def open_database(path: Path, key: bytes, *, durable: bool = True) -> Connection:
    """Open an encrypted database, or begin an empty one.

    Args:
        path: The database file.
        key: 32 random bytes, used as they are.
        durable: Every commit reaches the disk before it returns. Only simulations do without.

    Raises:
        WrongKeyError: the key does not open it.
        DiskError, DiskFullError, DamagedDatabaseError: the file cannot be used.
    """
    if len(key) != KEY_BYTES:
        raise BrokenRuleError("the key is 32 bytes")
    with translated():
        # Files of a laptop are its user's alone; the write-ahead log takes its mode from the database.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        # Closing is the only call from another thread: the store closes all connections when it ends.
        connection = connect(str(path), isolation_level=None, check_same_thread=False, cached_statements=256)
        try:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            for setting in _BEFORE_READING:
                connection.execute(setting).fetchall()
            _try_key(connection)
            for setting in (*_SETTINGS, f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}"):
                connection.execute(setting).fetchall()
        except BaseException:
            connection.close()
            raise
    return connection


def rekey(path: Path, key: bytes, following: bytes) -> None:
    """Encrypt a database anew under another key, whole or not at all. No other connection is open.

    Raises:
        WrongKeyError: the key is not the present one.
        DiskError, DiskFullError, DamagedDatabaseError: it still has the present key.
    """
    connection = open_database(path, key)
    try:
        with translated():
            # With a rollback journal the change of every page is one transaction; the old key can always undo it.
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute(f"PRAGMA rekey = \"x'{following.hex()}'\"").fetchall()
    finally:
        connection.close()


def _try_key(connection: Connection) -> None:
    try:
        connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) == _NOT_A_DATABASE:
            raise WrongKeyError from error
        raise


@contextmanager
def translated() -> Iterator[None]:
    """Raise this floor's errors for the library's and the system's.

    Raises:
        DiskFullError, DiskError, BusyError: the environment; the transaction was not stored.
        DamagedDatabaseError: the file.
        BrokenRuleError: our own statement was wrong.
    """
    try:
        yield
    except DatabaseError as error:
        raise _meaning(error) from error
    except OSError as error:
        raise _meaning_of_the_system(error) from error


def _meaning_of_the_system(error: OSError) -> StorageError:
    if error.errno in _NO_SPACE:
        return DiskFullError(type(error).__name__)
    if error.errno in _NO_PERMISSION:
        return FolderDeniedError(type(error).__name__)
    return DiskError(type(error).__name__)


def _meaning(error: Any) -> StorageError:
    # An error of copying a database bears no code, only SQLite's own words for it.
    code = getattr(error, "sqlite_errorcode", _BY_WORDS.get(str(error), 0)) & 0xFF
    name = str(getattr(error, "sqlite_errorname", type(error).__name__))
    if code in _FULL:
        return DiskFullError(name)
    if code in _DENIED:
        return FolderDeniedError(name)
    if code in _DISK:
        return DiskError(name)
    if code in _BUSY:
        return BusyError(name)
    if code in _DAMAGED:
        return DamagedDatabaseError(name)
    return BrokenRuleError(name)
