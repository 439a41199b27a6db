"""A map of a region's comunas, shaded by a figure, as shapes on paper.

In: the shipped outlines and the figures by comuna. Out: a block of the paper. The outlines are schematic and for
such maps only. Source: IDE Chile, División Político Administrativa 2023, simplified.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terreno_app.domain.spanish import number
from terreno_app.publish.paper import Map, Panel, Shape

Ring = tuple[tuple[float, float], ...]
Outlines = Mapping[str, tuple[Ring, ...]]

METROPOLITAN = "13"
PROVINCE_OF_SANTIAGO = "131"
# It is mountain, and as large as the rest of its province.
LO_BARNECHEA = "13115"
WEST_OF_THE_CONTINENT = -76.0
CLASSES = 5
NICE = (1, 2, 3, 4, 5, 6, 8, 10)
# The share of a panel's square that a comuna needs so that a figure can be read on it.
ROOM_FOR_A_NUMBER = 0.006
NUMBERED_COMUNAS = 60
HIDDEN_SHADE = -1


class Geography:
    """The outlines of comunas.

    Args:
        folder: The folder with `comunas_rm.geojson` and `comunas.geojson`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def outlines(self, region: str | None) -> Outlines:
        """Return the outlines of a region's comunas by code, flattened to a plane; none for the whole country."""
        if region is None:
            return {}
        name = "comunas_rm.geojson" if region == METROPOLITAN else "comunas.geojson"
        features = json.loads((self._folder / name).read_bytes())["features"]
        return {
            feature["properties"]["cut"]: _rings(feature["geometry"])
            for feature in features
            if feature["properties"]["region"] == region
        }


def comuna_map(title: str, outlines: Outlines, counts: Mapping[str, int | None], names: Mapping[str, str]) -> Map:
    """Shade the comunas by their figure.

    Args:
        title: Over the map.
        outlines: The comunas of the region.
        counts: The figures by comuna; a hidden one is None; other codes are left out.
        names: Comunas by code, for the description.
    """
    known = {code: counts.get(code, 0) for code in outlines}
    step = _step(max(n or 0 for n in known.values()))
    panels = [_panel("", outlines, known, step)]
    city = {
        code: rings
        for code, rings in outlines.items()
        if code.startswith(PROVINCE_OF_SANTIAGO) and code != LO_BARNECHEA
    }
    if city:
        panels.append(_panel("Provincia de Santiago, sin Lo Barnechea", city, known, step))
    first = sorted((code for code in known if known[code]), key=lambda code: (-(known[code] or 0), code))[:CLASSES]
    told = ", ".join(f"{names.get(code, code)} {number(known[code])}" for code in first)
    used = max((_shade(n, step) for n in known.values()), default=0)
    return Map(
        title,
        tuple(panels),
        tuple((shade, _range(shade, step)) for shade in range(used + 1)),
        has_hidden=None in known.values(),
        description=f"Mapa de atenciones por comuna de residencia. Las mayores: {told}." if told else "Mapa sin datos.",
        note="Límites esquemáticos sobre la División Político Administrativa 2023 de IDE Chile.",
    )


def _rings(geometry: Mapping[str, Any]) -> tuple[Ring, ...]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return tuple(
        tuple((lon, lat) for lon, lat, *_ in ring)
        for polygon in polygons
        for ring in polygon
        if max(lon for lon, *_ in ring) > WEST_OF_THE_CONTINENT
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """Places a point of the globe in a panel whose width is 1."""

    west: float
    north: float
    width: float
    squeeze: float

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        lon, lat = point
        x = (lon - self.west) * self.squeeze / self.width
        return round(x, 4), round((self.north - lat) / self.width, 4)


def _panel(title: str, outlines: Outlines, counts: Mapping[str, int | None], step: int) -> Panel:
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    squeeze = math.cos(math.radians(sum(lats) / len(lats)))
    width = (max(lons) - min(lons)) * squeeze
    frame = _Frame(min(lons), max(lats), width, squeeze)
    numbered = len(outlines) <= NUMBERED_COMUNAS
    shapes = tuple(
        _shape(
            tuple(tuple(frame.place(point) for point in ring) for ring in rings), counts[code], step, numbered=numbered
        )
        for code, rings in outlines.items()
    )
    return Panel(title, round((max(lats) - min(lats)) / width, 4), shapes)


def _shape(rings: tuple[Ring, ...], n: int | None, step: int, *, numbered: bool) -> Shape:
    area, middle = max((_area(ring) for ring in rings), default=(0.0, (0.0, 0.0)))
    words = number(n) if n and numbered and area > ROOM_FOR_A_NUMBER else ""
    return Shape(rings, _shade(n, step), words, middle)


def _area(ring: Sequence[tuple[float, float]]) -> tuple[float, tuple[float, float]]:
    """The area of a ring and its centre of gravity."""
    twice = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = x1 * y2 - x2 * y1
        twice, x, y = twice + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    if not twice:
        return 0.0, ring[0]
    return abs(twice) / 2, (round(x / (3 * twice), 4), round(y / (3 * twice), 4))


def _step(largest: int) -> int:
    """The width of a class: a round number, so that five hold the largest figure."""
    wanted = max(1, math.ceil(largest / CLASSES))
    power: int = 10 ** (len(str(wanted)) - 1)
    return min(nice * power for nice in NICE if nice * power >= wanted)


def _shade(n: int | None, step: int) -> int:
    return HIDDEN_SHADE if n is None else math.ceil(n / step)


def _range(shade: int, step: int) -> str:
    if shade == 0:
        return "ninguna"
    low, high = (shade - 1) * step + 1, shade * step
    return number(low) if low == high else f"{number(low)} a {number(high)}"
