from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreno_app.domain.catalogues import Thresholds
from terreno_app.domain.reports import coverage
from terreno_app.domain.reports.goals import light
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import SpecError
from terreno_app.domain.reports.suppression import for_the_public
from tests.domain.reports.records import (
    a_drawn,
    a_goal,
    a_report,
    a_response,
    a_session,
    an_attention,
    an_outing,
)
from tests.factories import catalogues


def the_coverage(
    records: list[dict[str, Any]], period: str = "2026-11", space: str | None = None, region: str | None = "13"
) -> Report:
    return a_report(coverage, records, period, space, region)


def attended(n: int, month: str = "2026-11", **fields: Any) -> list[dict[str, Any]]:
    return [an_attention(received_at=f"{month}-10T15:00:00.000Z", **fields) for _ in range(n)]


def went_out(comuna: str, month: str = "2026-11", name: str | None = None, **session: Any) -> list[dict[str, Any]]:
    outing = an_outing(comuna=comuna, planned_on=f"{month}-10", **({} if name is None else {"id": name}))
    return [outing, a_session(outing, **session)]


def the_goal(report: Report, **chosen: Any) -> dict[str, Any]:
    (row,) = [row for row in report.tables["goals"] if chosen.items() <= row.items()]
    return dict(row)


def test_a_month_by_hand() -> None:
    outing, session = went_out("13101", informed_count={"material": 40})
    goals = [
        *(a_goal(id=f"m{month}", period=f"2026-{month:02}", target=20) for month in range(1, 13)),
        a_goal(id="y", period_type="year", period="2026", target=300),
    ]
    records = [
        outing,
        session,
        *attended(30, "2026-09"),
        *attended(24, "2026-10"),
        *attended(12, outing=outing["id"], sex="F"),
        *attended(3, outing=outing["id"], sex="M"),
        *goals,
    ]

    report = the_coverage(records)

    assert report.totals == {
        "attentions": 15,
        "persons": 15,
        "informed": 40,
        "outings": 1,
        "surveys": 0,
        "comunas_visited": 1,
        "comunas": 52,
        "population_covered": 438_856,
        "population": 7_400_741,
    }
    assert the_goal(report, goal="m11") == {
        "goal": "m11",
        "metric": "attentions",
        "region": "13",
        "space": None,
        "comuna": None,
        "period_type": "month",
        "period": "2026-11",
        "approved": True,
        "over": True,
        "target": 20,
        "actual": 15,
        "attainment": "75.0",
        "expected": "20.0",
        "light": "red",
    }
    assert [row["goal"] for row in report.tables["goals"]] == [*(f"m{month}" for month in range(1, 12)), "y"]
    # 69 of the 275 that eleven twelfths of 300 are; (30 + 24 + 15) / 3 more in December
    assert the_goal(report, goal="y") | {"attainment": "23.0", "expected": "275.0"} == the_goal(report, goal="y")
    assert report.tables["progress"] == [
        {
            "metric": "attentions",
            "region": "13",
            "space": None,
            "comuna": None,
            "target_to_date": "220.0",
            "actual_to_date": 69,
            "attainment": "31.4",
            "target_year": 300,
            "advance": "23.0",
            "expected_pace": "73.3",
            "gap": 231,
            "projection": "92.0",
            "projected": "30.7",
            "light": "red",
        }
    ]
    assert report.tables["comunas"] == [
        {
            "comuna": "13101",
            "outings": 1,
            "attentions": 15,
            "persons": 15,
            "informed": 40,
            "population": 438_856,
            "per_10000": "0.34",
        }
    ]
    assert report.tables["women"] == [
        {"comuna": "13101", "n": 15, "women": 12, "women_percent": "80.0", "census_percent": "49.1"}
    ]
    assert report.tables["territory"] == {"gini": "0.98", "top_5_percent": "100.0", "population_percent": "5.9"}
    assert len(report.tables["never_visited"]) == 51
    assert report.tables["by_month"][8:] == [
        {"month": f"2026-{month}", "attentions": n, "persons": n, "informed": told, "outings": out, "surveys": 0}
        for month, n, told, out in (("09", 30, 0, 0), ("10", 24, 0, 0), ("11", 15, 40, 1))
    ]


@pytest.mark.parametrize(
    ("attained", "shown"),
    [(0.95, "green"), (1.2, "green"), (0.949, "amber"), (0.8, "amber"), (0.799, "red"), (0, "red")],
)
def test_the_light_is_green_from_95_and_amber_from_80(attained: float, shown: str) -> None:
    assert light(attained, catalogues().thresholds) == shown


