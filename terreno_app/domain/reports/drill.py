"""From a figure of the monthly summary to the attentions that make it: which table counts attentions by which field.

In: a table and the code of its row. Out: the question whose answer is the ids of those attentions, under the very
conditions of the count; a test holds that there are as many as the figure says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from terreno_app.domain.reports import monthly_summary
from terreno_app.domain.reports.counting import NOT_ASKED
from terreno_app.domain.reports.spec import ReportSpec, Row

NAME = "drill"
IDS = "attentions"
# The tables whose rows are attentions that have one field in common.
_FIELDS: Mapping[str, str] = {
    **{table: by[0] for table, by in monthly_summary.WHOLE_TABLES.items()},
    "programme": "programme",
    "residence_comuna": "residence_comuna",
}


def field_of(table: str) -> str:
    """The field that the attentions of a row have in common; empty where rows count something else."""
    return _FIELDS.get(table, "")


def spec(table: str, code: str, period: str, space: str | None, region: str | None) -> ReportSpec:
    """Ask for the attentions of a row of the summary, by their ids.

    Args:
        table: One that `field_of` knows.
        code: The value of its field; `NS` is also the absent one.
        period: As `monthly_summary.spec`.
        space: The same.
        region: The same.

    Raises:
        InvalidPeriodError: the period is none.
        SpecError: there is no such space.
    """
    asked = monthly_summary.spec(period, space, region)
    count = next(one for one in asked.counts if one.name == table)
    said = () if code == NOT_ASKED else ((field_of(table), "eq", code),)
    found = replace(count, name=IDS, by=("id", field_of(table)), where=(*count.where, *said))
    return ReportSpec(report=NAME, period=period, filters=asked.filters, counts=(found,))


def ids(rows: Iterable[Row], table: str, code: str) -> tuple[str, ...]:
    """The ids among the answers to `spec`; an absent field counts as not asked, as in the summary."""
    return tuple(
        str(row["id"]) for row in rows if (NOT_ASKED if row[field_of(table)] is None else row[field_of(table)]) == code
    )
