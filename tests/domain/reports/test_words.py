"""Every report has Spanish words for its name, its tables and their columns (`resources/labels/`)."""

import pytest

from terreno_app.domain.reports.grids import grids
from terreno_app.domain.reports.registry import REPORTS
from tests.domain.reports.records import a_report, catalogues, lived

PERIODS = {"annual": "2026", "diagnosis": "2026"}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_its_tables_and_their_columns_have_words(name: str) -> None:
    labels = catalogues().labels
    report = a_report(REPORTS[name], lived(), PERIODS.get(name, "2026-11"))

    untold = [
        told
        for grid in grids(report, labels)
        for told, key in ((grid.title, grid.key), *((column.heading, column.key) for column in grid.columns))
        if told.endswith(key.rpartition(".")[2])
    ]

    assert untold == []
    assert labels.figure("report", name) != name


def test_a_client_of_the_form_a1_has_its_number_and_its_name() -> None:
    report = a_report(REPORTS["annual"], [], "2026")

    (grid,) = (one for one in grids(report, catalogues().labels) if one.key == "clients")

    assert grid.names[0][0] == "1. Personas atendidas e informadas en los espacios de atención"
