"""A laptop in one file, and a laptop put back from it. The file opens like the folder: with an officer's passphrase.

It holds the encrypted database as it was at one moment and the key header, never the device's secret: on another
machine it opens only with that secret, or by the ministry's recovery key. Which secret that is, it tells by a mark that
gives nothing of it away, so that a key of another device is told from a passphrase that is wrong. Whatever is put back
goes on in a new stream and leaves folios out, so that nothing which the lost days printed is given twice (sync.md,
"Calls").
"""

import logging
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from sync.core.schema import Schema
from terreno_app.storage.connection import open_database, translated
from terreno_app.storage.connections import DATABASE_NAME
from terreno_app.storage.errors import AlreadyALaptopError, OtherDeviceError, StorageError, UnreadableBackupError
from terreno_app.storage.files import FolderLock, make_private, sync_folder, write_safely
from terreno_app.storage.folder import LaptopFolder, OpenFolder
from terreno_app.storage.keyslots import KEY_BYTES, Header, hkdf
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.storage.migrations import pending

logger = logging.getLogger(__name__)

HEADER_NAME = "keys.json"
SECRET_NAME = "device.key"  # noqa: S105  # the name of a file
Opener = Callable[[LaptopFolder], OpenFolder]
LEFT_OUT = 1_000
"""Numbers of every counter that a laptop skips once it was put back."""
_MARK = b"device "
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
                    packed.comment = _mark((folder.path / SECRET_NAME).read_bytes())
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


@dataclass(frozen=True, slots=True)
class PutBack:
    """What became of the laptop that a backup took the place of.

    Attributes:
        kept: Where its database is now, if there was one.
        unsent: Records with something in it that the centre never confirmed; ``None`` where it does not open.
    """

    kept: Path | None
    unsent: int | None


def need_device(file: Path, secret: bytes) -> None:
    """Refuse the backup of another device before anybody types a passphrase for it; one of earlier versions tells none.

    Args:
        file: The backup.
        secret: The secret that it is to be opened with.

    Raises:
        UnreadableBackupError: it is no backup.
        OtherDeviceError: it opens with another secret alone.
    """
    if _is_kept(file):
        return
    with translated(), _packed(file) as packed:
        mark = packed.comment
    if len(secret) != KEY_BYTES or (mark.startswith(_MARK) and mark != _mark(secret)):
        raise OtherDeviceError


def put_back(
    folder: LaptopFolder,
    file: Path,
    opener: Opener,
    *,
    schema: Schema,
    counters: Callable[[str], Iterable[str]],
) -> PutBack:
    """Make a laptop again what a backup of it holds. What lies there now is kept beside it, and can be put back too.

    Args:
        folder: The laptop, closed.
        file: The backup, or what an earlier one took the place of.
        opener: Opens what came, with a passphrase of when the backup was made.
        schema: The kinds that travel.
        counters: For a label, the counters whose numbers were printed.

    Raises:
        UnreadableBackupError: it is no backup, or a damaged one.
        WrongPassphraseError, UnknownOfficerError: it opens no slot of the backup on this laptop.
        FolderLockedError, NewerDatabaseError, DiskFullError, DiskError: the laptop is as it was.
    """
    with folder.alone():
        with translated():
            secret = (folder.path / SECRET_NAME).read_bytes()
        with _come(folder, file, secret, opener, schema, counters) as (coming, key):
            unsent = _unsent(folder.path, key, schema)
            return PutBack(_take_place(coming, folder.path), unsent)


def bring_over(
    folder: LaptopFolder,
    file: Path,
    opener: Opener,
    *,
    secret: bytes,
    schema: Schema,
    counters: Callable[[str], Iterable[str]],
) -> None:
    """Make a laptop of a backup in a folder that holds none, on this machine or another one; whole or not at all.

    Args:
        folder: Where; it may not exist yet.
        file: The backup.
        opener: Opens what came.
        secret: The secret of the device that it was made on, or a new one where the recovery key opens it.
        schema: The kinds that travel.
        counters: For a label, the counters whose numbers were printed.

    Raises:
        AlreadyALaptopError: a laptop is there already.
        UnreadableBackupError, StorageError: as :func:`put_back`; the folder is as it was.
    """
    with (
        _awaiting(folder.path),
        _come(folder, file, secret, opener, schema, counters) as (coming, _),
        translated(),
    ):
        # The database comes last: cut before it, the folder says that it is missing, and nobody begins an empty one.
        for name in (SECRET_NAME, HEADER_NAME, DATABASE_NAME):
            (coming / name).replace(folder.path / name)
        sync_folder(folder.path)
    logger.info("a laptop was brought over from a backup")


