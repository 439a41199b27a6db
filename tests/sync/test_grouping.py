from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.count import MAX_COUNTS, GroupingError, parse
from sync.core.dialects import POSTGRES, SQLITE, Dialect
from sync.core.grouping import Source, statements
from terreno_app.domain.reports import derived
from terreno_app.domain.reports.spec import GroupedCount, Link, tally
from tests.sync.tables import AnyTable, Content, in_order

moments = st.sampled_from(
    [
        "2026-11-21T02:59:59.999Z",
        "2026-11-21T03:00:00.000Z",
        "2026-04-05T03:30:00.000Z",
        "2026-09-06T04:00:00.000Z",
        "2026-11-20T02:59:59.999Z",
        "2026-11-21",
        "2026-13-01",
        "2026-11-21T25:00:00.000Z",
        "0001-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z",
    ]
)
"""Midnights of Santiago in both times and in the nights of the change, wrong clocks, and what is no instant."""
scalars = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b", "NS", "1", "x'; --"]) | moments
)
values = (
    scalars
    | st.lists(scalars | st.lists(scalars, max_size=1), max_size=3)
    | st.dictionaries(st.sampled_from(["value", "n"]), scalars, max_size=2)
)
fields = st.dictionaries(st.sampled_from(["type", "sex", "items", "corrected", "received_at"]), values, max_size=5)
paths = st.sampled_from(["type", "sex", "items", "corrected", "corrected.value", "received_at", "region", "id"])
linked_paths = paths | paths.map("link.".__add__)
twice_linked_paths = linked_paths | paths.map("link.link.".__add__)


def derivations(path: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        *(path.map(one) for one in (derived.day, derived.month, derived.month_of_day, derived.clock, derived.has)),
        st.builds(derived.days_from, path, path),
        st.builds(derived.late, path, path),
        st.builds(derived.within, path, path, st.sampled_from([0, 24])),
        st.builds(derived.top, path, st.integers(0, 3), st.just(3)),
    )


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = [f"r{n}" for n in range(draw(st.integers(0, 7)))]
    return [
        {
            **draw(fields),
            "id": name,
            "kind": draw(st.sampled_from(["attention", "referral"])),
            "region": draw(st.sampled_from(["13", "05"])),
            "attention": draw(st.sampled_from([*names, "unknown", None])),
            "doubled": draw(st.sampled_from([*names, None, 1, ["r0"]])),
        }
        for name in names
    ]


@st.composite
def conditions(draw: st.DrawFn, path: st.SearchStrategy[str]) -> tuple[str, str, Any]:
    operator = draw(st.sampled_from(["eq", "ne", "in", "exists", "ge", "lt", "led_to"]))
    wanted = scalars.filter(lambda value: value is not None)
    if operator == "exists":
        return draw(path), operator, draw(st.booleans())
    if operator == "led_to":
        return draw(path), operator, draw(st.sampled_from(["attention.doubled", "referral.type", "nothing.id"]))
    if operator == "in":
        return draw(path), operator, tuple(draw(st.lists(wanted, min_size=1, max_size=3)))
    return draw(path), operator, draw(wanted)


@st.composite
def questions(draw: st.DrawFn) -> tuple[GroupedCount, ...]:
    link = draw(
        st.sampled_from(
            [
                None,
                Link("attention", "attention"),
                Link("attention", "attention", Link("doubled", "attention")),
                Link("id", "referral", Link("attention", "attention")),
            ]
        )
    )
    path = paths if link is None else linked_paths if link.link is None else twice_linked_paths
    instant = tuple(draw(st.lists(path, max_size=2)))
    bound = st.none() | st.sampled_from(["a", "b"]) if instant else st.none()
    return tuple(
        GroupedCount(
            name=f"count_{number}",
            kind=draw(st.sampled_from(["attention", "referral"])),
            by=tuple(
                draw(
                    st.lists(
                        path | derivations(path | st.just("instant")) | st.just("instant_hour")
                        if instant
                        else path | derivations(path),
                        max_size=3,
                        unique=True,
                    )
                )
            ),
            where=tuple(draw(st.lists(conditions(path), max_size=2))),
            exclude=tuple(draw(st.lists(conditions(path), max_size=2))),
            measures=("n", f"sum:{draw(path)}", f"distinct:{draw(path)}"),
            instant=instant,
            from_at=draw(bound),
            until_at=draw(bound),
            each=draw(st.none() | st.just("items")),
            link=link,
        )
        for number in range(draw(st.integers(1, 3)))
    )


