import json
import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreno_app.domain.records import kind_named
from terreno_app.domain.reports import satisfaction
from terreno_app.domain.reports.counting import periods_before
from terreno_app.domain.reports.report import Report, says_true
from terreno_app.domain.reports.spec import SpecError
from terreno_app.domain.reports.suppression import for_the_public
from tests.domain.reports.records import CUT_OFF, a_drawn, a_report, a_response, a_session, an_attention, an_outing


def the_survey(records: list[dict[str, Any]], space: str | None = None, region: str | None = None) -> Report:
    return a_report(satisfaction, records, space=space, region=region)


def answered(notes: dict[int, int], **fields: Any) -> list[dict[str, Any]]:
    """Drawn persons with their complete responses: {note: persons}."""
    persons = [(a_drawn(**fields), note) for note, times in notes.items() for _ in range(times)]
    return [record for person, note in persons for record in (person, a_response(person, answers={"P1": note}))]


def not_drawn(n: int, **fields: Any) -> list[dict[str, Any]]:
    return [a_drawn(selected=False, **fields) for _ in range(n)]


def rows_of(report: Report, table: str, **chosen: Any) -> list[dict[str, Any]]:
    return [row for row in report.tables[table] if chosen.items() <= row.items()]


def test_a_month_by_hand() -> None:
    women = [*answered({7: 12, 5: 4, 3: 4}, sex="F"), *(a_drawn(sex="F") for _ in range(20)), *not_drawn(120, sex="F")]
    men = [*answered({6: 20}, sex="M"), *not_drawn(60, sex="M")]

    report = the_survey([*women, *men])

    # A woman's answer weighs 4·40/20 = 8, a man's 4: Σw = 240; 6-7: (12·8 + 20·4)/240; n_eff = 240²/(20·64 + 20·16)
    # = 36; f = 40/240; n* = 43.2. Mean 1408/240, s² = 1.716, 1.96·√(1.716/36·5/6) = 0.39; net 144/240, s² = 0.507
    assert report.totals == {
        "attentions": 240,
        "eligible": 240,
        "selected": 60,
        "offered": 40,
        "complete": 40,
        "partial": 0,
        "none": 0,
        "without_result": 20,
        "outside_sample": 0,
    }
    assert report.tables["classes"] == [
        {"members": [{"sex": "F", "age_band": "T30_44"}], "selected": 40, "complete": 20},
        {"members": [{"sex": "M", "age_band": "T30_44"}], "selected": 20, "complete": 20},
    ]
    assert rows_of(report, "estimates", question="P1") == [
        {
            "question": "P1",
            "group": "satisfied",
            "n": 32,
            "answers": 40,
            "percent": "73.3",
            "low": "58.6",
            "high": "84.2",
        },
        {"question": "P1", "group": "neutral", "n": 4, "answers": 40, "percent": "13.3", "low": "6.2", "high": "26.5"},
        {
            "question": "P1",
            "group": "dissatisfied",
            "n": 4,
            "answers": 40,
            "percent": "13.3",
            "low": "6.2",
            "high": "26.5",
        },
    ]
    (score,) = report.tables["scores"]
    assert (score["mean"], score["mean_low"], score["mean_high"]) == ("5.87", "5.48", "6.26")
    assert (score["net"], score["net_low"], score["net_high"], score["indicative"]) == ("60.0", "38.8", "81.2", True)
    assert report.tables["technical"] == {
        "response_rate": "66.7",
        "cooperation_rate": "100.0",
        "margin": f"{100 * 1.959964 * math.sqrt(0.25 / 40 * 200 / 239):.2f}",
        "confidence": "95",
        "answers": 40,
    }
    assert report.tables["designs"] == [{"p": "0.25", "k": None, "eligible": 240, "selected": 60}]
    assert rows_of(report, "respondents", dimension="sex") == [
        {
            "dimension": "sex",
            "value": sex,
            "attentions": attended,
            "attentions_percent": percent,
            "respondents": 20,
            "respondents_percent": "50.0",
        }
        for sex, attended, percent in (("F", 160, "66.7"), ("M", 80, "33.3"))
    ]
    assert says_true(json.loads(json.dumps(report.to_json())))


