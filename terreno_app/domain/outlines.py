"""Outlines of comunas on a plane: their areas and middles, how they fit in a frame, and which lies next to which.

In: rings of longitude and latitude. Out: numbers. Nothing here draws or reads a file.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]
Ring = tuple[Point, ...]
Outlines = Mapping[str, tuple[Ring, ...]]

PROVINCE_OF_SANTIAGO = "131"
# It is mountain, and as large as the rest of its province.
LO_BARNECHEA = "13115"
# How much further a neighbour seems that lies aside of the way that one goes; more aside than this it is on another.
_ASIDE = 2.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Places a point of the globe in a panel whose width is 1."""

    west: float
    north: float
    width: float
    squeeze: float
    height: float

    def place(self, point: Point) -> Point:
        """Where a point stands in the panel, to four decimals."""
        lon, lat = point
        x = (lon - self.west) * self.squeeze / self.width
        return round(x, 4), round((self.north - lat) / self.width, 4)


def frame_of(outlines: Outlines) -> Frame:
    """The frame that holds some outlines."""
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    squeeze = math.cos(math.radians(sum(lats) / len(lats)))
    width = (max(lons) - min(lons)) * squeeze
    return Frame(min(lons), max(lats), width, squeeze, round((max(lats) - min(lats)) / width, 4))


def panels(outlines: Outlines) -> tuple[tuple[str, Outlines], ...]:
    """The maps of a region with their titles: the whole of it, and its city by itself, which would be too small.

    A comuna without a ring (an island far away) is on no map.
    """
    whole = {code: rings for code, rings in outlines.items() if rings}
    city = {
        code: rings for code, rings in whole.items() if code.startswith(PROVINCE_OF_SANTIAGO) and code != LO_BARNECHEA
    }
    named = (("", whole), ("Provincia de Santiago, sin Lo Barnechea", city))
    return tuple((title, land) for title, land in named if land)


def largest(rings: Iterable[Ring]) -> tuple[float, Point]:
    """The area and the middle of the largest of some rings."""
    return max((area(ring) for ring in rings), default=(0.0, (0.0, 0.0)))


def area(ring: Sequence[Point]) -> tuple[float, Point]:
    """The area of a ring and its centre of gravity."""
    twice = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = x1 * y2 - x2 * y1
        twice, x, y = twice + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    if not twice:
        return 0.0, ring[0]
    return abs(twice) / 2, (round(x / (3 * twice), 4), round(y / (3 * twice), 4))


def neighbour(middles: Mapping[str, Point], here: str, way: tuple[int, int]) -> str:
    """The nearest middle in a direction, or `here` when there is none.

    Args:
        middles: By code; y grows downwards.
        here: Where one is.
        way: (1, 0) is to the right, (0, 1) down.
    """
    x, y = middles[here]
    found = []
    for code, (there_x, there_y) in middles.items():
        along = (there_x - x) * way[0] + (there_y - y) * way[1]
        aside = abs((there_x - x) * way[1]) + abs((there_y - y) * way[0])
        if along > 0 and aside <= _ASIDE * along:
            found.append((along + _ASIDE * aside, code))
    return min(found)[1] if found else here
