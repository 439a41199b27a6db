"""A window for every test of the house."""

from collections.abc import Iterator

import pytest

from terreno_app.ui.theme import Theme
from tests.ui.shell.house import House, a_house


@pytest.fixture
def house(theme: Theme) -> Iterator[House]:
    yield from a_house(theme)
