"""Every report has Spanish words for its name, its tables and their columns (`resources/labels/`)."""

import re

import pytest

from terreno_app.domain.reports.grid_words import cell
from terreno_app.domain.reports.grids import grids
from terreno_app.domain.reports.registry import REPORTS
from tests.domain.reports.records import a_report, catalogues, lived

A_CODE = re.compile(r"[a-z]+(_[a-z]+)*")
SAID = {"sí", "si", "no", "verde", "rojo", "amarillo"}
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


# Who is asked what, in the words of whoever wrote the questionnaire, the activity and the opinion.
ITS_OWN_WORDS = {"questionnaire", "title", "demands", "opinions", "goal", "supersedes", "id", "seed_commitment"}


@pytest.mark.parametrize("name", REPORTS)
def test_no_code_of_the_program_stands_where_people_read(name: str) -> None:
    labels = catalogues().labels
    report = a_report(REPORTS[name], lived(), PERIODS.get(name, "2026-11"))

    codes = {
        (grid.key, column.key, shown)
        for grid in grids(report, labels)
        for place, column in enumerate(grid.columns)
        for row in range(len(grid.rows))
        for shown in (cell(grid, row, place, labels, "–"),)
        if column.key not in ITS_OWN_WORDS
        and (shown in {"NS", "NR"} or (A_CODE.fullmatch(shown) and shown not in SAID))
    }

    assert codes == set()


def test_a_client_of_the_form_a1_has_its_number_and_its_name() -> None:
    report = a_report(REPORTS["annual"], [], "2026")

    (grid,) = (one for one in grids(report, catalogues().labels) if one.key == "clients")

    assert grid.names[0][0] == "1. Personas atendidas e informadas en los espacios de atención"
