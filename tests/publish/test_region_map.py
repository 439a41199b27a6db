import pytest

from terreno_app.domain.outlines import Outlines
from terreno_app.paths import resources
from terreno_app.publish.region_map import Geography, comuna_map

SQUARES: Outlines = {
    "a": (((-71.0, -33.0), (-70.0, -33.0), (-70.0, -34.0), (-71.0, -34.0), (-71.0, -33.0)),),
    "b": (((-70.0, -33.0), (-69.0, -33.0), (-69.0, -34.0), (-70.0, -34.0), (-70.0, -33.0)),),
}


@pytest.mark.parametrize(("region", "comunas"), [("13", 52), ("05", 38), (None, 0)])
def test_a_region_has_the_outlines_of_its_comunas(region: str | None, comunas: int) -> None:
    outlines = Geography(resources() / "geo").outlines(region)

    assert len(outlines) == comunas


def test_islands_far_in_the_ocean_do_not_shrink_the_map() -> None:
    outlines = Geography(resources() / "geo").outlines("05")

    assert all(lon > -76 for rings in outlines.values() for ring in rings for lon, _ in ring)
    assert outlines["05201"] == ()


@pytest.mark.parametrize(
    ("figures", "shades", "legend"),
    [
        ({"a": 0, "b": 0}, [0, 0], ["ninguna"]),
        ({"a": 1, "b": 5}, [1, 5], ["ninguna", "1", "2", "3", "4", "5"]),
        ({"a": 60, "b": 257}, [1, 5], ["ninguna", "1 a 60", "61 a 120", "121 a 180", "181 a 240", "241 a 300"]),
        ({"a": 9, "b": None}, [5, -1], ["ninguna", "1 a 2", "3 a 4", "5 a 6", "7 a 8", "9 a 10"]),
    ],
    ids=["none", "few", "many", "hidden"],
)
def test_comunas_are_shaded_in_round_classes(
    figures: dict[str, int | None], shades: list[int], legend: list[str]
) -> None:
    drawn = comuna_map("Dónde viven", SQUARES, figures, {})

    assert [shape.shade for shape in drawn.panels[0].shapes] == shades
    assert [words for _, words in drawn.legend] == legend
    assert drawn.has_hidden == (None in figures.values())


def test_the_description_tells_the_largest_figures() -> None:
    drawn = comuna_map("Dónde viven", SQUARES, {"a": 2, "b": 1500, "NS": 9}, {"b": "Santiago"})

    assert drawn.description == "Mapa de atenciones por comuna de residencia. Las mayores: Santiago 1.500, a 2."


def test_a_figure_stands_in_the_middle_of_its_comuna() -> None:
    drawn = comuna_map("Dónde viven", SQUARES, {"a": 7}, {})

    (left, right) = drawn.panels[0].shapes
    assert (left.number, right.number) == ("7", "")
    assert left.middle[0] == pytest.approx(0.25, abs=0.01)


def test_the_capital_is_drawn_a_second_time_larger() -> None:
    drawn = comuna_map("Dónde viven", Geography(resources() / "geo").outlines("13"), {}, {})

    assert [len(panel.shapes) for panel in drawn.panels] == [52, 31]
    assert drawn.description == "Mapa sin datos."


def test_an_outline_without_area_is_drawn_without_a_figure() -> None:
    line = {**SQUARES, "c": (((-70.5, -33.5), (-70.4, -33.5)),)}

    drawn = comuna_map("Dónde viven", line, {"c": 3}, {})

    assert drawn.panels[0].shapes[2].number == ""
