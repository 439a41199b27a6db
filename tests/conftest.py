"""What every test needs before anything is imported: Qt without a screen, and the same examples on every run."""

import os
from collections.abc import Callable

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("brief", settings.get_profile("ci"), max_examples=12)
settings.load_profile("ci")

TOLD = "told"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="as many examples as the promises are stated for")


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """How many examples: few in every run, many with --soak."""
    thorough = bool(request.config.getoption("--soak"))
    return lambda few, many: many if thorough else few


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say something in the summary of the run: how many, and by which way."""
    return lambda line: request.node.user_properties.append((TOLD, line))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("passed"):
        for name, line in report.user_properties:
            if name == TOLD:
                terminalreporter.write_line(f"{report.location[2]}: {line}")