def test_other_thresholds_give_another_light() -> None:
    assert light(0.7, Thresholds(green_from=70, amber_from=50)) == "green"


def test_a_goal_that_was_superseded_is_out_and_an_odd_record_spoils_nothing() -> None:
    first = a_goal(id="g1", target=5)
    odd = [a_goal(period="2026-13"), a_goal(metric="smiles"), a_goal(target=None), a_goal(period_type="week")]

    report = the_coverage([first, a_goal(id="g2", target=8, supersedes="g1", approved_on=None), *odd])

    assert [(row["goal"], row["target"], row["approved"]) for row in report.tables["goals"]] == [("g2", 8, False)]


def test_a_goal_is_measured_where_it_was_set() -> None:
    here, there = went_out("13101"), went_out("13110")
    records = [
        *here,
        *there,
        *attended(4, outing=here[0]["id"], persons_count=2),
        *attended(3, outing=there[0]["id"]),
        *attended(2, space="oirs"),
        *attended(1, space="tic"),
        a_goal(id="all"),
        a_goal(id="oirs", space="oirs"),
        a_goal(id="tic", space="tic"),
        a_goal(id="comuna", comuna="13101"),
        a_goal(id="persons", metric="persons", comuna="13101"),
        a_goal(id="elsewhere", comuna="13114"),
        a_goal(id="outings", metric="outings", comuna="13110"),
        a_goal(id="visited", metric="comunas_visited"),
    ]

    report = the_coverage(records)

    assert {row["goal"]: row["actual"] for row in report.tables["goals"]} == {
        "all": 10,
        "oirs": 9,
        "tic": 1,
        "comuna": 4,
        "persons": 8,
        "elsewhere": 0,
        "outings": 1,
        "visited": 2,
    }


def test_the_goals_of_another_space_are_left_out() -> None:
    goals = [a_goal(id="tic", space="tic"), a_goal(id="stand", space="oirs_terreno"), a_goal(id="all")]

    reports = {space: the_coverage(goals, space=space) for space in ("oirs", "tic")}

    found = {space: [row["goal"] for row in report.tables["goals"]] for space, report in reports.items()}
    assert found == {"oirs": ["stand"], "tic": ["tic"]}


def test_the_country_shows_national_goals_beside_those_of_each_region() -> None:
    goals = [a_goal(id="national", region="CL"), a_goal(id="13"), a_goal(id="05", region="05")]
    records = [*attended(3), *attended(2, region="05"), *goals]

    country, region = (the_coverage(records, region=region) for region in (None, "13"))

    assert {row["goal"]: row["actual"] for row in country.tables["goals"]} == {"national": 5, "13": 3, "05": 2}
    assert [row["goal"] for row in region.tables["goals"]] == ["13"]
    assert country.totals["comunas"] == 346


def test_a_quarterly_goal_counts_its_months_and_expects_what_has_passed_of_it() -> None:
    goals = [
        a_goal(id="q3", period_type="quarter", period="2026-Q3", target=30),
        a_goal(id="q4", period_type="quarter", period="2026-Q4", target=30),
        a_goal(id="y", metric="persons", period_type="year", period="2026", target=60),
    ]
    records = [*attended(30, "2026-08"), *attended(19, "2026-10"), *goals]

    report = the_coverage(records)

    assert [(row["goal"], row["actual"], row["expected"], row["light"]) for row in report.tables["goals"]] == [
        ("q3", 30, "30.0", "green"),
        ("q4", 19, "20.0", "green"),
        ("y", 49, "55.0", "amber"),
    ]
    first = report.tables["progress"][0]
    assert (first["target_to_date"], first["target_year"], first["actual_to_date"]) == ("50.0", 60, 49)


def test_a_goal_of_later_has_no_row_yet_and_expects_nothing() -> None:
    report = the_coverage([a_goal(period="2026-12")], "2026-01")

    assert report.tables["goals"] == []
    assert report.tables["progress"][0]["light"] is None


ON_THE_TENTH_OF_MAY = "2026-05-10T15:00:00.000Z"


def on_the_tenth_of_may(records: list[dict[str, Any]], period: str = "2026") -> Report:
    return a_report(coverage, records, period, None, "13", generated_at=ON_THE_TENTH_OF_MAY)


