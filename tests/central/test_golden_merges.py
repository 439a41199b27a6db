"""The golden merges at a real centre: every op is handed in three times, and nothing happens but the first time.

The merge itself does not ask whether it knows an op; that each op is merged once for ever is the centre's promise.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sync.core.merge import RecordState
from sync.core.protocol import OpResult
from tests.central.speaking import Laptop, World
from tests.sync.golden import Step, Story, as_shown, stories, told, wanted
from tests.sync.toy import SCHEMA

STORIES = [story for story in stories().values() if story.at_centre]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, schema=SCHEMA)
    yield world
    world.store.close()


class Office:
    """Laptops by the names that the stories give them; a name may stand for a coordinator's laptop too."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._laptops: dict[tuple[str, bool], Laptop] = {}

    def laptop(self, step: Step) -> Laptop:
        """The laptop on which an op is made."""
        key = (step.device, step.coordination)
        if key not in self._laptops:
            self._laptops[key] = self._world.coordination() if step.coordination else self._world.laptop()
        return self._laptops[key]

    def devices(self, story: Story) -> dict[str, str]:
        """The id of each device of a story."""
        return {step.device: self.laptop(step).device for step in story.steps.values()}

    def hand_in(self, laptop: Laptop, steps: Iterable[Step]) -> list[OpResult]:
        """The answers to these ops in one batch."""
        ops = list(steps)
        values = {one.op.id: one.private for one in ops if one.private}
        return list(laptop.push(*(one.op for one in ops), values=values).results)

    def hand_in_all_again(self) -> dict[str, OpResult]:
        """Every op of every story once more, the last ones first, by laptops that have begun new streams."""
        by_laptop: dict[str, list[Step]] = {}
        for story in reversed(STORIES):
            for step in reversed(story.steps.values()):
                by_laptop.setdefault(self.laptop(step).device, []).append(step)
        answers: dict[str, OpResult] = {}
        for laptop in self._laptops.values():
            laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""
            answers |= {one.op: one for one in self.hand_in(laptop, by_laptop[laptop.device])}
        return answers


def test_golden_merges_end_the_same_though_every_op_comes_again_and_again(
    world: World, subtests: pytest.Subtests
) -> None:
    office = Office(world)

    first = {
        step.op.id: office.hand_in(office.laptop(step), [step, step])
        for story in STORIES
        for step in story.steps.values()
    }
    before = {story.name: held(world, story) for story in STORIES}
    again = office.hand_in_all_again()

    for story in STORIES:
        with subtests.test(story.name):
            for step in story.steps.values():
                answer, *repeats = [*first[step.op.id], again[step.op.id]]
                assert (answer.reason or answer.status.value, answer.repeated) == (step.outcome, False)
                assert [(one.status, one.change, one.conflicts, one.repeated) for one in repeats] == [
                    (answer.status, answer.change, answer.conflicts, True)
                ] * 2
            assert held(world, story) == before[story.name]
            found = told(before[story.name])
            end = wanted(story, story.ends[story.written], office.devices(story))
            assert as_shown(found) == as_shown(end)
            assert found["remembered"] == end["remembered"]


def held(world: World, story: Story) -> RecordState:
    """The story's one record as the centre holds it."""
    with world.store.reading() as tx:
        (found,) = (one for one in tx.records([story.record]) if one.kind == story.kind.name)
    return found.state
