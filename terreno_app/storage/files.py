"""Small files that are either the old or the new one after a power cut, and the lock of a folder."""

import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from terreno_app.storage.connection import translated
from terreno_app.storage.errors import FolderLockedError

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def sync_folder(_folder: Path) -> None:
        """Nothing to do: NTFS keeps its own log of names."""

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def sync_folder(folder: Path) -> None:
        """Make the names in a folder durable."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def make_private(folder: Path) -> None:
    """Make a folder that only its user enters, also where somebody made it before for everybody.

    Raises:
        DiskError, FolderDeniedError: it cannot be made.
    """
    with translated():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # a medium that knows no owners keeps nobody out, and is no hindrance
        folder.chmod(0o700)


class FolderLock:
    """A folder that this program alone uses, until it is released or the program ends.

    Args:
        path: The lock file; what it holds means nothing.

    Raises:
        FolderLockedError: another program has it.
    """

    def __init__(self, path: Path) -> None:
        with translated():
            self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._descriptor)
        except OSError as error:
            self.release()
            raise FolderLockedError from error

    def release(self) -> None:
        """Let others use the folder; twice is fine."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def write_safely(path: Path, data: bytes) -> None:
    """Put a file in place whole and durable; only its user may read it.

    Raises:
        DiskFullError, DiskError: the old file is still there.
    """
    new = path.with_name(path.name + ".new")
    with translated():
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
