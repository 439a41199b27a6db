"""By stick instead of network: the same promises, whatever comes twice, late, damaged or from elsewhere."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.central.bundle import take_in
from sync.central.ground import Limits
from sync.client.bundle import pack
from sync.client.conversation import Hooks, Run, StoppedError
from sync.client.receipts import verify_delivery
from sync.core.bundle import Manifest, Pulled, Received, Refused
from sync.core.errors import UnreadableBundleError
from sync.core.trust import CentreStatus
from tests.sync.simulation import KilledError
from tests.sync.sticks import Town, Walker, a_town
from tests.sync.toy import uid


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    yield from a_town(tmp_path)


def refused(walker: Walker, data: bytes) -> str:
    with pytest.raises(UnreadableBundleError) as error:
        walker.receive(data)
    return error.value.code


def not_taken(town: Town, data: bytes) -> str:
    with pytest.raises(UnreadableBundleError) as error:
        town.bring(data)
    return error.value.code


def test_what_is_packed_is_received_and_proven_by_receipts(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", "r2", title="Ñuñoa", body="reservado")

    before = walker.state("r1")
    bundle = walker.pack()
    on_the_way = walker.state("r1")
    outcome = walker.receive(town.bring(bundle))

    assert (before, on_the_way, walker.state("r1")) == ("local", "sent", "received")
    assert (outcome.sent, outcome.applied, outcome.receipts, outcome.pending) == (2, 2, 1, 0)
    assert outcome.warnings == ()
    (delivery,) = walker.store.deliveries()
    verify_delivery(delivery, walker.store.identity().centre_keys)
    assert ("bundle",) in town.world.rows("SELECT route FROM batches")


def test_the_answer_brings_what_others_wrote(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    other.save("r1", title="water", body="reservado")
    other.sync()
    walker.save("r2", title="fire")

    outcome = walker.walk()

    assert outcome.received >= 2
    assert walker.notes() == {uid("r1"): {"title": "water"}, uid("r2"): {"title": "fire"}}
    assert walker.store.last_finished_at() is not None


def test_a_laptop_with_nothing_to_hand_in_still_brings_news_home(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    other.save("r1", title="water")
    other.sync()

    outcome = walker.walk()

    assert (outcome.sent, outcome.receipts) == (0, 0)
    assert walker.notes() == {uid("r1"): {"title": "water"}}


def test_a_laptop_without_any_network_lives_by_stick(town: Town) -> None:
    walker, online = town.walker(), town.walker()
    for day in range(5):
        walker.save(f"a{day}", title="here", body="reservado")
        walker.save("shared", colour=f"blue {day}")
        online.save(f"b{day}", title="there")
        online.save("shared", title=f"water {day}")
        online.sync()
        walker.walk()
    online.sync()

    assert walker.store.pending() == 0
    assert {one: {n: v for n, v in f.items() if n != "body"} for one, f in walker.notes().items()} == online.notes()
    assert len(walker.notes()) == 11
    assert town.ops() == 20
    assert walker.notes() == town.centre_shows(walker)


def test_a_conflict_is_met_and_settled_by_stick(town: Town) -> None:
    walker, online = town.walker(), town.walker()
    online.save("r1", title="water")
    online.sync()
    walker.walk()
    online.save("r1", title="fire")
    walker.save("r1", title="earth")
    online.sync()

    outcome = walker.walk()
    (conflict,) = walker.store.conflicts()
    walker.save("r1", title="earth", resolves=(conflict.id,))
    walker.walk()
    online.sync()

    assert outcome.conflicts == 1
    assert walker.notes() == online.notes() == {uid("r1"): {"title": "earth"}}
    assert not walker.store.conflicts()
    assert not online.store.conflicts()


def test_a_bundle_may_be_brought_twice_and_its_answer_come_home_twice(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", "r2", title="water")
    bundle = walker.pack()
    first, second = town.bring(bundle), town.bring(bundle)
    state = town.state()

    walker.receive(second)
    shown = walker.notes()
    again = walker.receive(first)

    assert town.state() == state
    assert walker.notes() == shown
    assert (again.sent, again.receipts, again.received, again.pending) == (0, 0, 0, 0)
    assert again.warnings == ()


def test_the_network_may_be_faster_than_the_stick(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    bundle = walker.pack()
    walker.save("r1", title="fire")
    walker.sync()
    state = town.state()

    outcome = walker.receive(town.bring(bundle))

    assert town.state() == state
    assert walker.notes() == {uid("r1"): {"title": "fire"}}
    assert (outcome.sent, outcome.pending) == (0, 0)


def test_an_old_answer_does_not_turn_back_what_is_known(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    other.save("r1", title="water")
    other.sync()
    old = town.bring(walker.pack())
    town.world.clock.move(hours=1)
    other.save("r1", title="fire")
    other.sync()
    walker.sync()
    synced_at = walker.store.last_finished_at()

    outcome = walker.receive(old)

    assert walker.notes() == {uid("r1"): {"title": "fire"}}
    assert outcome.received == 0
    assert walker.store.last_finished_at() == synced_at


def test_the_answer_to_a_later_bundle_may_come_home_first(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    walker.save("r1", title="water")
    first = town.bring(walker.pack())
    walker.save("r1", colour="blue")
    other.save("r2", title="fire")
    other.sync()
    second = town.bring(walker.pack())

    walker.receive(second)
    walker.receive(first)

    assert walker.store.pending() == 0
    assert walker.notes() == {uid("r1"): {"title": "water", "colour": "blue"}, uid("r2"): {"title": "fire"}}
    assert len(list(walker.store.deliveries())) == 2


def test_pages_that_reach_further_than_this_laptop_are_taken_although_they_begin_earlier(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    other.save("r1", title="water")
    other.sync()
    first = town.bring(walker.pack())
    other.save("r1", title="fire")
    other.save("r2", title="earth")
    other.sync()
    second = town.bring(walker.pack())
    walker.receive(first)

    walker.receive(second)

    assert walker.notes() == {uid("r1"): {"title": "fire"}, uid("r2"): {"title": "earth"}}


def test_what_does_not_fit_goes_with_the_next_one(town: Town) -> None:
    walker = town.walker()
    walker.save(*(f"r{number}" for number in range(1_200)), title="water")

    file = io.BytesIO()
    packed = pack(Run(walker.store, Hooks()), walker.keys, 1, file, full_at=1_000)
    outcome = walker.receive(town.bring(file.getvalue()))
    rest = walker.walk()

    assert (packed.batches, len(packed.ops), packed.left) == (1, 1_000, 200)
    assert (outcome.sent, outcome.pending) == (1_000, 200)
    assert (rest.sent, rest.pending) == (200, 0)


def test_pages_that_do_not_fit_come_with_the_next_answer(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    other.save(*(f"r{number}" for number in range(1_500)), title="water")
    other.sync()
    answer = io.BytesIO()
    take_in(town.world.centre, io.BytesIO(walker.pack()), answer, full_at=10_000)

    first = walker.receive(answer.getvalue())
    early = walker.store.last_finished_at()
    second = walker.walk()

    assert 1_000 <= first.received < 1_500
    assert early is None
    assert first.received + second.received >= 1_500
    assert walker.notes() == other.notes()
    assert walker.store.last_finished_at() is not None


def test_saving_goes_on_while_the_stick_is_away(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    answer = town.bring(walker.pack())
    walker.save("r1", title="fire")

    outcome = walker.receive(answer)

    assert (outcome.sent, outcome.pending) == (1, 1)
    assert walker.notes() == {uid("r1"): {"title": "fire"}}
    assert walker.walk().pending == 0


@pytest.mark.parametrize("step", ["receive.verified", "receive.stored"])
def test_killed_while_an_answer_is_taken_in_and_done_again(town: Town, step: str) -> None:
    walker, other = town.walker(), town.walker()
    other.save("r9", title="fire")
    other.sync()
    walker.save("r1", title="water")
    answer = town.bring(walker.pack())

    def kill(name: str) -> None:
        if name == step:
            raise KilledError

    with pytest.raises(KilledError):
        walker.receive(answer, at=kill)
    walker.receive(answer)

    assert walker.store.pending() == 0
    assert walker.notes() == {uid("r1"): {"title": "water"}, uid("r9"): {"title": "fire"}}


def test_somebody_may_stop_and_go_on(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    answer = town.bring(walker.pack())

    stopped = walker.receive(answer, should_stop=lambda: True)
    outcome = walker.receive(answer)

    assert [told.code for told in stopped.warnings] == ["stopped"]
    assert (stopped.pending, outcome.pending) == (1, 0)
    walker.save("r2", title="fire")
    with pytest.raises(StoppedError):
        pack(Run(walker.store, Hooks(should_stop=lambda: True)), walker.keys, 1, io.BytesIO())


def test_each_step_is_told(town: Town) -> None:
    walker, told = town.walker(), []
    walker.save("r1", "r2", title="water")

    file = io.BytesIO()
    pack(Run(walker.store, Hooks(progress=told.append)), walker.keys, 1, file)
    walker.receive(town.bring(file.getvalue()), progress=told.append)

    assert [(one.step, one.done, one.total) for one in told if one.step != "pull"] == [
        ("pack", 0, 2),
        ("pack", 2, 2),
        ("push", 0, 2),
        ("push", 2, 2),
        ("square", 2, 2),
        ("verify", 1, 1),
    ]
    assert {one.step for one in told} >= {"pull"}


def test_a_damaged_bundle_leaves_the_centre_as_it_was(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    bundle = walker.pack()
    middle = len(bundle) // 2

    code = not_taken(town, bundle[:middle] + bytes([bundle[middle] ^ 1]) + bundle[middle + 1 :])

    assert code == "damaged_bundle"
    assert town.ops() == 0


def test_a_damaged_answer_leaves_the_laptop_as_it_was(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    answer = town.bring(walker.pack())
    middle = len(answer) // 2

    code = refused(walker, answer[:middle] + bytes([answer[middle] ^ 1]) + answer[middle + 1 :])

    assert code == "damaged_bundle"
    assert walker.store.pending() == 1
    assert walker.state("r1") == "sent"


def test_a_bundle_is_for_its_centre_alone(town: Town, tmp_path: Path) -> None:
    (tmp_path / "abroad").mkdir()
    abroad = Town(tmp_path / "abroad", seed="abroad")
    stranger = abroad.walker()
    stranger.save("r1", title="water")

    code = not_taken(town, stranger.pack())
    answer = refused(town.walker(), abroad.bring(stranger.pack()))

    abroad.close()
    assert code == answer == "other_centre"


def test_an_answer_is_for_its_laptop_alone(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    walker.save("r1", title="water")
    answer = town.bring(walker.pack())

    assert refused(other, answer) == "other_laptop"


def test_a_bundle_is_no_answer_and_an_answer_no_bundle(town: Town) -> None:
    walker = town.walker()
    bundle = walker.pack()

    assert refused(walker, bundle) == "wrong_way"
    assert not_taken(town, town.bring(bundle)) == "wrong_way"


def test_nobody_hands_in_what_somebody_else_sealed(town: Town) -> None:
    walker, thief = town.walker(), town.walker()
    walker.save("r1", title="water", body="reservado")
    bundle = walker.pack()
    cover = thief.pack()
    start, other = (12 + int.from_bytes(one[8:12], "big") for one in (bundle, cover))
    stolen = cover[:other] + bundle[start:-64]
    signed = stolen + thief.keys.sign(b"terreno bundle 1\n" + hashlib.sha512(stolen).digest())

    assert not_taken(town, signed) == "damaged_bundle"
    assert town.ops() == 0


def test_a_revoked_sender_hands_in_into_quarantine_and_reads_nothing(town: Town) -> None:
    walker = town.walker()
    town.world.centre.write("13", "device", walker.store.identity().device, {"status": "revoked"})
    walker.save("r1", title="water")

    outcome = walker.walk()

    assert (outcome.quarantined, outcome.received, outcome.pending) == (1, 0, 0)
    assert [told.code for told in outcome.warnings] == ["revoked"]
    assert walker.store.last_finished_at() is None


def test_an_old_program_hands_in_and_reads_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path, limits=Limits(oldest_schema=2))
    walker = town.walker()
    walker.save("r1", title="water")

    outcome = walker.walk()

    assert (outcome.applied, outcome.received) == (1, 0)
    assert [told.code for told in outcome.warnings] == ["too_old"]
    town.close()


def test_an_answer_holds_results_pages_and_how_the_centre_stands(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")

    said = walker.opened(town.bring(walker.pack()))

    assert [type(one) for one in said] == [CentreStatus, Manifest, Received, Pulled, Pulled]
    assert [one.page.feed for one in said if isinstance(one, Pulled)] == ["CL", "13"]
    assert not [one for one in said if isinstance(one, Refused)]
