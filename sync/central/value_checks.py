"""May a field hold this value? One check for each field, made once from its type, codes and limits."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime

from sync.core.errors import UnsendableError
from sync.core.ops import check_sendable
from sync.core.schema import Field, Json, ValueType

WRONG_TYPE = "wrong_type"
UNKNOWN_CODE = "unknown_code"

Verdict = str | None
Check = Callable[[Json], Verdict]

_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PATTERNS = {
    ValueType.DECIMAL: _DECIMAL,
    ValueType.INSTANT: _INSTANT,
    ValueType.DAY: _DAY,
    ValueType.ID: _UUID,
}
CALENDAR: Mapping[ValueType, Callable[[str], object]] = {
    ValueType.INSTANT: datetime.fromisoformat,
    ValueType.DAY: date.fromisoformat,
}
_LARGEST = 2**53


def is_id(value: object) -> bool:
    """Whether a JSON value is a UUID as it travels."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def bounds(field: Field) -> tuple[int, int]:
    """The smallest and the largest integer that a field may hold."""
    smallest = -_LARGEST + 1 if field.smallest is None else field.smallest
    largest = _LARGEST - 1 if field.largest is None else field.largest
    return smallest, largest


def sendable(name: str, value: Json) -> Verdict:
    """Whether a value could have been saved at all."""
    try:
        check_sendable({name: value})
    except UnsendableError:
        return WRONG_TYPE
    return None


def check_of(field: Field) -> Check:
    """The check of one field; what is emptied (`None`) is not asked about."""
    if field.type in CALENDAR:
        return _calendar(PATTERNS[field.type], CALENDAR[field.type])
    if field.type in PATTERNS:
        return _pattern(PATTERNS[field.type])
    make: Mapping[ValueType, Callable[[Field], Check]] = {
        ValueType.TEXT: lambda one: _text(one.limit),
        ValueType.INTEGER: _integer,
        ValueType.BOOLEAN: lambda _: _boolean,
        ValueType.CODE: _code,
        ValueType.LIST: _list,
        ValueType.OBJECT: _object,
    }
    return make[field.type](field)


def _integer(field: Field) -> Check:
    smallest, largest = bounds(field)

    def check(value: Json) -> Verdict:
        return None if type(value) is int and smallest <= value <= largest else WRONG_TYPE

    return check


def _boolean(value: Json) -> Verdict:
    return None if isinstance(value, bool) else WRONG_TYPE


def _object(field: Field) -> Check:
    return lambda value: sendable(field.name, value) if isinstance(value, dict) else WRONG_TYPE


def _text(limit: int) -> Check:
    def check(value: Json) -> Verdict:
        if not isinstance(value, str) or len(value) > limit or "\0" in value:
            return WRONG_TYPE
        return None if value.isascii() or unicodedata.is_normalized("NFC", value) else WRONG_TYPE

    return check


def _pattern(pattern: re.Pattern[str]) -> Check:
    def check(value: Json) -> Verdict:
        return None if isinstance(value, str) and pattern.fullmatch(value) else WRONG_TYPE

    return check


def _calendar(pattern: re.Pattern[str], read: Callable[[str], object]) -> Check:
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


def _code(field: Field) -> Check:
    codes, closed = field.codes or frozenset(), field.codes is not None or field.reference is not None
    text = _text(field.limit)

    def check(value: Json) -> Verdict:
        if isinstance(value, str) and value in codes:
            return None
        return text(value) or (UNKNOWN_CODE if closed else None)

    return check


def _list(field: Field) -> Check:
    item_check = _code(field) if field.codes is not None or field.reference is not None else None

    def check(value: Json) -> Verdict:
        if not isinstance(value, list):
            return WRONG_TYPE
        if item_check is None:
            return sendable(field.name, value)
        for item in value:
            if (reason := item_check(item)) is not None:
                return reason
        return None

    return check
