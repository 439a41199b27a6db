"""Which public versions may not be published together, because one less the other would tell what both hide.

Each public version hides so much that its own sums give no small group back. Another one that counts the same
attentions was hidden for itself: a year less eleven of its months is the twelfth. What keeps every month apart in the
year as well would hide nearly all of it, so what is said is which to publish: see docs/adr/0021.
"""

from terreno_app.domain.coverage import PERIODS_OF_A_YEAR, periods
from terreno_app.domain.reports import coverage, diagnosis
from terreno_app.domain.reports.counting import months_of
from terreno_app.domain.reports.report import Report

NOT_TOGETHER = "not_together"
"""In the cut-off of a public version: the periods whose version of the same report may not be published with it."""

_OTHERS = {1: "su trimestre y su año", 3: "sus meses y su año", 12: "sus meses y sus trimestres"}


def overlapping(report: str, period: str) -> tuple[str, ...]:
    """The other periods of which the same report counts some of the same attentions, months first.

    The report of coverage tells every month from the first of the year on; in a diagnosis no person stands.

    Raises:
        InvalidPeriodError: it is no period.
    """
    if report == diagnosis.NAME:
        return ()
    told = set(months_of(period))
    whole_year = report == coverage.NAME
    year = int(period[:4])
    others = (one for length in PERIODS_OF_A_YEAR for one in periods(year, length))
    return tuple(one for one in others if one != period and (whole_year or told & set(months_of(one))))


def alone_words(report: Report) -> str:
    """What whoever publishes a public version has to know; nothing where no person stands in it."""
    if report.report == diagnosis.NAME:
        return ""
    others = _OTHERS[len(months_of(report.period))]
    if report.report == coverage.NAME:
        others = "cualquier otro período del año"
    return (
        f"Publíquela sola. Restada de la de {others}, de la de otro espacio o región, o de otro informe de los mismos "
        "meses, podría dar cifras reservadas."
    )
