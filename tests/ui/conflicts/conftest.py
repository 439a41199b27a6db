"""A table for every test of the page, of coordination or in the field."""

from collections.abc import Iterator

import pytest

from terreno_app.ui.theme import Theme
from tests.ui.conflicts.table import Table, a_table


@pytest.fixture
def table(theme: Theme) -> Iterator[Table]:
    yield from a_table(theme)


@pytest.fixture
def field_table(theme: Theme) -> Iterator[Table]:
    yield from a_table(theme, "field")
