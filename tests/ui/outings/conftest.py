from collections.abc import Iterator

import pytest

from terreno_app.ui.theme import Theme
from tests.ui.outings.salidas import Desk, a_desk


@pytest.fixture
def desk(theme: Theme) -> Iterator[Desk]:
    yield from a_desk(theme)
