"""A report as values: what stands in its JSON, and the digest by which its figures are recognised.

The digest covers report, period, filters, totals and tables, and not `cut_off`: a coordination laptop and the centre
that hold the same records make the same digest at different hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from terreno_app.domain.digests import digest_of
from terreno_app.domain.errors import DomainError

ENVELOPE = frozenset({"report", "period", "filters", "totals", "tables", "suppressed", "digest", "cut_off"})


class NotAReportError(DomainError):
    """The JSON values are not those of a report."""


def digest(report: str, period: str, filters: Mapping[str, Any], totals: Any, tables: Any) -> str:
    """Return the SHA-256, in hexadecimal, of the canonical JSON of a report's figures: integers, texts and nulls."""
    figures = {"report": report, "period": period, "filters": filters, "totals": totals, "tables": tables}
    return digest_of(figures)


@dataclass(frozen=True, slots=True)
class Report:
    """One report, ready to be shown, printed or written.

    Args:
        tables: Rows by table; `times` and `quality` are objects. A figure that the public version hides is null.
        cut_off: What the figures were made from: generated_at, source, devices_not_synced, feeds, form_versions, and
            what else the maker knows.
    """

    report: str
    period: str
    filters: Mapping[str, str | None]
    totals: Mapping[str, Any]
    tables: Mapping[str, Any]
    suppressed: bool
    cut_off: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """The digest of the figures as they stand here."""
        return digest(self.report, self.period, dict(self.filters), dict(self.totals), dict(self.tables))

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values, in the order in which people read it."""
        return {
            "report": self.report,
            "period": self.period,
            "filters": dict(self.filters),
            "totals": dict(self.totals),
            "tables": dict(self.tables),
            "suppressed": self.suppressed,
            "digest": self.digest,
            "cut_off": dict(self.cut_off),
        }

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Read a report from its JSON values; the digest they carry is not looked at (see `says_true`).

        Raises:
            NotAReportError: a part of the envelope is missing, unknown or of another type than it should be.
        """
        if not isinstance(values, dict) or values.keys() != ENVELOPE:
            raise NotAReportError("a report has other parts")
        texts = all(isinstance(values[part], str) for part in ("report", "period", "digest"))
        objects = all(isinstance(values[part], dict) for part in ("filters", "totals", "tables", "cut_off"))
        if not (texts and objects and isinstance(values["suppressed"], bool)):
            raise NotAReportError("a part of the report has another type")
        return cls(**{part: values[part] for part in ENVELOPE - {"digest"}})


def says_true(values: Mapping[str, Any]) -> bool:
    """Whether the digest that a report's JSON carries is that of its figures."""
    return bool(Report.from_json(values).digest == values["digest"])