def test_who_did_not_answer_is_told_by_reason_and_who_was_never_asked_was_offered_nothing() -> None:
    drawn = [a_drawn() for _ in range(6)]
    results: list[dict[str, Any]] = [
        {"result": "partial"},
        {"result": "none", "none_reason": "refused"},
        {"result": "none", "none_reason": "refused"},
        {"result": "none", "none_reason": "equipment"},
    ]

    report = the_survey([*drawn, *(a_response(one, **more) for one, more in zip(drawn, results, strict=False))])

    wanted = {"selected": 6, "offered": 3, "complete": 0, "partial": 1, "none": 3, "without_result": 2}
    assert wanted.items() <= report.totals.items()
    assert report.tables["none_reasons"] == [
        {"none_reason": "equipment", "n": 1},
        {"none_reason": "refused", "n": 2},
    ]
    assert (report.tables["classes"], report.tables["estimates"]) == ([], [])


def test_a_void_attention_leaves_the_frame_and_takes_its_answer_with_it() -> None:
    report = the_survey(answered({7: 3}, status="voided"))

    assert set(report.totals.values()) == {0}


def test_whoever_answered_without_being_drawn_is_counted_apart() -> None:
    walked_up = a_drawn(selected=False)
    child = an_attention(draw={"p": "0.25", "selected": False, "eligible": False, "reason": "minor"})

    report = the_survey([walked_up, a_response(walked_up, answers={"P1": 1}), child, *answered({7: 10})])

    assert (report.totals["outside_sample"], report.totals["complete"]) == (1, 10)
    assert report.tables["not_eligible"] == [{"reason": "minor", "n": 1}]
    assert rows_of(report, "estimates", group="satisfied")[0]["percent"] == "100.0"


def test_who_says_nothing_is_in_no_denominator_and_still_counted() -> None:
    persons = [a_drawn() for _ in range(3)]
    silent = [
        a_response(persons[0], answers={"P1": "NS"}),
        a_response(persons[1]),
        a_response(persons[2], answers={"P1": "NR"}),
    ]

    report = the_survey([*answered({7: 6, 4: 6}), *persons, *silent])

    assert report.tables["technical"]["answers"] == 12
    assert {row["answer"]: row["n"] for row in rows_of(report, "answers", question="P1")} == {
        "4": 6,
        "7": 6,
        "NR": 1,
        "NS": 1,
        "unanswered": 1,
    }


@pytest.mark.parametrize(("answers", "estimated", "broken_down"), [(9, 0, 0), (10, 3, 0), (29, 3, 0), (30, 3, 4)])
def test_few_answers_give_no_estimate_and_no_breakdown(answers: int, estimated: int, broken_down: int) -> None:
    report = the_survey(answered({6: answers}, residence_comuna="13101"))

    assert len(rows_of(report, "estimates", question="P1")) == estimated
    assert len(report.tables["breakdown"]) == broken_down


@pytest.mark.parametrize(("answers", "indicative"), [(49, True), (50, False)])
def test_the_net_score_of_fewer_than_fifty_is_indicative(answers: int, indicative: bool) -> None:
    report = the_survey(answered({6: answers}))

    assert report.tables["scores"][0]["indicative"] is indicative


def test_a_part_is_estimated_from_its_own_answers_within_its_own_frame() -> None:
    here = [*answered({7: 24, 2: 16}, residence_comuna="13101"), *not_drawn(40, residence_comuna="13101")]
    there = answered({7: 40}, residence_comuna="13102", type="complaint")
    abroad = answered({1: 40}, residence_country="AR", residence_comuna="13101")

    report = the_survey([*here, *there, *abroad])

    found = {
        (row["value"], row["n"], row["answers"], row["percent"])
        for row in rows_of(report, "breakdown", dimension="residence_comuna")
    }
    assert found == {("13101", 24, 40, "60.0"), ("13102", 40, 40, "100.0")}
    assert {row["value"] for row in rows_of(report, "breakdown", dimension="type")} == {"complaint", "enquiry"}


