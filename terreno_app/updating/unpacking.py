"""From a verified archive to a folder. The signature says who made it; this says that it stays where it belongs.

Measured while it expands: too many bytes or names, a link that leads out, a name through a link, and everything that is
neither file, folder nor link is refused, whoever signed it.
"""

import errno
import io
import posixpath
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import zstandard

from terreno_app.updating.errors import UnsafeArchiveError

_WINDOW: Final = 128 * 1024 * 1024
_OF_ITS_NAMES: Final = frozenset({errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP})
"""What no disk is to blame for: names that stand in each other's way, or that no system has a place for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a release can be at most.

    Attributes:
        expanded: Bytes of the archive once expanded.
        members: Files, folders and links in it.
    """

    expanded: int = 2 * 1024 * 1024 * 1024
    members: int = 50_000


def unpack(archive: Path, top: str, into: Path, limits: Limits | None = None) -> Path:
    """Unpack an archive; what stood there before has to be gone.

    Args:
        archive: A `.tar.zst`.
        top: The one folder that everything in it lies under.
        into: Where; half of it may be there after an error.
        limits: What it can be at most.

    Returns:
        The unpacked top folder.

    Raises:
        UnsafeArchiveError: it is no such archive, or leads where it may not.
        OSError: the disk.
    """
    allowed = limits or Limits()
    expander = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        with archive.open("rb") as packed, expander.stream_reader(packed) as stream:
            measured = _Measured(stream, allowed.expanded)
            with tarfile.open(fileobj=measured, mode="r|") as tar:
                _extract(tar, top, into, allowed)
    except (tarfile.TarError, zstandard.ZstdError, EOFError, ValueError, RecursionError) as error:
        raise UnsafeArchiveError(type(error).__name__) from error
    except OSError as error:
        if error.errno in _OF_ITS_NAMES:
            raise UnsafeArchiveError("names") from error
        raise
    unpacked = into / top
    if not unpacked.is_dir():
        raise UnsafeArchiveError("empty")
    return unpacked


def _extract(tar: tarfile.TarFile, top: str, into: Path, limits: Limits) -> None:
    links: set[str] = set()
    for count, member in enumerate(tar, 1):
        if count > limits.members:
            raise UnsafeArchiveError("members")
        name = posixpath.normpath(member.name)
        if not _lies_under(name, top) or member.issparse() or not (member.isreg() or member.isdir() or member.issym()):
            raise UnsafeArchiveError("member")
        if any(_lies_under(name, link) for link in links):
            raise UnsafeArchiveError("through a link")
        if member.issym():
            if not _lies_under(posixpath.normpath(posixpath.join(posixpath.dirname(name), member.linkname)), top):
                raise UnsafeArchiveError("link")
            links.add(name)
        tar.extract(member, into, filter="data")


def _lies_under(name: str, top: str) -> bool:
    return name == top or name.startswith(f"{top}/")


class _Measured(io.RawIOBase):
    """A stream that ends with an error where it grows too large."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        super().__init__()
        self._stream, self._left = stream, most

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise UnsafeArchiveError("too large")
        return data
