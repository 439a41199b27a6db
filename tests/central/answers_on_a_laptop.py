"""Warnings, words about bundles and errors: how a laptop comes to meet each of them."""

from __future__ import annotations

import hashlib
import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import uvicorn

from sync.central.api import build_app
from sync.central.bundle import take_in
from sync.central.keys import new_key
from sync.central.operate.rotation import end_old_keys, rotate
from sync.client.bundle import Receiver, pack
from sync.client.conversation import Hooks, Run
from sync.client.enrolment import enrol
from sync.client.http import Central, Limits, Route
from sync.client.ports import Caller, Clock
from sync.client.progress import SyncOutcome
from sync.core.bundle import MAX_BUNDLE_BYTES
from sync.core.trust import BOX, SIGN
from sync.parcel import sealing
from tests.central.answers import STRANGER, Cases, Scene, met
from tests.factories import FixedClock
from tests.sync.certificates import a_certificate
from tests.sync.real_laptop import RealLaptop

CASES = Cases()


# warnings


def _warned(outcome: SyncOutcome) -> set[str]:
    return {f"warning {warning.code}" for warning in outcome.warnings}


@CASES.bring_about("warning clock_offset")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    laptop.clock = FixedClock(laptop.clock.now() - timedelta(hours=1))
    return _warned(laptop.sync())


@CASES.bring_about("warning stopped")
def _(scene: Scene) -> set[str]:
    return _warned(scene.laptop().sync(should_stop=lambda: True))


@CASES.bring_about("warning revoked")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    scene.write("device", laptop.caller.device, status="revoked")
    return _warned(laptop.sync())


@CASES.bring_about("warning new_label", "warning unconfirmed")
def _(scene: Scene) -> set[str]:
    first = scene.laptop()
    second = scene.clone(first)
    first.save({"title": "A"})
    first.sync()
    second.save({"title": "B"})
    return _warned(second.sync())


@CASES.bring_about("warning too_old")
def _(scene: Scene) -> set[str]:
    return _warned(scene.with_limits(oldest_schema=2).laptop().sync(schema_version=1))


@CASES.bring_about("warning unvouched_key")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    _key_of_nobody(scene)
    return _warned(laptop.sync())


def _key_of_nobody(scene: Scene) -> None:
    """The centre has a new key for which no other vouches."""
    with scene.world.store.writing() as tx:
        tx.add_key(new_key(SIGN, scene.world.surroundings.random, None), "2026-11-21T15:04:05.123Z")


@CASES.bring_about("warning new_stream")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    backup = scene.backup()
    laptop.save({"title": "A"})
    laptop.sync()
    scene.restore(backup, rightly=False)
    laptop.store._connections.query("UPDATE ops SET seq = seq + 1")
    laptop.save({"title": "B"})
    return _warned(laptop.sync())


@CASES.bring_about("warning new_epoch")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    scene.restore(scene.backup())
    return _warned(laptop.sync())


@CASES.bring_about("warning new_role")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    laptop.sync()
    scene.write("device", laptop.caller.device, role="coordination")
    return _warned(laptop.sync())


@CASES.bring_about("warning receipt")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    laptop.save({"title": "A"})

    def the_disk_errs(point: str) -> None:
        if point == "push.accepted":
            laptop.store._connections.query("UPDATE receipts SET signature = ?", ("0" * 128,))

    return _warned(laptop.sync(at=the_disk_errs))


@CASES.bring_about("warning saved_meanwhile")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()

    def somebody_saves(point: str) -> None:
        if point == "push.done":
            laptop.save({"title": "A"})

    return _warned(laptop.sync(at=somebody_saves))


@CASES.bring_about("warning former_centre")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    backup, answer = scene.backup(), _answer(laptop)
    scene.restore(backup)
    laptop.sync()
    return _warned(_received(laptop, answer))


@CASES.bring_about("warning old_bundle")
def _(scene: Scene) -> set[str]:
    laptop, world = scene.laptop(), scene.world
    bundle = _packed(laptop)
    rotate(world.store, world.surroundings, lambda _: None)
    world.clock.move(days=36)
    end_old_keys(world.store, world.clock.now())
    return _warned(_received(laptop, _answer_to(bundle, laptop)))


@CASES.bring_about("warning refused", "warning revoked")
def _(scene: Scene) -> set[str]:
    strict = scene.with_limits(revoked_ops_per_day=0)
    laptop, carrier = strict.laptop(), strict.laptop()
    strict.write("device", laptop.caller.device, status="revoked")
    return _warned(_received(laptop, _answer(laptop, carrier)))


# what a bundle counts for nothing for


def _packed(laptop: RealLaptop) -> bytes:
    laptop.save({"title": "A"})
    bundle = io.BytesIO()
    pack(Run(laptop.store, Hooks()), laptop.keys, 1, bundle)
    return bundle.getvalue()


def _carried(laptop: RealLaptop, bundle: bytes) -> set[str]:
    """A laptop brings a bundle to the centre."""
    with laptop.central() as central:
        return met(_brought, central, laptop.caller, bundle)


