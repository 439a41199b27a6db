import hashlib
import json
import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.count import parse
from sync.core.grouping import Source, answer
from terreno_app.domain.clock import InvalidPeriodError
from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.reports import monthly_summary
from terreno_app.domain.reports.counting import SPACES, nearest_rank
from terreno_app.domain.reports.outings import outing_figures
from terreno_app.domain.reports.referrals import SUMS
from terreno_app.domain.reports.registry import UnknownReportError, definition
from terreno_app.domain.reports.report import NotAReportError, Report, says_true
from terreno_app.domain.reports.spec import ReportSpec, SpecError, tally
from tests.domain.reports.records import CUT_OFF, a_referral, a_session, an_attention, an_outing, the_summary


def test_a_month_of_a_small_region_gives_exactly_this_report() -> None:
    plaza = an_outing(
        id="o1", code="S-T07-2026-001", planned_on="2026-11-10", comuna="13101", place_name="Plaza de Armas"
    )
    feria = an_outing(id="o2", code="S-T07-2026-002", planned_on="2026-11-12", comuna="13102")
    complaint = an_attention(
        type="complaint",
        topic="salud",
        sex="F",
        age_band="T30_44",
        outing="o1",
        outcome="referred",
        concerned_institution="FONASA",
        persons_count=3,
        wait_min=4,
        duration_s=300,
        residence_comuna="13101",
        nationality="CL",
    )
    records = [
        plaza,
        feria,
        a_session(
            plaza,
            informed_count={"material": 40, "talk": 10, "other": 0},
            closed_at="2026-11-10T17:30:00.000Z",
            opened_by="officer-1",
            incidents="Se cortó la luz",
        ),
        complaint,
        a_referral(complaint, institution="SUPERSALUD", status="sent"),
        an_attention(sex="NR", outing="o1", programme="PGU", back_captured=True, residence_country="AR"),
        an_attention(sex="F", outcome="guided", oriented_institution="IPS", space="tic", wait_min=9),
        an_attention(status="voided", sex="F"),
    ]

    report = the_summary(records).to_json()

    assert report == {
        "report": "monthly_summary",
        "period": "2026-11",
        "filters": {"space": None, "region": None},
        "totals": {
            "attentions": 3,
            "persons": 5,
            "informed": 50,
            "outings_done": 1,
            "outings_planned": 2,
            "comunas_visited": 1,
        },
        "tables": {
            "spaces": [{"space": "oirs_terreno", "n": 2}, {"space": "tic", "n": 1}],
            "type_by_sex": [
                {"type": "complaint", "sex": "F", "n": 1},
                {"type": "enquiry", "sex": "F", "n": 1},
                {"type": "enquiry", "sex": "NR", "n": 1},
            ],
            "topic_by_sex": [
                {"topic": "pensiones", "sex": "F", "n": 1},
                {"topic": "pensiones", "sex": "NR", "n": 1},
                {"topic": "salud", "sex": "F", "n": 1},
            ],
            "programme": [{"programme": "PGU", "n": 1}],
            "institution": [
                {"institution": "FONASA", "role": "concerned", "n": 1},
                {"institution": "IPS", "role": "oriented", "n": 1},
                {"institution": "SUPERSALUD", "role": "referred", "n": 1},
            ],
            "voices": [{"institution": "FONASA", "type": "complaint", "n": 1}],
            "outcome": [
                {"outcome": "guided", "n": 1},
                {"outcome": "informed", "n": 1},
                {"outcome": "referred", "n": 1},
            ],
            "age_band_by_sex": [
                {"age_band": "NS", "sex": "F", "n": 1},
                {"age_band": "NS", "sex": "NR", "n": 1},
                {"age_band": "T30_44", "sex": "F", "n": 1},
            ],
            "nationality": [{"nationality": "CL", "n": 1}, {"nationality": "NS", "n": 2}],
            "residence_comuna": [{"residence_comuna": "13101", "n": 1}, {"residence_comuna": "NS", "n": 1}],
            "education": [{"education": "NS", "n": 3}],
            "user_type": [{"user_type": "citizen", "n": 3}],
            "occupation": [{"occupation": "NS", "n": 3}],
            "hours": [{"hour": 12, "n": 3}],
            "outings": [
                {
                    "outing": "o1",
                    "code": "S-T07-2026-001",
                    "planned_on": "2026-11-10",
                    "comuna": "13101",
                    "attentions": 2,
                    "informed": 50,
                    "place": "Plaza de Armas",
                    "officers": 1,
                    "hours": "4.5",
                    "per_hour": "0.4",
                    "incidents": 1,
                },
                {
                    "outing": "o2",
                    "code": "S-T07-2026-002",
                    "planned_on": "2026-11-12",
                    "comuna": "13102",
                    "attentions": 0,
                    "informed": 0,
                    "place": None,
                    "officers": 0,
                    "hours": None,
                    "per_hour": None,
                    "incidents": 0,
                },
            ],
            "referrals": [{"status": "sent", "n": 1}],
            "referral_steps": {
                "referrals": 1,
                "sent": 1,
                "acknowledged": 0,
                "answered": 0,
                "overdue": 0,
                "days_p50": None,
            },
            "times": {"wait_min_p50": 4, "wait_min_p90": 9, "duration_s_p50": 300, "duration_s_p90": 300},
            "quality": {
                "voided": 1,
                "back_captured": 1,
                "missing": {"age_band": 2, "nationality": 2, "residence_comuna": 1, "education": 3, "occupation": 3},
            },
        },
        "suppressed": False,
        "digest": report["digest"],
        "cut_off": CUT_OFF,
    }


