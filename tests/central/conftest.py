"""A founded centre in a folder of the test, and one that listens on loopback; every test once on each database."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from sync.central.api import build_app
from sync.central.serve import serving
from sync.core.instants import instant
from tests.central.speaking import World
from tests.central.toy import Ids
from tests.postgres import MARKER, Databases

AnotherFolder = Callable[[], AbstractContextManager[Path]]
BOTH = ("sqlite", "postgres")
RULES_ON_BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.uncounted))
"""The rules of the centre are the same code on each database; only what is about a store counts on both."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that has a folder runs once on each database, unless it or its module (`DATABASES`) says on which."""
    marks = metafunc.definition.iter_markers("parametrize")
    named = any(mark.args[0] == "kept_by" or "kept_by" in tuple(mark.args[0]) for mark in marks)
    if "kept_by" in metafunc.fixturenames and not named:
        metafunc.parametrize("kept_by", getattr(metafunc.module, "DATABASES", RULES_ON_BOTH), indirect=True)


@pytest.fixture
def tmp_path(tmp_path: Path, kept_by: str, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder whose centres, and those of folders in it, are kept by the database of this turn."""
    if kept_by == "sqlite":
        yield tmp_path
        return
    databases: Databases = request.getfixturevalue("databases")
    (tmp_path / MARKER).write_text(databases.admin)
    yield tmp_path
    databases.take_back(tmp_path)


@pytest.fixture
def another_folder(tmp_path: Path, kept_by: str, request: pytest.FixtureRequest) -> AnotherFolder:
    """Gives a new folder for the length of a block: for tests that need many, one after the other."""
    numbers = itertools.count(1)

    @contextmanager
    def folder() -> Iterator[Path]:
        made = tmp_path / f"turn_{next(numbers)}"
        made.mkdir()
        yield made
        if kept_by == "postgres":
            request.getfixturevalue("databases").take_back(made)

    return folder


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


@pytest.fixture
def former(tmp_path: Path) -> Iterator[World]:
    """A history of the centre, in which devices enrolled and things happened."""
    (tmp_path / "former").mkdir()
    world = World(tmp_path / "former")
    yield world
    world.store.close()


@pytest.fixture
def restored(tmp_path: Path, former: World) -> Iterator[World]:
    """The same centre after a restore from a backup that was taken before any of it: same keys, another epoch."""
    (tmp_path / "restored").mkdir()
    with former.store.reading() as tx:
        keys, name, stream = tx.keys(), tx.value("centre"), tx.value("stream")
    world = World(tmp_path / "restored", ids=Ids(0x0777))
    with world.store.writing() as tx:
        tx._execute("DELETE FROM centre_keys WHERE by_key IS NOT NULL")  # type: ignore[attr-defined]
        tx._execute("DELETE FROM centre_keys")  # type: ignore[attr-defined]
        for key in keys:
            tx.add_key(key, instant(former.clock.now()))
        tx.set_value("centre", str(name))
        tx.set_value("stream", f"{str(stream)[:-1]}f")
        tx.set_value("last_label", "1000")
        tx.add_epoch("0199ffff-0000-7000-8000-000000000002", "2026-11-22T00:00:00.000Z")
    world.open_again()
    yield world
    world.store.close()
