"""How a device becomes known: a one-time code, its own keys, and a certificate in return.

The code's secret never travels; a MAC over the other members proves it. What is wrong with a code is told only to
somebody who has its secret.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sync.central.accept import Acceptance
from sync.central.devices import ACTIVE, certify, next_label
from sync.central.errors import RefusedError
from sync.central.facts import RECOVERY_KEY
from sync.central.ground import Ground
from sync.central.held import Device, HeldCode
from sync.central.own_kinds import DEVICE
from sync.central.ports import Registry, Transaction
from sync.core.codes import ID_LENGTH, SECRET_LENGTH, EnrolmentCode
from sync.core.instants import instant, parse_instant
from sync.core.problems import ProblemType, problem
from sync.core.schema import Json
from sync.core.trust import Certificate, Enrolled

if TYPE_CHECKING:  # only who reads requests from the wire loads what checks them
    from sync.central.enrol_request import EnrolRequest


def new_code(tx: Registry, ground: Ground, *, region: str, role: str, hours: int) -> tuple[EnrolmentCode, str]:
    """Make a one-time code.

    Args:
        tx: The transaction.
        ground: The centre.
        region: Region of the device to come; the shared feed stands for all of them.
        role: Its role, `field` or `coordination`.
        hours: How long the code can be used.

    Returns:
        The code and the instant at which it ends.
    """
    now = ground.surroundings.now()
    while True:
        code = EnrolmentCode.from_random(ground.surroundings.random(ID_LENGTH + SECRET_LENGTH))
        held = tx.code(code.id)
        if held is None or (held.device is None and parse_instant(held.expires_at) < now - timedelta(days=1)):
            break  # one that was used says for ever how its device came
    expires_at = instant(now + timedelta(hours=hours))
    tx.add_code(HeldCode(code.id, code.secret, region, role, expires_at))
    return code, expires_at


def enrol(tx: Transaction, ground: Ground, request: "EnrolRequest") -> dict[str, Any]:
    """Give a device its certificate; the same one again when the same keys ask again.

    Raises:
        RefusedError: `code_unknown`, `code_used` or `code_expired`.
    """
    code = proven(tx, request)
    if code.device is not None:
        device = tx.device(code.device)
        if device is None or (device.sign_key, device.box_key) != (request.sign_key, request.box_key):
            raise RefusedError(problem(ProblemType.CODE_USED))
        return _answer(tx, ground, device.certificate)
    if parse_instant(code.expires_at) <= ground.surroundings.now():
        raise RefusedError(problem(ProblemType.CODE_EXPIRED))
    device = _new_device(tx, ground, code, request)
    tx.use_code(code.id, device.id)
    return _answer(tx, ground, device.certificate)


def proven(tx: Registry, request: "EnrolRequest") -> HeldCode:
    """The code that a request proves to know.

    Raises:
        RefusedError: `code_unknown`.
    """
    code = tx.code(request.code_id)
    members = request.model_dump(exclude={"mac"})
    if code is None or not EnrolmentCode(code.id, code.secret).proves(members, request.mac):
        raise RefusedError(problem(ProblemType.CODE_UNKNOWN))
    return code


def _new_device(tx: Transaction, ground: Ground, code: HeldCode, request: "EnrolRequest") -> Device:
    acceptance = Acceptance(tx, ground, code.region)
    at = instant(ground.surroundings.now())
    device_id = ground.surroundings.new_id()
    label = next_label(tx)
    device = Device(
        id=device_id,
        label=label,
        role=code.role,
        region=code.region,
        sign_key=request.sign_key,
        box_key=request.box_key,
        certificate={},
        status=ACTIVE,
    )
    device = replace(device, certificate=certify(ground, device, label))
    tx.add_device(device, at)
    shown: dict[str, Json] = {
        "label": label,
        "role": code.role,
        "status": ACTIVE,
        "app_version": request.app_version,
    }
    acceptance.own.write(DEVICE, device_id, shown, begins=True)
    acceptance.finish()
    return device


def _answer(tx: Registry, ground: Ground, certificate: Mapping[str, Any]) -> dict[str, Any]:
    answer = Enrolled(Certificate.from_wire(certificate), str(tx.epoch()), ground.keys.public).to_wire()
    recovery_key = tx.value(RECOVERY_KEY)
    return answer if recovery_key is None else {**answer, RECOVERY_KEY: recovery_key}