def kept_pace() -> list[dict[str, Any]]:
    """Thirty-one attentions a month until April and nine in nine days of May: the pace of a goal of 31 a month."""
    months = [one for month in range(1, 5) for one in attended(31, f"2026-{month:02}")]
    return [*months, *attended(9, "2026-05")]


@pytest.mark.parametrize("period", ["2026-05", "2026-Q2", "2026"])
def test_a_period_that_is_running_is_measured_up_to_today(period: str) -> None:
    goals = [
        *(a_goal(id=f"m{month}", period=f"2026-{month:02}", target=31) for month in range(1, 13)),
        a_goal(id="q2", period_type="quarter", period="2026-Q2", target=93),
        a_goal(id="q3", period_type="quarter", period="2026-Q3", target=93),
        a_goal(id="y", period_type="year", period="2026", target=372),
    ]

    report = on_the_tenth_of_may([*kept_pace(), *goals], period)

    rows = {row["goal"]: row for row in report.tables["goals"]}
    assert list(rows) == ["m1", "m2", "m3", "m4", "m5", "q2", "y"]
    assert {name: (rows[name]["over"], rows[name]["actual"]) for name in ("m4", "m5", "q2", "y")} == {
        "m4": (True, 31),
        "m5": (False, 9),
        "q2": (False, 40),
        "y": (False, 133),
    }
    # Of May nine days are over, 9/31 of it: 9 of 31, 40 of 93 and 133 of 372 are expected.
    assert [rows[name]["expected"] for name in ("m5", "q2", "y")] == ["9.0", "40.0", "133.0"]
    assert {row["light"] for row in rows.values()} == {"green"}
    (year,) = report.tables["progress"]
    assert (year["target_to_date"], year["expected_pace"], year["attainment"]) == ("133.0", "35.8", "100.0")
    # 133 and, for the 7 22/31 months to come, the 31 that each of the last three whole months had.
    assert (year["projection"], year["projected"], year["light"]) == ("372.0", "100.0", "green")
    assert [row["month"] for row in report.tables["by_month"]] == [f"2026-{month:02}" for month in range(1, 6)]


def test_what_lies_in_a_month_to_come_is_still_a_part_of_its_sums() -> None:
    report = on_the_tenth_of_may([*kept_pace(), *went_out("13101", "2026-06"), *attended(2, "2026-07")])

    by_month = {row["month"]: row for row in report.tables["by_month"]}
    assert list(by_month)[4:] == ["2026-05", "2026-06", "2026-07"]
    assert (report.totals["attentions"], report.totals["outings"]) == (135, 1)
    assert sum(row["attentions"] for row in by_month.values()) == 135


def test_before_a_month_is_over_nothing_is_projected_and_on_its_first_day_nothing_expected() -> None:
    goals = [a_goal(period_type="year", period="2026", target=365), a_goal(period="2026-01", target=31)]
    records = [*attended(4, "2026-01"), *goals]

    first, tenth = (
        a_report(coverage, records, "2026", None, "13", generated_at=f"2026-01-{day}T15:00:00.000Z")
        for day in ("01", "11")
    )

    assert [(row["expected"], row["light"]) for row in first.tables["goals"]] == [("0.0", None), ("0.0", None)]
    assert (first.tables["progress"][0]["light"], first.tables["progress"][0]["projection"]) == (None, None)
    assert [(row["expected"], row["light"]) for row in tenth.tables["goals"]] == [("10.0", "red"), ("9.8", "red")]
    assert (tenth.tables["progress"][0]["light"], tenth.tables["progress"][0]["projected"]) == ("red", None)


def test_a_year_to_come_measures_nothing() -> None:
    goal = a_goal(year=2027, period_type="year", period="2027", target=12)

    report = on_the_tenth_of_may([goal], "2027")

    assert (report.tables["goals"], report.tables["by_month"]) == ([], [])
    assert report.tables["progress"][0]["light"] is None


