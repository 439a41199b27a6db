"""Which table answers a count: the first cube that holds all it names, else the facts, else none of the figures."""

import re
from typing import Any

import pytest

from sync.central.figure_planner import Planner
from sync.core.count import parse
from tests.central.figured import INSTANT, LAYOUT, LINK, ZONE, count

WINDOW = {
    "instant": list(INSTANT),
    "from_at": "2026-11-01T03:00:00.000Z",
    "until_at": "2026-12-01T03:00:00.000Z",
}
LINKED = {**WINDOW, "instant": [f"link.{path}" for path in INSTANT]}
VOIDED = ["status", "eq", "voided"]
OF_REGION = ["region", "in", ["13"]]
TRIP = {"path": "trip", "kind": "trip"}
YEARS = {**WINDOW, "from_at": "2026-01-01T03:00:00.000Z", "until_at": "2027-01-01T03:00:00.000Z"}
BEYOND = {"path": "id", "kind": "visit", "link": TRIP}
_READ = re.compile(r" FROM (\w+)")
MARCH, LATER = (["link.day", "ge", f"2026-03-{day}"] for day in ("01", "02"))
BOUNDS = {"from_at": YEARS["from_at"], "until_at": YEARS["until_at"]}
SEEN = {
    **LINKED,
    "link": LINK,
    "exclude": [["link.status", "eq", "voided"], ["to", "eq", "b"]],
    "measures": ["n", "distinct:visit"],
}
AGAIN, OPEN = ["again", "eq", True], ["status", "eq", "open"]
FROM_NOON = {**WINDOW, "from_at": "2026-11-01T12:00:00.000Z"}


def table_of(asked: dict[str, Any]) -> str | None:
    (one,) = (count.opening({"mark", "said.Q"}) for count in parse([asked]))
    planner = Planner(LAYOUT)
    if planner.kinds(one) is None:
        return None
    found = planner.question(one, ["13"])
    return None if found is None else _READ.findall(found.sql)[0]


