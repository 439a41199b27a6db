"""The close of a month: its figures as they stood, and what has come since.

A closed month never changes. What arrives late, is voided or mended afterwards stands in an addendum: the frozen
figures, the difference, and their sum, which is what a report would say today. Percentiles and medians are no sum, so
they have no difference.

Source: domain.md 5 («closed months are frozen snapshots; late-arriving records enter a dated addendum»).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from terreno_app.domain.clock import InvalidPeriodError, instant, month_bounds
from terreno_app.domain.ids import named_id
from terreno_app.domain.reports import monthly_summary
from terreno_app.domain.reports.referrals import SUMS
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import GroupedCount, ReportSpec, Row

KIND = "month_close"
NATIONAL = "CL"
"""The region of a close of the whole country."""
CLOSED = "closed"
CLOSE_HELD_BACK = "close_held_back"
"""Of a report: the centre holds the close that was made here in quarantine, so that the month is not closed."""
LENGTH_OF_A_MONTH = len("2026-11")
_OF_OUTINGS = ("attentions", "informed")
STEPS = "referral_steps"
_OUTING = ("outing", "code", "planned_on", "comuna", *_OF_OUTINGS)


def close_id(period: str, region: str | None) -> str:
    """The id of a close: the same for everybody who closes this month of this region, so that there is only one.

    Args:
        period: The month.
        region: Two-digit code, or None for the whole country.

    Raises:
        InvalidPeriodError: the period is no month.
    """
    month_bounds(period)
    if not _is_month(period):
        raise InvalidPeriodError("only a month is closed")
    return named_id(f"{period}/{region or NATIONAL}")


def is_over(period: str, now: datetime) -> bool:
    """Whether a period has ended in Santiago."""
    return instant(now) >= month_bounds(period)[1]


def may_be_closed(asked: ReportSpec) -> bool:
    """Whether a report is one that a close freezes: the summary of a month, of all spaces."""
    summary = asked.report == monthly_summary.NAME and asked.filters["space"] is None
    return summary and _is_month(asked.period)


def _is_month(period: str) -> bool:
    return len(period) == LENGTH_OF_A_MONTH and "Q" not in period


def close_count(period: str, region: str | None) -> GroupedCount:
    """Ask a store for the close of a month: when it was made, and its digest."""
    return GroupedCount(
        name=CLOSED,
        kind=KIND,
        by=("closed_at", "digest"),
        where=(("period", "eq", period), ("region", "eq", region or NATIONAL)),
    )


def frozen_fields(report: Report, closed_at: str, closed_by: str) -> dict[str, Any]:
    """The fields of the record that closes a month with these figures."""
    return {
        "period": report.period,
        "closed_at": closed_at,
        "closed_by": closed_by,
        "digest": report.digest,
        "totals": dict(report.totals),
        "tables": _packed(report.tables),
        "cut_off": dict(report.cut_off),
    }


def frozen_report(fields: Mapping[str, Any], region: str | None) -> Report:
    """The report that a close froze."""
    return Report(
        report=monthly_summary.NAME,
        period=fields["period"],
        filters={"space": None, "region": region},
        totals=fields["totals"],
        tables=_unpacked(fields["tables"]),
        suppressed=False,
        cut_off=fields["cut_off"],
    )


def _packed(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Rows without their names, which are told once: a record that travels holds a month of a whole region."""
    return {
        name: {"columns": list(content[0]) if content else [], "rows": [list(row.values()) for row in content]}
        if isinstance(content, list)
        else dict(content)
        for name, content in tables.items()
    }


def _unpacked(tables: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]]
        if content.keys() == {"columns", "rows"}
        else content
        for name, content in tables.items()
    }


@dataclass(frozen=True, slots=True)
class Addendum:
    """A closed month and what has come since.

    Attributes:
        frozen: The figures of the close.
        closed_at: When it was made.
        present: The figures of today, in which both are added up.
    """

    frozen: Report
    closed_at: str
    present: Report

    def to_json(self) -> dict[str, Any]:
        """The addendum as JSON values; its date is that of the present figures."""
        return {
            "report": f"{self.frozen.report}_addendum",
            "period": self.frozen.period,
            "filters": dict(self.frozen.filters),
            "closed_at": self.closed_at,
            "frozen": _figures(self.frozen),
            "addendum": {
                "totals": _difference(self.frozen.totals, self.present.totals),
                "tables": _table_differences(self.frozen.tables, self.present.tables),
            },
            "sum": _figures(self.present),
            "cut_off": dict(self.present.cut_off),
        }


def _figures(report: Report) -> dict[str, Any]:
    return {"totals": dict(report.totals), "tables": dict(report.tables), "digest": report.digest}


def _difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, int]:
    return {name: now.get(name, 0) - before.get(name, 0) for name in sorted({*before, *now})}


def _table_differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    tables: dict[str, Any] = {
        name: _row_differences(before[name], now[name], ("n",))
        for name in now
        if isinstance(now[name], list) and name != "outings" and name in before
    }
    # Whatever else an outing is told with (its hours, its officers) is no sum, and an older close does not have it.
    then, today = ([{name: row[name] for name in _OUTING} for row in held["outings"]] for held in (before, now))
    tables["outings"] = _row_differences(then, today, _OF_OUTINGS)
    if STEPS in before:
        tables[STEPS] = _difference(*({name: held[STEPS][name] for name in SUMS} for held in (before, now)))
    quality = {name: now["quality"][name] - before["quality"][name] for name in ("voided", "back_captured")}
    tables["quality"] = quality | {"missing": _difference(before["quality"]["missing"], now["quality"]["missing"])}
    return tables


def _row_differences(before: Iterable[Row], now: Iterable[Row], measures: tuple[str, ...]) -> list[Row]:
    """Rows whose figures moved, by how much; in the order of their keys."""
    moved: dict[tuple[tuple[str, Any], ...], Counter[str]] = {}
    for sign, rows in ((-1, before), (1, now)):
        for row in rows:
            key = tuple((name, value) for name, value in row.items() if name not in measures)
            counts = moved.setdefault(key, Counter())
            for measure in measures:
                counts[measure] += sign * row[measure]
    return [
        dict(key) | {measure: counts[measure] for measure in measures}
        for key, counts in sorted(moved.items(), key=lambda held: str(held[0]))
        if any(counts.values())
    ]
