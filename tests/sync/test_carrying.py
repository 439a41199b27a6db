"""A bundle in somebody else's hands: over real HTTP to the real centre, and the answer back onto the stick."""

import base64
import hashlib
import io
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from http_message_signatures import HTTPMessageSigner, algorithms
from requests.adapters import HTTPAdapter

from sync.central import bundle_call
from sync.central.api import build_app
from sync.central.auth import COMPONENTS
from sync.central.errors import UnavailableError
from sync.central.serve import serving
from sync.client.carrying import Carried, Outgoing, carry
from sync.client.conversation import Conversation, Hooks, Patience
from sync.client.errors import (
    BusyError,
    CaptivePortalError,
    CentralDownError,
    ForgedError,
    RevokedError,
    TooLargeError,
    UnknownDeviceError,
    UnreadableReplyError,
)
from sync.client.http import Central, Limits, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller
from sync.core.errors import UnreadableBundleError
from sync.parcel.files import MediumError, MediumFile
from tests.central.speaking import Laptop
from tests.sync.http_centre import Answer, HttpCentre
from tests.sync.sticks import Town, Walker
from tests.sync.toy import Ticking, uid

AT_ONCE = Patience((0, 0, 0), 0, lambda _: None)
MEDIA = {"Content-Type": "application/octet-stream"}


