"""A bundle at the centre: whole or not at all, batch by batch, and nonsense of a known sender is answered as such."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.central.bundle import take_in
from sync.central.errors import UnavailableError
from sync.central.operate.rotation import end_old_keys, rotate
from sync.core.bundle import BundleCover, Manifest, Pulled, Received, Refused, Said, Unread
from sync.core.errors import UnreadableBundleError
from sync.core.problems import ProblemType
from sync.core.protocol import MAX_OPS
from sync.core.trust import BOX, Certificate
from sync.parcel.frames import FrameWriter
from sync.parcel.sealing import Sealing
from tests.sync.sticks import Town, Walker, a_town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    yield from a_town(tmp_path)


def a_bundle(town: Town, walker: Walker, *frames: Any) -> bytes:
    """A bundle with just these frames, JSON or bytes."""
    identity, file = walker.store.identity(), io.BytesIO()
    ((box, key),) = identity.centre_keys[BOX].items()
    writer = FrameWriter(Sealing(file, BundleCover(Certificate.from_wire(identity.certificate), box).to_wire(), key))
    for frame in frames:
        writer.put(frame) if isinstance(frame, bytes) else writer.put_json(frame)
    writer.finish(walker.keys.sign)
    return file.getvalue()


def manifest(walker: Walker, **changes: Any) -> dict[str, Any]:
    stands = {"epoch": walker.store.identity().epoch, "role": "field", "schema": 1, "cursors": {"CL": 0, "13": 0}}
    return Manifest(**(stands | changes)).to_wire()


def batches(walker: Walker, *records: str) -> list[dict[str, Any]]:
    """Each record in a batch of its own."""
    ops, last = [], ""
    walker.save(*records, title="water")
    while (batch := walker.store.next_batch(1, 10**6, last)) is not None:
        ops.append(batch.to_wire())
        last = str(batch.ops[0]["op"])  # type: ignore[index, call-overload]
    return ops


def told(said: list[Said]) -> list[str]:
    kinds = {Received: "received", Pulled: "page"}
    return [
        one.problem.type if isinstance(one, Refused | Unread) else kinds[type(one)]
        for one in said[2:]  # behind the status and the manifest
    ]


def test_batches_are_taken_in_one_after_the_other(town: Town) -> None:
    walker = town.walker()

    answer, taken = town.brought(a_bundle(town, walker, manifest(walker), *batches(walker, "r1", "r2")))

    assert told(walker.opened(answer)) == ["received", "received", "page", "page"]
    assert (taken.batches, taken.ops, town.ops()) == (2, 2, 2)


def test_behind_a_refused_batch_the_rest_of_its_stream_is_not_tried(town: Town) -> None:
    walker = town.walker()
    first, second, third = batches(walker, "r1", "r2", "r3")

    answer, taken = town.brought(a_bundle(town, walker, manifest(walker), second, third, first))

    assert told(walker.opened(answer)) == [ProblemType.GAP, "page", "page"]
    assert (taken.batches, town.ops()) == (0, 0)


def test_another_stream_goes_on(town: Town) -> None:
    walker = town.walker()
    first, second = batches(walker, "r1", "r2")
    walker.store.restart_stream(None)
    others = batches(walker, "r3")

    answer, _ = town.brought(a_bundle(town, walker, manifest(walker), second, first, *others))

    assert told(walker.opened(answer)) == [ProblemType.GAP, "received", "received", "received", "page", "page"]
    assert town.ops() == 3


def test_a_batch_that_does_not_hold_together_is_refused_alone(town: Town) -> None:
    walker = town.walker()
    (batch,) = batches(walker, "r1")

    answer, _ = town.brought(a_bundle(town, walker, manifest(walker), {**batch, "link": "ab" * 32}))

    assert told(walker.opened(answer)) == [ProblemType.UNREADABLE, "page", "page"]


def test_a_batch_with_an_op_too_many_is_told_so(town: Town) -> None:
    walker = town.walker()
    (batch,) = batches(walker, "r1")

    answer, _ = town.brought(a_bundle(town, walker, manifest(walker), {**batch, "ops": batch["ops"] * (MAX_OPS + 1)}))

    assert told(walker.opened(answer)) == [ProblemType.TOO_LARGE, "page", "page"]


@pytest.mark.parametrize("frame", [b"{", [], {"stream": 7}], ids=["no JSON", "no object", "no batch"])
def test_a_frame_that_is_no_batch_is_answered_as_such(town: Town, frame: Any) -> None:
    walker = town.walker()
    (batch,) = batches(walker, "r1")

    answer, _ = town.brought(a_bundle(town, walker, manifest(walker), frame, batch))

    assert told(walker.opened(answer)) == [ProblemType.UNREADABLE, "received", "page", "page"]


@pytest.mark.parametrize("frames", [(), (b"{",), ([],)], ids=["nothing", "no JSON", "no manifest"])
def test_without_a_manifest_there_is_no_bundle(town: Town, frames: Any) -> None:
    walker = town.walker()

    with pytest.raises(UnreadableBundleError) as error:
        town.bring(a_bundle(town, walker, *frames))

    assert error.value.code == "damaged_bundle"


def test_feeds_that_a_laptop_may_not_read_end_the_pages(town: Town) -> None:
    walker = town.walker()

    said = walker.opened(town.bring(a_bundle(town, walker, manifest(walker, cursors={"CL": 0, "05": 0, "13": 0}))))

    assert told(said) == ["page", ProblemType.OUTSIDE_SCOPE]


def test_cursors_of_another_history_begin_at_the_beginning(town: Town) -> None:
    walker = town.walker()

    said = walker.opened(town.bring(a_bundle(town, walker, manifest(walker, epoch="gone", cursors={"13": 900}))))

    assert [one.since for one in said if isinstance(one, Pulled)] == [0]


def new_keys(town: Town) -> None:
    rotate(town.world.store, town.world.surroundings, lambda _: None)


def test_keys_that_the_centre_got_while_a_stick_was_away_do_no_harm(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    bundle = walker.pack()
    new_keys(town)

    outcome = walker.receive(town.bring(bundle))
    walker.save("r2", title="fire")
    again = walker.walk()

    assert (outcome.pending, outcome.warnings, again.pending, again.warnings) == (0, (), 0, ())
    assert len(walker.store.identity().centre_keys[BOX]) == 2


def test_a_bundle_for_a_key_that_is_no_more_brings_home_the_keys_for_the_next_one(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    bundle = walker.pack()
    new_keys(town)
    town.world.clock.move(days=36)
    end_old_keys(town.world.store, town.world.clock.now())

    too_old = walker.receive(town.bring(bundle))
    again = walker.walk()

    assert (too_old.pending, [warning.code for warning in too_old.warnings]) == (1, ["old_bundle"])
    assert (again.pending, again.warnings, town.ops()) == (0, (), 1)


def test_an_answer_across_a_change_of_keys_is_asked_for_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    bundle = walker.pack()
    push = town.world.centre.push

    def changing(*given: Any) -> Any:
        new_keys(town)
        town.world.centre.status()
        return push(*given)

    monkeypatch.setattr(town.world.centre, "push", changing)
    with pytest.raises(UnavailableError):
        town.bring(bundle)
    monkeypatch.undo()

    assert walker.receive(town.bring(bundle)).pending == 0
    assert town.ops() == 1


def test_a_database_that_fails_half_way_keeps_what_was_taken_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    walker = town.walker()
    bundle = a_bundle(town, walker, manifest(walker), *batches(walker, "r1", "r2"))
    push, calls = town.world.centre.push, iter([True, False])

    def once(*given: Any) -> Any:
        if not next(calls):
            raise UnavailableError("full")
        return push(*given)

    monkeypatch.setattr(town.world.centre, "push", once)
    with pytest.raises(UnavailableError):
        take_in(town.world.centre, io.BytesIO(bundle), io.BytesIO())
    monkeypatch.undo()

    answer, taken = town.brought(bundle)

    results = [one.answer.results[0] for one in walker.opened(answer) if isinstance(one, Received)]
    assert [result.repeated for result in results] == [True, False]
    assert (taken.ops, town.ops()) == (2, 2)
