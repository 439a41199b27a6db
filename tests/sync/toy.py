"""A schema of no country, and builders of ops over it: name only what the test is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.core.merge import Origin
from sync.core.ops import Op, private_digest
from sync.core.schema import Field, Json, Kind, Schema, Scope, ValueType

TEXT = ValueType.TEXT

NOTE = Kind(
    name="note",
    fields=(
        Field("title", TEXT),
        Field("colour", TEXT),
        Field("state", TEXT),
        Field("reason", TEXT),
        Field("place", TEXT),
        Field("latitude", ValueType.DECIMAL),
        Field("answered_at", ValueType.INSTANT),
        Field("answer", TEXT, private=True),
        Field("body", TEXT, private=True),
        Field("tags", ValueType.LIST),
        Field("born", TEXT, immutable=True),
    ),
    groups=(("reason", "state"), ("place", "latitude"), ("answered_at", "answer")),
    scope=Scope(region_wide=True),
)
SLIP = Kind(name="slip", fields=(Field("text", TEXT), Field("secret", TEXT, private=True)), insert_only=True)
WORD = Kind(name="word", fields=(Field("meaning", TEXT),), shared=True, coordination_only=True)
SCHEMA = Schema(version=1, kinds=(NOTE, SLIP, WORD))

REGION = "13"
SALT = bytes(range(16))
START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def uid(name: str | int, space: str = "0") -> str:
    """A readable UUID: the same name gives the same one."""
    digits = "".join(f"{ord(letter) % 16:x}" for letter in space)
    return f"00000000-0000-4000-8{digits:0>3.3}-{sum(ord(c) * 131**i for i, c in enumerate(str(name))) % 16**12:012x}"


def an_op(
    op: str = "op1",
    *,
    record: str = "r1",
    fields: Mapping[str, Json] | None = None,
    seen: Mapping[str, str] | None = None,
    private: Mapping[str, Json] | None = None,
    resolves: Sequence[str] = (),
    erase: bool = False,
    kind: Kind = NOTE,
    region: str = REGION,
    author: str = "ana",
    at: str = "2026-11-21T12:00:00.000Z",
    extra: Mapping[str, Json] | None = None,
) -> Op:
    """One op; names become UUIDs, groups are as given."""
    return Op(
        id=uid(op),
        kind=kind.name,
        record=uid(record),
        region=region,
        schema=1,
        fields=dict(fields or {}),
        seen={field: uid(name) for field, name in (seen or {}).items()},
        author=author,
        captured_at=at,
        private=private_digest(SALT, private) if private else None,
        resolves=tuple(f"{uid(name)}/{group}" for name, _, group in (c.partition("/") for c in resolves)),
        erase=erase,
        extra=dict(extra or {}),
    )


def a_device(name: str = "a", *, coordination: bool = False) -> Origin:
    """Where an op comes from."""
    return Origin(uid(name), coordination)


class Ids:
    """New ids, the same ones on every run; a copied store goes on drawing from the same source, as randomness does."""

    def __init__(self, space: str = "op") -> None:
        self._space = space
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return uid("", self._space)[:24] + f"{self._count:012x}"

    def __deepcopy__(self, _: object) -> "Ids":
        return self


class Ticking:
    """A clock that moves a second each time it is read; `skew` puts it wrong."""

    def __init__(self, start: datetime = START, skew: timedelta = timedelta(0)) -> None:
        self._at = start
        self.skew = skew

    def now(self) -> datetime:
        self._at += timedelta(seconds=1)
        return self._at + self.skew


class Past:
    """What earlier ops wrote, kept by id."""

    def __init__(self) -> None:
        self._ops: dict[str, tuple[Op, dict[str, Any]]] = {}

    def add(self, op: Op, values: Mapping[str, Json]) -> None:
        self._ops[op.id] = (op, {**op.fields, **values})

    def values(self, op: str) -> Mapping[str, Json] | None:
        known = self._ops.get(op)
        return None if known is None else known[1]

    def signed(self, op: str) -> tuple[str, str] | None:
        known = self._ops.get(op)
        return None if known is None else (known[0].author, known[0].captured_at)
