"""One saved edit as an immutable value, its canonical bytes, hash and chain. Nothing here reads a clock or a file."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import chain, count
from typing import Any, Final
from uuid import UUID

import orjson

from sync.core.errors import UnreadableOpError, UnsendableError
from sync.core.schema import TEXT_LIMIT, Json

OP_LIMIT = 64 * 1024
"""Bytes of one op in canonical form, private values included."""

MAX_DEPTH = 32
"""Lists and objects inside each other, from an op's members on."""

_IDENTIFIERS = re.compile(r"(?:[a-z][a-z0-9_]{0,63}\n)*+")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CONFLICT = re.compile(rf"{_UUID.pattern}/[a-z][a-z0-9_]{{0,63}}")
_TEXTS = re.compile(
    rf"{_UUID.pattern}\n{_UUID.pattern}\n[a-z][a-z0-9_]{{0,63}}\n"
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z\n[0-9a-f]{64}"
)
"""Id, record, kind, instant and digest of an op, a line each."""
_SOME_HASH = "0" * 64
_TOO_LARGE = 2**53
_DIGITS_WITHOUT_EXPONENT = 21
_SMALLEST_WITHOUT_EXPONENT = -6
_NEVER_A_VERSION = 2**31
_SURROGATE = re.compile("[\ud800-\udfff]")


