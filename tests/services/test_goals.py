from typing import Any

import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.ids import remark_id
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.goals import ShownRemark
from tests.factories import OFFICER
from tests.services.conftest import Enrol

AIM: dict[str, Any] = {
    "year": 2026,
    "period_type": "month",
    "period": "2026-11",
    "metric": "attentions",
    "space": "oirs_terreno",
    "target": 400,
}


@pytest.fixture
def office(enrol: Enrol) -> OpenLaptop:
    return enrol("coordination")


def test_a_goal_is_defined_in_the_region_of_the_laptop_and_not_approved_yet(office: OpenLaptop) -> None:
    made = office.goals.define(AIM, OFFICER)

    (shown,) = office.goals.of_year(2026)
    assert (shown.id, shown.region, shown.fields["target"], shown.approved) == (made, "13", 400, False)
    assert office.goals.of_year(2027) == ()


def test_a_laptop_of_all_regions_may_set_one_for_the_country_or_for_a_region(enrol: Enrol) -> None:
    national = enrol("coordination", "CL")

    national.goals.define(AIM, OFFICER)
    national.goals.define(AIM, OFFICER, "05")

    assert [goal.region for goal in national.goals.of_year(2026)] == ["05", "CL"]


def test_the_same_goal_is_not_defined_twice(office: OpenLaptop) -> None:
    office.goals.define(AIM, OFFICER)
    office.goals.define(AIM | {"comuna": "13110"}, OFFICER)

    with pytest.raises(RejectedDraftError) as refused:
        office.goals.define(AIM | {"target": 500}, OFFICER)

    assert refused.value.problems[0].field == "period"


def test_what_is_wrong_with_a_goal_is_told_by_field(office: OpenLaptop) -> None:
    with pytest.raises(RejectedDraftError) as refused:
        office.goals.define(AIM | {"period": "2026-13"}, OFFICER)

    assert [problem.field for problem in refused.value.problems] == ["period"]


def test_another_target_supersedes_a_goal_and_waits_for_its_own_approval(office: OpenLaptop) -> None:
    first = office.goals.define(AIM, OFFICER)
    office.goals.approve(office.goals.of_year(2026)[0], "Jefatura DOS", OFFICER)

    second = office.goals.supersede(first, 500, OFFICER)

    (shown,) = office.goals.of_year(2026)
    assert (shown.id, shown.fields["target"], shown.fields["supersedes"], shown.approved) == (second, 500, first, False)
    held = office.store.shown("coverage_goal", first)
    assert held is not None
    assert held.fields["approved_by"] == "Jefatura DOS"


def test_an_approval_says_who_and_on_which_day(office: OpenLaptop) -> None:
    office.goals.define(AIM, OFFICER)

    office.goals.approve(office.goals.of_year(2026)[0], " Jefatura DOS ", OFFICER)

    (shown,) = office.goals.of_year(2026)
    assert (shown.fields["approved_by"], shown.fields["approved_on"]) == ("Jefatura DOS", "2026-11-21")
    assert shown.approved
    with pytest.raises(RejectedDraftError):
        office.goals.approve(shown, " ", OFFICER)


def test_a_goal_that_is_not_here_cannot_be_superseded(office: OpenLaptop) -> None:
    with pytest.raises(ServiceError) as refused:
        office.goals.supersede("01990000-0000-7000-8000-00000000dead", 5, OFFICER)

    assert refused.value.code == "unknown_record"


def test_a_field_laptop_sets_no_goals(laptop: OpenLaptop) -> None:
    with pytest.raises(ServiceError) as refused:
        laptop.goals.define(AIM, OFFICER)

    assert refused.value.code == "only_coordination"


def test_why_a_goal_was_missed_is_written_once_and_changed_after(office: OpenLaptop) -> None:
    goal = office.goals.define(AIM, OFFICER)
    office.goals.explain(office.goals.remark(goal, "2026-11"), " Llovió ", "", OFFICER)

    first = office.goals.remark(goal, "2026-11")
    office.goals.explain(first, "Llovió", "Ferias techadas", OFFICER)
    office.goals.explain(office.goals.remark(goal, "2026-11"), "Llovió", "Ferias techadas", OFFICER)

    said = office.goals.remark(goal, "2026-11")
    assert (first.reason, first.measure) == ("Llovió", "")
    assert (said.reason, said.measure) == ("Llovió", "Ferias techadas")
    assert office.goals.remark(goal, "2026-12").seen == {}
    (told,) = office.reports.build("coverage", "2026-11").cut_off["goal_remarks"]
    assert (told["metric"], told["reason"], told["measure"]) == ("attentions", "Llovió", "Ferias techadas")
    assert [op.op.kind for op in office.store.own_ops("goal_remark", remark_id(goal, "2026-11"))] == ["goal_remark"] * 2


