"""Reports: which laptop may ask which, from what figures they are made, and whether a file says true.

The laptop's store and the centre answer the same question; the report is assembled here from either answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, Protocol

from sync.client.held import ShownRecord
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock, InvalidPeriodError, instant, month_bounds, santiago_day
from terreno_app.domain.reports import (
    annual,
    comparison,
    forms,
    monthly_summary,
    opinions,
    promptness,
    remarks,
    sensitive,
    trend,
)
from terreno_app.domain.reports.annual import NotAYearError
from terreno_app.domain.reports.closing import (
    CLOSE_HELD_BACK,
    CLOSED,
    KIND,
    close_count,
    close_id,
    may_be_closed,
)
from terreno_app.domain.reports.counting import days
from terreno_app.domain.reports.outings import doubles
from terreno_app.domain.reports.registry import REPORTS, Definition
from terreno_app.domain.reports.report import NotAReportError, Report
from terreno_app.domain.reports.spec import GroupedCount, Link, ReportSpec, Row, SpecError
from terreno_app.domain.reports.suppression import for_the_public
from terreno_app.domain.reports.trend import MonthFigure
from terreno_app.services.errors import ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.three_parts import Words

DEVICE_REGION = "device"
ALL_REGIONS = "CL"
DUPLICATES = "duplicates"
_OTHER_REGIONS = "other_regions"
"""Of a summary's cut-off: outings that double another one."""
Origin = Literal["local", "central"]

CentralTallies = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Asks the centre (`POST /v1/tallies`) with a specification in its wire form.

Its answer: {"tallies": {name: [row]}, "devices_not_synced": n, "feeds": {region: change}, "behind": {region: changes}}.
"""

_UNKNOWN_SPACE = Words(
    "No existe ese espacio de atención.", "No se cambió nada.", "Los espacios son: oirs_terreno, oirs, tic, buzon."
)

_NOT_A_YEAR = Words("El informe anual es de un año entero.", "No se cambió nada.", "Escriba solo el año: 2026.")


class TallyStore(Protocol):
    """What reports need of the laptop's store."""

    def tallies(self, spec: Mapping[str, Any]) -> Mapping[str, list[Row]]:
        """Answer the grouped counts of a specification in its wire form."""
        ...

    def cursors(self) -> Mapping[str, int]:
        """The last change stored of each feed."""
        ...

    def shown(self, kind: str, record: str) -> ShownRecord | None:
        """One record as shown."""
        ...

    def confirmed(self, kind: str, record: str) -> Mapping[str, Any] | None:
        """What the centre last said of a record; None while it said nothing."""
        ...


