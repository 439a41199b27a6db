"""A bundle in somebody else's hands: over real HTTP to the real centre, and the answer back onto the stick."""

import io
import random
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from sync.central import bundle_call, consignments
from sync.central.errors import UnavailableError
from sync.client.carrying import Carried, carry
from sync.client.conversation import Conversation, Hooks
from sync.client.errors import (
    BusyError,
    RevokedError,
    TooLargeError,
    UnknownDeviceError,
)
from sync.client.http import Central, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller
from sync.core.errors import UnreadableBundleError
from sync.parcel.files import MediumError, MediumFile
from tests.sync.carrier import AT_ONCE, Road, raw
from tests.sync.sticks import Town
from tests.sync.toy import Ticking, uid


def test_a_laptop_with_a_network_carries_for_one_without(road: Road) -> None:
    carried, answer = road.carry(road.walker.pack())

    outcome = road.walker.receive(answer)
    road.carrier.sync()

    assert carried == Carried("T01", 1, 2)
    assert (outcome.sent, outcome.pending) == (2, 0)
    assert road.carrier.notes() == {uid(name): {"title": "water"} for name in ("r1", "r2")}


def test_a_laptop_may_carry_its_own(road: Road) -> None:
    central = road.central(road.walker)
    answer = io.BytesIO()
    talk = Conversation(road.walker.store, central, road.town.world.clock, Hooks(), AT_ONCE)

    carry(talk, central, io.BytesIO(road.walker.pack()), lambda _: nullcontext(MediumFile(answer)))

    assert road.walker.receive(answer.getvalue()).pending == 0


def test_what_goes_by_is_told_in_bytes_there_and_back(road: Road) -> None:
    bundle, told = road.walker.pack(), []

    _, answer = road.carry(bundle, progress=told.append)

    assert {one.step for one in told} == {"carry"}
    assert (told[0].done, told[0].total) == (0, len(bundle))
    assert (len(bundle), len(bundle)) in [(one.done, one.total) for one in told]
    assert (told[-1].done, told[-1].total) == (len(answer), len(answer))


def test_a_large_bundle_goes_through_files_and_not_through_memory(road: Road) -> None:
    road.walker.save(*(f"n{number}" for number in range(2_500)), title="x" * 900)

    _, answer = road.carry(road.walker.pack())

    assert road.walker.receive(answer).pending == 0


def test_a_revoked_laptop_carries_nothing(road: Road) -> None:
    road.town.world.centre.write("13", "device", road.carrier.store.identity().device, {"status": "revoked"})

    with pytest.raises(RevokedError):
        road.carry(road.walker.pack())

    assert road.town.ops() == 0


def test_a_stranger_carries_nothing(road: Road) -> None:
    stranger = DeviceKeys(bytes([9]) * 32, bytes([9]) * 32)
    central = Central(Route(road.url), road.town.world.clock, stranger)

    with pytest.raises(UnknownDeviceError):
        road.carry(road.walker.pack(), central)

    central.close()
    assert road.town.ops() == 0


def test_a_wrong_clock_is_learnt_on_the_way(road: Road) -> None:
    road.carrier.store.learn_clock_offset(7_200_000)

    carried, _ = road.carry(road.walker.pack())

    assert carried.ops == 2
    assert road.carrier.store.clock_offset_ms() == 0


class Counting(HTTPAdapter):
    """Counts requests, and may fail at some."""

    def __init__(self, *fail: int, after: bool = False) -> None:
        super().__init__()
        self.count = 0
        self._fail = fail
        self._after = after

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        self.count += 1
        if self.count in self._fail and not self._after:
            raise requests.ConnectionError("lost")
        answer = super().send(request, **options)
        if self.count in self._fail:
            answer.close()
            raise requests.ConnectionError("lost")
        return answer


@pytest.mark.parametrize("after", [False, True], ids=["going", "coming"])
def test_a_bad_network_is_tried_again_and_changes_nothing(road: Road, after: bool) -> None:
    """Of the five calls each is lost twice: what is held, a part, taking in, the answer; the last word may be lost."""
    adapter = Counting(1, 2, 4, 5, 7, 8, 10, 11, 13, after=after)

    carried, answer = road.carry(road.walker.pack(), road.central(adapter=adapter))

    assert (adapter.count, carried.ops, road.town.ops()) == (13, 2, 2)
    assert road.walker.receive(answer).pending == 0


