"""Screenshots of a laptop in the middle of its day."""

import os
import sys
from pathlib import Path

from terreno_app.cli.window import ClosedLaptop
from terreno_app.desktop import OpenLaptop
from terreno_app.services.errors import ServiceError
from terreno_app.settings import Settings
from terreno_app.ui.gallery import draw

PLATFORM = "QT_QPA_PLATFORM"


def choose_platform(*, window: bool) -> None:
    """Draw without a display, unless a window is asked for at the end of the day.

    Raises:
        ServiceError: ``no_display`` when there is nowhere to show the window.
    """
    if not window:
        os.environ[PLATFORM] = "offscreen"
    elif sys.platform == "linux" and not ({"DISPLAY", "WAYLAND_DISPLAY", PLATFORM} & os.environ.keys()):
        raise ServiceError("no_display")


def closed(laptop: OpenLaptop) -> ClosedLaptop:
    """The same laptop as the unlock screen sees it."""
    return ClosedLaptop(laptop.folder.path, laptop.clock, Settings())


def take(laptop: OpenLaptop, out: Path) -> int:
    """Draw every screen of an open laptop into a folder.

    Returns:
        How many there are.
    """
    return len(draw(closed(laptop), laptop, out))