def _answer(laptop: RealLaptop, carrier: RealLaptop | None = None) -> bytes:
    """The centre's answer to a bundle of a laptop."""
    return _answer_to(_packed(laptop), carrier or laptop)


def _answer_to(bundle: bytes, carrier: RealLaptop) -> bytes:
    answer = io.BytesIO()
    with carrier.central() as central:
        name, answered = _brought(central, carrier.caller, bundle)
        central.rest_of_answer(name, answered, 0, answer, carrier.caller)
    return answer.getvalue()


def _brought(central: Central, caller: Caller, bundle: bytes) -> tuple[str, Any]:
    """A bundle in one part; its name, and its answer by name."""
    name = hashlib.sha256(bundle).hexdigest()
    central.put_part(name, 0, bundle, caller)
    return name, central.take_consignment(name, caller).answer


def _received(laptop: RealLaptop, answer: bytes) -> SyncOutcome:
    return Receiver(Run(laptop.store, Hooks()), laptop.keys, laptop.clock).receive(io.BytesIO(answer))


@CASES.bring_about("bundle not_a_bundle")
def _(scene: Scene) -> set[str]:
    return _carried(scene.laptop(), b"no bundle")


@CASES.bring_about("bundle damaged_bundle")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    return _carried(laptop, _packed(laptop)[:-1])


@CASES.bring_about("bundle wrong_way")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    return _carried(laptop, _answer(laptop))


@CASES.bring_about("bundle newer_bundle")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    bundle = bytearray(_packed(laptop))
    bundle[len(sealing._NAME)] += 1
    return _carried(laptop, bytes(bundle))


@CASES.bring_about("bundle other_centre")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    stranger = new_key(BOX, scene.world.surroundings.random, None)
    laptop.store.learn_centre_keys({BOX: {stranger.id: stranger.public}})
    return _carried(laptop, _packed(laptop))


@CASES.bring_about("bundle other_laptop")
def _(scene: Scene) -> set[str]:
    answer = _answer(scene.laptop())
    return met(_received, scene.laptop(), answer)


@CASES.bring_about("bundle unknown_sender")
def _(scene: Scene) -> set[str]:
    carrier, sender = scene.laptop(), scene.laptop()
    with scene.world.store.writing() as tx:
        scene.world.run(tx, "UPDATE devices SET sign_key = ? WHERE id = ?", "ab" * 32, sender.caller.device)
    return _carried(carrier, _packed(sender))


@CASES.bring_about("bundle large_bundle")
def _(scene: Scene) -> set[str]:
    bundle = io.BytesIO(_packed(scene.laptop()) + bytes(MAX_BUNDLE_BYTES))
    return met(take_in, scene.world.centre, bundle, io.BytesIO())


# errors of the client


def _to(url: str, clock: Clock, **route: Any) -> Central:
    return Central(Route(url, **route), clock, STRANGER)


@CASES.bring_about("error InsecureUrlError plain_http")
def _(scene: Scene) -> set[str]:
    return met(_to, "http://198.18.0.1", scene.world.clock)


@CASES.bring_about("error InvalidCodeError bad_code")
def _(scene: Scene) -> set[str]:
    return met(enrol, "no code", STRANGER, "1.0", scene.central())


@CASES.bring_about("error NoNetworkError no_network")
def _(scene: Scene) -> set[str]:
    return met(_to("https://[fe80::1%25nowhere]", scene.world.clock).status)


@CASES.bring_about("error CentralDownError central_down")
def _(scene: Scene) -> set[str]:
    central = scene.central()
    scene.listening.close()
    return met(central.status)


@CASES.bring_about("error CaptivePortalError captive_portal")
def _(scene: Scene) -> set[str]:
    with somebody_else() as url:
        return met(_to(url, scene.world.clock).status)


@contextmanager
def somebody_else() -> Iterator[str]:
    """A page where the centre should be."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>Welcome</h1>")

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@CASES.bring_about("error CertificateError certificate")
def _(scene: Scene) -> set[str]:
    config = uvicorn.Config(
        build_app(scene.world.centre),
        ssl_certfile=a_certificate(scene.folder),
        log_config=None,
        lifespan="off",
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        found = met(_to(f"https://127.0.0.1:{listener.getsockname()[1]}", scene.world.clock).status)
        server.should_exit = True
        thread.join()
    return found


@CASES.bring_about("error ForgedError bad_receipt")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    laptop.save({"title": "A"})
    _key_of_nobody(scene)
    return met(laptop.sync)


@CASES.bring_about("error ForgedError bad_answer")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    former = scene.backup()
    scene.restore(former)
    laptop.sync()
    scene.restore(former, rightly=False)
    return met(laptop.sync)


@CASES.bring_about("error UnreadableReplyError bad_answer")
def _(scene: Scene) -> set[str]:
    return met(scene.central(limits=Limits(received=10)).status)
