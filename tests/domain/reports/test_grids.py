from dataclasses import replace

from terreno_app.domain.reports.grids import grids
from tests.domain.reports.records import the_summary
from tests.factories import catalogues


def test_an_object_of_figures_and_of_rows_is_a_grid_of_each() -> None:
    tables = {"quality": {"voided": 3, "missing": [{"topic": "salud", "n": 1}]}}
    report = replace(the_summary([]), tables=tables)

    parts = {grid.key: grid.rows for grid in grids(report, catalogues().labels)[1:]}

    assert parts == {"quality": (("voided", 3),), "quality.missing": (("salud", 1),)}
