"""The vocabulary in which `records.py` writes down its kinds: what a field may hold and how a kind travels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

TEXT_LIMIT = 4_000
"""Characters of one text (docs/protocol.md)."""

LARGEST_INTEGER = 2**53 - 1
"""Beyond it the canonical JSON of two sides could differ (RFC 8785)."""

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""A value as it travels; floats never do."""


class FieldType(StrEnum):
    """What a field holds; every field may also be emptied (`null`)."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DAY = "day"
    ID = "id"
    CODE = "code"
    LIST = "list"
    OBJECT = "object"


class Shape(StrEnum):
    """A form that a text must have beyond being text."""

    RUN = "run"
    EMAIL = "email"
    PHONE = "phone"
    HEX = "hex"


class Feed(StrEnum):
    """In which feed the records of a kind live."""

    REGION = "region"
    SHARED = "shared"
    EITHER = "either"


class Readers(StrEnum):
    """What a field device reads of a kind besides what it made itself; coordination reads its whole region."""

    REGION = "region"
    RECENT = "recent"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a kind.

    Attributes:
        name: Its name on the wire.
        type: What it holds.
        code_list: Name of the list of its codes, or of the codes of its items.
        codes: That list, where `records.py` closes it or `kinds(catalogues)` filled it in.
        extra: Codes beside those of a catalogue, such as `NR`.
        item: What each item of a list holds.
        parts: What the parts of an object hold; empty: any JSON.
        shape: Form of a text.
        limit: Longest text, in characters.
        minimum: Smallest integer.
        maximum: Largest integer.
        private: It travels beside the op and can be erased (**P** in docs/schema.md).
        immutable: Once set it keeps its value.
        required: A new record needs it, once defaults are filled in.
        coordination: Only coordination devices and the centre hold it.
    """

    name: str
    type: FieldType
    code_list: str | None = None
    codes: tuple[str, ...] | None = None
    extra: tuple[str, ...] = ()
    item: FieldType | None = None
    parts: tuple[FieldSpec, ...] = ()
    shape: Shape | None = None
    limit: int = TEXT_LIMIT
    minimum: int = 0
    maximum: int = LARGEST_INTEGER
    private: bool = False
    immutable: bool = False
    required: bool = False
    coordination: bool = False


@dataclass(frozen=True)
class KindSpec:
    """One kind of record.

    Attributes:
        name: Its name on the wire.
        fields: In the order of docs/schema.md; a conflict is named after the first field of its group.
        groups: Fields that only make sense together, in the order of docs/schema.md.
        insert_only: Written once, never edited.
        feed: Where its records live.
        readers: What field devices read of it.
        only: A field and the values for which `readers` holds.
        made_with: The kind whose record of the same id tells which device made it.
        named_in: A field that holds the device which reads the record as if it had made it.
        derived: Names that are worked out and never travel.
        coordination_only: Only a coordination device or the centre writes it.
        written_by: A field that names the only device that writes it.
        ends: A field and the values of it that take a record out of use.
        counted: Paths into private values (`answers.P1`) that reports may count.
    """

    name: str
    fields: tuple[FieldSpec, ...]
    groups: tuple[tuple[str, ...], ...] = ()
    insert_only: bool = False
    feed: Feed = Feed.REGION
    readers: Readers = Readers.OWN
    only: tuple[str, tuple[str, ...]] | None = None
    made_with: str | None = None
    named_in: str | None = None
    derived: tuple[str, ...] = ()
    coordination_only: bool = False
    written_by: str | None = None
    ends: tuple[str, tuple[str, ...]] | None = None
    counted: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, FieldSpec]:
        """Its fields by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def private(self) -> frozenset[str]:
        """Names of the fields that travel as private values."""
        return frozenset(field.name for field in self.fields if field.private)

    @cached_property
    def _groups_by_field(self) -> dict[str, tuple[str, ...]]:
        return {name: group for group in self.groups for name in group}

    def group_of(self, name: str) -> tuple[str, ...]:
        """Return the fields that are merged together with one; a field without group stands alone."""
        return self._groups_by_field.get(name, (name,))
