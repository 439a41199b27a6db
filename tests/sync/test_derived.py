"""What is derived from values says the same on both sides of the seam, and nothing of what it cannot be told of."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sync.core.count import GroupingError, parse
from sync.core.derived import INSTANT_HOUR, derived
from terreno_app.domain.clock import SANTIAGO
from terreno_app.domain.reports import derived as meaning

ZONE = "America/Santiago"
AT = ("corrected", "at")
CASES: list[tuple[str, dict[str, Any], Any]] = [
    (meaning.day("sent"), {"sent": "2026-11-21T02:59:59.999Z"}, "2026-11-20"),
    (meaning.day("sent"), {"sent": "2026-11-21T03:00:00.000Z"}, "2026-11-21"),
    (meaning.day("sent"), {"sent": "2026-06-21T03:30:00.000Z"}, "2026-06-20"),
    (meaning.day("instant"), {"at": "2026-11-21T12:00:00.000Z"}, "2026-11-21"),
    (meaning.day("instant"), {"at": "2026-11-21T12:00:00.000Z", "corrected": "2026-11-19T12:00:00.000Z"}, "2026-11-19"),
    (meaning.day("sent"), {"sent": "2026-11-21"}, None),
    (meaning.day("sent"), {"sent": "2026-11-41T10:00:00.000Z"}, None),
    (meaning.day("sent"), {"sent": "2026-11-21T1"}, None),
    (meaning.day("sent"), {"sent": 7}, None),
    (meaning.day("sent"), {"sent": "0001-01-01T00:00:00.000Z"}, "0001-01-01"),
    (meaning.month("sent"), {"sent": "2026-12-01T02:59:59.999Z"}, 202611),
    (meaning.month("sent"), {"sent": "2026-12-01T03:00:00.000Z"}, 202612),
    (meaning.month("sent"), {}, None),
    (meaning.month_of_day("sent"), {"sent": "2026-12-31"}, 202612),
    (meaning.month_of_day("sent"), {"sent": "2026-11-31"}, None),
    (meaning.month_of_day("sent"), {"sent": "2026-11"}, None),
    (meaning.clock("sent"), {"sent": "2026-04-05T02:30:00.000Z"}, 23),
    (meaning.clock("sent"), {"sent": "2026-04-05T03:30:00.000Z"}, 23),
    (meaning.clock("sent"), {"sent": "x"}, None),
    (meaning.days_from("sent", "back"), {"sent": "2026-11-21T02:00:00.000Z", "back": "2026-11-21T04:00:00.000Z"}, 1),
    (meaning.days_from("sent", "back"), {"sent": "2026-11-21T12:00:00.000Z", "back": "2026-11-20T12:00:00.000Z"}, -1),
    (meaning.days_from("sent", "back"), {"sent": "2026-11-21T12:00:00.000Z"}, None),
    (meaning.late("sent", "due"), {"sent": "2026-11-21T02:59:59.999Z", "due": "2026-11-20"}, 0),
    (meaning.late("sent", "due"), {"sent": "2026-11-21T03:00:00.000Z", "due": "2026-11-20"}, 1),
    (meaning.late("sent", "due"), {"sent": "2026-11-21T03:00:00.000Z", "due": 3}, None),
    (meaning.within("at", "sent", 24), {"at": "2026-11-20T12:00:00.000Z", "sent": "2026-11-21T12:00:00.000Z"}, 1),
    (meaning.within("at", "sent", 24), {"at": "2026-11-20T12:00:00.000Z", "sent": "2026-11-21T12:00:00.001Z"}, 0),
    (meaning.within("instant", "sent", 0), {"at": "2026-11-20T12:00:00.000Z", "sent": "2026-11-20T11:00:00.000Z"}, 1),
    (meaning.within("at", "sent", 24), {"at": "2026-11-20T12:00:00.000Z", "sent": "2026-11-21T12:00:00Z"}, None),
    (meaning.within("at", "sent", 24), {"at": "2026-11-20T12:00:00.000Z", "sent": "2026-11-41T12:00:00.000Z"}, None),
    (meaning.top("note", 6, 7), {"note": 6}, 1),
    (meaning.top("note", 6, 7), {"note": 5}, 0),
    (meaning.top("note", 6, 7), {"note": 8}, None),
    (meaning.top("note", 6, 7), {"note": 0}, None),
    (meaning.top("note", 6, 7), {"note": "NS"}, None),
    (meaning.has("sent"), {"sent": ""}, 1),
    (meaning.has("sent"), {"sent": 1}, 0),
    (meaning.has("sent"), {}, 0),
]


def as_held(values: dict[str, Any], name: str) -> Any:
    """A part of a basis, as whoever answers reads it."""
    read = next((values[path] for path in AT if path in values), None) if name == INSTANT_HOUR else None
    if name.startswith("hour:"):
        read = values.get(name.removeprefix("hour:"))
    elif name != INSTANT_HOUR:
        return values.get(name)
    return read[:13] if isinstance(read, str) else None


@pytest.mark.parametrize(("name", "values", "said"), CASES)
def test_a_value_says_the_same_on_both_sides(name: str, values: dict[str, Any], said: Any) -> None:
    one = derived(name)
    assert one is not None
    row = {part: as_held(values, part) for part in one.basis(AT)}

    def read(path: str) -> Any:
        return values.get(path) if path != "instant" else next((values[at] for at in AT if at in values), None)

    assert one.value(row, AT, ZoneInfo(ZONE)) == said
    assert meaning.told(name, read, SANTIAGO) == said


@pytest.mark.parametrize(
    ("instant", "milliseconds"), [("1970-01-01T00:00:01.500Z", 1500), ("1969-12-31T23:59:59.999Z", -1), ("x", None)]
)
def test_milliseconds_are_those_since_1970(instant: str, milliseconds: int | None) -> None:
    one = derived("ms:sent")
    assert one is not None

    assert one.value({"sent": instant}, (), ZoneInfo(ZONE)) == milliseconds


@pytest.mark.parametrize(
    "parts",
    [
        {"by": ["day:sent"]},
        {"by": ["day:sent"], "zone": "Asia/Kolkata"},
        {"by": ["day:sent"], "zone": "Nowhere/Else"},
        {"by": ["day:sent"], "zone": "../../etc/passwd"},
        {"by": ["day:sent"], "zone": 7},
        {"by": ["day:instant"], "zone": ZONE},
        {"by": ["age:sent"], "zone": ZONE},
        {"by": ["hour:sent"], "zone": ZONE},
        {"by": ["day:"], "zone": ZONE},
        {"by": ["day:sent:back"], "zone": ZONE},
        {"by": ["day:instant_hour"], "zone": ZONE},
        {"by": ["top:note:6:x"], "zone": ZONE},
        {"by": ["top:note:6"], "zone": ZONE},
        {"by": [7], "zone": ZONE},
        {"where": [["day:sent", "eq", "2026-11-21"]], "zone": ZONE},
        {"measures": ["sum:day:sent"], "zone": ZONE},
        {"where": [["sent", "led_to", "letter"]]},
        {"where": [["sent", "led_to", 7]]},
        {"link": {"path": "a", "kind": "b", "link": {"path": "c"}}},
    ],
)
def test_what_is_no_derived_dimension_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(GroupingError):
        parse([{"name": "asked", "kind": "letter", **parts}])


def test_what_is_made_of_finer_groups_counts_what_they_count() -> None:
    (count,) = parse(
        [
            {
                "name": "asked",
                "kind": "letter",
                "by": ["day:sent", "to"],
                "measures": ["n", "sum:pages", "distinct:sender"],
                "zone": ZONE,
            }
        ]
    )
    hours = {"hour:sent": "2026-11-21T12", "to": "a", "sender": "x", "n": 2, "sum:pages": 5}
    rows = [hours, hours | {"hour:sent": "2026-11-21T13"}, hours | {"sender": None}, hours | {"hour:sent": None}]

    assert count.basis.by == ("hour:sent", "to", "sender")
    assert count.derive(rows) == [
        {"day:sent": "2026-11-21", "to": "a", "n": 6, "sum:pages": 15, "distinct:sender": 1},
        {"day:sent": None, "to": "a", "n": 2, "sum:pages": 5, "distinct:sender": 1},
    ]


def test_a_count_of_paths_alone_is_its_own_basis() -> None:
    (count,) = parse([{"name": "asked", "kind": "letter", "by": ["to"]}])

    assert count.basis == count
    assert count.derive([{"to": "a", "n": 1}]) == [{"to": "a", "n": 1}]