def test_what_a_file_says_of_a_goal_or_a_year_meets_what_is_written_already(office: OpenLaptop) -> None:
    goal = office.goals.define(AIM, OFFICER)
    office.goals.explain(office.goals.remark(goal, "2026-11"), "Llovió", "", OFFICER)
    year = {"kind": "year_remark", "year": 2026, "summary": "Un año de ferias"}
    first = office.paper.register_one(year, OFFICER)

    again = office.paper.register_one(year, OFFICER)
    refused = []
    for other in (
        {"kind": "goal_remark", "goal": goal, "period": "2026-11", "reason": "Nevó"},
        {**year, "summary": "Otro"},
    ):
        with pytest.raises(RejectedDraftError) as told:
            office.paper.register_one(other, OFFICER)
        refused += told.value.problems

    assert (again.id, again.repeated) == (first.id, True)
    assert [problem.code for problem in refused] == ["written_already"] * 2
    assert f"terreno edit year_remark {first.id}" in refused[1].message
    assert len(office.reports.build("annual", "2026").cut_off["year_remarks"]) == 1


def test_what_was_said_of_a_goal_stands_in_the_form_of_the_one_that_replaced_it(office: OpenLaptop) -> None:
    goal = office.goals.define(AIM, OFFICER)
    office.goals.explain(office.goals.remark(goal, "2026-11"), "Llovió", "Ferias techadas", OFFICER)
    second = office.goals.supersede(office.goals.supersede(goal, 300, OFFICER), 200, OFFICER)

    offered = office.goals.remark(second, "2026-11")
    office.goals.explain(offered, "Llovió mucho", offered.measure, OFFICER)

    assert (offered.goal, offered.reason, offered.measure, offered.seen) == (second, "Llovió", "Ferias techadas", {})
    said = office.goals.remark(second, "2026-11")
    assert (said.reason, office.goals.remark(goal, "2026-11").reason) == ("Llovió mucho", "Llovió")
    told = office.reports.build("coverage", "2026-11").cut_off["goal_remarks"]
    assert {row["reason"]: row["goal_state"] for row in told} == {"Llovió": "superseded", "Llovió mucho": None}


def test_goals_that_replace_each_other_in_a_ring_have_nothing_said_of_them(office: OpenLaptop) -> None:
    one, other = "01990000-0000-7000-8000-00000000000a", "01990000-0000-7000-8000-00000000000b"
    for goal, supersedes in ((one, other), (other, one)):
        office.paper.register_one({"kind": "coverage_goal", "id": goal, **AIM, "supersedes": supersedes}, OFFICER)

    assert office.goals.remark(one, "2026-11").reason == ""


def test_a_file_says_nothing_of_a_goal_that_is_not_here(office: OpenLaptop) -> None:
    line = {"kind": "goal_remark", "goal": OFFICER, "period": "2026-11", "reason": "Llovió"}

    with pytest.raises(RejectedDraftError) as refused:
        office.paper.register_one(line, OFFICER)

    (problem,) = refused.value.problems
    assert (problem.field, problem.code) == ("goal", "unknown_record")
    assert "sincronice" in problem.message
    assert refused.value.safe
    assert refused.value.next


def test_what_others_said_of_a_goal_that_is_not_here_is_counted_and_told(office: OpenLaptop) -> None:
    goal = office.goals.define(AIM, OFFICER)
    office.goals.explain(office.goals.remark(goal, "2026-11"), "Llovió", "", OFFICER)
    with office.store.transaction() as write:
        fields = {"goal": OFFICER, "period": "2026-10", "reason": "Nevó"}
        office.goals._writer.append(write, "goal_remark", remark_id(OFFICER, "2026-10"), fields, OFFICER)

    (told,) = office.reports.build("coverage", "2026-10").cut_off["goal_remarks"]

    assert (told["reason"], told["goal_state"]) == ("Nevó", "missing")
    assert (office.goals.said_of_none(2026), office.goals.said_of_none(2025)) == (1, 0)


def test_of_a_goal_of_the_country_it_is_said_to_the_country(enrol: Enrol) -> None:
    national = enrol("coordination", "CL")
    goal = national.goals.define(AIM, OFFICER)

    national.goals.explain(national.goals.remark(goal, "2026-11"), "Llovió", "", OFFICER)

    shown = national.store.shown("goal_remark", remark_id(goal, "2026-11"))
    assert shown is not None
    assert shown.region == "CL"


def test_saying_nothing_of_a_goal_is_told_beside_the_field(office: OpenLaptop) -> None:
    goal = office.goals.define(AIM, OFFICER)

    with pytest.raises(RejectedDraftError) as refused:
        office.goals.explain(office.goals.remark(goal, "2026-11"), " ", "", OFFICER)

    assert [problem.field for problem in refused.value.problems] == ["reason"]
    assert office.goals.remark(goal, "2026-11").seen == {}


def test_only_coordination_says_why_a_goal_was_missed(enrol: Enrol) -> None:
    with pytest.raises(ServiceError) as refused:
        enrol("field").goals.explain(ShownRemark("g", "2026-11"), "Llovió", "", OFFICER)

    assert refused.value.code == "only_coordination"


def test_a_goal_that_is_not_here_cannot_be_explained(office: OpenLaptop) -> None:
    with pytest.raises(ServiceError) as refused:
        office.goals.explain(ShownRemark(OFFICER, "2026-11"), "Llovió", "", OFFICER)

    assert refused.value.code == "unknown_record"
