"""Draws every screen in every look: of each laptop of a demonstration after its day, and of one that holds nothing yet.

    python packaging/screenshots.py out/screenshots

In: the folder of a demonstration, with its laptops and their passphrases. Out: `miradas/<look>/<laptop>/` in it, one
picture a screen, to be looked at by whoever changes a screen. All are of the smallest size that people have, 1366×768.
"""

import os
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Final

from benchmarks import filled
from terreno_app.cli.demo.pictures import closed
from terreno_app.desktop import OpenLaptop, open_laptop
from terreno_app.ui.gallery import draw
from terreno_app.ui.theme import ThemeName

LOOKS: Final[dict[str, tuple[ThemeName, float]]] = {
    "claro": ("light", 1.0),
    "oscuro": ("dark", 1.0),
    "contraste": ("high_contrast", 1.0),
    "texto-150": ("light", 1.5),
    "texto-200": ("light", 2.0),
}


def main(demonstration: Path) -> None:
    """Draw all of it."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for folder in sorted((demonstration / "equipos").glob("[0-9]")):
        phrase = (folder / "frase.txt").read_text(encoding="utf-8").strip()
        with closing(open_laptop(folder, None, lambda phrase=phrase: phrase)) as laptop:
            _draw(laptop, demonstration / "miradas", folder.name)
    with tempfile.TemporaryDirectory() as place:
        filled.fill(Path(place) / "equipo", 0)
        with closing(filled.opened(Path(place) / "equipo")) as laptop:
            _draw(laptop, demonstration / "miradas", "sin-datos")


def _draw(laptop: OpenLaptop, out: Path, name: str) -> None:
    for look, (theme, scale) in LOOKS.items():
        pictures = draw(closed(laptop), laptop, out / look / name, look=theme, scale=scale)
        print(f"{len(pictures)} pictures in {out / look / name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
