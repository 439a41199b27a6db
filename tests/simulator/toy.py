"""A country of two regions and the few kinds of record that it keeps: what the simulator's people write about."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sync.central.own_kinds import with_own_kinds
from sync.core.schema import SHARED_FEED, Field, Json, Kind, Schema, Scope, ValueType

REGIONS = ("05", "13")

CASE = Kind(
    name="case",
    fields=(
        Field("subject", ValueType.TEXT),
        Field("topic", ValueType.CODE, codes=frozenset({"water", "roads"}), reference="topic"),
        Field("status", ValueType.CODE, codes=frozenset({"open", "voided"})),
        Field("why", ValueType.TEXT),
        Field("space", ValueType.CODE, codes=frozenset({"street", "office"}), immutable=True),
        Field("received_at", ValueType.INSTANT),
        Field("persons", ValueType.INTEGER, smallest=1, largest=9),
        Field("answered_at", ValueType.INSTANT),
        Field("answer", ValueType.TEXT, private=True),
        Field("body", ValueType.TEXT, private=True),
    ),
    groups=(("status", "why"), ("answered_at", "answer")),
    scope=Scope(region_wide=True, only=("space", frozenset({"street"})), days=60),
)
PERSON = Kind(
    name="person",
    fields=(
        Field("names", ValueType.TEXT, private=True),
        Field("doc_type", ValueType.CODE, codes=frozenset({"run", "passport"}), private=True),
        Field("doc_number", ValueType.TEXT, private=True),
    ),
    groups=(("doc_type", "doc_number"),),
    scope=Scope(made_with="case"),
)
REPLY = Kind(
    name="reply",
    fields=(
        Field("result", ValueType.TEXT),
        Field("answers_sealed", ValueType.TEXT, private=True, limit=60_000, opens_into="answers"),
        Field("answers", ValueType.OBJECT, private=True),
    ),
    insert_only=True,
    scope=Scope(made_with="case", hidden=frozenset({"answers", "answers_sealed"})),
)
TOPIC = Kind(
    name="topic",
    fields=(Field("code", ValueType.TEXT), Field("name", ValueType.TEXT)),
    shared=True,
    coordination_only=True,
    scope=Scope(region_wide=True),
)
VISIT = Kind(
    name="visit",
    fields=(Field("note", ValueType.TEXT), Field("secret", ValueType.TEXT, private=True)),
    scope=Scope(region_wide=True, days=60),
)

_NEXT_CASE = replace(
    CASE,
    fields=(
        *(replace(one, largest=99) if one.name == "persons" else one for one in CASE.fields),
        Field("mood", ValueType.TEXT),
        Field("alias", ValueType.TEXT, private=True),
    ),
)
SCHEMA = with_own_kinds(Schema(version=1, kinds=(CASE, PERSON, REPLY, TOPIC)))
NEXT_SCHEMA = with_own_kinds(Schema(version=2, kinds=(_NEXT_CASE, PERSON, REPLY, TOPIC, VISIT)))
"""The same country a year later: a wider number, two fields more (one of them private) and a new kind."""

CODES = ("water", "roads", "parks", "bridges")
"""What people choose as a topic; the last two are known only once somebody has published them."""
UNPUBLISHED = CODES[2:]


@dataclass(frozen=True, slots=True)
class Name:
    """One record of the country.

    Attributes:
        kind: Its kind.
        record: Its id.
        region: Its feed.
    """

    kind: str
    record: str
    region: str

    def __str__(self) -> str:
        return f"{self.kind} {self.region}/{int(self.record[-4:], 16)}"


def uid(space: int, number: int) -> str:
    """A UUID by its space and number."""
    return f"{space:08x}-0000-7000-8000-{number:012x}"


_CASE_SPACE = 0xCA5E
CASES = tuple(
    Name("case", uid(_CASE_SPACE + place, number), region)
    for place, region in enumerate(REGIONS)
    for number in range(1, 4)
)
VISITS = tuple(Name("visit", uid(0x1517, place), region) for place, region in enumerate(REGIONS))
TOPICS = tuple(Name("topic", uid(0x70B1C, number), SHARED_FEED) for number in range(1, len(UNPUBLISHED) + 1))


@dataclass(frozen=True, slots=True)
class Seat:
    """One laptop of a layout.

    Attributes:
        name: What the histories call it.
        role: ``field`` or ``coordination``.
        region: Its region; the shared feed stands for all of them.
    """

    name: str
    role: str
    region: str


CHIEF = Seat("chief", "coordination", SHARED_FEED)
OLGA = Seat("olga", "coordination", "13")
ANA = Seat("ana", "field", "13")
BETO = Seat("beto", "field", "13")
CARLA = Seat("carla", "field", "05")
DIEGO = Seat("diego", "field", "13")
EVA = Seat("eva", "coordination", "05")
NEWCOMERS = (DIEGO, EVA)
"""Who may get a laptop while the others work."""
LAYOUTS = ((CHIEF, ANA, BETO), (OLGA, ANA, BETO), (CHIEF, OLGA, ANA), (CHIEF, ANA, CARLA))


def beside(case: Name, kind: str) -> Name:
    """The record of another kind that belongs to a case and has its id."""
    return Name(kind, case.record, case.region)


def private_fields(kind: str) -> frozenset[str]:
    """Names of the private fields of a kind, those of the next year included."""
    known = NEXT_SCHEMA.kind(kind)
    return frozenset() if known is None else known.private


def group_of(kind: str, name: str) -> tuple[str, ...]:
    """The fields that only make sense together with this one."""
    known = NEXT_SCHEMA.kind(kind)
    return (name,) if known is None else known.group_of(name)


def groups_of(kind: str, names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The groups that these fields touch, each once."""
    return tuple(dict.fromkeys(group_of(kind, name) for name in names))


def usual_space(case: Name) -> Json:
    """Where a case is usually taken: the last of each region indoors, the others in the street."""
    return "office" if case.record.endswith("3") else "street"
