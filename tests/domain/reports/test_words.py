"""Every report has Spanish words for its name, its tables and their columns (`resources/labels/`)."""

import pytest

from terreno_app.domain.reports.registry import REPORTS
from terreno_app.publish.grids import grids
from tests.domain.reports.records import a_report, catalogues, lived


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_its_tables_and_their_columns_have_words(name: str) -> None:
    labels = catalogues().labels
    report = a_report(REPORTS[name], lived())

    untold = [
        told
        for grid in grids(report, labels)
        for told, key in ((grid.title, grid.key), *((column.heading, column.key) for column in grid.columns))
        if told == key
    ]

    assert untold == []
    assert labels.figure("report", name) != name
