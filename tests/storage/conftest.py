from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.laptop import Laptop
from tests.storage.tiny_centre import TinyCentre


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    laptop = Laptop.enrolled(tmp_path / "laptop")
    yield laptop
    laptop.store.close()


@pytest.fixture
def centre() -> TinyCentre:
    return TinyCentre()
