"""Kinds of a toy world, its clock, its ids and its chance."""

from __future__ import annotations

import hashlib
import itertools
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.core.schema import Field, Kind, Schema, Scope, ValueType

NOON = datetime(2026, 11, 21, 15, 4, 5, 123000, tzinfo=UTC)
OFFICER = "0199aaaa-0000-7000-8000-000000000001"
SALT = bytes(range(16))
NOTE = Kind(
    name="note",
    fields=(
        Field("title", ValueType.TEXT, limit=200),
        Field("topic", ValueType.CODE, codes=frozenset({"water", "roads"}), reference="topic"),
        Field("tags", ValueType.LIST, codes=frozenset({"urgent", "later"})),
        Field("lines", ValueType.LIST),
        Field("status", ValueType.CODE, codes=frozenset({"open", "voided"})),
        Field("why", ValueType.TEXT),
        Field("space", ValueType.CODE, codes=frozenset({"street", "office"}), immutable=True),
        Field("count", ValueType.INTEGER),
        Field("share", ValueType.DECIMAL),
        Field("owed", ValueType.BOOLEAN),
        Field("seen_at", ValueType.INSTANT),
        Field("due_on", ValueType.DAY),
        Field("owner", ValueType.ID),
        Field("place", ValueType.OBJECT),
        Field("mood", ValueType.CODE),
        Field("body", ValueType.TEXT, private=True),
        Field("phone", ValueType.TEXT, private=True),
    ),
    groups=(("status", "why"),),
    ends=("status", frozenset({"voided"})),
    scope=Scope(region_wide=True, only=("space", frozenset({"street"})), days=60),
    counted=frozenset({"phone"}),
)
PERSON = Kind(
    name="person",
    fields=(Field("name", ValueType.TEXT, private=True), Field("mail", ValueType.TEXT, private=True)),
    scope=Scope(made_with="note"),
)
STAMP = Kind(
    name="stamp",
    fields=(
        Field("result", ValueType.TEXT),
        Field("answers_sealed", ValueType.TEXT, private=True, limit=60_000, opens_into="answers"),
        Field("answers", ValueType.OBJECT, private=True),
        Field("for_device", ValueType.ID),
    ),
    insert_only=True,
    scope=Scope(made_with="note", named_in="for_device", hidden=frozenset({"answers", "answers_sealed"})),
)
TOPIC = Kind(
    name="topic",
    fields=(Field("code", ValueType.TEXT), Field("name", ValueType.TEXT)),
    shared=True,
    coordination_only=True,
    scope=Scope(region_wide=True),
)
SCHEMA = Schema(version=1, kinds=(NOTE, PERSON, STAMP, TOPIC))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Ids:
    """UUIDs in order."""

    def __init__(self, space: int = 0x0199) -> None:
        self._space = space
        self._count = itertools.count(1)
        self._lock = threading.Lock()

    def new(self) -> str:
        with self._lock:
            number = next(self._count)
        return f"{self._space:08x}-0000-7000-8000-{number:012x}"


def random_from(seed: str) -> Any:
    """Bytes that are the same in every run."""
    count = itertools.count()

    def random(size: int) -> bytes:
        return hashlib.shake_256(f"{seed}/{next(count)}".encode()).digest(size)

    return random
