"""A map of a region's comunas, shaded by a figure, as shapes on paper.

In: the shipped outlines and the figures by comuna. Out: a block of the paper. The outlines are schematic and for
such maps only. Source: IDE Chile, División Político Administrativa 2023, simplified.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from terreno_app.domain.outlines import Outlines, Ring, frame_of, largest, panels
from terreno_app.domain.reports.shading import CLASSES, range_words, shade, step_of
from terreno_app.domain.spanish import number
from terreno_app.publish.paper import Map, Panel, Shape

METROPOLITAN = "13"
WEST_OF_THE_CONTINENT = -76.0
# The share of a panel's square that a comuna needs so that a figure can be read on it.
ROOM_FOR_A_NUMBER = 0.006
NUMBERED_COMUNAS = 60


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


def comuna_map(
    title: str,
    outlines: Outlines,
    counts: Mapping[str, int | None],
    names: Mapping[str, str],
    of: str = "de residencia",
) -> Map:
    """Shade the comunas by their figure.

    Args:
        title: Over the map.
        outlines: The comunas of the region.
        counts: The figures by comuna; a hidden one is None; other codes are left out.
        names: Comunas by code, for the description.
        of: Which comuna of an attention is meant.
    """
    known = {code: counts.get(code, 0) for code in outlines}
    step = step_of(max(n or 0 for n in known.values()))
    drawn = [_panel(name, part, known, step) for name, part in panels(outlines)]
    first = sorted((code for code in known if known[code]), key=lambda code: (-(known[code] or 0), code))[:CLASSES]
    told = ", ".join(f"{names.get(code, code)} {number(known[code])}" for code in first)
    used = max((shade(n, step) for n in known.values()), default=0)
    return Map(
        title,
        tuple(drawn),
        tuple((one, range_words(one, step)) for one in range(used + 1)),
        has_hidden=None in known.values(),
        description=f"Mapa de atenciones por comuna {of}. Las mayores: {told}." if told else "Mapa sin datos.",
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


def _panel(title: str, outlines: Outlines, counts: Mapping[str, int | None], step: int) -> Panel:
    frame = frame_of(outlines)
    numbered = len(outlines) <= NUMBERED_COMUNAS
    shapes = tuple(
        _shape(
            tuple(tuple(frame.place(point) for point in ring) for ring in rings), counts[code], step, numbered=numbered
        )
        for code, rings in outlines.items()
    )
    return Panel(title, frame.height, shapes)


def _shape(rings: tuple[Ring, ...], n: int | None, step: int, *, numbered: bool) -> Shape:
    size, middle = largest(rings)
    words = number(n) if n and numbered and size > ROOM_FOR_A_NUMBER else ""
    return Shape(rings, shade(n, step), words, middle)