def test_the_digest_is_that_of_the_canonical_figures_without_the_cut_off() -> None:
    values = the_summary([an_attention(topic="año nuevo")]).to_json()

    figures = {part: values[part] for part in ("report", "period", "filters", "totals", "tables")}
    text = json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert values["digest"] == hashlib.sha256(text.encode()).hexdigest()


def test_an_empty_month_has_zero_totals_and_empty_tables() -> None:
    report = the_summary([])

    assert set(report.totals.values()) == {0}
    assert all(not table for table in report.tables.values() if isinstance(table, list))
    assert report.tables["referral_steps"] == dict.fromkeys(SUMS, 0) | {"days_p50": None}
    assert set(report.tables["times"].values()) == {None}
    assert report.tables["quality"] == {"voided": 0, "back_captured": 0, "missing": {}}


@pytest.mark.parametrize(
    ("received_at", "period", "counted"),
    [
        ("2026-11-01T03:00:00.000Z", "2026-11", 1),
        ("2026-11-01T02:59:59.999Z", "2026-11", 0),
        ("2026-12-01T02:59:59.999Z", "2026-11", 1),
        ("2026-12-01T03:00:00.000Z", "2026-11", 0),
        ("2026-07-01T03:59:59.999Z", "2026-06", 1),
        ("2026-12-31T12:00:00.000Z", "2026-Q4", 1),
        ("2026-09-30T12:00:00.000Z", "2026-Q4", 0),
        ("2027-01-01T02:59:59.999Z", "2026", 1),
        ("2027-01-01T03:00:00.000Z", "2026", 0),
    ],
)
def test_a_record_belongs_to_the_period_of_its_instant_in_santiago(received_at: str, period: str, counted: int) -> None:
    report = the_summary([an_attention(received_at=received_at)], period)

    assert report.totals["attentions"] == counted


def test_a_corrected_instant_moves_the_attention_to_its_month() -> None:
    moved = an_attention(
        received_at="2026-10-05T12:00:00.000Z", received_at_corrected={"value": "2026-11-05T12:00:00Z"}
    )

    totals = [the_summary([moved], period).totals["attentions"] for period in ("2026-10", "2026-11")]

    assert totals == [0, 1]


def test_the_oirs_includes_its_stand_and_shows_it_apart() -> None:
    records = [an_attention(space=space) for space in ("oirs", "oirs_terreno", "tic", "buzon")]

    report = the_summary(records, space="oirs")

    assert report.tables["spaces"] == [{"space": "oirs", "n": 1}, {"space": "oirs_terreno", "n": 1}]
    assert report.filters == {"space": "oirs", "region": None}