def test_complaints_in_term_are_those_answered_until_their_last_day_among_those_answered() -> None:
    own = {"type": "complaint", "own_service": True, "due_on": "2026-11-12"}
    records = [
        an_attention(**own, answered_at="2026-11-13T02:59:00.000Z"),
        an_attention(**own, answered_at="2026-11-13T03:00:00.000Z"),
        an_attention(**own, answered_at="2026-10-13T15:00:00.000Z"),
        an_attention(**own),
        an_attention(**own | {"own_service": False}, answered_at="2026-11-13T15:00:00.000Z"),
        a_goal(id="month", metric="complaints_in_term", target=90),
        a_goal(id="quarter", metric="complaints_in_term", target=60, period_type="quarter", period="2026-Q4"),
        a_goal(id="before", metric="complaints_in_term", target=90, period="2026-10"),
        a_goal(id="none", metric="complaints_in_term", target=90, space="tic"),
    ]

    report = the_coverage(records)

    assert {row["goal"]: (row["actual"], row["light"]) for row in report.tables["goals"]} == {
        "month": ("50.0", "red"),
        "quarter": ("66.7", "green"),
        "none": (None, None),
    }
    assert report.tables["progress"] == []


def test_satisfaction_and_surveys_are_measured_from_the_answers() -> None:
    persons = [a_drawn() for _ in range(12)]
    answers = [a_response(one, answers={"P1": 7 if place < 9 else 3}) for place, one in enumerate(persons)]
    goals = [
        a_goal(id="share", metric="satisfaction", target=80),
        a_goal(id="few", metric="satisfaction", target=80, space="tic"),
        a_goal(id="n", metric="surveys", target=12),
    ]

    report = the_coverage([*persons, *answers, *goals])

    assert {row["goal"]: (row["actual"], row["light"]) for row in report.tables["goals"]} == {
        "share": ("75.0", "amber"),
        "few": (None, None),
        "n": (12, "green"),
    }


def test_the_satisfaction_of_a_comuna_is_of_those_attended_there_also_in_an_outing_that_doubles_another() -> None:
    lead, session = went_out("13101", name="lead")
    double = an_outing(id="double", merged_into="lead", comuna="13110")
    there = [a_drawn(outing=name) for name in ("lead", "double") for _ in range(6)]
    elsewhere = [a_drawn(outing="other") for _ in range(12)]
    answers = [
        *(a_response(one, answers={"P1": 7 if place < 9 else 3}) for place, one in enumerate(there)),
        *(a_response(one, answers={"P1": 1}) for one in elsewhere),
    ]
    goals = [a_goal(id=comuna, metric="satisfaction", target=80, comuna=comuna) for comuna in ("13101", "13110")]

    report = the_coverage(
        [lead, session, double, *went_out("13114", name="other"), *there, *elsewhere, *answers, *goals]
    )

    assert {row["goal"]: row["actual"] for row in report.tables["goals"]} == {"13101": "75.0", "13110": None}


def test_outings_that_double_each_other_are_one_and_those_that_never_opened_are_none() -> None:
    lead, session = went_out("13101")
    double = an_outing(merged_into=lead["id"], comuna="13110")
    elsewhere = an_outing(region="05", id="elsewhere")
    stranger = [elsewhere, a_session(elsewhere, region="13")]

    report = the_coverage(
        [lead, session, double, a_session(double), an_outing(comuna="13114"), *stranger, *attended(1, outing="unknown")]
    )

    assert (report.totals["outings"], report.totals["comunas_visited"]) == (1, 1)
    assert report.tables["comunas"][0]["attentions"] == 0


@pytest.mark.parametrize("space", ["tic", "buzon"])
def test_a_space_that_does_not_go_out_visits_nobody(space: str) -> None:
    report = the_coverage([*went_out("13101"), *attended(3, space=space)], space=space)

    assert (report.totals["comunas_visited"], report.totals["attentions"]) == (0, 3)
    assert report.tables["territory"]["gini"] is None


def test_an_outing_without_a_comuna_is_no_place_on_the_map() -> None:
    outing = an_outing(comuna=None)

    report = the_coverage([outing, a_session(outing), a_goal(metric="comunas_visited")], region=None)

    assert (report.totals["outings"], report.tables["goals"][0]["actual"]) == (1, 0)


def test_a_year_and_a_quarter_are_periods_too() -> None:
    records = [*went_out("13101", "2026-02"), *attended(5, "2026-05"), *attended(7)]

    year, quarter = (the_coverage(records, period) for period in ("2026", "2026-Q4"))

    assert (year.totals["attentions"], year.totals["comunas_visited"]) == (12, 1)
    assert (quarter.totals["attentions"], quarter.totals["comunas_visited"]) == (7, 0)
    assert len(quarter.tables["never_visited"]) == 51


def test_a_space_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SpecError):
        the_coverage([], space="office")


