"""From a figure to its attentions, and back."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest

from terreno_app.domain.reports.drill import Figure
from tests.ui.reports.figures_desk import Desk
from tests.ui.reports.test_every_report import lived
from tests.ui.stand import a_row

ENTER, ESC, RIGHT = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Right
HAND = Qt.CursorShape.PointingHandCursor


def drilled(desk: Desk) -> None:
    desk.drilling.rows = (a_row(1), a_row(2))
    desk.read()
    desk.pick("part_shown", "type_by_sex")
    desk.form.part_page.table.setFocus()
    desk.hands.press(ENTER)
    desk.tasks.let_run()


def test_enter_on_a_figure_shows_the_attentions_that_it_counts(desk: Desk) -> None:
    drilled(desk)

    assert desk.drilling.asked == [Figure("type_by_sex", "n", (("type", ("enquiry",)),))]
    assert desk.form.drill_page.title == "Tipo de atención y sexo: Consulta · 2 atenciones"
    assert len(desk.form.drill_page.table.rows) == 2
    assert desk.form.drill_page.isVisibleTo(desk.form)


def test_enter_on_an_attention_opens_it(desk: Desk) -> None:
    opened = QSignalSpy(desk.presenter.attention_opened)
    drilled(desk)

    desk.hands.press(ENTER)

    assert opened.at(0) == [a_row(1).id]


def test_esc_goes_back_to_the_figure(desk: Desk) -> None:
    drilled(desk)

    desk.hands.press(ESC)

    assert not desk.form.drill_page.isVisibleTo(desk.form)
    assert desk.form.part_page.table.hasFocus()


def test_the_arrows_choose_the_cell_of_one_sex(desk: Desk) -> None:
    desk.drilling.rows = (a_row(1),)
    desk.read()
    desk.pick("part_shown", "type_by_sex")
    desk.form.part_page.table.setFocus()

    desk.hands.press(RIGHT, ENTER)
    desk.tasks.let_run()

    assert desk.drilling.asked == [Figure("type_by_sex", "n", (("type", ("enquiry",)), ("sex", ("F",))))]
    assert desk.form.drill_page.title == "Tipo de atención y sexo: Consulta, mujeres · 1 atención"


def test_the_cell_that_enter_would_open_is_framed_and_a_zero_is_not(desk: Desk) -> None:
    desk.reports.reports["2026-11"] = lived("monthly_summary")
    desk.read()
    desk.pick("part_shown", "type_by_sex")
    table = desk.form.part_page.table
    table.setFocus()

    desk.hands.press(RIGHT)
    at_nobody = table.viewport().grab().toImage()
    desk.hands.press(RIGHT)
    at_six_men = table.viewport().grab().toImage()
    desk.hands.press(Qt.Key.Key_Left, Qt.Key.Key_Left)
    at_the_name = table.viewport().grab().toImage()

    assert [cell.words for cell in table.rows[0].cells[:3]] == ["Reclamo", "0", "6"]
    assert at_nobody == at_the_name
    assert at_six_men != at_the_name


def under_the_pointer(desk: Desk, column: int) -> Qt.CursorShape:
    table = desk.form.part_page.table
    place = table.visualRect(table.model().index(0, column)).center()
    QTest.mouseMove(table.viewport(), QPoint(1, 1))
    QTest.mouseMove(table.viewport(), place)
    return table.viewport().cursor().shape()


@pytest.mark.parametrize("table", ["outings", "institution", "hours", "voices"])
def test_a_table_of_attentions_opens_its_figures(desk: Desk, table: str) -> None:
    desk.reports.reports["2026-11"] = lived("monthly_summary")
    desk.read()
    desk.pick("part_shown", table)
    desk.form.part_page.table.setFocus()
    shape = under_the_pointer(desk, 0)

    desk.hands.press(ENTER)
    desk.tasks.let_run()

    assert [figure.table for figure in desk.drilling.asked] == [table]
    assert shape == HAND


def test_a_figure_of_something_else_opens_nothing_and_says_so(desk: Desk) -> None:
    desk.reports.reports["2026-11"] = lived("monthly_summary")
    desk.read()
    desk.pick("part_shown", "times")
    desk.form.part_page.table.setFocus()

    desk.hands.press(RIGHT, ENTER)

    assert desk.tasks.waiting == []
    assert [under_the_pointer(desk, column) == HAND for column in (0, 1)] == [False, False]
    assert desk.form.part_page._note.text() == "Estas cifras no cuentan atenciones: no hay una lista que abrir."


def test_beside_a_figure_of_attentions_another_opens_nothing(desk: Desk) -> None:
    desk.reports.reports["2026-11"] = lived("monthly_summary")
    desk.read()
    desk.pick("part_shown", "outings")
    page = desk.form.part_page
    informed = page.table.headings.index("Personas informadas")
    page.table.setFocus()

    desk.hands.press(*([RIGHT] * informed), ENTER)

    assert desk.tasks.waiting == []
    assert desk.drilling.asked == []


def test_the_public_version_is_not_looked_into(desk: Desk) -> None:
    desk.reports.reports["2026-11"] = lived("monthly_summary")
    desk.pick("version", "public")
    desk.pick("part_shown", "type_by_sex")
    desk.form.part_page.table.setFocus()

    desk.hands.press(ENTER)

    assert desk.tasks.waiting == []
