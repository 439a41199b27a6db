"""What a figure of the summary counts is what a person finds behind it."""

import pytest

from terreno_app.domain.reports import drill, monthly_summary
from terreno_app.domain.reports.spec import tally
from tests.domain.reports import records

MONTH, SPACE, REGION = "2026-11", "oirs_terreno", "13"
TABLES = [
    name for name in (*monthly_summary.WHOLE_TABLES, "programme", "residence_comuna", "outings") if drill.field_of(name)
]
LIVED = records.lived()


@pytest.mark.parametrize("table", TABLES)
def test_there_are_as_many_attentions_behind_a_figure_as_it_says(table: str) -> None:
    summary = records.the_summary(LIVED, MONTH, SPACE, REGION)
    field = drill.field_of(table)
    figures: dict[str, int] = {}
    for row in summary.tables[table]:
        figures[row[field]] = figures.get(row[field], 0) + row["n"]

    found = {
        code: len(drill.ids(tally(LIVED, asked.counts[0]), table, code))
        for code in figures
        for asked in (drill.spec(table, code, MONTH, SPACE, REGION),)
    }

    assert found == figures


def test_an_attention_that_was_not_asked_is_found_as_not_asked() -> None:
    held = [records.an_attention(occupation=said) for said in (None, "NS", "works")]

    asked = drill.spec("occupation", "NS", MONTH, None, None)

    assert len(drill.ids(tally(held, asked.counts[0]), "occupation", "NS")) == 2


def test_a_table_that_counts_no_attentions_has_no_field() -> None:
    assert drill.field_of("outings") == ""
