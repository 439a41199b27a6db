"""A whole centre in one file that fits any kind of database: how it is written, recognised and read.

The file is one line of JSON that says what it is, then zstd over lines of JSON with every row of every table, then the
SHA-256 of all before it in 32 bytes, so that a file that was cut off or altered is refused before anything is read from
it. It holds the secrets of the centre and everything that people told it. Files, names and databases are elsewhere.
"""

import base64
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

import orjson
import zstandard

from sync.central.errors import DamagedCopyError, NewerCopyError
from sync.central.held import Table

FORMAT = "terreno-centre-copy"
FORMAT_VERSION = 1
_DIGEST_BYTES = 32
_HEADER_LIMIT = 64 * 1024
_LEVEL = 3
_PIECE = 1024 * 1024
_PACKED_PIECE = 64 * 1024
_ROWS = 500

Rows = Iterable[Sequence[Any]]
Told = Callable[[int], object]
"""Told how many rows were written or read since it was told last."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a copy says of itself in its first line.

    Attributes:
        schema: Version of the tables.
        centre: Id of the centre.
        epoch: Its epoch when the copy was taken.
        taken_at: UTC instant at which that was.
        rows: Number of rows of each table.
    """

    schema: int
    centre: str
    epoch: str
    taken_at: str
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def write_copy(sink: BinaryIO, header: Header, tables: Iterable[tuple[Table, Rows]], told: Told) -> None:
    """Write a copy.

    Args:
        sink: Where to.
        header: Its first line.
        tables: Every table with its rows, each after those that it refers to.
        told: Told of each step forward.
    """
    digest = hashlib.sha256()

    def put(data: bytes) -> None:
        digest.update(data)
        sink.write(data)

    put(orjson.dumps({"format": FORMAT, "version": FORMAT_VERSION, **asdict(header)}) + b"\n")
    packer = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
    for table, rows in tables:
        put(packer.compress(orjson.dumps({"table": table.name, "columns": table.columns}) + b"\n"))
        for count, line in _lines(rows):
            put(packer.compress(line))
            told(count)
    put(packer.flush())
    sink.write(digest.digest())


def _lines(rows: Rows) -> Iterator[tuple[int, bytes]]:
    """Rows as lines, each of so many rows that it is neither long nor short."""
    texts: list[bytes] = []
    size = 0
    for row in rows:
        texts.append(orjson.dumps(tuple(row), default=_cell))
        size += len(texts[-1])
        if len(texts) == _ROWS or size > _PIECE:
            yield len(texts), b"[" + b",".join(texts) + b"]\n"
            texts, size = [], 0
    if texts:
        yield len(texts), b"[" + b",".join(texts) + b"]\n"


def _cell(value: Any) -> Any:
    """Bytes as JSON; no cell is an object otherwise."""
    if isinstance(value, bytes | memoryview):
        return {"b64": base64.b64encode(value).decode("ascii")}
    raise TypeError(type(value).__name__)


def read_header(source: BinaryIO) -> Header:
    """What a copy says of itself, from the beginning of its file; nothing is verified.

    Raises:
        DamagedCopyError: it is no copy.
        NewerCopyError: a newer version made it.
    """
    source.seek(0)
    try:
        told = orjson.loads(source.readline(_HEADER_LIMIT))
        if told["format"] != FORMAT:
            raise DamagedCopyError("format")
        if told["version"] > FORMAT_VERSION:
            raise NewerCopyError(str(told["version"]))
        return Header(int(told["schema"]), told["centre"], told["epoch"], told["taken_at"], dict(told["rows"]))
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedCopyError("header") from error


def verify(source: BinaryIO) -> Header:
    """Read a copy to its end and compare what it is with what its last bytes say it is.

    Raises:
        DamagedCopyError: it is no copy, or was cut off or altered.
        NewerCopyError: a newer version made it.
    """
    header = read_header(source)
    end = source.seek(0, io.SEEK_END) - _DIGEST_BYTES
    source.seek(0)
    digest = hashlib.sha256()
    left = end
    while left > 0:
        piece = source.read(min(_PIECE, left))
        digest.update(piece)
        left -= len(piece)
    if source.read(_DIGEST_BYTES) != digest.digest():
        raise DamagedCopyError("digest")
    return header


def read_copy(source: BinaryIO) -> Iterator[tuple[Table, Iterator[Sequence[Any]]]]:
    """Every table of a verified copy with its rows; the rows of one are read before the next one is asked for."""
    source.seek(0)
    source.readline(_HEADER_LIMIT)
    lines = map(orjson.loads, _unpacked(source))
    line = next(lines, None)
    while line is not None:
        table = Table(line["table"], tuple(line["columns"]))
        following: list[Any] = []
        yield table, _rows(lines, following)
        line = following[0] if following else None


def _unpacked(source: BinaryIO) -> Iterator[bytes]:
    """The packed lines of a file, without what stands behind them."""
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    rest = b""
    while not unpacker.eof:
        piece = source.read(_PACKED_PIECE)
        if not piece:
            raise DamagedCopyError("end")
        *lines, rest = (rest + unpacker.decompress(piece)).split(b"\n")
        yield from lines


def _rows(lines: Iterator[Any], following: list[Any]) -> Iterator[Sequence[Any]]:
    """The rows of one table; the line that begins the next one is left in `following`."""
    for line in lines:
        if isinstance(line, dict):
            following.append(line)
            return
        for row in line:
            yield [base64.b64decode(cell["b64"]) if isinstance(cell, dict) else cell for cell in row]