def canonical(value: object) -> bytes:
    """The bytes of RFC 8785 for a JSON value with ASCII keys and no floats.

    Raises:
        TypeError: the value is not JSON, or holds an integer beyond 64 bits (orjson.JSONEncodeError).
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def canonical_with_any_number(value: object) -> bytes:
    """The bytes of RFC 8785 for a JSON value with ASCII keys, whatever numbers it holds: each as its IEEE 754 double.

    Thirty times as slow as :func:`canonical`, and the same where every number is an integer of at most 53 bits.

    Source: RFC 8785, 3.2.2.3; ECMA-262, Number::toString.
    """
    return canonical(_with_exact_numbers(value))


def _with_exact_numbers(value: object) -> object:
    if isinstance(value, dict):
        return {name: _with_exact_numbers(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_with_exact_numbers(one) for one in value]
    if type(value) is float or (type(value) is int and abs(value) > _TOO_LARGE):
        return orjson.Fragment(_exact_number(float(value)))
    return value


def _exact_number(value: float) -> str:
    """A double as ECMAScript writes it: Python finds the same shortest digits, and puts the point elsewhere."""
    if value == 0:
        return "0"
    sign, found, exponent = Decimal(repr(value)).as_tuple()
    digits = "".join(map(str, found))
    point = len(digits) + int(exponent)
    digits = digits.rstrip("0")
    minus, size = "-" * sign, len(digits)
    if size <= point <= _DIGITS_WITHOUT_EXPONENT:
        return minus + digits.ljust(point, "0")
    if 0 < point <= _DIGITS_WITHOUT_EXPONENT:
        return f"{minus}{digits[:point]}.{digits[point:]}"
    if _SMALLEST_WITHOUT_EXPONENT < point <= 0:
        return f"{minus}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if size > 1 else ""
    return f"{minus}{digits[0]}{rest}e{point - 1:+d}"


def sha256(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def made_id(op_hash: str) -> str:
    """An id for an op that has none of its own, or one that is taken: the same whenever its content comes."""
    return str(UUID(hex=op_hash[:32]))


def made_ids(op_hash: str) -> Iterator[str]:
    """Ids for an op in the order in which they are tried: anybody may give an op of another content the first one."""
    later = (sha256(f"{op_hash}\n{number}".encode()) for number in count(1))
    return map(made_id, chain((op_hash,), later))


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


def is_too_deep(value: object) -> bool:
    """Whether lists and objects stand inside each other beyond `MAX_DEPTH`.

    An answer holds an op inside lists of its own, and JSON is written only so deep: nobody could be told of such an op.
    """
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def check_sendable(fields: Mapping[str, Json]) -> None:
    """Refuse at save what could never travel, so that nothing unsendable enters the outbox.

    Raises:
        UnsendableError: a float, a NUL, a lone surrogate, text that is not NFC or beyond the limit, a key that is not
            ASCII, something that is no JSON, or lists and objects too deep in each other.
    """
    for name, value in fields.items():
        if is_too_deep({name: value}):
            raise UnsendableError(name, "too_deep")
        _check_value(name, value)


def _check_each(name: str, values: Iterable[object]) -> None:
    for value in values:
        _check_value(name, value)


def _check_value(name: str, value: object) -> None:
    if isinstance(value, str):
        _check_text(name, value)
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) >= _TOO_LARGE:
            raise UnsendableError(name, "too_large")
    elif isinstance(value, list):
        _check_each(name, value)
    elif isinstance(value, dict):
        _check_keys(name, value)
        _check_each(name, value.values())
    else:
        raise UnsendableError(name, "float" if isinstance(value, float) else "not_json")


def _check_keys(name: str, keys: Iterable[object]) -> None:
    """Keys are ASCII: only then do their bytes sort as RFC 8785 sorts their code units."""
    for key in keys:
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


@dataclass(slots=True)
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

    id: Final[str]
    kind: Final[str]
    record: Final[str]
    region: Final[str]
    schema: Final[int]
    fields: Final[Mapping[str, Json]]
    seen: Final[Mapping[str, str]]
    author: Final[str]
    captured_at: Final[str]
    private: Final[str | None] = None
    resolves: Final[tuple[str, ...]] = ()
    erase: Final[bool] = False
    extra: Final[Mapping[str, Json]] = field(default_factory=dict)

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
            extra={} if wire.keys() <= _MEMBERS else {k: v for k, v in wire.items() if k not in _MEMBERS},
        )


def _require(wire: dict[str, Any]) -> None:
    """Raise unless every member of an op has its form."""
    missing = _NEEDED - wire.keys()
    if missing:
        raise UnreadableOpError(min(missing))
    try:
        texts = "\n".join(
            (wire["op"], wire["record"], wire["kind"], wire["captured_at"], wire.get("private", _SOME_HASH))
        )
    except TypeError as error:
        raise UnreadableOpError("text") from error
    if _TEXTS.fullmatch(texts) is None:
        raise UnreadableOpError("text")
    try:
        datetime.fromisoformat(wire["captured_at"])
    except ValueError as error:
        raise UnreadableOpError("captured_at") from error
    for name, has_its_form in _FORMS.items():
        if not has_its_form(wire[name]):
            raise UnreadableOpError(name)
    if "resolves" in wire and not _is_conflict_ids(wire["resolves"]):
        raise UnreadableOpError("resolves")
    if wire.get("erase", True) is not True:
        raise UnreadableOpError("erase")


@lru_cache(maxsize=256)
def _are_identifiers(names: tuple[str, ...]) -> bool:
    """Whether keys of an object are identifiers, looked at as one text; a key that brings a line break tells itself.

    Remembered, because ops of one kind name the same fields again and again.
    """
    lines = "\n".join((*names, ""))
    return _IDENTIFIERS.fullmatch(lines) is not None and lines.count("\n") == len(names)


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and _are_identifiers(tuple(value))


def _is_seen(value: object) -> bool:
    return value == {} or (isinstance(value, dict) and _is_named(value) and all(map(_is_uuid, value.values())))


def _is_uuid(value: object) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _is_conflict_ids(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_conflict_id, value))


def _is_conflict_id(value: object) -> bool:
    return isinstance(value, str) and _CONFLICT.fullmatch(value) is not None


def _is_version(value: object) -> bool:
    return type(value) is int and 0 <= value < _NEVER_A_VERSION


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value != ""


_FORMS: Mapping[str, Callable[[object], bool]] = {
    "region": _is_name,
    "author": _is_name,
    "schema": _is_version,
    "fields": _is_named,
    "seen": _is_seen,
}
"""Members that every op has, beside its texts."""
_NEEDED = _FORMS.keys() | {"op", "record", "kind", "captured_at"}
_MEMBERS = _NEEDED | {"private", "resolves", "erase"}
"""What is optional is left out when it is empty, so that an op has one wire form."""