@pytest.mark.parametrize(
    ("asked", "table"),
    [
        (count(), "cube_visit_type"),
        (count(by=["type", "region"], measures=["n", "sum:people", "distinct:type"], **WINDOW), "cube_visit_type"),
        (count(by=["type"], exclude=[VOIDED], **WINDOW), "cube_visit_open_of_country"),
        (count(by=["type", "region"], exclude=[VOIDED], **WINDOW), "cube_visit_open"),
        (count(measures=["distinct:region"], exclude=[VOIDED], **WINDOW), "cube_visit_open"),
        (count(where=[["region", "exists", True]], exclude=[VOIDED], **WINDOW), "cube_visit_open"),
        (count(where=[OF_REGION], exclude=[VOIDED], **YEARS), "cube_visit_open_of_years"),
        (count(exclude=[OF_REGION, VOIDED], **YEARS), "cube_visit_open_of_years"),
        (count(by=["region"], exclude=[VOIDED]), "cube_visit_open_of_years"),
        (count(by=["type"], exclude=[["type", "eq", "a"], VOIDED]), "cube_visit_open_of_country_of_years"),
        (count(by=["type"], exclude=[VOIDED], **YEARS), "cube_visit_open_of_country_of_years"),
        (count(exclude=[VOIDED], **{**YEARS, "until_at": None}), "cube_visit_open_of_country_of_years"),
        (count(exclude=[VOIDED], **{**YEARS, "until_at": WINDOW["until_at"]}), "cube_visit_open_of_country"),
        (count(by=["mark"], where=[AGAIN, OPEN, ["mark", "exists", True]], **WINDOW), "cube_visit_again"),
        (count(by=["mark"], where=[AGAIN], **WINDOW), "fact_visit"),
        (count(by=["mark"], where=[OPEN, ["again", "ne", False]], **WINDOW), "fact_visit"),
        (count(each="things", by=["things"], measures=["n", "sum:people"], **WINDOW), "cube_visit_things"),
        (count(each="things", by=["people"]), "fact_visit"),
        (count(each="things", measures=["distinct:type"]), None),
        (count(each="things", where=[["things", "exists", True]]), None),
        (count(by=["things"]), None),
        (count(where=[["mark", "exists", True]], **WINDOW), "cube_visit_marked"),
        (count(by=["mark"], where=[["trip", "exists", True]], **WINDOW), "fact_visit"),
        (count(by=["type"], where=[VOIDED]), "cube_visit_type"),
        (count(by=["instant_hour"], **WINDOW), "cube_visit_hour"),
        (count(by=["trip"], where=[["trip", "exists", True]]), "cube_visit_trip"),
        (count(by=["trip"], link=TRIP, where=[["link.day", "ge", "2026-11-01"]]), "cube_visit_trip"),
        (count("letter", by=["to"], measures=["distinct:visit"], link=LINK, **LINKED), "cube_letter_to_of_country"),
        (count("letter", by=["to"], **SEEN), "cube_letter_seen_of_country"),
        (count("letter", by=["to"], **{**SEEN, **BOUNDS}), "cube_letter_seen_of_country_of_years"),
        (count("letter", by=["to"], where=[["link.region", "eq", "13"]], **SEEN), "cube_letter_seen"),
        (count("letter", by=["link.region", "to"], **{**SEEN, **BOUNDS}), "cube_letter_seen_of_years"),
        (count("letter", by=["to", "region"], **SEEN), "cube_letter_to"),
        (count("letter", by=["to"], where=[["region", "eq", "13"]], **SEEN), "cube_letter_to"),
        (count("letter", by=["link.type"], **SEEN), "fact_letter"),
        (count("letter", by=["link.type"], **{**SEEN, "measures": ["n"]}), "cube_letter_seen_of_country"),
        (count("letter", by=["to"], **{**SEEN, "measures": ["sum:visit"]}), "fact_letter"),
        (count("letter", by=["to"], **{**SEEN, "exclude": []}), "cube_letter_to_of_country"),
        (count("letter", by=["link.region"], link=LINK, **LINKED), "cube_letter_to"),
        (count("letter", where=[["link.region", "in", ["13"]]], link=LINK, **LINKED), "cube_letter_to"),
        (count("letter", by=["region"], link=LINK, **LINKED), "cube_letter_to"),
        (count(by=["type"], **FROM_NOON), "fact_visit"),
        (count(by=["instant_hour"], instant=["trip"], from_at="a", until_at="b"), "cube_visit_trip"),
        (count(by=["instant_hour"], instant=["type"], from_at="a"), "cube_visit_type"),
        (count(by=["instant_hour"], instant=["mark"], from_at="a"), "fact_visit"),
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
        (count(by=["clock:instant", "day:end"], zone=ZONE, **WINDOW), "cube_visit_clock"),
        (count(by=["clock:instant"], zone="UTC", **WINDOW), "cube_visit_hour"),
        (count(by=["month:instant", "type"], exclude=[VOIDED], zone=ZONE, **YEARS), "cube_visit_open_of_country"),
        (count(by=["late:end:due"], instant=["end"], from_at=YEARS["from_at"], zone=ZONE), "cube_visit_ended"),
        (count(by=["late:end:due"], instant=["end"], from_at=FROM_NOON["from_at"], zone=ZONE), "fact_visit"),
        (count(by=["top:said.Q:6:7", "within:at:end:24"], zone=ZONE, **WINDOW), "cube_visit_said"),
        (count(by=["top:said.Q:5:7"], zone=ZONE, **WINDOW), "fact_visit"),
        (
            count(by=["month_of_day:link.day"], link=TRIP, zone=ZONE, where=[["link.day", "ge", "2026-11-01"]]),
            "cube_visit_days",
        ),
        (
            count(by=["month_of_day:link.day"], link=TRIP, zone=ZONE, where=[["link.day", "ge", "2026-11-02"]]),
            "cube_visit_trip",
        ),
        (count("answer", by=["link.link.code"], link=BEYOND, **LINKED), "cube_answer_place"),
        (count("answer", by=["link.link.after"], link=BEYOND, **LINKED), "fact_answer"),
        (count(where=[MARCH], link=TRIP, exclude=[["link.after", "exists", True]]), "cube_visit_days"),
        (count(where=[["trip", "led_to", "trip.after"]]), "cube_visit_trip"),
        (count(where=[["trip", "led_to", "visit.people"]]), None),
        (count(where=[["trip", "led_to", "place.name"]]), None),
    ],
)
def test_a_count_is_answered_from_the_smallest_table_that_holds_what_it_names(
    asked: dict[str, Any], table: str | None
) -> None:
    assert table_of(asked) == table
