"""With the largest text on the smallest screen, and with the longest words, nothing that matters is cut."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from terreno_app.paths import resources
from terreno_app.ui.screens.today.form import GoalWords
from terreno_app.ui.screens.unlock.form import OfficerLine, UnlockForm
from terreno_app.ui.theme import Theme, load_theme
from terreno_app.ui.widgets.tables import HEAD_HEIGHT, ROW_HEIGHT, Table
from tests.ui.desk import a_desk
from tests.ui.shell.house import House, a_house
from tests.ui.stand import put_on_screen

_PADDING = 24


@pytest.fixture
def large(qapp: QApplication) -> Theme:
    theme = load_theme(resources(), "light", scale=2.0, ratio=1.0)
    theme.apply(qapp)
    return theme


@pytest.fixture
def house(large: Theme) -> Iterator[House]:
    yield from a_house(large)


def test_what_the_goal_of_the_day_counts_is_read_whole(house: House, large: Theme) -> None:
    house.start()
    page = house.window.page("today")

    page.show_goal(GoalWords(25, 120, "meta de la salida"))
    QApplication.processEvents()

    words = page._of
    assert words.text() == "de 120"
    assert large.width_of(words.text(), "strong") <= words.width()


def test_who_waits_for_the_survey_stands_in_whole_rows(house: House, large: Theme) -> None:
    house.start()
    house.window.go_to("survey")
    house.tasks.let_run()

    table = house.window.page("survey").findChild(Table, "waiting")

    assert table.minimumHeight() == large.px(HEAD_HEIGHT) + 2 * large.px(ROW_HEIGHT)


def test_who_opens_the_laptop_is_asked_in_the_middle_of_the_page(qapp: QApplication) -> None:
    theme = load_theme(resources(), "light", scale=1.5, ratio=1.0)
    theme.apply(qapp)
    form = UnlockForm(theme)
    form.show_officers([OfficerLine("a", "Marcela Soto")])

    put_on_screen(form, 1366, 768)

    middle = form._form.mapTo(form, QPoint(form._form.width() // 2, 0)).x()
    assert abs(middle - form.width() // 2) <= theme.px(8)
    form.close()
    form.deleteLater()


def test_that_a_nationality_was_not_asked_is_read_whole(theme: Theme) -> None:
    for desk in a_desk(theme):
        put_on_screen(desk.form, 1166, 700)
        desk.hands.type("r")
        desk.tasks.let_run()
        QApplication.processEvents()

        field = desk.form.frames()["nationality"].widget

        assert theme.width_of("No se preguntó", "body") + _PADDING <= field.width()
