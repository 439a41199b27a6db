"""The month on the screen, and its paper."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from terreno_app.services.errors import ServiceError
from terreno_app.ui.charts.bars import Bar
from terreno_app.ui.screens.reports.asked import Asked
from terreno_app.ui.screens.reports.wording import ReportWords
from tests.ui.reports.figures_desk import Desk, a_desk
from tests.ui.stand import ALT, CTRL, let_click
from tests.ui.views import NOW, a_report, a_theme, catalogues


def test_the_month_is_told_in_figures_with_how_fresh_they_are(desk: Desk) -> None:
    desk.read()

    assert desk.reports.asked == [("monthly_summary", "2026-11", None)]
    assert desk.form.overview.figures == ("11", "14", "63,6 %", "40", "2", "1 de 2")
    assert desk.form.eyebrow == "Noviembre de 2026 · cifras de este equipo, hoy a las 18:42"


def test_types_and_topics_are_split_by_sex(desk: Desk) -> None:
    shown = ReportWords(catalogues()).shown(a_report())

    assert shown.types == (Bar("Consulta", (7, 3, 1)),)
    assert shown.topics == (Bar("Pensiones", (7, 3, 1)),)


def test_comunas_stand_by_name_with_their_share_and_the_rest_is_said(desk: Desk) -> None:
    shown = ReportWords(catalogues()).shown(a_report())

    assert [(row.name, row.attentions, row.share) for row in shown.comunas] == [
        ("Pedro Aguirre Cerda", 5, "45,5 %"),
        ("La Cisterna", 4, "36,4 %"),
    ]
    assert shown.elsewhere == "Además, 2 atenciones sin comuna o de otro país."
    assert shown.figures[4].under == "sobre todo Pedro Aguirre Cerda"


def test_outings_stand_with_their_day(desk: Desk) -> None:
    desk.read()

    (line,) = desk.form.overview._outings_model.rows

    assert (line.day, line.comuna, line.attentions, line.informed) == (
        "21 de noviembre",
        "Pedro Aguirre Cerda",
        11,
        40,
    )
    assert desk.form.overview._outings_model.cells(line)[0].text == "21 de noviembre"


def test_devices_that_did_not_deliver_are_counted(desk: Desk) -> None:
    late = a_report(cut_off={"devices_not_synced": 2})

    told = ReportWords(catalogues()).freshness(late, NOW)

    assert told.endswith("2 equipos aún no entregan todo")


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        pytest.param(["other_regions"], "No incluye atenciones de otras regiones.", id="one"),
        pytest.param(
            ["other_spaces", "before_60_days"],
            "No incluye atenciones de otros espacios ni lo que otros equipos registraron hace más de 60 días.",
            id="two",
        ),
        pytest.param(["of_tomorrow"], "", id="unknown"),
        pytest.param([], "", id="nothing"),
    ],
)
def test_a_field_laptop_says_what_it_does_not_hold(desk: Desk, codes: list[str], said: str) -> None:
    desk.reports.reports["2026-11"] = a_report(cut_off={"not_held": codes})

    desk.read()

    assert said in desk.form.message
    assert bool(said) == ("Este equipo de terreno no tiene todo" in desk.form.message)


def test_a_month_without_attentions_says_what_to_do(desk: Desk) -> None:
    desk.choose("2026-10")
    desk.tasks.let_run()

    desk.hands.press(Qt.Key.Key_P, held=CTRL)
    let_click()

    assert "Sin registros en octubre de 2026" in desk.form.message
    assert "sincronice primero (F5)" in desk.form.message
    assert desk.asked_names == []


def test_more_topics_than_fit_are_counted(desk: Desk) -> None:
    codes = [topic.code for topic in catalogues().topics][:8]
    rows = [{"topic": code, "sex": "F", "n": 1} for code in codes] + [{"topic": "NS", "sex": "F", "n": 9}]
    desk.reports.reports["2026-11"] = a_report(tables={"topic_by_sex": rows, "outings": []})

    desk.read()

    assert desk.form.overview._more_topics.text() == "y 3 temas más en su tabla"
    assert desk.form.overview._no_outings.isVisibleTo(desk.form)


def test_another_space_is_asked_by_keyboard(desk: Desk) -> None:
    desk.read()
    desk.hands.press(Qt.Key.Key_E, held=ALT)

    desk.hands.press(Qt.Key.Key_Down)
    desk.tasks.let_run()

    assert desk.reports.asked[-1] == ("monthly_summary", "2026-11", "oirs_terreno")


def test_an_answer_that_comes_too_late_is_dropped(desk: Desk) -> None:
    desk.reports.error = None
    desk.presenter.refresh()
    desk.choose("2026-10")

    desk.tasks.let_run()

    assert "octubre" in desk.form.message


def test_trouble_that_comes_too_late_is_dropped(desk: Desk) -> None:
    desk.presenter.refresh()
    desk.presenter._refused(0, Asked(), ServiceError("disk_full"))

    assert desk.form.message == ""


def test_figures_that_cannot_be_made_say_why(desk: Desk) -> None:
    desk.reports.error = ServiceError("report_not_here")

    desk.read()

    assert "no puede pedir ese informe" in desk.form.message


def test_ctrl_p_saves_the_paper_of_what_is_in_sight(desk: Desk) -> None:
    desk.read()

    desk.hands.press(Qt.Key.Key_P, held=CTRL)
    let_click()
    desk.tasks.let_run()

    assert desk.asked_names == ["resumen-mensual-2026-11.pdf"]
    assert desk.publisher.saved == [(desk.reports.reports["2026-11"], Path("/elsewhere/mes.pdf"))]
    assert "Archivo guardado" in desk.form.message
    assert "mes.pdf" in desk.form.message


def test_the_file_is_named_after_its_space(desk: Desk) -> None:
    desk.choose(space="oirs_terreno")
    desk.tasks.let_run()

    desk.presenter.save("pdf")

    assert desk.asked_names == ["resumen-mensual-2026-11-oirs-terreno.pdf"]


def test_a_person_may_change_their_mind_about_the_paper(desk: Desk) -> None:
    desk.path[0] = None
    desk.read()

    desk.presenter.save("pdf")

    assert desk.tasks.waiting == []


def test_paper_that_cannot_be_written_says_why(desk: Desk) -> None:
    desk.publisher.error = OSError(28, "no space")
    desk.read()

    desk.presenter.save("pdf")
    desk.tasks.let_run()

    assert "El disco está lleno" in desk.form.message


def test_there_is_no_paper_before_there_are_figures(desk: Desk) -> None:
    desk.presenter.save("pdf")

    assert desk.asked_names == []


def test_large_text_puts_the_tables_under_the_charts(qapp: QApplication) -> None:
    for desk in a_desk(a_theme(scale=1.5), a_report()):
        desk.read()

        picture = desk.form.grab()

        assert not picture.isNull()
        top = QPoint(0, 0)
        assert (
            desk.form.overview._comunas.mapTo(desk.form, top).y() > desk.form.overview._types.mapTo(desk.form, top).y()
        )