def test_dimensions_are_ranked_and_show_how_they_go_with_the_whole() -> None:
    persons = [(a_drawn(), 1 + number % 7) for number in range(105)]
    records = [
        record
        for person, note in persons
        for record in (person, a_response(person, answers={"P1": note, "P2a": note, "P2b": 8 - note, "P2c": 7}))
    ]

    report = the_survey(records)

    assert [row["question"] for row in report.tables["dimensions"]] == ["P2c", "P2a", "P2b"]
    assert report.tables["drivers"] == [
        {"question": "P2a", "answers": 105, "correlation": "1.00"},
        {"question": "P2b", "answers": 105, "correlation": "-1.00"},
    ]


def test_the_evolution_shows_the_periods_before_as_far_as_enough_answered() -> None:
    october = answered({7: 12, 3: 8}, received_at="2026-10-10T15:00:00.000Z")
    july = answered({7: 9}, received_at="2026-07-10T15:00:00.000Z")

    report = the_survey([*october, *july, *answered({7: 18, 2: 2})])
    public = for_the_public(report)

    found = [(row["period"], row["n"], row["answers"], row["percent"]) for row in report.tables["evolution"]]
    assert found == [("2026-10", 12, 20, "60.0"), ("2026-11", 18, 20, "90.0")]
    assert [row["percent"] for row in public.tables["evolution"]] == ["60.0", None]


@pytest.mark.parametrize(
    ("period", "before"),
    [("2026-02", ("2025-12", "2026-01")), ("2026-Q1", ("2025-Q3", "2025-Q4")), ("2026", ("2024", "2025"))],
)
def test_the_periods_before_one_are_as_long_as_it(period: str, before: tuple[str, ...]) -> None:
    assert periods_before(period, 2) == before


def test_resolution_knowing_what_to_do_and_problems_are_estimated_too() -> None:
    persons = [a_drawn() for _ in range(20)]
    said = [{"P3": "si" if n < 15 else "parcial", "P4": "NS" if n < 10 else "no", "P5": "si"} for n in range(20)]

    report = the_survey([*persons, *(a_response(one, answers=each) for one, each in zip(persons, said, strict=True))])

    found = {(row["question"], row["group"]): row["percent"] for row in report.tables["estimates"]}
    assert found["P3", "si"] == "75.0"
    assert found["P3", "parcial"] == "25.0"
    assert found["P4", "no"] == "100.0"
    assert found["P5", "no"] == "0.0"


def test_a_systematic_draw_weighs_by_its_interval_and_a_chance_that_cannot_be_read_by_one() -> None:
    every_fifth = answered({7: 10}, draw={"i": 1, "k": 5, "selected": True, "eligible": True})
    unread = answered({1: 10}, draw={"p": "much", "selected": True, "eligible": True})

    report = the_survey([*every_fifth, *unread])

    assert rows_of(report, "estimates", question="P1", group="satisfied")[0]["percent"] == "83.3"


def test_the_sessions_of_the_period_show_what_their_draws_were_bound_to() -> None:
    outing = an_outing()
    bound, unbound = a_session(outing, seed_commitment="ab" * 32), a_session(outing)

    here, office = (the_survey([outing, bound, unbound], space) for space in ("oirs_terreno", "tic"))

    assert here.tables["sessions"] == [{"id": bound["id"], "seed_commitment": "ab" * 32, "n": 1}]
    assert office.tables["sessions"] == []


def test_an_empty_month_is_a_report_too() -> None:
    report = the_survey([])

    assert set(report.totals.values()) == {0}
    assert report.tables["technical"] | {"confidence": None, "answers": None} == dict.fromkeys(
        report.tables["technical"]
    )
    assert for_the_public(report).suppressed


def test_a_space_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SpecError):
        the_survey([], "office")


def test_only_private_values_that_may_be_counted_are_asked_for() -> None:
    counted = set(kind_named("survey_response").counted)

    asked = {
        path.removeprefix("top:").removesuffix(":6:7")
        for count in satisfaction.spec("2026-11", None, None).counts
        for path in count.by
        if "answers" in path
    }

    assert asked == counted