def test_a_damaged_bundle_is_found_before_anything_is_sent(road: Road) -> None:
    bundle, adapter = bytearray(road.walker.pack()), Counting()
    bundle[-100] ^= 1

    with pytest.raises(UnreadableBundleError) as refused:
        road.carry(bytes(bundle), road.central(adapter=adapter))

    assert refused.value.code == "damaged_bundle"
    assert adapter.count == 0


def test_the_centre_says_when_a_bundle_is_of_another_centre(road: Road, tmp_path: Path) -> None:
    (tmp_path / "abroad").mkdir()
    abroad = Town(tmp_path / "abroad", seed="abroad")
    bundle = abroad.walker().pack()

    with pytest.raises(UnreadableBundleError) as refused:
        road.carry(bundle)

    abroad.close()
    assert refused.value.code == "other_centre"


def test_a_body_that_is_longer_than_it_may_is_not_read_to_its_end(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_call, "MAX_BUNDLE_BYTES", 100)
    monkeypatch.setattr(consignments, "MAX_BUNDLE_BYTES", 100)

    with pytest.raises(TooLargeError):
        road.carry(road.walker.pack())

    assert raw(road, road.walker.pack()).status_code == 413


def test_a_disk_that_is_full_at_the_centre_is_said_and_may_be_tried_again(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundle_call, "take_in", full)

    with pytest.raises(BusyError):
        road.carry(road.walker.pack())


def test_a_centre_whose_database_is_busy_answers_later(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [UnavailableError("busy"), UnavailableError("busy")]
    real = bundle_call.take_in

    def sometimes(*given: Any) -> Any:
        if failures:
            raise failures.pop()
        return real(*given)

    monkeypatch.setattr(bundle_call, "take_in", sometimes)

    assert road.carry(road.walker.pack())[0].ops == 2


def test_bundles_wait_for_their_turn(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_call, "_PATIENCE_S", 0.01)
    inside, go_on = threading.Semaphore(0), threading.Event()
    real = bundle_call.take_in

    def slowly(*given: Any) -> Any:
        inside.release()
        go_on.wait(30)
        return real(*given)

    monkeypatch.setattr(bundle_call, "take_in", slowly)
    bundle = road.walker.pack()
    done: list[int] = []
    others = [threading.Thread(target=lambda: done.append(raw(road, bundle).status_code)) for _ in range(2)]
    for other in others:
        other.start()
    for _ in others:
        inside.acquire(timeout=30)

    third = raw(road, bundle)
    go_on.set()
    for other in others:
        other.join()

    assert (third.status_code, third.headers["Retry-After"]) == (503, "5")
    assert done == [200, 200]
    assert road.town.ops() == 2


def test_a_stick_that_is_pulled_out_while_it_is_read_is_said(road: Road) -> None:
    class Pulled(io.BytesIO):
        out = False

        def read(self, size: int | None = -1, /) -> bytes:
            if self.out:
                raise OSError(5, "Input/output error")
            return super().read(size)

    for number in range(300):
        road.walker.save(f"n{number}", title=random.Random(number).randbytes(400).hex())  # noqa: S311
    stick = Pulled(road.walker.pack())
    central = road.central()
    pull = Hooks(progress=lambda _: setattr(stick, "out", True))
    talk = Conversation(road.carrier.store, central, road.town.world.clock, pull, AT_ONCE)

    with pytest.raises(MediumError) as trouble:
        carry(talk, central, MediumFile(stick), MediumFile(io.BytesIO()))

    assert trouble.value.code == "medium_gone"


def test_a_stick_that_is_full_when_the_answer_comes_is_said(road: Road) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any, /) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(MediumError) as trouble:
        road.carry_onto(MediumFile(Full()), road.walker.pack())

    assert trouble.value.code == "medium_full"
    assert road.town.ops() == 2


def test_a_call_without_keys_is_a_mistake_of_ours(road: Road) -> None:
    central = Central(Route(road.url), Ticking())

    with pytest.raises(ValueError, match="keys"):
        central.consignment("0" * 64, Caller(uid("d"), uid("s")))

    central.close()
