"""The reports there are, by their name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.errors import DomainError
from terreno_app.domain.reports import annual, coverage, diagnosis, monthly_summary, pmg, satisfaction
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import ReportSpec, Tallies


class UnknownReportError(DomainError):
    """There is no report of that name."""


Assemble = Callable[[ReportSpec, Tallies, Mapping[str, Any], Catalogues], Report]


@dataclass(frozen=True, slots=True)
class Definition:
    """A report.

    Attributes:
        spec: What it asks for a period, a space and a region.
        assemble: How the answers become its tables.
        coordination: It needs what field laptops do not hold.
    """

    spec: Callable[[str, str | None, str | None], ReportSpec]
    assemble: Assemble
    coordination: bool = False


def _of_counts_alone(assemble: Callable[[ReportSpec, Tallies, Mapping[str, Any]], Report]) -> Assemble:
    """The assembly of a report that needs no catalogue."""

    def with_catalogues(asked: ReportSpec, tallies: Tallies, cut_off: Mapping[str, Any], _: Catalogues) -> Report:
        return assemble(asked, tallies, cut_off)

    return with_catalogues


REPORTS: Mapping[str, Definition] = MappingProxyType(
    {
        monthly_summary.NAME: Definition(monthly_summary.spec, _of_counts_alone(monthly_summary.assemble)),
        satisfaction.NAME: Definition(satisfaction.spec, _of_counts_alone(satisfaction.assemble), coordination=True),
        coverage.NAME: Definition(coverage.spec, coverage.assemble, coordination=True),
        pmg.NAME: Definition(pmg.spec, pmg.assemble, coordination=True),
        annual.NAME: Definition(annual.spec, annual.assemble, coordination=True),
        diagnosis.NAME: Definition(diagnosis.spec, diagnosis.assemble, coordination=True),
    }
)


def definition(name: str) -> Definition:
    """Return the report of that name.

    Raises:
        UnknownReportError: there is none.
    """
    try:
        return REPORTS[name]
    except KeyError as error:
        raise UnknownReportError("there is no such report") from error
