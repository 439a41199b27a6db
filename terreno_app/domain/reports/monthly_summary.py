"""The monthly summary of attentions: what it asks, and how the answers become its tables.

In: a period, a space and a region. Out: the grouped counts to ask a store for, and from their answers the report.
Which month a record belongs to, and what each table counts, is told by the counts of `spec`; `assemble` only gathers.

Source: seed 000 section 6 d) («ficha resumen mensual de atenciones»); domain.md 5.1 names the sections.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.reports.counting import (
    INSTANT,
    LINKED_INSTANT,
    LINKED_VOIDED,
    NOT_ASKED,
    VOIDED,
    days,
    nearest_rank,
    need_space,
    scope,
    table,
    total,
)
from terreno_app.domain.reports.derived import INSTANT as AT
from terreno_app.domain.reports.derived import clock
from terreno_app.domain.reports.outings import OutingFigures, outing_figures, row_counts, total_counts
from terreno_app.domain.reports.referrals import step_counts, step_figures
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import (
    LINK_PREFIX,
    Condition,
    GroupedCount,
    Link,
    ReportSpec,
    Row,
    Tallies,
)

NAME = "monthly_summary"
HOUR = clock(AT)
"""The hour on the clocks of Santiago."""
# The tables that hold every attention, by the fields of their rows; an absent field counts as not asked.
WHOLE_TABLES: Mapping[str, tuple[str, ...]] = {
    "spaces": ("space",),
    "type_by_sex": ("type", "sex"),
    "topic_by_sex": ("topic", "sex"),
    "outcome": ("outcome",),
    "age_band_by_sex": ("age_band", "sex"),
    "nationality": ("nationality",),
    "education": ("education",),
    "user_type": ("user_type",),
    "occupation": ("occupation",),
}
CROSSED = {name: by for name, by in WHOLE_TABLES.items() if "sex" in by}
VOICES = ("complaint", "suggestion", "commendation")
# The profile fields whose silence the quality section counts, and the table in which it shows.
PROFILE: Mapping[str, str] = {
    "sex": "type_by_sex",
    "age_band": "age_band_by_sex",
    "nationality": "nationality",
    "residence_comuna": "residence_comuna",
    "education": "education",
    "user_type": "user_type",
    "occupation": "occupation",
}


def spec(period: str, space: str | None, region: str | None, *, each_outing: bool = True) -> ReportSpec:
    """Say what the summary needs.

    Args:
        period: `2026-11`, `2026-Q4` or `2026`, of America/Santiago.
        space: One of `SPACES`, or None for all; `oirs` includes `oirs_terreno`.
        region: Two-digit code, or None for all.
        each_outing: A row for each outing; else the summary has no such table.

    Raises:
        InvalidPeriodError: the period is none of these forms.
        SpecError: there is no such space.
    """
    need_space(space)
    from_at, until_at = month_bounds(period)
    window: dict[str, Any] = {"from_at": from_at, "until_at": until_at}
    own = scope(space, region)

    def attentions(name: str, by: tuple[str, ...], *where: Condition, measures: tuple[str, ...] = ("n",)) -> Any:
        return GroupedCount(
            name=name,
            kind="attention",
            by=by,
            where=(*own, *where),
            exclude=(VOIDED,),
            measures=measures,
            instant=INSTANT,
            **window,
        )

    def referrals(name: str, by: str, measure: str, *exclude: Condition) -> GroupedCount:
        return GroupedCount(
            name=name,
            kind="referral",
            by=(by,),
            where=scope(space, region, LINK_PREFIX),
            exclude=(LINKED_VOIDED, *exclude),
            measures=(measure,),
            instant=LINKED_INSTANT,
            link=Link("attention", "attention"),
            **window,
        )

    return ReportSpec(
        report=NAME,
        period=period,
        filters={"space": space, "region": region},
        counts=(
            attentions("totals", (), measures=("n", "sum:persons_count")),
            *(attentions(name, by) for name, by in WHOLE_TABLES.items()),
            attentions("programme", ("programme",), ("programme", "exists", True)),
            attentions("concerned", ("concerned_institution",), ("concerned_institution", "exists", True)),
            attentions("voices", ("concerned_institution", "type"), ("type", "in", VOICES)),
            attentions("oriented", ("oriented_institution",), ("oriented_institution", "exists", True)),
            attentions("residence_comuna", ("residence_comuna",), ("residence_country", "exists", False)),
            attentions("wait_min", ("wait_min",), ("wait_min", "exists", True)),
            attentions("duration_s", ("duration_s",), ("duration_s", "exists", True)),
            attentions("by_hour", (HOUR,)),
            attentions("back_captured", (), ("back_captured", "eq", True)),
            GroupedCount(name="voided", kind="attention", where=(*own, VOIDED), instant=INSTANT, **window),
            referrals("referred", "institution", "distinct:attention", VOIDED),
            referrals("referrals", "status", "n"),
            *step_counts(space, region, **window),
            *total_counts(*days(from_at, until_at), space, region),
            *(row_counts(*days(from_at, until_at), space, region, own) if each_outing else ()),
        ),
    )


def assemble(asked: ReportSpec, tallies: Tallies, cut_off: Mapping[str, Any], *, each_outing: bool = True) -> Report:
    """Gather the answers to `spec` into the report.

    Args:
        asked: What was asked.
        tallies: The rows of every count of `asked`, in any order.
        cut_off: What the figures were made from; it stands in the report and outside its digest.
        each_outing: As it was asked.

    Raises:
        KeyError: a count was not answered.
    """
    from_on, until_on = days(*month_bounds(asked.period))
    outings = outing_figures(tallies, from_on, until_on)
    whole = {name: table(tallies[name], by) for name, by in WHOLE_TABLES.items()}
    tables: dict[str, Any] = {
        "spaces": whole["spaces"],
        "type_by_sex": whole["type_by_sex"],
        "topic_by_sex": whole["topic_by_sex"],
        "programme": table(tallies["programme"], ("programme",)),
        "institution": _institutions(tallies),
        "voices": table(tallies["voices"], ("concerned_institution", "type"), names=("institution", "type")),
        "outcome": whole["outcome"],
        "age_band_by_sex": whole["age_band_by_sex"],
        "nationality": whole["nationality"],
        "residence_comuna": table(tallies["residence_comuna"], ("residence_comuna",)),
        "education": whole["education"],
        "user_type": whole["user_type"],
        "occupation": whole["occupation"],
        "hours": _hours(tallies["by_hour"]),
        "referrals": table(tallies["referrals"], ("status",)),
        "referral_steps": step_figures(tallies["referral_steps"], tallies["referral_took"], until_on, cut_off),
        "times": _times(tallies),
    }
    if each_outing:
        tables["outings"] = list(outings.rows)
    tables["quality"] = {
        "voided": total(tallies["voided"], "n"),
        "back_captured": total(tallies["back_captured"], "n"),
        "missing": _missing(tables),
    }
    return Report(
        report=asked.report,
        period=asked.period,
        filters=asked.filters,
        totals=_totals(tallies, outings),
        tables=tables,
        suppressed=False,
        cut_off=cut_off,
    )


def _institutions(tallies: Tallies) -> list[Row]:
    sources = (
        ("concerned", "concerned_institution", "n"),
        ("oriented", "oriented_institution", "n"),
        ("referred", "institution", "distinct:attention"),
    )
    return [
        {"institution": row[field], "role": role, "n": row["n"]}
        for role, field, measure in sources
        for row in table(tallies[role], (field,), measure)
    ]


def _hours(rows: Iterable[Row]) -> list[Row]:
    """Attentions by the hour on the clocks of Santiago."""
    counts = {row[HOUR]: row["n"] for row in rows if row[HOUR] is not None}
    return [{"hour": hour, "n": n} for hour, n in sorted(counts.items())]


def _times(tallies: Tallies) -> dict[str, int | None]:
    times: dict[str, int | None] = {}
    for field in ("wait_min", "duration_s"):
        histogram = {row[field]: row["n"] for row in tallies[field] if isinstance(row[field], int)}
        times[f"{field}_p50"] = nearest_rank(histogram, 50)
        times[f"{field}_p90"] = nearest_rank(histogram, 90)
    return times


def _missing(tables: Mapping[str, list[Row]]) -> dict[str, int]:
    missing = {
        field: total(row for row in tables[where] if row[field] == NOT_ASKED) for field, where in PROFILE.items()
    }
    return {field: n for field, n in missing.items() if n}


def _totals(tallies: Tallies, outings: OutingFigures) -> dict[str, int | None]:
    return {
        "attentions": total(tallies["totals"], "n"),
        "persons": total(tallies["totals"], "sum:persons_count"),
        "informed": outings.informed,
        "outings_done": outings.done,
        "outings_planned": outings.planned,
        "comunas_visited": outings.comunas_visited,
    }
