"""Files on a stick: written whole or not at all, and trouble with the medium told from trouble with the content."""

import errno
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, cast

from sync.core.errors import SyncError

FULL: Final = "medium_full"
READ_ONLY: Final = "medium_read_only"
GONE: Final = "medium_gone"
ABSENT: Final = "medium_absent"
MISSING: Final = "file_missing"
UNREADABLE: Final = "file_unreadable"
TAKEN: Final = "file_taken"
_MARK: Final = 16
"""Letters of a mark that stand in a name."""

_CODES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), READ_ONLY),
    errno.EISDIR: UNREADABLE,
}
"""What an error of the system means; any other one means that the medium is gone."""


class MediumError(SyncError):
    """A file cannot be read or written: of what was to be written, nothing is there.

    Attributes:
        code: ``medium_full``, ``medium_read_only``, ``medium_gone`` (pulled out, or broken), ``medium_absent`` (no such
            folder), or, for a file that was to be read, ``file_missing`` or ``file_unreadable``, or, where none was to
            be replaced, ``file_taken``.
        details: Which file, where one was named that is not there.
    """

    def __init__(self, code: str, **details: object) -> None:
        self.code, self.details = code, details
        super().__init__(code)


class MediumFile:
    """An open file whose troubles are a :class:`MediumError`.

    Args:
        file: The file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int, /) -> bytes:
        """The next bytes; fewer only at the end."""
        with _translated():
            return self._file.read(size)

    def write(self, data: bytes, /) -> int:
        """Write all of it."""
        with _translated():
            return self._file.write(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place."""
        with _translated():
            return self._file.seek(offset, whence)

    def empty(self) -> None:
        """Begin anew."""
        with _translated():
            self._file.seek(0)
            self._file.truncate()

    def settle(self) -> None:
        """Bring everything to the medium."""
        with _translated():
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of it; what was not settled may be lost."""
        with suppress(OSError):
            self._file.close()


@contextmanager
def reading(path: Path) -> Iterator[MediumFile]:
    """A file to read.

    Raises:
        MediumError: it is not there, or may not be read.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise MediumError(MISSING, file=path) from error
    except OSError as error:
        code = _CODES.get(error.errno or 0, GONE)
        raise MediumError(UNREADABLE if code == READ_ONLY else code) from error
    with closing(MediumFile(file)) as medium:
        yield medium


@contextmanager
def whole_file(path: Path, *, replace: bool = False) -> Iterator[MediumFile]:
    """A new file in a path's place: whole and durable after the block, or not there at all.

    Args:
        path: Where.
        replace: Somebody has said that it may take the place of an older file.

    Raises:
        MediumError: full, read-only, gone, absent, or taken; an older file of that name is as it was.
    """
    make_sure_of(path, replace=replace)
    part = path.with_name(f".{path.name}.part")
    try:
        with _in_place(part, path, "wb+", replace=replace) as medium:
            yield medium
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


@contextmanager
def resumed_file(path: Path, mark: str, *, replace: bool = False) -> Iterator[MediumFile]:
    """A new file in a path's place that goes on where an interruption left it: beside that place, under a mark.

    Args:
        path: Where.
        mark: What tells its content from any other; what was begun in that place under another mark is removed.
        replace: Somebody has said that it may take the place of an older file.

    Raises:
        MediumError: as for :func:`whole_file`; nothing is left to go on from then.
    """
    make_sure_of(path, replace=replace)
    head, tail = f".{path.name}.", ".part"
    part = path.with_name(f"{head}{mark[:_MARK]}{tail}")
    with _translated():
        begun = [one for one in path.parent.iterdir() if one.name.startswith(head) and one.name.endswith(tail)]
    for other in begun:
        if other != part and len(other.name) == len(part.name):
            with suppress(OSError):
                other.unlink()
    try:
        with _in_place(part, path, "rb+" if part in begun else "wb+", replace=replace) as medium:
            yield medium
    except BaseException as error:
        with suppress(OSError):
            if isinstance(error, MediumError) or not part.stat().st_size:
                part.unlink(missing_ok=True)
        raise


@contextmanager
def _in_place(part: Path, path: Path, mode: str, *, replace: bool) -> Iterator[MediumFile]:
    """A file that takes the place of another once the block has ended well."""
    with _translated():
        file = cast("BinaryIO", part.open(mode))
    with closing(MediumFile(file)) as medium:
        yield medium
        medium.settle()
    leave_alone(path, replace=replace)
    with _translated():
        part.replace(path)
    _settle_folder(path.parent)


def make_sure_of(path: Path, *, replace: bool) -> None:
    """See that a new file may be put in a path's place.

    Raises:
        MediumError: absent or taken.
    """
    if not os.path.isdir(path.parent):  # noqa: PTH112 - unlike a path's own method, it raises nothing
        raise MediumError(ABSENT)
    leave_alone(path, replace=replace)


def leave_alone(path: Path, *, replace: bool) -> None:
    """What stands there stays: a file unless somebody said otherwise, and whatever is no plain file in any case.

    Raises:
        MediumError: taken.
    """
    is_file = os.path.isfile(path)  # noqa: PTH113 - unlike a path's own method, it raises nothing
    stands = os.path.lexists(path) and not os.path.isdir(path)  # noqa: PTH112
    if stands and not (replace and is_file):
        raise MediumError(TAKEN)


def _settle_folder(folder: Path) -> None:
    """Make the name durable where the system lets a folder be opened; the content is on the medium already."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MediumError(_CODES.get(error.errno or 0, GONE)) from error
