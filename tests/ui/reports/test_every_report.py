"""Every report on the screen: its tables in Spanish, its charts, its files, and the close of a month."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from PySide6.QtCore import Qt

from terreno_app.domain.reports.closing import Addendum
from terreno_app.domain.reports.registry import REPORTS
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.trend import MonthFigure
from terreno_app.services.errors import ServiceError
from terreno_app.ui.screens.reports.asked import Asked, periods_of
from terreno_app.ui.screens.reports.parts import Part, is_empty, late_parts, parts_of
from terreno_app.ui.theme import Theme
from tests.domain.reports import records
from tests.ui.reports.figures_desk import Desk, a_desk
from tests.ui.stand import CTRL, let_click
from tests.ui.views import PAULA, a_laptop, a_report, catalogues

PERIODS = {"annual": "2026", "diagnosis": "2026"}
LABELS = catalogues().labels


@cache
def lived(name: str) -> Report:
    made = records.a_report(REPORTS[name], records.lived(), PERIODS.get(name, "2026-11"), region="13")
    cut_off = {"generated_at": "2026-11-21T21:42:00.000Z", "source": "local", "devices_not_synced": 0, "feeds": {}}
    return replace(made, cut_off=cut_off)


@cache
def parts(name: str) -> dict[str, Part]:
    return {part.key: part for part in parts_of(lived(name), LABELS)}


def a_part(**tables: Any) -> Part:
    (key,) = tables
    report = replace(lived("monthly_summary"), totals={}, tables=tables)
    return next(part for part in parts_of(report, LABELS) if part.key == key)


def words(part: Part) -> list[list[str]]:
    return [[cell.words for cell in row.cells] for row in part.rows]


@pytest.mark.parametrize("name", REPORTS)
def test_every_part_of_a_report_is_offered_by_its_spanish_name(desk: Desk, name: str) -> None:
    desk.reports.others[name] = lived(name)

    desk.pick("report", name)

    named = [part.title for part in parts(name).values()]
    assert desk.form.message == ""
    assert [one for one in desk.form.offered if one in named] == named
    assert not [one for one in named if "_" in one]


@pytest.mark.parametrize("name", REPORTS)
def test_every_table_of_a_report_shows_all_its_rows_under_headings(desk: Desk, name: str) -> None:
    desk.reports.others[name] = lived(name)
    desk.pick("report", name)

    for part in parts(name).values():
        desk.form.part_page.show_part(part)

        assert desk.form.part_page.table.rows == part.rows
        assert all(len(row.cells) == len(part.columns) for row in part.rows)


def test_women_and_men_stand_beside_each_other_and_add_up() -> None:
    rows = [
        {"type": "complaint", "sex": sex, "n": n} for sex, n in (("F", 3), ("M", 2), ("X", 1), ("NR", 5), ("NS", 4))
    ]

    part = a_part(type_by_sex=rows)

    heads = ["Mujeres", "Hombres", "No binario", "Se niega", "Sin dato", "Total"]
    assert [column.title for column in part.columns][1:] == heads
    assert words(part) == [["Reclamo", "3", "2", "1", "5", "4", "15"]]
    assert part.chart.bars[0].parts == (3, 2, 10)


def test_figures_that_the_public_may_not_see_are_stars_and_never_drawn() -> None:
    rows = [{"outcome": "informed", "n": None}, {"outcome": "referred", "n": 12}]
    report = replace(lived("monthly_summary"), suppressed=True, totals={}, tables={"outcome": rows})

    part = parts_of(report, LABELS)[1]

    assert words(part) == [["Informada", "*"], ["Derivada", "12"]]
    assert part.chart.bars == ()
    assert "no la muestra" in part.note


def test_a_table_that_the_public_may_not_see_is_not_said_to_be_empty() -> None:
    report = replace(lived("monthly_summary"), suppressed=True, totals={}, tables={"outcome": []})

    part = parts_of(report, LABELS)[1]

    assert part.note == "Sin registros, o reservados, en este período."
    assert "sin registros" not in part.title


def test_what_the_totals_are_compared_with_stands_after_them() -> None:
    row = {"total": "persons", "n": 80, "before": 64, "before_change": "25.0", "accumulated": 144}
    report = lived("monthly_summary")

    shown = parts_of(replace(report, cut_off={**report.cut_off, "compared": [row]}), LABELS)

    assert [part.title for part in shown[:2]] == ["Totales", "Comparación de los totales"]
    assert words(shown[1]) == [["Personas atendidas", "80", "64", "25,0", "144"]]


def test_ages_and_studies_are_drawn_in_their_own_order() -> None:
    bands, levels = ("T00_13", "T18_29", "T75_MAS"), ("NUNCA", "MEDIA_COM", "POSGRADO")

    ages = a_part(age_band_by_sex=[{"age_band": band, "sex": "F", "n": n} for n, band in enumerate(bands, start=1)])
    studies = a_part(education=[{"education": level, "n": n} for n, level in enumerate(levels, start=1)])

    for part, code_list, codes in ((ages, "age_band", bands), (studies, "education", levels)):
        names = [LABELS.code(code_list, code) for code in codes]
        assert [row.cells[0].words for row in part.rows] == names
        assert [bar.text for bar in part.chart.bars] == names


def test_the_hours_are_drawn_in_the_order_of_the_day() -> None:
    part = a_part(hours=[{"hour": hour, "n": n} for hour, n in enumerate(range(12, 24), start=7)])

    assert [bar.text for bar in part.chart.bars][:2] == ["7 a 8 h", "8 a 9 h"]
    assert len(part.chart.bars) == 12


def test_a_hidden_cell_hides_the_sum_that_it_is_part_of() -> None:
    rows = [{"type": "complaint", "sex": sex, "n": n} for sex, n in (("F", None), ("M", 12))]

    part = a_part(type_by_sex=rows)

    assert words(part) == [["Reclamo", "*", "12", "0", "0", "*"]]


def test_shares_of_the_survey_are_drawn_with_both_ends() -> None:
    estimates = parts("satisfaction")["estimates"]

    line = estimates.chart.intervals[0]

    assert len(estimates.chart.intervals) == len(estimates.rows)
    assert line.low <= line.percent <= line.high
    assert line.words.endswith(")")
    assert " % (" in line.words


def test_progress_is_drawn_against_the_pace_that_was_expected() -> None:
    progress = parts("coverage")["progress"]

    pace = progress.chart.paces[0]

    assert len(progress.chart.paces) == len(progress.rows)
    assert "se esperaba" in pace.words


def test_a_light_is_a_figure_and_a_word() -> None:
    goals = parts("coverage")["goals"]

    marks = [row.cells[-1] for row in goals.rows] + [cell for row in goals.rows for cell in row.cells]

    assert {"verde", "amarillo", "rojo"} & {cell.words for cell in marks if getattr(cell, "icon", "")}


def test_an_empty_table_says_so_in_its_name() -> None:
    part = a_part(outcome=[])

    assert part.title == "Resultado · sin registros"
    assert part.note == "Sin registros en este período."


@pytest.mark.parametrize(
    ("totals", "tables", "empty"),
    [
        pytest.param({"attentions": 0}, {"outcome": [], "quality": {"missing": {}}}, True, id="nothing"),
        pytest.param({"attentions": 1}, {"outcome": []}, False, id="a-total"),
        pytest.param({}, {"chapters": {"pmg": {"tables": {"indicators": [{"n": 1}]}}}}, False, id="a-chapter"),
    ],
)
def test_a_report_without_figures_or_rows_is_empty(totals: Any, tables: Any, *, empty: bool) -> None:
    assert is_empty(replace(a_report(), totals=totals, tables=tables)) is empty


def test_the_annual_report_is_asked_of_a_year(desk: Desk) -> None:
    desk.reports.others["annual"] = lived("annual")

    desk.pick("report", "annual")

    assert desk.reports.asked[-1] == ("annual", "2026", None)


def test_the_diagnosis_is_asked_of_no_space(desk: Desk) -> None:
    desk.choose(space="tic")
    desk.reports.others["diagnosis"] = lived("diagnosis")

    desk.pick("report", "diagnosis")

    assert desk.reports.asked[-1] == ("diagnosis", "2026-11", None)


def test_months_quarters_and_years_are_offered_the_newest_first() -> None:
    offered = [period for period, _ in periods_of("pmg", "2026-02-11")]

    assert offered[:3] == ["2026-02", "2026-01", "2025-12"]
    assert offered[13:18] == ["2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1"]
    assert offered[18:] == ["2026", "2025", "2024"]
    assert periods_of("annual", "2026-02-11")[0] == ("2026", "Año 2026")


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        pytest.param(Asked("pmg", "2026-Q4", "tic"), "indicadores-pmg-2026-q4-tic.csv", id="quarter-and-space"),
        pytest.param(Asked("annual", "2026", public=True), "informe-anual-2026-publico.csv", id="public"),
        pytest.param(Asked("coverage", "2026", region="05"), "cobertura-y-metas-2026-region-05.csv", id="region"),
    ],
)
def test_a_file_is_named_after_what_it_holds(asked: Asked, name: str) -> None:
    assert asked.file_name("csv") == name


@pytest.mark.parametrize(("letter", "form"), [("x", "xlsx"), ("c", "csv"), ("j", "json"), ("d", "pdf")])
def test_each_form_of_file_has_its_letter(desk: Desk, letter: str, form: str) -> None:
    desk.read()

    desk.press_alt(letter, f"save_{form}")
    desk.tasks.let_run()

    assert desk.publisher.forms == [form]
    assert desk.asked_names == [f"resumen-mensual-2026-11.{form}"]


def test_the_public_version_shows_its_tables_and_no_glance(desk: Desk) -> None:
    desk.reports.reports["2026-11"] = lived("monthly_summary")

    desk.pick("version", "public")

    assert "El mes de un vistazo" not in desk.form.offered
    assert "Totales" in desk.form.offered
    assert desk.form.asked.file_name("pdf") == "resumen-mensual-2026-11-publico.pdf"


def test_who_saves_a_public_version_is_told_with_which_it_may_not_be_published(desk: Desk) -> None:
    desk.reports.reports["2026-11"] = lived("monthly_summary")
    desk.pick("version", "public")

    desk.hands.press(Qt.Key.Key_P, held=CTRL)
    let_click()
    desk.tasks.let_run()

    assert "Publíquela sola. Restada de la de su trimestre y su año" in desk.form.message


def test_a_field_laptop_is_told_where_to_ask(desk: Desk) -> None:
    desk.reports.error = ServiceError("report_not_here")

    desk.pick("report", "satisfaction")

    assert "Este equipo no puede pedir ese informe." in desk.form.message
    assert "Pídalo desde un equipo de coordinación." in desk.form.message


def test_a_laptop_of_the_whole_country_chooses_the_region(theme: Theme) -> None:
    for desk in a_desk(theme, a_report(), laptop=replace(a_laptop(), region="CL")):
        desk.pick("region", "05")

        assert desk.reports.regions == ["05"]


def test_the_table_in_sight_stays_when_another_month_is_asked(desk: Desk) -> None:
    desk.reports.reports = {"2026-11": lived("monthly_summary"), "2026-10": lived("monthly_summary")}
    desk.read()
    desk.pick("part_shown", "outcome")

    desk.pick("period", "2026-10")

    assert desk.form.part_page.table.accessibleName() == "Resultado"


def test_the_months_before_are_drawn_where_they_are_known(desk: Desk) -> None:
    desk.reports.months = (MonthFigure("2026-10", 8), MonthFigure("2026-11", 11))

    desk.read()

    assert desk.form.overview._months.accessibleDescription() == "oct 26: 8; nov 26: 11"


# ---------------------------------------------------------------------- closing


def closable(desk: Desk) -> None:
    desk.reports.reports["2026-10"] = a_report(period="2026-10")
    desk.pick("period", "2026-10")


def test_a_month_that_is_over_is_closed_after_a_second_question(desk: Desk) -> None:
    closable(desk)
    desk.closes.late = 2
    desk.press_alt("m", "close_month")
    asked = desk.form.close_line.words

    desk.press_alt("s", "close_confirm")
    desk.tasks.let_one_run()

    assert "no se puede deshacer" in asked
    assert desk.closes.closed == [("2026-10", PAULA.id, "device")]
    assert "Octubre de 2026 quedó cerrado" in desk.form.message
    assert "Faltaba que entregaran 2 equipos" in desk.form.message
    desk.tasks.let_run()
    assert desk.form.close_line.words.startswith("Mes cerrado el 1 de diciembre de 2026, 09:00. Huella ")


def test_esc_leaves_the_month_open(desk: Desk) -> None:
    closable(desk)
    desk.press_alt("m", "close_month")

    desk.hands.press(Qt.Key.Key_Escape)

    assert desk.closes.closed == []
    assert desk.form.close_line.words.startswith("Mes terminado, sin cerrar")


def test_a_month_that_runs_cannot_be_closed(desk: Desk) -> None:
    desk.read()

    assert desk.form.close_line.words == ""


def test_a_field_laptop_closes_no_month(theme: Theme) -> None:
    for desk in a_desk(theme, laptop=a_laptop("field")):
        closable(desk)

        assert desk.form.close_line.words == ""


def test_a_close_that_is_refused_says_why(desk: Desk) -> None:
    closable(desk)

    desk.presenter._failed(ServiceError("already_closed", period="2026-10"))

    assert "ya está cerrado" in desk.form.message


def test_a_close_that_the_centre_held_back_is_told_as_none(desk: Desk) -> None:
    desk.reports.reports["2026-11"] = a_report(cut_off={"close_held_back": {"at": "2026-12-01T12:00:00.000Z"}})

    desk.read()

    assert "cuarentena: el mes no está cerrado" in desk.form.close_line.words


def test_what_came_after_a_close_stands_beside_its_figures(desk: Desk) -> None:
    frozen = records.the_summary([records.an_attention(sex="F")])
    present = records.the_summary([records.an_attention(sex="F"), records.an_attention(sex="M")])
    told = {"at": "2026-12-01T12:00:00.000Z", "digest": frozen.digest, "agrees": False}
    desk.closes.told = Addendum(frozen, told["at"], present)
    desk.reports.reports["2026-11"] = a_report(cut_off={"closed": told})

    desk.read()

    assert "Rezagadas desde el cierre" in desk.form.offered
    assert "Rezagadas: Tipo de atención y sexo" in desk.form.offered
    assert "vea las tablas de rezagadas" in desk.form.close_line.words
    assert words(late_parts(desk.closes.told, LABELS)[0])[0] == ["Atenciones", "1", "+1", "2"]
