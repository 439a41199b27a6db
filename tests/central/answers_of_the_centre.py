"""Statuses of ops, reasons of quarantine and problems: how each is brought about at the centre."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sync.client.carrying import BUNDLE_TYPE
from sync.client.enrolment import enrol
from sync.client.keys import DeviceKeys
from tests.central.answers import NOBODY, STRANGER, Cases, Hand, Scene, met
from tests.central.speaking import full
from tests.sync.simulation import KilledError

CASES = Cases()


# statuses of ops


@CASES.bring_about("status applied")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    op = laptop.save({"title": "A"})
    laptop.sync()
    return {f"status {laptop.status_of(op)}"}


def _second_of_two(scene: Scene, title: str) -> set[str]:
    """A record that two laptops made without seeing each other's."""
    first, second = scene.laptop(), scene.laptop()
    record = first.record_of(first.save({"title": "A"}))
    op = second.save({"title": title}, record)
    first.sync()
    second.sync()
    return {f"status {second.status_of(op)}"}


@CASES.bring_about("status agreed")
def _(scene: Scene) -> set[str]:
    return _second_of_two(scene, "A")


@CASES.bring_about("status conflict")
def _(scene: Scene) -> set[str]:
    return _second_of_two(scene, "B")


@CASES.bring_about("status quarantined")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    op = laptop.save({"topic": "raods"})
    laptop.sync()
    return {f"status {laptop.status_of(op)}"}


@CASES.bring_about("status rejected")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    op = laptop.save({"topic": "raods"})
    laptop.sync()
    scene.write("quarantine", op, state="rejected", decided_reason="no such topic")
    laptop.sync()
    return {f"status {laptop.status_of(op)}"}


@CASES.bring_about("status repeated")
def _(scene: Scene) -> set[str]:
    laptop = scene.laptop()
    laptop.save({"title": "A"})
    with pytest.raises(KilledError):
        laptop.sync(at=_killed_at("push.answered"))
    return {"status repeated"} if laptop.sync().repeated == 1 else set()


def _killed_at(point: str) -> Callable[[str], None]:
    def at(name: str) -> None:
        if name == point:
            raise KilledError

    return at


# reasons of quarantine


@CASES.bring_about("reason unreadable")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    return hand.reasons({**hand.voice.op(fields={"title": "A"}).to_wire(), "captured_at": "yesterday"})


@CASES.bring_about("reason unknown_kind")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    return hand.reasons(hand.voice.op("spaceship", fields={"speed": 1}))


@CASES.bring_about("reason unknown_code")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    return hand.reasons(hand.voice.op(fields={"topic": "raods"}))


@CASES.bring_about("reason wrong_type")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    return hand.reasons(hand.voice.op(fields={"title": 7}))


@CASES.bring_about("reason immutable")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    note = hand.voice.op(fields={"space": "street"})
    return hand.reasons(note, hand.voice.op(record=note.record, fields={"space": "office"}, seen=note))


@CASES.bring_about("reason only_once")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    stamp = hand.voice.op("stamp", fields={"result": "complete"})
    return hand.reasons(stamp, hand.voice.op("stamp", stamp.record, {"result": "twice"}, seen=stamp))


@CASES.bring_about("reason id_reused")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    note = hand.voice.op(fields={"title": "A"})
    return hand.reasons(note, {**note.to_wire(), "author": NOBODY})


@CASES.bring_about("reason outside_scope")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    return hand.reasons(hand.voice.op("topic", fields={"code": "trees"}))


@CASES.bring_about("reason values")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    return hand.reasons(hand.voice.op(fields={"title": "A"}, values={"body": "B"}))


@CASES.bring_about("reason revoked")
def _(scene: Scene) -> set[str]:
    hand = scene.hand().revoked()
    return hand.reasons(hand.voice.op(fields={"title": "A"}))


@CASES.bring_about("reason waiting")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    wrong = hand.voice.op(fields={"topic": "raods"})
    return hand.reasons(wrong, hand.voice.op(record=wrong.record, fields={"title": "A"}))


# problems


@CASES.bring_about("problem unknown_device 401", "error UnknownDeviceError unknown_device")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    return met(hand.central().pull, "13", 0, 10, hand.caller(device=NOBODY))


@CASES.bring_about("problem bad_signature 401", "error UnknownDeviceError unknown_device")
def _(scene: Scene) -> set[str]:
    return met(scene.central(STRANGER).pull, "13", 0, 10, scene.hand().caller())


@CASES.bring_about("problem clock 401", "error ClockError clock")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    return met(hand.central().pull, "13", 0, 10, hand.caller(clock_offset_ms=301_000))


