"""A bundle's way when somebody is not who they seem: bodies that nobody signed, answers of another."""

import hashlib
import io
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
import requests
from http_message_signatures import HTTPMessageSigner, algorithms

from sync.central.auth import COMPONENTS
from sync.client.errors import (
    CaptivePortalError,
    CentralDownError,
    ForgedError,
    UnreadableReplyError,
)
from sync.client.http import Central, Route
from sync.client.ports import Caller
from sync.core.bundle import Answered
from tests.central.speaking import Laptop
from tests.sync.carrier import MEDIA, Road, raw
from tests.sync.http_centre import Answer, HttpCentre
from tests.sync.sticks import Town
from tests.sync.toy import Ticking, uid

JSON = {"Content-Type": "application/json"}


def held(wire: object) -> Answer:
    """What the centre has of a bundle."""
    return Answer(200, orjson.dumps(wire))


def answered(content: bytes) -> Answer:
    """The centre has taken a bundle in, and names this answer."""
    told = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "batches": 1, "ops": 2}
    return held({"held": 0, "answer": told})


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


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(Answer(200, b"<html>", {"Content-Type": "text/html"}), CaptivePortalError, id="a portal"),
        pytest.param(Answer(302, b"", {"Location": "http://hotel.example/"}), CaptivePortalError, id="a redirect"),
        pytest.param(Answer(200, b"{}"), UnreadableReplyError, id="JSON"),
        pytest.param(Answer(200, b"junk", MEDIA), CaptivePortalError, id="bytes"),
        pytest.param(held({"held": -1}), UnreadableReplyError, id="nonsense"),
        pytest.param(Answer(200, b"cut", {**JSON, "Content-Length": "900"}), CentralDownError, id="cut"),
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

    for given, why in ((foreign, "unknown_key"), (others, "other_device"), (b"junk", "not_a_bundle")):
        served.scripted = [answered(given), Answer(200, given, MEDIA), held({"held": 0, "answer": None})]
        with pytest.raises(ForgedError) as forged:
            road.carry(road.walker.pack(), central)
        assert (forged.value.why, served.requests[-1].method) == (why, "DELETE")

    abroad.close()
    central.close()


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        pytest.param(Answer(200, b"other", MEDIA), ForgedError, id="other bytes"),
        pytest.param(Answer(200, b"bytes and more", MEDIA), UnreadableReplyError, id="more bytes"),
        pytest.param(Answer(200, b"byte", MEDIA), UnreadableReplyError, id="fewer bytes"),
        pytest.param(Answer(200, b"{}"), UnreadableReplyError, id="JSON"),
    ],
)
def test_an_answer_that_is_not_the_one_that_was_named_is_not_brought_home(
    road: Road, served: HttpCentre, given: Answer, kind: type[Exception]
) -> None:
    central = Central(Route(served.url), Ticking(), road.carrier.keys)
    served.scripted = [answered(b"bytes"), given]

    with pytest.raises(kind):
        road.carry(road.walker.pack(), central)

    central.close()


def test_a_centre_that_takes_every_part_and_keeps_none_is_not_asked_for_ever(road: Road, served: HttpCentre) -> None:
    central = Central(Route(served.url), Ticking(), road.carrier.keys)
    served.scripted = [held({"held": 0, "answer": None})] * 9

    with pytest.raises(UnreadableReplyError):
        road.carry(road.walker.pack(), central)

    central.close()
    assert len(served.requests) == 2


def test_an_answer_that_never_ends_is_cut_off(road: Road, served: HttpCentre) -> None:
    ticks = iter(range(0, 10**6, 1_000))
    slow = Central(Route(served.url), Ticking(), road.carrier.keys, ticks=lambda: float(next(ticks)))
    served.scripted = [Answer(200, b"x" * 200_000, MEDIA)]

    with pytest.raises(CentralDownError) as down:
        slow.rest_of_answer("0" * 64, Answered("1" * 64, 200_000, 1, 2), 0, io.BytesIO(), Caller(uid("d"), uid("s")))

    slow.close()
    assert down.value.diagnosis.reason == "slow"
