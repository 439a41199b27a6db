"""The map of comunas: by the pointer, by the arrows, and beside its table."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest

from terreno_app.domain.outlines import largest, neighbour, panels
from terreno_app.paths import resources
from terreno_app.publish.region_map import Geography
from terreno_app.ui.charts.region_map import RegionMap
from terreno_app.ui.theme import Theme
from tests.ui.reports.figures_desk import Desk, a_desk
from tests.ui.stand import put_on_screen
from tests.ui.views import a_report, a_theme

NAMES = {"05101": "Valparaíso", "05109": "Viña del Mar", "05103": "Concón"}


def a_square(west: float, south: float) -> tuple[tuple[tuple[float, float], ...], ...]:
    return (((west, south), (west + 1, south), (west + 1, south + 1), (west, south + 1)),)


LAND = {"05101": a_square(0, 0), "05109": a_square(1, 0), "05103": a_square(1, 1)}
FIGURES = {"05101": 12, "05109": 3, "12202": 9}


@pytest.fixture
def drawn(theme: Theme) -> Iterator[RegionMap]:
    made = RegionMap(theme, "map")
    made.show_map(panels(LAND), NAMES, FIGURES)
    put_on_screen(made, 400, 330)
    yield made
    made.close()
    made.deleteLater()


def test_it_begins_at_the_largest_figure_and_tells_it(drawn: RegionMap) -> None:
    assert drawn.words == "Valparaíso: 12 atenciones"
    assert drawn.accessibleDescription() == drawn.words


def test_arrows_go_to_the_comuna_on_that_side(drawn: RegionMap) -> None:
    told = QSignalSpy(drawn.moved)

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(drawn, key)

    assert [told.at(place)[0] for place in range(told.count())] == ["05109", "05103"]
    assert drawn.words == "Concón: 0 atenciones"


def test_the_pointer_tells_the_comuna_under_it(drawn: RegionMap) -> None:
    middle = next(one.middle for one in drawn._drawn if one.code == "05109").toPoint()

    QTest.mouseMove(drawn, QPoint(1, 1))
    QTest.mouseMove(drawn, middle)

    assert drawn.words == "Viña del Mar: 3 atenciones"


def test_enter_opens_the_comuna_that_is_selected(drawn: RegionMap) -> None:
    opened = QSignalSpy(drawn.opened)

    QTest.keyClick(drawn, Qt.Key.Key_Return)

    assert opened.at(0) == ["05101"]


def test_a_hidden_figure_is_said_to_be_hidden(drawn: RegionMap) -> None:
    drawn.show_map(panels(LAND), NAMES, {"05101": None, "05109": 8})

    drawn.select("05101")

    assert drawn.words == "Valparaíso: cifra reservada"


@pytest.mark.parametrize("look", ["light", "dark", "high_contrast"])
def test_a_figure_on_the_map_is_read_on_its_ground(look: str) -> None:
    theme = a_theme(look)
    made = RegionMap(theme, "map")

    grounds = [theme.colour(f"map{place}") for place in range(6)]

    assert min(_contrast(made, ground.name(), made._ink_on(ground).name()) for ground in grounds) >= 4.5
    made.deleteLater()


def _contrast(_made: RegionMap, ground: str, ink: str) -> float:
    lights = sorted(_light(colour) for colour in (ground, ink))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("region", ["13", "05", "10"])
def test_the_arrows_reach_every_comuna_of_a_region(region: str) -> None:
    (_, outlines), *_ = panels(Geography(resources() / "geo").outlines(region))
    middles = {code: largest(rings)[1] for code, rings in outlines.items()}
    first = min(middles)

    reached, waiting = {first}, [first]
    while waiting:
        here = waiting.pop()
        found = {neighbour(middles, here, way) for way in ((1, 0), (-1, 0), (0, 1), (0, -1))} - reached
        reached |= found
        waiting += found

    assert reached == set(middles)


@pytest.fixture
def desk(theme: Theme) -> Iterator[Desk]:
    rows = [{"residence_comuna": code, "n": n} for code, n in (("12202", 9), ("13101", 4), ("13121", 5))]
    for made in a_desk(theme, replace(a_report(tables={"residence_comuna": rows}))):
        made.publisher.land = {"13101": a_square(0, 0), "13121": a_square(1, 0)}
        made.read()
        made.pick("part_shown", "residence_comuna")
        yield made


def test_map_and_table_go_together(desk: Desk) -> None:
    page = desk.form.part_page
    first = page.here

    desk.form.findChild(RegionMap, "map").setFocus()
    desk.hands.press(Qt.Key.Key_Left)

    assert first == "Pedro Aguirre Cerda: 5 atenciones"
    assert page.here == "Santiago: 4 atenciones"
    assert page.table.current == 1


def test_a_comuna_without_an_outline_is_in_the_table_all_the_same(desk: Desk) -> None:
    page = desk.form.part_page

    page.table.go_to(0)

    assert [row.cells[0].words for row in page.table.rows] == ["Antártica", "Santiago", "Pedro Aguirre Cerda"]
    assert page.here == "Antártica: no está en este mapa; su cifra está en la tabla."


def test_a_report_of_the_whole_country_has_no_map(desk: Desk) -> None:
    desk.reports.reports["2026-11"] = replace(a_report(), filters={"space": None, "region": None})

    desk.read()

    assert desk.form.findChild(RegionMap, "map").isHidden() or not desk.form.part_page.here