@CASES.bring_about("problem outside_scope 403", "error OutsideScopeError outside_scope")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    return met(hand.central().pull, "05", 0, 10, hand.caller())


@CASES.bring_about("problem revoked 403", "error RevokedError revoked")
def _(scene: Scene) -> set[str]:
    hand = scene.hand().revoked()
    return met(hand.central().pull, "13", 0, 10, hand.caller())


@CASES.bring_about("problem unconfirmed 403", "error UnconfirmedError fork")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    _fork(hand)
    return met(hand.central().pull, "13", 0, 10, hand.caller())


@CASES.bring_about("problem code_unknown 404", "error CodeRefusedError code_unknown")
def _(scene: Scene) -> set[str]:
    code, _ = scene.with_limits().world.centre.new_code("13", "field", 24)
    return met(enrol, code, STRANGER, "1.0", scene.central(STRANGER))


@CASES.bring_about("problem code_expired 403", "error CodeRefusedError code_expired")
def _(scene: Scene) -> set[str]:
    code, _ = scene.world.centre.new_code("13", "field", 24)
    scene.world.clock.move(hours=25)
    return met(enrol, code, STRANGER, "1.0", scene.central(STRANGER))


@CASES.bring_about("problem code_used 403", "error CodeRefusedError code_used")
def _(scene: Scene) -> set[str]:
    code, _ = scene.world.centre.new_code("13", "field", 24)
    enrol(code, DeviceKeys(bytes(32), bytes(32)), "1.0", scene.central())
    return met(enrol, code, STRANGER, "1.0", scene.central())


@CASES.bring_about("problem not_found 404", "error RefusedError refused")
def _(scene: Scene) -> set[str]:
    return met(scene.central(path="/nowhere").status)


def _fork(hand: Hand) -> set[str]:
    hand.push(hand.voice.op(fields={"title": "A"}))
    hand.voice.seq, hand.voice.link = 0, ""
    return met(hand.send, hand.voice.batch([hand.voice.op(fields={"title": "B"})]))


@CASES.bring_about("problem fork 409", "error ForkError fork")
def _(scene: Scene) -> set[str]:
    return _fork(scene.hand())


@CASES.bring_about("problem gap 409", "error GapError gap")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    hand.voice.seq = 3
    return met(hand.push, hand.voice.op(fields={"title": "A"}))


@CASES.bring_about("problem epoch 409", "error EpochChangedError epoch")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    hand.voice.epoch = NOBODY
    return met(hand.push, hand.voice.op(fields={"title": "A"}))


@CASES.bring_about("problem too_large 413", "error TooLargeError refused")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    return met(hand.push, *(hand.voice.op(fields={"why": "x" * 4_000}) for _ in range(600)))


@CASES.bring_about("problem unreadable 422", "error RefusedError refused")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    batch = hand.voice.batch([hand.voice.op(fields={"title": "A"})])
    return met(hand.send, replace(batch, link="0" * 64))


@CASES.bring_about("problem bundle 422")
def _(scene: Scene) -> set[str]:
    voice = scene.hand().voice
    told = voice.response("POST", "/v1/bundle", b"no bundle", {"Content-Type": BUNDLE_TYPE})
    return {f"problem {told.json()['type'].rpartition(':')[2]} {told.status_code}"}


@CASES.bring_about("problem too_old 426", "error TooOldError too_old")
def _(scene: Scene) -> set[str]:
    hand = scene.with_limits(oldest_schema=2).hand()
    return met(hand.central(schema_version=1).pull, "13", 0, 10, hand.caller())


@CASES.bring_about("problem too_many 429", "error BusyError too_many_requests")
def _(scene: Scene) -> set[str]:
    hand = scene.with_limits(requests_per_s=1, burst=1).hand()
    hand.central().pull("13", 0, 10, hand.caller())
    return met(hand.central().pull, "13", 0, 10, hand.caller())


@CASES.bring_about("problem unavailable 503", "error BusyError too_many_requests")
def _(scene: Scene) -> set[str]:
    hand = scene.hand()
    with full(scene.world):
        return met(hand.push, *(hand.voice.op(fields={"why": "x" * 4_000}) for _ in range(50)))


@CASES.bring_about("problem internal 500", "error CentralDownError central_down")
def _(scene: Scene) -> set[str]:
    hand = scene.hand("coordination")
    hand.push(hand.voice.op(fields={"title": "A"}))
    with scene.world.store.writing() as tx:
        scene.world.run(tx, "UPDATE records SET writers = '{' WHERE kind = 'note'")
    return met(hand.central().pull, "13", 0, 10, hand.caller())
