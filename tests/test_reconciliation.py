import re

from sync.central.figure_layout import layout_of
from sync.central.figure_planner import Planner
from sync.core.count import parse
from sync.core.counted import Counted
from sync.core.schema import Kind, ValueType
from terreno_app.domain.records import KINDS
from terreno_app.domain.reports import annual, monthly_summary, trend
from terreno_app.reconciliation import schema
from tests.factories import catalogues

TOLD = schema(catalogues())


def _kind(name: str) -> Kind:
    kind = TOLD.kind(name)
    assert kind is not None
    return kind


def _counted(name: str) -> Counted:
    counted = _kind(name).figures
    assert counted is not None
    return counted


def test_of_private_values_only_what_a_kind_lets_be_counted_and_no_free_text_is_counted() -> None:
    for kind in TOLD.kinds:
        dimensions = kind.figures.dimensions if kind.figures is not None else ()
        secret = {one.path for one in dimensions if one.path.partition(".")[0] in kind.private}
        assert secret == {one.path for one in dimensions if one.private} <= kind.counted
    assert not {"void_reason", "paper_folio", "description"} & {one.path for one in _counted("attention").dimensions}
    of_session = {one.path: one.presence for one in _counted("outing_session").dimensions}
    assert (of_session["informed_count.talk"], of_session["incidents"]) == (False, True)


def test_of_a_year_only_what_an_office_writes_down_is_read_from_the_records() -> None:
    planner = Planner(layout_of(TOLD))
    counts = parse([one.to_wire() for one in annual.spec("2026", None, None).counts])

    opened = [one.opening(_kind(one.kind).counted) for one in counts]
    read = {one.kind for one in opened if planner.kinds(one) is None or planner.question(one, ["13"]) is None}

    assert read == {"regional_diagnosis", "siac_activity", "monthly_opinions"}


def test_the_monthly_figures_are_answered_from_cubes_and_the_facts_of_outings() -> None:
    planner = Planner(layout_of(TOLD))
    asked = [*monthly_summary.spec("2026-11", "oirs", "13").counts, *trend.spec("2026-11", None, None).counts]

    tables = {}
    for count in parse([one.to_wire() for one in asked]):
        assert planner.kinds(count) is not None
        question = planner.question(count, ["13"])
        tables[count.name] = None if question is None else re.findall(r" FROM (\w+)", question.sql)[0]

    facts = {name for name, table in tables.items() if table is None or not table.startswith("cube_")}
    assert facts == {"outings", "doubles", "doubled"}
    assert tables["voices"] == "cube_attention_voices"
    assert tables["by_hour"] == "cube_attention_hour"
    assert tables["months"] == "cube_attention_space"
    assert (tables["referred"], tables["referral_steps"]) == ("cube_referral_institution", "cube_referral_steps")


def test_who_sees_one_region_is_told_from_cubes_as_well() -> None:
    planner = Planner(layout_of(TOLD))
    (referred,) = (one for one in monthly_summary.spec("2026", None, "13").counts if one.name == "referred")
    (count,) = parse([referred.to_wire()])

    question = planner.question(count.within("region", ("13", "CL")).within("link.region", ("13", "CL")), ["13"])

    assert question is not None
    assert " FROM cube_referral_attention AS record " in question.sql


def test_every_kind_is_told_with_its_fields_in_order() -> None:
    assert [kind.name for kind in TOLD.kinds] == [kind.name for kind in KINDS]
    for spec in KINDS:
        assert [field.name for field in _kind(spec.name).fields] == [field.name for field in spec.fields]


def test_a_conflict_over_an_orientation_is_named_after_the_outcome() -> None:
    attention = _kind("attention")

    assert attention.group_of("oriented_institution") == ("outcome", "oriented_institution")
    assert attention.group_of("own_service") == ("type", "own_service", "concerned_institution")
    assert attention.group_of("void_reason")[0] == "status"
    assert attention.group_of("topic") == ("topic",)


def test_codes_that_the_centre_publishes_count_as_well() -> None:
    attention = _kind("attention").by_name

    assert attention["topic"].reference == "topic"
    assert attention["dos_products"].reference == "programme"
    assert attention["dos_products"].type is ValueType.LIST
    assert attention["sex"].reference is None
    assert "vivienda" in (attention["topic"].codes or ())
    assert attention["folio"].codes is None


def test_a_field_device_reads_the_stand_of_its_region_for_sixty_days() -> None:
    scope = _kind("attention").scope

    assert (scope.region_wide, scope.days, scope.only) == (True, 60, ("space", frozenset({"oirs_terreno"})))
    assert _kind("outing").scope.region_wide
    assert _kind("outing").scope.days is None


def test_an_identity_is_read_where_its_attention_was_made() -> None:
    scope = _kind("identity").scope

    assert (scope.region_wide, scope.made_with) == (False, "attention")


def test_the_centre_opens_sealed_survey_answers() -> None:
    sealed = {field.name: field.opens_into for field in _kind("survey_response").fields if field.opens_into}

    assert sealed == {"answers_sealed": "answers"}


def test_a_field_device_never_reads_survey_answers() -> None:
    assert _kind("survey_response").scope.hidden == {"answers_sealed", "answers"}


def test_a_decision_on_quarantine_reaches_the_device_of_the_op() -> None:
    quarantine = _kind("quarantine")

    assert quarantine.coordination_only
    assert quarantine.scope.named_in == "device"


def test_reference_data_are_shared_and_what_the_country_aims_at_and_says_may_be() -> None:
    assert {kind.name for kind in TOLD.kinds if kind.shared} == {
        "questionnaire",
        "programme",
        "institution",
        "topic",
        "holiday",
        "contact_fact",
        "coverage_goal",
        "goal_remark",
        "year_remark",
        "retention_run",
        "month_close",
    }


def test_every_closed_question_of_the_survey_may_be_counted_and_no_free_text() -> None:
    closed = {f"answers.{one.id}" for one in catalogues().questionnaire.questions if one.kind != "texto"}

    counted = {kind.name: kind.counted for kind in TOLD.kinds if kind.counted}

    assert counted == {"survey_response": closed, "attention": {"org_type"}}
