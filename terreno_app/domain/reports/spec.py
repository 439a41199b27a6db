"""What a report asks of a store: grouped counts, as plain data that travels.

In: the grouped counts of a report. Out: their wire form, which says everything a store needs (the laptop's store
and the centre answer it with `sync.core.grouping`), and `tally`, the same answer computed over plain records.
Nothing here builds SQL, and nothing here knows which counts a report needs.

The wire form of one count:

    {"name": "type_by_sex", "kind": "attention", "by": ["type", "sex"],
     "where": [["region", "eq", "13"]], "exclude": [["status", "eq", "voided"]],
     "instant": ["received_at_corrected.value", "received_at"], "from_at": "2026-11-01T03:00:00.000Z",
     "until_at": "2026-12-01T03:00:00.000Z", "measures": ["n", "sum:persons_count"],
     "each": null, "link": null}

A path names a field, or a field inside a field (`received_at_corrected.value`). A condition is [path, op, value];
`where` keeps the records that meet all, `exclude` drops those that meet any; `led_to` holds when some record of a kind
has the value in a field (`outing.merged_into`). `instant` is the first path that has
a value; `instant_hour` among `by` is the hour it falls in (`2026-11-21T16`, UTC). `each` names a list: every element
counts as one record whose field is that element. `link` {path, kind} follows an id to another record, whose fields
are then read as `link.…`; records without that other one are left out. A link may have a link of its own, read as
`link.link.…`. Among `by` there may be what is derived from values (see `derived`); `zone` says whose days these are,
and is absent where nothing is derived. An absent value is null in the answer; true and false are 1 and 0; a list or an
object is no value (but exists).

A tally answer is {name: [row]}; a row has the paths of `by` and the measures as its keys, as they are written here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from terreno_app.domain.clock import SANTIAGO
from terreno_app.domain.errors import DomainError
from terreno_app.domain.reports import derived

PATH = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}(\.[A-Za-z][A-Za-z0-9_]{0,63}){0,3}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
LED_TO = "led_to"
OPERATORS = frozenset({"eq", "ne", "in", "exists", "ge", "lt", LED_TO})
LINK_PREFIX = "link."
INSTANT_HOUR = "instant_hour"
ZONE = SANTIAGO.key
"""Whose days and months the reports are of."""
HOUR_LENGTH = len("2026-11-21T16")
COUNT_KEYS = frozenset(
    {"name", "kind", "by", "where", "exclude", "measures", "instant", "from_at", "until_at", "each", "link"}
)
MOST_SUMMED = 10**11
"""A number beyond it is no amount and adds nothing, so that no sum overflows a database's integers."""
SPEC_KEYS = frozenset({"report", "period", "filters", "counts"})

Scalar = str | int
Condition = tuple[str, str, Any]
Row = dict[str, Any]
Tallies = Mapping[str, list[Row]]


class SpecError(DomainError):
    """A report specification that is not well formed; the message says which part."""