class Road:
    """A town whose centre listens, one laptop with a stick, and one with a network that carries it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.town = Town(folder)
        stack.callback(self.town.close)
        self.url = stack.enter_context(serving(build_app(self.town.world.centre)))
        self.walker, self.carrier = self.town.walker(), self.town.walker()
        self.walker.save("r1", "r2", title="water", body="reservado")
        self._stack = stack

    def central(self, who: Walker | None = None, adapter: HTTPAdapter | None = None, **limits: Any) -> Central:
        keys = (who or self.carrier).keys
        central = Central(Route(self.url), self.town.world.clock, keys, schema_version=1, limits=Limits(**limits))
        self._stack.callback(central.close)
        if adapter is not None:
            central.mount(adapter)
        return central

    def carry(self, bundle: bytes, central: Central | None = None, **hooks: Any) -> tuple[Carried, bytes]:
        answer = io.BytesIO()
        carried = self.carry_onto(MediumFile(answer), bundle, central, **hooks)
        return carried, answer.getvalue()

    def carry_onto(self, answer: Any, bundle: bytes, central: Central | None = None, **hooks: Any) -> Carried:
        central = central or self.central()
        talk = Conversation(self.carrier.store, central, self.town.world.clock, Hooks(**hooks), AT_ONCE)
        return carry(talk, central, io.BytesIO(bundle), answer)


@pytest.fixture
def road(tmp_path: Path) -> Iterator[Road]:
    with ExitStack() as stack:
        yield Road(tmp_path, stack)


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

    carry(talk, central, io.BytesIO(road.walker.pack()), MediumFile(answer))

    assert road.walker.receive(answer.getvalue()).pending == 0


def test_what_goes_by_is_told_in_bytes_there_and_back(road: Road) -> None:
    bundle, told = road.walker.pack(), []

    _, answer = road.carry(bundle, progress=told.append)

    assert {one.step for one in told} == {"carry"}
    assert (told[0].done, told[0].total) == (len(bundle), len(bundle))
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
    adapter = Counting(1, 2, after=after)

    carried, answer = road.carry(road.walker.pack(), road.central(adapter=adapter))

    assert (adapter.count, carried.ops, road.town.ops()) == (3, 2, 2)
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

    with pytest.raises(TooLargeError):
        road.carry(road.walker.pack())


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


def raw(road: Road, body: bytes, change: Callable[[requests.PreparedRequest], object] = lambda _: None) -> Any:
    """A carrier with a client of its own."""
    laptop = Laptop(road.town.world, 0, road.url)
    laptop.signing = road.carrier.keys._signing
    laptop.device = road.carrier.store.identity().device
    request = requests.Request("POST", f"{road.url}/v1/bundle", data=body, headers=MEDIA).prepare()
    laptop.sign(request, body)
    change(request)
    with requests.Session() as session:
        return session.send(request, timeout=60)


def test_a_body_other_than_the_signed_one_is_refused(road: Road) -> None:
    def other(request: requests.PreparedRequest) -> None:
        request.body = b"x" * len(request.body or b"")

    answer = raw(road, road.walker.pack(), other)

    assert (answer.status_code, answer.json()["type"]) == (401, "urn:terreno:problem:bad_signature")
    assert road.town.ops() == 0


def test_a_digest_that_nobody_can_compare_is_refused(road: Road) -> None:
    laptop = Laptop(road.town.world, 0, road.url)
    laptop.signing = road.carrier.keys._signing
    laptop.device = road.carrier.store.identity().device
    body = road.walker.pack()
    request = requests.Request("POST", f"{road.url}/v1/bundle", data=body, headers=MEDIA).prepare()
    request.headers["Content-Digest"] = "sha-256=:" + "A" * 43 + "=:, sha-512=:" + "A" * 86 + "==:"
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519)
    request.headers["Terreno-Stream"] = laptop.stream
    prepared = signer.prepare(
        request,
        key_id=laptop.device,
        created=road.town.world.clock.now(),
        label="terreno",
        covered_component_ids=COMPONENTS,
        use_existing_digest=True,
    )
    signer.apply(request, prepared, laptop.signing.sign(prepared.signature_base).signature)
    with requests.Session() as session:
        answer = session.send(request, timeout=60)

    assert answer.status_code == 401


def test_nothing_of_an_unsigned_body_is_read(road: Road) -> None:
    answer = requests.post(f"{road.url}/v1/bundle", data=b"x" * 1000, timeout=10)

    assert (answer.status_code, answer.json()["type"]) == (401, "urn:terreno:problem:bad_signature")


def test_nonsense_that_is_well_signed_is_no_bundle(road: Road) -> None:
    answer = raw(road, b"nonsense")

    assert (answer.status_code, answer.json()["why"]) == (422, "not_a_bundle")


def test_a_carrier_that_goes_away_half_way_is_no_bug(road: Road, caplog: pytest.LogCaptureFixture) -> None:
    parts = urlsplit(road.url)
    bundle = road.walker.pack()
    gone = threading.Event()

    def cut(request: requests.PreparedRequest) -> None:
        lines = [f"POST /v1/bundle HTTP/1.1\r\nHost: {parts.netloc}\r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in request.headers.items()]
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as line:
            line.sendall("".join([*lines, "\r\n"]).encode() + bundle[:50])
        gone.set()

    caplog.set_level("INFO")
    raw(road, bundle, cut)

    assert gone.is_set()
    assert "a bug" not in caplog.text


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


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(Answer(200, b"<html>", {"Content-Type": "text/html"}), CaptivePortalError, id="a portal"),
        pytest.param(Answer(302, b"", {"Location": "http://hotel.example/"}), CaptivePortalError, id="a redirect"),
        pytest.param(Answer(200, b"{}"), UnreadableReplyError, id="JSON"),
        pytest.param(Answer(200, b"junk", MEDIA), ForgedError, id="bytes that are no answer"),
        pytest.param(Answer(200, b"cut", {**MEDIA, "Content-Length": "900"}), CentralDownError, id="cut"),
        pytest.param(None, CentralDownError, id="nothing"),
    ],
)
def test_whoever_answers_in_the_centres_place_is_recognised(
    road: Road, served: HttpCentre, answer: Answer | None, kind: type[Exception]
) -> None:
    served.scripted = [answer] * 4
    central = Central(Route(served.url), Ticking(), road.carrier.keys)

    with pytest.raises(kind):
        road.carry(road.walker.pack(), central)

    central.close()


def test_an_answer_of_another_centre_or_for_another_laptop_is_not_brought_home(
    road: Road, served: HttpCentre, tmp_path: Path
) -> None:
    (tmp_path / "abroad").mkdir()
    abroad = Town(tmp_path / "abroad", seed="abroad")
    foreign = abroad.bring(abroad.walker().pack())
    others = road.town.bring(road.carrier.pack())
    central = Central(Route(served.url), Ticking(), road.carrier.keys)

    for given, why in ((foreign, "unknown_key"), (others, "other_device")):
        served.scripted = [Answer(200, given, MEDIA)]
        with pytest.raises(ForgedError) as forged:
            road.carry(road.walker.pack(), central)
        assert forged.value.why == why

    abroad.close()
    central.close()


def test_an_answer_that_never_ends_is_cut_off(road: Road, served: HttpCentre) -> None:
    ticks = iter(range(0, 10**6, 1_000))
    slow = Central(Route(served.url), Ticking(), road.carrier.keys, ticks=lambda: float(next(ticks)))
    served.scripted = [Answer(200, b"x" * 200_000, MEDIA)] * 4

    with pytest.raises(CentralDownError) as down:
        road.carry(road.walker.pack(), slow)

    slow.close()
    assert down.value.diagnosis.reason == "slow"


def test_a_call_without_keys_is_a_mistake_of_ours(road: Road) -> None:
    central = Central(Route(road.url), Ticking())

    with pytest.raises(ValueError, match="keys"):
        central.bundle(io.BytesIO(b"x"), io.BytesIO(), Caller(uid("d"), uid("s")), lambda *_: None)

    central.close()


def test_a_body_can_be_read_in_pieces_or_one_after_the_other() -> None:
    told: list[tuple[int, int]] = []
    body = Outgoing(io.BytesIO(b"x" * 100_000), lambda *moved: told.append(moved))

    digest, pieces = body.digest(), list(body)

    assert digest == "sha-256=:" + base64.b64encode(hashlib.sha256(b"x" * 100_000).digest()).decode() + ":"
    assert ([len(piece) for piece in pieces], len(body)) == ([65_536, 34_464], 100_000)
    assert told == [(65_536, 100_000), (100_000, 100_000), (100_000, 100_000)]
