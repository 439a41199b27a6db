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


def test_a_figure_with_decimals_is_told_as_in_chile_and_what_means_everywhere_is_never_hidden() -> None:
    goals = [{"space": None, "projection": "4004.0"}, {"space": "tic", "projection": "-1234567.85"}]
    grid = grids(replace(the_summary([]), tables={"goals": goals}), catalogues().labels)[1]

    told = [[cell(grid, row, place, catalogues().labels, "*") for place in (0, 1)] for row in (0, 1)]

    assert told == [["–", "4.004,0"], ["Teléfono de Información Ciudadana", "-1.234.567,85"]]


def test_the_commitment_to_a_seed_is_told_to_its_last_letter() -> None:
    sessions = [{"id": "0192b1c4-0000-7000-8000-000000000001", "seed_commitment": "0a" * 32, "n": 1}]
    grid = grids(replace(the_summary([]), tables={"sessions": sessions}), catalogues().labels)[1]

    assert [cell(grid, 0, place, catalogues().labels, "–") for place in places(grid, None)] == ["0a" * 32]


def test_what_has_an_order_of_its_own_stands_in_it_and_what_was_not_said_last() -> None:
    tables = {
        "age_band_by_sex": [
            {"age_band": band, "sex": sex, "n": n}
            for band, n in (("NS", 90), ("T00_13", 5), ("T18_29", 9), ("T75_MAS", 40))
            for sex in ("F", "M")
        ],
        "education": [
            {"education": level, "n": n}
            for level, n in (("BASICA_COM", 7), ("MEDIA_COM", 20), ("NR", 2), ("NUNCA", 3), ("POSGRADO", 1))
        ],
        "respondents": [
            {"dimension": dimension, "value": value, "attentions": 3}
            for dimension, values in (("sex", "FM"), ("age_band", ("NR", "T00_13", "T75_MAS")), ("type", ("enquiry",)))
            for value in values
        ],
        "answers": [
            {"question": question, "answer": answer, "n": 1}
            for question, answers in (("P1", ("1", "7", "NS")), ("P3", ("NS", "no", "parcial", "si", "unanswered")))
            for answer in answers
        ],
        "referrals": [{"status": status, "n": 1} for status in ("acknowledged", "answered", "pending", "sent")],
    }

    parts = {grid.key: grid.rows for grid in grids(replace(the_summary([]), tables=tables), catalogues().labels)}

    assert [row[:2] for row in parts["age_band_by_sex"]] == [
        (band, sex) for band in ("T00_13", "T18_29", "T75_MAS", "NS") for sex in ("F", "M")
    ]
    assert [row[0] for row in parts["education"]] == ["NUNCA", "BASICA_COM", "MEDIA_COM", "POSGRADO", "NR"]
    assert [row[1] for row in parts["respondents"]] == ["F", "M", "T00_13", "T75_MAS", "NR", "enquiry"]
    assert [row[1] for row in parts["answers"]] == ["1", "7", "NS", "si", "parcial", "no", "unanswered", "NS"]
    assert [row[0] for row in parts["referrals"]] == ["pending", "sent", "acknowledged", "answered"]


def test_of_nothing_every_figure_says_that_there_is_none() -> None:
    labels = catalogues().labels
    tables = {"times": {"wait_min_p50": None, "wait_min_p90": None}, "quality": {"voided": 0, "missing": {}}}

    told = {
        grid.key: [cell(grid, row, place, labels, "–") for row in range(len(grid.rows)) for place in places(grid, None)]
        for grid in grids(replace(the_summary([]), tables=tables), labels)[1:]
    }

    assert [words[1::2] for words in told.values()] == [["–", "–"], ["0", "–"]]


def test_a_list_whose_every_number_is_hidden_still_says_so() -> None:
    labels = catalogues().labels
    tables = {"organisations": [{"org_type": "JJVV", "n": None}]}
    grid = grids(replace(the_summary([]), tables=tables, suppressed=True), labels)[1]

    assert [cell(grid, 0, place, labels, "*") for place in places(grid, None)] == ["Junta de vecinos", "*"]


def test_goals_of_the_region_that_a_report_is_of_do_not_repeat_it() -> None:
    labels = catalogues().labels

    def headings(table: str, regions: list[str | None]) -> list[str]:
        rows = [{"region": region, "target": 1} for region in regions]
        grid = grids(replace(the_summary([]), tables={table: rows}), labels)[1]
        return [grid.columns[place].key for place in places(grid, "13")]

    assert headings("goals", ["13", "13"]) == ["target"]
    assert headings("goals", ["13", None]) == ["region", "target"]
    assert headings("regions", ["13"])[:1] == ["region"]
