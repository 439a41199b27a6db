"""Bytes as they are stored and sent: zstd and gzip, with a limit on what they may expand to."""

import gzip
import io
import zlib
from collections.abc import Iterable

import zstandard

_LEVEL = 3
_MAX_WINDOW = 8 * 1024 * 1024
_PIECE = 64 * 1024


class TooLargeError(ValueError):
    """The bytes expand to more than they may; nothing beyond the limit was produced."""


class DamagedError(ValueError):
    """The bytes are not what their encoding says, or it is an encoding that is not spoken here."""


def pack(data: bytes) -> bytes:
    """Compress with zstd."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(data)


def unpack(data: bytes) -> bytes:
    """Undo `pack`; for bytes of our own only."""
    return zstandard.ZstdDecompressor().decompress(data)


def pack_ops(texts: Iterable[bytes]) -> bytes:
    """Compress the canonical texts of a batch's ops, a line each: JSON breaks no line, so one op is found unread."""
    return pack(b"\n".join(texts))


def ops_of(packed: bytes) -> list[bytes]:
    """Undo `pack_ops`."""
    return unpack(packed).split(b"\n")


def encode(data: bytes, encoding: str) -> bytes:
    """Compress for the wire: `zstd`, or else gzip."""
    return pack(data) if encoding == "zstd" else gzip.compress(data, compresslevel=_LEVEL, mtime=0)


def decode(data: bytes, encoding: str, limit: int) -> bytes:
    """Expand what came over the wire.

    Args:
        data: The bytes as they were sent.
        encoding: The header `Content-Encoding`; empty or `identity` when there is none.
        limit: Most bytes to expand to.

    Raises:
        TooLargeError: it expands to more.
        DamagedError: it does not expand at all.
    """
    try:
        match encoding.strip().lower():
            case "" | "identity":
                expanded = data
            case "zstd":
                expanded = _unzstd(data, limit)
            case "gzip":
                expanded = _gunzip(data, limit)
            case _:
                raise DamagedError("encoding")
    except (zstandard.ZstdError, zlib.error) as error:
        raise DamagedError("content") from error
    if len(expanded) > limit:
        raise TooLargeError("content")
    return expanded


def _unzstd(data: bytes, limit: int) -> bytes:
    expanded = bytearray()
    reader = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).stream_reader(io.BytesIO(data))
    while len(expanded) <= limit and (piece := reader.read(_PIECE)):
        expanded += piece
    return bytes(expanded)


def _gunzip(data: bytes, limit: int) -> bytes:
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    expanded = reader.decompress(data, limit + 1)
    if len(expanded) <= limit and not reader.eof:
        raise DamagedError("cut off")
    return expanded
