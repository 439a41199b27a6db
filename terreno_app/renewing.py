"""Putting the updates of a laptop together: its versions, its trusted root, and where releases come from.

A composition root like `desktop.py`, for a laptop that is open and for a folder that is none yet.
"""

import importlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from sync.client.http import Route
from terreno_app import __version__
from terreno_app.domain.clock import Clock
from terreno_app.paths import resources
from terreno_app.services.errors import ServiceError
from terreno_app.services.updates import Here, Source, Sources, Updates
from terreno_app.updating.installing import Installer
from terreno_app.versions import Versions

KEPT: Final = "updates"
"""In the data folder: what was seen of repositories, and archives on their way."""
PLACE: Final = "updates"
"""Under the centre's address: where it publishes releases."""
_REPOSITORY: Final = "terreno_app.updating.repository"
"""What verifies a repository takes a tenth of a second to load, and no opening of a laptop needs it."""
NOBODY: Final = Here(attending=lambda: False, backup=lambda: None)
"""A folder that is no laptop yet."""


def trusted_root() -> bytes | None:
    """The root that a releaser puts into the program; ``None`` where none was."""
    file = resources() / "updates" / "root.json"
    return file.read_bytes() if file.is_file() else None


def beside(route: Route) -> Route:
    """The releases of a centre."""
    return replace(route, url=f"{route.url.rstrip('/')}/{PLACE}")


def updates_of(folder: Path, route: Callable[[], Route] | None, here: Here, clock: Clock) -> Updates:
    """The updates of a data folder.

    Args:
        folder: The data folder.
        route: Where releases are published; ``None`` where nobody said.
        here: What has to be known of the laptop.
        clock: Where the hour comes from.
    """
    versions = Versions(folder)
    return Updates(__version__, versions, Installer(versions), _sources(folder, route), here, clock)


def _sources(folder: Path, route: Callable[[], Route] | None) -> Sources | None:
    root = trusted_root()
    if root is None:
        return None

    def centre() -> Source:
        if route is None:
            raise ServiceError("usage", what="falta --url.")
        made: Source = importlib.import_module(_REPOSITORY).web(root, folder / KEPT, route(), f"terreno/{__version__}")
        return made

    def from_folder(carrier: Path) -> Source:
        made: Source = importlib.import_module(_REPOSITORY).carried(root, folder / KEPT, carrier)
        return made

    return Sources(centre, from_folder)
