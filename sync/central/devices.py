"""Devices beyond their enrolment: labels and certificates, a stream that went on twice, a device that was forgotten.

A cloned laptop and one restored from a backup share a device's id and keys; only their streams tell them apart. Whoever
comes second gets a label of its own and goes on writing; what it reads waits until a coordinator has looked.
"""

from collections.abc import Mapping
from typing import Any

from sync.central.accept import Acceptance
from sync.central.facts import LAST_LABEL
from sync.central.ground import Ground
from sync.central.held import Device
from sync.central.own_kinds import DEVICE, FORK, RESTORED
from sync.central.ports import Registry, Transaction
from sync.central.value_checks import is_id
from sync.core.errors import UnreadableAnswerError
from sync.core.instants import instant
from sync.core.schema import Json
from sync.core.trust import Certificate

CERTIFICATE_VERSION = 1
ACTIVE = "active"


def next_label(tx: Registry) -> str:
    """The next label, never given before: T01, T02… T9999."""
    return f"T{tx.count_up(LAST_LABEL):02d}"


def certify(ground: Ground, device: Device, label: str) -> dict[str, Any]:
    """The centre's signed word for a device under a label, in wire form."""
    return ground.keys.signed(
        {
            "v": CERTIFICATE_VERSION,
            "device": device.id,
            "label": label,
            "sign_key": device.sign_key,
            "box_key": device.box_key,
            "role": device.role,
            "region": device.region,
            "issued_at": instant(ground.surroundings.now()),
        }
    )


def forked(tx: Transaction, ground: Ground, device: Device, next_stream: str | None) -> Mapping[str, Any] | None:
    """A stream of the device went on elsewhere: raise the alarm, and certify the stream that it will take instead.

    Args:
        tx: The transaction.
        ground: The centre.
        device: Who pushed.
        next_stream: The stream that it will begin, if it names one.

    Returns:
        The certificate for that stream, the same one whenever it asks; `None` when it names none.
    """
    acceptance = Acceptance(tx, ground, device.region)
    alarm: dict[str, Json] = {"confirmation": FORK}
    certificate = None
    if is_id(next_stream) and next_stream is not None:
        certificate = tx.certificate_for(device.id, next_stream)
        if certificate is not None:
            return certificate
        alarm["label"] = next_label(tx)
        certificate = certify(ground, device, str(alarm["label"]))
        tx.relabel_device(device.id, next_stream, certificate)
    if certificate is not None or device.confirmation != FORK:
        acceptance.own.write(DEVICE, device.id, alarm)
        tx.follow_device(device.id, device.status, FORK, device.role)
    acceptance.finish()
    return certificate


def certified(ground: Ground, wire: object) -> Device | None:
    """The device that a certificate names, as far as that goes; `None` when this centre never signed it."""
    try:
        certificate = Certificate.from_wire(wire)
    except UnreadableAnswerError:
        return None
    if not ground.keys.signed_by_us(certificate.key, certificate.signed_bytes, certificate.signature):
        return None
    body = certificate.body
    return Device(
        id=body["device"],
        label=body["label"],
        role=body["role"],
        region=body["region"],
        sign_key=body["sign_key"],
        box_key=body["box_key"],
        certificate=certificate.to_wire(),
        status=ACTIVE,
        confirmation=RESTORED,
    )


def take_in(tx: Transaction, ground: Ground, device: Device) -> Device:
    """Know a device again that enrolled in a history that is gone: it pushes, and reads once a coordinator confirms.

    What the record of the device says already (a revocation that somebody brought back before it) stays, but for a
    confirmation of the history that is gone: this one waits for its own.
    """
    known = tx.device(device.id)
    if known is not None:
        return known
    acceptance = Acceptance(tx, ground, device.region)
    tx.add_device(device, instant(ground.surroundings.now()))
    held = acceptance.record(DEVICE, device.id)
    written: Mapping[str, Json] = {} if held is None else held.state.fields
    told: dict[str, Json] = {"label": device.label, "role": device.role, "status": ACTIVE}
    missing = {name: value for name, value in told.items() if name not in written} | {"confirmation": RESTORED}
    acceptance.own.write(DEVICE, device.id, missing, begins=held is None)
    acceptance.finish()
    status, role = written.get("status", ACTIVE), written.get("role", device.role)
    tx.follow_device(device.id, str(status), RESTORED, str(role))
    found = tx.device(device.id)
    if found is None:
        raise AssertionError("a device was just added")
    return found
