"""The indicators for the Ministry's management systems (PMG, SIAC): each with its numerator and its denominator.

In: a period, a space and a region. Out: the grouped counts to ask, and from their answers the report. Every indicator
names the table of this report that proves it; the digest of the report is that of the frozen file. What was received
belongs to the period of its reception, what was answered to that of its answer. A complaint has a row of its own,
without anything that tells whose it is.

Source: seed 000 section 6 f) («Programa de Mejoramiento de la Gestión»); domain.md 5.4. The wording of the indicators
changes every year; what is counted here is what they are made of.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import month_bounds, parse_day, santiago_day
from terreno_app.domain.deadlines import DUTY_HOURS, BusinessCalendar
from terreno_app.domain.reports import derived
from terreno_app.domain.reports.actuals import LATE, OWN_COMPLAINT, Actuals, Where, actual_counts, goals_count
from terreno_app.domain.reports.counting import (
    INSTANT,
    LINKED_INSTANT,
    LINKED_VOIDED,
    NOT_ASKED,
    VOIDED,
    days,
    looked_at,
    months_of,
    nearest_rank,
    need_space,
    percent,
    scope,
    total,
)
from terreno_app.domain.reports.goals import goal_rows, goals_of
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.sample import SATISFIED
from terreno_app.domain.reports.spec import (
    LINK_PREFIX,
    Condition,
    GroupedCount,
    Link,
    ReportSpec,
    Row,
    Tallies,
)

NAME = "pmg"
OWED: Condition = ("answer_owed", "eq", True)
COMPLAINT_FIELDS = (
    "id",
    "folio",
    "received_at",
    "received_at_corrected.value",
    "topic",
    "due_on",
    "answered_at",
    "answer_medium",
    "status",
)
FOI = "foi_request"
ANSWERED_ON, RECEIVED_ON, SENT_ON = map(derived.day, ("answered_at", derived.INSTANT, "sent_at"))
IN_24_HOURS = derived.within(derived.INSTANT, "sent_at", DUTY_HOURS)


def spec(period: str, space: str | None, region: str | None) -> ReportSpec:
    """Say what the report needs: see `monthly_summary.spec`."""
    need_space(space)
    return ReportSpec(
        report=NAME,
        period=period,
        filters={"space": space, "region": region},
        counts=(
            *complaint_counts(period, space, region, *COMPLAINT_FIELDS),
            *answer_counts(period, space, region),
            goals_count(period[:4], region),
            *actual_counts(period, space, region),
        ),
    )


def complaint_counts(period: str, space: str | None, region: str | None, *fields: str) -> tuple[GroupedCount, ...]:
    """Ask for the complaints over the service, received and answered, by these of their fields."""
    window = _window(period, space, region)
    closed = replace(window, name="complaints_closed", by=fields, instant=("answered_at",))
    received = replace(window, name="complaints_received", by=fields)
    return tuple(replace(one, where=(*one.where, *OWN_COMPLAINT)) for one in (received, closed))


def summed_complaint_counts(period: str, space: str | None, region: str | None) -> tuple[GroupedCount, ...]:
    """The same, told together: who answers for a year does not go through its complaints one by one."""
    received, closed = complaint_counts(period, space, region, "topic")
    return received, replace(closed, by=("topic", LATE))


def answer_counts(period: str, space: str | None, region: str | None) -> tuple[GroupedCount, ...]:
    """Say what else the figures of complaints, requests and referrals need."""
    window = _window(period, space, region)
    from_at = str(window.from_at)
    first, after = days(from_at, str(window.until_at))

    def attentions(name: str, by: tuple[str, ...], *where: Condition, **more: Any) -> GroupedCount:
        return replace(window, name=name, by=by, where=(*window.where, *where), **more)

    return (
        attentions(
            "complaints_pending",
            (),
            *OWN_COMPLAINT,
            OWED,
            exclude=(VOIDED, ("answered_at", "lt", from_at)),
            from_at=None,
            until_at=from_at,
        ),
        attentions(
            "requests",
            ("type", "due_rule", "due_on", ANSWERED_ON),
            OWED,
            ("due_on", "exists", True),
            instant=("answered_at",),
        ),
        attentions(
            "overdue",
            ("type", "due_on"),
            OWED,
            ("due_on", "ge", first),
            ("due_on", "lt", after),
            exclude=(VOIDED, ("answered_at", "exists", True)),
            from_at=None,
            until_at=None,
        ),
        replace(
            window,
            name="referred",
            kind="referral",
            by=(RECEIVED_ON, SENT_ON, IN_24_HOURS),
            where=scope(space, region, LINK_PREFIX),
            exclude=(VOIDED, LINKED_VOIDED),
            instant=LINKED_INSTANT,
            link=Link("attention", "attention"),
        ),
    )


def _window(period: str, space: str | None, region: str | None) -> GroupedCount:
    """The attentions of a period that are not void."""
    from_at, until_at = month_bounds(period)
    return GroupedCount(
        name="attentions",
        kind="attention",
        where=scope(space, region),
        exclude=(VOIDED,),
        instant=INSTANT,
        from_at=from_at,
        until_at=until_at,
    )


def assemble(asked: ReportSpec, tallies: Tallies, cut_off: Mapping[str, Any], catalogues: Catalogues) -> Report:
    """Gather the answers to `spec` into the report: see `coverage.assemble`; the holidays decide business days."""
    period, space, region = asked.period, asked.filters["space"], asked.filters["region"]
    calendar = BusinessCalendar(catalogues.holidays, region)
    complaints = _complaints(tallies, calendar)
    closed = {row["id"] for row in tallies["complaints_closed"]}
    in_term = sum(row["in_term"] is True for row in complaints if row["id"] in closed)
    day = looked_at(period, cut_off)
    totals, tables = _answer_figures(tallies, in_term, calendar, catalogues, "complaints", day)
    tables["complaints"] = complaints
    actuals = Actuals(period, tallies)
    everywhere = Where(region, space)
    goals = goal_rows(goals_of(tallies["goals"], period[:4], space), actuals, period, catalogues.thresholds, day)
    over = [row for row in goals if row["over"] and row["actual"] is not None]
    reached = sum(row["light"] == "green" for row in over)
    surveyed = actuals.surveys_by_space(months_of(period))
    notes = actuals.notes(period)
    # Persons are counted as they answered; the percentage weighs them, as the satisfaction report does.
    satisfied = actuals.share_of("satisfaction", everywhere, period)
    tables["goals"] = goals
    tables["surveys"] = [{"space": name, "n": n} for name, n in sorted(surveyed.items())]
    tables["indicators"] += [
        _indicator("goals_reached", reached, len(over), "goals"),
        _indicator("spaces_surveyed", len(surveyed), None, "surveys"),
        _indicator("satisfied", sum(notes[n] for n in SATISFIED), sum(notes.values()), "surveys")
        | {"percent": None if satisfied is None else percent(satisfied, 1)},
    ]
    return Report(
        report=asked.report,
        period=period,
        filters=asked.filters,
        totals=totals | {"surveys": sum(surveyed.values())},
        tables=tables,
        suppressed=False,
        cut_off=cut_off,
    )


def summed_answer_figures(
    tallies: Tallies, region: str | None, catalogues: Catalogues, day: date
) -> tuple[dict[str, int], dict[str, Any]]:
    """Gather the answers to `summed_complaint_counts` and `answer_counts`: totals, and the tables that they give.

    Args:
        tallies: The answers.
        region: Whose holidays count.
        catalogues: The holidays, and the rules of terms.
        day: What was due before it is overdue: see `looked_at`.
    """
    counts: dict[str, Counter[str]] = {}
    for row in tallies["complaints_received"]:
        counts.setdefault(_topic(row), Counter())["received"] += row["n"]
    for row in tallies["complaints_closed"]:
        of_topic = counts.setdefault(_topic(row), Counter())
        of_topic["answered"] += row["n"]
        of_topic["in_term"] += row["n"] * answered_in_term(row)
    by_topic = [
        {"topic": topic} | {name: held[name] for name in ("received", "answered", "in_term")}
        for topic, held in sorted(counts.items())
    ]
    calendar = BusinessCalendar(catalogues.holidays, region)
    in_term = total(by_topic, "in_term")
    totals, tables = _answer_figures(tallies, in_term, calendar, catalogues, "complaints_by_topic", day)
    return totals, tables | {"complaints_by_topic": by_topic}


def _topic(row: Row) -> str:
    return NOT_ASKED if row["topic"] is None else str(row["topic"])


def answered_in_term(row: Row) -> bool:
    """Whether what a row of `summed_complaint_counts` tells was answered by the day it was due."""
    return bool(row[LATE] == 0)


def request_in_term(row: Row) -> bool:
    """Whether what a row of `requests` tells was answered by the day it was due."""
    return row[ANSWERED_ON] is not None and bool(row[ANSWERED_ON] <= row["due_on"])


def overdue_on(row: Row, day: date) -> bool:
    """Whether what a row of `overdue` tells was due before a day."""
    return parse_day(row["due_on"]) < day


def _answer_figures(
    tallies: Tallies, in_term: int, calendar: BusinessCalendar, catalogues: Catalogues, proof: str, day: date
) -> tuple[dict[str, int], dict[str, Any]]:
    """Gather the answers to `answer_counts`.

    Args:
        tallies: The answers.
        in_term: Complaints that were answered in term.
        calendar: Business days.
        catalogues: The rules of terms.
        proof: The table that proves what is said of complaints.
        day: What was due before it is overdue.
    """
    requests = _requests(tallies, catalogues, calendar, day)
    referrals = _referrals(tallies["referred"], calendar)
    received, closed = total(tallies["complaints_received"]), total(tallies["complaints_closed"])
    pending = total(tallies["complaints_pending"])
    answered, on_time = (sum(row[name] for row in requests) for name in ("answered", "in_term"))
    of_foi = next((row for row in requests if row["type"] == FOI), {"answered": 0, "in_term": 0})
    totals = {
        "complaints_received": received,
        "complaints_answered": closed,
        "complaints_in_term": in_term,
        "complaints_pending": pending,
        "requests_answered": answered,
        "requests_in_term": on_time,
        "requests_overdue": sum(row["overdue"] for row in requests),
        "referrals": referrals["n"],
    }
    indicators = [
        _indicator("complaints_answered", closed, received, proof),
        _indicator("complaints_answered_with_pending", closed, received + pending, proof),
        _indicator("complaints_in_term", in_term, closed, proof),
        _indicator("requests_in_term", on_time, answered, "requests"),
        _indicator("foi_requests_in_term", of_foi["in_term"], of_foi["answered"], "requests"),
        _indicator("referrals_in_24_hours", referrals["in_24_hours"], referrals["n"], "referrals"),
        _indicator("referrals_in_one_business_day", referrals["in_one_business_day"], referrals["n"], "referrals"),
    ]
    tables = {"indicators": indicators, "requests": requests, "referrals": referrals}
    return totals, tables


def _indicator(name: str, numerator: int, denominator: int | None, proof: str) -> Row:
    return {
        "indicator": name,
        "numerator": numerator,
        "denominator": denominator,
        "percent": percent(numerator, denominator),
        "verification": proof,
    }


def _complaints(tallies: Tallies, calendar: BusinessCalendar) -> list[Row]:
    """One row for each complaint over the service that was received or answered in the period."""
    held = {row["id"]: row for name in ("complaints_received", "complaints_closed") for row in tallies[name]}
    rows = [_complaint(row, calendar) for row in held.values()]
    return sorted(rows, key=lambda row: (row["received_on"], str(row["folio"]), row["id"]))


def _complaint(row: Row, calendar: BusinessCalendar) -> Row:
    received = santiago_day(row["received_at_corrected.value"] or row["received_at"])
    answered = None if row["answered_at"] is None else santiago_day(row["answered_at"])
    due_on = row["due_on"]
    return {
        "id": row["id"],
        "folio": row["folio"],
        "received_on": received.isoformat(),
        "topic": row["topic"],
        "answered_on": None if answered is None else answered.isoformat(),
        "business_days": None if answered is None else calendar.between(received, answered),
        "due_on": due_on,
        "in_term": None if answered is None or due_on is None else answered.isoformat() <= due_on,
        "answer_medium": row["answer_medium"],
        "status": row["status"],
    }


def _requests(tallies: Tallies, catalogues: Catalogues, calendar: BusinessCalendar, today: date) -> list[Row]:
    """By type: answered, in term, the business days that it took, and what is overdue.

    The days are those of the term less those that were left of it; where the rule of the term is not known (it was
    extended), they are in no average.
    """
    terms = {rule.id: rule.business_days for rule in catalogues.due_rules}
    answered: Counter[str] = Counter()
    in_term: Counter[str] = Counter()
    took: dict[str, Counter[int]] = {}
    for row in tallies["requests"]:
        answered[row["type"]] += row["n"]
        in_term[row["type"]] += row["n"] * request_in_term(row)
        if row["due_rule"] in terms and row[ANSWERED_ON] is not None:
            left = calendar.between(parse_day(row[ANSWERED_ON]), parse_day(row["due_on"]))
            business_days = terms[row["due_rule"]] - left
            took.setdefault(row["type"], Counter())[business_days] += row["n"]
    overdue: Counter[str] = Counter()
    for row in tallies["overdue"]:
        overdue[row["type"]] += row["n"] * overdue_on(row, today)
    return [
        {
            "type": kind,
            "answered": answered[kind],
            "in_term": in_term[kind],
            "average_days": _average(took.get(kind, {})),
            "p90_days": nearest_rank(took.get(kind, {}), 90),
            "overdue": overdue[kind],
        }
        for kind in sorted({*answered, *(kind for kind, n in overdue.items() if n)})
    ]


def _average(histogram: Mapping[int, int]) -> str | None:
    n = sum(histogram.values())
    return f"{sum(value * times for value, times in histogram.items()) / n:.1f}" if n else None


def _referrals(rows: Iterable[Row], calendar: BusinessCalendar) -> dict[str, int]:
    """How many were sent within a day of the reception, by the clock and by business days."""
    counts = Counter(n=0, sent=0, in_24_hours=0, in_one_business_day=0)
    for row in rows:
        counts["n"] += row["n"]
        if row[RECEIVED_ON] is None or row[SENT_ON] is None:
            continue
        counts["sent"] += row["n"]
        counts["in_24_hours"] += row["n"] * (row[IN_24_HOURS] == 1)
        took = calendar.between(parse_day(row[RECEIVED_ON]), parse_day(row[SENT_ON]))
        counts["in_one_business_day"] += row["n"] * (took <= 1)
    return dict(counts)
