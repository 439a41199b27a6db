"""A folder as an archive that is the same whenever it is made: sorted, dated by the commit, belonging to nobody."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import zstandard

LEVEL = 15
WINDOW_LOG = 27
"""128 MiB: the most that any zstd opens without being asked to."""
THREADS = 2
"""More than none, so that the bytes do not depend on how many a machine has."""


def archive(folder: Path, top: str, target: Path, epoch: int) -> int:
    """Pack a folder.

    Args:
        folder: What to pack.
        top: Name of the one folder that the archive holds.
        target: The archive.
        epoch: Date of everything inside, in seconds since 1970.

    Returns:
        Bytes of the files inside.
    """
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, window_log=WINDOW_LOG, threads=THREADS, write_checksum=True
    )
    compressor = zstandard.ZstdCompressor(compression_params=parameters)
    size = 0
    with (
        target.open("wb") as out,
        compressor.stream_writer(out, closefd=False) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.GNU_FORMAT) as tar,
    ):
        for path in _everything(folder):
            member = tar.gettarinfo(path, arcname=str(Path(top) / path.relative_to(folder)))
            member.uid = member.gid = 0
            member.uname = member.gname = "root"
            member.mtime = epoch
            size += member.size
            if member.isreg():
                with path.open("rb") as content:
                    tar.addfile(member, content)
            else:
                tar.addfile(member)
    return size


def settle(folder: Path) -> int:
    """Give every file the rights that it is installed with, whatever the umask of whoever built it.

    Returns:
        Bytes of all files: the installed size.
    """
    size = 0
    for path in _everything(folder):
        if path.is_symlink():
            continue
        runs = path.is_dir() or (
            path.stat().st_mode & 0o100 and not path.name.endswith((".so", ".py")) and ".so." not in path.name
        )
        path.chmod(0o755 if runs else 0o644)
        size += 0 if path.is_dir() else path.stat().st_size
    return size


def _everything(folder: Path) -> Iterator[Path]:
    yield folder
    yield from sorted(folder.rglob("*"))
