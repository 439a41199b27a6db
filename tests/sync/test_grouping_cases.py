"""Grouped counts whose rows were counted by hand, asked of both databases."""

from typing import Any

import pytest

from sync.core.count import MAX_COUNTS, MAX_PARTS, MAX_VALUES, Count, GroupingError, parse
from sync.core.grouping import Source, Statement, statements
from tests.sync.tables import AnyTable, Content, in_order

CONTENT: Content = [
    {
        "id": "a1",
        "kind": "attention",
        "region": "13",
        "type": "complaint",
        "persons": 3,
        "urgent": True,
        "items": ["x", "y"],
        "received_at": "2026-11-21T16:04:05.123Z",
    },
    {
        "id": "a2",
        "kind": "attention",
        "region": "13",
        "type": "complaint",
        "persons": 4,
        "urgent": False,
        "items": [],
        "received_at": "2026-11-21T17:00:00.000Z",
        "corrected": {"value": "2026-11-20T09:00:00.000Z"},
    },
    {
        "id": "a3",
        "kind": "attention",
        "region": "05",
        "type": "enquiry",
        "persons": "4",
        "items": ["x", ["x"], None],
        "received_at": "2026-11-22T00:00:00.000Z",
    },
    {"id": "a4", "kind": "attention", "region": "05", "persons": None, "items": "x", "link": {"type": "own"}},
    {"id": "r1", "kind": "referral", "region": "13", "attention": "a1", "days": 2},
    {"id": "r2", "kind": "referral", "region": "13", "attention": "a3", "days": 5, "parent": "r1"},
    {"id": "r3", "kind": "referral", "region": "13", "attention": "r1", "days": 1},
    {"id": "r4", "kind": "referral", "region": "13", "attention": ["a1"], "days": 9},
    {"id": "r5", "kind": "referral", "region": "13", "days": 7},
]
RECEIVED = ["received_at"]
LINKED = {"kind": "referral", "link": {"path": "attention", "kind": "attention"}}

