"""What every field of every kind must be, read off its specification: types, codes, lengths, sendable text.

In: the name of a kind and its fields. Out: the fields in the one form that is stored, or problems in Spanish. Unknown
fields are kept (an older laptop never erases a newer field) and are only checked for being sendable. Rules that bind
several fields are not here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import NoReturn

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import InvalidInstantError, instant, parse_day, parse_instant
from terreno_app.domain.errors import Problem, RejectedError
from terreno_app.domain.fields import LARGEST_INTEGER, TEXT_LIMIT, FieldSpec, FieldType, Json, Shape
from terreno_app.domain.ids import is_id
from terreno_app.domain.records import codes_of, kind_named
from terreno_app.domain.run import InvalidRunError, parse_run

RECORD_LIMIT = 60_000
"""Bytes of a record's fields together: an op holds 64 KiB, what surrounds the fields included."""

_DEEPEST = 8
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_EMAIL = re.compile(r"[^@\s\"<>(),;:]+@[^@\s\"<>(),;:.]+(?:\.[^@\s\"<>(),;:.]+)+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_PHONE_NOISE = re.compile(r"[\s().-]")
_CHILEAN_PHONE = re.compile(r"(?:0056|56)?([2-9][0-9]{8})")
_WORDED = (FieldType.TEXT, FieldType.CODE, FieldType.ID, FieldType.INSTANT, FieldType.DAY, FieldType.DECIMAL)
_EXPECTED = {
    FieldType.TEXT: "un texto",
    FieldType.INTEGER: "un número entero",
    FieldType.DECIMAL: "un número decimal escrito con punto, como 0.20",
    FieldType.BOOLEAN: "sí o no",
    FieldType.INSTANT: "una fecha y hora con su zona horaria",
    FieldType.DAY: "una fecha como 2026-11-21",
    FieldType.ID: "el identificador de un registro",
    FieldType.CODE: "un código de la lista",
    FieldType.LIST: "una lista",
    FieldType.OBJECT: "un conjunto de valores",
}
_Found = tuple[str, str, str]
"""Name (with its part), code, message with a place for the label."""


def normalised(kind: str, fields: Mapping[str, Json]) -> dict[str, Json]:
    """Return the fields as they are stored.

    Text is NFC without outer blanks, an empty text is `None`, instants are UTC with milliseconds, a RUN has no dots, a
    Chilean telephone gets its +56; fields that are derived and never travel are left out. What cannot be read stays as
    it is, for `field_problems` to name.

    Raises:
        UnknownKindError: no such kind.
    """
    spec = kind_named(kind)
    return {
        name: _normalised(spec.by_name.get(name), value) for name, value in fields.items() if name not in spec.derived
    }


def field_problems(kind: str, fields: Mapping[str, Json], catalogues: Catalogues) -> tuple[Problem, ...]:
    """Return what is wrong with each field by itself; a field that is absent or emptied is never wrong here.

    Raises:
        UnknownKindError: no such kind.
    """
    spec = kind_named(kind)
    found: list[_Found] = []
    for name, value in fields.items():
        field = spec.by_name.get(name)
        if field is None and _NAME.fullmatch(name) is None:
            found.append((name, "unknown_field", "«{label}» no es el nombre de un campo."))
        if value is not None:
            found += _unsendable(name, value, TEXT_LIMIT if field is None else field.limit)
            found += () if field is None else _mistakes(field, value, name, catalogues)
    if not found and len(json.dumps(fields, ensure_ascii=False).encode()) > RECORD_LIMIT:
        longest = max(fields, key=lambda name: len(json.dumps(fields[name], ensure_ascii=False)))
        found.append((longest, "record_too_large", "El registro es demasiado extenso: acorte «{label}»."))
    return tuple(
        Problem(name, code, message.format(label=catalogues.labels.field(kind, name))) for name, code, message in found
    )


def required_problems(kind: str, fields: Mapping[str, Json], catalogues: Catalogues) -> tuple[Problem, ...]:
    """Return the fields that a new record of this kind cannot do without.

    Raises:
        UnknownKindError: no such kind.
    """
    return tuple(
        missing(kind, field.name, catalogues)
        for field in kind_named(kind).fields
        if field.required and fields.get(field.name) is None
    )


def missing(kind: str, name: str, catalogues: Catalogues) -> Problem:
    """Return the problem of a field that must be given."""
    return Problem(name, "required", f"Falta «{catalogues.labels.field(kind, name)}».")


def parse_value(kind: str, field: str, text: str) -> Json:
    """Read a value as the command line gives it: text stays text, the rest is JSON, nothing at all empties the field.

    Raises:
        UnknownKindError: no such kind.
        RejectedError: the kind has no such field, or the text is not JSON where JSON is needed.
    """
    spec = kind_named(kind).by_name.get(field)
    if spec is None:
        raise RejectedError([Problem(field, "unknown_field", f"«{field}» no es un campo de este registro.")])
    if not text:
        return None
    value: Json = text if spec.type in _WORDED else _json(field, text)
    return _normalised(spec, value)


def _json(field: str, text: str) -> Json:
    try:
        value: Json = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        message = "El valor debe escribirse como JSON: un número, true, false o una lista entre corchetes."
        raise RejectedError([Problem(field, "wrong_type", message)]) from error
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _normalised(spec: FieldSpec | None, value: Json, depth: int = 0) -> Json:
    if depth > _DEEPEST:
        return value
    if isinstance(value, str):
        return _normalised_text(spec, unicodedata.normalize("NFC", value).strip())
    if isinstance(value, list):
        return [_normalised(spec, item, depth + 1) for item in value]
    if isinstance(value, dict):
        parts = {} if spec is None else {part.name: part for part in spec.parts}
        return {name: _normalised(parts.get(name), part, depth + 1) for name, part in value.items()}
    return value


def _normalised_text(spec: FieldSpec | None, text: str) -> Json:
    if not text:
        return None
    if spec is None:
        return text
    kind_of_text = spec.item or spec.type
    if kind_of_text is FieldType.INSTANT:
        return _or_as_it_is(text, lambda: instant(parse_instant(text)))
    if kind_of_text is FieldType.ID:
        return text.lower()
    return _shaped(spec.shape, text)


def _shaped(shape: Shape | None, text: str) -> str:
    if shape is Shape.RUN:
        return _or_as_it_is(text, lambda: parse_run(text))
    if shape is Shape.PHONE:
        bare = _PHONE_NOISE.sub("", text)
        chilean = _CHILEAN_PHONE.fullmatch(bare)
        return f"+56{chilean[1]}" if chilean else bare or text
    return text.lower() if shape is Shape.HEX else text


def _or_as_it_is(text: str, read: Callable[[], str]) -> str:
    try:
        return read()
    except (InvalidInstantError, InvalidRunError):
        return text


def _unsendable(name: str, value: object, limit: int, depth: int = 0) -> Iterator[_Found]:
    """Find what the wire refuses wherever it stands: NUL, lone surrogates, text not NFC, floats, endless text."""
    if isinstance(value, str):
        if "\0" in value or _LONE_SURROGATE.search(value):
            yield name, "unsendable_text", "«{label}» contiene caracteres que no se pueden guardar."
        elif not unicodedata.is_normalized("NFC", value):
            yield name, "not_normalised", "«{label}» contiene letras con tildes sueltas; escríbalo de nuevo."
        elif len(value) > limit:
            yield name, "too_long", f"«{{label}}» supera los {limit} caracteres."
    elif isinstance(value, list | dict):
        if depth == _DEEPEST:
            yield name, "too_deep", "«{label}» tiene demasiados niveles."
            return
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _unsendable(name, item, limit, depth + 1)
    elif isinstance(value, float):
        yield name, "wrong_type", "«{label}» debe escribirse sin decimales o como texto."
    elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        yield name, "too_large", f"«{{label}}» debe ser {LARGEST_INTEGER} o menos."


def _mistakes(spec: FieldSpec, value: Json, name: str, catalogues: Catalogues) -> Iterator[_Found]:
    if spec.type is FieldType.LIST:
        if not isinstance(value, list):
            yield _wrong_type(spec.type, name)
            return
        for item in value:
            yield from _single(spec, spec.item or FieldType.TEXT, item, name, catalogues)
    else:
        yield from _single(spec, spec.type, value, name, catalogues)


def _single(spec: FieldSpec, kind: FieldType, value: Json, name: str, catalogues: Catalogues) -> Iterator[_Found]:
    if kind is FieldType.OBJECT:
        yield from _parts(spec, value, name, catalogues)
    elif kind is FieldType.INTEGER:
        yield from _integer(spec, value, name)
    elif kind is FieldType.BOOLEAN:
        if not isinstance(value, bool):
            yield _wrong_type(kind, name)
    elif not isinstance(value, str) or not _reads_as(kind, value):
        yield _wrong_type(kind, name)
    elif kind is FieldType.CODE:
        if value not in (codes_of(spec, catalogues) or ()):
            yield name, "unknown_code", "«{label}» tiene un valor que no está en la lista."
    elif spec.shape is not None:
        yield from _misshapen(spec.shape, value, name)


def _parts(spec: FieldSpec, value: Json, name: str, catalogues: Catalogues) -> Iterator[_Found]:
    if not isinstance(value, dict):
        yield _wrong_type(FieldType.OBJECT, name)
        return
    for part in spec.parts:
        part_name = f"{name}.{part.name}"
        if (held := value.get(part.name)) is not None:
            yield from _mistakes(part, held, part_name, catalogues)
        elif part.required:
            yield part_name, "required", "Falta «{label}»."


def _integer(spec: FieldSpec, value: Json, name: str) -> Iterator[_Found]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield _wrong_type(FieldType.INTEGER, name)
    elif value < spec.minimum:
        yield name, "too_small", f"«{{label}}» debe ser {spec.minimum} o más."
    elif value > spec.maximum:
        yield name, "too_large", f"«{{label}}» debe ser {spec.maximum} o menos."


def _reads_as(kind: FieldType, text: str) -> bool:
    try:
        if kind is FieldType.INSTANT:
            return instant(parse_instant(text)) == text
        if kind is FieldType.DAY:
            return bool(parse_day(text))
    except InvalidInstantError:
        return False
    if kind is FieldType.ID:
        return is_id(text)
    return kind is not FieldType.DECIMAL or _DECIMAL.fullmatch(text) is not None


def _misshapen(shape: Shape, text: str, name: str) -> Iterator[_Found]:
    if shape is Shape.RUN and not _is_run(text):
        yield name, "invalid_run", "«{label}» no es válido: revise los números y el dígito verificador."
    elif shape is Shape.EMAIL and _EMAIL.fullmatch(text) is None:
        yield name, "invalid_email", "«{label}» no parece un correo electrónico."
    elif shape is Shape.PHONE and _PHONE.fullmatch(text) is None:
        yield name, "invalid_phone", "«{label}» debe tener código de país y número, como +56912345678."
    elif shape is Shape.HEX and _HEX.fullmatch(text) is None:
        yield name, "wrong_type", "«{label}» debe escribirse en hexadecimal."


def _is_run(text: str) -> bool:
    try:
        return parse_run(text) == text
    except InvalidRunError:
        return False


def _wrong_type(kind: FieldType, name: str) -> _Found:
    return name, "wrong_type", f"«{{label}}» debe ser {_EXPECTED[kind]}."
