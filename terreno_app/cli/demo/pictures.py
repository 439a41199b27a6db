"""Screenshots of a laptop in the middle of its day."""

import os
from pathlib import Path

from terreno_app.cli.window import PLATFORM, ClosedLaptop, need_display
from terreno_app.desktop import OpenLaptop
from terreno_app.settings import Settings
from terreno_app.ui.gallery import draw


def choose_platform(*, window: bool) -> None:
    """Draw without a display, unless a window is asked for at the end of the day.

    Raises:
        ServiceError: ``no_display``, ``no_display_library``.
    """
    if window:
        need_display(", o sin --window")
    else:
        os.environ[PLATFORM] = "offscreen"


def closed(laptop: OpenLaptop) -> ClosedLaptop:
    """The same laptop as the unlock screen sees it."""
    return ClosedLaptop(laptop.folder.path, laptop.clock, Settings())


def take(laptop: OpenLaptop, out: Path) -> int:
    """Draw every screen of an open laptop into a folder.

    Returns:
        How many there are.
    """
    return len(draw(closed(laptop), laptop, out))
