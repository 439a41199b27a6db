"""Which table answers a count: the first cube that holds all it names, else the facts, else none of the figures."""

from typing import Any

import pytest

from sync.central.figure_sql import Planner
from sync.core.grouping import parse
from tests.central.figured import INSTANT, LAYOUT, LINK, count

WINDOW = {
    "instant": list(INSTANT),
    "from_at": "2026-11-01T03:00:00.000Z",
    "until_at": "2026-12-01T03:00:00.000Z",
}
LINKED = {**WINDOW, "instant": [f"link.{path}" for path in INSTANT]}
VOIDED = ["status", "eq", "voided"]
TRIP = {"path": "trip", "kind": "trip"}
FROM_NOON = {**WINDOW, "from_at": "2026-11-01T12:00:00.000Z"}


def table_of(asked: dict[str, Any]) -> str | None:
    (one,) = parse([asked])
    planner = Planner(LAYOUT)
    if planner.kinds(one) is None:
        return None
    found = planner.question(one, ["13"])
    return None if found is None else found.sql.partition(" FROM ")[2].partition(" ")[0]


@pytest.mark.parametrize(
    ("asked", "table"),
    [
        (count(), "cube_visit_type"),
        (count(by=["type", "region"], measures=["n", "sum:people", "distinct:type"], **WINDOW), "cube_visit_type"),
        (count(by=["type"], exclude=[VOIDED], **WINDOW), "cube_visit_open"),
        (count(by=["type"], exclude=[["type", "eq", "a"], VOIDED]), "cube_visit_open"),
        (count(by=["type"], where=[VOIDED]), "cube_visit_type"),
        (count(by=["instant_hour"], **WINDOW), "cube_visit_hour"),
        (count(by=["trip"], where=[["trip", "exists", True]]), "cube_visit_trip"),
        (count(by=["trip"], link=TRIP, where=[["link.day", "ge", "2026-11-01"]]), "cube_visit_trip"),
        (count("letter", by=["to"], measures=["distinct:visit"], link=LINK, **LINKED), "cube_letter_to"),
        (count(by=["type"], **FROM_NOON), "fact_visit"),
        (count(by=["people"], **WINDOW), "fact_visit"),
        (count(measures=["sum:trip", "sum:again"]), "fact_visit"),
        (count(measures=["distinct:people"]), "fact_visit"),
        (count(by=["id"], **WINDOW), "fact_visit"),
        (count("letter", by=["link.type"], link=LINK, **LINKED), "fact_letter"),
        (count("letter", by=["instant_hour"], link=LINK, **LINKED), "fact_letter"),
        (count("letter"), "fact_letter"),
        (count("letter", link={"path": "to", "kind": "trip"}), "fact_letter"),
        (count("visit", link=TRIP, by=["link.day"], instant=["link.day"], from_at="2026"), "fact_visit"),
        (count(instant=["at"], until_at=WINDOW["until_at"]), None),
        (count("letter", by=["instant_hour"], instant=["to"]), "fact_letter"),
        (count(instant=["trip", "type"], by=["instant_hour"], until_at="2026"), "fact_visit"),
        (count(instant=["people"], until_at="2026"), None),
        (count(by=["corrected"]), None),
        (count(where=[["remark", "exists", True]], **WINDOW), "fact_visit"),
        (count(where=[["remark", "eq", "a"]]), None),
        (count(by=["remark"]), None),
        (count(measures=["distinct:remark"]), None),
        (count(link={"path": "remark", "kind": "trip"}), None),
        (count(measures=["sum:strange"]), None),
        (count(where=[["strange", "eq", 1]]), None),
        (count(where=[["type", "eq", 1]]), None),
        (count(where=[["people", "in", [1, "a"]]]), None),
        (count(where=[["instant_hour", "exists", True]]), None),
        (count(link={"path": "corrected", "kind": "trip"}), None),
        (count(link={"path": "trip", "kind": "place"}), None),
        (count(each="people"), None),
        (count("place"), None),
    ],
)
def test_a_count_is_answered_from_the_smallest_table_that_holds_what_it_names(
    asked: dict[str, Any], table: str | None
) -> None:
    assert table_of(asked) == table
