"""The page of Informes on a laptop of coordination, with one month."""

from collections.abc import Iterator

import pytest

from terreno_app.ui.theme import Theme
from tests.ui.reports.figures_desk import Desk, a_desk
from tests.ui.views import a_report


@pytest.fixture
def desk(theme: Theme) -> Iterator[Desk]:
    yield from a_desk(theme, a_report())