@dataclass(frozen=True, slots=True)
class Link:
    """An id in `path` that leads to a record of `kind`, whose fields are read as `link.<field>`, and its own link."""

    path: str
    kind: str
    link: "Link | None" = None

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON values."""
        own = {} if self.link is None else {"link": self.link.to_wire()}
        return {"path": self.path, "kind": self.kind, **own}


@dataclass(frozen=True, slots=True)
class GroupedCount:
    """One question: how many records of a kind, by these fields, under these conditions.

    Raises:
        SpecError: a name, a path, an operator or a value is not one that may travel.
    """

    name: str
    kind: str
    by: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    exclude: tuple[Condition, ...] = ()
    measures: tuple[str, ...] = ("n",)
    instant: tuple[str, ...] = ()
    from_at: str | None = None
    until_at: str | None = None
    each: str | None = None
    link: Link | None = None

    def __post_init__(self) -> None:
        _need(_is_name(self.name), "name")
        _need(_is_name(self.kind), "kind")
        _need(all(_is_dimension(path) and path != "n" for path in self.by), "by")
        _need(len(set(self.by)) == len(self.by), "by")
        _need(bool(self.instant) or not any(map(_is_of_instant, self.by)), "by")
        _need(all(_is_condition(condition) for condition in self.where), "where")
        _need(all(_is_condition(condition) for condition in self.exclude), "exclude")
        _need(bool(self.measures) and all(_is_measure(measure) for measure in self.measures), "measures")
        _need(all(_is_path(path) and path != INSTANT_HOUR for path in self.instant), "instant")
        _need(self.from_at is None or (isinstance(self.from_at, str) and bool(self.instant)), "from_at")
        _need(self.until_at is None or (isinstance(self.until_at, str) and bool(self.instant)), "until_at")
        _need(self.each is None or _is_path(self.each), "each")
        _need(self.link is None or (_is_path(self.link.path) and _is_name(self.link.kind)), "link")

    @property
    def zone(self) -> str | None:
        """Whose days and clocks are told; None where none are."""
        return ZONE if any(derived.MARK in path for path in self.by) else None

    def to_wire(self) -> dict[str, Any]:
        """The count as plain JSON values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "by": list(self.by),
            "where": [_condition_to_wire(condition) for condition in self.where],
            "exclude": [_condition_to_wire(condition) for condition in self.exclude],
            "measures": list(self.measures),
            "instant": list(self.instant),
            "from_at": self.from_at,
            "until_at": self.until_at,
            "each": self.each,
            "link": None if self.link is None else self.link.to_wire(),
            **({} if self.zone is None else {"zone": self.zone}),
        }

    @classmethod
    def from_wire(cls, wire: Any) -> "GroupedCount":
        """Read a count from JSON values.

        Raises:
            SpecError: a key is missing, unknown or of another type than it should be.
        """
        _need(isinstance(wire, dict) and COUNT_KEYS <= wire.keys() <= COUNT_KEYS | {"zone"}, "count")
        _need(wire.get("zone") in {None, ZONE}, "zone")
        return cls(
            name=wire["name"],
            kind=wire["kind"],
            by=_texts(wire["by"], "by"),
            where=_conditions(wire["where"], "where"),
            exclude=_conditions(wire["exclude"], "exclude"),
            measures=_texts(wire["measures"], "measures"),
            instant=_texts(wire["instant"], "instant"),
            from_at=wire["from_at"],
            until_at=wire["until_at"],
            each=wire["each"],
            link=_link(wire["link"]),
        )


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """Everything a report asks, with the period and the filters it is asked under.

    Raises:
        SpecError: two counts of the same name, or a filter that is neither text nor null.
    """

    report: str
    period: str
    filters: Mapping[str, str | None]
    counts: tuple[GroupedCount, ...]

    def __post_init__(self) -> None:
        _need(_is_name(self.report), "report")
        _need(isinstance(self.period, str), "period")
        _need(
            all(_is_name(name) and isinstance(value, str | None) for name, value in self.filters.items()),
            "filters",
        )
        _need(len({count.name for count in self.counts}) == len(self.counts), "counts")

    def to_wire(self) -> dict[str, Any]:
        """The specification as plain JSON values."""
        return {
            "report": self.report,
            "period": self.period,
            "filters": dict(self.filters),
            "counts": [count.to_wire() for count in self.counts],
        }

    @classmethod
    def from_wire(cls, wire: Any) -> "ReportSpec":
        """Read a specification from JSON values.

        Raises:
            SpecError: a key is missing, unknown or of another type than it should be.
        """
        _need(isinstance(wire, dict) and wire.keys() == SPEC_KEYS, "spec")
        _need(isinstance(wire["filters"], dict), "filters")
        _need(isinstance(wire["counts"], list), "counts")
        return cls(
            report=wire["report"],
            period=wire["period"],
            filters=wire["filters"],
            counts=tuple(GroupedCount.from_wire(count) for count in wire["counts"]),
        )


def tally(records: Iterable[Mapping[str, Any]], count: GroupedCount) -> list[Row]:
    """Answer one count over plain records (each with `kind`, `id` and its fields): the meaning that stores must match.

    Rows come in no particular order.
    """
    held = list(records)
    where, exclude = (tuple(_resolved(one, held) for one in given) for given in (count.where, count.exclude))
    linked = {} if count.link is None else {(record["kind"], record["id"]): record for record in held}
    groups: dict[tuple[Scalar | None, ...], list[Mapping[str, Any]]] = {}
    for record in held:
        if record["kind"] != count.kind:
            continue
        for seen in _seen(record, linked, count):
            if _counts(seen, count, where, exclude):
                groups.setdefault(tuple(_dimension(seen, path, count) for path in count.by), []).append(seen)
    return [
        dict(zip(count.by, key, strict=True)) | {measure: _measure(members, measure) for measure in count.measures}
        for key, members in groups.items()
    ]


def _seen(
    record: Mapping[str, Any], linked: Mapping[tuple[str, str], Mapping[str, Any]], count: GroupedCount
) -> Iterable[Mapping[str, Any]]:
    whole = dict(record)
    if count.link is not None:
        other = linked.get((count.link.kind, str(_scalar(record, count.link.path))))
        if other is None:
            return
        if count.link.link is not None:
            beyond = linked.get((count.link.link.kind, str(_scalar(other, count.link.link.path))))
            if beyond is None:
                return
            other = {**other, "link": beyond}
        whole["link"] = other
    if count.each is None:
        yield whole
        return
    elements = _value(whole, count.each)
    for element in elements if isinstance(elements, list) else ():
        yield whole | {"each": (count.each, element)}


def _value(record: Mapping[str, Any], path: str) -> Any:
    if "each" in record and isinstance(record["each"], tuple) and record["each"][0] == path:
        return record["each"][1]
    value: Any = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _scalar(record: Mapping[str, Any], path: str) -> Any:
    value = _value(record, path)
    if isinstance(value, bool):
        return int(value)
    return None if isinstance(value, list | Mapping) else value


