"""Is an op, taken by itself, one that the schema knows? Types, codes, private values and sealed ones.

In: an op and the entry of its private values. Out: the values in the clear, or the reason of a quarantine. What the
record holds plays no part here; rules across fields bind the form at save, never the centre.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from sync.central.value_checks import UNKNOWN_CODE, Verdict, check_of, sendable
from sync.core.ops import OP_LIMIT, Op, canonical, canonical_with_any_number, is_too_deep, private_digest
from sync.core.schema import Field, Json, Kind, Schema

VALUES = "values"
UNREADABLE = "unreadable"
UNKNOWN_KIND = "unknown_kind"

SALT = re.compile(r"[0-9a-f]{32}")

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


class Checks:
    """The schema's view of single ops.

    Args:
        schema: Every kind.
        unseal: Opens what was sealed to the centre.
    """

    def __init__(self, schema: Schema, unseal: Unseal) -> None:
        self._schema = schema
        self._unseal = unseal
        self._known = {kind.name: {field.name: check_of(field) for field in kind.fields} for kind in schema.kinds}
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
        came = self._opened(entry)
        clear = next((one for one in _as_written(came) if self._match(op, one, kind)), None)
        if clear is None:
            return Opened({}, _kept(entry) if came is None else came, VALUES)
        values = dict(clear["fields"])
        if len(canonical(op.to_wire())) + len(canonical(values)) > OP_LIMIT:
            return Opened({}, clear, UNREADABLE)
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
        known = self._known[kind.name]
        for name, value in values.items():
            if value is None:
                continue
            check = known.get(name)
            reason = sendable(name, value) if check is None else check(value)
            if reason is not None and not (reason is UNKNOWN_CODE and _added(kind.by_name[name], value, codes)):
                return reason
        return None

    def _opened(self, entry: object) -> dict[str, Any] | None:
        if not isinstance(entry, dict):
            return None
        if isinstance(entry.get("sealed"), str):
            entry = self._inside(entry["sealed"])
            if entry is None:
                return None
        salt, fields = entry.get("salt"), entry.get("fields")
        if not isinstance(salt, str) or not SALT.fullmatch(salt) or not isinstance(fields, dict) or not fields:
            return None
        return {"salt": salt, "fields": fields}

    def _inside(self, sealed: Json) -> dict[str, Any] | None:
        """The JSON object inside a sealed box in base64."""
        try:
            opened = self._unseal(base64.b64decode(sealed, validate=True)) if isinstance(sealed, str) else None
            inside = None if opened is None else orjson.loads(opened)
        except (binascii.Error, ValueError):
            return None
        return inside if isinstance(inside, dict) and not is_too_deep(inside) else None


def _as_written(clear: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """Private values as they came, and then with each number in the one form in which RFC 8785 hashes it."""
    if clear is not None:
        yield clear
        yield {**clear, "fields": orjson.loads(canonical_with_any_number(clear["fields"]))}


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
