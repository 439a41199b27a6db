"""Is an op, taken by itself, one that the schema knows? Types, codes, private values and sealed ones.

In: an op and the entry of its private values. Out: the values in the clear, or the reason of a quarantine. What the
record holds plays no part here; rules across fields bind the form at save, never the centre.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from operator import contains, itemgetter
from typing import Any, NamedTuple

import orjson

from sync.core.errors import UnsendableError
from sync.core.ops import Op, check_sendable, private_digest
from sync.core.schema import Field, Json, Kind, Schema, ValueType

WRONG_TYPE = "wrong_type"
UNKNOWN_CODE = "unknown_code"
VALUES = "values"
UNREADABLE = "unreadable"
UNKNOWN_KIND = "unknown_kind"

_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SALT = re.compile(r"[0-9a-f]{32}")
_PATTERNS = {
    ValueType.DECIMAL: _DECIMAL,
    ValueType.INSTANT: _INSTANT,
    ValueType.DAY: _DAY,
    ValueType.ID: _UUID,
}
_CALENDAR: Mapping[ValueType, Callable[[str], object]] = {
    ValueType.INSTANT: datetime.fromisoformat,
    ValueType.DAY: date.fromisoformat,
}
_LARGEST = 2**53

Verdict = str | None
Unseal = Callable[[bytes], bytes | None]
"""Opens a sealed box with the centre's keys; ``None`` when none of them fits."""
Codes = Callable[[str], frozenset[str]]
"""The codes that shared records of a kind add."""


class Opened(NamedTuple):
    """The private values of an op.

    Attributes:
        values: In the clear, sealed ones opened; empty when there are none.
        stored: What is kept beside the history and can be erased.
        reason: Why they cannot be taken.
    """

    values: Mapping[str, Json]
    stored: Mapping[str, Any] | None
    reason: Verdict = None


_NOTHING = Opened({}, None)


