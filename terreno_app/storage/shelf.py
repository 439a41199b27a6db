"""Where a laptop keeps its backups: in its own folder, those it makes by itself beside those that people ask for."""

import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

from terreno_app.domain.clock import Clock
from terreno_app.domain.retention import KEEP, Taken, due, outlived
from terreno_app.storage.backup import replaced, unfinished, write_backup
from terreno_app.storage.connection import open_database, translated
from terreno_app.storage.connections import DATABASE_NAME
from terreno_app.storage.folder import OpenFolder
from terreno_app.storage.migrations import pending

logger = logging.getLogger(__name__)

SHELF = "respaldos"
_BY_ITSELF = "auto-"
_STAMP = "%Y%m%d-%H%M%S"
_NAME = re.compile(r"(?P<by_itself>auto-)?[A-Z0-9]+-(?P<at>[0-9]{8}-[0-9]{6})\.terreno")


class Shelf:
    """The backups of an open laptop.

    Args:
        folder: The laptop.
        label: Its label, for the names of the files.
        clock: Where the hour comes from.
    """

    def __init__(self, folder: OpenFolder, label: str, clock: Clock) -> None:
        self._folder, self._label, self._clock = folder, label, clock
        self._one_at_a_time = RLock()

    @property
    def path(self) -> Path:
        """The folder of the files."""
        return self._folder.path / SHELF

    def put(self, *, by_itself: bool = False) -> tuple[Path, int]:
        """Make a backup and destroy those that outlived their use; the file, and its size in bytes.

        Raises:
            DiskFullError, DiskError, FolderDeniedError: it was not made; nothing was destroyed.
        """
        with self._one_at_a_time:
            return self._put(self._clock.now(), by_itself=by_itself)

    def _put(self, now: datetime, *, by_itself: bool) -> tuple[Path, int]:
        with translated():
            self.path.mkdir(mode=0o700, exist_ok=True)
            for half in unfinished(self.path):
                half.unlink(missing_ok=True)
        file = self.path / f"{_BY_ITSELF if by_itself else ''}{self._label}-{now.astimezone(UTC):{_STAMP}}.terreno"
        size = write_backup(self._folder, file)
        self._destroy(now)
        return file, size

    def put_if_due(self) -> None:
        """Make one that nobody asked for, unless the last one is fresh.

        Raises:
            DiskFullError, DiskError, FolderDeniedError: it was not made; nothing was destroyed.
        """
        with self._one_at_a_time:
            if due(self.taken(), self._clock.now()):
                self.put(by_itself=True)

    def taken(self) -> tuple[Taken, ...]:
        """What stands there, the newest first."""
        found = [_read(file.name) for file in self.path.glob("*.terreno")]
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at, reverse=True))

    def _destroy(self, now: datetime) -> None:
        old = [self.path / name for name in outlived(self.taken(), now)]
        before = [file for file in replaced(self._folder.path) if _age(file, now) > KEEP.total_seconds()]
        with translated():
            for file in (*old, *before):
                file.unlink(missing_ok=True)
        if old or before:
            logger.info("%d backups destroyed", len(old) + len(before))


def keep_before_migrating(folder: OpenFolder, clock: Clock) -> Path | None:
    """Back a laptop up as it is, where opening it would change the form of its database; it is kept as people's are.

    Returns:
        The backup; ``None`` where nothing is going to change.

    Raises:
        DiskFullError, DiskError, FolderDeniedError: it was not made, and so nothing may be changed.
    """
    connection = open_database(folder.path / DATABASE_NAME, folder.key)
    try:
        found = pending(connection)
    finally:
        connection.close()
    if found is None:
        return None
    with translated():
        (folder.path / SHELF).mkdir(mode=0o700, exist_ok=True)
    file = folder.path / SHELF / f"V{found}-{clock.now().astimezone(UTC):{_STAMP}}.terreno"
    write_backup(folder, file)
    logger.info("backed up before the database changes from version %d", found)
    return file


def _read(name: str) -> Taken | None:
    """A backup by the name of its file; `None` for a file of somebody else."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        at = datetime.strptime(found["at"], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Taken(name, at, by_itself=found["by_itself"] is not None)


def _age(file: Path, now: datetime) -> float:
    return now.timestamp() - file.stat().st_mtime