@contextmanager
def _awaiting(path: Path) -> Iterator[None]:
    """A folder that is to receive a laptop: made where it is not there, and taken away again if the block fails."""
    made = not path.exists()
    make_private(path)
    try:
        with FolderLock(path / "lock"):
            _need_none(path)
            yield
    except BaseException:
        if made:
            shutil.rmtree(path, ignore_errors=True)
        raise


def _need_none(path: Path) -> None:
    if any((path / part).exists() for part in (SECRET_NAME, *_PARTS)):
        raise AlreadyALaptopError


@contextmanager
def _come(
    folder: LaptopFolder,
    file: Path,
    secret: bytes,
    opener: Opener,
    schema: Schema,
    counters: Callable[[str], Iterable[str]],
) -> Iterator[tuple[Path, bytes]]:
    """A backup, opened and looked through beside the laptop whose place it takes, and its key; gone after the block."""
    coming = folder.path / _COMING
    try:
        with translated():
            shutil.rmtree(coming, ignore_errors=True)
            coming.mkdir(mode=0o700)
        write_safely(coming / SECRET_NAME, secret)
        _unpack(file, coming)
        with opener(folder.beside(coming)) as opened:
            with LaptopStore(coming, opened.key, schema) as store:
                _check(store)
                store.came_back(counters(store.identity().label), LEFT_OUT)
            _fold(opened)
            key = opened.key
        yield coming, key
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


def _unsent(folder: Path, key: bytes, schema: Schema) -> int | None:
    """How many records wait in the database that is about to give way; nobody migrates it for that."""
    database = folder / DATABASE_NAME
    if not database.exists():
        return None
    try:
        with closing(open_database(database, key)) as connection:
            if pending(connection) is not None:
                return None
        with LaptopStore(folder, key, schema) as store:
            return store.counts().unsent
    except StorageError:
        return None


def _is_kept(file: Path) -> bool:
    """Whether a file is a database that a backup took the place of, with its keys beside it."""
    return file.name.startswith(_BEFORE) and file.suffix == ".db" and file.with_suffix(".json").is_file()


def _unpack(file: Path, into: Path) -> None:
    if _is_kept(file):
        with translated():
            for source in (one for one in _with_sides(file) if one.exists()):
                _bring(source, into / source.name.replace(file.name, DATABASE_NAME))
            _bring(file.with_suffix(".json"), into / HEADER_NAME)
        return
    with translated(), _packed(file) as packed:
        if sorted(packed.namelist()) != sorted(_PARTS):
            raise UnreadableBackupError
        for name in _PARTS:
            with packed.open(name) as part:
                _copy(part, into / name)


def _bring(source: Path, target: Path) -> None:
    with source.open("rb") as part:
        _copy(part, target)


def _copy(part: IO[bytes], target: Path) -> None:
    with _private(target) as out:
        shutil.copyfileobj(part, out)
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def _packed(file: Path) -> Iterator[zipfile.ZipFile]:
    """The file of a backup, open to read."""
    try:
        with zipfile.ZipFile(file) as packed:
            yield packed
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:  # the last: a packing that zipfile lacks
        raise UnreadableBackupError from error


def _mark(secret: bytes) -> bytes:
    return _MARK + hkdf(secret, "terreno backup mark").hex().encode()


def _private(file: Path) -> BinaryIO:
    """A new file of its user alone, open to write."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


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
        parts = [suffix for suffix in ("", "-wal", "-shm") if (folder / (DATABASE_NAME + suffix)).exists()]
        if parts:
            kept = _free_name(folder)
            if "" in parts:
                # Its keys first: once the backup's header stands here, no other copy of them opens what was kept.
                write_safely(kept.with_suffix(".json"), (folder / HEADER_NAME).read_bytes())
            else:  # it was cut here before: these belong to the last that was kept
                kept = _last_name(folder) or kept
            # The database first: without its log it would open, and lack what a killed program had saved.
            for suffix in parts:
                (folder / (DATABASE_NAME + suffix)).replace(kept.with_name(kept.name + suffix))
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


def _last_name(folder: Path) -> Path | None:
    """The database that was kept last: to be renamed changes the hour of a file's entry."""
    return max(folder.glob(f"{_BEFORE}-*.db"), key=lambda kept: kept.stat().st_ctime_ns, default=None)


def _with_sides(database: Path) -> list[Path]:
    return [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm", "-journal")]