@pytest.mark.uncounted
@given(content=records(), asked=questions())
def test_the_table_answers_as_the_plain_records_do(
    table: AnyTable, content: Content, asked: tuple[GroupedCount, ...]
) -> None:
    counts = parse([count.to_wire() for count in asked])

    found = table.ask(counts, content)

    for count in asked:
        assert in_order(found[count.name]) == in_order(tally(content, count))


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES], ids=["sqlite", "postgres"])
def test_counts_over_the_same_records_read_them_once(dialect: Dialect) -> None:
    counts = parse(
        [
            {"name": "by_type", "kind": "attention", "by": ["type"]},
            {"name": "by_sex", "kind": "attention", "by": ["sex"], "measures": ["n", "sum:persons"]},
            {"name": "referred", "kind": "referral"},
        ]
    )

    made = statements(counts, Source("records", dialect=dialect))

    assert [[count.name for count in one.counts] for one in made] == [["by_type", "by_sex"], ["referred"]]


@pytest.mark.parametrize(
    ("dialect", "once"),
    [(SQLITE, "LIMIT -1) AS linked ON"), (POSTGRES, "OFFSET 0) AS linked ON")],
    ids=["sqlite", "postgres"],
)
def test_what_few_records_are_led_to_is_read_before_it_is_joined(dialect: Dialect, once: str) -> None:
    (count,) = parse([{"name": "a", "kind": "k", "by": ["link.sex"], "link": {"path": "p", "kind": "few"}}])

    (many,) = statements((count,), Source("records", dialect=dialect))
    (few,) = statements((count,), Source("records", dialect=dialect, few=frozenset({"few"})))

    assert once not in many.sql
    assert once in few.sql


def test_counts_of_several_windows_are_one_pass_and_each_keeps_its_own(table: AnyTable) -> None:
    of_day = {"kind": "attention", "instant": ["received_at"]}
    counts = parse(
        [
            {**of_day, "name": "first", "from_at": "2026-01-01", "until_at": "2026-01-02"},
            {**of_day, "name": "both", "from_at": "2026-01-01", "until_at": "2026-01-03", "by": ["received_at"]},
            {**of_day, "name": "second", "from_at": "2026-01-02", "until_at": "2026-01-03"},
            {**of_day, "name": "open", "from_at": "2026-01-02"},
        ]
    )
    content = [
        {"id": str(place), "kind": "attention", "region": "13", "received_at": f"2026-01-0{day}T12"}
        for place, day in enumerate((1, 1, 2, 3, 3, 3))
    ]

    made, found = statements(counts, table.source), table.ask(counts, content)

    assert [[count.name for count in one.counts] for one in made] == [["first", "both", "second"], ["open"]]
    assert {name: sum(row["n"] for row in rows) for name, rows in found.items()} == {
        "first": 2,
        "both": 3,
        "second": 1,
        "open": 4,
    }


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES], ids=["sqlite", "postgres"])
@pytest.mark.parametrize("operator", ["eq", "ne", "in", "ge", "lt"])
def test_a_value_of_the_request_is_never_part_of_the_text(dialect: Dialect, operator: str) -> None:
    wanted = "x' OR 1=1 --"
    where = ["type", operator, [wanted] if operator == "in" else wanted]
    counts = parse([{"name": "a", "kind": "k", "where": [where]}])

    (made,) = statements(counts, Source("records", dialect=dialect))

    assert "OR 1=1" not in made.sql
    assert any(wanted in str(param) for param in made.params)


