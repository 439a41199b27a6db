"""A centre for sixteen days of a test process; each day has a region of its own, so no day sees another."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import pytest

from terreno_app.domain.clock import santiago_day
from tests.cli.terminal import PHRASE
from tests.days.lives import Lives
from tests.days.town import CentreProcess, MortalCentre, Town, morning
from tests.factories import catalogues


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(monkeypatch, tmp_path):
    monkeypatch.setenv("TERRENO_PASSPHRASE", PHRASE)
    monkeypatch.setenv("TERRENO_DATA", str(tmp_path / "ninguna"))


@pytest.fixture(scope="session")
def places(tmp_path_factory) -> Iterator[Iterator[tuple[CentreProcess, str, str]]]:
    """A centre, a region of it and a comuna, never the same twice: open conflicts of one day are none of another's."""

    def found() -> Iterator[tuple[CentreProcess, str, str]]:
        while True:
            centre = CentreProcess(tmp_path_factory.mktemp("centro"))
            centre.found()
            centre.start()
            try:
                for region, comuna in comunas():
                    yield centre, region, comuna
            finally:
                centre.end()

    with closing(found()) as places:
        yield places


@pytest.fixture
def own_centre(tmp_path) -> Iterator[CentreProcess]:
    """A centre that this test may kill."""
    centre = CentreProcess(tmp_path)
    centre.found()
    centre.start()
    yield centre
    centre.end()


@pytest.fixture
def mortal_centre(tmp_path, kept_by, request) -> Iterator[MortalCentre]:
    """A centre that dies where this test wants it to."""
    databases = request.getfixturevalue("databases") if kept_by == "postgres" else None
    centre = MortalCentre(tmp_path, server=databases.bare(tmp_path) if databases else "")
    centre.found()
    centre.start()
    yield centre
    centre.close()
    if databases:
        databases.take_back(tmp_path)


@pytest.fixture
def laptops() -> Iterator[Lives]:
    """Where lives of laptops begin."""
    lives = Lives("tests.days.mortal_laptop")
    yield lives
    lives.close()


def comunas() -> list[tuple[str, str]]:
    """Each region with a comuna of it."""
    return [
        (region, min(comuna.code for comuna in comunas))
        for region, comunas in groupby(sorted(catalogues().comunas, key=lambda c: c.region), lambda c: c.region)
    ]


def today() -> str:
    return santiago_day(datetime.now(UTC)).isoformat()


@pytest.fixture
def begin(tmp_path: Path) -> Callable[..., Town]:
    """Begin a day at a centre that serves this test alone."""

    def start(centre: CentreProcess, laptops: int = 2) -> Town:
        region, comuna = comunas()[0]
        return morning(centre, tmp_path, region, comuna, today(), laptops)

    return start


@pytest.fixture
def town(places, tmp_path) -> Town:
    centre, region, comuna = next(places)
    return morning(centre, tmp_path, region, comuna, today())