CASES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "all of a kind": ({}, [{"n": 4}]),
    "an absent value is a group": (
        {"by": ["type"]},
        [{"type": "complaint", "n": 2}, {"type": "enquiry", "n": 1}, {"type": None, "n": 1}],
    ),
    "by two paths": (
        {"by": ["region", "type"]},
        [
            {"region": "13", "type": "complaint", "n": 2},
            {"region": "05", "type": "enquiry", "n": 1},
            {"region": "05", "type": None, "n": 1},
        ],
    ),
    "true and false are 1 and 0": (
        {"by": ["urgent"]},
        [{"urgent": 1, "n": 1}, {"urgent": 0, "n": 1}, {"urgent": None, "n": 2}],
    ),
    "a list is no value": ({"by": ["items"]}, [{"items": "x", "n": 1}, {"items": None, "n": 3}]),
    "an object is no value": ({"by": ["corrected"]}, [{"corrected": None, "n": 4}]),
    "a path goes into an object": (
        {"by": ["corrected.value"]},
        [{"corrected.value": "2026-11-20T09:00:00.000Z", "n": 1}, {"corrected.value": None, "n": 3}],
    ),
    "a sum is of integers, different values are of any type": (
        {"measures": ["sum:persons", "distinct:persons", "distinct:type", "n"]},
        [{"sum:persons": 7, "distinct:persons": 3, "distinct:type": 2, "n": 4}],
    ),
    "equal": ({"where": [["type", "eq", "complaint"]]}, [{"n": 2}]),
    "a number equals no text": ({"where": [["persons", "eq", 4]]}, [{"n": 1}]),
    "a yes equals 1": ({"where": [["urgent", "eq", True]]}, [{"n": 1}]),
    "another than is also nothing": ({"where": [["type", "ne", "complaint"]]}, [{"n": 2}]),
    "one of": ({"where": [["type", "in", ["enquiry", "complaint", "other"]]]}, [{"n": 3}]),
    "something stands there": ({"where": [["urgent", "exists", True]]}, [{"n": 2}]),
    "nothing stands there": ({"where": [["persons", "exists", False]]}, [{"n": 1}]),
    "a list stands there": ({"where": [["items", "exists", True]]}, [{"n": 4}]),
    "a column stands there": ({"where": [["region", "exists", True]]}, [{"n": 4}]),
    "from a number on": ({"where": [["persons", "ge", 4]]}, [{"n": 1}]),
    "before a number": ({"where": [["persons", "lt", 4]]}, [{"n": 1}]),
    "from a text on": ({"where": [["type", "ge", "complaint"]]}, [{"n": 3}]),
    "before a text": ({"where": [["type", "lt", "enquiry"]]}, [{"n": 2}]),
    "both must hold": ({"where": [["type", "eq", "complaint"], ["persons", "ge", 4]]}, [{"n": 1}]),
    "what is excluded, and not what is nothing": ({"exclude": [["type", "eq", "complaint"]]}, [{"n": 2}]),
    "none may hold": ({"exclude": [["type", "eq", "complaint"], ["persons", "eq", "4"]]}, [{"n": 1}]),
    "held and excluded": (
        {"where": [["region", "eq", "13"]], "exclude": [["persons", "lt", 4]], "by": ["persons"]},
        [{"persons": 4, "n": 1}],
    ),
    "from an instant on": ({"instant": RECEIVED, "from_at": "2026-11-21T17:00:00.000Z"}, [{"n": 2}]),
    "until before an instant": ({"instant": RECEIVED, "until_at": "2026-11-22T00:00:00.000Z"}, [{"n": 2}]),
    "between two instants": (
        {"instant": RECEIVED, "from_at": "2026-11-21T17:00:00.000Z", "until_at": "2026-11-22T00:00:00.000Z"},
        [{"n": 1}],
    ),
    "the first instant that has a value": (
        {"instant": ["corrected.value", "received_at"], "until_at": "2026-11-21T17:00:00.000Z", "by": ["persons"]},
        [{"persons": 3, "n": 1}, {"persons": 4, "n": 1}],
    ),
    "by the hour": (
        {"instant": RECEIVED, "by": ["instant_hour"]},
        [
            {"instant_hour": "2026-11-21T16", "n": 1},
            {"instant_hour": "2026-11-21T17", "n": 1},
            {"instant_hour": "2026-11-22T00", "n": 1},
            {"instant_hour": None, "n": 1},
        ],
    ),
    "each element is a record": (
        {"each": "items", "by": ["items"]},
        [{"items": "x", "n": 2}, {"items": "y", "n": 1}, {"items": None, "n": 2}],
    ),
    "an element beside the record's own fields": (
        {"each": "items", "by": ["items"], "where": [["type", "eq", "complaint"]]},
        [{"items": "x", "n": 1}, {"items": "y", "n": 1}],
    ),
    "an element is asked": ({"each": "items", "where": [["items", "eq", "x"]]}, [{"n": 2}]),
    "an element is nothing": ({"each": "items", "where": [["items", "exists", False]]}, [{"n": 1}]),
    "a link is followed": (
        {**LINKED, "by": ["link.type"], "measures": ["n", "sum:days"]},
        [{"link.type": "complaint", "n": 1, "sum:days": 2}, {"link.type": "enquiry", "n": 1, "sum:days": 5}],
    ),
    "a column over a link, beside one's own": (
        {**LINKED, "by": ["region", "link.region", "link.id"]},
        [
            {"region": "13", "link.region": "13", "link.id": "a1", "n": 1},
            {"region": "13", "link.region": "05", "link.id": "a3", "n": 1},
        ],
    ),
    "a link over a field that is not named as its kind": (
        {"kind": "referral", "link": {"path": "parent", "kind": "referral"}, "by": ["days", "link.days"]},
        [{"days": 5, "link.days": 2, "n": 1}],
    ),
    "a condition over a link": (
        {**LINKED, "where": [["link.persons", "ge", 3]], "by": ["days"]},
        [{"days": 2, "n": 1}],
    ),
    "elements over a link": (
        {**LINKED, "each": "link.items", "by": ["link.items"], "where": [["link.type", "eq", "complaint"]]},
        [{"link.items": "x", "n": 1}, {"link.items": "y", "n": 1}],
    ),
    "without a link it is a path as any other": (
        {"by": ["link.type"]},
        [{"link.type": "own", "n": 1}, {"link.type": None, "n": 3}],
    ),
}


