"""The promises once more, with the stores and the centre that people will use."""

from pathlib import Path

import pytest

from tests.sync.real_world import RealWorld

pytestmark = pytest.mark.uncounted


@pytest.mark.parametrize("seed", range(24))
def test_no_history_over_the_real_stores_breaks_a_promise(tmp_path: Path, seed: int) -> None:
    world = RealWorld(seed, tmp_path)

    wrong = world.run()

    world.close()
    assert wrong == []
