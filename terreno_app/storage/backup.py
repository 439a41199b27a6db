"""A laptop in one file, and a laptop put back from it. The file opens like the folder: with an officer's passphrase.

It holds the encrypted database as it was at one moment and the key header, never the device's secret: on another
machine it does not open. Whatever is put back goes on in a new stream and leaves folios out, so that nothing which the
lost days printed is given twice (sync.md, "Calls").
"""

import logging
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from sync.core.schema import Schema
from terreno_app.storage.connection import open_database, translated
from terreno_app.storage.connections import DATABASE_NAME
from terreno_app.storage.errors import UnreadableBackupError
from terreno_app.storage.files import sync_folder, write_safely
from terreno_app.storage.folder import LaptopFolder, OpenFolder
from terreno_app.storage.keyslots import Header
from terreno_app.storage.laptop_store import LaptopStore

logger = logging.getLogger(__name__)

HEADER_NAME = "keys.json"
SECRET_NAME = "device.key"  # noqa: S105  # the name of a file
LEFT_OUT = 1_000
"""Numbers of every counter that a laptop skips once it was put back."""
_PARTS = (DATABASE_NAME, HEADER_NAME)
_COMING = "restaurando"
_BEFORE = "antes-de-restaurar"
_TRIAL = "ensayo"
_NEW = ".new"
_COPY = ".copy"


def write_backup(folder: OpenFolder, target: Path) -> int:
    """Write a backup of an open laptop; the file is whole, or not there.

    Args:
        folder: The laptop, opened; others may go on reading and writing.
        target: The file to make; one of that name gives way to it.

    Returns:
        Its size in bytes.

    Raises:
        DiskFullError, DiskError, FolderDeniedError: nothing was written; the laptop is as it was.
    """
    new = target.with_name(target.name + _NEW)
    copy = target.with_name(target.name + _COPY)
    try:
        with translated():
            _copy_database(folder, copy)
            new.touch(mode=0o600)
            with new.open("wb") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
                    packed.write(copy, DATABASE_NAME)
                    packed.write(folder.path / HEADER_NAME, HEADER_NAME)
                file.flush()
                os.fsync(file.fileno())
            new.replace(target)
            sync_folder(target.parent)
            return target.stat().st_size
    finally:
        for left in (new, *_with_sides(copy)):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def put_back(
    folder: LaptopFolder,
    file: Path,
    officer: str | None,
    passphrase: str,
    *,
    schema: Schema,
    counters: Callable[[str], Iterable[str]],
) -> Path | None:
    """Make a laptop again what a backup of it holds. What lies there now is kept beside it.

    Args:
        folder: The laptop, closed.
        file: The backup.
        officer: Whose passphrase it is; ``None`` takes the slot that it opens.
        passphrase: Of an officer who had a key when the backup was made.
        schema: The kinds that travel.
        counters: For a label, the counters whose numbers were printed.

    Returns:
        Where the database that lay there before is now, if there was one.

    Raises:
        UnreadableBackupError: it is no backup, or a damaged one.
        WrongPassphraseError, UnknownOfficerError: it opens no slot of the backup on this laptop.
        FolderLockedError, NewerDatabaseError, DiskFullError, DiskError: the laptop is as it was.
    """
    coming = folder.path / _COMING
    with folder.alone():
        try:
            with translated():
                shutil.rmtree(coming, ignore_errors=True)
                coming.mkdir(mode=0o700)
                shutil.copyfile(folder.path / SECRET_NAME, coming / SECRET_NAME)
            _unpack(file, coming)
            with folder.beside(coming).unlock(officer, passphrase) as opened:
                with LaptopStore(coming, opened.key, schema) as store:
                    _check(store)
                    store.came_back(counters(store.identity().label), LEFT_OUT)
                _fold(opened)
            return _take_place(coming, folder.path)
        finally:
            shutil.rmtree(coming, ignore_errors=True)


def rehearse(folder: OpenFolder, schema: Schema) -> int:
    """Write a backup of an open laptop, open it aside, look it through and throw it away: nobody's passphrase is asked.

    Returns:
        How many records of this laptop it would bring back.

    Raises:
        UnreadableBackupError: what was written cannot be read again.
        DiskFullError, DiskError, FolderDeniedError: it could not be written; the laptop is as it was.
    """
    trial = folder.path / _TRIAL
    try:
        with translated():
            shutil.rmtree(trial, ignore_errors=True)
            trial.mkdir(mode=0o700)
        file = trial / "respaldo.terreno"
        write_backup(folder, file)
        _unpack(file, trial)
        Header.from_bytes((trial / HEADER_NAME).read_bytes()).verify(folder.key)
        with LaptopStore(trial, folder.key, schema) as store:
            _check(store)
            return store.counts().total
    finally:
        shutil.rmtree(trial, ignore_errors=True)


def unfinished(folder: Path) -> list[Path]:
    """What a program that was killed over a backup left in its folder."""
    return [left for ending in (_NEW, _COPY) for left in folder.glob(f"*.terreno{ending}*")]


def replaced(folder: Path) -> list[Path]:
    """Files of the databases that a backup took the place of."""
    return sorted(folder.glob(f"{_BEFORE}-*"))


def _copy_database(folder: OpenFolder, copy: Path) -> None:
    for left in _with_sides(copy):
        left.unlink(missing_ok=True)
    source = open_database(folder.path / DATABASE_NAME, folder.key)
    try:
        target = open_database(copy, folder.key)
        try:
            source.backup(target)
        finally:
            target.close()
    finally:
        source.close()


def _unpack(file: Path, into: Path) -> None:
    with translated():
        try:
            with zipfile.ZipFile(file) as packed:
                if sorted(packed.namelist()) != sorted(_PARTS):
                    raise UnreadableBackupError
                for name in _PARTS:
                    with packed.open(name) as part, (into / name).open("wb") as out:
                        shutil.copyfileobj(part, out)
                        out.flush()
                        os.fsync(out.fileno())
        except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:  # the last: a packing that zipfile lacks
            raise UnreadableBackupError from error


def _check(store: LaptopStore) -> None:
    if store.faults():
        raise UnreadableBackupError


def _fold(opened: OpenFolder) -> None:
    """Bring the log home: from here on the database is one file."""
    connection = open_database(opened.path / DATABASE_NAME, opened.key)
    try:
        with translated():
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def _take_place(coming: Path, folder: Path) -> Path | None:
    """Move what came into the folder. Cut in the middle the folder says that its database is missing: do it again."""
    kept = None
    with translated():
        if (folder / DATABASE_NAME).exists():
            kept = _free_name(folder)
            # Its keys first: once the backup's header stands here, no other copy of them opens what was kept.
            write_safely(kept.with_suffix(".json"), (folder / HEADER_NAME).read_bytes())
            for suffix in ("-wal", "-shm", ""):
                part = folder / (DATABASE_NAME + suffix)
                if part.exists():
                    part.replace(kept.with_name(kept.name + suffix))
        for name in reversed(_PARTS):
            (coming / name).replace(folder / name)
        sync_folder(folder)
    logger.info("a backup was put back")
    return kept


def _free_name(folder: Path) -> Path:
    number = 1
    while (found := folder / f"{_BEFORE}-{number}.db").exists():
        number += 1
    return found


def _with_sides(database: Path) -> list[Path]:
    return [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm", "-journal")]
