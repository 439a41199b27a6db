"""Part of a check: who the centre is, its keys, and the devices that it certified."""

import re
from typing import Any

import orjson

from sync.central.accept import states_of
from sync.central.facts import CENTRE, HEAL, LAST_LABEL, RECOVERY_KEY, RECOVERY_SINCE, SCHEMA, STREAM
from sync.central.held import HeldKey
from sync.central.keys import public_of
from sync.central.operate.inspection import FaultCode, Inspection, Row
from sync.central.own_kinds import DEVICE, RESTORED
from sync.central.value_checks import is_id
from sync.core.instants import parse_instant
from sync.core.trust import BOX, SIGN, CentreKey, Certificate, key_id

_LABEL = re.compile(r"T([0-9]{2,})")
_KEY = re.compile(r"[0-9a-f]{64}")
_PAIR = 2
_REPEATED = {"id": "device"} | {name: name for name in ("label", "region", "sign_key", "box_key")}
"""Columns of a device, and the member of its certificate that each repeats."""


def check_trust(look: Inspection) -> dict[str, str]:
    """Look at epochs, facts, keys, devices and codes; gives every epoch and when it began, in order."""
    epochs: dict[str, str] = {}
    for row in look.rows("epochs"):
        epochs[row["id"]] = row["started_at"]
        with look.at("epochs", row["id"]):
            parse_instant(row["started_at"])
            look.expect(is_id(row["id"]), FaultCode.UNREADABLE, "epochs", row["id"])
    look.expect(bool(epochs), FaultCode.MISSING, "epochs", "")
    _check_keys(look, next(iter(epochs.values()), ""))
    coded: set[str | None] = set()
    for row in look.rows("codes"):
        _check_code(look, row)
        coded.add(row["device"])
    labels = [0]
    for row in look.rows("devices"):
        with look.at("devices", row["id"]):
            labels.append(_check_device(look, row))
            look.expect(
                row["id"] in coded or _came_by_certificate(look, row["id"]), FaultCode.MISSING, "codes", row["id"]
            )
    for row in look.rows("stream_certificates"):
        with look.at("stream_certificates", row["stream"]):
            labels.append(_check_stream_certificate(look, row))
    _check_facts(look, max(labels))
    return epochs


def _check_facts(look: Inspection, last_label: int) -> None:
    facts = {row["name"]: row["value"] for row in look.rows("centre")}
    holds: dict[str, Any] = {
        CENTRE: is_id,
        STREAM: is_id,
        SCHEMA: str.isdecimal,
        HEAL: lambda value: value == "" or _KEY.fullmatch(value),
        RECOVERY_KEY: _KEY.fullmatch,
        RECOVERY_SINCE: parse_instant,
        LAST_LABEL: lambda value: value.isdecimal() and int(value) >= last_label,
    }
    for name in (CENTRE, STREAM, *((LAST_LABEL,) if last_label else ())):
        look.expect(name in facts, FaultCode.MISSING, "centre", name)
    for name, value in facts.items():
        with look.at("centre", name):
            look.expect(bool(holds[name](value)), FaultCode.UNREADABLE, "centre", name)


def _check_keys(look: Inspection, founded_at: str) -> None:
    """Each key is made from its secret, while that is held, and vouched for by a signing key before it.

    They were made in pairs, each pair in one moment: the first one when the centre was founded.
    """
    before: dict[str, str] = {}
    held: list[HeldKey] = []
    made_at = founded_at
    for row in look.rows("centre_keys"):
        key = HeldKey(row["id"], row["use"], row["public"], row["secret"], row["by_key"], row["signature"])
        with look.at("centre_keys", key.id):
            whole = not key.secret or public_of(key.use, key.secret) == key.public
            look.expect(whole and key.id == key_id(key.public), FaultCode.DIFFERS, "centre_keys", key.id)
            signed = CentreKey(key.id, key.use, key.public).signed_bytes
            vouched = key.by in before and look.signed(str(key.by), signed, str(key.signature))
            first = not held and (key.use, key.by, key.signature) == (SIGN, None, None)
            look.expect(vouched or first, FaultCode.SIGNATURE, "centre_keys", key.id)
            if len(held) % _PAIR == 0 and held:
                made_at = row["made_at"]
            parse_instant(row["made_at"])
            look.expect(row["made_at"] == made_at, FaultCode.DIFFERS, "centre_keys", key.id)
        held.append(key)
        if key.use == SIGN:
            before[key.id] = key.public
    for use in (SIGN, BOX):
        newest = [key for key in held if key.use == use][-1:]
        look.expect(any(key.secret for key in newest), FaultCode.MISSING, "centre_keys", use)


def _check_device(look: Inspection, row: Row) -> int:
    """A device is as its certificate and its record say; the number of its label."""
    parse_instant(row["enrolled_at"])
    certificate = _certificate(look, "devices", row["id"], row["certificate"])
    shown = look.record(DEVICE, row["id"])
    look.expect(shown is not None, FaultCode.MISSING, "devices", row["id"])
    same = all(row[name] == certificate.body[member] for name, member in _REPEATED.items())
    if shown is not None:
        same = same and (row["status"], row["confirmation"], row["role"]) == states_of(shown.state.fields)
    look.expect(same, FaultCode.DIFFERS, "devices", row["id"])
    return _number(row["label"])


def _came_by_certificate(look: Inspection, device: str) -> bool:
    """Whether a device was taken in that was certified in a history that is gone; any other one used a code."""
    ops = look.wrote(DEVICE, device).values()
    return any(one.op.fields.get("confirmation") == RESTORED for one in ops if look.centre in one.senders)


def _check_stream_certificate(look: Inspection, row: Row) -> int:
    certificate = _certificate(look, "stream_certificates", row["stream"], row["certificate"])
    same = is_id(row["stream"]) and certificate.body["device"] == row["device"]
    look.expect(same, FaultCode.DIFFERS, "stream_certificates", row["stream"])
    device = look.find("devices", ("sign_key",), "id", row["device"])
    known = device is not None and device["sign_key"] == certificate.body["sign_key"]
    look.expect(known, FaultCode.MISSING, "stream_certificates", row["stream"])
    return _number(certificate.body["label"])


def _certificate(look: Inspection, table: str, row: str, text: str) -> Certificate:
    certificate = Certificate.from_wire(orjson.loads(text))
    signed = look.signed(certificate.key, certificate.signed_bytes, certificate.signature)
    look.expect(signed, FaultCode.SIGNATURE, table, row)
    return certificate


def _number(label: str) -> int:
    found = _LABEL.fullmatch(label)
    if found is None:
        raise ValueError("label")
    return int(found[1])


def _check_code(look: Inspection, row: Row) -> None:
    with look.at("codes", row["id"]):
        parse_instant(row["expires_at"])
        if row["device"] is None:
            return
        device = look.find("devices", ("region",), "id", row["device"])
        begun = next((one.op.fields.get("role") for one in look.wrote(DEVICE, row["device"]).values()), None)
        same = device is not None and (device["region"], begun) == (row["region"], row["role"])
        look.expect(same, FaultCode.DIFFERS, "codes", row["id"])
