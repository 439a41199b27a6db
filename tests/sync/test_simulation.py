"""The promises, over many histories with every misfortune; and each planted mistake is caught."""

import pytest

from tests.sync.mistakes import MISTAKES
from tests.sync.simulation import World, run


def test_no_history_breaks_a_promise() -> None:
    total = run(range(300))

    assert total.violations == {}
    assert min(total.conflicts, total.kills) > 500
    assert min(total.clones, total.rollbacks, total.restores, total.erased) > 20


def test_one_seed_is_one_history_byte_for_byte() -> None:
    first, second = World(7), World(7)

    first.run()
    second.run()

    assert first.centre.ledger == second.centre.ledger
    assert [d.disk.state() for d in first.devices] == [d.disk.state() for d in second.devices]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_caught(mistake: str) -> None:
    caught = next((seed for seed in range(150) if run(range(seed, seed + 1), mistake).violations), None)

    assert caught is not None