people = st.fixed_dictionaries(
    {
        "sex": st.sampled_from(["F", "M", None]),
        "age_band": st.sampled_from(["T18_29", "T30_44"]),
        "status": st.sampled_from(["registered", "registered", "registered", "voided"]),
        "type": st.sampled_from(["enquiry", "complaint"]),
        "draw": st.sampled_from(
            [
                {"p": "0.5", "selected": True, "eligible": True},
                {"p": "0.25", "selected": True, "eligible": True},
                {"p": "0.25", "selected": False, "eligible": True},
                {"p": "0.25", "selected": False, "eligible": False, "reason": "group"},
                None,
            ]
        ),
    }
)
said = st.sampled_from(
    [
        None,
        {"result": "partial"},
        {"result": "none", "none_reason": "refused"},
        {"result": "none", "none_reason": "left"},
        *({"result": "complete", "answers": {"P1": note, "P3": "si"}} for note in (1, 5, 6, 7, "NS")),
    ]
)
lives = st.lists(st.tuples(people, said, st.integers(1, 6)), max_size=7)


def lived(drawn: list[tuple[dict[str, Any], dict[str, Any] | None, int]]) -> list[dict[str, Any]]:
    records = []
    for fields, response, times in drawn:
        for _ in range(times):
            person = an_attention(**fields)
            records += [person] if response is None else [person, a_response(person, **response)]
    return records


@pytest.mark.uncounted
@settings(max_examples=25)
@given(lives)
def test_the_figures_are_those_of_a_plain_count(
    drawn: list[tuple[dict[str, Any], dict[str, Any] | None, int]],
) -> None:
    report = the_survey(lived(drawn))

    plain: Counter[str] = Counter()
    weighed: Counter[Any] = Counter()
    for fields, response, times in drawn:
        draw = fields["draw"] or {}
        if fields["status"] == "voided":
            continue
        plain["attentions"] += times
        plain["eligible"] += times * draw.get("eligible", False)
        plain["selected"] += times * draw.get("selected", False)
        if response is not None:
            plain[response["result"] if draw.get("selected") else "outside_sample"] += times
            if draw.get("selected") and response["result"] == "complete":
                weighed[response["answers"]["P1"]] += times
    assert all(report.totals[name] == n for name, n in plain.items())
    assert {row["answer"]: row["n"] for row in rows_of(report, "answers", question="P1")} == {
        str(note): n for note, n in weighed.items()
    }


@pytest.mark.uncounted
@settings(max_examples=25)
@given(lives)
def test_no_sum_of_the_public_version_gives_a_hidden_group_back(
    drawn: list[tuple[dict[str, Any], dict[str, Any] | None, int]],
) -> None:
    whole = the_survey(lived(drawn))

    public = for_the_public(whole)

    for name, by, measure in (
        ("answers", "question", "n"),
        ("estimates", "question", "n"),
        ("respondents", "dimension", "attentions"),
        ("respondents", "dimension", "respondents"),
    ):
        for value in {row[by] for row in public.tables[name]}:
            of_all = rows_of(whole, name, **{by: value})
            pairs = list(zip(of_all, rows_of(public, name, **{by: value}), strict=True))
            away = [row[measure] for row, shown in pairs if shown[measure] is None]
            left = [row[measure] for row, shown in pairs if shown[measure] is not None]
            assert all(n == 0 or n >= 5 for n in left)
            assert not away or not any(left) or (len(away) >= 2 and sum(away) >= 5)
    ends = ["partial", "without_result", *(["complete"] if 0 < whole.totals["complete"] < 5 else [])]
    away = [whole.totals[name] for name in ends if public.totals[name] is None]
    away += [
        row["n"]
        for row, one in zip(whole.tables["none_reasons"], public.tables["none_reasons"], strict=True)
        if one["n"] is None
    ]
    left = [public.totals[name] for name in ends if public.totals[name]] + [
        row["n"] for row in public.tables["none_reasons"] if row["n"]
    ]
    assert not away or not left or (len(away) >= 2 and sum(away) >= 5)
    assert all(n == 0 or n is None or n >= 5 for n in public.totals.values())
    assert all(row["percent"] is None for row in public.tables["estimates"] if row["n"] is None)


