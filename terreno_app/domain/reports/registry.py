"""The reports there are, by their name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from terreno_app.domain.errors import DomainError
from terreno_app.domain.reports import monthly_summary, satisfaction
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import ReportSpec, Tallies


class UnknownReportError(DomainError):
    """There is no report of that name."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A report.

    Attributes:
        spec: What it asks for a period, a space and a region.
        assemble: How the answers become its tables.
        coordination: It needs what field laptops do not hold.
    """

    spec: Callable[[str, str | None, str | None], ReportSpec]
    assemble: Callable[[ReportSpec, Tallies, Mapping[str, Any]], Report]
    coordination: bool = False


REPORTS: Mapping[str, Definition] = MappingProxyType(
    {
        monthly_summary.NAME: Definition(monthly_summary.spec, monthly_summary.assemble),
        satisfaction.NAME: Definition(satisfaction.spec, satisfaction.assemble, coordination=True),
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
