"""One saved edit as an immutable value, its canonical bytes, hash and chain. Nothing here reads a clock or a file."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from sync.core.errors import UnreadableOpError, UnsendableError
from sync.core.schema import TEXT_LIMIT, Json

OP_LIMIT = 64 * 1024
"""Bytes of one op in canonical form, private values included."""

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,63}")
_IDENTIFIERS = re.compile(r"(?:[a-z][a-z0-9_]{0,63}\n)*+")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HASH = re.compile(r"[0-9a-f]{64}")


def canonical(value: object) -> bytes:
    """The bytes of RFC 8785 for a JSON value with ASCII keys and no floats.

    Raises:
        TypeError: the value is not JSON, or holds an integer beyond 64 bits (orjson.JSONEncodeError).
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def sha256(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def link(previous: str, stream: str, seq: int, op_hash: str) -> str:
    """The link of the op at ``seq``: it binds the op to all before it in its stream (empty ``previous`` at 1)."""
    return sha256(f"{previous}\n{stream}\n{seq}\n{op_hash}".encode())


def links(previous: str, stream: str, first_seq: int, hashes: Iterable[str]) -> list[str]:
    """The link of each of a run of ops that starts at ``first_seq``."""
    result = []
    for seq, op_hash in enumerate(hashes, first_seq):
        previous = link(previous, stream, seq, op_hash)
        result.append(previous)
    return result


def private_digest(salt: bytes, fields: Mapping[str, Json]) -> str:
    """What an op holds in the place of its private values: SHA-256 of 16 salt bytes and their canonical JSON."""
    return sha256(salt + canonical(fields))


def check_sendable(fields: Mapping[str, Json]) -> None:
    """Refuse at save what could never travel, so that nothing unsendable enters the outbox.

    Raises:
        UnsendableError: a float, a NUL, a lone surrogate, text that is not NFC or beyond the limit, a key that is not
            ASCII, or something that is no JSON.
    """
    for name, value in fields.items():
        _check_value(name, value)


def _check_each(name: str, values: Iterable[object]) -> None:
    for value in values:
        _check_value(name, value)


def _check_value(name: str, value: object) -> None:
    match value:
        case int() if abs(value) >= 2**53:
            raise UnsendableError(name, "too_large")
        case None | bool() | int():
            return
        case str():
            _check_text(name, value)
        case list():
            _check_each(name, value)
        case dict():
            for key in value:
                _check_key(name, key)
            _check_each(name, value.values())
        case float():
            raise UnsendableError(name, "float")
        case _:
            raise UnsendableError(name, "not_json")


def _check_key(name: str, key: object) -> None:
    """Keys are ASCII: only then do their bytes sort as RFC 8785 sorts their code units."""
    if not isinstance(key, str):
        raise UnsendableError(name, "not_json")
    if not key.isascii():
        raise UnsendableError(name, "bad_key")
    _check_text(name, key)


def _check_text(name: str, text: str) -> None:
    if "\x00" in text:
        raise UnsendableError(name, "nul")
    if not text.isascii():
        if _SURROGATE.search(text):
            raise UnsendableError(name, "surrogate")
        if not unicodedata.is_normalized("NFC", text):
            raise UnsendableError(name, "not_nfc")
    if len(text) > TEXT_LIMIT:
        raise UnsendableError(name, "too_long")


@dataclass(frozen=True, slots=True)
class Op:
    """One saved edit of one record.

    Attributes:
        id: UUIDv7.
        kind: With ``record``, what it edits.
        record: UUID in lower-case text.
        region: Two-digit code, or the shared feed.
        schema: Version of the schema that wrote it.
        fields: New values of every field of every group it touches, private ones apart.
        seen: For each field it touches that had one, the writer on screen while the person edited.
        author: Id of the person who saved it.
        captured_at: UTC instant on the device's clock: recorded and shown, never compared.
        private: Digest of the private values that travel beside it.
        resolves: Ids of the conflicts that it settles.
        erase: It asks to erase the record's private values.
        extra: Members that this version does not know; kept verbatim.
    """

    id: str
    kind: str
    record: str
    region: str
    schema: int
    fields: Mapping[str, Json]
    seen: Mapping[str, str]
    author: str
    captured_at: str
    private: str | None = None
    resolves: tuple[str, ...] = ()
    erase: bool = False
    extra: Mapping[str, Json] = field(default_factory=dict)

    def to_wire(self) -> dict[str, Any]:
        """The JSON object that travels and is hashed; what is empty and optional is left out."""
        wire: dict[str, Any] = {
            **self.extra,
            "op": self.id,
            "kind": self.kind,
            "record": self.record,
            "region": self.region,
            "schema": self.schema,
            "fields": dict(self.fields),
            "seen": dict(self.seen),
            "author": self.author,
            "captured_at": self.captured_at,
        }
        if self.private is not None:
            wire["private"] = self.private
        if self.resolves:
            wire["resolves"] = list(self.resolves)
        if self.erase:
            wire["erase"] = True
        return wire

    @property
    def hash(self) -> str:
        """SHA-256 of its canonical JSON. Nothing of the stream is in it, so it survives a new stream."""
        return sha256(canonical(self.to_wire()))

    @classmethod
    def from_wire(cls, wire: object) -> "Op":
        """Read an op as it travelled.

        Raises:
            UnreadableOpError: a member is missing or is not of its form.
        """
        if not isinstance(wire, dict):
            raise UnreadableOpError("an op is a JSON object")
        _require(wire)
        return cls(
            id=wire["op"],
            kind=wire["kind"],
            record=wire["record"],
            region=wire["region"],
            schema=wire["schema"],
            fields=wire["fields"],
            seen=wire["seen"],
            author=wire["author"],
            captured_at=wire["captured_at"],
            private=wire.get("private"),
            resolves=tuple(wire.get("resolves", ())),
            erase=wire.get("erase", False),
            extra={k: cast("Json", v) for k, v in wire.items() if k not in _FORMS},
        )


def _require(wire: dict[str, Any]) -> None:
    """Raise unless every member of an op has its form."""
    for name, has_its_form in _FORMS.items():
        if (name in wire or name in _NEEDED) and not has_its_form(wire.get(name)):
            raise UnreadableOpError(name)


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_named(value: object) -> bool:
    """Whether it is an object with identifiers for keys, looked at as one text; a key brings no line break."""
    if not isinstance(value, dict):
        return False
    lines = "\n".join((*value, ""))
    return _IDENTIFIERS.fullmatch(lines) is not None and lines.count("\n") == len(value)


def _is_seen(value: object) -> bool:
    return isinstance(value, dict) and _is_named(value) and all(map(_matches(_UUID), value.values()))


def _is_conflict_ids(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and "/" in one for one in value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value != ""


_FORMS: Mapping[str, Callable[[object], bool]] = {
    "op": _matches(_UUID),
    "record": _matches(_UUID),
    "kind": _matches(_IDENTIFIER),
    "captured_at": _matches(_INSTANT),
    "region": _is_name,
    "author": _is_name,
    "schema": lambda value: type(value) is int,
    "fields": _is_named,
    "seen": _is_seen,
    "private": _matches(_HASH),
    "resolves": _is_conflict_ids,
    "erase": lambda value: value is True,
}
_NEEDED = _FORMS.keys() - {"private", "resolves", "erase"}
"""Members that every op has; what is optional is left out when it is empty, so that an op has one wire form."""
