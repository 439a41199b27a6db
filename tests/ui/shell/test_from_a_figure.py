"""An attention opened from a figure, and the way back to the same figure."""

import pytest
from PySide6.QtCore import Qt

from terreno_app.domain.reports.drill import Figure
from terreno_app.services.attentions import OpenedAttention
from tests.factories import an_attention
from tests.ui.shell.house import House
from tests.ui.stand import CTRL, a_row

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture
def house_at_a_figure(house: House) -> House:
    """Informes, with the two attentions of a figure in sight."""
    for number in (1, 2):
        fields = an_attention(folio=f"T07-2026-00014{number}-7")
        record = a_row(number).id
        house.session.attentions.opened[record] = OpenedAttention(record, fields, {}, None, {}, "local")
    house.session.drilling.rows = (a_row(1), a_row(2))
    house.start()
    house.window.go_to("reports")
    house.tasks.let_run()
    reports = house.window._office.reports_form
    reports.drill_asked.emit(Figure("type_by_sex", "n", (("type", ("enquiry",)),)), "Consulta")
    house.tasks.let_run()
    return house


def is_at_the_figure(house: House) -> bool:
    page = house.window._office.reports_form.drill_page
    return house.window.place == "reports" and page.isVisibleTo(house.window) and page.table.hasFocus()


def test_leaving_an_attention_leads_back_to_the_figure_it_was_opened_from(house_at_a_figure: House) -> None:
    house = house_at_a_figure
    house.press(ENTER)
    opened = house.window.place

    house.press(ESC)

    assert opened == "attention"
    assert is_at_the_figure(house)


def test_a_correction_leads_back_to_the_figure_and_is_told_there(house_at_a_figure: House) -> None:
    house = house_at_a_figure
    house.press(ENTER)

    house.window._stand.attention.corrected.emit(a_row(1).id)

    assert is_at_the_figure(house)
    assert "Corrección guardada" in house.window._office.reports_form.message


def test_an_attention_opened_from_today_afterwards_leads_back_to_today(house_at_a_figure: House) -> None:
    house = house_at_a_figure
    house.press(ENTER)
    house.window.go_to("today")
    house.window._stand.today.attention_opened.emit(a_row(2).id)
    house.tasks.let_run()

    house.press(ESC)

    assert house.window.place == "today"


def test_a_correction_that_was_thrown_away_is_offered_back_at_the_figure(house_at_a_figure: House) -> None:
    house = house_at_a_figure
    house.press(ENTER)
    house.tasks.let_run()
    house.window._stand.attention_form.frames()["answer_given"].widget.setFocus()
    house.hands.type("Se llamó")
    house.press(ESC, ESC)
    house.tasks.let_run()
    left_at_the_figure = is_at_the_figure(house)
    offered = house.window._office.reports_form._undo.accessibleName()

    house.press("z", held=CTRL)
    house.tasks.let_run()
    came_back = house.window._stand.attention_form.draft().fields["answer_given"]
    house.press(ESC, ESC)
    house.tasks.let_run()

    assert left_at_the_figure
    assert offered == "Borrador descartado. Ctrl+Z deshace"
    assert "Se llamó" in str(came_back)
    assert is_at_the_figure(house)
