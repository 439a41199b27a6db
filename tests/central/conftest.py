"""A founded centre in a folder of the test, and one that listens on loopback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.central.api import build_app
from sync.central.serve import serving
from tests.central.speaking import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def serve() -> Iterator[Callable[[World], str]]:
    """Lets a world listen; gives its URL."""
    with ExitStack() as listening:
        yield lambda world: listening.enter_context(serving(build_app(world.centre)))


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with serving(build_app(world.centre)) as served:
        yield served