def test_a_field_with_a_column_of_its_own_can_be_asked_whether_it_exists(table: AnyTable) -> None:
    counts = parse([{"name": "placed", "kind": "attention", "where": [["region", "exists", True]]}])
    content = [{"id": "1", "kind": "attention", "region": "13"}, {"id": "2", "kind": "attention", "region": None}]

    found = table.ask(counts, content)

    assert found == {"placed": [{"n": 1}]}


def test_records_can_be_counted_by_the_hour_of_their_instant(table: AnyTable) -> None:
    wire = {"name": "hours", "kind": "k", "by": ["instant_hour"], "instant": ["corrected.value", "received_at"]}
    content = [
        {"id": "1", "kind": "k", "region": "13", "received_at": "2026-11-21T16:04:05.123Z"},
        {
            "id": "2",
            "kind": "k",
            "region": "13",
            "received_at": "x",
            "corrected": {"value": "2026-11-21T16:59:00.000Z"},
        },
        {"id": "3", "kind": "k", "region": "13", "received_at": 7},
    ]

    found = table.ask(parse([wire]), content)

    assert in_order(found["hours"]) == in_order(
        [{"instant_hour": "2026-11-21T16", "n": 2}, {"instant_hour": None, "n": 1}]
    )


def test_a_link_is_followed_from_the_record_though_its_elements_are_counted(table: AnyTable) -> None:
    wire = {"name": "links", "kind": "k", "each": "case", "link": {"path": "case", "kind": "case"}}
    content = [
        {"id": "1", "kind": "k", "region": "13", "case": ["2", "2"]},
        {"id": "2", "kind": "case", "region": "13"},
        {"id": "3", "kind": "k", "region": "13", "case": "2"},
    ]

    found = table.ask(parse([wire]), content)

    assert found == {"links": []}


def test_texts_are_in_the_order_of_their_bytes(table: AnyTable) -> None:
    wire = {"name": "late", "kind": "k", "by": ["name"], "where": [["name", "ge", "a"], ["name", "lt", "ñ"]]}
    content = [{"id": name, "kind": "k", "region": "13", "name": name} for name in ("A", "B", "a", "b", "z", "á", "ñ")]

    found = table.ask(parse([wire]), content)

    assert sorted(row["name"] for row in found["late"]) == ["a", "b", "z", "á"]


def test_an_element_of_a_list_can_be_asked_whether_it_exists(table: AnyTable) -> None:
    wire = {"name": "items", "kind": "k", "by": ["items"], "each": "items", "where": [["items", "exists", True]]}
    content = [{"id": "1", "kind": "k", "region": "13", "items": ["a", None, ["b"]]}]

    found = table.ask(parse([wire]), content)

    assert in_order(found["items"]) == in_order([{"items": "a", "n": 1}, {"items": None, "n": 1}])


