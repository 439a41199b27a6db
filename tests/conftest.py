"""What tests share: Qt without a screen, the same examples on every run, a PostgreSQL server for who asks for one."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import Phase, settings

from tests.postgres import Databases, Server, running

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("brief", settings.get_profile("ci"), max_examples=12, phases=[Phase.explicit, Phase.generate])
settings.load_profile("ci")

TESTS = Path(__file__).parent
WHOLE = {"days", "reliability", "security", "simulator"}
"""Folders of tests that play whole days, accidents and attacks."""
MEASURED_PROGRAMS = "COVERAGE_PROCESS_CONFIG"
"""Where coverage tells programs that a test starts to measure themselves."""

TOLD = "told"
ON_DATABASE = "on database"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="as many examples as the promises are stated for")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Only what is written case by case counts for the coverage floors: whole days and drawn histories do not.

    They go over the same lines thousands of times, and being measured doubles their time. A line that only they reach
    is a line that no test is about. Neither their fixtures nor the programs that they start are measured.
    """
    measuring = Coverage.current()
    if measuring is None or _counts(item):
        return (yield)
    with pytest.MonkeyPatch.context() as around:
        around.delenv(MEASURED_PROGRAMS, raising=False)
        measuring.stop()
        try:
            return (yield)
        finally:
            measuring.start()


def _counts(item: pytest.Item) -> bool:
    return not _is_whole(item) and item.get_closest_marker("uncounted") is None


def _is_whole(item: pytest.Item) -> bool:
    return item.path.relative_to(TESTS).parts[0] in WHOLE


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """How many examples: few in every run, many with --soak."""
    thorough = bool(request.config.getoption("--soak"))
    return lambda few, many: many if thorough else few


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say something in the summary of the run: how many, and by which way."""
    return lambda line: request.node.user_properties.append((TOLD, line))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, one for each process that runs tests."""
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def databases(server: Server) -> Databases:
    return Databases.begin(server)


@pytest.fixture
def kept_by(request: pytest.FixtureRequest) -> str:
    """The database that holds a test's centres: `sqlite`, or `postgres` by parametrising. The summary counts them."""
    chosen = str(getattr(request, "param", "sqlite"))
    request.node.user_properties.append((ON_DATABASE, chosen))
    return chosen


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long comes first at each worker, so that none waits for another at the end.

    Workers are handed the tests in as many equal parts as there are workers, one after the other. A run that stops at
    the first failure starts no server for what fails without one.
    """
    whole, drawn, counted = [], [], []
    for item in items:
        (whole if _is_whole(item) else counted if _counts(item) else drawn).append(item)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = [
        item
        for worker in range(workers)
        for part in (whole, drawn, counted)
        for item in part[len(part) * worker // workers : len(part) * (worker + 1) // workers]
    ]
    if config.getoption("maxfail") == 1:
        items.sort(key=lambda item: "postgres" in item.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    ran: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, line in report.user_properties:
            if name == TOLD:
                terminalreporter.write_line(f"{report.location[2]}: {line}")
            elif name == ON_DATABASE:
                ran[line] += 1
    if ran:
        told = ", ".join(f"{count} tests on {database}" for database, count in sorted(ran.items(), reverse=True))
        terminalreporter.write_line(f"centre: {told}")
