"""What the verifying library asks for its bytes: metadata in memory and measured, archives in a file that can go on.

Nothing is verified here. An archive that stopped half way is kept under the name that holds its digest, so it can only
go on as the same archive.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from tuf.api.exceptions import DownloadLengthMismatchError, LengthOrHashMismatchError
from tuf.ngclient.fetcher import FetcherInterface

from sync.client.errors import CentralDownError, Diagnosis
from terreno_app.updating.errors import AlteredError, StoppedError
from terreno_app.updating.origins import Origin

Told = Callable[[int, int], object]
ShouldStop = Callable[[], bool]
METADATA_S: Final = 60.0
"""Seconds for one file of metadata as a whole, however steadily it drips."""
_NAME: Final = re.compile(r"[0-9a-f]{64}\.[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


def untold(_done: int, _total: int) -> None:
    """Nobody looks."""


def on_and_on() -> bool:
    """Nobody wants it to stop."""
    return False


class Fetcher(FetcherInterface):
    """Brings what one look at a repository, or one download, asks for.

    Args:
        origin: Where the bytes come from.
        parts: Folder for archives that are not whole yet.
        told: Told bytes of an archive that are there, and of how many.
        should_stop: Asked between two pieces.
        ticks: Seconds that only go forward.
    """

    def __init__(
        self,
        origin: Origin,
        parts: Path,
        told: Told = untold,
        should_stop: ShouldStop = on_and_on,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._origin, self._parts = origin, parts
        self._told, self._should_stop, self._ticks = told, should_stop, ticks

    def _fetch(self, url: str) -> Iterator[bytes]:
        with self._origin.open(url, 0) as (_, chunks):
            yield from chunks

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """One file of metadata.

        Raises:
            DownloadLengthMismatchError: it is longer than it may be.
            CentralDownError: it takes too long.
        """
        received = bytearray()
        until = self._ticks() + METADATA_S
        for chunk in self._fetch(url):
            received += chunk
            if len(received) > max_length:
                raise DownloadLengthMismatchError(str(max_length))
            if self._ticks() > until:
                raise CentralDownError(Diagnosis("slow", ""))
            self._stop_if_asked()
        return bytes(received)

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        """An archive, begun or gone on with; its file is there while the block runs, and stays if it stopped half way.

        Raises:
            DownloadLengthMismatchError: it is longer than was signed; what came is thrown away.
            AlteredError: its name is not made of its digest.
            StoppedError: as it says.
        """
        name = url.rpartition("/")[2]
        if not _NAME.fullmatch(name):
            raise AlteredError("name")
        self._parts.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._parts / f"{name}.part"
        with part.open("a+b") as file:
            self._complete(file, url, max_length)
            file.seek(0)
            try:
                yield file
            except LengthOrHashMismatchError:
                file.truncate(0)  # whatever came was not it
                raise
        part.unlink()

    def _complete(self, file: IO[bytes], url: str, max_length: int) -> None:
        size = file.seek(0, os.SEEK_END)
        if size == max_length:
            return
        with self._origin.open(url, size) as (begins, chunks):
            if begins != size:
                size = file.truncate(0)
            for chunk in chunks:
                self._stop_if_asked()
                size += len(chunk)
                if size > max_length:
                    file.truncate(0)
                    raise DownloadLengthMismatchError(str(max_length))
                file.write(chunk)
                self._told(size, max_length)

    def _stop_if_asked(self) -> None:
        if self._should_stop():
            raise StoppedError