class Reports:
    """Makes reports.

    Args:
        store: The laptop's store.
        clock: When the figures are made.
        laptop: Where; a field laptop asks only about its own region and its own store.
        catalogues: The regions that exist.
        central: How the centre is asked; None on a laptop that cannot.
    """

    def __init__(
        self,
        store: TallyStore,
        clock: Clock,
        laptop: Laptop,
        catalogues: Catalogues,
        central: CentralTallies | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._laptop = laptop
        self._catalogues = catalogues
        self._central = central

    def build(
        self,
        name: str,
        period: str,
        space: str | None = None,
        region: str | None = DEVICE_REGION,
        source: str = "local",
        *,
        public: bool = False,
    ) -> Report:
        """Make a report.

        Args:
            name: One of the registry's.
            period: `2026-11`, `2026-Q4` or `2026`.
            space: A space of attention, or None for all.
            region: Two-digit code, None (or `CL`) for all; absent, the laptop's.
            source: `local` or `central`.
            public: Hide the groups of 1 to 4 persons.

        Raises:
            ServiceError: `unknown_report`, `bad_period`, `unknown_space`, `unknown_region`, `region_not_here`,
                `report_not_here` (this laptop may not ask it), `bad_answer` (the centre does not know a part of the
                question), or the trouble met on the way to the centre.
        """
        definition = self._definition(name)
        if definition.coordination and not self._laptop.coordinates:
            raise ServiceError("report_not_here")
        asked = _asked(definition, period, space, self._region(region))
        tallies, cut_off = self._ask(_with_its_header(asked), source)
        cut_off = {"generated_at": instant(self._clock.now()), "source": source} | cut_off
        if forms.NAME in tallies:
            cut_off[forms.NAME] = forms.versions(tallies[forms.NAME])
        if name == monthly_summary.NAME:
            cut_off[DUPLICATES] = doubles(tallies, *days(*month_bounds(period)))
            known = None if public else promptness.promptness(tallies[promptness.NAME])
            cut_off |= {promptness.NAME: known} if known else {}
        report = definition.assemble(asked, tallies, cut_off, self._catalogues)
        report = self._compared(self._with_its_close(report, tallies, source), source, public=public)
        report = self._counted_here(report, public=public)
        return _without_the_close(for_the_public(report)) if public else report

    def trend(self, report: Report) -> tuple[MonthFigure, ...]:
        """Count the thirteen months that end with the report's, from where the report itself came.

        Empty when the report is not of a month, and on a field laptop, which holds only the last 60 days.

        Raises:
            ServiceError: as `build`.
        """
        try:
            asked = trend.spec(report.period, report.filters["space"], report.filters["region"])
        except InvalidPeriodError:
            return ()
        if not self._laptop.coordinates:
            return ()
        tallies, _ = self._ask(asked, str(report.cut_off["source"]))
        return trend.assemble(asked, tallies, public=report.suppressed)

    def _with_its_close(self, report: Report, tallies: Mapping[str, list[Row]], source: str) -> Report:
        """Of a closed month, say so beside the figures, and whether they are still those of the close.

        A close that was made here and that the centre did not take in closes nothing; one that came before it does.
        """
        closes = tallies.get(CLOSED, [])
        if not closes:
            return report
        close: Mapping[str, Any] = closes[0]
        if source == "local":
            made, close_in_force = close, in_force(self._store, close_id(report.period, report.filters["region"]))
            if close_in_force is None:
                return replace(report, cut_off={**report.cut_off, CLOSE_HELD_BACK: {"at": made["closed_at"]}})
            close = close_in_force
        told = {"at": close["closed_at"], "digest": close["digest"], "agrees": close["digest"] == report.digest}
        return replace(report, cut_off={**report.cut_off, CLOSED: told})

    def _compared(self, report: Report, source: str, *, public: bool) -> Report:
        """Put what a summary is compared with beside its figures; a field laptop holds only the last 60 days."""
        if report.report != monthly_summary.NAME or not self._laptop.coordinates:
            return report
        try:
            asked = comparison.spec(report.period, report.filters["space"], report.filters["region"])
        except InvalidPeriodError:
            return report
        tallies, _ = self._ask(asked, source)
        rows = comparison.assemble(asked, tallies, report.totals, report.cut_off)
        shown = comparison.for_the_public(rows) if public else rows
        return replace(report, cut_off={**report.cut_off, comparison.COMPARED: shown})

    def _counted_here(self, report: Report, *, public: bool) -> Report:
        """Put beside a report what no centre counts and a coordination laptop holds: words, and sensitive answers.

        The opinions of a year are a table of its report.
        """
        if not self._laptop.coordinates:
            return report
        scope = (report.period, report.filters["space"], report.filters["region"])
        words = remarks.spec(report.report, *scope)
        beside: dict[str, Any] = dict(remarks.assemble(words, self._held(words), public=public))
        if report.report in {monthly_summary.NAME, annual.NAME}:
            answers = sensitive.assemble(self._held(sensitive.spec(*scope)))
            beside |= {sensitive.NAME: answers} if answers["asked"] else {}
        if report.report == monthly_summary.NAME:
            said = opinions.assemble(self._held(opinions.spec(*scope)))
            beside |= {opinions.NAME: said} if said else {}
        return replace(report, cut_off={**report.cut_off, **beside})

    def _held(self, asked: ReportSpec) -> Mapping[str, list[Row]]:
        return self._store.tallies(asked.to_wire())

    def _definition(self, name: str) -> Definition:
        found = REPORTS.get(name)
        if found is None:
            raise ServiceError("unknown_report", name=name, known=", ".join(REPORTS))
        return found

    def _region(self, region: str | None) -> str | None:
        own = self._laptop.region
        wanted = own if region == DEVICE_REGION else region
        if wanted is None or wanted == ALL_REGIONS:
            return None
        if self._catalogues.regions.get(wanted) is None:
            raise ServiceError("unknown_region", region=wanted)
        if own not in {wanted, ALL_REGIONS}:
            raise ServiceError("region_not_here", region=wanted)
        return wanted

    def _ask(self, asked: ReportSpec, source: str) -> tuple[Mapping[str, list[Row]], dict[str, Any]]:
        if source == "local":
            tallies, cut_off = self._ask_here(asked)
        elif source == "central":
            tallies, cut_off = self._ask_central(asked)
        else:
            raise ServiceError("usage", what="--source es local o central.")
        if any(count.name not in tallies for count in asked.counts):
            raise ServiceError("bad_answer")
        return tallies, cut_off

    def _ask_here(self, asked: ReportSpec) -> tuple[Mapping[str, list[Row]], dict[str, Any]]:
        unfinished = _unfinished_devices(asked)
        wire = asked.to_wire()
        wire["counts"].append(unfinished.to_wire())
        tallies = self._store.tallies(wire)
        cut_off = {
            "devices_not_synced": len(tallies[unfinished.name]),
            "feeds": dict(self._store.cursors()),
            "not_held": self._not_held(asked.filters),
        }
        return tallies, cut_off

    def _ask_central(self, asked: ReportSpec) -> tuple[Mapping[str, list[Row]], dict[str, Any]]:
        if not self._laptop.coordinates or self._central is None:
            raise ServiceError("report_not_here")
        answer = self._central(asked.to_wire())
        tallies = answer.get("tallies")
        if not isinstance(tallies, dict):
            raise ServiceError("bad_answer")
        told = {"devices_not_synced": answer.get("devices_not_synced", 0), "feeds": answer.get("feeds", {})}
        told |= {"behind": answer["behind"]} if answer.get("behind") else {}
        # The centre counts for a laptop what lies in its region, whatever it is asked.
        return tallies, told | ({"not_held": [_OTHER_REGIONS]} if self._is_narrower(asked.filters) else {})

    def _not_held(self, filters: Mapping[str, str | None]) -> list[str]:
        """What the centre may know and this laptop does not (sync.md, who may see what)."""
        missing = []
        if self._is_narrower(filters):
            missing.append(_OTHER_REGIONS)
        if not self._laptop.coordinates:
            if filters["space"] != "oirs_terreno":
                missing.append("other_spaces")
            missing += ["before_60_days", "referrals_of_other_devices"]
        return missing

    def _is_narrower(self, filters: Mapping[str, str | None]) -> bool:
        """Whether a report of all regions is asked for where only one is known."""
        return filters["region"] is None and self._laptop.region != ALL_REGIONS


def in_force(store: TallyStore, close: str) -> Mapping[str, Any] | None:
    """The fields of a month's close that holds; None without one.

    Of two that were made at once the centre takes in the first; the other laptop shows its own until it withdraws it.
    """
    held = store.shown(KIND, close)
    if held is None or held.state == "quarantined":
        return store.confirmed(KIND, close)
    return held.fields


def verify(values: Any) -> str:
    """Compute the digest of a report's figures again.

    Args:
        values: The JSON values of a report.

    Returns:
        The digest, when the values declare the same.

    Raises:
        ServiceError: `file_unreadable` (no report), `digest_mismatch`.
    """
    try:
        found = Report.from_json(values).digest
    except (ValueError, RecursionError, NotAReportError) as error:
        raise ServiceError("file_unreadable") from error
    if found != values["digest"]:
        raise ServiceError("digest_mismatch")
    return found


def _asked(definition: Definition, period: str, space: str | None, region: str | None) -> ReportSpec:
    try:
        return definition.spec(period, space, region)
    except NotAYearError as error:
        raise ServiceError("bad_period", _NOT_A_YEAR) from error
    except InvalidPeriodError as error:
        raise ServiceError("bad_period", period=period) from error
    except SpecError as error:
        raise ServiceError("unknown_space", _UNKNOWN_SPACE) from error


def _with_its_header(asked: ReportSpec) -> ReportSpec:
    """With what its cut-off says: the close of its month, the forms, and how soon the centre had its attentions."""
    close = close_count(asked.period, asked.filters["region"]) if may_be_closed(asked) else None
    soon = promptness.count_of(asked) if asked.report == monthly_summary.NAME else None
    beside = (count for count in (close, forms.count_of(asked), soon) if count is not None)
    return replace(asked, counts=(*asked.counts, *beside))


def _without_the_close(report: Report) -> Report:
    """The digest of the whole figures would let somebody try what is hidden until it fits."""
    return replace(report, cut_off={name: value for name, value in report.cut_off.items() if name != CLOSED})


def _unfinished_devices(asked: ReportSpec) -> GroupedCount:
    """The devices whose session of an outing of the period is not closed here: more may come from them."""
    from_at, until_at = month_bounds(asked.period)
    region = asked.filters["region"]
    return GroupedCount(
        name="unfinished_devices",
        kind="outing_session",
        by=("device",),
        where=(
            ("closed_at", "exists", False),
            ("link.planned_on", "ge", santiago_day(from_at).isoformat()),
            ("link.planned_on", "lt", santiago_day(until_at).isoformat()),
            *(() if region is None else (("region", "eq", region),)),
        ),
        link=Link("outing", "outing"),
    )