def asked(**members: Any) -> dict[str, Any]:
    return {"name": "one", "kind": "attention", **members}


@pytest.mark.parametrize(("members", "rows"), CASES.values(), ids=CASES)
def test_rows_are_those_counted_by_hand(table: AnyTable, members: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    found = table.ask(parse([asked(**members)]), CONTENT)

    assert in_order(found["one"]) == in_order(rows)


APART: list[dict[str, Any]] = [
    {"id": "a1", "kind": "attention", "region": "13", "type": "query", "org_type": "union", "answers": [1, 2]},
    {"id": "a2", "kind": "attention", "region": "13", "type": "query", "org_type": "club", "answers": [2]},
    {"id": "a3", "kind": "attention", "region": "05", "type": "other"},
    {"id": "r1", "kind": "referral", "region": "13", "attention": "a1", "org_type": "school"},
]
OPENED: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "by one": (
        {"by": ["type", "org_type"]},
        [{"type": t, "org_type": o, "n": 1} for t, o in (("query", "union"), ("query", "club"), ("other", None))],
    ),
    "where": ({"where": [["org_type", "eq", "union"]]}, [{"n": 1}]),
    "exclude": ({"exclude": [["org_type", "exists", True]]}, [{"n": 1}]),
    "measured": ({"measures": ["distinct:org_type"]}, [{"distinct:org_type": 2}]),
    "an instant": ({"instant": ["org_type"], "from_at": "d"}, [{"n": 1}]),
    "each": ({"each": "answers", "by": ["answers"]}, [{"answers": 1, "n": 1}, {"answers": 2, "n": 2}]),
    "linked": (
        {"kind": "referral", "link": {"path": "attention", "kind": "attention"}, "by": ["org_type", "link.org_type"]},
        [{"org_type": "school", "link.org_type": "union", "n": 1}],
    ),
    "only linked": (
        {"kind": "referral", "link": {"path": "attention", "kind": "attention"}, "by": ["link.type", "link.org_type"]},
        [{"link.type": "query", "link.org_type": "union", "n": 1}],
    ),
}


