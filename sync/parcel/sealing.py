"""A file that one side seals to the other: a cover in the clear, encrypted chunks, and the writer's signature.

::

    magic     8 bytes     "TERRENO" and the version, 1
    length    4 bytes     of the cover, big-endian
    cover                 canonical JSON; ``sealed`` (base64) is the key of the stream, sealed to the reader's box key
                          by crypto_box_seal, and ``begin`` (hex) the header of the stream
    chunks                libsodium secretstream, xchacha20poly1305: 64 KiB of content and 17 bytes each, the last one
                          shorter and with the final tag; all bytes before the first chunk are its additional data
    signature 64 bytes    Ed25519 over "terreno bundle 1", a line break and the SHA-512 of everything before it

What is in the chunks is the business of :mod:`sync.parcel.frames`. libsodium itself draws keys and nonces.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol

import orjson
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox
from nacl.signing import VerifyKey

from sync.core.bundle import DAMAGED, LARGE, MAX_BUNDLE_BYTES, NEWER, NOT_A_BUNDLE
from sync.core.errors import UnreadableBundleError
from sync.core.ops import canonical

_NAME: Final = b"TERRENO"
_VERSION: Final = 1
_START: Final = 12
"""Bytes of magic and length."""
_MAX_COVER: Final = 64 * 1024
_CHUNK: Final = 64 * 1024
_SEALED_CHUNK: Final = _CHUNK + bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_FINAL: Final = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MESSAGE: Final = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_SIGNATURE: Final = 64
_SIGNED_AS: Final = b"terreno bundle 1\n"

Unseal = Callable[[bytes], bytes | None]
"""Opens what was sealed to this side; ``None`` when it was not."""


class Sink(Protocol):
    """Where a file is written."""

    def write(self, data: bytes, /) -> object:
        """Write all of it."""
        ...


class Source(Protocol):
    """A file that can be read again from any place."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; fewer only at the end."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        ...


class Sealing:
    """Writes one file.

    Args:
        sink: Where to.
        cover: The members of the cover.
        box_key: Public key of the reader, hex.
    """

    def __init__(self, sink: Sink, cover: Mapping[str, Any], box_key: str) -> None:
        self._sink = sink
        self._hash = hashlib.sha512()
        self._waiting = bytearray()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
        begin = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        sealed = SealedBox(PublicKey(bytes.fromhex(box_key))).encrypt(key)
        whole = canonical({**cover, "sealed": base64.b64encode(sealed).decode(), "begin": begin.hex()})
        self._additional: bytes | None = _NAME + bytes([_VERSION]) + len(whole).to_bytes(4, "big") + whole
        self._written = 0
        self._put(self._additional)

    @property
    def size(self) -> int:
        """Bytes of the file so far."""
        return self._written + len(self._waiting)

    def write(self, content: bytes) -> None:
        """Encrypt more content."""
        self._waiting += content
        while len(self._waiting) > _CHUNK:
            self._put(self._sealed(bytes(self._waiting[:_CHUNK]), _MESSAGE))
            del self._waiting[:_CHUNK]

    def finish(self, sign: Callable[[bytes], bytes]) -> None:
        """End the file with its signature."""
        rest, self._waiting = bytes(self._waiting), bytearray()
        self._put(self._sealed(rest, _FINAL))
        self._put(sign(_SIGNED_AS + self._hash.digest()))

    def _sealed(self, content: bytes, tag: int) -> bytes:
        additional, self._additional = self._additional, None
        return bindings.crypto_secretstream_xchacha20poly1305_push(self._state, content, additional, tag)

    def _put(self, data: bytes) -> None:
        self._sink.write(data)
        self._hash.update(data)
        self._written += len(data)


class Sealed:
    """A file that came; nothing of it is believed before :meth:`verify`.

    Args:
        source: The file.
        most: Most bytes that it may have.

    Raises:
        UnreadableBundleError: it is no bundle, of a newer version, or too large.
    """

    def __init__(self, source: Source, most: int = MAX_BUNDLE_BYTES) -> None:
        self._source = source
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        start = source.read(_START)
        if len(start) < _START or not start.startswith(_NAME):
            raise UnreadableBundleError(NOT_A_BUNDLE)
        if start[len(_NAME)] != _VERSION:
            raise UnreadableBundleError(NEWER)
        if size > most:
            raise UnreadableBundleError(LARGE)
        self._chunks_at = _START + int.from_bytes(start[8:], "big")
        self._signature_at = size - _SIGNATURE
        if self._chunks_at > min(_START + _MAX_COVER, self._signature_at):
            raise UnreadableBundleError(DAMAGED)
        self._start = start + source.read(self._chunks_at - _START)
        self.cover = _cover(self._start[_START:])

    def verify(self, sign_key: str) -> None:
        """Check the signature over the whole file.

        Args:
            sign_key: Public key of whoever should have written it, hex.

        Raises:
            UnreadableBundleError: damaged, or written by somebody else.
        """
        found = hashlib.sha512()
        self._source.seek(0)
        for piece in self._pieces(self._signature_at):
            found.update(piece)
        signature = self._source.read(_SIGNATURE)
        try:
            VerifyKey(bytes.fromhex(sign_key)).verify(_SIGNED_AS + found.digest(), signature)
        except (CryptoError, ValueError) as error:
            raise UnreadableBundleError(DAMAGED) from error

    def contents(self, unseal: Unseal) -> Iterator[bytes]:
        """The content, chunk by chunk, from its beginning.

        Args:
            unseal: Opens what was sealed to this side.

        Raises:
            UnreadableBundleError: it was sealed to somebody else, or a chunk is missing, altered, moved or added.
        """
        try:
            key = unseal(base64.b64decode(self.cover["sealed"], validate=True)) or b""
            state = bindings.crypto_secretstream_xchacha20poly1305_state()
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, bytes.fromhex(self.cover["begin"]), key)
            additional: bytes | None = self._start
            left = self._signature_at - self._chunks_at
            self._source.seek(self._chunks_at)
            more = True
            while more:
                chunk = self._source.read(min(_SEALED_CHUNK, left))
                content, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, chunk, additional)
                left, additional = left - len(chunk), None
                more = left > 0
                if tag != (_MESSAGE if more else _FINAL):
                    raise UnreadableBundleError(DAMAGED)
                yield content
        except (KeyError, TypeError, ValueError, binascii.Error, CryptoError) as error:
            raise UnreadableBundleError(DAMAGED) from error

    def _pieces(self, size: int) -> Iterator[bytes]:
        while size and (piece := self._source.read(min(_CHUNK, size))):
            size -= len(piece)
            yield piece


def _cover(text: bytes) -> Mapping[str, Any]:
    try:
        cover = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UnreadableBundleError(DAMAGED) from error
    if not isinstance(cover, dict):
        raise UnreadableBundleError(DAMAGED)
    return cover
