"""The annual report of the section: the other reports over a year, and what only a year has.

In: a year, a space and a region. Out: the grouped counts to ask, and from their answers the report. The reports that
stand whole in it keep their totals and tables under their names (`chapters`), but for the tables with a row for each
outing or session: those of a year are in the reports of its months. Whom the section reached is told by the
clients of the Formulario A1: attended (registered) and informed (counted) stay two figures, with a sum that says so.

Source: seed 000 section 6 f) («Informe de gestión anual»); seed 002, Clientes; domain.md 5.5, D-48, D-49.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from terreno_app.domain.catalogues import A1Client, Catalogues
from terreno_app.domain.clock import InvalidPeriodError, month_bounds
from terreno_app.domain.reports import coverage, diagnosis, monthly_summary, pmg, satisfaction
from terreno_app.domain.reports.counting import (
    INSTANT,
    VOIDED,
    change_percent,
    days,
    is_running,
    looked_at,
    need_space,
    of_region,
    scope,
    table,
    total,
)
from terreno_app.domain.reports.opinions import periods_within
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import Condition, GroupedCount, ReportSpec, Row, Tallies

NAME = "annual"
PERSONS = "sum:persons_count"
LEADER: Condition = ("user_type", "eq", "community_leader")
LENGTH_OF_A_YEAR = len("2026")


class NotAYearError(InvalidPeriodError):
    """The period is no year."""


def spec(period: str, space: str | None, region: str | None) -> ReportSpec:
    """Say what the report needs: see `monthly_summary.spec`.

    Raises:
        NotAYearError: the period is a month or a quarter.
        InvalidPeriodError: it is no period.
    """
    need_space(space)
    month_bounds(period)
    if len(period) != LENGTH_OF_A_YEAR:
        raise NotAYearError("the annual report is of a year")
    return ReportSpec(
        report=NAME,
        period=period,
        filters={"space": space, "region": region},
        counts=(
            *(
                replace(count, name=f"{chapter}_{count.name}")
                for chapter, asked in _asked(period, space, region).items()
                for count in asked.counts
            ),
            *_own_counts(period, space, region),
        ),
    )


def _asked(period: str, space: str | None, region: str | None) -> Mapping[str, ReportSpec]:
    """The reports that stand whole in this one, and what of the indicators is not in them."""
    of_a_year = (
        monthly_summary.spec(period, space, region, each_outing=False),
        coverage.spec(period, space, region),
        satisfaction.spec(period, space, region, each_session=False),
        diagnosis.spec(period, space, region),
    )
    chapters = {asked.report: asked for asked in of_a_year}
    answers = ReportSpec(
        report=pmg.NAME,
        period=period,
        filters={"space": space, "region": region},
        counts=(
            *pmg.summed_complaint_counts(period, space, region),
            *pmg.answer_counts(period, space, region),
        ),
    )
    return chapters | {pmg.NAME: answers}


def _own_counts(period: str, space: str | None, region: str | None) -> tuple[GroupedCount, ...]:
    from_at, until_at = month_bounds(period)
    first, after = days(from_at, until_at)
    before_at = month_bounds(str(int(period) - 1))[0]
    here = of_region(region)

    def attentions(name: str, by: tuple[str, ...], *where: Condition, **more: Any) -> GroupedCount:
        asked = {"instant": INSTANT, "from_at": from_at, "until_at": until_at, "measures": ("n", PERSONS)} | more
        own = (*scope(space, region), *where)
        return GroupedCount(name=name, kind="attention", by=by, where=own, exclude=(VOIDED,), **asked)

    return (
        attentions("topics_before", ("topic",), from_at=before_at, until_at=from_at),
        attentions("clients", ("user_type",)),
        attentions("clients_by_product", ("user_type", "dos_products"), each="dos_products"),
        attentions("languages", ("language",), ("language", "exists", True)),
        attentions("interpreters", (), ("interpreter", "eq", True)),
        attentions("organisations", ("org_type",), LEADER),
        GroupedCount(
            name="reasons",
            kind="outing",
            by=("coverage_reason",),
            where=(*here, ("planned_on", "ge", first), ("planned_on", "lt", after)),
            exclude=(("merged_into", "exists", True),),
        ),
        GroupedCount(
            name="siac",
            kind="siac_activity",
            by=("id", "held_on", "title", "participants"),
            where=(*here, ("held_on", "ge", first), ("held_on", "lt", after)),
        ),
        GroupedCount(
            name="rights",
            kind="data_rights_request",
            by=("request", "status"),
            where=here,
            instant=("received_at",),
            from_at=from_at,
            until_at=until_at,
        ),
        GroupedCount(
            name="breaches",
            kind="breach",
            by=("reported_to_agency_at", "persons_informed_at"),
            where=here,
            measures=("n", "sum:approximate_persons"),
            instant=("found_at",),
            from_at=from_at,
            until_at=until_at,
        ),
        GroupedCount(
            name="opinions",
            kind="monthly_opinions",
            by=("id", "period", "space", "demands", "opinions"),
            where=(
                *here,
                ("period", "in", periods_within(period)),
            ),
        ),
    )


def assemble(asked: ReportSpec, tallies: Tallies, cut_off: Mapping[str, Any], catalogues: Catalogues) -> Report:
    """Gather the answers to `spec` into the report: see `coverage.assemble`; the clients are those of a catalogue."""
    region = asked.filters["region"]
    parts = _asked(asked.period, asked.filters["space"], region)
    held = {chapter: _of(chapter, parts[chapter], tallies) for chapter in parts}
    whole = [
        monthly_summary.assemble(parts[monthly_summary.NAME], held[monthly_summary.NAME], cut_off, each_outing=False),
        coverage.assemble(parts[coverage.NAME], held[coverage.NAME], cut_off, catalogues),
        satisfaction.assemble(parts[satisfaction.NAME], held[satisfaction.NAME], cut_off, each_session=False),
        diagnosis.assemble(parts[diagnosis.NAME], held[diagnosis.NAME], cut_off, catalogues),
    ]
    day = looked_at(asked.period, cut_off)
    answers = pmg.summed_answer_figures(held[pmg.NAME], region, catalogues, day)
    chapters = {one.report: {"totals": dict(one.totals), "tables": dict(one.tables)} for one in whole}
    chapters[pmg.NAME] = {"totals": answers[0], "tables": answers[1]}
    summary = whole[0]
    return Report(
        report=asked.report,
        period=asked.period,
        filters=asked.filters,
        totals=dict(summary.totals),
        tables={
            "chapters": chapters,
            "clients": _clients(tallies, summary.totals["persons"], summary.totals["informed"], catalogues.a1_clients),
            "topics": _topics(
                summary.tables["topic_by_sex"], tallies["topics_before"], whole=not is_running(asked.period, cut_off)
            ),
            "organisations": table(tallies["organisations"], ("org_type",)),
            "products_to_leaders": table(
                [row for row in tallies["clients_by_product"] if row["user_type"] == LEADER[2]],
                ("dos_products",),
                names=("product",),
            ),
            "languages": table(tallies["languages"], ("language",)),
            "interpreters": {"n": total(tallies["interpreters"])},
            "outing_reasons": table(tallies["reasons"], ("coverage_reason",)),
            "siac_activities": sorted(
                ({name: row[name] for name in ("held_on", "title", "participants")} for row in tallies["siac"]),
                key=lambda row: (row["held_on"], row["title"]),
            ),
            "rights_requests": table(tallies["rights"], ("request", "status")),
            "breaches": _breaches(tallies["breaches"]),
            "opinions": sorted(
                (
                    {name: row[name] for name in ("period", "space", "demands", "opinions")}
                    for row in tallies["opinions"]
                ),
                key=lambda row: (row["period"], str(row["space"]), str(row["demands"])),
            ),
        },
        suppressed=False,
        cut_off=cut_off,
    )


def _of(chapter: str, asked: ReportSpec, tallies: Tallies) -> Tallies:
    return {count.name: tallies[f"{chapter}_{count.name}"] for count in asked.counts}


def _clients(tallies: Tallies, persons: int, informed: int, clients: Iterable[A1Client]) -> list[Row]:
    """Whom the section reached. A client is its types of user, those informed of its products, or else everybody."""
    rows = []
    for client in clients:
        everybody = not client.user_types and not client.products
        attended = persons if everybody else _attended(tallies, client)
        rows.append(
            {
                "client": client.number,
                "attended": attended,
                "informed": informed if everybody else None,
                "sum": attended + informed if everybody else None,
            }
        )
    return rows


def _attended(tallies: Tallies, client: A1Client) -> int:
    rows = tallies["clients_by_product"] if client.products else tallies["clients"]
    return sum(
        row[PERSONS]
        for row in rows
        if (not client.user_types or row["user_type"] in client.user_types)
        and (not client.products or row["dos_products"] in client.products)
    )


def _topics(now: Iterable[Row], before: Iterable[Row], *, whole: bool) -> list[Row]:
    """Each theme beside the year before, and its change in percent once the year is whole."""
    of_now = {row["topic"]: row["n"] for row in table(now, ("topic",))}
    of_before = {row["topic"]: row["n"] for row in table(before, ("topic",))}
    figures = [(topic, of_now.get(topic, 0), of_before.get(topic, 0)) for topic in sorted({*of_now, *of_before})]
    return [
        {"topic": topic, "n": n, "before": before, "change": change_percent(before, n) if whole else None}
        for topic, n, before in figures
    ]


def _breaches(rows: Iterable[Row]) -> dict[str, int]:
    held = list(rows)
    return {
        "n": total(held),
        "reported": total(row for row in held if row["reported_to_agency_at"] is not None),
        "persons_informed": total(row for row in held if row["persons_informed_at"] is not None),
        "approximate_persons": total(held, "sum:approximate_persons"),
    }
