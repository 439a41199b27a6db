"""From a figure to its attentions, and back."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy

from tests.ui.reports.figures_desk import Desk
from tests.ui.reports.test_every_report import lived
from tests.ui.stand import a_row

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def drilled(desk: Desk) -> None:
    desk.drilling.rows = (a_row(1), a_row(2))
    desk.read()
    desk.pick("part_shown", "type_by_sex")
    desk.form.part_page.table.setFocus()
    desk.hands.press(ENTER)
    desk.tasks.let_run()


def test_enter_on_a_figure_shows_the_attentions_that_it_counts(desk: Desk) -> None:
    drilled(desk)

    assert desk.drilling.asked == [("type_by_sex", "enquiry")]
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


def test_a_figure_of_something_else_opens_nothing(desk: Desk) -> None:
    desk.read()
    desk.pick("part_shown", "outings")
    desk.form.part_page.table.setFocus()

    desk.hands.press(ENTER)

    assert desk.tasks.waiting == []
    assert desk.drilling.asked == []


def test_the_public_version_is_not_looked_into(desk: Desk) -> None:
    desk.reports.reports["2026-11"] = lived("monthly_summary")
    desk.pick("version", "public")
    desk.pick("part_shown", "type_by_sex")
    desk.form.part_page.table.setFocus()

    desk.hands.press(ENTER)

    assert desk.tasks.waiting == []