def test_the_stand_alone_leaves_the_office_out() -> None:
    records = [an_attention(space=space) for space in ("oirs", "oirs_terreno")]

    report = the_summary(records, space="oirs_terreno")

    assert report.totals["attentions"] == 1


@pytest.mark.parametrize(("space", "outings"), [(None, 1), ("oirs", 1), ("oirs_terreno", 1), ("tic", 0), ("buzon", 0)])
def test_only_the_spaces_that_go_out_have_outings(space: str | None, outings: int) -> None:
    outing = an_outing()

    report = the_summary([outing, a_session(outing)], space=space)

    assert [report.totals[name] for name in ("outings_done", "outings_planned", "comunas_visited")] == [outings] * 3
    assert len(report.tables["outings"]) == outings


def test_another_region_is_left_out_of_every_table() -> None:
    outing = an_outing(region="05")
    attention = an_attention(region="05", outing=outing["id"], wait_min=3, back_captured=True)
    records = [outing, a_session(outing), attention, a_referral(attention), an_attention(region="05", status="voided")]

    report = the_summary(records, region="13")

    assert report.to_json()["tables"] == the_summary([]).to_json()["tables"]
    assert report.totals == the_summary([]).totals


def test_outings_that_double_each_other_count_as_one() -> None:
    first = an_outing(id="o1", comuna="13101")
    second = an_outing(id="o2", comuna="13109", merged_into="o1")
    third = an_outing(id="o3", comuna="13110", merged_into="o2")
    records = [
        first,
        second,
        third,
        a_session(second, informed_count={"material": 5}),
        a_session(third, informed_count={"talk": 2}),
        *(an_attention(outing=name) for name in ("o1", "o2", "o3")),
    ]

    report = the_summary(records)

    (row,) = report.tables["outings"]
    assert (row["outing"], row["attentions"], row["informed"]) == ("o1", 3, 7)
    assert [report.totals[name] for name in ("outings_planned", "outings_done", "comunas_visited")] == [1, 1, 1]


@pytest.mark.parametrize("ring", [{"o1": "o2", "o2": "o1"}, {"o1": "o1", "o2": "o1"}], ids=["two", "itself"])
def test_outings_merged_in_a_ring_still_count_once(ring: dict[str, str]) -> None:
    records = [an_outing(id=name, merged_into=lead) for name, lead in ring.items()]

    report = the_summary(records)

    assert [row["outing"] for row in report.tables["outings"]] == ["o1"]


def test_a_double_of_an_outing_that_is_not_held_stands_for_it() -> None:
    report = the_summary([an_outing(id="o2", merged_into="unknown")])

    assert [row["outing"] for row in report.tables["outings"]] == ["o2"]


def test_a_double_across_the_edge_of_the_month_counts_in_the_month_of_the_outing_it_leads_to() -> None:
    lead = an_outing(id="o1", planned_on="2026-12-01")
    double = an_outing(id="o2", planned_on="2026-11-30", merged_into="o1")

    planned = [the_summary([lead, double], period).totals["outings_planned"] for period in ("2026-11", "2026-12")]

    assert planned == [0, 1]


def test_what_a_double_across_the_edge_of_the_month_did_counts_there_too() -> None:
    lead = an_outing(id="o1", planned_on="2026-12-01")
    double = an_outing(id="o2", planned_on="2026-11-30", merged_into="o1")
    session = a_session(double, informed_count={"talk": 7}, incidents="lluvia")
    records = [lead, double, session, *(an_attention(outing="o2") for _ in range(3))]

    (row,) = the_summary(records, "2026-12").tables["outings"]

    assert (row["outing"], row["attentions"], row["informed"], row["incidents"]) == ("o1", 3, 7, 1)


def test_a_suspended_outing_counts_only_for_what_it_did_all_the_same() -> None:
    nothing = an_outing(id="o1", status="suspended")
    opened = an_outing(id="o2", status="rescheduled")
    attended = an_outing(id="o3", status="suspended")
    records = [nothing, opened, attended, a_session(opened), an_attention(outing="o3")]

    report = the_summary(records)

    assert (report.totals["outings_planned"], report.totals["outings_done"]) == (0, 1)
    assert [row["outing"] for row in report.tables["outings"]] == ["o2", "o3"]


