from collections.abc import Mapping
from typing import Any

import pytest

from sync.core.count import parse
from terreno_app.domain.clock import InvalidPeriodError
from terreno_app.domain.reports import annual, coverage, monthly_summary, pmg, satisfaction
from terreno_app.domain.reports.annual import NotAYearError
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import SpecError
from terreno_app.domain.reports.suppression import for_the_public
from tests.domain.reports.records import a_drawn, a_report, a_response, a_session, an_attention, an_outing


def the_year(records: list[dict[str, Any]], space: str | None = None, region: str | None = "13") -> Report:
    return a_report(annual, records, "2026", space, region)


def some(n: int, **fields: Any) -> list[dict[str, Any]]:
    return [an_attention(**fields) for _ in range(n)]


def test_what_only_a_year_has_by_hand() -> None:
    outing = an_outing(coverage_reason="campaign")
    records = [
        outing,
        an_outing(coverage_reason="campaign", merged_into=outing["id"]),
        a_session(outing, informed_count={"material": 100}),
        *some(3, persons_count=2),
        *some(2, user_type="official_central"),
        an_attention(user_type="official_regional", interpreter=True, language="ht"),
        an_attention(
            user_type="community_leader", dos_products=["FFOIP", "DIALOGOS"], org_type="JJVV", persons_count=4
        ),
        an_attention(user_type="community_leader", dos_products=["ESC_DOS"], org_type="JJVV"),
        an_attention(user_type="citizen", dos_products=["FFMCS"]),
        an_attention(received_at="2025-05-05T15:00:00.000Z", topic="salud"),
        {
            "kind": "siac_activity",
            "id": "s2",
            "region": "13",
            "held_on": "2026-06-01",
            "title": "Mesa",
            "participants": 9,
        },
        {"kind": "siac_activity", "id": "s1", "region": "13", "held_on": "2026-03-01", "title": "Taller"},
        {"kind": "siac_activity", "id": "s0", "region": "13", "held_on": "2025-03-01", "title": "Antes"},
        {
            "kind": "data_rights_request",
            "id": "r1",
            "region": "13",
            "received_at": "2026-03-01T12:00:00.000Z",
            "request": "access",
            "status": "granted",
        },
        {
            "kind": "breach",
            "id": "b1",
            "region": "13",
            "found_at": "2026-03-01T12:00:00.000Z",
            "approximate_persons": 20,
            "reported_to_agency_at": "2026-03-02T12:00:00.000Z",
        },
        {"kind": "monthly_opinions", "id": "o1", "region": "13", "period": "2026-05", "demands": "Más buses"},
        {"kind": "monthly_opinions", "id": "o2", "region": "13", "period": "2025-05", "demands": "Luz"},
    ]

    tables = a_report(annual, records, "2026", None, "13", generated_at="2027-01-02T12:00:00.000Z").tables

    assert tables["clients"] == [
        {"client": 1, "attended": 15, "informed": 100, "sum": 115},
        {"client": 6, "attended": 4, "informed": None, "sum": None},
        {"client": 7, "attended": 1, "informed": None, "sum": None},
        {"client": 9, "attended": 1, "informed": None, "sum": None},
        {"client": 11, "attended": 3, "informed": None, "sum": None},
        {"client": 12, "attended": 5, "informed": None, "sum": None},
    ]
    assert tables["topics"] == [
        {"topic": "pensiones", "n": 9, "before": 0, "change": None},
        {"topic": "salud", "n": 0, "before": 1, "change": "-100.0"},
    ]
    assert tables["organisations"] == [{"org_type": "JJVV", "n": 2}]
    assert tables["products_to_leaders"] == [
        {"product": "DIALOGOS", "n": 1},
        {"product": "ESC_DOS", "n": 1},
        {"product": "FFOIP", "n": 1},
    ]
    assert (tables["languages"], tables["interpreters"]) == ([{"language": "ht", "n": 1}], {"n": 1})
    assert tables["outing_reasons"] == [{"coverage_reason": "campaign", "n": 1}]
    assert tables["siac_activities"] == [
        {"held_on": "2026-03-01", "title": "Taller", "participants": None},
        {"held_on": "2026-06-01", "title": "Mesa", "participants": 9},
    ]
    assert tables["rights_requests"] == [{"request": "access", "status": "granted", "n": 1}]
    assert tables["breaches"] == {"n": 1, "reported": 1, "persons_informed": 0, "approximate_persons": 20}
    assert tables["opinions"] == [{"period": "2026-05", "space": None, "demands": "Más buses", "opinions": None}]


