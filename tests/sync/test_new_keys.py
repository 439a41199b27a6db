"""A centre that gets new keys, seen by laptops that know only the old ones."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.central.operate.rotation import rotate
from sync.client.errors import ForgedError
from sync.client.receipts import verify_delivery
from tests.sync.test_real_centre import Laptop, Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as stack:
        yield Town(tmp_path, stack)


def new_keys(town: Town) -> tuple[str, ...]:
    return rotate(town.world.store, town.world.surroundings, lambda _: None).made


def signers(laptop: Laptop) -> list[str]:
    """The keys behind the receipts of a laptop; each receipt holds."""
    deliveries = list(laptop.disk.deliveries())
    for delivery in deliveries:
        verify_delivery(delivery, laptop.disk.identity().centre_keys)
    return [delivery.receipt.key for delivery in deliveries]


def test_a_laptop_learns_the_new_keys_at_its_next_sync_and_verifies_old_and_new_receipts(town: Town) -> None:
    laptop = town.laptop(1)
    laptop.save("r1", title="water")
    laptop.sync()

    sign, box = new_keys(town)
    laptop.save("r2", title="fire")
    outcome = laptop.sync()

    known = laptop.disk.identity().centre_keys
    assert (outcome.receipts, outcome.pending, outcome.warnings) == (1, 0, ())
    assert (sign in known["sign"], box in known["box"]) == (True, True)
    assert signers(laptop)[-1] == sign != signers(laptop)[0]


def test_a_laptop_that_slept_through_three_changes_learns_them_all(town: Town) -> None:
    laptop = town.laptop(1)
    for _ in range(3):
        newest, _ = new_keys(town)
        town.world.clock.move(days=40)

    laptop.save("r1", title="water")
    outcome = laptop.sync()

    assert (outcome.receipts, outcome.warnings) == (1, ())
    assert signers(laptop) == [newest]


@pytest.mark.parametrize("step", ["talk.learnt", "push.marked"])
def test_keys_that_change_in_the_middle_of_a_sync_do_not_break_it(town: Town, step: str) -> None:
    laptop = town.laptop(1)
    laptop.save("r1", "r2", title="water")
    made: list[str] = []

    def change(name: str) -> None:
        if name == step and not made:
            made.extend(new_keys(town))

    outcome = laptop.sync(at=change)

    assert (outcome.pending, outcome.warnings) == (0, ())
    assert set(signers(laptop)) == {made[0]}


def test_a_receipt_of_a_key_for_which_nobody_vouches_counts_for_nothing(town: Town) -> None:
    laptop = town.laptop(1)
    laptop.save("r1", title="water")
    new_keys(town)
    with town.world.store.writing() as tx:
        tx._execute("UPDATE centre_keys SET signature = ? WHERE by_key IS NOT NULL", ("00" * 64,))  # type: ignore[attr-defined]

    with pytest.raises(ForgedError, match="unknown_key"):
        laptop.sync()

    assert laptop.disk.pending() == 1