def test_the_row_of_an_outing_counts_its_attentions_of_any_day_but_no_voided_one() -> None:
    outing = an_outing(id="o1")
    records = [
        outing,
        an_attention(outing="o1", received_at="2026-12-03T12:00:00.000Z"),
        an_attention(outing="o1", status="voided"),
    ]

    report = the_summary(records)

    assert report.tables["outings"][0]["attentions"] == 1
    assert report.totals["attentions"] == 0


def test_a_session_of_an_outing_of_another_region_adds_to_no_row() -> None:
    elsewhere = an_outing(region="05")
    records = [elsewhere, a_session(elsewhere, region="13", informed_count={"talk": 9})]

    report = the_summary(records, region="13")

    assert (report.totals["informed"], report.tables["outings"]) == (0, [])


def test_what_is_said_of_an_outing_that_was_not_told_is_in_no_row() -> None:
    # Counts are answered each from what is at hand: one of them may know an outing that another one does not yet.
    outing = an_outing(id="o1")
    records = [outing, a_session(outing)]
    tallies = {count.name: tally(records, count) for count in monthly_summary.spec("2026-11", None, None).counts}
    for name in ("openings", "attentions_of_outings"):
        tallies[name] += [{**row, "outing": "o2", "n": 7} for row in tallies["openings"]]

    (told,) = outing_figures(tallies, "2026-11-01", "2026-12-01").rows
    assert (told["outing"], told["attentions"]) == ("o1", 0)


def stay_of(*sessions: tuple[str | None, str | None]) -> list[Any]:
    """Hours and attentions per hour of an outing with nine attentions and these openings and closes."""
    outing = an_outing(id="o1")
    opened = [
        a_session(
            outing, opened_at=start and f"2026-11-10T{start}:00.000Z", closed_at=end and f"2026-11-10T{end}:00.000Z"
        )
        for start, end in sessions
    ]
    (row,) = the_summary([outing, *opened, *(an_attention(outing="o1") for _ in range(9))]).tables["outings"]
    return [row["hours"], row["per_hour"]]


@pytest.mark.parametrize(
    ("sessions", "told"),
    [
        ([], [None, None]),
        ([("13:00", "16:00")], ["3.0", "3.0"]),
        ([("13:00", "16:00"), ("13:00", "16:00")], ["3.0", "3.0"]),
        ([("14:00", "15:00"), ("13:00", "16:00"), ("15:30", "17:00")], ["4.0", "2.3"]),
        ([("13:00", "14:00"), ("16:00", "17:00")], ["2.0", "4.5"]),
        ([("13:00", "16:00"), ("13:00", None)], [None, None]),
        ([("16:00", "13:00")], ["0.0", None]),
        ([("13:00", "13:25")], ["0.4", "21.6"]),
        ([(None, "16:00")], [None, None]),
    ],
    ids=["none", "one", "at once", "nested", "a pause", "open", "backwards", "rounded", "unopened"],
)
def test_the_hours_of_an_outing_are_those_in_which_a_session_was_open(
    sessions: list[tuple[str | None, str | None]], told: list[Any]
) -> None:
    assert stay_of(*sessions) == told


def test_a_close_without_an_instant_gives_no_hours() -> None:
    outing = an_outing()

    (row,) = the_summary([outing, a_session(outing, closed_at="ayer")]).tables["outings"]

    assert (row["hours"], row["per_hour"]) == (None, None)


def test_officers_and_incidents_of_doubles_are_those_of_all_their_sessions() -> None:
    first, second = an_outing(id="o1"), an_outing(id="o2", merged_into="o1")
    sessions = [
        a_session(first, opened_by="ana", incidents="x"),
        a_session(second, opened_by="ana"),
        a_session(second, opened_by="luis", incidents="y"),
    ]

    (row,) = the_summary([first, second, *sessions]).tables["outings"]

    assert (row["officers"], row["incidents"]) == (2, 2)