def is_id(value: object) -> bool:
    """Whether a JSON value is a UUID as it travels."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


class _Plan:
    """How the values of fields with these names are looked at when nothing is wrong: all codes in one sweep.

    Args:
        closed: The lists of the fields that hold a code.
        others: The check of each other field.
    """

    def __init__(
        self, closed: Mapping[str, frozenset[str]], others: tuple[tuple[str, Callable[[Json], Verdict]], ...]
    ) -> None:
        self._lists: tuple[frozenset[str | None], ...] = tuple(codes | {None} for codes in closed.values())
        self._codes = itemgetter(*closed) if len(closed) > 1 else lambda values: tuple(map(values.get, closed))
        self._others = others

    def finds_good(self, values: Mapping[str, Json]) -> bool:
        """Whether there is nothing to object to, codes that shared records add left aside."""
        try:
            if not all(map(contains, self._lists, self._codes(values))):
                return False
        except TypeError:  # a list or an object in the place of a code
            return False
        for name, check in self._others:
            value = values[name]
            if value is not None and check(value) is not None:
                return False
        return True


class Checks:
    """The schema's view of single ops.

    Args:
        schema: Every kind.
        unseal: Opens what was sealed to the centre.
    """

    def __init__(self, schema: Schema, unseal: Unseal) -> None:
        self._schema = schema
        self._unseal = unseal
        self._known = {kind.name: {field.name: _check_of(field) for field in kind.fields} for kind in schema.kinds}
        self._plan = lru_cache(maxsize=256)(self._planned)
        self._public = {
            kind.name: frozenset(field.name for field in kind.fields if not field.private) for kind in schema.kinds
        }
        self._sealed = {
            kind.name: {field.name: field.opens_into for field in kind.fields if field.opens_into is not None}
            for kind in schema.kinds
        }

    def kind(self, name: str) -> Kind | None:
        """The kind of that name."""
        return self._schema.kind(name)

    def open(self, op: Op, entry: object, kind: Kind, *, erased: bool = False) -> Opened:
        """Take the private values of an op, as they travelled or as they were stored.

        Args:
            op: The op.
            entry: ``{salt, fields}``, ``{sealed}``, or nothing.
            kind: Its kind.
            erased: The record's private values were erased: late ones are dropped.
        """
        if erased or (op.private is None and entry is None):
            return _NOTHING if _apart(kind.private, op.fields) else Opened({}, None, VALUES)
        clear = self._opened(entry)
        if clear is None or not self._match(op, clear, kind):
            return Opened({}, _kept(entry) if clear is None else clear, VALUES)
        values = dict(clear["fields"])
        for name, into in self._sealed[kind.name].items():
            if values.get(name) is not None:
                inside = self._inside(values.pop(name))
                if inside is None:
                    return Opened({}, clear, UNREADABLE)
                values[into] = inside
        return Opened(values, clear)

    def _match(self, op: Op, clear: Mapping[str, Any], kind: Kind) -> bool:
        """Whether the op stands for just these values, and each field travels where it belongs."""
        salt, fields = clear["salt"], clear["fields"]
        apart = _apart(kind.private, op.fields) and self._public[kind.name].isdisjoint(fields)
        return apart and _apart(fields, op.fields) and private_digest(bytes.fromhex(salt), fields) == op.private

    def types(self, kind: Kind, values: Mapping[str, Json], codes: Codes) -> Verdict:
        """Whether every value is one that its field may hold; a field that is not known may hold any JSON."""
        if values and self._plan(kind.name, tuple(values)).finds_good(values):
            return None
        known = self._known[kind.name]
        for name, value in values.items():
            if value is None:
                continue
            check = known.get(name)
            reason = _sendable(name, value) if check is None else check(value)
            if reason is not None and not (reason is UNKNOWN_CODE and _added(kind.by_name[name], value, codes)):
                return reason
        return None

    def _planned(self, kind: str, names: tuple[str, ...]) -> "_Plan":
        fields, known = self._schema.by_name[kind].by_name, self._known[kind]
        closed = {
            name: fields[name].codes or frozenset()
            for name in names
            if name in fields and fields[name].type is ValueType.CODE
        }
        others = tuple((name, known.get(name) or partial(_sendable, name)) for name in names if name not in closed)
        return _Plan(closed, others)

    def _opened(self, entry: object) -> dict[str, Any] | None:
        if not isinstance(entry, dict):
            return None
        if isinstance(entry.get("sealed"), str):
            entry = self._inside(entry["sealed"])
            if entry is None:
                return None
        salt, fields = entry.get("salt"), entry.get("fields")
        if not isinstance(salt, str) or not _SALT.fullmatch(salt) or not isinstance(fields, dict) or not fields:
            return None
        return {"salt": salt, "fields": fields}

    def _inside(self, sealed: Json) -> dict[str, Any] | None:
        """The JSON object inside a sealed box in base64."""
        try:
            opened = self._unseal(base64.b64decode(sealed, validate=True)) if isinstance(sealed, str) else None
            inside = None if opened is None else orjson.loads(opened)
        except (binascii.Error, ValueError):
            return None
        return inside if isinstance(inside, dict) else None


def _kept(entry: object) -> Mapping[str, Any] | None:
    return entry if isinstance(entry, dict) else None


def _apart(few: Iterable[str], many: Mapping[str, Json]) -> bool:
    """Whether none of a few names is among many, at the price of the few."""
    return many.keys().isdisjoint(few)


def _added(field: Field, value: Json, codes: Codes) -> bool:
    """Whether shared records bring the codes that the closed list lacks."""
    if field.reference is None:
        return False
    listed = (field.codes or frozenset()) | codes(field.reference)
    return all(item in listed for item in (value if isinstance(value, list) else [value]))


def _sendable(name: str, value: Json) -> Verdict:
    try:
        check_sendable({name: value})
    except UnsendableError:
        return WRONG_TYPE
    return None


def _check_of(field: Field) -> Callable[[Json], Verdict]:
    """The check of one field, made once."""
    if field.type in _CALENDAR:
        return _calendar(_PATTERNS[field.type], _CALENDAR[field.type])
    if field.type in _PATTERNS:
        return _pattern(_PATTERNS[field.type])
    make: Mapping[ValueType, Callable[[Field], Callable[[Json], Verdict]]] = {
        ValueType.TEXT: lambda one: _text(one.limit),
        ValueType.INTEGER: _integer,
        ValueType.BOOLEAN: lambda _: _boolean,
        ValueType.CODE: _code,
        ValueType.LIST: _list,
        ValueType.OBJECT: _object,
    }
    return make[field.type](field)


def _integer(field: Field) -> Callable[[Json], Verdict]:
    smallest = -_LARGEST + 1 if field.smallest is None else field.smallest
    largest = _LARGEST - 1 if field.largest is None else field.largest

    def check(value: Json) -> Verdict:
        return None if type(value) is int and smallest <= value <= largest else WRONG_TYPE

    return check


def _boolean(value: Json) -> Verdict:
    return None if isinstance(value, bool) else WRONG_TYPE


def _object(field: Field) -> Callable[[Json], Verdict]:
    return lambda value: _sendable(field.name, value) if isinstance(value, dict) else WRONG_TYPE


def _text(limit: int) -> Callable[[Json], Verdict]:
    def check(value: Json) -> Verdict:
        if not isinstance(value, str) or len(value) > limit or "\0" in value:
            return WRONG_TYPE
        return None if value.isascii() or unicodedata.is_normalized("NFC", value) else WRONG_TYPE

    return check


def _pattern(pattern: re.Pattern[str]) -> Callable[[Json], Verdict]:
    def check(value: Json) -> Verdict:
        return None if isinstance(value, str) and pattern.fullmatch(value) else WRONG_TYPE

    return check


def _calendar(pattern: re.Pattern[str], read: Callable[[str], object]) -> Callable[[Json], Verdict]:
    """A day or an instant: of the right form, and one that the calendar has. No hour is too odd."""

    def check(value: Json) -> Verdict:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            return WRONG_TYPE
        try:
            read(value)
        except ValueError:
            return WRONG_TYPE
        return None

    return check


def _code(field: Field) -> Callable[[Json], Verdict]:
    codes, closed = field.codes or frozenset(), field.codes is not None or field.reference is not None
    text = _text(field.limit)

    def check(value: Json) -> Verdict:
        if isinstance(value, str) and value in codes:
            return None
        return text(value) or (UNKNOWN_CODE if closed else None)

    return check


def _list(field: Field) -> Callable[[Json], Verdict]:
    item_check = _code(field) if field.codes is not None or field.reference is not None else None

    def check(value: Json) -> Verdict:
        if not isinstance(value, list):
            return WRONG_TYPE
        if item_check is None:
            return _sendable(field.name, value)
        for item in value:
            if (reason := item_check(item)) is not None:
                return reason
        return None

    return check
