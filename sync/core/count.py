"""What a count asks: how many records of a kind, in which groups, under which conditions; and what its rows say.

In: the counts of a tally request, as they came over the wire. Out: checked counts. Nothing here knows a database
(`grouping`); names must match a narrow pattern.

A count is {name, kind, by, where, exclude, measures, instant, from_at, until_at, each, link, zone}:

    by        paths whose values make the groups: `type`, `corrected.value`; `instant_hour` is the hour of
              the instant, `2026-11-21T16`; derived dimensions (`sync.core.derived`), `day:answered_at`
    where     [[path, op, value]], all must hold; op is eq, ne, in, exists (true or false), ge, lt, or led_to:
              the value is found in the field `value` (`letter.reply_to`) of some record of its kind
    exclude   the same, none may hold
    measures  "n" (records), "sum:path" (of integers; one beyond `dialects.MOST` is no amount), "distinct:path"
    instant   paths; the first with a value is compared with from_at <= instant < until_at (both may be null)
    each      null, or the path of a list: every element counts as one record whose field is that element
    link      null, or {path, kind, link}: the record of that kind with that id, its fields read as `link.<path>`;
              its own link, null or absent, goes on from there to `link.link.<path>`
    zone      null, or the civil time of derived dimensions: `Europe/Lisbon`

An absent value is null in a row; true and false are 1 and 0; a list or an object is no value, though it exists.
A row has the paths of `by` and the measures as keys. An absent key of a count means the empty one.

A tally request holds its counts under `counts` (other keys are the caller's own). The centre answers
{"tallies": {name: [row]}, "devices_not_synced": n, "feeds": {feed: last change}}.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sync.core.derived import INSTANT, INSTANT_HOUR, PATH, Derived, derived, zone_of

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
LED_TO = "led_to"
OPERATORS = frozenset({"eq", "ne", "in", "exists", "ge", "lt", LED_TO})
LINK_PREFIX = "link."
TWICE_LINKED = LINK_PREFIX + LINK_PREFIX
HOUR_LENGTH = len("2026-11-21T16")
_LEADING = re.compile(rf"[a-z][a-z0-9_]{{0,63}}\.{PATH.pattern}")
_LONGEST_ZONE = 64
MAX_COUNTS = 160
MAX_PARTS = 16
MAX_VALUES = 500
LARGEST = 2**53

Condition = tuple[str, str, Any]
Row = dict[str, Any]


class GroupingError(ValueError):
    """A count that is not well formed; the message names the part and repeats no value."""


@dataclass(frozen=True, slots=True)
class Count:
    """One checked question. Made by `parse`, never from unchecked values.

    Attributes:
        private: Those of its paths that are read from the private values. Laid by the server, never by a request.
        then: The link of the record that its link leads to.
        leaders: The regions whose records may lead to others (`led_to`); empty for all. Laid by the server too.
    """

    name: str
    kind: str
    by: tuple[str, ...]
    where: tuple[Condition, ...]
    exclude: tuple[Condition, ...]
    measures: tuple[str, ...]
    instant: tuple[str, ...]
    from_at: str | None
    until_at: str | None
    each: str | None
    link: tuple[str, str] | None
    private: frozenset[str] = frozenset()
    then: tuple[str, str] | None = None
    zone: str | None = None
    leaders: tuple[str, ...] = ()

    def within(self, path: str, values: Sequence[str]) -> "Count":
        """The same question over fewer records: those whose `path` is one of `values` (a scope laid by the server)."""
        return replace(self, where=(*self.where, (path, "in", tuple(values))))

    def led_from(self, regions: Sequence[str]) -> "Count":
        """The same question, where records of no other regions lead to any (a scope laid by the server)."""
        return replace(self, leaders=tuple(regions))

    def opening(self, paths: Collection[str]) -> "Count":
        """The same question, with those of its paths that are among `paths` read from the private values."""
        return replace(self, private=self._paths().intersection(paths))

    def _paths(self) -> frozenset[str]:
        tested = (path for path, _, _ in (*self.where, *self.exclude))
        measured = (measure.partition(":")[2] for measure in self.measures)
        made_of = (path for one in map(derived, self.by) if one is not None for path in one.paths)
        return frozenset((*self.by, *made_of, *tested, *measured, *self.instant, *filter(None, [self.each])))

    @property
    def basis(self) -> "Count":
        """The count from whose rows `derive` makes those of this one: by what its derived dimensions are made of."""
        if not any(map(derived, self.by)):
            return self
        by: dict[str, None] = {}
        for path in self.by:
            one = derived(path)
            by |= dict.fromkeys((path,) if one is None else one.basis(self.instant))
        told_apart = [path for name, _, path in map(parts, self.measures) if name == "distinct"]
        measures = tuple(one for one in self.measures if parts(one)[0] != "distinct") or ("n",)
        return replace(self, by=tuple(by | dict.fromkeys(told_apart)), measures=measures)

    def derive(self, rows: Iterable[Row]) -> list[Row]:
        """The rows of this count from those of its `basis`."""
        if self.zone is None or not any(map(derived, self.by)):
            return list(rows)
        zone = zone_of(self.zone)
        one_by_one = ((path, derived(path)) for path in self.by)
        read = [itemgetter(path) if one is None else _teller(one, self.instant, zone) for path, one in one_by_one]
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in rows:
            groups.setdefault(tuple([told(row) for told in read]), []).append(row)
        return [
            dict(zip(self.by, key, strict=True)) | {measure: _gathered(measure, held) for measure in self.measures}
            for key, held in groups.items()
        ]


def parse(counts: Any) -> tuple[Count, ...]:
    """Check the counts of a request.

    Raises:
        GroupingError: something is unknown, missing, too long or of another type than it should be.
    """
    _need(isinstance(counts, list) and len(counts) <= MAX_COUNTS, "counts")
    parsed = tuple(_parse_count(count) for count in counts)
    _need(len({count.name for count in parsed}) == len(parsed), "counts")
    return parsed


def parts(measure: str) -> tuple[str, str, str]:
    """The name and the path of a measure, and what stands between them."""
    return measure.partition(":")


def _teller(one: Derived, instant: Sequence[str], zone: ZoneInfo) -> Callable[[Row], Any]:
    """Tells a derived value of a row, once for all rows with the same values of its basis."""
    basis = itemgetter(*one.basis(instant))
    told: dict[Any, Any] = {}

    def tell(row: Row) -> Any:
        values = basis(row)
        if values not in told:
            told[values] = one.value(row, instant, zone)
        return told[values]

    return tell


def _gathered(measure: str, rows: Sequence[Row]) -> int:
    """A measure of a group from the finer groups that make it."""
    name, _, path = parts(measure)
    if name == "distinct":
        return len({row[path] for row in rows} - {None})
    return sum(row[measure] for row in rows)


def _parse_count(wire: Any) -> Count:
    _need(isinstance(wire, dict) and wire.keys() <= _KEYS, "count")
    _need(isinstance(wire.get("name"), str) and NAME.fullmatch(wire["name"]) is not None, "name")
    _need(isinstance(wire.get("kind"), str) and NAME.fullmatch(wire["kind"]) is not None, "kind")
    zone = _parse_zone(wire.get("zone"))
    by = _parse_by(wire.get("by", []), zone)
    _need(len(set(by)) == len(by) and "n" not in by, "by")
    measures = wire.get("measures", ["n"])
    _need(isinstance(measures, list) and 0 < len(measures) <= MAX_PARTS, "measures")
    _need(all(_is_measure(measure) for measure in measures), "measures")
    instant = _paths(wire.get("instant", []), "instant")
    _need(INSTANT_HOUR not in instant and (bool(instant) or not any(map(is_of_instant, by))), "instant")
    for bound in ("from_at", "until_at"):
        given = wire.get(bound)
        _need(given is None or (isinstance(given, str) and _is_value(given) and bool(instant)), bound)
    each = wire.get("each")
    _need(each is None or _is_path(each), "each")
    return Count(
        name=wire["name"],
        kind=wire["kind"],
        by=by,
        where=_parse_conditions(wire.get("where", []), "where"),
        exclude=_parse_conditions(wire.get("exclude", []), "exclude"),
        measures=tuple(measures),
        instant=instant,
        from_at=wire.get("from_at"),
        until_at=wire.get("until_at"),
        each=each,
        link=_parse_link(wire.get("link")),
        then=_parse_link(wire["link"].get("link")) if isinstance(wire.get("link"), dict) else None,
        zone=zone,
    )


_KEYS = frozenset(
    {"name", "kind", "by", "where", "exclude", "measures", "instant", "from_at", "until_at", "each", "link", "zone"}
)


def _parse_zone(wire: Any) -> str | None:
    if wire is None:
        return None
    _need(isinstance(wire, str) and len(wire) <= _LONGEST_ZONE, "zone")
    try:
        zone_of(wire)
    except ValueError as error:
        raise GroupingError("the part 'zone' of a count is not well formed") from error
    return str(wire)


def _parse_by(wire: Any, zone: str | None) -> tuple[str, ...]:
    _need(isinstance(wire, list) and len(wire) <= MAX_PARTS and all(isinstance(one, str) for one in wire), "by")
    for one in wire:
        try:
            _need(_is_path(one) or (zone is not None and derived(one) is not None), "by")
        except ValueError as error:
            raise GroupingError("the part 'by' of a count is not well formed") from error
    return tuple(wire)


def is_of_instant(path: str) -> bool:
    """Whether what a count groups by needs its instant."""
    one = derived(path)
    return path == INSTANT_HOUR or (one is not None and INSTANT in one.paths)


def _parse_conditions(wire: Any, part: str) -> tuple[Condition, ...]:
    _need(isinstance(wire, list) and len(wire) <= MAX_PARTS, part)
    return tuple(_parse_condition(one, part) for one in wire)


def _parse_condition(wire: Any, part: str) -> Condition:
    triple = 3
    _need(isinstance(wire, list) and len(wire) == triple, part)
    path, operator, wanted = wire
    _need(_is_path(path) and isinstance(operator, str) and operator in OPERATORS, part)
    if operator == "exists":
        _need(isinstance(wanted, bool), part)
    elif operator == LED_TO:
        _need(isinstance(wanted, str) and _LEADING.fullmatch(wanted) is not None, part)
    elif operator == "in":
        _need(isinstance(wanted, list) and 0 < len(wanted) <= MAX_VALUES, part)
        _need(all(map(_is_value, wanted)), part)
        return path, operator, tuple(wanted)
    else:
        _need(_is_value(wanted), part)
    return path, operator, wanted


def _parse_link(wire: Any) -> tuple[str, str] | None:
    if wire is None:
        return None
    _need(isinstance(wire, dict) and {"path", "kind"} <= wire.keys() <= {"path", "kind", "link"}, "link")
    _need(_is_path(wire["path"]), "link")
    _need(isinstance(wire["kind"], str) and NAME.fullmatch(wire["kind"]) is not None, "link")
    return wire["path"], wire["kind"]


def _paths(wire: Any, part: str) -> tuple[str, ...]:
    _need(isinstance(wire, list) and len(wire) <= MAX_PARTS and all(_is_path(path) for path in wire), part)
    return tuple(wire)


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and PATH.fullmatch(value) is not None


def _is_value(value: Any) -> bool:
    """Whether every database can hold it: text without NUL, or an integer that JSON keeps exactly."""
    return "\0" not in value if isinstance(value, str) else isinstance(value, int) and abs(value) < LARGEST


def _is_measure(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    name, colon, path = parts(value)
    return value == "n" or (name in {"sum", "distinct"} and bool(colon) and _is_path(path))


def _need(holds: bool, part: str) -> None:  # noqa: FBT001  # a guard reads as one sentence
    if not holds:
        message = f"the part {part!r} of a count is not well formed"
        raise GroupingError(message)
