"""Kinds of records as data: what reconciliation must know about a record, and all that it knows.

The application hands a :class:`Schema` in; nothing here names a field, a kind or a region of it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache

from sync.core.counted import Counted

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

SHARED_FEED = "CL"
"""The feed of reference data, which every device reads."""

TEXT_LIMIT = 4_000
"""Characters in one text (sync.md, "One op")."""


class ValueType(StrEnum):
    """What a field's value may be; ``None`` (emptied) is always allowed."""

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


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind.

    Attributes:
        name: Its name on the wire.
        type: What its value may be.
        codes: Closed list for a code, or for the items of a list; ``None`` leaves it open.
        reference: Kind of shared records whose ``code`` also counts as one of ``codes``.
        private: It travels as a private value, beside the op.
        immutable: Once it has a value it keeps it.
        limit: Longest text, in characters.
        smallest: Smallest integer; ``None`` leaves it open.
        largest: Largest integer; ``None`` leaves it open.
        opens_into: It is sealed to the centre, which opens it at acceptance into this other private field.
    """

    name: str
    type: ValueType
    codes: frozenset[str] | None = None
    reference: str | None = None
    private: bool = False
    immutable: bool = False
    limit: int = TEXT_LIMIT
    smallest: int | None = None
    largest: int | None = None
    opens_into: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a *field* device may read of a kind; a coordination device reads all of its region.

    Attributes:
        region_wide: Every field device of the region reads it (never its private values).
        only: An immutable field and the values for which ``region_wide`` holds.
        days: How long since the centre first accepted it, for records that other devices made.
        made: The device that made the record reads it.
        made_with: Kind whose record of the same id tells which device made it.
        named_in: A field whose device id also gives that device the right to read it.
        hidden: Fields that no field device ever reads.
    """

    region_wide: bool = False
    only: tuple[str, frozenset[str]] | None = None
    days: int | None = None
    made: bool = True
    made_with: str | None = None
    named_in: str | None = None
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Touched:
    """What a set of fields comes to in a kind.

    Attributes:
        groups: The groups that they touch, each once, in the order of the kind's fields; unknown ones last, by name.
        heads: The first field of each of these groups.
        missing: For each group that they touch only in part, the fields that lack.
    """

    groups: tuple[tuple[str, ...], ...]
    heads: tuple[str, ...]
    missing: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    Attributes:
        name: Its name on the wire.
        fields: In the order that names groups: a conflict's id ends in the first field of its group.
        groups: Fields that only make sense together; every other field is a group of its own.
        insert_only: A second op on such a record is refused.
        shared: Its records may live in the shared feed.
        shared_only: They live in no other feed, so nobody publishes for one region what all must know alike.
        coordination_only: Only a coordination device (or the centre itself) may write it.
        written_by: A field that names the only device that may write the record.
        ends: A field and the texts in it that take a record out of use; what is merged later is told apart.
        scope: Who may read it.
        counted: Paths into private values (`answers.P1`) that grouped counts may read; all others are absent to them.
            Whoever may ask for grouped counts reads these values one by one as well.
        figures: What figures are kept of it, if it is counted often enough.
    """

    name: str
    fields: tuple[Field, ...]
    groups: tuple[tuple[str, ...], ...] = ()
    insert_only: bool = False
    shared: bool = False
    shared_only: bool = False
    coordination_only: bool = False
    written_by: str | None = None
    ends: tuple[str, frozenset[str]] | None = None
    scope: Scope = field(default_factory=Scope)
    counted: frozenset[str] = frozenset()
    figures: Counted | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Its fields by name."""
        return {f.name: f for f in self.fields}

    @cached_property
    def private(self) -> frozenset[str]:
        """Names of the fields that travel as private values."""
        return frozenset(f.name for f in self.fields if f.private)

    @cached_property
    def immutable(self) -> tuple[str, ...]:
        """Names of the fields that keep their first value."""
        return tuple(f.name for f in self.fields if f.immutable)

    @cached_property
    def declared_groups(self) -> tuple[tuple[str, ...], ...]:
        """The groups of several fields, each in the order of the fields."""
        order = {f.name: i for i, f in enumerate(self.fields)}
        return tuple(tuple(sorted(group, key=order.__getitem__)) for group in self.groups)

    @cached_property
    def _group_of(self) -> Mapping[str, tuple[str, ...]]:
        return {name: group for group in self.declared_groups for name in group}

    @cached_property
    def _groups(self) -> tuple[tuple[str, ...], ...]:
        return tuple(dict.fromkeys(self.group_of(f.name) for f in self.fields))

    def group_of(self, name: str) -> tuple[str, ...]:
        """The fields merged together with ``name``, in order; an unknown field is a group of its own."""
        return self._group_of.get(name, (name,))

    def groups_of(self, names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """The groups that ``names`` touch, each once, in the order of the kind's fields; unknown ones last, by name."""
        return self.touched(names).groups

    def touched(self, names: Iterable[str]) -> Touched:
        """What ``names`` come to; remembered, because ops name the same fields again and again."""
        return self._remembered(tuple(names))

    @cached_property
    def _remembered(self) -> Callable[[tuple[str, ...]], Touched]:
        return lru_cache(maxsize=256)(self._touched)

    def _touched(self, names: tuple[str, ...]) -> Touched:
        given = frozenset(names)
        known = (group for group in self._groups if not given.isdisjoint(group))
        groups = (*known, *((name,) for name in sorted(given.difference(self.by_name))))
        parted = (group for group in self.declared_groups if not given.isdisjoint(group))
        missing = tuple(lacking for group in parted if (lacking := frozenset(group) - given))
        return Touched(groups, tuple(group[0] for group in groups), missing)


@dataclass(frozen=True)
class Schema:
    """Every kind that two sides reconcile, and the version of that list."""

    version: int
    kinds: tuple[Kind, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Kind]:
        """The kinds by name."""
        return {kind.name: kind for kind in self.kinds}

    def kind(self, name: str) -> Kind | None:
        """The kind of that name, or ``None`` when this schema does not know it."""
        return self.by_name.get(name)
