"""Copies of a centre as files: written whole or not at all, for their owner only, and destroyed when they are old.

A backup holds the centre's secret keys and everything that people told it. What was erased for a person lives on in the
backups taken before: therefore they are destroyed after 35 days, and people are told so.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sync.central.errors import DamagedCopyError, NewerCopyError, NotFoundedError
from sync.central.facts import CENTRE
from sync.central.operate.copies import Header, Told, read_header, verify, write_copy
from sync.central.ports import Store, Transaction
from sync.core.instants import instant, parse_instant

KEEP_DAYS = 35
SUFFIX = ".backup"
_OWNER_ONLY = 0o600

Begun = Callable[[Header], Told]
"""Told what is about to be copied; gives who is told of each step forward."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made.

    Attributes:
        file: Where it is.
        header: What it says of itself.
        destroyed: Older backups of the same centre that were removed from its folder.
    """

    file: Path
    header: Header
    destroyed: tuple[Path, ...] = ()


def back_up(store: Store, target: Path, now: datetime, begun: Begun, keep: timedelta) -> BackedUp:
    """Copy a centre, as it is at one moment, into a file.

    Args:
        store: Its database.
        target: The file, which must not be there yet; or a folder, where it gets a name of its own and older backups
            of the same centre are destroyed once the new one was read back whole.
        now: The present instant.
        begun: Who is told.
        keep: How long backups in the folder are kept.

    Raises:
        NotFoundedError: the database holds no centre.
        OSError: the file is there already, or cannot be written.
    """
    folder = target if target.is_dir() else None
    with store.reading() as tx:
        made = write_backup(tx, target, now, begun)
    if folder is None:
        return made
    return replace(made, destroyed=_destroyed(folder, made.header.centre, now - keep))


def write_backup(tx: Transaction, target: Path, now: datetime, begun: Begun) -> BackedUp:
    """Copy a centre as a transaction sees it, and read the copy back; see `back_up`."""
    centre = None if tx.is_empty() else tx.value(CENTRE)
    if centre is None:
        raise NotFoundedError
    tables = tx.tables()
    counts = {table.name: tx.count(table.name) for table in tables}
    header = Header(tx.version(), centre, str(tx.epoch()), instant(now), counts)
    file = target / _name(header) if target.is_dir() else target
    if file.exists():
        raise FileExistsError
    part = file.with_name(f".{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "w+b") as sink:
            write_copy(sink, header, ((table, tx.rows(table)) for table in tables), begun(header))
            sink.flush()
            os.fsync(sink.fileno())
            verify(sink)
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _settle(file.parent)
    return BackedUp(file, header)


def _name(header: Header) -> str:
    return f"centre-{header.taken_at.translate({ord(mark): None for mark in '-:.'})}{SUFFIX}"


def _settle(folder: Path) -> None:
    """Make the names in a folder durable, where the system does not do it by itself."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _destroyed(folder: Path, centre: str, before: datetime) -> tuple[Path, ...]:
    """Remove the backups of a centre that were taken before an instant; whatever else lies there stays."""
    old = [file for file in sorted(folder.glob(f"*{SUFFIX}")) if _is_old(file, centre, before)]
    for file in old:
        file.unlink()
    return tuple(old)


def newest_backup(folder: Path, centre: str) -> datetime | None:
    """When the newest backup of a centre in a folder was taken; only their heads are read."""
    taken = [
        header.taken_at for header in map(_header, folder.glob(f"*{SUFFIX}")) if header and header.centre == centre
    ]
    return parse_instant(max(taken)) if taken else None


def _header(file: Path) -> Header | None:
    """What a backup says of itself; nothing for a file that is none."""
    try:
        with file.open("rb") as source:
            return read_header(source)
    except (OSError, ValueError, DamagedCopyError, NewerCopyError):
        return None


def _is_old(file: Path, centre: str, before: datetime) -> bool:
    header = _header(file)
    return header is not None and header.centre == centre and parse_instant(header.taken_at) < before
