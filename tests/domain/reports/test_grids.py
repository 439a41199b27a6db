from dataclasses import replace

import pytest

from terreno_app.domain.reports.grid_words import cell, is_text, places
from terreno_app.domain.reports.grids import Shape, grids
from tests.domain.reports.records import the_summary
from tests.factories import catalogues


def test_an_object_of_figures_and_of_rows_is_a_grid_of_each() -> None:
    tables = {"quality": {"voided": 3, "missing": [{"topic": "salud", "n": 1}]}}
    report = replace(the_summary([]), tables=tables)

    parts = {grid.key: grid.rows for grid in grids(report, catalogues().labels)[1:]}

    assert parts == {"quality": (("voided", 3),), "quality.missing": (("salud", 1),)}


def test_counts_and_shares_in_one_column_are_figures_and_stand_at_the_right() -> None:
    goals = [{"goal": "a", "actual": 12}, {"goal": "b", "actual": "85.3"}, {"goal": "c", "actual": None}]

    grid = grids(replace(the_summary([]), tables={"goals": goals}), catalogues().labels)[1]

    actual = grid.columns[1]
    assert (actual.shape, is_text(actual)) == (Shape.NUMBER, False)


@pytest.mark.parametrize(
    ("period", "words"),
    [("2026-Q4", "cuarto trimestre 2026"), ("2026-11", "noviembre 2026"), ("2026", "2026"), ("Q4-2026", "Q4-2026")],
)
def test_the_period_of_a_goal_is_told_in_words(period: str, words: str) -> None:
    grid = grids(replace(the_summary([]), tables={"goals": [{"period": period}]}), catalogues().labels)[1]

    assert cell(grid, 0, 0, catalogues().labels, "–") == words


def test_the_commitment_to_a_seed_is_told_to_its_last_letter() -> None:
    sessions = [{"id": "0192b1c4-0000-7000-8000-000000000001", "seed_commitment": "0a" * 32, "n": 1}]
    grid = grids(replace(the_summary([]), tables={"sessions": sessions}), catalogues().labels)[1]

    assert [cell(grid, 0, place, catalogues().labels, "–") for place in places(grid, None)] == ["0a" * 32]


def test_goals_of_the_region_that_a_report_is_of_do_not_repeat_it() -> None:
    labels = catalogues().labels

    def headings(table: str, regions: list[str | None]) -> list[str]:
        rows = [{"region": region, "target": 1} for region in regions]
        grid = grids(replace(the_summary([]), tables={table: rows}), labels)[1]
        return [grid.columns[place].key for place in places(grid, "13")]

    assert headings("goals", ["13", "13"]) == ["target"]
    assert headings("goals", ["13", None]) == ["region", "target"]
    assert headings("regions", ["13"])[:1] == ["region"]
