"""A centre, a laptop and the road between them; and tables of records to count."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from sync.client.http import Central, Limits, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller
from tests.postgres import Server
from tests.sync.carrier import Road
from tests.sync.http_centre import HttpCentre, serving
from tests.sync.lines import Line
from tests.sync.long_lives import Town
from tests.sync.memory_centre import MemoryCentre
from tests.sync.memory_outbox import MemoryOutbox
from tests.sync.simulation import a_laptop
from tests.sync.tables import AnyTable, LaptopTable, PostgresTable, SqliteTable
from tests.sync.toy import SCHEMA, Ids, Ticking, uid


@pytest.fixture
def ids() -> Ids:
    return Ids()


@pytest.fixture
def centre(ids: Ids) -> MemoryCentre:
    return MemoryCentre(SCHEMA, ids)


@pytest.fixture
def keys() -> DeviceKeys:
    return DeviceKeys(bytes([1]) * 32, bytes([2]) * 32)


@pytest.fixture
def laptop(centre: MemoryCentre, ids: Ids, keys: DeviceKeys) -> MemoryOutbox:
    return a_laptop(centre, ids, uid("laptop"), keys)


@pytest.fixture
def other_laptop(centre: MemoryCentre, ids: Ids) -> MemoryOutbox:
    return a_laptop(centre, ids, uid("other"), DeviceKeys(bytes([3]) * 32, bytes([4]) * 32))


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def served(centre: MemoryCentre) -> Iterator[HttpCentre]:
    with serving(HttpCentre(centre)) as http:
        yield http


@pytest.fixture
def central(served: HttpCentre, keys: DeviceKeys, clock: Ticking) -> Iterator[Central]:
    limits = Limits(connect_s=2, read_s=2, received=200_000, expanded=100_000)
    road = Central(Route(served.url), clock, keys, limits=limits)
    yield road
    road.close()


@pytest.fixture
def caller(laptop: MemoryOutbox) -> Caller:
    return Caller(laptop.identity().device, laptop.identity().stream)


@pytest.fixture
def line(centre: MemoryCentre) -> Line:
    return Line(centre)


@pytest.fixture
def road(tmp_path: Path) -> Iterator[Road]:
    with ExitStack() as stack:
        yield Road(tmp_path, stack)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as stack:
        yield Town(tmp_path, stack)


@pytest.fixture(scope="module", params=["sqlite", "laptop", "postgres"])
def table(request: pytest.FixtureRequest) -> Iterator[AnyTable]:
    if request.param != "postgres":
        yield SqliteTable() if request.param == "sqlite" else LaptopTable()
        return
    server: Server = request.getfixturevalue("server")
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        yield PostgresTable(connection)
