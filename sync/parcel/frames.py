"""What is sealed in a file: frames in one zstd stream, each with its length before it, and a length of 0 at the end.

A reader never holds more than one frame, and no more of it than a frame may have, whatever the bytes would expand to.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson
import zstandard

from sync.core.bundle import DAMAGED, LARGE, MAX_EXPANDED_BYTES, MAX_FRAME_BYTES
from sync.core.errors import UnreadableBundleError
from sync.parcel.sealing import Sealed, Sealing, Unseal

_LEVEL: Final = 3
_MAX_WINDOW: Final = 8 * 1024 * 1024
_LENGTH: Final = 4


class FrameWriter:
    """Writes frames into a file that is being sealed.

    Args:
        sealing: The file.
    """

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing
        self._zstd = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        self.expanded = 0
        """Bytes of all frames so far, before compression."""

    @property
    def written(self) -> int:
        """Bytes of the file so far."""
        return self._sealing.size

    def put(self, frame: bytes) -> None:
        """Write a frame of at least one byte."""
        self.expanded += _LENGTH + len(frame)
        self._sealing.write(self._zstd.compress(len(frame).to_bytes(_LENGTH, "big")))
        self._sealing.write(self._zstd.compress(frame))
        self._sealing.write(self._zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))

    def put_json(self, frame: object) -> None:
        """Write a JSON value as a frame."""
        self.put(orjson.dumps(frame))

    def finish(self, sign: Callable[[bytes], bytes]) -> None:
        """End the frames, and the file with its signature."""
        self._sealing.write(self._zstd.compress(bytes(_LENGTH)))
        self._sealing.write(self._zstd.flush())
        self._sealing.finish(sign)


def frames(sealed: Sealed, unseal: Unseal) -> Iterator[bytes]:
    """The frames of a file, from its beginning.

    Args:
        sealed: The file.
        unseal: Opens what was sealed to this side.

    Raises:
        UnreadableBundleError: it was sealed to somebody else, is damaged, or expands to more than it may.
    """
    contents = _Readable(sealed.contents(unseal))
    expanded = 0
    try:
        decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
        with decompressor.stream_reader(contents) as reader:  # type: ignore[arg-type]  # it is only read
            while length := int.from_bytes(_exactly(reader, _LENGTH), "big"):
                expanded += _LENGTH + length
                if length > MAX_FRAME_BYTES or expanded > MAX_EXPANDED_BYTES:
                    raise UnreadableBundleError(LARGE)
                yield _exactly(reader, length)
            more = reader.read(1) or contents.read(1)
    except zstandard.ZstdError as error:
        raise UnreadableBundleError(DAMAGED) from error
    if more:
        raise UnreadableBundleError(DAMAGED)


def as_json(frame: bytes) -> Any:
    """A frame as the JSON value that it is.

    Raises:
        UnreadableBundleError: it is none.
    """
    try:
        return orjson.loads(frame)
    except orjson.JSONDecodeError as error:
        raise UnreadableBundleError(DAMAGED) from error


def check_whole(sealed: Sealed, unseal: Unseal) -> int:
    """Go through a whole file without using any of it.

    Returns:
        Its frames.

    Raises:
        UnreadableBundleError: see :func:`frames`.
    """
    return sum(1 for _ in frames(sealed, unseal))


class _Readable:
    """Pieces as a file that is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at the end."""
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._held = piece
        given, self._held = self._held[:size], self._held[size:]
        return given


def _exactly(reader: zstandard.ZstdDecompressionReader, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = reader.read(size - len(found))
        if not piece:
            raise UnreadableBundleError(DAMAGED)
        found += piece
    return bytes(found)