months = st.sampled_from(["2026-09", "2026-10", "2026-11"])
places = st.sampled_from([None, "o1", "o2", "o3"])
lives = st.lists(
    st.tuples(
        months,
        st.sampled_from(["oirs_terreno", "oirs", "tic"]),
        places,
        st.sampled_from(["F", "M", None]),
        st.integers(1, 9),
    ),
    max_size=8,
)
OUTINGS = [
    record
    for number, comuna in enumerate(("13101", "13110", "13114"), 1)
    for record in went_out(comuna, name=f"o{number}", informed_count={"talk": 3 * number})
]


def lived(drawn: list[tuple[str, str, str | None, str | None, int]]) -> list[dict[str, Any]]:
    people = [
        person
        for month, space, outing, sex, times in drawn
        for person in attended(times, month, space=space, outing=outing if space == "oirs_terreno" else None, sex=sex)
    ]
    return [*people, *OUTINGS, a_goal()]


@pytest.mark.uncounted
@settings(max_examples=25)
@given(lives)
def test_the_figures_are_those_of_a_plain_count(drawn: list[tuple[str, str, str | None, str | None, int]]) -> None:
    report = the_coverage(lived(drawn))

    of_month = {month: sum(one[-1] for one in drawn if one[0] == month) for month in ("2026-09", "2026-10", "2026-11")}
    assert {
        row["month"]: row["attentions"] for row in report.tables["by_month"] if row["month"] in of_month
    } == of_month
    here = [one for one in drawn if one[0] == "2026-11" and one[1] == "oirs_terreno"]
    for number, row in enumerate(report.tables["comunas"], 1):
        assert row["attentions"] == sum(times for _, _, outing, _, times in here if outing == f"o{number}")
    assert the_goal(report)["actual"] == of_month["2026-11"] == report.totals["attentions"]


@pytest.mark.uncounted
@settings(max_examples=25)
@given(lives)
def test_no_sum_of_the_public_version_gives_a_hidden_group_back(
    drawn: list[tuple[str, str, str | None, str | None, int]],
) -> None:
    whole = the_coverage(lived(drawn))

    public = for_the_public(whole)

    for name, measure, by in (
        ("by_month", "attentions", None),
        ("by_month", "persons", None),
        ("by_space", "n", "month"),
        ("by_space", "n", "space"),
        ("comunas", "attentions", None),
        ("comunas", "informed", None),
    ):
        if public.totals["attentions"] is None and not public.tables[name]:
            continue  # of so few no row is told
        pairs = list(zip(whole.tables[name], public.tables[name], strict=True))
        for value in {row[by] for row, _ in pairs} if by else {None}:
            line = [(row, shown) for row, shown in pairs if by is None or row[by] == value]
            away = [row[measure] for row, shown in line if shown[measure] is None]
            left = [row[measure] for row, shown in line if shown[measure] is not None]
            assert all(n == 0 or n >= 5 for n in left)
            assert not away or not any(left) or (len(away) >= 2 and sum(away) >= 5)
    gone = {row["month"] for row in public.tables["by_month"] if row["attentions"] is None}
    assert not gone or all(row["n"] is None for row in public.tables["by_space"])
    if "2026-11" in gone:
        assert public.totals["attentions"] is None
        assert the_goal(public)["actual"] is None
        assert all(row["attentions"] is None and row["per_10000"] is None for row in public.tables["comunas"])
    assert all(n is None or n == 0 or n >= 5 for n in (public.totals[name] for name in ("attentions", "persons")))


def test_the_public_sees_the_women_of_a_comuna_only_where_every_group_of_it_is_large() -> None:
    here, there = went_out("13101"), went_out("13110")
    records = [
        *here,
        *there,
        *attended(30, outing=here[0]["id"], sex="F"),
        *attended(20, outing=here[0]["id"], sex="M"),
        *attended(30, outing=there[0]["id"], sex="F"),
        *attended(2, outing=there[0]["id"], sex="M"),
    ]

    public = for_the_public(the_coverage(records))

    assert [row["women"] for row in public.tables["women"]] == [None, None]
    assert [row["attentions"] for row in public.tables["comunas"]] == [50, 32]
    assert public.tables["territory"]["gini"] is not None


def test_the_public_sees_no_progress_of_one_to_four_persons() -> None:
    public = for_the_public(the_coverage([*attended(3), a_goal(), a_goal(metric="outings")]))

    progress = {row["metric"]: row["actual_to_date"] for row in public.tables["progress"]}
    assert progress == {"attentions": None, "outings": 0}
    assert public.tables["territory"]["gini"] is None
