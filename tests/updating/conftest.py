"""A repository that was made once and is copied for each test, and two ways to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client.http import Route
from terreno_app.updating.origins import FolderOrigin, WebOrigin
from tests.updating.releaser import Laptop, Releaser, Web, a_releaser, serving


@pytest.fixture(scope="session")
def _published(tmp_path_factory) -> Releaser:
    made = a_releaser(tmp_path_factory.mktemp("publicado"))
    made.add("1.1.0")
    return made


@pytest.fixture
def releaser(_published, tmp_path) -> Releaser:
    """A releaser who has published 1.1.0."""
    folder = Path(shutil.copytree(_published.repository.parent, tmp_path / "publicado"))
    return Releaser(folder / "repository", folder / "keys", folder / "releases")


@pytest.fixture
def web(releaser) -> Iterator[Web]:
    """The repository on the web."""
    with serving(releaser.repository) as served:
        yield served


@pytest.fixture(params=["by the web", "by a folder"])
def laptop(request, releaser, tmp_path) -> Iterator[Laptop]:
    """A laptop that reaches the repository one way."""
    if request.param == "by a folder":
        yield Laptop(releaser.root, tmp_path / "equipo", lambda: FolderOrigin(releaser.repository))
        return
    served = request.getfixturevalue("web")
    yield Laptop(releaser.root, tmp_path / "equipo", lambda: WebOrigin(Route(served.url), "terreno/prueba"))


@pytest.fixture
def on_the_web(releaser, web, tmp_path) -> Laptop:
    """A laptop that reaches the repository by the web."""
    return Laptop(releaser.root, tmp_path / "equipo", lambda: WebOrigin(Route(web.url), "terreno/prueba"))
