from typing import Any

import pytest

from terreno_app.domain.reports import remarks
from terreno_app.domain.reports.remarks import OF_GOALS, OF_THE_YEAR, RETENTION, THEMES
from terreno_app.domain.reports.spec import tally
from tests.domain.reports.records import an_attention

GOAL = {"kind": "coverage_goal", "id": "g", "region": "13", "metric": "attentions", "period": "2026-Q4"}


def said(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "id": "-".join(map(str, fields.values())), "region": "13"} | fields


def told(
    report: str,
    period: str,
    *records: dict[str, Any],
    space: str | None = None,
    region: str | None = "13",
    public: bool = False,
) -> dict[str, list[dict[str, Any]]]:
    asked = remarks.spec(report, period, space, region)
    return remarks.assemble(asked, {count.name: tally(records, count) for count in asked.counts}, public=public)


def test_why_a_goal_was_missed_stands_with_the_goal() -> None:
    written = said("goal_remark", goal="g", period="2026-11", reason="Llovió", measure="Recuperar en enero")

    found = told("coverage", "2026-11", GOAL, written)

    assert found == {
        OF_GOALS: [
            {
                "period": "2026-11",
                "metric": "attentions",
                "goal_period": "2026-Q4",
                "space": None,
                "comuna": None,
                "goal_state": None,
                "reason": "Llovió",
                "measure": "Recuperar en enero",
            }
        ]
    }


def test_what_was_said_of_a_goal_that_was_replaced_or_is_not_here_is_told_and_says_so() -> None:
    records = [
        GOAL,
        GOAL | {"id": "h", "supersedes": "g"},
        said("goal_remark", goal="g", period="2026-11", reason="a"),
        said("goal_remark", goal="h", period="2026-11", reason="b"),
        said("goal_remark", goal="nowhere", period="2026-11", reason="c"),
    ]

    for space in (None, "tic"):
        rows = told("coverage", "2026-11", *records, space=space)[OF_GOALS]

        states = {row["reason"]: (row["metric"], row["goal_state"]) for row in rows}
        assert states == {"a": ("attentions", "superseded"), "b": ("attentions", None), "c": (None, "missing")}


@pytest.mark.parametrize(
    ("space", "reasons"),
    [(None, ["a", "b"]), ("tic", ["a"]), ("oirs", ["a", "b"]), ("buzon", ["a"])],
    ids=["all", "another", "with the stand", "none of its own"],
)
def test_a_report_of_a_space_has_the_remarks_of_its_goals_and_of_those_of_all(
    space: str | None, reasons: list[str]
) -> None:
    records = [
        GOAL,
        GOAL | {"id": "h", "space": "oirs_terreno"},
        said("goal_remark", goal="g", period="2026-11", reason="a"),
        said("goal_remark", goal="h", period="2026-11", reason="b"),
    ]

    assert [row["reason"] for row in told("coverage", "2026-11", *records, space=space).get(OF_GOALS, [])] == reasons


def test_a_year_has_its_words_its_retention_runs_and_the_remarks_of_its_months() -> None:
    found = told(
        "annual",
        "2026",
        GOAL,
        said("year_remark", year=2026, summary="Un año de ferias", lessons="Madrugar", plan="Más ferias"),
        said("year_remark", year=2025, summary="Otro"),
        said("goal_remark", goal="g", period="2026-11", reason="Llovió"),
        said("goal_remark", goal="g", period="2025-11", reason="Antes"),
        said("retention_run", ran_on="2026-03-01", what="Identidades de 2024", records=214),
        said("retention_run", ran_on="2025-12-31", what="Otras", records=1),
        said("retention_run", ran_on="2027-01-01", what="Otras", records=1),
    )

    assert found[OF_THE_YEAR] == [{"summary": "Un año de ferias", "lessons": "Madrugar", "plan": "Más ferias"}]
    assert [row["reason"] for row in found[OF_GOALS]] == ["Llovió"]
    assert found[RETENTION] == [{"ran_on": "2026-03-01", "what": "Identidades de 2024", "records": 214, "notes": None}]


def test_of_all_regions_each_text_says_whose_it_is() -> None:
    written = [
        GOAL,
        said("year_remark", year=2026, summary="En el norte") | {"region": "02"},
        said("year_remark", year=2026, summary="En la capital"),
        said("goal_remark", goal="g", period="2026-11", reason="Llovió"),
        said("retention_run", ran_on="2026-03-01", what="Identidades", records=2),
    ]

    found = told("annual", "2026", *written, region=None)

    assert [(row["region"], row["summary"]) for row in found[OF_THE_YEAR]] == [
        ("02", "En el norte"),
        ("13", "En la capital"),
    ]
    assert found[OF_GOALS][0]["region"] == found[RETENTION][0]["region"] == "13"


def commented(themes: list[str], **attention: Any) -> list[dict[str, Any]]:
    person = an_attention(**attention)
    return [person, {"kind": "comment_theme", "id": person["id"], "region": "13", "themes": themes}]


def test_comments_are_counted_by_theme_in_the_period_of_their_attention() -> None:
    records = [
        *commented(["waiting", "place"]),
        *commented(["waiting"]),
        *commented(["waiting"], received_at="2026-10-05T12:00:00.000Z"),
        *commented(["waiting"], status="voided"),
    ]

    found = told("satisfaction", "2026-11", *records)

    assert found == {THEMES: [{"theme": "place", "n": 1}, {"theme": "waiting", "n": 2}]}


def test_what_leaves_the_house_does_not_say_how_many_wrote_of_a_theme() -> None:
    assert told("satisfaction", "2026-11", *commented(["waiting"]), public=True) == {}


def test_nothing_stands_beside_the_other_reports() -> None:
    assert told("pmg", "2026-11", GOAL, said("goal_remark", goal="g", period="2026-11", reason="x")) == {}