def test_an_attention_referred_twice_to_one_body_counts_once_there() -> None:
    attention = an_attention()
    records = [
        attention,
        a_referral(attention, institution="IPS"),
        a_referral(attention, institution="IPS", status="sent"),
        a_referral(attention, institution="SERVIU", status="voided"),
    ]

    tables = the_summary(records).tables

    assert tables["institution"] == [{"institution": "IPS", "role": "referred", "n": 1}]
    assert [row["status"] for row in tables["referrals"]] == ["pending", "sent", "voided"]


def test_refused_and_not_asked_stay_apart_and_absent_means_not_asked() -> None:
    records = [an_attention(sex="NR"), an_attention(sex="NS"), an_attention()]

    tables = the_summary(records).tables

    assert [(row["sex"], row["n"]) for row in tables["type_by_sex"]] == [("NR", 1), ("NS", 2)]
    assert tables["quality"]["missing"]["sex"] == 2


@pytest.mark.parametrize(
    ("values", "median", "ninth"),
    [([], None, None), ([7], 7, 7), ([1, 2], 1, 2), ([0, 5, 10], 5, 10), (list(range(1, 11)), 5, 9)],
    ids=["none", "one", "two", "three", "ten"],
)
def test_percentiles_are_of_the_nearest_rank(values: list[int], median: int | None, ninth: int | None) -> None:
    histogram = {value: values.count(value) for value in values}

    assert (nearest_rank(histogram, 50), nearest_rank(histogram, 90)) == (median, ninth)


@pytest.mark.parametrize(
    ("received_at", "hour"),
    [
        ("2026-11-10T15:59:59.999Z", 12),
        ("2026-11-10T16:00:00.000Z", 13),
        ("2026-11-11T02:59:59.999Z", 23),
        ("2026-11-11T03:00:00.000Z", 0),
        ("2026-07-10T15:00:00.000Z", 11),
        ("2026-04-05T02:30:00.000Z", 23),
        ("2026-04-05T03:30:00.000Z", 23),
        ("2026-09-06T03:59:59.999Z", 23),
        ("2026-09-06T04:00:00.000Z", 1),
    ],
    ids=["summer", "next", "last", "midnight", "winter", "before going back", "again", "before going on", "after"],
)
def test_the_hour_of_an_attention_is_that_of_the_clocks_of_santiago(received_at: str, hour: int) -> None:
    report = the_summary([an_attention(received_at=received_at)], "2026")

    assert report.tables["hours"] == [{"hour": hour, "n": 1}]


def test_complaints_suggestions_and_commendations_are_told_by_institution() -> None:
    records = [
        an_attention(type="complaint", concerned_institution="IPS"),
        an_attention(type="complaint", concerned_institution="IPS"),
        an_attention(type="commendation", concerned_institution="IPS"),
        an_attention(type="suggestion"),
        an_attention(type="enquiry", concerned_institution="SII"),
        an_attention(type="complaint", concerned_institution="SII", status="voided"),
    ]

    assert the_summary(records).tables["voices"] == [
        {"institution": "IPS", "type": "commendation", "n": 1},
        {"institution": "IPS", "type": "complaint", "n": 2},
        {"institution": "NS", "type": "suggestion", "n": 1},
    ]


def test_a_duration_that_is_no_number_is_left_out() -> None:
    report = the_summary([an_attention(duration_s="long"), an_attention(duration_s=60)])

    assert report.tables["times"]["duration_s_p90"] == 60


def test_a_space_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SpecError):
        monthly_summary.spec("2026-11", "office", None)


@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "noviembre", "2026-1"])
def test_a_period_that_does_not_exist_is_refused(period: str) -> None:
    with pytest.raises(InvalidPeriodError):
        monthly_summary.spec(period, None, None)


def test_a_report_is_found_by_its_name() -> None:
    found = definition("monthly_summary")

    assert found.spec is monthly_summary.spec


def test_a_report_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownReportError):
        definition("weekly")


