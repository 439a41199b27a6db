"""At 1024×768 every column is in sight, or a bar shows that there is more."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.tables import Table
from tests.ui.goals.test_goals import a_goal, measured
from tests.ui.shell.house import House, a_house
from tests.ui.views import a_report, an_outing

AIR = 16


@pytest.fixture
def small(qapp: QApplication, theme: Theme) -> Iterator[House]:
    theme.apply(qapp)
    yield from a_house(theme, 1024, 768)


def shown(house: House, place: str, name: str) -> Table:
    house.window.go_to(place)
    house.tasks.let_run()
    QApplication.processEvents()
    table = house.window.page(place).findChild(QWidget, name)
    assert isinstance(table, Table)
    return table


def test_every_outing_of_the_month_shows_all_its_columns(small: House, theme: Theme) -> None:
    small.session.reports.reports["2026-11"] = a_report()
    small.start()

    table = shown(small, "reports", "outings")

    comuna = theme.width_of(table.model().index(0, 1).data(), "body") + AIR
    assert table.columnWidth(1) >= comuna
    assert table.horizontalHeader().length() <= table.viewport().width()


def test_the_place_of_an_outing_is_read_whole_beside_its_day(small: House, theme: Theme) -> None:
    small.session.outings.known = [an_outing("a")]
    small.start()

    table = shown(small, "outings", "outings_known")

    for column in (0, 2):
        words = table.model().index(0, column).data()
        assert table.columnWidth(column) >= theme.width_of(words, "body") + AIR / 2


def test_goals_give_up_what_matters_least_before_they_scroll_across(small: House) -> None:
    small.session.reports.others["coverage"] = measured()
    small.session.goals.held = [a_goal("month", approved_on="2026-01-15", approved_by="Jefa de División")]
    small.start()

    table = shown(small, "goals", "goals")

    left_out = [name for place, name in enumerate(table.headings) if table.isColumnHidden(place)]
    assert table.horizontalScrollBar().maximum() == 0
    assert set(left_out) <= {"Esperado", "Proyección", "Indicador"}
    assert "15-01-2026 por Jefa de División" in small.window.page("goals").listed._about.text()