def test_a_theme_of_a_year_that_is_running_has_not_fallen_beside_a_whole_one() -> None:
    records = [*some(9), *some(30, received_at="2025-05-05T15:00:00.000Z")]

    running = a_report(annual, records, "2026", None, "13", generated_at="2026-11-27T15:00:00.000Z")

    assert running.tables["topics"] == [{"topic": "pensiones", "n": 9, "before": 30, "change": None}]


def of_a_year(tables: Mapping[str, Any]) -> dict[str, Any]:
    """The tables without those that tell each outing and each session."""
    return {name: rows for name, rows in tables.items() if name not in {"outings", "sessions"}}


def test_each_chapter_is_the_report_of_its_name() -> None:
    persons = [a_drawn() for _ in range(12)]
    records = [
        *persons,
        *(a_response(one, answers={"P1": 6}) for one in persons),
        *some(3, type="complaint", own_service=True),
    ]

    year = the_year(records)

    for module in (monthly_summary, coverage, satisfaction):
        alone = a_report(module, records, "2026", None, "13")
        assert year.tables["chapters"][module.NAME] == {"totals": alone.totals, "tables": of_a_year(alone.tables)}
    assert year.tables["chapters"]["pmg"]["totals"]["complaints_received"] == 3
    assert year.tables["chapters"]["diagnosis"]["totals"]["regions"] == 1
    assert year.totals["attentions"] == 15


def test_only_a_year_has_an_annual_report() -> None:
    for period, error in (("2026-11", NotAYearError), ("2026-Q4", NotAYearError), ("mañana", InvalidPeriodError)):
        with pytest.raises(error):
            annual.spec(period, None, None)
    with pytest.raises(SpecError):
        annual.spec("2026", "office", None)


def test_a_store_takes_all_that_a_year_asks() -> None:
    asked = annual.spec("2026", None, None)

    assert len(parse(asked.to_wire()["counts"])) == len(asked.counts)


def test_the_public_sees_each_chapter_as_its_report_is_published_and_no_small_client() -> None:
    records = [
        *some(40),
        *some(9, user_type="official_central"),
        *some(3, user_type="academic", topic="salud"),
        *some(2, interpreter=True),
    ]

    year = the_year(records)
    public = for_the_public(year)

    for module in (monthly_summary, coverage, satisfaction):
        alone = for_the_public(a_report(module, records, "2026", None, "13"))
        assert public.tables["chapters"][module.NAME] == {"totals": alone.totals, "tables": of_a_year(alone.tables)}
    assert public.tables["interpreters"] == {"n": None}
    assert [(row["n"], row["change"]) for row in public.tables["topics"]] == [(None, None), (None, None)]
    clients = {row["client"]: row["attended"] for row in public.tables["clients"]}
    assert (clients[1], clients[11]) == (54, None)
    assert public.tables["chapters"]["pmg"]["tables"]["complaints_by_topic"] == []


def test_the_complaints_of_a_year_stand_together_by_topic_and_come_to_what_they_do_one_by_one() -> None:
    of_year = {"type": "complaint", "own_service": True, "answer_owed": True, "due_on": "2026-11-20"}
    records = [
        *some(3, **of_year, topic="salud"),
        *some(2, **of_year, topic="salud", answered_at="2026-11-21T02:59:00.000Z", status="answered"),
        *some(1, **of_year, topic="salud", answered_at="2026-11-21T03:00:00.000Z", status="answered"),
        *some(1, **of_year, topic=None, answered_at="2026-11-10T12:00:00.000Z", status="answered"),
    ]

    year = the_year(records).tables["chapters"]["pmg"]
    alone = a_report(pmg, records, "2026", None, "13")

    assert year["tables"]["complaints_by_topic"] == [
        {"topic": "NS", "received": 1, "answered": 1, "in_term": 1},
        {"topic": "salud", "received": 6, "answered": 3, "in_term": 2},
    ]
    assert year["totals"] == {name: alone.totals[name] for name in year["totals"]}
    assert "complaints" not in year["tables"]


def test_the_public_sees_neither_whom_a_tiny_year_reached_nor_how_many_a_breach_touched() -> None:
    breach = {
        "kind": "breach",
        "id": "b",
        "region": "13",
        "found_at": "2026-03-01T12:00:00.000Z",
        "approximate_persons": 2,
    }

    public = for_the_public(the_year([*some(3), breach]))

    assert public.tables["clients"][0] == {"client": 1, "attended": None, "informed": None, "sum": None}
    assert public.tables["breaches"]["approximate_persons"] is None
    assert public.totals["attentions"] is None