def test_a_report_read_from_its_json_is_the_same_and_says_true() -> None:
    report = the_summary([an_attention()])
    values = json.loads(json.dumps(report.to_json()))

    assert Report.from_json(values) == report
    assert says_true(values)


def test_a_report_with_a_changed_figure_does_not_say_true() -> None:
    values = the_summary([an_attention()]).to_json()
    values["totals"]["attentions"] = 2

    assert not says_true(values)


@pytest.mark.parametrize(
    "change",
    [{"more": 1}, {"totals": []}, {"period": 2026}, {"suppressed": "no"}],
    ids=["key", "totals", "period", "flag"],
)
def test_values_that_are_no_report_are_refused(change: dict[str, Any]) -> None:
    values = the_summary([]).to_json() | change

    with pytest.raises(NotAReportError):
        Report.from_json(values)


codes = st.sampled_from(["a", "b", "NS", "NR"])
maybe = st.none() | codes
attentions = st.fixed_dictionaries(
    {
        "region": st.sampled_from(["13", "05"]),
        "space": st.sampled_from(SPACES),
        "received_at": st.sampled_from(["2026-10-31T12:00:00.000Z", "2026-11-05T12:00:00.000Z"]),
        "status": st.sampled_from(["registered", "voided"]),
        "type": codes,
        "sex": maybe,
        "age_band": maybe,
        "residence_country": maybe,
        "residence_comuna": maybe,
        "wait_min": st.none() | st.integers(0, 9),
        "persons_count": st.integers(1, 9),
        "back_captured": st.none() | st.booleans(),
        "outing": st.sampled_from([None, "o1", "o2", "o3"]),
        "received_at_corrected": st.none() | st.just({"value": "2026-11-30T12:00:00.000Z"}),
    }
)


instants = st.none() | st.sampled_from(["2026-11-06T12:00:00.000Z", "2026-11-20T12:00:00.000Z"])
referral_steps = st.fixed_dictionaries(
    {
        "status": st.sampled_from(CODE_LISTS["referral_status"]),
        "due_on": st.none() | st.sampled_from(["2026-11-20", "2026-12-01"]),
        "sent_at": instants,
        "acknowledged_at": instants,
        "answered_at": instants,
    }
)
stays = st.fixed_dictionaries(
    {"closed_at": instants, "opened_by": st.none() | codes, "incidents": st.none() | st.just("x")}
)


@given(
    st.lists(attentions, max_size=8),
    st.lists(st.sampled_from(["o1", "o2", "o3"]), unique=True),
    st.lists(referral_steps, max_size=4),
    stays,
    st.sampled_from([None, *SPACES]),
    st.sampled_from([None, "13"]),
)
def test_a_table_of_json_and_the_plain_records_make_the_same_digest(
    fields: list[dict[str, Any]],
    outings: list[str],
    steps: list[dict[str, Any]],
    stay: dict[str, Any],
    space: str | None,
    region: str | None,
) -> None:
    held = [an_attention(**one) for one in fields]
    days = [an_outing(id=name, merged_into="o1" if name == "o2" else None) for name in outings]
    records = [
        *held,
        *days,
        *(a_referral(one, **step) for one, step in zip(held, steps, strict=False)),
        *(a_session(one, **stay) for one in days[:2]),
    ]
    asked = ReportSpec.from_wire(monthly_summary.spec("2026-11", space, region).to_wire())
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE records (id TEXT, kind TEXT, fields TEXT)")
    connection.executemany(
        "INSERT INTO records VALUES (?, ?, ?)", [(one["id"], one["kind"], json.dumps(one)) for one in records]
    )

    answered = answer(parse(asked.to_wire()["counts"]), Source("records"), connection.execute)

    connection.close()
    plain = {count.name: tally(records, count) for count in asked.counts}
    found, expected = (monthly_summary.assemble(asked, tallies, {}) for tallies in (answered, plain))
    assert found.to_json() == expected.to_json()
    total = expected.totals["attentions"]
    assert all(
        sum(row["n"] for row in expected.tables[name]) == total for name in (*monthly_summary.WHOLE_TABLES, "hours")
    )