def _dimension(record: Mapping[str, Any], path: str, count: GroupedCount) -> Any:
    if derived.MARK in path:
        return derived.told(path, lambda one: _instant_or_scalar(record, one, count), SANTIAGO)
    if path != INSTANT_HOUR:
        return _scalar(record, path)
    instant = _instant(record, count)
    return instant[:HOUR_LENGTH] if isinstance(instant, str) else None


def _instant_or_scalar(record: Mapping[str, Any], path: str, count: GroupedCount) -> Any:
    return _instant(record, count) if path == derived.INSTANT else _scalar(record, path)


def _instant(record: Mapping[str, Any], count: GroupedCount) -> Any:
    return next((value for path in count.instant if (value := _scalar(record, path)) is not None), None)


def _resolved(condition: Condition, records: Sequence[Mapping[str, Any]]) -> Condition:
    """A condition on one record alone: what leads to it is looked up among all."""
    path, operator, wanted = condition
    if operator != LED_TO:
        return condition
    kind, _, leading = wanted.partition(".")
    values = (_scalar(record, leading) for record in records if record["kind"] == kind)
    return path, "in", tuple(value for value in values if value is not None)


def _counts(
    record: Mapping[str, Any], count: GroupedCount, where: Iterable[Condition], exclude: Iterable[Condition]
) -> bool:
    if not all(_holds(record, condition) for condition in where):
        return False
    if any(_holds(record, condition) for condition in exclude):
        return False
    instant = _instant(record, count)
    starts = count.from_at is None or (isinstance(instant, str) and instant >= count.from_at)
    return starts and (count.until_at is None or (isinstance(instant, str) and instant < count.until_at))


def _holds(record: Mapping[str, Any], condition: Condition) -> bool:
    path, operator, wanted = condition
    if operator == "exists":
        return bool((_value(record, path) is not None) == wanted)
    value = _scalar(record, path)
    if operator in {"eq", "ne"}:
        return _same(value, wanted) == (operator == "eq")
    if operator == "in":
        return any(_same(value, one) for one in wanted)
    if isinstance(value, str) != isinstance(wanted, str) or value is None:
        return False
    return bool(value >= wanted if operator == "ge" else value < wanted)


def _same(value: Any, wanted: Any) -> bool:
    return isinstance(value, str) == isinstance(wanted, str) and bool(value == wanted)


def _measure(members: list[Mapping[str, Any]], measure: str) -> int:
    if measure == "n":
        return len(members)
    name, path = measure.split(":")
    values = [_scalar(member, path) for member in members]
    if name == "distinct":
        return len({value for value in values if value is not None})
    return sum(value for value in values if isinstance(value, int) and abs(value) <= MOST_SUMMED)


def _need(holds: bool, part: str) -> None:  # noqa: FBT001  # a guard reads as one sentence
    if not holds:
        message = f"the part {part!r} of a report specification is not well formed"
        raise SpecError(message)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and PATH.fullmatch(value) is not None


def _is_dimension(value: Any) -> bool:
    """A path, or what is derived from paths."""
    name, mark, given = str(value).partition(derived.MARK)
    if not mark:
        return _is_path(value)
    return name in derived.MEANINGS and all(one.isdigit() or _is_path(one) for one in given.split(derived.MARK))


def _is_of_instant(path: str) -> bool:
    return path == INSTANT_HOUR or derived.INSTANT in path.split(derived.MARK)[1:]


def _is_measure(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    name, colon, path = value.partition(":")
    return value == "n" or (name in {"sum", "distinct"} and bool(colon) and _is_path(path))


def _is_condition(condition: Any) -> bool:
    path, operator, value = condition
    if not _is_path(path) or operator not in OPERATORS:
        return False
    if operator == "exists":
        return isinstance(value, bool)
    if operator == LED_TO:
        return isinstance(value, str) and all(map(_is_path, value.partition(".")[::2]))
    if operator == "in":
        return isinstance(value, tuple) and len(value) > 0 and all(isinstance(one, str | int) for one in value)
    return isinstance(value, str | int)


def _condition_to_wire(condition: Condition) -> list[Any]:
    path, operator, value = condition
    return [path, operator, list(value) if isinstance(value, tuple) else value]


def _texts(value: Any, part: str) -> tuple[str, ...]:
    _need(isinstance(value, list) and all(isinstance(one, str) for one in value), part)
    return tuple(value)


def _conditions(value: Any, part: str) -> tuple[Condition, ...]:
    triple = 3
    _need(isinstance(value, list) and all(isinstance(one, list) and len(one) == triple for one in value), part)
    return tuple((path, op, tuple(wanted) if isinstance(wanted, list) else wanted) for path, op, wanted in value)


def _link(value: Any) -> Link | None:
    _need(
        value is None or (isinstance(value, dict) and {"path", "kind"} <= value.keys() <= {"path", "kind", "link"}),
        "link",
    )
    return None if value is None else Link(value["path"], value["kind"], _link(value.get("link")))
