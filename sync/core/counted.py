"""What of a kind is counted, as data: its dimensions, and the rollups that are kept of it by civil months.

The application hands it in with its kinds; nothing here names a field or knows how anything is stored. A private value
is a dimension only if its kind lets it be counted: whoever may ask for counts reads it out of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

LINKED_REGION = "link.region"
ACCEPTED_SOON = "accepted_soon"
"""A dimension that no record has: whether the centre took it in soon after its instant (1 or 0)."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A value of a record by which records are told apart when they are counted.

    Attributes:
        path: A field, or a field inside a field (`corrected.value`).
        number: It is an integer, or true or false (1 and 0); else it is text.
        presence: Only whether there is anything is kept of it, not what: it answers `exists` and nothing else.
        private: It is read from the private values; its kind names it among those that may be counted.
        listed: It is a list of texts, and answers counts of each of its elements.
        mixed: It may be text or an integer, and is counted as what it is.
    """

    path: str
    number: bool = False
    presence: bool = False
    private: bool = False
    listed: bool = False
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Rollup:
    """Counts that are kept, by region, month and these dimensions.

    Attributes:
        name: Unlike that of every other rollup.
        dimensions: Paths, as a count names them: of the record, `link.…` of the one it leads to, `instant_hour`,
            `accepted_soon`, or what is derived from values (`sync.core.derived`).
        sums: Paths whose integers are summed.
        instant: Paths as in a count; the month is that of the first with a value. Empty: there are no months.
        link: As in a count: a path, and the kind of the record it leads to. What leads nowhere is not counted.
        then: The link of that record.
        without: Paths, and the text with which a record is left out; only counts that leave these out too are answered.
        only: Paths, and the value that each has in what is held; only counts that ask for these too are answered.
        present: Paths of the record of which only is held whether there is something.
        yearly: Years are held and no months: it answers for whole years, and is smaller.
        country: Regions are held together: it answers counts that tell none from another, and is smaller.
        of: The rollup that it is added up from, which tells more apart. Empty: it is folded from the facts.
        leads: Those of its dimensions by which counts go on to other records, and are looked up from there.
        distinct: Held besides is to how many different records those of a cell lead. What leads to one record has to
            lie in the cells of one region and month, or it would be counted twice: the region of a cell is then that of
            the record led to (`link.region`), its month too (`instant` is of the link), and only counts are answered
            that tell apart the dimensions that are not of the link.
    """

    name: str
    dimensions: tuple[str, ...]
    sums: tuple[str, ...] = ()
    instant: tuple[str, ...] = ()
    link: tuple[str, str] | None = None
    without: tuple[tuple[str, str], ...] = ()
    only: tuple[tuple[str, str | int], ...] = ()
    present: tuple[str, ...] = ()
    yearly: bool = False
    country: bool = False
    of: str = ""
    leads: tuple[str, ...] = ()
    then: tuple[str, str] | None = None
    distinct: bool = False

    def of_years(self) -> Rollup:
        """Its years, added up from its months."""
        return replace(self, name=f"{self.name}_of_years", yearly=True, of=self.of or self.name)

    def of_country(self) -> Rollup:
        """The country, added up from its regions; the region of what a record leads to is nearly its own, and goes."""
        dimensions = tuple(path for path in self.dimensions if path != LINKED_REGION)
        return replace(
            self, name=f"{self.name}_of_country", dimensions=dimensions, country=True, of=self.of or self.name
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a kind is counted.

    Attributes:
        dimensions: Its values that counts may name, besides its id and its region.
        instant: When a record counts: the first of these paths with a value.
        zone: The civil time of its months (`Europe/Lisbon`).
        rollups: The smaller first: a count is answered from the first that fits.
        sought: Dimensions that few records have, and by whose values counts look for them.
        soon_s: Up to how many seconds after its instant a record is accepted soon; absent where that is not counted.
    """

    dimensions: tuple[Dimension, ...]
    instant: tuple[str, ...] = ()
    zone: str = "UTC"
    rollups: tuple[Rollup, ...] = ()
    sought: tuple[str, ...] = ()
    soon_s: int | None = None
