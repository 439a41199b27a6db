import json
from typing import Any

import pytest

from terreno_app.domain.reports.spec import GroupedCount, Link, ReportSpec, SpecError, tally

COUNT = GroupedCount(
    name="referred",
    kind="referral",
    by=("institution", "link.space"),
    where=(("link.region", "eq", "13"), ("link.space", "in", ("oirs", "tic")), ("letter", "exists", True)),
    exclude=(("status", "eq", "voided"),),
    measures=("n", "sum:link.persons_count", "distinct:attention"),
    instant=("link.received_at_corrected.value", "link.received_at"),
    from_at="2026-11-01T03:00:00.000Z",
    until_at="2026-12-01T03:00:00.000Z",
    each="data_scope",
    link=Link("attention", "attention"),
)
SPEC = ReportSpec("monthly_summary", "2026-11", {"space": None, "region": "13"}, (COUNT,))


def test_a_specification_survives_the_wire() -> None:
    sent = json.dumps(SPEC.to_wire())

    received = ReportSpec.from_wire(json.loads(sent))

    assert received == SPEC


def test_a_count_without_a_link_survives_the_wire() -> None:
    count = GroupedCount(name="all", kind="attention")

    received = GroupedCount.from_wire(count.to_wire())

    assert received == count


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Type"},
        {"kind": 1},
        {"by": ["a b"]},
        {"by": ["n"]},
        {"by": ["a", "a"]},
        {"by": "type"},
        {"by": [1]},
        {"where": [["type", "eq"]]},
        {"where": "type"},
        {"where": [["type", "like", "a"]]},
        {"where": [["1type", "eq", "a"]]},
        {"where": [["type", "eq", None]]},
        {"where": [["type", "in", []]]},
        {"where": [["type", "in", "abc"]]},
        {"where": [["type", "exists", "yes"]]},
        {"exclude": [["type", "eq", 1.5]]},
        {"measures": []},
        {"measures": ["avg:x"]},
        {"measures": ["sum"]},
        {"instant": ["a b"]},
        {"instant": []},
        {"instant": ["instant_hour"]},
        {"until_at": 3},
        {"each": 3},
        {"link": "attention"},
        {"link": {"path": "a b", "kind": "attention"}},
        {"more": 1},
    ],
    ids=str,
)
def test_a_count_that_is_not_well_formed_is_refused(change: dict[str, Any]) -> None:
    wire = COUNT.to_wire() | change

    with pytest.raises(SpecError):
        GroupedCount.from_wire(wire)


def test_the_hour_of_an_instant_needs_an_instant() -> None:
    with pytest.raises(SpecError):
        GroupedCount(name="hours", kind="attention", by=("instant_hour",))


def test_a_measure_must_be_text() -> None:
    with pytest.raises(SpecError):
        GroupedCount(name="all", kind="attention", measures=(3,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"report": "Monthly"},
        {"period": None},
        {"filters": None},
        {"filters": {"space": 3}},
        {"counts": None},
        {"counts": [COUNT.to_wire(), COUNT.to_wire()]},
        {"extra": 1},
    ],
    ids=["report", "period", "no filters", "filter", "no counts", "same name twice", "unknown key"],
)
def test_a_specification_that_is_not_well_formed_is_refused(change: dict[str, Any]) -> None:
    wire = SPEC.to_wire() | change

    with pytest.raises(SpecError):
        ReportSpec.from_wire(wire)


def test_counting_reads_fields_in_fields_lists_and_linked_records() -> None:
    records = [
        {"kind": "attention", "id": "a", "region": "13", "space": "oirs", "received_at": "2026-11-05", "own": True},
        {"kind": "referral", "id": "r", "attention": "a", "data_scope": ["names", "email"], "letter": "1"},
        {"kind": "referral", "id": "s", "attention": "unknown", "data_scope": ["names"], "letter": "2"},
        {"kind": "referral", "id": "t", "attention": "a", "data_scope": "names", "letter": "3"},
        {"kind": "referral", "id": "u", "attention": "a", "data_scope": ["names"], "letter": "4", "status": "voided"},
    ]
    count = GroupedCount(
        name="scope",
        kind="referral",
        by=("data_scope", "link.own"),
        where=COUNT.where,
        exclude=COUNT.exclude,
        measures=("n", "sum:link.own", "distinct:attention"),
        instant=COUNT.instant,
        from_at="2026-11",
        until_at="2026-12",
        each="data_scope",
        link=COUNT.link,
    )

    rows = tally(records, count)

    assert rows == [
        {"data_scope": "names", "link.own": 1, "n": 1, "sum:link.own": 1, "distinct:attention": 1},
        {"data_scope": "email", "link.own": 1, "n": 1, "sum:link.own": 1, "distinct:attention": 1},
    ]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (("n", "eq", 2), {"b"}),
        (("n", "ne", 2), {"a", "c", "d"}),
        (("n", "in", (1, 2)), {"a", "b"}),
        (("n", "ge", 2), {"b"}),
        (("n", "lt", 2), {"a"}),
        (("n", "ge", "1"), {"c"}),
        (("n", "exists", False), {"d"}),
        (("n", "exists", True), {"a", "b", "c"}),
    ],
    ids=lambda value: "".join(sorted(value)) if isinstance(value, set) else str(value),
)
def test_conditions_compare_values_of_one_type(condition: Any, kept: set[str]) -> None:
    values: dict[str, Any] = {"a": 1, "b": 2, "c": "2", "d": None}
    records = [{"kind": "k", "id": name, "n": value} for name, value in values.items()]

    rows = tally(records, GroupedCount(name="all", kind="k", by=("id",), where=(condition,)))

    assert {row["id"] for row in rows} == kept


def test_the_hour_of_an_instant_is_told_where_there_is_one() -> None:
    records = [{"kind": "k", "id": at, "at": at} for at in ("2026-11-21T16:04:05.123Z", "2026-11-21T16:59:00.000Z", 7)]

    rows = tally(records, GroupedCount(name="hours", kind="k", by=("instant_hour",), instant=("at",)))

    assert rows == [{"instant_hour": "2026-11-21T16", "n": 2}, {"instant_hour": None, "n": 1}]
