"""Bodies on the wire: zstd out; zstd, gzip or nothing in, never expanded beyond a limit."""

import io
import zlib

import zstandard

from sync.client.errors import UnreadableReplyError

ACCEPTED = "zstd, gzip"
LEVEL = 3
WINDOW_LIMIT = 8 * 1024 * 1024
"""Largest zstd window a receiver should have to hold (RFC 8878, 3.1.1.1.2)."""
_GZIP = 16 + zlib.MAX_WBITS


def compress(body: bytes) -> bytes:
    """The body in zstd."""
    return zstandard.ZstdCompressor(level=LEVEL).compress(body)


def expand(body: bytes, encoding: str, limit: int) -> bytes:
    """The content of an answer.

    Args:
        body: Bytes as they came.
        encoding: The header ``Content-Encoding``; empty for none.
        limit: Most bytes to expand to.

    Raises:
        UnreadableReplyError: another encoding, damaged or cut bytes, or more than the limit.
    """
    match encoding.strip().lower():
        case "" | "identity":
            content = body
        case "zstd":
            content = _from_zstd(body, limit)
        case "gzip":
            content = _from_gzip(body, limit)
        case _:
            raise UnreadableReplyError("encoding")
    if len(content) > limit:
        raise UnreadableReplyError("too large")
    return content


def _from_zstd(body: bytes, limit: int) -> bytes:
    decompressor = zstandard.ZstdDecompressor(max_window_size=WINDOW_LIMIT)
    try:
        with decompressor.stream_reader(io.BytesIO(body)) as reader:
            content = reader.read(limit + 1)
        whole = len(content) > limit or zstandard.frame_content_size(body) in {-1, len(content)}
    except zstandard.ZstdError as error:
        raise UnreadableReplyError("zstd") from error
    if not whole:
        raise UnreadableReplyError("zstd")
    return content


def _from_gzip(body: bytes, limit: int) -> bytes:
    decompressor = zlib.decompressobj(_GZIP)
    try:
        content = decompressor.decompress(body, limit + 1)
    except zlib.error as error:
        raise UnreadableReplyError("gzip") from error
    if len(content) <= limit and not decompressor.eof:
        raise UnreadableReplyError("gzip")
    return content
