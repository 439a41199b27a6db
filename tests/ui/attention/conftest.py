"""A desk for every test of the page."""

from collections.abc import Iterator

import pytest

from terreno_app.ui.theme import Theme
from tests.ui.desk import Desk, a_desk


@pytest.fixture
def desk(theme: Theme) -> Iterator[Desk]:
    yield from a_desk(theme)