def test_a_scope_laid_over_a_count_leaves_other_regions_out(table: AnyTable) -> None:
    (count,) = parse([{"name": "all", "kind": "attention"}])
    content = [{"id": str(n), "kind": "attention", "region": region} for n, region in enumerate(["13", "05", "13"])]

    found = table.ask((count.within("region", ["13"]),), content)

    assert found == {"all": [{"n": 2}]}


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": "a b"},
        {"kind": "x;drop"},
        {"kind": 3},
        {"by": "type"},
        {"by": ["type", "type"]},
        {"by": ["n"]},
        {"by": ["type'"]},
        {"by": ["type..x"]},
        {"by": ["a"] * 17},
        {"where": [["type", "eq"]]},
        {"where": [["type", "like", "x"]]},
        {"where": [["type", ["eq"], "x"]]},
        {"where": [["ty pe", "eq", "x"]]},
        {"where": [["type", "eq", None]]},
        {"where": [["type", "eq", ["a"]]]},
        {"where": [["type", "exists", 1]]},
        {"where": [["type", "in", []]]},
        {"where": [["type", "in", "abc"]]},
        {"where": [["type", "in", [None]]]},
        {"where": [["type", "eq", "a\0"]]},
        {"where": [["type", "in", ["a", "a\0"]]]},
        {"where": [["count", "ge", 2**53]]},
        {"exclude": [["count", "lt", -(2**53)]]},
        {"instant": ["at"], "from_at": "2026\0"},
        {"where": "type"},
        {"exclude": [3]},
        {"measures": []},
        {"measures": "n"},
        {"measures": [3]},
        {"measures": ["max:x"]},
        {"measures": ["sum:"]},
        {"measures": ["sum"]},
        {"instant": [1]},
        {"by": ["instant_hour"], "instant": []},
        {"instant": ["instant_hour"]},
        {"from_at": "2026"},
        {"instant": ["received_at"], "until_at": 3},
        {"each": "a b"},
        {"link": "attention"},
        {"link": {"path": "attention"}},
        {"link": {"path": "a b", "kind": "attention"}},
        {"link": {"path": "attention", "kind": 2}},
        {"more": 1},
    ],
    # A run that collects tests twice escapes a backslash twice, and finds no test of that name.
    ids=lambda change: str(change).replace("\\x00", "NUL"),
)
def test_a_count_that_is_not_well_formed_is_refused(change: dict[str, Any]) -> None:
    wire = {"name": "all", "kind": "attention", "by": ["type"]} | change
    last = next(reversed(change))
    part = "count" if last == "more" else last

    with pytest.raises(GroupingError, match=f"^the part '{part}' of a count is not well formed$"):
        parse([wire])


@pytest.mark.parametrize(
    "wire",
    [
        None,
        {},
        ["x"],
        [{"name": "a", "kind": "k"}] * 2,
        [{"name": f"a{n}", "kind": "k"} for n in range(MAX_COUNTS + 1)],
    ],
    ids=["null", "object", "text", "same name", "too many"],
)
def test_a_request_that_is_no_list_of_different_counts_is_refused(wire: Any) -> None:
    with pytest.raises(GroupingError, match=r"'counts?'"):
        parse(wire)


@pytest.mark.parametrize("columns", [{}, {"id": "id; --"}], ids=["without id", "unsafe"])
def test_a_table_is_named_with_safe_words_and_has_an_id(columns: dict[str, str]) -> None:
    with pytest.raises(GroupingError):
        Source("records", columns=columns)


def test_coarser_counts_beside_finer_ones_of_many_alike_records(table: AnyTable) -> None:
    measures = ["n", "sum:persons", "distinct:persons"]
    counts = parse(
        [
            {"name": "finer", "kind": "k", "by": ["type", "sex"], "measures": measures},
            {"name": "coarser", "kind": "k", "by": ["type"], "measures": measures},
            {"name": "whole", "kind": "k", "measures": measures},
            {"name": "number", "kind": "k"},
        ]
    )
    content = [
        {
            "id": str(n),
            "kind": "k",
            "region": "13",
            "type": "ab"[n % 2],
            "sex": "FM"[n // 2 % 2],
            "persons": 1 + n // 64,
        }
        for n in range(96)
    ]

    found = table.ask(counts, content)

    def row(n: int, persons: int, **by: str) -> dict[str, Any]:
        return {**by, "n": n, "sum:persons": persons, "distinct:persons": 2}

    assert {name: in_order(rows) for name, rows in found.items()} == {
        "finer": in_order([row(24, 32, type=one, sex=sex) for one in "ab" for sex in "FM"]),
        "coarser": in_order([row(48, 64, type=one) for one in "ab"]),
        "whole": in_order([row(96, 128)]),
        "number": in_order([{"n": 96}]),
    }
