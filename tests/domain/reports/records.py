"""Records as a store holds them, for the tests of reports: name only what the test is about."""

from collections.abc import Iterable, Mapping
from itertools import count
from types import ModuleType
from typing import Any

from terreno_app.domain.reports import monthly_summary
from terreno_app.domain.reports.registry import definition
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import tally
from tests.factories import catalogues

CUT_OFF = {"generated_at": "2026-12-01T12:00:00.000Z", "source": "local", "devices_not_synced": 0, "feeds": {"13": 9}}
_numbers = count()


def an_attention(**fields: Any) -> dict[str, Any]:
    return {
        "kind": "attention",
        "id": f"attention-{next(_numbers)}",
        "region": "13",
        "space": "oirs_terreno",
        "received_at": "2026-11-10T15:00:00.000Z",
        "type": "enquiry",
        "topic": "pensiones",
        "outcome": "informed",
        "status": "registered",
        "persons_count": 1,
        "user_type": "citizen",
    } | fields


def an_outing(**fields: Any) -> dict[str, Any]:
    number = next(_numbers)
    return {
        "kind": "outing",
        "id": f"outing-{number}",
        "region": "13",
        "code": f"S-T07-2026-{number:03}",
        "planned_on": "2026-11-10",
        "status": "planned",
        "comuna": "13101",
    } | fields


def a_session(outing: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "kind": "outing_session",
        "id": f"session-{next(_numbers)}",
        "region": outing["region"],
        "outing": outing["id"],
        "opened_at": "2026-11-10T13:00:00.000Z",
    } | fields


def a_referral(attention: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "kind": "referral",
        "id": f"referral-{next(_numbers)}",
        "region": attention["region"],
        "attention": attention["id"],
        "institution": "IPS",
        "status": "pending",
    } | fields


def a_drawn(*, selected: bool = True, **fields: Any) -> dict[str, Any]:
    """An attention of somebody who could be asked, and was drawn or not, with one chance in four."""
    draw = {"u": "0" * 16, "p": "0.25", "selected": selected, "eligible": True, "reason": None}
    return an_attention(**{"draw": draw, "sex": "F", "age_band": "T30_44"} | fields)


def a_response(attention: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "kind": "survey_response",
        "id": attention["id"],
        "region": attention["region"],
        "questionnaire": "encuesta_satisfaccion",
        "questionnaire_version": 1,
        "mode": "on_screen",
        "result": "complete",
    } | fields


def a_goal(**fields: Any) -> dict[str, Any]:
    return {
        "kind": "coverage_goal",
        "id": f"goal-{next(_numbers)}",
        "region": "13",
        "year": 2026,
        "period_type": "month",
        "period": "2026-11",
        "metric": "attentions",
        "target": 10,
        "approved_on": "2026-01-05",
    } | fields


def lived() -> list[dict[str, Any]]:
    """A month in which every table of every report has rows."""
    outing = an_outing()
    attentions = [
        an_attention(
            outing=outing["id"],
            sex=sex,
            type=kind,
            age_band="T30_44",
            residence_comuna="13109",
            nationality="CL",
            education="MEDIA_COM",
            occupation="works",
            programme="PGU",
            wait_min=5,
            concerned_institution="IPS",
        )
        for sex, kind, times in (("F", "enquiry", 9), ("M", "complaint", 6), ("NR", "enquiry", 2))
        for _ in range(times)
    ]
    drawn = [a_drawn(sex="F" if n % 2 else "M", residence_comuna="13101") for n in range(60)]
    answers = [a_response(one, answers={"P1": 6, "P2a": 7, "P3": "si", "P4": "no"}) for one in drawn[:55]]
    refused = [a_response(one, result="none", none_reason="no_time") for one in drawn[55:58]]
    out = an_attention(draw={"eligible": False, "reason": "minor", "selected": False, "u": "0" * 16, "p": "0.25"})
    session = a_session(outing, informed_count={"material": 40}, seed_commitment="ab" * 32)
    goals = [a_goal(), a_goal(period_type="year", period="2026", target=900)]
    owed = {"answer_owed": True, "due_on": "2026-11-25"}
    answered = {"status": "answered", "answered_at": "2026-11-20T15:00:00.000Z", "answer_medium": "email"}
    others = [
        an_attention(type="complaint", own_service=True, folio="T07-2026-000001-1", **owed, **answered),
        an_attention(type="foi_request", language="ht", interpreter=True, **owed),
        an_attention(user_type="community_leader", dos_products=["ESC_DOS"], org_type="JJVV"),
        an_attention(received_at="2025-05-05T15:00:00.000Z", topic="salud"),
    ]
    office = [
        {"kind": "siac_activity", "held_on": "2026-03-01", "title": "Taller"},
        {"kind": "monthly_opinions", "period": "2026-05", "demands": "Más buses"},
        {
            "kind": "data_rights_request",
            "received_at": "2026-05-02T12:00:00.000Z",
            "request": "access",
            "status": "granted",
        },
        {"kind": "regional_diagnosis", "diagnosed_on": "2026-05-10", "office": "yes", "signage": "no", "score": 60},
    ]
    numbered = [{"id": f"office-{next(_numbers)}", "region": "13"} | record for record in office]
    return [
        *numbered,
        *others,
        outing,
        session,
        *goals,
        *attentions,
        a_referral(attentions[0]),
        *drawn,
        *answers,
        *refused,
        out,
    ]


def a_report(
    report: ModuleType,
    records: Iterable[Mapping[str, Any]],
    period: str = "2026-11",
    space: str | None = None,
    region: str | None = None,
    **known: Any,
) -> Report:
    asked = report.spec(period, space, region)
    held = list(records)
    tallies = {count.name: tally(held, count) for count in asked.counts}
    return definition(asked.report).assemble(asked, tallies, {**CUT_OFF, **known}, catalogues())


def the_summary(
    records: Iterable[Mapping[str, Any]], period: str = "2026-11", space: str | None = None, region: str | None = None
) -> Report:
    return a_report(monthly_summary, records, period, space, region)
