"""With the largest text on the smallest screen, and with the longest words, nothing that matters is cut."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from terreno_app.paths import resources
from terreno_app.ui.screens.today.form import GoalWords
from terreno_app.ui.screens.unlock.form import OfficerLine, UnlockForm
from terreno_app.ui.theme import Theme, load_theme
from terreno_app.ui.widgets.tables import HEAD_HEIGHT, ROW_HEIGHT, Table
from tests.ui.desk import a_desk
from tests.ui.goals.test_goals import a_goal, measured
from tests.ui.shell.house import House, a_house
from tests.ui.stand import put_on_screen

_PROFILE = {
    "sex": ("M  Hombre", 40),
    "age_band": ("30 a 44 años", 40),
    "residence": ("Pedro Aguirre Cerda", 24),
    "nationality": ("No se preguntó", 24),
    "user_type": ("Ciudadanía", 40),
}
"""What is chosen most, and what stands around it: the caret of a list, the margins of a line."""


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


def test_who_a_person_is_is_read_whole_beside_the_identity(theme: Theme) -> None:
    for desk in a_desk(theme):
        desk.begin()
        desk.hands.type("r")
        desk.tasks.let_run()
        QApplication.processEvents()

        widths = {name: desk.form.frames()[name].widget.width() for name in _PROFILE}

        needed = {name: theme.width_of(words, "body") + around for name, (words, around) in _PROFILE.items()}
        assert {name for name in _PROFILE if widths[name] < needed[name]} == set()


def test_the_goal_that_the_arrows_reach_is_in_sight_with_what_is_said_of_it(house: House) -> None:
    goals = [a_goal(f"goal-{n}", approved_on="2026-01-15", approved_by="Jefa de División " * 5) for n in range(9)]
    house.session.goals.held = goals
    house.session.reports.others["coverage"] = measured()
    house.start()
    house.window.go_to("goals")
    house.tasks.let_run()
    page = house.window.page("goals").listed

    house.press(*[Qt.Key.Key_Down] * 8)
    QApplication.processEvents()

    row = page.table.visualRect(page.table.currentIndex())
    bottom = page.table.viewport().mapTo(page._body.viewport(), row.bottomLeft()).y()
    assert page.table.current == 8
    assert bottom <= page._body.viewport().height()