@pytest.mark.parametrize(("members", "rows"), OPENED.values(), ids=OPENED)
def test_private_values_are_read_where_the_server_opened_them(
    table: AnyTable, members: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    (count,) = parse([asked(**members)])

    found = table.ask((count.opening(["org_type", "answers", "link.org_type", "unasked"]),), APART)

    assert in_order(found["one"]) == in_order(rows)


def test_a_private_value_that_nobody_opened_is_not_there(table: AnyTable) -> None:
    (count,) = parse([asked(by=["org_type"])])

    assert table.ask((count.opening(["answers"]),), APART)["one"] == [{"org_type": None, "n": 3}]


def of_days(name: str, first: int, after: int, **more: Any) -> dict[str, Any]:
    """A count of the days of November from the first to before the other."""
    bounds = {"from_at": f"2026-11-{first}T00:00:00.000Z", "until_at": f"2026-11-{after}T00:00:00.000Z"}
    return asked(name=name, instant=RECEIVED, **bounds, **more)


BY_TYPE: dict[str, Any] = {"by": ["type"], "measures": ["n", "distinct:region"]}
WINDOWS = [
    of_days("first", 21, 22, **BY_TYPE),
    of_days("second", 22, 23, **BY_TYPE),
    of_days("third", 23, 24, **BY_TYPE),
    of_days("both", 21, 23, **BY_TYPE),
    of_days("again", 21, 22, **BY_TYPE),
    of_days("ungrouped", 22, 23),
    of_days("ungrouped_after", 23, 24),
]

TOGETHER = [
    asked(name="named", by=["region", "type"], where=[["type", "eq", "complaint"], ["persons", "ge", 4]]),
    asked(name="summed", where=[["type", "eq", "complaint"]], measures=["n", "sum:persons", "distinct:type"]),
    asked(name="yet", where=[["type", "eq", "complaint"], ["urgent", "exists", True]], exclude=[["persons", "lt", 4]]),
    asked(name="referred", kind="referral", by=["attention"]),
    asked(name="late", instant=RECEIVED, from_at="2026-11-21T17:00:00.000Z"),
    asked(name="early", instant=RECEIVED, until_at="2026-11-21T17:00:00.000Z"),
    asked(name="corrected", instant=["corrected.value"], until_at="2026-11-21T17:00:00.000Z"),
    asked(name="items", each="items", exclude=[["persons", "eq", "4"]]),
    asked(name="linked", **LINKED, exclude=[["days", "eq", 5], ["link.type", "eq", "other"]]),
    asked(name="linked_too", **LINKED, exclude=[["days", "eq", 5]], by=["link.urgent"]),
]


def test_many_counts_at_once_get_each_their_own_rows(table: AnyTable) -> None:
    found = table.ask(parse(TOGETHER), CONTENT)

    assert {name: in_order(rows) for name, rows in found.items()} == {
        name: in_order(rows)
        for name, rows in {
            "named": [{"region": "13", "type": "complaint", "n": 1}],
            "summed": [{"n": 2, "sum:persons": 7, "distinct:type": 1}],
            "yet": [{"n": 1}],
            "referred": [
                {"attention": "a1", "n": 1},
                {"attention": "a3", "n": 1},
                {"attention": "r1", "n": 1},
                {"attention": None, "n": 2},
            ],
            "late": [{"n": 2}],
            "early": [{"n": 1}],
            "corrected": [{"n": 1}],
            "items": [{"n": 2}],
            "linked": [{"n": 1}],
            "linked_too": [{"link.urgent": 1, "n": 1}],
        }.items()
    }
    assert list(found) == [count["name"] for count in TOGETHER]


def test_one_of_many_counts_may_ask_what_stands_at_several_paths(table: AnyTable) -> None:
    several = asked(name="several", where=[["urgent", "exists", True], ["corrected", "exists", False]])

    found = table.ask(parse([several, asked(name="all")]), CONTENT)

    assert found == {"several": [{"n": 1}], "all": [{"n": 4}]}


def test_only_counts_over_the_same_records_share_a_statement() -> None:
    made = statements(parse(TOGETHER), Source("records"))

    assert [[count.name for count in one.counts] for one in made] == [
        ["named", "summed", "yet"],
        ["referred"],
        ["late"],
        ["early"],
        ["corrected"],
        ["items"],
        ["linked", "linked_too"],
    ]


def test_what_all_counts_of_a_statement_ask_is_asked_once() -> None:
    one = asked(name="one", where=[["type", "eq", "complaint"], ["sex", "eq", "f"]], exclude=[["age", "lt", 18]])
    other = asked(name="other", where=[["type", "eq", "complaint"]], exclude=[["age", "lt", 18]], by=["sex"])

    (made,) = statements(parse([one, other]), Source("records"))

    assert made.params == ("f", "attention", "complaint", 18)


def test_windows_that_do_not_overlap_are_told_apart_record_by_record(table: AnyTable) -> None:
    found = table.ask(parse(WINDOWS), CONTENT)

    assert {name: in_order(rows) for name, rows in found.items()} == {
        name: in_order(rows)
        for name, rows in {
            "first": [{"type": "complaint", "n": 2, "distinct:region": 1}],
            "second": [{"type": "enquiry", "n": 1, "distinct:region": 1}],
            "third": [],
            "both": [
                {"type": "complaint", "n": 2, "distinct:region": 1},
                {"type": "enquiry", "n": 1, "distinct:region": 1},
            ],
            "again": [{"type": "complaint", "n": 2, "distinct:region": 1}],
            "ungrouped": [{"n": 1}],
            "ungrouped_after": [],
        }.items()
    }


def test_windows_that_do_not_overlap_are_looked_through_once() -> None:
    made = statements(parse(WINDOWS), Source("records"))

    assert [one.sql.count("FROM seen") for one in made] == [4]


def test_a_count_is_read_member_by_member() -> None:
    whole = {
        "name": "one",
        "kind": "referral",
        "by": ["type", "instant_hour"],
        "where": [["type", "in", ["a", "b"]], ["open", "exists", True]],
        "exclude": [["persons", "lt", 3]],
        "measures": ["n", "sum:persons", "distinct:type"],
        "instant": ["corrected.value", "received_at"],
        "from_at": "2026-11-21",
        "until_at": "2026-11-22",
        "each": "items",
        "link": {"path": "attention", "kind": "attention"},
    }

    assert parse([whole, {"name": "bare", "kind": "note"}]) == (
        Count(
            name="one",
            kind="referral",
            by=("type", "instant_hour"),
            where=(("type", "in", ("a", "b")), ("open", "exists", True)),
            exclude=(("persons", "lt", 3),),
            measures=("n", "sum:persons", "distinct:type"),
            instant=("corrected.value", "received_at"),
            from_at="2026-11-21",
            until_at="2026-11-22",
            each="items",
            link=("attention", "attention"),
        ),
        Count("bare", "note", (), (), (), ("n",), (), None, None, None, None),
    )


def test_as_much_may_be_asked_as_the_limits_say() -> None:
    full = {
        "by": [f"by{number}" for number in range(MAX_PARTS)],
        "where": [["type", "in", ["x"] * MAX_VALUES]] * MAX_PARTS,
        "exclude": [["count", "ge", 2**53 - 1], ["count", "lt", 1 - 2**53]],
        "measures": ["n"] * MAX_PARTS,
        "instant": RECEIVED * MAX_PARTS,
    }

    parsed = parse([asked(name=f"count{number}", **full) for number in range(MAX_COUNTS)])

    assert [(len(one.by), len(one.where), len(one.measures), len(one.instant)) for one in parsed] == [
        (MAX_PARTS, MAX_PARTS, MAX_PARTS, MAX_PARTS)
    ] * MAX_COUNTS


@pytest.mark.parametrize(
    "change",
    [
        {"measures": ["n"] * (MAX_PARTS + 1)},
        {"where": [["type", "eq", "x"]] * (MAX_PARTS + 1)},
        {"where": [["type", "in", ["x"] * (MAX_VALUES + 1)]]},
        {"instant": RECEIVED * (MAX_PARTS + 1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_one_more_than_the_limits_say_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(GroupingError, match=f"'{next(iter(change))}'"):
        parse([asked(**change)])


def test_a_scope_is_one_more_condition() -> None:
    (count,) = parse([asked(where=[["type", "eq", "complaint"]])])

    assert count.within("region", ["13", "05"]).where == (
        ("type", "eq", "complaint"),
        ("region", "in", ("13", "05")),
    )


def test_rows_are_read_by_the_number_of_their_count() -> None:
    counts = parse([asked(name="one", by=["type"]), asked(name="other", measures=["sum:days"])])

    rows = Statement("", (), counts).rows([(1, 9, None), (0, "a", 3), (0, "b", 4)])

    assert rows == {"one": [{"type": "a", "n": 3}, {"type": "b", "n": 4}], "other": [{"sum:days": 9}]}


@pytest.mark.parametrize("named", [{"table": "a b"}, {"fields": "a;"}, {"kind": "1a"}, {"columns": {"region": "id"}}])
def test_a_table_with_a_word_that_is_not_safe_is_refused(named: dict[str, Any]) -> None:
    with pytest.raises(GroupingError, match="'source'"):
        Source(**{"table": "records", **named})
