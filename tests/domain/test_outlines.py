"""Outlines of comunas on a plane."""

import pytest

from terreno_app.domain.outlines import area, frame_of, largest, neighbour, panels

SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))
CROSS = {"middle": (5.0, 5.0), "west": (1.0, 5.2), "east": (9.0, 4.9), "north": (5.1, 1.0), "far": (4.8, 0.1)}


def test_the_middle_of_a_square_is_its_middle() -> None:
    assert area(SQUARE) == (4.0, (1.0, 1.0))


def test_a_ring_without_area_stands_where_it_begins() -> None:
    assert area(((3.0, 4.0), (5.0, 4.0))) == (0.0, (3.0, 4.0))


def test_the_largest_ring_of_a_comuna_of_islands_counts() -> None:
    island = ((9.0, 9.0), (9.5, 9.0), (9.5, 9.5))

    assert largest((island, SQUARE)) == (4.0, (1.0, 1.0))
    assert largest(()) == (0.0, (0.0, 0.0))


def test_a_frame_places_what_it_holds_from_the_upper_left() -> None:
    frame = frame_of({"one": (SQUARE,)})

    assert frame.place((0.0, 2.0)) == (0.0, 0.0)
    assert frame.place((2.0, 0.0)) == (1.0, frame.height)


@pytest.mark.parametrize(
    ("way", "found"),
    [
        pytest.param((-1, 0), "west", id="left"),
        pytest.param((1, 0), "east", id="right"),
        pytest.param((0, -1), "north", id="up"),
        pytest.param((0, 1), "middle", id="nothing-below"),
    ],
)
def test_the_neighbour_is_the_nearest_on_that_side(way: tuple[int, int], found: str) -> None:
    assert neighbour(CROSS, "middle", way) == found


def test_a_city_is_drawn_once_more_by_itself() -> None:
    land = {"13101": (SQUARE,), "13115": (SQUARE,), "13601": (SQUARE,)}

    (whole, all_of_it), (_, city) = panels(land)

    assert (whole, set(all_of_it), set(city)) == ("", set(land), {"13101"})


def test_a_region_without_that_city_is_one_map_and_a_country_none() -> None:
    assert panels({"05101": (SQUARE,), "05201": ()}) == (("", {"05101": (SQUARE,)}),)
    assert panels({}) == ()
