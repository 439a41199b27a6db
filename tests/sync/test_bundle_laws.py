"""Over both roads, in any order and any number of times, ends like once."""

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.client.receipts import verify_delivery
from tests.sync.sticks import Town, Walker
from tests.sync.toy import uid

pytestmark = pytest.mark.uncounted

RECORDS = ("r1", "r2", "r3")
VALUES = ("water", "fire", "earth")

saves = st.tuples(st.just("save"), st.sampled_from(RECORDS), st.sampled_from(VALUES))
roads = st.tuples(st.sampled_from(["pack", "sync"]))
sticks = st.tuples(st.sampled_from(["bring", "home"]), st.integers(0, 10**6))


def play(town: Town, steps: list[tuple[object, ...]]) -> Walker:
    """One laptop saves, and whatever it packed may be brought and come home at any time, again and again."""
    walker = town.walker()
    bundles: list[bytes] = []
    answers: list[bytes] = []
    for step in steps:
        match step:
            case ("save", str(record), str(value)):
                walker.save(record, title=value, body=f"{value}, reservado")
            case ("pack",):
                bundles.append(walker.pack())
            case ("sync",):
                walker.sync()
            case ("bring", int(which)) if bundles:
                answers.append(town.bring(bundles[which % len(bundles)]))
            case ("home", int(which)) if answers:
                walker.receive(answers[which % len(answers)])
    walker.walk()
    answers += [town.bring(bundle) for bundle in reversed(bundles)]
    for answer in reversed(answers):
        walker.receive(answer)
    return walker


@settings(max_examples=40)
@given(st.lists(saves | roads | sticks, min_size=3, max_size=24))
def test_any_order_and_number_of_deliveries_ends_like_one(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "once").mkdir()
        town, once = Town(Path(folder)), Town(Path(folder) / "once")
        plain = once.walker()
        for step in steps:
            if step[0] == "save":
                plain.save(str(step[1]), title=str(step[2]), body=f"{step[2]}, reservado")
        plain.sync()

        walker = play(town, steps)

        assert town.state() == once.state()
        assert walker.notes() == plain.notes()
        assert walker.store.pending() == 0
        for delivery in walker.store.deliveries():
            verify_delivery(delivery, walker.store.identity().centre_keys)
        town.close()
        once.close()


class Country:
    """Three laptops of one region that edit the same records, and more sticks than anybody keeps in order."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.town = Town(folder)
        self.walkers = [self.town.walker("coordination"), self.town.walker(), self.town.walker()]
        self.bundles: list[bytes] = []
        self.answers: list[tuple[Walker, bytes]] = []
        self.saved = 0

    def act(self) -> None:
        walker, dice = self.chance.choice(self.walkers), self.chance.random()
        if dice < 0.4:
            self.save(walker)
        elif dice < 0.5:
            walker.sync()
        elif dice < 0.65:
            self.bundles.append(walker.pack())
        elif dice < 0.85 and self.bundles:
            bundle = self.chance.choice(self.bundles)
            answer = self.town.bring(bundle)
            self.answers += [(one, answer) for one in self.walkers if self.is_for(one, answer)]
        elif self.answers:
            home, answer = self.chance.choice(self.answers)
            home.receive(answer)

    @staticmethod
    def is_for(walker: Walker, answer: bytes) -> bool:
        return walker.store.identity().device.encode() in answer[:4_000]

    def save(self, walker: Walker) -> None:
        self.saved += 1
        mine = [one for one in walker.store.conflicts() if one.other]
        entitled = [one for one in mine if one.other_device == walker.store.identity().device]
        if entitled and self.chance.random() < 0.4:
            conflict = self.chance.choice(entitled)
            walker.type(conflict.record, dict(conflict.other), resolves=(conflict.id,))
        else:
            walker.save(self.chance.choice(RECORDS), **{self.chance.choice(["title", "colour"]): self.value()})

    def value(self) -> str:
        return self.chance.choice(VALUES) if self.chance.random() < 0.5 else f"v{self.saved}"

    def settle(self) -> None:
        for _ in range(2):
            for walker in self.walkers:
                walker.walk()


@pytest.mark.parametrize("seed", range(12))
def test_everybody_converges_over_sticks_and_network(
    tmp_path: Path, seed: int, soak: Callable[[int, int], int]
) -> None:
    country = Country(tmp_path, seed)
    for _ in range(soak(60, 600)):
        country.act()

    country.settle()

    first, *others = country.walkers
    at_the_centre = {row[0] for row in country.town.world.rows("SELECT id FROM conflicts WHERE state = 'open'")}
    for walker in country.walkers:
        assert walker.store.pending() == 0
        assert {conflict.id for conflict in walker.store.conflicts()} == at_the_centre
        for delivery in walker.store.deliveries():
            verify_delivery(delivery, walker.store.identity().centre_keys)
    assert [walker.notes() for walker in others] == [first.notes()] * 2
    assert country.town.ops() == country.saved
    assert first.notes().keys() <= {uid(record) for record in RECORDS}
    country.town.close()
