"""The golden merges at a real centre: every op is handed in three times, and nothing happens but the first time.

The merge itself does not ask whether it knows an op; that each op is merged once for ever is the centre's promise.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.core.merge import RecordState
from sync.core.protocol import OpResult
from tests.central.speaking import Laptop, World
from tests.sync.golden import Step, Story, as_shown, stories, told, wanted
from tests.sync.toy import SCHEMA

STORIES = {name: story for name, story in stories().items() if story.at_centre}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, schema=SCHEMA)
    yield world
    world.store.close()


@pytest.mark.parametrize("name", STORIES)
def test_a_golden_merge_ends_the_same_though_every_op_comes_again_and_again(world: World, name: str) -> None:
    story = STORIES[name]
    laptops = enrolled(world, story)

    first = {step.id: hand_in(laptops[step.device], step, times=2) for step in story.steps.values()}
    before = held(world, story)
    for laptop in laptops.values():
        laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""
    again = {step.id: hand_in(laptops[step.device], step, times=1) for step in reversed(story.steps.values())}

    for step in story.steps.values():
        answer, *repeats = [*first[step.id], *again[step.id]]
        assert (answer.reason or answer.status.value, answer.repeated) == (step.outcome, False)
        assert [(one.status, one.change, one.conflicts, one.repeated) for one in repeats] == [
            (answer.status, answer.change, answer.conflicts, True)
        ] * 2
    assert held(world, story) == before
    found = told(before)
    end = wanted(story, story.ends[story.written], {name: laptop.device for name, laptop in laptops.items()})
    assert as_shown(found) == as_shown(end)
    assert found["remembered"] == end["remembered"]


def enrolled(world: World, story: Story) -> dict[str, Laptop]:
    """A laptop for each device of the story."""
    chiefs = {step.device for step in story.steps.values() if step.coordination}
    return {
        device: world.coordination() if device in chiefs else world.laptop()
        for device in sorted({step.device for step in story.steps.values()})
    }


def hand_in(laptop: Laptop, step: Step, times: int) -> list[OpResult]:
    """The answers to one op, each from a batch of its own."""
    values = {step.op.id: step.private} if step.private else {}
    return [laptop.push(step.op, values=values).results[0] for _ in range(times)]


def held(world: World, story: Story) -> RecordState:
    """The story's one record as the centre holds it."""
    record = next(iter(story.steps.values())).op.record
    with world.store.reading() as tx:
        (found,) = (one for one in tx.records([record]) if one.kind == story.kind.name)
    return found.state