def test_the_public_sees_groups_of_notes_and_no_single_note() -> None:
    report = the_survey(answered({7: 40, 5: 3, 2: 9}))

    public = for_the_public(report)

    assert rows_of(public, "answers", question="P1") == []
    assert [(row["n"], row["percent"]) for row in rows_of(public, "estimates", question="P1")] == [
        (40, "76.9"),
        (None, None),
        (None, None),
    ]
    assert public.tables["scores"][0]["net"] is None
    assert [row["percent"] for row in public.tables["breakdown"]] == ["76.9"] * 4


def test_the_public_sees_nothing_of_one_to_four_answers() -> None:
    public = for_the_public(the_survey([*answered({7: 4}), *not_drawn(30)]))

    assert public.totals["complete"] is None
    assert public.tables["respondents"] == []
    assert set(public.tables["technical"].values()) == {None}


def test_the_public_sees_no_part_whose_other_side_is_of_one_to_four() -> None:
    women, men = answered({7: 40, 2: 3}, sex="F"), answered({7: 30, 2: 10}, sex="M")

    public = for_the_public(the_survey([*women, *men]))

    assert [row["percent"] for row in rows_of(public, "breakdown", dimension="sex")] == [None, None]


def test_who_cannot_be_offered_is_no_part_of_the_cooperation_that_is_hidden() -> None:
    drawn = [a_drawn() for _ in range(3)]
    refused = [a_response(one, result="none", none_reason="refused") for one in drawn]

    report = the_survey([*drawn, *refused])

    assert report.tables["technical"]["cooperation_rate"] == "0.0"
    assert for_the_public(report).tables["technical"]["cooperation_rate"] is None
    assert report.cut_off == CUT_OFF


@pytest.mark.parametrize(
    ("refused", "equipment", "silent"), [(3, 0, 2), (10, 0, 2), (3, 0, 0), (3, 3, 0), (3, 20, 0), (0, 0, 3), (9, 3, 8)]
)
def test_no_difference_of_public_totals_tells_of_the_few_who_did_not_answer(
    refused: int, equipment: int, silent: int
) -> None:
    why = {"refused": refused, "equipment": equipment}
    ends = [{"result": "none", "none_reason": reason} for reason, n in why.items() for _ in range(n)]
    asked = [(a_drawn(), end) for end in ends]
    people = [*answered({7: 40}), *(a_drawn() for _ in range(silent))]
    people += [one for person, end in asked for one in (person, a_response(person, **end))]

    public = for_the_public(the_survey(people))

    told = public.totals
    sums = (
        ({"selected", "offered"}, lambda: told["selected"] - told["offered"]),
        ({"offered"}, lambda: told["offered"] - 40),
        ({"selected"}, lambda: told["selected"] - 40),
        ({"selected", "none"}, lambda: told["selected"] - 40 - told["none"]),
        ({"offered", "none"}, lambda: told["none"] - (told["offered"] - 40)),
    )
    assert [tell() for names, tell in sums if None not in {told[name] for name in names} and 0 < tell() < 5] == []
    technical = public.tables["technical"]
    assert (technical["response_rate"] is None) == (told["selected"] is None)
    assert (technical["cooperation_rate"] is None) == (told["offered"] is None)
    assert told["selected"] is not None or {row["selected"] for row in public.tables["designs"]} == {None}


def test_a_few_refusals_of_a_question_follow_from_no_figure_of_its_shares() -> None:
    said = [one for answer, n in (("si", 20), ("parte", 6), ("no", 8), ("NR", 3)) for one in [answer] * n]
    drawn = [a_drawn() for _ in said]
    answers = [a_response(one, answers={"P1": 7, "P3": answer}) for one, answer in zip(drawn, said, strict=True)]

    public = for_the_public(a_report(satisfaction, [*drawn, *answers]))

    shares = [row for row in public.tables["estimates"] if row["question"] == "P3"]
    assert [row["n"] for row in public.tables["answers"] if row["question"] == "P3"] == [None] * 4
    assert [(row["n"], row["answers"]) for row in shares] == [(None, None)] * 3
    assert public.totals["complete"] == 37
